// SPDX-License-Identifier: GPL-2.0

//! Which of the instance's parameters a number means.

use super::ParamState;

use crate::{
    net::devlink::param::driver_id,
    prelude::*,
    rbtree::{
        RBTree,
        RBTreeNodeReservation, //
    }, //
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
/// The states are valid. Used only by the task that holds the instance lock, and not borrowed while
/// devlink or the driver is called.
pub(in crate::net::devlink) struct ParamObjects {
    by_id: UnsafeCell<RBTree<u32, NonNull<ParamState>>>,
    /// The last number that was given to one.
    last: Cell<u32>,
    /// Users are being told of a change of one of the instance's parameters, this kind or not.
    telling: Cell<bool>,
}

impl ParamObjects {
    /// Before the numbers of these are those of the table,
    /// [`Driver::PARAMS`](crate::net::devlink::Driver::PARAMS).
    const FIRST: u32 = driver_id(1 << 16);

    /// None.
    pub(in crate::net::devlink) fn new() -> Self {
        ParamObjects {
            by_id: UnsafeCell::new(RBTree::new()),
            last: Cell::new(Self::FIRST),
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
        unsafe { (*self.by_id.get()).get(&id).copied() }
    }

    pub(super) fn remove(&self, id: u32) {
        // SAFETY: This task has the lock, and nobody has borrowed it, by the type invariants.
        unsafe { (*self.by_id.get()).remove(&id) };
    }

    pub(super) fn has_name(&self, name: &CStr) -> bool {
        // SAFETY: This task has the lock, and nobody has borrowed the tree; the states are valid,
        // all by the type invariants.
        unsafe {
            (*self.by_id.get())
                .values()
                .any(|state| *state.as_ref().name() == *name)
        }
    }

    /// Adds a parameter that is to be registered.
    ///
    /// # Safety
    ///
    /// The state is valid until the parameter of that number is [removed](Self::remove).
    pub(super) unsafe fn add(&self, id: u32, state: NonNull<ParamState>) -> Result {
        let node = RBTreeNodeReservation::new(GFP_KERNEL)?.into_node(id, state);
        // INVARIANT: By the requirements of this function.
        // SAFETY: This task has the lock, and nobody has borrowed it, by the type invariants.
        unsafe { (*self.by_id.get()).insert(node) };
        Ok(())
    }

    /// A number that no other one of the instance has.
    pub(super) fn next(&self) -> Result<u32> {
        let next = self.last.get().checked_add(1).ok_or(ENOSPC)?;
        self.last.set(next);
        Ok(next)
    }
}
