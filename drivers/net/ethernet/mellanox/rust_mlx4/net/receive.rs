// SPDX-License-Identifier: GPL-2.0

//! Receiving frames: into buffers that the device is given, each of which becomes a packet.

mod checksum;
mod parts;

use self::{
    checksum::Received,
    parts::Parts, //
};

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
    stats::RxStats,
    wqe::{
        self,
        data, //
    }, //
};

use crate::{
    caps::Feature,
    card::Card,
    queue::Memory, //
};

use kernel::{
    dma::{
        DataDirection,
        Mapped, //
    },
    net::{
        device::RxQueue,
        napi::Polling,
        skbuff::{
            Checksum,
            HashOf,
            RxBuffer,
            SkBuff, //
        }, //
    },
    new_spinlock,
    prelude::*,
    sync::{
        barrier,
        Arc,
        SpinLock, //
    }, //
};

/// How many completions are looked at in one go, whether a packet comes of them or not.
const BUDGET: usize = 64;

/// How many buffers are given at once at least.
const BULK: u32 = 8;

/// How many a queue has to have when it begins (`MLX4_EN_MIN_RX_SIZE`).
const LEAST: u32 = 256;

/// How long the checksum behind a frame is.
const FCS: usize = 4;

type Slot<'up> = Option<Mapped<'up, RxBuffer>>;

/// A receive queue's memory, and the buffers that the device has.
#[pin_data]
pub(super) struct Ring<'up> {
    memory: Memory<'up>,
    shape: Shape,
    parts: Parts,
    #[pin]
    buffers: SpinLock<KVVec<Slot<'up>>>,
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
    /// Memory for `1 << log_size` buffers, for frames of that MTU (`mlx4_en_activate_rx_rings()`).
    pub(super) fn new(maker: &Maker<'up>, log_size: u8, mtu: u32) -> Result<Arc<Self>> {
        let parts = Parts::new(mtu);
        let shape = Shape {
            log_size,
            log_stride: parts.log_stride(),
        };
        // The queue pair has a queue to send, too, of one block, which is before this one.
        let memory = maker.memory(wqe::BLOCK + shape.bytes())?;
        memory.buffer.set_word(0, wqe::SEND_NOTHING)?;
        let mut buffers = KVVec::with_capacity(shape.len(), GFP_KERNEL)?;
        for at in 0..shape.len() {
            let descriptor = parts.descriptor(maker.key);
            let place = wqe::BLOCK + (at << shape.log_stride);
            memory
                .buffer
                .write(place, &descriptor[..1 << shape.log_stride])?;
            buffers.push(None, GFP_KERNEL)?;
        }
        let ring = pin_init!(Ring {
            memory,
            shape,
            parts,
            buffers <- new_spinlock!(buffers),
        });
        Arc::pin_init(ring, GFP_KERNEL)
    }
}

/// Receives the frames of a channel.
pub(super) struct Receiver<'open, 'up> {
    card: &'up Card<'up>,
    port: u8,
    ring: Arc<Ring<'up>>,
    completions: Reader<'up>,
    queue: RxQueue<'open>,
    offloads: &'open Offloads,
    stats: &'open RxStats,
    /// Whether the device sums up frames that are neither TCP nor UDP.
    is_summed: bool,
    /// How many bytes the device writes behind a frame, which is its checksum, that are not wanted.
    unwanted: usize,
    /// How many buffers the device was given, and how many it has given back.
    given: u32,
    returned: u32,
}

impl<'open, 'up> Receiver<'open, 'up> {
    pub(super) fn new(
        maker: &Maker<'up>,
        ring: Arc<Ring<'up>>,
        completions: Reader<'up>,
        queue: RxQueue<'open>,
        offloads: &'open Offloads,
        stats: &'open RxStats,
    ) -> Result<Self> {
        let keeps_fcs = maker.caps.has(Feature::FCS_KEEP);
        let port = maker.caps.port(maker.port)?;
        Ok(Receiver {
            card: maker.card,
            port: maker.port,
            ring,
            completions,
            queue,
            offloads,
            stats,
            is_summed: port.rx_checksums().has_others(),
            unwanted: if keeps_fcs && !offloads.keeps_checksum() {
                FCS
            } else {
                0
            },
            given: 0,
            returned: 0,
        })
    }

