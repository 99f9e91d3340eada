// SPDX-License-Identifier: GPL-2.0

//! A list of values that lie on their owners' stacks.
//!
//! Whoever adds a value needs no memory for it but its own stack, and adding and removing take a
//! few instructions under a spinlock, however many values there are. The owner keeps the value
//! pinned, and dropping it takes it off the list; so the list never refers to one that has gone.
//!
//! Others look at the values under the spinlock, at one value at a time: they copy out what they
//! need. A walk has a place of its own in the list, which makes each of its steps as short as
//! adding a value, and in between others may come and go.

use super::{
    LockClassKey,
    SpinLock, //
};

use crate::{
    prelude::*,
    types::Opaque, //
};

use core::{
    marker::{
        PhantomData,
        PhantomPinned, //
    },
    ptr, //
};

/// Creates an initialiser of an empty [`StackList`] with a lock class of its own.
#[macro_export]
macro_rules! new_stack_list {
    ($name:literal) => {
        $crate::sync::stack_list::StackList::new($name, $crate::static_lock_class!())
    };
}
pub use new_stack_list;

/// What connects the elements of a list, in the order in which they came.
struct Links {
    prev: *mut Links,
    next: *mut Links,
    /// Whether this is the place of a walk, not the first field of a [`Node`].
    is_place: bool,
}

/// A value on a list.
#[repr(C)]
struct Node<T> {
    links: Links,
    value: T,
}

/// Where a list begins and ends.
///
/// # Invariants
///
/// `first`, `last` and the pointers in [`Links`] are null or refer to elements of this list, which
/// are valid, and are accessed by whoever holds the list's lock only. Each element that is no place
/// of a walk is the first field of a `Node<T>` that contains a value. `len` counts these.
struct Ends<T> {
    first: *mut Links,
    last: *mut Links,
    len: usize,
    _values: PhantomData<*mut T>,
}

// SAFETY: Values are neither moved out of the list nor dropped by it; they are shared only.
unsafe impl<T: Sync> Send for Ends<T> {}

impl<T> Ends<T> {
    /// # Safety
    ///
    /// `at` is valid and not in the list; `prev` is null or in the list. If `at` is no place, it is
    /// the first field of a `Node<T>` that contains a value, and `len` is adapted by the caller.
    /// `at` is unlinked before it becomes invalid.
    unsafe fn link_after(&mut self, prev: *mut Links, at: *mut Links) {
        let next = if prev.is_null() {
            self.first
        } else {
            // SAFETY: By the safety requirements `prev` is in the list, so it is valid.
            unsafe { (*prev).next }
        };
        // SAFETY: By the safety requirements `at` is valid.
        unsafe { ((*at).prev, (*at).next) = (prev, next) };
        if prev.is_null() {
            self.first = at;
        } else {
            // SAFETY: By the safety requirements `prev` is in the list, so it is valid.
            unsafe { (*prev).next = at };
        }
        if next.is_null() {
            self.last = at;
        } else {
            // SAFETY: By the type invariants what follows `prev`, or is first, is in the list.
            unsafe { (*next).prev = at };
        }
    }

    /// # Safety
    ///
    /// `at` is in the list. If it is no place, `len` is adapted by the caller.
    unsafe fn unlink(&mut self, at: *mut Links) {
        // SAFETY: By the safety requirements `at` is in the list, so it is valid.
        let (prev, next) = unsafe { ((*at).prev, (*at).next) };
        if prev.is_null() {
            self.first = next;
        } else {
            // SAFETY: By the type invariants it is in the list.
            unsafe { (*prev).next = next };
        }
        if next.is_null() {
            self.last = prev;
        } else {
            // SAFETY: By the type invariants it is in the list.
            unsafe { (*next).prev = prev };
        }
    }

