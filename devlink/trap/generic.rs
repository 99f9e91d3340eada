// SPDX-License-Identifier: GPL-2.0

//! Checks of what drivers call generic: traps and groups that mean the same on every device.
//!
//! Which there are says [`kernel::net::devlink`], for drivers in Rust and for this.

use super::{
    group::NewGroup,
    Kind,
    NewTrap, //
};

use crate::driver::trap::Description;

use kernel::{
    net::devlink::{
        GenericTrap,
        GenericTrapGroup,
        TrapType, //
    },
    prelude::*, //
};

impl From<TrapType> for Kind {
    fn from(kind: TrapType) -> Self {
        match kind {
            TrapType::Drop => Kind::DROP,
            TrapType::Exception => Kind::EXCEPTION,
            TrapType::Control => Kind::CONTROL,
        }
    }
}

/// Checks that a trap that says it is generic is what it says, and that any other cannot be taken
/// for a generic one.
pub(super) fn verify_trap(trap: &NewTrap<'_>) -> Result {
    let Description {
        name,
        kind,
        generic,
        ..
    } = trap.description;
    let is_same = |known: GenericTrap| known.name() == name && Kind::from(known.kind()) == kind;
    verify(
        generic,
        GenericTrap::from_number(trap.id).map(is_same),
        || GenericTrap::all().any(|known| known.name() == name),
    )
}

/// Like [`verify_trap`], for groups.
pub(super) fn verify_group(group: &NewGroup<'_>) -> Result {
    verify(
        group.generic,
        GenericTrapGroup::from_number(group.id).map(|known| known.name() == group.name),
        || GenericTrapGroup::all().any(|known| known.name() == group.name),
    )
}

/// `is_same` says whether it is the generic one of its number, if there is one; `has_name` whether
/// a generic one has its name.
fn verify(generic: bool, is_same: Option<bool>, has_name: impl FnOnce() -> bool) -> Result {
    match (generic, is_same) {
        (true, Some(true)) => Ok(()),
        (true, _) | (false, Some(_)) => Err(EINVAL),
        (false, None) if has_name() => Err(EEXIST),
        (false, None) => Ok(()),
    }
}
