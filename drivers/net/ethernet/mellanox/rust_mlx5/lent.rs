// SPDX-License-Identifier: GPL-2.0

//! Memory that the device may write to.

use core::mem::ManuallyDrop;

/// Memory that the device has, until it was [taken back](Self::take_back). It is not freed when
/// this is dropped: who could not make the device let go of it loses it, rather than have it
/// written to when it is something else's.
pub(crate) struct Lent<T>(ManuallyDrop<T>);

impl<T> core::ops::Deref for Lent<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Lent<T> {
    pub(crate) fn new(memory: T) -> Self {
        Lent(ManuallyDrop::new(memory))
    }

    /// The device does not use it any more.
    pub(crate) fn take_back(self) -> T {
        ManuallyDrop::into_inner(self.0)
    }
}
