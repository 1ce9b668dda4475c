//! What went wrong, in one line that ends with what to do.
use std::fmt::{self, Display};
use std::io;
use std::path::Path;

/// Why a command stopped: something is missing, wrong or failed, and how to go on.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) what: String,
    pub(crate) remedy: String,
}

impl Problem {
    pub(crate) fn new(what: impl Display, remedy: impl Display) -> Self {
        Self {
            what: what.to_string(),
            remedy: remedy.to_string(),
        }
    }

    pub(crate) fn offline(what: impl Display) -> Self {
        Self::new(
            format_args!("no network: {what} could not be fetched"),
            "connect once and run again",
        )
    }

    /// For `map_err`: a file or folder that cannot be read or written.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |error| {
            Self::new(
                format_args!("{}: {error}", path.display()),
                "check that path and its rights",
            )
        }
    }
}

impl Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.what, self.remedy)
    }
}
