// SPDX-License-Identifier: GPL-2.0

//! Which command, and with what.

use super::{
    Op,
    Status, //
};

use crate::{
    card::Card,
    layout::Mailbox, //
};

/// A command with its modifiers.
#[derive(Clone, Copy)]
pub(crate) struct Call {
    pub(super) op: Op,
    pub(super) op_modifier: u8,
    pub(super) modifier: u32,
    pub(super) expected: Option<Status>,
}

impl Call {
    /// A command, with zeros as its modifiers.
    pub(crate) const fn new(op: Op) -> Self {
        Call {
            op,
            op_modifier: 0,
            modifier: 0,
            expected: None,
        }
    }

    /// What it is about: the number of an object or port, most of the time.
    pub(crate) const fn modifier(self, modifier: u32) -> Self {
        Call { modifier, ..self }
    }

    /// Which variant of the command it is; four bits.
    pub(crate) const fn op_modifier(self, op_modifier: u8) -> Self {
        Call {
            op_modifier,
            ..self
        }
    }

    /// The firmware may refuse it that way, of which there is no message.
    pub(crate) const fn may_fail_with(self, status: Status) -> Self {
        Call {
            expected: Some(status),
            ..self
        }
    }

    /// Whether the device is to be reset that refuses it this way.
    pub(super) fn is_fatal(self, status: Status) -> bool {
        // Memory windows are no reason.
        self.op.must_succeed() && !(self.op == Op::HW2SW_MPT && status == Status::REGION_BOUND)
    }
}

/// A parameter of a command.
#[derive(Clone, Copy)]
pub(super) enum Given<'a> {
    Value(u64),
    Mailbox(&'a Mailbox),
}

impl Given<'_> {
    pub(super) fn parameter(self) -> u64 {
        match self {
            Given::Value(value) => value,
            Given::Mailbox(mailbox) => mailbox.address(),
        }
    }

    /// The device may still use it.
    pub(super) fn keep(self, card: &Card<'_>) {
        if let Given::Mailbox(mailbox) = self {
            card.keep(mailbox.memory());
        }
    }
}
