// SPDX-License-Identifier: GPL-2.0

//! What values of parameters can be.

use super::private;

use crate::{
    bindings,
    prelude::*, //
};

use core::{
    ptr,
    slice, //
};

/// What a parameter's value can be: `bool`, `u8`, `u16`, `u32`, `u64`, [`ParamStr`],
/// [`ParamArray`] (`enum devlink_param_type`).
#[diagnostic::on_unimplemented(
    message = "the value of a parameter cannot be `{Self}`",
    label = "not `bool`, `u8`, `u16`, `u32`, `u64`, `ParamStr` or `ParamArray`"
)]
pub trait Value: Copy + private::Sealed {
    #[doc(hidden)]
    const TYPE: bindings::devlink_param_type;

    #[doc(hidden)]
    fn to_c(self) -> bindings::devlink_param_value;

    #[doc(hidden)]
    fn from_c(value: &bindings::devlink_param_value) -> Self;
}

macro_rules! impl_value {
    ($($rust:ty, $field:ident, $kind:ident;)*) => {$(
        impl private::Sealed for $rust {}

        impl Value for $rust {
            const TYPE: bindings::devlink_param_type = bindings::$kind;

            fn to_c(self) -> bindings::devlink_param_value {
                let mut value: bindings::devlink_param_value = pin_init::zeroed();
                value.$field = self;
                value
            }

            fn from_c(value: &bindings::devlink_param_value) -> Self {
                // SAFETY: Every bit pattern is a number.
                unsafe { value.$field }
            }
        }
    )*};
}

impl_value! {
    u8, vu8, devlink_param_type_DEVLINK_PARAM_TYPE_U8;
    u16, vu16, devlink_param_type_DEVLINK_PARAM_TYPE_U16;
    u32, vu32, devlink_param_type_DEVLINK_PARAM_TYPE_U32;
    u64, vu64, devlink_param_type_DEVLINK_PARAM_TYPE_U64;
}

impl private::Sealed for bool {}

impl Value for bool {
    const TYPE: bindings::devlink_param_type = bindings::devlink_param_type_DEVLINK_PARAM_TYPE_BOOL;

    fn to_c(self) -> bindings::devlink_param_value {
        u8::from(self).to_c()
    }

    fn from_c(value: &bindings::devlink_param_value) -> Self {
        // Not read as a `bool`, in which most bit patterns would be undefined behaviour.
        u8::from_c(value) != 0
    }
}

/// The value of a parameter that is text: up to 31 bytes.
#[derive(Copy, Clone)]
pub struct ParamStr([u8; ParamStr::SIZE]);

impl ParamStr {
    const SIZE: usize = bindings::__DEVLINK_PARAM_MAX_STRING_VALUE as usize;

    /// The text, or its beginning if it is too long.
    pub const fn new(text: &CStr) -> Self {
        let text = text.to_bytes();
        let mut bytes = [0; Self::SIZE];
        let mut at = 0;
        while at < text.len() && at < Self::SIZE - 1 {
            bytes[at] = text[at];
            at += 1;
        }
        ParamStr(bytes)
    }

    /// The text's bytes.
    pub fn to_bytes(&self) -> &[u8] {
        let end = self.0.iter().position(|byte| *byte == 0);
        &self.0[..end.unwrap_or(Self::SIZE)]
    }
}

impl PartialEq for ParamStr {
    fn eq(&self, other: &Self) -> bool {
        self.to_bytes() == other.to_bytes()
    }
}

impl private::Sealed for ParamStr {}

impl Value for ParamStr {
    const TYPE: bindings::devlink_param_type =
        bindings::devlink_param_type_DEVLINK_PARAM_TYPE_STRING;

    fn to_c(self) -> bindings::devlink_param_value {
        let mut value: bindings::devlink_param_value = pin_init::zeroed();
        value.vstr = self.0;
        value
    }

    fn from_c(value: &bindings::devlink_param_value) -> Self {
        // CAST: Each variant is at the beginning of the union.
        let text: *const u8 = ptr::from_ref(value).cast();
        let mut bytes = [0; Self::SIZE];
        // What is behind the text need not be initialized.
        for (at, out) in bytes[..Self::SIZE - 1].iter_mut().enumerate() {
            // SAFETY: It is in the array, and the text did not end before it.
            *out = unsafe { text.add(at).read() };
            if *out == 0 {
                break;
            }
        }
        ParamStr(bytes)
    }
}

/// The value of a parameter that is an array of numbers (`struct devlink_param_u64_array`).
#[derive(Copy, Clone)]
pub struct ParamArray {
    values: [u64; ParamArray::MAX],
    len: usize,
}

impl ParamArray {
    /// The length of the longest.
    pub const MAX: usize = bindings::__DEVLINK_PARAM_MAX_ARRAY_SIZE as usize;

    /// The numbers, or the first [`MAX`](Self::MAX) of them.
    pub const fn new(values: &[u64]) -> Self {
        let mut array = ParamArray {
            values: [0; Self::MAX],
            len: 0,
        };
        while array.len < values.len() && array.len < Self::MAX {
            array.values[array.len] = values[array.len];
            array.len += 1;
        }
        array
    }

    /// The numbers.
    pub fn as_slice(&self) -> &[u64] {
        &self.values[..self.len]
    }
}

impl PartialEq for ParamArray {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl private::Sealed for ParamArray {}

impl Value for ParamArray {
    const TYPE: bindings::devlink_param_type =
        bindings::devlink_param_type_DEVLINK_PARAM_TYPE_U64_ARRAY;

    fn to_c(self) -> bindings::devlink_param_value {
        let mut value: bindings::devlink_param_value = pin_init::zeroed();
        value.u64arr = bindings::devlink_param_u64_array {
            size: self.len as u64,
            val: self.values,
        };
        value
    }

    fn from_c(value: &bindings::devlink_param_value) -> Self {
        // CAST: Each variant is at the beginning of the union.
        let array: *const bindings::devlink_param_u64_array = ptr::from_ref(value).cast();
        // SAFETY: It is the variant of this type, and the number is always there.
        let len = unsafe { (*array).size }.min(Self::MAX as u64) as usize;
        // SAFETY: What is behind the first `len` numbers need not be initialized.
        let values = unsafe { slice::from_raw_parts((&raw const (*array).val).cast(), len) };
        ParamArray::new(values)
    }
}
