// SPDX-License-Identifier: GPL-2.0

//! Bytes as text, two digits each.

/// Writes bytes.
pub fn hex(data: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    let digits = data.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(digit).collect()
}

/// Reads them; `None` if it is something else.
pub fn bytes(text: &str) -> Option<Vec<u8>> {
    let digit = |digit: u8| char::from(digit).to_digit(16).map(|digit| digit as u8);
    let pairs = text.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_text() {
        assert_eq!(hex(&[0, 0x7f, 0xa0]), "007fa0");
        assert_eq!(bytes("007fA0"), Some(vec![0, 0x7f, 0xa0]));
        for wrong in ["0", "0g", "é"] {
            assert_eq!(bytes(wrong), None, "{wrong}");
        }
    }
}
