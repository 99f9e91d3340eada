// SPDX-License-Identifier: GPL-2.0

//! The firmware's log, which is told the time so that what it says can be compared with the host's.

use crate::{
    caps::Caps,
    card::Card,
    layout::{
        Block,
        McamAccessReg,
        MrtcReg,
        Register, //
    }, //
};

use kernel::{
    new_mutex,
    prelude::*,
    sync::Mutex,
    time::{
        Delta,
        Instant,
        Monotonic,
        RealTime, //
    }, //
};

/// How often it is told (`MLX5_MSEC_PER_HOUR`).
const INTERVAL: Delta = Delta::from_secs(60 * 60);

/// When the firmware was told last; `None` if it was not, or does not want to know.
#[pin_data]
pub(crate) struct FirmwareClock {
    #[pin]
    told: Mutex<Option<Instant<Monotonic>>>,
}

impl FirmwareClock {
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(FirmwareClock {
            told <- new_mutex!(None),
        })
    }
}

impl Card<'_> {
    /// Tells the time, if it was not told before (`mlx5_start_health_fw_log_up()`).
    pub(crate) fn start_clock(&self, caps: &Caps) {
        let mut told = self.clock.told.lock();
        if !caps.has_register(McamAccessReg::MRTC) {
            *told = None;
        } else if told.is_none() {
            *told = Some(Instant::now());
            drop(told);
            self.tell_time();
        }
    }

    /// Tells the time again, if it is time for that (`mlx5_health_log_ts_update()`).
    pub(crate) fn update_clock(&self) {
        let mut told = self.clock.told.lock();
        let is_due = told.is_some_and(|told| told.elapsed() >= INTERVAL);
        if is_due {
            *told = Some(Instant::now());
            drop(told);
            self.tell_time();
        }
    }

    fn tell_time(&self) {
        // CAST: Positive, and so are its halves.
        let now = (Instant::<RealTime>::now().since_epoch().as_nanos() / 1000) as u64;
        let mut register = Block::<MrtcReg>::new();
        register.set(MrtcReg::TIME_H, (now >> 32) as u32);
        register.set(MrtcReg::TIME_L, now as u32);
        // The failure was logged, and the time is nothing that the device depends on.
        let _ = self.write_register(Register::MRTC, 0, register);
    }
}
