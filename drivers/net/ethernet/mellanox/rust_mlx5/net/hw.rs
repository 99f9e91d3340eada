// SPDX-License-Identifier: GPL-2.0

//! Objects that the device has for the network device, each a value: dropping it has the device
//! destroy the object.

mod buffer;
mod cq;
mod object;
mod queue;
mod rss;

pub(super) use self::{
    buffer::Records,
    cq::{
        Arm,
        CompletionQueue,
        CqConfig,
        Reader, //
    },
    object::{
        Counter,
        Key,
        Object,
        ProtectionDomain,
        Tis,
        TransportDomain, //
    },
    queue::{
        HasWorkQueue,
        ReceiveQueue,
        SendQueue,
        WorkQueue, //
    },
    rss::{
        Hash,
        HashFunction,
        HashKey,
        Rqt,
        Tir,
        Traffic, //
    },
};
