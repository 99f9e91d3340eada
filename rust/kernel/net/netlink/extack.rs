// SPDX-License-Identifier: GPL-2.0

//! Extended acknowledgements: what a failed request tells its sender beside the error number.
//!
//! C header: [`include/linux/netlink.h`](srctree/include/linux/netlink.h)

use super::attr::{
    Attr,
    NlAttr, //
};

use kernel::{
    fmt,
    prelude::*,
    str::Formatter, //
};

use core::{
    marker::PhantomData,
    ptr, //
};

/// Where a request's error message goes; possibly nowhere.
///
/// Every method that records something returns the error to return, so that number, text and
/// attribute travel together: `return Err(extack.err(c"Invalid limit selected", EINVAL))`.
///
/// # Invariants
///
/// The pointer is null or valid, and only used by the task that serves the request, for `'a`.
#[derive(Copy, Clone)]
pub struct Extack<'a> {
    raw: *mut bindings::netlink_ext_ack,
    _request: PhantomData<&'a ()>,
}

impl<'a> Extack<'a> {
    /// Messages are dropped.
    pub const NONE: Self = Extack {
        raw: ptr::null_mut(),
        _request: PhantomData,
    };

    /// Wraps the C structure.
    ///
    /// # Safety
    ///
    /// `raw` is null, or valid for `'a` and used by no other task meanwhile.
    pub unsafe fn from_raw(raw: *mut bindings::netlink_ext_ack) -> Self {
        // INVARIANT: The caller promises that it is null, or valid for `'a` and used by no other
        // task.
        Extack {
            raw,
            _request: PhantomData,
        }
    }

    /// The C structure, or null.
    pub fn as_raw(self) -> *mut bindings::netlink_ext_ack {
        self.raw
    }

    /// Records `message` (`NL_SET_ERR_MSG`).
    pub fn err(self, message: &'static CStr, error: Error) -> Error {
        // SAFETY: The message is a terminated string.
        unsafe { bindings::do_trace_netlink_extack(message.as_char_ptr()) };
        if !self.raw.is_null() {
            // SAFETY: It is not null, so by the type invariants it is valid, and no other task uses
            // it.
            unsafe { (*self.raw)._msg = message.as_char_ptr() };
        }
        error
    }

    /// Records a composed message (`NL_SET_ERR_MSG_FMT`); what is too long is cut off.
    pub fn err_fmt(self, message: fmt::Arguments<'_>, error: Error) -> Error {
        if self.raw.is_null() {
            return error;
        }
        // SAFETY: It is not null, so by the type invariants it is valid; no other task uses it, and
        // no other reference to the buffer exists.
        let buffer = unsafe { &mut (*self.raw)._msg_buf };
        let last = buffer.len() - 1;
        // The text lands in front of the last byte, which ends it whatever its length.
        buffer.fill(0);
        // SAFETY: `buffer` has `last` bytes that only this function uses.
        let mut out = unsafe { Formatter::from_buffer(buffer.as_mut_ptr().cast(), last) };
        let _ = fmt::Write::write_fmt(&mut out, message);
        // SAFETY: The structure is valid by the type invariants, and the buffer holds a terminated
        // string now.
        unsafe {
            let text = (&raw const (*self.raw)._msg_buf).cast::<c_char>();
            bindings::do_trace_netlink_extack(text);
            (*self.raw)._msg = text;
        }
        error
    }

    /// Records `message` and the attribute it is about (`NL_SET_ERR_MSG_ATTR`).
    pub fn err_attr(self, attr: &NlAttr, message: &'static CStr, error: Error) -> Error {
        self.bad_attr(attr, error);
        self.err(message, error)
    }

    /// Records a composed message and the attribute it is about (`NL_SET_ERR_MSG_ATTR_FMT`).
    pub fn err_attr_fmt(self, attr: &NlAttr, message: fmt::Arguments<'_>, error: Error) -> Error {
        self.bad_attr(attr, error);
        self.err_fmt(message, error)
    }

    /// Records the attribute that is wrong (`NL_SET_BAD_ATTR`).
    pub fn bad_attr(self, attr: &NlAttr, error: Error) -> Error {
        if !self.raw.is_null() {
            // SAFETY: It is not null, so by the type invariants it is valid, and no other task uses
            // it. Netlink reads the attribute pointer only while the request, and so the attribute,
            // exists.
            unsafe {
                (*self.raw).bad_attr = attr.as_raw();
                (*self.raw).policy = ptr::null();
            }
        }
        error
    }

    /// Records that a top-level attribute is missing (`GENL_REQ_ATTR_CHECK`).
    pub fn missing<W>(self, attr: Attr<W>) -> Error {
        if !self.raw.is_null() {
            // SAFETY: It is not null, so by the type invariants it is valid, and no other task uses
            // it.
            unsafe {
                (*self.raw).miss_type = attr.number();
                (*self.raw).miss_nest = ptr::null();
            }
        }
        EINVAL
    }

    /// Whether a message was recorded.
    pub fn has_message(self) -> bool {
        // SAFETY: What is not null is valid by the type invariants, and no other task changes it.
        !self.raw.is_null() && unsafe { !(*self.raw)._msg.is_null() }
    }
}
