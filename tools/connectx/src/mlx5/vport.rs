// SPDX-License-Identifier: GPL-2.0

//! Virtual ports of the embedded switch: the function's own, and the one to the wire.

use super::{
    command::{Call, Outcome, Phase, Status},
    layout::Field,
    tables::*,
    Mlx5, Place,
};
use std::collections::BTreeMap;

/// The function's own port, and the one to the wire.
const OWN: u16 = 0;
const UPLINK: u16 = 0xffff;

/// Operation modifiers of states: whose state.
const STATE_UPLINK: u16 = 2;
const STATE_UP: u64 = 1;

const CONTEXT: usize = nic_vport_context::BYTES;

/// Lists of what a port receives.
const UNICAST: u64 = 0;
const MULTICAST: u64 = 1;
const VLAN: u64 = 2;

/// Operation modifiers of counters do not matter: there is one set.
const FRAME: u64 = 64;

struct Vport {
    context: Vec<u8>,
    lists: BTreeMap<u64, Vec<u8>>,
    switch: Vec<u8>,
    up: bool,
}

/// All ports.
pub struct Vports {
    map: BTreeMap<u16, Vport>,
    /// What the driver calls this function, and whether it wants to know of its state.
    function: (u64, bool),
    place: Place,
}

impl Vports {
    pub fn new(place: Place) -> Self {
        let vport = || {
            let mut context = vec![0; CONTEXT];
            let guid = place.guid();
            for (field, value) in [
                (nic_vport_context::MTU, 1500),
                (nic_vport_context::SYSTEM_IMAGE_GUID, place.system_guid()),
                (nic_vport_context::PORT_GUID, guid),
                (nic_vport_context::NODE_GUID, guid),
                (nic_vport_context::PERMANENT_ADDRESS, place.mac()),
            ] {
                field.set(&mut context, value);
            }
            Vport {
                context,
                lists: BTreeMap::new(),
                switch: vec![0; query_esw_vport_context_out::ESW_VPORT_CONTEXT.width / 8],
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

    fn find(&mut self, number: u64) -> Result<&mut Vport, Status> {
        let vport = self.map.get_mut(&(number as u16));
        vport.ok_or(Status::BadParameter)
    }
}

pub fn query_vport_state(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let wire = model.port.is_up();
    let number = match call.modifier() {
        STATE_UPLINK => UPLINK.into(),
        _ => query_vport_state_in::VPORT_NUMBER.get(&call.input),
    };
    let vport = model.vports.find(number)?;
    let admin = if vport.up { STATE_UP } else { 0 };
    query_vport_state_out::ADMIN_STATE.set(&mut call.output, admin);
    query_vport_state_out::STATE.set(&mut call.output, wire.into());
    Ok(())
}

pub fn modify_vport_state(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let number = match call.modifier() {
        STATE_UPLINK => UPLINK.into(),
        _ => modify_vport_state_in::VPORT_NUMBER.get(&call.input),
    };
    let state = modify_vport_state_in::ADMIN_STATE.get(&call.input);
    model.vports.find(number)?.up = state != 0;
    Ok(())
}

pub fn query_esw_vport_context(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let number = query_esw_vport_context_in::VPORT_NUMBER.get(&call.input);
    let vport = model.vports.find(number)?;
    let context = query_esw_vport_context_out::ESW_VPORT_CONTEXT;
    Field::new(0, context.width).copy(&vport.switch, context, &mut call.output);
    Ok(())
}

pub fn modify_esw_vport_context(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let number = modify_esw_vport_context_in::VPORT_NUMBER.get(&call.input);
    let vport = model.vports.find(number)?;
    let context = modify_esw_vport_context_in::ESW_VPORT_CONTEXT;
    context.copy(&call.input, Field::new(0, context.width), &mut vport.switch);
    Ok(())
}

pub fn query_nic_vport_context(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let number = query_nic_vport_context_in::VPORT_NUMBER.get(&call.input);
    let list = query_nic_vport_context_in::ALLOWED_LIST_TYPE.get(&call.input);
    let vport = model.vports.find(number)?;
    let outer = query_nic_vport_context_out::NIC_VPORT_CONTEXT;
    Field::new(0, outer.width).copy(&vport.context, outer, &mut call.output);
    let entries = vport.lists.get(&list).map_or(&[][..], Vec::as_slice);
    let count = entries.len() / entry_length(list);
    let output = &mut call.output;
    let field = |field: Field| field.within(outer);
    field(nic_vport_context::ALLOWED_LIST_TYPE).set(output, list);
    field(nic_vport_context::ALLOWED_LIST_SIZE).set(output, count as u64);
    let from = Field::new(0, entries.len() * 8);
    from.copy(
        entries,
        Field::new(outer.offset + CONTEXT * 8, from.width),
        output,
    );
    Ok(())
}

fn entry_length(list: u64) -> usize {
    if list == VLAN {
        4
    } else {
        8
    }
}

pub fn modify_nic_vport_context(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    use modify_nic_vport_context_in as input;
    use nic_vport_context as context;

    const FIELDS: &[(Field, &[Field])] = &[
        (
            input::FIELD_SELECT__DISABLE_UC_LOCAL_LB,
            &[context::DISABLE_UC_LOCAL_LB],
        ),
        (
            input::FIELD_SELECT__DISABLE_MC_LOCAL_LB,
            &[context::DISABLE_MC_LOCAL_LB],
        ),
        (input::FIELD_SELECT__NODE_GUID, &[context::NODE_GUID]),
        (input::FIELD_SELECT__PORT_GUID, &[context::PORT_GUID]),
        (
            input::FIELD_SELECT__MIN_INLINE,
            &[context::MIN_WQE_INLINE_MODE],
        ),
        (input::FIELD_SELECT__MTU, &[context::MTU]),
        (
            input::FIELD_SELECT__PROMISC,
            &[
                context::PROMISC_UC,
                context::PROMISC_MC,
                context::PROMISC_ALL,
            ],
        ),
        (
            input::FIELD_SELECT__PERMANENT_ADDRESS,
            &[context::PERMANENT_ADDRESS],
        ),
        (input::FIELD_SELECT__ROCE_EN, &[context::ROCE_EN]),
    ];

    let outer = input::NIC_VPORT_CONTEXT;
    let list = context::ALLOWED_LIST_TYPE.within(outer).get(&call.input);
    let count = context::ALLOWED_LIST_SIZE.within(outer).get(&call.input) as usize;
    let longest = model.caps.list_length(match list {
        UNICAST => cmd_hca_cap::LOG_MAX_CURRENT_UC_LIST,
        MULTICAST => cmd_hca_cap::LOG_MAX_CURRENT_MC_LIST,
        _ => cmd_hca_cap::LOG_MAX_VLAN_LIST,
    });
    let number = input::VPORT_NUMBER.get(&call.input);
    let vport = model.vports.find(number)?;
    for (selected, fields) in FIELDS {
        if selected.is_set(&call.input) {
            for field in *fields {
                field.set(&mut vport.context, field.within(outer).get(&call.input));
            }
        }
    }
    if input::FIELD_SELECT__ADDRESSES_LIST.is_set(&call.input) {
        let start = outer.bytes().start + CONTEXT;
        let entries = start..start + count * entry_length(list);
        let entries = call.input.get(entries).ok_or(Status::BadInputLength)?;
        if count > longest || list > VLAN {
            return Err(Status::BadParameter);
        }
        vport.lists.insert(list, entries.to_vec());
    }
    Ok(())
}

pub fn query_vport_counter(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let number = query_vport_counter_in::VPORT_NUMBER.get(&call.input);
    model.vports.find(number)?;
    // A counter is two of them: packets, and bytes.
    let counter = query_vport_counter_out::TRANSMITTED_ETH_UNICAST;
    let sent = model.queues.sent;
    for (offset, value) in [(0, sent), (64, sent * FRAME)] {
        Field::new(counter.offset + offset, 64).set(&mut call.output, value);
    }
    Ok(())
}

/// The state of this function; there are no others.
pub fn query_vhca_state(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    const ACTIVE: u64 = 2;
    const IN_USE: u64 = 3;

    if query_vhca_state_in::FUNCTION_ID.get(&call.input) != 0 {
        return Err(Status::BadParameter);
    }
    let running = model.phase == Phase::Running;
    let (number, armed) = model.vports.function;
    for (field, value) in [
        (
            vhca_state_context::VHCA_STATE,
            if running { IN_USE } else { ACTIVE },
        ),
        (vhca_state_context::SW_FUNCTION_ID, number),
        (vhca_state_context::ARM_CHANGE_EVENT, armed.into()),
    ] {
        let field = field.within(query_vhca_state_out::VHCA_STATE_CONTEXT);
        field.set(&mut call.output, value);
    }
    Ok(())
}

pub fn modify_vhca_state(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    use modify_vhca_state_in as input;

    if input::FUNCTION_ID.get(&call.input) != 0 {
        return Err(Status::BadParameter);
    }
    let context = |field: Field| field.within(input::VHCA_STATE_CONTEXT).get(&call.input);
    if input::VHCA_STATE_FIELD_SELECT__SW_FUNCTION_ID.is_set(&call.input) {
        model.vports.function.0 = context(vhca_state_context::SW_FUNCTION_ID);
    }
    if input::VHCA_STATE_FIELD_SELECT__ARM_CHANGE_EVENT.is_set(&call.input) {
        model.vports.function.1 = context(vhca_state_context::ARM_CHANGE_EVENT) != 0;
    }
    Ok(())
}
