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

/// How much of a packet's headers a function has to put into its descriptors, for the switch to
/// look at (`enum devlink_eswitch_inline_mode`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum EswitchInlineMode {
    /// Nothing.
    None = bindings::devlink_eswitch_inline_mode_DEVLINK_ESWITCH_INLINE_MODE_NONE as u8,
    /// The headers of layer 2.
    Link = bindings::devlink_eswitch_inline_mode_DEVLINK_ESWITCH_INLINE_MODE_LINK as u8,
    /// Up to layer 3.
    Network = bindings::devlink_eswitch_inline_mode_DEVLINK_ESWITCH_INLINE_MODE_NETWORK as u8,
    /// Up to layer 4.
    Transport = bindings::devlink_eswitch_inline_mode_DEVLINK_ESWITCH_INLINE_MODE_TRANSPORT as u8,
}

/// Whether the switch can encapsulate packets and decapsulate them
/// (`enum devlink_eswitch_encap_mode`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
#[repr(u32)]
pub enum EswitchEncapMode {
    /// It cannot.
    None = bindings::devlink_eswitch_encap_mode_DEVLINK_ESWITCH_ENCAP_MODE_NONE,
    /// It can.
    Basic = bindings::devlink_eswitch_encap_mode_DEVLINK_ESWITCH_ENCAP_MODE_BASIC,
}

/// The mode that C has this number for; an error if there is none.
macro_rules! from_c {
    ($value:expr => $mode:ident($number:ty): $($name:ident),*) => {
        [$($mode::$name),*]
            .into_iter()
            .find(|known| *known as $number == $value)
            .ok_or(EINVAL)
    };
}

impl EswitchMode {
    fn from_c(mode: u16) -> Result<Self> {
        from_c!(mode => EswitchMode(u16): Legacy, Switchdev, SwitchdevInactive)
    }
}

impl EswitchInlineMode {
    fn from_c(mode: u8) -> Result<Self> {
        from_c!(mode => EswitchInlineMode(u8): None, Link, Network, Transport)
    }
}

impl EswitchEncapMode {
    fn from_c(mode: bindings::devlink_eswitch_encap_mode) -> Result<Self> {
        from_c!(mode => EswitchEncapMode(u32): None, Basic)
    }
}

/// The two callbacks about a mode.
macro_rules! mode_callbacks {
    ($(
        $mode:ident as $number:ty:
            $get:ident => $get_method:ident, $set:ident => $set_method:ident;
    )*) => {$(
        #[doc = concat!("`eswitch_", stringify!($get), "`.")]
        ///
        /// # Safety
        ///
        /// Only to be called as the operation of an instance of `T` that `Instance` made, by a
        /// devlink core, with a variable for the mode.
        pub(super) unsafe extern "C" fn $get<T: Driver>(
            devlink: *mut bindings::devlink,
            mode: *mut $number,
        ) -> c_int {
            // SAFETY: A core calls operations of instances with the instance lock held while they
            // are registered, and `Instance` registers them when the data is complete.
            let cx = unsafe { Locked::<T>::new(devlink) };
            super::to_errno(T::$get_method(&cx).map(|now| {
                // SAFETY: The core passes a variable of its own.
                unsafe { *mode = now as $number };
            }))
        }

        #[doc = concat!("`eswitch_", stringify!($set), "`.")]
        ///
        /// # Safety
        ///
        /// Only to be called as the operation of an instance of `T` that `Instance` made, by a
        /// devlink core.
        pub(super) unsafe extern "C" fn $set<T: Driver>(
            devlink: *mut bindings::devlink,
            mode: $number,
            extack: *mut bindings::netlink_ext_ack,
        ) -> c_int {
            // SAFETY: A core calls operations of instances with the instance lock held while they
            // are registered, and `Instance` registers them when the data is complete.
            let cx = unsafe { Locked::<T>::new(devlink) };
            // SAFETY: The core passes null or the request's, which only this task uses.
            let extack = unsafe { Extack::from_raw(extack) };
            super::to_errno($mode::from_c(mode).and_then(|mode| T::$set_method(&cx, mode, extack)))
        }
    )*};
}

mode_callbacks! {
    EswitchMode as u16:
        mode_get => eswitch_mode, mode_set => set_eswitch_mode;
    EswitchInlineMode as u8:
        inline_mode_get => eswitch_inline_mode, inline_mode_set => set_eswitch_inline_mode;
    EswitchEncapMode as bindings::devlink_eswitch_encap_mode:
        encap_mode_get => eswitch_encap_mode, encap_mode_set => set_eswitch_encap_mode;
}
