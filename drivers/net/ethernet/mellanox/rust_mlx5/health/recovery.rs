// SPDX-License-Identifier: GPL-2.0

//! How a device that is dead is made to live again: its firmware is reset if it wants that, the
//! device is taken down, and when it answers again it is brought up.

use super::{
    reporter::Context,
    Health, //
};

use crate::{
    card::Card,
    driver::Mlx5,
    segment::{
        NicInterface,
        INITIALIZING, //
    }, //
};

use kernel::{
    net::devlink::{
        ReporterState,
        Unlocked, //
    },
    prelude::*,
    time::{
        Instant,
        Monotonic,
        Msecs, //
    },
};

/// How soon to try again what somebody else does now.
const BUSY_MS: Msecs = 10;
/// How often it is looked whether a device answers.
const LOOK_MS: Msecs = 100;

/// How far a recovery is.
#[derive(Clone, Copy)]
pub(super) enum Recovery {
    /// There is none.
    None,
    /// It is to be taken down.
    Wanted,
    /// It is down since then, and does not answer on the bus yet.
    Waiting(Instant<Monotonic>),
}

impl Health {
    /// The device is to recover.
    pub(super) fn begin_recovery(&self) {
        let mut recovery = self.recovery.lock();
        if let Recovery::None = *recovery {
            *recovery = Recovery::Wanted;
        }
    }
}

/// Reports that the device is dead (`mlx5_fw_fatal_reporter_err_work()`).
pub(super) fn report(cx: &mut Unlocked<'_, '_, Mlx5>, context: &Context) {
    let data = cx.data();
    match data.fatal.report(cx, c"FW fatal error reported", context) {
        Err(ECANCELED) => {
            // Too soon after another one: nobody is to use it.
            dev_err!(
                data.card.dev.as_ref(),
                "Driver is in error state. Unloading\n"
            );
            if cx.lock_device(|cx| {
                cx.take_down();
                Ok(())
            }) == Err(EBUSY)
            {
                // Whoever has it reloads the device, or unbinds it.
                dev_warn!(data.card.dev.as_ref(), "it is being taken down already\n");
            }
        }
        // As users have set, it recovers, or not.
        _ => data.work.schedule(),
    }
}

/// Does what is next of a recovery. Returns after how many milliseconds there is more to do.
pub(super) fn step(cx: &mut Unlocked<'_, '_, Mlx5>) -> Option<Msecs> {
    let data = cx.data();
    let recovery = *data.health.recovery.lock();
    let (next, wait) = match recovery {
        Recovery::None => return None,
        Recovery::Wanted => take_down(cx),
        Recovery::Waiting(since) => bring_up(cx, since),
    };
    *data.health.recovery.lock() = next;
    wait
}

fn take_down(cx: &mut Unlocked<'_, '_, Mlx5>) -> (Recovery, Option<Msecs>) {
    let card = &cx.data().card;
    dev_warn!(card.dev.as_ref(), "handling bad device here\n");
    let down = cx.lock_device(|cx| {
        card.reset_dead_firmware();
        cx.take_down();
        Ok(())
    });
    match down {
        Ok(()) => (Recovery::Waiting(Instant::now()), Some(0)),
        Err(_) => (Recovery::Wanted, Some(BUSY_MS)),
    }
}

/// `mlx5_health_try_recover()`, from when the device is down.
fn bring_up(
    cx: &mut Unlocked<'_, '_, Mlx5>,
    since: Instant<Monotonic>,
) -> (Recovery, Option<Msecs>) {
    let data = cx.data();
    let card = &data.card;
    let dev = card.dev.as_ref();
    if card.segment.is_gone() {
        if since.elapsed().as_millis() < i64::from(card.timeouts.fw_reset_ms()) {
            return (Recovery::Waiting(since), Some(LOOK_MS));
        }
        dev_err!(
            dev,
            "health recovery flow aborted, PCI reads still not working\n"
        );
        return (Recovery::None, None);
    }
    dev_err!(dev, "starting health recovery flow\n");
    match cx.lock_device(|cx| cx.bring_up()) {
        Err(EBUSY) => (Recovery::Waiting(since), Some(BUSY_MS)),
        Ok(()) if card.fatal_sensor().is_none() => {
            dev_info!(dev, "health recovery succeeded\n");
            cx.lock(|cx| {
                data.fatal.recovery_done(cx);
                data.fatal.set_state(cx, ReporterState::Healthy);
            });
            (Recovery::None, Some(card.timeouts.health_poll_ms()))
        }
        _ => {
            dev_err!(dev, "health recovery failed\n");
            (Recovery::None, None)
        }
    }
}

impl Card<'_> {
    /// Has firmware that wants it be reset, and waits until the device does nothing any more
    /// (`mlx5_error_sw_reset()`).
    fn reset_dead_firmware(&self) {
        if self.segment.is_gone() || !self.is_dead() && !self.wants_reset() {
            return;
        }
        let dev = self.dev.as_ref();
        dev_err!(dev, "start\n");
        // Also if the interface was disabled meanwhile, so that the device would not use memory.
        if self.wants_reset() && self.segment.read::<INITIALIZING>().reset_supported() {
            dev_warn!(dev, "Issuing FW Reset\n");
            self.segment.set_nic_interface(NicInterface::SoftwareReset);
        }
        if !self.wait_until_disabled(self.timeouts.pci_toggle_ms()) {
            dev_err!(
                dev,
                "NIC IFC still {} after {}ms.\n",
                self.segment.nic_interface().number(),
                self.timeouts.pci_toggle_ms()
            );
        }
        dev_err!(dev, "end\n");
    }
}
