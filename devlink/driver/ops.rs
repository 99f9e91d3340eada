// SPDX-License-Identifier: GPL-2.0

//! The driver's table of operations.
//!
//! What asks whether a driver can do something is a method of [`Ops`], and what calls it one of
//! [`LockedOps`](super::access::LockedOps), which holds the instance lock. The methods stand in the
//! modules of the objects they are about.

use kernel::{
    bindings,
    prelude::*, //
};

use core::ptr::NonNull;

/// What a driver can do but its device perhaps cannot: hidden until firmware was asked, say.
///
/// The values are those of `enum devlink_feature` in `include/net/devlink_core.h`.
#[derive(Copy, Clone, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Feature {
    /// `devlink dev reload`.
    Reload = bindings::devlink_feature_DEVLINK_FEATURE_RELOAD,
    /// `devlink dev flash`.
    Flash = bindings::devlink_feature_DEVLINK_FEATURE_FLASH,
    /// `devlink dev eswitch`.
    Eswitch = bindings::devlink_feature_DEVLINK_FEATURE_ESWITCH,
    /// `devlink port add`.
    PortNew = bindings::devlink_feature_DEVLINK_FEATURE_PORT_NEW,
    /// `devlink dev selftests`.
    Selftests = bindings::devlink_feature_DEVLINK_FEATURE_SELFTESTS,
}

/// Callbacks, by what they are about, that a driver can be called with without the instance lock.
///
/// The values are those of `enum devlink_parallel` in `include/net/devlink_core.h`.
#[derive(Copy, Clone, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Parallel {
    /// Health reporters: recover, dump, diagnose, test.
    Health = bindings::devlink_parallel_DEVLINK_PARALLEL_HEALTH,
    /// Regions: snapshot, read.
    Regions = bindings::devlink_parallel_DEVLINK_PARALLEL_REGIONS,
    /// Health reporters: only dump and diagnose. [`Health`](Self::Health) implies it.
    HealthReads = bindings::devlink_parallel_DEVLINK_PARALLEL_HEALTH_READS,
}

/// The table of operations that a driver made an instance with (`struct devlink_ops`), in its
/// read-only memory.
///
/// # Invariants
///
/// The table is valid and unchanged until the driver frees the instance. Others may still have
/// memory references then, so it is reached only through the proofs of [`access`](super::access).
/// What they need of it was copied.
pub(crate) struct Table {
    raw: NonNull<bindings::devlink_ops>,
    reload: ReloadAbilities,
    shares_rates: bool,
}

/// What a driver says about its reload.
#[derive(Copy, Clone)]
pub(crate) struct ReloadAbilities {
    pub(super) has_callbacks: bool,
    pub(super) actions: c_ulong,
    pub(super) limits: c_ulong,
}

// SAFETY: The table is only read.
unsafe impl Send for Table {}

// SAFETY: The table is only read.
unsafe impl Sync for Table {}

impl Table {
    /// Wraps the table of a C driver; `None` if there is none.
    ///
    /// # Safety
    ///
    /// `ops` is null, or stays valid and unchanged until the instance made with it is freed.
    pub(crate) unsafe fn from_raw(ops: *const bindings::devlink_ops) -> Option<Self> {
        let raw = NonNull::new(ops.cast_mut())?;
        // SAFETY: It is not null, so the caller promises that it is valid.
        let table = unsafe { raw.as_ref() };
        // INVARIANT: The caller promises that the table outlives the driver's use of the instance.
        Some(Table {
            raw,
            reload: ReloadAbilities {
                has_callbacks: table.reload_down.is_some() && table.reload_up.is_some(),
                actions: table.reload_actions,
                limits: table.reload_limits,
            },
            shares_rates: table.supported_cross_device_rate_nodes,
        })
    }

    /// What the driver says about its reload; nothing if the features in the mask `hidden` have
    /// that.
    pub(crate) fn reload_abilities(&self, hidden: u32) -> ReloadAbilities {
        if hidden & Feature::Reload as u32 == 0 {
            self.reload
        } else {
            ReloadAbilities {
                has_callbacks: false,
                actions: 0,
                limits: 0,
            }
        }
    }

    /// Whether rates may have parents on other instances, nested in the same one.
    pub(crate) fn shares_rates_across_devices(&self) -> bool {
        self.shares_rates
    }

    /// The operations, without those of the features in the mask `hidden`.
    ///
    /// # Safety
    ///
    /// The driver does not free the instance during `'a`.
    pub(super) unsafe fn ops<'a>(&self, hidden: u32) -> Ops<'a> {
        Ops {
            // SAFETY: By the type invariants the table is valid and unchanged until the driver
            // frees the instance, which the caller rules out.
            table: unsafe { self.raw.as_ref() },
            hidden,
        }
    }
}

/// The operations of a driver, without those that one instance hides.
#[derive(Copy, Clone)]
pub(crate) struct Ops<'a> {
    table: &'a bindings::devlink_ops,
    hidden: u32,
}

impl<'a> Ops<'a> {
    /// The table itself, for the methods in the other modules of this folder.
    pub(super) fn table(self) -> &'a bindings::devlink_ops {
        self.table
    }

    /// The table, for operations that belong to `feature`; `None` if that is hidden.
    pub(super) fn feature(self, feature: Feature) -> Option<&'a bindings::devlink_ops> {
        (self.hidden & feature as u32 == 0).then_some(self.table)
    }
}

/// A callback that the driver does not have.
pub(crate) const MISSING: Error = EOPNOTSUPP;
