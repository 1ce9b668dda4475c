//! A link that another system wrote.
//!
//! ```text
//!  text ──Link::split──▶ Link ─┬─▶ take_over   its secret, for codes that are checked here
//!                              └─▶ read        all that it says
//! ```

use alloc::borrow::Cow;
use core::fmt;

use crate::Error;
use crate::form;
use crate::otp::{Algorithm, Counter, Digits, Generator, Issuer, KeyUri, Label, Period, Secret};

use super::Writer;
use super::read::decoded;

impl KeyUri {
    /// Reads what makes the codes from a link as other systems write it: whatever its names, its order,
    /// its case, and with parameters that only say how it looks.
    ///
    /// # Errors
    /// [`Error::UriInvalid`] if it is no such link, or of a kind whose codes are made otherwise;
    /// [`Error::SecretMalformed`]; [`Error::ParameterInvalid`] for a hash, a length or a period that is not
    /// checked here. The text may be a secret all the same: it should not be logged.
    pub fn take_over(text: &str) -> Result<(Generator, Secret), Error> {
        let link = Link::split(text)?;
        let secret = link.secret()?;
        let sha1 = Algorithm::Sha1.as_str();
        let other = |name: Cow<'_, str>| !name.eq_ignore_ascii_case(sha1);
        if link.one("algorithm")?.is_some_and(other) {
            return Err(Error::ParameterInvalid);
        }
        Ok((link.generator()?, secret))
    }

    /// Reads all that a link says, as other systems write it.
    ///
    /// # Errors
    /// As [`KeyUri::take_over`], but for no hash of [`Algorithm`].
    pub fn read(text: &str) -> Result<Foreign, Error> {
        let link = Link::split(text)?;
        let secret = link.secret()?;
        let algorithm = match link.one("algorithm")? {
            Some(name) => Algorithm::parse(&name.to_ascii_uppercase())?,
            None => Algorithm::default(),
        };
        let (before, account) = link.label();
        let issuer = link.one("issuer")?;
        let issuer = issuer.or_else(|| decoded(before?).ok().map(Cow::Owned));
        Ok(Foreign {
            algorithm,
            generator: link.generator()?,
            secret,
            issuer: issuer.and_then(|name| Issuer::parse(&name).ok()),
            account: decoded(account)
                .ok()
                .and_then(|name| Label::parse(&name).ok()),
        })
    }
}

/// What a link of another system says.
#[derive(Clone)]
pub struct Foreign {
    /// The hash. The generator's own checks know SHA1 alone.
    pub algorithm: Algorithm,
    /// How the codes are made, and where a token stands.
    pub generator: Generator,
    /// The secret.
    pub secret: Secret,
    /// The site's name; none if it has none that an app could show.
    pub issuer: Option<Issuer>,
    /// The account's name, likewise.
    pub account: Option<Label>,
}

impl fmt::Debug for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Foreign(..)")
    }
}

/// A link in its parts, as they stand there.
struct Link<'a> {
    kind: &'a str,
    label: &'a str,
    query: &'a str,
}

impl<'a> Link<'a> {
    fn split(text: &'a str) -> Result<Self, Error> {
        let text = text.trim();
        if text.len() > Writer::CAPACITY {
            return Err(Error::UriInvalid);
        }
        let (scheme, rest) = text.split_once("://").ok_or(Error::UriInvalid)?;
        let (kind, rest) = rest.split_once('/').ok_or(Error::UriInvalid)?;
        let (label, query) = rest.split_once('?').ok_or(Error::UriInvalid)?;
        if !scheme.eq_ignore_ascii_case("otpauth") {
            return Err(Error::UriInvalid);
        }
        Ok(Self { kind, label, query })
    }

