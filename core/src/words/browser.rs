//! What a browser calls itself, in words that its user knows.

use alloc::string::String;

/// Browser and system of a `User-Agent`, such as `Firefox, Windows`; empty if neither is known. Only
/// words of this list come out, whatever went in.
#[must_use]
pub fn browser(user_agent: &str) -> String {
    let named = |list: &[(&str, &'static str)]| {
        let found = list.iter().find(|(sign, _)| user_agent.contains(sign));
        found.map(|(_, name)| *name)
    };
    let mut said = String::new();
    for name in [named(&BROWSERS), named(&SYSTEMS)].into_iter().flatten() {
        if !said.is_empty() {
            said.push_str(", ");
        }
        said.push_str(name);
    }
    said
}

/// The most particular first: each also calls itself by the names below.
const BROWSERS: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];
