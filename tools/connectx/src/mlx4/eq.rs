// SPDX-License-Identifier: GPL-2.0

//! Event queues: where the card writes what happened, and then raises an interrupt.

use super::{
    icm::{Buffer, Icm, PAGE_SHIFT},
    layout::{byte, long, word, Field},
    status::Status,
};
use crate::model::Host;

/// The context that a driver gives.
mod context {
    use super::*;
    pub const STATE: Field = word(0).bits(8, 4);
    pub const LOG_SIZE: Field = byte(12).bits(0, 5);
    pub const VECTOR: Field = byte(23);
    pub const LOG_PAGE: Field = byte(24).bits(0, 6);
    pub const MTT: Field = long(24).bits(0, 40);
    pub const CONSUMER: Field = word(40).bits(0, 24);
    pub const PRODUCER: Field = word(44).bits(0, 24);
    pub const ARMED: u64 = 9;
    pub const FIRED: u64 = 10;
}

/// An entry without its ownership bit, which is set when it is written.
#[derive(Clone, Copy, Debug)]
pub struct Event([u8; EVENT]);

const EVENT: usize = 32;
const TYPE: Field = byte(1);
const SUBTYPE: Field = byte(3);
const DATA: usize = 4;
const OWNER: u8 = 0x80;
/// Queue indexes and doorbells have that many bits.
const INDEX: u32 = 0x00ff_ffff;
const MAX_LOG_SIZE: u32 = 22;

/// Types of events.
pub mod kind {
    pub const COMPLETION: u8 = 0x00;
    pub const CQ_ERROR: u8 = 0x04;
    pub const PORT_CHANGE: u8 = 0x09;
    pub const COMMAND: u8 = 0x0a;
    pub const FATAL_WARNING: u8 = 0x1b;
    pub const RECOVERABLE_ERROR: u8 = 0x3e;
}

/// Fields of an event's data.
pub mod data {
    use super::*;
    pub const NUMBER: Field = word(0).bits(0, 24);
    pub const CQ_SYNDROME: Field = byte(11);
    pub const PORT: Field = word(8).bits(28, 4);
    pub const TOKEN: Field = word(0).bits(0, 16);
    pub const STATUS: Field = byte(11);
    pub const OUT_PARAM: Field = long(12);
    pub const TEMPERATURE: Field = word(0).bits(16, 16);
    pub const THRESHOLD: Field = word(0).bits(0, 16);
    pub const CABLE_PORT: Field = byte(3);
}

impl Event {
    /// An event with some fields of its data.
    pub fn new(kind: u8, subtype: u8, fields: &[(Field, u64)]) -> Self {
        let mut event = [0; EVENT];
        TYPE.set(&mut event, kind.into());
        SUBTYPE.set(&mut event, subtype.into());
        for (field, value) in fields {
            field.within(DATA).set(&mut event, *value);
        }
        Self(event)
    }
}

/// An event queue in the hardware's hands.
pub struct Eq {
    context: Vec<u8>,
    buffer: Buffer,
    log_size: u32,
    entry: u64,
    producer: u32,
    consumer: u32,
    armed: bool,
    /// Events that found the queue full.
    pub lost: u64,
}

impl Eq {
    /// Takes over a queue from the driver, with all of its entries owned by the hardware.
    pub fn new(
        mailbox: &[u8],
        mtt_base: u64,
        entry: u64,
        icm: &Icm,
        host: &mut dyn Host,
    ) -> Result<Self, Status> {
        let log_size = context::LOG_SIZE.get32(mailbox);
        if log_size > MAX_LOG_SIZE {
            return Err(Status::ExceedLimit);
        }
        let eq = Self {
            context: mailbox.get(..64).unwrap_or(&[]).to_vec(),
            buffer: Buffer {
                mtt: mtt_base.wrapping_add(context::MTT.get(mailbox)),
                page_shift: context::LOG_PAGE.get32(mailbox).min(19) + PAGE_SHIFT,
            },
            log_size,
            entry,
            producer: 0,
            consumer: 0,
            armed: context::STATE.get(mailbox) == context::ARMED,
            lost: 0,
        };
        eq.clear(icm, host)?;
        Ok(eq)
    }

    fn clear(&self, icm: &Icm, host: &mut dyn Host) -> Result<(), Status> {
        let size = self.entry << self.log_size;
        let step = size.min(1 << PAGE_SHIFT);
        let mut page = vec![0; step as usize];
        for last in (0..page.len()).skip(31).step_by(32) {
            page[last] = OWNER;
        }
        for offset in (0..size).step_by(step as usize) {
            if !self.buffer.write(icm, host, offset, &page) {
                return Err(Status::IcmError);
            }
        }
        Ok(())
    }

    /// Writes an event, and raises the interrupt if the driver waits for it.
    pub fn post(&mut self, icm: &Icm, host: &mut dyn Host, event: Event) {
        let size = 1 << self.log_size;
        if self.producer.wrapping_sub(self.consumer) & INDEX >= size {
            self.lost += 1;
            return;
        }
        let mut data = event.0;
        data[EVENT - 1] = if self.producer & size != 0 { OWNER } else { 0 };
        // Of large entries, the second half counts.
        let slot = u64::from(self.producer & (size - 1)) * self.entry;
        let offset = slot + if self.entry == 64 { 32 } else { 0 };
        if !self.buffer.write(icm, host, offset, &data) {
            self.lost += 1;
            return;
        }
        self.producer = self.producer.wrapping_add(1) & INDEX;
        self.fire(host);
    }

    /// The driver says how far it has read, and whether it wants the next interrupt.
    pub fn doorbell(&mut self, host: &mut dyn Host, value: u32) {
        self.consumer = value & INDEX;
        if value >> 31 != 0 {
            self.armed = true;
            if self.consumer != self.producer {
                self.fire(host);
            }
        }
    }

    /// The context as it is now.
    pub fn query(&self) -> Vec<u8> {
        let mut data = self.context.clone();
        let state = if self.armed {
            context::ARMED
        } else {
            context::FIRED
        };
        context::STATE.set(&mut data, state);
        context::CONSUMER.set(&mut data, self.consumer.into());
        context::PRODUCER.set(&mut data, self.producer.into());
        data
    }

    fn fire(&mut self, host: &mut dyn Host) {
        if std::mem::take(&mut self.armed) {
            host.interrupt(context::VECTOR.get(&self.context) as u16);
        }
    }
}
