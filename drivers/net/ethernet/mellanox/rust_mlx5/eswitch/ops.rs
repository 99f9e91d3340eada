// SPDX-License-Identifier: GPL-2.0

//! `devlink dev eswitch`, and parameters of the e-switch.

use super::{
    Settings,
    Switch,
    INLINE_BY_VPORT,
    INLINE_NOTHING, //
};

use crate::driver::Mlx5;

use kernel::{
    net::{
        devlink::{
            param::ParamStr,
            EswitchEncapMode,
            EswitchInlineMode,
            EswitchMode,
            Locked, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

/// `devlink dev eswitch show`: the mode (`mlx5_devlink_eswitch_mode_get()`). Of a device that is
/// down it is the one that it comes up in.
pub(crate) fn mode(cx: &Locked<'_, Mlx5>) -> Result<EswitchMode> {
    cx.data().eswitch.get()?;
    Ok(current_mode(cx))
}

fn current_mode(cx: &Locked<'_, Mlx5>) -> EswitchMode {
    let mode = cx.up(|up| up.switch.mode());
    mode.unwrap_or(EswitchMode::Legacy)
}

/// Changes the mode (`mlx5_devlink_eswitch_mode_set()`).
pub(crate) fn set_mode(cx: &Locked<'_, Mlx5>, mode: EswitchMode, extack: Extack<'_>) -> Result {
    let data = cx.data();
    let settings = data.eswitch.get()?;
    if data.card.reset.is_in_progress() {
        let text = c"rust_mlx5: Can't change eswitch mode during firmware reset";
        return Err(extack.err(text, EBUSY));
    }
    let before = current_mode(cx);
    if before == mode {
        return Ok(());
    }
    if before == EswitchMode::Legacy && cx.up(|up| up.traps.are_active()) == Some(true) {
        let text = c"rust_mlx5: Can't change mode while devlink traps are active";
        return Err(extack.err(text, EOPNOTSUPP));
    }
    let lag = data.board.as_ref().map(|board| &board.lag);
    let lag = lag.filter(|_| before == EswitchMode::Legacy || mode == EswitchMode::Legacy);
    if let Some(lag) = lag {
        let busy = c"rust_mlx5: Can't change mode, E-Switch is busy";
        lag.forbid(&data.card)
            .map_err(|error| extack.err(busy, error))?;
    }
    let changed = cx.up(|up| up.switch.set_mode(&settings, mode, extack));
    if let Some(lag) = lag.filter(|_| current_mode(cx) == EswitchMode::Legacy) {
        lag.allow(&data.card);
        data.work.schedule();
    }
    changed.ok_or(ENODEV)??;
    if before != EswitchMode::Legacy || settings.inline != EswitchInlineMode::None {
        return Ok(());
    }
    // What is always so, unless a user sets it.
    let inline = match settings.able.inline {
        INLINE_NOTHING => EswitchInlineMode::None,
        _ => EswitchInlineMode::Link,
    };
    data.eswitch.change(|settings| settings.inline = inline)
}

impl Switch<'_> {
    fn set_mode(&self, settings: &Settings, mode: EswitchMode, extack: Extack<'_>) -> Result {
        let mut state = self.state.lock();
        let before = state.mode();
        let changes = before == EswitchMode::Legacy || mode == EswitchMode::Legacy;
        if changes {
            self.say("Disable", before);
        }
        if mode == EswitchMode::Legacy {
            state.stop();
            return Ok(());
        }
        let inactive = mode == EswitchMode::SwitchdevInactive;
        let failed = c"rust_mlx5: Failed setting eswitch to offloads";
        state
            .start(self.card, settings, self.index, inactive)
            .map_err(|error| extack.err(failed, error))?;
        if changes {
            self.say("Enable", mode);
        }
        Ok(())
    }

    fn say(&self, what: &str, mode: EswitchMode) {
        let mode = match mode {
            EswitchMode::Legacy => "LEGACY",
            _ => "OFFLOADS",
        };
        dev_info!(
            self.card.dev.as_ref(),
            "E-Switch: {}: mode({}), nvfs(0), necvfs(0), active vports(0)\n",
            what,
            mode
        );
    }
}

/// `devlink dev eswitch show`: the inline mode.
pub(crate) fn inline_mode(cx: &Locked<'_, Mlx5>) -> Result<EswitchInlineMode> {
    Ok(cx.data().eswitch.get()?.inline)
}

/// Changes that (`mlx5_devlink_eswitch_inline_mode_set()`): virtual functions, which would have to
/// be told, there are none.
pub(crate) fn set_inline_mode(
    cx: &Locked<'_, Mlx5>,
    mode: EswitchInlineMode,
    extack: Extack<'_>,
) -> Result {
    let eswitch = &cx.data().eswitch;
    match eswitch.get()?.able.inline {
        INLINE_BY_VPORT => eswitch.change(|settings| settings.inline = mode),
        INLINE_NOTHING if mode == EswitchInlineMode::None => Ok(()),
        _ => Err(extack.err(c"rust_mlx5: Inline mode can't be set", EOPNOTSUPP)),
    }
}

/// `devlink dev eswitch show`: whether tunnels can be made and ended.
pub(crate) fn encap_mode(cx: &Locked<'_, Mlx5>) -> Result<EswitchEncapMode> {
    Ok(cx.data().eswitch.get()?.encap)
}

/// The parameter `esw_port_metadata`.
pub(crate) fn port_metadata(cx: &Locked<'_, Mlx5>) -> Result<bool> {
    let settings = *cx.data().eswitch.settings.lock();
    Ok(settings.is_some_and(|settings| settings.metadata))
}

/// Changes that (`mlx5_devlink_eswitch_encap_mode_set()`).
pub(crate) fn set_encap_mode(
    cx: &Locked<'_, Mlx5>,
    mode: EswitchEncapMode,
    extack: Extack<'_>,
) -> Result {
    let eswitch = &cx.data().eswitch;
    let before = eswitch.get()?;
    if mode != EswitchEncapMode::None && !before.able.encapsulates {
        return Err(EOPNOTSUPP);
    }
    if before.encap == mode {
        return Ok(());
    }
    let after = Settings {
        encap: mode,
        ..before
    };
    let renewed = cx.up(|up| up.switch.renew(&before, &after));
    if let Some(Err(error)) = renewed {
        return Err(extack.err(c"rust_mlx5: Failed re-creating fast FDB table", error));
    }
    eswitch.change(|settings| settings.encap = mode)
}

impl Switch<'_> {
    /// Makes the tables anew for other settings, or those from before if that fails.
    fn renew(&self, before: &Settings, after: &Settings) -> Result {
        let mut state = self.state.lock();
        state.renew(after, self.index).inspect_err(|_| {
            // Without them nothing is forwarded, which was logged.
            let _ = state.renew(before, self.index);
        })
    }
}

/// Changes the parameter `esw_port_metadata`.
pub(crate) fn set_port_metadata(cx: &Locked<'_, Mlx5>, metadata: bool, _: Extack<'_>) -> Result {
    let eswitch = &cx.data().eswitch;
    if !eswitch.get()?.able.has_metadata {
        return Err(EOPNOTSUPP);
    }
    eswitch.change(|settings| settings.metadata = metadata)
}

/// Whether it can be changed now (`esw_port_metadata_validate()`).
pub(crate) fn may_set_port_metadata(cx: &Locked<'_, Mlx5>, _: bool, extack: Extack<'_>) -> Result {
    if current_mode(cx) == EswitchMode::Legacy {
        return Ok(());
    }
    let text = c"rust_mlx5: E-Switch must either disabled or non switchdev mode";
    Err(extack.err(text, EBUSY))
}

/// The parameter `esw_multiport`: a LAG of ports whose e-switches are one needs flow tables that
/// choose a port, which the driver does not make.
pub(crate) fn multiport(_: &Locked<'_, Mlx5>) -> Result<bool> {
    Ok(false)
}

/// Changes the parameter `esw_multiport`: it can only stay as it is.
pub(crate) fn set_multiport(cx: &Locked<'_, Mlx5>, multiport: bool, _: Extack<'_>) -> Result {
    cx.data().eswitch.get()?;
    if multiport {
        Err(EOPNOTSUPP)
    } else {
        Ok(())
    }
}

/// The parameter `flow_steering_mode`: the firmware steers.
pub(crate) fn steering(_: &Locked<'_, Mlx5>) -> Result<ParamStr> {
    Ok(ParamStr::new(c"dmfs"))
}

/// Changes the parameter `flow_steering_mode`: it can only stay as it is.
pub(crate) fn set_steering(_: &Locked<'_, Mlx5>, _: ParamStr, _: Extack<'_>) -> Result {
    Ok(())
}

/// Which values it can have (`mlx5_fs_mode_validate()`).
pub(crate) fn may_set_steering(
    cx: &Locked<'_, Mlx5>,
    mode: ParamStr,
    extack: Extack<'_>,
) -> Result {
    if current_mode(cx) != EswitchMode::Legacy {
        let text = c"rust_mlx5: Changing fs mode is not supported when eswitch offloads enabled.";
        return Err(extack.err(text, EOPNOTSUPP));
    }
    let (text, error) = match mode.to_bytes() {
        b"dmfs" => return Ok(()),
        b"smfs" => (
            c"rust_mlx5: Software managed steering is not supported by current device",
            EOPNOTSUPP,
        ),
        b"hmfs" => (
            c"rust_mlx5: Hardware steering is not supported by current device",
            EOPNOTSUPP,
        ),
        _ => (
            c"rust_mlx5: Bad parameter: supported values are [\"dmfs\", \"smfs\", \"hmfs\"]",
            EINVAL,
        ),
    };
    Err(extack.err(text, error))
}
