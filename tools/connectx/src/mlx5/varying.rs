// SPDX-License-Identifier: GPL-2.0

//! What of commands differs between two runs of drivers that do the same: addresses, and numbers of
//! objects, since these depend on what else was made.

use super::{bits::Bits, command, layout::*};

/// What varies of an input.
struct Varying {
    /// The name of the command.
    command: &'static str,
    fields: &'static [Bits],
    /// How long it is, without the arrays that may follow.
    bytes: usize,
    /// What is the same in each 64 bits of these.
    rest: u64,
}

/// In an array of addresses.
const NOTHING: u64 = 0;
/// In a list of a flow's destinations: what each is, but not which.
const TYPE: u64 = 0xff00_0000_ffff_ffff;

macro_rules! varying {
    ($($command:ident, $input:ident:
        $($field:ident $(=> $within:ident::$inner:ident)*),* $(; .. $rest:expr)?;)*) => {
        &[$(Varying {
            command: stringify!($command),
            fields: &[$(Bits::of($input::$field$(.then($within::$inner))*)),*],
            bytes: $input::BYTES,
            rest: [$($rest,)? u64::MAX][0],
        }),*]
    };
}

#[rustfmt::skip]
const VARYING: &[Varying] = varying! {
    MANAGE_PAGES, ManagePagesIn: ; .. NOTHING;
    INIT_HCA, InitHcaIn: SW_OWNER_ID;
    SET_DRIVER_VERSION, SetDriverVersionIn: DRIVER_VERSION;
    CREATE_MKEY, CreateMkeyIn:
        MEMORY_KEY_MKEY_ENTRY => Mkc::PD, MEMORY_KEY_MKEY_ENTRY => Mkc::START_ADDR; .. NOTHING;
    DESTROY_MKEY, DestroyMkeyIn: MKEY_INDEX;
    DEALLOC_PD, DeallocPdIn: PD;
    DEALLOC_UAR, DeallocUarIn: UAR;
    DEALLOC_XRCD, DeallocXrcdIn: XRCD;
    DEALLOC_TRANSPORT_DOMAIN, DeallocTransportDomainIn: TRANSPORT_DOMAIN;
    CREATE_EQ, CreateEqIn: EQ_CONTEXT_ENTRY => Eqc::UAR_PAGE; .. NOTHING;
    DESTROY_EQ, DestroyEqIn: EQ_NUMBER;
    CREATE_CQ, CreateCqIn:
        CQ_CONTEXT => Cqc::UAR_PAGE, CQ_CONTEXT => Cqc::DBR_ADDR,
        CQ_CONTEXT => Cqc::C_EQN_OR_APU_ELEMENT; .. NOTHING;
    MODIFY_CQ, ModifyCqIn: CQN;
    DESTROY_CQ, DestroyCqIn: CQN;
    CREATE_SQ, CreateSqIn:
        CTX => Sqc::CQN, CTX => Sqc::TIS_NUM_0, CTX => Sqc::WQ => Wq::PD,
        CTX => Sqc::WQ => Wq::UAR_PAGE, CTX => Sqc::WQ => Wq::DBR_ADDR; .. NOTHING;
    MODIFY_SQ, ModifySqIn: SQN;
    DESTROY_SQ, DestroySqIn: SQN;
    CREATE_RQ, CreateRqIn:
        CTX => Rqc::CQN, CTX => Rqc::RMPN, CTX => Rqc::COUNTER_SET_ID, CTX => Rqc::WQ => Wq::PD,
        CTX => Rqc::WQ => Wq::DBR_ADDR; .. NOTHING;
    MODIFY_RQ, ModifyRqIn: RQN;
    DESTROY_RQ, DestroyRqIn: RQN;
    CREATE_TIR, CreateTirIn:
        CTX => Tirc::INLINE_RQN, CTX => Tirc::INDIRECT_TABLE, CTX => Tirc::TRANSPORT_DOMAIN;
    MODIFY_TIR, ModifyTirIn: TIRN;
    DESTROY_TIR, DestroyTirIn: TIRN;
    CREATE_TIS, CreateTisIn: CTX => Tisc::TRANSPORT_DOMAIN, CTX => Tisc::PD;
    MODIFY_TIS, ModifyTisIn: TISN;
    DESTROY_TIS, DestroyTisIn: TISN;
    CREATE_RQT, CreateRqtIn: ; .. NOTHING;
    MODIFY_RQT, ModifyRqtIn: RQTN; .. NOTHING;
    DESTROY_RQT, DestroyRqtIn: RQTN;
    DEALLOC_Q_COUNTER, DeallocQCounterIn: COUNTER_SET_ID;
    QUERY_Q_COUNTER, QueryQCounterIn: COUNTER_SET_ID;
    DESTROY_SCHEDULING_ELEMENT, DestroySchedulingElementIn: SCHEDULING_ELEMENT_ID;
    CREATE_FLOW_TABLE, CreateFlowTableIn: FLOW_TABLE_CONTEXT => FlowTableContext::TABLE_MISS_ID;
    MODIFY_FLOW_TABLE, ModifyFlowTableIn: TABLE_ID;
    DESTROY_FLOW_TABLE, DestroyFlowTableIn: TABLE_ID;
    SET_FLOW_TABLE_ROOT, SetFlowTableRootIn: TABLE_ID;
    CREATE_FLOW_GROUP, CreateFlowGroupIn: TABLE_ID;
    DESTROY_FLOW_GROUP, DestroyFlowGroupIn: TABLE_ID, GROUP_ID;
    SET_FLOW_TABLE_ENTRY, SetFteIn: TABLE_ID, FLOW_CONTEXT => FlowContext::GROUP_ID; .. TYPE;
    DELETE_FLOW_TABLE_ENTRY, DeleteFteIn: TABLE_ID;
    DEALLOC_FLOW_COUNTER, DeallocFlowCounterIn: FLOW_COUNTER_ID;
    DEALLOC_PACKET_REFORMAT_CONTEXT, DeallocPacketReformatContextIn: PACKET_REFORMAT_ID;
    DEALLOC_MODIFY_HEADER_CONTEXT, DeallocModifyHeaderContextIn: MODIFY_HEADER_ID;
};

