// SPDX-License-Identifier: GPL-2.0

//! Calls into the driver that concern the device as a whole, and `devlink_*` functions about it.

use super::{
    instance::devlink_ref,
    ops::{
        Feature,
        Ops,
        MISSING, //
    },
};

use crate::{
    instance::{
        Devlink,
        DriverLocked, //
    },
    reload::{
        is_impossible,
        Action,
        Limit, //
    },
};

use kernel::{
    bindings,
    error::to_result,
    net::netlink::extack::Extack,
    prelude::*,
    warn_on, //
};

impl Ops {
    /// Whether the driver can reload at all.
    pub(crate) fn supports_reload(self) -> bool {
        self.feature(Feature::Reload)
            .is_some_and(|table| table.reload_down.is_some() && table.reload_up.is_some())
    }

    /// Whether the driver can reload with this action.
    pub(crate) fn supports_action(self, action: Action) -> bool {
        self.feature(Feature::Reload)
            .is_some_and(|table| table.reload_actions & action.bit() as c_ulong != 0)
    }

    /// Whether the driver can reload under this limit.
    pub(crate) fn supports_limit(self, limit: Limit) -> bool {
        self.feature(Feature::Reload)
            .is_some_and(|table| table.reload_limits & limit.bit() as c_ulong != 0)
    }

    /// Whether what the table says about reload makes sense; a driver with one that does not is
    /// refused.
    pub(crate) fn reload_is_sane(self) -> bool {
        let table = self.table();
        if !self.supports_reload() {
            return !warn_on!(table.reload_actions != 0);
        }
        let known = |bits: c_ulong, count: usize| bits & 1 == 0 && bits < 1 << count;
        if warn_on!(table.reload_actions == 0 || !known(table.reload_actions, Action::COUNT)) {
            return false;
        }
        if warn_on!(!known(table.reload_limits, Limit::COUNT)) {
            return false;
        }
        // Something must be left that the driver can do.
        !(Action::ALL.iter().any(|&action| {
            Limit::ALL.iter().any(|&limit| {
                is_impossible(action, limit)
                    && table.reload_actions == action.bit() as c_ulong
                    && table.reload_limits == limit.bit() as c_ulong
            })
        }))
    }

    /// Takes the device down.
    pub(crate) fn reload_down(
        self,
        devlink: DriverLocked<'_>,
        netns_change: bool,
        action: Action,
        limit: Limit,
        extack: Extack<'_>,
    ) -> Result {
        let callback = self
            .feature(Feature::Reload)
            .and_then(|table| table.reload_down)
            .ok_or(MISSING)?;
        // SAFETY: The instance is valid and its driver lock held; the driver's table promises
        // that the callback may then be called.
        to_result(unsafe {
            callback(
                devlink.as_raw(),
                netns_change,
                action.0.into(),
                limit.0.into(),
                extack.as_raw(),
            )
        })
    }

    /// Brings the device up. Returns the mask of actions that were performed.
    pub(crate) fn reload_up(
        self,
        devlink: DriverLocked<'_>,
        action: Action,
        limit: Limit,
        extack: Extack<'_>,
    ) -> Result<u32> {
        let callback = self
            .feature(Feature::Reload)
            .and_then(|table| table.reload_up)
            .ok_or(MISSING)?;
        let mut performed = 0;
        // SAFETY: As in `reload_down()`; `performed` is valid for writing.
        to_result(unsafe {
            callback(
                devlink.as_raw(),
                action.0.into(),
                limit.0.into(),
                &mut performed,
                extack.as_raw(),
            )
        })?;
        Ok(performed)
    }
}

/// Whether the driver could not bring the device up again.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devlink_is_reload_failed(devlink: *const bindings::devlink) -> bool {
    // SAFETY: By the safety requirements.
    unsafe { devlink_ref(devlink) }.reload.is_failed()
}

/// Counts reload actions that happened without a command on this host.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devlink_remote_reload_actions_performed(
    devlink: *mut bindings::devlink,
    limit: bindings::devlink_reload_limit,
    actions_performed: u32,
) {
    // SAFETY: By the safety requirements.
    let devlink: &Devlink = unsafe { devlink_ref(devlink) };
    // A limit that is out of range stays out of range.
    let limit = Limit(u8::try_from(limit).unwrap_or(u8::MAX));
    devlink.remote_reload_performed(limit, actions_performed);
}

/// Hides operations of the driver that the device does not have (a mask of
/// `enum devlink_feature`), before it is registered.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devl_features_hide(
    devlink: *mut bindings::devlink,
    features: u32,
) -> c_int {
    // SAFETY: By the safety requirements.
    let hidden = DriverLocked::assert(unsafe { devlink_ref(devlink) }).hide_features(features);
    warn_on!(hidden.is_err());
    hidden.map_or_else(Error::to_errno, |()| 0)
}

/// Says about which objects (a mask of `enum devlink_parallel`) the driver can be called without the
/// driver lock, before the instance is registered.
///
/// # Safety
///
/// `devlink` is a valid instance, whose driver keeps the promise: see `include/net/devlink_core.h`.
#[export]
pub unsafe extern "C" fn devl_parallel_set(devlink: *mut bindings::devlink, kinds: u32) -> c_int {
    // SAFETY: By the safety requirements.
    let set = DriverLocked::assert(unsafe { devlink_ref(devlink) }).set_parallel(kinds);
    warn_on!(set.is_err());
    set.map_or_else(Error::to_errno, |()| 0)
}

/// Brings the instances of a dying namespace to the one the machine booted with; called at the
/// beginning of `cleanup_net()`.
///
/// # Safety
///
/// `net` is valid and has no references left.
#[export]
pub unsafe extern "C" fn devlink_evacuate_net(net: *mut bindings::net) {
    crate::reload::evacuate(|devlink| devlink.net().as_raw() == net);
}
