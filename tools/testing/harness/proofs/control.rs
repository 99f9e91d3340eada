// SPDX-License-Identifier: GPL-2.0
// compiles: what the other files do not do
use crate::{driver::access::InstanceLocked, instance::Devlink};
use kernel::prelude::*;

fn abilities(locked: InstanceLocked<'_>) -> bool {
    locked.ops().can_flash()
}

pub(crate) fn control(devlink: &Devlink) -> Result<bool> {
    let operating = devlink.operate("test")?;
    let can = abilities(operating.locked()) && operating.ops().can_flash();
    drop(operating);
    Ok(can)
}
