// SPDX-License-Identifier: GPL-2.0

//! Groups: objects that come and go together while the device is up.

use super::{
    held::Held,
    instance::{
        Bringup,
        Locked, //
    },
    object::{
        Handle,
        Kind,
        Node,
        Objects, //
    },
    port::{
        AddedPort,
        OnPort,
        Port,
        PortOps,
        WantedPort, //
    },
    tree::{
        Entry,
        Tree, //
    },
    Driver, //
};

use crate::{
    bindings,
    container_of,
    prelude::*, //
};

use core::{
    cell::Cell,
    marker::PhantomData,
    mem::size_of,
    ptr::NonNull, //
};

mod inner;
mod lasting;

pub use self::{
    inner::{
        InnerGroups,
        Within, //
    },
    lasting::{
        Lasting,
        LastingGroups, //
    }, //
};

/// A kind of group of objects of the driver `T`, for instance the port of a subfunction with its
/// reporters. See [`Groups`], and [`LastingGroups`].
pub trait Group<T: Driver>: 'static {
    /// What a group is found by.
    type Key: Copy + Ord + Send + Sync + 'static;

    /// What the driver keeps of a group: the handles of its objects, which live for `'group`.
    type Value<'group>: Send + Sync + 'group;
}

/// The groups of a kind, by key.
///
/// Made with [`Bringup::groups`]. Kept in [`Driver::Up`], or in another group.
///
/// A group's objects are made by a closure that is generic over their lifetime, so that no handle
/// leaves the group but in its value.
///
/// # Examples
///
/// A device with parts that are plugged in and out:
///
/// ```
/// use kernel::{
///     bus::{
///         Bus,
///         Registration, //
///     },
///     net::devlink::{
///         self,
///         Bringup,
///         Group,
///         Groups,
///         Locked,
///         Region,
///         RegionOps, //
///     },
///     prelude::*,
///     sync::atomic::{
///         Atomic,
///         Relaxed, //
///     }, //
/// };
/// # use kernel::net::{devlink::{Setup, Why}, netlink::extack::Extack};
///
/// struct Nic;
///
/// static LOST: Atomic<u32> = Atomic::new(0);
///
/// /// What a part logs.
/// struct Log(&'static CStr);
///
/// #[vtable]
/// impl RegionOps<Nic> for Log {
///     const NAME: &'static CStr = c"log";
///
///     fn name(&self) -> &CStr {
///         self.0
///     }
/// }
///
/// impl Drop for Log {
///     fn drop(&mut self) {
///         LOST.fetch_add(1, Relaxed);
///     }
/// }
///
/// /// What a part is like, as its firmware writes it.
/// #[repr(align(64))]
/// struct Label(&'static CStr);
///
/// #[vtable]
/// impl RegionOps<Nic> for Label {
///     const NAME: &'static CStr = c"label";
///
///     fn name(&self) -> &CStr {
///         self.0
///     }
/// }
///
/// /// A part, by the place that it is plugged into.
/// struct Part;
///
/// impl Group<Nic> for Part {
///     type Key = u32;
///     type Value<'group> = (Region<'group, Nic, Label>, Region<'group, Nic, Log>);
/// }
///
/// type Parts<'up> = Groups<'up, Nic, Part>;
///
/// fn found(
///     cx: &Locked<'_, Nic>,
///     parts: &Parts<'_>,
///     place: u32,
///     label: &'static CStr,
///     log: &'static CStr,
/// ) -> Result {
///     parts.add(cx, place, |cx| {
///         Ok((cx.region(64, 1, Label(label))?, cx.region(4096, 8, Log(log))?))
///     })
/// }
///
/// #[vtable]
/// impl devlink::Driver for Nic {
///     type Device = devlink::bus::Device<Slots>;
///     type Data<'bound> = ();
///     type Up<'up> = Parts<'up>;
///
/// #     fn probe<'bound>(
/// #         _: &'bound Self::Device,
/// #         _: &Setup<'bound, Self>,
/// #     ) -> impl PinInit<(), Error> {
/// #         Ok::<_, Error>(())
/// #     }
///     fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Parts<'up>> {
///         let parts = cx.groups()?;
///         found(cx, &parts, 0, c"label0", c"log0")?;
///         Ok(parts)
///     }
/// }
/// #
/// # struct Slots;
/// #
/// # #[vtable]
/// # impl Bus for Slots {
/// #     const NAME: &'static CStr = c"doctest_parts";
/// #
/// #     type Value = ();
/// #     type Attributes = ();
/// #     type DeviceAttributes = ();
/// #     type Driver = devlink::bus::Adapter<Nic>;
/// # }
///
/// let slots = Registration::<Slots>::new(Ok(Slots))?;
/// let control = slots.control();
/// let dev = control.changes()?.add_bound(0, Ok(()))?;
/// devlink::bus::while_bound(&dev, |nic| {
///     nic.while_up(|cx, parts| {
///         cx.lock(|cx| {
///             found(cx, parts, 1, c"label1", c"log1")?;
///             let names = parts.get(cx, 1, |(label, log)| {
///                 let label = label.get(cx);
///                 assert_eq!(core::ptr::from_ref(label).addr() % 64, 0);
///                 (label.0, log.get(cx).0)
///             });
///             assert_eq!(names, Some((c"label1", c"log1")));
///             assert_eq!(found(cx, parts, 1, c"label2", c"log2"), Err(EEXIST));
///             // What fails half way leaves nothing.
///             assert_eq!(found(cx, parts, 2, c"label2", c"log1"), Err(EEXIST));
///             assert_eq!(LOST.load(Relaxed), 1);
///             found(cx, parts, 2, c"label2", c"log2")?;
///             assert_eq!(parts.next_key(cx, Some(0)), Some(1));
///             parts.remove(cx, 1)?;
///             assert_eq!(parts.next_key(cx, Some(0)), Some(2));
///             assert_eq!(parts.next_key(cx, Some(2)), None);
///             // Somebody could still look at its value.
///             assert_eq!(LOST.load(Relaxed), 1);
///             Ok::<(), Error>(())
///         })?;
///         assert_eq!(LOST.load(Relaxed), 2);
///         Ok::<(), Error>(())
///     })
/// })
/// .flatten()
/// .ok_or(ENODEV)??;
/// control.changes()?.remove(0)?;
/// assert_eq!(LOST.load(Relaxed), 4);
/// # drop(dev);
/// # Ok::<(), Error>(())
/// ```
pub struct Groups<'s, T: Driver, G: Group<T>>(Handle<'s, T, TableKind<T, G>, ()>);

