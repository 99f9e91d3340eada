// SPDX-License-Identifier: GPL-2.0

//! How a device that is dead is made to live again: its firmware is reset if it wants that, the
//! device is taken down, and when it answers again it gets its configuration space back and is
//! brought up.

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
    net::{
        devlink::{
            DeviceLocked,
            ReporterState,
            Restart,
            Unlocked, //
        },
        netlink::extack::Extack, //
    },
    prelude::*,
    time::{
        delay::fsleep,
        Delta,
        Instant,
        Monotonic,
        Msecs, //
    },
};

/// How soon to try again what somebody else keeps from.
pub(super) const BUSY_MS: Msecs = 10;
/// How often it is looked whether a device answers.
const LOOK_MS: Msecs = 100;

/// What is left to be done of a recovery. It changes with the device lock held.
#[derive(Clone, Copy)]
pub(super) enum Recovery {
    /// Nothing.
    None,
    /// The device is down since then, and is to be brought up when it answers on the bus.
    Waiting(Instant<Monotonic>),
}

/// Who can bring a device up that is down.
trait Recovering<'bound> {
    fn card(&self) -> &Card<'bound>;

    /// Gives the device its configuration space back.
    fn restore(&mut self) -> Result;

    fn bring_up(&mut self) -> Result;

    /// Whether the device answers on the bus. It may have to be told its addresses for that.
    fn is_back(&mut self) -> bool {
        self.card().dev.is_present() && self.restore().is_ok() && !self.card().segment.is_gone()
    }

    /// `mlx5_recover_device()`, when the device is back.
    fn recover(&mut self) -> Result {
        dev_err!(self.card().dev.as_ref(), "starting health recovery flow\n");
        let recovered = self.card().wait_vital().and_then(|()| self.bring_up());
        let card = self.card();
        if recovered.is_err() || card.fatal_sensor().is_some() {
            dev_err!(card.dev.as_ref(), "health recovery failed\n");
            return Err(EIO);
        }
        dev_info!(card.dev.as_ref(), "health recovery succeeded\n");
        Ok(())
    }
}

impl<'bound> Recovering<'bound> for Restart<'bound, Mlx5> {
    fn card(&self) -> &Card<'bound> {
        &self.data().card
    }

    fn restore(&mut self) -> Result {
        self.restore_function()
    }

    fn bring_up(&mut self) -> Result {
        Restart::bring_up(self, Extack::NONE)
    }
}

impl<'bound> Recovering<'bound> for DeviceLocked<'_, 'bound, Mlx5> {
    fn card(&self) -> &Card<'bound> {
        &self.data().card
    }

    fn restore(&mut self) -> Result {
        self.restore_function()
    }

    fn bring_up(&mut self) -> Result {
        DeviceLocked::bring_up(self)
    }
}

impl Health {
    fn set_recovery(&self, recovery: Recovery) {
        *self.recovery.lock() = recovery;
    }

    /// The device is not looked for any more.
    pub(crate) fn stop_recovery(&self) {
        self.set_recovery(Recovery::None);
    }
}

/// Reports that the device is dead (`mlx5_fw_fatal_reporter_err_work()`): it recovers, unless users
/// do not want that.
pub(super) fn report(cx: &mut DeviceLocked<'_, '_, Mlx5>, context: &Context) {
    let data = cx.data();
    // What else comes of it devlink has counted.
    if cx.report(data.fatal, c"FW fatal error reported", context) == Err(ECANCELED) {
        // Too soon after another one: nobody is to use it.
        dev_err!(
            data.card.dev.as_ref(),
            "Driver is in error state. Unloading\n"
        );
        cx.take_down();
    }
}

/// `mlx5_health_try_recover()`. A user waits for a device that does not answer on the bus;
/// otherwise the work looks for it, so that nobody who removes it has to wait.
///
/// Fails with `EIO`.
pub(super) fn restart(cx: &mut Restart<'_, Mlx5>, by_user: bool) -> Result {
    dev_warn!(cx.card().dev.as_ref(), "handling bad device here\n");
    cx.data().health.set_recovery(Recovery::None);
    cx.card().reset_dead_firmware();
    cx.take_down();
    let began = Instant::<Monotonic>::now();
    while !cx.is_back() {
        if !by_user {
            cx.data().health.set_recovery(Recovery::Waiting(began));
            cx.data().work.schedule();
            return Err(EIO);
        }
        if cx.card().dev.is_channel_offline() || !cx.card().can_wait(began) {
            cx.card().log_given_up();
            return Err(EIO);
        }
        fsleep(Delta::from_millis(LOOK_MS.into()));
    }
    cx.recover()
}

