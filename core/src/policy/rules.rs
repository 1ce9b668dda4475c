//! The one table of rules: what is read, what the faults say and what the README shows.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::RangeInclusive;
use core::time::Duration;

use super::{Networks, Policy};
use crate::otp::{Digits, LookAhead, Window};
use crate::wire::Fault;
use crate::words::Language;
use crate::{Method, replay};

/// A rule that an admin may set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The setting's name.
    pub setting: &'static str,
    /// What it is if nothing is set; empty, if that is nothing.
    pub default: &'static str,
    /// What it may be.
    pub expected: &'static str,
    /// What it does.
    pub effect: &'static str,
}

/// How a rule is read: the setting, its default, what it expects, and what it changes, or which part of
/// the text was wrong.
type Reading = (
    &'static str,
    &'static str,
    &'static str,
    for<'a> fn(&mut Policy, &'a str) -> Result<(), &'a str>,
);

macro_rules! rules {
    ($($setting:literal, $default:literal, $expected:literal, $effect:literal, $take:expr;)*) => {
        /// Every rule, in the order of the manual.
        pub const RULES: &[Rule] = &[$(Rule {
            setting: $setting,
            default: $default,
            expected: $expected,
            effect: $effect,
        }),*];

        /// The same without what is for people alone.
        const READINGS: &[Reading] = &[$(($setting, $default, $expected, $take)),*];
    };
}

