// SPDX-License-Identifier: GPL-2.0

//! The commands about objects: event, completion and receive queues, queue pairs, memory regions,
//! steering rules and multicast groups.

use super::{
    caps,
    commands::{Call, Outcome, Reply},
    cq::Cq,
    eq::Eq,
    hca::init,
    layout::{byte, word, Field},
    qp::{self, Qp},
    status::Status,
    Card,
};
use crate::model::Host;

const NUMBER_MASK: u32 = 0x00ff_ffff;
/// More rules than any driver has.
const MAX_FLOWS: usize = 1 << 14;
/// Those of the table, and as many promiscuous ones.
const MAX_GROUPS: usize = 2 << caps::LOG_GROUPS;

/// Gives the driver what `query` tells, or nothing if it does not want that.
fn given_back(call: &Call, context: Vec<u8>) -> Outcome {
    match call.op_modifier {
        0 => Ok(Reply::Mailbox(context)),
        _ => Ok(Reply::Done),
    }
}

pub fn map_eq(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let number = call.modifier & 0x3ff;
    let unmap = call.modifier >> 31 != 0;
    if !unmap && !card.hca.eqs.contains_key(&number) {
        return Err(Status::BadIndex);
    }
    for kind in (0..64).filter(|kind| call.in_param >> kind & 1 != 0) {
        if unmap {
            card.hca.events.remove(&kind);
        } else {
            card.hca.events.insert(kind, number);
        }
    }
    Ok(Reply::Done)
}

pub fn give_eq(card: &mut Card, host: &mut dyn Host, call: &Call) -> Outcome {
    let (hca, number) = (&mut card.hca, call.modifier & NUMBER_MASK);
    hca.context(&init::EQS, number)?;
    if hca.eqs.contains_key(&number) {
        return Err(Status::BadResourceState);
    }
    let entry = hca.entry_sizes().0;
    let eq = Eq::new(&call.input, hca.mtt_base(), entry, &hca.icm, host)?;
    hca.eqs.insert(number, eq);
    Ok(Reply::Done)
}

pub fn take_eq(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let number = call.modifier & NUMBER_MASK;
    let eq = card.hca.eqs.remove(&number);
    let eq = eq.ok_or(Status::BadResourceState)?;
    card.hca.events.retain(|_, mapped| *mapped != number);
    given_back(call, eq.query())
}

pub fn query_eq(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let eq = card.hca.eqs.get(&(call.modifier & NUMBER_MASK));
    Ok(Reply::Mailbox(eq.ok_or(Status::BadIndex)?.query()))
}

pub fn give_cq(card: &mut Card, host: &mut dyn Host, call: &Call) -> Outcome {
    let (hca, number) = (&mut card.hca, call.modifier & NUMBER_MASK);
    hca.context(&init::CQS, number)?;
    if hca.cqs.contains_key(&number) {
        return Err(Status::BadResourceState);
    }
    let (entry, filled) = (hca.entry_sizes().1, call.op_modifier != 0);
    let cq = Cq::new(&call.input, hca.mtt_base(), entry, filled, &hca.icm, host)?;
    if !hca.eqs.contains_key(&cq.eq()) {
        return Err(Status::BadParam);
    }
    hca.cqs.insert(number, cq);
    Ok(Reply::Done)
}

pub fn take_cq(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let cq = card.hca.cqs.remove(&(call.modifier & NUMBER_MASK));
    given_back(call, cq.ok_or(Status::BadResourceState)?.query())
}

pub fn query_cq(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let cq = card.hca.cqs.get(&(call.modifier & NUMBER_MASK));
    Ok(Reply::Mailbox(cq.ok_or(Status::BadIndex)?.query()))
}

pub fn modify_cq(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let base = card.hca.mtt_base();
    let cq = card.hca.cqs.get_mut(&(call.modifier & NUMBER_MASK));
    let cq = cq.ok_or(Status::BadIndex)?;
    match call.op_modifier {
        0 => cq.resize(&call.input, base)?,
        1 => cq.moderate(&call.input),
        _ => return Err(Status::BadOp),
    }
    Ok(Reply::Done)
}

/// Bytes of the contexts that are only kept.
const KEPT: usize = 64;

pub fn give_srq(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let (hca, number) = (&mut card.hca, call.modifier & NUMBER_MASK);
    hca.context(&init::SRQS, number)?;
    if hca.srqs.contains_key(&number) {
        return Err(Status::BadResourceState);
    }
    let context = call.input.get(..KEPT).unwrap_or(&[]).to_vec();
    hca.srqs.insert(number, context);
    Ok(Reply::Done)
}

pub fn take_srq(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let srq = card.hca.srqs.remove(&(call.modifier & NUMBER_MASK));
    given_back(call, srq.ok_or(Status::BadResourceState)?)
}

pub fn query_srq(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let srq = card.hca.srqs.get(&(call.modifier & NUMBER_MASK));
    Ok(Reply::Mailbox(srq.ok_or(Status::BadIndex)?.clone()))
}

pub fn arm_srq(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    match card.hca.srqs.contains_key(&(call.modifier & NUMBER_MASK)) {
        true => Ok(Reply::Done),
        false => Err(Status::BadIndex),
    }
}

/// Whose a memory region is, in its entry in context memory.
const MPT_STATUS: Field = byte(0);
const SOFTWARE_OWNS: u64 = 0xf0;

