// SPDX-License-Identifier: GPL-2.0

//! The link, for ethtool(8).

use super::register::Modes;

use crate::{
    caps::Feature,
    net::{
        link::State,
        Nic, //
    }, //
};

use kernel::{
    net::{
        device::Rtnl,
        ethtool::{
            Connector,
            Duplex,
            LinkMode,
            LinkModes,
            LinkSettings, //
        }, //
    },
    prelude::*, //
};

/// A mode of the device's (`enum mlx4_link_mode`), its speed in Mbit/s, and what users call it.
type Mode = (u32, u32, LinkModes);

const fn one(mode: LinkMode) -> LinkModes {
    LinkModes::NONE.with(mode)
}

/// All of them (`mlx4_en_init_ptys2ethtool_map()`).
const MODES: [Mode; 17] = [
    (0, 1_000, one(LinkMode::BASE1000_X_FULL)),
    (1, 1_000, one(LinkMode::BASE1000_KX_FULL)),
    (2, 10_000, one(LinkMode::BASE10000_KX4_FULL)),
    (3, 10_000, one(LinkMode::BASE10000_KX4_FULL)),
    (4, 10_000, one(LinkMode::BASE10000_KR_FULL)),
    (
        5,
        20_000,
        one(LinkMode::BASE20000_MLD2_FULL).with(LinkMode::BASE20000_KR2_FULL),
    ),
    (6, 40_000, one(LinkMode::BASE40000_CR4_FULL)),
    (7, 40_000, one(LinkMode::BASE40000_KR4_FULL)),
    (8, 56_000, one(LinkMode::BASE56000_KR4_FULL)),
    (12, 10_000, one(LinkMode::BASE10000_CR_FULL)),
    (13, 10_000, one(LinkMode::BASE10000_SR_FULL)),
    (15, 40_000, one(LinkMode::BASE40000_SR4_FULL)),
    (17, 56_000, one(LinkMode::BASE56000_CR4_FULL)),
    (18, 56_000, one(LinkMode::BASE56000_SR4_FULL)),
    (24, 100, one(LinkMode::BASE100_T_FULL)),
    (25, 1_000, one(LinkMode::BASE1000_T_FULL)),
    (26, 10_000, one(LinkMode::BASE10000_T_FULL)),
];

const fn bits(modes: &[u32]) -> u32 {
    let mut bits = 0;
    let mut at = 0;
    while at < modes.len() {
        bits |= 1 << modes[at];
        at += 1;
    }
    bits
}

/// Modes over twisted pairs, optical fibre, cables with their modules, and between chips. That of
/// SGMII counts as one over fibre.
const TWISTED_PAIR: u32 = bits(&[24, 25, 26]);
const FIBRE: u32 = bits(&[0, 13, 15, 18]);
const DIRECT_ATTACH: u32 = bits(&[6, 12, 17]);
const BACKPLANE: u32 = bits(&[1, 3, 4, 5, 7, 8]);

/// What shows a port as one of fibre, whatever else it can
/// (`ptys2ethtool_update_supported_port()`).
const SHOWN_AS_FIBRE: u32 = bits(&[0, 6, 12, 13, 15, 18]);

/// Modes for which the ends need not agree.
const FORCED: u32 = bits(&[0, 1]);

/// What users call some modes.
fn names(modes: u32) -> LinkModes {
    MODES
        .iter()
        .filter(|(bit, ..)| modes & 1 << bit != 0)
        .fold(LinkModes::NONE, |all, (.., names)| all | *names)
}

/// Modes that users call so.
fn modes_of(names: LinkModes) -> u32 {
    MODES
        .iter()
        .filter(|(.., mode)| mode.intersects(names))
        .fold(0, |all, (bit, ..)| all | 1 << bit)
}

/// Modes of a speed.
fn modes_of_speed(speed: u32) -> u32 {
    MODES
        .iter()
        .filter(|(_, of, _)| *of == speed)
        .fold(0, |all, (bit, ..)| all | 1 << bit)
}

/// What a port is shown as that has those modes.
fn kind_of_port(modes: u32) -> LinkModes {
    match modes {
        modes if modes & TWISTED_PAIR != 0 => one(LinkMode::TP),
        modes if modes & SHOWN_AS_FIBRE != 0 => one(LinkMode::FIBRE),
        modes if modes & BACKPLANE != 0 => one(LinkMode::BACKPLANE),
        _ => LinkModes::NONE,
    }
}

/// What the cable is plugged into (`ptys_get_active_port()`).
fn connector(modes: &Modes) -> Connector {
    let used = match modes.used() {
        // There is no link.
        0 => modes.supported(),
        used => used,
    };
    let kinds = [
        (TWISTED_PAIR, Connector::TwistedPair),
        (FIBRE, Connector::Fibre),
        (DIRECT_ATTACH, Connector::DirectAttach),
        (BACKPLANE, Connector::None),
    ];
    let mut kinds = kinds.into_iter().filter(|(kind, _)| used & kind != 0);
    kinds.next().map_or(Connector::Other, |(_, kind)| kind)
}

