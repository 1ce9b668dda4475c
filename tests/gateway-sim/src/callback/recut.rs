//! A body cut anew: the MAC's input has no separators, so characters can move over the border
//! between two fields, and the MAC stays right.
use super::{Callback, SIGNED};

/// The most characters that are moved over one border.
const MOST: usize = 4;

/// Each recut of [`MOST`] or fewer characters over each border, both ways, with its label.
///
/// A label is `from>to 2`: two characters left `from` for its neighbour `to`.
pub(crate) fn recuts(callback: &Callback) -> Vec<(String, Callback)> {
    let neighbours = SIGNED.iter().zip(SIGNED.iter().skip(1));
    neighbours
        .flat_map(|(left, right)| [(left, right), (right, left)])
        .flat_map(|(giver, taker)| (1..=MOST).map(move |count| format!("{giver}>{taker} {count}")))
        .filter_map(|label| recut(callback, &label).map(|callback| (label, callback)))
        .collect()
}

/// The recut that a label names; `None` if it names none, or the giver has too few characters.
pub(crate) fn recut(callback: &Callback, label: &str) -> Option<Callback> {
    let (border, count) = label.split_once(' ')?;
    let (giver, taker) = border.split_once('>')?;
    let count: usize = count.parse().ok()?;
    let giver = SIGNED.iter().position(|name| *name == giver)?;
    let taker = SIGNED.iter().position(|name| *name == taker)?;

    let mut signed = callback.signed.clone();
    let given = signed.get_mut(giver)?;
    let moved = if taker.checked_sub(giver) == Some(1) {
        let at = given.len().checked_sub(count)?;
        given.is_char_boundary(at).then(|| given.split_off(at))?
    } else if giver.checked_sub(taker) == Some(1) {
        let rest = given
            .is_char_boundary(count)
            .then(|| given.split_off(count))?;
        std::mem::replace(given, rest)
    } else {
        return None;
    };
    let place = if giver < taker {
        0
    } else {
        signed.get(taker)?.len()
    };
    signed.get_mut(taker)?.insert_str(place, &moved);
    Some(Callback {
        signed,
        ..callback.clone()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn callback() -> Callback {
        let signed = [
            "ALICE001",
            "*TESTTST",
            "0102030405060708",
            "1700000000",
            &"ab".repeat(24),
            &"cd".repeat(49),
        ]
        .map(str::to_owned);
        Callback::sign(signed, None, "secret")
    }

    #[test]
    fn every_recut_keeps_the_macs_input_and_no_two_are_the_same() {
        let whole = callback();
        let cut = recuts(&whole);
        assert_eq!(cut.len(), 5 * 2 * MOST);
        let mut bodies = HashSet::from([whole.body()]);
        for (label, callback) in cut {
            assert_eq!(callback.signed.concat(), whole.signed.concat(), "{label}");
            assert_eq!(super::super::mac(&callback.signed, "secret"), whole.mac);
            assert!(bodies.insert(callback.body()), "{label} is no new body");
        }
    }

    #[test]
    fn a_label_says_who_gives_how_many_characters_to_whom() {
        let cut = recut(&callback(), "messageId>date 2").unwrap();
        assert_eq!(cut.signed[2], "01020304050607");
        assert_eq!(cut.signed[3], "081700000000");
        let cut = recut(&callback(), "date>messageId 2").unwrap();
        assert_eq!(cut.signed[2], "010203040506070817");
        assert_eq!(cut.signed[3], "00000000");
        for label in [
            "from>date 1",
            "from>to 9",
            "from>to",
            "x>to 1",
            "from>from 1",
        ] {
            assert!(recut(&callback(), label).is_none(), "{label}");
        }
    }
}
