// SPDX-License-Identifier: GPL-2.0

//! (owner) The driver is called about an object with a proof for that object only.
//!
//! No lifetime says which instance a proof is for, so that is compared at run time: what is tested
//! here is that a proof for another instance or another pinned object is refused, and any proof for
//! an object that is registered no more. `Owner`, `InstanceLocked`, `MayCall` and `OccupancyGetter`
//! are the kernel's.

use crate::{
    driver::{
        access::{InstanceGuard, MayCall, Operating, Owner},
        resource::OccupancyGetter,
    },
    instance::Devlink,
    pinned::CallbackLock,
    prelude::{Result, ENODEV},
    stand_ins::take_warnings,
};
use loom::{cell::UnsafeCell, sync::Arc, thread};
use std::ffi::c_void;

fn operate(devlink: &Devlink) -> Operating<'_> {
    Operating::enter(InstanceGuard::lock(devlink, "test"), None, "test").unwrap()
}

/// An object of a driver that is registered on `devlink`, and can be called about without the
/// instance lock.
struct Object {
    owner: Owner,
    callback_lock: CallbackLock,
}

impl Object {
    fn register(devlink: &Operating<'_>) -> Self {
        Object {
            owner: Owner::new(devlink.locked()),
            callback_lock: CallbackLock::new(),
        }
    }

    /// Whether the driver may be called about this object.
    fn accepts(&self, proof: MayCall<'_>) -> Result {
        proof.check(&self.owner, &self.callback_lock)
    }

    /// Whether the lock of an instance is enough to call the driver about this object.
    fn is_found_with_lock_of(&self, devlink: &Devlink) -> bool {
        let guard = InstanceGuard::lock(devlink, "test");
        guard.having(&self.owner).is_some()
    }
}

#[test]
fn proof_for_another_instance_is_refused() {
    loom::model(|| {
        let (its, other) = (Devlink::registered(1), Devlink::registered(2));
        let (its, other) = (operate(&its), operate(&other));
        let object = Object::register(&its);
        take_warnings();

        assert_eq!(its.locked().check(&object.owner), Ok(()));
        assert_eq!(object.accepts(its.locked().into()), Ok(()));
        assert_eq!(take_warnings(), 0);

        assert_eq!(other.locked().check(&object.owner), Err(ENODEV));
        assert_eq!(object.accepts(other.locked().into()), Err(ENODEV));
        // A mistake of the core's, of which each warns.
        assert_eq!(take_warnings(), 2);
    });
}

#[test]
fn lock_of_another_instance_is_no_proof() {
    loom::model(|| {
        let (its, other) = (Devlink::registered(1), Devlink::registered(2));
        let object = Object::register(&operate(&its));
        take_warnings();

        assert!(object.is_found_with_lock_of(&its));
        assert!(!object.is_found_with_lock_of(&other));
        // A question, and not a mistake, so there is no warning.
        assert_eq!(take_warnings(), 0);
    });
}

#[test]
fn proof_for_another_pinned_object_is_refused() {
    loom::model(|| {
        let devlink = Devlink::registered(1);
        let operating = operate(&devlink);
        let (object, other) = (Object::register(&operating), Object::register(&operating));
        let pinned = object.callback_lock.pin();
        let proof = operating.pinned(&pinned);
        take_warnings();

        assert_eq!(object.accepts(proof), Ok(()));
        assert_eq!(take_warnings(), 0);

        assert_eq!(other.accepts(proof), Err(ENODEV));
        assert_eq!(take_warnings(), 1);
    });
}

#[test]
fn pinned_object_of_another_instance_is_refused() {
    loom::model(|| {
        let (its, other) = (Devlink::registered(1), Devlink::registered(2));
        let object = Object::register(&operate(&its));
        let other = operate(&other);
        let pinned = object.callback_lock.pin();
        take_warnings();

        let proof = other.pinned(&pinned);
        assert_eq!(object.accepts(proof), Err(ENODEV));
        assert_eq!(take_warnings(), 1);
    });
}

