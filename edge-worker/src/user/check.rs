//! Codes that were typed elsewhere, and that the site hands over.
//!
//! They are as good as those of a challenge: one throttle, one memory of what was used.

use threegate_core::challenge::{self, Challenge};
use threegate_core::wire::site::CheckAnswer;
use threegate_core::{Error as Cause, Method, UnixTime, check};
use worker::Response;

use super::prove::{self, Asked, Refused, Typed};
use super::{Account, reply, store};
use crate::counts::Count;
use crate::problem::Error;

impl Account<'_> {
    pub(super) async fn check(
        &self,
        typed: &str,
        named: Option<Method>,
    ) -> Result<Response, Error> {
        let (methods, typed) = self.typed_elsewhere(typed, named)?;
        let given = typed.given().await?;
        // The same request may have been answered while this one was at work.
        if let Some(answer) = self.replayed()? {
            return Ok(answer);
        }
        let checked = self.storage.transact(|storage| {
            let now = store::advance_clock(storage, self.now)?;
            let first = methods.first().copied().unwrap_or(Method::Recovery);
            let asked = Some(Challenge::open(first, now));
            let (_, taken) = self.take(storage, asked, &methods, &given, now)?;
            match taken {
                Ok(accepted) => {
                    let answer = CheckAnswer {
                        success: true,
                        method: accepted.method,
                        recovery_left: accepted.recovery_left,
                    };
                    self.remember(storage, 200, &answer, now)?;
                    Ok(Ok(answer))
                }
                Err(Refused {
                    cause,
                    now,
                    retry_at,
                }) => {
                    let refused = Error::refused_until(cause, now, retry_at);
                    // It was counted, so it is not evaluated again for the same request.
                    if cause == Cause::CodeWrong || cause == Cause::CodeUsed {
                        let problem = refused.problem();
                        self.remember(storage, problem.status, &problem, now)?;
                    }
                    Ok(Err(refused))
                }
            }
        })?;
        let answer = checked?;
        let count = match answer.method {
            Method::Recovery => Count::RecoveryProofs,
            _ => Count::Proofs,
        };
        reply::counted(200, &answer, count)
    }

    /// What the code may be, if it may be looked at now.
    fn typed_elsewhere(
        &self,
        typed: &str,
        named: Option<Method>,
    ) -> Result<(Vec<Method>, Typed), Error> {
        let refused = |cause| Error::refused(cause, self.now);
        let permitted: Vec<_> = self.config.methods().collect();
        let read = self.storage.transact(|storage| {
            if !store::exists(storage)? {
                return Ok(Err(Cause::MethodUnavailable));
            }
            let throttle = self.throttle(storage)?;
            let enrolled = store::enrolled(storage)?;
            let methods = check::methods(typed, named, enrolled, &permitted, throttle);
            let methods = match methods {
                Ok(methods) => methods,
                Err(cause) => return Ok(Err(cause)),
            };
            let now: UnixTime = store::advance_clock(storage, self.now)?;
            let first = methods.first().copied().unwrap_or(Method::Recovery);
            let asked = Some(Challenge::open(first, now));
            if let Err(cause) = challenge::may_answer(throttle, asked, now) {
                return Ok(Err(cause));
            }
            let asked = Asked::of(storage, &methods)?;
            Ok(asked.map(|asked| (methods, asked)))
        })?;
        let (methods, asked) = read.map_err(refused)?;
        let typed = prove::parse(typed, asked).map_err(refused)?;
        Ok((methods, typed))
    }
}
