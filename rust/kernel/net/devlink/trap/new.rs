// SPDX-License-Identifier: GPL-2.0

//! Traps and groups of which only the device says at run time what they are called, or whether
//! there are any.

use super::{
    desc::{
        TrapDesc,
        TrapGroupDesc,
        TrapGroupId,
        TrapMetadata, //
    },
    GenericTrap,
    GenericTrapGroup,
    TrapAction,
    TrapType, //
};

use crate::{
    bindings,
    prelude::*,
    str::CString, //
};

/// A trap to be made at run time, see
/// [`Bringup::trap`](crate::net::devlink::Bringup::trap) and
/// [`Bringup::trap_list`](crate::net::devlink::Bringup::trap_list).
///
/// # Examples
///
/// A device that says itself which traps it has, and whose stages have some that come and go:
///
/// ```
/// use kernel::{
///     net::{
///         devlink::{
///             self,
///             Bringup,
///             GenericTrap,
///             GenericTrapGroup,
///             Groups,
///             NewTrap,
///             NewTrapGroup,
///             Trap,
///             TrapAction,
///             TrapPolicerDesc,
///             TrapType, //
///         },
///         netlink::extack::Extack, //
///     },
///     prelude::*,
///     str::CString, //
/// };
/// # use kernel::{device::Bound, faux};
/// # use kernel::net::devlink::{Pinned, Setup, TrapDriver, TrapOps, Traps, Why};
///
/// struct Nic;
///
/// struct Stage;
///
/// impl devlink::Group<Nic> for Stage {
///     type Key = u32;
///     type Value<'group> = Trap<'group, Nic>;
/// }
///
/// # impl TrapDriver for Nic {
/// #     type Trap<'up> = ();
/// #     type Group<'up> = ();
/// #     type Policer<'up> = ();
/// # }
/// # #[vtable]
/// # impl TrapOps<Nic> for () {
/// #     fn set_action(&self, _: &Pinned<'_, Nic>, _: TrapAction, _: Extack<'_>) -> Result {
/// #         Ok(())
/// #     }
/// # }
/// fn make<'up>(cx: &Bringup<'up, '_, Nic>) -> Result<Groups<'up, Nic, Stage>> {
///     let stages = cx.groups()?;
///     cx.trap_policer(TrapPolicerDesc::new(7, 1_000, 1..=8_000, 128, 8..=65_536), ())?;
///     for group in GenericTrapGroup::all() {
///         cx.trap_group(NewTrapGroup::generic(group).policer(7), ())?;
///     }
///     let mut traps = KVec::new();
///     for trap in GenericTrap::all() {
///         let group = GenericTrapGroup::L2_DROPS.id();
///         traps.push((NewTrap::generic(trap, TrapAction::Drop, group), ()), GFP_KERNEL)?;
///     }
///     cx.trap_list(traps)?;
///
///     let new = NewTrapGroup::driver(CString::try_from(c"nic_stages")?);
///     let group = cx.trap_group(new, ())?.desc().id();
///     for stage in 0..3_u32 {
///         stages.add(cx, stage, |cx| {
///             let name = CString::try_from_fmt(fmt!("nic_stage{stage}"))?;
///             let new = NewTrap::driver(name, TrapType::Drop, TrapAction::Trap, group);
///             cx.trap(new, ())
///         })?;
///     }
///     stages.remove(cx, 1)?;
///     stages.get(cx, 2, |trap: &Trap<'_, Nic>| {
///         assert_eq!(trap.desc().name(), c"nic_stage2");
///     });
///     Ok(stages)
/// }
/// # #[vtable]
/// # impl devlink::Driver for Nic {
/// #     type Device = faux::Device<Bound>;
/// #     type Data<'bound> = ();
/// #     type Up<'up> = Groups<'up, Nic, Stage>;
/// #     const TRAPS: Traps<Self> = Traps::of();
/// #     fn probe<'bound>(
/// #         _: &'bound Self::Device,
/// #         _: &Setup<'bound, Self>,
/// #     ) -> impl PinInit<Self::Data<'bound>, Error> {
/// #         Ok::<_, Error>(())
/// #     }
/// #     fn up<'up>(
/// #         cx: &Bringup<'up, '_, Self>,
/// #         _: &Why,
/// #         _: Extack<'_>,
/// #     ) -> Result<Self::Up<'up>> {
/// #         make(cx)
/// #     }
/// # }
/// # drop(devlink::faux::Registration::<Nic>::new(c"trap_list_nic")?);
/// # Ok::<(), Error>(())
/// ```
///
/// # Invariants
///
/// What `desc` has for a name is static, or `name`.
pub struct NewTrap {
    desc: TrapDesc,
    name: Option<CString>,
}

