// SPDX-License-Identifier: GPL-2.0

//! Lists of objects' states, in which what is told of by number or name is found.

use core::{
    cell::Cell,
    ptr,
    ptr::NonNull, //
};

/// A state that can be in a [`List`], one at a time.
pub(super) trait Linked: Sized {
    /// The one behind it; the list's alone.
    fn next(&self) -> &Cell<*mut Self>;
}

/// States, youngest first.
///
/// # Invariants
///
/// The states are valid, and only used by shared reference. Used only by the task that has the
/// instance lock.
pub(super) struct List<S: Linked> {
    first: Cell<*mut S>,
}

impl<S: Linked> List<S> {
    /// None.
    pub(super) const fn new() -> Self {
        List {
            first: Cell::new(ptr::null_mut()),
        }
    }

    /// Adds a state.
    ///
    /// # Safety
    ///
    /// The state is valid, in no list, and only used by shared reference until it is
    /// [removed](Self::remove).
    pub(super) unsafe fn add(&self, state: *mut S) {
        // SAFETY: The caller says that the state is valid, and that nobody changes it but by
        // shared reference.
        unsafe { (*state).next().set(self.first.get()) };
        // INVARIANT: The state stays valid, and used by shared reference only, until it is removed.
        self.first.set(state);
    }

    /// Removes a state, if it was added.
    pub(super) fn remove(&self, state: *mut S) {
        let mut link = &self.first;
        // SAFETY: By the type invariants what is in the list is valid, and nothing is removed while
        // the reference exists.
        while let Some(next) = unsafe { link.get().as_ref() } {
            if ptr::eq(next, state) {
                link.set(next.next().get());
                return;
            }
            link = next.next();
        }
    }

    /// The youngest state that `is` it.
    pub(super) fn find(&self, is: impl Fn(&S) -> bool) -> Option<NonNull<S>> {
        let mut next = self.first.get();
        while let Some(state) = NonNull::new(next) {
            // SAFETY: By the type invariants what is in the list is valid.
            let found = unsafe { state.as_ref() };
            if is(found) {
                return Some(state);
            }
            next = found.next().get();
        }
        None
    }
}
