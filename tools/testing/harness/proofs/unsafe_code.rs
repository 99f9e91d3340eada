// SPDX-License-Identifier: GPL-2.0
// error: usage of an `unsafe` block: outside of capi/ and driver/ there is no unsafe code
use crate::{driver::access::InstanceLocked, instance::Devlink};

pub(crate) fn trust(devlink: &Devlink) -> bool {
    unsafe { InstanceLocked::assume_held(devlink) }
        .ops()
        .can_flash()
}
