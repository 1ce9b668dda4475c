//! The settings: all of them read at once, every fault named at once.

use std::rc::Rc;

use threegate_core::Method;
use threegate_core::key::{Key, Keyring, SharedSecret};
use threegate_core::origin::Origin;
use threegate_core::otp::Issuer;
use threegate_core::policy::{self, Policy};
use threegate_core::test_secret::TestSecret;
use threegate_core::threema::PublicKey;
use threegate_core::wire::Fault;
use threegate_core::words::Words;
use worker::Env;
use zeroize::Zeroizing;

mod threema;
mod webhook;
mod words;

pub(crate) use threema::{EndToEnd, Threema};
pub(crate) use webhook::Webhook;

/// Settings that can be used.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) site_name: Issuer,
    pub(crate) origins: Vec<Origin>,
    pub(crate) naming: Key,
    pub(crate) tokens: Keyring,
    pub(crate) vault: Keyring,
    pub(crate) site_secret: SharedSecret,
    pub(crate) admin_secret: SharedSecret,
    pub(crate) status_secret: SharedSecret,
    pub(crate) policy: Policy,
    /// None: nothing is exported.
    pub(crate) export_key: Option<PublicKey>,
    /// What is written to people.
    pub(crate) words: Words,
    /// None: authenticators and recovery codes only.
    pub(crate) threema: Option<Threema>,
    /// None: the site is told of nothing.
    pub(crate) webhook: Option<Webhook>,
}

thread_local! {
    // Settings cannot change while an isolate lives.
    static PARSED: std::cell::OnceCell<Result<Rc<Config>, Vec<Fault>>> =
        const { std::cell::OnceCell::new() };
}

/// The settings of this deployment, parsed once an isolate.
pub(crate) fn of(env: &Env) -> Result<Rc<Config>, Vec<Fault>> {
    PARSED.with(|parsed| parsed.get_or_init(|| load(env)).clone())
}

/// Every rule's setting, with what is in force.
pub(crate) fn rules(env: &Env) -> impl Iterator<Item = (String, String)> {
    let rules = policy::in_force(|name| text(env, name));
    rules.map(|(setting, text)| (setting.into(), text))
}

/// Plain text and secrets are both strings to the runtime.
fn text(env: &Env, name: &str) -> Option<String> {
    env.var(name).ok().map(|value| value.to_string())
}

fn load(env: &Env) -> Result<Rc<Config>, Vec<Fault>> {
    let parsed = Config::parse(|name| text(env, name));
    if let Err(faults) = &parsed {
        for fault in faults {
            worker::console_error!(
                "threegate: setting {}: found {}, expected {}",
                fault.setting,
                fault.found,
                fault.expected
            );
        }
    }
    parsed.map(Rc::new)
}

impl Config {
    /// Reads every setting through `lookup`.
    fn parse(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<Fault>> {
        let mut reader = Reader {
            lookup,
            faults: Vec::new(),
        };
        let site_name = reader.read("SITE_NAME", NAME, |text| Issuer::parse(text).ok());
        let origins = reader.read("SITE_ORIGINS", ORIGINS, |text| {
            let origins = text.split_whitespace().map(Origin::parse);
            let origins: Vec<_> = origins.collect::<Result<_, _>>().ok()?;
            (!origins.is_empty()).then_some(origins)
        });
        let naming = reader.key("NAMING_KEY");
        let tokens = reader.keyring("TOKEN_KEY", "TOKEN_KEY_PREVIOUS");
        let vault = reader.keyring("VAULT_KEY", "VAULT_KEY_PREVIOUS");
        let site_secret = reader.secret("SITE_SECRET");
        let admin_secret = reader.secret("ADMIN_SECRET");
        let status_secret = reader.secret("STATUS_SECRET");
        let export_key = if reader.has("EXPORT_KEY") {
            reader.read("EXPORT_KEY", EXPORT_KEY, |text| {
                PublicKey::parse(text.trim()).ok()
            })
        } else {
            None
        };
        let threema = Threema::read(&mut reader);
        let webhook = Webhook::read(&mut reader);
        let policy = reader.policy(threema.is_some());
        let words = words::read(&mut reader).with_fallback(policy.language);
        reader.all_different(&SECRETS);
        let faults = reader.faults;
        (|| {
            faults.is_empty().then_some(())?;
            Some(Self {
                site_name: site_name?,
                origins: origins?,
                naming: naming?,
                tokens: tokens?,
                vault: vault?,
                site_secret: site_secret?,
                admin_secret: admin_secret?,
                status_secret: status_secret?,
                export_key,
                policy,
                words,
                threema,
                webhook,
            })
        })()
        .ok_or(faults)
    }

    /// The methods that this deployment can offer at all.
    pub(crate) fn methods(&self) -> impl Iterator<Item = Method> {
        let gateway = self.threema.is_some();
        let key_pair = self.end_to_end().is_some();
        let all = Method::ALL.into_iter();
        all.filter(move |method| {
            self.policy.offered.contains(method)
                && (gateway || !method.needs_gateway())
                && (key_pair || !method.needs_key_pair())
        })
    }

    /// What it takes to receive messages, and to send them end-to-end encrypted.
    pub(crate) fn end_to_end(&self) -> Option<&EndToEnd> {
        self.threema.as_ref()?.end_to_end.as_ref()
    }

    /// Whether pages of that origin may hold the elements.
    pub(crate) fn knows_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|known| known.as_str() == origin)
    }
}

