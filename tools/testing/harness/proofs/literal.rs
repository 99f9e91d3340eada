// SPDX-License-Identifier: GPL-2.0
// error: E0451: a proof is not made of a reference
use crate::{driver::access::InstanceLocked, instance::Devlink};

pub(crate) fn forge(devlink: &Devlink) -> InstanceLocked<'_> {
    InstanceLocked { devlink }
}
