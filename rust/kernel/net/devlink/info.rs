// SPDX-License-Identifier: GPL-2.0

//! What a device is and what runs on it.

use super::{
    instance::Locked,
    Driver, //
};

use crate::{
    bindings,
    error::to_result,
    net::netlink::extack::Extack,
    prelude::*, //
};

use core::{
    marker::PhantomData,
    ptr::NonNull, //
};

/// What a version is of.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Version {
    /// Of what cannot change: the board, the chip (`devlink_info_version_fixed_put()`).
    Fixed,
    /// Of what runs now (`devlink_info_version_running_put()`).
    Running,
    /// Of what is in flash and runs after the next activation
    /// (`devlink_info_version_stored_put()`).
    Stored,
}

/// The answer to `devlink dev info`.
pub struct Info<'a> {
    request: NonNull<bindings::devlink_info_req>,
    _answer: PhantomData<&'a mut ()>,
}

impl Info<'_> {
    /// # Safety
    ///
    /// `request` is valid while the answer exists, and used by nobody else.
    pub(super) unsafe fn new(request: NonNull<bindings::devlink_info_req>) -> Self {
        Info {
            request,
            _answer: PhantomData,
        }
    }

    /// The device's serial number (`devlink_info_serial_number_put()`).
    ///
    /// Fails with `EMSGSIZE` when the answer is full.
    pub fn serial_number(&mut self, serial: &CStr) -> Result {
        // SAFETY: The request is valid while the callback runs, and the string is terminated.
        to_result(unsafe {
            bindings::devlink_info_serial_number_put(self.request.as_ptr(), serial.as_char_ptr())
        })
    }

    /// The board's serial number (`devlink_info_board_serial_number_put()`).
    ///
    /// Fails with `EMSGSIZE` when the answer is full.
    pub fn board_serial_number(&mut self, serial: &CStr) -> Result {
        // SAFETY: The request is valid while the callback runs, and the string is terminated.
        to_result(unsafe {
            bindings::devlink_info_board_serial_number_put(
                self.request.as_ptr(),
                serial.as_char_ptr(),
            )
        })
    }

    /// A version of what `name` says, for instance `fw` or `board.id`. What function that is says
    /// [`Version`].
    ///
    /// Fails with `EMSGSIZE` when the answer is full.
    pub fn version(&mut self, of: Version, name: &CStr, value: &CStr) -> Result {
        let put = match of {
            Version::Fixed => bindings::devlink_info_version_fixed_put,
            Version::Running => bindings::devlink_info_version_running_put,
            Version::Stored => bindings::devlink_info_version_stored_put,
        };
        // SAFETY: The request is valid while the callback runs, and the strings are terminated.
        to_result(unsafe {
            put(
                self.request.as_ptr(),
                name.as_char_ptr(),
                value.as_char_ptr(),
            )
        })
    }

    /// A version of a component, whose name a flash can give to have only that component written
    /// (`devlink_info_version_running_put_ext()`, `devlink_info_version_stored_put_ext()`).
    ///
    /// Fails with `EMSGSIZE` when the answer is full, `EINVAL` for a fixed version.
    pub fn component(&mut self, of: Version, name: &CStr, value: &CStr) -> Result {
        let put = match of {
            Version::Fixed => return Err(EINVAL),
            Version::Running => bindings::devlink_info_version_running_put_ext,
            Version::Stored => bindings::devlink_info_version_stored_put_ext,
        };
        // SAFETY: The request is valid while the callback runs, and the strings are terminated.
        to_result(unsafe {
            put(
                self.request.as_ptr(),
                name.as_char_ptr(),
                value.as_char_ptr(),
                bindings::devlink_info_version_type_DEVLINK_INFO_VERSION_TYPE_COMPONENT,
            )
        })
    }
}

/// `info_get`.
///
/// # Safety
///
/// Only to be called as the operation of an instance of `T` that `Instance` made, by a devlink
/// core, with a valid request.
pub(super) unsafe extern "C" fn get<T: Driver>(
    devlink: *mut bindings::devlink,
    request: *mut bindings::devlink_info_req,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    let Some(request) = NonNull::new(request) else {
        return EINVAL.to_errno();
    };
    // SAFETY: A core calls operations of instances with the instance lock held while they are
    // registered, and `Instance` registers them when the data is complete.
    let cx = unsafe { Locked::<T>::new(devlink) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    // SAFETY: The core passes a valid request, which only this task uses.
    let mut info = unsafe { Info::new(request) };
    super::to_errno(T::info(&cx, &mut info, extack))
}
