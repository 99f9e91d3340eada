// SPDX-License-Identifier: GPL-2.0

//! Flow tables, their entries, and counters: kept, but no packet looks at them yet.

use super::{
    command::{Call, Outcome, Status},
    objects::Kind,
    tables::*,
    Mlx5,
};

/// Operation modifiers.
const SET_NEW: u16 = 0;
const MODIFY: u16 = 1;
const DISCONNECT: u16 = 1;

/// A bulk of counters has this many for each bit of `flow_counter_bulk`.
const BULK_UNIT: u64 = 128;
const MAX_BULK: u64 = 1 << 20;

fn entry(table: u64, index: u64) -> (Kind, u64) {
    (Kind::FlowEntry, table << 32 | index)
}

pub fn set_flow_table_root(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let table = set_flow_table_root_in::TABLE_ID.get(&call.input);
    let kind = set_flow_table_root_in::TABLE_TYPE.get(&call.input);
    if call.modifier() == DISCONNECT {
        model.roots.remove(&kind);
        return Ok(());
    }
    let key = (Kind::FlowTable, table);
    model.objects.get(key).ok_or(Status::BadResource)?;
    model.roots.insert(kind, table);
    Ok(())
}

pub fn set_fte(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let table = set_fte_in::TABLE_ID.get(&call.input);
    let index = set_fte_in::FLOW_INDEX.get(&call.input);
    let key = entry(table, index);
    match call.modifier() {
        SET_NEW => {
            let group = flow_context::GROUP_ID.within(set_fte_in::FLOW_CONTEXT);
            let group = (Kind::FlowGroup, group.get(&call.input));
            let made = &model.objects.get(group).ok_or(Status::BadResource)?.input;
            let range = create_flow_group_in::START_FLOW_INDEX.get(made)
                ..=create_flow_group_in::END_FLOW_INDEX.get(made);
            if create_flow_group_in::TABLE_ID.get(made) != table || !range.contains(&index) {
                return Err(Status::BadParameter);
            }
            model.objects.add(key, &call.input, vec![group])?;
            model.balance_pages(call.host);
            Ok(())
        }
        MODIFY => {
            let object = model.objects.get_mut(key).ok_or(Status::BadResource)?;
            let context = set_fte_in::FLOW_CONTEXT;
            context.copy(&call.input, context, &mut object.input);
            Ok(())
        }
        _ => Err(Status::BadParameter),
    }
}

pub fn query_fte(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let table = query_fte_in::TABLE_ID.get(&call.input);
    let key = entry(table, query_fte_in::FLOW_INDEX.get(&call.input));
    let object = model.objects.get(key).ok_or(Status::BadResource)?;
    let (made, shown) = (set_fte_in::FLOW_CONTEXT, query_fte_out::FLOW_CONTEXT);
    made.copy(&object.input, shown, &mut call.output);
    Ok(())
}

pub fn delete_fte(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let table = delete_fte_in::TABLE_ID.get(&call.input);
    let key = entry(table, delete_fte_in::FLOW_INDEX.get(&call.input));
    model.objects.remove(key)?;
    model.balance_pages(call.host);
    Ok(())
}

/// A counter, or many at once: they are one object with the number of the first.
pub fn alloc_flow_counter(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let log = alloc_flow_counter_in::FLOW_COUNTER_BULK_LOG_SIZE.get(&call.input);
    let bulk = alloc_flow_counter_in::FLOW_COUNTER_BULK.get(&call.input);
    let count = match (log, bulk) {
        (0, 0) => 1,
        (0, bulk) => bulk * BULK_UNIT,
        (log, _) => 1 << log,
    };
    if count > MAX_BULK {
        return Err(Status::Limit);
    }
    let number = model.objects.free_number(Kind::FlowCounter, count)?;
    let key = (Kind::FlowCounter, number);
    model.objects.add(key, &call.input, Vec::new())?;
    alloc_flow_counter_out::FLOW_COUNTER_ID.set(&mut call.output, number);
    Ok(())
}
