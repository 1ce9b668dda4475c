//! What a user's object is asked, and how it reads that.

use serde::Serialize;
use threegate_core::Method;
use threegate_core::idempotency::Once;
use threegate_core::user::ObjectName;

use super::{Contact, Delivered, Replied, Wanted};
use crate::idempotency::Key;
use crate::internal::{Given, Message};

/// What the edge asks of a user's object. Another version of the worker may be asking: members are
/// added with a default, never renamed.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Question {
    /// The site wants a ticket.
    Admit(Wanted),
    /// A widget asks, with a ticket whose MAC is right.
    Client {
        /// The ticket's hash.
        ticket: String,
        /// The page's origin, as the browser named it.
        origin: String,
        question: ClientQuestion,
    },
    /// A message to the user was sent, or not.
    Delivered(Delivered),
    /// The site redeems a pass whose MAC is right.
    Redeem {
        pass: String,
        ticket: String,
        idempotency_key: Option<String>,
    },
    /// A contact's wait has ended.
    Replied(Replied),
    /// The site's team takes everything back, or lets every trace go.
    Reset { erase: bool },
    /// The site has a code that was typed elsewhere.
    Check {
        code: String,
        method: Option<Method>,
    },
    /// What is enrolled?
    Describe,
    /// Everything, sealed for whoever keeps the back-ups.
    Export,
    /// What an export has of the user.
    Restore { document: String },
    /// The site's team takes a factor away.
    TakeAway { factor: String },
    /// Authenticators of another system.
    TakeOver { user: String, uris: Vec<String> },
    /// Everything under the present key.
    Reseal,
    /// Which contacts know of the user?
    Contacts,
    /// Which Threema ID has the user, for a message that is about to be sent? Counts that.
    Address,
}

/// What a widget asks.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClientQuestion {
    Abandon {
        challenge: String,
    },
    Answer {
        challenge: String,
        code: String,
    },
    Begin {
        method: Method,
    },
    BeginByCode {
        factor: String,
        contact: Contact,
        /// The browser that asks, in words.
        device: String,
    },
    BeginThreema {
        method: Method,
        factor: String,
        contact: Contact,
        code: String,
    },
    Confirm {
        factor: String,
        code: String,
    },
    KeepRecoveryCodes,
    /// The directory has another key for the ID that was to be enrolled than others pinned.
    KeyChanged,
    MakeRecoveryCodes,
    MayLookUp {
        method: Method,
        /// By which address, unless an ID was typed.
        by: Option<String>,
    },
    Open {
        method: Method,
    },
    OpenReply {
        challenge: String,
        /// The factor from which the code is awaited.
        factor: String,
        code: String,
    },
    Pass {
        /// Whether the browser is to be remembered, if that was said.
        remember: Option<bool>,
    },
    Prefer {
        method: Method,
    },
    PrepareReply,
    ResendCode {
        challenge: String,
        device: String,
    },
    AskForTap {
        challenge: String,
        device: String,
    },
    SendCode {
        challenge: String,
        device: String,
    },
    ShowReply,
    Remove {
        factor: String,
    },
    Rename {
        factor: String,
        name: String,
    },
    Resync {
        factor: String,
        /// Two codes in a row, as they were typed.
        codes: [String; 2],
    },
    Revoke {
        /// All, if it is not said which.
        device: Option<String>,
    },
    Socket,
    View,
}

/// A question, and which object it is for: an object cannot tell its own name.
#[derive(Serialize)]
pub(super) struct Asked {
    pub(super) object: String,
    pub(super) question: Question,
    /// The key of a request that may come twice.
    pub(super) once: Option<Key>,
}

impl Asked {
    pub(super) fn of(object: ObjectName, question: Question, once: Option<Once>) -> Self {
        Self {
            object: object.to_hex(),
            question,
            once: once.map(Into::into),
        }
    }
}