impl NewTrap {
    /// A generic trap, with what happens to its packets at first.
    pub fn generic(trap: GenericTrap, action: TrapAction, group: TrapGroupId) -> Self {
        // INVARIANT: The names of generic traps are static.
        NewTrap {
            desc: TrapDesc::generic(trap, action, group, TrapMetadata::NONE),
            name: None,
        }
    }

    /// A trap of the driver's own, with what happens to its packets at first.
    pub fn driver(name: CString, kind: TrapType, action: TrapAction, group: TrapGroupId) -> Self {
        let desc = TrapDesc(bindings::devlink_trap {
            type_: kind.to_c(),
            init_action: action.to_c(),
            generic: false,
            id: 0,
            name: name.as_char_ptr(),
            init_group_id: group.0,
            metadata_cap: TrapMetadata::NONE.0,
        });
        // INVARIANT: It is the name's memory, which does not move with it.
        NewTrap {
            desc,
            name: Some(name),
        }
    }

    /// That is known about its packets.
    pub fn metadata(mut self, metadata: TrapMetadata) -> Self {
        self.desc.0.metadata_cap = metadata.0;
        self
    }

    /// Gives the trap its number, if it is the driver's own.
    pub(super) fn set_number(&mut self, number: u16) {
        if !self.desc.0.generic {
            self.desc.0.id = number;
        }
    }

    /// The description, and what is to be kept as long as that.
    pub(super) fn into_parts(self) -> (TrapDesc, Option<CString>) {
        (self.desc, self.name)
    }
}

/// A group of traps to be made at run time, see
/// [`Bringup::trap_group`](crate::net::devlink::Bringup::trap_group).
///
/// # Invariants
///
/// What `desc` has for a name is static, or `name`.
pub struct NewTrapGroup {
    desc: TrapGroupDesc,
    name: Option<CString>,
}

impl NewTrapGroup {
    /// A generic group.
    pub fn generic(group: GenericTrapGroup) -> Self {
        // INVARIANT: The names of generic groups are static.
        NewTrapGroup {
            desc: TrapGroupDesc::generic(group, 0),
            name: None,
        }
    }

    /// A group of the driver's own.
    pub fn driver(name: CString) -> Self {
        let desc = TrapGroupDesc(bindings::devlink_trap_group {
            name: name.as_char_ptr(),
            id: 0,
            generic: false,
            init_policer_id: 0,
        });
        // INVARIANT: It is the name's memory, which does not move with it.
        NewTrapGroup {
            desc,
            name: Some(name),
        }
    }

    /// At first it has the policer of that number.
    pub fn policer(mut self, id: u32) -> Self {
        self.desc.0.init_policer_id = id;
        self
    }

    /// Whether it is the driver's own, and is to get a number.
    pub(super) fn wants_number(&self) -> bool {
        !self.desc.0.generic
    }

    /// Gives the group its number.
    pub(super) fn set_number(&mut self, number: u16) {
        self.desc.0.id = number;
    }

    /// The description, and what is to be kept as long as that.
    pub(super) fn into_parts(self) -> (TrapGroupDesc, Option<CString>) {
        (self.desc, self.name)
    }
}
