use std::vec::Vec;

use proptest::prelude::*;

use super::*;

fn read(message: &[u8]) -> Result<Vec<(u32, Value<'_>)>, Malformed> {
    Fields::new(message).collect()
}

#[test]
fn the_examples_of_the_encoding_s_description_are_read() {
    assert_eq!(read(&[]), Ok(Vec::new()));
    assert_eq!(
        read(&[0x08, 0x96, 0x01]),
        Ok([(1, Value::Varint(150))].to_vec())
    );
    assert_eq!(
        read(b"\x12\x07testing"),
        Ok([(2, Value::Bytes(b"testing"))].to_vec())
    );
    assert_eq!(
        read(b"\x1a\x03\x08\x96\x01"),
        Ok([(3, Value::Bytes(&[0x08, 0x96, 0x01]))].to_vec())
    );
    let minus_two = [
        0x08, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01,
    ];
    assert_eq!(
        read(&minus_two),
        Ok([(1, Value::Varint(u64::MAX - 1))].to_vec())
    );
    assert_eq!(
        read(b"\x09\x01\x02\x03\x04\x05\x06\x07\x08\x15\x01\x02\x03\x04"),
        Ok([
            (1, Value::Fixed64([1, 2, 3, 4, 5, 6, 7, 8])),
            (2, Value::Fixed32)
        ]
        .to_vec())
    );
}

#[test]
fn what_readers_would_take_apart_differently_is_malformed() {
    for (bad, why) in [
        (&[0x08][..], "no value"),
        (&[0x08, 0x80], "an unfinished number"),
        (&[0x80], "an unfinished key"),
        (&[0x00, 0x01], "field number 0"),
        (
            &[0x80, 0x80, 0x80, 0x80, 0x10, 0x01],
            "a field number of 30 bits",
        ),
        (&[0x0a, 0x02, 0x01], "a length beyond the end"),
        (
            &[
                0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01,
            ],
            "a length of 64 bits",
        ),
        (&[0x09, 1, 2, 3, 4, 5, 6, 7], "seven bytes of eight"),
        (&[0x0d, 1, 2, 3], "three bytes of four"),
        (&[0x0b, 0x0c], "a group"),
        (&[0x0e, 0x01], "wire type 6"),
        (&[0x0f, 0x01], "wire type 7"),
        (
            &[
                0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02,
            ],
            "65 bits",
        ),
        (
            &[
                0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00,
            ],
            "eleven bytes",
        ),
    ] {
        assert_eq!(read(bad), Err(Malformed), "{why}");
        // Also after a good field, which is still handed out; and nothing follows.
        let message = [&[0x10, 0x01][..], bad].concat();
        let fields: Vec<_> = Fields::new(&message).collect();
        assert_eq!(fields, [Ok((2, Value::Varint(1))), Err(Malformed)], "{why}");
    }
    let highest = [0xf8, 0xff, 0xff, 0xff, 0x0f, 0x07];
    assert_eq!(
        read(&highest),
        Ok([(0x1FFF_FFFF, Value::Varint(7))].to_vec())
    );
}

proptest! {
    #[test]
    fn what_is_written_reads_back(
        fields in proptest::collection::vec(
            (1..=0x1FFF_FFFF_u32, any::<u64>(), proptest::collection::vec(any::<u8>(), 0..200)),
            0..8,
        ),
    ) {
        let mut writer = Writer::with_capacity(0);
        for (number, value, bytes) in &fields {
            writer.varint(*number, *value);
            writer.fixed64(*number, &value.to_le_bytes());
            writer.bytes(*number, bytes);
        }
        let written = writer.into_bytes();
        let mut expected = Vec::new();
        for (number, value, bytes) in &fields {
            expected.push((*number, Value::Varint(*value)));
            expected.push((*number, Value::Fixed64(value.to_le_bytes())));
            expected.push((*number, Value::Bytes(bytes)));
        }
        prop_assert_eq!(read(&written), Ok(expected));
    }

    #[test]
    fn any_bytes_are_fields_or_malformed(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        prop_assert!(Fields::new(&bytes).count() <= bytes.len());
    }
}
