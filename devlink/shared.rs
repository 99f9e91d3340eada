// SPDX-License-Identifier: GPL-2.0

//! Shared instances: one for all devices that are parts of the same hardware, such as the functions
//! of a NIC, which are nested in it.
//!
//! The driver of each part asks for the instance by a name that all parts know, a serial number for
//! example. The first one makes it, the last one that gives it back frees it.

use crate::{
    driver::shared::Origin,
    instance::Devlink, //
};

use kernel::{
    new_mutex,
    prelude::*,
    str::CString,
    sync::{
        aref::ARef,
        Mutex,
        SetOnce, //
    },
    warn_on_once, //
};

use core::ptr;

/// An instance and who shares it.
struct Shared {
    id: CString,
    origin: Origin,
    users: usize,
    /// The reference that whoever made the instance has from that time to its end.
    devlink: ARef<Devlink>,
}

/// Filled by [`init`], before a driver can ask for an instance.
///
/// Held while an instance is made and registered, so that of two who ask at the same time one
/// makes it and both get it. Nobody is waited for under it: the instance lock of an instance that
/// is being made is free, and one that ends is unregistered after this lock was released.
static SHARED: SetOnce<Pin<KBox<Mutex<KVec<Shared>>>>> = SetOnce::new();

/// Sets this module up.
pub(crate) fn init() -> Result {
    let all = KBox::pin_init(new_mutex!(KVec::new(), "devlink shared"), GFP_KERNEL)?;
    SHARED.populate(all);
    Ok(())
}

/// The instance called `id`, made by `make` and opened by `register` if there is none. `None` if
/// that is not possible, or if the one that is there is of another `origin`.
pub(crate) fn get(
    id: &CStr,
    origin: Origin,
    make: impl FnOnce() -> Result<ARef<Devlink>>,
    register: impl FnOnce(&Devlink),
) -> Option<ARef<Devlink>> {
    let mut all = SHARED.as_ref()?.lock();
    if let Some(shared) = all.iter_mut().find(|shared| *shared.id == *id) {
        if warn_on_once!(shared.origin != origin) {
            return None;
        }
        shared.users += 1;
        return Some(shared.devlink.clone());
    }
    add(&mut all, id, origin, make, register).ok()
}

fn add(
    all: &mut KVec<Shared>,
    id: &CStr,
    origin: Origin,
    make: impl FnOnce() -> Result<ARef<Devlink>>,
    register: impl FnOnce(&Devlink),
) -> Result<ARef<Devlink>> {
    let id = CString::try_from(id)?;
    all.reserve(1, GFP_KERNEL)?;
    let devlink = make()?;
    let shared = Shared {
        id,
        origin,
        users: 1,
        devlink: devlink.clone(),
    };
    // There is room: it was reserved before, because an instance cannot be taken back as easily.
    all.push_within_capacity(shared)?;
    register(&devlink);
    Ok(devlink)
}

/// Gives back what [`get`] returned. If this was the last user the instance is called by its name
/// no more, and the caller, who gets the reference of its maker, unregisters and frees it.
#[must_use]
pub(crate) fn put(devlink: &Devlink) -> Option<ARef<Devlink>> {
    let mut all = SHARED.as_ref()?.lock();
    let place = all
        .iter()
        .position(|shared| ptr::eq(&*shared.devlink, devlink))?;
    let shared = all.get_mut(place)?;
    shared.users -= 1;
    if shared.users != 0 {
        return None;
    }
    let last = all.remove(place).ok()?;
    drop(all);
    Some(last.devlink)
}
