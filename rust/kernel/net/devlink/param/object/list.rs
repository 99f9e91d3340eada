// SPDX-License-Identifier: GPL-2.0

//! Which of the instance's parameters a number means.

use super::ParamState;

use crate::{
    container_of,
    net::devlink::tree::{
        Entry,
        Tree, //
    },
    prelude::*, //
};

use core::{
    cell::{
        Cell,
        UnsafeCell, //
    },
    ptr::NonNull, //
};

/// The parameters of an instance that are objects, by number: all that devlink says of the one that
/// it calls about.
///
/// # Invariants
///
/// The entries are those of valid states. Used only by the task that holds the instance lock, and
/// not borrowed while devlink or the driver is called.
pub(in crate::net::devlink) struct ParamObjects {
    by_id: UnsafeCell<Tree<u32>>,
    /// From here on they are numbered. Before it are the numbers of the table,
    /// [`Driver::PARAMS`](crate::net::devlink::Driver::PARAMS).
    first: u32,
    /// Users are being told of a change of one of the instance's parameters, this kind or not.
    telling: Cell<bool>,
}

impl ParamObjects {
    /// None. The first that has no number of devlink's gets the number `first`.
    pub(in crate::net::devlink) fn new(first: u32) -> Self {
        // INVARIANT: There are no entries.
        ParamObjects {
            by_id: UnsafeCell::new(Tree::new()),
            first,
            telling: Cell::new(false),
        }
    }

    /// Calls `tell`, which has devlink tell users of a parameter: it asks the driver for values
    /// then, in callbacks that must not have it tell more, and so on.
    ///
    /// Fails with `EBUSY` in such a callback.
    pub(in crate::net::devlink::param) fn tell(&self, tell: impl FnOnce()) -> Result {
        if self.telling.replace(true) {
            return Err(EBUSY);
        }
        tell();
        self.telling.set(false);
        Ok(())
    }

    pub(super) fn find(&self, id: u32) -> Option<NonNull<ParamState>> {
        // SAFETY: This task has the lock, and nobody has borrowed it, by the type invariants.
        let entry = unsafe { (*self.by_id.get()).find(&id) }?;
        // SAFETY: It is that of a valid state, by the type invariants.
        Some(unsafe { ParamState::of_entry(entry) })
    }

    /// Removes a parameter.
    ///
    /// # Safety
    ///
    /// The state was [added](Self::add), once for each time that it is removed.
    pub(super) unsafe fn remove(&self, state: NonNull<ParamState>) {
        // SAFETY: This task has the lock, and nobody has borrowed it, by the type invariants. The
        // entry is one of the tree's, since the state was added.
        unsafe { (*self.by_id.get()).remove(ParamState::entry(state)) };
    }

    pub(super) fn has_name(&self, name: &CStr) -> bool {
        // SAFETY: This task has the lock, and nobody has borrowed the tree; the states are valid,
        // all by the type invariants.
        unsafe {
            (*self.by_id.get())
                .iter()
                .any(|entry| *ParamState::of_entry(entry).as_ref().name() == *name)
        }
    }

    /// Adds a parameter that is to be registered.
    ///
    /// # Safety
    ///
    /// The state is in no list, and until it is [removed](Self::remove) it is valid, does not move,
    /// and is only used by shared reference.
    pub(super) unsafe fn add(&self, state: NonNull<ParamState>) -> Result {
        // INVARIANT: By the requirements of this function.
        // SAFETY: This task has the lock, and nobody has borrowed it, by the type invariants. For
        // the entry, which is a part of the state, holds what does for that.
        unsafe { (*self.by_id.get()).insert(ParamState::entry(state)) }
    }

    /// A number that no other one of the instance has. The core in C looks for names in an array by
    /// number, from the first place to the last, so there are to be few gaps.
    pub(super) fn next(&self) -> Result<u32> {
        // SAFETY: This task has the lock, and nobody has borrowed it, by the type invariants.
        let Some(last) = (unsafe { (*self.by_id.get()).last() }) else {
            return Ok(self.first);
        };
        // SAFETY: It is that of a valid state, by the type invariants.
        let next = unsafe { last.as_ref() }.key().checked_add(1);
        Ok(next.ok_or(ENOSPC)?.max(self.first))
    }
}

impl ParamState {
    /// What it is in the list.
    ///
    /// # Safety
    ///
    /// The state is valid.
    unsafe fn entry(this: NonNull<Self>) -> NonNull<Entry<u32>> {
        // SAFETY: By the requirements of this function; a field of something valid is not at null.
        unsafe { NonNull::new_unchecked(&raw mut (*this.as_ptr()).entry) }
    }

    /// The state of an entry.
    ///
    /// # Safety
    ///
    /// The entry is that of a valid state.
    unsafe fn of_entry(entry: NonNull<Entry<u32>>) -> NonNull<Self> {
        // SAFETY: By the requirements of this function, it is a field of a state.
        unsafe { NonNull::new_unchecked(container_of!(entry.as_ptr(), Self, entry)) }
    }
}
