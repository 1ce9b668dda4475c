//! The client API, `/v1/client/…`: between the widget and the worker, with the ticket as bearer.
//!
//! ```
//! use core::time::Duration;
//! use threegate_core::wire::client::{Recovery, Remember};
//!
//! // What a page makes of an answer.
//! let recovery = Recovery { left: 2, kept: true };
//! assert!(recovery.is_low() && recovery.should_be_replaced());
//!
//! // What the worker makes of its policy.
//! let remember = Remember::of(Duration::from_secs(30 * 24 * 60 * 60));
//! assert_eq!(remember.days, 30);
//! ```

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::request::{maybe_flag, maybe_text, maybe_texts, text};
use super::{Fields, Malformed, Request};
use crate::threema::Level;
pub use crate::ticket::Proof;
use crate::{Method, Purpose, recovery};

/// `GET /v1/client`: what to show.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct View {
    /// What the ticket is for.
    pub purpose: Purpose,
    /// The site's name.
    pub site: String,
    /// The language that the site asked for, a BCP 47 tag.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub locale: Option<String>,
    /// The worker's clock.
    pub now: u64,
    /// When the ticket ends.
    pub expires_at: u64,
    /// Whether a factor was, or must be, proved.
    pub proof: Proof,
    /// The methods with which this user can prove a factor, the user's default first.
    pub usable: Vec<Method>,
    /// The methods that can be enrolled under this ticket.
    pub offered: Vec<Method>,
    /// The method that the user wants to be asked for first.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub default: Option<Method>,
    /// At a login: the page may offer to remember this browser.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub remember: Option<Remember>,
    /// Once a factor is proved under a ticket to enrol or to manage: the active factors, the oldest first.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub factors: Option<Vec<ListedFactor>>,
    /// With them the browsers that are remembered, the oldest first.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub devices: Option<Vec<ListedDevice>>,
    /// The recovery codes, if there are any.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub recovery: Option<Recovery>,
    /// No attempt is looked at before this moment.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub retry_at: Option<u64>,
    /// Too many wrong codes in a row: only the site's team can help.
    pub closed: bool,
    /// The page may fetch its pass.
    pub pass_ready: bool,
    /// The challenge or factor that waits for a message from Threema under this ticket. If it is not
    /// the one that the page shows, and nothing was proved, the page's code is over.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub awaited: Option<String>,
    /// The Threema ID that the site knows of the user, for the field where one is typed. Only where one can
    /// be enrolled now.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub suggested_id: Option<String>,
    /// By which addresses a Threema ID can be looked up now.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub look_up: Vec<LookUp>,
}

/// By which of the user's addresses the directory is asked for a Threema ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "snake_case"))]
pub enum LookUp {
    /// By the e-mail address.
    Email,
    /// By the phone number.
    Phone,
}

impl LookUp {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Email, Self::Phone];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }

    /// What that word says.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// For how long a browser is remembered, if its user wants that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Remember {
    /// Whole days, one at least.
    pub days: u64,
}

/// An active factor.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListedFactor {
    /// Its name in paths. No secret.
    pub factor: String,
    /// How it proves itself.
    pub method: Method,
    /// What the user calls it.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub name: Option<String>,
    /// Since when it counts.
    pub created_at: u64,
    /// When it proved something the last time; its first code is one.
    pub last_used_at: u64,
    /// The Threema ID, if it is one.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub threema_id: Option<String>,
    /// How the ID's public key got here.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub level: Option<Level>,
}

/// A browser that is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListedDevice {
    /// Its name in paths. No secret.
    pub device: String,
    /// Since when.
    pub created_at: u64,
    /// When it was let in by its password alone the last time, or was remembered.
    pub last_used_at: u64,
    /// When it is forgotten.
    pub expires_at: u64,
}

/// What is left of a set of recovery codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Recovery {
    /// Codes not yet used.
    pub left: u64,
    /// Whether the user has said that they are kept.
    pub kept: bool,
}

