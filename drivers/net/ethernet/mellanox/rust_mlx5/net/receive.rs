// SPDX-License-Identifier: GPL-2.0

//! Receiving frames: into buffers that the device is given, each of which becomes a packet.

use super::{
    hw::{
        HasWorkQueue,
        Reader,
        Records,
        WorkQueue, //
    },
    port::Uplink,
    stats::RxStats,
    Nic,
    Offloads, //
};

use crate::{
    card::Card,
    driver::Mlx5,
    layout::{
        Block,
        Cqe,
        Structure,
        WqeData, //
    },
    trap::Packet, //
};

use kernel::{
    dma::{
        DataDirection,
        Mapped, //
    },
    net::{
        device::{
            RxQueue,
            VlanTag, //
        },
        devlink::{
            Port,
            TrapOrigin,
            TrapReporter, //
        },
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

/// The length of an entry, which is one address, as a power of two.
const LOG_STRIDE: u8 = WqeData::BYTES.trailing_zeros() as u8;

/// What a completion says that happened (`MLX5_CQE_RESP_SEND`): a frame was received.
const RECEIVED: u8 = 0x2;

/// Something failed (`MLX5_CQE_RESP_ERR`); and why, if the queue has failed with it
/// (`cqe_syndrome_needs_recover()`).
const FAILED: u8 = 0xe;
const QUEUE_FAILED: [u8; 3] = [0x2, 0x4, 0x5];

/// The largest frame whose checksum may include padding.
const SHORT: usize = 64;

/// What is right about a frame's checksums (`CQE_L3_OK`, `CQE_L4_OK`).
const CHECKSUMS_OK: u8 = 1 << 1 | 1 << 2;

/// What of a frame was hashed (`CQE_RSS_HTYPE_IP`, `CQE_RSS_HTYPE_L4`).
const HASHED_IP: u8 = 0x3 << 2;
const HASHED_L4: u8 = 0x3 << 6;

/// Where a completion has the tag of the entry by which the frame came (`get_cqe_flow_tag()`).
const FLOW_TAG: u32 = 0xfff;

/// How many completions are looked at in one go, whether a packet comes of them or not.
const BUDGET: usize = 64;

/// How many buffers are given at once at least.
const BULK: u32 = 8;

type Slot<'up> = Option<Mapped<'up, RxBuffer>>;

/// A receive queue's memory, and the buffers that the device has.
#[pin_data]
pub(super) struct Ring<'up> {
    queue: WorkQueue<'up>,
    #[pin]
    buffers: SpinLock<KVVec<Slot<'up>>>,
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
        let queue = WorkQueue::new(card, records, log_size, LOG_STRIDE)?;
        let mut buffers = KVVec::with_capacity(queue.len(), GFP_KERNEL)?;
        for _ in 0..queue.len() {
            buffers.push(None, GFP_KERNEL)?;
        }
        let ring = pin_init!(Ring {
            queue,
            buffers <- new_spinlock!(buffers),
        });
        Arc::pin_init(ring, GFP_KERNEL)
    }
}

/// Receives the frames of a channel.
pub(super) struct Receiver<'open, 'up> {
    card: &'up Card<'up>,
    ring: Arc<Ring<'up>>,
    completions: Reader<'up>,
    queue: RxQueue<'open>,
    stats: &'open RxStats,
    offloads: &'open Offloads,
    /// For frames that were trapped, and the port that they came by.
    trapped: TrapReporter<'up, Mlx5, Packet>,
    port: Port<'up, Mlx5, Uplink>,
    /// The key for all memory.
    key: u32,
    /// The largest frame.
    size: usize,
    /// How many buffers the device was given, and how many it has given back.
    given: u32,
    returned: u32,
    /// Whether the queue has failed: it receives nothing more.
    failed: bool,
}

impl<'open, 'up> Receiver<'open, 'up> {
    pub(super) fn new(
        nic: &'open Nic<'up>,
        ring: Arc<Ring<'up>>,
        completions: Reader<'up>,
        queue: RxQueue<'open>,
        stats: &'open RxStats,
        key: u32,
    ) -> Self {
        Receiver {
            card: nic.card,
            ring,
            completions,
            queue,
            stats,
            offloads: &nic.offloads,
            trapped: nic.neighbours.trapped,
            port: nic.port,
            key,
            size: nic.frame_size(),
            given: 0,
            returned: 0,
            failed: false,
        }
    }

