// SPDX-License-Identifier: GPL-2.0

//! Packets that a driver itself sends, and sees come in, as for a test of its device.

use super::{
    Operations,
    Rtnl, //
};

use crate::{
    bindings,
    net::skbuff::{
        DropReason,
        SkBuff, //
    },
    prelude::*,
    types::Opaque, //
};

use core::ptr::{
    self,
    NonNull, //
};

const ETH_HLEN: usize = bindings::ETH_HLEN as usize;

impl<N: Operations> Rtnl<'_, N> {
    /// Sends a packet, which begins with its Ethernet header, as other parts of the kernel do: by a
    /// queue that these choose (`dev_queue_xmit()`).
    ///
    /// Fails with `ENETDOWN` if the device is down, with `EINVAL` without a whole Ethernet header,
    /// and with `ENOBUFS` if it was dropped.
    ///
    /// There is an example in the documentation of [`SelfTest`](crate::net::ethtool::SelfTest).
    pub fn send(&self, mut skb: SkBuff) -> Result {
        if !self.is_open() {
            skb.free(DropReason::DevReady);
            return Err(ENETDOWN);
        }
        let Some(&[.., high, low]) = skb.data().first_chunk::<ETH_HLEN>() else {
            skb.free(DropReason::HdrTrunc);
            return Err(EINVAL);
        };
        skb.set_protocol(u16::from_be_bytes([high, low]));
        skb.set_network_header(ETH_HLEN)?;
        // SAFETY: The device exists until the packet was sent: before it is unregistered, the
        // kernel empties its queues.
        unsafe { skb.set_device(NonNull::from(self.device()).cast()) };
        let skb = skb.into_raw().as_ptr();
        // SAFETY: The packet is valid, and the kernel's from now on. It is one for the device,
        // which was brought up, so that it has queues. Who has RTNL is a task, with interrupts on.
        match unsafe { bindings::__dev_queue_xmit(skb, ptr::null_mut()) } {
            0 => Ok(()),
            error if error < 0 => Err(Error::from_errno(error)),
            _ => Err(ENOBUFS),
        }
    }

    /// Runs `body`. Meanwhile `see` is shown each packet that the device receives of a protocol, an
    /// Ethernet type (`dev_add_pack()`, `dev_remove_pack()`). The packets go on as if nobody had
    /// looked.
    ///
    /// They begin behind their [Ethernet header](SkBuff::mac_header); of one that is not linear the
    /// beginning is seen. `see` runs with bottom halves off, on several CPUs at a time. Sleeps.
    ///
    /// There is an example in the documentation of [`SelfTest`](crate::net::ethtool::SelfTest).
    pub fn watch<F, R>(&self, protocol: u16, see: F, body: impl FnOnce() -> R) -> R
    where
        F: Fn(&SkBuff) + Sync,
    {
        let kind = Opaque::new(bindings::packet_type {
            type_: protocol.to_be(),
            dev: self.device().as_raw(),
            func: Some(show::<F>),
            af_packet_priv: (&raw const see).cast_mut().cast(),
            ..pin_init::zeroed()
        });
        // SAFETY: The structure is not moved nor freed before it was removed below. RTNL is held
        // until then, so that the device is not unregistered.
        unsafe { bindings::dev_add_pack(kind.get()) };
        let result = body();
        // SAFETY: It was added above, and this task can sleep. When this returns, nobody uses the
        // structure and `see` any more.
        unsafe { bindings::dev_remove_pack(kind.get()) };
        result
    }
}

/// # Safety
///
/// Only to be called by the kernel, for a packet's type that [`Rtnl::watch`] has added with an `F`.
unsafe extern "C" fn show<F: Fn(&SkBuff) + Sync>(
    skb: *mut bindings::sk_buff,
    _: *mut bindings::net_device,
    kind: *mut bindings::packet_type,
    _: *mut bindings::net_device,
) -> c_int {
    // SAFETY: The kernel passes a valid packet with a reference to it. Others can have one, too,
    // but nobody changes a packet that is shared, and this one is only read.
    let skb = unsafe { SkBuff::from_raw(NonNull::new_unchecked(skb)) };
    // SAFETY: The structure is as it was added: it refers to an `F`, which is there until the
    // structure was removed. That may be called on any CPU.
    let see = unsafe { &*(*kind).af_packet_priv.cast::<F>() };
    see(&skb);
    // CAST: It is 0.
    bindings::NET_RX_SUCCESS as c_int
}
