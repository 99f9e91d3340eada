// SPDX-License-Identifier: GPL-2.0

//! The operations of `struct devlink_ops` that are about traps.

use super::{
    desc::{
        TrapDesc,
        TrapGroupDesc,
        TrapPolicerDesc, //
    },
    list::{
        ListKind,
        State,
        TrapItem, //
    },
    TrapAction,
    TrapDriver,
    TrapGroupOps,
    TrapOps,
    TrapPolicerOps, //
};

use crate::{
    bindings,
    net::{
        devlink::{
            instance::Locked,
            object::{
                callback,
                Node, //
            },
            to_errno,
            Driver, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

use core::marker::PhantomData;

/// The traps of a driver: its [`TrapDriver`], or none.
pub struct Traps<T> {
    ops: Option<bindings::devlink_ops>,
    _driver: PhantomData<fn(T)>,
}

impl<T: Driver> Traps<T> {
    /// None.
    pub const NONE: Self = Traps {
        ops: None,
        _driver: PhantomData,
    };

    /// What the driver implements.
    pub const fn of() -> Self
    where
        T: TrapDriver,
    {
        Traps {
            ops: Some(ops::<
                T,
                T::Trap<'static>,
                T::Group<'static>,
                T::Policer<'static>,
            >()),
            _driver: PhantomData,
        }
    }

    /// Whether there are any.
    pub(super) const fn is_some(&self) -> bool {
        self.ops.is_some()
    }

    /// Puts the operations in a table.
    pub(in crate::net::devlink) const fn fill(
        &self,
        ops: bindings::devlink_ops,
    ) -> bindings::devlink_ops {
        let Some(traps) = &self.ops else {
            return ops;
        };
        bindings::devlink_ops {
            trap_init: traps.trap_init,
            trap_fini: traps.trap_fini,
            trap_action_set: traps.trap_action_set,
            trap_drop_counter_get: traps.trap_drop_counter_get,
            trap_group_init: traps.trap_group_init,
            trap_group_set: traps.trap_group_set,
            trap_group_action_set: traps.trap_group_action_set,
            trap_policer_init: traps.trap_policer_init,
            trap_policer_fini: traps.trap_policer_fini,
            trap_policer_set: traps.trap_policer_set,
            trap_policer_counter_get: traps.trap_policer_counter_get,
            ..ops
        }
    }
}

/// The operations about traps with values of type `V`, groups with values of type `G` and policers
/// with values of type `P`, which are those of `T`. Lifetimes are erased: the driver implements
/// the traits for all of them.
///
/// Without the first and the third no trap can be registered.
const fn ops<T, V, G, P>() -> bindings::devlink_ops
where
    T: TrapDriver,
    V: TrapOps<T>,
    G: TrapGroupOps<T>,
    P: TrapPolicerOps<T>,
{
    bindings::devlink_ops {
        trap_init: Some(trap_init::<T>),
        trap_fini: callback!(V::HAS_FINI, trap_fini::<T>),
        trap_action_set: Some(trap_action_set::<T>),
        trap_drop_counter_get: callback!(V::HAS_DROPS, trap_drops::<T>),
        trap_group_init: callback!(G::HAS_INIT, group_init::<T>),
        trap_group_set: callback!(G::HAS_SET_POLICER, group_set::<T>),
        trap_group_action_set: callback!(G::HAS_SET_ACTION, group_action_set::<T>),
        trap_policer_init: callback!(P::HAS_INIT, policer_init::<T>),
        trap_policer_fini: callback!(P::HAS_FINI, policer_fini::<T>),
        trap_policer_set: callback!(P::HAS_SET, policer_set::<T>),
        trap_policer_counter_get: callback!(P::HAS_DROPS, policer_drops::<T>),
        ..pin_init::zeroed()
    }
}

/// What a core calls back about.
struct Found<'a, T: TrapDriver, D: TrapItem> {
    list: &'a State<D>,
    values: &'a KVec<D::Value<'a, T>>,
    position: usize,
}

impl<'a, T: TrapDriver, D: TrapItem> Found<'a, T, D> {
    fn new(cx: &'a Locked<'_, T>, raw: *const D::Raw) -> Result<Self> {
        let lists = D::registry(cx.trap_lists());
        let (list, position) = lists.find(raw).ok_or(EINVAL)?;
        // SAFETY: The lists of an instance of `T` are in such nodes, which `add` put there. The
        // lifetime of the values cannot be chosen by who gets them: callbacks are for each.
        let node: &Node<ListKind<T, D>, KVec<D::Value<'a, T>>> =
            unsafe { &*list.node.get().cast() };
        Ok(Found {
            list,
            values: node.value(),
            position,
        })
    }

    fn value(&self) -> &'a D::Value<'a, T> {
        &self.values[self.position]
    }

    fn desc(&self) -> &'a D {
        &self.list.descs()[self.position]
    }

    fn slot(&self) -> &'a D::Slot {
        &self.list.slots()[self.position]
    }
}

