// SPDX-License-Identifier: GPL-2.0

//! Configuration space: capabilities, and who may use it.

use super::Device;

use crate::{
    bindings,
    device::Bound, //
};

impl Device<Bound> {
    /// Where the vendor's own capability is in configuration space, if the device has one
    /// (`pci_find_capability()` for `PCI_CAP_ID_VNDR`).
    ///
    /// # Examples
    ///
    /// A window to the device's memory, which works when nothing else does. User space must not use
    /// it at the same time:
    ///
    /// ```
    /// use kernel::{
    ///     device::Bound,
    ///     io::Io,
    ///     pci,
    ///     prelude::*, //
    /// };
    ///
    /// fn read(dev: &pci::Device<Bound>, address: u32) -> Result<u32> {
    ///     let window = dev.vendor_capability().ok_or(ENODEV)?;
    ///     let _access = dev.lock_config_access();
    ///     let space = dev.config_space();
    ///     space.try_write(window + 0x10, address)?;
    ///     space.try_read(window + 0x14)
    /// }
    /// ```
    pub fn vendor_capability(&self) -> Option<usize> {
        // SAFETY: The device is valid.
        let offset = unsafe {
            bindings::pci_find_capability(self.as_raw(), bindings::PCI_CAP_ID_VNDR as i32)
        };
        (offset != 0).then_some(offset.into())
    }

    /// Keeps user space from configuration space, and waits until it is not using it, nor is the
    /// device being reset (`pci_cfg_access_lock()`). Drivers are not kept from it.
    ///
    /// May sleep. A task that has it already waits for itself.
    pub fn lock_config_access(&self) -> ConfigAccess<'_> {
        // SAFETY: The device is valid.
        unsafe { bindings::pci_cfg_access_lock(self.as_raw()) };
        // INVARIANT: It was locked just now.
        ConfigAccess { dev: self }
    }
}

/// User space does not use configuration space, see [`Device::lock_config_access`].
///
/// # Invariants
///
/// The access is locked, and this is to unlock it.
#[must_use = "user space can use configuration space when this is dropped"]
pub struct ConfigAccess<'a> {
    dev: &'a Device<Bound>,
}

impl Drop for ConfigAccess<'_> {
    fn drop(&mut self) {
        // SAFETY: By the type invariants. Any task may do it.
        unsafe { bindings::pci_cfg_access_unlock(self.dev.as_raw()) };
    }
}
