// SPDX-License-Identifier: GPL-2.0

//! What of traps, groups and policers is registered in an instance.
//!
//! A core calls back with a pointer to what the driver registered, an element of an array that may
//! be in read-only memory and shared by all devices. Here is found whose it is.

use super::{
    desc::{
        TrapDesc,
        TrapGroupDesc,
        TrapPolicerDesc, //
    },
    list::{
        State,
        TrapItem, //
    },
};

use core::{
    cell::Cell,
    ptr, //
};

/// What is registered of each kind. Used only by the task that holds the instance lock.
pub struct Lists {
    pub(super) traps: Registry<TrapDesc>,
    pub(super) groups: Registry<TrapGroupDesc>,
    pub(super) policers: Registry<TrapPolicerDesc>,
}

impl Lists {
    /// Nothing.
    pub(in crate::net::devlink) const fn new() -> Self {
        Lists {
            traps: Registry::new(),
            groups: Registry::new(),
            policers: Registry::new(),
        }
    }
}

/// Lists of one kind, beginning with the last that was made.
///
/// # Invariants
///
/// The lists are valid.
pub struct Registry<D: TrapItem> {
    last: Cell<*const State<D>>,
}

impl<D: TrapItem> Registry<D> {
    const fn new() -> Self {
        Registry {
            last: Cell::new(ptr::null()),
        }
    }

    /// The lists.
    pub(super) fn iter(&self) -> impl Iterator<Item = &State<D>> {
        let mut next = self.last.get();
        core::iter::from_fn(move || {
            // SAFETY: By the type invariants. The task that holds the lock, which is this, frees
            // no list before it took it out here, and no longer uses what this returned then.
            let list = unsafe { next.as_ref() }?;
            next = list.previous.get();
            Some(list)
        })
    }

    /// The list that the element is in, and where it is there.
    pub(super) fn find(&self, raw: *const D::Raw) -> Option<(&State<D>, usize)> {
        self.iter()
            .find_map(|list| Some((list, list.position(raw)?)))
    }

    /// Adds a list.
    ///
    /// # Safety
    ///
    /// The list is valid until it is removed, and not in the registry.
    pub(super) unsafe fn add(&self, list: &State<D>) {
        list.previous.set(self.last.get());
        // INVARIANT: By the requirements of this function.
        self.last.set(list);
    }

    /// Removes a list.
    pub(super) fn remove(&self, list: &State<D>) {
        let mut link = &self.last;
        while !ptr::eq(link.get(), list) {
            // SAFETY: By the type invariants.
            match unsafe { link.get().as_ref() } {
                Some(other) => link = &other.previous,
                None => return,
            }
        }
        link.set(list.previous.get());
    }
}
