// SPDX-License-Identifier: GPL-2.0

//! The eswitch's modes. A reload resets them.

use crate::{
    callback::Callback,
    device::Data, //
};

use kernel::{
    net::{
        devlink::{
            EswitchEncapMode,
            EswitchInlineMode,
            EswitchMode, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

/// The three modes.
pub(crate) struct Modes {
    mode: EswitchMode,
    inline: EswitchInlineMode,
    encap: EswitchEncapMode,
}

impl Modes {
    /// Those of a device that comes up.
    pub(crate) const INITIAL: Self = Modes {
        mode: EswitchMode::Legacy,
        inline: EswitchInlineMode::None,
        encap: EswitchEncapMode::None,
    };
}

impl<const FULL: bool> Data<'_, FULL> {
    pub(crate) fn eswitch_mode(&self) -> Result<EswitchMode> {
        self.call(Callback::EswitchModeGet, Extack::NONE, fmt!(""))?;
        Ok(self.modes.lock().mode)
    }

    pub(crate) fn set_eswitch_mode(&self, mode: EswitchMode, extack: Extack<'_>) -> Result {
        let arguments = fmt!("{}", mode as u16);
        self.call(Callback::EswitchModeSet, extack, arguments)?;
        self.modes.lock().mode = mode;
        Ok(())
    }

    pub(crate) fn eswitch_inline_mode(&self) -> Result<EswitchInlineMode> {
        self.call(Callback::EswitchInlineModeGet, Extack::NONE, fmt!(""))?;
        Ok(self.modes.lock().inline)
    }

    pub(crate) fn set_eswitch_inline_mode(
        &self,
        mode: EswitchInlineMode,
        extack: Extack<'_>,
    ) -> Result {
        let arguments = fmt!("{}", mode as u8);
        self.call(Callback::EswitchInlineModeSet, extack, arguments)?;
        self.modes.lock().inline = mode;
        Ok(())
    }

    pub(crate) fn eswitch_encap_mode(&self) -> Result<EswitchEncapMode> {
        self.call(Callback::EswitchEncapModeGet, Extack::NONE, fmt!(""))?;
        Ok(self.modes.lock().encap)
    }

    pub(crate) fn set_eswitch_encap_mode(
        &self,
        mode: EswitchEncapMode,
        extack: Extack<'_>,
    ) -> Result {
        let arguments = fmt!("{}", mode as u32);
        self.call(Callback::EswitchEncapModeSet, extack, arguments)?;
        self.modes.lock().encap = mode;
        Ok(())
    }
}
