//! A case, given to two.

use std::fmt::Debug;

use crate::random::Random;

/// What two pieces of code are asked, again and again.
pub(crate) trait Comparison {
    /// Makes one case, asks both, and compares.
    fn case(&mut self, random: &mut Random) -> Compared;
}

impl<F: FnMut(&mut Random) -> Compared> Comparison for F {
    fn case(&mut self, random: &mut Random) -> Compared {
        self(random)
    }
}

pub(crate) type Compared = Result<Agreement, Difference>;

pub(crate) enum Agreement {
    /// They say the same.
    Same,
    /// They differ, as it is meant and written down.
    Documented(&'static str),
}

/// They differ, or one of them could not be asked.
pub(crate) struct Difference(pub(crate) String);

impl<E: std::error::Error> From<E> for Difference {
    fn from(error: E) -> Self {
        Self(format!("{error} ({error:?})"))
    }
}

/// Fails with both values and with what was asked.
pub(crate) fn same<T: PartialEq<U> + Debug, U: Debug>(
    what: impl FnOnce() -> String,
    ours: T,
    theirs: U,
) -> Result<(), Difference> {
    if ours == theirs {
        return Ok(());
    }
    let what = what();
    Err(Difference(format!(
        "{what}\n    ours:   {ours:?}\n    theirs: {theirs:?}"
    )))
}
