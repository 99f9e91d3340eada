// SPDX-License-Identifier: GPL-2.0

//! The big-endian structures that driver and device exchange.
//!
//! A structure is a type, and its fields are constants of it. A field knows its structure, its type
//! and its place, so that a field of another structure does not compile:
//!
//! ```ignore
//! let mut input = Block::<CreateEqIn>::new();
//! input.set(CreateEqIn::OPCODE, Opcode::CREATE_EQ);
//! input.set(CreateEqIn::EQ_CONTEXT_ENTRY.then(Eqc::LOG_EQ_SIZE), 6);
//! // ...
//! let output = View::<CreateEqOut>::new(answer).ok_or(EINVAL)?;
//! let number = output.get(CreateEqOut::EQ_NUMBER);
//! ```
//!
//! `generated` has the structures of `include/linux/mlx5/mlx5_ifc.h` and the numbers of that and
//! other headers, those of `scripts/gen-mlx5-layouts.list`. `declared` has structures that no header
//! describes in bits.
//!
//! Bits are counted as in that header: bit 0 is the most significant one of the first byte.
//!
//! A model of the device is built from the same files, so nothing here is about the kernel.

/// Declares structures: how many bits each has, and its fields: what they are, their offsets and
/// their widths, in bits; behind `..` arrays without an end: what the elements are, and where the
/// first one is.
macro_rules! structures {
    ($(
        $(#[$attribute:meta])*
        $name:ident($bits:literal) {
            $($field:ident: $content:ty = $offset:literal, $width:literal;)*
            $(.. $tail:ident: $element:ty = $start:literal;)*
        }
    )*) => {$(
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug)]
        pub enum $name {}

        impl Structure for $name {
            const BITS: usize = $bits;
            type Bytes = [u8; $bits / 8];
            const ZERO: Self::Bytes = [0; $bits / 8];
        }

        impl $name {
            $(
                #[doc = concat!("Bits from ", $offset, ", ", $width, " of them.")]
                pub const $field: Field<Self, $content> = Field::new($offset, $width);
            )*
            $(
                #[doc = concat!("Elements from bit ", $start, " on.")]
                pub const $tail: Tail<Self, $element> = Tail::new($start);
            )*
        }

        // All of them are checked, those that nothing uses, too.
        const _: () = {
            $(let _ = $name::$field;)*
            $(let _ = $name::$tail;)*
        };
    )*};
}

/// Declares numbers of a kind: a type, and its values with the names that the kernel's headers have.
macro_rules! numbers {
    ($(
        $(#[$attribute:meta])*
        $name:ident: $number:ty { $($value:ident = $is:literal;)* }
    )*) => {$(
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(pub $number);

        impl $name {
            $(
                #[doc = concat!("Is ", $is, ".")]
                pub const $value: Self = Self($is);
            )*

            /// The number's name, if it has one here.
            pub fn name(self) -> Option<&'static str> {
                match self {
                    // What begins with a digit there has an underscore before it here.
                    $(Self::$value => Some(stringify!($value).trim_start_matches('_')),)*
                    _ => None,
                }
            }
        }

        impl Content for $name {
            const LEAST: usize = 1;
            const MOST: usize = <$number>::BITS as usize;
            const ALIGN: usize = 1;
        }

        impl Value for $name {
            fn from_bits(bits: u64) -> Self {
                Self(bits as $number)
            }

            fn into_bits(self) -> u64 {
                self.0.into()
            }
        }
    )*};
}

mod declared;
mod field;
mod generated;
mod view;

pub use declared::*;
pub use field::{
    read_bits,
    write_bits,
    Content,
    Field,
    Structure,
    Tail,
    Value, //
};
pub use generated::*;
pub use view::{
    Block,
    View,
    ViewMut, //
};