    pub(super) fn completions(&self) -> &Reader<'up> {
        &self.completions
    }

    /// Gives the device buffers before it receives anything (`mlx4_en_fill_rx_buffers()`).
    ///
    /// Fails with `ENOMEM` if these are too few.
    pub(super) fn fill(&mut self) -> Result {
        if self.refill() || self.given >= LEAST {
            return Ok(());
        }
        dev_err!(
            self.card.dev.as_ref(),
            "Port {}: Failed to allocate enough rx buffers\n",
            self.port
        );
        Err(ENOMEM)
    }

    /// Receives as many frames as may be, and gives the device buffers
    /// (`mlx4_en_process_rx_cq()`). Returns whether there is more to do.
    pub(super) fn poll(&mut self, cx: &mut Polling<'_>) -> bool {
        let mut has_more = true;
        // Of errors the kernel's budget does not know.
        for _ in 0..BUDGET {
            if !cx.has_budget() {
                break;
            }
            let Some(completion) = self.completions.next() else {
                has_more = false;
                break;
            };
            self.completed(cx, &completion);
        }
        self.completions.consumed();
        // The device must have room for completions before it has buffers for them.
        barrier::dma_mb(barrier::Write);
        let is_full = self.refill();
        has_more || !is_full
    }

    /// Gives the device buffers, as many as it has room for. Returns whether there was memory.
    fn refill(&mut self) -> bool {
        // CAST: The size of a ring.
        let room = self.ring.shape.len() as u32 - self.given.wrapping_sub(self.returned);
        if room < BULK {
            return true;
        }
        let given = (0..room).try_for_each(|_| self.give());
        // The device must not see how many there are before it sees them.
        barrier::dma_mb(barrier::Write);
        self.ring.memory.record.set_first(self.given & 0xffff);
        if given.is_err() {
            self.stats.no_buffer.add_one();
        }
        given.is_ok()
    }

    /// Gives the device a buffer.
    fn give(&mut self) -> Result {
        let ring = &self.ring;
        let buffer = RxBuffer::new(ring.parts.size())?;
        let device = self.card.dev.as_ref();
        let buffer = Mapped::new(device, buffer, DataDirection::FromDevice)?;
        let place = wqe::BLOCK + ring.shape.offset(self.given);
        for (offset, address) in ring.parts.addresses(buffer.dma_address()) {
            ring.memory
                .buffer
                .write(place + offset, &address.to_be_bytes())?;
        }
        let index = ring.shape.index(self.given);
        if let Some(slot) = ring.buffers.lock().get_mut(index) {
            *slot = Some(buffer);
        }
        self.stats.pages.add_one();
        self.given = self.given.wrapping_add(1);
        Ok(())
    }

    /// The device has written as many completions as buffers come back, in the same order.
    fn completed(&mut self, cx: &mut Polling<'_>, completion: &Completion) {
        let index = self.ring.shape.index(self.returned);
        let buffer = {
            let mut buffers = self.ring.buffers.lock();
            buffers.get_mut(index).and_then(Option::take)
        };
        let Some(buffer) = buffer else {
            // It says so of a buffer that it does not have.
            self.stats.frames.count_error();
            return;
        };
        self.returned = self.returned.wrapping_add(1);
        if completion.has_failed() {
            self.stats.frames.count_error();
            dev_err!(
                self.card.dev.as_ref(),
                "Port {}: CQE completed in error - vendor syndrome:{} syndrome:{}\n",
                self.port,
                completion.get(entry::VENDOR_SYNDROME),
                completion.get(entry::SYNDROME)
            );
            return;
        }
        if completion.get(entry::HAS_BAD_FCS) {
            self.stats.frames.count_error();
            return;
        }
        // CAST: The size of a frame.
        let length = completion.get(entry::BYTES) as usize;
        let length = length.saturating_sub(self.unwanted);
        match cx.build(buffer.into_inner(), length) {
            Ok(skb) if self.offloads.is_tested() => self.offloads.look_at(skb.data()),
            Ok(skb) => self.receive(cx, skb, completion),
            Err(EMSGSIZE) => self.stats.frames.count_error(),
            Err(_) => self.stats.no_buffer.add_one(),
        }
    }

    fn receive(&mut self, cx: &mut Polling<'_>, mut skb: SkBuff, completion: &Completion) {
        self.stats.frames.add(1, skb.len());
        let has_tag = completion.get(entry::HAS_TAG);
        let strips_tags = self.offloads.strips_tags();
        let checksum = if self.offloads.checks() {
            let received = Received {
                data: skb.data(),
                length: skb.len(),
                has_tag: has_tag && !strips_tags,
                is_summed: self.is_summed,
            };
            checksum::of(completion, &received)
        } else {
            Checksum::Unknown
        };
        let (count, hashed) = match checksum {
            Checksum::Right => (&self.stats.checksums_good, HashOf::L4),
            Checksum::Sum(_) => (&self.stats.checksums_complete, HashOf::L3),
            Checksum::Unknown => (&self.stats.checksums_none, HashOf::L3),
        };
        count.add_one();
        skb.set_checksum(checksum);
        if self.offloads.hashes() {
            skb.set_hash(completion.get(entry::HASH), hashed);
        }
        if has_tag && strips_tags {
            skb.set_vlan_tag(completion.get(entry::TAG));
        }
        if cx.receive(skb, &self.queue).is_err() {
            self.stats.frames.count_error();
        }
    }
}
