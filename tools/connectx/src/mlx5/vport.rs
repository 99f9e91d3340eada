// SPDX-License-Identifier: GPL-2.0

//! Virtual ports of the embedded switch: the function's own, and the one to the wire.

use super::{
    bits::{copy, Bits},
    command::{Outcome, Phase, Status, TypedCall},
    layout::*,
    Mlx5, Place,
};
use std::collections::BTreeMap;

/// The function's own port, and the one to the wire.
const OWN: u16 = 0;
const UPLINK: u16 = 0xffff;

/// Operation modifiers of states: whose state.
const STATE_UPLINK: u16 = 2;
const STATE_UP: u8 = 1;

/// Lists of what a port receives.
const UNICAST: u8 = 0;
const MULTICAST: u8 = 1;
const VLAN: u8 = 2;

struct Vport {
    context: Block<NicVportContext>,
    lists: BTreeMap<u8, Vec<u8>>,
    switch: Block<EswVportContext>,
    up: bool,
}

/// All ports.
pub struct Vports {
    map: BTreeMap<u16, Vport>,
    /// What the driver calls this function, and whether it wants to know of its state.
    function: (u32, bool),
    place: Place,
}

impl Vports {
    pub fn new(place: Place) -> Self {
        let vport = || {
            let mut context = Block::new();
            let guid = place.guid();
            context.set(NicVportContext::MTU, 1500);
            context.set(NicVportContext::SYSTEM_IMAGE_GUID, place.system_guid());
            context.set(NicVportContext::PORT_GUID, guid);
            context.set(NicVportContext::NODE_GUID, guid);
            let address = NicVportContext::PERMANENT_ADDRESS;
            context.set(
                address.then(MacAddressLayout::MAC_ADDR_47_32),
                (place.mac() >> 32) as u16,
            );
            context.set(
                address.then(MacAddressLayout::MAC_ADDR_31_0),
                place.mac() as u32,
            );
            Vport {
                context,
                lists: BTreeMap::new(),
                switch: Block::new(),
                up: false,
            }
        };
        let map = [OWN, UPLINK].map(|number| (number, vport()));
        Self {
            map: map.into(),
            function: (0, false),
            place,
        }
    }

    /// What the driver has set is forgotten.
    pub fn reset(&mut self) {
        *self = Self::new(self.place);
    }

    /// Whether there is a port of that number.
    pub fn has(&self, number: u16) -> bool {
        self.map.contains_key(&number)
    }

    /// Whether the function's own port has a flag.
    fn own(&self, flag: Field<NicVportContext, bool>) -> bool {
        let own = self.map.get(&OWN);
        own.is_some_and(|own| own.context.get(flag))
    }

    /// Whether the driver wants frames for one address that are not for this function.
    pub fn is_promiscuous(&self) -> bool {
        self.own(NicVportContext::PROMISC_UC) || self.own(NicVportContext::PROMISC_ALL)
    }

    /// Whether what the function sends to itself comes back.
    pub fn loops_unicast(&self) -> bool {
        !self.own(NicVportContext::DISABLE_UC_LOCAL_LB)
    }

    /// Whether it gets what it sends to many.
    pub fn loops_multicast(&self) -> bool {
        !self.own(NicVportContext::DISABLE_MC_LOCAL_LB)
    }

    fn find(&mut self, number: u16) -> Result<&mut Vport, Status> {
        let vport = self.map.get_mut(&number);
        vport.ok_or(Status::BadParameter)
    }
}

pub fn query_vport_state(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, QueryVportStateIn, QueryVportStateOut>,
) -> Outcome {
    let wire = model.port.is_up();
    let number = match call.modifier() {
        STATE_UPLINK => UPLINK,
        _ => call.get(QueryVportStateIn::VPORT_NUMBER),
    };
    let vport = model.vports.find(number)?;
    let admin = if vport.up { STATE_UP } else { 0 };
    call.set(QueryVportStateOut::ADMIN_STATE, admin);
    call.set(QueryVportStateOut::STATE, wire.into());
    Ok(())
}

pub fn modify_vport_state(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, ModifyVportStateIn, MboxOut>,
) -> Outcome {
    let number = match call.modifier() {
        STATE_UPLINK => UPLINK,
        _ => call.get(ModifyVportStateIn::VPORT_NUMBER),
    };
    let state = call.get(ModifyVportStateIn::ADMIN_STATE);
    model.vports.find(number)?.up = state != 0;
    Ok(())
}

pub fn query_esw_vport_context(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, QueryEswVportContextIn, QueryEswVportContextOut>,
) -> Outcome {
    let number = call.get(QueryEswVportContextIn::VPORT_NUMBER);
    let vport = model.vports.find(number)?;
    let mut output = call.output();
    let mut context = output.part(QueryEswVportContextOut::ESW_VPORT_CONTEXT);
    copy(vport.switch.as_ref(), context.data());
    Ok(())
}

pub fn modify_esw_vport_context(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, ModifyEswVportContextIn, MboxOut>,
) -> Outcome {
    let number = call.get(ModifyEswVportContextIn::VPORT_NUMBER);
    let vport = model.vports.find(number)?;
    let context = call
        .input()
        .part(ModifyEswVportContextIn::ESW_VPORT_CONTEXT);
    copy(context.data(), vport.switch.as_mut());
    Ok(())
}

