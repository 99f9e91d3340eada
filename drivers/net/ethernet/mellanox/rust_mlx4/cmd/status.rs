// SPDX-License-Identifier: GPL-2.0

//! How commands end.

use kernel::prelude::*;

/// What the firmware says about a command (`CMD_STAT_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Status(pub(crate) u8);

impl Status {
    pub(crate) const OK: Self = Status(0x00);
    /// A port cannot have as many virtual lanes, for instance.
    pub(crate) const BAD_SIZE: Self = Status(0x40);
    /// Memory windows are bound to the memory region.
    pub(crate) const REGION_BOUND: Self = Status(0x21);

    /// The error that a caller gets (`mlx4_status_to_errno()`).
    pub(crate) fn error(self) -> Error {
        match self.0 {
            0x02 => EPERM,
            0x03 | 0x10 | 0x30 => EINVAL,
            0x04 => ENXIO,
            0x05 | 0x09 | 0x0a => EBADF,
            0x06 | 0x21 => EBUSY,
            0x08 | 0x40 => ENOMEM,
            0x0b | 0x20 => EFAULT,
            0x0c => ENFILE,
            0x22 => EAGAIN,
            0x50 => EACCES,
            // An error within the firmware, and whatever else there may be.
            _ => EIO,
        }
    }
}
