// SPDX-License-Identifier: GPL-2.0

//! What devlink knows about a driver's traps, groups and policers.
//!
//! Each is what C wants to have, so that a table is an array in read-only memory.

use super::{
    generic::{
        LAST_GROUP,
        LAST_TRAP, //
    },
    GenericTrap,
    GenericTrapGroup,
    TrapAction,
    TrapType, //
};

use crate::{
    bindings,
    prelude::*,
    str::as_char_ptr_in_const_context, //
};

use core::ops::RangeInclusive;

/// What is known about each packet of a trap (`DEVLINK_TRAP_METADATA_TYPE_F_*`), and is reported
/// with it in a [`TrapOrigin`](super::TrapOrigin).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct TrapMetadata(pub(super) u32);

// The values of the header's macros, of which bindgen makes no constants.
impl TrapMetadata {
    /// Nothing.
    pub const NONE: Self = TrapMetadata(0);

    /// The port that it came in by (`DEVLINK_TRAP_METADATA_TYPE_F_IN_PORT`).
    pub const IN_PORT: Self = TrapMetadata(1 << 0);

    /// The cookie of the flow action that trapped it (`DEVLINK_TRAP_METADATA_TYPE_F_FA_COOKIE`).
    pub const FLOW_ACTION_COOKIE: Self = TrapMetadata(1 << 1);

    /// What is in one of them.
    pub const fn and(self, other: Self) -> Self {
        TrapMetadata(self.0 | other.0)
    }

    /// Whether all of `other` is in it.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// How a trap says which group it is in.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct TrapGroupId(pub(super) u16);

/// What devlink knows about a trap (`struct devlink_trap`).
///
/// # Invariants
///
/// The name is a string that exists as long as there is a reference to this.
#[repr(transparent)]
pub struct TrapDesc(pub(super) bindings::devlink_trap);

// SAFETY: The name is a constant string, of no task.
unsafe impl Send for TrapDesc {}

// SAFETY: The name is a constant string.
unsafe impl Sync for TrapDesc {}

impl TrapDesc {
    #[doc(hidden)]
    pub const fn generic(
        trap: GenericTrap,
        action: TrapAction,
        group: TrapGroupId,
        metadata: TrapMetadata,
    ) -> Self {
        // INVARIANT: The name is static.
        TrapDesc(bindings::devlink_trap {
            type_: trap.kind().to_c(),
            init_action: action.to_c(),
            generic: true,
            id: trap.number(),
            name: as_char_ptr_in_const_context(trap.name()),
            init_group_id: group.0,
            metadata_cap: metadata.0,
        })
    }

    #[doc(hidden)]
    pub const fn driver(
        position: usize,
        name: &'static CStr,
        kind: TrapType,
        action: TrapAction,
        group: TrapGroupId,
        metadata: TrapMetadata,
    ) -> Self {
        // INVARIANT: The name is static.
        TrapDesc(bindings::devlink_trap {
            type_: kind.to_c(),
            init_action: action.to_c(),
            generic: false,
            id: match own_number(LAST_TRAP, position) {
                Some(id) => id,
                None => panic!("too many traps"),
            },
            name: as_char_ptr_in_const_context(name),
            init_group_id: group.0,
            metadata_cap: metadata.0,
        })
    }

    /// Its name.
    pub fn name(&self) -> &CStr {
        // SAFETY: By the type invariants.
        unsafe { CStr::from_char_ptr(self.0.name) }
    }

    /// Whether it means the same on every device.
    pub fn is_generic(&self) -> bool {
        self.0.generic
    }

    /// Why its packets are trapped.
    pub fn kind(&self) -> TrapType {
        match self.0.type_ {
            bindings::devlink_trap_type_DEVLINK_TRAP_TYPE_DROP => TrapType::Drop,
            bindings::devlink_trap_type_DEVLINK_TRAP_TYPE_EXCEPTION => TrapType::Exception,
            // There is no other: it was made from a `TrapType`.
            _ => TrapType::Control,
        }
    }

    /// What happens to its packets at first.
    pub fn action(&self) -> TrapAction {
        // It was made from a `TrapAction`.
        TrapAction::from_c(self.0.init_action).unwrap_or(TrapAction::Drop)
    }

