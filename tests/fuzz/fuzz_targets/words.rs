//! Any text is words that can be sent, whatever the values, or says why not.
//!
//! ```text
//! cargo xtask fuzz words
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use threegate_core::words::{Language, MAX_TEXT, Message, Values, Words};

fuzz_target!(|given: (&str, &str)| {
    let (template, value) = given;
    let values = Values {
        site: "Forum",
        code: "123456",
        label: value,
        ip: value,
        device: value,
        minutes: u64::MAX,
    };
    for message in Message::ALL {
        let mut words = Words::built_in();
        let taken = words.own(message, Language::English, template).is_ok();
        for language in Language::ALL {
            let text = words.render(message, language, &values);
            assert!(text.len() <= MAX_TEXT && text.contains("Forum"));
            assert!(text.contains("123456") || !message.has_code());
            // What came in as a value neither begins a line nor is markup, a mention or a link.
            if !(taken && language == Language::English) {
                let lines = Words::built_in().render(
                    message,
                    language,
                    &Values {
                        label: "",
                        ..values
                    },
                );
                assert!(text.lines().count() <= lines.lines().count() + 1);
                assert!(text.matches('*').count() <= 2 && !text.contains('~'));
                assert!(!text.contains("@[") && !text.contains(":/"));
            }
        }
    }
});
