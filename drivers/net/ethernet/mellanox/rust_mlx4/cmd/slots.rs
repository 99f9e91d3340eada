// SPDX-License-Identifier: GPL-2.0

//! Who waits for which command.
//!
//! A command that is polled for has the only slot; otherwise there is one for each command that the
//! firmware takes at a time. A slot's token is another one for each command, so that an event about
//! a command that nobody waits for any more is not taken for one about a later command.

use super::{
    Failure,
    State,
    Status, //
};

use kernel::{
    new_condvar,
    new_mutex,
    prelude::*,
    sync::{
        atomic::{
            Acquire,
            Atomic,
            Full,
            Relaxed,
            Release, //
        },
        Completion,
        CondVar,
        Mutex, //
    },
    time::Jiffies, //
};

use pin_init::pin_init_array_from_fn;

/// How many commands there can be at a time, at most; as many as real firmware takes.
const MAX: usize = 16;

/// What a slot's place of tokens has when it has none: nobody waits, an event is being looked at,
/// the command has ended.
const NONE: u32 = 1 << 16;
const ENDING: u32 = NONE + 1;
const ENDED: u32 = NONE + 2;

/// What is known of slots.
struct Mode {
    /// How many there are; `None` if commands are polled for.
    count: Option<u32>,
    /// Those that are of a command, a bit for each.
    used: u32,
    /// Nobody gets one: somebody waits for all to become free.
    switching: bool,
    /// Which token is the next one, apart from the bits that are the slot's number.
    round: u16,
}

/// What somebody waits for.
#[pin_data]
struct Waiting {
    token: Atomic<u32>,
    status: Atomic<u32>,
    value: Atomic<u64>,
    /// Who waits is to look at the token, or at the device's state.
    #[pin]
    look: Completion,
}

/// The slots.
#[pin_data]
pub(super) struct Slots {
    #[pin]
    mode: Mutex<Mode>,
    /// A slot became free, or the device died.
    #[pin]
    changed: CondVar,
    #[pin]
    waiting: [Waiting; MAX],
}

impl Slots {
    pub(super) fn new() -> impl PinInit<Self> {
        pin_init!(Slots {
            mode <- new_mutex!(Mode {
                count: None,
                used: 0,
                switching: false,
                round: 0,
            }),
            changed <- new_condvar!(),
            waiting <- pin_init_array_from_fn(|_| pin_init!(Waiting {
                token: Atomic::new(NONE),
                status: Atomic::new(0),
                value: Atomic::new(0),
                look <- Completion::new(),
            })),
        })
    }

    /// Takes a slot, and waits if there is none. Fails if the device is not up.
    pub(super) fn take(&self, state: impl Fn() -> State) -> Result<Slot<'_>, Failure> {
        let mut mode = self.mode.lock();
        loop {
            if state() != State::Up {
                return Err(Failure::Dead);
            }
            let usable = (1_u32 << mode.count.unwrap_or(1)) - 1;
            let free = usable & !mode.used;
            if free != 0 && !mode.switching {
                let index = free.trailing_zeros();
                mode.used |= 1 << index;
                // CAST: There are few.
                let by_events = mode.count.is_some();
                mode.round = mode.round.wrapping_add(MAX as u16);
                let token = by_events.then_some(mode.round | index as u16);
                let slot = Slot {
                    slots: self,
                    index: index as usize,
                    token,
                };
                slot.begin();
                return Ok(slot);
            }
            self.changed.wait(&mut mode);
        }
    }

    /// Changes how many slots there are, when none is used.
    pub(super) fn switch(&self, count: Option<u32>) {
        let mut mode = self.mode.lock();
        // Only who brings the device up or takes it down does this, one at a time.
        mode.switching = true;
        while mode.used != 0 {
            self.changed.wait(&mut mode);
        }
        mode.switching = false;
        // CAST: There are few.
        mode.count = count.map(|count| count.clamp(1, MAX as u32));
        self.changed.notify_all();
    }

    /// The command with that token has ended.
    pub(super) fn end(&self, token: u16, status: Status, value: u64) {
        let Some(waiting) = self.waiting.get(usize::from(token) % MAX) else {
            return;
        };
        // Otherwise nobody waits for it any more.
        if waiting.token.cmpxchg(token.into(), ENDING, Full).is_ok() {
            waiting.status.store(status.0.into(), Relaxed);
            waiting.value.store(value, Relaxed);
            waiting.token.store(ENDED, Release);
            waiting.look.complete();
        }
    }

    /// All who wait look at the device's state.
    pub(super) fn wake(&self) {
        for waiting in &self.waiting {
            waiting.look.complete();
        }
        // Who found the device alive, and is not waiting yet, has this lock.
        let _mode = self.mode.lock();
        self.changed.notify_all();
    }
}

/// A slot that a command uses.
pub(super) struct Slot<'s> {
    slots: &'s Slots,
    index: usize,
    token: Option<u16>,
}

impl Slot<'_> {
    /// The command's token, if its end is an event.
    pub(super) fn token(&self) -> Option<u16> {
        self.token
    }

    fn waiting(&self) -> Option<&Waiting> {
        self.slots.waiting.get(self.index)
    }

    fn begin(&self) {
        let (Some(waiting), Some(token)) = (self.waiting(), self.token) else {
            return;
        };
        // What somebody was told about an earlier command.
        while waiting.look.is_done() {
            let _ = waiting.look.wait_timeout(0);
        }
        waiting.token.store(token.into(), Release);
    }

    /// Waits until there may be a reason to look again, at most that long.
    pub(super) fn wait(&self, timeout: Jiffies) {
        if let Some(waiting) = self.waiting() {
            // Whether it took too long the caller sees by looking.
            let _ = waiting.look.wait_timeout(timeout);
        }
    }

    /// What an event said about the command, if there was one.
    pub(super) fn result(&self) -> Option<(Status, u64)> {
        let waiting = self.waiting()?;
        if waiting.token.load(Acquire) != ENDED {
            return None;
        }
        // CAST: It was set from 8 bits.
        let status = Status(waiting.status.load(Relaxed) as u8);
        Some((status, waiting.value.load(Relaxed)))
    }

    /// Nobody waits any more. Returns what an event said just now, if there was one.
    pub(super) fn give_up(&self) -> Option<(Status, u64)> {
        let (waiting, token) = (self.waiting()?, self.token?);
        if waiting.token.cmpxchg(token.into(), NONE, Full).is_ok() {
            return None;
        }
        while waiting.token.load(Acquire) == ENDING {
            // Whoever looks at the event is about to say so.
            let _ = waiting.look.wait_timeout(1);
        }
        self.result()
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        // Who waited and did not see the end.
        let _ = self.give_up();
        if let Some(waiting) = self.waiting() {
            waiting.token.store(NONE, Relaxed);
        }
        self.slots.mode.lock().used &= !(1 << self.index);
        self.slots.changed.notify_all();
    }
}
