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

    /// Adds the fault that a request describes.
    pub fn add(&mut self, request: &Value) -> Result<(), String> {
        let number = |name: &str, default: u64| match request.get(name) {
            None => Ok(default),
            Some(value) => value.as_u64().ok_or_else(|| format!("{name} is no number")),
        };
        let action = match request.get("action").and_then(Value::as_str) {
            Some("delay") => Action::Delay(Duration::from_millis(number("ms", 1000)?)),
            Some("hang") => Action::Hang,
            Some("fail") => Action::Fail(
                number("status", 1)? as u8,
                number("syndrome", 0x00c0_ffff)? as u32,
            ),
            Some("undelivered") => Action::Delivery(Delivery::Internal),
            Some("garbage") => Action::Garbage,
            Some("signature") => Action::Signature,
            _ => {
                return Err(
                    "the action is delay, hang, fail, undelivered, garbage or signature".into(),
                )
            }
        };
        let opcode = match request.get("command").and_then(Value::as_str) {
            None => None,
            Some(name) => Some(command::opcode(name).ok_or_else(|| format!("no command {name}"))?),
        };
        let left = match number("count", 1)? {
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