pub fn give_mpt(card: &mut Card, host: &mut dyn Host, call: &Call) -> Outcome {
    let (hca, number) = (&mut card.hca, call.modifier & NUMBER_MASK);
    let at = hca.context(&init::MPTS, number)?;
    if hca.mpts.contains_key(&number) {
        return Err(Status::BadResourceState);
    }
    let mut context = call.input.get(..KEPT).unwrap_or(&[]).to_vec();
    MPT_STATUS.bits(4, 4).set(&mut context, 0);
    hca.icm.write(host, at, &context)?;
    hca.mpts.insert(number, context);
    Ok(Reply::Done)
}

pub fn take_mpt(card: &mut Card, host: &mut dyn Host, call: &Call) -> Outcome {
    let (hca, number) = (&mut card.hca, call.modifier & NUMBER_MASK);
    let at = hca.context(&init::MPTS, number)?;
    let mut mpt = hca.mpts.remove(&number).ok_or(Status::BadResourceState)?;
    let context = mpt.clone();
    MPT_STATUS.set(&mut mpt, SOFTWARE_OWNS);
    hca.icm.write(host, at, &mpt)?;
    given_back(call, context)
}

pub fn query_mpt(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let mpt = card.hca.mpts.get(&(call.modifier & NUMBER_MASK));
    Ok(Reply::Mailbox(mpt.ok_or(Status::BadIndex)?.clone()))
}

/// All changes of a queue pair's state. One that is in reset is none.
pub fn modify_qp(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let (hca, number) = (&mut card.hca, call.modifier & NUMBER_MASK);
    let transition = qp::transition(call.opcode).ok_or(Status::BadOp)?;
    hca.context(&init::QPS, number)?;
    let base = hca.mtt_base();
    let mut qp = hca.qps.remove(&number).unwrap_or_else(|| Qp::new(base));
    let result = qp.modify(&transition, &call.input);
    if qp.state() != qp::State::Reset {
        hca.qps.insert(number, qp);
    }
    result.map(|()| Reply::Done)
}

pub fn query_qp(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let number = call.modifier & NUMBER_MASK;
    let base = card.hca.mtt_base();
    card.hca.context(&init::QPS, number)?;
    let qp = card.hca.qps.get(&number);
    Ok(Reply::Mailbox(
        qp.map_or_else(|| Qp::new(base).query(), Qp::query),
    ))
}

/// UPDATE_QP: what it changes is none of what the model works with.
pub fn update_qp(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    match card.hca.qps.contains_key(&(call.modifier & NUMBER_MASK)) {
        true => Ok(Reply::Done),
        false => Err(Status::BadResourceState),
    }
}

/// A steering rule's header.
mod rule {
    use super::*;
    pub const PORT: Field = byte(7);
    pub const QP: Field = word(8).bits(0, 24);
}

pub fn attach_flow(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let length = (call.modifier as usize).saturating_mul(4);
    let rule = call.input.get(..length).ok_or(Status::BadParam)?;
    let port = rule::PORT.get(rule);
    if !(1..=card.ports.len() as u64).contains(&port) {
        return Err(Status::BadParam);
    }
    let hca = &mut card.hca;
    if !hca.qps.contains_key(&rule::QP.get32(rule)) {
        return Err(Status::BadResourceState);
    }
    if hca.flows.len() >= MAX_FLOWS {
        return Err(Status::ExceedLimit);
    }
    hca.next_flow += 1;
    hca.flows.insert(hca.next_flow, rule.to_vec());
    Ok(Reply::Value(hca.next_flow))
}

pub fn detach_flow(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let rule = card.hca.flows.remove(&call.in_param);
    rule.map(|_| Reply::Done).ok_or(Status::BadIndex)
}

/// A multicast group: its members, and where its chain goes on.
mod group {
    use super::*;
    pub const LENGTH: usize = 1024;
    pub const NEXT: Field = word(0);
    pub const MEMBERS: Field = word(4).bits(0, 24);
}

/// Promiscuous groups are not in the table; they have numbers of their own.
fn group_number(card: &Card, call: &Call) -> Result<u32, Status> {
    const PROMISCUOUS: u32 = 1 << 31;
    if call.op_modifier != 0 {
        return Ok(PROMISCUOUS | call.modifier & 0x00ff_ffff);
    }
    let log_size = init::GROUPS_LOG.get32(&card.hca.init).min(24);
    match call.modifier >> log_size {
        0 => Ok(call.modifier),
        _ => Err(Status::BadIndex),
    }
}

pub fn write_group(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let number = group_number(card, call)?;
    let group = call.input.get(..group::LENGTH).unwrap_or(&[]);
    if group::MEMBERS.get(group) == 0 && group::NEXT.get(group) == 0 {
        card.hca.groups.remove(&number);
    } else if card.hca.groups.len() >= MAX_GROUPS && !card.hca.groups.contains_key(&number) {
        return Err(Status::ExceedLimit);
    } else {
        card.hca.groups.insert(number, group.to_vec());
    }
    Ok(Reply::Done)
}

pub fn read_group(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let number = group_number(card, call)?;
    let group = card.hca.groups.get(&number).cloned();
    Ok(Reply::Mailbox(
        group.unwrap_or_else(|| vec![0; group::LENGTH]),
    ))
}

/// MGID_HASH: where a group's chain begins.
pub fn hash_group(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let gid = call.input.get(..16).unwrap_or(&[]);
    let sum = gid.iter().fold(0u64, |hash, byte| {
        hash.wrapping_mul(31).wrapping_add(u64::from(*byte))
    });
    let log_size = init::GROUPS_LOG.get32(&card.hca.init).clamp(1, 16) - 1;
    Ok(Reply::Value(sum & ((1 << log_size) - 1)))
}
