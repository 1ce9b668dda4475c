//! Passes: fetched by the page that earned one, redeemed by the site.

use threegate_core::Error as Cause;
use threegate_core::ticket::{IdempotencyKey, Pass, Redemption};
use threegate_core::token::{self, TokenHash};
use threegate_core::wire::client::PassGiven;
use threegate_core::wire::site::{SiteverifyAnswer, SiteverifyError};
use worker::Response;

use super::ticket::{Holder, Shown};
use super::{Desk, reply, store, ticket};
use crate::clock;
use crate::counts::Count;
use crate::problem::Error;

impl Desk<'_> {
    /// The ticket's one pass. It is the same each time: a phone may lose the first answer.
    pub(super) fn pass(&self, shown: &Shown) -> Result<Response, Error> {
        let tokens = &self.config.tokens;
        let hash = TokenHash::parse(&shown.ticket)
            .map_err(|cause| Error::Internal(format!("ticket hash: {cause}")))?;
        let random = token::pass_random(tokens, hash);
        let given = self.holding(shown, |holder| {
            if holder.ticket.earned().is_none() {
                return Ok(Err(Cause::NotProved));
            }
            let pass = match &holder.pass {
                Some((_, pass)) => pass.clone(),
                None => Pass::issue(holder.now),
            };
            if let Err(cause) = pass.check(holder.now) {
                return Ok(Err(cause));
            }
            let token = token::mint::<token::Pass>(tokens, self.object, random, pass.expires_at());
            holder.save_pass(&token.hash().to_text(), &pass)?;
            Ok(Ok(PassGiven {
                response: token.as_str().into(),
                expires_at: pass.expires_at().as_secs(),
            }))
        })?;
        reply::counted(200, &given, Count::Passes)
    }

    /// Redeems a pass for the ticket that the site kept, once.
    pub(super) fn redeem(
        &self,
        pass: &str,
        ticket: &str,
        idempotency_key: Option<&str>,
    ) -> Result<Response, Error> {
        let key = idempotency_key.map(IdempotencyKey::of);
        let redeemed = self.storage.transact(|storage| {
            if !store::exists(storage)? {
                return Ok(Err(SiteverifyError::InvalidInputResponse));
            }
            let now = store::advance_clock(storage, self.now)?;
            let Some(holder) = ticket::find(storage, ticket, now)? else {
                return Ok(Err(SiteverifyError::InvalidInputResponse));
            };
            let known = holder.pass.as_ref().filter(|(hash, _)| hash == pass);
            let Some((_, kept)) = known else {
                return Ok(Err(SiteverifyError::InvalidInputResponse));
            };
            match kept.clone().redeem(key, now) {
                Err(cause) => return Ok(Err(cause)),
                Ok((_, Redemption::First)) => holder.save_redemption(key)?,
                Ok((_, Redemption::Repeated)) => {}
            }
            Ok(Ok(success(&holder)))
        })?;
        match redeemed {
            Ok(answer) => reply::counted(200, &answer, Count::Redeemed),
            Err(cause) => {
                let answer = SiteverifyAnswer::refused(cause);
                reply::counted(200, &answer, Count::RedemptionsRefused)
            }
        }
    }
}

fn success(holder: &Holder<'_>) -> SiteverifyAnswer {
    let earned = holder.ticket.earned();
    SiteverifyAnswer {
        success: true,
        challenge_ts: earned.map(|earned| clock::rfc3339(earned.at)),
        hostname: Some(holder.hostname()),
        action: Some(holder.ticket.purpose().as_str().into()),
        method: earned.map(|earned| earned.method.as_str().into()),
        error_codes: Vec::new(),
    }
}
