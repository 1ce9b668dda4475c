//! Every text in every language, and values that want to be more than a value.

use super::*;
use std::format;
use std::string::ToString;

const VALUES: Values<'static> = Values {
    site: "Forum",
    code: "123456",
    label: "alice",
    ip: "2001:db8::1",
    device: "Firefox, Windows",
    minutes: 3,
};

fn every_text() -> impl Iterator<Item = (Message, Language)> {
    let all = Message::ALL.into_iter();
    all.flat_map(|message| Language::ALL.map(|language| (message, language)))
}

/// The text of a template with only these values.
fn rendered(template: &str, values: &Values<'_>) -> String {
    let mut words = Words::built_in();
    let taken = words.own(Message::Code, Language::English, template);
    taken.unwrap();
    words.render(Message::Code, Language::English, values)
}

/// What `label` becomes on a line of its own.
fn shown(label: &str) -> String {
    let values = Values { label, ..VALUES };
    let text = rendered("{site} {code}\\n[{label}]", &values);
    let (_, shown) = text.split_once("\n[").unwrap();
    shown.strip_suffix(']').unwrap().into()
}

#[test]
fn every_text_that_is_built_in_is_as_sound_as_the_sites_own_must_be() {
    for (message, language) in every_text() {
        let built_in = built_in::template(message, language);
        let parsed = template::parse(message, &built_in.replace('\n', "\\n"));
        assert_eq!(parsed.as_deref(), Ok(built_in), "{message:?} {language:?}");
    }
}

#[test]
fn every_text_names_the_site_and_its_code_and_leaves_no_placeholder() {
    let words = Words::built_in();
    for (message, language) in every_text() {
        for values in [
            VALUES,
            Values {
                label: "",
                ip: "",
                device: "",
                ..VALUES
            },
        ] {
            let text = words.render(message, language, &values);
            assert!(text.contains("Forum"), "{text}");
            assert_eq!(text.contains("123456"), message.has_code(), "{text}");
            assert!(!text.contains(['{', '}']), "{text}");
            assert!(text.lines().all(|line| !line.trim().is_empty()), "{text}");
            assert!(text.len() < 600, "{} bytes: {text}", text.len());
        }
    }
}

#[test]
fn a_code_shows_in_a_notification_since_it_comes_first() {
    for language in Language::ALL {
        for message in [Message::Code, Message::CodeShort, Message::Enroll] {
            let text = Words::built_in().render(message, language, &VALUES);
            let start: String = text.chars().take(10).collect();
            assert!(start.contains("123456"), "{text}");
        }
        let short = Words::built_in().render(Message::CodeShort, language, &VALUES);
        assert!(short.chars().count() <= 60, "{short}");
    }
}

#[test]
fn the_setting_of_each_text_says_message_and_language() {
    let mut seen = std::collections::HashSet::new();
    for (message, language) in every_text() {
        let setting = message.setting(language);
        let mut name = String::from("WORDS");
        for c in format!("{message:?}").chars() {
            if c.is_uppercase() {
                name.push('_');
            }
            name.push(c.to_ascii_uppercase());
        }
        let tag = language.as_str().to_ascii_uppercase();
        assert_eq!(setting, format!("{name}_{tag}"));
        assert!(seen.insert(setting));
    }
}

#[test]
fn the_page_s_tag_chooses_the_language_and_the_site_the_one_for_all_others() {
    let words = Words::built_in();
    for (tag, language) in [
        (Some("de"), Language::German),
        (Some("de-CH"), Language::German),
        (Some("DE-at"), Language::German),
        (Some("fr-CA"), Language::French),
        (Some("en"), Language::English),
        (Some("nl"), Language::English),
        (Some("deutsch"), Language::English),
        (Some(""), Language::English),
        (None, Language::English),
    ] {
        assert_eq!(words.language(tag), language, "{tag:?}");
    }
    let german = words.with_fallback(Language::German);
    assert_eq!(german.language(Some("nl")), Language::German);
    assert_eq!(german.language(Some("en-GB")), Language::English);
}

#[test]
fn the_site_s_own_words_stand_in_for_one_text_in_one_language() {
    let mut words = Words::built_in();
    let own = r"\uD83D\uDD11 {code}\n{site} \u2764\uFE0F 🦊 C:\\";
    words.own(Message::Code, Language::German, own).unwrap();
    let text = |language| words.render(Message::Code, language, &VALUES);
    assert_eq!(text(Language::German), "🔑 123456\nForum ❤️ 🦊 C:\\");
    assert_eq!(
        text(Language::English),
        Words::built_in().render(Message::Code, Language::English, &VALUES)
    );
}

