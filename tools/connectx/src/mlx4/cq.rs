// SPDX-License-Identifier: GPL-2.0

//! Completion queues, and what their entries say.

use super::{
    icm::{Buffer, Icm, PAGE_SHIFT},
    layout::{byte, half, long, word, Field},
    status::Status,
};
use crate::model::Host;

/// The context that a driver gives.
mod context {
    use super::*;
    pub const HAS_TIMES: Field = word(0).bits(19, 1);
    pub const LOG_SIZE: Field = word(12).bits(24, 5);
    pub const PERIOD: Field = half(16);
    pub const MAX_COUNT: Field = half(18);
    pub const EQ: Field = byte(23);
    pub const LOG_PAGE: Field = byte(24).bits(0, 6);
    pub const MTT: Field = long(24).bits(0, 40);
    pub const PRODUCER: Field = word(44).bits(0, 24);
    pub const DOORBELL_RECORD: Field = long(56);
}

/// A completion.
mod entry {
    use super::*;
    pub const LENGTH: usize = 32;
    pub const QP: Field = word(0).bits(0, 24);
    pub const HAS_SERVICE_TAG: Field = word(0).bits(30, 1);
    pub const HAS_TAG: Field = word(0).bits(29, 1);
    pub const HASH: Field = word(4);
    pub const TAG: Field = half(12);
    /// In place of the tag, if the queue has times.
    pub const TIME_HIGH: Field = word(12);
    pub const STATUS: Field = half(16);
    pub const HAS_EXTENSIONS: Field = byte(18).bits(0, 1);
    pub const TRANSPORT_IS_RIGHT: Field = byte(19).bits(2, 1);
    pub const BYTES: Field = word(20);
    pub const WQE_INDEX: Field = half(24);
    pub const CHECKSUM: Field = half(26);
    /// Of what failed.
    pub const SYNDROME: Field = byte(27);
    pub const TIME_LOW: Field = half(29);
    pub const OPCODE: Field = byte(31).bits(0, 5);
    pub const IS_SEND: Field = byte(31).bits(6, 1);
    pub const OWNER: Field = byte(31).bits(7, 1);
    pub const SEND: u64 = 0x0a;
    pub const RECEIVED: u64 = 0x01;
    pub const ERROR: u64 = 0x1e;
}

/// Why an entry of a work queue failed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Syndrome {
    /// There is more data than room, or than is allowed.
    Length = 0x01,
    /// The entry makes no sense.
    Operation = 0x02,
    /// Memory that may not be reached.
    Protection = 0x04,
}

/// What a completion says about a frame that was received.
#[derive(Clone, Copy, Debug, Default)]
pub struct Received {
    pub bytes: u32,
    pub hash: u32,
    /// The frame's tag, and whether it is one of a service provider.
    pub tag: Option<(bool, u16)>,
    /// Which headers there are, as bits of [`status`].
    pub status: u16,
    pub checksum: u16,
    pub has_extensions: bool,
    pub transport_is_right: bool,
}

/// Which headers a received frame has.
pub mod status {
    pub const IPV4: u16 = 1 << 6;
    pub const IPV4_FRAGMENT: u16 = 1 << 7;
    pub const IPV6: u16 = 1 << 8;
    pub const IPV4_OPTIONS: u16 = 1 << 9;
    pub const TCP: u16 = 1 << 10;
    pub const UDP: u16 = 1 << 11;
    pub const NETWORK_IS_RIGHT: u16 = 1 << 12;
}

/// A completion without its ownership bit, which is set when it is written.
#[derive(Clone, Copy, Debug)]
pub struct Completion([u8; entry::LENGTH]);

impl Completion {
    fn new(qp: u32, index: u16, fields: &[(Field, u64)]) -> Self {
        let mut data = [0; entry::LENGTH];
        entry::QP.set(&mut data, qp.into());
        entry::WQE_INDEX.set(&mut data, index.into());
        for (field, value) in fields {
            field.set(&mut data, *value);
        }
        Self(data)
    }

    /// A queue pair has sent what was at a place in its queue.
    pub fn sent(qp: u32, index: u16, bytes: u32) -> Self {
        let fields = [
            (entry::BYTES, bytes.into()),
            (entry::OPCODE, entry::SEND),
            (entry::IS_SEND, 1),
        ];
        Self::new(qp, index, &fields)
    }

    /// It has received into the buffer at a place in its queue.
    pub fn received(qp: u32, index: u16, frame: &Received) -> Self {
        let (is_service, tag) = frame.tag.unwrap_or_default();
        let has = |service: bool| u64::from(frame.tag.is_some() && is_service == service);
        let fields = [
            (entry::HAS_TAG, has(false)),
            (entry::HAS_SERVICE_TAG, has(true)),
            (entry::TAG, tag.into()),
            (entry::HASH, frame.hash.into()),
            (entry::STATUS, frame.status.into()),
            (entry::HAS_EXTENSIONS, frame.has_extensions.into()),
            (entry::TRANSPORT_IS_RIGHT, frame.transport_is_right.into()),
            (entry::BYTES, frame.bytes.into()),
            (entry::CHECKSUM, frame.checksum.into()),
            (entry::OPCODE, entry::RECEIVED),
        ];
        Self::new(qp, index, &fields)
    }

