// SPDX-License-Identifier: GPL-2.0

//! What a queue pair receives in B0 mode that is of no group.

use super::groups::{
    Kind,
    ETHERNET,
    FIRST_MEMBER,
    MEMBERS,
    PROTOCOL, //
};

use crate::{
    cmd::{
        Call,
        Op, //
    },
    layout::Mailbox,
    net::port::Port, //
};

use kernel::prelude::*;

/// A queue pair receives the frames of a kind for all addresses that have no group.
pub(super) struct Promiscuous<'a> {
    port: Port<'a>,
    kind: Kind,
}

impl<'a> Promiscuous<'a> {
    /// Has it receive them (`mlx4_unicast_promisc_add()`, `mlx4_multicast_promisc_add()`).
    pub(super) fn new(port: Port<'a>, kind: Kind, qp: u32) -> Result<Self> {
        let promiscuous = Promiscuous { port, kind };
        promiscuous.write(Some(qp))?;
        Ok(promiscuous)
    }

    /// Says which queue pair that is, if any (`mlx4_WRITE_PROMISC()`).
    fn write(&self, qp: Option<u32>) -> Result {
        const PROMISCUOUS: u8 = 1;

        let mut group = Mailbox::new(self.port.card)?;
        group.set(PROTOCOL, ETHERNET);
        group.set(MEMBERS, qp.is_some().into());
        group.set(FIRST_MEMBER, qp.unwrap_or(0));
        let call = Call::new(Op::WRITE_MCG)
            .modifier(u32::from(self.port.number()) << 16 | (self.kind as u32) << 1)
            .op_modifier(PROMISCUOUS);
        self.port.card.run_with(call, &group)
    }
}

impl Drop for Promiscuous<'_> {
    fn drop(&mut self) {
        // The failure was logged.
        let _ = self.write(None);
    }
}
