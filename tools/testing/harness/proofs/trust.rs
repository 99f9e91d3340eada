// SPDX-License-Identifier: GPL-2.0
// error: E0133: C's word that it holds the lock is taken by an unsafe function
use crate::{driver::access::InstanceLocked, instance::Devlink};

pub(crate) fn trust(devlink: &Devlink) -> bool {
    InstanceLocked::assume_held(devlink).ops().can_flash()
}
