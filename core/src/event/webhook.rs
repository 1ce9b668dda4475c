//! A webhook: signed, and posted until the site has taken it.
//!
//! ```
//! use threegate_core::UnixTime;
//! use threegate_core::event::webhook::{Secret, Signer, again};
//!
//! let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
//! let signer = Signer::new(secret, None);
//! let (id, timestamp) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330");
//! assert_eq!(
//!     signer.sign(id, timestamp, r#"{"test": 2432232314}"#), // the header `webhook-signature`
//!     "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
//! );
//!
//! // The site did not answer 2xx to the third try: the next one follows after 20 to 40 seconds.
//! let (noted_at, now) = (UnixTime::from_secs(1_000), UnixTime::from_secs(1_060));
//! let jitter = 0; // really a random byte
//! assert_eq!(again(noted_at, 3, jitter, now), Some(UnixTime::from_secs(1_080)));
//! # Ok::<(), threegate_core::Error>(())
//! ```
//!
//! Source: Standard Webhooks 1.0, "Verifying webhook authenticity" and "Operational considerations";
//! vectors in `tests/vectors/webhook/`.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{Error, UnixTime};

/// After this time without success an event is given up, and counted.
pub const GIVEN_UP_AFTER: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// The longest pause between two tries.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// How long the site may take for its answer.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// How many cheap events an outbox keeps: see [`super::Event::is_cheap`]. Whatever somebody else wrote
/// is one, too.
pub const KEPT: u64 = 100;

const FIRST_PAUSE: u64 = 5;

/// What signs: the present secret and, while it is being exchanged, the one before it.
pub struct Signer {
    current: Secret,
    previous: Option<Secret>,
}

/// A secret that worker and site share: `whsec_` and 24 to 64 bytes in base64.
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Reads a secret.
    ///
    /// # Errors
    /// [`Error::KeyMalformed`] without `whsec_`, for other than base64, or for another length.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let encoded = text.trim().strip_prefix("whsec_");
        let encoded = encoded.ok_or(Error::KeyMalformed)?;
        let bytes = Base64::decode_vec(encoded).map_err(|_| Error::KeyMalformed)?;
        let bytes = Zeroizing::new(bytes);
        if !(24..=64).contains(&bytes.len()) {
            return Err(Error::KeyMalformed);
        }
        Ok(Self(bytes))
    }

    /// `v1,` and the signature in base64.
    fn sign(&self, id: &str, timestamp: &str, body: &str) -> String {
        // HMAC fills a short key up with zeros (RFC 2104); none here is longer than a block.
        let mut block = Zeroizing::new([0; 64]);
        block
            .iter_mut()
            .zip(self.0.iter())
            .for_each(|(to, from)| *to = *from);
        let mut mac = Hmac::<Sha256>::new((&*block).into());
        for part in [id, ".", timestamp, ".", body] {
            mac.update(part.as_bytes());
        }
        let signature = Base64::encode_string(&mac.finalize().into_bytes());
        ["v1,", &signature].concat()
    }
}

impl Signer {
    /// Signs with `current`, and also with `previous`, so that the site may know either.
    #[must_use]
    pub const fn new(current: Secret, previous: Option<Secret>) -> Self {
        Self { current, previous }
    }

    /// The header `webhook-signature` for the headers `webhook-id` and `webhook-timestamp` and a body. The
    /// time is that of the try, in seconds: a receiver refuses what is old.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: &str, body: &str) -> String {
        let current = self.current.sign(id, timestamp, body);
        match &self.previous {
            Some(previous) => [&current, " ", &previous.sign(id, timestamp, body)].concat(),
            None => current,
        }
    }
}

/// After so many tries in vain, when an event of `noted_at` is posted again; never, if it is given up.
/// `jitter` is one random byte: what failed together must not come again together.
#[must_use]
pub fn again(noted_at: UnixTime, tries: u32, jitter: u8, now: UnixTime) -> Option<UnixTime> {
    if now.saturating_since(noted_at) >= GIVEN_UP_AFTER {
        return None;
    }
    let longest = FIRST_PAUSE.saturating_mul(2_u64.saturating_pow(tries));
    let longest = longest.min(LONGEST_PAUSE.as_secs());
    // Between half of it and the whole.
    let half = longest.div_ceil(2);
    let more = longest.saturating_sub(half).saturating_mul(jitter.into()) / 255;
    Some(now.saturating_add(Duration::from_secs(half.saturating_add(more))))
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime::from_secs(1_000_000);

    #[test]
    fn signatures_are_those_of_the_convention_s_own_libraries() {
        let vectors = include_str!("../../../tests/vectors/webhook/signatures.txt");
        let mut signed = 0;
        for line in vectors.lines().filter(|line| !line.starts_with('#')) {
            let parts: Vec<_> = line.split(" | ").collect();
            let [secret, previous, id, timestamp, body, signature] = parts.as_slice() else {
                panic!("{line}");
            };
            let previous = (*previous != "-").then(|| Secret::parse(previous).unwrap());
            let signer = Signer::new(Secret::parse(secret).unwrap(), previous);
            assert_eq!(signer.sign(id, timestamp, body), *signature);
            signed += 1;
        }
        assert_eq!(signed, 3);
    }

    #[test]
    fn a_secret_is_its_prefix_and_24_to_64_bytes() {
        let secret = |bytes: usize| {
            let encoded = Base64::encode_string(&std::vec![7; bytes]);
            Secret::parse(&["whsec_", &encoded].concat()).err()
        };
        for (bytes, wrong) in [(23, true), (24, false), (64, false), (65, true)] {
            assert_eq!(secret(bytes), wrong.then_some(Error::KeyMalformed));
        }
        for wrong in ["", "whsec_", "whsec_%", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
            assert!(Secret::parse(wrong).is_err());
        }
    }

    #[test]
    fn pauses_double_up_to_an_hour_between_half_and_whole_and_end_after_three_days() {
        let pause = |tries, jitter| {
            let at = again(NOW, tries, jitter, NOW).unwrap();
            at.saturating_since(NOW).as_secs()
        };
        let whole: Vec<_> = (0..12).map(|tries| pause(tries, 255)).collect();
        assert_eq!(
            whole,
            [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]
        );
        assert_eq!((pause(0, 0), pause(11, 0)), (3, 1800));
        assert!((0..=255).all(|jitter| (1800..=3600).contains(&pause(u32::MAX, jitter))));
        let late = NOW.saturating_add(GIVEN_UP_AFTER);
        assert_eq!(again(NOW, 80, 0, late), None);
    }
}
