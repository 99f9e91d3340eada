// SPDX-License-Identifier: GPL-2.0

//! What channels count. It lasts as long as the network device, whether channels are open or not.

use kernel::{
    net::{
        device::{
            Counter,
            QueueStats,
            Stats, //
        },
        skbuff::{
            DropReason,
            SkBuff, //
        }, //
    },
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};

/// Adds without a locked instruction: each of these has one task at a time that counts.
fn add(counter: &Atomic<u64>, by: u64) {
    counter.store(counter.load(Relaxed).wrapping_add(by), Relaxed);
}

fn add_one(counter: &Atomic<u64>) {
    add(counter, 1);
}

/// What a channel received.
pub(crate) struct RxStats {
    /// Frames, and those with errors.
    pub(crate) frames: QueueStats,
    multicast: Atomic<u64>,
    /// How often there was no memory for a buffer.
    no_buffer: Atomic<u64>,
    /// Frames that the device has summed up.
    summed: Atomic<u64>,
}

/// Names of what is counted beside frames and bytes, as in the stock driver's statistics, and
/// values.
pub(crate) type Named = (&'static str, u64);

impl RxStats {
    fn new() -> Self {
        RxStats {
            frames: QueueStats::new(),
            multicast: Atomic::new(0),
            no_buffer: Atomic::new(0),
            summed: Atomic::new(0),
        }
    }

    /// A frame was received, which begins with its Ethernet header.
    pub(super) fn count(&self, skb: &SkBuff) {
        self.frames.add(1, skb.len());
        let to = skb.data().get(..6).unwrap_or_default();
        let is_group = to.first().is_some_and(|first| first & 1 != 0);
        if is_group && to != [0xff; 6] {
            add_one(&self.multicast);
        }
    }

    pub(super) fn count_no_buffer(&self) {
        add_one(&self.no_buffer);
    }

    pub(super) fn count_summed(&self) {
        add_one(&self.summed);
    }

    /// For ethtool.
    pub(crate) fn named(&self) -> [Named; 5] {
        [
            ("packets", self.frames.packets()),
            ("bytes", self.frames.bytes()),
            ("csum_complete", self.summed.load(Relaxed)),
            ("wqe_err", self.frames.errors()),
            ("buff_alloc_err", self.no_buffer.load(Relaxed)),
        ]
    }
}

/// What a channel sent.
pub(crate) struct TxStats {
    /// Frames, and those that were dropped.
    pub(crate) frames: QueueStats,
    /// Packets that the device cut into frames, and the bytes of these packets.
    cut: Atomic<u64>,
    cut_bytes: Atomic<u64>,
    /// Packets whose checksum the device made.
    checksums: Atomic<u64>,
    /// How often the queue was stopped, for there was no room.
    stopped: Atomic<u64>,
    /// Completions with errors.
    failed: Atomic<u64>,
}

impl TxStats {
    fn new() -> Self {
        TxStats {
            frames: QueueStats::new(),
            cut: Atomic::new(0),
            cut_bytes: Atomic::new(0),
            checksums: Atomic::new(0),
            stopped: Atomic::new(0),
            failed: Atomic::new(0),
        }
    }

    /// A packet is sent, as so many frames, which have so many bytes.
    pub(super) fn count(&self, skb: &SkBuff, frames: usize, bytes: usize) {
        self.frames.add(frames, bytes);
        if skb.checksum_to_do().is_some() {
            add_one(&self.checksums);
        }
        if skb.segmentation().is_some() {
            add_one(&self.cut);
            add(&self.cut_bytes, skb.len() as u64);
        }
    }

    /// Drops a packet that cannot be sent.
    pub(super) fn refuse(&self, skb: SkBuff, reason: DropReason) {
        self.frames.count_dropped();
        skb.free(reason);
    }

    pub(super) fn count_stopped(&self) {
        add_one(&self.stopped);
    }

    pub(super) fn count_failed(&self) {
        add_one(&self.failed);
    }

    /// For ethtool.
    pub(crate) fn named(&self) -> [Named; 8] {
        [
            ("packets", self.frames.packets()),
            ("bytes", self.frames.bytes()),
            ("tso_packets", self.cut.load(Relaxed)),
            ("tso_bytes", self.cut_bytes.load(Relaxed)),
            ("csum_partial", self.checksums.load(Relaxed)),
            ("stopped", self.stopped.load(Relaxed)),
            ("dropped", self.frames.dropped()),
            ("cqe_err", self.failed.load(Relaxed)),
        ]
    }
}

/// What a channel counts.
pub(crate) struct ChannelStats {
    pub(crate) rx: RxStats,
    pub(crate) tx: TxStats,
}

impl ChannelStats {
    pub(super) fn new() -> Self {
        ChannelStats {
            rx: RxStats::new(),
            tx: TxStats::new(),
        }
    }

    /// Adds it to what the network device counts (`mlx5e_fold_sw_stats64()`).
    pub(super) fn add_to(&self, stats: &mut Stats<'_>) {
        stats.received(&self.rx.frames);
        stats.count(Counter::Multicast, self.rx.multicast.load(Relaxed));
        stats.sent(&self.tx.frames);
    }
}