impl<T: Driver, G: Group<T>> Clone for Groups<'_, T, G> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Driver, G: Group<T>> Copy for Groups<'_, T, G> {}

/// The tables of groups as objects of an instance.
struct TableKind<T, G>(PhantomData<fn(T, G)>);

/// Groups by key.
///
/// # Invariants
///
/// - Used only by the task that holds the instance lock, and not borrowed while devlink or the
///   driver is called, except in `unregister`.
/// - The entries are those of valid nodes, which are registered until `closed` is set.
/// - A line card is destroyed when that was done and they are unregistered.
/// - The table is in the list `last_in`, which is valid as long as it is not `closed`.
struct Table<T: Driver, G: Group<T>> {
    groups: Tree<G::Key>,
    /// Its lifetime ends: nothing is added or removed any more.
    closed: bool,
    /// Where its ports are.
    linecard: Option<NonNull<bindings::devlink_linecard>>,
    /// Of which objects this is to be the last whenever a group is added: that may be about all
    /// that there are.
    last_in: Option<NonNull<Objects>>,
    /// How much room the objects of the last group took, so that the next one has it; before there
    /// is one, a guess.
    room: usize,
}

impl<T: Driver, G: Group<T>> Table<T, G> {
    /// The room for the objects of the first group. A value is mostly handles, and an object is
    /// seldom more than eight times as large as its handle; what has no room there gets its own.
    const FIRST_ROOM: usize = size_of::<G::Value<'static>>().saturating_mul(8);

