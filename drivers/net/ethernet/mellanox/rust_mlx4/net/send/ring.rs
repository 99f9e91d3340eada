// SPDX-License-Identifier: GPL-2.0

//! A send queue's memory: a ring of basic blocks, and the packets that are in it.

use super::{
    super::{
        maker::Maker,
        qp::{
            HasEntries,
            Shape, //
        },
        wqe::{
            self,
            Request, //
        }, //
    },
    packet::Packet, //
};

use crate::queue::{
    HasMemory,
    Memory, //
};

use kernel::{
    new_spinlock,
    prelude::*,
    sync::{
        atomic::{
            Acquire,
            Atomic,
            Relaxed,
            Release, //
        },
        Arc,
        SpinLock, //
    }, //
};

/// A packet that the device is to send.
pub(super) struct Waiting<'up> {
    pub(super) packet: Packet<'up>,
    /// How many bytes it counts for.
    pub(super) bytes: usize,
    pub(super) blocks: u16,
}

/// A send queue's memory, and the packets in it.
#[pin_data]
pub(crate) struct Ring<'up> {
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
}

impl<'up> HasEntries<'up> for Ring<'up> {
    fn shape(&self) -> Shape {
        self.shape
    }
}

impl<'up> Ring<'up> {
    pub(crate) fn new(maker: &Maker<'up>, log_size: u8) -> Result<Arc<Self>> {
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
    pub(super) fn room(&self) -> usize {
        // CAST: No more than the ring's size.
        self.shape.len() - self.used() as usize
    }

    /// How many blocks are used.
    fn used(&self) -> u32 {
        let done = self.done.load(Acquire);
        self.written.load(Acquire).wrapping_sub(done)
    }

    /// The owner's bit of the block that the driver writes as number `at`.
    fn owner(&self, at: u32) -> bool {
        at >> self.shape.log_size & 1 != 0
    }

    /// Appends a request, and keeps its packet. One task at a time does that, and there is room.
    ///
    /// The device may read any block at any time: the first one is written last, and of each the
    /// first word.
    pub(super) fn push(&self, request: &mut Request, packet: Packet<'up>) {
        let at = self.written.load(Relaxed);
        request.finish(self.owner(at));
        let blocks = request.blocks();
        if let Some(slot) = self.waiting.lock().get_mut(self.shape.index(at)) {
            *slot = Some(Waiting {
                packet,
                bytes: request.bytes,
                blocks,
            });
        }
        // From here on the device may say that it has sent it.
        self.written.store(at.wrapping_add(blocks.into()), Release);
        let parts = request.data().chunks_exact(wqe::BLOCK);
        for (number, block) in (0..blocks.into()).zip(parts).rev() {
            let offset = self.shape.offset(at.wrapping_add(number));
            // There are as many blocks.
            let _ = self.memory.buffer.write_first_last(offset, block);
        }
    }

    /// Which block of the ring one with that number is.
    pub(super) fn index(&self, at: u32) -> usize {
        self.shape.index(at)
    }

    /// Whether the device may have sent what begins with block `index` of the ring, as it has done
    /// with `done` blocks.
    pub(super) fn has(&self, index: usize, done: u32) -> bool {
        let ahead = index.wrapping_sub(self.index(done)) & (self.shape.len() - 1);
        // CAST: No more than the ring's size.
        ahead < self.written.load(Acquire).wrapping_sub(done) as usize
    }

    /// Takes the packet of the request whose first block has number `at`, if there is one. Its
    /// blocks have nothing in them then that the device could take for a request of the next round.
    pub(super) fn pop(&self, at: u32) -> Option<Waiting<'up>> {
        let mut waiting = self.waiting.lock();
        let sent = waiting.get_mut(self.index(at))?.take();
        drop(waiting);
        let sent = sent?;
        for number in 0..sent.blocks.into() {
            let at = at.wrapping_add(number);
            let stamp = wqe::stamp(self.owner(at));
            // There is such a block.
            let _ = self.memory.buffer.set_word(self.shape.offset(at), stamp);
        }
        Some(sent)
    }

    /// How many blocks the request has that begins with block `index` of the ring.
    pub(super) fn blocks(&self, index: usize) -> usize {
        let waiting = self.waiting.lock();
        let waiting = waiting.get(index).and_then(Option::as_ref);
        waiting.map_or(0, |waiting| waiting.blocks.into())
    }

    /// The device has done with so many blocks: the sender has room for others.
    pub(super) fn set_done(&self, done: u32) {
        self.done.store(done, Release);
    }
}
