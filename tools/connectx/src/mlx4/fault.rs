// SPDX-License-Identifier: GPL-2.0

//! What can go wrong with a command of this card alone.

use super::{commands::COMMANDS, status::Status, Card};
use crate::faults::CardFault;
use serde_json::Value;
use std::time::{Duration, Instant};

/// What goes wrong with a command.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CommandFault {
    /// It is not executed, and ends with that status.
    Fail(Status),
    /// It is not executed: the firmware dies, at once or after that time.
    Die(Duration),
    /// It is not executed: the card vanishes.
    Vanish,
}

/// `fail` (with `status`), `die` (maybe with `ms`) and `vanish`.
impl CardFault for CommandFault {
    type Command = &'static str;

    fn command(name: &str) -> Option<&'static str> {
        let command = COMMANDS.iter().find(|command| command.name == name);
        command.map(|command| command.name)
    }

    fn parse(kind: &str, request: &Value) -> Result<Option<Self>, String> {
        let number = |name: &str| request.get(name).and_then(Value::as_u64);
        Ok(Some(match kind {
            "fail" => {
                let wanted = number("status").ok_or("with which \"status\"?")?;
                let status = Status::of(wanted);
                Self::Fail(status.ok_or_else(|| format!("there is no status {wanted}"))?)
            }
            "die" => Self::Die(Duration::from_millis(number("ms").unwrap_or(0))),
            "vanish" => Self::Vanish,
            _ => return Ok(None),
        }))
    }
}

/// What the error buffer begins with if nobody says otherwise.
pub const SYNDROME: u32 = 1;

impl Card {
    /// The firmware dies, and says why in the error buffer. Commands that wait do not end.
    pub(super) fn die(&mut self, syndrome: u32) {
        // Zeros are a firmware that is well.
        let mut next = syndrome.max(1);
        for word in &mut self.registers.catas {
            *word = next;
            next = next.wrapping_add(0x1111);
        }
        self.hcr.forget_waiting();
        self.dead = true;
        self.death = None;
    }

    /// It dies after a time.
    pub(super) fn die_after(&mut self, time: Duration) {
        if time.is_zero() {
            self.die(SYNDROME);
        } else {
            self.death = Some(Instant::now() + time);
        }
    }

    /// It dies if its time has come; otherwise says when that is.
    pub(super) fn tick_death(&mut self, now: Instant) -> Option<Instant> {
        if self.death.is_some_and(|death| death <= now) {
            self.die(SYNDROME);
        }
        self.death
    }
}
