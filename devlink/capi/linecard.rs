// SPDX-License-Identifier: GPL-2.0

//! `struct devlink_linecard`.

use super::instance::{
    devlink_ref,
    locked_ref, //
};

use crate::{
    driver::{
        access::InstanceLocked,
        linecard::DriverLinecard, //
    },
    instance::Devlink,
    linecard::Linecard,
    nested::Place, //
};

use kernel::{
    bindings,
    error::from_result,
    prelude::*,
    sync::{
        aref::ARef,
        Arc, //
    },
    warn_on,
    warn_on_once, //
};

use core::ffi::c_void;

/// The driver's ownership of a line card: what `struct devlink_linecard` is.
struct Handle {
    linecard: Arc<Linecard>,
    devlink: ARef<Devlink>,
}

impl Handle {
    /// # Safety
    ///
    /// `linecard` was returned by `devl_linecard_create()` and is not destroyed during `'a`.
    unsafe fn from_raw<'a>(linecard: *mut bindings::devlink_linecard) -> &'a Self {
        // SAFETY: By the safety requirements.
        unsafe { &*linecard.cast() }
    }
}

/// The index of the line card that a port is on, if it is on one.
///
/// # Safety
///
/// `port` is valid, and so is its line card, which its driver destroys after its ports.
pub(super) unsafe fn linecard_index_of(port: *const bindings::devlink_port) -> Option<u32> {
    // SAFETY: By the safety requirements.
    unsafe {
        let linecard = (*port).linecard;
        (!linecard.is_null()).then(|| Handle::from_raw(linecard).linecard.index())
    }
}

fn create(
    devlink: InstanceLocked<'_>,
    index: u32,
    ops: &'static bindings::devlink_linecard_ops,
    data: *mut c_void,
) -> Result<*mut bindings::devlink_linecard> {
    if devlink.linecards.get(index).is_some() {
        return Err(EEXIST);
    }
    // The driver is told where the handle will be before there is one.
    let mut memory = KBox::<Handle>::new_uninit(GFP_KERNEL)?;
    // SAFETY: The handle is there before the line card can be found. The driver keeps the table and
    // `data` until it destroys the line card.
    let driver = unsafe { DriverLinecard::new(memory.as_mut_ptr().cast(), ops, data, devlink) };
    let types = driver.types(devlink)?;
    let linecard = Linecard::new(index, types, driver)?;
    let handle = KBox::write(
        memory,
        Handle {
            linecard: linecard.clone(),
            devlink: devlink.devlink().into(),
        },
    );
    devlink.linecards.add(devlink, linecard)?;
    Ok(KBox::into_raw(handle).cast())
}

/// Creates a line card; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance. `ops` is null or valid until the line card is destroyed, and its
/// functions may be called with `data`.
#[export]
pub unsafe extern "C" fn devl_linecard_create(
    devlink: *mut bindings::devlink,
    linecard_index: c_uint,
    ops: *const bindings::devlink_linecard_ops,
    data: *mut c_void,
) -> *mut bindings::devlink_linecard {
    // SAFETY: By the safety requirements.
    let (devlink, ops) = unsafe { (locked_ref(devlink), ops.as_ref()) };
    let ops = ops.filter(|ops| {
        ops.provision.is_some()
            && ops.unprovision.is_some()
            && ops.types_count.is_some()
            && ops.types_get.is_some()
    });
    warn_on!(ops.is_none());
    ops.ok_or(EINVAL)
        .and_then(|ops| create(devlink, linecard_index, ops, data))
        .unwrap_or_else(Error::to_ptr)
}

/// Destroys a line card; the driver holds the instance lock. When this returns, the driver is not
/// called about the line card any more.
///
/// # Safety
///
/// `linecard` was returned by `devl_linecard_create()`, nobody else uses it any more, and no port
/// is on it.
#[export]
pub unsafe extern "C" fn devl_linecard_destroy(linecard: *mut bindings::devlink_linecard) {
    // SAFETY: The driver gives up what it was given.
    let handle = unsafe { KBox::from_raw(linecard.cast::<Handle>()) };
    // SAFETY: The driver holds the lock.
    let devlink = unsafe { InstanceLocked::assume_held(&handle.devlink) };
    devlink.linecards.remove(devlink, &handle.linecard);
}

