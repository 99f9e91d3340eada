// SPDX-License-Identifier: GPL-2.0

//! Whether a device may use the bus by itself.

use super::Device;

use crate::{
    bindings,
    device::Bound,
    prelude::*, //
};

impl Device<Bound> {
    /// Lets the device use DMA and send message-signalled interrupts (`pci_set_master()`), until
    /// the result is dropped.
    ///
    /// # Examples
    ///
    /// A device that may not have stopped when it was told to, as its firmware is dead: fields are
    /// dropped in this order, so its memory is freed when it can no longer be written.
    ///
    /// ```
    /// use kernel::{
    ///     device::Bound,
    ///     dma::Coherent,
    ///     pci::{
    ///         self,
    ///         BusMaster, //
    ///     },
    ///     prelude::*, //
    /// };
    ///
    /// struct Queue<'dev> {
    ///     _master: BusMaster<'dev>,
    ///     memory: Coherent<[u8]>,
    /// }
    ///
    /// impl<'dev> Queue<'dev> {
    ///     fn new(dev: &'dev pci::Device<Bound>) -> Result<Self> {
    ///         let memory = Coherent::<u8>::zeroed_slice(dev.as_ref(), 4096, GFP_KERNEL)?;
    ///         Ok(Queue {
    ///             _master: dev.bus_master(),
    ///             memory,
    ///         })
    ///     }
    /// }
    /// ```
    pub fn bus_master(&self) -> BusMaster<'_> {
        // SAFETY: The device is valid, and bound, so that nobody else decides about it.
        unsafe { bindings::pci_set_master(self.as_raw()) };
        BusMaster { dev: self }
    }
}

/// The device may use the bus by itself, see [`Device::bus_master`]. Dropping it takes that away
/// (`pci_clear_master()`) and waits for what the device has begun; may sleep.
#[must_use = "the device may not use the bus when this is dropped"]
pub struct BusMaster<'a> {
    dev: &'a Device<Bound>,
}

impl Drop for BusMaster<'_> {
    fn drop(&mut self) {
        // SAFETY: The device is valid and bound.
        unsafe { bindings::pci_clear_master(self.dev.as_raw()) };
        if self.dev.is_channel_offline() {
            return;
        }
        // SAFETY: The device is valid and bound.
        if unsafe { bindings::pci_wait_for_pending_transaction(self.dev.as_raw()) } == 0 {
            dev_warn!(self.dev, "DMA goes on that was begun long ago\n");
        }
    }
}
