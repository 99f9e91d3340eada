// SPDX-License-Identifier: GPL-2.0

//! A receive queue's memory, and the buffers that the device has.

use super::{
    super::{
        maker::Maker,
        qp::{
            HasEntries,
            Shape, //
        },
        stats::RxStats,
        wqe, //
    },
    parts::Parts,
    FCS, //
};

use crate::{
    caps::Feature,
    card::Card,
    queue::{
        HasMemory,
        Memory, //
    }, //
};

use kernel::{
    device::{
        Bound,
        Device, //
    },
    dma::{
        DataDirection,
        Mapped, //
    },
    net::skbuff::RxBuffer,
    new_spinlock_irq,
    prelude::*,
    sync::{
        barrier,
        Arc,
        SpinLockIrq, //
    }, //
};

use core::mem::{
    forget,
    take, //
};

/// How many buffers a queue has to have when it begins (`MLX4_EN_MIN_RX_SIZE`).
const LEAST: usize = 256;

/// A buffer that the device has.
type Buffer<'up> = Mapped<'up, RxBuffer>;

/// Where its descriptors are: behind a queue of one block to send, which each queue pair has.
const DESCRIPTORS: usize = wqe::BLOCK;

/// A receive queue.
#[pin_data]
pub(crate) struct Ring<'up> {
    memory: Memory<'up>,
    shape: Shape,
    parts: Parts,
    /// How many buffers it had at first.
    filled: u32,
    #[pin]
    buffers: SpinLockIrq<KVVec<Option<Buffer<'up>>>>,
}

impl<'up> HasMemory<'up> for Ring<'up> {
    fn memory(&self) -> &Memory<'up> {
        &self.memory
    }

    fn keep(&self, card: &Card<'_>) {
        card.keep(self.memory.buffer.clone());
        let buffers = take(&mut *self.buffers.lock());
        let mut kept = KVVec::new();
        if kept.reserve(buffers.len(), GFP_KERNEL).is_err() {
            // They are lost, rather than written to when they are something else's.
            forget(buffers);
            return;
        }
        for buffer in buffers.into_iter().flatten() {
            // What the device writes is refused when it is not mapped any more, or goes there.
            // There is room.
            let _ = kept.push_within_capacity(buffer.into_inner());
        }
        card.keep(kept);
    }
}

impl<'up> HasEntries<'up> for Ring<'up> {
    fn shape(&self) -> Shape {
        self.shape
    }
}

impl<'up> Ring<'up> {
    /// Memory for `1 << log_size` buffers, and as many of them as there is memory for, for frames
    /// of that MTU (`mlx4_en_activate_rx_rings()`).
    ///
    /// Fails with `ENOMEM` if these are too few.
    pub(crate) fn new(
        maker: &Maker<'up>,
        log_size: u8,
        mtu: u32,
        stats: &RxStats,
    ) -> Result<Arc<Self>> {
        // Also if it is not wanted: a frame that does not fit is one that fails.
        let behind = if maker.caps.has(Feature::FCS_KEEP) {
            FCS
        } else {
            0
        };
        let parts = Parts::new(mtu, behind);
        let shape = Shape {
            log_size,
            log_stride: parts.log_stride(),
        };
        let memory = maker.memory(DESCRIPTORS + shape.bytes())?;
        memory.buffer.set_word(0, wqe::SEND_NOTHING)?;
        let descriptor = parts.descriptor(maker.key);
        let descriptor = descriptor.get(..1 << shape.log_stride).ok_or(EINVAL)?;
        for at in (0..shape.bytes()).step_by(descriptor.len()) {
            memory.buffer.write(DESCRIPTORS + at, descriptor)?;
        }
        let mut buffers = KVVec::with_capacity(shape.len(), GFP_KERNEL)?;
        let mut filled = 0;
        while buffers.len() < shape.len() {
            let buffer = new_buffer(maker.card.dev.as_ref(), parts).ok();
            let Some(buffer) = buffer else {
                break;
            };
            write(&memory, shape, parts, filled, &buffer)?;
            buffers.push(Some(buffer), GFP_KERNEL)?;
            stats.pages.add_one();
            filled += 1;
        }
        if buffers.len() < LEAST {
            dev_err!(
                maker.card.dev.as_ref(),
                "Port {}: Failed to allocate enough rx buffers\n",
                maker.port
            );
            return Err(ENOMEM);
        }
        while buffers.len() < shape.len() {
            buffers.push(None, GFP_KERNEL)?;
        }
        let ring = pin_init!(Ring {
            memory,
            shape,
            parts,
            filled,
            buffers <- new_spinlock_irq!(buffers),
        });
        let ring = Arc::pin_init(ring, GFP_KERNEL)?;
        ring.tell(filled);
        Ok(ring)
    }

    /// How many buffers it had at first.
    pub(super) fn filled(&self) -> u32 {
        self.filled
    }

    /// How many there is room for.
    pub(super) fn len(&self) -> u32 {
        // CAST: A few thousand.
        self.shape.len() as u32
    }

    /// Gives the device another buffer, as number `at`, of which it is not told yet.
    pub(super) fn give(&self, dev: &'up Device<Bound>, at: u32) -> Result {
        let buffer = new_buffer(dev, self.parts)?;
        write(&self.memory, self.shape, self.parts, at, &buffer)?;
        if let Some(slot) = self.buffers.lock().get_mut(self.shape.index(at)) {
            *slot = Some(buffer);
        }
        Ok(())
    }

    /// Takes the buffer that was given as number `at`.
    pub(super) fn take(&self, at: u32) -> Option<RxBuffer> {
        let mut buffers = self.buffers.lock();
        let buffer = buffers.get_mut(self.shape.index(at))?.take();
        drop(buffers);
        Some(buffer?.into_inner())
    }

    /// Tells the device how many buffers it was given so far.
    pub(super) fn tell(&self, given: u32) {
        // It must not see how many there are before it sees them.
        barrier::dma_mb(barrier::Write);
        self.memory.set_first(given & 0xffff);
    }
}

fn new_buffer(dev: &Device<Bound>, parts: Parts) -> Result<Buffer<'_>> {
    Mapped::new(dev, RxBuffer::new(parts.size())?, DataDirection::FromDevice)
}

/// Says where a buffer is in the descriptor of number `at`.
fn write(memory: &Memory<'_>, shape: Shape, parts: Parts, at: u32, buffer: &Buffer<'_>) -> Result {
    let place = DESCRIPTORS + shape.offset(at);
    for (offset, address) in parts.addresses(buffer.dma_address()) {
        let address = address.to_be_bytes();
        memory.buffer.write(place + offset, &address)?;
    }
    Ok(())
}
