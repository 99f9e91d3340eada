// SPDX-License-Identifier: GPL-2.0

//! Looking after what was sent.

use super::{
    super::{
        cq::{
            entry,
            Completion,
            Looked,
            Reader, //
        },
        maker::Maker,
        stats::TxStats,
        wqe, //
    },
    ring::Ring,
    START, //
};

use crate::card::Card;

use kernel::{
    net::{
        device::Completions,
        napi::Polling, //
    },
    prelude::*,
    sync::{
        barrier,
        Arc, //
    }, //
};

/// How many requests are looked after in one go (`MLX4_EN_DEFAULT_TX_WORK`).
const BUDGET: usize = 256;

/// Looks after what was sent by a channel.
pub(crate) struct Sent<'open, 'up> {
    card: &'up Card<'up>,
    port: u8,
    ring: Arc<Ring<'up>>,
    /// The queue's number.
    number: u32,
    completions: Reader<'up>,
    queue: Completions<'open>,
    stats: &'open TxStats,
    /// How many basic blocks the device has done with.
    done: u32,
    /// Whether the queue has failed: it sends nothing more.
    failed: bool,
}

impl<'open, 'up> Sent<'open, 'up> {
    pub(crate) fn new(
        maker: &Maker<'up>,
        ring: Arc<Ring<'up>>,
        number: u32,
        completions: Reader<'up>,
        queue: Completions<'open>,
        stats: &'open TxStats,
    ) -> Self {
        Sent {
            card: maker.card,
            port: maker.port,
            ring,
            number,
            completions,
            queue,
            stats,
            done: 0,
            failed: false,
        }
    }

    pub(crate) fn completions(&self) -> &Reader<'up> {
        &self.completions
    }

    /// Gives back packets that were sent (`mlx4_en_process_tx_cq()`).
    pub(crate) fn poll(&mut self, cx: &mut Polling<'_>) -> Looked {
        let had_failed = self.failed;
        let (mut work, mut frames, mut bytes) = (0, 0, 0);
        let mut has_more = false;
        while let Some(completion) = self.completions.next() {
            if completion.has_failed() {
                self.fail(&completion);
            }
            let (more_frames, more_bytes) = self.give_back(cx, completion.get(entry::WQE));
            frames += more_frames;
            bytes += more_bytes;
            // Also if nothing comes of it.
            work += more_frames.max(1);
            if work >= BUDGET {
                has_more = true;
                break;
            }
        }
        self.completions.consumed();
        // The device must have room for completions before the sender has it for requests.
        barrier::dma_mb(barrier::Write);
        self.ring.set_done(self.done);
        if frames > 0 {
            let ring = &self.ring;
            if self.queue.completed(frames, bytes, START, || ring.room()) {
                self.stats.woken.add_one();
            }
        }
        Looked {
            has_more,
            has_failed: self.failed && !had_failed,
        }
    }

    /// Gives back packets up to the one whose request begins with block `last` of the ring. Returns
    /// how many they were, and how many bytes they count for.
    fn give_back(&mut self, cx: &mut Polling<'_>, last: u16) -> (usize, usize) {
        let (mut frames, mut bytes) = (0, 0);
        let last = self.ring.index(last.into());
        // What the device did not get it cannot have done.
        if !self.ring.has(last, self.done) {
            return (0, 0);
        }
        while let Some(sent) = self.ring.pop(self.done) {
            let is_last = self.ring.index(self.done) == last;
            self.done = self.done.wrapping_add(sent.blocks.into());
            frames += 1;
            bytes += sent.bytes;
            cx.consume(sent.packet.take());
            if is_last {
                break;
            }
        }
        (frames, bytes)
    }

    /// Logs what a completion says about a failure (`mlx4_en_handle_err_cqe()`).
    fn fail(&mut self, completion: &Completion) {
        if self.failed {
            return;
        }
        self.failed = true;
        let dev = self.card.dev.as_ref();
        let (queue, index) = self.completions.place();
        dev_err!(
            dev,
            "Port {}: CQE error - cqn 0x{:x}, ci 0x{:x}, vendor syndrome: 0x{:x} \
             syndrome: 0x{:x}\n",
            self.port,
            queue,
            index,
            completion.get(entry::VENDOR_SYNDROME),
            completion.get(entry::SYNDROME)
        );
        let index = self.ring.index(completion.get(entry::WQE).into());
        dev_err!(
            dev,
            "Port {}: Related WQE - qpn 0x{:x}, wqe index 0x{:x}, wqe size 0x{:x}\n",
            self.port,
            self.number,
            index,
            self.ring.blocks(index) << wqe::LOG_BLOCK
        );
        dev_err!(dev, "Port {}: Scheduling port restart\n", self.port);
    }
}