    /// A parameter, which may be there once.
    fn one(&self, name: &str) -> Result<Option<Cow<'a, str>>, Error> {
        let mut found = None;
        for pair in form::pairs(self.query) {
            let (key, value) = pair.map_err(|_| Error::UriInvalid)?;
            if key.eq_ignore_ascii_case(name) && found.replace(value).is_some() {
                return Err(Error::UriInvalid);
            }
        }
        Ok(found)
    }

    fn secret(&self) -> Result<Secret, Error> {
        Ok(Secret::parse(
            &self.one("secret")?.ok_or(Error::UriInvalid)?,
        )?)
    }

    fn generator(&self) -> Result<Generator, Error> {
        // Steam's codes have letters.
        if self.one("encoder")?.is_some() {
            return Err(Error::UriInvalid);
        }
        let digits = match self.one("digits")? {
            Some(count) => Digits::new(count.parse().map_err(|_| Error::ParameterInvalid)?)?,
            None => Digits::default(),
        };
        Ok(match self.kind.to_ascii_lowercase().as_str() {
            "totp" => Generator::Clock {
                digits,
                period: match self.one("period")? {
                    Some(secs) => {
                        Period::from_secs(secs.parse().map_err(|_| Error::ParameterInvalid)?)?
                    }
                    None => Period::default(),
                },
                last: None,
            },
            "hotp" => {
                let next = self.one("counter")?.ok_or(Error::UriInvalid)?;
                let next = Counter(next.parse().map_err(|_| Error::ParameterInvalid)?);
                Generator::Counter { digits, next }
            }
            _ => return Err(Error::UriInvalid),
        })
    }

    /// What stands before the colon, and the account. Some write the colon as `%3A`.
    fn label(&self) -> (Option<&'a str>, &'a str) {
        let colons = [":", "%3A", "%3a"].into_iter();
        let split = colons.filter_map(|colon| self.label.split_once(colon));
        match split.min_by_key(|(before, _)| before.len()) {
            Some((issuer, account)) => (Some(issuer), account),
            None => (None, self.label),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnixTime;
    use crate::challenge::Judgement;
    use crate::policy::Policy;

    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn taken(rest: &str) -> Result<Generator, Error> {
        KeyUri::take_over(&std::format!("otpauth://{rest}")).map(|(generator, _)| generator)
    }

    #[test]
    fn what_others_write_is_taken_over() {
        let plain = taken(&std::format!(
            "totp/Forum:alice?secret={SECRET}&issuer=Forum"
        ))
        .unwrap();
        for same in [
            "totp/alice?secret=S",
            "totp/?secret=S&algorithm=SHA1&digits=6&period=30",
            "TOTP/Our%20Forum:alice%40example.org?issuer=Our+Forum&SECRET=S&Algorithm=sha1",
            "totp/a?secret=S%3D%3D&image=https%3A%2F%2Fforum.example%2Fa.png&color=red",
        ] {
            let read = taken(
                &same
                    .replace('S', SECRET)
                    .replace(&SECRET.replace('S', ""), SECRET),
            );
            let read = read.or_else(|_| taken(&same.replacen("=S", &std::format!("={SECRET}"), 1)));
            assert_eq!(read, Ok(plain), "{same}");
        }
        let hotp = taken(&std::format!("hotp/a?secret={SECRET}&counter=7&digits=8"));
        let next = Counter(7);
        let digits = Digits::Eight;
        assert_eq!(hotp, Ok(Generator::Counter { digits, next }));
    }

    #[test]
    fn what_cannot_be_checked_here_is_refused() {
        for (rest, cause) in [
            ("totp/a?secret=S&algorithm=SHA256", Error::ParameterInvalid),
            ("totp/a?secret=S&digits=5", Error::ParameterInvalid),
            ("totp/a?secret=S&digits=x", Error::ParameterInvalid),
            ("totp/a?secret=S&period=0", Error::ParameterInvalid),
            ("totp/a?secret=S&encoder=steam", Error::UriInvalid),
            ("totp/a?secret=S&secret=S", Error::UriInvalid),
            ("hotp/a?secret=S", Error::UriInvalid),
            ("yaotp/a?secret=S", Error::UriInvalid),
            ("totp/a", Error::UriInvalid),
            ("totp/a?issuer=b", Error::UriInvalid),
            ("totp/a?secret=%zz", Error::UriInvalid),
            ("totp/a?secret=1", Error::SecretMalformed),
            ("totp/a?secret=GEZDGNBV", Error::SecretMalformed),
        ] {
            let rest = rest.replace("=S", &std::format!("={SECRET}"));
            assert_eq!(taken(&rest), Err(cause), "{rest}");
        }
        assert!(KeyUri::take_over("https://forum.example/?secret=x").is_err());
    }

    #[test]
    fn all_that_a_link_of_others_says_is_read() {
        let read = |rest: &str| KeyUri::read(&std::format!("otpauth://{rest}secret={SECRET}"));
        for (rest, algorithm, issuer, account) in [
            (
                "totp/Our%20Forum:alice?",
                Algorithm::Sha1,
                Some("Our Forum"),
                Some("alice"),
            ),
            (
                "totp/Forum%3Aal%3Aice?algorithm=sha256&",
                Algorithm::Sha256,
                Some("Forum"),
                Some("al:ice"),
            ),
            (
                "totp/a+b?issuer=Our+Forum&algorithm=SHA512&",
                Algorithm::Sha512,
                Some("Our Forum"),
                Some("a+b"),
            ),
            ("totp/?", Algorithm::Sha1, None, None),
            ("totp/a%zz:b%0Ac?", Algorithm::Sha1, None, None),
        ] {
            let read = read(rest).unwrap();
            assert_eq!(read.algorithm, algorithm, "{rest}");
            assert_eq!(read.issuer.as_ref().map(Issuer::as_str), issuer, "{rest}");
            assert_eq!(read.account.as_ref().map(Label::as_str), account, "{rest}");
        }
        let wrong = read("totp/a?algorithm=MD5&").map(|_| ());
        assert_eq!(wrong, Err(Error::ParameterInvalid));
        assert_eq!(
            std::format!("{:?}", read("totp/a?").unwrap()),
            "Foreign(..)"
        );
    }

    #[test]
    fn no_code_of_the_present_window_works_after_it_was_taken_over() {
        let policy = Policy::default();
        let now = UnixTime::from_secs(1_000_000);
        let uri = std::format!("otpauth://totp/a?secret={SECRET}");
        let (generator, secret) = KeyUri::take_over(&uri).unwrap();
        let spent = generator.past(now, &policy);
        for away in [-30_i64, 0, 30] {
            let at = UnixTime::from_secs(1_000_000_u64.saturating_add_signed(away));
            let code = crate::otp::Totp::default();
            let code = code.code(&secret, code.step(at));
            assert_eq!(spent.judge(&secret, &code, now, &policy), Judgement::Used);
            assert!(matches!(
                generator.judge(&secret, &code, now, &policy),
                Judgement::Accepted(_)
            ));
        }
        let later = UnixTime::from_secs(1_000_060);
        let code = crate::otp::Totp::default();
        let code = code.code(&secret, code.step(later));
        assert!(matches!(
            spent.judge(&secret, &code, later, &policy),
            Judgement::Accepted(_)
        ));
    }
}
