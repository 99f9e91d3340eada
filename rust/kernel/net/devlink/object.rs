// SPDX-License-Identifier: GPL-2.0

//! The objects of an instance, which owns them.
//!
//! Drivers get handles that may be copied, kept and forgotten as long as the type system lets them,
//! which is until the end of the lifetime that the objects were made for. At that end the instance
//! ends all of them, in three steps, each from the last made to the first:
//!
//! 1. unregister: no callback has a reference to the driver's values any more;
//! 2. drop the driver's values, which may have handles of each other;
//! 3. free the memory that handles point to.
//!
//! Between 1 and 3 handles are still valid, and useless: all that uses an object wants a proof, and
//! nobody has one in a destructor.

use super::{
    instance::Locked,
    Driver, //
};

use crate::{
    bindings,
    prelude::*, //
};

use core::{
    cell::{
        Cell,
        UnsafeCell, //
    },
    marker::PhantomData,
    mem::{
        offset_of,
        ManuallyDrop, //
    },
    ptr,
    ptr::NonNull, //
};

/// What a handle of an object of the driver `T` is to the compiler: a reference to its value.
pub(super) type HandleOf<'s, T, V> = PhantomData<(&'s V, fn(T))>;

/// A driver's handle of an object, of which the public handles are made.
///
/// # Invariants
///
/// The node is valid for `'s`, and an object of the instance `devlink`.
pub(super) struct Handle<'s, T, K: Kind, V> {
    node: NonNull<Node<K, V>>,
    devlink: NonNull<bindings::devlink>,
    _object: HandleOf<'s, T, V>,
}

impl<T, K: Kind, V> Clone for Handle<'_, T, K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, K: Kind, V> Copy for Handle<'_, T, K, V> {}

// SAFETY: A handle is a reference to a value that is `Send` and `Sync`; the rest wants proofs.
unsafe impl<T, K: Kind, V: Send + Sync> Send for Handle<'_, T, K, V> {}

// SAFETY: As for `Send`: a shared handle gives no more than a copy of it does.
unsafe impl<T, K: Kind, V: Send + Sync> Sync for Handle<'_, T, K, V> {}

impl<'s, T, K: Kind, V> Handle<'s, T, K, V> {
    /// # Safety
    ///
    /// The node is valid for `'s`, and one of the objects of that instance.
    pub(super) unsafe fn new(
        node: NonNull<Node<K, V>>,
        devlink: NonNull<bindings::devlink>,
    ) -> Self {
        // INVARIANT: By the requirements of this function.
        Handle {
            node,
            devlink,
            _object: PhantomData,
        }
    }

    /// The C instance.
    pub(super) fn devlink(&self) -> NonNull<bindings::devlink> {
        self.devlink
    }

