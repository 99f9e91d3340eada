// SPDX-License-Identifier: GPL-2.0

//! In what traps, groups and policers differ.

use super::{
    desc::{
        TrapDesc,
        TrapGroupDesc,
        TrapGroupId,
        TrapPolicerDesc, //
    },
    list::{
        ListKind,
        State,
        TrapItem, //
    },
    registry::{
        Lists,
        Registry, //
    },
    report::{
        Gate,
        TrapSlot, //
    },
    TrapAction,
    TrapDriver,
    TrapType, //
};

use crate::{
    bindings,
    error::to_result,
    net::devlink::{
        instance::Locked,
        object::Kind, //
    },
    prelude::*, //
};

use core::{
    cell::Cell,
    ptr, //
};

mod private {
    use super::*;

    /// What lists have to know of what is in them.
    pub trait Item: Sized + Send + Sync + 'static {
        /// What C calls it. This is the same, transparently.
        type Raw;

        /// What changes of one while it is registered.
        type Slot;

        /// What changes of a list.
        type Shared;

        /// What changes of this one, as it is at first.
        fn slot(&self) -> Self::Slot;

        /// What changes of a list, as it is at first.
        fn shared() -> Result<Self::Shared>;

        /// Whether it can be registered beside what is registered, as far as a core does not say
        /// that itself without a warning.
        fn check(&self, lists: &Lists) -> Result;

        /// Where lists of these are.
        fn registry(lists: &Lists) -> &Registry<Self>
        where
            Self: TrapItem;

        /// Registers an array.
        ///
        /// # Safety
        ///
        /// The instance is valid and its lock is held. The array is valid, and does not change
        /// until it is unregistered.
        unsafe fn register(
            devlink: *mut bindings::devlink,
            array: *const Self::Raw,
            count: usize,
        ) -> Result;

        /// Unregisters an array.
        ///
        /// # Safety
        ///
        /// The instance is valid and its lock is held. The array was registered, and nothing uses
        /// what is in it.
        unsafe fn unregister(
            devlink: *mut bindings::devlink,
            array: *const Self::Raw,
            count: usize,
        );

        /// A list was registered.
        fn show(list: &State<Self>) {
            let _ = list;
        }

        /// A list is going to be unregistered: sees to it that nothing uses it any more.
        fn let_go<T: TrapDriver>(cx: &Locked<'_, T>, list: &State<Self>);
    }
}

pub(super) use self::private::Item;

impl Item for TrapDesc {
    type Raw = bindings::devlink_trap;
    type Slot = TrapSlot;
    type Shared = Gate;

    fn slot(&self) -> TrapSlot {
        TrapSlot::new(self.action())
    }

    fn shared() -> Result<Gate> {
        Gate::new()
    }

    /// A trap without group makes a core warn.
    fn check(&self, lists: &Lists) -> Result {
        let mut groups = lists.groups.iter();
        if groups.any(|list| list.has(self.group())) {
            Ok(())
        } else {
            Err(EINVAL)
        }
    }

    fn registry(lists: &Lists) -> &Registry<Self> {
        &lists.traps
    }

    unsafe fn register(
        devlink: *mut bindings::devlink,
        array: *const Self::Raw,
        count: usize,
    ) -> Result {
        // SAFETY: The instance's lock is held, and the array valid until it is unregistered.
        to_result(unsafe { bindings::devl_traps_register(devlink, array, count, ptr::null_mut()) })
    }

    unsafe fn unregister(devlink: *mut bindings::devlink, array: *const Self::Raw, count: usize) {
        // SAFETY: The instance's lock is held, and the array was registered. Nothing is reported
        // any more: `let_go` closed the gate, and before this frees a trap it waits for reports
        // that began before.
        unsafe { bindings::devl_traps_unregister(devlink, array, count) }
    }

    fn show(list: &State<Self>) {
        list.open();
    }

    fn let_go<T: TrapDriver>(_cx: &Locked<'_, T>, list: &State<Self>) {
        list.close();
    }
}

/// What changes of a group.
pub struct GroupSlot {
    /// The number of its policer, or 0.
    pub(super) policer: Cell<u32>,
}

impl State<TrapGroupDesc> {
    /// Whether the group of that number is in the list.
    pub(super) fn has(&self, id: TrapGroupId) -> bool {
        self.descs().iter().any(|group| group.id() == id)
    }
}

