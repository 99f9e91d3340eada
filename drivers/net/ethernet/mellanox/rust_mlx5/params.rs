// SPDX-License-Identifier: GPL-2.0

//! Parameters.

use crate::driver::Mlx5;

use kernel::{
    devlink_params,
    net::{
        devlink::Locked,
        netlink::extack::Extack, //
    },
    prelude::*, //
};

devlink_params! {
    pub(crate) const PARAMS for Mlx5 {
        /// How many events the queue for all that is about no command and no pages has room for.
        EVENT_EQ_SIZE: u32 = generic(EVENT_EQ_SIZE), driverinit(0x1000),
            validate(is_queue_size);

        /// Whether there is a network device.
        ENABLE_ETH: bool = generic(ENABLE_ETH), driverinit(true);
    }
}

/// How many events the queues for completions have room for.
pub(crate) const fn completion_events() -> usize {
    1024
}

/// `mlx5_devlink_eq_depth_validate()`.
fn is_queue_size(_: &Locked<'_, Mlx5>, size: u32, _: Extack<'_>) -> Result {
    if (64..=4096).contains(&size) {
        Ok(())
    } else {
        Err(EINVAL)
    }
}