/// Says that a line card is provisioned as one of type `type_`.
///
/// # Safety
///
/// `linecard` was returned by `devl_linecard_create()` and is not destroyed meanwhile; `type_` is a
/// string.
#[export]
pub unsafe extern "C" fn devlink_linecard_provision_set(
    linecard: *mut bindings::devlink_linecard,
    type_: *const c_char,
) {
    // SAFETY: By the safety requirements.
    let (handle, name) = unsafe { (Handle::from_raw(linecard), CStr::from_char_ptr(type_)) };
    handle.linecard.provision_set(&handle.devlink, name);
}

/// Says that a line card is not provisioned.
///
/// # Safety
///
/// `linecard` was returned by `devl_linecard_create()` and is not destroyed meanwhile.
#[export]
pub unsafe extern "C" fn devlink_linecard_provision_clear(
    linecard: *mut bindings::devlink_linecard,
) {
    // SAFETY: By the safety requirements.
    let handle = unsafe { Handle::from_raw(linecard) };
    handle.linecard.provision_clear(&handle.devlink);
}

/// Says that a line card could not be provisioned or unprovisioned.
///
/// # Safety
///
/// `linecard` was returned by `devl_linecard_create()` and is not destroyed meanwhile.
#[export]
pub unsafe extern "C" fn devlink_linecard_provision_fail(
    linecard: *mut bindings::devlink_linecard,
) {
    // SAFETY: By the safety requirements.
    let handle = unsafe { Handle::from_raw(linecard) };
    handle.linecard.provision_fail(&handle.devlink);
}

/// Says that a line card, which is provisioned, works.
///
/// # Safety
///
/// `linecard` was returned by `devl_linecard_create()` and is not destroyed meanwhile.
#[export]
pub unsafe extern "C" fn devlink_linecard_activate(linecard: *mut bindings::devlink_linecard) {
    // SAFETY: By the safety requirements.
    let handle = unsafe { Handle::from_raw(linecard) };
    handle.linecard.activate(&handle.devlink);
}

/// Says that a line card does not work any more.
///
/// # Safety
///
/// `linecard` was returned by `devl_linecard_create()` and is not destroyed meanwhile.
#[export]
pub unsafe extern "C" fn devlink_linecard_deactivate(linecard: *mut bindings::devlink_linecard) {
    // SAFETY: By the safety requirements.
    let handle = unsafe { Handle::from_raw(linecard) };
    handle.linecard.deactivate(&handle.devlink);
}

/// Says that an instance, which is not registered yet, is that of the line card's own device; null
/// takes back what was said before.
///
/// # Safety
///
/// `linecard` was returned by `devl_linecard_create()` and is not destroyed meanwhile;
/// `nested_devlink` is null or a valid instance.
#[export]
pub unsafe extern "C" fn devlink_linecard_nested_dl_set(
    linecard: *mut bindings::devlink_linecard,
    nested_devlink: *mut bindings::devlink,
) -> c_int {
    from_result(|| {
        // SAFETY: By the safety requirements.
        let Handle { linecard, devlink } = unsafe { Handle::from_raw(linecard) };
        if nested_devlink.is_null() {
            linecard.nested.lock().clear();
            return Ok(0);
        }
        // SAFETY: By the safety requirements.
        let nested = unsafe { devlink_ref(nested_devlink) };
        let place = Place::Linecard(linecard.index());
        nested.nest_in(devlink, place).map(|()| 0)
    })
}

/// Says which line card a port, which is not registered yet, is on.
///
/// # Safety
///
/// `port` is valid; `linecard` is null, or was returned by `devl_linecard_create()` and is
/// destroyed after the port is unregistered.
#[export]
pub unsafe extern "C" fn devlink_port_linecard_set(
    port: *mut bindings::devlink_port,
    linecard: *mut bindings::devlink_linecard,
) {
    // SAFETY: By the safety requirements.
    unsafe {
        warn_on_once!((*port).registered() != 0);
        (*port).linecard = linecard;
    }
}
