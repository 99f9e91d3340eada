// SPDX-License-Identifier: GPL-2.0

//! Sending frames: requests (WQEs) in a ring of basic blocks, and packets that wait until the
//! device has read them.

use super::{
    cq::{
        entry,
        Completion,
        Reader, //
    },
    maker::Maker,
    offloads::Offloads,
    qp::{
        HasMemory,
        Shape, //
    },
    stats::TxStats,
    wqe::{
        self,
        Request, //
    }, //
};

use crate::{
    card::Card,
    queue::Memory, //
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

/// Where in a page of doorbells that of send queues is (`MLX4_SEND_DOORBELL`).
const DOORBELL: usize = 0x14;

/// How many blocks the device may read ahead, which the driver must not write at the same time
/// (`HEADROOM`).
const HEADROOM: usize = 2048 / wqe::BLOCK + 1;

/// The queue is stopped when there is room for fewer blocks.
const STOP_BELOW: usize = HEADROOM + wqe::MAX_BLOCKS;

/// It goes on when there is room for so many again.
const START: usize = STOP_BELOW + wqe::MAX_BLOCKS;

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
    memory: Memory<'up>,
    shape: Shape,
    /// How many basic blocks were written, and how many the device has done with.
    written: Atomic<u32>,
    done: Atomic<u32>,
    /// By the first of their blocks.
    #[pin]
    waiting: SpinLock<KVVec<Option<Waiting<'up>>>>,
}

impl<'up> HasMemory<'up> for Ring<'up> {
    fn memory(&self) -> &Memory<'up> {
        &self.memory
    }

    fn shape(&self) -> Shape {
        self.shape
    }
}

impl<'up> Ring<'up> {
    pub(super) fn new(maker: &Maker<'up>, log_size: u8) -> Result<Arc<Self>> {
        let shape = Shape {
            log_size,
            log_stride: wqe::LOG_BLOCK,
        };
        let memory = maker.memory(shape.bytes())?;
        let mut waiting = KVVec::with_capacity(shape.len(), GFP_KERNEL)?;
        for _ in 0..shape.len() {
            waiting.push(None, GFP_KERNEL)?;
        }
        for at in (0..shape.bytes()).step_by(wqe::BLOCK) {
            memory.buffer.set_word(at, wqe::stamp(true))?;
        }
        let ring = pin_init!(Ring {
            memory,
            shape,
            written: Atomic::new(0),
            done: Atomic::new(0),
            waiting <- new_spinlock!(waiting),
        });
        Arc::pin_init(ring, GFP_KERNEL)
    }

    /// How many blocks are not used.
    fn room(&self) -> usize {
        let used = self
            .written
            .load(Relaxed)
            .wrapping_sub(self.done.load(Acquire));
        // CAST: No more than the ring's size.
        self.shape.len() - used as usize
    }

    /// The owner's bit of the block that the driver writes as number `at`.
    fn owner(&self, at: u32) -> bool {
        at >> self.shape.log_size & 1 != 0
    }

    /// Writes a request, the first block of which is number `at`. The device may read any block
    /// at any time: the first one is written last, and of each the first word.
    fn write(&self, at: u32, request: &Request) -> Result {
        let blocks = request.bytes().chunks_exact(wqe::BLOCK);
        for (number, block) in (0..request.blocks().into()).zip(blocks).rev() {
            let offset = self.shape.offset(at.wrapping_add(number));
            self.memory.buffer.write_first_last(offset, block)?;
        }
        Ok(())
    }

    /// Has blocks have nothing in them that the device could take for a request of the next round.
    fn stamp(&self, at: u32, blocks: u16) {
        for number in 0..blocks.into() {
            let at = at.wrapping_add(number);
            let stamp = wqe::stamp(self.owner(at));
            // There is such a block.
            let _ = self.memory.buffer.set_word(self.shape.offset(at), stamp);
        }
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
    offloads: &'open Offloads,
    stats: &'open TxStats,
    /// Whether there is a request that the device was not told of.
    untold: bool,
}

impl<'open, 'up> Sender<'open, 'up> {
    pub(super) fn new(
        maker: &Maker<'up>,
        ring: Arc<Ring<'up>>,
        queue: u32,
        offloads: &'open Offloads,
        stats: &'open TxStats,
    ) -> Self {
        Sender {
            card: maker.card,
            ring,
            queue,
            uar: maker.doorbells,
            key: maker.key,
            offloads,
            stats,
            untold: false,
        }
    }

    /// Drops a packet that cannot be sent.
    fn refuse(&self, skb: SkBuff, reason: DropReason) {
        self.stats.frames.count_dropped();
        skb.free(reason);
    }

    /// Writes a request for a packet, and keeps that (`mlx4_en_xmit()`). Returns whether there is
    /// one.
    fn write(&mut self, queue: &mut TxQueue<'_>, skb: SkBuff) -> bool {
        let checksum = skb.checksum_to_do().is_some();
        let mut request = Request::new(&skb, self.offloads);
        let bytes = wqe::frame_length(&skb);
        let packet = match skb.map(self.card.dev.as_ref()) {
            Ok(packet) => packet,
            Err((skb, _)) => {
                self.refuse(skb, DropReason::NoMem);
                return false;
            }
        };
        if request.add_parts(packet.parts(), self.key).is_err() {
            self.refuse(packet.unmap(), DropReason::PktTooBig);
            return false;
        }
        let at = self.ring.written.load(Relaxed);
        request.finish(self.ring.owner(at));
        let blocks = request.blocks();
        // Before the device can have sent it: it may look at any time.
        let index = self.ring.shape.index(at);
        if let Some(slot) = self.ring.waiting.lock().get_mut(index) {
            *slot = Some(Waiting {
                packet,
                bytes,
                blocks,
            });
        }
        queue.sent(bytes);
        self.stats.frames.add(1, bytes);
        if checksum {
            self.stats.checksums.add_one();
        }
        let written = at.wrapping_add(blocks.into());
        self.ring.written.store(written, Release);
        // There is room for it, and the ring has all of its memory.
        let _ = self.ring.write(at, &request);
        true
    }

