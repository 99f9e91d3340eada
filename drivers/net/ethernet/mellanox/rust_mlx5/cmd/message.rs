// SPDX-License-Identifier: GPL-2.0

//! A command's input and output: in the entry of the queue, and in mailboxes.

use super::mailbox::{
    Mailbox,
    DATA,
    INLINE, //
};

use kernel::{
    device::{
        Bound,
        Device, //
    },
    prelude::*, //
};

use core::cmp::min;

/// What a command is given: a structure, and an array behind it.
#[derive(Clone, Copy)]
pub(crate) struct Input<'a>(pub(crate) &'a [u8], pub(crate) &'a [u8]);

impl Input<'_> {
    pub(super) fn len(&self) -> usize {
        self.0.len() + self.1.len()
    }

    /// Copies what is at `offset`, as much as there is and has room.
    pub(super) fn copy_to(&self, offset: usize, to: &mut [u8]) {
        let head = self.0.get(offset..).unwrap_or_default();
        let tail = self.1.get(offset.saturating_sub(self.0.len())..);
        let bytes = Iterator::chain(head.iter(), tail.unwrap_or_default());
        for (to, from) in to.iter_mut().zip(bytes) {
            *to = *from;
        }
    }
}

/// Where a command's output is wanted: a structure, and an array behind it.
pub(crate) struct Output<'a>(pub(crate) &'a mut [u8], pub(crate) &'a mut [u8]);

impl Output<'_> {
    pub(super) fn len(&self) -> usize {
        self.0.len() + self.1.len()
    }

    /// Copies to `offset`, as much as there is and has room.
    pub(super) fn copy_from(&mut self, offset: usize, from: &[u8]) {
        let start = min(offset, self.0.len());
        let behind = offset - start;
        let tail = self.1.get_mut(behind..).unwrap_or_default();
        let bytes = Iterator::chain(self.0[start..].iter_mut(), tail);
        for (to, from) in bytes.zip(from) {
            *to = *from;
        }
    }
}

/// The memory of a command that the device reads and writes. It stays as long as the device may.
pub(super) struct Message {
    pub(super) input: Mailbox,
    pub(super) output: Mailbox,
}

impl Message {
    /// Makes the mailboxes of a command, and writes its input to them.
    pub(super) fn new(
        dev: &Device<Bound>,
        token: u8,
        input: Input<'_>,
        output: &Output<'_>,
    ) -> Result<Self> {
        let message = Message {
            input: Mailbox::new(dev, input.len())?,
            output: Mailbox::new(dev, output.len())?,
        };
        message.input.write(token, |number, data| {
            input.copy_to(INLINE + number * DATA, data);
        })?;
        message.output.write(token, |_, _| {})?;
        Ok(message)
    }

    /// Takes what the device wrote to the mailboxes.
    pub(super) fn read(&self, output: &mut Output<'_>) -> Result {
        self.output
            .read(|number, data| output.copy_from(INLINE + number * DATA, data))
    }
}
