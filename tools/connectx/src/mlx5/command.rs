// SPDX-License-Identifier: GPL-2.0

//! Commands: which there are, when they are allowed, and who does them.
//!
//! To add one: its structures in the list of `scripts/gen-mlx5-layouts`, and a line in [`COMMANDS`].
//! If it makes, destroys, changes or shows an object, a [`Class`] says how; otherwise a function of
//! the model does it, which gets fields of the input and sets those of the output. What the trace
//! shows of it is in `shown`.

use super::{
    caps, eq, firmware, flow,
    layout::{Field, MboxIn, MboxOut, Opcode, Structure, Value, View, ViewMut},
    objects,
    objects::Class,
    pages, port, queues, receive, registers, rss, send, shown, traffic, vport, Mlx5,
};
use crate::model::Host;
use std::{
    fmt::{self, Write},
    marker::PhantomData,
    ops::{Deref, DerefMut},
};

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
    /// The operation.
    pub fn opcode(&self) -> Opcode {
        View::of_any_length(&self.input).get(MboxIn::OPCODE)
    }

    /// The modifier of the operation.
    pub fn modifier(&self) -> u16 {
        View::of_any_length(&self.input).get(MboxIn::OP_MOD)
    }
}

/// A command whose input is an `I`, and whose output is an `O`, both as long as the driver wants:
/// what the input lacks is zero, and what is written behind the output's end is dropped.
pub struct TypedCall<'c, 'a, I, O> {
    call: &'c mut Call<'a>,
    structures: PhantomData<fn(I) -> O>,
}

impl<'c, 'a, I: Structure, O: Structure> TypedCall<'c, 'a, I, O> {
    pub fn new(call: &'c mut Call<'a>) -> Self {
        Self {
            call,
            structures: PhantomData,
        }
    }

    pub fn input(&self) -> View<'_, I> {
        View::of_any_length(&self.call.input)
    }

    pub fn output(&mut self) -> ViewMut<'_, O> {
        ViewMut::of_any_length(&mut self.call.output)
    }

    /// Reads a field of the input.
    pub fn get<T: Value>(&self, field: Field<I, T>) -> T {
        self.input().get(field)
    }

    /// Writes a field of the output.
    pub fn set<T: Value>(&mut self, field: Field<O, T>, value: T) {
        self.output().set(field, value);
    }
}

impl<'a, I, O> Deref for TypedCall<'_, 'a, I, O> {
    type Target = Call<'a>;

    fn deref(&self) -> &Call<'a> {
        self.call
    }
}

impl<I, O> DerefMut for TypedCall<'_, '_, I, O> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.call
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
    pub opcode: Opcode,
    /// Before that it is refused.
    pub from: Phase,
    pub run: Run,
}

impl Command {
    pub fn name(&self) -> &'static str {
        self.opcode.name().unwrap_or_default()
    }
}

const fn command(opcode: Opcode, from: Phase, run: Run) -> Command {
    Command { opcode, from, run }
}

/// A function of the model, with a call of the types that it wants.
macro_rules! by {
    ($function:path) => {
        Run::By(|model, call| $function(model, &mut TypedCall::new(call)))
    };
}

use Phase::{Down, Enabled, Running};
use Run::{Accept, Create, Destroy, Modify, Query};

