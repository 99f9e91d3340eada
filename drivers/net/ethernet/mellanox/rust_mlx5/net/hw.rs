// SPDX-License-Identifier: GPL-2.0

//! Objects that the device has for the network device, each a value: dropping it has the device
//! destroy the object.

mod buffer;
mod cq;
mod object;
mod queue;
mod rss;

pub(super) use self::{
    buffer::{
        Buffer,
        Record,
        Records, //
    },
    cq::{
        Arm,
        CompletionQueue,
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
        Queue,
        ReceiveQueue,
        SendQueue,
        WorkQueue, //
    },
    rss::{
        Rqt,
        Tir,
        Traffic, //
    },
};
