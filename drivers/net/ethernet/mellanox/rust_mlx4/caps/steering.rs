// SPDX-License-Identifier: GPL-2.0

//! How the device finds out which queue pairs receive a frame.

use super::device::{
    self,
    Feature, //
};

use crate::layout::Field;

use kernel::prelude::*;

/// How that is (`MLX4_STEERING_MODE_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Steering {
    /// By the address and the VLAN, which give a number of a queue pair.
    A0,
    /// By groups in a table of the driver's.
    B0,
    /// By rules, which the device manages.
    DeviceManaged,
}

/// How many bytes an entry of the table of groups can have, as powers of two
/// (`MLX4_MIN_MGM_LOG_ENTRY_SIZE` and others).
const LOG_MIN_ENTRY: u32 = 7;
const LOG_MAX_ENTRY: u32 = 12;
const LOG_DEFAULT_ENTRY: u32 = 10;

/// With a size of an entry that is not positive, its bits say what is wanted.
const WANT_HIGH_RATE: i32 = 1 << 2;

/// How rules for high rates are to be treated (`MLX4_STEERING_DMFS_A0_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HighRate {
    Default,
    Static,
    Disabled,
    NotSupported,
}

impl HighRate {
    /// Its name in messages.
    pub(crate) fn text(self) -> &'static str {
        match self {
            HighRate::Default => "default performance",
            HighRate::Static => "performance optimized for limited rule configuration (static)",
            HighRate::Disabled => "disabled performance optimized steering",
            HighRate::NotSupported => "performance optimized steering not supported",
        }
    }

    /// How INIT_HCA has it.
    pub(crate) fn number(self) -> u8 {
        match self {
            HighRate::Default | HighRate::NotSupported => 0,
            HighRate::Static => 2,
            HighRate::Disabled => 3,
        }
    }
}

/// What was decided.
pub(super) struct Decision {
    pub(super) steering: Steering,
    /// The power of two of the bytes of an entry.
    pub(super) log_entry: u32,
    pub(super) high_rate: HighRate,
}

/// How many queue pairs an entry has room for (`mlx4_get_qp_per_mgm()`).
fn room(log_entry: u32) -> u32 {
    4 * ((1 << log_entry) / 16 - 2)
}

/// Decides it (`choose_steering_mode()`); `wanted` is the log of the size of an entry, or what is
/// wanted instead.
pub(super) fn choose(
    dev: &kernel::device::Device,
    answer: &[u8],
    mut high_rate: HighRate,
    wanted: i32,
) -> Decision {
    let has = |feature: Feature| -> bool { feature.0.get(answer) };
    let by_rules = wanted <= 0;
    if by_rules && wanted.wrapping_neg() & WANT_HIGH_RATE != 0 {
        if high_rate == HighRate::NotSupported {
            dev_err!(dev, "DMFS high rate mode not supported\n");
        } else {
            high_rate = HighRate::Static;
        }
    }
    let per_entry: Field<u8> = device::QPS_PER_ENTRY;
    let qps = u32::from(per_entry.get(answer));
    let log_entry = (LOG_MIN_ENTRY..=LOG_MAX_ENTRY).find(|log| qps <= room(*log));
    if let (true, Some(log_entry)) = (by_rules && has(Feature::STEERING_BY_RULES), log_entry) {
        return Decision {
            steering: Steering::DeviceManaged,
            log_entry,
            high_rate,
        };
    }
    if high_rate != HighRate::NotSupported {
        high_rate = HighRate::Disabled;
    }
    let (unicast, multicast) = (
        has(Feature::UNICAST_STEERING),
        has(Feature::MULTICAST_STEERING),
    );
    if unicast != multicast {
        dev_warn!(
            dev,
            "Must have both UC_STEER and MC_STEER flags set to use B0 steering - falling back to \
             A0 steering mode\n"
        );
    }
    let log_entry = match u32::try_from(wanted) {
        Ok(0) | Err(_) => LOG_DEFAULT_ENTRY,
        Ok(log) => log.clamp(LOG_MIN_ENTRY, LOG_MAX_ENTRY),
    };
    Decision {
        steering: if unicast && multicast {
            Steering::B0
        } else {
            Steering::A0
        },
        log_entry,
        high_rate,
    }
}
