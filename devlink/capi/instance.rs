// SPDX-License-Identifier: GPL-2.0

//! `struct devlink`: its memory, its lock, its registration.

use crate::{
    driver::{
        access::InstanceLocked,
        instance::destroy,
        ops::Table, //
    },
    handle::Handle,
    in_flight,
    instance::{
        Devlink,
        Identity, //
    },
    nested,
    netlink::FAMILY,
    registry,
    shared, //
};

use kernel::{
    bindings,
    device::Device,
    net::namespace::Net,
    prelude::*,
    str::CString,
    sync::{
        aref::ARef,
        atomic::ordering::{
            Full,
            Relaxed, //
        },
        Refcount, //
    },
    warn_on,
    warn_on_once, //
};

use core::{
    ffi::c_void,
    ptr::{
        self,
        NonNull, //
    },
};

/// The instance behind a pointer from C.
///
/// # Safety
///
/// `devlink` was made by `devlink_alloc_ns()` and is not freed during `'a`.
pub(crate) unsafe fn devlink_ref<'a>(devlink: *const bindings::devlink) -> &'a Devlink {
    // SAFETY: The caller promises that `devlink_alloc_ns()` made it; `struct devlink` is what C
    // calls a `Devlink`.
    unsafe { &*devlink.cast() }
}

/// The instance behind a pointer from C, whose lock the driver holds.
///
/// # Safety
///
/// `devlink` was made by `devlink_alloc_ns()`; during `'a` it is not freed, and the calling task
/// holds its instance lock.
pub(super) unsafe fn locked_ref<'a>(devlink: *const bindings::devlink) -> InstanceLocked<'a> {
    // SAFETY: The caller promises that the instance is valid and its lock held.
    unsafe { InstanceLocked::assume_held(devlink_ref(devlink)) }
}

/// Sets the core up.
///
/// # Safety
///
/// To be called once, at boot.
#[export]
pub unsafe extern "C" fn devlink_core_init() -> c_int {
    // The family comes last: when users can send requests, everything is there to serve them.
    let registered = registry::init()
        .and_then(|()| shared::init())
        .and_then(|()| nested::init())
        .and_then(|()| in_flight::init())
        .and_then(|()| super::port::watch_netdevs())
        .and_then(|()| FAMILY.register_forever());
    match registered {
        Ok(()) => {
            pr_info!("Rust core\n");
            0
        }
        Err(error) => error.to_errno(),
    }
}

/// The driver's private data.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devlink_priv(devlink: *mut bindings::devlink) -> *mut c_void {
    // SAFETY: The private data follows the instance in the same allocation.
    unsafe { devlink.cast::<Devlink>().add(1).cast() }
}

/// The instance that private data belong to.
///
/// # Safety
///
/// `data` was returned by `devlink_priv()`.
#[export]
pub unsafe extern "C" fn priv_to_devlink(data: *mut c_void) -> *mut bindings::devlink {
    // SAFETY: The instance precedes its private data in the same allocation.
    unsafe { data.cast::<Devlink>().sub(1).cast() }
}

/// The device.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devlink_to_dev(
    devlink: *const bindings::devlink,
) -> *mut bindings::device {
    // SAFETY: The caller promises that the instance is valid.
    unsafe { devlink_ref(devlink) }.device_raw()
}

/// The name of the device's bus.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devlink_bus_name(devlink: *const bindings::devlink) -> *const c_char {
    // SAFETY: The caller promises that the instance is valid.
    unsafe { devlink_ref(devlink) }.bus_name().as_char_ptr()
}

/// The device's name.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devlink_dev_name(devlink: *const bindings::devlink) -> *const c_char {
    // SAFETY: The caller promises that the instance is valid.
    unsafe { devlink_ref(devlink) }.dev_name().as_char_ptr()
}

/// The name of the device's driver.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devlink_dev_driver_name(
    devlink: *const bindings::devlink,
) -> *const c_char {
    // SAFETY: The caller promises that the instance is valid.
    let name = unsafe { devlink_ref(devlink) }.driver_name();
    name.unwrap_or(c"").as_char_ptr()
}

