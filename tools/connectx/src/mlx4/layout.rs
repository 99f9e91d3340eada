// SPDX-License-Identifier: GPL-2.0

//! How numbers lie in mailboxes and queue entries: big-endian, some of them a part of a byte.

/// A number's place: a big-endian word of some bytes, and which of its bits.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    at: usize,
    bytes: usize,
    shift: u32,
    bits: u32,
}

const fn whole(at: usize, bytes: usize) -> Field {
    Field {
        at,
        bytes,
        shift: 0,
        bits: 8 * bytes as u32,
    }
}

/// One byte.
pub const fn byte(at: usize) -> Field {
    whole(at, 1)
}

/// Two bytes.
pub const fn half(at: usize) -> Field {
    whole(at, 2)
}

/// Four bytes.
pub const fn word(at: usize) -> Field {
    whole(at, 4)
}

/// Eight bytes.
pub const fn long(at: usize) -> Field {
    whole(at, 8)
}

impl Field {
    /// Only `bits` bits of it, from bit `shift` on.
    pub const fn bits(self, shift: u32, bits: u32) -> Self {
        Self {
            shift,
            bits,
            ..self
        }
    }

    /// The same field of a structure that begins at `offset`.
    pub const fn within(self, offset: usize) -> Self {
        Self {
            at: self.at + offset,
            ..self
        }
    }

    fn mask(self) -> u64 {
        u64::MAX >> (64 - self.bits)
    }

    fn raw(self, data: &[u8]) -> u64 {
        let bytes = data.get(self.at..self.at + self.bytes).unwrap_or(&[]);
        bytes
            .iter()
            .fold(0, |value, byte| value << 8 | u64::from(*byte))
    }

    /// The number; 0 if `data` is too short to have it.
    pub fn get(self, data: &[u8]) -> u64 {
        self.raw(data) >> self.shift & self.mask()
    }

    /// The number, as most are used.
    pub fn get32(self, data: &[u8]) -> u32 {
        self.get(data) as u32
    }

    /// Puts a number there, cut to its width.
    pub fn set(self, data: &mut [u8], value: u64) {
        let mask = self.mask() << self.shift;
        let all = self.raw(data) & !mask | value << self.shift & mask;
        let Some(bytes) = data.get_mut(self.at..self.at + self.bytes) else {
            return;
        };
        let end = 8 - self.bytes;
        bytes.copy_from_slice(&all.to_be_bytes()[end..]);
    }
}

/// A line of a table of what a command answers: what it is, where, and the number.
pub type Value = (&'static str, Field, u64);

/// Puts all of a table's numbers into an answer.
pub fn fill(data: &mut [u8], table: &[Value]) {
    for (_, field, value) in table {
        field.set(data, *value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_put_and_got() {
        let mut data = [0xff; 16];
        half(2).set(&mut data, 0x1234);
        byte(4).bits(4, 4).set(&mut data, 0x123);
        long(8).set(&mut data, 0x0102_0304_0506_0708);
        assert_eq!(data[1..6], [0xff, 0x12, 0x34, 0x3f, 0xff]);
        assert_eq!(half(2).get(&data), 0x1234);
        assert_eq!(byte(4).bits(4, 4).get(&data), 3);
        assert_eq!(word(12).bits(8, 16).get32(&data), 0x0607);
        assert_eq!(word(4).within(4).get(&data), 0x0102_0304);
    }

    #[test]
    fn beyond_the_end_is_nothing() {
        let mut data = [1; 4];
        assert_eq!(long(0).get(&data), 0);
        word(2).set(&mut data, 7);
        assert_eq!(data, [1; 4]);
    }
}
