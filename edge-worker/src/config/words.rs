//! The settings for words: the site's own in the place of those built in.

use threegate_core::wire::Fault;
use threegate_core::words::{EXPECTED, Language, Message, Words};

use super::Reader;

/// Reads the site's own words. Most sites have none.
pub(super) fn read<L: Fn(&str) -> Option<String>>(reader: &mut Reader<L>) -> Words {
    let mut words = Words::built_in();
    for message in Message::ALL {
        for language in Language::ALL {
            let setting = message.setting(language);
            let text = (reader.lookup)(setting);
            let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
                continue;
            };
            if let Err(fault) = words.own(message, language, &text) {
                reader.faults.push(Fault {
                    setting,
                    found: fault.to_string(),
                    expected: EXPECTED,
                });
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_of(settings: &[(&str, &str)]) -> (Words, Vec<Fault>) {
        let mut reader = Reader {
            lookup: |name: &str| {
                let found = settings.iter().find(|(setting, _)| *setting == name);
                found.map(|(_, text)| (*text).into())
            },
            faults: Vec::new(),
        };
        let words = read(&mut reader);
        (words, reader.faults)
    }

    #[test]
    fn each_text_that_cannot_be_used_is_named_with_what_is_wrong() {
        let (_, faults) = read_of(&[
            ("WORDS_CODE_DE", "{site}"),
            ("WORDS_TAP_FR", "{site} {nom}"),
            ("WORDS_ENROLL_EN", " "),
        ]);
        let said = faults.iter().map(|fault| (fault.setting, &*fault.found));
        let said: Vec<_> = said.collect();
        assert_eq!(
            said,
            [
                ("WORDS_CODE_DE", "a text without {code}"),
                (
                    "WORDS_TAP_FR",
                    "a text with {nom}, which it has no value for"
                ),
            ]
        );
    }

    #[test]
    fn without_any_the_built_in_words_stand() {
        assert_eq!(read_of(&[]), (Words::built_in(), Vec::new()));
    }
}
