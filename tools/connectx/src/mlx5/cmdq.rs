// SPDX-License-Identifier: GPL-2.0

//! The command queue: entries in the machine's memory, their mailboxes, and how they end.

use super::{
    command::Call,
    eq,
    fault::CommandFault,
    layout::{
        Block, CmdIfBox, CmdInterCompEvent, CmdQueueEntry, EventType, MboxIn, MboxOut, Structure,
        View, ViewMut,
    },
    Mlx5,
};
use crate::{faults::Fault, model::Host};
use std::{ops::Range, time::Instant};

/// How many entries the queue has, as a power of two, and how long one is.
pub const LOG_ENTRIES: u32 = 5;
pub const LOG_STRIDE: u32 = CmdQueueEntry::BYTES.ilog2();

/// The only type of an entry.
const TYPE_PCI: u8 = 7;
/// What fits into an entry, of the input and of the output.
const INLINE: usize = CmdQueueEntry::COMMAND_INPUT_INLINE_DATA.width() / 8;

// A block of a mailbox.
const BLOCK_DATA: usize = CmdIfBox::MAILBOX_DATA.width() / 8;
const BLOCK_ALIGNMENT: u64 = 512;
/// The part that the control signature is about.
const BLOCK_CONTROL: Range<usize> = BLOCK_DATA..CmdIfBox::SIGNATURE.bytes().start;

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

/// What the firmware dies of.
const FATAL: u8 = 1;

/// A command that waits until its time has come, or until somebody outside lets it go on.
pub struct Delayed {
    pub due: Option<Instant>,
    pub index: u32,
}