rules! {
    "METHODS", "totp threema-reply threema-code recovery",
    "words of totp, hotp, threema-reply, threema-code, threema-tap, recovery, with one besides recovery",
    "The methods that members may use, as far as there is what they need. A member who has one that you take away \
     cannot log in by it: to end a method gently, close it.",
    |policy, text| {
        policy.offered = methods(text)?;
        let mut offered = policy.offered.iter();
        if offered.any(|method| method.is_factor()) { Ok(()) } else { Err(text) }
    };

    "METHODS_CLOSED", "",
    "words of METHODS, without recovery",
    "Methods that nobody enrols any more. Who has one goes on using it.",
    |policy, text| {
        policy.closed = methods(text)?;
        let mut closed = policy.closed.iter();
        if closed.all(|method| method.is_factor()) { Ok(()) } else { Err(text) }
    };

    "ENROLLMENT", "optional",
    "optional or required",
    "`required`: every member must have a second factor. For some groups alone, leave it and have your server say \
     `enrollment: \"required\"` for their members.",
    |policy, text| {
        let required = word(text, [("optional", false), ("required", true)])?;
        policy.enrollment = policy.enrollment.with_required(required);
        Ok(())
    };

    "ENROLLMENT_GRACE_DAYS", "14",
    "0 to 365",
    "How long a member who must have one may still log in without, from the first login on at which it was wanted.",
    |policy, text| {
        let enrollment = policy.enrollment.with_grace(days(text, 0..=365)?);
        policy.enrollment = enrollment.ok_or(text)?;
        Ok(())
    };

    "ALLOWED_NETWORKS", "",
    "networks or addresses separated by blanks, such as 192.0.2.0/24 2001:db8::/32, none wider than /8, in IPv6 /16",
    "From there nobody is asked for a second factor to log in. The address is the `ip` that your server says. \
     Changing a factor takes a proof all the same.",
    |policy, text| {
        policy.allowed = Networks::parse(text)?;
        Ok(())
    };

    "FREE_TRIES", "5",
    "1 to 10",
    "Wrong codes in a row that cost nothing. Each one more is followed by a wait of 2, 4, 8 … seconds.",
    |policy, text| {
        let rule = policy.throttle.with_free_tries(number(text, 1..=10)?);
        set(&mut policy.throttle, rule, text)
    };

    "LONGEST_WAIT_MINUTES", "15",
    "1 to 60",
    "The longest of these waits.",
    |policy, text| {
        let rule = policy.throttle.with_longest_wait(minutes(text, 1..=60)?);
        set(&mut policy.throttle, rule, text)
    };

    "CLOSE_AT", "100",
    "10 to 100",
    "After so many wrong codes in a row, what can be guessed is closed until a proof by Threema or a recovery code.",
    |policy, text| {
        let rule = policy.throttle.with_close_at(number(text, 10..=100)?);
        set(&mut policy.throttle, rule, text)
    };

    "TOTP_WINDOW", "1",
    "0 to 10",
    "How many steps of 30 seconds an authenticator's clock may be off, either way.",
    |policy, text| {
        let steps = number(text, 0..=10)?;
        set(&mut policy.totp_window, Window::new(steps, steps), text)
    };

    "HOTP_LOOK_AHEAD", "10",
    "0 to 50",
    "How many presses of a token's button may have been in vain.",
    |policy, text| set(&mut policy.hotp_look_ahead, LookAhead::new(number(text, 0..=50)?), text);

    "CODE_DIGITS", "6",
    "6 to 8",
    "The length of a code that is sent.",
    |policy, text| set(&mut policy.code_digits, Digits::new(number(text, 6..=8)?), text);

    "CHALLENGE_MINUTES", "3",
    "1 to 10",
    "How long a login waits for its code, and how long a code that was sent works.",
    |policy, text| { policy.challenge_life = minutes(text, 1..=10)?; Ok(()) };

    "TRUSTED_DEVICE_DAYS", "0",
    "0 to 365",
    "How long a browser is remembered if its member wishes so; 0: never. 30 is common.",
    |policy, text| {
        let life = days(text, 0..=365)?;
        policy.trusted_device = (!life.is_zero()).then_some(life);
        Ok(())
    };

    "MESSAGE_AGE_DAYS", "14",
    "1 to 90",
    "How old a Threema message may be when it comes. Until then it is remembered, so that none works twice.",
    |policy, text| {
        let window = replay::Window::new(days(text, 1..=90)?, policy.replay.ahead());
        set(&mut policy.replay, window, text)
    };

    "MESSAGE_AHEAD_MINUTES", "5",
    "0 to 60",
    "How far a phone's clock may be ahead.",
    |policy, text| {
        let window = replay::Window::new(policy.replay.back(), minutes(text, 0..=60)?);
        set(&mut policy.replay, window, text)
    };

    "STRICT_MEMORY", "no",
    "yes or no",
    "`yes`: messages that had an effect are remembered for ever. The KV namespace then only grows.",
    |policy, text| { policy.strict_memory = yes(text)?; Ok(()) };

    "SENDS_A_MINUTE", "4",
    "1 to 60",
    "Threema messages to one member within a minute, at most.",
    |policy, text| { policy.sending.user_minute = number(text, 1..=60)?; Ok(()) };

    "SENDS_IN_FIVE_MINUTES", "8",
    "1 to 300",
    "The same within five minutes.",
    |policy, text| { policy.sending.user_five_minutes = number(text, 1..=300)?; Ok(()) };

    "SENDS_A_DAY", "30",
    "1 to 1000",
    "The same within a day.",
    |policy, text| { policy.sending.user_day = number(text, 1..=1000)?; Ok(()) };

    "SENDS_A_DAY_TO_AN_ID", "60",
    "1 to 1000",
    "Messages to one Threema ID within a day, whichever members have it.",
    |policy, text| { policy.sending.id_day = number(text, 1..=1000)?; Ok(()) };

    "SENDS_A_DAY_IN_ALL", "5000",
    "0 to 10000000",
    "Messages to all members together within a day. They cost credits.",
    |policy, text| { policy.sending.site_day = number(text, 0..=10_000_000)?; Ok(()) };

    "SHORT_MESSAGES", "no",
    "yes or no",
    "`yes`: a code is sent in so few words that a notification shows all of them.",
    |policy, text| { policy.short_messages = yes(text)?; Ok(()) };

    "LANGUAGE", "en",
    "en, de or fr",
    "The language of messages to members whose own there are no words in.",
    |policy, text| { policy.language = Language::parse(text).ok_or(text)?; Ok(()) };

    "LOOK_UP_BY_EMAIL", "no",
    "yes or no",
    "`yes`: a member's Threema ID may be looked up by the `email` that your server says.",
    |policy, text| { policy.look_up_email = yes(text)?; Ok(()) };

    "LOOK_UP_BY_PHONE", "no",
    "yes or no",
    "The same by the `phone`.",
    |policy, text| { policy.look_up_phone = yes(text)?; Ok(()) };

    "FORWARD_MESSAGES", "no",
    "yes or no",
    "`yes`: every message that comes to your Gateway ID goes to your webhook, strangers' too.",
    |policy, text| { policy.forward_messages = yes(text)?; Ok(()) };
}

