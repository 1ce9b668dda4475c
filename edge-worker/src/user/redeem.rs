//! Passes: fetched by the page that earned one, redeemed by the site.

use threegate_core::ticket::{Redemption, RedemptionKey};
use threegate_core::token::{self, TokenHash};
use threegate_core::wire::client::PassGiven;
use threegate_core::wire::site::{SiteverifyAnswer, SiteverifyError};
use worker::Response;

use super::ticket::{HeldTicket, Presented};
use super::{Account, reply, store, ticket};
use crate::clock;
use crate::counts::Count;
use crate::problem::Error;

impl Account<'_> {
    /// The ticket's one pass. It is the same each time: a phone may lose the first answer.
    pub(super) fn pass(
        &self,
        presented: &Presented,
        remember: Option<bool>,
    ) -> Result<Response, Error> {
        let tokens = &self.config.tokens;
        let hash = TokenHash::parse(&presented.ticket)
            .map_err(|cause| Error::internal(format_args!("ticket hash: {cause}")))?;
        let random = token::pass_random(tokens, hash);
        let given = self.with_ticket(presented, |held| {
            let issued = held.stored.pass.as_ref().map(|(_, pass)| pass);
            let pass = match held.stored.ticket.pass(issued, held.now) {
                Ok(pass) => pass,
                Err(cause) => return Ok(Err(cause)),
            };
            if let Some(remember) = remember {
                store::save_remember(held.storage, &held.stored.id, remember)?;
            }
            let token = token::mint::<token::Pass>(tokens, self.object, random, pass.expires_at());
            let hash = token.hash().to_text();
            store::save_pass(held.storage, &held.stored.id, &hash, &pass)?;
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
        let key = idempotency_key.map(RedemptionKey::of);
        let redeemed = self.storage.transact(|storage| {
            let Some(held) = ticket::find(storage, ticket, self.now)? else {
                return Ok(Err(SiteverifyError::InvalidInputResponse));
            };
            let known = held.stored.pass.as_ref().filter(|(hash, _)| hash == pass);
            let Some((_, kept)) = known else {
                return Ok(Err(SiteverifyError::InvalidInputResponse));
            };
            match kept.clone().redeem(key, held.now) {
                Err(cause) => return Ok(Err(cause.into())),
                Ok((_, Redemption::First)) => {
                    store::save_redemption(storage, &held.stored.id, key, held.now)?;
                    self.remember_browser(&held)?;
                }
                Ok((_, Redemption::Repeated)) => {}
            }
            let device = self.remembered(&held)?;
            Ok(Ok(success(&held, device)))
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

fn success(held: &HeldTicket<'_>, device: Option<String>) -> SiteverifyAnswer {
    let earned = held.stored.ticket.earned();
    SiteverifyAnswer {
        success: true,
        challenge_ts: earned.map(|earned| clock::rfc3339(earned.at)),
        hostname: Some(held.hostname()),
        action: Some(held.stored.ticket.purpose().as_str().into()),
        method: earned.map(|earned| earned.method.as_str().into()),
        device,
        error_codes: Vec::new(),
    }
}