    /// The group that it is in.
    pub fn group(&self) -> TrapGroupId {
        TrapGroupId(self.0.init_group_id)
    }

    /// What is known about its packets.
    pub fn metadata(&self) -> TrapMetadata {
        TrapMetadata(self.0.metadata_cap)
    }
}

/// The number of a driver's own, by its position in a table. That of the first follows `last`.
pub(super) const fn own_number(last: u16, position: usize) -> Option<u16> {
    if position >= (u16::MAX - last) as usize {
        return None;
    }
    // Not cut off, as is seen above.
    Some(last + 1 + position as u16)
}

/// What devlink knows about a group of traps (`struct devlink_trap_group`).
///
/// # Invariants
///
/// The name is a string that exists as long as there is a reference to this.
#[repr(transparent)]
pub struct TrapGroupDesc(pub(super) bindings::devlink_trap_group);

// SAFETY: The name is a constant string, of no task.
unsafe impl Send for TrapGroupDesc {}

// SAFETY: The name is a constant string.
unsafe impl Sync for TrapGroupDesc {}

impl TrapGroupDesc {
    #[doc(hidden)]
    pub const fn generic(group: GenericTrapGroup, policer: u32) -> Self {
        // INVARIANT: The name is static.
        TrapGroupDesc(bindings::devlink_trap_group {
            name: as_char_ptr_in_const_context(group.name()),
            id: group.id().0,
            generic: true,
            init_policer_id: policer,
        })
    }

    #[doc(hidden)]
    pub const fn driver(position: usize, name: &'static CStr, policer: u32) -> Self {
        // INVARIANT: The name is static.
        TrapGroupDesc(bindings::devlink_trap_group {
            name: as_char_ptr_in_const_context(name),
            id: match own_number(LAST_GROUP, position) {
                Some(id) => id,
                None => panic!("too many groups"),
            },
            generic: false,
            init_policer_id: policer,
        })
    }

    /// Its name.
    pub fn name(&self) -> &CStr {
        // SAFETY: By the type invariants.
        unsafe { CStr::from_char_ptr(self.0.name) }
    }

    /// Whether it means the same on every device.
    pub fn is_generic(&self) -> bool {
        self.0.generic
    }

    /// How traps say that they are in it.
    pub const fn id(&self) -> TrapGroupId {
        TrapGroupId(self.0.id)
    }
}

/// What devlink knows about a policer (`struct devlink_trap_policer`).
#[repr(transparent)]
pub struct TrapPolicerDesc(pub(super) bindings::devlink_trap_policer);

impl TrapPolicerDesc {
    /// The policer that users know by the number `id`, which is not 0. It lets `rate` packets pass
    /// per second at first, and `burst` at once; users can change these within the limits.
    pub const fn new(
        id: u32,
        rate: u64,
        rates: RangeInclusive<u64>,
        burst: u64,
        bursts: RangeInclusive<u64>,
    ) -> Self {
        TrapPolicerDesc(bindings::devlink_trap_policer {
            id,
            init_rate: rate,
            init_burst: burst,
            max_rate: *rates.end(),
            min_rate: *rates.start(),
            max_burst: *bursts.end(),
            min_burst: *bursts.start(),
        })
    }

    /// The same, in a constant: if there is something wrong with it, it does not compile.
    #[doc(hidden)]
    pub const fn checked(self) -> Self {
        assert!(
            self.is_valid(),
            "a policer has a number, and a rate and a burst within their limits"
        );
        self
    }

    /// Whether it has a number, and a rate and a burst within their limits.
    pub(super) const fn is_valid(&self) -> bool {
        let this = &self.0;
        this.id != 0
            && this.min_rate <= this.init_rate
            && this.init_rate <= this.max_rate
            && this.min_burst <= this.init_burst
            && this.init_burst <= this.max_burst
    }

    /// The number that users know it by.
    pub const fn id(&self) -> u32 {
        self.0.id
    }

    /// How many packets it lets pass at first, per second.
    pub fn rate(&self) -> u64 {
        self.0.init_rate
    }

    /// How many packets it lets pass at first, at once.
    pub fn burst(&self) -> u64 {
        self.0.init_burst
    }
}
