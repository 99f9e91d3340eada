// SPDX-License-Identifier: GPL-2.0

//! A reset that a reload asks for: the action `fw_activate`.

use super::{
    register::{
        Progress,
        LIVE,
        WITH_BUS, //
    },
    Event,
    Phase,
    State, //
};

use crate::{
    card::Card,
    driver::Mlx5,
    layout::MfrlReg, //
};

use kernel::{
    net::{
        devlink::Locked,
        netlink::extack::Extack, //
    },
    prelude::*,
    time::{
        delay::fsleep,
        msecs_to_jiffies,
        Delta,
        Instant,
        Monotonic,
        Msecs, //
    }, //
};

/// How often the device is looked at.
const LOOK_INTERVAL: Delta = Delta::from_millis(20);
const ALIVE_INTERVAL_MS: Msecs = 1000;
const DROP_INTERVAL: Delta = Delta::from_millis(1000);
const BUS_INTERVAL: Delta = Delta::from_millis(100);

/// A reload would be in the way of a reset that goes on.
pub(crate) fn is_refused(card: &Card<'_>, extack: Extack<'_>) -> Result {
    if card.reset.is_in_progress() {
        return Err(extack.err(c"rust_mlx5: Can't reload during firmware reset", EBUSY));
    }
    Ok(())
}

/// Whether the firmware that was stored can replace the one that runs
/// (`mlx5_devlink_trigger_fw_live_patch()`).
pub(crate) fn may_activate_live(card: &Card<'_>, extack: Extack<'_>) -> Result {
    check_possible(card, extack)?;
    if card.query_reset()?.get(MfrlReg::RESET_LEVEL) & LIVE == 0 {
        return Err(extack.err(
            c"rust_mlx5: FW upgrade to the stored FW can't be done by FW live patching",
            EINVAL,
        ));
    }
    Ok(())
}

fn check_possible(card: &Card<'_>, extack: Extack<'_>) -> Result {
    is_refused(card, extack)?;
    if !card.reset.abilities().has_register {
        return Err(extack.err(
            c"rust_mlx5: FW activate is unsupported for this function",
            EOPNOTSUPP,
        ));
    }
    Ok(())
}

/// Asks for a reset, and waits until the function has stopped using the device: it is to be taken
/// down, and brought up when the reset was [finished](finish)
/// (`mlx5_devlink_reload_fw_activate()`).
pub(crate) fn activate(cx: &Locked<'_, Mlx5>, extack: Extack<'_>) -> Result {
    let data = cx.data();
    let card = &data.card;
    check_possible(card, extack)?;
    let possible = card.query_reset()?;
    if possible.get(MfrlReg::RESET_LEVEL) & WITH_BUS == 0 {
        return Err(extack.err(c"rust_mlx5: FW activate requires reboot", EINVAL));
    }
    begin(&mut card.reset.state.lock());
    // What ended after nobody waited for it any more.
    while card.reset.done.is_done() {
        let _ = card.reset.done.wait_timeout(0);
    }
    let stopped = card
        .ask_for_reset(&possible, extack)
        .and_then(|()| wait(card, extack));
    stopped.inspect_err(|_| {
        abandon(&mut card.reset.state.lock());
        // If the device does nothing any more it is found dead, and recovers.
        data.work.schedule();
    })
}

fn begin(state: &mut State) {
    state.is_own = true;
    // Another function waits for the answer to a request, which the work gives. All else is of a
    // reset that has ended.
    state.event = state.event.take().filter(|event| *event == Event::Request);
    state.result = Ok(());
}

/// The reload waits no more. A reset that the function has agreed to, another one's perhaps, which
/// has asked at the same time, goes on without it.
fn abandon(state: &mut State) {
    state.is_own = false;
    if state.result.is_err() && matches!(state.phase, Phase::Stopped { .. }) {
        // If the device does nothing any more it is found dead.
        state.phase = Phase::None;
    }
}

fn end(state: &mut State) {
    state.is_own = false;
    state.phase = Phase::None;
}

