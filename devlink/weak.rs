// SPDX-License-Identifier: GPL-2.0

//! An instance as what hangs on it refers to it: without keeping it.
//!
//! Rates, health reporters, and what drivers hold of regions and line cards lead back to their
//! instance, which holds them in turn. If they counted, whatever a driver forgets to take off would
//! keep its instance, the device, and so the driver's module. They have a [`WeakDevlink`]
//! instead, which finds the instance from the time it is in the [registry](crate::registry) to
//! `devlink_free()`, and nothing after that.

use crate::instance::Devlink;

use kernel::{
    new_spinlock,
    prelude::*,
    sync::{
        aref::ARef,
        Arc,
        SpinLock, //
    },
};

use core::ptr;

#[pin_data]
struct Target {
    /// Held to copy the reference out or to replace it, by callers of all kinds.
    #[pin]
    devlink: SpinLock<Option<ARef<Devlink>>>,
}

/// A reference to an instance that does not keep it.
#[derive(Clone)]
pub(crate) struct WeakDevlink(Arc<Target>);

impl WeakDevlink {
    /// One that finds nothing yet.
    pub(crate) fn new() -> Result<Self> {
        let target = pin_init!(Target {
            devlink <- new_spinlock!(None, "devlink weak reference"),
        });
        Ok(WeakDevlink(Arc::pin_init(target, GFP_KERNEL)?))
    }

    /// The instance, unless it was freed.
    pub(crate) fn upgrade(&self) -> Option<ARef<Devlink>> {
        self.0.devlink.lock().clone()
    }

    /// Whether this refers to `devlink`, freed or not.
    pub(crate) fn refers_to(&self, devlink: &Devlink) -> bool {
        self.is_same(devlink.weak())
    }

    /// Whether both refer to the same instance, freed or not.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        ptr::eq(&*self.0, &*other.0)
    }

    /// From now on this and all its clones find `devlink`, or nothing.
    ///
    /// What is found is a counted reference of an instance to itself. The registry puts it there
    /// when the instance is added and takes it away when it is removed.
    pub(crate) fn set(&self, devlink: Option<ARef<Devlink>>) {
        let old = core::mem::replace(&mut *self.0.devlink.lock(), devlink);
        // A reference is given up without a lock held.
        drop(old);
    }
}