    /// Whether the object is one of the instance whose lock `cx` says is held: a driver can have
    /// proofs of several.
    pub(super) fn is_of(&self, cx: &Locked<'_, T>) -> bool
    where
        T: Driver,
    {
        self.devlink == cx.devlink()
    }

    /// Has the driver's mistake be seen if the object is one of another instance.
    pub(super) fn assert_is_of(&self, cx: &Locked<'_, T>)
    where
        T: Driver,
    {
        assert!(self.is_of(cx), "an object of another devlink instance");
    }

    /// The part that devlink works with.
    pub(super) fn state(&self) -> *mut K::State {
        // SAFETY: By the type invariants.
        unsafe { (*self.node.as_ptr()).state() }
    }

    /// Whether `other` is in the same list and was made before: its end comes later.
    pub(super) fn is_after<L: Kind, W>(
        &self,
        cx: &Locked<'_, T>,
        other: &Handle<'_, T, L, W>,
    ) -> bool
    where
        T: Driver,
    {
        if !self.is_of(cx) || !other.is_of(cx) {
            return false;
        }
        let other: *mut Header = other.node.as_ptr().cast();
        let mut header: *mut Header = self.node.as_ptr().cast();
        while !header.is_null() && header != other {
            // SAFETY: By the type invariants and those of lists: what was made before is freed
            // later. This task holds the lock that lists change with.
            header = unsafe { (*header).previous };
        }
        !header.is_null()
    }

    /// The driver's value.
    ///
    /// Panics if the object is one of another instance than `cx` is about.
    pub(super) fn get<'a>(&self, cx: &'a Locked<'_, T>) -> &'a V
    where
        T: Driver,
        's: 'a,
    {
        self.assert_is_of(cx);
        // SAFETY: By the type invariants. The value is dropped when nobody has a proof any more.
        unsafe { (*self.node.as_ptr()).value() }
    }
}

/// What a public handle has that is made of a [`Handle`] of a driver's value.
macro_rules! impl_handle {
    ($handle:ident: $ops:ident) => {
        impl<T: Driver, V: $ops<T>> Clone for $handle<'_, T, V> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T: Driver, V: $ops<T>> Copy for $handle<'_, T, V> {}

        impl<'s, T: Driver, V: $ops<T>> $handle<'s, T, V> {
            /// The driver's value.
            ///
            /// Panics if this is an object of another instance than `cx` is about.
            pub fn get<'a>(&self, cx: &'a Locked<'_, T>) -> &'a V
            where
                's: 'a,
            {
                self.0.get(cx)
            }
        }
    };
}
pub(super) use impl_handle;

/// `Some` callback if a kind of object has the method, as a constant.
macro_rules! callback {
    ($has:expr, $callback:expr) => {
        if $has {
            Some($callback)
        } else {
            None
        }
    };
}
pub(super) use callback;

/// A kind of object: what devlink needs to know it.
pub(super) trait Kind: 'static {
    /// What devlink works with. Lies beside the driver's value and does not move.
    type State;

    /// Makes devlink forget the object.
    ///
    /// # Safety
    ///
    /// The object is registered, and the instance lock is held.
    unsafe fn unregister(state: *mut Self::State);
}

/// An object's memory.
#[repr(C)]
pub(super) struct Node<K: Kind, V> {
    header: Header,
    state: UnsafeCell<K::State>,
    value: ManuallyDrop<V>,
}

impl<K: Kind, V> Node<K, V> {
    /// Makes an object and registers it with `register`. If that fails, nothing is left of it.
    pub(super) fn new(
        state: K::State,
        value: V,
        register: impl FnOnce(&Self) -> Result,
    ) -> Result<NonNull<Self>> {
        // Before the value is in a node, which does not drop it.
        let node = KBox::new_uninit(GFP_KERNEL)?;
        let node = KBox::into_raw(node.write(Node {
            header: Header {
                previous: ptr::null_mut(),
                steps: &Self::STEPS,
            },
            state: UnsafeCell::new(state),
            value: ManuallyDrop::new(value),
        }));
        // SAFETY: It is a valid node, from now on only used by reference.
        if let Err(error) = register(unsafe { &*node }) {
            // SAFETY: Nothing points to the node, and its value was not dropped.
            unsafe { Self::discard(node) };
            return Err(error);
        }
        // SAFETY: A box is not null.
        Ok(unsafe { NonNull::new_unchecked(node) })
    }

    /// The second and the third step for a node that is in no list.
    ///
    /// # Safety
    ///
    /// `node` is from [`new`](Self::new) and not registered. Nobody uses it any more.
    pub(super) unsafe fn discard(node: *mut Self) {
        // SAFETY: By the requirements of this function, which are those of the steps.
        unsafe {
            Self::drop_value(node.cast());
            Self::free(node.cast());
        }
    }

    /// The part that devlink works with.
    pub(super) fn state(&self) -> *mut K::State {
        self.state.get()
    }

    /// The driver's value.
    pub(super) fn value(&self) -> &V {
        &self.value
    }

