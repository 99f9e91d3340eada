// SPDX-License-Identifier: GPL-2.0
// error: E0624: who has only a memory reference does not reach the driver's operations
use crate::instance::Devlink;

pub(crate) fn reach(devlink: &Devlink) -> bool {
    devlink.table().ops(0).can_flash()
}
