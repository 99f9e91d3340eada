// SPDX-License-Identifier: GPL-2.0

//! Commands: which there are, when they are allowed, and who does them.
//!
//! To add one: its structures in `tables`, and a line in [`COMMANDS`]. If it makes, destroys,
//! changes or shows an object, a [`Class`] says how; otherwise a function of the model does it,
//! which reads `call.input` and writes `call.output`, both with the fields of the tables.

use super::{
    caps, eq, firmware, flow, objects,
    objects::Class,
    pages, port, queues, registers,
    tables::{mbox_in, mbox_out, LAYOUTS},
    vport, Mlx5,
};
use crate::model::Host;
use std::fmt::{self, Write};

/// How a command ends, as the driver sees it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum Status {
    BadOperation = 0x02,
    BadParameter = 0x03,
    BadSystemState = 0x04,
    BadResource = 0x05,
    Limit = 0x08,
    BadResourceState = 0x09,
    NoResources = 0x0f,
    BadInputLength = 0x50,
    BadOutputLength = 0x51,
}

/// What a command's execution results in.
pub type Outcome = Result<(), Status>;

/// The shortest that an input and an output can be: operation and modifier, status and syndrome.
const HEADER: usize = 8;

/// A command that is being executed.
pub struct Call<'a> {
    pub host: &'a mut dyn Host,
    pub input: Vec<u8>,
    /// As long as the driver wants it, zero where nobody wrote.
    pub output: Vec<u8>,
}

impl Call<'_> {
    /// The modifier of the operation.
    pub fn modifier(&self) -> u16 {
        mbox_in::OP_MOD.get(&self.input) as u16
    }
}

/// How far the driver has brought the function.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Phase {
    /// Nothing has begun.
    Down,
    /// ENABLE_HCA: it can be asked for its capabilities and be given pages.
    Enabled,
    /// INIT_HCA: objects can be made.
    Running,
}

