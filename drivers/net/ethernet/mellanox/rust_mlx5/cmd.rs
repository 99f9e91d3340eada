// SPDX-License-Identifier: GPL-2.0

//! Commands: what the driver asks the firmware to do.
//!
//! A command is a type, [`Command`], with the structures of its input and output. [`Card::run`]
//! sends one and waits for its end: until the [queue]'s event queue exists it polls. A device that
//! is dead or gone ends all waits, within a second even when nothing else notices.

mod mailbox;
mod message;
mod queue;
mod register;
mod status;

pub(crate) use self::{
    message::{
        Input,
        Output, //
    },
    queue::Queue,
    status::{
        Failure,
        Status, //
    }, //
};

use self::{
    message::Message,
    queue::{
        Slot,
        State, //
    }, //
};

use crate::{
    card::Card,
    layout::{
        Block,
        MboxIn,
        MboxOut,
        Opcode,
        Structure,
        View,
        ViewMut, //
    },
    segment::{
        CMDIF_REV_FW_SUB,
        CMDQ_ADDR_H,
        CMDQ_ADDR_L_SZ,
        CMD_DBELL, //
    },
};

use kernel::{
    fmt,
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

/// The only revision of the command interface that there is a driver for.
const CMDIF_REV: u32 = 5;

/// How much longer a command may take that is polled for.
const POLL_EXTRA_MS: u32 = 1000;

/// How often somebody who polls looks, and for how long without sleeping: most commands are quick.
const POLL_INTERVAL: Delta = Delta::from_micros(20);
const SPIN_MS: i64 = 2;

/// How often somebody who waits looks whether the device is alive.
const ALIVE_INTERVAL_MS: u32 = 1000;

/// A command of the firmware's interface.
pub(crate) trait Command {
    const OPCODE: Opcode;

    /// The input, or what there is before an array.
    type In: Structure;

    /// The output, or what there is before an array.
    type Out: Structure;

    /// Whether it undoes something. A dead device has nothing that would have to be undone, so that
    /// it succeeds there (`mlx5_internal_err_ret_value()`).
    const UNDOES: bool = false;
}

/// Declares commands: `undo` are those that undo something.
macro_rules! commands {
    (@undoes undo) => {
        true
    };
    (@undoes do) => {
        false
    };
    ($(
        $(#[$attribute:meta])*
        $kind:ident $name:ident = $opcode:ident: $input:ident -> $output:ident;
    )*) => {$(
        $(#[$attribute])*
        pub(crate) enum $name {}

        impl $crate::cmd::Command for $name {
            const OPCODE: $crate::layout::Opcode = $crate::layout::Opcode::$opcode;
            type In = $crate::layout::$input;
            type Out = $crate::layout::$output;
            const UNDOES: bool = $crate::cmd::commands!(@undoes $kind);
        }
    )*};
}
pub(crate) use commands;

/// A command's name as in stock messages.
struct Named(Opcode);

impl fmt::Display for Named {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.0.name().unwrap_or("unknown command opcode");
        write!(out, "{}(0x{:x})", name, self.0 .0)
    }
}

impl Card<'_> {
    /// Makes the command queue known to the firmware (`mlx5_cmd_enable()`).
    ///
    /// Fails with `EINVAL` if this driver does not know the revision of the command interface.
    pub(crate) fn enable_commands(&self) -> Result {
        let revision: CMDIF_REV_FW_SUB = self.segment.read();
        let revision = revision.cmdif_rev().get();
        if revision != CMDIF_REV {
            dev_err!(
                self.dev.as_ref(),
                "Driver cmdif rev({}) differs from firmware's({})\n",
                CMDIF_REV,
                revision
            );
            return Err(EINVAL);
        }
        self.queue
            .set_size(self.dev.as_ref(), self.segment.read())?;
        let address = self.queue.address();
        // CAST: The two parts of an address. The other bits of the second word are those of a
        // driver that takes the device over.
        self.segment
            .write(CMDQ_ADDR_H::from_raw((address >> 32) as u32));
        self.segment.write(CMDQ_ADDR_L_SZ::from_raw(address as u32));
        self.queue.set_by_events(false);
        Ok(())
    }

    /// Commands are accepted from now on.
    pub(crate) fn allow_commands(&self) {
        self.queue.set_state(State::Up);
    }

    /// No commands are accepted any more (`mlx5_cmd_disable()`).
    pub(crate) fn disable_commands(&self) {
        self.queue.set_state(State::Down);
    }

    /// The device is dead, if it is not down: commands fail, also those that somebody waits for.
    pub(crate) fn set_dead(&self) {
        self.queue.set_dead();
    }

    /// Whether the device was found [dead](Self::set_dead).
    pub(crate) fn is_dead(&self) -> bool {
        self.queue.state() == State::Dead
    }

    /// Whether no commands are accepted because the device is down.
    pub(crate) fn is_down(&self) -> bool {
        self.queue.state() == State::Down
    }

    /// The end of a command is told by events from now on (`mlx5_cmd_use_events()`), or no longer.
    pub(crate) fn use_events(&self, events: bool) {
        self.queue.set_by_events(events);
    }

    /// Runs a command and returns its output.
    ///
    /// A failure is logged as the stock driver does. Sleeps.
    pub(crate) fn run<C: Command>(&self, input: Block<C::In>) -> Result<Block<C::Out>> {
        let mut output = Block::<C::Out>::new();
        self.run_with::<C>(input, &[], Output(output.as_mut(), &mut []))?;
        Ok(output)
    }

    /// As [`run`](Self::run), for an input that is too large for a kernel stack: `input` is the
    /// structure, and perhaps an array behind it.
    pub(crate) fn run_large<C: Command>(&self, input: &mut [u8]) -> Result<Block<C::Out>> {
        let op_mod = View::<MboxIn>::of_any_length(input).get(MboxIn::OP_MOD);
        let mut output = Block::<C::Out>::new();
        self.try_bytes::<C>(input, &[], Output(output.as_mut(), &mut []))
            .map_err(|failure| self.report(C::OPCODE, op_mod, failure))?;
        Ok(output)
    }

    /// As [`run`](Self::run), for a command with arrays behind the structures.
    pub(crate) fn run_with<C: Command>(
        &self,
        input: Block<C::In>,
        tail: &[u8],
        output: Output<'_>,
    ) -> Result {
        let op_mod = View::<MboxIn>::of_any_length(input.as_ref()).get(MboxIn::OP_MOD);
        self.try_with::<C>(input, tail, output)
            .map_err(|failure| self.report(C::OPCODE, op_mod, failure))
    }

    /// As [`run_with`](Self::run_with), without a message about what the firmware refused.
    pub(crate) fn try_with<C: Command>(
        &self,
        mut input: Block<C::In>,
        tail: &[u8],
        output: Output<'_>,
    ) -> Result<(), Failure> {
        self.try_bytes::<C>(input.as_mut(), tail, output)
    }

    fn try_bytes<C: Command>(
        &self,
        input: &mut [u8],
        tail: &[u8],
        mut output: Output<'_>,
    ) -> Result<(), Failure> {
        ViewMut::<MboxIn>::of_any_length(input).set(MboxIn::OPCODE, C::OPCODE);
        match self.send(C::OPCODE, Input(input, tail), &mut output) {
            Err(ENXIO) if C::UNDOES => return Ok(()),
            Err(ENXIO) => return Err(Failure::Dead),
            result => result?,
        }
        let answer = View::<MboxOut>::of_any_length(output.0);
        let status = Status(answer.get(MboxOut::STATUS));
        if status != Status::OK {
            return Err(Failure::Refused {
                status,
                syndrome: answer.get(MboxOut::SYNDROME),
            });
        }
        Ok(())
    }

    /// Logs why a command was refused (`mlx5_cmd_check()`), and returns the error for that.
    pub(crate) fn report(&self, opcode: Opcode, op_mod: u16, failure: Failure) -> Error {
        if let Failure::Refused { status, syndrome } = failure {
            if status != Status::NOT_READY {
                dev_err!(
                    self.dev.as_ref(),
                    "{} op_mod(0x{:x}) failed, status {}(0x{:x}), syndrome (0x{:x}), err({})\n",
                    Named(opcode),
                    op_mod,
                    status.text(),
                    status.0,
                    syndrome,
                    status.error().to_errno()
                );
            }
        }
        failure.into()
    }

    /// Sends a command and waits for its end; fails with `ENXIO` if the device is dead.
    fn send(&self, opcode: Opcode, input: Input<'_>, output: &mut Output<'_>) -> Result {
        if self.queue.state() != State::Up {
            return Err(ENXIO);
        }
        let dev = self.dev.as_ref();
        let token = self.queue.next_token();
        let message = Message::new(dev, token, input, output)?;
        let slot = self
            .queue
            .take(dev, opcode == Opcode::MANAGE_PAGES)
            .inspect_err(|error| {
                if *error == EAGAIN {
                    dev_warn!(dev, "{} found no slot\n", Named(opcode));
                }
            })?;
        slot.write(token, &message, input, output)?;
        // Ordered behind the entry, as a write to a register is behind those to memory.
        self.segment.write(CMD_DBELL::from_raw(1 << slot.index()));
        match self.wait_for(&slot, opcode) {
            Ok(()) => slot.read(&message, output),
            Err(error) => {
                slot.keep(message);
                Err(error)
            }
        }
    }

    /// Waits until the device has given an entry back. Fails with `ETIMEDOUT`, and with `ENXIO` if
    /// it will not.
    fn wait_for(&self, slot: &Slot<'_>, opcode: Opcode) -> Result {
        let dev = self.dev.as_ref();
        let began = Instant::<Monotonic>::now();
        let mut looked = 0;
        loop {
            let by_events = self.queue.is_by_events();
            let limit = self.timeouts.cmd_ms() + if by_events { 0 } else { POLL_EXTRA_MS };
            if slot.is_done() {
                return Ok(());
            }
            if self.queue.state() != State::Up {
                return Err(ENXIO);
            }
            let passed = began.elapsed().as_millis();
            if passed >= i64::from(limit) {
                break;
            }
            if passed / i64::from(ALIVE_INTERVAL_MS) != looked {
                looked = passed / i64::from(ALIVE_INTERVAL_MS);
                if self.fatal_sensor().is_some() {
                    self.set_dead();
                    continue;
                }
            }
            if by_events {
                // CAST: Positive, and less than the limit.
                let left = (i64::from(limit) - passed) as Msecs;
                slot.wait(msecs_to_jiffies(min(left, ALIVE_INTERVAL_MS)));
            } else if passed < SPIN_MS {
                udelay(POLL_INTERVAL);
            } else {
                fsleep(POLL_INTERVAL);
            }
        }
        if self.queue.is_by_events() {
            dev_warn!(
                dev,
                "cmd[{}]: {} No done completion\n",
                slot.index(),
                Named(opcode)
            );
        }
        dev_warn!(
            dev,
            "{} timeout. Will cause a leak of a command resource\n",
            Named(opcode)
        );
        Err(ETIMEDOUT)
    }
}
