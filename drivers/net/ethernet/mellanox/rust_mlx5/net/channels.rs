// SPDX-License-Identifier: GPL-2.0

//! The channels that are open, for the network device, which opens and closes them with RTNL held,
//! and for its reporters, which users ask how they are.

use super::channel::Channel;

use kernel::{
    new_mutex,
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Arc,
        Mutex, //
    }, //
};

use core::mem::take;

/// What is wrong with a queue.
#[derive(Clone, Copy)]
pub(super) enum Failure {
    /// The send queue with that number does nothing any more.
    Sending(u32),
    /// The receive queue with that number does nothing any more.
    Receiving(u32),
    /// The channel with that index sends nothing.
    Timeout(u32),
}

/// No number: those of queues have 24 bits.
const NONE: u32 = u32::MAX;

/// The channels that are open, and what was found wrong with them.
#[pin_data]
pub(super) struct Channels<'up> {
    /// Held while users are told of them, too: with RTNL held others wait for that.
    #[pin]
    open: Mutex<KVec<Channel<'up>>>,
    /// What was not reported yet; of each kind the last one.
    sending: Atomic<u32>,
    receiving: Atomic<u32>,
    timeout: Atomic<u32>,
    /// They were opened since somebody looked.
    are_new: Atomic<bool>,
}

impl<'up> Channels<'up> {
    /// None.
    pub(super) fn new() -> Result<Arc<Self>> {
        let channels = pin_init!(Channels {
            open <- new_mutex!(KVec::new()),
            sending: Atomic::new(NONE),
            receiving: Atomic::new(NONE),
            timeout: Atomic::new(NONE),
            are_new: Atomic::new(false),
        });
        Arc::pin_init(channels, GFP_KERNEL)
    }

    /// Another one is open.
    pub(super) fn add(&self, channel: Channel<'up>) -> Result {
        Ok(self.open.lock().push(channel, GFP_KERNEL)?)
    }

    /// All are open: what was wrong with those before is of no importance any more.
    pub(super) fn complete(&self) {
        while self.failure().is_some() {}
        self.are_new.store(true, Relaxed);
    }

    /// Whether they were opened since this was asked last.
    pub(super) fn are_new(&self) -> bool {
        self.are_new.xchg(false, Relaxed)
    }

    /// Closes them.
    pub(super) fn close(&self) {
        let channels = take(&mut *self.open.lock());
        drop(channels);
    }

    /// Calls `f` with them.
    pub(super) fn with<R>(&self, f: impl FnOnce(&[Channel<'up>]) -> R) -> R {
        f(&self.open.lock())
    }

    /// Something is wrong with one of them. Works in any context.
    pub(super) fn note(&self, failure: Failure) {
        let (place, number) = match failure {
            Failure::Sending(number) => (&self.sending, number),
            Failure::Receiving(number) => (&self.receiving, number),
            Failure::Timeout(index) => (&self.timeout, index),
        };
        place.store(number, Relaxed);
    }

    /// Takes something that was not reported yet, if there is such.
    pub(super) fn failure(&self) -> Option<Failure> {
        let take = |place: &Atomic<u32>| match place.xchg(NONE, Relaxed) {
            NONE => None,
            number => Some(number),
        };
        take(&self.sending)
            .map(Failure::Sending)
            .or_else(|| take(&self.receiving).map(Failure::Receiving))
            .or_else(|| take(&self.timeout).map(Failure::Timeout))
    }
}
