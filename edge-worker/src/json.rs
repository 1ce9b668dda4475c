//! JSON, read as strictly as RFC 8259 writes it.
//!
//! Nobody tells us fractions, so there are none: a number is whole and not negative, or of no use. What
//! reads fractions elsewhere weighs 5 KB of the worker, for tables of powers above all.

/// What was read.
#[derive(Debug)]
pub(crate) enum Json {
    Null,
    Flag(bool),
    /// If it is whole, zero or more, and written so.
    Number(Option<u64>),
    Text(String),
    List(Vec<Self>),
    /// In their order; a name may be there twice.
    Object(Vec<(String, Self)>),
}

/// How deep lists and objects may be in each other.
const DEEPEST: u8 = 100;

/// How many members an object may have: whoever looks for one looks at all.
pub(crate) const MOST: usize = 250;

/// Reads a text that is one value and nothing else.
///
/// # Errors
/// How many bytes could be read.
pub(crate) fn read(text: &[u8]) -> Result<Json, usize> {
    std::str::from_utf8(text).map_err(|fault| fault.valid_up_to())?;
    let mut reader = Reader(text);
    let value = reader.value(DEEPEST);
    reader.skip_space();
    match (value, reader.0) {
        (Some(value), []) => Ok(value),
        (_, rest) => Err(text.len().saturating_sub(rest.len())),
    }
}

impl Json {
    /// The member of an object.
    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else {
            return None;
        };
        let mut members = members.iter().rev();
        let found = members.find(|(its, _)| its == name);
        found.map(|(_, value)| value)
    }

    pub(crate) fn list(&self) -> Option<&[Self]> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn integer(&self) -> Option<u64> {
        match self {
            Self::Number(number) => *number,
            _ => None,
        }
    }
}

/// What is still to be read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn value(&mut self, depth: u8) -> Option<Json> {
        let depth = depth.checked_sub(1)?;
        self.skip_space();
        match self.0.first()? {
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b'"' => self.text().map(Json::Text),
            b't' => self.word(b"true", Json::Flag(true)),
            b'f' => self.word(b"false", Json::Flag(false)),
            b'n' => self.word(b"null", Json::Null),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: u8) -> Option<Json> {
        self.next();
        let mut members = Vec::new();
        self.skip_space();
        if self.eat(b'}') {
            return Some(Json::Object(members));
        }
        while members.len() < MOST {
            self.skip_space();
            let name = self.text()?;
            self.skip_space();
            if !self.eat(b':') {
                return None;
            }
            members.push((name, self.value(depth)?));
            self.skip_space();
            if self.eat(b'}') {
                return Some(Json::Object(members));
            }
            if !self.eat(b',') {
                return None;
            }
        }
        None
    }

    fn list(&mut self, depth: u8) -> Option<Json> {
        self.next();
        let mut list = Vec::new();
        self.skip_space();
        if self.eat(b']') {
            return Some(Json::List(list));
        }
        loop {
            list.push(self.value(depth)?);
            self.skip_space();
            if self.eat(b']') {
                return Some(Json::List(list));
            }
            if !self.eat(b',') {
                return None;
            }
        }
    }

    fn text(&mut self) -> Option<String> {
        if !self.eat(b'"') {
            return None;
        }
        let mut text = String::new();
        loop {
            let plain = self.up_to(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
            text.push_str(std::str::from_utf8(plain).ok()?);
            match self.next()? {
                b'"' => return Some(text),
                b'\\' => text.push(self.escaped()?),
                _ => return None,
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        Some(match self.next()? {
            itself @ (b'"' | b'\\' | b'/') => char::from(itself),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                // Half of a pair never stands alone.
                let is_half = (0xd800..0xdc00).contains(&first);
                let second = match is_half {
                    true if self.eat(b'\\') && self.eat(b'u') => Some(self.unit()?),
                    _ => None,
                };
                let mut decoded = char::decode_utf16([first].into_iter().chain(second));
                return decoded.next()?.ok();
            }
            _ => return None,
        })
    }

    /// Four digits of UTF-16.
    fn unit(&mut self) -> Option<u16> {
        let mut unit = 0_u16;
        for _ in 0..4 {
            let digit = char::from(self.next()?).to_digit(16)?;
            unit = unit.checked_mul(16)? | u16::try_from(digit).ok()?;
        }
        Some(unit)
    }

    fn number(&mut self) -> Option<Json> {
        let mut is_integer = !self.eat(b'-');
        let digits = self.digits()?;
        if digits.len() > 1 && digits.starts_with(b"0") {
            return None;
        }
        if self.eat(b'.') {
            self.digits()?;
            is_integer = false;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _signed = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
            is_integer = false;
        }
        let integer = std::str::from_utf8(digits).ok()?.parse();
        Some(Json::Number(integer.ok().filter(|_| is_integer)))
    }

    fn digits(&mut self) -> Option<&'a [u8]> {
        let digits = self.up_to(|byte| !byte.is_ascii_digit());
        (!digits.is_empty()).then_some(digits)
    }

    fn word(&mut self, word: &[u8], value: Json) -> Option<Json> {
        self.0 = self.0.strip_prefix(word)?;
        Some(value)
    }

    fn skip_space(&mut self) {
        self.up_to(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    }

    /// What comes before the first byte that ends it.
    fn up_to(&mut self, ends: fn(u8) -> bool) -> &'a [u8] {
        let length = self.0.iter().position(|byte| ends(*byte));
        let length = length.unwrap_or(self.0.len());
        let (before, rest) = self.0.split_at_checked(length).unwrap_or((self.0, &[]));
        self.0 = rest;
        before
    }

    fn eat(&mut self, byte: u8) -> bool {
        let rest = self.0.strip_prefix(&[byte]);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }
}

