use std::format;
use std::string::{String, ToString};

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::threema::{Unreadable, Unwritable};

fn shown(file: &File) -> String {
    let mut text = format!("{} {} {:?}", file.media_type, file.size, file.rendering);
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            text.push_str(&format!(" {name}{value}"));
        }
    };
    add("name=", file.name.clone());
    add("caption=", file.caption.clone());
    let thumbnail = file.thumbnail.as_ref();
    add(
        "thumbnail=",
        thumbnail.map(|small| small.media_type.clone()),
    );
    add("correlation=", file.correlation.clone());
    let Metadata {
        width,
        height,
        animated,
        duration,
    } = file.metadata;
    add("", width.zip(height).map(|(w, h)| format!("{w}x{h}")));
    add("animated=", animated.map(|animated| animated.to_string()));
    add("", duration.map(|seconds| format!("{seconds}s")));
    text
}

#[test]
fn every_file_is_read_or_refused_and_reads_back() {
    let set = include_str!("../../../../../tests/vectors/threema/files.json");
    let set: Value = serde_json::from_str(set).unwrap();
    let files = set["files"].as_array().unwrap();
    assert_eq!(files.len(), 21);
    for case in files {
        let name = case["name"].as_str().unwrap();
        let json = FileJson::new(case["json"].as_str().unwrap()).unwrap();
        let file = json.file();
        let found = file.as_ref().ok().map(shown);
        assert_eq!(found.as_deref(), case["file"].as_str(), "{name}");
        match file {
            Ok(file) => {
                assert_eq!(file.blob.to_hex(), "0123456789abcdef0123456789abcdef");
                assert_eq!(file.key.as_bytes(), &[[1, 2, 3, 4]; 8].as_flattened());
                assert_eq!(file.to_json().unwrap().file(), Ok(file), "{name}");
            }
            Err(fault) => assert_eq!(fault, Unreadable::File, "{name}"),
        }
    }
}

fn file() -> File {
    let blob = BlobId::from_bytes([0xab; 16]);
    File::new(blob, BlobKey::from_bytes([7; 32]), "image/png", 9)
}

#[test]
fn both_renderings_are_written_for_old_apps_and_new() {
    for (rendering, written) in [
        (Rendering::File, "\"j\":0,\"i\":0}"),
        (Rendering::Media, "\"j\":1,\"i\":1}"),
        (Rendering::Sticker, "\"j\":2,\"i\":1}"),
    ] {
        let mut file = file();
        file.rendering = rendering;
        assert!(file.to_json().unwrap().as_str().ends_with(written));
    }
}

#[test]
fn what_the_apps_would_not_take_is_not_written() {
    let mut long = file();
    long.caption = Some("x".repeat(Message::MAX_TEXT));
    assert!(long.to_json().is_ok());
    long.caption = Some("x".repeat(Message::MAX_TEXT + 1));
    assert_eq!(long.to_json(), Err(Unwritable::Text));
    let mut whole = file();
    whole.name = Some("x".repeat(Message::MAX_DATA));
    assert_eq!(whole.to_json(), Err(Unwritable::Data));
    for correlation in ["", "ü", &"x".repeat(33)] {
        let mut wrong = file();
        wrong.correlation = Some(correlation.into());
        assert_eq!(wrong.to_json(), Err(Unwritable::Data), "{correlation}");
    }
    let mut right = file();
    right.correlation = Some("x".repeat(32));
    assert!(right.to_json().is_ok());
    let mut backwards = file();
    backwards.metadata.duration = Some(-1.0);
    assert!(!backwards.to_json().unwrap().as_str().contains("\"x\""));
}

#[test]
fn a_files_text_is_one_object_and_shows_nothing() {
    for bad in ["", "[]", "{", "}", "x{}", "{}x"] {
        assert_eq!(FileJson::new(bad), None, "{bad}");
    }
    let room = Message::MAX_DATA - 2;
    let of = |blanks: usize| FileJson::new(&format!("{{{}}}", " ".repeat(blanks)));
    assert!(of(room).is_some() && of(room + 1).is_none());
    let shown = format!("{:?} {:?}", file(), file().to_json().unwrap());
    assert_eq!(shown, "File(..) FileJson(..)");
}

proptest! {
    #[test]
    fn every_file_reads_back(
        blob: [u8; 16],
        key: [u8; 32],
        texts: (String, Option<String>, Option<String>),
        size: u64,
        metadata: (Option<u32>, Option<u32>, Option<bool>),
        quarters in proptest::option::of(0..1_000_000_u32),
        thumbnail: Option<([u8; 16], String)>,
        correlation in proptest::option::of("[ -~]{1,32}"),
    ) {
        let mut file = File::new(BlobId::from_bytes(blob), BlobKey::from_bytes(key), &texts.0, size);
        (file.name, file.caption) = (texts.1, texts.2);
        let (width, height, animated) = metadata;
        // Other fractions may be read a last bit beside.
        let duration = quarters.map(|quarters| f64::from(quarters) / 4.0);
        file.metadata = Metadata { width, height, animated, duration };
        file.thumbnail = thumbnail.map(|(blob, media_type)| Thumbnail {
            blob: BlobId::from_bytes(blob),
            media_type,
        });
        file.correlation = correlation;
        let json = file.to_json().unwrap();
        prop_assert_eq!(json.file(), Ok(file));
    }

    #[test]
    fn any_text_is_a_file_or_refused(text in "\\{[\\PC]{0,60}\\}") {
        if let Some(json) = FileJson::new(&text) {
            let _ = json.file();
        }
    }
}
