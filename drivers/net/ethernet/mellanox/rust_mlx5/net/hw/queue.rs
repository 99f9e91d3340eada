// SPDX-License-Identifier: GPL-2.0

//! Queues: objects that the device has memory for.

use super::{
    buffer::{
        Buffer,
        Record,
        Records, //
    },
    cq::CompletionQueue,
    object::{
        create,
        destroy,
        Kind,
        RqKind,
        SqKind, //
    },
};

use crate::{
    card::Card,
    cmd::{
        commands,
        Command, //
    },
    layout::{
        Block,
        CreateRqIn,
        CreateSqIn,
        Field,
        ModifyRqIn,
        ModifySqIn,
        QueryRqIn,
        QueryRqOut,
        QuerySqIn,
        QuerySqOut,
        Rqc,
        Sqc,
        Wq, //
    }, //
};

use kernel::{
    prelude::*,
    sync::Arc, //
};

use core::{
    marker::PhantomData,
    mem::forget, //
};

commands! {
    do QuerySq = QUERY_SQ: QuerySqIn -> QuerySqOut;
    do QueryRq = QUERY_RQ: QueryRqIn -> QueryRqOut;
    do ModifySq = MODIFY_SQ: ModifySqIn -> MboxOut;
    do ModifyRq = MODIFY_RQ: ModifyRqIn -> MboxOut;
}

/// An object that uses memory as long as the device has it, and of which the driver's other parts
/// have references to that memory.
pub(crate) struct Queue<'up, K: Kind, M> {
    card: &'up Card<'up>,
    number: u32,
    memory: Option<Arc<M>>,
    kind: PhantomData<fn(K)>,
}

impl<'up, K: Kind, M> Queue<'up, K, M> {
    /// Has the device make it.
    pub(super) fn new(
        card: &'up Card<'up>,
        memory: Arc<M>,
        input: Block<<K::Create as Command>::In>,
        addresses: &[u8],
    ) -> Result<Self> {
        let number = create::<K>(card, input, addresses).inspect_err(|error| {
            if *error == ETIMEDOUT || card.is_dead() {
                lose(card, &memory);
            }
        })?;
        Ok(Queue {
            card,
            number,
            memory: Some(memory),
            kind: PhantomData,
        })
    }

    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// Its memory.
    pub(crate) fn memory(&self) -> Option<&M> {
        self.memory.as_deref()
    }
}

impl<K: Kind, M> Drop for Queue<'_, K, M> {
    fn drop(&mut self) {
        let Some(memory) = self.memory.take() else {
            return;
        };
        let destroyed = destroy::<K>(self.card, self.number);
        // Of a dead device the command succeeds without being sent.
        if destroyed.is_err() || self.card.is_dead() {
            lose(self.card, &memory);
        }
    }
}

/// Has memory never be freed if the device may still write to it: it is lost, rather than written
/// to when it is something else's.
fn lose<M>(card: &Card<'_>, memory: &Arc<M>) {
    if !card.is_stopped() {
        forget(memory.clone());
    }
}

/// Memory of a send or a receive queue.
pub(crate) struct WorkQueue<'up> {
    pub(crate) buffer: Buffer,
    pub(crate) record: Record<'up>,
    log_size: u8,
    log_stride: u8,
}

impl<'up> WorkQueue<'up> {
    /// Memory for `1 << log_size` entries of `1 << log_stride` bytes.
    pub(crate) fn new(
        card: &'up Card<'up>,
        records: &Records<'up>,
        log_size: u8,
        log_stride: u8,
    ) -> Result<Self> {
        Ok(WorkQueue {
            buffer: Buffer::new(card.dev.as_ref(), 1 << log_size << log_stride)?,
            record: records.make()?,
            log_size,
            log_stride,
        })
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        1 << self.log_size
    }

    /// Which of them the one is that the driver writes as number `at`.
    pub(crate) fn index(&self, at: u32) -> usize {
        // CAST: The size is one of memory.
        at as usize & (self.len() - 1)
    }

    /// How many bytes each of them has.
    pub(crate) fn stride(&self) -> u64 {
        1 << self.log_stride
    }

    /// Where that one is in the buffer.
    pub(crate) fn offset(&self, at: u32) -> usize {
        self.index(at) << self.log_stride
    }

    /// Says in a context what the device has to know of it.
    fn describe<I: crate::layout::Structure>(&self, input: &mut Block<I>, wq: Field<I, Wq>) {
        /// A ring whose entries have one size.
        const CYCLIC: u8 = 1;

        input.set(wq.then(Wq::WQ_TYPE), CYCLIC);
        input.set(wq.then(Wq::LOG_WQ_STRIDE), self.log_stride);
        input.set(wq.then(Wq::LOG_WQ_SZ), self.log_size);
        input.set(wq.then(Wq::DBR_ADDR), self.record.dma_address());
    }
}

/// What has the memory of a send or a receive queue.
pub(crate) trait HasWorkQueue<'up> {
    fn work_queue(&self) -> &WorkQueue<'up>;
}

