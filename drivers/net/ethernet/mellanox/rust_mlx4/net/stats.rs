// SPDX-License-Identifier: GPL-2.0

//! What rings count. It lasts as long as the network device, whether rings are open or not.

use kernel::{
    net::{
        device::{
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

/// Something that one task at a time counts, and that others read.
pub(crate) struct Count(Atomic<u64>);

impl Count {
    const fn new() -> Self {
        Count(Atomic::new(0))
    }

    /// One more. Works without a locked instruction.
    pub(crate) fn add_one(&self) {
        self.0.store(self.0.load(Relaxed).wrapping_add(1), Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// What a ring received (`struct mlx4_en_rx_ring`).
pub(crate) struct RxStats {
    /// Frames; those that were dropped, and those with errors.
    pub(crate) frames: QueueStats,
    /// Frames whose checksums the device found right.
    pub(crate) checksums_good: Count,
    /// Frames about whose checksums it said nothing.
    pub(crate) checksums_none: Count,
    /// Frames that it has summed up.
    pub(crate) checksums_complete: Count,
    /// Buffers that were allocated, and how often there was no memory for one.
    pub(crate) pages: Count,
    pub(crate) no_buffer: Count,
}

/// What a ring sent (`struct mlx4_en_tx_ring`).
pub(crate) struct TxStats {
    /// Frames, and those that were dropped.
    pub(crate) frames: QueueStats,
    /// Packets that the device cut into frames.
    pub(crate) cut: Count,
    /// Packets whose checksum the device made.
    pub(crate) checksums: Count,
    /// How often the ring was stopped, for there was no room, and how often it was woken.
    pub(crate) stopped: Count,
    pub(crate) woken: Count,
    /// Frames that the device was told of together with later ones.
    pub(crate) more: Count,
    /// How often the ring was stopped for too long.
    pub(crate) timeouts: Count,
}

impl TxStats {
    /// A packet is sent, as so many frames, which count for so many bytes.
    pub(super) fn count(&self, skb: &SkBuff, frames: usize, bytes: usize) {
        self.frames.add(frames, bytes);
        if skb.checksum_to_do().is_some() {
            self.checksums.add_one();
        }
        if skb.segmentation().is_some() {
            self.cut.add_one();
        }
    }

    /// Drops a packet that cannot be sent.
    pub(super) fn refuse(&self, skb: SkBuff, reason: DropReason) {
        self.frames.count_dropped();
        skb.free(reason);
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
            rx: RxStats {
                frames: QueueStats::new(),
                checksums_good: Count::new(),
                checksums_none: Count::new(),
                checksums_complete: Count::new(),
                pages: Count::new(),
                no_buffer: Count::new(),
            },
            tx: TxStats {
                frames: QueueStats::new(),
                cut: Count::new(),
                checksums: Count::new(),
                stopped: Count::new(),
                woken: Count::new(),
                more: Count::new(),
                timeouts: Count::new(),
            },
        }
    }

    /// Adds it to what the network device counts (`mlx4_en_fold_software_stats()`).
    pub(super) fn add_to(&self, stats: &mut Stats<'_>) {
        stats.received(&self.rx.frames);
        stats.sent(&self.tx.frames);
    }
}