    /// None. Their ports are on that line card.
    fn new(linecard: Option<NonNull<bindings::devlink_linecard>>) -> Self {
        // INVARIANT: There are no groups; the caller sees to the line card.
        Table {
            groups: Tree::new(),
            closed: false,
            linecard,
            last_in: None,
            room: Self::FIRST_ROOM,
        }
    }
}

impl<T: Driver, G: Group<T>> Kind for TableKind<T, G> {
    type State = Table<T, G>;

    unsafe fn unregister(table: *mut Table<T, G>) {
        // SAFETY: The table is valid.
        unsafe { (*table).closed = true };
        // SAFETY: The table is valid, and does not change, since it is closed.
        for entry in unsafe { (*table).groups.iter() } {
            // SAFETY: By the type invariants, and the instance lock is held.
            unsafe { GroupKind::<T, G>::unregister(node_of::<T, G>(entry).as_ref().state()) };
        }
    }

    // With the values of the objects that the table is one of, so that these and those of groups
    // may have handles of the same objects.
    unsafe fn drop_values(table: *mut Table<T, G>) {
        // SAFETY: The table is valid, and nobody uses it any more.
        unsafe { (*table).discard_all() }
    }
}

impl<T: Driver, G: Group<T>> Table<T, G> {
    fn discard_all(&mut self) {
        while let Some(entry) = self.groups.first() {
            // SAFETY: It is one of this tree's. By the type invariants it is that of a node. They
            // were unregistered, and nobody has a proof to use their objects with.
            unsafe {
                self.groups.remove(entry);
                Node::discard(node_of::<T, G>(entry).as_ptr());
            }
        }
    }
}

impl<T: Driver, G: Group<T>> Drop for Table<T, G> {
    fn drop(&mut self) {
        self.discard_all();
    }
}

/// Groups as objects, of which a table owns the nodes.
struct GroupKind<T, G>(PhantomData<fn(T, G)>);

type GroupNode<T, G> = Node<GroupKind<T, G>, ()>;

/// A group: its objects, and the driver's value with handles of them.
struct GroupState<T: Driver, G: Group<T>> {
    entry: Entry<G::Key>,
    objects: Objects,
    /// Its lifetime is erased, as in `Private`. `None` until the objects are made.
    value: Option<G::Value<'static>>,
    /// How many tasks [hold](Groups::hold) it. Guarded by the instance lock.
    holders: Cell<usize>,
}

impl<T: Driver, G: Group<T>> GroupState<T, G> {
    /// What it is in the table.
    ///
    /// # Safety
    ///
    /// The state is valid.
    unsafe fn entry(this: *mut Self) -> NonNull<Entry<G::Key>> {
        // SAFETY: By the requirements of this function; a field of something valid is not at null.
        unsafe { NonNull::new_unchecked(&raw mut (*this).entry) }
    }
}

/// The group of an entry.
///
/// # Safety
///
/// The entry is that of a valid node.
unsafe fn node_of<T: Driver, G: Group<T>>(
    entry: NonNull<Entry<G::Key>>,
) -> NonNull<GroupNode<T, G>> {
    // SAFETY: By the requirements of this function, it is a field of a node's state.
    unsafe {
        let state = container_of!(entry.as_ptr(), GroupState<T, G>, entry);
        NonNull::new_unchecked(Node::of_state(state))
    }
}

impl<T: Driver, G: Group<T>> Kind for GroupKind<T, G> {
    type State = GroupState<T, G>;

    fn objects(state: &GroupState<T, G>) -> Option<&Objects> {
        Some(&state.objects)
    }

    unsafe fn unregister(state: *mut GroupState<T, G>) {
        // SAFETY: The state is valid. The instance lock is held, by the requirements of this
        // function, and callbacks that still run have references to values only, which stay.
        unsafe { (*state).objects.unregister() }
    }
}

impl<T: Driver, G: Group<T>> Drop for GroupState<T, G> {
    fn drop(&mut self) {
        self.value = None;
        // SAFETY: A node is freed when it was unregistered and no callback has a reference, and
        // the handles in the driver's value are gone.
        unsafe { self.objects.free() };
    }
}

