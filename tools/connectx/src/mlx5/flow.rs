// SPDX-License-Identifier: GPL-2.0

//! Flow tables, their entries, and counters: kept, but no packet looks at them yet.

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
        MODIFY => {
            let object = model.objects.get_mut(key).ok_or(Status::BadResource)?;
            let context = Bits::of(SetFteIn::FLOW_CONTEXT);
            context.copy(&call.input, context, &mut object.input);
            Ok(())
        }
        _ => Err(Status::BadParameter),
    }
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
    call.set(AllocFlowCounterOut::FLOW_COUNTER_ID, number as u32);
    Ok(())
}
