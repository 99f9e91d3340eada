// SPDX-License-Identifier: GPL-2.0

//! Objects that there are as long as the device is up, and what others are made with.

use super::Hca;

use crate::{
    caps::{
        Caps,
        Feature,
        Steering, //
    },
    card::Card,
    cmd::{
        Call,
        Op, //
    },
    counter::Counter,
    eq::{
        CompletionEvents,
        EventQueues, //
    },
    mpt::MemoryRegion,
    net::GroupTable,
    numbers::Numbers,
    pd::Pd,
    uar::Uar,
};

use kernel::{
    prelude::*,
    sync::Arc, //
};

/// Which numbers special queue pairs have.
struct SpecialQps<'up>(&'up Card<'up>);

impl<'up> SpecialQps<'up> {
    fn configure(numbers: &Numbers<'up>) -> Result<Self> {
        let card = numbers.card;
        set_special_qps(card, numbers.special_qps()).inspect_err(|_| {
            let dev = card.dev.as_ref();
            dev_err!(dev, "Failed to initialize queue pair table, aborting\n");
        })?;
        Ok(SpecialQps(card))
    }
}

impl Drop for SpecialQps<'_> {
    fn drop(&mut self) {
        // Nobody uses them, whatever numbers they have.
        let _ = set_special_qps(self.0, 0);
    }
}

/// `mlx4_CONF_SPECIAL_QP()`.
fn set_special_qps(card: &Card<'_>, first: u32) -> Result {
    card.run(Call::new(Op::CONF_SPECIAL_QP).modifier(first))
}

/// What both ports use. Dropped in this order.
pub(crate) struct Objects<'up> {
    memory: MemoryRegion<'up>,
    pd: Pd<'up>,
    uar: Uar<'up>,
    /// One for each port.
    counters: KVec<Counter<'up>>,
    _special: SpecialQps<'up>,
}

impl<'up> Objects<'up> {
    /// Makes them (the end of `mlx4_setup_hca()`, the beginning of `mlx4_en_probe()`).
    pub(crate) fn new(hca: &Hca<'up>) -> Result<Self> {
        let numbers = &hca.numbers;
        let special = SpecialQps::configure(numbers)?;
        let mut counters = KVec::new();
        for _ in hca.caps.ports() {
            counters.push(Counter::new(numbers, &hca.caps), GFP_KERNEL)?;
        }
        let pd = Pd::new(numbers)?;
        let uar = Uar::new(numbers)?;
        let memory = MemoryRegion::new(numbers, &pd).inspect_err(|_| {
            let dev = numbers.card.dev.as_ref();
            dev_err!(dev, "Failed allocating memory region\n");
        })?;
        Ok(Objects {
            memory,
            pd,
            uar,
            counters,
            _special: special,
        })
    }
}

/// What objects of ports are made with.
pub(crate) struct Parts<'up> {
    pub(crate) card: &'up Card<'up>,
    pub(crate) caps: Arc<Caps>,
    pub(crate) numbers: Arc<Numbers<'up>>,
    /// Events of completions, for each port.
    events: KVec<CompletionEvents<'up>>,
    /// The page of BAR 2 where doorbells are.
    pub(crate) doorbells: u32,
    /// The protection domain, and the key for all memory.
    pub(crate) domain: u32,
    pub(crate) key: u32,
    /// The table of groups, in B0 mode.
    pub(crate) groups: Option<Arc<GroupTable>>,
    /// The counter of each port.
    counters: KVec<u8>,
}

impl<'up> Parts<'up> {
    /// What there is, as long as `objects` exist.
    pub(crate) fn new(
        hca: &Hca<'up>,
        event_queues: &EventQueues<'up>,
        objects: &Objects<'up>,
    ) -> Result<Arc<Self>> {
        if !hca.caps.has(Feature::SEGMENTATION) {
            dev_warn!(
                hca.numbers.card.dev.as_ref(),
                "LSO not supported, please upgrade to later FW version to enable LSO\n"
            );
        }
        if !hca.caps.has(Feature::UDP_RSS) {
            dev_warn!(
                hca.numbers.card.dev.as_ref(),
                "UDP RSS is not supported on this device\n"
            );
        }
        let mut events = KVec::new();
        for (port, _) in hca.caps.ports() {
            events.push(event_queues.of_port(port), GFP_KERNEL)?;
        }
        let mut counters = KVec::new();
        for counter in &objects.counters {
            counters.push(counter.index(), GFP_KERNEL)?;
        }
        let half = hca.numbers.hashed_groups();
        let groups = match hca.caps.steering() {
            Steering::B0 => Some(GroupTable::new(&hca.caps, half, half)?),
            Steering::A0 | Steering::DeviceManaged => None,
        };
        let parts = Parts {
            card: hca.numbers.card,
            caps: hca.caps.clone(),
            numbers: hca.numbers.clone(),
            events,
            doorbells: objects.uar.index(),
            domain: objects.pd.number(),
            key: objects.memory.key(),
            groups,
            counters,
        };
        Ok(Arc::new(parts, GFP_KERNEL)?)
    }

    /// Events of completions of a port, of those from 1 on.
    pub(crate) fn events(&self, port: u8) -> Result<&CompletionEvents<'up>> {
        let index = usize::from(port).checked_sub(1).ok_or(EINVAL)?;
        let events = self.events.get(index).ok_or(EINVAL)?;
        Ok(events)
    }

    /// The counter of a port (`mlx4_get_default_counter_index()`).
    pub(crate) fn counter(&self, port: u8) -> Result<u8> {
        let index = usize::from(port).checked_sub(1).ok_or(EINVAL)?;
        let counter = self.counters.get(index).ok_or(EINVAL)?;
        Ok(*counter)
    }
}
