// SPDX-License-Identifier: GPL-2.0

//! Lists of traps, groups or policers as objects of an instance.

use super::{
    desc::{
        own_number,
        TrapDesc,
        TrapGroupDesc,
        TrapGroupId,
        TrapPolicerDesc, //
    },
    generic::{
        LAST_GROUP,
        LAST_TRAP, //
    },
    item::Item,
    new::{
        NewTrap,
        NewTrapGroup, //
    },
    table::TrapKey,
    TrapDriver, //
};

use crate::{
    bindings,
    net::devlink::{
        instance::{
            Bringup,
            Locked, //
        },
        object::{
            Handle,
            Kind, //
        },
    },
    prelude::*,
    str::CString, //
};

use core::{
    cell::Cell,
    marker::PhantomData,
    mem::size_of,
    ptr,
    ptr::NonNull, //
};

/// What [`TrapObject`]s can be: [`TrapDesc`], [`TrapGroupDesc`], [`TrapPolicerDesc`].
pub trait TrapItem: Item {
    /// What the driver keeps of one.
    type Value<'s, T: TrapDriver>: Send + Sync + 's;
}

impl TrapItem for TrapDesc {
    type Value<'s, T: TrapDriver> = T::Trap<'s>;
}

impl TrapItem for TrapGroupDesc {
    type Value<'s, T: TrapDriver> = T::Group<'s>;
}

impl TrapItem for TrapPolicerDesc {
    type Value<'s, T: TrapDriver> = T::Policer<'s>;
}

/// An array that C is given.
enum Array<D: 'static> {
    Static(&'static [D]),
    /// With the names in it.
    Made {
        descs: KVec<D>,
        _names: KVec<CString>,
    },
}

impl<D> Array<D> {
    /// One that was made with these names, or static ones.
    fn made(descs: KVec<D>, names: KVec<CString>) -> Self {
        Array::Made {
            descs,
            _names: names,
        }
    }
}

/// What is registered together.
pub struct State<D: Item> {
    pub(super) devlink: NonNull<bindings::devlink>,
    /// The node that has this. Only the driver's type says what that is.
    pub(super) node: Cell<*const c_void>,
    /// The list that was registered before, of the same kind.
    pub(super) previous: Cell<*const State<D>>,
    array: Array<D>,
    /// What is known about each, beside its description.
    slots: KVec<D::Slot>,
    /// What is known about all.
    pub(super) shared: D::Shared,
    registered: Cell<bool>,
}

impl<D: Item> State<D> {
    /// What devlink knows about each.
    pub(super) fn descs(&self) -> &[D] {
        match &self.array {
            Array::Static(descs) => descs,
            Array::Made { descs, .. } => descs,
        }
    }

    /// What else is known about each.
    pub(super) fn slots(&self) -> &[D::Slot] {
        &self.slots
    }

    /// Whether devlink knows them.
    pub(super) fn is_registered(&self) -> bool {
        self.registered.get()
    }

    /// Where the element is, if it is one of these.
    pub(super) fn position(&self, raw: *const D::Raw) -> Option<usize> {
        let descs = self.descs();
        let offset = raw.addr().wrapping_sub(descs.as_ptr().addr());
        let position = offset / size_of::<D>();
        (position < descs.len()).then_some(position)
    }

    /// The array as C wants it, and its length.
    fn as_c(&self) -> (*const D::Raw, usize) {
        // CAST: A description is transparent.
        (self.descs().as_ptr().cast(), self.descs().len())
    }
}

/// Lists as objects of an instance.
pub(super) struct ListKind<T, D>(PhantomData<fn(T, D)>);

impl<T: TrapDriver, D: TrapItem> Kind for ListKind<T, D> {
    type State = State<D>;