/// All commands that the model knows, by their operation codes.
#[rustfmt::skip]
pub const COMMANDS: &[Command] = &[
    command(Opcode::QUERY_HCA_CAP, Enabled, by!(caps::query_hca_cap)),
    command(Opcode::QUERY_ADAPTER, Enabled, by!(firmware::query_adapter)),
    command(Opcode::INIT_HCA, Enabled, by!(Mlx5::init_hca)),
    command(Opcode::TEARDOWN_HCA, Down, by!(Mlx5::teardown_hca)),
    command(Opcode::ENABLE_HCA, Down, by!(Mlx5::enable_hca)),
    command(Opcode::DISABLE_HCA, Down, by!(Mlx5::disable_hca)),
    command(Opcode::QUERY_PAGES, Enabled, by!(pages::query_pages)),
    command(Opcode::MANAGE_PAGES, Enabled, by!(pages::manage_pages)),
    command(Opcode::SET_HCA_CAP, Enabled, by!(caps::set_hca_cap)),
    command(Opcode::QUERY_ISSI, Enabled, by!(Mlx5::query_issi)),
    command(Opcode::SET_ISSI, Enabled, by!(Mlx5::set_issi)),
    command(Opcode::SET_DRIVER_VERSION, Enabled, by!(Mlx5::set_driver_version)),

    command(Opcode::CREATE_MKEY, Running, Create(&objects::MKEY)),
    command(Opcode::QUERY_MKEY, Running, Query(&objects::MKEY)),
    command(Opcode::DESTROY_MKEY, Running, Destroy(&objects::MKEY)),
    command(Opcode::QUERY_SPECIAL_CONTEXTS, Running, by!(Mlx5::query_special_contexts)),

    command(Opcode::CREATE_EQ, Running, by!(eq::create_eq)),
    command(Opcode::DESTROY_EQ, Running, by!(eq::destroy_eq)),
    command(Opcode::QUERY_EQ, Running, by!(eq::query_eq)),
    command(Opcode::GEN_EQE, Running, Accept),
    command(Opcode::CREATE_CQ, Running, by!(queues::create_cq)),
    command(Opcode::DESTROY_CQ, Running, by!(queues::destroy_cq)),
    command(Opcode::QUERY_CQ, Running, by!(queues::query_cq)),
    command(Opcode::MODIFY_CQ, Running, Modify(&objects::CQ)),

    command(Opcode::CREATE_QP, Running, Create(&objects::QP)),
    command(Opcode::DESTROY_QP, Running, Destroy(&objects::QP)),
    command(Opcode::RST2INIT_QP, Running, Modify(&objects::QP)),
    command(Opcode::INIT2RTR_QP, Running, Modify(&objects::QP)),
    command(Opcode::RTR2RTS_QP, Running, Modify(&objects::QP)),
    command(Opcode::RTS2RTS_QP, Running, Modify(&objects::QP)),
    command(Opcode::_2ERR_QP, Running, Modify(&objects::QP)),
    command(Opcode::_2RST_QP, Running, Modify(&objects::QP)),
    command(Opcode::QUERY_QP, Running, Query(&objects::QP)),

    command(Opcode::QUERY_ESW_FUNCTIONS, Running, Accept),
    command(Opcode::QUERY_VPORT_STATE, Running, by!(vport::query_vport_state)),
    command(Opcode::MODIFY_VPORT_STATE, Running, by!(vport::modify_vport_state)),
    command(Opcode::QUERY_ESW_VPORT_CONTEXT, Running, by!(vport::query_esw_vport_context)),
    command(Opcode::MODIFY_ESW_VPORT_CONTEXT, Running, by!(vport::modify_esw_vport_context)),
    command(Opcode::QUERY_NIC_VPORT_CONTEXT, Enabled, by!(vport::query_nic_vport_context)),
    command(Opcode::MODIFY_NIC_VPORT_CONTEXT, Running, by!(vport::modify_nic_vport_context)),
    command(Opcode::QUERY_VNIC_ENV, Running, by!(traffic::query_vnic_env)),
    command(Opcode::QUERY_VPORT_COUNTER, Running, by!(traffic::query_vport_counter)),
    command(Opcode::ALLOC_Q_COUNTER, Running, Create(&objects::Q_COUNTER)),
    command(Opcode::DEALLOC_Q_COUNTER, Running, Destroy(&objects::Q_COUNTER)),
    command(Opcode::QUERY_Q_COUNTER, Running, by!(traffic::query_q_counter)),
    command(Opcode::SET_PP_RATE_LIMIT, Running, by!(objects::set_rate_limit)),
    command(Opcode::CREATE_SCHEDULING_ELEMENT, Running, Create(&objects::SCHEDULING_ELEMENT)),
    command(Opcode::DESTROY_SCHEDULING_ELEMENT, Running, Destroy(&objects::SCHEDULING_ELEMENT)),
    command(Opcode::QUERY_SCHEDULING_ELEMENT, Running, Query(&objects::SCHEDULING_ELEMENT)),
    command(Opcode::MODIFY_SCHEDULING_ELEMENT, Running, Modify(&objects::SCHEDULING_ELEMENT)),

    command(Opcode::ALLOC_PD, Running, Create(&objects::PD)),
    command(Opcode::DEALLOC_PD, Running, Destroy(&objects::PD)),
    command(Opcode::ALLOC_UAR, Running, Create(&objects::UAR)),
    command(Opcode::DEALLOC_UAR, Running, Destroy(&objects::UAR)),
    command(Opcode::CONFIG_INT_MODERATION, Running, Accept),
    command(Opcode::ACCESS_REG, Enabled, by!(registers::access_reg)),
    command(Opcode::NOP, Down, Accept),
    command(Opcode::ALLOC_XRCD, Running, Create(&objects::XRCD)),
    command(Opcode::DEALLOC_XRCD, Running, Destroy(&objects::XRCD)),
    command(Opcode::ALLOC_TRANSPORT_DOMAIN, Running, Create(&objects::TRANSPORT_DOMAIN)),
    command(Opcode::DEALLOC_TRANSPORT_DOMAIN, Running, Destroy(&objects::TRANSPORT_DOMAIN)),
    command(Opcode::QUERY_CONG_STATUS, Running, Accept),
    command(Opcode::MODIFY_CONG_STATUS, Running, Accept),
    command(Opcode::QUERY_CONG_PARAMS, Running, Accept),
    command(Opcode::MODIFY_CONG_PARAMS, Running, Accept),
    command(Opcode::QUERY_CONG_STATISTICS, Running, Accept),
    command(Opcode::ADD_VXLAN_UDP_DPORT, Running, by!(objects::add_vxlan_port)),
    command(Opcode::DELETE_VXLAN_UDP_DPORT, Running, Destroy(&objects::VXLAN_PORT)),
    command(Opcode::SET_L2_TABLE_ENTRY, Running, by!(objects::set_l2_entry)),
    command(Opcode::DELETE_L2_TABLE_ENTRY, Running, Destroy(&objects::L2_ENTRY)),
    command(Opcode::SET_WOL_ROL, Running, Accept),
    command(Opcode::QUERY_WOL_ROL, Running, Accept),
    command(Opcode::CREATE_LAG, Running, by!(port::create_lag)),
    command(Opcode::MODIFY_LAG, Running, by!(port::modify_lag)),
    command(Opcode::QUERY_LAG, Running, by!(port::query_lag)),
    command(Opcode::DESTROY_LAG, Running, by!(port::destroy_lag)),
    command(Opcode::CREATE_VPORT_LAG, Running, by!(port::create_vport_lag)),
    command(Opcode::DESTROY_VPORT_LAG, Running, by!(port::destroy_vport_lag)),

    command(Opcode::CREATE_TIR, Running, Create(&objects::TIR)),
    command(Opcode::MODIFY_TIR, Running, by!(rss::modify_tir)),
    command(Opcode::DESTROY_TIR, Running, Destroy(&objects::TIR)),
    command(Opcode::QUERY_TIR, Running, Query(&objects::TIR)),
    command(Opcode::CREATE_SQ, Running, by!(send::create_sq)),
    command(Opcode::MODIFY_SQ, Running, by!(send::modify_sq)),
    command(Opcode::DESTROY_SQ, Running, by!(send::destroy_sq)),
    command(Opcode::QUERY_SQ, Running, by!(send::query_sq)),
    command(Opcode::CREATE_RQ, Running, by!(receive::create_rq)),
    command(Opcode::MODIFY_RQ, Running, by!(receive::modify_rq)),
    command(Opcode::DESTROY_RQ, Running, by!(receive::destroy_rq)),
    command(Opcode::QUERY_RQ, Running, by!(receive::query_rq)),
    command(Opcode::CREATE_RMP, Running, Create(&objects::RMP)),
    command(Opcode::MODIFY_RMP, Running, Modify(&objects::RMP)),
    command(Opcode::DESTROY_RMP, Running, Destroy(&objects::RMP)),
    command(Opcode::QUERY_RMP, Running, Query(&objects::RMP)),
    command(Opcode::SET_DELAY_DROP_PARAMS, Running, Accept),
    command(Opcode::CREATE_TIS, Running, Create(&objects::TIS)),
    command(Opcode::MODIFY_TIS, Running, Modify(&objects::TIS)),
    command(Opcode::DESTROY_TIS, Running, Destroy(&objects::TIS)),
    command(Opcode::QUERY_TIS, Running, Query(&objects::TIS)),
    command(Opcode::CREATE_RQT, Running, Create(&objects::RQT)),
    command(Opcode::MODIFY_RQT, Running, by!(rss::modify_rqt)),
    command(Opcode::DESTROY_RQT, Running, Destroy(&objects::RQT)),
    command(Opcode::QUERY_RQT, Running, Query(&objects::RQT)),

    command(Opcode::SET_FLOW_TABLE_ROOT, Running, by!(flow::set_flow_table_root)),
    command(Opcode::CREATE_FLOW_TABLE, Running, Create(&objects::FLOW_TABLE)),
    command(Opcode::DESTROY_FLOW_TABLE, Running, Destroy(&objects::FLOW_TABLE)),
    command(Opcode::QUERY_FLOW_TABLE, Running, Query(&objects::FLOW_TABLE)),
    command(Opcode::CREATE_FLOW_GROUP, Running, Create(&objects::FLOW_GROUP)),
    command(Opcode::DESTROY_FLOW_GROUP, Running, Destroy(&objects::FLOW_GROUP)),
    command(Opcode::QUERY_FLOW_GROUP, Running, Query(&objects::FLOW_GROUP)),
    command(Opcode::SET_FLOW_TABLE_ENTRY, Running, by!(flow::set_fte)),
    command(Opcode::QUERY_FLOW_TABLE_ENTRY, Running, by!(flow::query_fte)),
    command(Opcode::DELETE_FLOW_TABLE_ENTRY, Running, by!(flow::delete_fte)),
    command(Opcode::ALLOC_FLOW_COUNTER, Running, by!(flow::alloc_flow_counter)),
    command(Opcode::DEALLOC_FLOW_COUNTER, Running, Destroy(&objects::FLOW_COUNTER)),
    command(Opcode::QUERY_FLOW_COUNTER, Running, by!(traffic::query_flow_counter)),
    command(Opcode::MODIFY_FLOW_TABLE, Running, by!(flow::modify_flow_table)),
    command(Opcode::ALLOC_PACKET_REFORMAT_CONTEXT, Running, Create(&objects::PACKET_REFORMAT)),
    command(Opcode::DEALLOC_PACKET_REFORMAT_CONTEXT, Running, Destroy(&objects::PACKET_REFORMAT)),
    command(Opcode::ALLOC_MODIFY_HEADER_CONTEXT, Running, Create(&objects::MODIFY_HEADER)),
    command(Opcode::DEALLOC_MODIFY_HEADER_CONTEXT, Running, Destroy(&objects::MODIFY_HEADER)),

    command(Opcode::CREATE_GENERAL_OBJECT, Running, Create(&objects::GENERAL_OBJECT)),
    command(Opcode::MODIFY_GENERAL_OBJECT, Running, Modify(&objects::GENERAL_OBJECT)),
    command(Opcode::QUERY_GENERAL_OBJECT, Running, Query(&objects::GENERAL_OBJECT)),
    command(Opcode::DESTROY_GENERAL_OBJECT, Running, Destroy(&objects::GENERAL_OBJECT)),
    command(Opcode::SYNC_STEERING, Running, Accept),
    command(Opcode::QUERY_VHCA_STATE, Enabled, by!(vport::query_vhca_state)),
    command(Opcode::MODIFY_VHCA_STATE, Enabled, by!(vport::modify_vhca_state)),
];