#[test]
fn object_that_has_gone_is_refused() {
    loom::model(|| {
        let devlink = Devlink::registered(1);
        let object = {
            let operating = operate(&devlink);
            let object = Object::register(&operating);
            object.owner.leave(operating.locked());
            object
        };
        take_warnings();

        assert!(!object.is_found_with_lock_of(&devlink));
        let operating = operate(&devlink);
        assert_eq!(operating.locked().check(&object.owner), Err(ENODEV));
        assert_eq!(object.accepts(operating.locked().into()), Err(ENODEV));
        // An object may go before a command has got the lock, so that is no mistake either.
        assert_eq!(take_warnings(), 0);
    });
}

#[test]
fn object_does_not_go_with_the_lock_of_another_instance() {
    loom::model(|| {
        let (its, other) = (Devlink::registered(1), Devlink::registered(2));
        let (its, other) = (operate(&its), operate(&other));
        let object = Object::register(&its);
        take_warnings();

        object.owner.leave(other.locked());
        assert_eq!(take_warnings(), 1);
        assert_eq!(its.locked().check(&object.owner), Ok(()));
    });
}

/// A driver that counts how often it is asked.
///
/// # Safety
///
/// `asked` points to a number that nobody else uses.
unsafe extern "C" fn occupancy(asked: *mut c_void) -> u64 {
    let asked: *mut u64 = asked.cast();
    // SAFETY: By the requirements of this function.
    unsafe {
        *asked += 1;
        *asked
    }
}

#[test]
fn resource_is_not_asked_about_with_the_lock_of_another_instance() {
    loom::model(|| {
        let (its, other) = (Devlink::registered(1), Devlink::registered(2));
        let (its, other) = (operate(&its), operate(&other));
        let resources = Owner::part_of(its.index());
        let mut asked = 0u64;
        // SAFETY: The number is there as long as the getter, and only the getter uses it meanwhile.
        let getter = unsafe { OccupancyGetter::new(occupancy, (&raw mut asked).cast()) };
        take_warnings();

        assert_eq!(getter.call(&resources, its.locked()), Ok(1));
        assert_eq!(take_warnings(), 0);

        assert_eq!(getter.call(&resources, other.locked()), Err(ENODEV));
        assert_eq!(take_warnings(), 1);
        assert_eq!(asked, 1);
    });
}

/// The driver's data of an object: `loom` fails the test if one thread frees it while another looks
/// at it.
struct DriverData(UnsafeCell<bool>);

impl DriverData {
    fn callback(&self) {
        self.0.with(|there| {
            // SAFETY: `loom` checks that nobody writes meanwhile.
            assert!(unsafe { *there }, "callback about an object that has gone");
        });
    }

    fn free(&self) {
        self.0.with_mut(|there| {
            // SAFETY: `loom` checks that nobody reads meanwhile.
            unsafe { *there = false };
        });
    }
}

/// A driver reports an error, which calls it about an object of the first instance, with the lock
/// of one of two instances, while the object is unregistered with the lock of its own.
fn report_against_unregister(locked: usize) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(move || {
        let instances = Arc::new([Devlink::registered(1), Devlink::registered(2)]);
        let object = Object::register(&operate(&instances[0]));
        let object = Arc::new((object.owner, DriverData(UnsafeCell::new(true))));
        let report = {
            let (instances, object) = (instances.clone(), object.clone());
            thread::spawn(move || {
                let guard = InstanceGuard::lock(&instances[locked], "report");
                if guard.having(&object.0).is_some() {
                    object.1.callback();
                }
            })
        };
        {
            let operating = operate(&instances[0]);
            object.0.leave(operating.locked());
        }
        // The driver frees what it has when it has released the lock.
        object.1.free();
        report.join().unwrap();
    });
}

#[test]
fn report_against_unregister_of_the_object() {
    report_against_unregister(0);
}

#[test]
fn report_with_another_lock_against_unregister_of_the_object() {
    report_against_unregister(1);
}
