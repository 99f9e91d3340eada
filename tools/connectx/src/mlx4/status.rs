// SPDX-License-Identifier: GPL-2.0

//! Why a command failed.

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

impl Status {
    /// The status of a number.
    pub fn of(number: u64) -> Option<Self> {
        let status = ALL.iter().find(|status| **status as u64 == number);
        status.copied()
    }
}
