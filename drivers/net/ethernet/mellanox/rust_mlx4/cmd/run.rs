// SPDX-License-Identifier: GPL-2.0

//! How a command is run, and what comes of one that fails.

use super::{
    call::Given,
    slots::Slot,
    Call,
    Op,
    State,
    Status, //
};

use crate::card::Card;

use kernel::{
    prelude::*,
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

/// Why a command failed.
#[derive(Clone, Copy)]
pub(super) enum Failure {
    /// It was not posted, as the device is dead or down.
    Dead,
    /// It was not posted, as the device died, or the bus does not reach it.
    Unreachable,
    /// It was not posted, as the device does not take it.
    Undelivered,
    /// It was posted, and then the device died.
    Died,
    /// It was posted, and took too long.
    TimedOut,
    /// The firmware refused it.
    Refused(Status),
}

impl Card<'_> {
    /// Runs a command, and returns its immediate output.
    pub(super) fn execute(&self, call: Call, input: Given<'_>, output: Given<'_>) -> Result<u64> {
        let (from, to) = (input.parameter(), output.parameter());
        let failure = match self.send(call, from, to) {
            Ok(value) => return Ok(value),
            Err(failure) => failure,
        };
        self.report(call, from, failure);
        let result = self.consequence(call, failure);
        let is_posted = matches!(failure, Failure::Died | Failure::TimedOut);
        if is_posted && self.commands.state() != State::Reset {
            self.commands.leave_unfinished();
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
            return Err(Failure::Unreachable);
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
                return Err(Failure::Died);
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
            Failure::Dead | Failure::Died | Failure::Unreachable => {}
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
            Failure::Refused(status) => status.error(),
            _ => EIO,
        };
        let is_fatal = match failure {
            Failure::Dead | Failure::Died => false,
            Failure::Unreachable | Failure::Undelivered | Failure::TimedOut => true,
            Failure::Refused(status) => call.is_fatal(status),
        };
        // Who looks says why it died.
        if is_fatal && self.look_whether_alive() {
            self.enter_error_state();
        }
        match self.commands.state() {
            // There is nothing to undo, nor will there be.
            State::Reset | State::Down if call.op.undoes() => Ok(0),
            State::Reset | State::Dead => Err(EIO),
            _ => Err(error),
        }
    }
}