#[test]
fn a_text_that_cannot_be_used_says_why() {
    use TemplateError::{Control, Escape, Link, Missing, TooLong, Unknown, Vanishes};
    let long = format!("{{site}} {{code}} {}", "a".repeat(MAX_TEXT));
    let many = "{site} {code} ".repeat(10);
    for (text, why) in [
        ("", Missing(Placeholder::Code)),
        ("{code}", Missing(Placeholder::Site)),
        ("{site}", Missing(Placeholder::Code)),
        ("{site} {code} {name}", Unknown("name".into())),
        ("{site} {code} {}", Unknown(String::new())),
        ("{site} {Code}", Unknown("Code".into())),
        ("{site} {code} {", Unknown("{".into())),
        ("{site} {code} }", Unknown("}".into())),
        ("{site} {code", Unknown("{".into())),
        ("}{site} {code}", Unknown("}".into())),
        ("{{site}} {code}", Unknown("{site".into())),
        (r"{site} {code} \u007Bnew\u007D", Unknown("new".into())),
        ("{site} {code} {ip}", Vanishes(Placeholder::Ip)),
        (r"{site}\n{code} {label}", Vanishes(Placeholder::Label)),
        (r"{site} {code} \", Escape),
        (r"{site} {code} \t", Escape),
        (r"{site} {code} \u12", Escape),
        (r"{site} {code} \u+123", Escape),
        (r"{site} {code} \uD83D", Escape),
        (r"{site} {code} \uD83D!\uDD11", Escape),
        (r"{site} {code} \uD83D\n", Escape),
        (r"{site} {code} \uDD11", Escape),
        (r"{site} {code} \uD83D\uD83D", Escape),
        ("{site} {code} \u{7}", Control),
        (r"{site} {code} \u000D", Control),
        (r"{site} {code} \u2028", Control),
        ("{site} {code} https://forum.example/log-in", Link),
        ("{site} {code} www.forum.example", Link),
        (&long, TooLong),
        (&many, TooLong),
    ] {
        let mut words = Words::built_in();
        let refused = words.own(Message::Code, Language::English, text);
        assert_eq!(refused, Err(why), "{text}");
        assert_eq!(words, Words::built_in());
    }
    // A question has no code to name.
    let refused = Words::built_in().own(Message::Tap, Language::English, "{site} {code}");
    assert!(matches!(refused, Err(Unknown(_))));
    let said = Unknown("name".into()).to_string();
    assert_eq!(said, "a text with {name}, which it has no value for");
}

#[test]
fn no_value_is_markup_a_mention_a_line_or_a_link() {
    for (label, expected) in [
        ("alice", "alice"),
        ("alice_b", "alice_b"),
        ("_alice_", "＿alice＿"),
        ("a _b_ c", "a ＿b＿ c"),
        ("*alice*", "∗alice∗"),
        ("~alice~", "∼alice∼"),
        ("@[ABCD1234]", "@［ABCD1234]"),
        ("a\nb\r\nc\u{2028}d", "a b  c d"),
        ("evil.example", "evil․example"),
        ("https://evil.example/x", "https∶//evil․example/x"),
        ("threema://compose", "threema∶//compose"),
        ("alice@evil.example", "alice@evil․example"),
        ("192.0.2.7", "192․0․2․7"),
        ("2001:db8::1", "2001:db8::1"),
        ("Dr. Alice", "Dr. Alice"),
        ("  alice ", "alice"),
    ] {
        let shown = shown(label);
        let shown = shown.trim_matches(['\u{2068}', '\u{2069}']);
        assert_eq!(shown, expected);
    }
}

#[test]
fn no_value_turns_the_direction_of_what_stands_around_it() {
    assert_eq!(shown("\u{202E}evil\u{202C}"), "evil");
    assert_eq!(shown("\u{2069}\u{2067}x"), "x");
    assert_eq!(shown("אליס"), "\u{2068}אליס\u{2069}");
    // Nothing hidden, either, in which two names could differ.
    assert_eq!(shown("a\u{200B}b\u{AD}"), "ab");
}

#[test]
fn a_value_of_nothing_leaves_its_line_out() {
    let template = "{code} {site}\\nfrom {ip}\\nend";
    for empty in ["", " ", "\u{202E}", "\u{200B}"] {
        let values = Values {
            ip: empty,
            ..VALUES
        };
        assert_eq!(rendered(template, &values), "123456 Forum\nend");
    }
}

#[test]
fn whatever_the_values_are_the_gateway_takes_the_text() {
    let endless = "\u{10FFFF}".repeat(10_000);
    let dots = ".".repeat(10_000);
    for value in [&*endless, &dots] {
        let values = Values {
            site: value,
            code: value,
            label: value,
            ip: value,
            device: value,
            minutes: u64::MAX,
        };
        for (message, language) in every_text() {
            let text = Words::built_in().render(message, language, &values);
            assert!(text.len() <= MAX_TEXT);
        }
    }
}

#[test]
fn a_browser_is_named_by_words_that_its_user_knows() {
    for (user_agent, name) in [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox, Windows",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
            "Safari, macOS",
        ),
        ("curl/8.0", ""),
        ("*evil* Linux", "Linux"),
    ] {
        assert_eq!(browser(user_agent), name);
    }
}
