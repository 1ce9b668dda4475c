//! Tickets: asked for by the site, answered by what is enrolled.

use serde::Serialize;
use threegate_core::ticket::{self, Admission, Enrolled, NotRequired, Ticket, Wish};
use threegate_core::token::{self, Token};
use threegate_core::wire::client::{Remember, View};
use threegate_core::wire::site::TicketAnswer;
use threegate_core::{Method, Purpose, UnixTime};
use worker::Response;

use super::device::ShownDevice;
use super::ticket::Presented;
use super::{Account, reply, store};
use crate::counts::Count;
use crate::internal::{Given, Message};
use crate::problem::Error;
use crate::random;
use crate::storage::Storage;

/// What the site asked for.
#[derive(Serialize)]
pub(crate) struct Wanted {
    /// The user, by the site's own id.
    pub(crate) user: String,
    pub(crate) purpose: Purpose,
    pub(crate) origin: String,
    pub(crate) label: Option<String>,
    pub(crate) methods: Vec<Method>,
    pub(crate) locale: Option<String>,
    pub(crate) expect_enrolled: bool,
    /// Whether the site wants this user to have a second factor.
    pub(crate) enrollment_required: bool,
    /// Whether the address is one from where nobody is asked.
    pub(crate) allowlisted: bool,
    pub(crate) ip: Option<String>,
    pub(crate) device: Option<ShownDevice>,
    /// The Threema ID that the site knows, and by which hashes one may be looked up.
    pub(crate) threema_id: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
}

impl Message for Wanted {
    fn read(from: Given<'_>) -> Option<Self> {
        let methods = from.list("methods").filter_map(Given::as_text);
        Some(Self {
            // Missing if the edge is an older version.
            user: from.text("user").unwrap_or_default(),
            purpose: Purpose::parse(&from.text("purpose")?)?,
            origin: from.text("origin")?,
            label: from.text("label"),
            methods: methods.filter_map(Method::parse).collect(),
            locale: from.text("locale"),
            expect_enrolled: from.flag("expect_enrolled")?,
            enrollment_required: from.flag("enrollment_required").unwrap_or(false),
            allowlisted: from.flag("allowlisted").unwrap_or(false),
            ip: from.text("ip"),
            device: from.part("device").and_then(ShownDevice::read),
            threema_id: from.text("threema_id"),
            email: from.text("email"),
            phone: from.text("phone"),
        })
    }
}

