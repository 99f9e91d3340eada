// SPDX-License-Identifier: GPL-2.0

//! The driver's table of operations.
//!
//! What calls into the driver is a method here that takes a proof that the instance lock is held.
//! The methods stand in the modules of the objects they are about.

use kernel::{
    bindings,
    prelude::*, //
};

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

/// Objects about which a driver can be called without the instance lock.
///
/// The values are those of `enum devlink_parallel` in `include/net/devlink_core.h`.
#[derive(Copy, Clone, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Parallel {
    /// Health reporters: recover, dump, diagnose, test.
    Health = bindings::devlink_parallel_DEVLINK_PARALLEL_HEALTH,
    /// Regions: snapshot, read.
    Regions = bindings::devlink_parallel_DEVLINK_PARALLEL_REGIONS,
}

/// The operations of a driver (`struct devlink_ops`), which lie in its read-only memory, without
/// those that one instance hides.
///
/// # Invariants
///
/// The table stays valid and unchanged as long as an instance uses it: a driver frees its
/// instances before its code goes away.
#[derive(Copy, Clone)]
pub(crate) struct Ops {
    table: &'static bindings::devlink_ops,
    hidden: u32,
}

impl Ops {
    /// Wraps the table of a C driver; `None` if there is none.
    ///
    /// # Safety
    ///
    /// `ops` is null, or stays valid and unchanged until the instance made with it is freed.
    pub(crate) unsafe fn from_raw(ops: *const bindings::devlink_ops) -> Option<Self> {
        // SAFETY: By the safety requirements.
        let table = unsafe { ops.as_ref() }?;
        // INVARIANT: By the safety requirements.
        Some(Ops { table, hidden: 0 })
    }

    /// The same operations without those of the features in the mask.
    pub(crate) fn without(self, hidden: u32) -> Self {
        Ops { hidden, ..self }
    }

    /// The table itself, for the methods in the other modules of this folder.
    pub(crate) fn table(self) -> &'static bindings::devlink_ops {
        self.table
    }

    /// The table, for operations that belong to `feature`; `None` if that is hidden.
    pub(crate) fn feature(self, feature: Feature) -> Option<&'static bindings::devlink_ops> {
        (self.hidden & feature as u32 == 0).then_some(self.table)
    }
}

/// A callback that the driver does not have.
pub(crate) const MISSING: Error = EOPNOTSUPP;
