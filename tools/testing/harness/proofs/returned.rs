// SPDX-License-Identifier: GPL-2.0
// error: E0515: a proof does not leave the function that took the lock
use crate::{driver::access::InstanceLocked, instance::Devlink};

pub(crate) fn keep(devlink: &Devlink) -> Option<InstanceLocked<'_>> {
    let guard = devlink.lock();
    guard.published()
}
