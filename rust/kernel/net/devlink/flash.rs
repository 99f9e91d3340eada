// SPDX-License-Identifier: GPL-2.0

//! Writing firmware to a device.

use super::{
    instance::Locked,
    Driver, //
};

use crate::{
    bindings,
    net::netlink::extack::Extack,
    prelude::*, //
};

use core::{
    marker::PhantomData,
    ptr,
    ptr::NonNull,
    slice, //
};

/// What is to be written to the device (`struct devlink_flash_update_params`).
pub struct Image<'a> {
    data: &'a [u8],
    component: Option<&'a CStr>,
    overwrite: u32,
}

impl<'a> Image<'a> {
    /// The file that the user named.
    pub fn data(&self) -> &'a [u8] {
        self.data
    }

    /// The only component to be written, one of those that
    /// [`Info::component`](super::Info::component) says; `None` for all that the file has.
    pub fn component(&self) -> Option<&'a CStr> {
        self.component
    }

    /// Whether settings in flash are to stay (`DEVLINK_FLASH_OVERWRITE_SETTINGS` was not given).
    pub fn keeps_settings(&self) -> bool {
        self.keeps(bindings::devlink_flash_overwrite_DEVLINK_FLASH_OVERWRITE_SETTINGS_BIT)
    }

    /// Whether the device's identifiers in flash are to stay
    /// (`DEVLINK_FLASH_OVERWRITE_IDENTIFIERS` was not given).
    pub fn keeps_identifiers(&self) -> bool {
        self.keeps(bindings::devlink_flash_overwrite_DEVLINK_FLASH_OVERWRITE_IDENTIFIERS_BIT)
    }

    fn keeps(&self, bit: u32) -> bool {
        self.overwrite & (1 << bit) == 0
    }
}

/// Who wants to know how far a flash is.
pub struct Progress<'a> {
    devlink: NonNull<bindings::devlink>,
    _flash: PhantomData<&'a mut ()>,
}

impl Progress<'_> {
    /// The C instance, which is valid, registered and in a flash.
    #[cfg(CONFIG_RUST_MLXFW_ABSTRACTIONS)]
    pub(in crate::net) fn devlink(&self) -> NonNull<bindings::devlink> {
        self.devlink
    }

    /// Says that `done` of `total` are done; the unit is the driver's, usually bytes. A `total` of
    /// 0 is a step without an extent (`devlink_flash_update_status_notify()`).
    pub fn status(&self, what: &CStr, component: Option<&CStr>, done: usize, total: usize) {
        // SAFETY: The instance is valid, registered and in a flash while the callback runs. The
        // strings are terminated, and not kept.
        unsafe {
            bindings::devlink_flash_update_status_notify(
                self.devlink.as_ptr(),
                what.as_char_ptr(),
                component.map_or(ptr::null(), |name| name.as_char_ptr()),
                done,
                total,
            )
        }
    }

    /// Says that a step began that takes at most `seconds`
    /// (`devlink_flash_update_timeout_notify()`).
    pub fn timeout(&self, what: &CStr, component: Option<&CStr>, seconds: usize) {
        // SAFETY: The instance is valid, registered and in a flash while the callback runs. The
        // strings are terminated, and not kept.
        unsafe {
            bindings::devlink_flash_update_timeout_notify(
                self.devlink.as_ptr(),
                what.as_char_ptr(),
                component.map_or(ptr::null(), |name| name.as_char_ptr()),
                seconds,
            )
        }
    }
}

/// `flash_update`.
///
/// # Safety
///
/// Only to be called as the operation of an instance of `T` that `Instance` made, by a devlink
/// core, with valid parameters.
pub(super) unsafe extern "C" fn update<T: Driver>(
    devlink: *mut bindings::devlink,
    params: *mut bindings::devlink_flash_update_params,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: A core calls operations of instances with the instance lock held while they are
    // registered, and `Instance` registers them when the data is complete.
    let cx = unsafe { Locked::<T>::new(devlink) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    // SAFETY: The core passes valid parameters, with a file that it releases after the call.
    let (params, file) = unsafe { (&*params, &*(*params).fw) };
    let data: &[u8] = if file.size == 0 {
        &[]
    } else {
        // SAFETY: A file that was read has that many bytes, and nobody writes to them.
        unsafe { slice::from_raw_parts(file.data, file.size) }
    };
    let component = if params.component.is_null() {
        None
    } else {
        // SAFETY: It is a terminated string of the request.
        Some(unsafe { CStr::from_char_ptr(params.component) })
    };
    let image = Image {
        data,
        component,
        overwrite: params.overwrite_mask,
    };
    let progress = Progress {
        devlink: cx.devlink(),
        _flash: PhantomData,
    };
    super::to_errno(T::flash(&cx, &image, &progress, extack))
}
