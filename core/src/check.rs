//! A code that was typed somewhere else, such as the site's own form.
//!
//! The site's own form has one field for all codes; here it is decided among which factors a code is looked
//! for. What is found is then judged like the answer to a challenge, by [`answer`](crate::challenge::answer).
//!
//! ```
//! use threegate_core::ticket::Enrolled;
//! use threegate_core::{Error, Method, check, throttle::Throttle};
//!
//! let alice = Enrolled { authenticators: 1, recovery_left: 8, ..Enrolled::default() };
//! let among = |typed, named| check::methods(typed, named, alice, &Method::ALL, Throttle::default());
//!
//! assert_eq!(among("287 082", None), Ok(vec![Method::Totp]));
//! assert_eq!(among("011VR-ABCDE", None), Ok(vec![Method::Recovery])); // it looks so
//! assert_eq!(among("287 082", Some(Method::Hotp)), Err(Error::MethodUnavailable)); // she has none
//! ```

use alloc::vec::Vec;

use crate::recovery::RecoveryCode;
use crate::throttle::Throttle;
use crate::ticket::Enrolled;
use crate::{Error, Method};

/// Among which methods a code is looked for: the one that the site names, or those whose codes look so.
///
/// # Errors
/// [`Error::MethodUnavailable`] if the user has none of them, may not use it, or it is not typed;
/// [`Error::GuessingClosed`] if too many failures have closed it.
pub fn methods(
    typed: &str,
    named: Option<Method>,
    enrolled: Enrolled,
    permitted: &[Method],
    throttle: Throttle,
) -> Result<Vec<Method>, Error> {
    let candidates: &[_] = match named {
        Some(Method::Totp) => &[Method::Totp],
        Some(Method::Hotp) => &[Method::Hotp],
        Some(Method::Recovery) => &[Method::Recovery],
        Some(_) => return Err(Error::MethodUnavailable),
        // Ten characters, where an app has eight digits at most.
        None if RecoveryCode::parse(typed).is_ok() => &[Method::Recovery],
        None => &[Method::Totp, Method::Hotp],
    };
    let mut refused = Error::MethodUnavailable;
    let mut methods = Vec::new();
    for method in candidates {
        match enrolled.may_prove_by(*method, permitted, throttle) {
            Ok(()) => methods.push(*method),
            Err(Error::GuessingClosed) => refused = Error::GuessingClosed,
            Err(_) => {}
        }
    }
    if methods.is_empty() {
        return Err(refused);
    }
    Ok(methods)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnixTime;
    use std::vec;

    const BOTH: Enrolled = Enrolled {
        authenticators: 1,
        tokens: 1,
        threema_reply: true,
        threema_code: true,
        threema_tap: true,
        recovery_left: 3,
        default: None,
    };

    fn among(typed: &str, named: Option<Method>, enrolled: Enrolled) -> Result<Vec<Method>, Error> {
        methods(typed, named, enrolled, &Method::ALL, Throttle::default())
    }

    #[test]
    fn a_code_is_looked_for_where_it_may_come_from() {
        let (totp, hotp) = (Method::Totp, Method::Hotp);
        assert_eq!(among("123456", None, BOTH), Ok(vec![totp, hotp]));
        assert_eq!(among("123456", Some(hotp), BOTH), Ok(vec![hotp]));
        assert_eq!(among("abcde-12345", None, BOTH), Ok(vec![Method::Recovery]));
        let app = Enrolled { tokens: 0, ..BOTH };
        assert_eq!(among("123456", None, app), Ok(vec![totp]));
        assert_eq!(among("x", None, app), Ok(vec![totp]));
    }

    #[test]
    fn nothing_is_looked_for_where_there_is_nothing_or_no_code_is_typed() {
        let none = Enrolled::default();
        for (typed, named) in [
            ("123456", None),
            ("123456", Some(Method::Totp)),
            ("abcde-12345", None),
        ] {
            let refused = Err(Error::MethodUnavailable);
            assert_eq!(among(typed, named, none), refused);
        }
        for method in [
            Method::ThreemaReply,
            Method::ThreemaCode,
            Method::ThreemaTap,
        ] {
            assert!(among("123456", Some(method), BOTH).is_err());
        }
        let refused = methods("123456", None, BOTH, &[], Throttle::default());
        assert_eq!(refused, Err(Error::MethodUnavailable));
    }

    #[test]
    fn what_a_hundred_failures_have_closed_is_said_to_be_closed() {
        let closed = Throttle::restore(100, UnixTime::default());
        let ask = |typed| methods(typed, None, BOTH, &Method::ALL, closed);
        assert_eq!(ask("123456"), Err(Error::GuessingClosed));
        assert_eq!(ask("abcde-12345"), Ok(vec![Method::Recovery]));
    }
}
