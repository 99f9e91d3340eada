// SPDX-License-Identifier: GPL-2.0

//! What lockdep is told of waits that are not for a lock.
//!
//! Whoever drains something waits for those who use it, and lockdep does not know. A [`LockdepMap`]
//! stands for the thing: its users [`hold`](LockdepMap::hold) it, shared, and whoever drains it
//! says so by [`wait`](LockdepMap::wait). Then lockdep reports that a lock is taken by a user in
//! one place and held by the drainer in another, although the two never met.
//!
//! Kernels without lockdep have nothing of it.

use super::LockClassKey;

use crate::{
    prelude::*,
    types::NotThreadSafe, //
};

#[cfg(CONFIG_LOCKDEP)]
use crate::types::Opaque;

#[cfg(not(CONFIG_LOCKDEP))]
use core::marker::PhantomData;

/// Something that users hold and somebody else waits for: see the [module](self).
///
/// # Examples
///
/// ```
/// use kernel::{
///     static_lock_class,
///     sync::lockdep_map::LockdepMap, //
/// };
/// use pin_init::stack_pin_init;
///
/// stack_pin_init!(let map = LockdepMap::new(c"users", static_lock_class!()));
/// {
///     let _held = map.hold();
///     // Uses it.
/// }
/// // Before it waits until nobody uses it:
/// map.wait();
/// ```
///
/// # Invariants
///
/// `map` is initialised. If `own_class` says so, its class is `class`, which is registered.
#[cfg(CONFIG_LOCKDEP)]
#[pin_data(PinnedDrop)]
pub struct LockdepMap {
    #[pin]
    map: Opaque<bindings::lockdep_map>,
    #[pin]
    class: Opaque<bindings::lock_class_key>,
    own_class: bool,
}

/// Something that users hold and somebody else waits for: see the [module](self).
#[cfg(not(CONFIG_LOCKDEP))]
#[pin_data]
pub struct LockdepMap {}

// SAFETY: lockdep may be told of a map from any thread.
#[cfg(CONFIG_LOCKDEP)]
unsafe impl Send for LockdepMap {}

// SAFETY: lockdep may be told of a map from any thread, also from several at a time.
#[cfg(CONFIG_LOCKDEP)]
unsafe impl Sync for LockdepMap {}

#[cfg(CONFIG_LOCKDEP)]
impl LockdepMap {
    /// A map of the class `key`; `name` is what lockdep calls it.
    pub fn new(name: &'static CStr, key: Pin<&'static LockClassKey>) -> impl PinInit<Self> {
        pin_init!(Self {
            map <- Opaque::ffi_init(|slot| {
                // SAFETY: Name and class live forever, and the slot stays in place.
                unsafe { bindings::lockdep_map_init(slot, name.as_char_ptr(), key.as_ptr()) }
            }),
            class <- Opaque::uninit(),
            own_class: false,
        })
    }

    /// A map that is a class of its own, so that lockdep tells it apart from others of its kind.
    pub fn new_own_class(name: &'static CStr) -> impl PinInit<Self> {
        pin_init!(&this in Self {
            class <- Opaque::ffi_init(|slot| {
                // SAFETY: The key stays in place until it is unregistered.
                unsafe { bindings::lockdep_register_key(slot) }
            }),
            map <- Opaque::ffi_init(|slot| {
                // SAFETY: The name lives forever, and the class, which was registered above, as
                // long as the map.
                unsafe {
                    bindings::lockdep_map_init(
                        slot,
                        name.as_char_ptr(),
                        (*this.as_ptr()).class.get(),
                    )
                }
            }),
            own_class: true,
        })
    }

    /// The calling task uses it, until the result is dropped. That it may was found out without
    /// waiting.
    pub fn hold(&self) -> Held<'_> {
        // SAFETY: By the type invariants the map is initialised.
        unsafe { bindings::lockdep_map_hold(self.map.get()) };
        Held {
            map: self,
            _same_task: NotThreadSafe,
        }
    }

    /// The calling task may now wait until nobody uses it.
    pub fn wait(&self) {
        // SAFETY: By the type invariants the map is initialised.
        unsafe { bindings::lockdep_map_wait(self.map.get()) };
    }

    fn release(&self) {
        // SAFETY: By the type invariants the map is initialised.
        unsafe { bindings::lockdep_map_release(self.map.get()) };
    }
}

#[cfg(not(CONFIG_LOCKDEP))]
impl LockdepMap {
    /// A map of the class `key`; `name` is what lockdep calls it.
    pub fn new(_name: &'static CStr, _key: Pin<&'static LockClassKey>) -> impl PinInit<Self> {
        pin_init!(Self {})
    }

    /// A map that is a class of its own, so that lockdep tells it apart from others of its kind.
    pub fn new_own_class(_name: &'static CStr) -> impl PinInit<Self> {
        pin_init!(Self {})
    }

    /// The calling task uses it, until the result is dropped. That it may was found out without
    /// waiting.
    pub fn hold(&self) -> Held<'_> {
        Held {
            _map: PhantomData,
            _same_task: NotThreadSafe,
        }
    }

    /// The calling task may now wait until nobody uses it.
    pub fn wait(&self) {}
}

#[cfg(CONFIG_LOCKDEP)]
#[pinned_drop]
impl PinnedDrop for LockdepMap {
    fn drop(self: Pin<&mut Self>) {
        if self.own_class {
            // SAFETY: By the type invariants the class is registered; the map is used no more.
            unsafe { bindings::lockdep_unregister_key(self.class.get()) };
        }
    }
}

/// The calling task uses what a [`LockdepMap`] stands for.
#[must_use]
pub struct Held<'a> {
    #[cfg(CONFIG_LOCKDEP)]
    map: &'a LockdepMap,
    #[cfg(not(CONFIG_LOCKDEP))]
    _map: PhantomData<&'a LockdepMap>,
    _same_task: NotThreadSafe,
}

impl Held<'_> {
    /// Has lockdep forget of this use until the result is dropped: meanwhile the task has something
    /// without which nobody can wait for it, so what it takes then cannot be part of a deadlock.
    pub fn suspend(&self) -> Suspended<'_> {
        #[cfg(CONFIG_LOCKDEP)]
        self.map.release();
        Suspended {
            #[cfg(CONFIG_LOCKDEP)]
            map: self.map,
            #[cfg(not(CONFIG_LOCKDEP))]
            _map: PhantomData,
            _same_task: NotThreadSafe,
        }
    }
}

#[cfg(CONFIG_LOCKDEP)]
impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.map.release();
    }
}

/// A use that lockdep does not know of for a while: see [`Held::suspend`].
#[must_use]
pub struct Suspended<'a> {
    #[cfg(CONFIG_LOCKDEP)]
    map: &'a LockdepMap,
    #[cfg(not(CONFIG_LOCKDEP))]
    _map: PhantomData<&'a LockdepMap>,
    _same_task: NotThreadSafe,
}

#[cfg(CONFIG_LOCKDEP)]
impl Drop for Suspended<'_> {
    fn drop(&mut self) {
        // The use goes on, until `Held` is dropped: that borrows nothing from here.
        core::mem::forget(self.map.hold());
    }
}
