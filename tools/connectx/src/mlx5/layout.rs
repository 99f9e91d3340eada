// SPDX-License-Identifier: GPL-2.0

//! Fields of the big-endian structures that driver and firmware exchange.

use std::ops::Range;

/// A field of a structure: where its first bit is, counted from the structure's most significant
/// one, and how many bits it has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Field {
    pub offset: usize,
    pub width: usize,
}

impl Field {
    pub const fn new(offset: usize, width: usize) -> Self {
        Self { offset, width }
    }

    /// The same field of a structure that is itself the field `outer` of another one.
    pub const fn within(self, outer: Field) -> Self {
        Self::new(self.offset + outer.offset, self.width)
    }

    /// Reads the field, its last 64 bits if it has more. What is beyond the data is zero.
    pub fn get(self, data: &[u8]) -> u64 {
        let mut value = 0;
        let mut bit = self.offset;
        let end = self.offset + self.width;
        while bit < end {
            let take = (8 - bit % 8).min(end - bit);
            let byte = u64::from(data.get(bit / 8).copied().unwrap_or(0));
            let part = (byte >> (8 - bit % 8 - take)) & ((1 << take) - 1);
            value = (value << take) | part;
            bit += take;
        }
        value
    }

    /// Reads a field of no more than 32 bits.
    pub fn get32(self, data: &[u8]) -> u32 {
        self.get(data) as u32
    }

    /// Whether a flag is set.
    pub fn is_set(self, data: &[u8]) -> bool {
        self.get(data) != 0
    }

    /// Writes the field. What is beyond the data is dropped.
    pub fn set(self, data: &mut [u8], value: u64) {
        let mut value = value;
        let mut end = self.offset + self.width;
        while end > self.offset {
            let take = ((end - 1) % 8 + 1).min(end - self.offset);
            let low = (8 - end % 8) % 8;
            let mask = ((1u16 << take) - 1) as u8;
            if let Some(byte) = data.get_mut((end - 1) / 8) {
                *byte = (*byte & !(mask << low)) | ((value as u8 & mask) << low);
            }
            value >>= take;
            end -= take;
        }
    }

    /// The bytes of a field that begins and ends with one.
    pub const fn bytes(self) -> Range<usize> {
        self.offset / 8..(self.offset + self.width) / 8
    }

    /// Copies the field's bytes to where `to` begins; as many as there are on both sides.
    pub fn copy(self, from: &[u8], to: Field, data: &mut [u8]) {
        let length = self.width.min(to.width) / 8;
        let (source, target) = (self.bytes().start, to.bytes().start);
        let source = from.get(source..).unwrap_or_default();
        let target = data.get_mut(target..).unwrap_or_default();
        let length = length.min(source.len()).min(target.len());
        target[..length].copy_from_slice(&source[..length]);
    }
}

/// A structure as the trace shows it: its name, how many bits it has, and its fields.
pub type Layout = (&'static str, usize, &'static [(&'static str, Field)]);

/// Declares structures, each a module with the number of its bytes and its fields. A field of a
/// structure within is named with two underscores, as `OUTER__INNER`.
macro_rules! layouts {
    ($($name:ident($bits:literal) { $($field:ident: $offset:literal, $width:literal;)* })*) => {
        $(pub mod $name {
            #[allow(unused_imports)]
            use super::Field;
            /// How long the structure is, without what may follow it.
            #[allow(dead_code)]
            pub const BYTES: usize = $bits / 8;
            $(#[allow(dead_code)] pub const $field: Field = Field::new($offset, $width);)*
        })*
        /// All structures, by name.
        pub const LAYOUTS: &[super::layout::Layout] = &[
            $((stringify!($name), $bits, &[$((stringify!($field), $name::$field)),*]),)*
        ];
    };
}
pub(crate) use layouts;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_big_endian() {
        let mut data = [0u8; 8];
        Field::new(0x14, 12).set(&mut data, 0xabc);
        assert_eq!(data, [0, 0, 0x0a, 0xbc, 0, 0, 0, 0]);
        assert_eq!(Field::new(0x10, 16).get(&data), 0x0abc);
        Field::new(0, 1).set(&mut data, 1);
        assert_eq!(data[0], 0x80);
        Field::new(0x1c, 8).set(&mut data, 0xff);
        assert_eq!(data[3..5], [0xbf, 0xf0]);
        assert_eq!(Field::new(0, 64).get(&data), 0x8000_0abf_f000_0000);
    }

    #[test]
    fn what_is_written_is_read() {
        for offset in 0..24 {
            for width in 1..=64 {
                let (field, mut data) = (Field::new(offset, width), [0xffu8; 12]);
                field.set(&mut data, 0);
                assert_eq!(field.get(&data), 0);
                let zeros: u32 = data.iter().map(|byte| byte.count_zeros()).sum();
                assert_eq!(zeros as usize, width);
                let value = 0x1234_5678_9abc_def1 & (u64::MAX >> (64 - width));
                field.set(&mut data, value);
                assert_eq!(field.get(&data), value);
            }
        }
    }

    #[test]
    fn beyond_the_end_is_nothing() {
        let (field, mut data) = (Field::new(24, 32), [0u8; 4]);
        field.set(&mut data, u64::MAX);
        assert_eq!(data, [0, 0, 0, 0xff]);
        assert_eq!(field.get(&data), 0xff00_0000);
        field.copy(&data, Field::new(0, 32), &mut []);
    }
}
