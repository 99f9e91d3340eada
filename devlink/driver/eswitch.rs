// SPDX-License-Identifier: GPL-2.0

//! Calls into the driver about the eswitch.

use super::{
    access::LockedOps,
    ops::{
        Feature,
        Ops,
        MISSING, //
    },
};

use kernel::{
    error::to_result,
    net::netlink::extack::Extack,
    prelude::*, //
};

impl Ops<'_> {
    /// Whether the driver has anything to say about the eswitch.
    pub(crate) fn answers_about_eswitch(self) -> bool {
        let Some(table) = self.feature(Feature::Eswitch) else {
            return false;
        };
        table.eswitch_mode_get.is_some()
            || table.eswitch_inline_mode_get.is_some()
            || table.eswitch_encap_mode_get.is_some()
    }

    /// Whether the mode can be set.
    pub(crate) fn can_set_eswitch_mode(self) -> bool {
        self.feature(Feature::Eswitch)
            .is_some_and(|table| table.eswitch_mode_set.is_some())
    }
}

impl LockedOps<'_> {
    /// The mode (`enum devlink_eswitch_mode`); `None` if the driver has no such callback.
    pub(crate) fn eswitch_mode(self) -> Result<Option<u16>> {
        let Some(callback) = self
            .feature(Feature::Eswitch)
            .and_then(|table| table.eswitch_mode_get)
        else {
            return Ok(None);
        };
        let mut mode = 0;
        // SAFETY: The instance is valid and its instance lock held; the driver's table promises
        // that the callback may then be called. `mode` is valid for writing.
        to_result(unsafe { callback(self.devlink().as_raw(), &mut mode) })?;
        Ok(Some(mode))
    }

    /// Sets the mode.
    pub(crate) fn set_eswitch_mode(self, mode: u16, extack: Extack<'_>) -> Result {
        let callback = self
            .feature(Feature::Eswitch)
            .and_then(|table| table.eswitch_mode_set)
            .ok_or(MISSING)?;
        // SAFETY: The instance is valid and its instance lock held; the driver's table promises
        // that the callback may then be called.
        to_result(unsafe { callback(self.devlink().as_raw(), mode, extack.as_raw()) })
    }

    /// The inline mode (`enum devlink_eswitch_inline_mode`); `None` if the driver has no such
    /// callback.
    pub(crate) fn eswitch_inline_mode(self) -> Result<Option<u8>> {
        let Some(callback) = self
            .feature(Feature::Eswitch)
            .and_then(|table| table.eswitch_inline_mode_get)
        else {
            return Ok(None);
        };
        let mut inline_mode = 0;
        // SAFETY: The instance is valid and its instance lock held; the driver's table promises
        // that the callback may then be called.
        to_result(unsafe { callback(self.devlink().as_raw(), &mut inline_mode) })?;
        Ok(Some(inline_mode))
    }

    /// Sets the inline mode.
    pub(crate) fn set_eswitch_inline_mode(self, inline_mode: u8, extack: Extack<'_>) -> Result {
        let callback = self
            .feature(Feature::Eswitch)
            .and_then(|table| table.eswitch_inline_mode_set)
            .ok_or(MISSING)?;
        // SAFETY: The instance is valid and its instance lock held; the driver's table promises
        // that the callback may then be called.
        to_result(unsafe { callback(self.devlink().as_raw(), inline_mode, extack.as_raw()) })
    }

    /// The encapsulation mode (`enum devlink_eswitch_encap_mode`); `None` if the driver has no
    /// such callback.
    pub(crate) fn eswitch_encap_mode(self) -> Result<Option<u8>> {
        let Some(callback) = self
            .feature(Feature::Eswitch)
            .and_then(|table| table.eswitch_encap_mode_get)
        else {
            return Ok(None);
        };
        let mut encap_mode = 0;
        // SAFETY: The instance is valid and its instance lock held; the driver's table promises
        // that the callback may then be called.
        to_result(unsafe { callback(self.devlink().as_raw(), &mut encap_mode) })?;
        // User space is shown eight bits.
        Ok(Some(encap_mode as u8))
    }

    /// Sets the encapsulation mode.
    pub(crate) fn set_eswitch_encap_mode(self, encap_mode: u8, extack: Extack<'_>) -> Result {
        let callback = self
            .feature(Feature::Eswitch)
            .and_then(|table| table.eswitch_encap_mode_set)
            .ok_or(MISSING)?;
        // SAFETY: The instance is valid and its instance lock held; the driver's table promises
        // that the callback may then be called.
        to_result(unsafe { callback(self.devlink().as_raw(), encap_mode.into(), extack.as_raw()) })
    }
}