/// The subprotocol of `GET /v1/client/socket`, and the only one that is echoed: the ticket, which comes as
/// the second one, is the bearer. The worker says that something has changed, and nothing else.
pub const SUBPROTOCOL: &str = "threegate.v1";

/// The body of `POST /v1/client/challenges`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Choice {
    /// A [`Method`]'s word.
    #[cfg_attr(feature = "schema", schemars(with = "Method"))]
    pub method: String,
}

/// The body of `POST /v1/client/factors`.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FactorChoice {
    /// A [`Method`]'s word.
    #[cfg_attr(feature = "schema", schemars(with = "Method"))]
    pub method: String,
    /// The user's Threema ID. Without one, `threema-code` and `threema-tap` are for the ID that is enrolled
    /// for `threema-reply`: it was proved, so they count at once.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub threema_id: Option<String>,
    /// In its place: `email` or `phone`, by which the directory is asked for the ID. The address itself comes
    /// from the site alone.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub look_up: Option<String>,
    /// Its public key in 64 hexadecimal digits, if it was read from the ID's QR code.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub key: Option<String>,
}

/// The body of an answer to a challenge and of a factor's confirmation.
#[derive(Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Answer {
    /// The code as it was typed.
    pub code: String,
}

/// The body of `POST /v1/client/factors/<id>/resync`.
#[derive(Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Codes {
    /// Two codes in a row as they were typed.
    pub codes: [String; 2],
}

/// The body of `PATCH /v1/client/factors/<id>`.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewName {
    /// What the user calls the factor, as a label for an app may be.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 64)))]
    pub name: String,
}

/// The body of `POST /v1/client/pass`, which may have none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PassWanted {
    /// Whether this browser is to be remembered; as it was said before, if absent.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub remember: Option<bool>,
}

/// `POST /v1/client/challenges`: a challenge is open.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChallengeOpened {
    /// Its name in paths. No secret.
    pub challenge: String,
    /// How it is to be answered.
    pub method: Method,
    /// When it ends by itself.
    pub expires_at: u64,
    /// For `threema-reply`: what to send, and where to.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub reply: Option<Reply>,
    /// For `threema-code` and `threema-tap`: what was sent.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub sent: Option<Sent>,
}

/// A message that was sent by Threema.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sent {
    /// The Threema ID, masked where the user has yet to prove who they are.
    pub to: String,
    /// Whether nobody but its receiver can read it. Not so in the Gateway's basic mode.
    pub end_to_end: bool,
    /// The Gateway gave no answer: the message may come, or not.
    pub uncertain: bool,
}

/// A code to be sent by Threema.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reply {
    /// The code, six digits.
    pub code: String,
    /// The site's Gateway ID, to which the code is sent. The link that prepares the message is
    /// [`ReplyLink`](crate::threema::payload::ReplyLink).
    pub gateway: String,
    /// The Threema ID from which it must come; masked where the user has yet to prove who they are.
    pub from: String,
    /// The link as a symbol.
    pub link: Drawing,
    /// The Gateway ID with its public key as a symbol, as the app reads it to add a contact.
    pub gateway_identity: Drawing,
}

/// A symbol, drawn by the worker: a page that only shows one needs no writer of symbols. It says what its
/// text says, which may be a secret.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Drawing {
    /// The length of a side: the `viewBox` is `0 0 modules modules`, the quiet zone included.
    pub modules: u64,
    /// The dark modules, as the `d` of an SVG path.
    pub path: String,
}

/// A challenge has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChallengeEnded {
    /// Its name.
    pub challenge: String,
    /// `proved` or `abandoned`.
    pub state: String,
    /// How it was to be answered.
    pub method: Method,
    /// After a recovery code: how many are left.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub recovery_left: Option<u64>,
}

/// `POST /v1/client/factors`: an authenticator waits for its first code.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EnrollmentBegun {
    /// Its name in paths. No secret.
    pub factor: String,
    /// The method it will prove by.
    pub method: Method,
    /// The key in base32, in groups of four, for whoever types it. A secret.
    pub secret: String,
    /// The `otpauth://` link for an app on this phone. A secret.
    pub uri: String,
    /// The link as a symbol. As secret.
    pub symbol: Drawing,
    /// When it ends by itself.
    pub expires_at: u64,
}

