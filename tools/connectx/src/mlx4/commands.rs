// SPDX-License-Identifier: GPL-2.0

//! The table of commands, and those about the card as a whole.
//!
//! To add a command: write a function that takes a [`Call`] and returns an [`Outcome`], and a line
//! of [`COMMANDS`] with its op-code, name, the phase that it needs and whether it has an input
//! mailbox.

use super::{
    caps, filter, groups,
    hca::{init, Phase},
    icm,
    layout::{byte, fill, half, Field},
    objects, port, rules,
    status::Status,
    traffic, Card,
};
use crate::model::Host;

/// Bytes of a mailbox.
pub const MAILBOX: usize = 4096;

/// A command as its handler sees it.
#[derive(Debug)]
pub struct Call {
    pub opcode: u16,
    pub op_modifier: u8,
    pub modifier: u32,
    /// An immediate value, or the mailbox's address.
    pub in_param: u64,
    /// The input mailbox, if it has one.
    pub input: Vec<u8>,
}

/// What a command answers.
#[derive(Debug)]
pub enum Reply {
    /// Nothing.
    Done,
    /// An immediate value.
    Value(u64),
    /// The beginning of a mailbox; zeros follow.
    Mailbox(Vec<u8>),
}

/// How a command ends.
pub type Outcome = Result<Reply, Status>;

type Handler = fn(&mut Card, &mut dyn Host, &Call) -> Outcome;

/// A line of the table.
#[derive(Clone, Copy)]
pub struct Command {
    pub opcode: u16,
    pub name: &'static str,
    pub phase: Phase,
    pub input: Input,
    pub run: Handler,
}

const fn command(
    opcode: u16,
    name: &'static str,
    phase: Phase,
    input: Input,
    run: Handler,
) -> Command {
    Command {
        opcode,
        name,
        phase,
        input,
        run,
    }
}

/// What a command's input parameter is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Input {
    /// The address of a mailbox; 0 is none.
    Mailbox,
    /// With operation modifier 0 the address of a mailbox, otherwise a value.
    MailboxIfZero,
    /// A value.
    Immediate,
}
use Input::{Immediate, Mailbox, MailboxIfZero};
use Phase::{Boot, Initialised, Running};