/// The namespace the instance is in. It is that for its driver, until that frees the instance.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devlink_net(devlink: *const bindings::devlink) -> *mut bindings::net {
    // SAFETY: The caller promises that the instance is valid.
    unsafe { devlink_ref(devlink) }.net().as_raw()
}

/// Takes the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devl_lock(devlink: *mut bindings::devlink) {
    // SAFETY: The caller promises that the instance is valid.
    unsafe { devlink_ref(devlink) }.lock_raw();
}

/// Takes the instance lock if it is free.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devl_trylock(devlink: *mut bindings::devlink) -> c_int {
    // SAFETY: The caller promises that the instance is valid.
    let locked = unsafe { devlink_ref(devlink) }
        .instance_lock()
        .try_lock_raw();
    locked.into()
}

/// Releases the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose instance lock the caller took by `devl_lock()` or
/// `devl_trylock()`.
#[export]
pub unsafe extern "C" fn devl_unlock(devlink: *mut bindings::devlink) {
    // SAFETY: The caller promises that the instance is valid.
    unsafe { devlink_ref(devlink).instance_lock().unlock_raw() };
}

/// Warns unless the caller holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devl_assert_locked(devlink: *mut bindings::devlink) {
    // SAFETY: The caller promises that the instance is valid.
    unsafe { devlink_ref(devlink) }
        .instance_lock()
        .assert_held();
}

/// Whether the caller holds the instance lock, on kernels with lockdep.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devl_lock_is_held(devlink: *mut bindings::devlink) -> bool {
    // SAFETY: The caller promises that the instance is valid.
    unsafe { devlink_ref(devlink) }.instance_lock().is_held()
}

/// Takes a reference unless the last one has gone.
fn inc_not_zero(refcount: &Refcount) -> bool {
    let count = refcount.as_atomic();
    let mut now = count.load(Relaxed);
    while now != 0 {
        match count.cmpxchg(now, now + 1, Full) {
            Ok(_) => return true,
            Err(changed) => now = changed,
        }
    }
    false
}

/// Takes a memory reference, if the instance is not being freed.
///
/// # Safety
///
/// The memory of `devlink` is valid.
#[export]
pub unsafe extern "C" fn devlink_try_get(
    devlink: *mut bindings::devlink,
) -> *mut bindings::devlink {
    // SAFETY: The caller promises that the instance is valid.
    let instance = unsafe { devlink_ref(devlink) };
    if inc_not_zero(&instance.refcount) {
        devlink
    } else {
        ptr::null_mut()
    }
}

/// Gives a memory reference back.
///
/// # Safety
///
/// The caller owns a reference to `devlink`.
#[export]
pub unsafe extern "C" fn devlink_put(devlink: *mut bindings::devlink) {
    if let Some(devlink) = NonNull::new(devlink) {
        // SAFETY: The caller promises that it owns a reference.
        drop(unsafe { ARef::<Devlink>::from_raw(devlink.cast()) });
    }
}

/// Allocates an instance with `priv_size` bytes of private data in the namespace `net`; null if
/// that is not possible.
///
/// # Safety
///
/// `ops` stays valid until the instance is freed, `dev` is a device that is being bound to a
/// driver, `net` is alive.
#[export]
pub unsafe extern "C" fn devlink_alloc_ns(
    ops: *const bindings::devlink_ops,
    priv_size: usize,
    net: *mut bindings::net,
    dev: *mut bindings::device,
) -> *mut bindings::devlink {
    if warn_on!(ops.is_null() || dev.is_null()) {
        return ptr::null_mut();
    }
    // SAFETY: The caller promises that the device is valid and being bound, so it has a bus and a
    // driver, whose names are strings; that the table, which is not null, is valid until the
    // instance is freed; and that the namespace is alive.
    let made = unsafe {
        let driver = (*dev).driver;
        if warn_on!(driver.is_null()) {
            return ptr::null_mut();
        }
        alloc(
            Table::from_raw(ops),
            priv_size,
            Net::from_raw(net),
            Some(Device::get_device(dev)),
            CStr::from_char_ptr((*(*dev).bus).name),
            Some(CStr::from_char_ptr((*driver).name)),
        )
    };
    made.unwrap_or(ptr::null_mut())
}