impl Account<'_> {
    /// Issues a ticket, if one is due.
    pub(super) async fn admit(&self, wanted: Wanted) -> Result<Response, Error> {
        let random = random::bytes()?;
        let answer = self.storage.transact(|storage| {
            let enrolled = if store::exists(storage)? {
                store::enrolled(storage)?
            } else {
                Enrolled::default()
            };
            let (enrollment_due_at, now) = self.enrollment_due_at(storage, &wanted, enrolled)?;
            let wish = Wish {
                purpose: wanted.purpose,
                permitted: &wanted.methods,
                enrollable: &self.config.policy.enrollable(&wanted.methods),
                expect_enrolled: wanted.expect_enrolled,
                allowlisted: wanted.allowlisted,
                enrollment_due_at,
            };
            let purpose = wanted.purpose;
            let shown = match &wanted.device {
                Some(device) if purpose == Purpose::Verify && enrolled.is_active() => {
                    self.judge_device(storage, device)?
                }
                _ => None,
            };
            let as_what = shown.as_ref().map(|shown| shown.as_what);
            let admission = ticket::admit(&wish, enrolled, now);
            let admission = admission.map(|admission| admission.on_device(purpose, as_what));
            let answer = match (admission, &shown) {
                (Err(cause), _) => return Ok(Err(cause)),
                (
                    Ok(Admission::NotRequired {
                        reason: NotRequired::TrustedDevice,
                        ..
                    }),
                    Some(shown),
                ) => {
                    let answer = self.rotate(storage, shown, random)?;
                    self.remember(storage, 200, &answer, now)?;
                    answer
                }
                (
                    Ok(Admission::NotRequired {
                        reason,
                        enrollment_due_at,
                    }),
                    _,
                ) => TicketAnswer::not_required(reason, enrollment_due_at),
                (Ok(Admission::EnrollmentRequired), _) => {
                    let (token, ends) = self.issue(storage, &wanted, Purpose::Enroll, random)?;
                    TicketAnswer::to_enroll_first(&token, ends)
                }
                (Ok(Admission::Ticket { proof_required }), _) => {
                    let (token, ends) = self.issue(storage, &wanted, purpose, random)?;
                    TicketAnswer::issued(&token, proof_required, ends)
                }
                (Ok(_), _) => return Err(Error::internal("a new kind of admission")),
            };
            if matches!(answer, TicketAnswer::Issued { .. }) {
                self.remember(storage, 201, &answer, now)?;
            }
            Ok(Ok(answer))
        })?;
        match answer.map_err(|cause| Error::refused(cause, self.now))? {
            answer @ TicketAnswer::NotRequired { .. } => reply::plain(200, &answer),
            answer @ TicketAnswer::Issued { .. } => {
                let life = i64::try_from(ticket::ENROLL_LIFE.as_millis()).unwrap_or(i64::MAX);
                self.storage.alarm_within(life).await?;
                reply::counted(201, &answer, Count::Tickets)
            }
        }
    }

    /// From when on this user must have a second factor, if there is none and one is wanted; and now.
    fn enrollment_due_at(
        &self,
        storage: &Storage,
        wanted: &Wanted,
        enrolled: Enrolled,
    ) -> Result<(Option<UnixTime>, UnixTime), Error> {
        let rule = self.config.policy.enrollment;
        let logs_in = wanted.purpose == Purpose::Verify && !wanted.expect_enrolled;
        if enrolled.is_active() || !logs_in || !rule.is_required(wanted.enrollment_required) {
            return Ok((None, self.now));
        }
        store::create(storage, &self.object.to_hex())?;
        let now = store::advance_clock(storage, self.now)?;
        let since = store::force(storage, now)?;
        Ok((Some(rule.due_at(since)), now))
    }

    fn issue(
        &self,
        storage: &Storage,
        wanted: &Wanted,
        purpose: Purpose,
        random: [u8; 16],
    ) -> Result<(Token<token::Ticket>, UnixTime), Error> {
        store::create(storage, &self.object.to_hex())?;
        if !wanted.user.is_empty() {
            self.remember_user(storage, &wanted.user)?;
        }
        let now = store::advance_clock(storage, self.now)?;
        let ticket = Ticket::issue(purpose, now);
        let tokens = &self.config.tokens;
        let token = token::mint::<token::Ticket>(tokens, self.object, random, ticket.expires_at());
        let new = store::StoredTicket {
            id: token.hash().to_text(),
            ticket,
            origin: wanted.origin.clone(),
            label: wanted.label.clone(),
            methods: wanted.methods.clone(),
            locale: wanted.locale.clone(),
            ip: wanted.ip.clone(),
            remember: false,
            pass: None,
        };
        store::insert_ticket(storage, &new)?;
        self.keep_prefill(storage, &new.id, wanted)?;
        Ok((token, ticket.expires_at()))
    }

    /// What the widget should show.
    pub(super) fn view(&self, presented: &Presented) -> Result<Response, Error> {
        let view = self.with_ticket(presented, |held| {
            store::settle_taps(held.storage, held.now)?;
            let throttle = self.throttle(held.storage)?;
            let enrollable = self.enrollable(&held.stored);
            let (ticket, now) = (&held.stored.ticket, held.now);
            let pass = held.stored.pass.as_ref().map(|(_, pass)| pass);
            let remembers_for = ticket.remembers_for(&self.config.policy);
            let may_change = ticket.may_change(held.enrolled, now).is_ok();
            let listed = may_change.then(|| self.listed(held.storage)).transpose()?;
            let (factors, devices) = listed.unzip();
            let offered: Vec<_> = ticket.offered(held.enrolled, &enrollable, now).collect();
            let prefill = self.prefill(held, &offered)?;
            Ok(Ok(View {
                purpose: ticket.purpose(),
                site: self.config.site_name.as_str().into(),
                locale: held.stored.locale.clone(),
                now: now.as_secs(),
                expires_at: ticket.expires_at().as_secs(),
                proof: ticket.proof(held.enrolled, now),
                usable: held.usable(throttle).collect(),
                offered,
                default: held.enrolled.default,
                remember: remembers_for.map(Remember::of),
                factors,
                devices,
                recovery: store::recovery(held.storage)?,
                retry_at: throttle.retry_at(now).map(|at| at.as_secs()),
                closed: held.enrolled.is_closed(&held.stored.methods, throttle),
                pass_ready: ticket.pass(pass, now).is_ok(),
                awaited: store::awaited(held.storage, &held.stored.id, now)?,
                suggested_id: prefill.threema_id,
                look_up: prefill.look_up,
            }))
        })?;
        reply::plain(200, &view)
    }
}
