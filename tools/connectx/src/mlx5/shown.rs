// SPDX-License-Identifier: GPL-2.0

//! What the trace shows of commands.

use super::{bits::Bits, layout::*};

/// A structure as the trace shows it.
pub struct Shown {
    /// The name of its type.
    pub name: &'static str,
    /// How long it is, without what may follow.
    #[cfg(test)]
    pub bytes: usize,
    /// The fields' names, and which bits they are. Those of more than 64 bits are not shown.
    pub fields: &'static [(&'static str, Bits)],
}

/// Names structures and their fields, in the order of the trace. A field of a structure within is
/// shown as `outer__inner`.
macro_rules! shown {
    ($($structure:ident: $($field:ident $(=> $within:ident::$inner:ident)?),*;)*) => {
        &[$(Shown {
            name: stringify!($structure),
            #[cfg(test)]
            bytes: $structure::BYTES,
            fields: &[$((
                concat!(stringify!($field) $(, "__", stringify!($inner))?),
                Bits::of($structure::$field$(.then($within::$inner))?),
            )),*],
        }),*]
    };
}

/// What all commands begin with; their operations are shown by name.
pub const HEADERS: &[Shown] = shown! {
    MboxIn: UID, OP_MOD;
    MboxOut: STATUS, SYNDROME;
};