/// `POST /v1/client/factors`: a Threema ID waits to be proved by its first reply.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ThreemaBegun {
    /// The factor's name.
    pub factor: String,
    /// The method it will prove by.
    pub method: Method,
    /// The Threema ID; of one that was looked up, the last two characters.
    pub threema_id: String,
    /// How its public key got here.
    pub level: Level,
    /// The key's fingerprint, as the app shows it: 32 hexadecimal digits. Empty for an ID that was looked
    /// up, since it would tell which.
    pub fingerprint: String,
    /// What to send, and where to.
    pub reply: Reply,
    /// When it ends by itself.
    pub expires_at: u64,
}

/// `POST /v1/client/factors`, where messages can only be sent: a Threema ID waits to be proved by the code
/// that was sent to it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ThreemaCodeBegun {
    /// The factor's name.
    pub factor: String,
    /// `threema-code`.
    pub method: Method,
    /// The Threema ID.
    pub threema_id: String,
    /// How its public key got here.
    pub level: Level,
    /// The key's fingerprint, as the app shows it: 32 hexadecimal digits.
    pub fingerprint: String,
    /// What was sent.
    pub sent: Sent,
    /// When it ends by itself.
    pub expires_at: u64,
}

/// What has become of a factor: confirmed, it counts from now on; found again; named; removed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FactorConfirmed {
    /// Its name.
    pub factor: String,
    /// How it proves itself.
    pub method: Method,
    /// `active` or `removed`.
    pub state: String,
}

/// `PUT /v1/client/default`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DefaultChosen {
    /// The method that the user is asked for first.
    pub default: Method,
}

/// `DELETE /v1/client/devices` and `DELETE /v1/client/devices/<id>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DevicesRevoked {
    /// How many were forgotten just now.
    pub revoked: u64,
}

/// `POST /v1/client/recovery-codes`: shown once, never again.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecoveryCodes {
    /// The codes as they are shown, `K7M2P-9XQ4D`. Secrets.
    pub codes: Vec<String>,
}

/// `POST /v1/client/recovery-codes/kept`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecoveryKept {
    /// The set, now marked as kept.
    pub recovery: Recovery,
}

/// `POST /v1/client/pass`: what the page hands to its site.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PassGiven {
    /// The pass, for the field `threegate-response`. Single-use.
    pub response: String,
    /// When it ends.
    pub expires_at: u64,
}

impl Request for Choice {
    fn read(from: &impl Fields) -> Result<Self, Malformed> {
        let method = text(from, "method")?;
        Ok(Self { method })
    }
}

impl Request for FactorChoice {
    fn read(from: &impl Fields) -> Result<Self, Malformed> {
        Ok(Self {
            method: text(from, "method")?,
            threema_id: maybe_text(from, "threema_id")?,
            look_up: maybe_text(from, "look_up")?,
            key: maybe_text(from, "key")?,
        })
    }
}

impl Request for Answer {
    fn read(from: &impl Fields) -> Result<Self, Malformed> {
        let code = text(from, "code")?;
        Ok(Self { code })
    }
}

impl Request for Codes {
    fn read(from: &impl Fields) -> Result<Self, Malformed> {
        let codes = maybe_texts(from, "codes")?.ok_or(Malformed::Missing("codes"))?;
        let codes = codes.try_into();
        let codes = codes.map_err(|_| Malformed::Type("codes", "A list of two texts"))?;
        Ok(Self { codes })
    }
}

impl Request for NewName {
    fn read(from: &impl Fields) -> Result<Self, Malformed> {
        let name = text(from, "name")?;
        Ok(Self { name })
    }
}

impl Request for PassWanted {
    fn read(from: &impl Fields) -> Result<Self, Malformed> {
        let remember = maybe_flag(from, "remember")?;
        Ok(Self { remember })
    }
}

