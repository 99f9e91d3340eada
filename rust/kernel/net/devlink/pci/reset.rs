// SPDX-License-Identifier: GPL-2.0

//! Resets that a driver has its device undergo, and what they leave.

use super::{
    errors::binding,
    Driver, //
};

use crate::{
    bindings,
    container_of,
    error::to_result,
    net::devlink::{
        DeviceLocked,
        Restart, //
    },
    prelude::*, //
};

use core::ptr::NonNull;

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
        // SAFETY: The instance is valid, and one of a PCI device, for such is `T::Device`.
        let pdev = unsafe { function_of(self.devlink()) };
        // SAFETY: The device is valid, and its lock is held: `self` is a proof.
        to_result(unsafe { bindings::pci_reset_function_locked(pdev) })
    }

    /// Switches the function off, and on again with the configuration space that it had when
    /// [`probe`](crate::net::devlink::Driver::probe) had returned (`pci_disable_device()`,
    /// `pci_enable_device_mem()`, `pci_restore_state()`): for one that lost that, as it reset
    /// itself or had no power for a while. Meanwhile it can neither be written nor write.
    ///
    /// Fails with `EIO` or the like if it cannot be switched on. Sleeps.
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
    /// /// The device answers again.
    /// fn came_back<T: pci::Driver>(cx: &mut Unlocked<'_, '_, T>) -> Result {
    ///     cx.lock_device(|cx| {
    ///         cx.take_down();
    ///         cx.restore_function()?;
    ///         cx.bring_up()
    ///     })
    /// }
    /// ```
    pub fn restore_function(&mut self) -> Result {
        // SAFETY: The instance is one of a PCI device, and the lock of that is held: `self` is a
        // proof.
        unsafe { restore::<T>(self.devlink()) }
    }
}

impl<T: Driver> Restart<'_, T> {
    /// As [`DeviceLocked::restore_function`], in
    /// [`ReporterOps::restart`](crate::net::devlink::ReporterOps::restart).
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::{
    ///     net::{
    ///         devlink::{
    ///             pci,
    ///             Restart, //
    ///         },
    ///         netlink::extack::Extack, //
    ///     },
    ///     prelude::*, //
    /// };
    ///
    /// /// The firmware has reset the device.
    /// fn restart<T: pci::Driver>(cx: &mut Restart<'_, T>, extack: Extack<'_>) -> Result {
    ///     cx.take_down();
    ///     cx.restore_function()?;
    ///     cx.bring_up(extack)
    /// }
    /// ```
    pub fn restore_function(&mut self) -> Result {
        // SAFETY: The instance is one of a PCI device, and the lock of that is held: `self` is a
        // proof.
        unsafe { restore::<T>(self.devlink()) }
    }
}

/// The function that an instance is of.
///
/// # Safety
///
/// `devlink` is valid, and an instance of a PCI device.
unsafe fn function_of(devlink: NonNull<bindings::devlink>) -> *mut bindings::pci_dev {
    // SAFETY: By the requirements of this function. The device lies in its `struct pci_dev`.
    unsafe {
        let dev = bindings::devlink_to_dev(devlink.as_ptr());
        container_of!(dev, bindings::pci_dev, dev)
    }
}

/// # Safety
///
/// `devlink` is a registered instance of `T`. The lock of its device is held, and the task that
/// holds it is not the one that binds the driver to the device or unbinds it.
unsafe fn restore<T: Driver>(devlink: NonNull<bindings::devlink>) -> Result {
    // SAFETY: `T::Device` is a PCI device.
    let pdev = unsafe { function_of(devlink) };
    // SAFETY: The instance is registered by whoever binds the driver, and ended by whoever unbinds
    // it, all of it with the device lock held. This task holds that now, so the device is bound.
    unsafe { binding::<T>(pdev) }.restore()
}
