// SPDX-License-Identifier: GPL-2.0
// error: E0505: the driver's operations do not outlive the pass
use crate::instance::Devlink;
use kernel::prelude::*;

pub(crate) fn late(devlink: &Devlink) -> Result<bool> {
    let active = devlink.enter()?;
    let ops = active.ops();
    drop(active);
    Ok(ops.can_flash())
}