impl<'s, T: Driver> Bringup<'s, '_, T> {
    /// A place for groups of a kind; at first there is none.
    pub fn groups<G: Group<T>>(&self) -> Result<Groups<'s, T, G>> {
        self.make_groups(None)
    }

    /// As [`groups`](Self::groups), for `last_in` see [`Table`].
    fn make_groups<G: Group<T>>(
        &self,
        last_in: Option<NonNull<Objects>>,
    ) -> Result<Groups<'s, T, G>> {
        // INVARIANT: The table is made with `self`, so that it is unregistered before the line card
        // is destroyed, and is in the list of `self`, which is valid for `'s`.
        let mut table = Table::new(self.raw_linecard());
        table.last_in = last_in;
        let node = self
            .objects()
            .add::<TableKind<T, G>, ()>(table, (), |_| Ok(()))?;
        // SAFETY: The objects are those of `'s`, and of that instance.
        Ok(Groups(unsafe { Handle::new(node, self.devlink()) }))
    }
}

impl<T: Driver, G: Group<T>> Groups<'_, T, G> {
    /// Adds a group, whose objects `make` makes.
    ///
    /// Fails with `EEXIST` if there is one of that key, with `ENODEV` while the device goes down,
    /// and with what `make` fails with; then what it made is gone.
    pub fn add<'bound>(
        &self,
        cx: &Locked<'bound, T>,
        key: G::Key,
        make: impl for<'g> FnOnce(&Bringup<'g, 'bound, T>) -> Result<G::Value<'g>>,
    ) -> Result {
        self.add_with(cx, key, |cx| Ok((make(cx)?, ())))
    }

    /// As [`add`](Self::add), for a port that a user wants, see [`Port::wanted`]: returns what
    /// [`Driver::port_new`] answers with.
    ///
    /// [`Port::wanted`]: super::Port::wanted
    pub fn add_wanted<'a, 'bound>(
        &self,
        cx: &'a Locked<'bound, T>,
        key: G::Key,
        make: impl for<'g> FnOnce(&Bringup<'g, 'bound, T>) -> Result<(G::Value<'g>, WantedPort<'g>)>,
    ) -> Result<AddedPort<'a>> {
        self.add_with(cx, key, |cx| {
            let (value, port) = make(cx)?;
            // SAFETY: The port is the group's. If that is removed while `cx` exists, it is freed
            // when no callback runs, so later than that.
            Ok((value, unsafe { port.added() }))
        })
    }

    /// As [`add`](Self::add), for objects of a port that is there as long as `self`: what makes
    /// them is as from [`Bringup::on`].
    ///
    /// Fails also with `EINVAL` if the port was not made before `self`, with the same lifetime.
    pub fn add_on<'bound, P: PortOps<T>>(
        &self,
        cx: &Locked<'bound, T>,
        key: G::Key,
        port: Port<'_, T, P>,
        make: impl for<'g> FnOnce(&OnPort<'_, 'g, 'bound, T>) -> Result<G::Value<'g>>,
    ) -> Result {
        if !self.0.is_after(cx, port.handle()) {
            return Err(EINVAL);
        }
        self.add_with(cx, key, |cx| {
            // SAFETY: The port is unregistered after the groups, and so after the objects of one.
            let on = unsafe { OnPort::new(cx, port.raw()) };
            Ok((make(&on)?, ()))
        })
    }

    fn add_with<'bound, R>(
        &self,
        cx: &Locked<'bound, T>,
        key: G::Key,
        make: impl for<'g> FnOnce(&Bringup<'g, 'bound, T>) -> Result<(G::Value<'g>, R)>,
    ) -> Result<R> {
        self.check(cx, key)?;
        // SAFETY: The table is valid, and `cx` says that this task may use it.
        let (linecard, room) = unsafe { ((*self.0.state()).linecard, (*self.0.state()).room) };
        let node: NonNull<GroupNode<T, G>> = Node::with_room(
            room,
            |objects| GroupState {
                entry: Entry::new(key),
                objects,
                value: None,
                holders: Cell::new(0),
            },
            (),
        )?;
        // SAFETY: The node is valid, and nobody else knows it.
        let state = unsafe { node.as_ref().state() };
        // SAFETY: The state is valid; from here on the objects are only used by reference.
        let bringup = Bringup::new(cx, unsafe { &(*state).objects });
        // SAFETY: By the type invariants of `Table`, which is open and will have the group.
        let bringup = unsafe { bringup.with_linecard(linecard) };
        // What the objects hang on does not go meanwhile.
        let making = cx.begin_making();
        let result = make(&bringup);
        drop(making);
        let result = result.and_then(|(value, result)| {
            // SAFETY: The state is valid.
            let slot = unsafe { &raw mut (*state).value };
            // CAST: Only the lifetime differs. It ends when the state is dropped.
            let slot: *mut Option<G::Value<'_>> = slot.cast();
            // SAFETY: The slot is valid, `None`, and nobody else uses it yet.
            unsafe { slot.write(Some(value)) };
            self.check_open(cx)?;
            // SAFETY: The table is valid, and `cx` says that this task may use it.
            let table = unsafe { &mut *self.0.state() };
            // SAFETY: The state is valid.
            table.room = unsafe { (*state).objects.taken() };
            // A callback that ran meanwhile may have added one of that key.
            // INVARIANT: It is a node's, whose objects are registered.
            // SAFETY: The entry is valid until the node is freed, before which it is removed.
            unsafe { table.groups.insert(GroupState::entry(state))? };
            if let Some(list) = table.last_in {
                // SAFETY: By the type invariants of `Table`. Nobody is unregistering the objects of
                // the list, as the table is open, and the lock is held.
                unsafe { list.as_ref().make_last(self.0.node()) };
            }
            Ok(result)
        });
        result.inspect_err(|_| {
            // SAFETY: The instance lock is held. No callback has a reference to an object that only
            // this call knew, and `make` kept no handle, by its lifetime.
            unsafe {
                (*state).objects.unregister();
                Node::discard(node.as_ptr());
            }
        })
    }

    /// Whether a group of that key can be added.
    fn check(&self, cx: &Locked<'_, T>, key: G::Key) -> Result {
        self.check_open(cx)?;
        // SAFETY: The table is valid, and `cx` says that this task may use it.
        match unsafe { (*self.0.state()).groups.find(&key) } {
            Some(_) => Err(EEXIST),
            None => Ok(()),
        }
    }

    /// Whether groups can be added and removed.
    fn check_open(&self, cx: &Locked<'_, T>) -> Result {
        if !self.0.is_of(cx) {
            return Err(EINVAL);
        }
        // SAFETY: The table is valid, and `cx` says that this task may use it.
        if cx.is_going_down() || unsafe { (*self.0.state()).closed } {
            return Err(ENODEV);
        }
        Ok(())
    }

    /// Removes the group of that key: its objects are unregistered. Its value is dropped when no
    /// callback runs, so that one that deletes a port may remove the port's own group: at the end
    /// of [`Unlocked::lock`](super::Unlocked::lock) or [`Driver::up`], otherwise by a work.
    ///
    /// Fails with `ENOENT` if there is none, with `ENODEV` while the device goes down, and with
    /// `EBUSY` if somebody [holds](Self::hold) it, while a group is made, or in a callback about an
    /// object that devlink uses when the callback has returned: all about reporters, shared
    /// buffers, dpipe tables and ports, but for split, unsplit, delete and another type, and those
    /// that only say a value of a parameter or the use of a resource.
    ///
    /// Waits for callbacks about the group's objects that run without the instance lock, so it is
    /// not called with a lock held that these take.
    pub fn remove(&self, cx: &Locked<'_, T>, key: G::Key) -> Result {
        self.check_open(cx)?;
        if cx.is_about_object() || cx.is_making() {
            return Err(EBUSY);
        }
        let node = self.find(cx, key).ok_or(ENOENT)?;
        // SAFETY: The node is valid.
        let state = unsafe { node.as_ref().state() };
        // SAFETY: The state is valid.
        if unsafe { (*state).holders.get() } != 0 {
            return Err(EBUSY);
        }
        // SAFETY: The table is valid, `cx` says that this task may use it, and the entry is its.
        unsafe { (*self.0.state()).groups.remove(GroupState::entry(state)) };
        // SAFETY: It was registered, and the instance lock is held. What its value borrows does not
        // end before the device goes down, which it does not do now, or is of a group that this one
        // is in, which is removed later.
        unsafe {
            GroupKind::<T, G>::unregister(state);
            cx.retire(node);
        }
        Ok(())
    }

    /// Whether there is a group of that key that somebody [holds](Self::hold), so that it cannot be
    /// removed now.
    pub fn is_held(&self, cx: &Locked<'_, T>, key: G::Key) -> bool {
        self.find(cx, key).is_some_and(|node| {
            // SAFETY: The node is valid, and the lock that guards the number is held.
            unsafe { (*node.as_ref().state()).holders.get() != 0 }
        })
    }

    /// Calls `f` with the value of the group of that key; `None` if there is none.
    pub fn get<R>(
        &self,
        cx: &Locked<'_, T>,
        key: G::Key,
        f: impl for<'a, 'g> FnOnce(&'a G::Value<'g>) -> R,
    ) -> Option<R> {
        let node = self.find(cx, key)?;
        // SAFETY: The node is valid; if it is removed by `f`, it is freed when no callback runs.
        // Its value does not change any more.
        let value = unsafe { &(*node.as_ref().state()).value };
        value.as_ref().map(f)
    }

    /// The node of the group of that key, unless its objects are unregistered already.
    fn find(&self, cx: &Locked<'_, T>, key: G::Key) -> Option<NonNull<GroupNode<T, G>>> {
        if !self.0.is_of(cx) {
            return None;
        }
        // SAFETY: The table is valid, and `cx` says that this task may use it.
        let table = unsafe { &*self.0.state() };
        if table.closed {
            return None;
        }
        let entry = table.groups.find(&key)?;
        // SAFETY: By the type invariants of `Table`.
        Some(unsafe { node_of(entry) })
    }

    /// The smallest key of a group that is larger than `after`, or the smallest of all.
    pub fn next_key(&self, cx: &Locked<'_, T>, after: Option<G::Key>) -> Option<G::Key> {
        if !self.0.is_of(cx) {
            return None;
        }
        // SAFETY: The table is valid, and `cx` says that this task may use it.
        let groups = unsafe { &(*self.0.state()).groups };
        let entry = match after {
            None => groups.first()?,
            Some(after) => groups.above(&after)?,
        };
        // SAFETY: By the type invariants of `Tree`.
        Some(*unsafe { entry.as_ref() }.key())
    }
}