impl Item for TrapGroupDesc {
    type Raw = bindings::devlink_trap_group;
    type Slot = GroupSlot;
    type Shared = ();

    fn slot(&self) -> GroupSlot {
        GroupSlot {
            policer: Cell::new(self.0.init_policer_id),
        }
    }

    fn shared() -> Result {
        Ok(())
    }

    /// Traps know their group by its number. A group without its policer makes a core warn.
    fn check(&self, lists: &Lists) -> Result {
        if lists.groups.iter().any(|list| list.has(self.id())) {
            return Err(EEXIST);
        }
        let policer = self.0.init_policer_id;
        if policer != 0 && !lists.policers.iter().any(|list| list.has(policer)) {
            return Err(EINVAL);
        }
        Ok(())
    }

    fn registry(lists: &Lists) -> &Registry<Self> {
        &lists.groups
    }

    unsafe fn register(
        devlink: *mut bindings::devlink,
        array: *const Self::Raw,
        count: usize,
    ) -> Result {
        // SAFETY: The instance's lock is held, and the array valid until it is unregistered.
        to_result(unsafe { bindings::devl_trap_groups_register(devlink, array, count) })
    }

    unsafe fn unregister(devlink: *mut bindings::devlink, array: *const Self::Raw, count: usize) {
        // SAFETY: The instance's lock is held, and the array was registered.
        unsafe { bindings::devl_trap_groups_unregister(devlink, array, count) }
    }

    /// The core in C has pointers from traps to groups, and frees groups nevertheless. Traps are
    /// registered after their group, and usually unregistered before it; not so if they come and go
    /// otherwise than it.
    fn let_go<T: TrapDriver>(cx: &Locked<'_, T>, list: &State<Self>) {
        let uses = |traps: &&State<TrapDesc>| {
            traps.is_registered() && traps.descs().iter().any(|trap| list.has(trap.group()))
        };
        while let Some(traps) = cx.trap_lists().traps.iter().find(uses) {
            // SAFETY: It is registered, and the lock is held.
            unsafe { ListKind::<T, TrapDesc>::unregister(ptr::from_ref(traps).cast_mut()) };
        }
    }
}

impl State<TrapPolicerDesc> {
    /// Whether the policer of that number is in the list.
    pub(super) fn has(&self, id: u32) -> bool {
        self.descs().iter().any(|policer| policer.id() == id)
    }
}

impl Item for TrapPolicerDesc {
    type Raw = bindings::devlink_trap_policer;
    type Slot = ();
    type Shared = ();

    fn slot(&self) {}

    fn shared() -> Result {
        Ok(())
    }

    fn check(&self, _lists: &Lists) -> Result {
        if self.is_valid() {
            Ok(())
        } else {
            Err(EINVAL)
        }
    }

    fn registry(lists: &Lists) -> &Registry<Self> {
        &lists.policers
    }

    unsafe fn register(
        devlink: *mut bindings::devlink,
        array: *const Self::Raw,
        count: usize,
    ) -> Result {
        // SAFETY: The instance's lock is held, and the array valid until it is unregistered.
        to_result(unsafe { bindings::devl_trap_policers_register(devlink, array, count) })
    }

    unsafe fn unregister(devlink: *mut bindings::devlink, array: *const Self::Raw, count: usize) {
        // SAFETY: The instance's lock is held, and the array was registered.
        unsafe { bindings::devl_trap_policers_unregister(devlink, array, count) }
    }

    /// As of groups, for the groups that have one of the policers: users choose which.
    fn let_go<T: TrapDriver>(cx: &Locked<'_, T>, list: &State<Self>) {
        let uses = |groups: &&State<TrapGroupDesc>| {
            let mut slots = groups.slots().iter();
            groups.is_registered() && slots.any(|slot| list.has(slot.policer.get()))
        };
        while let Some(groups) = cx.trap_lists().groups.iter().find(uses) {
            // SAFETY: It is registered, and the lock is held.
            unsafe { ListKind::<T, TrapGroupDesc>::unregister(ptr::from_ref(groups).cast_mut()) };
        }
    }
}

impl State<TrapDesc> {
    /// Remembers that the driver did that to all traps of the group of which that can be done.
    pub(super) fn set_action_of(&self, group: TrapGroupId, action: TrapAction) {
        for (trap, slot) in self.descs().iter().zip(self.slots()) {
            if trap.group() == group && trap.kind() == TrapType::Drop {
                slot.set_action(action);
            }
        }
    }
}
