// SPDX-License-Identifier: GPL-2.0

//! Parameters.

use crate::device::NetDevSim;

use kernel::{
    devlink_params,
    net::{
        devlink::{
            param::Mode,
            Locked, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

pub(crate) const MAX_MACS_DEFAULT: u32 = 32;
pub(crate) const TEST1_DEFAULT: bool = true;
pub(crate) const TEST2_DEFAULT: u32 = 1234;

devlink_params! {
    pub(crate) const PARAMS for NetDevSim {
        /// Takes effect with a reload, and has none but to be shown in debugfs.
        MAX_MACS: u32 = generic(MAX_MACS), driverinit(MAX_MACS_DEFAULT);
        /// As that, and of this driver only.
        TEST1: bool = driver(c"test1"), driverinit(TEST1_DEFAULT);
        /// Takes effect at once.
        TEST2: u32 = driver(c"test2"), runtime(test2, set_test2),
            default(default_test2, reset_test2);
    }
}

fn test2(cx: &Locked<'_, NetDevSim>) -> Result<u32> {
    Ok(cx.data().controls.test2.get())
}

fn set_test2(cx: &Locked<'_, NetDevSim>, value: u32, _: Extack<'_>) -> Result {
    cx.data().controls.test2.set(value);
    Ok(())
}

fn default_test2(_: &Locked<'_, NetDevSim>, _: Mode) -> Result<u32> {
    Ok(TEST2_DEFAULT)
}

fn reset_test2(cx: &Locked<'_, NetDevSim>, _: Mode, extack: Extack<'_>) -> Result {
    set_test2(cx, TEST2_DEFAULT, extack)
}
