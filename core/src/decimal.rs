//! Numbers in text.

use alloc::string::String;

/// Appends a number's digits. In WebAssembly it is a quarter of what formatting links for it.
pub(crate) fn push(text: &mut String, number: u64) {
    let upper = number / 10;
    if upper > 0 {
        push(text, upper);
    }
    let [.., digit] = (number % 10).to_be_bytes();
    text.push(char::from(b'0' | digit));
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};

    #[test]
    fn numbers_are_written_as_formatting_writes_them() {
        for number in [0, 1, 9, 10, 99, 100, 1_234_567_890, u64::MAX] {
            let mut text = String::from("#");
            super::push(&mut text, number);
            assert_eq!(text, ["#", &number.to_string()].concat());
        }
    }
}