impl View {
    /// Reads an answer. Methods of a later version are passed over.
    #[must_use]
    pub fn read(from: &impl Fields) -> Option<Self> {
        Some(Self {
            purpose: Purpose::parse(&from.text("purpose")?)?,
            site: from.text("site").unwrap_or_default(),
            locale: from.text("locale"),
            now: from.integer("now")?,
            expires_at: from.integer("expires_at")?,
            proof: Proof::parse(&from.text("proof")?)?,
            usable: methods(from, "usable"),
            offered: methods(from, "offered"),
            default: from.text("default").as_deref().and_then(Method::parse),
            remember: from.object("remember").as_ref().and_then(Remember::read),
            factors: None,
            devices: None,
            recovery: from.object("recovery").as_ref().and_then(Recovery::read),
            retry_at: from.integer("retry_at"),
            closed: from.flag("closed").unwrap_or(false),
            pass_ready: from.flag("pass_ready").unwrap_or(false),
            awaited: from.text("awaited"),
            suggested_id: from.text("suggested_id"),
            look_up: look_ups(from),
        })
    }

    /// With the factors and browsers of the same answer, for a page that lists them. Factors of a later
    /// version's methods are passed over.
    #[must_use]
    pub fn with_lists(mut self, from: &impl Fields) -> Self {
        let read = |name| from.objects(name);
        self.factors =
            read("factors").map(|all| all.iter().filter_map(ListedFactor::read).collect());
        self.devices =
            read("devices").map(|all| all.iter().filter_map(ListedDevice::read).collect());
        self
    }
}

impl ListedFactor {
    fn read(from: &impl Fields) -> Option<Self> {
        Some(Self {
            factor: from.text("factor")?,
            method: method(from)?,
            name: from.text("name"),
            created_at: from.integer("created_at")?,
            last_used_at: from.integer("last_used_at")?,
            threema_id: from.text("threema_id"),
            level: from.text("level").as_deref().and_then(Level::parse),
        })
    }
}

impl ListedDevice {
    fn read(from: &impl Fields) -> Option<Self> {
        Some(Self {
            device: from.text("device")?,
            created_at: from.integer("created_at")?,
            last_used_at: from.integer("last_used_at")?,
            expires_at: from.integer("expires_at")?,
        })
    }
}

impl Proof {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "none" => Self::None,
            "needed" => Self::Needed,
            "given" => Self::Given,
            _ => return None,
        })
    }
}

impl Remember {
    /// For so long.
    #[must_use]
    pub fn of(life: Duration) -> Self {
        let days = life.as_secs().div_ceil(86_400);
        Self { days }
    }

    fn read(from: &impl Fields) -> Option<Self> {
        let days = from.integer("days")?;
        Some(Self { days })
    }
}

impl Recovery {
    /// Whether so few codes are left that the user should hear of it: at most [`recovery::LOW`].
    #[must_use]
    pub fn is_low(self) -> bool {
        usize::try_from(self.left).is_ok_and(|left| left <= recovery::LOW)
    }

    /// Whether a new set should be made beside a new factor: few are left, or the user never said
    /// that they are kept.
    #[must_use]
    pub fn should_be_replaced(self) -> bool {
        !self.kept || self.is_low()
    }

    /// Reads an answer's member `recovery`.
    #[must_use]
    pub fn read(from: &impl Fields) -> Option<Self> {
        Some(Self {
            left: from.integer("left")?,
            kept: from.flag("kept").unwrap_or(true),
        })
    }
}

impl ChallengeOpened {
    /// Reads an answer.
    #[must_use]
    pub fn read(from: &impl Fields) -> Option<Self> {
        Some(Self {
            challenge: from.text("challenge")?,
            method: method(from)?,
            expires_at: from.integer("expires_at")?,
            reply: from.object("reply").as_ref().and_then(Reply::read),
            sent: from.object("sent").as_ref().and_then(Sent::read),
        })
    }
}

