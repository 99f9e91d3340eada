// SPDX-License-Identifier: GPL-2.0

//! The link and how it is corrected and stopped, for ethtool(8).

use crate::port::{
    Forms,
    Link,
    Port,
    Refused,
    Wanted, //
};

use kernel::{
    net::ethtool::{
        Duplex,
        Fec,
        LinkMode,
        LinkModes,
        LinkSettings, //
    },
    prelude::*, //
};

/// How the link is (`mlx5e_ethtool_get_link_ksettings()`).
pub(super) fn settings(port: Port<'_>, has_carrier: bool) -> Result<LinkSettings> {
    let link = port.link()?;
    let interface = link.interface();
    let with = |modes: LinkModes, mode, is_wanted| match is_wanted {
        true => modes.with(mode),
        false => modes,
    };
    // Without flow control nobody knows; that was logged.
    let (rx, tx) = port
        .pause()
        .map_or((false, false), |pause| (pause.rx, pause.tx));
    let (can_correct, corrects) = corrections(port);
    let supported = link.supported() | interface.mode | can_correct;
    let mut advertised = link.advertised() | interface.mode | corrects;
    advertised = with(advertised, LinkMode::PAUSE, rx);
    advertised = with(advertised, LinkMode::ASYM_PAUSE, rx != tx);
    advertised = with(advertised, LinkMode::AUTONEG, link.negotiates());
    let speed = if has_carrier { link.speed() } else { None };
    Ok(LinkSettings {
        speed: speed.map(|(speed, _)| speed),
        lanes: speed.and_then(|(_, lanes)| lanes),
        duplex: match speed {
            // Of a mode that nobody knows, only the speed is known.
            Some((_, Some(_))) => Duplex::Full,
            _ => Duplex::Unknown,
        },
        connector: interface.connector,
        autoneg: link.negotiates(),
        supported: supported.with(LinkMode::PAUSE).with(LinkMode::AUTONEG),
        advertised,
        partner: partner(&link),
    })
}

/// What the other end offers.
fn partner(link: &Link<'_>) -> LinkModes {
    let modes = link.partner();
    if link.has_negotiated() {
        modes.with(LinkMode::AUTONEG)
    } else {
        modes
    }
}

/// Which codes the port can correct errors by, and which it does
/// (`get_fec_supported_advertised()`).
fn corrections(port: Port<'_>) -> (LinkModes, LinkModes) {
    const CODES: [(Forms, LinkMode); 4] = [
        (Forms::OFF, LinkMode::FEC_NONE),
        (Forms::FIRECODE, LinkMode::FEC_BASER),
        (Forms::RS, LinkMode::FEC_RS),
        (Forms::LLRS, LinkMode::FEC_LLRS),
    ];

    // That a device does not tell is no failure.
    let Ok(fec) = port.fec() else {
        return (LinkModes::NONE, LinkModes::NONE);
    };
    let shown = |is_one: &dyn Fn(Forms) -> bool| {
        let codes = CODES.iter().filter(|(form, _)| is_one(*form));
        codes.fold(LinkModes::NONE, |modes, (_, mode)| modes.with(*mode))
    };
    let active = fec.active().lowest();
    (
        shown(&|form| fec.can(form)),
        shown(&|form| form.contains(active)),
    )
}

/// How errors are corrected (`mlx5e_get_fecparam()`).
pub(super) fn fec(port: Port<'_>) -> Result<Fec> {
    let fec = port.fec()?;
    Ok(Fec {
        active: fec.active().mode().ok_or(EOPNOTSUPP)?,
        configured: fec.configured().mode(),
    })
}

/// What a user wants of the link.
pub(super) fn wanted(settings: &LinkSettings) -> Wanted {
    if settings.autoneg {
        Wanted::Negotiated(settings.advertised)
    } else {
        Wanted::Forced {
            speed: settings.speed,
            lanes: settings.lanes,
        }
    }
}

/// What to tell a user about a link that cannot be had, if anything, and the error.
pub(super) fn refusal(refused: Refused) -> (Option<&'static str>, Error) {
    match refused {
        Refused::NotSupported => (None, EOPNOTSUPP),
        Refused::Query(error) => (Some("query port eth proto failed"), error),
        Refused::Needs56GNegotiation => (Some("56G link speed requires autoneg enabled"), EINVAL),
        Refused::NoSuchMode => (Some("Not supported link mode(s) requested"), EINVAL),
        Refused::Set(error) => (Some("failed to set ptys reg"), error),
    }
}
