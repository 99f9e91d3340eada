// SPDX-License-Identifier: GPL-2.0

//! Properties of the lifetime protocol, each in every interleaving that `loom` can find with at
//! most three preemptions:
//!
//! * no callback runs after unregister has returned;
//! * nobody deadlocks, also when unregister's caller holds the driver lock (R2);
//! * nothing is freed while somebody uses it;
//! * every command gets an answer.

use lifetime_model::lifetime::{Gate, NotOpen, Phase};
use loom::{
    cell::UnsafeCell,
    sync::{Arc, Mutex},
    thread,
};

/// An instance: the gate, the driver lock, and what the driver frees after unregister.
struct Instance {
    gate: Gate,
    driver_lock: Mutex<()>,
    /// `loom` fails the test if one thread writes it while another reads.
    driver_data: UnsafeCell<u32>,
}

impl Instance {
    fn registered() -> Arc<Self> {
        let instance = Instance {
            gate: Gate::new(),
            driver_lock: Mutex::new(()),
            driver_data: UnsafeCell::new(1),
        };
        instance.gate.open().unwrap();
        Arc::new(instance)
    }

    /// A callback of the driver.
    fn callback(&self) {
        self.driver_data.with(|data| {
            // SAFETY: `loom` checks that nobody writes meanwhile.
            assert_eq!(unsafe { *data }, 1, "callback after unregister returned");
        });
    }

    /// A command that needs no lock.
    fn read(&self) -> Result<(), NotOpen> {
        let _pass = self.gate.enter()?;
        self.callback();
        Ok(())
    }

    /// A command that needs the driver lock: enters last.
    fn operate(&self) -> Result<(), NotOpen> {
        let _guard = self.driver_lock.lock().unwrap();
        let _pass = self.gate.enter()?;
        self.callback();
        Ok(())
    }

    /// `devlink_unregister()` and what the driver does after it.
    fn unregister_and_free(&self) {
        let guard = self.driver_lock.lock().unwrap();
        self.gate.drain().unwrap();
        self.gate.close();
        drop(guard);
        self.driver_data.with_mut(|data| {
            // SAFETY: `loom` checks that nobody reads meanwhile.
            unsafe { *data = 0 };
        });
    }
}

fn model(test: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(test);
}

#[test]
fn reader_against_unregister() {
    model(|| {
        let instance = Instance::registered();
        let reader = {
            let instance = instance.clone();
            thread::spawn(move || instance.read())
        };
        instance.unregister_and_free();
        // Answered either way.
        let _ = reader.join().unwrap();
        assert_eq!(instance.gate.phase(), Phase::Closed);
        assert_eq!(instance.gate.inside(), 0);
    });
}

#[test]
fn two_readers_against_unregister() {
    model(|| {
        let instance = Instance::registered();
        let readers = [0, 1].map(|_| {
            let instance = instance.clone();
            thread::spawn(move || instance.read())
        });
        instance.unregister_and_free();
        for reader in readers {
            let _ = reader.join().unwrap();
        }
    });
}

#[test]
fn waiter_for_the_driver_lock_against_unregister_by_its_holder() {
    model(|| {
        let instance = Instance::registered();
        let command = {
            let instance = instance.clone();
            thread::spawn(move || instance.operate())
        };
        instance.unregister_and_free();
        let _ = command.join().unwrap();
    });
}

#[test]
fn nobody_enters_after_unregister() {
    model(|| {
        let instance = Instance::registered();
        instance.unregister_and_free();
        assert!(matches!(instance.read(), Err(NotOpen)));
        assert!(matches!(instance.operate(), Err(NotOpen)));
    });
}

#[test]
fn the_owner_can_open_again() {
    model(|| {
        let instance = Instance::registered();
        assert_eq!(instance.gate.open(), Err(NotOpen));
        instance.gate.drain().unwrap();
        assert_eq!(instance.gate.open(), Err(NotOpen));
        assert_eq!(instance.gate.drain(), Err(NotOpen));
        instance.gate.close();
        instance.gate.open().unwrap();
        instance.read().unwrap();
    });
}

/// The memory goes with the last reference, whoever has it: here a reader that is late.
#[test]
fn late_reader_keeps_the_memory() {
    model(|| {
        let instance = Instance::registered();
        let reader = {
            let instance = instance.clone();
            thread::spawn(move || {
                let _ = instance.read();
                instance.gate.phase()
            })
        };
        instance.unregister_and_free();
        drop(instance);
        let _ = reader.join().unwrap();
    });
}
