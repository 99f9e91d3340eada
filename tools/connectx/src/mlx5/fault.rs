// SPDX-License-Identifier: GPL-2.0

//! What can go wrong with a command of this card alone.

use super::{cmdq::Delivery, command, layout::Opcode};
use crate::faults::CardFault;
use serde_json::Value;

/// What goes wrong with a command.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CommandFault {
    /// It is not executed, and ends with that status and syndrome.
    Fail(u8, u32),
    /// It is not executed, and was not delivered.
    Delivery(Delivery),
    /// It is executed, and then its signatures are wrong.
    Signature,
    /// It is not executed: the firmware dies.
    Die,
    /// It is not executed: the card vanishes.
    Vanish,
}

/// What a command fails with if nobody says otherwise.
const SYNDROME: u64 = 0x00c0_ffff;

/// `fail` (with `status` and maybe `syndrome`), `undelivered`, `signature`, `die` and `vanish`.
impl CardFault for CommandFault {
    type Command = Opcode;

    fn command(name: &str) -> Option<Opcode> {
        command::opcode(name)
    }

    fn parse(kind: &str, request: &Value) -> Result<Option<Self>, String> {
        let number = |name: &str| request.get(name).and_then(Value::as_u64);
        Ok(Some(match kind {
            "fail" => {
                let status = number("status").and_then(|status| u8::try_from(status).ok());
                let status = status.filter(|status| *status != 0);
                let syndrome = number("syndrome").unwrap_or(SYNDROME);
                Self::Fail(status.ok_or("with which \"status\"?")?, syndrome as u32)
            }
            "undelivered" => Self::Delivery(Delivery::Internal),
            "signature" => Self::Signature,
            "die" => Self::Die,
            "vanish" => Self::Vanish,
            _ => return Ok(None),
        }))
    }
}