const SECRETS: [&str; 14] = [
    "NAMING_KEY",
    "TOKEN_KEY",
    "TOKEN_KEY_PREVIOUS",
    "VAULT_KEY",
    "VAULT_KEY_PREVIOUS",
    "SITE_SECRET",
    "ADMIN_SECRET",
    "STATUS_SECRET",
    "THREEMA_API_SECRET",
    "THREEMA_API_SECRET_PREVIOUS",
    "THREEMA_PRIVATE_KEY",
    "THREEMA_CALLBACK_PATH",
    "WEBHOOK_SECRET",
    "WEBHOOK_SECRET_PREVIOUS",
];
/// What `wrangler.toml` may hold. All else is secret, or may be by mistake.
const PLAIN: [&str; 5] = [
    "SITE_NAME",
    "SITE_ORIGINS",
    "THREEMA_GATEWAY_ID",
    "THREEMA_API_URL",
    "WEBHOOK_URL",
];
const NAME: &str = "the site's name as the app shows it: 1 to 64 characters, no colon";
const ORIGINS: &str = "the origins of the site's pages, separated by blanks: https://forum.example";
const EXPORT_KEY: &str =
    "a public key in 64 hexadecimal digits, as `cargo xtask export-key` prints it";
const KEY: &str = "32 random bytes in base64, as `cargo xtask secrets` makes them";
const SECRET: &str = "32 characters or more, as `cargo xtask secrets` makes them";
const DIFFERENT: &str = "a value of its own";

struct Reader<L> {
    lookup: L,
    faults: Vec<Fault>,
}

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    fn has(&self, setting: &str) -> bool {
        (self.lookup)(setting).is_some_and(|value| !value.trim().is_empty())
    }

    fn read<T>(
        &mut self,
        setting: &'static str,
        expected: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = (self.lookup)(setting).map(Zeroizing::new);
        let text = value.as_ref().map(|value| value.as_str());
        let parsed = text.and_then(parse);
        if parsed.is_none() {
            self.faults.push(Fault {
                setting,
                found: found(setting, text),
                expected,
            });
        }
        parsed
    }

    fn key(&mut self, setting: &'static str) -> Option<Key> {
        self.read(setting, KEY, |text| Key::from_base64(text).ok())
    }

    fn keyring(&mut self, current: &'static str, previous: &'static str) -> Option<Keyring> {
        let current = self.key(current);
        let previous = match (self.lookup)(previous) {
            Some(_) => Some(self.key(previous)?),
            None => None,
        };
        Some(Keyring::new(current?, previous))
    }

    /// The rules, all of their faults at once; the defaults beside a fault.
    fn policy(&mut self, has_gateway: bool) -> Policy {
        let policy = Policy::parse(&self.lookup).unwrap_or_else(|faults| {
            self.faults.extend(faults);
            Policy::default()
        });
        let here = policy.offered.iter().copied();
        let here: Vec<_> = here
            .filter(|method| has_gateway || !method.needs_gateway())
            .collect();
        if policy.enrollment.is_required(false) && policy.enrollable(&here).is_empty() {
            self.faults.push(Fault {
                setting: "ENROLLMENT",
                found: "required, with nothing to enrol".into(),
                expected: "METHODS with one that is not in METHODS_CLOSED and has what it needs",
            });
        }
        policy
    }

    fn secret(&mut self, setting: &'static str) -> Option<SharedSecret> {
        self.read(setting, SECRET, |text| {
            // The test secrets are public.
            let public = TestSecret::parse(text.trim()).is_some();
            SharedSecret::parse(text).ok().filter(|_| !public)
        })
    }

    /// One value for two purposes would let the holder of one do the other's work.
    fn all_different(&mut self, settings: &[&'static str]) {
        for (place, setting) in settings.iter().enumerate() {
            let Some(value) = (self.lookup)(setting).map(Zeroizing::new) else {
                continue;
            };
            let same = settings.iter().take(place).find(|other| {
                let other = (self.lookup)(other).map(Zeroizing::new);
                other.is_some_and(|other| other.trim() == value.trim())
            });
            if let Some(other) = same {
                self.faults.push(Fault {
                    setting,
                    found: format!("the same as {other}"),
                    expected: DIFFERENT,
                });
            }
        }
    }
}