/// Who does a command.
pub enum Run {
    /// A function of the model.
    By(fn(&mut Mlx5, &mut Call<'_>) -> Outcome),
    /// Makes an object.
    Create(&'static Class),
    Destroy(&'static Class),
    Modify(&'static Class),
    Query(&'static Class),
    /// It changes nothing that anybody could see.
    Accept,
}

/// A command of the interface.
pub struct Command {
    pub opcode: u16,
    pub name: &'static str,
    /// Before that it is refused.
    pub from: Phase,
    pub run: Run,
}

const fn command(opcode: u16, name: &'static str, from: Phase, run: Run) -> Command {
    Command {
        opcode,
        name,
        from,
        run,
    }
}

use Phase::{Down, Enabled, Running};
use Run::{Accept, By, Create, Destroy, Modify, Query};

/// All commands that the model knows, by their operation codes.
#[rustfmt::skip]
pub const COMMANDS: &[Command] = &[
    command(0x100, "QUERY_HCA_CAP", Enabled, By(caps::query_hca_cap)),
    command(0x101, "QUERY_ADAPTER", Enabled, By(firmware::query_adapter)),
    command(0x102, "INIT_HCA", Enabled, By(Mlx5::init_hca)),
    command(0x103, "TEARDOWN_HCA", Down, By(Mlx5::teardown_hca)),
    command(0x104, "ENABLE_HCA", Down, By(Mlx5::enable_hca)),
    command(0x105, "DISABLE_HCA", Down, By(Mlx5::disable_hca)),
    command(0x107, "QUERY_PAGES", Enabled, By(pages::query_pages)),
    command(0x108, "MANAGE_PAGES", Enabled, By(pages::manage_pages)),
    command(0x109, "SET_HCA_CAP", Enabled, By(caps::set_hca_cap)),
    command(0x10a, "QUERY_ISSI", Enabled, By(Mlx5::query_issi)),
    command(0x10b, "SET_ISSI", Enabled, By(Mlx5::set_issi)),
    command(0x10d, "SET_DRIVER_VERSION", Enabled, By(Mlx5::set_driver_version)),

    command(0x200, "CREATE_MKEY", Running, Create(&objects::MKEY)),
    command(0x201, "QUERY_MKEY", Running, Query(&objects::MKEY)),
    command(0x202, "DESTROY_MKEY", Running, Destroy(&objects::MKEY)),
    command(0x203, "QUERY_SPECIAL_CONTEXTS", Running, By(Mlx5::query_special_contexts)),

    command(0x301, "CREATE_EQ", Running, By(eq::create_eq)),
    command(0x302, "DESTROY_EQ", Running, By(eq::destroy_eq)),
    command(0x303, "QUERY_EQ", Running, By(eq::query_eq)),
    command(0x304, "GEN_EQE", Running, Accept),
    command(0x400, "CREATE_CQ", Running, By(queues::create_cq)),
    command(0x401, "DESTROY_CQ", Running, By(queues::destroy_cq)),
    command(0x402, "QUERY_CQ", Running, By(queues::query_cq)),
    command(0x403, "MODIFY_CQ", Running, Modify(&objects::CQ)),

    command(0x500, "CREATE_QP", Running, Create(&objects::QP)),
    command(0x501, "DESTROY_QP", Running, Destroy(&objects::QP)),
    command(0x502, "RST2INIT_QP", Running, Modify(&objects::QP)),
    command(0x503, "INIT2RTR_QP", Running, Modify(&objects::QP)),
    command(0x504, "RTR2RTS_QP", Running, Modify(&objects::QP)),
    command(0x505, "RTS2RTS_QP", Running, Modify(&objects::QP)),
    command(0x507, "2ERR_QP", Running, Modify(&objects::QP)),
    command(0x50a, "2RST_QP", Running, Modify(&objects::QP)),
    command(0x50b, "QUERY_QP", Running, Query(&objects::QP)),

    command(0x740, "QUERY_ESW_FUNCTIONS", Running, Accept),
    command(0x750, "QUERY_VPORT_STATE", Running, By(vport::query_vport_state)),
    command(0x751, "MODIFY_VPORT_STATE", Running, By(vport::modify_vport_state)),
    command(0x752, "QUERY_ESW_VPORT_CONTEXT", Running, By(vport::query_esw_vport_context)),
    command(0x753, "MODIFY_ESW_VPORT_CONTEXT", Running, By(vport::modify_esw_vport_context)),
    command(0x754, "QUERY_NIC_VPORT_CONTEXT", Enabled, By(vport::query_nic_vport_context)),
    command(0x755, "MODIFY_NIC_VPORT_CONTEXT", Running, By(vport::modify_nic_vport_context)),
    command(0x76f, "QUERY_VNIC_ENV", Running, Accept),
    command(0x770, "QUERY_VPORT_COUNTER", Running, By(vport::query_vport_counter)),
    command(0x771, "ALLOC_Q_COUNTER", Running, Create(&objects::Q_COUNTER)),
    command(0x772, "DEALLOC_Q_COUNTER", Running, Destroy(&objects::Q_COUNTER)),
    command(0x773, "QUERY_Q_COUNTER", Running, By(objects::query_q_counter)),
    command(0x780, "SET_PP_RATE_LIMIT", Running, By(objects::set_rate_limit)),
    command(0x782, "CREATE_SCHEDULING_ELEMENT", Running, Create(&objects::SCHEDULING_ELEMENT)),
    command(0x783, "DESTROY_SCHEDULING_ELEMENT", Running, Destroy(&objects::SCHEDULING_ELEMENT)),
    command(0x784, "QUERY_SCHEDULING_ELEMENT", Running, Query(&objects::SCHEDULING_ELEMENT)),
    command(0x785, "MODIFY_SCHEDULING_ELEMENT", Running, Modify(&objects::SCHEDULING_ELEMENT)),

    command(0x800, "ALLOC_PD", Running, Create(&objects::PD)),
    command(0x801, "DEALLOC_PD", Running, Destroy(&objects::PD)),
    command(0x802, "ALLOC_UAR", Running, Create(&objects::UAR)),
    command(0x803, "DEALLOC_UAR", Running, Destroy(&objects::UAR)),
    command(0x804, "CONFIG_INT_MODERATION", Running, Accept),
    command(0x805, "ACCESS_REG", Enabled, By(registers::access_reg)),
    command(0x80d, "NOP", Down, Accept),
    command(0x80e, "ALLOC_XRCD", Running, Create(&objects::XRCD)),
    command(0x80f, "DEALLOC_XRCD", Running, Destroy(&objects::XRCD)),
    command(0x816, "ALLOC_TRANSPORT_DOMAIN", Running, Create(&objects::TRANSPORT_DOMAIN)),
    command(0x817, "DEALLOC_TRANSPORT_DOMAIN", Running, Destroy(&objects::TRANSPORT_DOMAIN)),
    command(0x822, "QUERY_CONG_STATUS", Running, Accept),
    command(0x823, "MODIFY_CONG_STATUS", Running, Accept),
    command(0x824, "QUERY_CONG_PARAMS", Running, Accept),
    command(0x825, "MODIFY_CONG_PARAMS", Running, Accept),
    command(0x826, "QUERY_CONG_STATISTICS", Running, Accept),
    command(0x827, "ADD_VXLAN_UDP_DPORT", Running, By(objects::add_vxlan_port)),
    command(0x828, "DELETE_VXLAN_UDP_DPORT", Running, Destroy(&objects::VXLAN_PORT)),
    command(0x829, "SET_L2_TABLE_ENTRY", Running, By(objects::set_l2_entry)),
    command(0x82b, "DELETE_L2_TABLE_ENTRY", Running, Destroy(&objects::L2_ENTRY)),
    command(0x830, "SET_WOL_ROL", Running, Accept),
    command(0x831, "QUERY_WOL_ROL", Running, Accept),
    command(0x840, "CREATE_LAG", Running, By(port::create_lag)),
    command(0x841, "MODIFY_LAG", Running, By(port::modify_lag)),
    command(0x842, "QUERY_LAG", Running, By(port::query_lag)),
    command(0x843, "DESTROY_LAG", Running, By(port::destroy_lag)),
    command(0x844, "CREATE_VPORT_LAG", Running, By(port::create_vport_lag)),
    command(0x845, "DESTROY_VPORT_LAG", Running, By(port::destroy_vport_lag)),

    command(0x900, "CREATE_TIR", Running, Create(&objects::TIR)),
    command(0x901, "MODIFY_TIR", Running, Modify(&objects::TIR)),
    command(0x902, "DESTROY_TIR", Running, Destroy(&objects::TIR)),
    command(0x903, "QUERY_TIR", Running, Query(&objects::TIR)),
    command(0x904, "CREATE_SQ", Running, By(queues::create_sq)),
    command(0x905, "MODIFY_SQ", Running, By(queues::modify_sq)),
    command(0x906, "DESTROY_SQ", Running, By(queues::destroy_sq)),
    command(0x907, "QUERY_SQ", Running, By(queues::query_sq)),
    command(0x908, "CREATE_RQ", Running, By(queues::create_rq)),
    command(0x909, "MODIFY_RQ", Running, By(queues::modify_rq)),
    command(0x90a, "DESTROY_RQ", Running, By(queues::destroy_rq)),
    command(0x90b, "QUERY_RQ", Running, By(queues::query_rq)),
    command(0x90c, "CREATE_RMP", Running, Create(&objects::RMP)),
    command(0x90d, "MODIFY_RMP", Running, Modify(&objects::RMP)),
    command(0x90e, "DESTROY_RMP", Running, Destroy(&objects::RMP)),
    command(0x90f, "QUERY_RMP", Running, Query(&objects::RMP)),
    command(0x910, "SET_DELAY_DROP_PARAMS", Running, Accept),
    command(0x912, "CREATE_TIS", Running, Create(&objects::TIS)),
    command(0x913, "MODIFY_TIS", Running, Modify(&objects::TIS)),
    command(0x914, "DESTROY_TIS", Running, Destroy(&objects::TIS)),
    command(0x915, "QUERY_TIS", Running, Query(&objects::TIS)),
    command(0x916, "CREATE_RQT", Running, Create(&objects::RQT)),
    command(0x917, "MODIFY_RQT", Running, Modify(&objects::RQT)),
    command(0x918, "DESTROY_RQT", Running, Destroy(&objects::RQT)),
    command(0x919, "QUERY_RQT", Running, Query(&objects::RQT)),

    command(0x92f, "SET_FLOW_TABLE_ROOT", Running, By(flow::set_flow_table_root)),
    command(0x930, "CREATE_FLOW_TABLE", Running, Create(&objects::FLOW_TABLE)),
    command(0x931, "DESTROY_FLOW_TABLE", Running, Destroy(&objects::FLOW_TABLE)),
    command(0x932, "QUERY_FLOW_TABLE", Running, Query(&objects::FLOW_TABLE)),
    command(0x933, "CREATE_FLOW_GROUP", Running, Create(&objects::FLOW_GROUP)),
    command(0x934, "DESTROY_FLOW_GROUP", Running, Destroy(&objects::FLOW_GROUP)),
    command(0x935, "QUERY_FLOW_GROUP", Running, Query(&objects::FLOW_GROUP)),
    command(0x936, "SET_FLOW_TABLE_ENTRY", Running, By(flow::set_fte)),
    command(0x937, "QUERY_FLOW_TABLE_ENTRY", Running, By(flow::query_fte)),
    command(0x938, "DELETE_FLOW_TABLE_ENTRY", Running, By(flow::delete_fte)),
    command(0x939, "ALLOC_FLOW_COUNTER", Running, By(flow::alloc_flow_counter)),
    command(0x93a, "DEALLOC_FLOW_COUNTER", Running, Destroy(&objects::FLOW_COUNTER)),
    command(0x93b, "QUERY_FLOW_COUNTER", Running, Accept),
    command(0x93c, "MODIFY_FLOW_TABLE", Running, Modify(&objects::FLOW_TABLE)),
    command(0x93d, "ALLOC_PACKET_REFORMAT_CONTEXT", Running, Create(&objects::PACKET_REFORMAT)),
    command(0x93e, "DEALLOC_PACKET_REFORMAT_CONTEXT", Running, Destroy(&objects::PACKET_REFORMAT)),
    command(0x940, "ALLOC_MODIFY_HEADER_CONTEXT", Running, Create(&objects::MODIFY_HEADER)),
    command(0x941, "DEALLOC_MODIFY_HEADER_CONTEXT", Running, Destroy(&objects::MODIFY_HEADER)),

    command(0xa00, "CREATE_GENERAL_OBJECT", Running, Create(&objects::GENERAL_OBJECT)),
    command(0xa01, "MODIFY_GENERAL_OBJECT", Running, Modify(&objects::GENERAL_OBJECT)),
    command(0xa02, "QUERY_GENERAL_OBJECT", Running, Query(&objects::GENERAL_OBJECT)),
    command(0xa03, "DESTROY_GENERAL_OBJECT", Running, Destroy(&objects::GENERAL_OBJECT)),
    command(0xb00, "SYNC_STEERING", Running, Accept),
    command(0xb0d, "QUERY_VHCA_STATE", Enabled, By(vport::query_vhca_state)),
    command(0xb0e, "MODIFY_VHCA_STATE", Enabled, By(vport::modify_vhca_state)),
];

/// Finds a command by its operation code.
pub fn find(opcode: u16) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.opcode == opcode)
}

/// Finds the code of a command by its name, or by a number in the name's place.
pub fn opcode(name: &str) -> Option<u16> {
    let number = name.strip_prefix("0x").unwrap_or(name);
    COMMANDS
        .iter()
        .find(|command| command.name.eq_ignore_ascii_case(name))
        .map(|command| command.opcode)
        .or_else(|| u16::from_str_radix(number, 16).ok())
}

impl Mlx5 {
    /// Executes a command, and writes the status into its output.
    pub(super) fn run(&mut self, call: &mut Call<'_>) -> Outcome {
        let opcode = mbox_in::OPCODE.get(&call.input) as u16;
        let outcome = match find(opcode) {
            None => self.unknown(opcode, call),
            Some(command) => self.run_known(command, call),
        };
        if let Err(status) = outcome {
            self.fail(call, status);
        }
        outcome
    }

    /// Tells who looks on of a command that has ended.
    pub(super) fn tell(&mut self, call: &mut Call<'_>, outcome: &str) {
        let opcode = mbox_in::OPCODE.get(&call.input) as u16;
        let name = find(opcode).map_or("unknown", |command| command.name);
        *self.statistics.commands.entry(name).or_default() += 1;
        let (input, output) = (&call.input, &call.output);
        let line = format_args!(
            "{name}{} -> {outcome}{}",
            Shown(name, "_in", input),
            Shown(name, "_out", output),
        );
        call.host.trace_command(input, output, line);
    }

    fn run_known(&mut self, command: &Command, call: &mut Call<'_>) -> Outcome {
        if self.phase < command.from {
            return Err(Status::BadSystemState);
        }
        if call.input.len() < HEADER {
            return Err(Status::BadInputLength);
        }
        if call.output.len() < HEADER {
            return Err(Status::BadOutputLength);
        }
        match command.run {
            By(function) => function(self, call),
            Create(class) => self.create_object(class, call).map(drop),
            Destroy(class) => self.destroy_object(class, call).map(drop),
            Modify(class) => self.modify_object(class, call),
            Query(class) => self.query_object(class, call),
            Accept => Ok(()),
        }
    }

    fn unknown(&mut self, opcode: u16, call: &Call<'_>) -> Outcome {
        let start = &call.input[..call.input.len().min(64)];
        self.complain(format!("command {opcode:#x}"), start);
        Err(Status::BadOperation)
    }

    /// Writes a bad status into an output, with a syndrome that tells the model's from others'.
    pub(super) fn fail(&mut self, call: &mut Call<'_>, status: Status) {
        const SYNDROME: u64 = 0x00c0_0000;

        call.output.fill(0);
        mbox_out::STATUS.set(&mut call.output, status as u64);
        mbox_out::SYNDROME.set(&mut call.output, SYNDROME | status as u64);
    }
}

/// Those fields of a structure that are not zero, in a readable form.
struct Shown<'a>(&'a str, &'static str, &'a [u8]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(command, suffix, data) = self;
        let mut name = command.to_ascii_lowercase();
        name.push_str(suffix);
        let generic = ["mbox_in", "mbox_out"].map(|name| LAYOUTS.iter().find(|at| at.0 == name));
        let own = LAYOUTS.iter().find(|layout| layout.0 == name);
        let generic = generic[usize::from(*suffix == "_out")];
        for (field, place) in generic.into_iter().chain(own).flat_map(|layout| layout.2) {
            let value = place.get(data);
            if value != 0 && place.width <= 64 && *field != "OPCODE" {
                formatter.write_char(' ')?;
                formatter.write_str(&field.to_ascii_lowercase())?;
                write!(formatter, "={value:#x}")?;
            }
        }
        Ok(())
    }
}
