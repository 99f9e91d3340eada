// SPDX-License-Identifier: GPL-2.0

//! Sending frames: requests (WQEs) in a ring of basic blocks, and packets that wait until the
//! device has read them.

mod packet;
mod ring;
mod sent;

pub(super) use self::{
    ring::Ring,
    sent::Sent, //
};

use self::packet::Packet;

use super::{
    maker::Maker,
    offloads::Offloads,
    stats::TxStats,
    wqe::{
        self,
        Request, //
    }, //
};

use crate::card::Card;

use kernel::{
    net::{
        device::{
            Frame,
            Transmit,
            TxQueue, //
        },
        skbuff::{
            DropReason,
            SkBuff, //
        }, //
    },
    prelude::*,
    sync::{
        barrier,
        Arc, //
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
    /// The request for the packet that is sent.
    request: KBox<Request>,
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
    ) -> Result<Self> {
        Ok(Sender {
            card: maker.card,
            ring,
            queue,
            uar: maker.doorbells,
            key: maker.key,
            offloads,
            request: Request::memory()?,
            stats,
            untold: false,
        })
    }

    /// Writes a request for a packet, and keeps that (`mlx4_en_xmit()`). Returns whether there is
    /// one.
    fn write(&mut self, queue: &mut TxQueue<'_>, skb: SkBuff) -> bool {
        let (stats, request) = (self.stats, &mut *self.request);
        if request.begin(&skb, self.offloads).is_err() {
            stats.refuse(skb, DropReason::PktTooBig);
            return false;
        }
        let mut packet = if request.has_all_of(&skb) {
            Packet::Copied(skb)
        } else {
            match skb.map(self.card.dev.as_ref()) {
                Ok(packet) => {
                    if request.add_parts(packet.parts(), self.key).is_err() {
                        stats.refuse(packet.unmap(), DropReason::PktTooBig);
                        return false;
                    }
                    Packet::Read(packet)
                }
                Err((skb, _)) => {
                    stats.refuse(skb, DropReason::NoMem);
                    return false;
                }
            }
        };
        packet.stamp(queue);
        queue.sent(request.bytes);
        stats.count(packet.skb(), request.frames, request.bytes);
        self.ring.push(request, packet);
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
            self.stats.refuse(frame.take(), DropReason::NoMem);
        } else if self.ring.room() < STOP_BELOW {
            // The queue was not stopped in time, which nothing should do.
            self.stats.refuse(frame.take(), DropReason::FullRing);
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
