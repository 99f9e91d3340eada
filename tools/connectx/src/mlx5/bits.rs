// SPDX-License-Identifier: GPL-2.0

//! Bits of structures, for tables that are about fields of different types.

use super::layout::{read_bits, write_bits, Field};
use std::ops::Range;

/// The bits that are a field, in whichever structure.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Bits {
    offset: usize,
    width: usize,
}

impl Bits {
    pub const fn of<S, T>(field: Field<S, T>) -> Self {
        Self {
            offset: field.offset(),
            width: field.width(),
        }
    }

    /// How many bits it has.
    pub const fn width(self) -> usize {
        self.width
    }

    /// Reads what is there, its last 64 bits if it has more. What is beyond the data is zero.
    pub fn get(self, data: &[u8]) -> u64 {
        read_bits(data, self.offset, self.width)
    }

    /// Writes to there. What is beyond the data is dropped.
    pub fn set(self, data: &mut [u8], value: u64) {
        write_bits(data, self.offset, self.width, value);
    }

    /// The bytes of what begins and ends with one.
    pub const fn bytes(self) -> Range<usize> {
        self.offset / 8..(self.offset + self.width) / 8
    }

    /// Copies what is there to where `to` begins; as many bytes as there are on both sides.
    pub fn copy(self, from: &[u8], to: Bits, data: &mut [u8]) {
        let length = self.width.min(to.width) / 8;
        let (source, target) = (self.bytes().start, to.bytes().start);
        let source = from.get(source..).unwrap_or_default();
        let target = data.get_mut(target..).unwrap_or_default();
        copy(&source[..length.min(source.len())], target);
    }
}

/// Copies as many bytes as there are on both sides.
pub fn copy(from: &[u8], to: &mut [u8]) {
    let length = from.len().min(to.len());
    to[..length].copy_from_slice(&from[..length]);
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn bits(offset: usize, width: usize) -> Bits {
        Bits { offset, width }
    }

    #[test]
    fn they_are_big_endian() {
        let mut data = [0u8; 8];
        bits(0x14, 12).set(&mut data, 0xabc);
        assert_eq!(data, [0, 0, 0x0a, 0xbc, 0, 0, 0, 0]);
        assert_eq!(bits(0x10, 16).get(&data), 0x0abc);
        bits(0, 1).set(&mut data, 1);
        assert_eq!(data[0], 0x80);
        bits(0x1c, 8).set(&mut data, 0xff);
        assert_eq!(data[3..5], [0xbf, 0xf0]);
        assert_eq!(bits(0, 64).get(&data), 0x8000_0abf_f000_0000);
    }

    #[test]
    fn what_is_written_is_read() {
        for offset in 0..24 {
            for width in 1..=64 {
                let (bits, mut data) = (bits(offset, width), [0xffu8; 12]);
                bits.set(&mut data, 0);
                assert_eq!(bits.get(&data), 0);
                let zeros: u32 = data.iter().map(|byte| byte.count_zeros()).sum();
                assert_eq!(zeros as usize, width);
                let value = 0x1234_5678_9abc_def1 & (u64::MAX >> (64 - width));
                bits.set(&mut data, value);
                assert_eq!(bits.get(&data), value);
            }
        }
    }

    #[test]
    fn beyond_the_end_is_nothing() {
        let (bits, mut data) = (bits(24, 32), [0u8; 4]);
        bits.set(&mut data, u64::MAX);
        assert_eq!(data, [0, 0, 0, 0xff]);
        assert_eq!(bits.get(&data), 0xff00_0000);
        bits.copy(&data, bits, &mut []);
    }
}
