// SPDX-License-Identifier: GPL-2.0

//! The commands about objects: event, completion and receive queues, queue pairs, memory regions.

use super::{
    caps,
    commands::{Call, Outcome, Reply},
    cq::Cq,
    eq::Eq,
    hca::init,
    layout::{byte, Field},
    qp::Qp,
    state::{self, State},
    status::Status,
    Card,
};
use crate::model::Host;

const NUMBER_MASK: u32 = 0x00ff_ffff;
/// More rules than any driver has.
pub const MAX_FLOWS: usize = 1 << 14;
/// Those of the table, and as many promiscuous ones.
pub const MAX_GROUPS: usize = 2 << caps::LOG_GROUPS;

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
    let transition = state::transition(call.opcode).ok_or(Status::BadOp)?;
    hca.context(&init::QPS, number)?;
    let base = hca.mtt_base();
    let mut qp = hca.qps.remove(&number).unwrap_or_else(|| Qp::new(base));
    let result = qp.modify(&transition, &call.input);
    if qp.state() != State::Reset {
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

/// UPDATE_QP: what it changes beyond what the model works with is not kept.
pub fn update_qp(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let qp = card.hca.qps.get_mut(&(call.modifier & NUMBER_MASK));
    qp.ok_or(Status::BadResourceState)?.update(&call.input);
    Ok(Reply::Done)
}
