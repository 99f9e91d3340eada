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
    nested::Place,
    weak::WeakDevlink, //
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
    devlink: WeakDevlink,
}

impl Handle {
    /// # Safety
    ///
    /// `linecard` was returned by `devl_linecard_create()` and is not destroyed during `'a`.
    unsafe fn from_raw<'a>(linecard: *mut bindings::devlink_linecard) -> &'a Self {
        // SAFETY: `create()` made it from a `KBox<Handle>`, which is freed when the driver
        // destroys the line card; until then only shared references are made of it.
        unsafe { &*linecard.cast() }
    }

    /// The instance. A driver that uses a line card after it has freed the instance is warned.
    fn devlink(&self) -> Option<ARef<Devlink>> {
        let devlink = self.devlink.upgrade();
        warn_on!(devlink.is_none());
        devlink
    }

    /// The driver says something about the line card.
    fn tell(&self, what: impl FnOnce(&Linecard, &Devlink)) {
        if let Some(devlink) = self.devlink() {
            what(&self.linecard, &devlink);
        }
    }
}

/// The index of the line card that a port is on, if it is on one.
///
/// # Safety
///
/// `port` is valid, and so is its line card, which its driver destroys after its ports.
pub(super) unsafe fn linecard_index_of(port: *const bindings::devlink_port) -> Option<u32> {
    // SAFETY: The field is null or was set by `devlink_port_linecard_set()`, whose caller promises
    // to destroy the line card after the port.
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
            devlink: devlink.weak().clone(),
        },
    );
    devlink.linecards.add(devlink, linecard)?;
    Ok(KBox::into_raw(handle).cast())
}

/// Creates a line card; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds. `ops` is null or valid until the line
/// card is destroyed, and its functions may be called with `data`.
#[export]
pub unsafe extern "C" fn devl_linecard_create(
    devlink: *mut bindings::devlink,
    linecard_index: c_uint,
    ops: *const bindings::devlink_linecard_ops,
    data: *mut c_void,
) -> *mut bindings::devlink_linecard {
    // SAFETY: The driver holds the lock of an instance that it has not freed; a table that is not
    // null outlives the line card.
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
    if let Some(devlink) = handle.devlink() {
        // SAFETY: The driver holds the lock, and has not freed the instance.
        let locked = unsafe { InstanceLocked::assume_held(&devlink) };
        devlink.linecards.remove(locked, &handle.linecard);
    }
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
    // SAFETY: The driver has not destroyed the line card, and names the type with a terminated
    // string.
    let (handle, name) = unsafe { (Handle::from_raw(linecard), CStr::from_char_ptr(type_)) };
    handle.tell(|linecard, devlink| linecard.provision_set(devlink, name));
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
    // SAFETY: The driver has not destroyed the line card.
    let handle = unsafe { Handle::from_raw(linecard) };
    handle.tell(Linecard::provision_clear);
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
    // SAFETY: The driver has not destroyed the line card.
    let handle = unsafe { Handle::from_raw(linecard) };
    handle.tell(Linecard::provision_fail);
}

/// Says that a line card, which is provisioned, works.
///
/// # Safety
///
/// `linecard` was returned by `devl_linecard_create()` and is not destroyed meanwhile.
#[export]
pub unsafe extern "C" fn devlink_linecard_activate(linecard: *mut bindings::devlink_linecard) {
    // SAFETY: The driver has not destroyed the line card.
    let handle = unsafe { Handle::from_raw(linecard) };
    handle.tell(Linecard::activate);
}

/// Says that a line card does not work any more.
///
/// # Safety
///
/// `linecard` was returned by `devl_linecard_create()` and is not destroyed meanwhile.
#[export]
pub unsafe extern "C" fn devlink_linecard_deactivate(linecard: *mut bindings::devlink_linecard) {
    // SAFETY: The driver has not destroyed the line card.
    let handle = unsafe { Handle::from_raw(linecard) };
    handle.tell(Linecard::deactivate);
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
        // SAFETY: The driver has not destroyed the line card.
        let handle = unsafe { Handle::from_raw(linecard) };
        let linecard = &handle.linecard;
        if nested_devlink.is_null() {
            linecard.nested.lock().clear();
            return Ok(0);
        }
        // SAFETY: It is not null, so the caller promises that it is an instance that is not freed.
        let nested = unsafe { devlink_ref(nested_devlink) };
        let place = Place::Linecard(linecard.index());
        let devlink = handle.devlink().ok_or(ENODEV)?;
        nested.nest_in(&devlink, place).map(|()| 0)
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
    // SAFETY: The port is the driver's own, and nobody else uses it before it is registered.
    unsafe {
        warn_on_once!((*port).registered() != 0);
        (*port).linecard = linecard;
    }
}
