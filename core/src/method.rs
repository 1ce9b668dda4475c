//! How a factor proves itself, and what a proof is wanted for.

use core::fmt;

/// How a factor proves itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Method {
    /// A code from an authenticator app ([RFC 6238](https://www.rfc-editor.org/rfc/rfc6238)).
    Totp,
    /// A code from a token that counts ([RFC 4226](https://www.rfc-editor.org/rfc/rfc4226)).
    Hotp,
    /// A code that the page shows, sent to the site's Gateway ID from the user's Threema ID.
    ThreemaReply,
    /// A code that the site sends to the user's Threema ID, typed into the page.
    ThreemaCode,
    /// A question that the site sends to the user's Threema ID, answered by a thumb up or down.
    ThreemaTap,
    /// A recovery code from the user's paper.
    Recovery,
}

impl Method {
    /// Every method, the better ones first: the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::Totp,
        Self::Hotp,
        Self::ThreemaReply,
        Self::ThreemaCode,
        Self::ThreemaTap,
        Self::Recovery,
    ];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Hotp => "hotp",
            Self::ThreemaReply => "threema-reply",
            Self::ThreemaCode => "threema-code",
            Self::ThreemaTap => "threema-tap",
            Self::Recovery => "recovery",
        }
    }

    /// The method of that word; none for a word of a later version.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == word)
    }

    /// Whether trying codes could ever hit: six digits can be guessed, fifty bits cannot, and a reply
    /// or a tap counts only from the user's own Threema ID.
    #[must_use]
    pub const fn is_guessable(self) -> bool {
        match self {
            Self::Totp | Self::Hotp | Self::ThreemaCode => true,
            Self::ThreemaReply | Self::ThreemaTap | Self::Recovery => false,
        }
    }

    /// Whether a user can enrol it by itself. Recovery codes only ever stand beside another factor.
    #[must_use]
    pub const fn is_factor(self) -> bool {
        !matches!(self, Self::Recovery)
    }

    /// Whether a user may have several of it: an app on each phone, but one Threema ID a method.
    #[must_use]
    pub const fn may_be_many(self) -> bool {
        matches!(self, Self::Totp | Self::Hotp)
    }

    /// Whether it needs a Threema Gateway ID, which a deployment may not have.
    #[must_use]
    pub const fn needs_gateway(self) -> bool {
        matches!(
            self,
            Self::ThreemaReply | Self::ThreemaCode | Self::ThreemaTap
        )
    }

    /// Whether it needs a key pair beside the Gateway ID: whatever receives messages does.
    #[must_use]
    pub const fn needs_key_pair(self) -> bool {
        matches!(self, Self::ThreemaReply | Self::ThreemaTap)
    }

    /// Whether it is proved by what the user types into the page, rather than by a message.
    #[must_use]
    pub const fn is_typed(self) -> bool {
        !matches!(self, Self::ThreemaReply | Self::ThreemaTap)
    }
}

/// What a ticket lets a browser do for its user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// Add a factor. If the user has one already, it must be proved first.
    Enroll,
    /// See and change what is enrolled. If the user has a factor, it must be proved first.
    Manage,
    /// Prove a factor, to log in.
    Verify,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 3] = [Self::Enroll, Self::Manage, Self::Verify];

    /// The word on the wire, and siteverify's `action`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enroll => "enroll",
            Self::Manage => "manage",
            Self::Verify => "verify",
        }
    }

    /// The purpose of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.as_str() == word)
    }
}

impl fmt::Display for Method {
    /// The word on the wire.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Purpose {
    /// The word on the wire.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_on_the_wire_reads_back() {
        for method in Method::ALL {
            assert_eq!(Method::parse(method.as_str()), Some(method));
        }
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::parse(purpose.as_str()), Some(purpose));
        }
        assert_eq!(Method::parse("Totp"), None);
        assert_eq!(Purpose::parse(""), None);
    }
}
