// SPDX-License-Identifier: GPL-2.0

//! Some fields of what frames are matched with, which as a whole has half a kilobyte: too much for
//! many of them on a kernel stack.

use crate::layout::{
    write_bits,
    Field,
    FteMatchParam,
    Structure,
    Value, //
};

use kernel::warn_on;

/// How many fields there are at most: more than anything looks at.
const MOST: usize = 8;

/// A field: its first bit, how many bits it has, and their value.
#[derive(Clone, Copy)]
struct Part {
    offset: u16,
    width: u8,
    value: u64,
}

/// Fields with their values; all others are zero.
#[derive(Clone)]
pub(super) struct Fields {
    parts: [Part; MOST],
    len: usize,
}

impl Fields {
    /// None.
    pub(super) const fn new() -> Self {
        const NONE: Part = Part {
            offset: 0,
            width: 0,
            value: 0,
        };
        Fields {
            parts: [NONE; MOST],
            len: 0,
        }
    }

    fn parts(&self) -> &[Part] {
        &self.parts[..self.len]
    }

    /// Adds a field.
    pub(super) fn set<T: Value>(&mut self, field: Field<FteMatchParam, T>, value: T) {
        if warn_on!(self.len == MOST) {
            return;
        }
        // CAST: What these are of has 4096 bits, and a value has at most 64.
        self.parts[self.len] = Part {
            offset: field.offset() as u16,
            width: field.width() as u8,
            value: value.into_bits(),
        };
        self.len += 1;
    }

    /// In which parts of so many bytes there are any that are not zero, a bit for each.
    pub(super) fn places(&self, bytes: usize) -> u8 {
        let set = self.parts().iter().filter(|part| part.value != 0);
        set.fold(0, |places, part| {
            places | 1 << (usize::from(part.offset) / 8 / bytes)
        })
    }

    /// Writes them to where they belong.
    pub(super) fn write(&self, to: &mut [u8]) {
        const { assert!(FteMatchParam::BITS <= u16::MAX as usize) };
        for part in self.parts() {
            write_bits(to, part.offset.into(), part.width.into(), part.value);
        }
    }
}
