// SPDX-License-Identifier: GPL-2.0

//! InfiniBand devices that are attached to ports.

use kernel::{
    bindings,
    prelude::*, //
};

use core::ptr::NonNull;

/// The name of an InfiniBand device.
pub(crate) type IbName = [u8; 64];

/// An InfiniBand device that is attached to a port.
///
/// # Invariants
///
/// The device is valid as long as this is part of a port's state: its driver detaches it before it
/// goes.
pub(crate) struct IbDevice(NonNull<bindings::ib_device>);

// SAFETY: The device's name may be read by any thread.
unsafe impl Send for IbDevice {}

impl IbDevice {
    /// The device behind a pointer from C; `None` if that is null.
    ///
    /// # Safety
    ///
    /// `ibdev` is null or valid, and stays so until something else or nothing is attached to the
    /// port.
    pub(crate) unsafe fn from_raw(ibdev: *mut bindings::ib_device) -> Option<Self> {
        // INVARIANT: The caller promises what the type does.
        NonNull::new(ibdev).map(IbDevice)
    }

    /// The name that the device has now: users may give it another one, and nobody is told.
    pub(crate) fn name(&self) -> IbName {
        let mut name = [0; size_of::<IbName>()];
        // SAFETY: By the type invariants; the helper writes as many bytes at most.
        unsafe { bindings::devlink_ib_device_name(self.0.as_ptr(), name.as_mut_ptr()) };
        name
    }
}
