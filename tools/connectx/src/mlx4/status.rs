// SPDX-License-Identifier: GPL-2.0

//! Why a command failed.

use super::commands::COMMANDS;
use crate::faults::CardFault;
use serde_json::Value;

/// The status that a command's completion carries. 0 is success.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum Status {
    /// An error inside, for example no access to a mailbox.
    Internal = 0x01,
    /// There is no such command, or not with this operation modifier.
    BadOp = 0x02,
    /// A parameter is not supported or out of range.
    BadParam = 0x03,
    /// Not in this phase of the card's life.
    BadSysState = 0x04,
    /// More than the card has.
    ExceedLimit = 0x08,
    /// The object is not in the state for it: not the hardware's, or already.
    BadResourceState = 0x09,
    /// There is no object of this number.
    BadIndex = 0x0a,
    /// The memory for it is not mapped.
    IcmError = 0x0c,
    /// A queue pair is not in the state that the command presumes.
    BadQpState = 0x10,
}

const ALL: &[Status] = &[
    Status::Internal,
    Status::BadOp,
    Status::BadParam,
    Status::BadSysState,
    Status::ExceedLimit,
    Status::BadResourceState,
    Status::BadIndex,
    Status::IcmError,
    Status::BadQpState,
];

/// A command can be told to `fail` with a `status`, and is not executed then.
impl CardFault for Status {
    type Command = &'static str;

    fn command(name: &str) -> Option<&'static str> {
        let command = COMMANDS.iter().find(|command| command.name == name);
        command.map(|command| command.name)
    }

    fn parse(kind: &str, request: &Value) -> Result<Option<Self>, String> {
        if kind != "fail" {
            return Ok(None);
        }
        let wanted = request.get("status").and_then(Value::as_u64);
        let wanted = wanted.ok_or("with which \"status\"?")?;
        let status = ALL.iter().find(|status| **status as u64 == wanted);
        let status = status.ok_or_else(|| format!("there is no status {wanted}"))?;
        Ok(Some(*status))
    }
}
