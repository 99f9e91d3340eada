// SPDX-License-Identifier: GPL-2.0

//! Commands: what the driver asks the firmware to do.
//!
//! A [`Call`] says which command and with which modifiers; the methods of [`Card`] run it with a
//! value or a [`Mailbox`] as its input and output. Until [`Card::use_events`] there is one command
//! at a time, and it is polled for. A device that is dead or gone ends all waits.

mod call;
mod hcr;
mod op;
mod run;
mod slots;
mod state;
mod status;

pub(crate) use self::{
    call::Call,
    op::Op,
    state::{
        Commands,
        State, //
    },
    status::Status, //
};

use self::{
    call::Given,
    run::Failure, //
};

use crate::{
    card::Card,
    layout::Mailbox, //
};

use kernel::prelude::*;

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

    /// Whether the device does not answer: it was pulled out, or does not know its addresses.
    pub(crate) fn is_gone(&self) -> bool {
        hcr::is_gone(self)
    }

    /// Whether the device was found dead, since it was brought up.
    pub(crate) fn is_dead(&self) -> bool {
        matches!(self.commands.state(), State::Reset | State::Dead)
    }

    /// Whether the device may do what a command says that failed: it was found dead, or took too
    /// long while users do not want it to be reset.
    pub(crate) fn may_still_do_it(&self) -> bool {
        self.is_dead() || self.commands.has_unfinished()
    }
}
