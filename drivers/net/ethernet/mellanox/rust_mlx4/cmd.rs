// SPDX-License-Identifier: GPL-2.0

//! Commands: what the driver asks the firmware to do.
//!
//! A [`Call`] says which command and with which modifiers; the methods of [`Card`] run it with a
//! value or a [`Mailbox`] as its input and output. Until [`Card::use_events`] there is one command
//! at a time, and it is polled for. A device that is dead or gone ends all waits.

mod hcr;
mod op;
mod slots;
mod status;

pub(crate) use self::{
    op::Op,
    status::Status, //
};

use self::{
    hcr::Hcr,
    slots::{
        Slot,
        Slots, //
    }, //
};

use crate::{
    card::Card,
    layout::Mailbox, //
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
    },
    time::{
        delay::{
            fsleep,
            udelay, //
        },
        msecs_to_jiffies,
        Delta,
        Instant,
        Monotonic,
        Msecs, //
    },
};

use core::cmp::min;

/// How long a command may take (`MLX4_CMD_TIME_CLASS_A`, which the others are equal to).
const LIMIT_MS: u32 = 60_000;

/// How often somebody who polls looks, and for how long without sleeping: most commands are quick.
const POLL_INTERVAL: Delta = Delta::from_micros(20);
const SPIN_MS: i64 = 2;

/// How often somebody who waits looks whether the device is alive.
const ALIVE_INTERVAL_MS: u32 = 1000;

/// A command with its modifiers.
#[derive(Clone, Copy)]
pub(crate) struct Call {
    op: Op,
    op_modifier: u8,
    modifier: u32,
    expected: Option<Status>,
}

impl Call {
    /// A command, with zeros as its modifiers.
    pub(crate) const fn new(op: Op) -> Self {
        Call {
            op,
            op_modifier: 0,
            modifier: 0,
            expected: None,
        }
    }

    /// What it is about: the number of an object or port, most of the time.
    pub(crate) const fn modifier(self, modifier: u32) -> Self {
        Call { modifier, ..self }
    }

    /// Which variant of the command it is; four bits.
    pub(crate) const fn op_modifier(self, op_modifier: u8) -> Self {
        Call {
            op_modifier,
            ..self
        }
    }

    /// The firmware may refuse it that way, of which there is no message.
    pub(crate) const fn may_fail_with(self, status: Status) -> Self {
        Call {
            expected: Some(status),
            ..self
        }
    }
}

/// Who may send commands, and what becomes of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Nobody brought the device up.
    Down,
    /// It executes commands.
    Up,
    /// It is dead, and was reset or is gone (`MLX4_DEVICE_STATE_INTERNAL_ERROR`): it uses no memory.
    Reset,
    /// It is dead.
    Dead,
}

/// Why a command failed.
#[derive(Clone, Copy)]
enum Failure {
    /// It was not posted, as the device is dead or down.
    Dead,
    /// It was not posted, as the device does not take it.
    Undelivered,
    /// It took too long.
    TimedOut,
    /// The firmware refused it.
    Refused(Status),
}

/// What there is to send commands.
#[pin_data]
pub(crate) struct Commands {
    state: Atomic<u32>,
    ending: Atomic<bool>,
    /// Locked also while the device is reset, so that nobody writes to it then.
    #[pin]
    hcr: Mutex<Hcr>,
    #[pin]
    slots: Slots,
}

impl Commands {
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Commands {
            state: Atomic::new(State::Down as u32),
            ending: Atomic::new(false),
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
        self.state.store(State::Up as u32, Relaxed);
    }

    /// No commands are accepted any more.
    pub(crate) fn close(&self) {
        let _hcr = self.hcr.lock();
        self.state.store(State::Down as u32, Relaxed);
        self.slots.wake();
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

    /// Whether commands are accepted, and nobody is [ending](Self::end) that.
    pub(crate) fn are_accepted(&self) -> bool {
        self.state() == State::Up && !self.ending.load(Relaxed)
    }
}

impl Card<'_> {
    /// Runs a command without input and output.
    ///
    /// Why it failed is logged as the stock driver does. Sleeps.
    pub(crate) fn run(&self, call: Call) -> Result {
        self.execute(call, Given::Value(0), Given::Value(0))
            .map(drop)
    }

