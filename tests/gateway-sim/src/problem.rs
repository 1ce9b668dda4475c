//! What can be wrong, at the start and in a call of the control API.
use std::path::PathBuf;
use std::{fmt, io};

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A cause each; `code` is what a test compares, the text is for whoever reads it.
#[derive(Debug)]
#[non_exhaustive]
pub(crate) enum Problem {
    /// The command line is not understood.
    Usage(String),
    /// The state file cannot be read or written.
    StateFile { path: PathBuf, cause: io::Error },
    /// The state file is not what this program writes.
    StateShape {
        path: PathBuf,
        cause: serde_json::Error,
    },
    /// The state file belongs to another Gateway ID than the one asked for.
    OtherGateway { found: String, asked: String },
    /// The address cannot be listened on.
    Listen { address: String, cause: io::Error },
    /// The HTTP client of the deliveries cannot be made.
    Client(reqwest::Error),
    /// The system gave no random bytes.
    Random,
    /// Not eight characters of `0-9A-Z`, the first maybe `*`.
    IdMalformed(String),
    /// Not 64 hex characters.
    KeyMalformed,
    /// Not an http or https address.
    CallbackMalformed(String),
    /// No phone has this ID.
    PhoneUnknown(String),
    /// A phone has this ID already, or the Gateway itself does.
    PhoneExists(String),
    /// No delivery has this number.
    DeliveryUnknown(u64),
    /// The request's JSON does not say one message, or says it wrongly.
    MessageMalformed(String),
    /// A setting has a value that it cannot have.
    SettingMalformed(String),
}

impl Problem {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Usage(_) => "usage",
            Self::StateFile { .. } => "state_file",
            Self::StateShape { .. } => "state_shape",
            Self::OtherGateway { .. } => "other_gateway",
            Self::Listen { .. } => "listen",
            Self::Client(_) => "client",
            Self::Random => "random",
            Self::IdMalformed(_) => "id_malformed",
            Self::KeyMalformed => "key_malformed",
            Self::CallbackMalformed(_) => "callback_malformed",
            Self::PhoneUnknown(_) => "phone_unknown",
            Self::PhoneExists(_) => "phone_exists",
            Self::DeliveryUnknown(_) => "delivery_unknown",
            Self::MessageMalformed(_) => "message_malformed",
            Self::SettingMalformed(_) => "setting_malformed",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::PhoneUnknown(_) | Self::DeliveryUnknown(_) => StatusCode::NOT_FOUND,
            Self::PhoneExists(_) => StatusCode::CONFLICT,
            Self::IdMalformed(_)
            | Self::KeyMalformed
            | Self::CallbackMalformed(_)
            | Self::MessageMalformed(_)
            | Self::SettingMalformed(_) => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(what) => write!(f, "{what}"),
            Self::StateFile { path, cause } => write!(f, "{}: {cause}", path.display()),
            Self::StateShape { path, cause } => write!(
                f,
                "{} was not written by gateway-sim ({cause}); remove it to begin anew",
                path.display()
            ),
            Self::OtherGateway { found, asked } => write!(
                f,
                "the state file belongs to {found}, not to {asked}; give it another --state"
            ),
            Self::Listen { address, cause } => write!(f, "cannot listen on {address}: {cause}"),
            Self::Client(cause) => write!(f, "no HTTP client: {cause}"),
            Self::Random => write!(f, "the system gave no random bytes"),
            Self::IdMalformed(id) => write!(
                f,
                "{id:?} is no Threema ID: eight of 0-9 and A-Z, a Gateway's begins with *"
            ),
            Self::KeyMalformed => write!(f, "a private key is 64 hex characters"),
            Self::CallbackMalformed(url) => write!(f, "{url:?} is no http or https address"),
            Self::PhoneUnknown(id) => write!(f, "no phone has the ID {id}"),
            Self::PhoneExists(id) => write!(f, "the ID {id} is taken"),
            Self::DeliveryUnknown(number) => write!(f, "no delivery has the number {number}"),
            Self::MessageMalformed(what) | Self::SettingMalformed(what) => write!(f, "{what}"),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.code(), "detail": self.to_string() });
        (self.status(), Json(body)).into_response()
    }
}
