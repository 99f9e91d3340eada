// SPDX-License-Identifier: GPL-2.0

//! Parameters: those that a reload applies, and those that change at once. Parameters of the module
//! say what they begin with.

use crate::{
    driver::Mlx4,
    module_parameters, //
};

use kernel::{
    devlink_params,
    net::{
        devlink::{
            Bringup,
            Locked,
            Setup,
            Why, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

use core::ops::RangeInclusive;

/// The largest power of two of MAC addresses that a port can have.
const MAX_LOG_MACS: u32 = 7;

/// How many bytes a steering group can have, as powers of two.
const LOG_GROUP_SIZES: RangeInclusive<i32> = 7..=12;

devlink_params! {
    pub(crate) const PARAMS for Mlx4 {
        /// Whether a device is reset whose firmware has died.
        INT_ERR_RESET: bool = generic(INT_ERR_RESET), driverinit(true),
            runtime(resets, set_resets);
        /// How many MAC addresses a port has.
        MAX_MACS: u32 = generic(MAX_MACS), driverinit(1 << MAX_LOG_MACS),
            validate(is_number_of_addresses);
        /// Whether the regions get snapshots of a device that has died.
        REGION_SNAPSHOT: bool = generic(REGION_SNAPSHOT), driverinit(false),
            runtime(takes_snapshots, set_takes_snapshots);
        /// Entries of completion and event queues have 64 bytes, if the device can do that.
        ENABLE_64B_CQE_EQE: bool = driver(c"enable_64b_cqe_eqe"), driverinit(true);
        /// Pages of doorbells have 4 KiB, also where those of the machine are larger: without
        /// virtual functions they have that in any case.
        ENABLE_4K_UAR: bool = driver(c"enable_4k_uar"), driverinit(false);
    }
}

/// What users choose that the device is brought up with.
pub(crate) struct Chosen {
    /// The power of two of the number of MAC addresses of a port.
    pub(crate) log_macs: u8,
    /// Entries of completion and event queues have 64 bytes, if the device can do that.
    pub(crate) large_entries: bool,
    /// How many bytes a steering group has, as a power of two; what is not positive wants rules
    /// instead of groups (`mlx4_log_num_mgm_entry_size`).
    pub(crate) log_group_size: i32,
}

impl Chosen {
    /// What was chosen when the device comes up. A reload makes the values of `driverinit` those
    /// that are used at once, too (`mlx4_devlink_param_load_driverinit_values()`).
    pub(crate) fn new(cx: &Bringup<'_, '_, Mlx4>, why: &Why) -> Result<Self> {
        if matches!(why, Why::Reload { .. }) {
            load(cx)?;
        }
        Ok(Chosen {
            // CAST: Of 32 bits.
            log_macs: cx.param(MAX_MACS)?.checked_ilog2().unwrap_or(0) as u8,
            large_entries: cx.param(ENABLE_64B_CQE_EQE)?,
            log_group_size: module_parameters::log_num_mgm_entry_size.value(),
        })
    }
}

fn load(cx: &Bringup<'_, '_, Mlx4>) -> Result {
    let data = cx.data();
    let resets = cx.param(INT_ERR_RESET)?;
    if data.card.health.resets() != resets {
        data.card.health.set_resets(resets);
        cx.param_changed(INT_ERR_RESET)?;
    }
    let takes = cx.param(REGION_SNAPSHOT)?;
    if data.card.health.dumps() != takes {
        data.card.health.set_dumps(takes);
        cx.param_changed(REGION_SNAPSHOT)?;
    }
    Ok(())
}

/// Has parameters begin with what those of the module say
/// (`mlx4_devlink_set_params_init_values()`).
pub(crate) fn set_initial(setup: &Setup<'_, Mlx4>) -> Result {
    verify()?;
    let log_macs = module_parameters::log_num_mac.value();
    setup.set_param(INT_ERR_RESET, resets_by_default())?;
    setup.set_param(MAX_MACS, 1 << log_macs)?;
    let large = module_parameters::enable_64b_cqe_eqe.value();
    setup.set_param(ENABLE_64B_CQE_EQE, large)?;
    setup.set_param(ENABLE_4K_UAR, module_parameters::enable_4k_uar.value())
}

/// Whether a device is reset whose firmware has died, if no user says something else.
pub(crate) fn resets_by_default() -> bool {
    module_parameters::internal_err_reset.value() != 0
}

/// Fails with `EINVAL` if a parameter of the module is not what it can be (`mlx4_verify_params()`).
fn verify() -> Result {
    let log_macs = module_parameters::log_num_mac.value();
    if !(0..=MAX_LOG_MACS as i32).contains(&log_macs) {
        pr_warn!("bad num_mac: {}\n", log_macs);
        return Err(EINVAL);
    }
    let log_size = module_parameters::log_num_mgm_entry_size.value();
    let is_size = LOG_GROUP_SIZES.contains(&log_size);
    if !is_size && !(-7..=0).contains(&log_size) {
        pr_warn!(
            "mlx4_log_num_mgm_entry_size ({}) not in legal range (-7..0 or {}..{})\n",
            log_size,
            LOG_GROUP_SIZES.start(),
            LOG_GROUP_SIZES.end()
        );
        return Err(EINVAL);
    }
    Ok(())
}

fn resets(cx: &Locked<'_, Mlx4>) -> Result<bool> {
    Ok(cx.data().card.health.resets())
}

fn set_resets(cx: &Locked<'_, Mlx4>, resets: bool, _: Extack<'_>) -> Result {
    cx.data().card.health.set_resets(resets);
    Ok(())
}

fn takes_snapshots(cx: &Locked<'_, Mlx4>) -> Result<bool> {
    Ok(cx.data().card.health.dumps())
}

fn set_takes_snapshots(cx: &Locked<'_, Mlx4>, takes: bool, _: Extack<'_>) -> Result {
    cx.data().card.health.set_dumps(takes);
    Ok(())
}

/// `mlx4_devlink_max_macs_validate()`.
fn is_number_of_addresses(_: &Locked<'_, Mlx4>, number: u32, extack: Extack<'_>) -> Result {
    if !(1..=1 << MAX_LOG_MACS).contains(&number) {
        return Err(ERANGE);
    }
    if !number.is_power_of_two() {
        let text = c"rust_mlx4: max_macs supported must be power of 2";
        return Err(extack.err(text, EINVAL));
    }
    Ok(())
}
