// SPDX-License-Identifier: GPL-2.0

//! The command register (HCR): seven words through which the driver posts commands, and how they
//! are completed: in the register itself for a driver that polls, otherwise as an event.

use super::{
    commands::{Call, Command, Input, Outcome, Reply, COMMANDS, MAILBOX},
    eq::{data, kind, Event},
    fault::CommandFault,
    layout::{half, long, word, Field},
    status::Status,
    Card,
};
use crate::{faults::Fault, model::Host};
use std::time::Instant;

/// Words of the register.
pub const WORDS: usize = 7;

/// Its fields.
pub(super) mod field {
    use super::*;
    pub const IN_PARAM: Field = long(0);
    pub const MODIFIER: Field = word(8);
    pub const OUT_PARAM: Field = long(12);
    pub const TOKEN: Field = half(20);
    pub const STATUS: Field = word(24).bits(24, 8);
    pub const GO: Field = word(24).bits(23, 1);
    pub const EVENT: Field = word(24).bits(22, 1);
    pub const TOGGLE: Field = word(24).bits(21, 1);
    pub const OP_MODIFIER: Field = word(24).bits(12, 4);
    pub const OPCODE: Field = word(24).bits(0, 12);
}

/// No driver has more commands at a time; QUERY_FW says so.
const MAX_WAITING: usize = 16;

/// What the register holds.
type Registers = [u8; 4 * WORDS];

/// A command as it was posted, and when it is to be executed; `None` is when it is released.
#[derive(Clone, Copy, Debug)]
struct Posted {
    registers: Registers,
    due: Option<Instant>,
}

/// The register, and the commands that take their time.
#[derive(Default)]
pub struct Hcr {
    registers: Registers,
    waiting: Vec<Posted>,
}

impl Hcr {
    /// Forgets the commands that wait: nobody executes them any more.
    pub fn forget_waiting(&mut self) {
        self.waiting.clear();
    }

    /// Reads a word.
    pub fn read(&self, index: usize) -> u32 {
        word(4 * index).get32(&self.registers)
    }
}

impl Card {
    /// The driver writes a word of the register; with the last one it posts a command.
    pub(super) fn write_hcr(&mut self, host: &mut dyn Host, index: usize, value: u32) {
        let registers = &mut self.hcr.registers;
        if field::GO.get(registers) != 0 {
            return; // it is the card's now
        }
        word(4 * index).set(registers, value.into());
        if index == WORDS - 1 && field::GO.get(registers) != 0 {
            self.accept(host);
        }
    }

    fn accept(&mut self, host: &mut dyn Host) {
        if self.dead {
            return;
        }
        let registers = self.hcr.registers;
        if field::EVENT.get(&registers) != 0 {
            field::GO.set(&mut self.hcr.registers, 0);
        }
        let name = find(&registers).map_or("unknown", |command| command.name);
        let due = match self.faults.take(name) {
            Some(Fault::Hang) => None,
            Some(Fault::Delay(time)) => Some(Instant::now() + time),
            Some(Fault::Card(CommandFault::Die(time))) => {
                host.trace(format_args!("{name}: the firmware dies of it"));
                return self.die_after(time);
            }
            Some(Fault::Card(CommandFault::Vanish)) => {
                host.trace(format_args!("{name}: the card vanishes"));
                return host.pull_out();
            }
            fault => return self.finish(host, &registers, fault),
        };
        if self.hcr.waiting.len() < MAX_WAITING {
            self.hcr.waiting.push(Posted { registers, due });
        }
        if due.is_none() {
            host.trace(format_args!("{name}: hangs"));
        }
    }

    /// Executes the commands that are delayed or hang.
    pub(super) fn release_commands(&mut self, host: &mut dyn Host) {
        for posted in std::mem::take(&mut self.hcr.waiting) {
            self.finish(host, &posted.registers, None);
        }
    }

    /// Finishes commands whose time has come, and says when the next one's comes.
    pub(super) fn tick_commands(&mut self, host: &mut dyn Host, now: Instant) -> Option<Instant> {
        let is_due = |one: &Posted| one.due.is_some_and(|due| due <= now);
        while let Some(at) = self.hcr.waiting.iter().position(is_due) {
            let posted = self.hcr.waiting.remove(at);
            self.finish(host, &posted.registers, None);
        }
        self.hcr.waiting.iter().filter_map(|one| one.due).min()
    }

    fn finish(
        &mut self,
        host: &mut dyn Host,
        registers: &Registers,
        fault: Option<Fault<CommandFault>>,
    ) {
        let answer = self.run(host, registers, fault);
        if field::EVENT.get(registers) == 0 {
            self.hcr.registers = answer;
        } else {
            let fields = [
                (data::TOKEN, field::TOKEN.get(&answer)),
                (data::STATUS, field::STATUS.get(&answer)),
                (data::OUT_PARAM, field::OUT_PARAM.get(&answer)),
            ];
            let event = Event::new(kind::COMMAND, 0, &fields);
            self.hca.event(host, kind::COMMAND, event);
        }
    }