    /// Runs a command whose input and output are values.
    pub(crate) fn run_value(&self, call: Call, input: u64) -> Result<u64> {
        self.execute(call, Given::Value(input), Given::Value(0))
    }

    /// Runs a command with an input mailbox.
    pub(crate) fn run_with(&self, call: Call, input: &Mailbox) -> Result {
        self.run_with_value(call, input).map(drop)
    }

    /// Runs a command with an input mailbox, whose output is a value.
    pub(crate) fn run_with_value(&self, call: Call, input: &Mailbox) -> Result<u64> {
        self.execute(call, Given::Mailbox(input), Given::Value(0))
    }

    /// Runs a command with an output mailbox.
    pub(crate) fn query(&self, call: Call) -> Result<Mailbox> {
        let output = Mailbox::new(self)?;
        self.query_into(call, &output)?;
        Ok(output)
    }

    /// As [`query`](Self::query), with a mailbox that is there.
    pub(crate) fn query_into(&self, call: Call, output: &Mailbox) -> Result {
        self.execute(call, Given::Value(0), Given::Mailbox(output))
            .map(drop)
    }

    /// Runs a command with an input mailbox and an output mailbox.
    pub(crate) fn run_both(&self, call: Call, input: &Mailbox) -> Result<Mailbox> {
        let output = Mailbox::new(self)?;
        self.execute(call, Given::Mailbox(input), Given::Mailbox(&output))?;
        Ok(output)
    }

    /// From now on the end of a command is an event, and there can be as many as `count` at a time
    /// (`mlx4_cmd_use_events()`). Waits for those that there are.
    pub(crate) fn use_events(&self, count: u32) {
        self.commands.slots.switch(Some(count));
    }

    /// The end of a command is no event any more (`mlx4_cmd_use_polling()`). Waits for those that
    /// there are.
    pub(crate) fn use_polling(&self) {
        self.commands.slots.switch(None);
    }

    /// An event says that a command has ended (`mlx4_cmd_event()`). Can be called in any context,
    /// by one at a time.
    pub(crate) fn command_ended(&self, token: u16, status: u8, value: u64) {
        self.commands.slots.end(token, Status(status), value);
    }

    /// Whether the device was found dead, since it was brought up.
    pub(crate) fn is_dead(&self) -> bool {
        matches!(self.commands.state(), State::Reset | State::Dead)
    }
}

/// A parameter of a command.
#[derive(Clone, Copy)]
enum Given<'a> {
    Value(u64),
    Mailbox(&'a Mailbox),
}

impl Given<'_> {
    fn parameter(self) -> u64 {
        match self {
            Given::Value(value) => value,
            Given::Mailbox(mailbox) => mailbox.address(),
        }
    }

    /// The device may still use it.
    fn keep(self, card: &Card<'_>) {
        if let Given::Mailbox(mailbox) = self {
            card.keep(mailbox.memory());
        }
    }
}

