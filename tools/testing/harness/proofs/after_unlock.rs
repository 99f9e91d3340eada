// SPDX-License-Identifier: GPL-2.0
// error: E0505: a proof does not outlive the lock
use crate::instance::Devlink;
use kernel::prelude::*;

pub(crate) fn late(devlink: &Devlink) -> Result<bool> {
    let operating = devlink.operate("test")?;
    let locked = operating.locked();
    drop(operating);
    Ok(locked.ops().can_flash())
}