/// Calls `f` with the proof that the lock is held. The driver gets no more of it than a `Pinned`.
///
/// # Safety
///
/// A core calls an operation of the instance `devlink`, which is one of `T`.
unsafe fn enter<T: TrapDriver>(
    devlink: *mut bindings::devlink,
    f: impl FnOnce(&Locked<'_, T>) -> Result,
) -> c_int {
    // SAFETY: A core calls operations with the instance lock held. Traps, groups and policers are
    // registered when the data is complete, and unregistered before it is dropped.
    to_errno(f(&unsafe { Locked::new(devlink) }))
}

/// # Safety
///
/// Only to be called as an operation of an instance of `T`, by a devlink core.
unsafe extern "C" fn trap_init<T: TrapDriver>(
    devlink: *mut bindings::devlink,
    trap: *const bindings::devlink_trap,
    context: *mut c_void,
) -> c_int {
    let init = |cx: &Locked<'_, T>| {
        let trap = Found::<T, TrapDesc>::new(cx, trap)?;
        trap.slot().set_context(context);
        if <T::Trap<'static> as TrapOps<T>>::HAS_INIT {
            trap.value().init(cx, trap.desc().action())?;
        }
        Ok(())
    };
    // SAFETY: A core calls an operation of an instance of `T`.
    unsafe { enter(devlink, init) }
}

/// # Safety
///
/// As for [`trap_init`].
unsafe extern "C" fn trap_fini<T: TrapDriver>(
    devlink: *mut bindings::devlink,
    trap: *const bindings::devlink_trap,
    _context: *mut c_void,
) {
    let fini = |cx: &Locked<'_, T>| {
        Found::<T, TrapDesc>::new(cx, trap)?.value().fini(cx);
        Ok(())
    };
    // SAFETY: A core calls an operation of an instance of `T`.
    unsafe { enter(devlink, fini) };
}

/// # Safety
///
/// As for [`trap_init`].
unsafe extern "C" fn trap_action_set<T: TrapDriver>(
    devlink: *mut bindings::devlink,
    trap: *const bindings::devlink_trap,
    action: bindings::devlink_trap_action,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    let set = |cx: &Locked<'_, T>| {
        let trap = Found::<T, TrapDesc>::new(cx, trap)?;
        let action = TrapAction::from_c(action)?;
        trap.value().set_action(cx, action, extack)?;
        trap.slot().set_action(action);
        Ok(())
    };
    // SAFETY: A core calls an operation of an instance of `T`.
    unsafe { enter(devlink, set) }
}

/// # Safety
///
/// As for [`trap_init`], with a valid pointer to where the answer goes.
unsafe extern "C" fn trap_drops<T: TrapDriver>(
    devlink: *mut bindings::devlink,
    trap: *const bindings::devlink_trap,
    drops: *mut u64,
) -> c_int {
    let get = |cx: &Locked<'_, T>| {
        let count = Found::<T, TrapDesc>::new(cx, trap)?.value().drops(cx)?;
        // SAFETY: The core passes a variable of its own.
        unsafe { *drops = count };
        Ok(())
    };
    // SAFETY: A core calls an operation of an instance of `T`.
    unsafe { enter(devlink, get) }
}

/// The policer of that number; `None` for 0.
fn policer<'a, T: TrapDriver>(
    cx: &'a Locked<'_, T>,
    id: u32,
) -> Result<Option<&'a T::Policer<'a>>> {
    if id == 0 {
        return Ok(None);
    }
    let mut lists = cx.trap_lists().policers.iter();
    let desc = lists
        .find_map(|list| list.descs().iter().find(|policer| policer.id() == id))
        .ok_or(ENOENT)?;
    Ok(Some(Found::<T, TrapPolicerDesc>::new(cx, &desc.0)?.value()))
}

