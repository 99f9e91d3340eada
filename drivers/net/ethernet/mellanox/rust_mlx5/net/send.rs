// SPDX-License-Identifier: GPL-2.0

//! Sending frames: requests (WQEs) in a ring of basic blocks, and packets that wait until the
//! device has read them.

use super::{
    hw::{
        HasWorkQueue,
        Reader,
        Records,
        WorkQueue, //
    },
    stats::TxStats,
    wqe::{
        self,
        Inline,
        Request, //
    }, //
};

use crate::{
    card::Card,
    layout::{
        Block,
        Cqe, //
    }, //
};

use kernel::{
    net::{
        device::{
            Completions,
            Frame,
            Transmit,
            TxQueue, //
        },
        napi::Polling,
        skbuff::{
            DropReason,
            Mapped,
            SkBuff, //
        }, //
    },
    new_spinlock,
    prelude::*,
    sync::{
        atomic::{
            Acquire,
            Atomic,
            Relaxed,
            Release, //
        },
        barrier,
        Arc,
        SpinLock, //
    }, //
};

/// Where in a page of doorbells that of send queues is.
const DOORBELL: usize = 0x800;

/// What a completion says that happened (`MLX5_CQE_REQ_ERR`).
const FAILED: u8 = 0xd;

/// How many completions are looked at in one go (`MLX5E_TX_CQ_POLL_BUDGET`).
const BUDGET: usize = 128;

/// A packet that the device is to read.
struct Waiting<'up> {
    packet: Mapped<'up>,
    /// How many bytes it counts for.
    bytes: usize,
    blocks: u16,
}

/// A send queue's memory, and the packets in it.
#[pin_data]
pub(super) struct Ring<'up> {
    queue: WorkQueue<'up>,
    /// How many basic blocks were written, and how many the device has done with.
    written: Atomic<u32>,
    done: Atomic<u32>,
    /// By the first of their blocks.
    #[pin]
    waiting: SpinLock<KVVec<Option<Waiting<'up>>>>,
}

impl<'up> HasWorkQueue<'up> for Ring<'up> {
    fn work_queue(&self) -> &WorkQueue<'up> {
        &self.queue
    }
}

impl<'up> Ring<'up> {
    pub(super) fn new(
        card: &'up Card<'up>,
        records: &Records<'up>,
        log_size: u8,
    ) -> Result<Arc<Self>> {
        let queue = WorkQueue::new(card, records, log_size, wqe::LOG_BLOCK)?;
        let mut waiting = KVVec::with_capacity(queue.len(), GFP_KERNEL)?;
        for _ in 0..queue.len() {
            waiting.push(None, GFP_KERNEL)?;
        }
        let ring = pin_init!(Ring {
            queue,
            written: Atomic::new(0),
            done: Atomic::new(0),
            waiting <- new_spinlock!(waiting),
        });
        Arc::pin_init(ring, GFP_KERNEL)
    }

    /// How many basic blocks were written, and how many the device has done with.
    pub(super) fn progress(&self) -> (u32, u32) {
        (self.written.load(Relaxed), self.done.load(Relaxed))
    }

    /// How many blocks there is room for.
    fn room(&self) -> usize {
        let used = self
            .written
            .load(Relaxed)
            .wrapping_sub(self.done.load(Acquire));
        // CAST: No more than the ring's size.
        self.queue.len() - used as usize
    }
}

/// Sends the frames of a channel.
pub(crate) struct Sender<'open, 'up> {
    card: &'up Card<'up>,
    ring: Arc<Ring<'up>>,
    /// The queue's number, and where its doorbell is.
    queue: u32,
    uar: u32,
    /// The key for all memory.
    key: u32,
    /// What of each frame is in its request.
    inline: Inline,
    /// The request for the frame that is sent.
    request: KBox<Request>,
    stats: &'open TxStats,
    /// How the last request begins, if the device was not told of it.
    untold: Option<u64>,
}

impl<'open, 'up> Sender<'open, 'up> {
    pub(super) fn new(
        card: &'up Card<'up>,
        ring: Arc<Ring<'up>>,
        (queue, uar): (u32, u32),
        key: u32,
        inline: Inline,
        stats: &'open TxStats,
    ) -> Result<Self> {
        Ok(Sender {
            card,
            ring,
            queue,
            uar,
            key,
            inline,
            request: Request::memory()?,
            stats,
            untold: None,
        })
    }

    /// Writes a request for a packet, and keeps that. Returns what is written to the doorbell.
    fn write(&mut self, queue: &mut TxQueue<'_>, skb: SkBuff) -> Option<u64> {
        let (stats, request) = (self.stats, &mut self.request);
        if request.begin(&skb, &self.inline).is_err() {
            stats.refuse(skb, DropReason::PktTooBig);
            return None;
        }
        let bytes = request.bytes;
        let mut packet = match skb.map(self.card.dev.as_ref()) {
            Ok(packet) => packet,
            Err((skb, _)) => {
                stats.refuse(skb, DropReason::NoMem);
                return None;
            }
        };
        if request.add_parts(packet.parts(), self.key).is_err() {
            stats.refuse(packet.unmap(), DropReason::PktTooBig);
            return None;
        }
        let at = self.ring.written.load(Relaxed);
        let control = request.finish(self.queue, at);
        let blocks = request.blocks();
        for (number, block) in (0..).zip(request.data().chunks(1 << wqe::LOG_BLOCK)) {
            let offset = self.ring.queue.offset(at.wrapping_add(number));
            if self.ring.queue.buffer.write(offset, block).is_err() {
                stats.refuse(packet.unmap(), DropReason::DevReady);
                return None;
            }
        }
        packet.stamp(queue);
        queue.sent(bytes);
        stats.count(packet.skb(), request.frames, bytes);
        let index = self.ring.queue.index(at);
        if let Some(slot) = self.ring.waiting.lock().get_mut(index) {
            *slot = Some(Waiting {
                packet,
                bytes,
                blocks,
            });
        }
        let written = at.wrapping_add(blocks.into());
        self.ring.written.store(written, Release);
        Some(control)
    }

