use super::super::SecretKey;
use super::*;

fn key(byte: u8) -> PublicKey {
    SecretKey::from_bytes([byte; 32]).public()
}

#[test]
fn a_scanned_key_is_either_the_directorys_or_refused() {
    assert_eq!(Level::of_directory(&key(1), None), Ok(Level::Server));
    assert_eq!(
        Level::of_directory(&key(1), Some(&key(1))),
        Ok(Level::Scanned)
    );
    assert_eq!(
        Level::of_directory(&key(1), Some(&key(2))),
        Err(Error::ThreemaKeyMismatch)
    );
}

#[test]
fn levels_are_ordered_by_how_sure_they_are_and_read_back() {
    assert!(Level::Server < Level::Matched && Level::Matched < Level::Scanned);
    for (level, dots) in Level::ALL.into_iter().zip(1..) {
        assert_eq!(level.dots(), dots);
        assert_eq!(Level::parse(level.as_str()), Some(level));
    }
    assert_eq!(Level::parse("blue"), None);
}

#[test]
fn what_is_pinned_reads_back_and_nothing_else_does() {
    for level in Level::ALL {
        let pinned = Pinned {
            id: ThreemaId::parse("ECHOECHO").unwrap(),
            key: key(3),
            level,
        };
        let bytes = pinned.to_bytes();
        assert_eq!(bytes.len(), 42);
        assert_eq!(Pinned::from_bytes(&bytes), Ok(pinned));
        for length in 0..bytes.len() {
            assert_eq!(Pinned::from_bytes(&bytes[..length]), Err(Error::SealBroken));
        }
        let mut longer = bytes.to_vec();
        longer.push(0);
        assert_eq!(Pinned::from_bytes(&longer), Err(Error::SealBroken));
        for (place, wrong) in [(0, 2), (1, 0), (1, 4), (2, b'e'), (9, b'*')] {
            let mut altered = bytes.to_vec();
            altered[place] = wrong;
            assert_eq!(Pinned::from_bytes(&altered), Err(Error::SealBroken));
        }
        let mut everybodys = bytes.to_vec();
        everybodys[10..].fill(0);
        assert_eq!(Pinned::from_bytes(&everybodys), Err(Error::SealBroken));
    }
}
