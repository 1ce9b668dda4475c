use std::format;
use std::vec::Vec;

use super::*;
use crate::vectors;

fn hex(text: &str) -> Vec<u8> {
    base16ct::lower::decode_vec(text).unwrap()
}

#[test]
fn files_and_thumbnails_are_tweetnacls_secretboxes() {
    for case in vectors::cases("threema/blobs", 6) {
        let key = BlobKey::from_bytes(hex(case.one("key")).try_into().unwrap());
        let (plaintext, blob) = (hex(case.one("plaintext")), hex(case.one("blob")));
        let (sealed, opened, as_other) = match case.one("part") {
            "file" => (
                key.seal_file(&plaintext),
                key.open_file(&blob),
                key.open_thumbnail(&blob),
            ),
            _ => (
                key.seal_thumbnail(&plaintext),
                key.open_thumbnail(&blob),
                key.open_file(&blob),
            ),
        };
        assert_eq!((sealed, opened), (blob, Ok(plaintext)), "{}", case.name);
        assert_eq!(as_other, Err(Unopened));
    }
}

#[test]
fn a_file_has_100_mebibytes_at_most() {
    assert_eq!(BlobKey::MAX_FILE, 104_857_600);
}

#[test]
fn a_blob_that_was_altered_or_cut_does_not_open() {
    let key = BlobKey::from_bytes([7; 32]);
    let blob = key.seal_file(b"hello");
    for length in 0..blob.len() {
        assert_eq!(key.open_file(&blob[..length]), Err(Unopened));
        let mut altered = blob.clone();
        altered[length] ^= 1;
        assert_eq!(key.open_file(&altered), Err(Unopened));
    }
    assert_eq!(BlobKey::from_bytes([8; 32]).open_file(&blob), Err(Unopened));
    assert_eq!(format!("{Unopened}"), "blob_unopened");
}

#[test]
fn a_blobs_name_is_32_digits_and_neither_it_nor_a_key_shows() {
    let text = "0123456789abcdef0123456789abcdef";
    let id = BlobId::parse(text).unwrap();
    assert_eq!(id.to_hex(), text);
    assert_eq!(BlobId::parse(&text.to_uppercase()), Some(id));
    assert_eq!(BlobId::from_bytes(*id.as_bytes()), id);
    for bad in [
        "",
        &text[..30],
        &text[..31],
        "0123456789abcdef0123456789abcdeg",
    ] {
        assert_eq!(BlobId::parse(bad), None, "{bad}");
    }
    assert_eq!(BlobId::parse(&format!("{text}00")), None);
    let key = BlobKey::from_bytes([7; 32]);
    assert!(key == key.clone() && key != BlobKey::from_bytes([8; 32]));
    assert_eq!(key.as_bytes(), &[7; 32]);
    assert_eq!(BlobKey::MAX_FILE, 104_857_600);
    assert_eq!(format!("{id:?} {key:?}"), "BlobId(..) BlobKey(..)");
}
