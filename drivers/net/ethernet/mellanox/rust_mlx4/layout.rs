// SPDX-License-Identifier: GPL-2.0

//! How numbers lie in mailboxes, queue entries and contexts: big-endian, some of them a part of a
//! byte; and mailboxes.

use crate::card::Card;

use kernel::{
    dma::Coherent,
    io::{
        io_project,
        Io, //
    },
    prelude::*,
    sync::Arc, //
};

use core::marker::PhantomData;

/// How many bytes a mailbox has (`MLX4_MAILBOX_SIZE`).
pub(crate) const MAILBOX_SIZE: usize = 4096;

/// What a field can hold.
pub(crate) trait Value: Copy {
    /// The value that a field's bits mean.
    fn from_bits(bits: u64) -> Self;
    /// The bits that mean the value.
    fn into_bits(self) -> u64;
}

macro_rules! values {
    ($($number:ty),*) => {$(
        impl Value for $number {
            fn from_bits(bits: u64) -> Self {
                // CAST: A field has no more bits than its type, if nobody wants fewer of them.
                bits as $number
            }

            fn into_bits(self) -> u64 {
                self.into()
            }
        }
    )*};
}

values!(u8, u16, u32, u64);

impl Value for bool {
    fn from_bits(bits: u64) -> Self {
        bits != 0
    }

    fn into_bits(self) -> u64 {
        self.into()
    }
}

/// A number's place: a big-endian word of some bytes, and which of its bits.
pub(crate) struct Field<T> {
    at: usize,
    bytes: usize,
    shift: u32,
    bits: u32,
    value: PhantomData<fn() -> T>,
}

impl<T> Clone for Field<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Field<T> {}

/// One byte.
pub(crate) const fn byte(at: usize) -> Field<u8> {
    Field::whole(at, 1)
}

/// Two bytes.
pub(crate) const fn half(at: usize) -> Field<u16> {
    Field::whole(at, 2)
}

/// Four bytes.
pub(crate) const fn word(at: usize) -> Field<u32> {
    Field::whole(at, 4)
}

/// Eight bytes.
pub(crate) const fn long(at: usize) -> Field<u64> {
    Field::whole(at, 8)
}

impl<T> Field<T> {
    const fn whole(at: usize, bytes: usize) -> Self {
        Field {
            at,
            bytes,
            shift: 0,
            // CAST: At most 64.
            bits: 8 * bytes as u32,
            value: PhantomData,
        }
    }

    /// Only `bits` bits of it, from bit `shift` on; bit 0 is the lowest.
    pub(crate) const fn bits(self, shift: u32, bits: u32) -> Self {
        assert!(bits > 0 && shift + bits <= self.bits);
        Field {
            shift,
            bits,
            ..self
        }
    }

    /// Only one bit of it.
    pub(crate) const fn bit(self, shift: u32) -> Field<bool> {
        assert!(shift < self.bits);
        Field {
            at: self.at,
            bytes: self.bytes,
            shift,
            bits: 1,
            value: PhantomData,
        }
    }

    /// The same field of a structure that begins at byte `offset`.
    pub(crate) const fn within(self, offset: usize) -> Self {
        Field {
            at: self.at + offset,
            ..self
        }
    }

    /// The same field of the entry number `index` of an array, whose entries are `stride` bytes
    /// long; this is that of the first one.
    pub(crate) const fn at(self, index: usize, stride: usize) -> Self {
        self.within(index * stride)
    }

    /// At which byte its word begins.
    pub(crate) const fn offset(self) -> usize {
        self.at
    }

    const fn mask(self) -> u64 {
        u64::MAX >> (64 - self.bits)
    }

    /// The word that it is in; 0 if `data` is too short to have it.
    fn raw(self, data: &[u8]) -> u64 {
        let bytes = data.get(self.at..self.at + self.bytes).unwrap_or(&[]);
        bytes
            .iter()
            .fold(0, |value, byte| value << 8 | u64::from(*byte))
    }
}

impl<T: Value> Field<T> {
    /// The number; 0 if `data` is too short to have it.
    pub(crate) fn get(self, data: &[u8]) -> T {
        T::from_bits(self.raw(data) >> self.shift & self.mask())
    }

    /// Puts a number there, cut to the field's width; nowhere if `data` is too short to have it.
    pub(crate) fn set(self, data: &mut [u8], value: T) {
        let mask = self.mask() << self.shift;
        let all = self.raw(data) & !mask | value.into_bits() << self.shift & mask;
        let Some(bytes) = data.get_mut(self.at..self.at + self.bytes) else {
            return;
        };
        for (to, from) in bytes.iter_mut().rev().zip(all.to_le_bytes()) {
            *to = from;
        }
    }
}

/// Memory for a command's input or output, all zeros at first.
///
/// A command that did not end keeps it, so that it is not freed when this is dropped.
pub(crate) struct Mailbox(Arc<Coherent<[u8]>>);

impl Mailbox {
    /// A mailbox for commands to this card.
    pub(crate) fn new(card: &Card<'_>) -> Result<Self> {
        let memory: Coherent<[u8]> =
            Coherent::zeroed_slice(card.dev.as_ref(), MAILBOX_SIZE, GFP_KERNEL)?;
        Ok(Mailbox(Arc::new(memory, GFP_KERNEL)?))
    }

    /// Where the device finds it.
    pub(crate) fn address(&self) -> u64 {
        self.0.dma_address()
    }

    /// The memory, for whoever keeps it.
    pub(crate) fn memory(&self) -> Arc<Coherent<[u8]>> {
        self.0.clone()
    }

    /// Reads a field; 0 if it is beyond the end.
    pub(crate) fn get<T: Value>(&self, field: Field<T>) -> T {
        let mut bytes = [0; 8];
        let place = field.at..field.at + field.bytes;
        if let Some(bytes) = bytes.get_mut(..field.bytes) {
            self.read(place.start, bytes);
        }
        Field::<T> { at: 0, ..field }.get(&bytes)
    }

    /// Writes a field; nothing if it is beyond the end.
    pub(crate) fn set<T: Value>(&mut self, field: Field<T>, value: T) {
        let mut bytes = [0; 8];
        let Some(bytes) = bytes.get_mut(..field.bytes) else {
            return;
        };
        self.read(field.at, bytes);
        Field::<T> { at: 0, ..field }.set(bytes, value);
        self.write(field.at, bytes);
    }

    /// Reads bytes; what is beyond the end stays as it is in `out`.
    pub(crate) fn read(&self, at: usize, out: &mut [u8]) {
        let copy = |out: &mut [u8]| {
            let place = at..at.checked_add(out.len()).ok_or(EINVAL)?;
            io_project!(*self.0, [try: place]).copy_to_slice(out);
            Ok::<_, Error>(())
        };
        // It ends within the mailbox, or nothing is read.
        let _ = copy(out);
    }

    /// Writes bytes; nothing if they end beyond the end.
    pub(crate) fn write(&mut self, at: usize, bytes: &[u8]) {
        let copy = || {
            let place = at..at.checked_add(bytes.len()).ok_or(EINVAL)?;
            io_project!(*self.0, [try: place]).copy_from_slice(bytes);
            Ok::<_, Error>(())
        };
        // As for `read`.
        let _ = copy();
    }
}