/// An entry as it was read from the machine's memory.
struct Entry {
    index: u32,
    address: u64,
    data: Block<CmdQueueEntry>,
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
        let mut data = Block::<CmdQueueEntry>::new();
        host.dma_read(address, data.as_mut()).ok()?;
        data.get(CmdQueueEntry::OWNERSHIP).then_some(Entry {
            index,
            address,
            data,
        })
    }

    fn accept(&mut self, host: &mut dyn Host, entry: Entry) {
        let input = entry.data.view();
        let input = input.bytes(CmdQueueEntry::COMMAND_INPUT_INLINE_DATA);
        let opcode = View::of_any_length(input).get(MboxIn::OPCODE);
        let fault = self.faults.take(opcode);
        match fault {
            Some(Fault::Hang) => self.delay(entry.index, None),
            Some(Fault::Delay(time)) => self.delay(entry.index, Some(Instant::now() + time)),
            Some(Fault::Card(CommandFault::Die)) => self.segment.die(FATAL, 0, true),
            Some(Fault::Card(CommandFault::Vanish)) => host.pull_out(),
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
        let queue = self.events.queue_for(EventType::CMD);
        let mut output =
            vec![0; entry.data.get(CmdQueueEntry::OUTPUT_LENGTH) as usize % (MAX_LENGTH + 1)];
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
                    let start = call.output.len().min(MboxIn::BYTES / 2);
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
        output.resize(INLINE, 0);
        let mut data = entry.data.view_mut();
        data.bytes(CmdQueueEntry::COMMAND_OUTPUT_INLINE_DATA)
            .copy_from_slice(&output);
        data.set(CmdQueueEntry::STATUS, delivery as u8);
        data.set(CmdQueueEntry::OWNERSHIP, false);
        data.set(CmdQueueEntry::SIGNATURE, 0);
        let signature = !xor(data.view().data()) ^ u8::from(wrong_signature);
        data.set(CmdQueueEntry::SIGNATURE, signature);
        // Ownership goes last: the driver looks at nothing else while it polls.
        let start = CmdQueueEntry::COMMAND_OUTPUT_INLINE_DATA.bytes().start;
        let last = CmdQueueEntry::OWNERSHIP.bytes().start;
        let data = entry.data.as_ref();
        let written = host
            .dma_write(entry.address + start as u64, &data[start..last])
            .and_then(|()| host.dma_write(entry.address + last as u64, &data[last..]));
        if written.is_ok() && queue.is_some() && queue == self.events.queue_for(EventType::CMD) {
            let vector = 1u32 << entry.index;
            let event = eq::Event::new(EventType::CMD);
            let completed = CmdInterCompEvent::COMMAND_COMPLETION_VECTOR;
            self.post(host, event.with(|data| data.set(completed, vector)));
        }
    }

    fn read_input(&mut self, host: &mut dyn Host, entry: &Entry) -> Result<Vec<u8>, Delivery> {
        if entry.data.get(CmdQueueEntry::TYPE) != TYPE_PCI {
            return Err(Delivery::Descriptor);
        }
        if xor(entry.data.as_ref()) != 0xff {
            return Err(Delivery::Signature);
        }
        let length = entry.data.get(CmdQueueEntry::INPUT_LENGTH) as usize;
        if !(MboxIn::BYTES / 2..=MAX_LENGTH).contains(&length) {
            return Err(Delivery::InputLength);
        }
        if entry.data.get(CmdQueueEntry::OUTPUT_LENGTH) as usize > MAX_LENGTH {
            return Err(Delivery::OutputLength);
        }
        let inline = CmdQueueEntry::COMMAND_INPUT_INLINE_DATA;
        let mut input = entry.data.view().bytes(inline).to_vec();
        let mut next = entry.data.get(CmdQueueEntry::INPUT_MAILBOX);
        let mut number = 0;
        while input.len() < length {
            let block = self.read_block(host, entry, next, number, Delivery::InputPointer)?;
            input.extend_from_slice(block.view().bytes(CmdIfBox::MAILBOX_DATA));
            next = block.get(CmdIfBox::NEXT);
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
        let rest = output.get(INLINE..).unwrap_or_default();
        let mut next = entry.data.get(CmdQueueEntry::OUTPUT_MAILBOX);
        for (number, data) in rest.chunks(BLOCK_DATA).enumerate() {
            let address = next;
            let mut block = self.read_block(host, entry, next, number, Delivery::OutputPointer)?;
            next = block.get(CmdIfBox::NEXT);
            let mut view = block.view_mut();
            let (start, rest) = view.bytes(CmdIfBox::MAILBOX_DATA).split_at_mut(data.len());
            start.copy_from_slice(data);
            rest.fill(0);
            view.set(CmdIfBox::CTRL_SIGNATURE, 0);
            let signature = !xor(&view.view().data()[BLOCK_CONTROL]);
            view.set(CmdIfBox::CTRL_SIGNATURE, signature);
            view.set(CmdIfBox::SIGNATURE, 0);
            let signature = !xor(view.view().data()) ^ stale;
            view.set(CmdIfBox::SIGNATURE, signature);
            host.dma_write(address, block.as_ref())
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
    ) -> Result<Block<CmdIfBox>, Delivery> {
        let mut block = Block::<CmdIfBox>::new();
        let is_aligned = address.is_multiple_of(BLOCK_ALIGNMENT);
        if !is_aligned || host.dma_read(address, block.as_mut()).is_err() {
            return Err(bad_pointer);
        }
        if block.get(CmdIfBox::TOKEN) != entry.data.get(CmdQueueEntry::TOKEN) {
            return Err(Delivery::Token);
        }
        if block.get(CmdIfBox::BLOCK_NUMBER) as usize != number {
            return Err(Delivery::BlockNumber);
        }
        let data = block.as_ref();
        if self.caps.checks_mailboxes() && (xor(&data[BLOCK_CONTROL]) != 0xff || xor(data) != 0xff)
        {
            return Err(Delivery::Signature);
        }
        Ok(block)
    }
}

/// Ends a command as somebody outside wants it.
fn fail_as_told(output: &mut [u8], status: u8, syndrome: u32) {
    output.fill(0);
    let mut output = ViewMut::of_any_length(output);
    output.set(MboxOut::STATUS, status);
    output.set(MboxOut::SYNDROME, syndrome);
}

/// Signatures make the exclusive or of all bytes 0xff.
pub fn xor(data: &[u8]) -> u8 {
    data.iter().fold(0, |sum, byte| sum ^ byte)
}
