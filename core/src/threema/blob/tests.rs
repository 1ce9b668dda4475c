use std::format;
use std::vec::Vec;

use super::*;

fn hex(text: &str) -> Vec<u8> {
    match text {
        "-" => Vec::new(),
        text => base16ct::lower::decode_vec(text).unwrap(),
    }
}

#[test]
fn files_and_thumbnails_are_tweetnacls_secretboxes() {
    let file = include_str!("../../../../tests/vectors/threema/blobs.txt");
    let mut rows = 0;
    for row in file.lines().filter(|row| !row.starts_with('#')) {
        let [part, key, plaintext, blob] = row.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let key = BlobKey::from_bytes(hex(key).try_into().unwrap());
        let (plaintext, blob) = (hex(plaintext), hex(blob));
        let (sealed, opened, as_other) = match part {
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
        assert_eq!((sealed, opened), (blob, Ok(plaintext)), "{row}");
        assert_eq!(as_other, Err(Unopened));
        rows += 1;
    }
    assert_eq!(rows, 6);
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
    assert_eq!(format!("{id:?} {key:?}"), "BlobId(..) BlobKey(..)");
}
