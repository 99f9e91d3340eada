// SPDX-License-Identifier: GPL-2.0

//! What `devlink/driver/access.rs` is built on, on the host: the core's modules that it uses, and
//! the parts of the crates `kernel` and `pin_init`.
//!
//! The seeded mistakes are here, so that the source under test stays the kernel's.

use std::cell::Cell;

std::thread_local! {
    // `loom` runs all threads of a test in the one that called it.
    static WARNINGS: Cell<usize> = const { Cell::new(0) };
}

/// How often the code under test has warned since the last time.
pub(crate) fn take_warnings() -> usize {
    WARNINGS.take()
}

pub(crate) fn warn_on(condition: bool) -> bool {
    if condition {
        WARNINGS.set(WARNINGS.get() + 1);
    }
    condition
}

/// Warns each time, so that a test does not depend on those before it.
macro_rules! warn_on_once {
    ($condition:expr $(,)?) => {
        $crate::stand_ins::warn_on($condition)
    };
}
pub(crate) use warn_on_once;

macro_rules! stack_pin_init {
    (let $name:ident = $value:expr $(,)?) => {
        let $name = $value;
    };
}
pub(crate) use stack_pin_init;

pub(crate) mod prelude {
    pub(crate) type Result<T = (), E = Error> = std::result::Result<T, E>;

    /// The positive number of an error.
    #[derive(Copy, Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Error(i32);

    pub(crate) const ENODEV: Error = Error(19);
}

pub(crate) mod device {
    pub(crate) mod lock {
        use std::marker::PhantomData;

        pub(crate) struct DeviceLockGuard<'a>(PhantomData<&'a ()>);
    }
}

pub(crate) mod sync {
    pub(crate) mod atomic {
        use loom::sync::atomic::{AtomicU32, Ordering};
        use std::marker::PhantomData;

        pub(crate) mod ordering {
            pub(crate) struct Relaxed;
        }

        /// A number that threads change without a lock.
        pub(crate) struct Atomic<T>(AtomicU32, PhantomData<T>);

        impl Atomic<u32> {
            pub(crate) fn new(value: u32) -> Self {
                Atomic(AtomicU32::new(value), PhantomData)
            }

            pub(crate) fn load(&self, _: ordering::Relaxed) -> u32 {
                self.0.load(Ordering::Relaxed)
            }

            pub(crate) fn store(&self, value: u32, _: ordering::Relaxed) {
                if !cfg!(feature = "mistake-owner-stays") {
                    self.0.store(value, Ordering::Relaxed);
                }
            }
        }
    }

    pub(crate) mod owned_class_mutex {
        use crate::stand_ins::prelude::Result;
        use loom::sync::{Condvar, Mutex};

        pub(crate) struct OwnedClassMutex {
            held: Mutex<bool>,
            released: Condvar,
        }

        impl OwnedClassMutex {
            pub(crate) fn new() -> Self {
                OwnedClassMutex {
                    held: Mutex::new(false),
                    released: Condvar::new(),
                }
            }

            pub(crate) fn lock(&self) -> OwnedClassGuard<'_> {
                let mut held = self.held.lock().unwrap();
                while *held {
                    held = self.released.wait(held).unwrap();
                }
                *held = true;
                OwnedClassGuard(self)
            }

            pub(crate) fn try_lock(&self) -> Option<OwnedClassGuard<'_>> {
                let was_held = std::mem::replace(&mut *self.held.lock().unwrap(), true);
                (!was_held).then_some(OwnedClassGuard(self))
            }

            /// As on a kernel with lockdep.
            pub(crate) fn lock_fast(&self) -> Option<OwnedClassGuard<'_>> {
                None
            }

            pub(crate) fn lock_killable(&self) -> Result<OwnedClassGuard<'_>> {
                Ok(self.lock())
            }

            pub(crate) fn assert_held(&self) {
                assert!(*self.held.lock().unwrap());
            }
        }

        pub(crate) struct OwnedClassGuard<'a>(&'a OwnedClassMutex);

        impl Drop for OwnedClassGuard<'_> {
            fn drop(&mut self) {
                *self.0.held.lock().unwrap() = false;
                self.0.released.notify_one();
            }
        }
    }
}

