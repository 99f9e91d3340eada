// SPDX-License-Identifier: GPL-2.0

//! Shared instances: one for all devices that are parts of the same hardware, such as the functions
//! of a NIC, which are nested in it.
//!
//! The driver of each part asks for the instance by a name that all parts know, a serial number for
//! example. The first one makes it, the last one that gives it back ends it, and the name is free
//! when it has been freed: at no time there are two of one name. Ending waits for commands, so who
//! asks for the name meanwhile waits, too, but nobody who asks for another one does.

use crate::{
    driver::shared::Origin,
    in_flight::WaitsFor,
    instance::Devlink, //
};

use kernel::{
    new_mutex,
    prelude::*,
    str::CString,
    sync::{
        aref::ARef,
        Arc,
        Completion,
        Mutex,
        SetOnce, //
    },
    warn_on_once, //
};

use pin_init::stack_pin_init;

use core::ptr;

/// An instance and who shares it.
struct Shared {
    id: CString,
    origin: Origin,
    /// Nobody uses an instance that is being unregistered and freed.
    users: usize,
    /// The reference that whoever made the instance has from that time to its end; none when it is
    /// being ended.
    devlink: Option<ARef<Devlink>>,
    /// The instance, to show who waits for its end.
    instance: ARef<Devlink>,
    /// Completed when the instance has been freed and the name is free.
    ended: Arc<Completion>,
}

/// Filled by [`init()`], before a driver can ask for an instance.
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
    loop {
        let mut all = SHARED.as_ref()?.lock();
        let Some(shared) = all.iter_mut().find(|shared| *shared.id == *id) else {
            return add(&mut all, id, origin, make, register).ok();
        };
        if let Some(devlink) = &shared.devlink {
            if warn_on_once!(shared.origin != origin) {
                return None;
            }
            shared.users += 1;
            return Some(devlink.clone());
        }
        let (ended, instance) = (shared.ended.clone(), shared.instance.clone());
        drop(all);
        stack_pin_init!(let _wait = instance.begin_wait("shared instance", WaitsFor::End));
        ended.wait_for_completion();
    }
}

fn add(
    all: &mut KVec<Shared>,
    id: &CStr,
    origin: Origin,
    make: impl FnOnce() -> Result<ARef<Devlink>>,
    register: impl FnOnce(&Devlink),
) -> Result<ARef<Devlink>> {
    let id = CString::try_from(id)?;
    let ended = Arc::pin_init(Completion::new(), GFP_KERNEL)?;
    all.reserve(1, GFP_KERNEL)?;
    let devlink = make()?;
    let shared = Shared {
        id,
        origin,
        users: 1,
        devlink: Some(devlink.clone()),
        instance: devlink.clone(),
        ended,
    };
    // There is room: it was reserved before, because an instance cannot be taken back as easily.
    all.push_within_capacity(shared)?;
    register(&devlink);
    Ok(devlink)
}

/// Gives back what [`get`] returned. If this was the last user `end` unregisters and frees the
/// instance, to which it gets the reference of its maker.
pub(crate) fn put(devlink: &Devlink, end: impl FnOnce(ARef<Devlink>)) {
    let Some(shared) = SHARED.as_ref() else {
        return;
    };
    let Some((last, ended)) = count_off(&mut shared.lock(), devlink) else {
        return;
    };
    end(last);
    let mut all = shared.lock();
    let place = all
        .iter()
        .position(|shared| Arc::ptr_eq(&shared.ended, &ended));
    let shared = place.and_then(|place| all.remove(place).ok());
    drop(all);
    // Who waited finds the name free.
    ended.complete_all();
    drop(shared);
}

/// One who shares the instance does so no more. What is needed to end it, if this was the last one:
/// the reference of its maker, and what those wait for who ask for its name.
fn count_off(
    all: &mut KVec<Shared>,
    devlink: &Devlink,
) -> Option<(ARef<Devlink>, Arc<Completion>)> {
    let shared = all.iter_mut().find(|shared| {
        let its = shared.devlink.as_deref();
        its.is_some_and(|its| ptr::eq(its, devlink))
    })?;
    shared.users -= 1;
    if shared.users != 0 {
        return None;
    }
    Some((shared.devlink.take()?, shared.ended.clone()))
}
