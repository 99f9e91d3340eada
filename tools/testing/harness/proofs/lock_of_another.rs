// SPDX-License-Identifier: GPL-2.0
// error: E0451: a driver's operations do not go with the lock of another instance
use crate::driver::access::{Active, InstanceLocked, LockedOps};

pub(crate) fn mix<'a>(active: &'a Active<'_>, other: InstanceLocked<'a>) -> LockedOps<'a> {
    LockedOps {
        ops: active.ops(),
        devlink: other,
    }
}
