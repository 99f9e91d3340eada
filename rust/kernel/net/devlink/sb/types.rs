// SPDX-License-Identifier: GPL-2.0

//! What shared buffers and their parts are like.

use crate::{
    bindings,
    prelude::*, //
};

/// Which frames wait in a pool (`enum devlink_sb_pool_type`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum PoolType {
    /// Those that came in by a port.
    Ingress,
    /// Those that go out by a port.
    Egress,
}

impl PoolType {
    pub(super) fn from_c(pool_type: bindings::devlink_sb_pool_type) -> Result<Self> {
        match pool_type {
            bindings::devlink_sb_pool_type_DEVLINK_SB_POOL_TYPE_INGRESS => Ok(PoolType::Ingress),
            bindings::devlink_sb_pool_type_DEVLINK_SB_POOL_TYPE_EGRESS => Ok(PoolType::Egress),
            _ => Err(EINVAL),
        }
    }

    pub(super) fn to_c(self) -> bindings::devlink_sb_pool_type {
        match self {
            PoolType::Ingress => bindings::devlink_sb_pool_type_DEVLINK_SB_POOL_TYPE_INGRESS,
            PoolType::Egress => bindings::devlink_sb_pool_type_DEVLINK_SB_POOL_TYPE_EGRESS,
        }
    }
}

/// What thresholds in a pool mean (`enum devlink_sb_threshold_type`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum ThresholdType {
    /// How much of the pool can be occupied, in bytes.
    Static,
    /// How much of what is free in the pool can be occupied, as a number from 0 to
    /// [`MAX_DYNAMIC`](Self::MAX_DYNAMIC) that the device has a scale for.
    Dynamic,
}

impl ThresholdType {
    /// The largest dynamic threshold (`DEVLINK_SB_THRESHOLD_TO_ALPHA_MAX`).
    pub const MAX_DYNAMIC: u32 = bindings::DEVLINK_SB_THRESHOLD_TO_ALPHA_MAX;

    pub(super) fn from_c(threshold_type: bindings::devlink_sb_threshold_type) -> Result<Self> {
        match threshold_type {
            bindings::devlink_sb_threshold_type_DEVLINK_SB_THRESHOLD_TYPE_STATIC => {
                Ok(ThresholdType::Static)
            }
            bindings::devlink_sb_threshold_type_DEVLINK_SB_THRESHOLD_TYPE_DYNAMIC => {
                Ok(ThresholdType::Dynamic)
            }
            _ => Err(EINVAL),
        }
    }

    pub(super) fn to_c(self) -> bindings::devlink_sb_threshold_type {
        match self {
            ThresholdType::Static => {
                bindings::devlink_sb_threshold_type_DEVLINK_SB_THRESHOLD_TYPE_STATIC
            }
            ThresholdType::Dynamic => {
                bindings::devlink_sb_threshold_type_DEVLINK_SB_THRESHOLD_TYPE_DYNAMIC
            }
        }
    }
}

/// How large a shared buffer is, and what it is divided into.
///
/// Pools are numbered from 0: first those for ingress, then those for egress. The traffic classes
/// of each direction are numbered from 0.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Layout {
    /// Its size in bytes.
    pub size: u32,
    /// How many pools for ingress there are.
    pub ingress_pools: u16,
    /// How many pools for egress there are.
    pub egress_pools: u16,
    /// How many traffic classes frames that come in have.
    pub ingress_classes: u16,
    /// How many traffic classes frames that go out have.
    pub egress_classes: u16,
}

/// How a pool is (`struct devlink_sb_pool_info`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Pool {
    /// Which frames wait in it.
    pub pool_type: PoolType,
    /// Its size in bytes.
    pub size: u32,
    /// What thresholds in it mean.
    pub threshold_type: ThresholdType,
    /// The unit in which its memory is given out, in bytes.
    pub cell_size: u32,
}

/// A traffic class of a port.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct TrafficClass {
    /// Which frames it is for.
    pub pool_type: PoolType,
    /// Its number among those of this direction.
    pub index: u16,
}

/// The pool that a traffic class uses.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Binding {
    /// The pool's number.
    pub pool: u16,
    /// The threshold of the traffic class in that pool, whose [`ThresholdType`] says what it means.
    pub threshold: u32,
}

/// How much of a pool is occupied, in bytes.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Occupancy {
    /// When the last snapshot was taken.
    pub current: u32,
    /// The most since it was cleared.
    pub max: u32,
}
