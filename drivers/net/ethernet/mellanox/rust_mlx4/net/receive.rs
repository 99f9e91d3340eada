// SPDX-License-Identifier: GPL-2.0

//! Receiving frames: into buffers that the device is given, each of which becomes a packet.

mod checksum;
mod parts;
mod ring;

pub(super) use self::ring::Ring;

use self::checksum::Received;

use super::{
    cq::{
        entry,
        Completion,
        Looked,
        Reader, //
    },
    maker::Maker,
    offloads::Offloads,
    stats::RxStats, //
};

use crate::{
    caps::Feature,
    card::Card, //
};

use kernel::{
    net::{
        device::{
            RxQueue,
            VlanTag, //
        },
        napi::Polling,
        skbuff::{
            Checksum,
            HashOf,
            SkBuff, //
        }, //
    },
    prelude::*,
    sync::{
        barrier,
        Arc, //
    }, //
};

/// How many completions are looked at in one go, whether a packet comes of them or not.
const BUDGET: usize = 64;

/// How many buffers are given at once at least.
const BULK: u32 = 8;

/// How long the checksum behind a frame is.
const FCS: usize = 4;

/// Which kind of tag a frame has, that of the customer if it has both.
fn tag_of(completion: &Completion) -> Option<VlanTag> {
    if completion.get(entry::HAS_TAG) {
        Some(VlanTag::Customer)
    } else {
        let is_service = completion.get(entry::HAS_SERVICE_TAG);
        is_service.then_some(VlanTag::Service)
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
    /// Whether the queue has failed: it receives nothing more.
    failed: bool,
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
            given: ring.filled(),
            returned: 0,
            failed: false,
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
        })
    }

    pub(super) fn completions(&self) -> &Reader<'up> {
        &self.completions
    }

    /// Receives as many frames as may be, and gives the device buffers
    /// (`mlx4_en_process_rx_cq()`).
    pub(super) fn poll(&mut self, cx: &mut Polling<'_>) -> Looked {
        let had_failed = self.failed;
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
        Looked {
            has_more: has_more || !is_full,
            has_failed: self.failed && !had_failed,
        }
    }

    /// Gives the device buffers, as many as it has room for. Returns whether there was memory.
    fn refill(&mut self) -> bool {
        let room = self.ring.len() - self.given.wrapping_sub(self.returned);
        if room < BULK {
            return true;
        }
        let given = (0..room).try_for_each(|_| {
            self.ring.give(self.card.dev.as_ref(), self.given)?;
            self.stats.pages.add_one();
            self.given = self.given.wrapping_add(1);
            Ok::<_, Error>(())
        });
        self.ring.tell(self.given);
        if given.is_err() {
            self.stats.no_buffer.add_one();
        }
        given.is_ok()
    }

    /// The device has written as many completions as buffers come back, in the same order.
    fn completed(&mut self, cx: &mut Polling<'_>, completion: &Completion) {
        let Some(buffer) = self.ring.take(self.returned) else {
            // It says so of a buffer that it does not have.
            self.stats.frames.count_error();
            return;
        };
        self.returned = self.returned.wrapping_add(1);
        if completion.has_failed() {
            self.stats.frames.count_error();
            self.fail(completion);
            return;
        }
        if completion.get(entry::HAS_BAD_FCS) {
            self.stats.frames.count_error();
            return;
        }
        // CAST: The size of a frame.
        let length = completion.get(entry::BYTES) as usize;
        let length = length.saturating_sub(self.unwanted);
        match cx.build(buffer, length) {
            Ok(skb) if self.offloads.is_tested() => self.offloads.look_at(skb.data()),
            Ok(skb) => self.receive(cx, skb, completion),
            Err(EMSGSIZE) => self.stats.frames.count_error(),
            Err(_) => self.stats.no_buffer.add_one(),
        }
    }

    fn fail(&mut self, completion: &Completion) {
        // What follows is that the other buffers come back.
        if self.failed {
            return;
        }
        self.failed = true;
        dev_err!(
            self.card.dev.as_ref(),
            "Port {}: CQE completed in error - vendor syndrome:{} syndrome:{}\n",
            self.port,
            completion.get(entry::VENDOR_SYNDROME),
            completion.get(entry::SYNDROME)
        );
    }

    fn receive(&mut self, cx: &mut Polling<'_>, mut skb: SkBuff, completion: &Completion) {
        self.stats.frames.add(1, skb.len());
        let tag = tag_of(completion);
        let strips_tags = self.offloads.strips_tags();
        let checksum = if self.offloads.checks() {
            let received = Received {
                data: skb.data(),
                length: skb.len(),
                has_tag: tag.is_some() && !strips_tags,
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
        if let Some(tag) = tag.filter(|_| strips_tags) {
            skb.set_vlan_tag(tag, completion.get(entry::TAG));
        }
        if cx.receive(skb, &self.queue).is_err() {
            self.stats.frames.count_error();
        }
    }
}