#[cfg(test)]
mod tests {
    use super::{DEEPEST, Json, MOST, read};
    use serde_json::Value;

    fn is_same(ours: &Json, theirs: &Value) -> bool {
        match (ours, theirs) {
            (Json::Null, Value::Null) => true,
            (Json::Flag(ours), Value::Bool(theirs)) => ours == theirs,
            (Json::Number(ours), Value::Number(theirs)) => *ours == theirs.as_u64(),
            (Json::Text(ours), Value::String(theirs)) => ours == theirs,
            (Json::List(ours), Value::Array(theirs)) => {
                let mut both = ours.iter().zip(theirs);
                ours.len() == theirs.len() && both.all(|(ours, theirs)| is_same(ours, theirs))
            }
            (Json::Object(members), Value::Object(theirs)) => {
                members.iter().all(|(name, _)| theirs.contains_key(name))
                    && theirs
                        .iter()
                        .all(|(name, theirs)| is_same(ours.member(name).unwrap(), theirs))
            }
            _ => false,
        }
    }

    fn compare(text: &[u8]) -> bool {
        match (read(text), serde_json::from_slice::<Value>(text)) {
            (Ok(ours), Ok(theirs)) => {
                assert!(is_same(&ours, &theirs), "{ours:?} and {theirs:?}");
                true
            }
            (Err(_), Err(_)) => false,
            // To us, each is of no use.
            (Ok(_), Err(fault)) if fault.to_string().starts_with("number out of range") => true,
            (ours, theirs) => {
                let text = String::from_utf8_lossy(text);
                panic!("{text}: {ours:?} and {theirs:?}")
            }
        }
    }

    /// Every text that is one byte away from a document: changed, left out, or put in.
    #[test]
    fn what_is_read_is_what_another_reader_reads() {
        let documents = [
            r#" {"a":"b","c":[1,20,true,false,null,{}],"d":{"e":"","a":[]}, "a":-0.5e+3} "#,
            r#"["\u00e9\ud83d\ude00\n\"\\\/\b\f\r\té😀",18446744073709551615,1e2,0,-1]"#,
            r#""481516""#,
            "7",
        ];
        let bytes = b" \t\n\x0b\x00\x1f\"\\/{}[],:.+-eEu0179afdDtnb\x7f\x80\xc3\xff";
        let (mut read, mut refused) = (0, 0);
        let mut look = |text: &[u8]| {
            *(if compare(text) {
                &mut read
            } else {
                &mut refused
            }) += 1
        };
        for document in documents.map(str::as_bytes) {
            look(document);
            for at in 0..document.len() {
                let (before, after) = document.split_at(at);
                look(before);
                look(&[before, &after[1..]].concat());
                for byte in bytes {
                    look(&[before, &[*byte], after].concat());
                    look(&[before, &[*byte], &after[1..]].concat());
                }
            }
        }
        println!("{read} texts read, {refused} refused");
        assert!(read > 1_000 && refused > 1_000);
    }

    #[test]
    fn too_deep_or_too_many_is_refused() {
        let deep = |depth| ["[".repeat(depth), "]".repeat(depth)].concat();
        let most = usize::from(DEEPEST);
        assert!(read(deep(most).as_bytes()).is_ok());
        assert!(read(deep(most + 1).as_bytes()).is_err());
        let wide = |members| format!("{{{}}}", vec![r#""a":1"#; members].join(","));
        assert!(read(wide(MOST).as_bytes()).is_ok());
        assert!(read(wide(MOST + 1).as_bytes()).is_err());
    }

    #[test]
    fn a_refusal_tells_how_much_could_be_read() {
        for (text, read_bytes) in [("", 0), ("{}x", 2), (r#"{"a" 1}"#, 5), ("[1,", 3)] {
            assert_eq!(read(text.as_bytes()).map(drop), Err(read_bytes), "{text}");
        }
        assert_eq!(read(b"\"\xff\"").map(drop), Err(1));
    }
}