    /// Does nothing if it was done already: what uses a group or a policer goes with it.
    unsafe fn unregister(list: *mut State<D>) {
        // SAFETY: The list is valid, and only used by reference.
        let list = unsafe { &*list };
        if !list.registered.replace(false) {
            return;
        }
        // SAFETY: The lock is held, and the driver's data is complete as long as its device is up,
        // which it is when it has lists.
        let cx = unsafe { Locked::<T>::new(list.devlink.as_ptr()) };
        D::let_go::<T>(&cx, list);
        let (array, count) = list.as_c();
        // SAFETY: The instance is valid, its lock is held, and the array was registered.
        unsafe { D::unregister(list.devlink.as_ptr(), array, count) };
        // Not before: callbacks look for it.
        D::registry(cx.trap_lists()).remove(list);
    }
}

type ListHandle<'s, T, D> = Handle<'s, T, ListKind<T, D>, KVec<<D as TrapItem>::Value<'s, T>>>;

/// Traps that were registered together at run time.
pub struct TrapList<'s, T: TrapDriver, D: TrapItem = TrapDesc>(ListHandle<'s, T, D>);

impl<T: TrapDriver, D: TrapItem> Clone for TrapList<'_, T, D> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: TrapDriver, D: TrapItem> Copy for TrapList<'_, T, D> {}

impl<'s, T: TrapDriver, D: TrapItem> TrapList<'s, T, D> {
    /// What was registered together with these.
    pub(super) fn state(&self) -> &'s State<D> {
        // SAFETY: The state is valid as long as the handle, and only used by reference.
        unsafe { &*self.0.state() }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.state().descs().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The one at that position, in the order in which they were given.
    pub fn get(&self, position: usize) -> Option<TrapObject<'s, T, D>> {
        (position < self.len()).then_some(TrapObject {
            list: *self,
            position,
        })
    }

    /// All.
    pub fn iter(&self) -> impl Iterator<Item = TrapObject<'s, T, D>> {
        let list = *self;
        (0..self.len()).map(move |position| TrapObject { list, position })
    }
}

/// A table of traps, groups or policers that is registered.
pub struct TrapTable<'s, T: TrapDriver, K: TrapKey<Desc: TrapItem>> {
    pub(super) list: TrapList<'s, T, K::Desc>,
    _keys: PhantomData<fn(K)>,
}

impl<T: TrapDriver, K: TrapKey<Desc: TrapItem>> Clone for TrapTable<'_, T, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: TrapDriver, K: TrapKey<Desc: TrapItem>> Copy for TrapTable<'_, T, K> {}

impl<'s, T: TrapDriver, K: TrapKey<Desc: TrapItem>> TrapTable<'s, T, K> {
    /// One of them.
    pub fn get(&self, key: K) -> TrapObject<'s, T, K::Desc> {
        TrapObject {
            list: self.list,
            position: key.into(),
        }
    }

    /// The same as a list.
    pub fn list(&self) -> TrapList<'s, T, K::Desc> {
        self.list
    }

    /// All.
    pub fn iter(&self) -> impl Iterator<Item = (K, TrapObject<'s, T, K::Desc>)> {
        K::ALL.iter().copied().zip(self.list.iter())
    }
}

/// A trap, group or policer that is registered: [`Trap`], [`TrapGroup`], [`TrapPolicer`].
pub struct TrapObject<'s, T: TrapDriver, D: TrapItem> {
    list: TrapList<'s, T, D>,
    position: usize,
}

/// A trap.
pub type Trap<'s, T> = TrapObject<'s, T, TrapDesc>;

/// A group of traps.
pub type TrapGroup<'s, T> = TrapObject<'s, T, TrapGroupDesc>;

/// A policer.
pub type TrapPolicer<'s, T> = TrapObject<'s, T, TrapPolicerDesc>;

impl<T: TrapDriver, D: TrapItem> Clone for TrapObject<'_, T, D> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: TrapDriver, D: TrapItem> Copy for TrapObject<'_, T, D> {}

impl<'s, T: TrapDriver, D: TrapItem> TrapObject<'s, T, D> {
    pub(super) fn state(&self) -> &'s State<D> {
        self.list.state()
    }

    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// What devlink knows about it.
    pub fn desc(&self) -> &'s D {
        &self.state().descs()[self.position]
    }

    /// The driver's value.
    ///
    /// Panics if this is an object of another instance than `cx` is about.
    pub fn get<'a>(&self, cx: &'a Locked<'_, T>) -> &'a D::Value<'s, T>
    where
        's: 'a,
    {
        &self.list.0.get(cx)[self.position]
    }
}

