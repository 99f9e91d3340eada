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
    alloc::{
        allocator::Kmalloc,
        Allocator,
        NumaNode, //
    },
    bindings,
    prelude::*, //
};

use core::{
    alloc::Layout,
    cell::{
        Cell,
        UnsafeCell, //
    },
    marker::PhantomData,
    mem::{
        align_of,
        offset_of,
        size_of,
        ManuallyDrop,
        MaybeUninit, //
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

    /// Fails with `EINVAL` if the object is not one of the instance `devlink`.
    pub(super) fn check_is_of(&self, devlink: NonNull<bindings::devlink>) -> Result {
        if self.devlink != devlink {
            return Err(EINVAL);
        }
        Ok(())
    }

    /// Has the driver's mistake be seen if the object is one of another instance.
    pub(super) fn assert_is_of(&self, cx: &Locked<'_, T>)
    where
        T: Driver,
    {
        assert!(self.is_of(cx), "an object of another devlink instance");
    }

    /// The object.
    pub(super) fn node(&self) -> NonNull<Node<K, V>> {
        self.node
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

    /// The objects that an object of this kind owns, if there was made [room](Node::with_room) for
    /// them.
    fn objects(_state: &Self::State) -> Option<&Objects> {
        None
    }

    /// Makes devlink forget the object.
    ///
    /// # Safety
    ///
    /// The object is registered, and the instance lock is held.
    unsafe fn unregister(state: *mut Self::State);

    /// Drops values of the driver's that are in the state.
    ///
    /// # Safety
    ///
    /// The object was unregistered, and nobody uses it any more.
    unsafe fn drop_values(_state: *mut Self::State) {}
}

/// An object's memory.
#[repr(C)]
pub(super) struct Node<K: Kind, V> {
    header: Header,
    state: UnsafeCell<K::State>,
    value: ManuallyDrop<V>,
}

/// The largest room for objects: that of a few ports.
const MAX_ROOM: usize = 2048;

/// The alignment of rooms, and of what is in one.
const ROOM_ALIGN: usize = align_of::<Header>();

/// How much room is made at once for the objects of an instance, and up to which size an object is
/// put there.
const CHUNK: usize = 896;
const MAX_IN_CHUNK: usize = CHUNK / 3;

/// Room for objects, itself an object of their list: made before them, it is freed after them.
struct ChunkKind;

impl Kind for ChunkKind {
    type State = ();

    unsafe fn unregister(_: *mut ()) {}
}

type Chunk = Node<ChunkKind, MaybeUninit<[usize; CHUNK / size_of::<usize>()]>>;

impl<K: Kind, V> Node<K, V> {
    /// Makes an object that is in no list, and registers it with `register`. If that fails, nothing
    /// is left of it.
    pub(super) fn new(
        state: K::State,
        value: V,
        register: impl FnOnce(&Self) -> Result,
    ) -> Result<NonNull<Self>> {
        // SAFETY: Nobody else uses the memory, and the steps are for what it is.
        unsafe { Self::make(Self::allocate(0)?, &Self::STEPS, state, value, register) }
    }

    /// # Safety
    ///
    /// The place is valid for writes, nobody else uses it, and the last step is right for it.
    unsafe fn make(
        place: NonNull<Self>,
        steps: &'static Steps,
        state: K::State,
        value: V,
        register: impl FnOnce(&Self) -> Result,
    ) -> Result<NonNull<Self>> {
        // SAFETY: By the requirements of this function.
        unsafe { place.write(Self::with_steps(steps, state, value)) };
        // SAFETY: It is a valid node, from now on only used by reference.
        if let Err(error) = register(unsafe { place.as_ref() }) {
            // SAFETY: Nothing points to the node, and its value was not dropped.
            unsafe { Self::discard(place.as_ptr()) };
            return Err(error);
        }
        Ok(place)
    }

    /// Makes an object that owns others, with room for these in the same allocation, of about
    /// `room` bytes. It is in no list.
    pub(super) fn with_room(
        room: usize,
        state: impl FnOnce(Objects) -> K::State,
        value: V,
    ) -> Result<NonNull<Self>> {
        let room = room.min(MAX_ROOM);
        let node = Self::allocate(room)?;
        let objects = Objects {
            // SAFETY: The allocation has `room` bytes behind the node, whose size is a multiple of
            // its alignment, which is that of a header at least.
            room: Cell::new(unsafe { node.as_ptr().add(1).cast() }),
            size: Cell::new(room),
            is_owned: true,
            ..Objects::new()
        };
        // SAFETY: The memory is valid for writes, and nobody else uses it.
        unsafe { node.write(Self::with_steps(&Self::STEPS, state(objects), value)) };
        Ok(node)
    }

    fn with_steps(steps: &'static Steps, state: K::State, value: V) -> Self {
        Node {
            header: Header {
                previous: ptr::null_mut(),
                steps,
            },
            state: UnsafeCell::new(state),
            value: ManuallyDrop::new(value),
        }
    }

    /// The memory of an object with `room` bytes behind it, at most [`MAX_ROOM`].
    fn layout(room: usize) -> Layout {
        // SAFETY: The alignment is that of a type, and no object is so large that some pages more
        // are too much for an address space.
        unsafe { Layout::from_size_align_unchecked(size_of::<Self>() + room, align_of::<Self>()) }
    }

    fn allocate(room: usize) -> Result<NonNull<Self>> {
        Ok(Kmalloc::alloc(Self::layout(room), GFP_KERNEL, NumaNode::NO_NODE)?.cast())
    }

    /// The second and the third step for an object that is in no list.
    ///
    /// # Safety
    ///
    /// `node` is valid and not registered, and nobody uses it any more.
    pub(super) unsafe fn discard(node: *mut Self) {
        let header: *mut Header = node.cast();
        // SAFETY: By the requirements of this function, which are those of the steps.
        unsafe {
            Self::drop_value(header);
            ((*header).steps.free)(header);
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
    /// Of an object in an allocation of its own.
    const STEPS: Steps = Steps {
        unregister: Self::unregister,
        drop_value: Self::drop_value,
        free: Self::free,
    };

    /// Of an object in its owner's room.
    const STEPS_IN_ROOM: Steps = Steps {
        free: Self::drop_state,
        ..Self::STEPS
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
        // SAFETY: By the requirements of this function, and nobody can get at the values any more.
        unsafe {
            K::drop_values((*node).state());
            ptr::drop_in_place((&raw mut (*node).value).cast::<V>());
        }
    }

    /// # Safety
    ///
    /// `header` is that of a `Node<K, V>` whose value was dropped, and which nothing points to any
    /// more.
    unsafe fn drop_state(header: *mut Header) {
        let node: *mut Self = header.cast();
        // SAFETY: By the requirements of this function.
        unsafe { ptr::drop_in_place((*node).state()) }
    }

    /// # Safety
    ///
    /// As for [`drop_state`](Self::drop_state), of an object in an allocation of its own.
    unsafe fn free(header: *mut Header) {
        let node: *mut Self = header.cast();
        // SAFETY: The state is valid until it is dropped below.
        let room = K::objects(unsafe { &*(*node).state() }).map_or(0, |objects| objects.size.get());
        // SAFETY: By the requirements of this function. The allocation was made with this layout.
        unsafe {
            Self::drop_state(header);
            Kmalloc::free(NonNull::new_unchecked(header.cast()), Self::layout(room));
        }
    }
}

/// The objects of one lifetime.
///
/// # Invariants
///
/// At `room` are `size` bytes, aligned to [`ROOM_ALIGN`], of which those from `taken` on are not
/// used. They are valid as long as objects that are added now: behind the object that owns these, or
/// in a chunk that is in the list.
pub(super) struct Objects {
    last: Cell<*mut Header>,
    room: Cell<*mut u8>,
    size: Cell<usize>,
    /// How many bytes objects took of the room, or would have taken if it were large enough.
    taken: Cell<usize>,
    /// The room is that of the object that owns these, and there is no other.
    is_owned: bool,
}

impl Objects {
    /// None.
    pub(super) const fn new() -> Self {
        // INVARIANT: There is no room.
        Objects {
            last: Cell::new(ptr::null_mut()),
            room: Cell::new(ptr::null_mut()),
            size: Cell::new(0),
            taken: Cell::new(0),
            is_owned: false,
        }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.last.get().is_null()
    }

    /// How much room objects like these take.
    pub(super) fn taken(&self) -> usize {
        self.taken.get()
    }

    /// Takes a place in the room, if there is one.
    fn take<N>(&self) -> Option<NonNull<N>> {
        if align_of::<N>() > ROOM_ALIGN {
            return None;
        }
        if !self.is_owned && self.taken.get() + size_of::<N>() > self.size.get() {
            if size_of::<N>() > MAX_IN_CHUNK {
                return None;
            }
            self.grow()?;
        }
        let begin = self.taken.get();
        let end = begin + size_of::<N>();
        // INVARIANT: What was taken is not used by another object. A size is a multiple of the
        // alignment, which is `ROOM_ALIGN`, for every object has a header.
        self.taken.set(end);
        if end > self.size.get() {
            return None;
        }
        // SAFETY: By the type invariants there are so many bytes.
        NonNull::new(unsafe { self.room.get().add(begin) }.cast())
    }

    /// Gives back what was [taken](Self::take) last, so that what fails again and again takes no
    /// more than one place. What was taken in between keeps it where it is.
    fn give_back<N>(&self, place: NonNull<N>) {
        let end: *mut u8 = place.as_ptr().wrapping_add(1).cast();
        if end == self.room.get().wrapping_add(self.taken.get()) {
            // INVARIANT: Nothing is there any more.
            self.taken.set(self.taken.get() - size_of::<N>());
        }
    }

    /// Makes another chunk.
    fn grow(&self) -> Option<()> {
        let chunk = Chunk::new((), MaybeUninit::uninit(), |_| Ok(())).ok()?;
        // SAFETY: The chunk is in no list.
        unsafe { self.push(chunk) };
        // SAFETY: The chunk is valid.
        let room = unsafe { &raw mut (*chunk.as_ptr()).value };
        // INVARIANT: The value has so many bytes, and the alignment. Nothing in it is used, and the
        // chunk is freed after what is added later.
        self.room.set(room.cast());
        self.size.set(CHUNK);
        self.taken.set(0);
        Some(())
    }

    /// Makes an object and registers it with `register`. If that fails, nothing is left of it.
    pub(super) fn add<K: Kind, V>(
        &self,
        state: K::State,
        value: V,
        register: impl FnOnce(&Node<K, V>) -> Result,
    ) -> Result<NonNull<Node<K, V>>> {
        let room = self.take();
        let (place, steps) = match room {
            Some(place) => (place, &Node::<K, V>::STEPS_IN_ROOM),
            None => (Node::<K, V>::allocate(0)?, &Node::<K, V>::STEPS),
        };
        // SAFETY: Nobody else uses the memory, and the steps are for what it is.
        let made = unsafe { Node::make(place, steps, state, value, register) };
        let node = made.inspect_err(|_| {
            if let Some(place) = room {
                self.give_back(place);
            }
        })?;
        // SAFETY: The node is in no list.
        unsafe { self.push(node) };
        Ok(node)
    }

    /// Takes over a node.
    ///
    /// # Safety
    ///
    /// It is valid, and in no list.
    pub(super) unsafe fn push<K: Kind, V>(&self, node: NonNull<Node<K, V>>) {
        let header: *mut Header = node.as_ptr().cast();
        // SAFETY: A node begins with its header. Only the list uses this field.
        unsafe { (*header).previous = self.last.get() };
        self.last.set(header);
    }

    /// Has an object end as if it had been made last.
    ///
    /// # Safety
    ///
    /// It is in this list. The instance lock is held, and none of the steps is being taken.
    pub(super) unsafe fn make_last<K: Kind, V>(&self, node: NonNull<Node<K, V>>) {
        let header: *mut Header = node.as_ptr().cast();
        let mut later = self.last.get();
        if later == header {
            return;
        }
        // SAFETY: The object is in the list, so one that was made later has it as the one before.
        // All are valid, and only the list uses this field.
        unsafe {
            while (*later).previous != header {
                later = (*later).previous;
            }
            (*later).previous = (*header).previous;
            self.push(node);
        }
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
        if !self.is_owned {
            // INVARIANT: The chunks are gone.
            self.size.set(0);
            self.taken.set(0);
        }
    }

    /// As [`free`](Self::free), but from the first [taken over](Self::push) to the last.
    ///
    /// # Safety
    ///
    /// As for [`free`](Self::free).
    pub(super) unsafe fn free_in_order(&self) {
        let mut next = self.last.replace(ptr::null_mut());
        while !next.is_null() {
            let header = next;
            // SAFETY: It was in the list, and is valid until it is freed. Only the list uses this
            // field.
            next = unsafe { (*header).previous };
            // SAFETY: The object is valid, for nothing was freed yet, and nobody else uses the objects,
            // by the requirements of this function.
            unsafe { (*header).previous = self.last.get() };
            self.last.set(header);
        }
        // SAFETY: The same objects are in the list, in the other order. The caller has taken the first
        // step, and nobody else uses them.
        unsafe { self.free() }
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