/// # Safety
///
/// As for [`trap_init`].
unsafe extern "C" fn group_init<T: TrapDriver>(
    devlink: *mut bindings::devlink,
    group: *const bindings::devlink_trap_group,
) -> c_int {
    let init = |cx: &Locked<'_, T>| {
        let group = Found::<T, TrapGroupDesc>::new(cx, group)?;
        group
            .value()
            .init(cx, policer(cx, group.slot().policer.get())?)
    };
    // SAFETY: A core calls an operation of an instance of `T`.
    unsafe { enter(devlink, init) }
}

/// # Safety
///
/// As for [`trap_init`], with a valid policer or null.
unsafe extern "C" fn group_set<T: TrapDriver>(
    devlink: *mut bindings::devlink,
    group: *const bindings::devlink_trap_group,
    raw: *const bindings::devlink_trap_policer,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    // SAFETY: The core passes one that is registered, or null.
    let id = unsafe { raw.as_ref() }.map_or(0, |policer| policer.id);
    let set = |cx: &Locked<'_, T>| {
        let group = Found::<T, TrapGroupDesc>::new(cx, group)?;
        group.value().set_policer(cx, policer(cx, id)?, extack)?;
        group.slot().policer.set(id);
        Ok(())
    };
    // SAFETY: A core calls an operation of an instance of `T`.
    unsafe { enter(devlink, set) }
}

/// # Safety
///
/// As for [`trap_init`].
unsafe extern "C" fn group_action_set<T: TrapDriver>(
    devlink: *mut bindings::devlink,
    group: *const bindings::devlink_trap_group,
    action: bindings::devlink_trap_action,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    let set = |cx: &Locked<'_, T>| {
        let group = Found::<T, TrapGroupDesc>::new(cx, group)?;
        let action = TrapAction::from_c(action)?;
        group.value().set_action(cx, action, extack)?;
        for traps in cx.trap_lists().traps.iter() {
            traps.set_action_of(group.desc().id(), action);
        }
        Ok(())
    };
    // SAFETY: A core calls an operation of an instance of `T`.
    unsafe { enter(devlink, set) }
}

/// # Safety
///
/// As for [`trap_init`].
unsafe extern "C" fn policer_init<T: TrapDriver>(
    devlink: *mut bindings::devlink,
    policer: *const bindings::devlink_trap_policer,
) -> c_int {
    let init = |cx: &Locked<'_, T>| {
        let policer = Found::<T, TrapPolicerDesc>::new(cx, policer)?;
        policer.value().init(cx)
    };
    // SAFETY: A core calls an operation of an instance of `T`.
    unsafe { enter(devlink, init) }
}

/// # Safety
///
/// As for [`trap_init`].
unsafe extern "C" fn policer_fini<T: TrapDriver>(
    devlink: *mut bindings::devlink,
    policer: *const bindings::devlink_trap_policer,
) {
    let fini = |cx: &Locked<'_, T>| {
        Found::<T, TrapPolicerDesc>::new(cx, policer)?
            .value()
            .fini(cx);
        Ok(())
    };
    // SAFETY: A core calls an operation of an instance of `T`.
    unsafe { enter(devlink, fini) };
}

/// # Safety
///
/// As for [`trap_init`].
unsafe extern "C" fn policer_set<T: TrapDriver>(
    devlink: *mut bindings::devlink,
    policer: *const bindings::devlink_trap_policer,
    rate: u64,
    burst: u64,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    let set = |cx: &Locked<'_, T>| {
        let policer = Found::<T, TrapPolicerDesc>::new(cx, policer)?;
        policer.value().set(cx, rate, burst, extack)
    };
    // SAFETY: A core calls an operation of an instance of `T`.
    unsafe { enter(devlink, set) }
}

/// # Safety
///
/// As for [`trap_drops`].
unsafe extern "C" fn policer_drops<T: TrapDriver>(
    devlink: *mut bindings::devlink,
    policer: *const bindings::devlink_trap_policer,
    drops: *mut u64,
) -> c_int {
    let get = |cx: &Locked<'_, T>| {
        let count = Found::<T, TrapPolicerDesc>::new(cx, policer)?
            .value()
            .drops(cx)?;
        // SAFETY: The core passes a variable of its own.
        unsafe { *drops = count };
        Ok(())
    };
    // SAFETY: A core calls an operation of an instance of `T`.
    unsafe { enter(devlink, get) }
}
