// SPDX-License-Identifier: GPL-2.0

//! How commands end, and what that is to the rest of the kernel.

use kernel::{
    alloc::AllocError,
    prelude::*, //
};

/// How the firmware ended a command that it got (`MLX5_CMD_STAT_*`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Status(pub(crate) u8);

impl Status {
    pub(crate) const OK: Self = Status(0x0);
    /// The firmware is not ready for the command, which is no reason for a message.
    pub(super) const NOT_READY: Self = Status(0x7);

    /// In stock messages (`cmd_status_str()`).
    pub(crate) fn text(self) -> &'static str {
        match self.0 {
            0x0 => "OK",
            0x1 => "internal error",
            0x2 => "bad operation",
            0x3 => "bad parameter",
            0x4 => "bad system state",
            0x5 => "bad resource",
            0x6 => "resource busy",
            0x7 => "FW not ready",
            0x8 => "limits exceeded",
            0x9 => "bad resource state",
            0xa => "bad index",
            0xf => "no resources",
            0x10 => "bad QP state",
            0x30 => "bad packet (discarded)",
            0x40 => "bad size too many outstanding CQEs",
            0x50 => "bad input length",
            0x51 => "bad output length",
            _ => "unknown status",
        }
    }

    /// The error that a caller gets (`cmd_status_to_err()`).
    pub(crate) fn error(self) -> Error {
        match self.0 {
            0x2 | 0x3 | 0x5 | 0x9 | 0xa | 0x10 | 0x30 | 0x40 => EINVAL,
            0x6 => EBUSY,
            0x7 | 0xf => EAGAIN,
            0x8 => ENOMEM,
            _ => EIO,
        }
    }
}

/// How a command could not be delivered to the firmware (`MLX5_CMD_DELIVERY_STAT_*`).
pub(super) struct Delivery(pub(super) u8);

impl Delivery {
    /// Fails if it was not (`deliv_status_to_err()`).
    pub(super) fn check(self) -> Result {
        Err(match self.0 {
            0x0 => return Ok(()),
            // A signature or a token.
            0x1 | 0x2 => EBADR,
            // A mailbox's number or address.
            0x3..=0x5 => EFAULT,
            // The firmware itself.
            0x6 => EIO,
            // A length, a reserved field, the kind of entry.
            0x7..=0x9 | 0x10 => ENOMSG,
            _ => EINVAL,
        })
    }
}

/// Why a command failed.
#[derive(Clone, Copy)]
pub(crate) enum Failure {
    /// It was not executed: the driver or the firmware could not deliver it, or it took too long.
    Undelivered(Error),
    /// It was not executed, or nobody knows: the device is dead, gone, or switched off.
    Dead,
    /// The firmware refused it.
    Refused {
        status: Status,
        /// What the firmware's developers know more about.
        syndrome: u32,
    },
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Undelivered(error)
    }
}

impl From<AllocError> for Failure {
    fn from(error: AllocError) -> Self {
        Failure::Undelivered(error.into())
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Undelivered(error) => error,
            Failure::Dead => ENOLINK,
            Failure::Refused { status, .. } => status.error(),
        }
    }
}
