// SPDX-License-Identifier: GPL-2.0

//! Ports become what their cables are for.

use super::{
    Kinds,
    Ports, //
};

use crate::{
    caps,
    driver::Mlx4, //
};

use kernel::{
    net::devlink::{
        Locked,
        Unlocked, //
    },
    prelude::*,
    time::Msecs, //
};

/// How often it is looked (`MLX4_SENSE_RANGE`).
pub(super) const INTERVAL_MS: Msecs = 3000;

/// Looks what the cables are for of those ports that are to be that (`mlx4_sense_port()`), if it is
/// time for it. Returns after how many milliseconds to look again, if there are such ports.
///
/// While somebody else has the instance lock, nothing is looked at: who has it for long takes the
/// device down.
pub(crate) fn sense(cx: &mut Unlocked<'_, '_, Mlx4>) -> Option<Msecs> {
    let types = &cx.data().types;
    if !types.are_sensed() {
        return None;
    }
    let passed = types.sensed().map(|sensed| sensed.elapsed().as_millis());
    match passed.map(Msecs::try_from) {
        Some(Ok(passed)) if passed < INTERVAL_MS => return Some(INTERVAL_MS - passed),
        _ => {}
    }
    types.set_sensed();
    cx.try_lock(|cx| cx.up(|up| up.ports.sense(cx)));
    Some(INTERVAL_MS)
}

impl Ports<'_> {
    fn sense(&self, cx: &Locked<'_, Mlx4>) {
        let kinds = self.sensed(self.types.kinds());
        if self.check(kinds).is_ok() && self.change(cx, kinds).is_err() {
            dev_err!(self.card.dev.as_ref(), "Failed to change port_types\n");
        }
    }

    /// What the ports are to be: those that are to be that what their cables are for; otherwise,
    /// and without a cable, what is given (`mlx4_do_sense_ports()`).
    pub(super) fn sensed(&self, mut kinds: Kinds) -> Kinds {
        for ((number, port), kind) in self.caps().ports().zip(&mut kinds) {
            if !port.can_sense() || !self.types.is_sensed(number) {
                continue;
            }
            if let Ok(Some(sensed)) = caps::port::sense(self.card, number) {
                *kind = Some(sensed);
            }
        }
        kinds
    }
}