impl Policy {
    /// Reads every rule through `lookup`. An empty setting is none.
    ///
    /// # Errors
    /// Every setting that cannot be used, each with what is wrong and what it expects.
    pub fn parse(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<Fault>> {
        let mut policy = Self::default();
        let mut faults = Vec::new();
        for (setting, _, expected, take) in READINGS {
            let text = lookup(setting).unwrap_or_default();
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            if let Err(wrong) = take(&mut policy, text) {
                faults.push(Fault {
                    setting,
                    found: shown(wrong),
                    expected,
                });
            }
        }
        let closed = policy.closed.iter();
        let mut stray = closed.filter(|method| !policy.offered.contains(method));
        // One slip is not to be blamed on two settings.
        let blamed = faults
            .iter()
            .any(|fault| fault.setting.starts_with("METHODS"));
        if let (Some(method), false) = (stray.next(), blamed) {
            faults.push(Fault {
                setting: "METHODS_CLOSED",
                found: format!("{}, which METHODS has not", method.as_str()),
                expected: "words of METHODS, without recovery",
            });
        }
        if faults.is_empty() {
            Ok(policy)
        } else {
            Err(faults)
        }
    }
}

/// Every rule's setting with the text that is in force, set or not. None of them is secret.
pub fn in_force(
    lookup: impl Fn(&str) -> Option<String>,
) -> impl Iterator<Item = (&'static str, String)> {
    READINGS.iter().map(move |(setting, default, ..)| {
        let text = lookup(setting).unwrap_or_default();
        let text = text.trim();
        let text = if text.is_empty() { default } else { text };
        (*setting, text.into())
    })
}

/// Nothing here is secret; what was put here by mistake may be, and is long.
fn shown(wrong: &str) -> String {
    match wrong.chars().count() {
        0..=24 => wrong.into(),
        many => format!("{many} characters"),
    }
}

fn methods(text: &str) -> Result<Vec<Method>, &str> {
    let words = text.split_whitespace();
    words.map(|word| Method::parse(word).ok_or(word)).collect()
}

fn set<'a, T, E>(place: &mut T, value: Result<T, E>, text: &'a str) -> Result<(), &'a str> {
    *place = value.map_err(|_| text)?;
    Ok(())
}

fn word<'a, T: Copy>(text: &'a str, words: [(&str, T); 2]) -> Result<T, &'a str> {
    let found = words.iter().find(|(word, _)| *word == text);
    found.map(|(_, value)| *value).ok_or(text)
}

fn yes(text: &str) -> Result<bool, &str> {
    word(text, [("no", false), ("yes", true)])
}

fn number<T: TryFrom<u32>>(text: &str, range: RangeInclusive<u32>) -> Result<T, &str> {
    let number = whole(text, range)?;
    T::try_from(number).map_err(|_| text)
}

fn minutes(text: &str, range: RangeInclusive<u32>) -> Result<Duration, &str> {
    let minutes = whole(text, range)?;
    Ok(Duration::from_secs(u64::from(minutes).saturating_mul(60)))
}

fn days(text: &str, range: RangeInclusive<u32>) -> Result<Duration, &str> {
    let days = whole(text, range)?;
    Ok(Duration::from_secs(
        u64::from(days).saturating_mul(24 * 60 * 60),
    ))
}

fn whole(text: &str, range: RangeInclusive<u32>) -> Result<u32, &str> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| plain);
    number.filter(|number| range.contains(number)).ok_or(text)
}
