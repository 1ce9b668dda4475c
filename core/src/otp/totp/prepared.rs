//! A secret made ready for many codes.

use core::fmt;

use super::super::keyed::{Codes, Keyed};
use super::{Secret, Step, Totp, Verdict, Window};
use crate::UnixTime;
use crate::otp::{Code, CodeError};

/// What makes an app's codes, with its secret made ready.
///
/// Hashing the secret is half of the work of a code, and the same for each. Whoever shows a code every
/// period, or checks many of one user, does it once. It is as secret as the secret itself: wiped when it is
/// dropped, opaque in `Debug`, and not to be stored.
///
/// ```
/// use threegate_core::UnixTime;
/// use threegate_core::otp::{Secret, Totp};
///
/// let secret = Secret::from_bytes(b"12345678901234567890")?; // 20 random bytes, really
/// let app = Totp::default().prepare(&secret);
/// for (now, shown) in [(59, "287082"), (1_111_111_109, "081804")] {
///     assert_eq!(*app.code(app.totp().step(UnixTime::from_secs(now))).to_digits(), shown);
/// }
/// # Ok::<(), threegate_core::otp::SecretError>(())
/// ```
pub struct PreparedTotp {
    totp: Totp,
    keyed: Keyed,
}

impl Totp {
    /// Makes `secret` ready for many codes.
    #[must_use]
    pub fn prepare(self, secret: &Secret) -> PreparedTotp {
        PreparedTotp {
            totp: self,
            keyed: Keyed::new(self.algorithm, secret),
        }
    }
}

impl PreparedTotp {
    /// How the codes are made.
    #[must_use]
    pub const fn totp(&self) -> Totp {
        self.totp
    }

    /// As [`Totp::code`].
    #[must_use]
    pub fn code(&self, step: Step) -> Code {
        let digits = self.totp.digits;
        Code::new(self.keyed.code_at(step.0, digits), digits)
    }

    /// As [`Totp::parse`].
    ///
    /// # Errors
    /// As there.
    pub fn parse(&self, typed: &str) -> Result<Code, CodeError> {
        self.totp.parse(typed)
    }

    /// As [`Totp::check`].
    pub fn check(&self, code: &Code, now: UnixTime, window: Window, last: Option<Step>) -> Verdict {
        self.totp.check_by(&self.keyed, code, now, window, last)
    }
}

impl fmt::Debug for PreparedTotp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedTotp")
            .field("totp", &self.totp)
            .finish_non_exhaustive()
    }
}
