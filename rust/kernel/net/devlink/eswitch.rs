// SPDX-License-Identifier: GPL-2.0

//! The embedded switch.

use super::{
    instance::Locked,
    Driver, //
};

use crate::{
    bindings,
    net::netlink::extack::Extack,
    prelude::*, //
};

/// The mode of a device's embedded switch (`enum devlink_eswitch_mode`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
#[repr(u16)]
pub enum EswitchMode {
    /// The switch forwards by MAC address and VLAN.
    Legacy = bindings::devlink_eswitch_mode_DEVLINK_ESWITCH_MODE_LEGACY as u16,
    /// Each function has a representor, and the kernel says what is forwarded where.
    Switchdev = bindings::devlink_eswitch_mode_DEVLINK_ESWITCH_MODE_SWITCHDEV as u16,
    /// As [`Switchdev`](Self::Switchdev), but nothing is forwarded yet.
    SwitchdevInactive =
        bindings::devlink_eswitch_mode_DEVLINK_ESWITCH_MODE_SWITCHDEV_INACTIVE as u16,
}

impl EswitchMode {
    fn from_c(mode: u16) -> Result<Self> {
        [Self::Legacy, Self::Switchdev, Self::SwitchdevInactive]
            .into_iter()
            .find(|known| *known as u16 == mode)
            .ok_or(EINVAL)
    }
}

/// `eswitch_mode_get`.
///
/// # Safety
///
/// Only to be called as the operation of an instance of `T` that `Instance` made, by a devlink
/// core.
pub(super) unsafe extern "C" fn get<T: Driver>(
    devlink: *mut bindings::devlink,
    mode: *mut u16,
) -> c_int {
    // SAFETY: A core calls operations of instances with the instance lock held while they are
    // registered, and `Instance` registers them when the data is complete.
    let cx = unsafe { Locked::<T>::new(devlink) };
    match T::eswitch_mode(&cx) {
        Ok(now) => {
            // SAFETY: The core passes a variable of its own.
            unsafe { *mode = now as u16 };
            0
        }
        Err(error) => error.to_errno(),
    }
}

/// `eswitch_mode_set`.
///
/// # Safety
///
/// As for [`get`].
pub(super) unsafe extern "C" fn set<T: Driver>(
    devlink: *mut bindings::devlink,
    mode: u16,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: As in `get`.
    let cx = unsafe { Locked::<T>::new(devlink) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    super::to_errno(
        EswitchMode::from_c(mode).and_then(|mode| T::set_eswitch_mode(&cx, mode, extack)),
    )
}
