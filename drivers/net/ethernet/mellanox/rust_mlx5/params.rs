// SPDX-License-Identifier: GPL-2.0

//! Parameters.

use crate::{
    driver::Mlx5,
    eswitch, //
};

use kernel::{
    devlink_params,
    net::{
        devlink::{
            param::ParamStr,
            Locked, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

devlink_params! {
    pub(crate) const PARAMS for Mlx5 {
        /// How many events the queue for all that is about no command and no pages has room for.
        EVENT_EQ_SIZE: u32 = generic(EVENT_EQ_SIZE), driverinit(0x1000),
            validate(is_queue_size);
        /// How many groups of many entries there can be in a table of the e-switch.
        FDB_LARGE_GROUPS: u32 = driver(c"fdb_large_groups"), driverinit(15),
            validate(is_number_of_groups);
        /// Frames in the e-switch say which port they came from.
        ESW_PORT_METADATA: bool = driver(c"esw_port_metadata"),
            runtime(eswitch::port_metadata, eswitch::set_port_metadata),
            validate(eswitch::may_set_port_metadata);
        /// The ports of the card are a LAG, whose e-switch users say what to do.
        ESW_MULTIPORT: bool = driver(c"esw_multiport"),
            runtime(eswitch::multiport, eswitch::set_multiport);
        /// Who manages flow tables.
        FLOW_STEERING_MODE: ParamStr = driver(c"flow_steering_mode"),
            runtime(eswitch::steering, eswitch::set_steering),
            validate(eswitch::may_set_steering);

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

/// `mlx5_devlink_large_group_num_validate()`.
fn is_number_of_groups(_: &Locked<'_, Mlx5>, groups: u32, extack: Extack<'_>) -> Result {
    if (1..=1024).contains(&groups) {
        return Ok(());
    }
    let text = c"rust_mlx5: Unsupported group number, supported range is 1-1024";
    Err(extack.err(text, EOPNOTSUPP))
}