/// Says what is there; of a secret only how long it is.
fn found(setting: &str, value: Option<&str>) -> String {
    match value.map(str::trim) {
        None => "nothing".into(),
        Some("") => "an empty text".into(),
        Some(text) if PLAIN.contains(&setting) => text.into(),
        Some(text) => format!("{} characters", text.chars().count()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 8] = [
        ("SITE_NAME", "Demo forum"),
        (
            "SITE_ORIGINS",
            "https://forum.example http://localhost:8080",
        ),
        ("NAMING_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("TOKEN_KEY", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="),
        ("VAULT_KEY", "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI="),
        ("SITE_SECRET", "tg_site_0123456789abcdefghijklmnop"),
        ("ADMIN_SECRET", "tg_admin_0123456789abcdefghijklmno"),
        ("STATUS_SECRET", "tg_status_0123456789abcdefghijklmn"),
    ];

    fn with(changes: &[(&'static str, Option<&'static str>)]) -> Result<Config, Vec<Fault>> {
        Config::parse(|name| {
            let changed = changes.iter().find(|(setting, _)| *setting == name);
            let good = GOOD.iter().find(|(setting, _)| *setting == name);
            match changed {
                Some((_, value)) => value.map(Into::into),
                None => good.map(|(_, value)| (*value).into()),
            }
        })
    }

    fn faults(changes: &[(&'static str, Option<&'static str>)]) -> Vec<(&'static str, String)> {
        let faults = with(changes).unwrap_err();
        faults
            .into_iter()
            .map(|fault| (fault.setting, fault.found))
            .collect()
    }

    #[test]
    fn good_settings_are_taken() {
        let config = with(&[]).unwrap();
        assert!(config.knows_origin("https://forum.example"));
        assert!(config.knows_origin("http://localhost:8080"));
        assert!(!config.knows_origin("https://forum.example.evil.example"));
    }

    #[test]
    fn nothing_at_all_names_every_setting_at_once() {
        let all = Config::parse(|_| None).unwrap_err();
        let named: Vec<_> = all.iter().map(|fault| fault.setting).collect();
        assert_eq!(named, GOOD.map(|(setting, _)| setting));
        assert!(all.iter().all(|fault| fault.found == "nothing"));
    }

    #[test]
    fn each_wrong_value_is_a_fault_that_shows_no_secret() {
        for (setting, value, said) in [
            ("SITE_NAME", "a:b", "a:b"),
            (
                "SITE_ORIGINS",
                "https://forum.example/",
                "https://forum.example/",
            ),
            ("SITE_ORIGINS", "  ", "an empty text"),
            ("NAMING_KEY", "c2hvcnQ=", "8 characters"),
            ("SITE_SECRET", "too short a secret", "18 characters"),
            (
                "SITE_SECRET",
                TestSecret::AlwaysPasses.as_str(),
                "40 characters",
            ),
            ("TOKEN_KEY_PREVIOUS", "nonsense", "8 characters"),
        ] {
            assert_eq!(faults(&[(setting, Some(value))]), [(setting, said.into())]);
        }
    }

    #[test]
    fn one_value_for_two_purposes_is_a_fault() {
        assert_eq!(
            faults(&[("ADMIN_SECRET", Some(GOOD[5].1))]),
            [("ADMIN_SECRET", "the same as SITE_SECRET".into())]
        );
        assert_eq!(
            faults(&[(
                "STATUS_SECRET",
                Some("  tg_site_0123456789abcdefghijklmnop ")
            )]),
            [("STATUS_SECRET", "the same as SITE_SECRET".into())]
        );
        assert_eq!(
            faults(&[("VAULT_KEY", Some(GOOD[2].1))]),
            [("VAULT_KEY", "the same as NAMING_KEY".into())]
        );
    }

    const THREEMA: [(&str, &str); 4] = [
        ("THREEMA_GATEWAY_ID", "*TESTTST"),
        ("THREEMA_API_SECRET", "nevergonnagiveyo"),
        (
            "THREEMA_PRIVATE_KEY",
            "private:94af3260fa2a19adc8e82e82be598be15bc6ad6f47c8ee303cb185ef860e16d2",
        ),
        ("THREEMA_CALLBACK_PATH", "tg_callback_0123456789abcdefghij"),
    ];

    #[test]
    fn without_threema_there_are_authenticators_only_and_with_it_all_methods() {
        let none = with(&[]).unwrap();
        assert!(none.threema.is_none());
        assert!(none.methods().eq([Method::Totp, Method::Recovery]));
        let all = with(&THREEMA.map(|(setting, value)| (setting, Some(value)))).unwrap();
        assert!(all.methods().eq([
            Method::Totp,
            Method::ThreemaReply,
            Method::ThreemaCode,
            Method::Recovery
        ]));
        let end_to_end = all.end_to_end().unwrap();
        assert!(end_to_end.is_callback(THREEMA[3].1));
        assert!(!end_to_end.is_callback(""));
    }

    #[test]
    fn a_part_of_threema_names_all_that_is_missing() {
        let [id, secret, key, path] = THREEMA.map(|(setting, _)| setting);
        for (there, missing) in [
            (0, vec![secret]),
            (1, vec![id]),
            (2, vec![id, secret, path]),
            (3, vec![id, secret, key]),
        ] {
            let (setting, value) = THREEMA[there];
            let missing = missing.into_iter().map(|other| (other, "nothing".into()));
            let missing: Vec<(_, String)> = missing.collect();
            assert_eq!(faults(&[(setting, Some(value))]), missing);
        }
    }

    #[test]
    fn without_a_key_pair_there_is_no_method_for_which_messages_are_received() {
        let settings = THREEMA.map(|(setting, value)| (setting, Some(value)));
        let basic = with(&settings[..2]).unwrap();
        assert!(basic.threema.is_some() && basic.end_to_end().is_none());
        let methods = [Method::Totp, Method::ThreemaCode, Method::Recovery];
        assert!(basic.methods().eq(methods));
        for (half, missing) in [(2, THREEMA[3].0), (3, THREEMA[2].0)] {
            let settings = [settings[0], settings[1], settings[half]];
            assert_eq!(faults(&settings), [(missing, "nothing".into())]);
        }
    }

    #[test]
    fn wrong_threema_settings_are_named_and_their_secrets_not_shown() {
        for (place, value, said) in [
            (0, "ABCD1234", "ABCD1234"),
            (1, "", "an empty text"),
            (2, "94af", "4 characters"),
            (3, "short", "5 characters"),
        ] {
            let mut settings = THREEMA.map(|(setting, value)| (setting, Some(value)));
            settings[place].1 = Some(value);
            assert_eq!(faults(&settings), [(THREEMA[place].0, said.into())]);
        }
    }

    const WEBHOOK: [(&str, Option<&str>); 2] = [
        ("WEBHOOK_URL", Some("https://forum.example/webhooks")),
        (
            "WEBHOOK_SECRET",
            Some("whsec_BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ="),
        ),
    ];

    #[test]
    fn a_webhook_is_an_address_with_a_secret_or_nothing() {
        assert!(with(&[]).unwrap().webhook.is_none());
        let webhook = with(&WEBHOOK).unwrap().webhook.unwrap();
        assert_eq!(webhook.url, "https://forum.example/webhooks");
        for (kept, missing) in [(0, "WEBHOOK_SECRET"), (1, "WEBHOOK_URL")] {
            assert_eq!(faults(&WEBHOOK[kept..=kept]), [(missing, "nothing".into())]);
        }
        for (place, value, said) in [
            (
                0,
                "http://forum.example/webhooks",
                "http://forum.example/webhooks",
            ),
            (
                0,
                "https://forum.example/?a=b",
                "https://forum.example/?a=b",
            ),
            (1, "whsec_c2hvcnQ=", "14 characters"),
        ] {
            let mut settings = WEBHOOK;
            settings[place].1 = Some(value);
            assert_eq!(faults(&settings), [(WEBHOOK[place].0, said.into())]);
        }
    }

    #[test]
    fn a_previous_key_is_taken_beside_the_present_one() {
        let previous = "AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=";
        assert!(with(&[("TOKEN_KEY_PREVIOUS", Some(previous))]).is_ok());
    }
}
