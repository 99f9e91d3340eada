// SPDX-License-Identifier: GPL-2.0

//! What a health reporter says: names with values, objects and arrays.

use crate::{
    bindings,
    net::skbuff::SkBuff,
    prelude::*, //
};

use core::{
    marker::PhantomData,
    ptr::NonNull, //
};

mod private {
    pub trait Sealed {}
}

/// A value with a name in an [`Fmsg`]: `bool`, `u8`, `u32`, `u64`, text (`&CStr`), or bytes
/// (`&[u8]`).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value for an `Fmsg`",
    label = "not `bool`, `u8`, `u32`, `u64`, `&CStr` or `&[u8]`",
    note = "a literal needs its type, as in `1_u32` and `c\"text\"`; there are no signed numbers"
)]
pub trait FmsgValue: private::Sealed {
    #[doc(hidden)]
    fn put(self, fmsg: NonNull<bindings::devlink_fmsg>, name: &CStr);
}

macro_rules! impl_value {
    ($($rust:ty, $put:ident;)*) => {$(
        impl private::Sealed for $rust {}

        impl FmsgValue for $rust {
            fn put(self, fmsg: NonNull<bindings::devlink_fmsg>, name: &CStr) {
                // SAFETY: Only `Fmsg::pair` calls this, with a valid message. The name is copied.
                unsafe { bindings::$put(fmsg.as_ptr(), name.as_char_ptr(), self) }
            }
        }
    )*};
}

impl_value! {
    bool, devlink_fmsg_bool_pair_put;
    u8, devlink_fmsg_u8_pair_put;
    u32, devlink_fmsg_u32_pair_put;
    u64, devlink_fmsg_u64_pair_put;
}

impl private::Sealed for &CStr {}

impl FmsgValue for &CStr {
    fn put(self, fmsg: NonNull<bindings::devlink_fmsg>, name: &CStr) {
        // SAFETY: Only `Fmsg::pair` calls this, with a valid message. Both strings are copied.
        unsafe {
            bindings::devlink_fmsg_string_pair_put(
                fmsg.as_ptr(),
                name.as_char_ptr(),
                self.as_char_ptr(),
            )
        }
    }
}

impl private::Sealed for &[u8] {}

impl FmsgValue for &[u8] {
    fn put(self, fmsg: NonNull<bindings::devlink_fmsg>, name: &CStr) {
        // `Fmsg::pair` does not pass more than `u32::MAX` bytes on: C's length is a `u32`.
        let length = u32::try_from(self.len()).unwrap_or(u32::MAX);
        // SAFETY: Only `Fmsg::pair` calls this, with a valid message. The bytes are copied.
        unsafe {
            bindings::devlink_fmsg_binary_pair_put(
                fmsg.as_ptr(),
                name.as_char_ptr(),
                self.as_ptr().cast(),
                length,
            )
        }
    }
}

/// A message of a health reporter (`struct devlink_fmsg`).
///
/// What is begun is ended when its closure returns, so a nest cannot be left open. Memory that is
/// missing, or a value that is too long, is an error of the callback: the core remembers it.
///
/// # Examples
///
/// ```
/// use kernel::{
///     net::devlink::Fmsg,
///     prelude::*, //
/// };
///
/// fn queues(out: &mut Fmsg<'_>, lengths: &[u32]) -> Result {
///     out.pair(c"state", c"stuck");
///     out.array(c"queues", |out| {
///         for length in lengths {
///             out.object(|out| {
///                 out.pair(c"length", *length);
///                 out.pair(c"empty", *length == 0);
///                 Ok(())
///             })?;
///         }
///         Ok(())
///     })?;
///     out.pair_bytes(c"memory", |out| {
///         for address in 0..16_u32 {
///             // As it is read from the device.
///             out.put(&address.to_be_bytes());
///         }
///         Ok(())
///     })
/// }
/// # let _ = queues;
/// ```
pub struct Fmsg<'a> {
    raw: NonNull<bindings::devlink_fmsg>,
    _message: PhantomData<&'a mut ()>,
}