/// Makes a list of objects and registers it.
fn add<'up, T: TrapDriver, D: TrapItem>(
    cx: &Bringup<'up, '_, T>,
    array: Array<D>,
    values: KVec<D::Value<'up, T>>,
) -> Result<TrapList<'up, T, D>> {
    const {
        assert!(
            T::TRAPS.is_some(),
            "a driver with traps needs Driver::TRAPS"
        )
    };
    let mut list = State {
        devlink: cx.devlink(),
        node: Cell::new(ptr::null()),
        previous: Cell::new(ptr::null()),
        array,
        slots: KVec::new(),
        shared: D::shared()?,
        registered: Cell::new(false),
    };
    if list.descs().len() != values.len() {
        return Err(EINVAL);
    }
    let mut slots = KVec::with_capacity(values.len(), GFP_KERNEL)?;
    for desc in list.descs() {
        desc.check(cx.trap_lists())?;
        slots.push(desc.slot(), GFP_KERNEL)?;
    }
    list.slots = slots;
    let node = cx
        .objects()
        .add::<ListKind<T, D>, _>(list, values, |node| {
            // SAFETY: The state is valid, and from now on only used by reference.
            let list = unsafe { &*node.state() };
            list.node.set(ptr::from_ref(node).cast());
            register(cx, list)
        })?;
    // SAFETY: The objects are those of `'up`, and of that instance.
    Ok(TrapList(unsafe { Handle::new(node, cx.devlink()) }))
}

/// Registers a list, which does not move any more.
fn register<T: TrapDriver, D: TrapItem>(cx: &Locked<'_, T>, list: &State<D>) -> Result {
    let registry = D::registry(cx.trap_lists());
    // Before C knows it: callbacks look for it.
    // SAFETY: It is valid, and removed when it is unregistered, or below.
    unsafe { registry.add(list) };
    let (array, count) = list.as_c();
    // SAFETY: The instance is valid and its lock is held. The array does not change, and is valid
    // until it is unregistered: it is static, or as long as the list.
    let result = unsafe { D::register(list.devlink.as_ptr(), array, count) };
    match result {
        Ok(()) => {
            list.registered.set(true);
            D::show(list);
        }
        Err(_) => registry.remove(list),
    }
    result
}

/// Makes the values of a table.
fn values<K: TrapKey, V>(mut make: impl FnMut(K) -> Result<V>) -> Result<KVec<V>> {
    let mut values = KVec::with_capacity(K::ALL.len(), GFP_KERNEL)?;
    for key in K::ALL {
        values.push(make(*key)?, GFP_KERNEL)?;
    }
    Ok(values)
}

