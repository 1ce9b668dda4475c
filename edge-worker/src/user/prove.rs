//! Challenges: opened, answered, abandoned.

use base64ct::{Base64UrlUnpadded, Encoding};
use threegate_core::challenge::{self, Challenge, Event, Judgement, State};
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
            let storage = holder.storage;
            let Some(challenge) = store::challenge(storage, id, &holder.id)? else {
                return Ok(Err(Cause::ChallengeOver));
            };
            let throttle = store::throttle(storage)?;
            if let Err(cause) = challenge::may_answer(throttle, challenge, holder.now) {
                return Ok(Err(cause));
            }
            let method = challenge.method();
            let set = match method {
                Method::Recovery => store::recovery_set(storage)?,
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

    /// Everything that an answer changes, in one transaction.
    fn judge(
        &self,
        holder: &mut Holder<'_>,
        id: &str,
        given: &Given,
    ) -> Result<Result<ChallengeEnded, Cause>, Error> {
        let (storage, now) = (holder.storage, holder.now);
        let Some(open) = store::challenge(storage, id, &holder.id)? else {
            return Ok(Err(Cause::ChallengeOver));
        };
        let throttle = store::throttle(storage)?;
        let mut accepted = None;
        let answered = challenge::answer(throttle, open, now, || {
            let evaluated = match given {
                Given::Totp(code) => self.evaluate_totp(holder, code)?,
                Given::Recovery(code, salt) => self.evaluate_recovery(holder, code, salt)?,
            };
            accepted = evaluated.accepted;
            Ok::<_, Error>(evaluated.judgement)
        })?;
        store::save_throttle(storage, answered.throttle)?;
        store::save_challenge(storage, id, answered.challenge)?;
        if let Err(cause) = answered.verdict {
            return Ok(Err(cause));
        }
        match accepted {
            Some(Accepted::Step(factor, step)) => store::use_step(storage, &factor, step, now)?,
            Some(Accepted::RecoveryCode(index)) => store::use_recovery_code(storage, index, now)?,
            None => return Err(Error::Internal("a proof that used nothing up".into())),
        }
        let method = answered.challenge.method();
        holder.ticket = holder.ticket.after_proof(method, now);
        holder.save()?;
        let recovery = store::recovery(storage)?;
        let left = recovery.filter(|_| method == Method::Recovery);
        Ok(Ok(ended(
            id,
            answered.challenge,
            left.map(|recovery| recovery.left),
        )))
    }

    fn evaluate_totp(&self, holder: &Holder<'_>, code: &Code) -> Result<Evaluated, Error> {
        let mut accepted = None;
        let mut judgements = Vec::new();
        for factor in store::active_authenticators(holder.storage)? {
            let secret = self.authenticator_secret(&factor)?;
            let last = factor.last_step();
            let verdict = Totp::default().check(&secret, code, holder.now, Window::ONE, last);
            if let Verdict::Accepted { step, .. } = verdict {
                accepted = Some(Accepted::Step(factor.id, step));
            }
            judgements.push(Judgement::from(verdict));
        }
        Ok(Evaluated {
            judgement: Judgement::over(judgements),
            accepted,
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
                accepted: None,
            });
        };
        let key = self.unseal(
            &stored.sealed_key,
            super::recovery::FACTOR,
            Kind::RecoveryKey,
        )?;
        let key = super::recovery::user_key(&key)?;
        let (judgement, accepted) = match stored.set.redeem(&stretched.digest(&key)) {
            recovery::Verdict::Accepted { index, .. } => {
                (Judgement::Accepted, Some(Accepted::RecoveryCode(index)))
            }
            recovery::Verdict::Used => (Judgement::Used, None),
            recovery::Verdict::Wrong => (Judgement::Wrong, None),
        };
        Ok(Evaluated {
            judgement,
            accepted,
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
    accepted: Option<Accepted>,
}

/// What is used up when the factor is proved.
enum Accepted {
    Step(String, Step),
    RecoveryCode(usize),
}

fn ended(id: &str, challenge: Challenge, recovery_left: Option<u64>) -> ChallengeEnded {
    ChallengeEnded {
        challenge: id.into(),
        state: challenge.state().as_str().into(),
        method: challenge.method(),
        recovery_left,
    }
}