    /// Executes a command; returns what the register holds then.
    fn run(
        &mut self,
        host: &mut dyn Host,
        registers: &Registers,
        fault: Option<Fault<CommandFault>>,
    ) -> Registers {
        let command = find(registers);
        let name = command.map_or("unknown", |command| command.name);
        let mut call = Call {
            opcode: field::OPCODE.get(registers) as u16,
            op_modifier: field::OP_MODIFIER.get(registers) as u8,
            modifier: field::MODIFIER.get32(registers),
            in_param: field::IN_PARAM.get(registers),
            input: Vec::new(),
        };
        let outcome = match (fault, command) {
            (Some(Fault::Card(CommandFault::Fail(status))), _) => Err(status),
            (_, Some(command)) => self.call(host, command, &mut call),
            (_, None) => {
                self.report_unknown(&call);
                Err(Status::BadOp)
            }
        };
        let place = field::OUT_PARAM.get(registers);
        let outcome = outcome.and_then(|reply| {
            let reply = self.spoil(reply, fault);
            let mailbox = answer(host, place, &reply)?;
            Ok((reply, mailbox))
        });
        let (status, value) = match &outcome {
            Ok((Reply::Value(value), _)) => (0, *value),
            Ok(_) => (0, place),
            Err(status) => (*status as u64, 0),
        };
        let mut answer = *registers;
        field::OUT_PARAM.set(&mut answer, value);
        field::STATUS.set(&mut answer, status);
        field::GO.set(&mut answer, 0);
        *self.counts.entry(name).or_default() += 1;
        let mailbox = outcome.as_ref().map_or(&[][..], |(_, mailbox)| mailbox);
        let (input, output) = ([registers, &call.input[..]], [&answer[..], mailbox]);
        let line = format_args!(
            "{name} {:#x}/{} modifier={:#x} in={}{:#x} -> {}",
            call.opcode,
            call.op_modifier,
            call.modifier,
            if call.input.is_empty() { "" } else { "@" },
            call.in_param,
            match &outcome {
                Ok((Reply::Done, _)) => "ok".into(),
                Ok((Reply::Value(value), _)) => format!("ok {value:#x}"),
                Ok((Reply::Mailbox(data), _)) => format!("ok, {} bytes", data.len()),
                Err(status) => format!("{status:?}"),
            }
        );
        host.trace_command(&input.concat(), &output.concat(), line);
        answer
    }

    fn call(&mut self, host: &mut dyn Host, command: &Command, call: &mut Call) -> Outcome {
        if self.hca.phase < command.phase {
            return Err(Status::BadSysState);
        }
        let mailbox = match command.input {
            Input::Mailbox => true,
            Input::MailboxIfZero => call.op_modifier == 0,
            Input::Immediate => false,
        };
        if mailbox {
            call.input = vec![0; MAILBOX];
            if call.in_param != 0 {
                host.dma_read(call.in_param, &mut call.input)
                    .map_err(|_| Status::Internal)?;
            }
        }
        (command.run)(self, host, call)
    }

    /// An answer that is noise, if it shall be; there is nothing to spoil where there is none.
    fn spoil(&mut self, reply: Reply, fault: Option<Fault<CommandFault>>) -> Reply {
        if fault != Some(Fault::Garbage) {
            return reply;
        }
        match reply {
            Reply::Done => Reply::Done,
            Reply::Value(_) => {
                let mut value = [0; 8];
                self.faults.scribble(&mut value);
                Reply::Value(u64::from_be_bytes(value))
            }
            Reply::Mailbox(_) => {
                let mut data = vec![0; MAILBOX];
                self.faults.scribble(&mut data);
                Reply::Mailbox(data)
            }
        }
    }

    /// Once for each op-code: a driver that uses what is missing here does so again and again.
    fn report_unknown(&mut self, call: &Call) {
        if self.unknown.insert(call.opcode) {
            eprintln!(
                "connectx: unknown command {:#x}/{}: modifier {:#x}, in {:#x}",
                call.opcode, call.op_modifier, call.modifier, call.in_param
            );
        }
    }
}

/// Writes a reply into the output mailbox, if it is one; returns what it wrote.
fn answer(host: &mut dyn Host, address: u64, reply: &Reply) -> Result<Vec<u8>, Status> {
    let Reply::Mailbox(data) = reply else {
        return Ok(Vec::new());
    };
    let mut data = data.clone();
    data.resize(MAILBOX, 0);
    host.dma_write(address, &data)
        .map_err(|_| Status::Internal)?;
    Ok(data)
}

fn find(registers: &[u8]) -> Option<&'static Command> {
    let opcode = field::OPCODE.get(registers) as u16;
    COMMANDS.iter().find(|command| command.opcode == opcode)
}
