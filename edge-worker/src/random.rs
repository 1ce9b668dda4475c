//! The one source of random bytes.

use crate::problem::Error;

pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|fault| Error::internal(format_args!("no random bytes: {fault}")))?;
    Ok(bytes)
}
