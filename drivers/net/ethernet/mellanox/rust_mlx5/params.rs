// SPDX-License-Identifier: GPL-2.0

//! Parameters: those that a reload applies, and which others there are.

mod nvram;

use crate::{
    caps::Caps,
    driver::Mlx5,
    eswitch,
    layout::CmdHcaCap,
    reset, //
};

use kernel::{
    devlink_params,
    net::{
        devlink::{
            param::ParamStr,
            Bringup,
            Locked,
            Why, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

devlink_params! {
    pub(crate) const PARAMS for Mlx5 {
        /// Whether the device is to have RoCE, if that can be chosen.
        ENABLE_ROCE: bool = generic(ENABLE_ROCE), driverinit(false), validate(can_be_roce);
        /// How many completions the queue for events about them has room for.
        IO_EQ_SIZE: u32 = generic(IO_EQ_SIZE), driverinit(0x400), validate(is_queue_size);
        /// How many events the queue for all that is about no command and no pages has room for.
        EVENT_EQ_SIZE: u32 = generic(EVENT_EQ_SIZE), driverinit(0x1000),
            validate(is_queue_size);
        /// How many unicast addresses a virtual port can receive frames for. At first, as many as
        /// the device has.
        MAX_MACS: u32 = generic(MAX_MACS), driverinit(1), validate(is_number_of_addresses);
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
        /// Whether other functions of the card can have its firmware reset.
        ENABLE_REMOTE_DEV_RESET: bool = generic(ENABLE_REMOTE_DEV_RESET),
            runtime(reset::accepts_others, reset::set_accepts_others);
        /// Whether the function can have virtual functions.
        ENABLE_SRIOV: bool = generic(ENABLE_SRIOV),
            permanent(nvram::sriov, nvram::set_sriov);
        /// How many it can have.
        TOTAL_VFS: u32 = generic(TOTAL_VFS),
            permanent(nvram::total_vfs, nvram::set_total_vfs),
            validate(nvram::is_number_of_vfs);
        /// How many subfunctions it can have.
        MAX_SFS: u32 = generic(MAX_SFS),
            permanent(nvram::max_sfs, nvram::set_max_sfs),
            validate(nvram::is_number_of_sfs);
        /// What completions are compressed for.
        CQE_COMPRESS_TYPE: ParamStr = driver(c"cqe_compress_type"),
            permanent(nvram::compression, nvram::set_compression),
            validate(nvram::is_compression);
        /// Of what the device computes checksums when the driver says where headers are.
        SWP_L4_CSUM_MODE: ParamStr = driver(c"swp_l4_csum_mode"),
            permanent(nvram::checksum, nvram::set_checksum),
            default(nvram::default_checksum, nvram::reset_checksum),
            validate(nvram::is_checksum);
    }
}

/// How many events the device's queues have room for.
#[derive(Clone, Copy)]
pub(crate) struct QueueSizes {
    /// Of all that is about no command and no pages.
    pub(crate) asynchronous: usize,
    /// Of completions, each queue.
    pub(crate) completions: usize,
}

impl QueueSizes {
    /// What was chosen.
    pub(crate) fn new(cx: &Locked<'_, Mlx5>) -> Result<Self> {
        // CAST: Numbers of events.
        Ok(QueueSizes {
            asynchronous: cx.param(EVENT_EQ_SIZE)? as usize,
            completions: cx.param(IO_EQ_SIZE)? as usize,
        })
    }
}

/// What of the device's capabilities users choose; `None` leaves it as it is.
#[derive(Default)]
pub(crate) struct Chosen {
    pub(crate) roce: Option<bool>,
    /// The power of two of the number of unicast addresses.
    pub(crate) log_max_macs: Option<u8>,
}

impl Chosen {
    /// What was chosen when the device comes up. The first time nobody could yet.
    pub(crate) fn new(cx: &Locked<'_, Mlx5>, why: &Why) -> Result<Self> {
        if *why == Why::Probe {
            return Ok(Chosen::default());
        }
        // CAST: Of 32 bits.
        let log_max_macs = cx.param(MAX_MACS)?.checked_ilog2().map(|log| log as u8);
        Ok(Chosen {
            roce: Some(cx.param(ENABLE_ROCE)?),
            log_max_macs,
        })
    }
}

/// Says what the device began with, when it came up for the first time
/// (`mlx5_devlink_params_register()`).
pub(crate) fn set_initial(cx: &Bringup<'_, '_, Mlx5>, why: &Why, caps: &Caps) -> Result {
    if *why != Why::Probe {
        return Ok(());
    }
    let log_max_macs = u32::from(caps.get(CmdHcaCap::LOG_MAX_CURRENT_UC_LIST));
    cx.set_param(MAX_MACS, 1_u32.checked_shl(log_max_macs).unwrap_or(0))?;
    cx.set_param(ENABLE_ROCE, caps.get(CmdHcaCap::ROCE))
}

/// Asks what the device can do, for which it must be up.
fn with_caps<R>(
    cx: &Locked<'_, Mlx5>,
    extack: Extack<'_>,
    f: impl FnOnce(&Caps) -> R,
) -> Result<R> {
    cx.up(|up| f(&up.caps))
        .ok_or_else(|| extack.err(c"rust_mlx5: The device is down", ENODEV))
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

/// `mlx5_devlink_enable_roce_validate()`.
fn can_be_roce(cx: &Locked<'_, Mlx5>, wanted: bool, extack: Extack<'_>) -> Result {
    let can = with_caps(cx, extack, |caps| {
        caps.get(CmdHcaCap::ROCE)
            || caps.get(CmdHcaCap::ROCE_RW_SUPPORTED) && caps.max(CmdHcaCap::ROCE)
    })?;
    if wanted && !can {
        return Err(extack.err(c"rust_mlx5: Device doesn't support RoCE", EOPNOTSUPP));
    }
    Ok(())
}

/// `mlx5_devlink_max_uc_list_validate()`.
fn is_number_of_addresses(cx: &Locked<'_, Mlx5>, number: u32, extack: Extack<'_>) -> Result {
    const CAN_BE_SET: crate::layout::Field<CmdHcaCap, bool> =
        CmdHcaCap::LOG_MAX_CURRENT_UC_LIST_WR_SUPPORTED;

    let (can_be_set, log_max) = with_caps(cx, extack, |caps| {
        let log_max = caps.max(CmdHcaCap::LOG_MAX_CURRENT_UC_LIST);
        (caps.max(CAN_BE_SET), u32::from(log_max))
    })?;
    if !can_be_set {
        return Err(extack.err(c"rust_mlx5: Device has a fixed max_macs", EOPNOTSUPP));
    }
    if number == 0 {
        return Err(extack.err(c"rust_mlx5: max_macs value must be greater than 0", EINVAL));
    }
    if !number.is_power_of_two() {
        return Err(extack.err(
            c"rust_mlx5: Only power of 2 values are supported for max_macs",
            EINVAL,
        ));
    }
    if number.trailing_zeros() > log_max {
        return Err(extack.err(
            c"rust_mlx5: max_macs value is out of the supported range",
            EINVAL,
        ));
    }
    Ok(())
}
