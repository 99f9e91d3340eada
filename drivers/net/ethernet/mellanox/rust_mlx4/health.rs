// SPDX-License-Identifier: GPL-2.0

//! The device's health: the firmware's buffer for errors, which the driver's work and all who wait
//! for commands look at, and what is done when the device is dead.
//!
//! Whoever finds the device dead resets it at once, and from then on commands fail, or do nothing
//! if they undo something: the device has no memory any more. It is taken down and brought up again
//! by the driver's work. That tries to get the device lock, and never waits for it: who has it for
//! a reload or a removal is not kept from ending.

mod dump;
mod recovery;

pub(crate) use self::{
    dump::{
        CrashDump,
        HEALTH_SIZE, //
    },
    recovery::{
        add_snapshots,
        poll, //
    }, //
};

use crate::{
    card::Card,
    cmd::State, //
};

use kernel::{
    net::devlink::Why,
    new_mutex,
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Mutex, //
    }, //
};

/// Bytes of a register.
const WORD: u64 = 4;

/// How many words of the error buffer are logged, at most.
const MAX_WORDS: usize = 256;

/// What there is to know whether the device is alive, and what is left when it is not.
#[pin_data]
pub(crate) struct Health {
    /// Whether users want a device to be reset that is dead.
    resets: Atomic<bool>,
    /// Whether they want to know what was in it then.
    dumps: Atomic<bool>,
    /// Where in BAR 0 the firmware says why it died, and how many words; none if that is not known.
    buffer: Atomic<u32>,
    words: Atomic<u32>,
    /// What the first of them was when the firmware was alive: not why it died.
    stale: Atomic<u32>,
    /// Where in BAR 0 there is more about that; 0 if that is not known.
    buffer_of_dump: Atomic<u32>,
    /// Whether it was said why the device is dead.
    is_told: Atomic<bool>,
    /// Whether it was found dead before it was taken down last.
    has_died: Atomic<bool>,
    /// Whether somebody else than the driver's work could not bring it up, who should have.
    is_lost: Atomic<bool>,
    /// An error of the bus was final, and the function is switched off.
    pub(crate) is_disconnected: Atomic<bool>,
    /// What was in the device when it died.
    #[pin]
    dump: Mutex<Option<CrashDump>>,
}

impl Health {
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Health {
            resets: Atomic::new(true),
            dumps: Atomic::new(false),
            buffer: Atomic::new(0),
            words: Atomic::new(0),
            stale: Atomic::new(0),
            buffer_of_dump: Atomic::new(0),
            is_told: Atomic::new(false),
            has_died: Atomic::new(false),
            is_lost: Atomic::new(false),
            is_disconnected: Atomic::new(false),
            dump <- new_mutex!(None),
        })
    }

    /// Whether a device that is dead is reset (`mlx4_internal_err_reset`).
    pub(crate) fn resets(&self) -> bool {
        self.resets.load(Relaxed)
    }

    /// Users want it to be, or not.
    pub(crate) fn set_resets(&self, resets: bool) {
        self.resets.store(resets, Relaxed);
    }

    /// Whether there are snapshots of a device that is dead (`crdump.snapshot_enable`).
    pub(crate) fn dumps(&self) -> bool {
        self.dumps.load(Relaxed)
    }

    /// Users want them, or not.
    pub(crate) fn set_dumps(&self, dumps: bool) {
        self.dumps.store(dumps, Relaxed);
    }

    /// Where the firmware's error buffer is, as QUERY_FW said just now
    /// (`mlx4_start_catas_poll()`).
    pub(crate) fn set_buffer(&self, card: &Card<'_>, bar: u8, offset: u64, words: u32) {
        let length = u64::from(words) * WORD;
        match u32::try_from(offset) {
            Ok(at) if bar == 0 && card.has_registers(offset, length) => {
                self.buffer.store(at, Relaxed);
                self.words.store(words, Relaxed);
                self.stale.store(self.first_word(card), Relaxed);
            }
            _ => dev_warn!(
                card.dev.as_ref(),
                "Failed to map internal error buffer at 0x{:x}\n",
                offset
            ),
        }
    }

    /// Where in BAR 0 there is more about errors, as QUERY_DEV_CAP says it; 0 if it is not said.
    pub(crate) fn set_buffer_of_dump(&self, card: &Card<'_>, offset: u32) {
        // CAST: A small constant.
        if card.has_registers(offset.into(), HEALTH_SIZE as u64 + WORD) {
            self.buffer_of_dump.store(offset, Relaxed);
        }
    }

    /// The device was reset: what its firmware will say is new. It will say that where it did
    /// before, as long as nothing else is known.
    pub(crate) fn forget(&self) {
        self.stale.store(0, Relaxed);
        self.is_told.store(false, Relaxed);
        self.has_died.store(false, Relaxed);
        self.is_lost.store(false, Relaxed);
    }

    /// The device is taken down, dead or alive.
    pub(crate) fn taken_down(&self, is_dead: bool) {
        self.has_died.store(is_dead, Relaxed);
    }

    fn first_word(&self, card: &Card<'_>) -> u32 {
        self.buffer().next().map_or(0, |at| card.read(at))
    }

    /// Whether the firmware says why it died.
    fn says_why(&self, card: &Card<'_>) -> bool {
        let word = self.first_word(card);
        word != 0 && word != self.stale.load(Relaxed)
    }

    /// The places of the words that say why the firmware died.
    fn buffer(&self) -> impl Iterator<Item = usize> {
        let buffer = self.buffer.load(Relaxed);
        // CAST: An offset in a BAR.
        (0..self.words.load(Relaxed)).map(move |index| (buffer + 4 * index) as usize)
    }
}