impl<'s, T: Driver, G: Group<T>> Groups<'s, T, G> {
    /// Calls `f` without the instance lock, with the value of the group of that key, which
    /// meanwhile is not removed: that fails with `EBUSY`. `None` if there is no such group.
    ///
    /// For what takes the instance lock itself, such as
    /// [`Reporter::report`](super::Reporter::report).
    pub fn hold<'w, 'bound, R>(
        &self,
        cx: &mut Held<'_, 'w, 's, 'bound, T>,
        key: G::Key,
        f: impl for<'a, 'g> FnOnce(&mut Held<'a, 'w, 'g, 'bound, T>, &'a G::Value<'g>) -> R,
    ) -> Option<R> {
        let node = cx.lock(|cx| {
            let node = self.find(cx, key)?;
            // SAFETY: The node is valid.
            let holders = unsafe { &(*node.as_ref().state()).holders };
            holders.set(holders.get() + 1);
            Some(node)
        })?;
        // SAFETY: The node is valid as long as it has a holder: it is not removed, and `cx` keeps
        // the table. Its value does not change any more.
        let value = unsafe { &(*node.as_ref().state()).value };
        let result = value.as_ref().map(|value| {
            // SAFETY: A group that has a holder is not removed, so its objects stay registered.
            // `f` is generic over their lifetime.
            let mut held = unsafe { Held::new(cx) };
            f(&mut held, value)
        });
        cx.lock(|_| {
            // SAFETY: The node is still valid: this task is one of its holders.
            let holders = unsafe { &(*node.as_ref().state()).holders };
            holders.set(holders.get() - 1);
        });
        result
    }
}
