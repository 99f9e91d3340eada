// SPDX-License-Identifier: GPL-2.0

//! The device's health: the firmware's buffer for errors, which the driver's work looks at again and
//! again, and what is done when the device is dead.

use crate::card::Card;

use kernel::{
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};

/// What is known of the device that says whether it is alive.
pub(crate) struct Alive {
    /// Whether users want a device to be reset that is dead.
    resets: Atomic<bool>,
    /// Where in BAR 0 the firmware says why it died, and how many words; 0 if that is not known.
    buffer: Atomic<u32>,
    words: Atomic<u32>,
}

impl Alive {
    pub(crate) fn new() -> Self {
        Alive {
            resets: Atomic::new(true),
            buffer: Atomic::new(0),
            words: Atomic::new(0),
        }
    }

    /// Whether a device that is dead is reset (`mlx4_internal_err_reset`).
    pub(crate) fn resets(&self) -> bool {
        self.resets.load(Relaxed)
    }

    /// Users want it to be, or not.
    pub(crate) fn set_resets(&self, resets: bool) {
        self.resets.store(resets, Relaxed);
    }

    /// Where in BAR 0 the firmware's error buffer is, as QUERY_FW says it.
    pub(crate) fn set_buffer(&self, offset: u32, words: u32) {
        self.words.store(words, Relaxed);
        self.buffer.store(offset, Relaxed);
    }
}

impl Card<'_> {
    /// Whether the bus does not reach the device.
    pub(crate) fn is_unreachable(&self) -> bool {
        self.dev.is_channel_offline()
    }

    /// Looks whether the device is alive, and ends all waits if it is not.
    pub(crate) fn look_whether_alive(&self) -> Result {
        Ok(())
    }

    /// The device is dead: it is reset, and commands fail (`mlx4_enter_error_state()`).
    pub(crate) fn enter_error_state(&self) {}
}
