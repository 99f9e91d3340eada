// SPDX-License-Identifier: GPL-2.0

//! A reset that another function has asked for, in steps of the driver's work, of which none waits
//! for long: so a device that is removed meanwhile is not waited for.

use super::{
    register::Progress,
    Event,
    Phase, //
};

use crate::{
    card::Card,
    driver::Mlx5,
    health, //
};

use kernel::{
    net::devlink::{
        Reload,
        Unlocked, //
    },
    prelude::*,
    time::{
        Instant,
        Monotonic,
        Msecs, //
    }, //
};

/// How soon to try again what somebody else does now.
const BUSY_MS: Msecs = 10;
/// How often it is looked whether the reset comes, and whether the device answers.
const LOOK_MS: Msecs = 100;
/// How often it is looked whether the firmware was reset.
const RESET_MS: Msecs = 20;
const DROP_MS: Msecs = 1000;

/// Does what is next of a reset. Returns after how many milliseconds there is more to do; the
/// device's health is nothing to look at meanwhile.
pub(crate) fn step(cx: &mut Unlocked<'_, '_, Mlx5>) -> Option<Msecs> {
    let card = &cx.data().card;
    let mut state = card.reset.state.lock();
    let (event, phase, is_own) = (state.event.take(), state.phase, state.is_own);
    drop(state);
    if let Some(event) = event {
        answer(cx, event);
        return Some(0);
    }
    match phase {
        Phase::None => None,
        Phase::Agreed(since) => Some(look(card, since)),
        // Events are answered where they came from, or the reload goes on with it.
        Phase::Stopping => Some(LOOK_MS),
        _ if is_own => Some(LOOK_MS),
        Phase::Stopped { to_be_told } => Some(take_down(cx, to_be_told)),
        Phase::Told { since, by_drop } => Some(wait_for_reset(card, since, by_drop)),
        Phase::Returning(since) => bring_up(cx, since),
    }
}

fn answer(cx: &mut Unlocked<'_, '_, Mlx5>, event: Event) {
    let card = &cx.data().card;
    if let Event::Outcome(outcome) = event {
        return card.proceed(outcome);
    }
    let agreed = card
        .examine_request()
        .and_then(|method| cx.try_lock(|cx| cx.is_up().then(|| card.agree(method))));
    if agreed.flatten().is_none() {
        // It cannot, may not, is in use by a command of a user, or went down meanwhile.
        card.refuse();
    }
}

/// Whether the reset has come, or does not (`poll_sync_reset()`, `mlx5_sync_reset_timeout_work()`).
fn look(card: &Card<'_>, since: Instant<Monotonic>) -> Msecs {
    let dev = card.dev.as_ref();
    let has_come = card.fatal_sensor().is_some();
    let limit = i64::from(card.timeouts.pci_sync_update_ms());
    if !has_come && since.elapsed().as_millis() <= limit {
        return LOOK_MS;
    }
    if card.reset.begin_stop().is_none() {
        // An event has come meanwhile, and is answered by the thread of the interrupt.
        return LOOK_MS;
    }
    if has_come {
        dev_warn!(dev, "Got Device Reset\n");
        card.set_dead();
        card.stopped(false, Ok(()));
    } else {
        dev_warn!(dev, "PCI Sync FW Update Reset Timeout.\n");
        card.give_up(ETIMEDOUT);
    }
    0
}

fn take_down(cx: &mut Unlocked<'_, '_, Mlx5>, to_be_told: bool) -> Msecs {
    let card = &cx.data().card;
    let down = cx.lock_device(|cx| {
        cx.take_down();
        Ok(())
    });
    if down.is_err() {
        return BUSY_MS;
    }
    let now = Instant::now();
    if to_be_told {
        card.acknowledge();
        dev_warn!(
            card.dev.as_ref(),
            "Sync Reset Unload done, device reset expected\n"
        );
        let by_drop = false;
        card.reset.set_phase(Phase::Told {
            since: now,
            by_drop,
        });
    } else {
        card.reset.set_phase(Phase::Returning(now));
    }
    0
}

/// `mlx5_sync_reset_unload_flow()`, from when the function is down.
fn wait_for_reset(card: &Card<'_>, since: Instant<Monotonic>, by_drop: bool) -> Msecs {
    let progress = card.reset_state();
    match progress {
        Progress::Idle | Progress::WantsBus => {
            card.log_progress(progress);
            let method = card.reset.state.lock().method;
            if progress == Progress::WantsBus {
                if let Err(error) = card.reset_on_bus(method) {
                    card.log_bus_failure(error);
                }
            }
            card.reset.set_phase(Phase::Returning(Instant::now()));
            return 0;
        }
        Progress::Drops => {
            card.acknowledge_drop();
            card.reset.set_phase(Phase::Told {
                since,
                by_drop: true,
            });
        }
        Progress::Other(_) => {}
    }
    if since.elapsed().as_millis() > i64::from(card.timeouts.reset_unload_ms()) {
        card.log_no_progress(progress);
        card.reset.set_phase(Phase::Returning(Instant::now()));
        return 0;
    }
    if by_drop {
        DROP_MS
    } else {
        RESET_MS
    }
}

fn bring_up(cx: &mut Unlocked<'_, '_, Mlx5>, since: Instant<Monotonic>) -> Option<Msecs> {
    let card = &cx.data().card;
    let dev = card.dev.as_ref();
    if card.segment.is_gone() {
        if since.elapsed().as_millis() < i64::from(card.timeouts.fw_reset_ms()) {
            return Some(LOOK_MS);
        }
        dev_err!(
            dev,
            "reset reload flow aborted, PCI reads still not working\n"
        );
        card.reset.set_phase(Phase::None);
        health::recover_dead(cx.data());
        return None;
    }
    // That the lock is taken is another failure than one of the device's, which may be `EBUSY`,
    // too.
    let result = cx.lock_device(|cx| {
        let result = cx.bring_up();
        // What looked like the reset was the firmware's death, perhaps.
        health::was_reset(cx, result);
        Ok(result)
    });
    match result {
        Err(_) => return Some(BUSY_MS),
        Ok(Ok(())) => cx.reloaded_remotely(Reload::DRIVER_REINIT.and(Reload::FW_ACTIVATE), None),
        Ok(Err(error)) => dev_err!(
            dev,
            "the device did not come up after a firmware reset: {}\n",
            error.to_errno()
        ),
    }
    card.reset.set_phase(Phase::None);
    None
}