/// Finds a command by its operation code.
pub fn find(opcode: Opcode) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.opcode == opcode)
}

/// Finds the code of a command by its name, or by a number in the name's place.
pub fn opcode(name: &str) -> Option<Opcode> {
    let number = name.strip_prefix("0x").unwrap_or(name);
    COMMANDS
        .iter()
        .find(|command| command.name().eq_ignore_ascii_case(name))
        .map(|command| command.opcode)
        .or_else(|| u16::from_str_radix(number, 16).ok().map(Opcode))
}

impl Mlx5 {
    /// Executes a command, and writes the status into its output.
    pub(super) fn run(&mut self, call: &mut Call<'_>) -> Outcome {
        let outcome = match find(call.opcode()) {
            None => self.unknown(call),
            Some(command) => self.run_known(command, call),
        };
        if let Err(status) = outcome {
            self.fail(call, status);
        }
        outcome
    }

    /// Tells who looks on of a command that has ended.
    pub(super) fn tell(&mut self, call: &mut Call<'_>, outcome: &str) {
        let name = find(call.opcode()).map_or("unknown", Command::name);
        *self.statistics.commands.entry(name).or_default() += 1;
        let (input, output) = (&call.input, &call.output);
        let line = format_args!(
            "{name}{} -> {outcome}{}",
            Fields(name, "In", input),
            Fields(name, "Out", output),
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
            Run::By(function) => function(self, call),
            Create(class) => self.create_object(class, call).map(drop),
            Destroy(class) => self.destroy_object(class, call).map(drop),
            Modify(class) => self.modify_object(class, call),
            Query(class) => self.query_object(class, call),
            Accept => Ok(()),
        }
    }