/// Allocates an instance, which is called by its index if it stands for no device. Returns the
/// reference that whoever makes it owns.
pub(super) fn alloc(
    table: Option<Table>,
    priv_size: usize,
    net: &Net,
    dev: Option<ARef<Device>>,
    bus_name: &CStr,
    driver_name: Option<&CStr>,
) -> Result<*mut bindings::devlink> {
    let table = table
        .filter(|table| table.reload_abilities(0).is_sane())
        .ok_or(EINVAL)?;
    let index = registry::reserve_index()?;
    let handle = match &dev {
        Some(dev) => Handle::new(bus_name, dev.name()),
        None => {
            let dev_name = CString::try_from_fmt(kernel::prelude::fmt!("{index}"))?;
            Handle::new(bus_name, &dev_name)
        }
    }?;
    let identity = Identity {
        index,
        handle,
        driver_name: driver_name.map(CString::try_from).transpose()?,
        dev,
    };
    let devlink = Devlink::alloc(identity, table, net, priv_size)?;
    // SAFETY: A new instance has one reference, which is held here until it is handed out.
    let devlink = unsafe { ARef::from_raw(devlink) };
    registry::add(&devlink)?;
    Ok(ARef::into_raw(devlink).as_ptr().cast())
}

/// Frees what `devlink_alloc_ns()` made. Others who still hold memory references keep the memory,
/// but can do nothing with it.
///
/// # Safety
///
/// `devlink` is a valid instance that its driver uses no more.
#[export]
pub unsafe extern "C" fn devlink_free(devlink: *mut bindings::devlink) {
    // SAFETY: The driver owns the reference made by `devlink_alloc_ns()` and gives it up.
    let devlink = unsafe { ARef::<Devlink>::from_raw(NonNull::new_unchecked(devlink.cast())) };
    let guard = devlink.lock();
    // SAFETY: The driver calls, and gives its reference up after this.
    unsafe { guard.for_driver() }.free();
    drop(guard);
    registry::remove(&devlink);
    // Evacuation does not find it any more, and others may keep its memory for longer than the
    // namespace lives.
    devlink.net().leave();
    let devlink = ARef::into_raw(devlink);
    // Most often this was the last reference, and here it is no atomic context, so no worker is
    // needed.
    // SAFETY: The driver's reference is given up. If it was the last, nobody uses the instance.
    unsafe {
        if devlink.as_ref().refcount.dec_and_test() {
            destroy(devlink);
        }
    }
}

/// Opens the instance to the world; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds.
#[export]
pub unsafe extern "C" fn devl_register(devlink: *mut bindings::devlink) -> c_int {
    // SAFETY: The caller promises that the instance is valid and its lock held.
    let devlink = unsafe { locked_ref(devlink) };
    let registered = devlink.register();
    warn_on_once!(registered.is_err());
    // Like the C core, which only warns: registering cannot fail.
    0
}

/// Opens the instance to the world.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devlink_register(devlink: *mut bindings::devlink) {
    // SAFETY: The instance is valid.
    let guard = unsafe { devlink_ref(devlink) }.lock();
    // SAFETY: The driver calls.
    warn_on_once!(unsafe { guard.for_driver() }.register().is_err());
}

/// Shuts the instance off from the world; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds.
#[export]
pub unsafe extern "C" fn devl_unregister(devlink: *mut bindings::devlink) {
    // SAFETY: The caller promises that the instance is valid and its lock held.
    let devlink = unsafe { locked_ref(devlink) };
    warn_on_once!(devlink.unregister().is_err());
}

/// Shuts the instance off from the world.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devlink_unregister(devlink: *mut bindings::devlink) {
    // SAFETY: The instance is valid.
    let guard = unsafe { devlink_ref(devlink) }.lock();
    // SAFETY: The driver calls.
    warn_on_once!(unsafe { guard.for_driver() }.unregister().is_err());
}
