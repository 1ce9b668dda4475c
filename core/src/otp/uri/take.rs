//! A link that another system wrote, to take its secret over.

use crate::Error;
use crate::form;
use crate::otp::{Algorithm, Counter, Digits, Generator, KeyUri, Period, Secret};

use super::Writer;

impl KeyUri {
    /// Reads what makes the codes from a link as other systems write it: whatever its names, its order,
    /// its case, and with parameters that only say how it looks.
    ///
    /// # Errors
    /// [`Error::UriInvalid`] if it is no such link, or of a kind whose codes are made otherwise;
    /// [`Error::SecretMalformed`]; [`Error::ParameterInvalid`] for a hash, a length or a period that is not
    /// checked here. The text may be a secret all the same: it should not be logged.
    pub fn take_over(text: &str) -> Result<(Generator, Secret), Error> {
        let text = text.trim();
        if text.len() > Writer::CAPACITY {
            return Err(Error::UriInvalid);
        }
        let (scheme, rest) = text.split_once("://").ok_or(Error::UriInvalid)?;
        let (kind, rest) = rest.split_once('/').ok_or(Error::UriInvalid)?;
        let (_, query) = rest.split_once('?').ok_or(Error::UriInvalid)?;
        if !scheme.eq_ignore_ascii_case("otpauth") {
            return Err(Error::UriInvalid);
        }
        let one = |name: &str| -> Result<Option<_>, Error> {
            let mut found = None;
            for pair in form::pairs(query) {
                let (key, value) = pair.map_err(|_| Error::UriInvalid)?;
                if key.eq_ignore_ascii_case(name) && found.replace(value).is_some() {
                    return Err(Error::UriInvalid);
                }
            }
            Ok(found)
        };
        let secret = Secret::parse(&one("secret")?.ok_or(Error::UriInvalid)?)?;
        // Steam's codes have letters.
        if one("encoder")?.is_some() {
            return Err(Error::UriInvalid);
        }
        let sha1 = Algorithm::Sha1.as_str();
        if one("algorithm")?.is_some_and(|name| !name.eq_ignore_ascii_case(sha1)) {
            return Err(Error::ParameterInvalid);
        }
        let digits = match one("digits")? {
            Some(count) => Digits::new(count.parse().map_err(|_| Error::ParameterInvalid)?)?,
            None => Digits::default(),
        };
        let generator = match kind.to_ascii_lowercase().as_str() {
            "totp" => Generator::Clock {
                digits,
                period: match one("period")? {
                    Some(secs) => {
                        Period::from_secs(secs.parse().map_err(|_| Error::ParameterInvalid)?)?
                    }
                    None => Period::default(),
                },
                last: None,
            },
            "hotp" => {
                let next = one("counter")?.ok_or(Error::UriInvalid)?;
                let next = Counter(next.parse().map_err(|_| Error::ParameterInvalid)?);
                Generator::Counter { digits, next }
            }
            _ => return Err(Error::UriInvalid),
        };
        Ok((generator, secret))
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
