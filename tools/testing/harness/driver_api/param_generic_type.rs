// SPDX-License-Identifier: GPL-2.0
// error: E0053: a parameter that devlink has a name for has the type that devlink gives it
use crate::driver::Nic;

kernel::devlink_params! {
    pub(crate) const WRONG for Nic {
        ENABLE_ROCE: u32 = generic(ENABLE_ROCE), driverinit(1);
    }
}
