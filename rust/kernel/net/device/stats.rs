// SPDX-License-Identifier: GPL-2.0

//! Statistics of network devices.

use crate::{
    bindings,
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};

/// What one queue sent, or received.
///
/// Of one that counts there is one at a time: the sender, or what NAPI polls. Others read
/// meanwhile. It lasts as long as the device, so that numbers do not go back when that is taken
/// down.
///
/// # Examples
///
/// ```
/// use kernel::net::device::QueueStats;
///
/// let stats = QueueStats::new();
/// stats.add(2, 120);
/// stats.add(1, 60);
/// stats.count_dropped();
/// assert_eq!(stats.packets(), 3);
/// assert_eq!(stats.bytes(), 180);
/// assert_eq!((stats.dropped(), stats.errors()), (1, 0));
/// ```
pub struct QueueStats {
    packets: Atomic<u64>,
    bytes: Atomic<u64>,
    dropped: Atomic<u64>,
    errors: Atomic<u64>,
}

impl QueueStats {
    /// Nothing yet.
    pub const fn new() -> Self {
        QueueStats {
            packets: Atomic::new(0),
            bytes: Atomic::new(0),
            dropped: Atomic::new(0),
            errors: Atomic::new(0),
        }
    }

    /// So many frames more, with so many bytes. Works in any context.
    pub fn add(&self, frames: usize, bytes: usize) {
        count(&self.packets, frames as u64);
        count(&self.bytes, bytes as u64);
    }

    /// A frame that was good, but for which there was no memory or no room.
    pub fn count_dropped(&self) {
        count(&self.dropped, 1);
    }

    /// A frame that was not good.
    pub fn count_error(&self) {
        count(&self.errors, 1);
    }

    /// How many frames.
    pub fn packets(&self) -> u64 {
        self.packets.load(Relaxed)
    }

    /// How many bytes these had.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Relaxed)
    }

    /// How many frames were dropped.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Relaxed)
    }

    /// How many frames were not good.
    pub fn errors(&self) -> u64 {
        self.errors.load(Relaxed)
    }
}

impl Default for QueueStats {
    fn default() -> Self {
        Self::new()
    }
}

/// Adds without a locked instruction: nobody else counts.
fn count(counter: &Atomic<u64>, by: u64) {
    counter.store(counter.load(Relaxed).wrapping_add(by), Relaxed);
}

/// What a device sent and received (`struct rtnl_link_stats64`). See
/// [`Operations::stats`](super::Operations::stats).
pub struct Stats<'a>(&'a mut bindings::rtnl_link_stats64);

impl<'a> Stats<'a> {
    pub(super) fn new(stats: &'a mut bindings::rtnl_link_stats64) -> Self {
        Stats(stats)
    }

    /// Adds what a queue sent.
    pub fn sent(&mut self, queue: &QueueStats) {
        self.0.tx_packets += queue.packets();
        self.0.tx_bytes += queue.bytes();
        self.0.tx_dropped += queue.dropped();
        self.0.tx_errors += queue.errors();
    }

    /// Adds what a queue received.
    pub fn received(&mut self, queue: &QueueStats) {
        self.0.rx_packets += queue.packets();
        self.0.rx_bytes += queue.bytes();
        self.0.rx_dropped += queue.dropped();
        self.0.rx_errors += queue.errors();
    }

    /// Adds what the device itself counted; it may wrap.
    pub fn count(&mut self, what: Counter, by: u64) {
        let stats = &mut *self.0;
        let (counter, is_rx_error) = match what {
            Counter::RxError => (&mut stats.rx_errors, false),
            Counter::TxError => (&mut stats.tx_errors, false),
            Counter::TxDropped => (&mut stats.tx_dropped, false),
            Counter::Multicast => (&mut stats.multicast, false),
            Counter::RxMissed => (&mut stats.rx_missed_errors, false),
            Counter::RxDropped => (&mut stats.rx_dropped, false),
            Counter::RxLength => (&mut stats.rx_length_errors, true),
            Counter::RxCrc => (&mut stats.rx_crc_errors, true),
            Counter::RxFrame => (&mut stats.rx_frame_errors, true),
            Counter::RxFifo => (&mut stats.rx_fifo_errors, true),
            Counter::TxAborted => (&mut stats.tx_aborted_errors, false),
        };
        // What a device says need not make sense.
        *counter = counter.wrapping_add(by);
        if is_rx_error {
            stats.rx_errors = stats.rx_errors.wrapping_add(by);
        } else if what == Counter::TxAborted {
            stats.tx_errors = stats.tx_errors.wrapping_add(by);
        }
    }
}

/// What devices count. Errors of reception and transmission are errors of the device, too.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Counter {
    /// Received frames for several stations.
    Multicast,
    /// Frames for which there was no buffer. They count as dropped.
    RxMissed,
    /// Good frames that the device dropped for another reason.
    RxDropped,
    /// Frames of the wrong length.
    RxLength,
    /// Frames with a wrong checksum.
    RxCrc,
    /// Frames that did not end at a byte.
    RxFrame,
    /// Frames that the device lost.
    RxFifo,
    /// Received frames that were not good in another way.
    RxError,
    /// Frames that were not sent.
    TxAborted,
    /// Frames that could not be sent, for another reason.
    TxError,
    /// Frames that the device dropped instead of sending them.
    TxDropped,
}