#[rustfmt::skip]
pub const COMMANDS: &[Command] = &[
    command(0x004, "QUERY_FW",          Boot,        Immediate, query_fw),
    command(0xfff, "MAP_FA",            Boot,        Mailbox,   map_fa),
    command(0xffe, "UNMAP_FA",          Boot,        Immediate, unmap_fa),
    command(0xff6, "RUN_FW",            Boot,        Immediate, run_fw),
    command(0x003, "QUERY_DEV_CAP",     Running,     Immediate, query_dev_cap),
    command(0x006, "QUERY_ADAPTER",     Running,     Immediate, query_adapter),
    command(0x034, "MOD_STAT_CFG",      Running,     MailboxIfZero, port::static_configuration),
    command(0xffd, "SET_ICM_SIZE",      Running,     Immediate, set_icm_size),
    command(0xffc, "MAP_ICM_AUX",       Running,     Mailbox,   map_icm_aux),
    command(0xffb, "UNMAP_ICM_AUX",     Running,     Immediate, unmap_icm_aux),
    command(0xffa, "MAP_ICM",           Running,     Mailbox,   map_icm),
    command(0xff9, "UNMAP_ICM",         Running,     Immediate, unmap_icm),
    command(0x007, "INIT_HCA",          Running,     Mailbox,   init_hca),
    command(0x008, "CLOSE_HCA",         Running,     Immediate, close_hca),
    command(0x00b, "QUERY_HCA",         Initialised, Immediate, query_hca),
    command(0x056, "QUERY_FUNC",        Running,     Immediate, query_func),
    command(0x031, "NOP",               Running,     Immediate, done),
    command(0x050, "HW_HEALTH_CHECK",   Running,     Immediate, done),
    command(0x03a, "CONFIG_DEV",        Initialised, Mailbox,   port::configure),
    command(0x05c, "VIRT_PORT_MAP",     Initialised, Mailbox,   port::map_ports),
    command(0x03b, "ACCESS_REG",        Initialised, Mailbox,   port::access_register),
    command(0x024, "MAD_IFC",           Initialised, Mailbox,   port::datagram),

    command(0x009, "INIT_PORT",         Initialised, Immediate, port::init_port),
    command(0x00a, "CLOSE_PORT",        Initialised, Immediate, port::close_port),
    command(0x043, "QUERY_PORT",        Running,     Immediate, port::query_port),
    command(0x04d, "SENSE_PORT",        Running,     Immediate, port::sense_port),
    command(0x00c, "SET_PORT",          Initialised, Mailbox,   filter::set_port),
    command(0x05a, "SET_NODE",          Initialised, Mailbox,   done),
    command(0x047, "SET_VLAN_FLTR",     Initialised, Mailbox,   filter::set_vlans),
    command(0x048, "SET_MCAST_FLTR",    Initialised, Immediate, filter::set_multicast),
    command(0x049, "DUMP_ETH_STATS",    Initialised, Immediate, traffic::ethernet_statistics),
    command(0x054, "QUERY_IF_STAT",     Initialised, Immediate, traffic::query_counter),

    command(0x012, "MAP_EQ",            Initialised, Immediate, objects::map_eq),
    command(0x013, "SW2HW_EQ",          Initialised, Mailbox,   objects::give_eq),
    command(0x014, "HW2SW_EQ",          Initialised, Immediate, objects::take_eq),
    command(0x015, "QUERY_EQ",          Initialised, Immediate, objects::query_eq),
    command(0x016, "SW2HW_CQ",          Initialised, Mailbox,   objects::give_cq),
    command(0x017, "HW2SW_CQ",          Initialised, Immediate, objects::take_cq),
    command(0x018, "QUERY_CQ",          Initialised, Immediate, objects::query_cq),
    command(0x02c, "MODIFY_CQ",         Initialised, Mailbox,   objects::modify_cq),
    command(0x035, "SW2HW_SRQ",         Initialised, Mailbox,   objects::give_srq),
    command(0x036, "HW2SW_SRQ",         Initialised, Immediate, objects::take_srq),
    command(0x037, "QUERY_SRQ",         Initialised, Immediate, objects::query_srq),
    command(0x040, "ARM_SRQ",           Initialised, Immediate, objects::arm_srq),
    command(0x00d, "SW2HW_MPT",         Initialised, Mailbox,   objects::give_mpt),
    command(0x00e, "QUERY_MPT",         Initialised, Immediate, objects::query_mpt),
    command(0x00f, "HW2SW_MPT",         Initialised, Immediate, objects::take_mpt),
    command(0x02f, "SYNC_TPT",          Initialised, Immediate, done),

    command(0x019, "RST2INIT_QP",       Initialised, Mailbox,   objects::modify_qp),
    command(0x02d, "INIT2INIT_QP",      Initialised, Mailbox,   objects::modify_qp),
    command(0x01a, "INIT2RTR_QP",       Initialised, Mailbox,   objects::modify_qp),
    command(0x01b, "RTR2RTS_QP",        Initialised, Mailbox,   objects::modify_qp),
    command(0x01c, "RTS2RTS_QP",        Initialised, Mailbox,   objects::modify_qp),
    command(0x01d, "SQERR2RTS_QP",      Initialised, Mailbox,   objects::modify_qp),
    command(0x01f, "RTS2SQD_QP",        Initialised, Mailbox,   objects::modify_qp),
    command(0x038, "SQD2SQD_QP",        Initialised, Mailbox,   objects::modify_qp),
    command(0x020, "SQD2RTS_QP",        Initialised, Mailbox,   objects::modify_qp),
    command(0x01e, "2ERR_QP",           Initialised, Immediate, objects::modify_qp),
    command(0x021, "2RST_QP",           Initialised, Immediate, objects::modify_qp),
    command(0x022, "QUERY_QP",          Initialised, Immediate, objects::query_qp),
    command(0x061, "UPDATE_QP",         Initialised, Mailbox,   objects::update_qp),
    command(0x023, "CONF_SPECIAL_QP",   Initialised, Immediate, done),

    command(0x065, "FLOW_STEERING_ATTACH", Initialised, Mailbox,   rules::attach_flow),
    command(0x066, "FLOW_STEERING_DETACH", Initialised, Immediate, rules::detach_flow),
    command(0x064, "FLOW_STEERING_IB_UC_QP_RANGE", Initialised, Immediate, done),
    command(0x025, "READ_MCG",          Initialised, Immediate, groups::read_group),
    command(0x026, "WRITE_MCG",         Initialised, Mailbox,   groups::write_group),
    command(0x027, "MGID_HASH",         Initialised, Mailbox,   groups::hash_group),
];

/// Pages of the firmware's book-keeping for each GiB of context memory.
const AUX_PER_GIB: u64 = 8;