impl<'up, T: TrapDriver> Bringup<'up, '_, T> {
    /// Registers a table of policers, with the values that `make` makes
    /// (`devl_trap_policers_register()`).
    ///
    /// Fails with `EEXIST` if there is one of the same number, with what `make` or
    /// [`TrapPolicerOps::init`](super::TrapPolicerOps::init) fails with.
    pub fn trap_policers<K: TrapKey<Desc = TrapPolicerDesc>>(
        &self,
        make: impl FnMut(K) -> Result<T::Policer<'up>>,
    ) -> Result<TrapTable<'up, T, K>> {
        self.trap_table(make)
    }

    /// Registers a table of groups of traps, with the values that `make` makes
    /// (`devl_trap_groups_register()`).
    ///
    /// Fails with `EEXIST` if there is one of the same name or number, with `EINVAL` if there is no
    /// such policer, with what `make` or [`TrapGroupOps::init`](super::TrapGroupOps::init) fails
    /// with.
    pub fn trap_groups<K: TrapKey<Desc = TrapGroupDesc>>(
        &self,
        make: impl FnMut(K) -> Result<T::Group<'up>>,
    ) -> Result<TrapTable<'up, T, K>> {
        self.trap_table(make)
    }

    /// Registers a table of traps, with the values that `make` makes (`devl_traps_register()`).
    ///
    /// Fails with `EEXIST` if there is one of the same name, with `EINVAL` if there is no such
    /// group, with what `make` or [`TrapOps::init`](super::TrapOps::init) fails with.
    pub fn traps<K: TrapKey<Desc = TrapDesc>>(
        &self,
        make: impl FnMut(K) -> Result<T::Trap<'up>>,
    ) -> Result<TrapTable<'up, T, K>> {
        self.trap_table(make)
    }

    fn trap_table<K: TrapKey<Desc: TrapItem>>(
        &self,
        make: impl FnMut(K) -> Result<<K::Desc as TrapItem>::Value<'up, T>>,
    ) -> Result<TrapTable<'up, T, K>> {
        Ok(TrapTable {
            list: add(self, Array::Static(K::TABLE), values(make)?)?,
            _keys: PhantomData,
        })
    }

    /// Registers traps that are known only at run time, with their values
    /// (`devl_traps_register()`).
    ///
    /// To unregister traps takes a grace period of RCU, for each list. Fails as
    /// [`traps`](Self::traps) does.
    pub fn trap_list(&self, new: KVec<(NewTrap, T::Trap<'up>)>) -> Result<TrapList<'up, T>> {
        let mut descs = KVec::with_capacity(new.len(), GFP_KERNEL)?;
        let mut names = KVec::new();
        let mut values = KVec::with_capacity(new.len(), GFP_KERNEL)?;
        for (position, (mut new, value)) in new.into_iter().enumerate() {
            new.set_number(own_number(LAST_TRAP, position).ok_or(E2BIG)?);
            let (desc, name) = new.into_parts();
            if let Some(name) = name {
                names.push(name, GFP_KERNEL)?;
            }
            descs.push(desc, GFP_KERNEL)?;
            values.push(value, GFP_KERNEL)?;
        }
        add(self, Array::made(descs, names), values)
    }

    /// Registers a group of traps that is known only at run time, with its value
    /// (`devl_trap_groups_register()`). Traps get into it by its
    /// [`id()`](TrapGroupDesc::id).
    ///
    /// Fails as [`trap_groups`](Self::trap_groups) does.
    pub fn trap_group(
        &self,
        mut new: NewTrapGroup,
        value: T::Group<'up>,
    ) -> Result<TrapGroup<'up, T>> {
        if new.wants_number() {
            // Tables number theirs from the other end.
            let is_free = |number: &u16| {
                let id = TrapGroupId(*number);
                !self.trap_lists().groups.iter().any(|list| list.has(id))
            };
            let number = (LAST_GROUP + 1..=u16::MAX).rev().find(is_free);
            new.set_number(number.ok_or(ENOSPC)?);
        }
        let (desc, name) = new.into_parts();
        let mut descs = KVec::new();
        descs.push(desc, GFP_KERNEL)?;
        let mut names = KVec::new();
        if let Some(name) = name {
            names.push(name, GFP_KERNEL)?;
        }
        self.trap_one(Array::made(descs, names), value)
    }

    /// Registers a policer that is known only at run time, with its value
    /// (`devl_trap_policers_register()`).
    ///
    /// Fails as [`trap_policers`](Self::trap_policers) does, and with `EINVAL` if the number is 0,
    /// or rate or burst are not within their limits.
    pub fn trap_policer(
        &self,
        new: TrapPolicerDesc,
        value: T::Policer<'up>,
    ) -> Result<TrapPolicer<'up, T>> {
        let mut descs = KVec::new();
        descs.push(new, GFP_KERNEL)?;
        self.trap_one(Array::made(descs, KVec::new()), value)
    }

    fn trap_one<D: TrapItem>(
        &self,
        array: Array<D>,
        value: D::Value<'up, T>,
    ) -> Result<TrapObject<'up, T, D>> {
        let mut values = KVec::new();
        values.push(value, GFP_KERNEL)?;
        Ok(TrapObject {
            list: add(self, array, values)?,
            position: 0,
        })
    }
}