/// `mlx5_fw_reset_wait_reset_done()`.
fn wait(card: &Card<'_>, extack: Extack<'_>) -> Result {
    let mut limit = card.timeouts.pci_sync_update_ms();
    if card.reset.abilities().with_unload {
        limit = limit.saturating_add(card.timeouts.reset_unload_ms());
    }
    let began = Instant::<Monotonic>::now();
    while card
        .reset
        .done
        .wait_timeout(msecs_to_jiffies(ALIVE_INTERVAL_MS))
        .is_err()
    {
        // Nobody looks for it before the function has agreed, and then it is the reset.
        if !card.reset.is_in_progress() && card.fatal_sensor().is_some() {
            return Err(extack.err(c"rust_mlx5: Sync reset failed", EIO));
        }
        if began.elapsed().as_millis() >= i64::from(limit) {
            dev_warn!(
                card.dev.as_ref(),
                "FW sync reset timeout after {} seconds\n",
                limit / 1000
            );
            return Err(ETIMEDOUT);
        }
    }
    let result = card.reset.state.lock().result;
    if result == Err(ECANCELED) {
        // The firmware knows why.
        card.check_reset(extack)?;
        return Err(extack.err(c"rust_mlx5: Sync reset failed", EIO));
    }
    result
}

/// Waits until the firmware was reset, when the function was taken down, and until the device
/// answers on the bus again.
pub(crate) fn finish(card: &Card<'_>, extack: Extack<'_>) -> Result {
    let (phase, method) = {
        let state = card.reset.state.lock();
        (state.phase, state.method)
    };
    let Phase::Stopped { to_be_told } = phase else {
        return Err(extack.err(c"rust_mlx5: The device is down", ENODEV));
    };
    if to_be_told {
        card.acknowledge();
        dev_warn!(
            card.dev.as_ref(),
            "Sync Reset Unload done, device reset expected\n"
        );
        if wait_for_reset(card) == Some(Progress::WantsBus) {
            if let Err(error) = card.reset_on_bus(method) {
                card.log_bus_failure(error);
            }
        }
    }
    let result = wait_for_bus(card);
    end(&mut card.reset.state.lock());
    result.map_err(|error| {
        extack.err(
            c"rust_mlx5: FW activate aborted, PCI reads fail after reset",
            error,
        )
    })
}

/// `mlx5_sync_reset_unload_flow()`, from when the function is down.
fn wait_for_reset(card: &Card<'_>) -> Option<Progress> {
    let began = Instant::<Monotonic>::now();
    let mut interval = LOOK_INTERVAL;
    loop {
        let progress = card.reset_state();
        match progress {
            Progress::Idle | Progress::WantsBus => {
                card.log_progress(progress);
                return Some(progress);
            }
            Progress::Drops => {
                card.acknowledge_drop();
                interval = DROP_INTERVAL;
            }
            Progress::Other(_) => {}
        }
        // One that was pulled out says nothing any more, and whoever removes it waits for this.
        let is_lost = card.dev.is_channel_offline();
        if is_lost || began.elapsed().as_millis() > i64::from(card.timeouts.reset_unload_ms()) {
            card.log_no_progress(progress);
            return None;
        }
        fsleep(interval);
    }
}

/// `mlx5_health_wait_pci_up()`.
fn wait_for_bus(card: &Card<'_>) -> Result {
    let began = Instant::<Monotonic>::now();
    while card.segment.is_gone() {
        if began.elapsed().as_millis() > i64::from(card.timeouts.fw_reset_ms()) {
            return Err(ETIMEDOUT);
        }
        if card.dev.is_channel_offline() {
            dev_err!(
                card.dev.as_ref(),
                "PCI channel offline, stop waiting for PCI\n"
            );
            return Err(EACCES);
        }
        fsleep(BUS_INTERVAL);
    }
    Ok(())
}

/// Whether the reset was done, as far as the device says when it is up again
/// (`mlx5_fw_reset_verify_fw_complete()`).
pub(crate) fn verify(card: &Card<'_>, extack: Extack<'_>) -> Result {
    card.check_reset(extack)?;
    let progress = card.reset_state();
    if progress == Progress::Idle {
        return Ok(());
    }
    dev_err!(
        card.dev.as_ref(),
        "Sync reset did not complete, state={}\n",
        progress.number()
    );
    Err(extack.err(c"rust_mlx5: Sync reset did not complete successfully", EIO))
}

impl Card<'_> {
    pub(super) fn acknowledge_drop(&self) {
        dev_info!(self.dev.as_ref(), "Sync Reset Drop mode ack\n");
        self.acknowledge();
    }

    pub(super) fn log_progress(&self, progress: Progress) {
        dev_warn!(
            self.dev.as_ref(),
            "Sync Reset, got reset action. rst_state = {}\n",
            progress.number()
        );
    }

    pub(super) fn log_no_progress(&self, progress: Progress) {
        dev_err!(
            self.dev.as_ref(),
            "Got timeout waiting for sync reset action, state = {}\n",
            progress.number()
        );
    }

    pub(super) fn log_bus_failure(&self, error: Error) {
        dev_warn!(
            self.dev.as_ref(),
            "mlx5_sync_pci_reset failed, err {}\n",
            error.to_errno()
        );
    }
}