/// A reload, or whatever `why` is, could not bring the device up: if it died, does not know its
/// addresses, or is switched off, it is to recover, unless it just tried that.
pub(crate) fn up_failed(card: &Card<'_>, why: &Why) {
    let health = &card.health;
    let is_off = health.is_disconnected.load(Relaxed) || card.is_gone();
    let is_lost = health.has_died.load(Relaxed) || is_off;
    if matches!(why, Why::Reload { .. }) && is_lost {
        health.is_lost.store(true, Relaxed);
        card.work.schedule();
    }
}

impl Card<'_> {
    /// Whether the bus does not reach the device.
    pub(crate) fn is_unreachable(&self) -> bool {
        self.dev.is_channel_offline()
    }

    /// Whether BAR 0 has all registers of a place, which begins with one.
    fn has_registers(&self, offset: u64, length: u64) -> bool {
        let size = self.dev.resource_len(0).unwrap_or(0);
        let end = offset.checked_add(length);
        offset & (WORD - 1) == 0 && end.is_some_and(|end| end <= size)
    }

    /// Whether the firmware says that it died, and why.
    pub(crate) fn says_why_it_died(&self) -> bool {
        self.health.says_why(self)
    }

    /// Looks whether the device is alive (`poll_catas()`). Returns whether it is; otherwise it was
    /// reset, and commands fail.
    pub(crate) fn look_whether_alive(&self) -> bool {
        if !self.commands.are_accepted() {
            return self.commands.state() == State::Up;
        }
        let says_why = self.says_why_it_died();
        if !says_why && !self.is_unreachable() && !self.is_gone() {
            return true;
        }
        // Whoever sees it first, before a reset.
        if says_why && self.commands.are_accepted() && !self.health.is_told.xchg(true, Relaxed) {
            self.say_why();
        }
        self.die();
        false
    }

    /// Logs what the firmware's buffer says (`dump_err_buf()`).
    fn say_why(&self) {
        let dev = self.dev.as_ref();
        dev_err!(dev, "Internal error detected:\n");
        for (index, at) in self.health.buffer().take(MAX_WORDS).enumerate() {
            dev_err!(dev, "  buf[{:02x}]: {:08x}\n", index, self.read(at));
        }
    }

    /// The device is dead: nobody waits for it any more. It is reset, if users want that.
    pub(crate) fn die(&self) {
        if self.health.resets() {
            self.enter_error_state();
        } else {
            self.commands.end(|| State::Dead);
        }
    }

    /// Something failed in a way that leaves no other way than a reset, if users want that
    /// (`mlx4_enter_error_state()`).
    pub(crate) fn enter_error_state(&self) {
        if !self.health.resets() {
            return;
        }
        let dev = self.dev.as_ref();
        let ended = self.commands.end(|| {
            dev_err!(dev, "device is going to be reset\n");
            if let Some(dump) = CrashDump::collect(self) {
                *self.health.dump.lock() = Some(dump);
            }
            match self.reset_dead() {
                Ok(()) => {
                    dev_err!(dev, "device was reset successfully\n");
                    State::Reset
                }
                // The bus knows how it goes on.
                Err(_) if self.is_unreachable() => State::Reset,
                Err(_) => State::Dead,
            }
        });
        if ended {
            dev_err!(dev, "Internal error detected, restarting device\n");
            self.work.schedule();
        }
    }
}