impl Fmsg<'_> {
    /// # Safety
    ///
    /// `raw` is valid while the message exists, and used by nobody else.
    pub(super) unsafe fn new(raw: NonNull<bindings::devlink_fmsg>) -> Self {
        Fmsg {
            raw,
            _message: PhantomData,
        }
    }

    /// A name with a value (`devlink_fmsg_put()`: `devlink_fmsg_bool_pair_put()`,
    /// `devlink_fmsg_u8_pair_put()`, `devlink_fmsg_u32_pair_put()`, `devlink_fmsg_u64_pair_put()`,
    /// `devlink_fmsg_string_pair_put()`, `devlink_fmsg_binary_pair_put()`).
    pub fn pair(&mut self, name: &CStr, value: impl FmsgValue) {
        value.put(self.raw, name);
    }

    /// A name with an object, whose parts `f` puts (`devlink_fmsg_pair_nest_start()`,
    /// `devlink_fmsg_pair_nest_end()`, and those of [`object`](Self::object)).
    pub fn pair_object(&mut self, name: &CStr, f: impl FnOnce(&mut Self) -> Result) -> Result {
        // SAFETY: The message is valid while `self` exists. The name is copied.
        unsafe { bindings::devlink_fmsg_pair_nest_start(self.raw.as_ptr(), name.as_char_ptr()) };
        let result = self.object(f);
        // SAFETY: The message is valid while `self` exists, and this ends what was begun above.
        unsafe { bindings::devlink_fmsg_pair_nest_end(self.raw.as_ptr()) };
        result
    }

    /// An object, whose parts `f` puts (`devlink_fmsg_obj_nest_start()`,
    /// `devlink_fmsg_obj_nest_end()`).
    pub fn object(&mut self, f: impl FnOnce(&mut Self) -> Result) -> Result {
        // SAFETY: The message is valid while `self` exists.
        unsafe { bindings::devlink_fmsg_obj_nest_start(self.raw.as_ptr()) };
        let result = f(self);
        // SAFETY: The message is valid while `self` exists, and this ends what was begun above.
        unsafe { bindings::devlink_fmsg_obj_nest_end(self.raw.as_ptr()) };
        result
    }

    /// A name with an array, whose elements `f` puts: values or objects
    /// (`devlink_fmsg_arr_pair_nest_start()`, `devlink_fmsg_arr_pair_nest_end()`).
    pub fn array(&mut self, name: &CStr, f: impl FnOnce(&mut Self) -> Result) -> Result {
        // SAFETY: The message is valid while `self` exists. The name is copied.
        unsafe {
            bindings::devlink_fmsg_arr_pair_nest_start(self.raw.as_ptr(), name.as_char_ptr())
        };
        let result = f(self);
        // SAFETY: The message is valid while `self` exists, and this ends what was begun above.
        unsafe { bindings::devlink_fmsg_arr_pair_nest_end(self.raw.as_ptr()) };
        result
    }

    /// A name with bytes that come in pieces, which `f` puts; those that are at hand are a value
    /// for [`pair`](Self::pair) (`devlink_fmsg_binary_pair_nest_start()`,
    /// `devlink_fmsg_binary_pair_nest_end()`).
    pub fn pair_bytes(
        &mut self,
        name: &CStr,
        f: impl FnOnce(&mut FmsgBytes<'_>) -> Result,
    ) -> Result {
        // SAFETY: The message is valid while `self` exists. The name is copied.
        unsafe {
            bindings::devlink_fmsg_binary_pair_nest_start(self.raw.as_ptr(), name.as_char_ptr())
        };
        let result = f(&mut FmsgBytes(Fmsg {
            raw: self.raw,
            _message: PhantomData,
        }));
        // SAFETY: The message is valid while `self` exists, and this ends what was begun above.
        unsafe { bindings::devlink_fmsg_binary_pair_nest_end(self.raw.as_ptr()) };
        result
    }

    /// What the kernel knows of a packet, but for its contents (`devlink_fmsg_dump_skb()`).
    pub fn packet(&mut self, packet: &SkBuff) {
        // SAFETY: The message is valid while `self` exists, and the packet, which is only looked
        // at, while it is borrowed.
        unsafe { bindings::devlink_fmsg_dump_skb(self.raw.as_ptr(), packet.as_raw()) }
    }

    /// A number without a name: an element of an array (`devlink_fmsg_u32_put()`).
    pub fn u32(&mut self, value: u32) {
        // SAFETY: The message is valid while `self` exists.
        unsafe { bindings::devlink_fmsg_u32_put(self.raw.as_ptr(), value) }
    }

    /// A text without a name: an element of an array (`devlink_fmsg_string_put()`).
    pub fn string(&mut self, value: &CStr) {
        // SAFETY: The message is valid while `self` exists. The text is copied.
        unsafe { bindings::devlink_fmsg_string_put(self.raw.as_ptr(), value.as_char_ptr()) }
    }
}

/// A value of an [`Fmsg`] that is bytes, to which more can be added.
pub struct FmsgBytes<'a>(Fmsg<'a>);

impl FmsgBytes<'_> {
    /// As many bytes as certainly fit in one message to users.
    const PIECE: usize = 2048;

    /// Adds bytes (`devlink_fmsg_binary_put()`).
    pub fn put(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(Self::PIECE) {
            // SAFETY: The message is valid while `self` exists, and in a nest for bytes. They are
            // copied. The length of a piece fits.
            unsafe {
                bindings::devlink_fmsg_binary_put(
                    self.0.raw.as_ptr(),
                    piece.as_ptr().cast(),
                    piece.len() as u16,
                )
            }
        }
    }
}