/// Goes on with a recovery that waits for the device. Returns after how many milliseconds there is
/// more to do, if there is.
pub(super) fn go_on(cx: &mut Unlocked<'_, '_, Mlx5>) -> Option<Msecs> {
    if let Recovery::None = *cx.data().health.recovery.lock() {
        return None;
    }
    match cx.lock_device(|cx| Ok(look(cx))) {
        Ok(next) => next,
        Err(_) => Some(BUSY_MS),
    }
}

fn look(cx: &mut DeviceLocked<'_, '_, Mlx5>) -> Option<Msecs> {
    let data = cx.data();
    // Perhaps whoever had the lock has recovered the device.
    let Recovery::Waiting(since) = *data.health.recovery.lock() else {
        return None;
    };
    if !cx.is_back() {
        if data.card.can_wait(since) {
            return Some(LOOK_MS);
        }
        data.card.log_given_up();
        data.health.set_recovery(Recovery::None);
        return None;
    }
    data.health.set_recovery(Recovery::None);
    if cx.recover().is_ok() {
        cx.lock(|cx| {
            data.fatal.recovery_done(cx);
            data.fatal.set_state(cx, ReporterState::Healthy);
        });
    }
    None
}

impl Card<'_> {
    /// Whether a device that does not answer since then may still do so
    /// (`mlx5_health_wait_pci_up()`).
    fn can_wait(&self, since: Instant<Monotonic>) -> bool {
        since.elapsed().as_millis() < i64::from(self.timeouts.fw_reset_ms())
    }

    fn log_given_up(&self) {
        dev_err!(
            self.dev.as_ref(),
            "health recovery flow aborted, PCI reads still not working\n"
        );
    }

    /// Has firmware that wants it be reset by one of the card's functions, and waits until the
    /// device does nothing any more (`mlx5_error_sw_reset()`).
    pub(crate) fn reset_dead_firmware(&self) {
        if self.segment.is_gone() || !self.is_dead() && !self.wants_reset() {
            return;
        }
        let dev = self.dev.as_ref();
        dev_err!(dev, "start\n");
        let mut limit_ms = self.timeouts.pci_toggle_ms();
        let mut lock = None;
        // Also if the interface was disabled meanwhile, so that the device would not use memory.
        if self.wants_reset() {
            match self.vsc.as_ref().map(|vsc| vsc.lock_reset()) {
                // Another function resets it, or first reads what there is to be read of it.
                Some(Err(EBUSY)) => limit_ms = self.timeouts.full_crdump_ms(),
                result => {
                    lock = result.and_then(Result::ok);
                    self.reset_firmware();
                }
            }
        }
        if self.dev.is_channel_offline() {
            dev_err!(dev, "PCI channel offline, stop waiting for NIC IFC\n");
            return;
        }
        if !self.wait_until_disabled(limit_ms) {
            dev_err!(
                dev,
                "NIC IFC still {} after {}ms.\n",
                self.segment.nic_interface().number(),
                limit_ms
            );
        }
        drop(lock);
        dev_err!(dev, "end\n");
    }

    /// `reset_fw_if_needed()`: another function may have done it, which clears the health buffer.
    fn reset_firmware(&self) {
        if !self.segment.read::<INITIALIZING>().reset_supported() {
            return;
        }
        let dev = self.dev.as_ref();
        if !self.wants_reset() || self.segment.nic_interface() == NicInterface::SoftwareReset {
            dev_warn!(
                dev,
                "Not issuing FW reset. Either it's already done or won't help.\n"
            );
            return;
        }
        dev_warn!(dev, "Issuing FW Reset\n");
        self.segment.set_nic_interface(NicInterface::SoftwareReset);
    }
}
