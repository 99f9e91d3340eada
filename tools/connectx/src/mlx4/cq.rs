// SPDX-License-Identifier: GPL-2.0

//! Completion queues.

use super::{
    icm::{Buffer, Icm, PAGE_SHIFT},
    layout::{byte, half, long, word, Field},
    status::Status,
};
use crate::model::Host;

/// The context that a driver gives.
mod context {
    use super::*;
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
    pub const BYTES: Field = word(20);
    pub const WQE_INDEX: Field = half(24);
    pub const OPCODE: Field = byte(31).bits(0, 5);
    pub const IS_SEND: Field = byte(31).bits(6, 1);
    pub const OWNER: Field = byte(31).bits(7, 1);
    pub const SEND: u64 = 0x0a;
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

    /// Adds the completion of a send: its queue pair, place in the queue and length.
    pub fn complete_send(
        &mut self,
        icm: &Icm,
        host: &mut dyn Host,
        (qp, index, bytes): (u32, u32, u32),
    ) -> Added {
        if self.broken {
            return Added::Quiet;
        }
        let size = 1u32 << self.log_size;
        let used = self.producer.wrapping_sub(self.consumer(host)) & INDEX;
        let mut data = [0; entry::LENGTH];
        entry::QP.set(&mut data, qp.into());
        entry::BYTES.set(&mut data, bytes.into());
        entry::WQE_INDEX.set(&mut data, index.into());
        entry::OPCODE.set(&mut data, entry::SEND);
        entry::IS_SEND.set(&mut data, 1);
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
