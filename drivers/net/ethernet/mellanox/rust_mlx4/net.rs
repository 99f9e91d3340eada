// SPDX-License-Identifier: GPL-2.0

//! The network device of a port.
//!
//! [`Ethernet`] makes it. While it is up it has [queues](channel) to [send](send) and to
//! [receive](receive), and [groups or rules](steering) say which frames are received.
//!
//! What the card has for it is given back when it is taken down, and by [`Shared::give_back`], which
//! whoever has it removed calls then: its memory is freed later, when the card may be another one's.

mod config;
mod device;
mod ethtool;
mod link;
mod mac;
mod port;
mod rss;
mod rx_mode;
mod stats;
mod steering;
mod vlan;

pub(crate) use self::{
    link::Link,
    port::{
        Address,
        Port, //
    },
    steering::GroupTable, //
};
