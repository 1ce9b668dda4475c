//! Why the Gateway gave no answer, and who can mend it.

use core::fmt;

use super::call::Asks;

/// Why the Gateway gave no answer to what it was asked. `Display` says it in words, with who can mend it
/// and how; [`GatewayError::code`] is what programs and logs go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GatewayError {
    /// There is no such blob, or no longer.
    BlobGone,
    /// The account has nothing left to pay with. Its owner must buy credits.
    NoCredits,
    /// An answer that no version of the Gateway gives: something else stands at that address.
    Nonsense,
    /// It does not send a text in basic mode: nobody can be written to there, or the Gateway ID has a key
    /// pair and so is in end-to-end mode.
    NotBasic,
    /// It does not send a box: nobody can be written to there, or the Gateway ID is in basic mode.
    NotEndToEnd,
    /// It does not take the question.
    Refused,
    /// The API secret is not that of the Gateway ID.
    Secret,
    /// The message, the blob or the list is longer than it takes.
    TooLong,
    /// More than it takes of one account at a time.
    TooMany,
    /// It, or something before it, is out of order; or it could not be reached at all.
    Unavailable,
    /// Nobody has that ID, address or number.
    Unknown,
}

impl GatewayError {
    /// What a status other than 200 means after that question.
    pub(super) const fn of(status: u16, asks: Asks) -> Self {
        match (status, asks) {
            (400, Asks::SendSimple) => Self::NotBasic,
            (400, Asks::Send) => Self::NotEndToEnd,
            (400, _) => Self::Refused,
            (401, _) => Self::Secret,
            (402, _) => Self::NoCredits,
            (404, Asks::Download) => Self::BlobGone,
            (404, _) => Self::Unknown,
            (413, _) => Self::TooLong,
            (429, _) => Self::TooMany,
            (500..=599, _) => Self::Unavailable,
            _ => Self::Nonsense,
        }
    }

    /// The stable name of the cause.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::BlobGone => "gateway_blob_gone",
            Self::NoCredits => "gateway_no_credits",
            Self::Nonsense => "gateway_nonsense",
            Self::NotBasic => "gateway_not_basic",
            Self::NotEndToEnd => "gateway_not_end_to_end",
            Self::Refused => "gateway_refused",
            Self::Secret => "gateway_secret",
            Self::TooLong => "gateway_too_long",
            Self::TooMany => "gateway_too_many",
            Self::Unavailable => "gateway_unavailable",
            Self::Unknown => "gateway_unknown",
        }
    }

    /// Whether the same question may be answered some minutes later, without anybody doing anything.
    #[must_use]
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::TooMany | Self::Unavailable)
    }
}

impl fmt::Display for GatewayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BlobGone => {
                "no such blob: a blob that is not persistent goes about an hour after it was first \
                 fetched, so its sender must upload the file again"
            }
            Self::NoCredits => {
                "no credits left: the owner of the Gateway account can buy some at gateway.threema.ch"
            }
            Self::Nonsense => {
                "what answers is no Threema Gateway: the admin should check the address of its API"
            }
            Self::NotBasic => {
                "a text in basic mode is refused: either the receiver cannot be written to, or the \
                 Gateway ID is in end-to-end mode, and the admin must set its private key"
            }
            Self::NotEndToEnd => {
                "an encrypted message is refused: either the receiver cannot be written to, or the \
                 Gateway ID is in basic mode, and the admin must request one in end-to-end mode"
            }
            Self::Refused => {
                "the question is refused: the admin should check the mode of the Gateway ID, and what \
                 its account may ask"
            }
            Self::Secret => {
                "the API secret is refused: the admin must set the one that gateway.threema.ch shows \
                 for the Gateway ID"
            }
            Self::TooLong => "longer than the Gateway takes: the sender must shorten or divide it",
            Self::TooMany => {
                "more than the Gateway takes of one account at a time: ask again later, and less often"
            }
            Self::Unavailable => {
                "the Gateway does not answer: ask again in some minutes; what was asked \
                 for may have been done all the same"
            }
            Self::Unknown => {
                "nobody in the directory has that ID, address or number: its owner should look it up \
                 in the app"
            }
        })
    }
}

impl core::error::Error for GatewayError {}
