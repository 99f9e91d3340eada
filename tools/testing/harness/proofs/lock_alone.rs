// SPDX-License-Identifier: GPL-2.0
// error: E0599: the lock alone is no proof: the driver may have freed the instance
use crate::instance::Devlink;

pub(crate) fn reach(devlink: &Devlink) -> bool {
    devlink.lock().locked().ops().can_flash()
}
