// SPDX-License-Identifier: GPL-2.0

//! A mutex that is a lock class of its own and that C code may hold across calls.

use super::{
    atomic::{
        ordering::Relaxed,
        Atomic, //
    },
    LockClassKey, //
};

use kernel::{
    current,
    error::to_result,
    prelude::*,
    task::Pid,
    types::{
        NotThreadSafe,
        Opaque, //
    },
};

/// A mutex without data whose lock class is its own, so that lockdep tells apart the locks of two
/// objects of one kind that are taken one inside the other.
#[pin_data(PinnedDrop)]
pub struct OwnedClassMutex {
    #[pin]
    mutex: Opaque<bindings::mutex>,
    #[pin]
    class: LockClassKey,
    /// The task that holds the mutex, or 0; for people, so it may be late.
    holder: Atomic<Pid>,
}

// SAFETY: A `struct mutex` may be used from any thread.
unsafe impl Send for OwnedClassMutex {}
// SAFETY: A `struct mutex` may be used from any thread.
unsafe impl Sync for OwnedClassMutex {}

impl OwnedClassMutex {
    /// Makes an unlocked mutex; `name` is what lockdep calls it.
    pub fn new(name: &'static CStr) -> impl PinInit<Self> {
        pin_init!(&this in Self {
            class <- LockClassKey::new_dynamic(),
            mutex <- Opaque::ffi_init(|slot| {
                // SAFETY: `class` was initialised above and stays in place as long as the mutex.
                unsafe {
                    bindings::__mutex_init(
                        slot,
                        name.as_char_ptr(),
                        (*this.as_ptr()).class.as_ptr(),
                    )
                };
            }),
            holder: Atomic::new(0),
        })
    }

    /// Waits for the mutex and takes it.
    pub fn lock(&self) -> OwnedClassGuard<'_> {
        self.lock_raw();
        self.guard()
    }

    /// Waits for the mutex and takes it; a signal that ends the process ends the wait with
    /// [`EINTR`].
    pub fn lock_killable(&self) -> Result<OwnedClassGuard<'_>> {
        // SAFETY: The mutex is initialised.
        to_result(unsafe { bindings::mutex_lock_killable(self.mutex.get()) })?;
        self.is_mine();
        Ok(self.guard())
    }

    /// Takes the mutex if it is free.
    pub fn try_lock(&self) -> Option<OwnedClassGuard<'_>> {
        self.try_lock_raw().then(|| self.guard())
    }

    /// Takes the mutex if that is a matter of a few instructions, for those who have something to
    /// do before they wait.
    ///
    /// Not on kernels with lockdep, which learns nothing from a mutex that is not waited for: there
    /// the caller goes on as if the mutex were not free.
    pub fn lock_fast_raw(&self) -> bool {
        !cfg!(CONFIG_LOCKDEP) && self.try_lock_raw()
    }

    /// Like [`lock_fast_raw`](Self::lock_fast_raw).
    pub fn lock_fast(&self) -> Option<OwnedClassGuard<'_>> {
        self.lock_fast_raw().then(|| self.guard())
    }

    /// Takes the mutex for C code, which unlocks it with [`unlock_raw`](Self::unlock_raw).
    pub fn lock_raw(&self) {
        // SAFETY: The mutex is initialised.
        unsafe { bindings::mutex_lock(self.mutex.get()) };
        self.is_mine();
    }

    /// Takes the mutex for C code if it is free.
    pub fn try_lock_raw(&self) -> bool {
        // SAFETY: The mutex is initialised.
        let locked = unsafe { bindings::mutex_trylock(self.mutex.get()) != 0 };
        if locked {
            self.is_mine();
        }
        locked
    }

    /// Releases the mutex.
    ///
    /// # Safety
    ///
    /// The calling task holds the mutex, and no [`OwnedClassGuard`] stands for that.
    pub unsafe fn unlock_raw(&self) {
        self.holder.store(0, Relaxed);
        // SAFETY: The caller promises that its task holds the mutex.
        unsafe { bindings::mutex_unlock(self.mutex.get()) };
    }

    /// Warns, on kernels with lockdep, unless the calling task holds the mutex.
    pub fn assert_held(&self) {
        // SAFETY: The mutex is initialised.
        unsafe { bindings::mutex_assert_is_held(self.mutex.get()) };
    }

    /// Whether the calling task holds the mutex; always on kernels without lockdep.
    pub fn is_held(&self) -> bool {
        // SAFETY: The mutex is initialised.
        unsafe { bindings::mutex_lockdep_is_held(self.mutex.get()) != 0 }
    }

    /// The task that holds the mutex, or held it a moment ago.
    pub fn holder(&self) -> Option<Pid> {
        match self.holder.load(Relaxed) {
            0 => None,
            pid => Some(pid),
        }
    }

    fn is_mine(&self) {
        self.holder.store(current!().pid(), Relaxed);
    }

    fn guard(&self) -> OwnedClassGuard<'_> {
        OwnedClassGuard {
            mutex: self,
            _unlocked_by_locker: NotThreadSafe,
        }
    }
}

#[pinned_drop]
impl PinnedDrop for OwnedClassMutex {
    fn drop(self: Pin<&mut Self>) {
        // SAFETY: The mutex is initialised, and nobody can hold it any more.
        unsafe { bindings::mutex_destroy(self.mutex.get()) };
    }
}

/// An [`OwnedClassMutex`] is held.
pub struct OwnedClassGuard<'a> {
    mutex: &'a OwnedClassMutex,
    _unlocked_by_locker: NotThreadSafe,
}

impl Drop for OwnedClassGuard<'_> {
    fn drop(&mut self) {
        // SAFETY: The guard stands for a held mutex.
        unsafe { self.mutex.unlock_raw() };
    }
}