    /// The first element behind `at` that is no place.
    ///
    /// # Safety
    ///
    /// `at` is in the list.
    unsafe fn next_value(&self, at: *mut Links) -> *mut Links {
        // SAFETY: By the safety requirements `at` is in the list, so it is valid.
        let mut next = unsafe { (*at).next };
        // SAFETY: By the type invariants what follows an element is in the list.
        while !next.is_null() && unsafe { (*next).is_place } {
            // SAFETY: `next` is in the list, as said, and the lock is held, so it is valid.
            next = unsafe { (*next).next };
        }
        next
    }
}

/// A list of values that lie on their owners' stacks: see the [module](self).
///
/// # Examples
///
/// ```
/// use kernel::{
///     new_stack_list,
///     sync::stack_list::StackList, //
/// };
/// use pin_init::stack_pin_init;
///
/// stack_pin_init!(let list: StackList<u32> = new_stack_list!(c"numbers"));
/// {
///     stack_pin_init!(let one = list.push(1));
///     stack_pin_init!(let two = list.push(2));
///     assert_eq!((*one.value(), *two.value()), (1, 2));
///     assert_eq!(list.len(), 2);
///
///     let mut sum = 0;
///     list.for_each(
///         |number| *number,
///         |number| {
///             sum += number;
///             Ok(())
///         },
///     )?;
///     assert_eq!(sum, 3);
/// }
/// assert_eq!(list.len(), 0);
/// # Ok::<(), Error>(())
/// ```
#[pin_data]
pub struct StackList<T> {
    #[pin]
    ends: SpinLock<Ends<T>>,
}

impl<T> StackList<T> {
    /// An empty list; `name` and `key` are its spinlock's. Most often by [`new_stack_list!`].
    pub fn new(name: &'static CStr, key: Pin<&'static LockClassKey>) -> impl PinInit<Self> {
        // INVARIANT: An empty list has no elements.
        let ends = Ends {
            first: ptr::null_mut(),
            last: ptr::null_mut(),
            len: 0,
            _values: PhantomData,
        };
        pin_init!(Self {
            ends <- SpinLock::new(ends, name, key),
        })
    }

    /// Adds a value at the end, until what this initialises is dropped.
    pub fn push(&self, value: T) -> impl PinInit<StackEntry<'_, T>> {
        let init = move |slot: *mut Node<T>| {
            let links = Links {
                prev: ptr::null_mut(),
                next: ptr::null_mut(),
                is_place: false,
            };
            // SAFETY: An initialiser's slot is valid for writes.
            unsafe { slot.write(Node { links, value }) };
            let mut ends = self.ends.lock();
            let last = ends.last;
            // SAFETY: The node was initialised above, and stays in place until the entry, of which
            // it is a field, is dropped: that unlinks it. `last` is in the list or null.
            // INVARIANT: It contains a value, and is counted.
            unsafe { ends.link_after(last, slot.cast()) };
            ends.len += 1;
        };
        pin_init!(StackEntry {
            list: self,
            node <- Opaque::ffi_init(init),
        })
    }

    /// How many values there are at this moment.
    pub fn len(&self) -> usize {
        self.ends.lock().len
    }

    /// Whether there are no values at this moment.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Has `look` look at each value, from the oldest on, with the list's spinlock held, and `then`
    /// do something with the result without it; an error ends the walk.
    ///
    /// A value that comes or goes during the walk may or may not be seen. There are at most as many
    /// steps as there are values at the beginning.
    pub fn for_each<R>(
        &self,
        mut look: impl FnMut(&T) -> R,
        mut then: impl FnMut(R) -> Result,
    ) -> Result {
        let steps = self.len();
        pin_init::stack_pin_init!(let place = Place::new(self));
        for _ in 0..steps {
            match place.next(&mut look) {
                Some(seen) => then(seen)?,
                None => break,
            }
        }
        Ok(())
    }

    /// What `look` finds first, looking at the values from the oldest on with the list's spinlock
    /// held for each.
    pub fn find_map<R>(&self, mut look: impl FnMut(&T) -> Option<R>) -> Option<R> {
        let mut found = None;
        let _ = self.for_each(
            |value| look(value),
            |seen| {
                found = seen;
                if found.is_some() {
                    return Err(EEXIST);
                }
                Ok(())
            },
        );
        found
    }
}

