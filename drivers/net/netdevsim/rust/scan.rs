// SPDX-License-Identifier: GPL-2.0

//! What users write into attributes, taken apart as C's `sscanf()` does.

/// The rest of a text.
pub(crate) struct Scan<'a>(&'a [u8]);

impl<'a> Scan<'a> {
    pub(crate) fn new(text: &'a [u8]) -> Self {
        Scan(text)
    }

    /// A number, after blanks (`%u`). One that is too large is cut off.
    pub(crate) fn decimal(&mut self) -> Option<u32> {
        self.skip_blanks();
        self.digits(10)
    }

    /// A number that can be less than 0, after blanks (`%d`).
    pub(crate) fn signed(&mut self) -> Option<i32> {
        self.skip_blanks();
        let negative = self.after(b'-').is_some();
        // CAST: Cut off, as by C.
        let value = self.digits(10)? as i32;
        Some(if negative {
            value.wrapping_neg()
        } else {
            value
        })
    }

    /// A number of the base 16, after blanks (`%x`); it may begin with 0x.
    pub(crate) fn hex(&mut self) -> Option<u32> {
        self.skip_blanks();
        if let [b'0', b'x' | b'X', digit, ..] = self.0 {
            if digit.is_ascii_hexdigit() {
                self.0 = &self.0[2..];
            }
        }
        self.digits(16)
    }

    /// What is after that byte, if that is what comes.
    pub(crate) fn after(&mut self, byte: u8) -> Option<&mut Self> {
        self.0 = self.0.strip_prefix(&[byte])?;
        Some(self)
    }

    fn skip_blanks(&mut self) {
        self.0 = self.0.trim_ascii_start();
    }

    fn digits(&mut self, base: u32) -> Option<u32> {
        let digit = |byte: &u8| char::from(*byte).to_digit(base);
        let mut value = digit(self.0.first()?)?;
        self.0 = &self.0[1..];
        while let Some(next) = self.0.first().and_then(digit) {
            value = value.wrapping_mul(base).wrapping_add(next);
            self.0 = &self.0[1..];
        }
        Some(value)
    }
}
