// SPDX-License-Identifier: GPL-2.0

//! What is behind a port: a netdevice that swallows what is sent, or only a type.

use crate::device::Test;

use kernel::{
    net::{
        device::{
            Frame,
            Opening,
            Operations,
            Settings,
            Transmit,
            TxQueue, //
        },
        devlink::{
            Group,
            Netdev,
            OnPort,
            PortType, //
        },
    },
    prelude::*,
    str::CString, //
};

/// The netdevices of physical ports.
pub(crate) struct Sink;

#[vtable]
impl Operations for Sink {
    type Open<'open> = ();
    type Sender<'open> = Sink;

    fn open<'open>(&'open self, cx: &mut Opening<'open, Self>) -> Result<()> {
        let (slot, _) = cx.tx_queue()?;
        cx.sender(slot, Sink);
        Ok(())
    }
}

impl Transmit for Sink {
    fn start_xmit(&mut self, _: &mut TxQueue<'_>, frame: Frame<'_>) {
        frame.take();
    }
}

/// What is behind a port that has a type.
pub(crate) enum Attached<'g, const FULL: bool> {
    Netdev(#[expect(dead_code)] Netdev<'g, Test<FULL>, Sink>),
    /// Something that devlink knows nothing of.
    Bare(PortType),
}

impl<'g, const FULL: bool> Attached<'g, FULL> {
    /// A netdevice for a port of that index.
    pub(crate) fn netdev(on: &OnPort<'_, 'g, '_, Test<FULL>>, index: u32) -> Result<Self> {
        let id = on.data().id();
        let name = CString::try_from_fmt(fmt!("dt{id}p{index}"))?;
        let (dev, port) = (id.to_be_bytes(), index.to_be_bytes());
        let address = [2, 0, dev[2], dev[3], port[2], port[3]];
        let netdev = on.netdev(&Settings::new(&name).address(address), Ok::<_, Error>(Sink))?;
        Ok(Attached::Netdev(netdev))
    }

    /// A type, which is Ethernet or InfiniBand.
    pub(crate) fn bare(on: &OnPort<'_, 'g, '_, Test<FULL>>, to: PortType) -> Result<Self> {
        match to {
            PortType::Eth => on.ethernet()?,
            PortType::Ib => on.infiniband(None)?,
            PortType::NotSet | PortType::Auto => return Err(EINVAL),
        }
        Ok(Attached::Bare(to))
    }

    pub(crate) fn port_type(&self) -> PortType {
        match self {
            Attached::Netdev(_) => PortType::Eth,
            Attached::Bare(is) => *is,
        }
    }
}

/// What is behind a port: nothing, or one.
pub(crate) struct AttachedGroup<const FULL: bool>;

impl<const FULL: bool> Group<Test<FULL>> for AttachedGroup<FULL> {
    type Key = ();
    type Value<'group> = Attached<'group, FULL>;
}