/// Inputs and outputs.
#[rustfmt::skip]
pub const SHOWN: &[Shown] = shown! {
    EnableHcaIn: FUNCTION_ID;
    DisableHcaIn: FUNCTION_ID;
    QueryIssiOut: CURRENT_ISSI, SUPPORTED_ISSI_DW0;
    SetIssiIn: CURRENT_ISSI;
    QueryPagesIn: FUNCTION_ID;
    QueryPagesOut: FUNCTION_ID, NUM_PAGES;
    ManagePagesIn: FUNCTION_ID, INPUT_NUM_ENTRIES;
    ManagePagesOut: OUTPUT_NUM_ENTRIES;
    QueryHcaCapIn: OTHER_FUNCTION, FUNCTION_ID;
    SetHcaCapIn: OTHER_FUNCTION, FUNCTION_ID;
    InitHcaIn: SW_VHCA_ID;
    TeardownHcaIn: PROFILE;
    TeardownHcaOut: STATE;
    SetDriverVersionIn: DRIVER_VERSION;
    QueryAdapterOut:
        QUERY_ADAPTER_STRUCT => QueryAdapterParamBlock::IEEE_VENDOR_ID,
        QUERY_ADAPTER_STRUCT => QueryAdapterParamBlock::VSD_VENDOR_ID,
        QUERY_ADAPTER_STRUCT => QueryAdapterParamBlock::VSD_CONTD_PSID;
    QuerySpecialContextsOut: RESD_LKEY, NULL_MKEY;
    AccessRegisterOut:;
    AccessRegisterIn: REGISTER_ID, ARGUMENT;
    CreateEqIn: EQ_CONTEXT_ENTRY, EVENT_BITMASK;
    CreateEqOut: EQ_NUMBER;
    DestroyEqIn: EQ_NUMBER;
    QueryEqIn: EQ_NUMBER;
    QueryEqOut: EQ_CONTEXT_ENTRY;
    CreateCqIn: CQ_CONTEXT;
    CreateCqOut: CQN;
    DestroyCqIn: CQN;
    QueryCqIn: CQN;
    QueryCqOut: CQ_CONTEXT;
    ModifyCqIn: CQN, CQ_CONTEXT;
    CreateSqIn: CTX;
    CreateSqOut: SQN;
    ModifySqIn: SQ_STATE, SQN, MODIFY_BITMASK, CTX;
    DestroySqIn: SQN;
    QuerySqIn: SQN;
    QuerySqOut: SQ_CONTEXT;
    CreateRqIn: CTX;
    CreateRqOut: RQN;
    ModifyRqIn: RQ_STATE, RQN, MODIFY_BITMASK, CTX;
    DestroyRqIn: RQN;
    QueryRqIn: RQN;
    QueryRqOut: RQ_CONTEXT;
    CreateRmpIn: CTX;
    CreateRmpOut: RMPN;
    ModifyRmpIn: RMPN;
    DestroyRmpIn: RMPN;
    QueryRmpIn: RMPN;
    QueryRmpOut: RMP_CONTEXT;
    CreateTirIn: CTX;
    CreateTirOut: TIRN;
    ModifyTirIn: TIRN;
    DestroyTirIn: TIRN;
    QueryTirIn: TIRN;
    QueryTirOut: TIR_CONTEXT;
    CreateTisIn: CTX;
    CreateTisOut: TISN;
    ModifyTisIn: TISN;
    DestroyTisIn: TISN;
    QueryTisIn: TISN;
    QueryTisOut: TIS_CONTEXT;
    CreateRqtIn: RQT_CONTEXT;
    CreateRqtOut: RQTN;
    ModifyRqtIn: RQTN, CTX;
    DestroyRqtIn: RQTN;
    QueryRqtIn: RQTN;
    QueryRqtOut: RQT_CONTEXT;
    AllocPdOut: PD;
    DeallocPdIn: PD;
    AllocUarOut: UAR;
    DeallocUarIn: UAR;
    AllocTransportDomainOut: TRANSPORT_DOMAIN;
    DeallocTransportDomainIn: TRANSPORT_DOMAIN;
    AllocXrcdOut: XRCD;
    DeallocXrcdIn: XRCD;
    CreateMkeyIn: MEMORY_KEY_MKEY_ENTRY;
    CreateMkeyOut: MKEY_INDEX;
    DestroyMkeyIn: MKEY_INDEX;
    QueryMkeyIn: MKEY_INDEX;
    QueryMkeyOut: MEMORY_KEY_MKEY_ENTRY;
    CreateQpIn: QPC;
    CreateQpOut: QPN;
    DestroyQpIn: QPN;
    QueryQpIn: QPN;
    QueryQpOut: QPC;
    AllocQCounterOut: COUNTER_SET_ID;
    DeallocQCounterIn: COUNTER_SET_ID;
    QueryQCounterIn: COUNTER_SET_ID;
    CreateSchedulingElementIn: SCHEDULING_HIERARCHY, SCHEDULING_CONTEXT;
    CreateSchedulingElementOut: SCHEDULING_ELEMENT_ID;
    DestroySchedulingElementIn: SCHEDULING_HIERARCHY, SCHEDULING_ELEMENT_ID;
    ModifySchedulingElementIn: SCHEDULING_ELEMENT_ID, SCHEDULING_CONTEXT;
    QuerySchedulingElementIn: SCHEDULING_ELEMENT_ID;
    QuerySchedulingElementOut: SCHEDULING_CONTEXT;
    SetPpRateLimitIn: RATE_LIMIT_INDEX;
    SetL2TableEntryIn: TABLE_INDEX;
    DeleteL2TableEntryIn: TABLE_INDEX;
    QueryL2TableEntryIn: TABLE_INDEX;
    AddVxlanUdpDportIn: VXLAN_UDP_PORT;
    DeleteVxlanUdpDportIn: VXLAN_UDP_PORT;
    CreateFlowTableIn: OTHER_VPORT, VPORT_NUMBER, TABLE_TYPE, FLOW_TABLE_CONTEXT;
    CreateFlowTableOut: TABLE_ID;
    ModifyFlowTableIn: TABLE_TYPE, TABLE_ID, MODIFY_FIELD_SELECT;
    DestroyFlowTableIn: TABLE_TYPE, TABLE_ID;
    QueryFlowTableIn: TABLE_TYPE, TABLE_ID;
    QueryFlowTableOut: FLOW_TABLE_CONTEXT;
    SetFlowTableRootIn: TABLE_TYPE, TABLE_ID;
    CreateFlowGroupIn: TABLE_TYPE, TABLE_ID, START_FLOW_INDEX, END_FLOW_INDEX;
    CreateFlowGroupOut: GROUP_ID;
    DestroyFlowGroupIn: TABLE_TYPE, TABLE_ID, GROUP_ID;
    QueryFlowGroupIn: TABLE_ID, GROUP_ID;
    SetFteIn: TABLE_TYPE, TABLE_ID, FLOW_INDEX, FLOW_CONTEXT;
    DeleteFteIn: TABLE_TYPE, TABLE_ID, FLOW_INDEX;
    QueryFteIn: TABLE_ID, FLOW_INDEX;
    QueryFteOut: FLOW_CONTEXT;
    AllocFlowCounterIn: FLOW_COUNTER_BULK_LOG_SIZE, FLOW_COUNTER_BULK;
    AllocFlowCounterOut: FLOW_COUNTER_ID;
    DeallocFlowCounterIn: FLOW_COUNTER_ID;
    QueryFlowCounterIn: NUM_OF_COUNTERS, FLOW_COUNTER_ID;
    AllocPacketReformatContextOut: PACKET_REFORMAT_ID;
    DeallocPacketReformatContextIn: PACKET_REFORMAT_ID;
    AllocModifyHeaderContextOut: MODIFY_HEADER_ID;
    DeallocModifyHeaderContextIn: MODIFY_HEADER_ID;
    CreateLagIn: CTX;
    ModifyLagIn: FIELD_SELECT, CTX;
    QueryLagOut: CTX;
    QueryNicVportContextIn: OTHER_VPORT, VPORT_NUMBER, ALLOWED_LIST_TYPE;
    QueryNicVportContextOut: NIC_VPORT_CONTEXT;
    ModifyNicVportContextIn:
        OTHER_VPORT, VPORT_NUMBER, NIC_VPORT_CONTEXT,
        FIELD_SELECT => ModifyNicVportFieldSelect::DISABLE_UC_LOCAL_LB,
        FIELD_SELECT => ModifyNicVportFieldSelect::DISABLE_MC_LOCAL_LB,
        FIELD_SELECT => ModifyNicVportFieldSelect::NODE_GUID,
        FIELD_SELECT => ModifyNicVportFieldSelect::PORT_GUID,
        FIELD_SELECT => ModifyNicVportFieldSelect::MIN_INLINE,
        FIELD_SELECT => ModifyNicVportFieldSelect::MTU,
        FIELD_SELECT => ModifyNicVportFieldSelect::PROMISC,
        FIELD_SELECT => ModifyNicVportFieldSelect::PERMANENT_ADDRESS,
        FIELD_SELECT => ModifyNicVportFieldSelect::ADDRESSES_LIST,
        FIELD_SELECT => ModifyNicVportFieldSelect::ROCE_EN;
    QueryVportStateIn: OTHER_VPORT, VPORT_NUMBER;
    QueryVportStateOut: MAX_TX_SPEED, ADMIN_STATE, STATE;
    ModifyVportStateIn: OTHER_VPORT, VPORT_NUMBER, ADMIN_STATE;
    QueryEswVportContextIn: OTHER_VPORT, VPORT_NUMBER;
    QueryEswVportContextOut: ESW_VPORT_CONTEXT;
    ModifyEswVportContextIn: OTHER_VPORT, VPORT_NUMBER, ESW_VPORT_CONTEXT;
    QueryVportCounterIn: OTHER_VPORT, VPORT_NUMBER;
    QueryVportCounterOut: RECEIVED_ERRORS, TRANSMITTED_ETH_UNICAST, TRANSMITTED_ETH_MULTICAST;
    QueryVhcaStateIn: FUNCTION_ID;
    QueryVhcaStateOut: VHCA_STATE_CONTEXT;
    ModifyVhcaStateIn:
        FUNCTION_ID, VHCA_STATE_FIELD_SELECT => VhcaStateFieldSelect::SW_FUNCTION_ID,
        VHCA_STATE_FIELD_SELECT => VhcaStateFieldSelect::ARM_CHANGE_EVENT, VHCA_STATE_CONTEXT;
};

/// Finds what is shown of a command's input (`In`) or output (`Out`).
pub fn find(command: &str, suffix: &str) -> Option<&'static Shown> {
    let name = camel(command) + suffix;
    SHOWN.iter().find(|shown| shown.name == name)
}

fn camel(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
    });
    words.collect()
}
