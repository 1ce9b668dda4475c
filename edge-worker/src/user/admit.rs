//! Tickets: asked for by the site, answered by what is enrolled.

use threegate_core::ticket::{self, Admission, Enrolled, Ticket};
use threegate_core::token;
use threegate_core::wire::client::View;
use threegate_core::wire::site::TicketAnswer;
use threegate_core::{Method, Purpose};
use worker::Response;

use super::ticket::Shown;
use super::{Desk, reply, store};
use crate::counts::Count;
use crate::problem::Error;
use crate::random;
use crate::storage::{Storage, bind};

/// What the site asked for.
pub(super) struct Wanted {
    pub(super) purpose: Purpose,
    pub(super) origin: String,
    pub(super) label: Option<String>,
    pub(super) methods: Vec<Method>,
    pub(super) locale: Option<String>,
    pub(super) expect_enrolled: bool,
}

impl Desk<'_> {
    /// Issues a ticket, if one is due.
    pub(super) async fn admit(&self, wanted: Wanted) -> Result<Response, Error> {
        let random = random::bytes()?;
        let answer = self.storage.transact(|storage| {
            let enrolled = if store::exists(storage)? {
                store::enrolled(storage)?
            } else {
                Enrolled::default()
            };
            let admission = ticket::ask(
                wanted.purpose,
                enrolled,
                &wanted.methods,
                wanted.expect_enrolled,
            );
            match admission {
                Err(cause) => Ok(Err(cause)),
                Ok(Admission::NotEnrolled) => Ok(Ok(TicketAnswer::NotRequired {
                    second_factor_required: false,
                    reason: "not_enrolled",
                })),
                Ok(Admission::Ticket { proof_required }) => {
                    self.issue(storage, &wanted, proof_required, random).map(Ok)
                }
            }
        })?;
        match answer.map_err(|cause| Error::Refused(cause, self.now))? {
            answer @ TicketAnswer::NotRequired { .. } => reply::plain(200, &answer),
            answer @ TicketAnswer::Issued { .. } => {
                let life = i64::try_from(ticket::ENROLL_LIFE.as_millis()).unwrap_or(i64::MAX);
                self.storage.alarm_within(life).await?;
                reply::counted(201, &answer, Count::Tickets)
            }
        }
    }

    fn issue(
        &self,
        storage: &Storage,
        wanted: &Wanted,
        proof_required: bool,
        random: [u8; 16],
    ) -> Result<TicketAnswer, Error> {
        store::create(storage)?;
        let now = store::advance_clock(storage, self.now)?;
        let ticket = Ticket::issue(wanted.purpose, now);
        let tokens = &self.config.tokens;
        let token = token::mint::<token::Ticket>(tokens, self.object, random, ticket.expires_at());
        let id = token.hash().to_text();
        let methods: Vec<_> = wanted
            .methods
            .iter()
            .map(|method| method.as_str())
            .collect();
        storage.run(
            "insert into ticket (id, purpose, origin, label, methods, locale, expires_at)
             values (?, ?, ?, ?, ?, ?, ?)",
            bind![
                id.as_str(),
                wanted.purpose.as_str(),
                wanted.origin.as_str(),
                wanted.label.as_deref(),
                methods.join(" "),
                wanted.locale.as_deref(),
                store::integer(ticket.expires_at()),
            ],
        )?;
        let kept = i64::try_from(ticket::PER_USER).unwrap_or(i64::MAX);
        storage.run(
            "delete from ticket where rowid not in (
               select rowid from ticket order by rowid desc limit ?)",
            bind![kept],
        )?;
        Ok(TicketAnswer::Issued {
            second_factor_required: proof_required,
            ticket: token.as_str().into(),
            ticket_id: id,
            expires_at: ticket.expires_at().as_secs(),
        })
    }

    /// What the widget should show.
    pub(super) fn view(&self, shown: &Shown) -> Result<Response, Error> {
        let view = self.holding(shown, |holder| {
            let throttle = store::throttle(holder.storage)?;
            let (ticket, now) = (&holder.ticket, holder.now);
            let offered = match ticket.may_add(holder.enrolled, now) {
                Ok(()) | Err(threegate_core::Error::ProofRequired) => {
                    let permitted = holder.methods.iter().copied();
                    permitted.filter(|method| method.is_factor()).collect()
                }
                Err(_) => Vec::new(),
            };
            Ok(Ok(View {
                purpose: ticket.purpose(),
                site: self.config.site_name.as_str().into(),
                locale: holder.locale.clone(),
                now: now.as_secs(),
                expires_at: ticket.expires_at().as_secs(),
                proof: ticket.proof(holder.enrolled, now),
                usable: holder.usable().collect(),
                offered,
                recovery: store::recovery(holder.storage)?,
                retry_at: throttle
                    .retry_at()
                    .filter(|at| now < *at)
                    .map(|at| at.as_secs()),
                closed: throttle.is_closed(),
                pass_ready: ticket.earned().is_some(),
            }))
        })?;
        reply::plain(200, &view)
    }
}
