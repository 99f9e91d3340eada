// SPDX-License-Identifier: GPL-2.0

//! The command queue: entries in the machine's memory, their mailboxes, and how they end.

use super::{
    command::Call,
    eq::{self, event},
    fault::CommandFault,
    layout::Field,
    tables::{mbox_in, mbox_out},
    Mlx5,
};
use crate::{faults::Fault, model::Host};
use std::time::Instant;

/// How many entries the queue has, as a power of two, and how long one is.
pub const LOG_ENTRIES: u32 = 5;
pub const LOG_STRIDE: u32 = 6;

// An entry of the queue.
const ENTRY: usize = 1 << LOG_STRIDE;
const TYPE: Field = Field::new(0, 8);
const INPUT_LENGTH: Field = Field::new(4 * 8, 32);
const INPUT_POINTER: Field = Field::new(8 * 8, 64);
const INPUT: Field = Field::new(16 * 8, 128);
const OUTPUT: Field = Field::new(32 * 8, 128);
const OUTPUT_POINTER: Field = Field::new(48 * 8, 64);
const OUTPUT_LENGTH: Field = Field::new(56 * 8, 32);
const TOKEN: Field = Field::new(60 * 8, 8);
const SIGNATURE: Field = Field::new(61 * 8, 8);
const DELIVERY: Field = Field::new(63 * 8, 7);
const OWNED_BY_DEVICE: Field = Field::new(63 * 8 + 7, 1);

/// The only type of an entry.
const TYPE_PCI: u64 = 7;

// A block of a mailbox.
const BLOCK: usize = 576;
const BLOCK_DATA: usize = 512;
const BLOCK_ALIGNMENT: u64 = 512;
const BLOCK_NEXT: Field = Field::new(560 * 8, 64);
const BLOCK_NUMBER: Field = Field::new(568 * 8, 32);
const BLOCK_TOKEN: Field = Field::new(573 * 8, 8);
const BLOCK_CONTROL_SIGNATURE: usize = 574;
const BLOCK_SIGNATURE: usize = 575;
/// Where the part begins that the control signature is about.
const BLOCK_CONTROL: usize = BLOCK_DATA;

/// More than a driver ever sends, and few enough for every host.
const MAX_LENGTH: usize = 1 << 20;

/// How a command could not be delivered, as against how it ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum Delivery {
    Done = 0x0,
    Signature = 0x1,
    Token = 0x2,
    BlockNumber = 0x3,
    OutputPointer = 0x4,
    InputPointer = 0x5,
    Internal = 0x6,
    InputLength = 0x7,
    OutputLength = 0x8,
    Descriptor = 0x10,
}

/// A command that waits until its time has come, or until somebody outside lets it go on.
pub struct Delayed {
    pub due: Option<Instant>,
    pub index: u32,
}

/// An entry as it was read from the machine's memory.
struct Entry {
    index: u32,
    address: u64,
    data: [u8; ENTRY],
}

impl Mlx5 {
    /// The driver rang the doorbell: each bit is an entry with a new command.
    pub(super) fn ring(&mut self, host: &mut dyn Host, entries: u32) {
        if !self.segment.accepts_commands() {
            return;
        }
        for index in (0..1 << LOG_ENTRIES).filter(|index| entries & (1 << index) != 0) {
            if let Some(entry) = self.read_entry(host, index) {
                self.accept(host, entry);
            }
        }
    }

    fn delay(&mut self, index: u32, due: Option<Instant>) {
        // The entry is the same if the driver rings twice.
        self.delayed.retain(|delayed| delayed.index != index);
        self.delayed.push(Delayed { due, index });
    }

    /// Executes a command that was delayed.
    pub(super) fn resume(&mut self, host: &mut dyn Host, index: u32) {
        if let Some(entry) = self.read_entry(host, index) {
            self.execute(host, entry, None);
        }
    }

    fn read_entry(&mut self, host: &mut dyn Host, index: u32) -> Option<Entry> {
        let address = self.segment.command_queue? + (u64::from(index) << LOG_STRIDE);
        let mut data = [0; ENTRY];
        host.dma_read(address, &mut data).ok()?;
        OWNED_BY_DEVICE.is_set(&data).then_some(Entry {
            index,
            address,
            data,
        })
    }

    fn accept(&mut self, host: &mut dyn Host, entry: Entry) {
        let opcode = mbox_in::OPCODE.get(&entry.data[INPUT.bytes()]) as u16;
        let fault = self.faults.take(opcode);
        match fault {
            Some(Fault::Hang) => self.delay(entry.index, None),
            Some(Fault::Delay(time)) => self.delay(entry.index, Some(Instant::now() + time)),
            fault => self.execute(host, entry, fault),
        }
    }