impl Sent {
    fn read(from: &impl Fields) -> Option<Self> {
        Some(Self {
            to: from.text("to")?,
            // What is not said to be is not shown as if it were.
            end_to_end: from.flag("end_to_end").unwrap_or(false),
            uncertain: from.flag("uncertain").unwrap_or(false),
        })
    }
}

impl ThreemaCodeBegun {
    /// Reads an answer.
    #[must_use]
    pub fn read(from: &impl Fields) -> Option<Self> {
        Some(Self {
            factor: from.text("factor")?,
            method: method(from)?,
            threema_id: from.text("threema_id")?,
            level: Level::parse(&from.text("level")?)?,
            fingerprint: from.text("fingerprint")?,
            sent: Sent::read(&from.object("sent")?)?,
            expires_at: from.integer("expires_at")?,
        })
    }
}

impl Reply {
    fn read(from: &impl Fields) -> Option<Self> {
        Some(Self {
            code: from.text("code")?,
            gateway: from.text("gateway")?,
            from: from.text("from")?,
            link: Drawing::read(&from.object("link")?)?,
            gateway_identity: Drawing::read(&from.object("gateway_identity")?)?,
        })
    }
}

impl Drawing {
    fn read(from: &impl Fields) -> Option<Self> {
        Some(Self {
            modules: from.integer("modules")?,
            path: from.text("path")?,
        })
    }
}

impl ChallengeEnded {
    /// After a recovery code: what is left of its set. Whoever has used one has kept them.
    #[must_use]
    pub fn recovery(&self) -> Option<Recovery> {
        let left = self.recovery_left?;
        Some(Recovery { left, kept: true })
    }

    /// Reads an answer.
    #[must_use]
    pub fn read(from: &impl Fields) -> Option<Self> {
        Some(Self {
            challenge: from.text("challenge")?,
            state: from.text("state")?,
            method: method(from)?,
            recovery_left: from.integer("recovery_left"),
        })
    }
}

impl EnrollmentBegun {
    /// Reads an answer.
    #[must_use]
    pub fn read(from: &impl Fields) -> Option<Self> {
        Some(Self {
            factor: from.text("factor")?,
            method: method(from)?,
            secret: from.text("secret")?,
            uri: from.text("uri")?,
            symbol: Drawing::read(&from.object("symbol")?)?,
            expires_at: from.integer("expires_at")?,
        })
    }
}

impl ThreemaBegun {
    /// Reads an answer.
    #[must_use]
    pub fn read(from: &impl Fields) -> Option<Self> {
        Some(Self {
            factor: from.text("factor")?,
            method: method(from)?,
            threema_id: from.text("threema_id")?,
            level: Level::parse(&from.text("level")?)?,
            fingerprint: from.text("fingerprint")?,
            reply: Reply::read(&from.object("reply")?)?,
            expires_at: from.integer("expires_at")?,
        })
    }
}

impl FactorConfirmed {
    /// Reads an answer.
    #[must_use]
    pub fn read(from: &impl Fields) -> Option<Self> {
        Some(Self {
            factor: from.text("factor")?,
            method: method(from)?,
            state: from.text("state")?,
        })
    }
}

impl RecoveryCodes {
    /// Reads an answer.
    #[must_use]
    pub fn read(from: &impl Fields) -> Option<Self> {
        Some(Self {
            codes: from.texts("codes")?,
        })
    }
}

impl PassGiven {
    /// Reads an answer.
    #[must_use]
    pub fn read(from: &impl Fields) -> Option<Self> {
        Some(Self {
            response: from.text("response")?,
            expires_at: from.integer("expires_at")?,
        })
    }
}

fn method(from: &impl Fields) -> Option<Method> {
    Method::parse(&from.text("method")?)
}

fn look_ups(from: &impl Fields) -> Vec<LookUp> {
    let words = from.texts("look_up").unwrap_or_default();
    words
        .iter()
        .filter_map(|word| LookUp::parse(word))
        .collect()
}

fn methods(from: &impl Fields, name: &str) -> Vec<Method> {
    let words = from.texts(name).unwrap_or_default();
    words
        .iter()
        .filter_map(|word| Method::parse(word))
        .collect()
}
