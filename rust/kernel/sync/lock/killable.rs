// SPDX-License-Identifier: GPL-2.0

//! Waiting for a mutex until a signal ends the process.

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
    /// Waits for the mutex and takes it; a signal that ends the process ends the wait with
    /// [`EINTR`].
    pub fn lock_killable(&self) -> Result<Guard<'_, T, MutexBackend>> {
        // SAFETY: A lock that exists is initialised.
        to_result(unsafe { bindings::mutex_lock_killable(self.state.get()) })?;
        // SAFETY: The mutex was taken above.
        Ok(unsafe { Guard::new(self, ()) })
    }
}
