// SPDX-License-Identifier: GPL-2.0

//! Resets that a driver has its device undergo.

use super::Driver;

use crate::{
    bindings,
    container_of,
    error::to_result,
    net::devlink::DeviceLocked,
    prelude::*, //
};

impl<T: Driver> DeviceLocked<'_, '_, T> {
    /// Resets the function, by the first means that works (`pci_reset_function_locked()`). Its
    /// configuration space is what it was before; all else is as after a reset.
    ///
    /// Fails with `ENOTTY` if there is no such reset. Sleeps, for seconds if the device takes so
    /// long.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::{
    ///     net::devlink::{
    ///         pci,
    ///         Unlocked, //
    ///     },
    ///     prelude::*, //
    /// };
    ///
    /// fn recover<T: pci::Driver>(cx: &mut Unlocked<'_, '_, T>) -> Result {
    ///     cx.lock_device(|cx| {
    ///         cx.take_down();
    ///         cx.reset_function()?;
    ///         cx.bring_up()
    ///     })
    /// }
    /// ```
    pub fn reset_function(&mut self) -> Result {
        // SAFETY: The instance is valid, and one of a PCI device, for such is `T::Device`. A
        // `pci::Device` is a `struct pci_dev`, in which its device lies.
        let pdev = unsafe {
            let dev = bindings::devlink_to_dev(self.devlink().as_ptr());
            container_of!(dev, bindings::pci_dev, dev)
        };
        // SAFETY: The device is valid, and its lock is held: `self` is a proof.
        to_result(unsafe { bindings::pci_reset_function_locked(pdev) })
    }
}