pub fn query_nic_vport_context(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, QueryNicVportContextIn, QueryNicVportContextOut>,
) -> Outcome {
    const CONTEXT: Field<QueryNicVportContextOut, NicVportContext> =
        QueryNicVportContextOut::NIC_VPORT_CONTEXT;

    let number = call.get(QueryNicVportContextIn::VPORT_NUMBER);
    let list = call.get(QueryNicVportContextIn::ALLOWED_LIST_TYPE);
    let vport = model.vports.find(number)?;
    let entries = vport.lists.get(&list).map_or(&[][..], Vec::as_slice);
    let count = entries.len() / entry_length(list);
    let mut output = call.output();
    let mut context = output.part(CONTEXT);
    copy(vport.context.as_ref(), context.data());
    context.set(NicVportContext::ALLOWED_LIST_TYPE, list);
    context.set(NicVportContext::ALLOWED_LIST_SIZE, count as u16);
    let rest = call.output.get_mut(CONTEXT.bytes().end..);
    copy(entries, rest.unwrap_or_default());
    Ok(())
}

fn entry_length(list: u8) -> usize {
    if list == VLAN {
        4
    } else {
        8
    }
}

pub fn modify_nic_vport_context(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, ModifyNicVportContextIn, MboxOut>,
) -> Outcome {
    use ModifyNicVportContextIn as Input;
    use ModifyNicVportFieldSelect as Select;
    use NicVportContext as Context;

    /// What is selected by which bit.
    const FIELDS: &[(Field<Select, bool>, &[Bits])] = &[
        (
            Select::DISABLE_UC_LOCAL_LB,
            &[Bits::of(Context::DISABLE_UC_LOCAL_LB)],
        ),
        (
            Select::DISABLE_MC_LOCAL_LB,
            &[Bits::of(Context::DISABLE_MC_LOCAL_LB)],
        ),
        (Select::NODE_GUID, &[Bits::of(Context::NODE_GUID)]),
        (Select::PORT_GUID, &[Bits::of(Context::PORT_GUID)]),
        (
            Select::MIN_INLINE,
            &[Bits::of(Context::MIN_WQE_INLINE_MODE)],
        ),
        (Select::MTU, &[Bits::of(Context::MTU)]),
        (
            Select::PROMISC,
            &[
                Bits::of(Context::PROMISC_UC),
                Bits::of(Context::PROMISC_MC),
                Bits::of(Context::PROMISC_ALL),
            ],
        ),
        (
            Select::PERMANENT_ADDRESS,
            &[Bits::of(Context::PERMANENT_ADDRESS)],
        ),
        (Select::ROCE_EN, &[Bits::of(Context::ROCE_EN)]),
    ];

    let selected = call.input().part(Input::FIELD_SELECT);
    let context = call.input().part(Input::NIC_VPORT_CONTEXT);
    let list = context.get(Context::ALLOWED_LIST_TYPE);
    let count = usize::from(context.get(Context::ALLOWED_LIST_SIZE));
    let longest = model.caps.list_length(match list {
        UNICAST => CmdHcaCap::LOG_MAX_CURRENT_UC_LIST,
        MULTICAST => CmdHcaCap::LOG_MAX_CURRENT_MC_LIST,
        _ => CmdHcaCap::LOG_MAX_VLAN_LIST,
    });
    let vport = model.vports.find(call.get(Input::VPORT_NUMBER))?;
    for (select, fields) in FIELDS {
        if selected.get(*select) {
            for field in *fields {
                field.set(vport.context.as_mut(), field.get(context.data()));
            }
        }
    }
    if selected.get(Select::ADDRESSES_LIST) {
        let start = Input::NIC_VPORT_CONTEXT.bytes().end;
        let entries = start..start + count * entry_length(list);
        let entries = call.input.get(entries).ok_or(Status::BadInputLength)?;
        if count > longest || list > VLAN {
            return Err(Status::BadParameter);
        }
        vport.lists.insert(list, entries.to_vec());
    }
    Ok(())
}

/// The state of this function; there are no others.
pub fn query_vhca_state(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, QueryVhcaStateIn, QueryVhcaStateOut>,
) -> Outcome {
    const ACTIVE: u8 = 2;
    const IN_USE: u8 = 3;

    if call.get(QueryVhcaStateIn::FUNCTION_ID) != 0 {
        return Err(Status::BadParameter);
    }
    let running = model.phase == Phase::Running;
    let (number, armed) = model.vports.function;
    let mut output = call.output();
    let mut context = output.part(QueryVhcaStateOut::VHCA_STATE_CONTEXT);
    let state = if running { IN_USE } else { ACTIVE };
    context.set(VhcaStateContext::VHCA_STATE, state);
    context.set(VhcaStateContext::SW_FUNCTION_ID, number);
    context.set(VhcaStateContext::ARM_CHANGE_EVENT, armed);
    Ok(())
}

pub fn modify_vhca_state(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, ModifyVhcaStateIn, MboxOut>,
) -> Outcome {
    if call.get(ModifyVhcaStateIn::FUNCTION_ID) != 0 {
        return Err(Status::BadParameter);
    }
    let selected = call
        .input()
        .part(ModifyVhcaStateIn::VHCA_STATE_FIELD_SELECT);
    let context = call.input().part(ModifyVhcaStateIn::VHCA_STATE_CONTEXT);
    if selected.get(VhcaStateFieldSelect::SW_FUNCTION_ID) {
        model.vports.function.0 = context.get(VhcaStateContext::SW_FUNCTION_ID);
    }
    if selected.get(VhcaStateFieldSelect::ARM_CHANGE_EVENT) {
        model.vports.function.1 = context.get(VhcaStateContext::ARM_CHANGE_EVENT);
    }
    Ok(())
}