fn done(_card: &mut Card, _host: &mut dyn Host, _call: &Call) -> Outcome {
    Ok(Reply::Done)
}

fn query_fw(_card: &mut Card, _host: &mut dyn Host, _call: &Call) -> Outcome {
    let mut data = vec![0; 0x100];
    fill(&mut data, caps::QUERY_FW);
    Ok(Reply::Mailbox(data))
}

fn map_fa(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    if card.hca.phase != Boot {
        return Err(Status::BadSysState);
    }
    let pages = icm::count_pages(&call.input, call.modifier)?;
    card.hca.fw_pages = card.hca.fw_pages.saturating_add(pages);
    Ok(Reply::Done)
}

fn unmap_fa(card: &mut Card, _host: &mut dyn Host, _call: &Call) -> Outcome {
    card.count_leaks(&["fw_pages"]);
    card.hca = Default::default();
    Ok(Reply::Done)
}

fn run_fw(card: &mut Card, _host: &mut dyn Host, _call: &Call) -> Outcome {
    if card.hca.phase != Boot || card.hca.fw_pages < caps::FW_PAGES {
        return Err(Status::BadSysState);
    }
    card.hca.phase = Running;
    Ok(Reply::Done)
}

fn query_dev_cap(card: &mut Card, _host: &mut dyn Host, _call: &Call) -> Outcome {
    const PORTS: Field = byte(0x37).bits(0, 4);
    let mut data = vec![0; 0x100];
    fill(&mut data, caps::QUERY_DEV_CAP);
    PORTS.set(&mut data, card.ports.len() as u64);
    Ok(Reply::Mailbox(data))
}

fn query_adapter(_card: &mut Card, _host: &mut dyn Host, _call: &Call) -> Outcome {
    let mut data = vec![0; 0x100];
    for (at, swapped) in caps::BOARD_ID.chunks_exact(4).enumerate() {
        for (offset, byte) in swapped.iter().rev().enumerate() {
            if let Some(place) = data.get_mut(caps::BOARD_ID_AT + 4 * at + offset) {
                *place = *byte;
            }
        }
    }
    Ok(Reply::Mailbox(data))
}

fn set_icm_size(_card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    Ok(Reply::Value(((call.in_param >> 30) + 1) * AUX_PER_GIB))
}

fn map_icm_aux(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let pages = icm::count_pages(&call.input, call.modifier)?;
    card.hca.aux_pages = card.hca.aux_pages.saturating_add(pages);
    Ok(Reply::Done)
}

fn unmap_icm_aux(card: &mut Card, _host: &mut dyn Host, _call: &Call) -> Outcome {
    card.hca.aux_pages = 0;
    Ok(Reply::Done)
}

fn map_icm(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    card.hca.icm.map(&call.input, call.modifier)?;
    Ok(Reply::Done)
}

fn unmap_icm(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    card.hca.icm.unmap(call.in_param, call.modifier);
    Ok(Reply::Done)
}

fn init_hca(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    if card.hca.phase != Running {
        return Err(Status::BadSysState);
    }
    card.hca.init = call.input.get(..init::LENGTH).unwrap_or(&[]).to_vec();
    card.hca.phase = Initialised;
    card.hca.port_map = [1, 2];
    Ok(Reply::Done)
}

fn close_hca(card: &mut Card, _host: &mut dyn Host, _call: &Call) -> Outcome {
    card.count_leaks(&["fw_pages", "aux_pages", "icm_pages"]);
    card.hca.close();
    card.ports.iter_mut().for_each(port::Port::reset);
    Ok(Reply::Done)
}

fn query_hca(card: &mut Card, _host: &mut dyn Host, _call: &Call) -> Outcome {
    const CLOCK: Field = half(0x0c);
    let mut data = card.hca.init.clone();
    CLOCK.set(&mut data, caps::CLOCK_MHZ);
    Ok(Reply::Mailbox(data))
}

fn query_func(_card: &mut Card, _host: &mut dyn Host, _call: &Call) -> Outcome {
    Ok(Reply::Mailbox(vec![0; 0x100]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_command_is_there_once() {
        let opcodes: BTreeSet<u16> = COMMANDS.iter().map(|command| command.opcode).collect();
        let names: BTreeSet<&str> = COMMANDS.iter().map(|command| command.name).collect();
        assert_eq!(opcodes.len(), COMMANDS.len());
        assert_eq!(names.len(), COMMANDS.len());
    }
}