/// A value on a [`StackList`], and what it needs to be there.
///
/// # Invariants
///
/// `node` is initialised and in `list`.
#[pin_data(PinnedDrop)]
pub struct StackEntry<'a, T> {
    list: &'a StackList<T>,
    #[pin]
    node: Opaque<Node<T>>,
}

// SAFETY: The value may be looked at from any thread, and it is the owner that drops it.
unsafe impl<T: Send + Sync> Send for StackEntry<'_, T> {}

// SAFETY: All that a shared entry gives is a shared value.
unsafe impl<T: Sync> Sync for StackEntry<'_, T> {}

impl<T> StackEntry<'_, T> {
    /// The value.
    pub fn value(&self) -> &T {
        // SAFETY: By the type invariants the node is initialised. The links change, under the
        // list's lock; the value is shared only until the entry is dropped.
        unsafe { &(*self.node.get()).value }
    }
}

#[pinned_drop]
impl<T> PinnedDrop for StackEntry<'_, T> {
    fn drop(self: Pin<&mut Self>) {
        let node = self.node.get();
        let mut ends = self.list.ends.lock();
        // SAFETY: By the type invariants the node is in the list.
        unsafe { ends.unlink(node.cast()) };
        ends.len -= 1;
        drop(ends);
        // SAFETY: The value was initialised. It is in no list any more, so nobody else looks at it.
        unsafe { ptr::drop_in_place(&raw mut (*node).value) };
    }
}

/// Where a walk is: behind what it has seen.
///
/// # Invariants
///
/// `links` are initialised and in `list`.
#[pin_data(PinnedDrop)]
struct Place<'a, T> {
    list: &'a StackList<T>,
    #[pin]
    links: Opaque<Links>,
    #[pin]
    _pinned: PhantomPinned,
}

impl<'a, T> Place<'a, T> {
    /// At the beginning.
    fn new(list: &'a StackList<T>) -> impl PinInit<Self> + 'a {
        let init = move |slot: *mut Links| {
            // SAFETY: An initialiser's slot is valid for writes.
            unsafe {
                slot.write(Links {
                    prev: ptr::null_mut(),
                    next: ptr::null_mut(),
                    is_place: true,
                })
            };
            // SAFETY: Initialised above; it stays in place until `Place` is dropped, which unlinks
            // it.
            unsafe { list.ends.lock().link_after(ptr::null_mut(), slot) };
        };
        pin_init!(Self {
            list,
            links <- Opaque::ffi_init(init),
            _pinned: PhantomPinned,
        })
    }

    /// Looks at the next value and moves behind it.
    fn next<R>(&self, look: impl FnOnce(&T) -> R) -> Option<R> {
        let links = self.links.get();
        let mut ends = self.list.ends.lock();
        // SAFETY: By the type invariants `links` is in the list.
        let next = unsafe { ends.next_value(links) };
        if next.is_null() {
            return None;
        }
        // SAFETY: By the invariants of `Ends` an element that is no place is part of a node with a
        // value, and stays in the list as long as its lock is held, which it is here.
        let seen = look(unsafe { &(*next.cast::<Node<T>>()).value });
        // SAFETY: `links` is in the list; when it is not any more, `next` still is.
        unsafe {
            ends.unlink(links);
            ends.link_after(next, links);
        }
        Some(seen)
    }
}

#[pinned_drop]
impl<T> PinnedDrop for Place<'_, T> {
    fn drop(self: Pin<&mut Self>) {
        // SAFETY: By the type invariants `links` is in the list.
        unsafe { self.list.ends.lock().unlink(self.links.get()) };
    }
}