    fn execute(
        &mut self,
        host: &mut dyn Host,
        mut entry: Entry,
        fault: Option<Fault<CommandFault>>,
    ) {
        // The queue for the completion is the one that was there when the command began, so that
        // the command that makes it is still polled for.
        let queue = self.events.queue_for(event::COMMAND);
        let mut output = vec![0; OUTPUT_LENGTH.get(&entry.data) as usize % (MAX_LENGTH + 1)];
        let wrong_signature = fault == Some(Fault::Card(CommandFault::Signature));
        let delivery = match (fault, self.read_input(host, &entry)) {
            (Some(Fault::Card(CommandFault::Delivery(status))), _) => status,
            (_, Err(delivery)) => delivery,
            (fault, Ok(input)) => {
                let mut call = Call {
                    host: &mut *host,
                    input,
                    output,
                };
                let outcome = match fault {
                    Some(Fault::Card(CommandFault::Fail(status, syndrome))) => {
                        fail_as_told(&mut call.output, status, syndrome);
                        "fails as told".into()
                    }
                    _ => format!("{:?}", self.run(&mut call)),
                };
                if fault == Some(Fault::Garbage) {
                    let start = call.output.len().min(mbox_in::BYTES / 2);
                    self.faults.scribble(&mut call.output[start..]);
                }
                self.tell(&mut call, &outcome);
                output = call.output;
                let stale = u8::from(wrong_signature);
                match self.write_output(host, &entry, &output, stale) {
                    Ok(()) => Delivery::Done,
                    Err(delivery) => delivery,
                }
            }
        };
        if delivery != Delivery::Done {
            self.statistics.undelivered += 1;
            host.trace(format_args!("entry {}: {delivery:?}", entry.index));
        }
        output.resize(OUTPUT.width / 8, 0);
        entry.data[OUTPUT.bytes()].copy_from_slice(&output[..OUTPUT.width / 8]);
        DELIVERY.set(&mut entry.data, delivery as u64);
        OWNED_BY_DEVICE.set(&mut entry.data, 0);
        SIGNATURE.set(&mut entry.data, 0);
        let signature = !xor(&entry.data) ^ u8::from(wrong_signature);
        SIGNATURE.set(&mut entry.data, signature.into());
        // Ownership goes last: the driver looks at nothing else while it polls.
        let (start, last) = (OUTPUT.bytes().start, ENTRY - 1);
        let written = host
            .dma_write(entry.address + start as u64, &entry.data[start..last])
            .and_then(|()| host.dma_write(entry.address + last as u64, &entry.data[last..]));
        if written.is_ok() && queue.is_some() && queue == self.events.queue_for(event::COMMAND) {
            let vector = 1u32 << entry.index;
            self.post(host, eq::Event::new(event::COMMAND).word(0, vector));
        }
    }

    fn read_input(&mut self, host: &mut dyn Host, entry: &Entry) -> Result<Vec<u8>, Delivery> {
        if TYPE.get(&entry.data) != TYPE_PCI {
            return Err(Delivery::Descriptor);
        }
        if xor(&entry.data) != 0xff {
            return Err(Delivery::Signature);
        }
        let length = INPUT_LENGTH.get(&entry.data) as usize;
        if !(mbox_in::BYTES / 2..=MAX_LENGTH).contains(&length) {
            return Err(Delivery::InputLength);
        }
        if OUTPUT_LENGTH.get(&entry.data) as usize > MAX_LENGTH {
            return Err(Delivery::OutputLength);
        }
        let mut input = entry.data[INPUT.bytes()].to_vec();
        let mut next = INPUT_POINTER.get(&entry.data);
        let mut number = 0;
        while input.len() < length {
            let block = self.read_block(host, entry, next, number, Delivery::InputPointer)?;
            input.extend_from_slice(&block[..BLOCK_DATA]);
            next = BLOCK_NEXT.get(&block);
            number += 1;
        }
        input.truncate(length);
        Ok(input)
    }

    /// Writes what does not fit into the entry into the blocks of the output's mailbox.
    fn write_output(
        &mut self,
        host: &mut dyn Host,
        entry: &Entry,
        output: &[u8],
        stale: u8,
    ) -> Result<(), Delivery> {
        let rest = output.get(OUTPUT.width / 8..).unwrap_or_default();
        let mut next = OUTPUT_POINTER.get(&entry.data);
        for (number, data) in rest.chunks(BLOCK_DATA).enumerate() {
            let address = next;
            let block = self.read_block(host, entry, next, number, Delivery::OutputPointer)?;
            let mut block = block;
            next = BLOCK_NEXT.get(&block);
            block[..data.len()].copy_from_slice(data);
            block[data.len()..BLOCK_DATA].fill(0);
            block[BLOCK_CONTROL_SIGNATURE] = 0;
            block[BLOCK_CONTROL_SIGNATURE] = !xor(&block[BLOCK_CONTROL..BLOCK_SIGNATURE]);
            block[BLOCK_SIGNATURE] = 0;
            block[BLOCK_SIGNATURE] = !xor(&block) ^ stale;
            host.dma_write(address, &block)
                .map_err(|_| Delivery::OutputPointer)?;
        }
        Ok(())
    }

    fn read_block(
        &mut self,
        host: &mut dyn Host,
        entry: &Entry,
        address: u64,
        number: usize,
        bad_pointer: Delivery,
    ) -> Result<[u8; BLOCK], Delivery> {
        let mut block = [0; BLOCK];
        if !address.is_multiple_of(BLOCK_ALIGNMENT) || host.dma_read(address, &mut block).is_err() {
            return Err(bad_pointer);
        }
        if BLOCK_TOKEN.get(&block) != TOKEN.get(&entry.data) {
            return Err(Delivery::Token);
        }
        if BLOCK_NUMBER.get(&block) != number as u64 {
            return Err(Delivery::BlockNumber);
        }
        if self.caps.checks_mailboxes()
            && (xor(&block[BLOCK_CONTROL..BLOCK_SIGNATURE]) != 0xff || xor(&block) != 0xff)
        {
            return Err(Delivery::Signature);
        }
        Ok(block)
    }
}

/// Ends a command as somebody outside wants it.
fn fail_as_told(output: &mut [u8], status: u8, syndrome: u32) {
    output.fill(0);
    mbox_out::STATUS.set(output, status.into());
    mbox_out::SYNDROME.set(output, syndrome.into());
}

/// Signatures make the exclusive or of all bytes 0xff.
pub fn xor(data: &[u8]) -> u8 {
    data.iter().fold(0, |sum, byte| sum ^ byte)
}
