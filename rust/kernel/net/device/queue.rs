// SPDX-License-Identifier: GPL-2.0

//! Queues of Ethernet devices.

use crate::{
    bindings,
    sync::barrier::{
        smp_mb,
        Full, //
    },
    types::NotThreadSafe, //
};

use core::{
    marker::PhantomData,
    ptr::NonNull, //
};

/// A queue of frames to send while a frame is sent (`struct netdev_queue`).
///
/// # Invariants
///
/// The queue is valid for `'a`, and this task holds its lock.
pub struct TxQueue<'a> {
    queue: NonNull<bindings::netdev_queue>,
    more: bool,
    _lock: PhantomData<&'a ()>,
    _task: NotThreadSafe,
}

impl TxQueue<'_> {
    /// # Safety
    ///
    /// The queue is valid as long as this, and this task holds its lock.
    pub(super) unsafe fn new(queue: NonNull<bindings::netdev_queue>) -> Self {
        // INVARIANT: By the requirements of this function.
        TxQueue {
            queue,
            // SAFETY: The task sends a frame, so that it does not move to another CPU.
            more: unsafe { bindings::netdev_xmit_more() },
            _lock: PhantomData,
            _task: NotThreadSafe,
        }
    }

    /// The device.
    pub(in crate::net) fn device(&self) -> NonNull<bindings::net_device> {
        // SAFETY: By the type invariants; a queue is one of a device, which does not change.
        unsafe { NonNull::new_unchecked((*self.queue.as_ptr()).dev) }
    }

    /// Says that a frame of so many bytes is about to be the device's (`netdev_tx_sent_queue()`).
    ///
    /// When the device has as many bytes of the queue as are useful, the queue is stopped until
    /// [`Completions::completed`]. Called before the device can see the frame, which could
    /// otherwise be found completed before it was sent.
    pub fn sent(&mut self, bytes: usize) {
        // SAFETY: By the type invariants.
        unsafe { bindings::__netdev_tx_sent_queue(self.queue.as_ptr(), bytes as u32, self.more) };
    }

    /// Stops the queue if `room` says that there is room for less than `stop`, unless there is for
    /// `start` by then (`netif_txq_maybe_stop()`). Returns whether it is stopped.
    ///
    /// Called last, when what `room` says does not count the frame any more.
    pub fn stop_below(&mut self, stop: usize, start: usize, room: impl Fn() -> usize) -> bool {
        if room() >= stop {
            return false;
        }
        let queue = self.queue.as_ptr();
        // SAFETY: By the type invariants.
        unsafe { bindings::netif_tx_stop_queue(queue) };
        // Pairs with that in `Completions::completed`: it sees that the queue is stopped, or this
        // sees the room.
        smp_mb(Full);
        if room() < start {
            return true;
        }
        // SAFETY: By the type invariants.
        unsafe { bindings::netif_tx_start_queue(queue) };
        false
    }

    /// Whether the device must be told of this frame and those before it: no other one comes at
    /// once, or the queue was stopped.
    pub fn needs_doorbell(&self) -> bool {
        // SAFETY: By the type invariants.
        !self.more || unsafe { bindings::netif_tx_queue_stopped(self.queue.as_ptr()) }
    }
}

/// What says that frames of a queue were sent. There is one of a queue.
///
/// # Invariants
///
/// The queue is valid for `'open`.
pub struct Completions<'open> {
    queue: NonNull<bindings::netdev_queue>,
    _queue: PhantomData<&'open ()>,
}

// SAFETY: A queue belongs to no thread.
unsafe impl Send for Completions<'_> {}

impl Completions<'_> {
    /// # Safety
    ///
    /// The queue is valid as long as this, which is the only one of it.
    pub(super) unsafe fn new(queue: NonNull<bindings::netdev_queue>) -> Self {
        // INVARIANT: By the requirements of this function.
        Completions {
            queue,
            _queue: PhantomData,
        }
    }

    /// Says that so many frames with so many bytes are not the device's any more
    /// (`netif_txq_completed_wake()`), and wakes the queue if it is stopped and `room` says that
    /// there is room for `start`. Returns whether it was woken.
    ///
    /// To be called once for all that were found sent. Can be called in any context but with
    /// interrupts off. The kernel stops with a `BUG` if these are more than were
    /// [sent](TxQueue::sent).
    pub fn completed(
        &mut self,
        frames: usize,
        bytes: usize,
        start: usize,
        room: impl Fn() -> usize,
    ) -> bool {
        let queue = self.queue.as_ptr();
        // SAFETY: By the type invariants. Nobody else says that frames of this queue were sent.
        unsafe { bindings::netdev_tx_completed_queue(queue, frames as u32, bytes as u32) };
        // Pairs with that in `TxQueue::stop_below`.
        smp_mb(Full);
        if frames == 0 || room() < start {
            return false;
        }
        // SAFETY: By the type invariants.
        let is_stopped = unsafe { bindings::netif_tx_queue_stopped(queue) };
        if is_stopped {
            // SAFETY: By the type invariants the queue is valid.
            unsafe { bindings::netif_tx_wake_queue(queue) };
        }
        is_stopped
    }
}

/// A queue for frames to send that has no sender yet.
pub struct TxSlot<'open> {
    index: usize,
    _queue: PhantomData<fn(&'open ()) -> &'open ()>,
}

impl TxSlot<'_> {
    pub(super) fn new(index: usize) -> Self {
        TxSlot {
            index,
            _queue: PhantomData,
        }
    }

    /// The queue's number, from 0 on.
    pub fn index(&self) -> usize {
        self.index
    }
}

/// A queue of received frames.
pub struct RxQueue<'open> {
    index: u16,
    _queue: PhantomData<fn(&'open ()) -> &'open ()>,
}

impl RxQueue<'_> {
    pub(super) fn new(index: u16) -> Self {
        RxQueue {
            index,
            _queue: PhantomData,
        }
    }

    /// The queue's number, from 0 on.
    pub fn index(&self) -> u16 {
        self.index
    }
}
