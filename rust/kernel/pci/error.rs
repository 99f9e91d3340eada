// SPDX-License-Identifier: GPL-2.0

//! Errors of the bus.
//!
//! Reference: <https://docs.kernel.org/PCI/pci-error-recovery.html>

use super::Device;

use crate::{
    bindings,
    device::Bound, //
};

/// Whether the bus reaches a device (`enum pci_channel_state`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ChannelState {
    /// It does.
    Normal,
    /// It does not, until the device is reset.
    Frozen,
    /// It does not, and never will: the device was perhaps pulled out.
    PermanentFailure,
}

impl ChannelState {
    pub(crate) fn from_c(state: bindings::pci_channel_state_t) -> Self {
        match state {
            bindings::pci_channel_io_normal => ChannelState::Normal,
            bindings::pci_channel_io_frozen => ChannelState::Frozen,
            _ => ChannelState::PermanentFailure,
        }
    }
}

/// What becomes of a device after an error (`enum pci_ers_result`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// It goes on without a reset.
    CanRecover,
    /// It goes on after a reset.
    NeedReset,
    /// It is given up.
    Disconnect,
}

impl Verdict {
    /// `recovered` is what the bus calls it here if the device can go on.
    pub(crate) fn to_c(self, recovered: bindings::pci_ers_result) -> bindings::pci_ers_result_t {
        match self {
            Verdict::CanRecover => recovered,
            Verdict::NeedReset => bindings::pci_ers_result_PCI_ERS_RESULT_NEED_RESET,
            Verdict::Disconnect => bindings::pci_ers_result_PCI_ERS_RESULT_DISCONNECT,
        }
    }
}

impl Device<Bound> {
    /// Whether the bus does not reach the device, as far as is known (`pci_channel_offline()`): it
    /// was pulled out, or an error was found from which it has not recovered. Its registers read as
    /// ones then.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::{
    ///     device::Bound,
    ///     io::Io,
    ///     pci,
    ///     prelude::*, //
    /// };
    ///
    /// /// The state of firmware, if it can be read.
    /// fn state(dev: &pci::Device<Bound>, bar: &pci::Bar<'_, 16>) -> Result<u32> {
    ///     let state = bar.read32(8);
    ///     if state == u32::MAX || dev.is_channel_offline() {
    ///         return Err(ENODEV);
    ///     }
    ///     Ok(state)
    /// }
    /// ```
    pub fn is_channel_offline(&self) -> bool {
        // SAFETY: The device is valid.
        unsafe { bindings::pci_channel_offline(self.as_raw()) != 0 }
    }

    /// Whether the device answers in configuration space (`pci_device_is_present()`). It may do so
    /// when its registers still read as ones, since it was reset and does not know its BARs.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::{
    ///     device::Bound,
    ///     pci,
    ///     prelude::*,
    ///     time::{
    ///         delay::fsleep,
    ///         Delta, //
    ///     }, //
    /// };
    ///
    /// /// Waits until the device has reset itself.
    /// fn wait(dev: &pci::Device<Bound>) -> Result {
    ///     for _ in 0..100 {
    ///         if dev.is_present() {
    ///             return Ok(());
    ///         }
    ///         fsleep(Delta::from_millis(20));
    ///     }
    ///     Err(ETIMEDOUT)
    /// }
    /// ```
    pub fn is_present(&self) -> bool {
        // SAFETY: The device is valid, and bound, so it is on a bus.
        unsafe { bindings::pci_device_is_present(self.as_raw()) }
    }
}