pub(crate) mod in_flight {
    use std::marker::PhantomData;

    pub(crate) enum WaitsFor {
        InstanceLock,
    }

    /// The record of a call of the driver, which the kernel shows in debugfs.
    pub(crate) struct InDriver<'a>(pub(super) PhantomData<&'a ()>);
}

pub(crate) mod ops {
    use std::marker::PhantomData;

    #[derive(Copy, Clone)]
    pub(crate) struct Ops<'a>(PhantomData<&'a ()>);

    pub(crate) struct Table;

    impl Table {
        /// # Safety
        ///
        /// The kernel's demands that the table is there during `'a`; here is none.
        pub(crate) unsafe fn ops<'a>(&self, _hidden: u32) -> Ops<'a> {
            Ops(PhantomData)
        }
    }
}

pub(crate) mod pinned {
    use crate::lifetime::{Gate, Pass};

    /// An object's callback lock. Nobody else calls in these tests, so it is only a gate.
    pub(crate) struct CallbackLock {
        gate: Gate,
    }

    impl CallbackLock {
        /// The callback lock of a registered object.
        pub(crate) fn new() -> Self {
            let gate = Gate::new();
            gate.open().unwrap();
            CallbackLock { gate }
        }

        pub(crate) fn pin(&self) -> Pinned<'_> {
            Pinned {
                callback_lock: self,
                _pass: self.gate.enter().unwrap(),
            }
        }
    }

    pub(crate) struct Pinned<'a> {
        callback_lock: &'a CallbackLock,
        _pass: Pass<'a>,
    }

    impl Pinned<'_> {
        pub(crate) fn callback_lock(&self) -> &CallbackLock {
            self.callback_lock
        }
    }
}

pub(crate) mod instance {
    use super::{
        in_flight::{InDriver, WaitsFor},
        ops::Table,
        prelude::{Error, ENODEV},
        sync::owned_class_mutex::OwnedClassMutex,
    };
    use crate::{
        lifetime::{Gate, NotOpen, Phase},
        primitives::InFlight,
    };
    use std::marker::PhantomData;

    impl From<NotOpen> for Error {
        fn from(_: NotOpen) -> Error {
            ENODEV
        }
    }

    pub(crate) struct Devlink {
        index: u32,
        instance_lock: OwnedClassMutex,
        gate: Gate,
    }

    impl Devlink {
        /// A registered instance with this index.
        pub(crate) fn registered(index: u32) -> Self {
            let gate = Gate::new();
            gate.open().unwrap();
            Devlink {
                index,
                instance_lock: OwnedClassMutex::new(),
                gate,
            }
        }

        pub(crate) fn index(&self) -> u32 {
            if cfg!(feature = "mistake-one-index") {
                0
            } else {
                self.index
            }
        }

        pub(crate) fn instance_lock(&self) -> &OwnedClassMutex {
            &self.instance_lock
        }

        pub(crate) fn gate(&self) -> &Gate {
            &self.gate
        }

        pub(crate) fn is_published(&self) -> bool {
            self.gate.phase() != Phase::Closed
        }

        pub(crate) fn table(&self) -> &Table {
            &Table
        }

        pub(crate) fn hidden_features(&self) -> u32 {
            0
        }

        pub(crate) fn begin_wait(&self, _: &'static str, _: WaitsFor) -> InFlight<'_> {
            InFlight::new()
        }

        pub(crate) fn begin_killable_wait(&self, _: &'static str, _: WaitsFor) -> InFlight<'_> {
            InFlight::new()
        }

        pub(crate) fn tell_of_lock_held_already(&self) {}

        pub(crate) fn begin_call(&self, _: &'static str) -> InDriver<'_> {
            InDriver(PhantomData)
        }
    }
}