    pub(super) fn completions(&self) -> &Reader<'up> {
        &self.completions
    }

    /// Receives as many frames as may be, and gives the device buffers. Returns whether there is
    /// more to do, and whether the queue was found failed.
    pub(super) fn poll(&mut self, cx: &mut Polling<'_>) -> (bool, bool) {
        let had_failed = self.failed;
        let mut has_more = true;
        // Of errors and of trapped frames the kernel's budget does not know.
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
        let is_full = self.refill();
        (has_more || !is_full, self.failed && !had_failed)
    }

    /// Gives the device buffers, as many as it has room for. Returns whether there was memory.
    fn refill(&mut self) -> bool {
        // CAST: The size of a ring.
        let room = self.ring.queue.len() as u32 - self.given.wrapping_sub(self.returned);
        if room < BULK.min(self.ring.queue.len() as u32) {
            return true;
        }
        let given = (0..room).try_for_each(|_| self.give());
        // The device must not see how many there are before it sees them.
        barrier::dma_mb(barrier::Write);
        self.ring.queue.record.set_first(self.given & 0xffff);
        if given.is_err() {
            self.stats.count_no_buffer();
        }
        given.is_ok()
    }

    /// Gives the device a buffer.
    fn give(&mut self) -> Result {
        let buffer = RxBuffer::new(self.size)?;
        let device = self.card.dev.as_ref();
        let buffer = Mapped::new(device, buffer, DataDirection::FromDevice)?;
        let mut entry = Block::<WqeData>::new();
        // CAST: A frame has no more than 16 KiB.
        entry.set(WqeData::BYTE_COUNT, self.size as u32);
        entry.set(WqeData::LKEY, self.key);
        entry.set(WqeData::ADDRESS, buffer.dma_address());
        let queue = &self.ring.queue;
        queue
            .buffer
            .write(queue.offset(self.given), entry.as_ref())?;
        if let Some(slot) = self.ring.buffers.lock().get_mut(queue.index(self.given)) {
            *slot = Some(buffer);
        }
        self.given = self.given.wrapping_add(1);
        Ok(())
    }

    fn completed(&mut self, cx: &mut Polling<'_>, completion: &Block<Cqe>) {
        let number = completion.get(Cqe::WQE_COUNTER).into();
        let index = self.ring.queue.index(number);
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
        match completion.get(Cqe::OPCODE) {
            RECEIVED => {}
            opcode => {
                self.stats.frames.count_error();
                if opcode == FAILED {
                    self.fail(completion);
                }
                return;
            }
        }
        // CAST: The size of a frame.
        let length = completion.get(Cqe::BYTE_COUNT) as usize;
        match cx.build(buffer.into_inner(), length) {
            Ok(skb) => self.receive(cx, skb, completion),
            Err(EMSGSIZE) => self.stats.frames.count_error(),
            Err(_) => self.stats.count_no_buffer(),
        }
    }

    fn fail(&mut self, completion: &Block<Cqe>) {
        let syndrome = completion.get(Cqe::SYNDROME);
        if !self.failed && QUEUE_FAILED.contains(&syndrome) {
            self.completions.report(completion);
            self.failed = true;
        }
    }

    fn receive(&mut self, cx: &mut Polling<'_>, mut skb: SkBuff, completion: &Block<Cqe>) {
        // Of others it is 0.
        if let Some(trap) = Packet::of_tag(completion.get(Cqe::QPN) & FLOW_TAG) {
            skb.reset_mac_header();
            let origin = TrapOrigin::UNKNOWN.port(&self.port);
            self.trapped.report(trap, &mut skb, origin);
            return;
        }
        self.stats.count(&skb);
        if self.offloads.hashes() {
            let of = completion.get(Cqe::RSS_HASH_TYPE);
            let hash = completion.get(Cqe::RSS_HASH_RESULT);
            if of & HASHED_L4 != 0 {
                skb.set_hash(hash, HashOf::L4);
            } else if of & HASHED_IP != 0 {
                skb.set_hash(hash, HashOf::L3);
            }
        }
        if completion.get(Cqe::HAS_VLAN) {
            skb.set_vlan_tag(VlanTag::Customer, completion.get(Cqe::VLAN_INFO));
        }
        skb.set_checksum(self.checksum(&skb, completion));
        if cx.receive(skb, &self.queue).is_err() {
            self.stats.frames.count_error();
        }
    }

    /// What the device says about a frame's checksum (`mlx5e_handle_csum()`).
    fn checksum(&self, skb: &SkBuff, completion: &Block<Cqe>) -> Checksum {
        if !self.offloads.checks() {
            return Checksum::Unknown;
        }
        if self.offloads.sums_all && skb.len() > SHORT && can_be_summed(skb.data()) {
            self.stats.count_summed();
            // As it is in memory.
            let sum = completion.get(Cqe::CHECK_SUM).to_be();
            return Checksum::Sum(sum.into());
        }
        if completion.get(Cqe::FLAGS) & CHECKSUMS_OK == CHECKSUMS_OK {
            return Checksum::Right;
        }
        Checksum::Unknown
    }
}

/// Whether a frame is one of IP, and not of a protocol whose checksum is another one.
fn can_be_summed(frame: &[u8]) -> bool {
    const SCTP: u8 = 132;
    const IPV4: [u8; 2] = [0x08, 0x00];
    const IPV6: [u8; 2] = [0x86, 0xdd];

    // Behind the Ethernet header.
    let protocol = match frame.get(12..14) {
        Some(kind) if kind == IPV4 => frame.get(14 + 9),
        Some(kind) if kind == IPV6 => frame.get(14 + 6),
        _ => return false,
    };
    protocol.is_some_and(|protocol| *protocol != SCTP)
}