    fn unknown(&mut self, call: &Call<'_>) -> Outcome {
        let start = &call.input[..call.input.len().min(64)];
        self.complain(format!("command {:#x}", call.opcode().0), start);
        Err(Status::BadOperation)
    }

    /// Writes a bad status into an output, with a syndrome that tells the model's from others'.
    pub(super) fn fail(&mut self, call: &mut Call<'_>, status: Status) {
        const SYNDROME: u32 = 0x00c0_0000;

        call.output.fill(0);
        let mut output = ViewMut::of_any_length(&mut call.output);
        output.set(MboxOut::STATUS, status as u8);
        output.set(MboxOut::SYNDROME, SYNDROME | status as u32);
    }
}

/// Those fields of a command's input or output that are not zero, in a readable form.
struct Fields<'a>(&'a str, &'static str, &'a [u8]);

impl fmt::Display for Fields<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(command, suffix, data) = self;
        let header = shown::HEADERS
            .iter()
            .find(|shown| shown.name.ends_with(suffix));
        let own = shown::find(command, suffix);
        for (field, bits) in header.into_iter().chain(own).flat_map(|shown| shown.fields) {
            let value = bits.get(data);
            if value != 0 && bits.width() <= 64 {
                formatter.write_char(' ')?;
                formatter.write_str(&field.to_ascii_lowercase())?;
                write!(formatter, "={value:#x}")?;
            }
        }
        Ok(())
    }
}
