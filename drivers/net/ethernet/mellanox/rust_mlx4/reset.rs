// SPDX-License-Identifier: GPL-2.0

//! Who owns the device, and how it is reset.

use crate::{
    card::Card,
    cmd::State, //
};

use kernel::{
    prelude::*,
    time::{
        delay::fsleep,
        Delta,
        Instant,
        Monotonic, //
    }, //
};

/// Reads 0 to the driver that owns the device from then on, until that writes 0
/// (`MLX4_OWNER_BASE`).
const OWNER: usize = 0x8_069c;

/// Like `OWNER`, for updates of the flash and resets.
const SEMAPHORE: usize = 0xf_03fc;
const SEMAPHORE_WITHIN_MS: i64 = 10_000;
const SEMAPHORE_INTERVAL: Delta = Delta::from_millis(1);

const RESET: usize = 0xf_0010;

/// How long a device that is being reset is not to be touched, and how long it may then take to
/// answer.
const UNTOUCHED: Delta = Delta::from_millis(1000);
const BACK_WITHIN: Delta = Delta::from_millis(2000);

/// The device is this driver's, was reset and accepts commands. Dropping it ends that.
pub(crate) struct Interface<'up>(&'up Card<'up>);

impl<'up> Interface<'up> {
    /// Takes the device and resets it, as a boot ROM may have left it in any state (the beginning
    /// of `mlx4_load_one()`). From then on commands are accepted.
    ///
    /// Fails with `EINVAL` if it is another driver's, with `ENODEV` if it does not answer, and if
    /// it cannot be reset.
    pub(crate) fn open(card: &'up Card<'up>) -> Result<Self> {
        let dev = card.dev.as_ref();
        if card.is_unreachable() {
            return Err(EIO);
        }
        if card.is_gone() {
            dev_err!(dev, "Failed to obtain ownership bit\n");
            return Err(ENODEV);
        }
        if card.read(OWNER) != 0 {
            dev_warn!(dev, "Multiple PFs not yet supported - Skipping PF\n");
            return Err(EINVAL);
        }
        let interface = Interface(card);
        card.reset()
            .inspect_err(|_| dev_err!(dev, "Failed to reset HCA, aborting\n"))?;
        card.take_memory_back();
        card.health.forget();
        card.commands.open();
        Ok(interface)
    }
}

impl Drop for Interface<'_> {
    fn drop(&mut self) {
        let card = self.0;
        let before = card.commands.close();
        let is_dead = matches!(before, State::Reset | State::Dead);
        card.health.taken_down(is_dead);
        if card.has_lent_memory() && card.reset_dead().is_ok() {
            card.take_memory_back();
        }
        if !card.is_unreachable() {
            card.write(OWNER, 0);
        }
    }
}

impl Card<'_> {
    /// Resets the device. Its configuration space is what it was before (`mlx4_reset()`).
    ///
    /// Fails with `ENODEV` if it does not answer, with `EAGAIN` if somebody updates its flash.
    /// Sleeps for a second at least. Nobody may use the device meanwhile.
    fn reset(&self) -> Result {
        let dev = self.dev.as_ref();
        let start = || {
            self.take_semaphore()?;
            self.write(RESET, 1);
            Ok(())
        };
        match self.dev.reset_by(start, UNTOUCHED, BACK_WITHIN) {
            Err(EAGAIN) => {
                dev_err!(dev, "Failed to obtain HW semaphore, aborting\n");
                Err(EAGAIN)
            }
            Err(ETIMEDOUT) => {
                dev_err!(dev, "PCI device did not come back after reset, aborting\n");
                Err(ENODEV)
            }
            Err(error) => {
                dev_err!(dev, "Couldn't save HCA PCI header, aborting\n");
                Err(error)
            }
            Ok(()) => Ok(()),
        }
    }

    /// Waits until nobody updates the flash. A reset gives the semaphore back.
    fn take_semaphore(&self) -> Result {
        let began = Instant::<Monotonic>::now();
        while self.read(SEMAPHORE) != 0 {
            let is_late = began.elapsed().as_millis() >= SEMAPHORE_WITHIN_MS;
            if is_late || self.is_gone() {
                return Err(EAGAIN);
            }
            fsleep(SEMAPHORE_INTERVAL);
        }
        Ok(())
    }

    /// Resets a device that is dead (`mlx4_reset_master()`). One that cannot be reached is taken
    /// for reset, as its link is down.
    pub(crate) fn reset_dead(&self) -> Result {
        if self.is_unreachable() {
            return Ok(());
        }
        let dev = self.dev.as_ref();
        if !self.dev.is_present() {
            dev_err!(dev, "PCI can't be accessed to read vendor id\n");
            return Ok(());
        }
        self.reset()
            .inspect_err(|_| dev_err!(dev, "Fail to reset HCA\n"))
    }
}
