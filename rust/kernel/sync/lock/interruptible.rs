// SPDX-License-Identifier: GPL-2.0

//! Waiting for a mutex until a signal comes.

use super::{
    mutex::MutexBackend,
    Guard,
    Lock, //
};

use kernel::{
    error::to_result,
    prelude::*, //
};

impl<T: ?Sized> Lock<T, MutexBackend> {
    /// Waits for the mutex and takes it; a signal ends the wait with [`EINTR`].
    pub fn lock_interruptible(&self) -> Result<Guard<'_, T, MutexBackend>> {
        // SAFETY: A lock that exists is initialised.
        to_result(unsafe { bindings::mutex_lock_interruptible(self.state.get()) })?;
        // SAFETY: The mutex was taken above.
        Ok(unsafe { Guard::new(self, ()) })
    }
}
