//! Challenges: opened, answered, abandoned.

use base64ct::{Base64UrlUnpadded, Encoding};
use threegate_core::challenge::{self, Challenge, Event, Judgement, State};
use threegate_core::event::Event as SiteEvent;
use threegate_core::otp::{Code, Digits, Generator};
use threegate_core::recovery::{self, RecoveryCode, Salt, Stretched, Stretching};
use threegate_core::wire::client::{ChallengeEnded, ChallengeOpened, Recovery};
use threegate_core::{Error as Cause, Method, UnixTime};
use worker::Response;

use super::ticket::{HeldTicket, Presented};
use super::{Account, reply, store};
use crate::counts::Count;
use crate::problem::Error;
use crate::storage::Storage;
use crate::{events, random, stretch};

impl Account<'_> {
    pub(super) fn open(&self, presented: &Presented, method: Method) -> Result<Response, Error> {
        let id = Base64UrlUnpadded::encode_string(&random::bytes::<16>()?);
        let (opened, displaced) = self.with_ticket(presented, |held| {
            if let Err(cause) = self.may_prove(held, method)? {
                return Ok(Err(cause));
            }
            let challenge =
                Challenge::open_for(method, self.config.policy.challenge_life, held.now);
            let ticket = &held.stored.id;
            let displaced =
                store::insert_challenge(held.storage, &id, ticket, challenge, held.now)?;
            let opened = ChallengeOpened {
                challenge: id.clone(),
                method,
                expires_at: challenge.expires_at().as_secs(),
                reply: None,
                sent: None,
            };
            Ok(Ok((opened, displaced)))
        })?;
        for ticket in displaced {
            self.sockets.changed(&ticket);
        }
        reply::plain(201, &opened)
    }

    pub(super) fn abandon(&self, presented: &Presented, id: &str) -> Result<Response, Error> {
        let ended = self.with_ticket(presented, |held| {
            let Some(challenge) = store::challenge(held.storage, id, &held.stored.id)? else {
                return Ok(Err(Cause::ChallengeOver));
            };
            let (after, _) = challenge.step(Event::Cancel, held.now);
            store::save_challenge(held.storage, id, after)?;
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
        presented: &Presented,
        id: &str,
        typed: &str,
    ) -> Result<Response, Error> {
        let asked = self.asked(presented, id)?;
        let typed = parse(typed, asked).map_err(|cause| Error::refused(cause, self.now))?;
        let given = typed.given().await?;
        let judged = self.with_ticket(presented, |held| self.judge(held, id, &given).map(Ok))?;
        let proved = judged.map_err(|refused| {
            Error::refused_until(refused.cause, refused.now, refused.retry_at)
        })?;
        let count = match given {
            Given::Recovery(..) => Count::RecoveryProofs,
            Given::Generated(_) | Given::Sent(..) => Count::Proofs,
        };
        reply::counted(200, &proved, count)
    }

    /// What the challenge asks for, if it may be answered now: no work is done for one that may not.
    fn asked(&self, presented: &Presented, id: &str) -> Result<Asked, Error> {
        self.with_ticket(presented, |held| {
            let challenge = store::challenge(held.storage, id, &held.stored.id)?;
            let throttle = self.throttle(held.storage)?;
            let method = match challenge::may_answer(throttle, challenge, held.now) {
                Ok(challenge) => challenge.method(),
                Err(cause) => return Ok(Err(cause)),
            };
            match method {
                Method::ThreemaCode => {
                    let length = self.length_of_sent(held.storage, id)?;
                    let asked = length.map(|length| Asked::Sent(id.into(), length));
                    Ok(asked.ok_or(Cause::ChallengeOver))
                }
                method if !method.is_typed() => Ok(Err(Cause::MethodUnavailable)),
                method => Asked::of(held.storage, &[method]),
            }
        })
    }

    /// Everything that an answer changes, in one transaction.
    fn judge(
        &self,
        held: &mut HeldTicket<'_>,
        id: &str,
        given: &Given,
    ) -> Result<Result<ChallengeEnded, Refused>, Error> {
        let (storage, now) = (held.storage, held.now);
        let challenge = store::challenge(storage, id, &held.stored.id)?;
        let methods: Vec<_> = challenge.iter().map(|open| open.method()).collect();
        let (challenge, taken) = self.take(storage, challenge, &methods, given, now)?;
        if let Some(challenge) = challenge {
            store::save_challenge(storage, id, challenge)?;
        }
        let (challenge, taken) = match (challenge, taken) {
            (Some(challenge), Ok(taken)) => (challenge, taken),
            (_, Err(refused)) => return Ok(Err(refused)),
            (None, Ok(_)) => return Err(Error::internal("a proof without a challenge")),
        };
        held.stored.ticket = held.stored.ticket.after_proof(challenge.method(), now);
        store::save_ticket(storage, &held.stored.id, &held.stored.ticket)?;
        Ok(Ok(ended(id, challenge, taken.recovery_left)))
    }

    /// Evaluates a code if that may be, counts it, and uses it up.
    pub(super) fn take(
        &self,
        storage: &Storage,
        challenge: Option<Challenge>,
        methods: &[Method],
        given: &Given,
        now: UnixTime,
    ) -> Result<(Option<Challenge>, Result<Accepted, Refused>), Error> {
        let throttle = self.throttle(storage)?;
        let answered = challenge::answer(throttle, challenge, now, || match given {
            Given::Generated(code) => self.evaluate_generated(storage, methods, code, now),
            Given::Recovery(code, salt) => self.evaluate_recovery(storage, code, salt),
            Given::Sent(name, code) => self.evaluate_sent(storage, name, code),
        })?;
        store::save_throttle(storage, answered.throttle)?;
        let retry_at = answered.retry_at(now);
        if let Some(event) = SiteEvent::of_answer(throttle, &answered) {
            events::note(storage, self.config, &event, now)?;
        }
        let used_up = match answered.verdict {
            Ok(used_up) => used_up,
            Err(cause) => {
                let refused = Refused {
                    cause,
                    now,
                    retry_at,
                };
                return Ok((answered.challenge, Err(refused)));
            }
        };
        let mut method = Method::Recovery;
        for used in used_up {
            match used {
                Used::Generated(factor, moved) => {
                    method = moved.method();
                    store::move_on(storage, &factor, moved, now)?;
                }
                Used::ThreemaFactor(factor) => {
                    method = Method::ThreemaCode;
                    store::use_factor(storage, &factor, now)?;
                }
                Used::RecoveryCode(index) => store::use_recovery_code(storage, index, now)?,
            }
        }
        let recovery = store::recovery(storage)?;
        let left = recovery.filter(|_| method == Method::Recovery);
        if let Some(Recovery { left, .. }) = left.filter(|left| left.is_low()) {
            let event = SiteEvent::RecoveryCodesLow { left };
            events::note(storage, self.config, &event, now)?;
        }
        let accepted = Accepted {
            method,
            recovery_left: left.map(|recovery| recovery.left),
        };
        Ok((answered.challenge, Ok(accepted)))
    }

    fn evaluate_generated(
        &self,
        storage: &Storage,
        methods: &[Method],
        code: &Code,
        now: UnixTime,
    ) -> Result<Judgement<Vec<Used>>, Error> {
        let mut judgements = Vec::new();
        for method in methods {
            for factor in store::generators(storage, *method)? {
                let secret = self.generator_secret(storage, &factor)?;
                let policy = &self.config.policy;
                let judged = factor.generator.judge(&secret, code, now, policy);
                judgements.push(judged.map(|moved| Used::Generated(factor.id, moved)));
            }
        }
        Ok(Judgement::over(judgements))
    }

    fn evaluate_recovery(
        &self,
        storage: &Storage,
        stretched: &Stretched,
        salt: &Salt,
    ) -> Result<Judgement<Vec<Used>>, Error> {
        let stored = store::recovery_set(storage)?;
        // A set made while this code was being stretched has another salt: nothing of it can fit.
        let Some(mut stored) = stored.filter(|stored| stored.set.salt() == salt) else {
            return Ok(Judgement::Wrong);
        };
        let key = self.recovery_key(storage, &stored.sealed_key)?;
        let verdict = stored.set.redeem(&stretched.digest(&key));
        Ok(Judgement::from(verdict).map(|index| vec![Used::RecoveryCode(index)]))
    }
}

pub(super) fn parse(typed: &str, asked: Asked) -> Result<Typed, Cause> {
    match asked {
        Asked::Generated(lengths) => Ok(Typed::Generated(Code::parse_among(typed, &lengths)?)),
        Asked::Sent(name, length) => Ok(Typed::Sent(name, Code::parse(typed, length)?)),
        Asked::Recovery(set) => {
            let code = RecoveryCode::parse(typed)?;
            let work = Stretching::new(&code, set.salt(), set.rounds());
            Ok(Typed::Recovery(work, set.salt().clone()))
        }
    }
}

/// What an open challenge asks for.
pub(super) enum Asked {
    /// A code of one of these lengths.
    Generated(Vec<Digits>),
    /// The code that was sent for the challenge of that name, so long.
    Sent(String, Digits),
    Recovery(recovery::Set),
}

impl Asked {
    /// What is asked for by methods whose codes look alike.
    pub(super) fn of(storage: &Storage, methods: &[Method]) -> Result<Result<Self, Cause>, Error> {
        if methods.contains(&Method::Recovery) {
            let set = store::recovery_set(storage)?.map(|stored| Self::Recovery(stored.set));
            return Ok(set.ok_or(Cause::MethodUnavailable));
        }
        let mut lengths = Vec::new();
        for method in methods {
            let all = store::generators(storage, *method)?;
            lengths.extend(all.iter().map(|one| one.generator.digits()));
        }
        Ok(Ok(Self::Generated(lengths)))
    }
}

pub(super) enum Typed {
    Generated(Code),
    Sent(String, Code),
    Recovery(Stretching, Salt),
}

impl Typed {
    /// Does the work that a recovery code asks for.
    pub(super) async fn given(self) -> Result<Given, Error> {
        Ok(match self {
            Self::Generated(code) => Given::Generated(code),
            Self::Sent(name, code) => Given::Sent(name, code),
            Self::Recovery(work, salt) => Given::Recovery(stretch::stretch(work).await?, salt),
        })
    }
}

pub(super) enum Given {
    Generated(Code),
    Sent(String, Code),
    Recovery(Stretched, Salt),
}

/// Why an answer proved nothing, and from when on another is looked at.
pub(super) struct Refused {
    pub(super) cause: Cause,
    pub(super) now: UnixTime,
    pub(super) retry_at: Option<UnixTime>,
}

/// What was proved.
pub(super) struct Accepted {
    pub(super) method: Method,
    /// How many recovery codes are left, if one was used.
    pub(super) recovery_left: Option<u64>,
}

/// What a proof uses up, so that it works once.
pub(super) enum Used {
    Generated(String, Generator),
    ThreemaFactor(String),
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
