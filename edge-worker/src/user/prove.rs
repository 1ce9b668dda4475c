//! Challenges: opened, answered, abandoned.

use base64ct::{Base64UrlUnpadded, Encoding};
use threegate_core::challenge::{Challenge, Effect, Event, Judgement, State};
use threegate_core::otp::{Code, Digits, Step, Totp, Verdict, Window};
use threegate_core::recovery::{self, RecoveryCode, Salt, Stretched, Stretching};
use threegate_core::vault::Kind;
use threegate_core::wire::client::{ChallengeEnded, ChallengeOpened};
use threegate_core::{Error as Cause, Method};
use worker::Response;

use super::ticket::{Holder, Shown};
use super::{Desk, reply, store};
use crate::counts::Count;
use crate::problem::Error;
use crate::{random, stretch};

impl Desk<'_> {
    pub(super) fn open(&self, shown: &Shown, method: Method) -> Result<Response, Error> {
        let id = Base64UrlUnpadded::encode_string(&random::bytes::<16>()?);
        let opened = self.holding(shown, |holder| {
            if !holder.usable().any(|usable| usable == method) {
                return Ok(Err(Cause::MethodUnavailable));
            }
            let challenge = Challenge::open(method, holder.now);
            store::insert_challenge(holder.storage, &id, &holder.id, challenge, holder.now)?;
            Ok(Ok(ChallengeOpened {
                challenge: id.clone(),
                method,
                expires_at: challenge.expires_at().as_secs(),
            }))
        })?;
        reply::plain(201, &opened)
    }

    pub(super) fn abandon(&self, shown: &Shown, id: &str) -> Result<Response, Error> {
        let ended = self.holding(shown, |holder| {
            let Some(challenge) = store::challenge(holder.storage, id, &holder.id)? else {
                return Ok(Err(Cause::ChallengeOver));
            };
            let (after, _) = challenge.step(Event::Cancel, holder.now);
            store::save_challenge(holder.storage, id, after)?;
            if after.state() != State::Abandoned {
                return Ok(Err(Cause::ChallengeOver));
            }
            Ok(Ok(ended(id, after, None)))
        })?;
        reply::plain(200, &ended)
    }

    /// Takes the answer to a challenge: the one place where a code can let somebody in.
    pub(super) async fn prove(
        &self,
        shown: &Shown,
        id: &str,
        typed: &str,
    ) -> Result<Response, Error> {
        let asked = self.asked(shown, id)?;
        let code = match self.parse(typed, &asked) {
            Ok(code) => code,
            Err(cause) => return Err(Error::Refused(cause, self.now)),
        };
        let given = match code {
            Typed::Totp(code) => Given::Totp(code),
            Typed::Recovery(work, salt) => Given::Recovery(stretch::stretch(work).await?, salt),
        };
        let proved = self.holding(shown, |holder| self.judge(holder, id, &given))?;
        let count = match asked.method {
            Method::Recovery => Count::RecoveryProofs,
            _ => Count::Proofs,
        };
        reply::counted(200, &proved, count)
    }

    /// What the challenge asks for, if it may be answered now: no work is done for one that may not.
    fn asked(&self, shown: &Shown, id: &str) -> Result<Asked, Error> {
        self.holding(shown, |holder| {
            if let Err(cause) = store::throttle(holder.storage)?.admit(holder.now) {
                return Ok(Err(cause));
            }
            let Some(challenge) = store::challenge(holder.storage, id, &holder.id)? else {
                return Ok(Err(Cause::ChallengeOver));
            };
            let (challenge, _) = challenge.step(Event::Tick, holder.now);
            if challenge.state() != State::Open {
                return Ok(Err(Cause::ChallengeOver));
            }
            let method = challenge.method();
            let set = match method {
                Method::Recovery => store::recovery_set(holder.storage)?,
                _ => None,
            };
            Ok(Ok(Asked {
                method,
                set: set.map(|stored| stored.set),
            }))
        })
    }

    fn parse(&self, typed: &str, asked: &Asked) -> Result<Typed, Cause> {
        match (asked.method, &asked.set) {
            (Method::Totp, _) => {
                let code = Code::parse(typed, Digits::Six).map_err(|_| Cause::CodeMalformed)?;
                Ok(Typed::Totp(code))
            }
            (Method::Recovery, Some(set)) => {
                let code = RecoveryCode::parse(typed).map_err(|_| Cause::CodeMalformed)?;
                let work = Stretching::new(&code, set.salt(), set.rounds());
                Ok(Typed::Recovery(work, set.salt().clone()))
            }
            _ => Err(Cause::MethodUnavailable),
        }
    }

    /// Throttle, challenge, code, ticket: everything that an answer changes, in one transaction.
    fn judge(
        &self,
        holder: &mut Holder<'_>,
        id: &str,
        given: &Given,
    ) -> Result<Result<ChallengeEnded, Cause>, Error> {
        let (storage, now) = (holder.storage, holder.now);
        let attempt = match store::throttle(storage)?.admit(now) {
            Ok(attempt) => attempt,
            Err(cause) => return Ok(Err(cause)),
        };
        let Some(challenge) = store::challenge(storage, id, &holder.id)? else {
            return Ok(Err(Cause::ChallengeOver));
        };
        let (challenge, _) = challenge.step(Event::Tick, now);
        if challenge.state() != State::Open {
            store::save_challenge(storage, id, challenge)?;
            return Ok(Err(Cause::ChallengeOver));
        }
        let evaluated = match given {
            Given::Totp(code) => self.evaluate_totp(holder, code)?,
            Given::Recovery(stretched, salt) => self.evaluate_recovery(holder, stretched, salt)?,
        };
        let (challenge, effect) = challenge.step(Event::Judged(evaluated.judgement), now);
        store::save_challenge(storage, id, challenge)?;
        match effect {
            Some(Effect::Prove) => {
                evaluated.consume(holder)?;
                store::save_throttle(storage, attempt.passed())?;
                holder.ticket = holder.ticket.after_proof(challenge.method(), now);
                holder.save()?;
                let recovery = store::recovery(storage)?;
                let left = recovery
                    .filter(|_| challenge.method() == Method::Recovery)
                    .map(|recovery| recovery.left);
                Ok(Ok(ended(id, challenge, left)))
            }
            Some(Effect::CountFailure) => {
                store::save_throttle(storage, attempt.failed(now))?;
                Ok(Err(Cause::CodeWrong))
            }
            _ => {
                store::save_throttle(storage, attempt.neither())?;
                Ok(Err(Cause::CodeUsed))
            }
        }
    }

    fn evaluate_totp(&self, holder: &Holder<'_>, code: &Code) -> Result<Evaluated, Error> {
        let mut accepted = None;
        let mut judgements = Vec::new();
        for factor in store::active_authenticators(holder.storage)? {
            let secret = self.authenticator_secret(&factor)?;
            let last = factor.last_step();
            let verdict = Totp::default().check(&secret, code, holder.now, Window::ONE, last);
            judgements.push(match verdict {
                Verdict::Accepted { step, .. } => {
                    accepted = Some(Consumed::Step(factor.id, step));
                    Judgement::Accepted
                }
                Verdict::Used => Judgement::Used,
                Verdict::Wrong => Judgement::Wrong,
            });
        }
        Ok(Evaluated {
            judgement: Judgement::over(judgements),
            consumed: accepted,
        })
    }

    fn evaluate_recovery(
        &self,
        holder: &Holder<'_>,
        stretched: &Stretched,
        salt: &Salt,
    ) -> Result<Evaluated, Error> {
        let stored = store::recovery_set(holder.storage)?;
        // A set made while this code was being stretched has another salt: nothing of it can fit.
        let Some(mut stored) = stored.filter(|stored| stored.set.salt() == salt) else {
            return Ok(Evaluated {
                judgement: Judgement::Wrong,
                consumed: None,
            });
        };
        let key = self.unseal(
            &stored.sealed_key,
            super::recovery::FACTOR,
            Kind::RecoveryKey,
        )?;
        let key = super::recovery::user_key(&key)?;
        let (judgement, consumed) = match stored.set.redeem(&stretched.digest(&key)) {
            recovery::Verdict::Accepted { index, .. } => {
                (Judgement::Accepted, Some(Consumed::RecoveryCode(index)))
            }
            recovery::Verdict::Used => (Judgement::Used, None),
            recovery::Verdict::Wrong => (Judgement::Wrong, None),
        };
        Ok(Evaluated {
            judgement,
            consumed,
        })
    }
}

/// What an open challenge asks for.
struct Asked {
    method: Method,
    set: Option<recovery::Set>,
}

enum Typed {
    Totp(Code),
    Recovery(Stretching, Salt),
}

enum Given {
    Totp(Code),
    Recovery(Stretched, Salt),
}

struct Evaluated {
    judgement: Judgement,
    consumed: Option<Consumed>,
}

enum Consumed {
    Step(String, Step),
    RecoveryCode(usize),
}

impl Evaluated {
    /// Uses up what was accepted, so that it works once.
    fn consume(self, holder: &Holder<'_>) -> Result<(), Error> {
        match self.consumed {
            Some(Consumed::Step(factor, step)) => {
                store::use_step(holder.storage, &factor, step, holder.now)
            }
            Some(Consumed::RecoveryCode(index)) => {
                store::use_recovery_code(holder.storage, index, holder.now)
            }
            None => Err(Error::Internal("a proof that used nothing up".into())),
        }
    }
}

fn ended(id: &str, challenge: Challenge, recovery_left: Option<u64>) -> ChallengeEnded {
    ChallengeEnded {
        challenge: id.into(),
        state: challenge.state().as_str().into(),
        method: challenge.method(),
        recovery_left,
    }
}