    /// Tells the device that there are requests (`mlx4_en_xmit_doorbell()`).
    fn notify(&self) {
        // It reads them when it has got the doorbell.
        barrier::dma_mb(barrier::Write);
        // The page was there when the queue was made.
        let _ = self.card.ring(self.uar, DOORBELL, self.queue << 8);
    }
}

impl Transmit for Sender<'_, '_> {
    fn start_xmit(&mut self, queue: &mut TxQueue<'_>, mut frame: Frame<'_>) {
        if frame.part_count() > wqe::MAX_PARTS && frame.linearize().is_err() {
            self.refuse(frame.take(), DropReason::NoMem);
        } else if self.ring.room() < STOP_BELOW {
            // The queue was not stopped in time, which nothing should do.
            self.refuse(frame.take(), DropReason::FullRing);
        } else {
            self.untold |= self.write(queue, frame.take());
        }
        let ring = &self.ring;
        if queue.stop_below(STOP_BELOW, START, || ring.room()) {
            self.stats.stopped.add_one();
        }
        // Also if this frame was refused: others may have waited for it.
        if !self.untold {
            return;
        }
        if queue.needs_doorbell() {
            self.notify();
            self.untold = false;
        } else {
            self.stats.more.add_one();
        }
    }
}

/// Looks after what was sent by a channel.
pub(super) struct Sent<'open, 'up> {
    card: &'up Card<'up>,
    port: u8,
    ring: Arc<Ring<'up>>,
    /// The queue's number.
    number: u32,
    completions: Reader<'up>,
    queue: Completions<'open>,
    offloads: &'open Offloads,
    stats: &'open TxStats,
    /// How many basic blocks the device has done with.
    done: u32,
    /// Whether the queue has failed: it sends nothing more.
    failed: bool,
}

/// What came of looking after it.
pub(super) struct Looked {
    /// There may be more to do.
    pub(super) has_more: bool,
    /// The queue was found failed.
    pub(super) has_failed: bool,
}

impl<'open, 'up> Sent<'open, 'up> {
    pub(super) fn new(
        maker: &Maker<'up>,
        ring: Arc<Ring<'up>>,
        number: u32,
        completions: Reader<'up>,
        queue: Completions<'open>,
        offloads: &'open Offloads,
        stats: &'open TxStats,
    ) -> Self {
        Sent {
            card: maker.card,
            port: maker.port,
            ring,
            number,
            completions,
            queue,
            offloads,
            stats,
            done: 0,
            failed: false,
        }
    }

    pub(super) fn completions(&self) -> &Reader<'up> {
        &self.completions
    }

    /// Gives back packets that were sent (`mlx4_en_process_tx_cq()`).
    pub(super) fn poll(&mut self, cx: &mut Polling<'_>) -> Looked {
        // CAST: A number of descriptors.
        let budget = self.offloads.tx_work().max(1) as usize;
        let had_failed = self.failed;
        let (mut frames, mut bytes) = (0, 0);
        let mut has_more = false;
        while let Some(completion) = self.completions.next() {
            if completion.has_failed() {
                self.fail(&completion);
            }
            let (more_frames, more_bytes) = self.give_back(cx, completion.get(entry::WQE));
            frames += more_frames;
            bytes += more_bytes;
            if frames >= budget {
                has_more = true;
                break;
            }
        }
        self.completions.consumed();
        // The device must have room for completions before the sender has it for requests.
        barrier::dma_mb(barrier::Write);
        self.ring.done.store(self.done, Release);
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
        let shape = self.ring.shape;
        let written = self.ring.written.load(Acquire);
        let last = shape.index(last.into());
        // What the device did not get it cannot have done.
        // CAST: Less than the ring's size.
        let ahead = last.wrapping_sub(shape.index(self.done)) & (shape.len() - 1);
        if ahead as u32 >= written.wrapping_sub(self.done) {
            return (0, 0);
        }
        loop {
            let index = shape.index(self.done);
            let sent = {
                let mut waiting = self.ring.waiting.lock();
                waiting.get_mut(index).and_then(Option::take)
            };
            let Some(sent) = sent else {
                break;
            };
            self.ring.stamp(self.done, sent.blocks);
            self.done = self.done.wrapping_add(sent.blocks.into());
            frames += 1;
            bytes += sent.bytes;
            cx.consume(sent.packet.unmap());
            if index == last {
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
            "Port {}: CQE error - cqn 0x{:x}, ci 0x{:x}, vendor syndrome: 0x{:x} syndrome: 0x{:x}\n",
            self.port,
            queue,
            index,
            completion.get(entry::VENDOR_SYNDROME),
            completion.get(entry::SYNDROME)
        );
        let index = self.ring.shape.index(completion.get(entry::WQE).into());
        let blocks = {
            let waiting = self.ring.waiting.lock();
            let sent = waiting.get(index).and_then(Option::as_ref);
            sent.map_or(0, |sent| usize::from(sent.blocks))
        };
        dev_err!(
            dev,
            "Port {}: Related WQE - qpn 0x{:x}, wqe index 0x{:x}, wqe size 0x{:x}\n",
            self.port,
            self.number,
            index,
            blocks << wqe::LOG_BLOCK
        );
        dev_err!(dev, "Port {}: Scheduling port restart\n", self.port);
    }
}
