// SPDX-License-Identifier: GPL-2.0

//! Reload: taking a device down and bringing it up anew.

use super::{
    instance::{
        Locked,
        Private,
        Unlocked, //
    },
    Driver, //
};

use crate::{
    bindings,
    net::netlink::extack::Extack,
    prelude::*, //
};

/// What a reload does (`enum devlink_reload_action`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Action {
    /// The driver's software state is made anew; parameters for `driverinit` take effect.
    DriverReinit,
    /// Firmware that was stored takes over.
    FwActivate,
}

impl Action {
    /// The action's bit in masks of actions.
    pub(super) const fn bit(self) -> u32 {
        1 << match self {
            Action::DriverReinit => {
                bindings::devlink_reload_action_DEVLINK_RELOAD_ACTION_DRIVER_REINIT
            }
            Action::FwActivate => bindings::devlink_reload_action_DEVLINK_RELOAD_ACTION_FW_ACTIVATE,
        }
    }

    /// The core offers only what the driver has.
    fn from_c(action: bindings::devlink_reload_action) -> Result<Self> {
        match action {
            bindings::devlink_reload_action_DEVLINK_RELOAD_ACTION_DRIVER_REINIT => {
                Ok(Action::DriverReinit)
            }
            bindings::devlink_reload_action_DEVLINK_RELOAD_ACTION_FW_ACTIVATE => {
                Ok(Action::FwActivate)
            }
            _ => Err(EOPNOTSUPP),
        }
    }
}

/// What a reload must not do (`enum devlink_reload_limit`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Limit {
    /// Nothing is reset; the device works all the time.
    NoReset,
}

/// The actions that a driver's reload offers.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Reload(u32);

impl Reload {
    /// The device cannot be reloaded.
    pub const NONE: Reload = Reload(0);
    /// [`Action::DriverReinit`].
    pub const DRIVER_REINIT: Reload = Reload(Action::DriverReinit.bit());
    /// [`Action::FwActivate`].
    pub const FW_ACTIVATE: Reload = Reload(Action::FwActivate.bit());

    /// Both.
    pub const fn and(self, other: Reload) -> Reload {
        Reload(self.0 | other.0)
    }

    /// The mask of actions.
    pub(super) const fn mask(self) -> u32 {
        self.0
    }

    /// Whether `action` is among them.
    pub const fn has(self, action: Action) -> bool {
        self.0 & action.bit() != 0
    }
}

/// Why a device comes up or goes down.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Why {
    /// The driver was bound to the device.
    Probe,
    /// A user, or the end of a network namespace, asked for a reload.
    Reload {
        /// What the reload is to do.
        action: Action,
        /// Whether the instance moves to another network namespace. Not known when the device comes
        /// up again: false there.
        to_other_netns: bool,
    },
    /// The driver had taken it down, see
    /// [`DeviceLocked::take_down`](super::DeviceLocked::take_down).
    Recovery,
}

impl Why {
    /// Whether it is a reload with that action.
    pub fn is(&self, what: Action) -> bool {
        matches!(self, Why::Reload { action, .. } if *action == what)
    }
}

impl Limit {
    /// The core offers only what the driver has.
    fn from_c(limit: bindings::devlink_reload_limit) -> Result<Option<Self>> {
        match limit {
            bindings::devlink_reload_limit_DEVLINK_RELOAD_LIMIT_UNSPEC => Ok(None),
            bindings::devlink_reload_limit_DEVLINK_RELOAD_LIMIT_NO_RESET => Ok(Some(Self::NoReset)),
            _ => Err(EOPNOTSUPP),
        }
    }

    fn to_c(limit: Option<Self>) -> bindings::devlink_reload_limit {
        match limit {
            None => bindings::devlink_reload_limit_DEVLINK_RELOAD_LIMIT_UNSPEC,
            Some(Self::NoReset) => bindings::devlink_reload_limit_DEVLINK_RELOAD_LIMIT_NO_RESET,
        }
    }
}

