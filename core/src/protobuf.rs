//! Protocol buffers, field by field, without a schema.
//!
//! ```text
//!  bytes ──Fields──▶ (number, Value), (number, Value), …     each as it stands there
//!  Writer ──put──▶ bytes                                     in the order of the calls
//! ```
//!
//! What a field means, and whether it may come twice, the caller knows: [`Fields`] passes nothing over and
//! has no default. A message that readers would take apart differently ends in [`Malformed`]: a length
//! beyond the end, a number above 64 bits, a field number that none may have, a group.
//!
//! Source: Protocol Buffers, "Encoding".

use alloc::vec::Vec;

use zeroize::Zeroizing;

/// The fields of a message, in their order. Nothing follows the first [`Malformed`].
pub(crate) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) const fn new(message: &'a [u8]) -> Self {
        Self(message)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u32, Value<'a>), Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = field(self.0);
        self.0 = field.map_or(&[], |(_, rest)| rest);
        Some(field.map(|(field, _)| field).ok_or(Malformed))
    }
}

/// What a field carries, by its wire type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// Wire type 0: a number, a truth value, one of an enumeration. A negative one has all 64 bits.
    Varint(u64),
    /// Wire type 1: eight bytes as they are.
    Fixed64([u8; 8]),
    /// Wire type 2: bytes, a text, a message.
    Bytes(&'a [u8]),
    /// Wire type 5: four bytes as they are.
    Fixed32,
}

/// The bytes are no protocol buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

fn field(data: &[u8]) -> Option<((u32, Value<'_>), &[u8])> {
    /// The highest number that a field may have: 29 bits.
    const HIGHEST: u32 = 0x1FFF_FFFF;

    let (key, rest) = varint(data)?;
    let number = u32::try_from(key >> 3).ok()?;
    if number == 0 || number > HIGHEST {
        return None;
    }
    let (value, rest) = match key & 7 {
        0 => {
            let (value, rest) = varint(rest)?;
            (Value::Varint(value), rest)
        }
        1 => {
            let (bytes, rest) = rest.split_first_chunk::<8>()?;
            (Value::Fixed64(*bytes), rest)
        }
        2 => {
            let (length, rest) = varint(rest)?;
            let (bytes, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
            (Value::Bytes(bytes), rest)
        }
        5 => {
            let (_, rest) = rest.split_first_chunk::<4>()?;
            (Value::Fixed32, rest)
        }
        // Groups (3 and 4) went out of use before any message that is read here.
        _ => return None,
    };
    Some(((number, value), rest))
}

/// A number in groups of seven bits, the lowest first, and what follows it.
fn varint(data: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    let mut rest = data;
    for shift in (0..u64::BITS).step_by(7) {
        let (byte, after) = rest.split_first()?;
        rest = after;
        let bits = u64::from(*byte & 0x7f);
        // The tenth byte has room for one bit.
        if bits.checked_shl(shift)? >> shift != bits {
            return None;
        }
        value |= bits.checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some((value, rest));
        }
    }
    None
}

/// A message in the making. It may hold a secret, so it is zeroized; a capacity that is too small would
/// leave a copy behind.
pub(crate) struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(bytes)))
    }

    /// A number.
    pub(crate) fn varint(&mut self, field: u32, value: u64) {
        self.raw(u64::from(field) << 3);
        self.raw(value);
    }

    /// Eight bytes as they are.
    pub(crate) fn fixed64(&mut self, field: u32, value: &[u8; 8]) {
        self.raw(u64::from(field) << 3 | 1);
        self.0.extend_from_slice(value);
    }

    /// Bytes, a text, or a message.
    pub(crate) fn bytes(&mut self, field: u32, value: &[u8]) {
        self.raw(u64::from(field) << 3 | 2);
        // A length always fits in 64 bits.
        self.raw(u64::try_from(value.len()).unwrap_or_default());
        self.0.extend_from_slice(value);
    }

    pub(crate) fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        self.0
    }

    fn raw(&mut self, mut value: u64) {
        loop {
            let [low, ..] = value.to_le_bytes();
            value >>= 7;
            if value == 0 {
                return self.0.push(low & 0x7f);
            }
            self.0.push(low | 0x80);
        }
    }
}

#[cfg(test)]
mod tests;
