// SPDX-License-Identifier: GPL-2.0

//! Strings, stored in place when they are short.

use super::CString;

use crate::{
    alloc::AllocError,
    num::casts::u8_as_usize,
    prelude::*,
    sync::Arc, //
};

use core::ops::Deref;

/// So many bytes, with the `NUL`, need no allocation: the string is as large as a [`CString`] then.
const INLINE: usize = 22;

// Lengths fit their type below.
static_assert!(INLINE <= u8_as_usize(u8::MAX));

#[derive(Clone)]
enum Repr {
    Inline { len: u8, bytes: [u8; INLINE] },
    Shared(Arc<CString>),
}

/// An unchangeable C string. A short one lies in here, where a [`CString`] has its pointer; copies
/// of a long one share it. So copying allocates nothing.
///
/// # Invariants
///
/// For `Repr::Inline`, `len` is below `INLINE`, and the first `NUL` is the byte after the first
/// `len`.
#[derive(Clone)]
pub struct SmallCString(Repr);

impl TryFrom<&CStr> for SmallCString {
    type Error = AllocError;

    fn try_from(text: &CStr) -> Result<Self, AllocError> {
        let from = text.to_bytes_with_nul();
        let mut bytes = [0; INLINE];
        // INVARIANT: A `CStr` ends with its only `NUL`.
        Ok(SmallCString(match bytes.get_mut(..from.len()) {
            Some(start) => {
                start.copy_from_slice(from);
                Repr::Inline {
                    len: (from.len() - 1) as u8,
                    bytes,
                }
            }
            None => Repr::Shared(Arc::new(text.try_into()?, GFP_KERNEL)?),
        }))
    }
}

impl Deref for SmallCString {
    type Target = CStr;

    fn deref(&self) -> &CStr {
        match &self.0 {
            Repr::Inline { len, bytes } => {
                // SAFETY: By the type invariants the slice is part of `bytes`, and its only `NUL`
                // is its last byte.
                unsafe {
                    CStr::from_bytes_with_nul_unchecked(bytes.get_unchecked(..=usize::from(*len)))
                }
            }
            Repr::Shared(text) => text,
        }
    }
}
