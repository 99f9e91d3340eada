// SPDX-License-Identifier: GPL-2.0

//! Frames that a device is to send.

use super::NetDevice;

use crate::{
    bindings,
    net::skbuff::{
        DropReason,
        SkBuff, //
    }, //
};

use core::{
    mem::{
        offset_of,
        ManuallyDrop, //
    },
    ops::{
        Deref,
        DerefMut, //
    },
};

/// A frame that a device is to send, see [`Transmit::start_xmit`](super::Transmit::start_xmit).
///
/// A driver [takes](Self::take) the packet or [refuses](Self::refuse) it. A frame that falls out of
/// scope is refused without a reason: it cannot get lost uncounted.
pub struct Frame<'a> {
    skb: ManuallyDrop<SkBuff>,
    device: &'a NetDevice,
}

impl<'a> Frame<'a> {
    pub(super) fn new(skb: SkBuff, device: &'a NetDevice) -> Self {
        Frame {
            skb: ManuallyDrop::new(skb),
            device,
        }
    }

    /// The device.
    pub fn device(&self) -> &'a NetDevice {
        self.device
    }

    /// Takes the packet. It is the driver's until it was sent, and is dropped then; or freed with a
    /// [reason](SkBuff::free), if it comes to nothing.
    pub fn take(self) -> SkBuff {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: The frame is not used again, nor dropped.
        unsafe { ManuallyDrop::take(&mut this.skb) }
    }

    /// Refuses the frame: it is counted as dropped by the device, and freed with `reason`
    /// (`dev_core_stats_tx_dropped_inc()`, `kfree_skb_reason()`).
    pub fn refuse(self, reason: DropReason) {
        self.count();
        self.take().free(reason);
    }

    /// Counts the frame as dropped by the device.
    fn count(&self) {
        const TX_DROPPED: usize = offset_of!(bindings::net_device_core_stats, tx_dropped);
        let device = self.device.as_raw();
        // SAFETY: The device is valid, and that is where the counter is.
        unsafe { bindings::netdev_core_stats_inc(device, TX_DROPPED as u32) };
    }
}

impl Deref for Frame<'_> {
    type Target = SkBuff;

    fn deref(&self) -> &SkBuff {
        &self.skb
    }
}

impl DerefMut for Frame<'_> {
    fn deref_mut(&mut self) -> &mut SkBuff {
        &mut self.skb
    }
}

impl Drop for Frame<'_> {
    fn drop(&mut self) {
        self.count();
        // SAFETY: The packet was not taken out, and the frame is not used again.
        let skb = unsafe { ManuallyDrop::take(&mut self.skb) };
        skb.free(DropReason::NotSpecified);
    }
}
