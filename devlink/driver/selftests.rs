// SPDX-License-Identifier: GPL-2.0

//! Calls into the driver about selftests.

use super::{
    access::LockedOps,
    ops::{
        Feature,
        Ops,
        MISSING, //
    },
};

use crate::selftests::Selftest;

use kernel::{
    net::netlink::extack::Extack,
    prelude::*, //
};

impl Ops<'_> {
    /// Whether the driver can be asked which tests the device can perform.
    pub(crate) fn has_selftests(self) -> bool {
        self.feature(Feature::Selftests)
            .is_some_and(|table| table.selftest_check.is_some())
    }

    /// Whether the driver can have the device perform tests.
    pub(crate) fn can_run_selftests(self) -> bool {
        self.feature(Feature::Selftests)
            .is_some_and(|table| table.selftest_run.is_some())
    }
}

impl LockedOps<'_> {
    /// Whether the device can perform the test.
    pub(crate) fn selftest_check(self, test: Selftest, extack: Extack<'_>) -> bool {
        let Some(callback) = self
            .feature(Feature::Selftests)
            .and_then(|table| table.selftest_check)
        else {
            return false;
        };
        // SAFETY: The instance is valid and its instance lock held; the driver's table promises
        // that the callback may then be called.
        unsafe { callback(self.devlink().as_raw(), test.id(), extack.as_raw()) }
    }

    /// Performs the test. Returns its result (`enum devlink_selftest_status`).
    pub(crate) fn selftest_run(self, test: Selftest, extack: Extack<'_>) -> Result<u8> {
        let callback = self
            .feature(Feature::Selftests)
            .and_then(|table| table.selftest_run)
            .ok_or(MISSING)?;
        // SAFETY: The instance is valid and its instance lock held; the driver's table promises
        // that the callback may then be called.
        let status = unsafe { callback(self.devlink().as_raw(), test.id(), extack.as_raw()) };
        // User space is shown eight bits.
        Ok(status as u8)
    }
}
