// SPDX-License-Identifier: GPL-2.0

//! The calls that take the driver down and up.

use super::{
    access::LockedOps,
    ops::{
        Feature,
        ReloadAbilities,
        MISSING, //
    },
};

use crate::reload::{
    is_impossible,
    Action,
    Limit, //
};

use kernel::{
    error::to_result,
    net::netlink::extack::Extack,
    prelude::*,
    warn_on, //
};

impl ReloadAbilities {
    /// Whether the driver can reload at all.
    pub(crate) fn can_reload(self) -> bool {
        self.has_callbacks
    }

    /// Whether the driver can reload with this action.
    pub(crate) fn supports_action(self, action: Action) -> bool {
        self.actions & action.bit() as c_ulong != 0
    }

    /// Whether the driver can reload under this limit.
    pub(crate) fn supports_limit(self, limit: Limit) -> bool {
        self.limits & limit.bit() as c_ulong != 0
    }

    /// Whether what the table says about reload makes sense; a driver with one that does not is
    /// refused.
    pub(crate) fn is_sane(self) -> bool {
        if !self.can_reload() {
            return !warn_on!(self.actions != 0);
        }
        let known = |bits: c_ulong, count: usize| bits & 1 == 0 && bits < 1 << count;
        if warn_on!(self.actions == 0 || !known(self.actions, Action::COUNT)) {
            return false;
        }
        if warn_on!(!known(self.limits, Limit::COUNT)) {
            return false;
        }
        // Something must be left that the driver can do.
        !(Action::ALL.iter().any(|&action| {
            Limit::ALL.iter().any(|&limit| {
                is_impossible(action, limit)
                    && self.actions == action.bit() as c_ulong
                    && self.limits == limit.bit() as c_ulong
            })
        }))
    }
}

impl LockedOps<'_> {
    /// Takes the device down.
    pub(crate) fn reload_down(
        self,
        netns_change: bool,
        action: Action,
        limit: Limit,
        extack: Extack<'_>,
    ) -> Result {
        let callback = self
            .feature(Feature::Reload)
            .and_then(|table| table.reload_down)
            .ok_or(MISSING)?;
        // SAFETY: The instance is valid and its instance lock held; the driver's table promises
        // that the callback may then be called.
        to_result(unsafe {
            callback(
                self.devlink().as_raw(),
                netns_change,
                action.0.into(),
                limit.0.into(),
                extack.as_raw(),
            )
        })
    }

    /// Brings the device up. Returns the mask of actions that were performed.
    pub(crate) fn reload_up(self, action: Action, limit: Limit, extack: Extack<'_>) -> Result<u32> {
        let callback = self
            .feature(Feature::Reload)
            .and_then(|table| table.reload_up)
            .ok_or(MISSING)?;
        let mut performed = 0;
        // SAFETY: The instance is valid and its instance lock held; the driver's table promises
        // that the callback may then be called. `performed` is valid for writing.
        to_result(unsafe {
            callback(
                self.devlink().as_raw(),
                action.0.into(),
                limit.0.into(),
                &mut performed,
                extack.as_raw(),
            )
        })?;
        Ok(performed)
    }
}
