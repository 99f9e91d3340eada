// SPDX-License-Identifier: GPL-2.0

//! Functions by which drivers share an instance.

use super::instance::{
    alloc,
    devlink_free,
    devlink_priv,
    devlink_ref,
    devlink_unregister, //
};

use crate::{
    driver::{
        ops::Table,
        shared::Origin, //
    },
    registry::INDEX_BUS_NAME,
    shared, //
};

use kernel::{
    bindings,
    net::namespace::Net,
    prelude::*,
    sync::aref::ARef,
    warn_on, //
};

use core::{
    ffi::c_void,
    ptr::{
        self,
        NonNull, //
    },
};

/// The shared instance called `id`, made and registered now if there is none; null if that is not
/// possible. The caller gives it back with `devlink_shd_put()`.
///
/// # Safety
///
/// `id` is a string; `ops` and `driver` are null, or valid until the caller gives the instance
/// back.
#[export]
pub unsafe extern "C" fn devlink_shd_get(
    id: *const c_char,
    ops: *const bindings::devlink_ops,
    priv_size: usize,
    driver: *const bindings::device_driver,
) -> *mut bindings::devlink {
    if warn_on!(ops.is_null() || driver.is_null()) {
        return ptr::null_mut();
    }
    let origin = Origin::new(ops, priv_size, driver);
    // SAFETY: The id is a terminated string, as long as this call lasts. Neither of the others is
    // null, so both are valid until the instance is given back, and a driver has a name.
    let (id, table, driver_name) = unsafe {
        (
            CStr::from_char_ptr(id),
            Table::from_raw(ops),
            CStr::from_char_ptr((*driver).name),
        )
    };
    let make = || {
        let devlink = alloc(
            table,
            priv_size,
            Net::init(),
            None,
            INDEX_BUS_NAME,
            Some(driver_name),
        )?;
        // SAFETY: A new instance has one reference, which is handed out here.
        Ok(unsafe { ARef::from_raw(NonNull::new(devlink.cast()).ok_or(ENOMEM)?) })
    };
    let got = shared::get(id, origin, make, |devlink| {
        let guard = devlink.lock();
        // SAFETY: The driver calls, and the instance is not freed before it is given back.
        warn_on!(unsafe { guard.for_driver() }.register().is_err());
    });
    // Those who share the instance have no reference each: the one of its maker lasts until the
    // last of them has given it back.
    got.map_or(ptr::null_mut(), |devlink| devlink.as_raw())
}

/// Gives back what `devlink_shd_get()` returned.
///
/// # Safety
///
/// The caller got `devlink` from `devlink_shd_get()`, and uses it no more.
#[export]
pub unsafe extern "C" fn devlink_shd_put(devlink: *mut bindings::devlink) {
    // SAFETY: The caller has not given the instance back yet, so it is not freed before `put()` has
    // counted this user off.
    let devlink = unsafe { devlink_ref(devlink) };
    shared::put(devlink, |last| {
        let devlink = ARef::into_raw(last).as_ptr().cast();
        // SAFETY: The instance was registered when it was made, nobody uses it any more, and the
        // reference of its maker was given up for this.
        unsafe {
            devlink_unregister(devlink);
            devlink_free(devlink);
        }
    });
}

/// The private data of the drivers that share an instance.
///
/// # Safety
///
/// `devlink` was returned by `devlink_shd_get()` and not given back yet.
#[export]
pub unsafe extern "C" fn devlink_shd_get_priv(devlink: *mut bindings::devlink) -> *mut c_void {
    // SAFETY: Who has not given the instance back keeps it from being freed.
    unsafe { devlink_priv(devlink) }
}
