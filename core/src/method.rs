//! How a factor proves itself, and what a proof is wanted for.

/// How a factor proves itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Method {
    /// A code from an authenticator app ([RFC 6238](https://www.rfc-editor.org/rfc/rfc6238)).
    Totp,
    /// A code that the page shows, sent to the site's Gateway ID from the user's Threema ID.
    ThreemaReply,
    /// A recovery code from the user's paper.
    Recovery,
}

impl Method {
    /// Every method, the better ones first: the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Totp, Self::ThreemaReply, Self::Recovery];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::ThreemaReply => "threema-reply",
            Self::Recovery => "recovery",
        }
    }

    /// The method of that word; none for a word of a later version.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == word)
    }

    /// Whether trying codes could ever hit: six digits can be guessed, fifty bits cannot, and a reply
    /// counts only from the user's own Threema ID.
    #[must_use]
    pub const fn is_guessable(self) -> bool {
        match self {
            Self::Totp => true,
            Self::ThreemaReply | Self::Recovery => false,
        }
    }

    /// Whether a user can enrol it by itself. Recovery codes only ever stand beside another factor.
    #[must_use]
    pub const fn is_factor(self) -> bool {
        match self {
            Self::Totp | Self::ThreemaReply => true,
            Self::Recovery => false,
        }
    }

    /// Whether it needs a Threema Gateway ID, which a deployment may not have.
    #[must_use]
    pub const fn needs_gateway(self) -> bool {
        match self {
            Self::ThreemaReply => true,
            Self::Totp | Self::Recovery => false,
        }
    }

    /// Whether it is proved by what the user types into the page, rather than by a message.
    #[must_use]
    pub const fn is_typed(self) -> bool {
        !matches!(self, Self::ThreemaReply)
    }
}

/// What a ticket lets a browser do for its user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// Add a factor. If the user has one already, it must be proved first.
    Enroll,
    /// Prove a factor, to log in.
    Verify,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 2] = [Self::Enroll, Self::Verify];

    /// The word on the wire, and siteverify's `action`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enroll => "enroll",
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
