// SPDX-License-Identifier: GPL-2.0

//! Queue pairs: of each the network device uses only one queue, to send or to receive; or none, for
//! one that spreads frames over others.

mod context;

pub(crate) use self::context::Shape;

use self::context::{
    Context,
    State, //
};

use super::{
    cq::CompletionQueue,
    maker::Maker,
    offloads::Offloads,
    rss::Rss, //
};

use crate::{
    caps::Feature,
    card::Card,
    cmd::{
        Call,
        Op, //
    },
    layout::Mailbox,
    numbers::QpNumber,
    queue::{
        HasMemory,
        Memory, //
    }, //
};

use kernel::{
    prelude::*,
    sync::Arc, //
};

/// What has the memory of a queue's entries.
pub(crate) trait HasEntries<'up>: HasMemory<'up> {
    /// How they lie in it.
    fn shape(&self) -> Shape;
}

/// A queue pair that uses memory as long as the device has it, and of which the driver's other
/// parts have references to that memory.
pub(crate) struct QueuePair<'up, M: HasMemory<'up>> {
    card: &'up Card<'up>,
    number: QpNumber<'up>,
    memory: Arc<M>,
    /// Whether the device may have it.
    is_lent: bool,
}

impl<'up, M: HasMemory<'up>> QueuePair<'up, M> {
    /// Has the device have it, ready to send and to receive (`mlx4_qp_to_ready()`).
    fn ready(
        maker: &Maker<'up>,
        number: QpNumber<'up>,
        memory: Arc<M>,
        mut context: Context,
    ) -> Result<Self> {
        /// What leads from each state to the next one.
        const STEPS: [(Op, State); 3] = [
            (Op::RST2INIT_QP, State::Init),
            (Op::INIT2RTR_QP, State::ReadyToReceive),
            (Op::RTR2RTS_QP, State::ReadyToSend),
        ];

        let card = maker.card;
        let mut pair = QueuePair {
            card,
            number,
            memory,
            is_lent: false,
        };
        let mut mailbox = Mailbox::new(card)?;
        for (op, state) in STEPS {
            if state == State::ReadyToSend && maker.caps.has(Feature::ROCE_V1_V2) {
                context.set_entropy(entropy(card, pair.number()));
            }
            context.write(pair.number(), state, &mut mailbox);
            let call = Call::new(op).modifier(pair.number());
            let result = card.run_with(call, &mailbox);
            // A command that did not end may have done it.
            pair.is_lent |= result.is_ok() || card.may_still_do_it();
            result.inspect_err(|error| {
                dev_err!(
                    card.dev.as_ref(),
                    "Failed to bring QP to state: {} with error: {}\n",
                    state as u32,
                    error.to_errno()
                );
            })?;
        }
        Ok(pair)
    }

    pub(crate) fn number(&self) -> u32 {
        self.number.get()
    }
}

impl<'up, M: HasMemory<'up>> Drop for QueuePair<'up, M> {
    fn drop(&mut self) {
        /// Without waiting for what it does.
        const AT_ONCE: u8 = 2;

        if !self.is_lent {
            return;
        }
        let call = Call::new(Op::RST_QP_2)
            .modifier(self.number())
            .op_modifier(AT_ONCE);
        if self.card.run(call).is_err() {
            self.memory.keep(self.card);
            self.memory.memory().abandon();
            self.number.abandon();
        }
    }
}

/// What flows of a queue pair are told apart by (`mlx4_qp_roce_entropy()`).
fn entropy(card: &Card<'_>, number: u32) -> u16 {
    const HIGH: u16 = 0xc000;
    const UNKNOWN: u16 = 0xdead;

    // CAST: The number has 24 bits, of which the highest are folded into the lowest.
    let folded = |number: u32| (number & 0xffff ^ number >> 16) as u16;
    let Ok(answer) = card.query(Call::new(Op::QUERY_QP).modifier(number)) else {
        return UNKNOWN;
    };
    match Context::remote_number(&answer) {
        remote if remote == number => folded(number) | HIGH,
        remote => folded(remote) ^ folded(number) | HIGH,
    }
}

/// What all queue pairs of a port have.
fn context(maker: &Maker<'_>, completions: u32, offloads: &Offloads) -> Context {
    let mut context = Context::new(maker, completions);
    if !offloads.strips_tags() {
        context.keep_tags();
    }
    context
}

/// One that sends or receives.
fn context_of_queue(
    maker: &Maker<'_>,
    completions: &CompletionQueue<'_>,
    offloads: &Offloads,
) -> Context {
    let mut context = context(maker, completions.number(), offloads);
    if maker.caps.has(Feature::LOOPBACK_SOURCE_CHECK) && !maker.counts_nothing() {
        context.check_source(offloads.loops());
    }
    context
}

/// A queue that sends.
pub(super) type SendQueue<'up, M> = QueuePair<'up, M>;

impl<'up, M: HasEntries<'up>> SendQueue<'up, M> {
    /// One that is ready (`mlx4_en_activate_tx_ring()`).
    pub(super) fn sending(
        maker: &Maker<'up>,
        completions: &CompletionQueue<'up>,
        ring: Arc<M>,
        offloads: &Offloads,
    ) -> Result<Self> {
        let number = maker.sending_qp()?;
        let mut context = context_of_queue(maker, completions, offloads);
        context.sends(ring.shape());
        context.set_memory(ring.memory());
        Self::ready(maker, number, ring, context)
    }
}

/// A queue that receives.
pub(super) type ReceiveQueue<'up, M> = QueuePair<'up, M>;

impl<'up, M: HasEntries<'up>> ReceiveQueue<'up, M> {
    /// One that is ready (`mlx4_en_config_rss_qp()`).
    pub(super) fn receiving(
        maker: &Maker<'up>,
        number: QpNumber<'up>,
        completions: &CompletionQueue<'up>,
        ring: Arc<M>,
        offloads: &Offloads,
    ) -> Result<Self> {
        let mut context = context_of_queue(maker, completions, offloads);
        context.receives(ring.shape());
        context.set_memory(ring.memory());
        if maker.caps.has(Feature::FCS_KEEP) {
            context.keep_checksum();
        }
        Self::ready(maker, number, ring, context)
    }
}

/// What spreads frames over queues that receive.
pub(super) type RssQp<'up> = QueuePair<'up, Memory<'up>>;

impl<'up> RssQp<'up> {
    /// One that is ready, for `1 << log_count` queue pairs of which the first is `base`
    /// (`mlx4_en_config_rss_steer()`).
    pub(super) fn spreading(
        maker: &Maker<'up>,
        completions: &CompletionQueue<'up>,
        (base, log_count): (u32, u32),
        rss: &Rss,
        offloads: &Offloads,
    ) -> Result<Self> {
        let number = maker.steered_qp()?;
        // It has no entries, but the device is to know where they would be.
        let memory = Arc::new(maker.memory(1)?, GFP_KERNEL)?;
        let mut context = context(maker, completions.number(), offloads);
        context.spread(base, log_count, rss, maker.caps.has(Feature::UDP_RSS));
        context.set_memory(&memory);
        Self::ready(maker, number, memory, context)
    }
}