impl Message for Question {
    fn read(from: Given<'_>) -> Option<Self> {
        let (word, carried) = from.kind()?;
        Some(match word {
            "admit" => Self::Admit(Wanted::read(carried)?),
            "client" => Self::Client {
                ticket: carried.text("ticket")?,
                origin: carried.text("origin")?,
                question: ClientQuestion::read(carried.part("question")?)?,
            },
            "delivered" => Self::Delivered(Delivered::read(carried)?),
            "redeem" => Self::Redeem {
                pass: carried.text("pass")?,
                ticket: carried.text("ticket")?,
                idempotency_key: carried.text("idempotency_key"),
            },
            "replied" => Self::Replied(Replied::read(carried)?),
            "reset" => Self::Reset {
                erase: carried.flag("erase").unwrap_or(false),
            },
            "check" => Self::Check {
                code: carried.text("code")?,
                method: carried.text("method").as_deref().and_then(Method::parse),
            },
            "describe" => Self::Describe,
            "export" => Self::Export,
            "restore" => Self::Restore {
                document: carried.text("document")?,
            },
            "take_away" => Self::TakeAway {
                factor: carried.text("factor")?,
            },
            "take_over" => Self::TakeOver {
                user: carried.text("user")?,
                uris: carried
                    .list("uris")
                    .filter_map(Given::as_text)
                    .map(Into::into)
                    .collect(),
            },
            "reseal" => Self::Reseal,
            "contacts" => Self::Contacts,
            "address" => Self::Address,
            _ => return None,
        })
    }
}

impl Message for ClientQuestion {
    fn read(from: Given<'_>) -> Option<Self> {
        let (word, carried) = from.kind()?;
        let text = |name| carried.text(name);
        let method = || Method::parse(&carried.text("method")?);
        Some(match word {
            "abandon" => Self::Abandon {
                challenge: text("challenge")?,
            },
            "answer" => Self::Answer {
                challenge: text("challenge")?,
                code: text("code")?,
            },
            "begin" => Self::Begin { method: method()? },
            "begin_by_code" => Self::BeginByCode {
                factor: text("factor")?,
                contact: Contact::read(carried.part("contact")?)?,
                device: text("device")?,
            },
            "begin_threema" => Self::BeginThreema {
                method: method().unwrap_or(Method::ThreemaReply),
                factor: text("factor")?,
                contact: Contact::read(carried.part("contact")?)?,
                code: text("code")?,
            },
            "confirm" => Self::Confirm {
                factor: text("factor")?,
                code: text("code")?,
            },
            "key_changed" => Self::KeyChanged,
            "keep_recovery_codes" => Self::KeepRecoveryCodes,
            "make_recovery_codes" => Self::MakeRecoveryCodes,
            "may_look_up" => Self::MayLookUp {
                method: method()?,
                by: text("by"),
            },
            "open" => Self::Open { method: method()? },
            "open_reply" => Self::OpenReply {
                challenge: text("challenge")?,
                factor: text("factor")?,
                code: text("code")?,
            },
            "pass" => Self::Pass {
                remember: carried.flag("remember"),
            },
            "prefer" => Self::Prefer { method: method()? },
            "prepare_reply" => Self::PrepareReply,
            "resend_code" => Self::ResendCode {
                challenge: text("challenge")?,
                device: text("device")?,
            },
            "ask_for_tap" => Self::AskForTap {
                challenge: text("challenge")?,
                device: text("device")?,
            },
            "send_code" => Self::SendCode {
                challenge: text("challenge")?,
                device: text("device")?,
            },
            "show_reply" => Self::ShowReply,
            "remove" => Self::Remove {
                factor: text("factor")?,
            },
            "rename" => Self::Rename {
                factor: text("factor")?,
                name: text("name")?,
            },
            "resync" => Self::Resync {
                factor: text("factor")?,
                codes: [
                    carried.part("codes")?.text_at(0)?,
                    carried.part("codes")?.text_at(1)?,
                ],
            },
            "revoke" => Self::Revoke {
                device: text("device"),
            },
            "socket" => Self::Socket,
            "view" => Self::View,
            _ => return None,
        })
    }
}

impl Message for Asked {
    fn read(from: Given<'_>) -> Option<Self> {
        Some(Self {
            object: from.text("object")?,
            question: Question::read(from.part("question")?)?,
            once: from.part("once").and_then(Key::read),
        })
    }
}
