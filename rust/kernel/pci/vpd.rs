// SPDX-License-Identifier: GPL-2.0

//! Vital product data: what the maker says of a card.

use super::Device;

use crate::{
    bindings,
    device::Bound,
    error::from_err_ptr,
    prelude::*, //
};

use core::{
    ptr::NonNull,
    slice, //
};

/// The vital product data of a device, as it was when it was read.
///
/// # Invariants
///
/// At `data` are `len` bytes from `kmalloc()`, of which this is the only owner.
pub struct Vpd {
    data: NonNull<u8>,
    len: u32,
}

// SAFETY: It owns bytes.
unsafe impl Send for Vpd {}

// SAFETY: It owns bytes, which do not change.
unsafe impl Sync for Vpd {}

impl Device<Bound> {
    /// Reads the vital product data (`pci_vpd_alloc()`).
    ///
    /// Fails with `ENODEV` if the device has none, with `EIO` if what it has makes no sense, with
    /// `ETIMEDOUT` if it does not answer. Sleeps, some milliseconds for each kilobyte.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::{
    ///     device::Bound,
    ///     pci,
    ///     prelude::*,
    ///     str::BStr, //
    /// };
    ///
    /// fn log_serial_number(dev: &pci::Device<Bound>) -> Result {
    ///     let vpd = dev.vpd()?;
    ///     let number = vpd.read_only_field(*b"SN").ok_or(ENOENT)?;
    ///     dev_info!(dev, "serial number {}\n", BStr::from_bytes(number));
    ///     Ok(())
    /// }
    /// ```
    pub fn vpd(&self) -> Result<Vpd> {
        let mut len = 0;
        // SAFETY: The device is valid, and `len` a variable.
        let data = from_err_ptr(unsafe { bindings::pci_vpd_alloc(self.as_raw(), &mut len) })?;
        // INVARIANT: That is what the function returns if it succeeds.
        Ok(Vpd {
            data: NonNull::new(data.cast()).ok_or(ENODEV)?,
            len,
        })
    }
}

impl Vpd {
    /// What a field of the read-only part holds (`pci_vpd_find_ro_info_keyword()`); `None` if there
    /// is no such field.
    pub fn read_only_field(&self, keyword: [u8; 2]) -> Option<&[u8]> {
        let mut len = 0;
        // SAFETY: By the type invariants. Two bytes of the keyword are read.
        let begin = unsafe {
            bindings::pci_vpd_find_ro_info_keyword(
                self.data.as_ptr().cast(),
                self.len,
                keyword.as_ptr().cast(),
                &mut len,
            )
        };
        let begin = usize::try_from(begin).ok()?;
        self.as_bytes().get(begin..)?.get(..len as usize)
    }

    fn as_bytes(&self) -> &[u8] {
        // SAFETY: By the type invariants.
        unsafe { slice::from_raw_parts(self.data.as_ptr(), self.len as usize) }
    }
}

impl Drop for Vpd {
    fn drop(&mut self) {
        // SAFETY: By the type invariants.
        unsafe { bindings::kfree(self.data.as_ptr().cast()) };
    }
}
