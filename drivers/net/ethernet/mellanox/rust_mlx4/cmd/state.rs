// SPDX-License-Identifier: GPL-2.0

//! What there is to send commands with, and whether they are accepted.

use super::{
    hcr::Hcr,
    slots::Slots, //
};

use kernel::{
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

/// Who may send commands, and what becomes of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Nobody brought the device up.
    Down,
    /// It executes commands.
    Up,
    /// It is dead, and was reset or is gone (`MLX4_DEVICE_STATE_INTERNAL_ERROR`): it uses no
    /// memory.
    Reset,
    /// It is dead.
    Dead,
}

/// What there is to send commands.
#[pin_data]
pub(crate) struct Commands {
    state: Atomic<u32>,
    ending: Atomic<bool>,
    /// A command took too long, and the device may still execute it.
    unfinished: Atomic<bool>,
    /// Locked also while the device is reset, so that nobody writes to it then.
    #[pin]
    pub(super) hcr: Mutex<Hcr>,
    #[pin]
    pub(super) slots: Slots,
}

impl Commands {
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Commands {
            state: Atomic::new(State::Down as u32),
            ending: Atomic::new(false),
            unfinished: Atomic::new(false),
            hcr <- new_mutex!(Hcr::new()),
            slots <- Slots::new(),
        })
    }

    /// Who may send commands.
    pub(crate) fn state(&self) -> State {
        match self.state.load(Relaxed) {
            state if state == State::Down as u32 => State::Down,
            state if state == State::Up as u32 => State::Up,
            state if state == State::Reset as u32 => State::Reset,
            _ => State::Dead,
        }
    }

    /// Commands are polled for and accepted from now on: the device was reset.
    pub(crate) fn open(&self) {
        let mut hcr = self.hcr.lock();
        *hcr = Hcr::new();
        self.unfinished.store(false, Relaxed);
        self.state.store(State::Up as u32, Relaxed);
    }

    /// No commands are accepted any more. Returns whether they were until then, and why not.
    pub(crate) fn close(&self) -> State {
        let _hcr = self.hcr.lock();
        let before = self.state();
        self.state.store(State::Down as u32, Relaxed);
        self.slots.wake();
        before
    }

    /// If commands are accepted, does with the device what `end` does, while nobody posts any; says
    /// with what it returns why none are accepted any more, and ends all waits. Returns whether
    /// they were accepted.
    pub(crate) fn end(&self, end: impl FnOnce() -> State) -> bool {
        let hcr = self.hcr.lock();
        let accepted = self.state() == State::Up;
        if accepted {
            self.ending.store(true, Relaxed);
            self.state.store(end() as u32, Relaxed);
            self.ending.store(false, Relaxed);
        }
        drop(hcr);
        self.slots.wake();
        accepted
    }

    /// A command was posted, and nobody knows whether it is executed.
    pub(super) fn leave_unfinished(&self) {
        self.unfinished.store(true, Relaxed);
    }

    /// Whether there was such a command since the device was reset.
    pub(super) fn has_unfinished(&self) -> bool {
        self.unfinished.load(Relaxed)
    }

    /// Whether commands are accepted, and nobody is [ending](Self::end) that.
    pub(crate) fn are_accepted(&self) -> bool {
        self.state() == State::Up && !self.ending.load(Relaxed)
    }
}
