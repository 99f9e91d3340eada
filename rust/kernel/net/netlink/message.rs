// SPDX-License-Identifier: GPL-2.0

//! Messages of our own: replies and notifications.

use super::{
    ops::Info,
    sock_priv::{
        SockPriv,
        SockPrivFamily, //
    },
    writer::Writer,
    Family, //
};

use crate::net::namespace::Net;

use kernel::{
    alloc::Flags,
    error::to_result,
    num::casts::u32_as_usize,
    prelude::*, //
};

use core::{
    ffi::c_void,
    mem::ManuallyDrop,
    ptr::{
        self,
        NonNull, //
    },
};

/// A buffer for a message to send.
///
/// # Invariants
///
/// Owns the buffer it points to.
pub struct Message {
    skb: NonNull<bindings::sk_buff>,
}

// SAFETY: The buffer belongs to nobody else.
unsafe impl Send for Message {}

impl Message {
    /// Allocates a buffer of the usual size, which fits a page (`NLMSG_DEFAULT_SIZE`).
    pub fn new(flags: Flags) -> Result<Self> {
        Self::with_capacity(super::GENLMSG_DEFAULT_SIZE, flags)
    }

    /// Allocates a buffer for `capacity` bytes after the generic netlink header.
    pub fn with_capacity(capacity: usize, flags: Flags) -> Result<Self> {
        // SAFETY: Any arguments are valid.
        let skb = unsafe { bindings::genlmsg_new(capacity, flags.as_raw()) };
        // INVARIANT: A new buffer is ours.
        Ok(Message {
            skb: NonNull::new(skb).ok_or(ENOMEM)?,
        })
    }

    /// Writes into the message.
    pub fn writer(&mut self) -> Writer<'_> {
        // SAFETY: We own the buffer, and it is borrowed mutably as long as the writer exists.
        unsafe { Writer::from_raw(self.skb) }
    }

    /// The bytes written so far.
    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: We own the buffer; `data` points to `len` initialised bytes, because netlink
        // buffers are linear.
        unsafe {
            let skb = self.skb.as_ptr();
            core::slice::from_raw_parts((*skb).data, u32_as_usize((*skb).len))
        }
    }

    fn into_raw(self) -> *mut bindings::sk_buff {
        ManuallyDrop::new(self).skb.as_ptr()
    }

    /// Answers the request `info` with this message.
    pub fn reply(self, info: &Info<'_>) -> Result {
        // SAFETY: `genlmsg_reply()` takes the buffer over, also when it fails.
        to_result(unsafe { bindings::genlmsg_reply(self.into_raw(), info.as_raw()) })
    }

    /// Sends the message to the members of `group` in `net` for which `wanted` holds; `wanted`
    /// is told the private data of the member's socket, if it has some, in atomic context.
    pub fn multicast<P, F>(
        self,
        family: &'static SockPrivFamily<P>,
        net: &Net,
        group: u32,
        flags: Flags,
        wanted: F,
    ) -> Result
    where
        P: SockPriv,
        F: Fn(Option<&P>) -> bool,
    {
        /// What the filter needs to know.
        struct Filter<P: SockPriv, F> {
            family: &'static SockPrivFamily<P>,
            wanted: F,
        }

        /// Answers whether the member is to be left out.
        ///
        /// # Safety
        ///
        /// To be called by netlink with a socket and the [`Filter`] passed beside.
        unsafe extern "C" fn left_out<P, F>(
            sk: *mut bindings::sock,
            _skb: *mut bindings::sk_buff,
            data: *mut c_void,
        ) -> c_int
        where
            P: SockPriv,
            F: Fn(Option<&P>) -> bool,
        {
            // SAFETY: `data` is the filter below, which outlives the send.
            let filter = unsafe { &*data.cast::<Filter<P, F>>() };
            // SAFETY: Netlink passes a member's socket and keeps it during the call.
            let wanted = unsafe { filter.family.with_existing(sk, &filter.wanted) };
            c_int::from(!wanted)
        }

        let mut filter = Filter { family, wanted };
        // SAFETY: The call takes the buffer over, also when it fails, and is done with the filter
        // when it returns; `net` is alive.
        to_result(unsafe {
            bindings::genlmsg_multicast_netns_filtered(
                family.family().as_raw(),
                net.as_raw(),
                self.into_raw(),
                0,
                group,
                flags.as_raw(),
                Some(left_out::<P, F>),
                ptr::from_mut(&mut filter).cast(),
            )
        })
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        // SAFETY: We own the buffer.
        unsafe { bindings::nlmsg_free(self.skb.as_ptr()) };
    }
}

impl Family {
    /// Checks if there are any listeners for the given multicast group in `net`.
    pub fn has_listeners_in(&self, net: &Net, group: u32) -> bool {
        // SAFETY: The family and the namespace are valid.
        unsafe { bindings::genl_has_listeners(self.as_raw(), net.as_raw(), group) != 0 }
    }
}
