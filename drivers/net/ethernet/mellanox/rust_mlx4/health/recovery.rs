// SPDX-License-Identifier: GPL-2.0

//! How a device that is dead is made to live again: it was reset, is taken down and brought up.

use crate::{
    card::Card,
    cmd::State,
    driver::Mlx4,
    regions, //
};

use kernel::{
    net::devlink::{
        DeviceLocked,
        Unlocked, //
    },
    prelude::*,
    sync::atomic::Relaxed,
    time::Msecs, //
};

/// How often the driver's work looks at the device (`MLX4_CATAS_POLL_INTERVAL`).
const INTERVAL_MS: Msecs = 5000;

/// How soon to try again what somebody else keeps from.
const BUSY_MS: Msecs = 10;

/// Looks at the device. Returns after how many milliseconds it is to be looked at again, if it is.
pub(crate) fn poll(cx: &mut Unlocked<'_, '_, Mlx4>) -> Option<Msecs> {
    let card = &cx.data().card;
    let is_alive = card.look_whether_alive();
    // Whoever found it dead.
    add_snapshots(cx);
    if is_alive {
        return Some(INTERVAL_MS);
    }
    if !wants_restart(card) {
        return None;
    }
    let restarted = cx.lock_device(|cx| {
        restart(cx);
        Ok(())
    });
    match restarted {
        // Who has the lock may bring it up, so that it is to be looked at.
        Err(_) => Some(BUSY_MS),
        Ok(()) => (card.commands.state() == State::Up).then_some(INTERVAL_MS),
    }
}

/// Whether the device is one that nobody brings up again but the driver's work.
fn wants_restart(card: &Card<'_>) -> bool {
    match card.commands.state() {
        State::Reset => true,
        State::Dead => card.health.resets(),
        State::Down => card.health.is_lost.load(Relaxed),
        State::Up => false,
    }
}

/// `mlx4_restart_one()`.
fn restart(cx: &mut DeviceLocked<'_, '_, Mlx4>) {
    let card = &cx.data().card;
    let dev = card.dev.as_ref();
    // Perhaps whoever had the lock has taken it down, or brought it up.
    if !wants_restart(card) {
        return;
    }
    card.health.is_lost.store(false, Relaxed);
    if !card.health.is_told.load(Relaxed) {
        dev_warn!(dev, "Internal error mark was detected on device\n");
    }
    cx.take_down();
    let is_off = card.health.is_disconnected.xchg(false, Relaxed) || card.is_gone();
    if is_off && card.dev.is_present() {
        // If that fails it does not come up, either.
        let _ = cx.restore_function();
    }
    let result = cx.bring_up();
    if let Err(error) = result {
        dev_err!(
            dev,
            "mlx4_restart_one_up: ERROR: mlx4_load_one failed, pci_name={}, err={}\n",
            dev.name(),
            error.to_errno()
        );
    }
    dev_info!(
        dev,
        "mlx4_restart_one was ended, ret={}\n",
        result.map_or_else(Error::to_errno, |()| 0)
    );
}

/// Has users see what was in the device when it died.
pub(crate) fn add_snapshots(cx: &mut Unlocked<'_, '_, Mlx4>) {
    let dump = cx.data().card.health.dump.lock().take();
    if let Some(dump) = dump {
        regions::add(cx, dump);
    }
}