    /// Tells the device how far it can go on, with the beginning of the last request
    /// (`mlx5e_notify_hw()`).
    fn notify(&self, control: u64) {
        let written = self.ring.written.load(Relaxed);
        // The device must not see how many there are before it sees them.
        barrier::dma_mb(barrier::Write);
        self.ring.queue.record.set_second(written & 0xffff);
        // It reads that when it has got the doorbell.
        barrier::dma_mb(barrier::Write);
        // CAST: A number of a page of the BAR, as the device has said it. If there is none, the
        // queue could not be made.
        let _ = self
            .card
            .segment
            .ring_wide(self.uar as usize, DOORBELL, control);
    }
}

impl Transmit for Sender<'_, '_> {
    fn start_xmit(&mut self, queue: &mut TxQueue<'_>, mut frame: Frame<'_>) {
        if frame.part_count() > wqe::MAX_PARTS && frame.linearize().is_err() {
            self.stats.refuse(frame.take(), DropReason::NoMem);
        } else if let Some(control) = self.write(queue, frame.take()) {
            self.untold = Some(control);
        }
        let ring = &self.ring;
        if queue.stop_below(wqe::MAX_BLOCKS, 2 * wqe::MAX_BLOCKS, || ring.room()) {
            self.stats.count_stopped();
        }
        // Also if this frame was refused: others may have waited for it.
        if queue.needs_doorbell() {
            if let Some(control) = self.untold.take() {
                self.notify(control);
            }
        }
    }
}

/// Looks after what was sent by a channel.
pub(super) struct Sent<'open, 'up> {
    ring: Arc<Ring<'up>>,
    completions: Reader<'up>,
    queue: Completions<'open>,
    stats: &'open TxStats,
    /// How many basic blocks the device has done with.
    done: u32,
    /// Whether the queue has failed: it sends nothing more.
    failed: bool,
}

impl<'open, 'up> Sent<'open, 'up> {
    pub(super) fn new(
        ring: Arc<Ring<'up>>,
        completions: Reader<'up>,
        queue: Completions<'open>,
        stats: &'open TxStats,
    ) -> Self {
        Sent {
            ring,
            completions,
            queue,
            stats,
            done: 0,
            failed: false,
        }
    }

    pub(super) fn completions(&self) -> &Reader<'up> {
        &self.completions
    }

    /// Gives back packets that were sent. Returns whether there may be more, and whether the queue
    /// was found failed.
    pub(super) fn poll(&mut self, cx: &mut Polling<'_>) -> (bool, bool) {
        let (mut frames, mut bytes) = (0, 0);
        let had_failed = self.failed;
        let mut count = 0;
        while count < BUDGET {
            let Some(completion) = self.completions.next() else {
                break;
            };
            count += 1;
            if completion.get(Cqe::OPCODE) == FAILED {
                self.fail(&completion);
            }
            let (more_frames, more_bytes) = self.give_back(cx, completion.get(Cqe::WQE_COUNTER));
            frames += more_frames;
            bytes += more_bytes;
        }
        self.completions.consumed();
        // The device must have room for completions before the sender has it for requests.
        barrier::dma_mb(barrier::Write);
        self.ring.done.store(self.done, Release);
        if count > 0 {
            let ring = &self.ring;
            self.queue
                .completed(frames, bytes, 2 * wqe::MAX_BLOCKS, || ring.room());
        }
        (count == BUDGET, self.failed && !had_failed)
    }

    /// Gives back packets up to the one whose request begins with block number `last`. Returns how
    /// many they were, and how many bytes they count for.
    fn give_back(&mut self, cx: &mut Polling<'_>, last: u16) -> (usize, usize) {
        let (mut frames, mut bytes) = (0, 0);
        let written = self.ring.written.load(Acquire);
        // What the device did not get it cannot have done.
        // CAST: The numbers have 16 bits there.
        if u32::from(last.wrapping_sub(self.done as u16)) >= written.wrapping_sub(self.done) {
            self.stats.count_failed();
            return (0, 0);
        }
        loop {
            let index = self.ring.queue.index(self.done);
            let sent = {
                let mut waiting = self.ring.waiting.lock();
                waiting.get_mut(index).and_then(Option::take)
            };
            let Some(sent) = sent else {
                break;
            };
            // CAST: As above.
            let is_last = self.done as u16 == last;
            self.done = self.done.wrapping_add(sent.blocks.into());
            frames += 1;
            bytes += sent.bytes;
            cx.consume(sent.packet.unmap());
            if is_last {
                break;
            }
        }
        (frames, bytes)
    }

    fn fail(&mut self, completion: &Block<Cqe>) {
        self.stats.count_failed();
        if !self.failed {
            self.completions.report(completion);
        }
        self.failed = true;
    }
}
