// SPDX-License-Identifier: GPL-2.0

//! Flow tables, their entries, and counters, as the driver makes them. What they do to a frame is in
//! `steering`.

use super::{
    bits::Bits,
    command::{Outcome, Status, TypedCall},
    layout::*,
    objects::Kind,
    Mlx5,
};

/// Operation modifiers.
const SET_NEW: u16 = 0;
const MODIFY: u16 = 1;
const DISCONNECT: u16 = 1;

/// A bulk of counters has this many for each bit of `flow_counter_bulk`.
const BULK_UNIT: u64 = 128;
const MAX_BULK: u64 = 1 << 20;

fn entry(table: u32, index: u32) -> (Kind, u64) {
    (Kind::FlowEntry, u64::from(table) << 32 | u64::from(index))
}

pub fn set_flow_table_root(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, SetFlowTableRootIn, MboxOut>,
) -> Outcome {
    let table = call.get(SetFlowTableRootIn::TABLE_ID).into();
    let kind = call.get(SetFlowTableRootIn::TABLE_TYPE);
    if call.modifier() == DISCONNECT {
        model.roots.remove(&kind);
        return Ok(());
    }
    let key = (Kind::FlowTable, table);
    model.objects.get(key).ok_or(Status::BadResource)?;
    model.roots.insert(kind, table);
    Ok(())
}

pub fn set_fte(model: &mut Mlx5, call: &mut TypedCall<'_, '_, SetFteIn, MboxOut>) -> Outcome {
    let table = call.get(SetFteIn::TABLE_ID);
    let index = call.get(SetFteIn::FLOW_INDEX);
    let key = entry(table, index);
    match call.modifier() {
        SET_NEW => {
            let group = call.get(SetFteIn::FLOW_CONTEXT.then(FlowContext::GROUP_ID));
            let group = (Kind::FlowGroup, group.into());
            let made = model.objects.get(group).ok_or(Status::BadResource)?;
            let made = View::<CreateFlowGroupIn>::of_any_length(&made.input);
            let range = made.get(CreateFlowGroupIn::START_FLOW_INDEX)
                ..=made.get(CreateFlowGroupIn::END_FLOW_INDEX);
            if made.get(CreateFlowGroupIn::TABLE_ID) != table || !range.contains(&index) {
                return Err(Status::BadParameter);
            }
            model.objects.add(key, &call.input, vec![group])?;
            model.balance_pages(call.host);
            Ok(())
        }
        MODIFY => change_entry(model, key, &call.input),
        _ => Err(Status::BadParameter),
    }
}

/// Changes what is selected of an entry: action, tag, destinations and counters. What it matches
/// stays.
fn change_entry(model: &mut Mlx5, key: (Kind, u64), input: &[u8]) -> Outcome {
    const ACTION: u8 = 1 << 0;
    const TAG: u8 = 1 << 1;
    const LISTS: u8 = 1 << 2 | 1 << 3;

    let object = model.objects.get(key).ok_or(Status::BadResource)?;
    let selected = View::<SetFteIn>::of_any_length(input).get(SetFteIn::MODIFY_ENABLE_MASK);
    let mut entry = object.input.clone();
    if selected & LISTS != 0 {
        entry.truncate(SetFteIn::BYTES);
        entry.extend_from_slice(input.get(SetFteIn::BYTES..).unwrap_or_default());
    }
    let fields = [
        (LISTS, FlowContext::EXTENDED_DESTINATION.number()),
        (LISTS, FlowContext::DESTINATION_LIST_SIZE.number()),
        (LISTS, FlowContext::FLOW_COUNTER_LIST_SIZE.number()),
        (TAG, FlowContext::FLOW_TAG.number()),
        (ACTION, FlowContext::ACTION.number()),
        (ACTION, FlowContext::PACKET_REFORMAT_ID.number()),
        (ACTION, FlowContext::MODIFY_HEADER_ID.number()),
    ];
    for (of, field) in fields {
        if selected & of != 0 {
            let bits = Bits::of(SetFteIn::FLOW_CONTEXT.then(field));
            bits.set(&mut entry, bits.get(input));
        }
    }
    model.objects.replace(key, &entry)
}

/// Changes what becomes of frames that no entry of a table matches.
pub fn modify_flow_table(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, ModifyFlowTableIn, MboxOut>,
) -> Outcome {
    const MISS_TABLE: u16 = 1 << 0;

    let key = (
        Kind::FlowTable,
        call.get(ModifyFlowTableIn::TABLE_ID).into(),
    );
    let object = model.objects.get_mut(key).ok_or(Status::BadResource)?;
    if call.get(ModifyFlowTableIn::MODIFY_FIELD_SELECT) & MISS_TABLE != 0 {
        let wanted = call.input().part(ModifyFlowTableIn::FLOW_TABLE_CONTEXT);
        let mut made = ViewMut::<CreateFlowTableIn>::of_any_length(&mut object.input);
        let mut context = made.part(CreateFlowTableIn::FLOW_TABLE_CONTEXT);
        for field in [
            FlowTableContext::TABLE_MISS_ACTION.number(),
            FlowTableContext::TABLE_MISS_ID.number(),
        ] {
            context.set(field, wanted.get(field));
        }
    }
    Ok(())
}

pub fn query_fte(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, QueryFteIn, QueryFteOut>,
) -> Outcome {
    let table = call.get(QueryFteIn::TABLE_ID);
    let key = entry(table, call.get(QueryFteIn::FLOW_INDEX));
    let object = model.objects.get(key).ok_or(Status::BadResource)?;
    let made = Bits::of(SetFteIn::FLOW_CONTEXT);
    let shown = Bits::of(QueryFteOut::FLOW_CONTEXT);
    made.copy(&object.input, shown, &mut call.output);
    Ok(())
}

pub fn delete_fte(model: &mut Mlx5, call: &mut TypedCall<'_, '_, DeleteFteIn, MboxOut>) -> Outcome {
    let table = call.get(DeleteFteIn::TABLE_ID);
    let key = entry(table, call.get(DeleteFteIn::FLOW_INDEX));
    model.objects.remove(key)?;
    model.balance_pages(call.host);
    Ok(())
}

/// A counter, or many at once: they are one object with the number of the first.
pub fn alloc_flow_counter(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, AllocFlowCounterIn, AllocFlowCounterOut>,
) -> Outcome {
    let log = call.get(AllocFlowCounterIn::FLOW_COUNTER_BULK_LOG_SIZE);
    let bulk = call.get(AllocFlowCounterIn::FLOW_COUNTER_BULK);
    let count = match (log, bulk) {
        (0, 0) => 1,
        (0, bulk) => u64::from(bulk) * BULK_UNIT,
        (log, _) => 1 << log,
    };
    if count > MAX_BULK {
        return Err(Status::Limit);
    }
    let number = model.objects.free_number(Kind::FlowCounter, count)?;
    let key = (Kind::FlowCounter, number);
    model.objects.add(key, &call.input, Vec::new())?;
    // What counters of these numbers counted before is no longer of interest.
    let numbers = number as u32..=(number + count - 1) as u32;
    model
        .flow_counts
        .retain(|counter, _| !numbers.contains(counter));
    call.set(AllocFlowCounterOut::FLOW_COUNTER_ID, number as u32);
    Ok(())
}
