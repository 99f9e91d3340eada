// SPDX-License-Identifier: GPL-2.0

//! The driver's table of operations.
//!
//! What calls into the driver is a method here that takes a proof that the driver lock is held.
//! The methods stand in the modules of the objects they are about.

use kernel::{
    bindings,
    prelude::*, //
};

/// The operations of a driver (`struct devlink_ops`), which lie in its read-only memory.
///
/// # Invariants
///
/// The table stays valid and unchanged as long as an instance uses it: a driver frees its
/// instances before its code goes away.
#[derive(Copy, Clone)]
pub(crate) struct Ops(&'static bindings::devlink_ops);

impl Ops {
    /// Wraps the table of a C driver; `None` if there is none.
    ///
    /// # Safety
    ///
    /// `ops` is null, or stays valid and unchanged until the instance made with it is freed.
    pub(crate) unsafe fn from_raw(ops: *const bindings::devlink_ops) -> Option<Self> {
        // SAFETY: By the safety requirements.
        // INVARIANT: By the safety requirements.
        unsafe { ops.as_ref() }.map(Ops)
    }

    /// The table itself, for the methods in the other modules of this folder.
    pub(super) fn table(self) -> &'static bindings::devlink_ops {
        self.0
    }
}

/// A callback that the driver does not have.
pub(crate) const MISSING: Error = EOPNOTSUPP;