/// What drivers ask for again and again, as long as they are there.
const REPEATED: &[&str] = &[
    "QUERY_VPORT_COUNTER",
    "QUERY_Q_COUNTER",
    "QUERY_VNIC_ENV",
    "QUERY_FLOW_COUNTER",
    "ACCESS_REG PPCNT",
    "ACCESS_REG MTRC_CTRL",
    "ACCESS_REG MTUTC",
    "ACCESS_REG MRTC",
];

/// Registers that are told the time.
const CLOCKS: &[Register] = &[Register::MRTC];

/// What drivers do by and by, or when an event tells them to: when that is depends on what else goes
/// on.
const AT_ANY_TIME: &[&str] = &["MANAGE_PAGES op_mod=0x1", "QUERY_VPORT_STATE"];

/// What a command is: its name, which register, and its modifier. `name` may also be of something
/// else that happened.
pub fn title(name: &str, input: &[u8]) -> String {
    let mut title = name.to_owned();
    if name == "ACCESS_REG" {
        let register = View::of_any_length(input).get(AccessRegisterIn::REGISTER_ID);
        title += &match register.name() {
            Some(name) => format!(" {name}"),
            None => format!(" {:#x}", register.0),
        };
    }
    let modifier = View::of_any_length(input).get(MboxIn::OP_MOD);
    if modifier != 0 && command::opcode(name).is_some() {
        title += &format!(" op_mod={modifier:#x}");
    }
    title
}

/// Whether it is a matter of time how often that comes.
pub fn is_repeated(title: &str) -> bool {
    REPEATED.iter().any(|repeated| title.starts_with(repeated))
}

/// Whether it is a matter of time what it comes before and after.
pub fn comes_at_any_time(title: &str) -> bool {
    AT_ANY_TIME.contains(&title) || is_repeated(title)
}

/// Makes all that varies the same in all inputs: ones where there is something, and still nothing
/// where there is nothing.
pub fn leave_out(name: &str, input: &mut [u8]) {
    if name == "ACCESS_REG"
        && CLOCKS.contains(&View::of_any_length(input).get(AccessRegisterIn::REGISTER_ID))
    {
        let time = input.get_mut(AccessRegisterIn::BYTES..);
        time.unwrap_or_default().fill(0);
    }
    let Some(varying) = VARYING.iter().find(|varying| varying.command == name) else {
        return;
    };
    for field in varying.fields {
        let is_something = field.get(input) != 0;
        field.set(input, u64::from(is_something));
    }
    let rest = input.get_mut(varying.bytes..).unwrap_or_default();
    for (number, byte) in rest.iter_mut().enumerate() {
        *byte &= varying.rest.to_be_bytes()[number % 8];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_about_commands() {
        for (number, varying) in VARYING.iter().enumerate() {
            let name = varying.command;
            assert!(command::opcode(name).is_some(), "{name}");
            assert!(
                VARYING[..number].iter().all(|other| other.command != name),
                "{name}"
            );
        }
        for repeated in REPEATED.iter().chain(AT_ANY_TIME) {
            let name = repeated.split(' ').next().unwrap_or_default();
            assert!(command::opcode(name).is_some(), "{name}");
        }
    }

    #[test]
    fn destinations_keep_their_types() {
        let mut input = vec![0; SetFteIn::BYTES];
        input.extend_from_slice(&[1, 0, 0, 7, 0, 0, 0, 0, 2, 0, 0, 8, 0x80, 0, 0, 0]);
        leave_out("SET_FLOW_TABLE_ENTRY", &mut input);
        let expected = [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0x80, 0, 0, 0];
        assert_eq!(input[SetFteIn::BYTES..], expected);
    }
}