impl Card<'_> {
    fn execute(&self, call: Call, input: Given<'_>, output: Given<'_>) -> Result<u64> {
        let (from, to) = (input.parameter(), output.parameter());
        let failure = match self.send(call, from, to) {
            Ok(value) => return Ok(value),
            Err(failure) => failure,
        };
        self.report(call, from, failure);
        let result = self.consequence(call, failure);
        if !matches!(failure, Failure::Refused(_)) && self.commands.state() != State::Reset {
            input.keep(self);
            output.keep(self);
        }
        result
    }

    /// Sends a command and waits for its end. Returns its immediate output.
    fn send(&self, call: Call, input: u64, output: u64) -> Result<u64, Failure> {
        let slot = self.commands.slots.take(|| self.commands.state())?;
        let mut hcr = self.commands.hcr.lock();
        if self.commands.state() != State::Up {
            return Err(Failure::Dead);
        }
        if self.is_unreachable() {
            return Err(Failure::Undelivered);
        }
        hcr.post(self, call, input, output, slot.token())?;
        drop(hcr);
        let (status, value) = self.wait_for(&slot)?;
        if status != Status::OK {
            return Err(Failure::Refused(status));
        }
        Ok(value)
    }

    /// Waits until a command has ended.
    fn wait_for(&self, slot: &Slot<'_>) -> Result<(Status, u64), Failure> {
        let began = Instant::<Monotonic>::now();
        let mut looked = 0;
        loop {
            if let Some(result) = self.result(slot) {
                return Ok(result);
            }
            if self.commands.state() != State::Up {
                return Err(Failure::Dead);
            }
            let passed = began.elapsed().as_millis();
            if passed >= i64::from(LIMIT_MS) {
                return slot.give_up().ok_or(Failure::TimedOut);
            }
            if passed / i64::from(ALIVE_INTERVAL_MS) != looked {
                looked = passed / i64::from(ALIVE_INTERVAL_MS);
                if !self.look_whether_alive() {
                    continue;
                }
            }
            if slot.token().is_some() {
                // CAST: Positive, and less than the limit.
                let left = (i64::from(LIMIT_MS) - passed) as Msecs;
                slot.wait(msecs_to_jiffies(min(left, ALIVE_INTERVAL_MS)));
            } else if passed < SPIN_MS {
                udelay(POLL_INTERVAL);
            } else {
                fsleep(POLL_INTERVAL);
            }
        }
    }

    /// What came of a command, if it has ended.
    fn result(&self, slot: &Slot<'_>) -> Option<(Status, u64)> {
        if slot.token().is_some() {
            return slot.result();
        }
        let hcr = self.commands.hcr.lock();
        // A device that was reset has ended nothing.
        if self.commands.state() != State::Up || hcr.is_pending(self) {
            return None;
        }
        Some(hcr.result(self))
    }

    /// Logs why a command failed.
    fn report(&self, call: Call, input: u64, failure: Failure) {
        let dev = self.dev.as_ref();
        match failure {
            Failure::Dead => {}
            Failure::Undelivered => dev_warn!(
                dev,
                "Could not post command 0x{:x}: ret={}, in_param=0x{:x}, in_mod=0x{:x}, op_mod=0x{:x}\n",
                call.op.code,
                EIO.to_errno(),
                input,
                call.modifier,
                call.op_modifier
            ),
            Failure::TimedOut => dev_warn!(
                dev,
                "command 0x{:x} timed out (go bit not cleared)\n",
                call.op.code
            ),
            Failure::Refused(status) if call.expected == Some(status) => {}
            Failure::Refused(status) => dev_err!(
                dev,
                "command 0x{:x} failed: fw status = 0x{:x}\n",
                call.op.code,
                status.0
            ),
        }
    }

    /// What becomes of the device, and what the caller gets (`mlx4_cmd_reset_flow()`).
    fn consequence(&self, call: Call, failure: Failure) -> Result<u64> {
        let error = match failure {
            Failure::TimedOut if call.op == Op::NOP => return Err(EBUSY),
            Failure::Refused(status) if !call.is_fatal(status) => status.error(),
            Failure::Dead => EIO,
            Failure::Refused(status) => {
                self.enter_error_state();
                status.error()
            }
            _ => {
                self.enter_error_state();
                EIO
            }
        };
        match self.commands.state() {
            // There is nothing to undo, nor will there be.
            State::Reset | State::Down if call.op.undoes() => Ok(0),
            State::Reset | State::Dead => Err(EIO),
            _ => Err(error),
        }
    }
}

impl Call {
    /// Whether the device is to be reset that refuses it this way.
    fn is_fatal(self, status: Status) -> bool {
        // Memory windows are no reason.
        self.op.must_succeed() && !(self.op == Op::HW2SW_MPT && status == Status::REGION_BOUND)
    }
}