/// How the link is (`mlx4_en_get_link_ksettings()`).
pub(super) fn settings<'up>(nic: &Nic<'up>, cx: &Rtnl<'_, Nic<'up>>) -> Result<LinkSettings> {
    let state = nic.port.state().map_err(|_| ENOMEM)?;
    let mut settings = if nic.caps().has(Feature::PROTOCOL_CONTROL) {
        match Modes::query(nic.port) {
            Ok(modes) => of_register(nic, &state, &modes),
            Err(error) => {
                complain(
                    nic,
                    cx,
                    fmt!(
                        "Failed to run mlx4_ACCESS_PTYS_REG status({:x})",
                        error.to_errno()
                    ),
                );
                of_transceiver(&state)
            }
        }
    } else {
        of_transceiver(&state)
    };
    if cx.device().has_carrier() {
        settings.speed = state.speed;
        settings.duplex = Duplex::Full;
    }
    Ok(settings)
}

/// `ethtool_get_ptys_link_ksettings()`.
fn of_register(nic: &Nic<'_>, state: &State, modes: &Modes) -> LinkSettings {
    let with = |modes: LinkModes, mode, is_wanted| match is_wanted {
        true => modes.with(mode),
        false => modes,
    };
    let pause = *nic.pause.lock();
    let supported = kind_of_port(modes.supported()) | names(modes.supported());
    let supported = supported.with(LinkMode::PAUSE).with(LinkMode::ASYM_PAUSE);
    let advertised = with(names(modes.chosen()), LinkMode::PAUSE, pause.tx);
    let advertised = with(advertised, LinkMode::ASYM_PAUSE, pause.tx != pause.rx);
    let can_negotiate = nic.caps().has(Feature::BACKPLANE_AUTONEG) && state.negotiates;
    LinkSettings {
        connector: connector(modes),
        autoneg: state.has_negotiated,
        supported: with(supported, LinkMode::AUTONEG, can_negotiate),
        advertised: with(advertised, LinkMode::AUTONEG, can_negotiate),
        partner: with(
            names(modes.partner()),
            LinkMode::AUTONEG,
            state.has_negotiated,
        ),
        ..LinkSettings::default()
    }
}

/// `ethtool_get_default_link_ksettings()`.
fn of_transceiver(state: &State) -> LinkSettings {
    let (connector, kind) = match state.transceiver {
        1..=0xc => (Connector::Fibre, one(LinkMode::FIBRE)),
        0 | 0x80 => (Connector::TwistedPair, one(LinkMode::TP)),
        _ => (Connector::Other, LinkModes::NONE),
    };
    let modes = kind.with(LinkMode::BASE10000_T_FULL);
    LinkSettings {
        connector,
        supported: modes,
        advertised: modes,
        ..LinkSettings::default()
    }
}

fn complain<'up>(nic: &Nic<'up>, cx: &Rtnl<'_, Nic<'up>>, what: kernel::fmt::Arguments<'_>) {
    let name = cx.device().name();
    dev_warn!(nic.card.dev.as_ref(), "{}: {}\n", &*name, what);
}

/// Has the link be otherwise (`mlx4_en_set_link_ksettings()`).
pub(super) fn set<'up>(
    nic: &Nic<'up>,
    cx: &mut Rtnl<'_, Nic<'up>>,
    wanted: &LinkSettings,
) -> Result {
    if !nic.caps().has(Feature::PROTOCOL_CONTROL) || wanted.duplex == Duplex::Half {
        return Err(EINVAL);
    }
    let mut modes = match Modes::query(nic.port) {
        Ok(modes) => modes,
        Err(error) => {
            let errno = error.to_errno();
            complain(
                nic,
                cx,
                fmt!("Failed to QUERY mlx4_ACCESS_PTYS_REG status({errno:x})"),
            );
            return Ok(());
        }
    };
    let was_forced = modes.is_forced();
    let chosen = modes.supported() & choose(nic, cx, &modes, wanted);
    if wanted.autoneg {
        modes.force(false);
    } else if chosen & FORCED != 0 && modes.can_force() {
        modes.force(true);
    }
    if chosen == 0 {
        let why = fmt!("Not supported link mode(s) requested, check supported link modes.");
        complain(nic, cx, why);
        return Err(EINVAL);
    }
    if chosen == modes.chosen() && modes.can_force() && wanted.autoneg != was_forced {
        return Ok(());
    }
    modes.choose(chosen);
    modes.write(nic.port).inspect_err(|error| {
        let errno = error.to_errno();
        complain(
            nic,
            cx,
            fmt!(
                "Failed to write mlx4_ACCESS_PTYS_REG eth_proto_admin(0x{chosen:x}) \
                 status(0x{errno:x})"
            ),
        );
    })?;
    if cx.is_open() {
        complain(nic, cx, fmt!("Port link mode changed, restarting port..."));
        nic.reopen_or_stop(cx);
    }
    Ok(())
}

/// Which modes a user wants, whether the device has them or not.
fn choose<'up>(
    nic: &Nic<'up>,
    cx: &Rtnl<'_, Nic<'up>>,
    modes: &Modes,
    wanted: &LinkSettings,
) -> u32 {
    let say = |what: kernel::fmt::Arguments<'_>| {
        let name = cx.device().name();
        dev_info!(nic.card.dev.as_ref(), "{}: {}\n", &*name, what);
    };
    if wanted.autoneg {
        return modes_of(wanted.advertised);
    }
    match wanted.speed {
        Some(0) => {
            say(fmt!(
                "Speed was set to 0, Reset advertised Link Modes to default ({:x})",
                modes.supported()
            ));
            modes.supported()
        }
        speed => {
            let speed = speed.unwrap_or(u32::MAX);
            // CAST: As users give it: -1 if they do not.
            say(fmt!("Setting Speed to {}", speed as i32));
            modes_of_speed(speed)
        }
    }
}