    /// One of its two queues has failed there.
    pub fn failed(qp: u32, index: u16, is_send: bool, syndrome: Syndrome) -> Self {
        let fields = [
            (entry::SYNDROME, syndrome as u64),
            (entry::OPCODE, entry::ERROR),
            (entry::IS_SEND, is_send.into()),
        ];
        Self::new(qp, index, &fields)
    }
}

const INDEX: u32 = 0x00ff_ffff;
const MAX_LOG_SIZE: u32 = 22;
/// The bytes of an entry that the hardware has not written yet.
const FRESH: u8 = 0xcc;

/// The outcome of adding a completion.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Added {
    /// Nobody waits for it.
    Quiet,
    /// The driver wants an event.
    Notify,
    /// The queue is full, or not to be written.
    Overrun,
}

/// A completion queue in the hardware's hands.
pub struct Cq {
    context: Vec<u8>,
    buffer: Buffer,
    log_size: u32,
    entry: u64,
    producer: u32,
    armed: bool,
    /// It had an error, and stays silent.
    broken: bool,
}

impl Cq {
    /// Takes over a queue from the driver; fills its entries if the driver did not.
    pub fn new(
        mailbox: &[u8],
        mtt_base: u64,
        entry: u64,
        filled: bool,
        icm: &Icm,
        host: &mut dyn Host,
    ) -> Result<Self, Status> {
        let mut cq = Self {
            context: mailbox.get(..64).unwrap_or(&[]).to_vec(),
            buffer: Buffer::default(),
            log_size: 0,
            entry,
            producer: 0,
            armed: false,
            broken: false,
        };
        cq.resize(mailbox, mtt_base)?;
        if !filled {
            cq.fill(icm, host)?;
        }
        Ok(cq)
    }

    /// Goes on in another buffer.
    pub fn resize(&mut self, mailbox: &[u8], mtt_base: u64) -> Result<(), Status> {
        let log_size = context::LOG_SIZE.get32(mailbox);
        if log_size > MAX_LOG_SIZE {
            return Err(Status::ExceedLimit);
        }
        self.log_size = log_size;
        self.buffer = Buffer {
            mtt: mtt_base.wrapping_add(context::MTT.get(mailbox)),
            page_shift: context::LOG_PAGE.get32(mailbox).min(19) + PAGE_SHIFT,
        };
        for field in [context::LOG_SIZE, context::LOG_PAGE, context::MTT] {
            field.set(&mut self.context, field.get(mailbox));
        }
        Ok(())
    }

    /// Takes other moderation of events, which is only kept.
    pub fn moderate(&mut self, mailbox: &[u8]) {
        for field in [context::PERIOD, context::MAX_COUNT] {
            field.set(&mut self.context, field.get(mailbox));
        }
    }

    /// The event queue that wants to know.
    pub fn eq(&self) -> u32 {
        context::EQ.get32(&self.context)
    }

    /// Adds a completion; `time` is what the card's clock says.
    pub fn add(
        &mut self,
        icm: &Icm,
        host: &mut dyn Host,
        completion: Completion,
        time: u64,
    ) -> Added {
        if self.broken {
            return Added::Quiet;
        }
        let size = 1u32 << self.log_size;
        let used = self.producer.wrapping_sub(self.consumer(host)) & INDEX;
        let mut data = completion.0;
        if context::HAS_TIMES.get(&self.context) != 0 {
            entry::TIME_HIGH.set(&mut data, time >> 16);
            entry::TIME_LOW.set(&mut data, time);
        }
        let owner = u64::from(self.producer & size != 0);
        entry::OWNER.set(&mut data, owner);
        // Of large entries, the second half counts.
        let slot = u64::from(self.producer & (size - 1)) * self.entry;
        let offset = slot + if self.entry == 64 { 32 } else { 0 };
        if used >= size || !self.buffer.write(icm, host, offset, &data) {
            self.broken = true;
            return Added::Overrun;
        }
        self.producer = self.producer.wrapping_add(1) & INDEX;
        match std::mem::take(&mut self.armed) {
            true => Added::Notify,
            false => Added::Quiet,
        }
    }

    /// The driver wants an event for what comes after entry `consumer`. True if that came already.
    pub fn arm(&mut self, consumer: u32) -> bool {
        let missed = (consumer ^ self.producer) & INDEX != 0;
        self.armed = !missed;
        missed
    }

    /// The context as it is now.
    pub fn query(&self) -> Vec<u8> {
        let mut data = self.context.clone();
        context::PRODUCER.set(&mut data, self.producer.into());
        data
    }

    fn consumer(&self, host: &mut dyn Host) -> u32 {
        let mut record = [0; 4];
        let address = context::DOORBELL_RECORD.get(&self.context);
        match host.dma_read(address, &mut record) {
            Ok(()) => u32::from_be_bytes(record) & INDEX,
            Err(_) => self.producer,
        }
    }

    fn fill(&self, icm: &Icm, host: &mut dyn Host) -> Result<(), Status> {
        let size = self.entry << self.log_size;
        let step = size.min(1 << PAGE_SHIFT);
        let page = vec![FRESH; step as usize];
        for offset in (0..size).step_by(step as usize) {
            if !self.buffer.write(icm, host, offset, &page) {
                return Err(Status::IcmError);
            }
        }
        Ok(())
    }
}