impl<T: Driver> Unlocked<'_, '_, T> {
    /// Says that the device was reloaded, but not by a reload of this instance: from another host,
    /// say. `performed` are the actions, which are counted for users
    /// (`devlink_remote_reload_actions_performed()`).
    ///
    /// Not for callbacks: a reload of this instance is counted by devlink.
    pub fn reloaded_remotely(&mut self, performed: Reload, limit: Option<Limit>) {
        self.lock(|cx| {
            if performed == Reload::NONE || !cx.is_registered() {
                return;
            }
            // SAFETY: The instance is valid and registered, its lock is held, and no reload goes
            // on: that would hold the lock.
            unsafe {
                bindings::devlink_remote_reload_actions_performed(
                    cx.devlink().as_ptr(),
                    Limit::to_c(limit),
                    performed.mask(),
                )
            }
        })
    }
}

impl<T: Driver> Locked<'_, T> {
    /// Whether the last reload failed, so that the device may be down
    /// (`devlink_is_reload_failed()`).
    pub fn has_reload_failed(&self) -> bool {
        // SAFETY: The instance is valid, and its lock is held.
        unsafe { bindings::devlink_is_reload_failed(self.devlink().as_ptr()) }
    }
}

/// `reload_down`.
///
/// # Safety
///
/// Only to be called as the operation of an instance of `T` that `Instance` made, by a devlink
/// core.
pub(super) unsafe extern "C" fn down<T: Driver>(
    devlink: *mut bindings::devlink,
    netns_change: bool,
    action: bindings::devlink_reload_action,
    limit: bindings::devlink_reload_limit,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: A core calls operations of instances with the instance lock held while they are
    // registered, and `Instance` registers them when the data is complete.
    let cx = unsafe { Locked::<T>::new(devlink) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    super::to_errno(try_down(&cx, netns_change, action, limit, extack))
}

/// Takes the device down, unless it is to stay up: then only asks the driver.
fn try_down<T: Driver>(
    cx: &Locked<'_, T>,
    to_other_netns: bool,
    action: bindings::devlink_reload_action,
    limit: bindings::devlink_reload_limit,
    extack: Extack<'_>,
) -> Result {
    let action = Action::from_c(action)?;
    if Limit::from_c(limit)? == Some(Limit::NoReset) {
        if !cx.is_up() {
            return Err(extack.err(c"The device is down", ENODEV));
        }
        if T::HAS_MAY_ACTIVATE_LIVE {
            T::may_activate_live(cx, extack)?;
        }
        return Ok(());
    }
    if T::HAS_MAY_GO_DOWN && cx.is_up() {
        let why = Why::Reload {
            action,
            to_other_netns,
        };
        T::may_go_down(cx, &why, extack)?;
    }
    // No callback of the driver that could look at `Up` runs: this task holds the lock, and is in
    // none.
    Private::take_down(cx);
    Ok(())
}

/// `reload_up`.
///
/// # Safety
///
/// As for [`down`], and `performed` is valid for a write.
pub(super) unsafe extern "C" fn up<T: Driver>(
    devlink: *mut bindings::devlink,
    action: bindings::devlink_reload_action,
    limit: bindings::devlink_reload_limit,
    performed: *mut u32,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: A core reloads registered instances with the instance lock held, and `Instance`
    // registers them when the data is complete.
    let cx = unsafe { Locked::<T>::new(devlink) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    match try_up(&cx, action, limit, extack) {
        Ok(actions) => {
            // SAFETY: The core passes a variable of its own.
            unsafe { *performed = actions };
            0
        }
        Err(error) => error.to_errno(),
    }
}

/// Brings the device up, or has firmware activated while it stays up. Returns the mask of actions
/// that were performed.
fn try_up<T: Driver>(
    cx: &Locked<'_, T>,
    action: bindings::devlink_reload_action,
    limit: bindings::devlink_reload_limit,
    extack: Extack<'_>,
) -> Result<u32> {
    let action = Action::from_c(action)?;
    if Limit::from_c(limit)? == Some(Limit::NoReset) {
        if !T::HAS_ACTIVATE_LIVE {
            return Err(EOPNOTSUPP);
        }
        T::activate_live(cx, extack)?;
        return Ok(action.bit());
    }
    let why = Why::Reload {
        action,
        to_other_netns: false,
    };
    Private::bring_up(cx, &why, extack)?;
    // The device was taken down and brought up, so it was reinitialised whatever was asked for.
    Ok(action.bit() | (T::RELOAD.mask() & Action::DriverReinit.bit()))
}
