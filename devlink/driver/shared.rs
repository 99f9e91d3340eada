// SPDX-License-Identifier: GPL-2.0

//! What identifies the driver of a shared instance.

use kernel::bindings;

/// What all who share an instance must agree on. The pointers are only compared.
#[derive(Copy, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    ops: *const bindings::devlink_ops,
    priv_size: usize,
    driver: *const bindings::device_driver,
}

// SAFETY: The pointers are only compared.
unsafe impl Send for Origin {}

impl Origin {
    /// What one who asks for a shared instance brings.
    pub(crate) fn new(
        ops: *const bindings::devlink_ops,
        priv_size: usize,
        driver: *const bindings::device_driver,
    ) -> Self {
        Origin {
            ops,
            priv_size,
            driver,
        }
    }
}
