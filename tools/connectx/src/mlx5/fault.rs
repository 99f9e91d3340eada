// SPDX-License-Identifier: GPL-2.0

//! Faults that somebody outside wants to happen.

use super::{cmdq::Delivery, command};
use serde_json::Value;
use std::time::Duration;

/// What goes wrong with a command.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Action {
    /// It is executed later.
    Delay(Duration),
    /// It is never executed.
    Hang,
    /// It is not executed, and ends with that status and syndrome.
    Fail(u8, u32),
    /// It is not executed, and was not delivered.
    Delivery(Delivery),
    /// It is executed, and then its output is overwritten.
    Garbage,
    /// It is executed, and then its signatures are wrong.
    Signature,
}

/// What a command fails with if nobody says otherwise.
const SYNDROME: u64 = 0x00c0_ffff;

struct Fault {
    /// Which commands; `None` is all.
    opcode: Option<u16>,
    action: Action,
    /// How often; `None` is for ever.
    left: Option<u64>,
}

/// All faults that have not yet happened often enough.
#[derive(Default)]
pub struct Faults {
    list: Vec<Fault>,
    random: u64,
}

impl Faults {
    /// What goes wrong with a command that came in.
    pub fn take(&mut self, opcode: u16) -> Option<Action> {
        let hit = |fault: &Fault| fault.opcode.is_none_or(|only| only == opcode);
        let index = self.list.iter().position(hit)?;
        let fault = &mut self.list[index];
        let action = fault.action;
        if let Some(left) = &mut fault.left {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.list.remove(index);
            }
        }
        Some(action)
    }

    /// Forgets all faults.
    pub fn clear(&mut self) {
        self.list.clear();
    }

    /// Overwrites data, each time otherwise, but the same in each run.
    pub fn scribble(&mut self, data: &mut [u8]) {
        for byte in data {
            self.random = self.random.wrapping_mul(0x5851_f42d_4c95_7f2d) ^ 0x1405_7b7e;
            *byte = (self.random >> 33) as u8;
        }
    }

    /// Adds what a request asks for: `delay` (with `ms`), `hang`, `fail` (with `status` and maybe
    /// `syndrome`), `undelivered`, `garbage` or `signature`, of a `command` (a name, or `any`), for
    /// `count` times, 0 for ever, once if it does not say.
    pub fn add(&mut self, kind: &str, request: &Value) -> Result<(), String> {
        let number = |name: &str| request.get(name).and_then(Value::as_u64);
        let action = match kind {
            "delay" => Action::Delay(Duration::from_millis(
                number("ms").ok_or("how long? (\"ms\")")?,
            )),
            "hang" => Action::Hang,
            "fail" => {
                let status = number("status").and_then(|status| u8::try_from(status).ok());
                let status = status.filter(|status| *status != 0);
                let syndrome = number("syndrome").unwrap_or(SYNDROME);
                Action::Fail(status.ok_or("with which \"status\"?")?, syndrome as u32)
            }
            "undelivered" => Action::Delivery(Delivery::Internal),
            "garbage" => Action::Garbage,
            "signature" => Action::Signature,
            _ => return Err(format!("there is no fault \"{kind}\"")),
        };
        let opcode = match request.get("command").and_then(Value::as_str) {
            None => return Err("of which \"command\"?".into()),
            Some("any") => None,
            Some(name) => {
                let opcode = command::opcode(name);
                Some(opcode.ok_or_else(|| format!("there is no command {name}"))?)
            }
        };
        let left = match number("count").unwrap_or(1) {
            0 => None,
            count => Some(count),
        };
        self.list.push(Fault {
            opcode,
            action,
            left,
        });
        Ok(())
    }
}
