// SPDX-License-Identifier: GPL-2.0

//! What is found by key. The kernel crate's tree has an allocation for each entry; here an entry is
//! a part of the object that it stands for.

use crate::{
    bindings,
    prelude::*, //
};

use core::{
    cell::UnsafeCell,
    cmp::Ordering,
    marker::PhantomData,
    ptr,
    ptr::NonNull, //
};

/// What makes something an entry of a [`Tree`].
#[repr(C)]
pub(super) struct Entry<K> {
    /// The tree's alone.
    links: UnsafeCell<bindings::rb_node>,
    key: K,
}

impl<K> Entry<K> {
    /// An entry that is in no tree.
    pub(super) fn new(key: K) -> Self {
        Entry {
            links: UnsafeCell::new(pin_init::zeroed()),
            key,
        }
    }

    pub(super) fn key(&self) -> &K {
        &self.key
    }

    fn of_links(links: *mut bindings::rb_node) -> Option<NonNull<Self>> {
        // CAST: The links are the first field.
        NonNull::new(links.cast())
    }

    fn links(this: NonNull<Self>) -> *mut bindings::rb_node {
        // CAST: The links are the first field.
        this.as_ptr().cast()
    }
}

/// Entries by key.
///
/// # Invariants
///
/// The entries are valid and do not move, in no other tree, and only used by shared reference.
pub(super) struct Tree<K> {
    root: bindings::rb_root,
    _entries: PhantomData<NonNull<Entry<K>>>,
}

impl<K: Ord> Tree<K> {
    /// One without entries.
    pub(super) fn new() -> Self {
        // INVARIANT: There are none.
        Tree {
            root: pin_init::zeroed(),
            _entries: PhantomData,
        }
    }

    /// The entry of that key.
    pub(super) fn find(&self, key: &K) -> Option<NonNull<Entry<K>>> {
        let mut next = self.root.rb_node;
        while let Some(entry) = Entry::<K>::of_links(next) {
            let links = Entry::links(entry);
            // SAFETY: By the type invariants.
            next = unsafe {
                match key.cmp(entry.as_ref().key()) {
                    Ordering::Less => (*links).rb_left,
                    Ordering::Greater => (*links).rb_right,
                    Ordering::Equal => return Some(entry),
                }
            };
        }
        None
    }

    /// The entry with the smallest key that is larger than `key`.
    pub(super) fn above(&self, key: &K) -> Option<NonNull<Entry<K>>> {
        let (mut next, mut above) = (self.root.rb_node, None);
        while let Some(entry) = Entry::<K>::of_links(next) {
            let links = Entry::links(entry);
            // SAFETY: By the type invariants.
            next = unsafe {
                if key < entry.as_ref().key() {
                    above = Some(entry);
                    (*links).rb_left
                } else {
                    (*links).rb_right
                }
            };
        }
        above
    }

    /// The entry with the smallest key.
    pub(super) fn first(&self) -> Option<NonNull<Entry<K>>> {
        // SAFETY: The tree is valid.
        Entry::of_links(unsafe { bindings::rb_first(&self.root) })
    }

    /// The entry with the largest key.
    pub(super) fn last(&self) -> Option<NonNull<Entry<K>>> {
        // SAFETY: The tree is valid.
        Entry::of_links(unsafe { bindings::rb_last(&self.root) })
    }

    /// All entries, in the order of their keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = NonNull<Entry<K>>> + use<'_, K> {
        core::iter::successors(self.first(), |entry| {
            // SAFETY: By the type invariants, and the tree does not change while it is borrowed.
            Entry::of_links(unsafe { bindings::rb_next(Entry::links(*entry)) })
        })
    }

    /// Adds an entry. Fails with `EEXIST` if there is one of that key.
    ///
    /// # Safety
    ///
    /// The entry is in no tree. Until it is [removed](Self::remove) it is valid, does not move, and
    /// is only used by shared reference.
    pub(super) unsafe fn insert(&mut self, entry: NonNull<Entry<K>>) -> Result {
        let (mut parent, mut place) = (ptr::null_mut(), &raw mut self.root.rb_node);
        // SAFETY: This is the root's or a link of an entry, valid by the type invariants.
        while let Some(other) = Entry::<K>::of_links(unsafe { *place }) {
            // SAFETY: By the requirements of this function, and by the type invariants.
            let order = unsafe { entry.as_ref().key.cmp(&other.as_ref().key) };
            parent = Entry::links(other);
            // SAFETY: By the type invariants.
            place = unsafe {
                match order {
                    Ordering::Less => &raw mut (*parent).rb_left,
                    Ordering::Greater => &raw mut (*parent).rb_right,
                    Ordering::Equal => return Err(EEXIST),
                }
            };
        }
        let links = Entry::links(entry);
        // INVARIANT: By the requirements of this function.
        // SAFETY: The place is null, and is the parent's or, if there is none, the root's.
        unsafe {
            bindings::rb_link_node(links, parent, place);
            bindings::rb_insert_color(links, &mut self.root);
        }
        Ok(())
    }

    /// Removes an entry.
    ///
    /// # Safety
    ///
    /// It is one of this tree's.
    pub(super) unsafe fn remove(&mut self, entry: NonNull<Entry<K>>) {
        // SAFETY: By the requirements of this function, and the type invariants.
        unsafe { bindings::rb_erase(Entry::links(entry), &mut self.root) }
    }
}