impl<'up> HasWorkQueue<'up> for WorkQueue<'up> {
    fn work_queue(&self) -> &WorkQueue<'up> {
        self
    }
}

/// States of queues (`MLX5_SQC_STATE_*`, `MLX5_RQC_STATE_*`).
const RESET: u8 = 0;
const READY: u8 = 1;

/// A send queue.
pub(crate) type SendQueue<'up, M> = Queue<'up, SqKind, M>;

impl<'up, M: HasWorkQueue<'up>> SendQueue<'up, M> {
    /// A queue that is ready, whose frames are sent as `tis` (`mlx5e_create_sq_rdy()`).
    ///
    /// `inline` is which headers each frame has in its descriptor, if the driver may choose that.
    pub(crate) fn ready(
        completions: &CompletionQueue<'up>,
        memory: Arc<M>,
        domain: u32,
        tis: u32,
        inline: Option<u8>,
    ) -> Result<Self> {
        let card = completions.card();
        let context = CreateSqIn::CTX;
        let wq = context.then(Sqc::WQ);
        let mut input = Block::<CreateSqIn>::new();
        memory.work_queue().describe(&mut input, wq);
        input.set(context.then(Sqc::TIS_LST_SZ), 1);
        input.set(context.then(Sqc::TIS_NUM_0), tis);
        input.set(context.then(Sqc::CQN), completions.number());
        if let Some(inline) = inline {
            input.set(context.then(Sqc::MIN_WQE_INLINE_MODE), inline);
        }
        input.set(context.then(Sqc::STATE), RESET);
        input.set(context.then(Sqc::FLUSH_IN_ERROR_EN), true);
        input.set(wq.then(Wq::PD), domain);
        input.set(wq.then(Wq::UAR_PAGE), completions.uar());
        let addresses = memory.work_queue().buffer.addresses()?;
        let queue = Self::new(card, memory, input, &addresses)?;

        let mut input = Block::<ModifySqIn>::new();
        input.set(ModifySqIn::SQN, queue.number());
        input.set(ModifySqIn::SQ_STATE, RESET);
        input.set(ModifySqIn::CTX.then(Sqc::STATE), READY);
        card.run::<ModifySq>(input)?;
        Ok(queue)
    }
}

impl<M> SendQueue<'_, M> {
    /// The state that it is in (`mlx5_core_query_sq_state()`).
    pub(crate) fn state(&self) -> Result<u8> {
        let mut input = Block::<QuerySqIn>::new();
        input.set(QuerySqIn::SQN, self.number);
        let queue = self.card.run::<QuerySq>(input)?;
        Ok(queue.get(QuerySqOut::SQ_CONTEXT.then(Sqc::STATE)))
    }
}

/// A receive queue.
pub(crate) type ReceiveQueue<'up, M> = Queue<'up, RqKind, M>;

impl<'up, M: HasWorkQueue<'up>> ReceiveQueue<'up, M> {
    /// A queue that is ready; `counter` counts what is received without a buffer
    /// (`mlx5e_open_rq()`).
    ///
    /// Without a protection domain it drops what it gets. `strips_tags` is whether VLAN tags are
    /// taken out of frames.
    pub(crate) fn ready(
        completions: &CompletionQueue<'up>,
        memory: Arc<M>,
        domain: Option<u32>,
        counter: u32,
        strips_tags: bool,
    ) -> Result<Self> {
        /// Frames are written up to the end of a line of the cache.
        const ALIGNED_END: u8 = 1;

        let card = completions.card();
        let context = CreateRqIn::CTX;
        let wq = context.then(Rqc::WQ);
        let mut input = Block::<CreateRqIn>::new();
        memory.work_queue().describe(&mut input, wq);
        if let Some(domain) = domain {
            input.set(wq.then(Wq::PD), domain);
            input.set(wq.then(Wq::END_PADDING_MODE), ALIGNED_END);
            input.set(context.then(Rqc::VSD), !strips_tags);
        }
        input.set(context.then(Rqc::CQN), completions.number());
        input.set(context.then(Rqc::STATE), RESET);
        // CAST: There are 256 sets.
        input.set(context.then(Rqc::COUNTER_SET_ID), counter as u8);
        let addresses = memory.work_queue().buffer.addresses()?;
        let queue = Self::new(card, memory, input, &addresses)?;

        let mut input = Block::<ModifyRqIn>::new();
        input.set(ModifyRqIn::RQN, queue.number());
        input.set(ModifyRqIn::RQ_STATE, RESET);
        input.set(ModifyRqIn::CTX.then(Rqc::STATE), READY);
        card.run::<ModifyRq>(input)?;
        Ok(queue)
    }
}

impl<M> ReceiveQueue<'_, M> {
    /// The state that it is in (`mlx5e_query_rq_state()`).
    pub(crate) fn state(&self) -> Result<u8> {
        let mut input = Block::<QueryRqIn>::new();
        input.set(QueryRqIn::RQN, self.number);
        let queue = self.card.run::<QueryRq>(input)?;
        Ok(queue.get(QueryRqOut::RQ_CONTEXT.then(Rqc::STATE)))
    }
}
