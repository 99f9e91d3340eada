// SPDX-License-Identifier: GPL-2.0

//! What users do to a device, for examples: these run as tests.

use super::{
    faux,
    flash,
    Driver, //
};

use crate::{
    bindings,
    device::Bound,
    error::to_result,
    prelude::*, //
};

use core::ptr;

/// `devlink dev flash`, with a file of that content. Users are told nothing of how it began and
/// ended.
pub fn flash<T>(nic: &faux::Registration<T>, file: &[u8]) -> Result
where
    T: Driver<Device = crate::faux::Device<Bound>>,
{
    const { assert!(T::HAS_FLASH, "the driver has no flash()") };
    let firmware = bindings::firmware {
        size: file.len(),
        data: file.as_ptr(),
        priv_: ptr::null_mut(),
    };
    let mut params = bindings::devlink_flash_update_params {
        fw: &firmware,
        component: ptr::null(),
        overwrite_mask: 0,
    };
    let devlink = nic.instance().devlink().as_ptr();
    // SAFETY: The instance is valid, and this task does not hold its lock: an example is no
    // callback.
    unsafe { bindings::devl_lock(devlink) };
    // SAFETY: The instance is one of `T`, registered, and its lock is held, as when a core calls
    // this. The parameters are valid, and there is no request.
    let result = to_result(unsafe { flash::update::<T>(devlink, &mut params, ptr::null_mut()) });
    // SAFETY: It was taken above.
    unsafe { bindings::devl_unlock(devlink) };
    result
}
