// SPDX-License-Identifier: GPL-2.0

//! Where fields are, and what is there.

use core::{
    fmt,
    marker::PhantomData,
    ops::Range, //
};

/// A structure of fixed length, which a [`Tail`] may follow.
pub trait Structure: Sized + 'static {
    /// How many bits it has.
    const BITS: usize;
    /// How many bytes it has.
    const BYTES: usize = Self::BITS / 8;
    /// An array of that many bytes.
    type Bytes: AsRef<[u8]> + AsMut<[u8]> + Clone;
    /// The same, all zeros.
    const ZERO: Self::Bytes;
}

/// What a field can be: which widths and which alignment it can have there, in bits.
pub trait Content {
    /// The least width.
    const LEAST: usize;
    /// The most.
    const MOST: usize;
    /// The power of two that the offset is a multiple of.
    const ALIGN: usize;
}

/// What is read and written as a number.
pub trait Value: Content + Copy {
    /// The value that a field's bits mean.
    fn from_bits(bits: u64) -> Self;
    /// The bits that mean the value.
    fn into_bits(self) -> u64;
}

macro_rules! values {
    ($($number:ty),*) => {$(
        impl Content for $number {
            const LEAST: usize = 1;
            const MOST: usize = <$number>::BITS as usize;
            const ALIGN: usize = 1;
        }

        impl Value for $number {
            fn from_bits(bits: u64) -> Self {
                bits as $number
            }

            fn into_bits(self) -> u64 {
                self.into()
            }
        }
    )*};
}

values!(u8, u16, u32, u64);

impl Content for bool {
    const LEAST: usize = 1;
    const MOST: usize = 1;
    const ALIGN: usize = 1;
}

impl Value for bool {
    fn from_bits(bits: u64) -> Self {
        bits != 0
    }

    fn into_bits(self) -> u64 {
        self.into()
    }
}

impl<S: Structure> Content for S {
    const LEAST: usize = S::BITS;
    const MOST: usize = S::BITS;
    const ALIGN: usize = 8;
}

impl<T: Content, const N: usize> Content for [T; N] {
    const LEAST: usize = T::MOST * N;
    const MOST: usize = T::MOST * N;
    const ALIGN: usize = 8;
}

/// A field of the structure `S`, where there is a `T`: a [`Value`], a structure within, or an array.
///
/// It lies within its structure: that was checked when it was compiled.
pub struct Field<S, T> {
    offset: usize,
    width: usize,
    content: PhantomData<fn(S) -> T>,
}

impl<S, T> Clone for Field<S, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S, T> Copy for Field<S, T> {}

impl<S, T> fmt::Debug for Field<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}, {} bits", self.offset, self.width)
    }
}

impl<S: Structure, T: Content> Field<S, T> {
    /// Declares a field; for constants, as those of `structures!`. It must be within its structure,
    /// and its width and offset must be ones that its content can have.
    pub const fn new(offset: usize, width: usize) -> Self {
        assert!(offset + width <= S::BITS);
        assert!(T::LEAST <= width && width <= T::MOST);
        assert!(offset & (T::ALIGN - 1) == 0);
        Self::at_place(offset, width)
    }
}

impl<S, T> Field<S, T> {
    const fn at_place(offset: usize, width: usize) -> Self {
        Self {
            offset,
            width,
            content: PhantomData,
        }
    }

    /// Which bit of the structure is the field's first one.
    pub const fn offset(self) -> usize {
        self.offset
    }

    /// How many bits it has.
    pub const fn width(self) -> usize {
        self.width
    }

    /// Which bytes of the structure it has a part of.
    pub const fn bytes(self) -> Range<usize> {
        self.offset / 8..(self.offset + self.width).div_ceil(8)
    }
}

impl<S, T: Structure> Field<S, T> {
    /// A field of the structure within.
    pub const fn then<U>(self, inner: Field<T, U>) -> Field<S, U> {
        Field::at_place(self.offset + inner.offset, inner.width)
    }
}

impl<S, T: Value> Field<S, T> {
    /// The same bits as a number, so that fields of different types can be in one table.
    pub const fn number(self) -> Field<S, u64> {
        Field::at_place(self.offset, self.width)
    }
}

impl<S, T, const N: usize> Field<S, [T; N]> {
    /// An element of the array, if there is one of that number.
    pub const fn at(self, index: usize) -> Option<Field<S, T>> {
        if index >= N {
            return None;
        }
        let width = self.width / N;
        Some(Field::at_place(self.offset + index * width, width))
    }

    /// All elements, in order.
    pub fn elements(self) -> impl Iterator<Item = Field<S, T>> {
        (0..N).filter_map(move |index| self.at(index))
    }
}

/// An array without an end, behind the structure `S` or in its last bytes.
pub struct Tail<S, T> {
    start: usize,
    content: PhantomData<fn(S) -> T>,
}

impl<S, T> Clone for Tail<S, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S, T> Copy for Tail<S, T> {}

impl<S: Structure, T: Content> Tail<S, T> {
    /// How many bytes an element has.
    pub const ELEMENT: usize = T::MOST / 8;

    /// Declares a tail whose first element is at that bit; for constants, as those of `structures!`.
    pub const fn new(start: usize) -> Self {
        assert!((start | T::MOST) & 7 == 0 && start <= S::BITS);
        Self {
            start: start / 8,
            content: PhantomData,
        }
    }

    /// How long the structure and `count` elements are, in bytes, if that is a length at all.
    pub const fn length(self, count: usize) -> Option<usize> {
        match count.checked_mul(Self::ELEMENT) {
            Some(length) => length.checked_add(self.start),
            None => None,
        }
    }

    /// Which bytes an element has.
    pub(super) fn place(self, index: usize) -> Option<Range<usize>> {
        let start = self.length(index)?;
        Some(start..start.checked_add(Self::ELEMENT)?)
    }
}

/// Reads `width` bits from bit `offset` on, the last 64 of them. What is beyond the data is zero.
///
/// For who has places of fields, not fields.
pub fn read_bits(data: &[u8], offset: usize, width: usize) -> u64 {
    let mut value = 0;
    let mut bit = offset;
    let end = offset + width;
    while bit < end {
        let take = (8 - bit % 8).min(end - bit);
        let byte = u64::from(data.get(bit / 8).copied().unwrap_or(0));
        let part = (byte >> (8 - bit % 8 - take)) & ((1 << take) - 1);
        value = (value << take) | part;
        bit += take;
    }
    value
}

/// Writes `width` bits from bit `offset` on, with zeros before the value if it has fewer. What is
/// beyond the data is dropped.
///
/// For who has places of fields, not fields.
pub fn write_bits(data: &mut [u8], offset: usize, width: usize, mut value: u64) {
    let mut end = offset + width;
    while end > offset {
        let take = ((end - 1) % 8 + 1).min(end - offset);
        let low = (8 - end % 8) % 8;
        let mask = ((1u16 << take) - 1) as u8;
        if let Some(byte) = data.get_mut((end - 1) / 8) {
            *byte = (*byte & !(mask << low)) | ((value as u8 & mask) << low);
        }
        value >>= take;
        end -= take;
    }
}