    /// The node of a state.
    ///
    /// # Safety
    ///
    /// `state` is what [`state`](Self::state) returned for a `Node<K, V>`.
    pub(super) unsafe fn of_state(state: *mut K::State) -> *mut Self {
        // SAFETY: The state is a field of a node, so the result is in the same allocation.
        unsafe { state.byte_sub(offset_of!(Self, state)).cast() }
    }
}

/// What all nodes begin with.
struct Header {
    /// The one that was made before.
    previous: *mut Header,
    steps: &'static Steps,
}

/// The three steps of an object's end.
struct Steps {
    unregister: unsafe fn(*mut Header),
    drop_value: unsafe fn(*mut Header),
    free: unsafe fn(*mut Header),
}

impl<K: Kind, V> Node<K, V> {
    const STEPS: Steps = Steps {
        unregister: Self::unregister,
        drop_value: Self::drop_value,
        free: Self::free,
    };

    /// # Safety
    ///
    /// `header` is that of a registered `Node<K, V>`, and the instance lock is held.
    unsafe fn unregister(header: *mut Header) {
        let node: *mut Self = header.cast();
        // SAFETY: By the requirements of this function, which are those of `Kind::unregister`.
        unsafe { K::unregister((*node).state()) }
    }

    /// # Safety
    ///
    /// `header` is that of a `Node<K, V>` that was unregistered, whose value was not dropped.
    unsafe fn drop_value(header: *mut Header) {
        let node: *mut Self = header.cast();
        // SAFETY: By the requirements of this function, and nobody can get at the value any more.
        unsafe { ptr::drop_in_place((&raw mut (*node).value).cast::<V>()) }
    }

    /// # Safety
    ///
    /// `header` is that of a `Node<K, V>` from [`Objects::add`], which nothing points to any more.
    unsafe fn free(header: *mut Header) {
        // SAFETY: It was a box there. The value in it is not dropped again.
        drop(unsafe { KBox::from_raw(header.cast::<Self>()) });
    }
}

/// The objects of one lifetime.
pub(super) struct Objects {
    last: Cell<*mut Header>,
}

impl Objects {
    /// None.
    pub(super) const fn new() -> Self {
        Objects {
            last: Cell::new(ptr::null_mut()),
        }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.last.get().is_null()
    }

    /// Makes an object and registers it with `register`. If that fails, nothing is left of it.
    pub(super) fn add<K: Kind, V>(
        &self,
        state: K::State,
        value: V,
        register: impl FnOnce(&Node<K, V>) -> Result,
    ) -> Result<NonNull<Node<K, V>>> {
        let node = Node::new(state, value, register)?;
        // SAFETY: The node is in no list.
        unsafe { self.push(node) };
        Ok(node)
    }

    /// Takes over a node.
    ///
    /// # Safety
    ///
    /// It is from [`Node::new`], and in no list.
    pub(super) unsafe fn push<K: Kind, V>(&self, node: NonNull<Node<K, V>>) {
        let header: *mut Header = node.as_ptr().cast();
        // SAFETY: A node begins with its header. Only the list uses this field.
        unsafe { (*header).previous = self.last.get() };
        self.last.set(header);
    }

    /// The first step.
    ///
    /// # Safety
    ///
    /// The instance lock is held, and no callback about these objects runs.
    pub(super) unsafe fn unregister(&self) {
        // SAFETY: All were registered by `add`, and the lock is held.
        self.each(|header| unsafe { ((*header).steps.unregister)(header) });
    }

    /// The second and the third step.
    ///
    /// # Safety
    ///
    /// The first was taken, nobody uses the objects, and handles of them are only in their values.
    pub(super) unsafe fn free(&self) {
        // SAFETY: They were unregistered, and each is dropped once: the list is emptied below.
        self.each(|header| unsafe { ((*header).steps.drop_value)(header) });
        // SAFETY: With the values the last handles are gone.
        self.each(|header| unsafe { ((*header).steps.free)(header) });
        self.last.set(ptr::null_mut());
    }

    fn each(&self, step: impl Fn(*mut Header)) {
        let mut next = self.last.get();
        while !next.is_null() {
            let header = next;
            // SAFETY: Nodes are in the list until the last step, which comes after this read.
            next = unsafe { (*header).previous };
            step(header);
        }
    }
}
