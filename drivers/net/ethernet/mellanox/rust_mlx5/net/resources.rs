// SPDX-License-Identifier: GPL-2.0

//! What the device has for the network device as long as that exists, whether it is up or not.

use super::{
    hw::{
        CompletionQueue,
        Counter,
        CqConfig,
        Hash,
        Key,
        Object,
        ProtectionDomain,
        ReceiveQueue,
        Records,
        Rqt,
        Tir,
        Tis,
        Traffic,
        TransportDomain,
        WorkQueue, //
    },
    rss::Rss,
    rx_mode::Mode,
    steering::{
        self,
        Steering, //
    }, //
};

use crate::{
    caps::Caps,
    card::Card,
    eq::CompletionEvents,
    flow::Table,
    layout::CmdHcaCap,
    trap::Place, //
};

use kernel::{
    net::device::Vlan,
    new_mutex,
    prelude::*,
    sync::{
        Arc,
        Mutex, //
    }, //
};

/// How many priorities there are.
const PRIORITIES: u8 = 8;

/// A receive queue that drops what it gets: it is where frames go while the device is down
/// (`mlx5e_open_drop_rq()`).
struct DropQueue<'up> {
    queue: ReceiveQueue<'up, WorkQueue<'up>>,
    _completions: CompletionQueue<'up>,
}

impl<'up> DropQueue<'up> {
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn new(events: &CompletionEvents<'up>, records: &Records<'up>, counter: u32) -> Result<Self> {
        const LOG_STRIDE: u8 = 4;

        let config = CqConfig {
            log_size: 0,
            moderation: None,
        };
        let completions = CompletionQueue::new(events, 0, records, &config)?;
        let memory = WorkQueue::new(events.card(), records, 0, LOG_STRIDE)?;
        let memory = Arc::new(memory, GFP_KERNEL)?;
        let queue = ReceiveQueue::ready(&completions, memory, None, counter, true)?;
        Ok(DropQueue {
            queue,
            _completions: completions,
        })
    }
}

/// What frames of one channel go to that are not spread.
struct Direct<'up> {
    tir: Tir<'up>,
    table: Rqt<'up>,
}

/// What channels are made with.
#[derive(Clone, Copy)]
pub(super) struct Numbers {
    pub(super) domain: u32,
    pub(super) key: u32,
    pub(super) tis: u32,
    pub(super) counter: u32,
}

/// All of it. It is given back in this order.
pub(super) struct Resources<'up> {
    steering: Steering<'up>,
    direct: KVec<Direct<'up>>,
    outer: KVec<Tir<'up>>,
    inner: KVec<Tir<'up>>,
    table: Rqt<'up>,
    drop_queue: DropQueue<'up>,
    /// A device that has none of these counts nothing.
    counter: Option<Object<'up, Counter>>,
    drop_counter: Option<Object<'up, Counter>>,
    tises: KVec<Object<'up, Tis>>,
    key: Object<'up, Key>,
    _transport: Object<'up, TransportDomain>,
    domain: Object<'up, ProtectionDomain>,
}

fn number_of(counter: &Option<Object<'_, Counter>>) -> u32 {
    counter.as_ref().map_or(0, Object::number)
}

impl<'up> Resources<'up> {
    /// For at most so many channels, over which frames are spread so, with flow tables before the
    /// last one.
    // Its part of the stack is free again when the network device is registered.
    #[inline(never)]
    pub(super) fn new(
        events: &CompletionEvents<'up>,
        records: &Records<'up>,
        caps: &Caps,
        channels: usize,
        rss: &Rss,
        last: &Table<'up>,
    ) -> Result<KBox<Self>> {
        let card = events.card();
        let domain = Object::<ProtectionDomain>::new(card)?;
        let transport = Object::<TransportDomain>::new(card)?;
        let key = Object::for_all_memory(card, caps, &domain)?;
        let mut tises = KVec::new();
        for priority in 0..PRIORITIES {
            let tis = Object::of_priority(card, caps, &transport, priority)?;
            tises.push(tis, GFP_KERNEL)?;
        }
        let counter = Object::<Counter>::new(card).ok();
        let drop_counter = Object::<Counter>::new(card).ok();
        let drop_queue = DropQueue::new(events, records, number_of(&drop_counter))?;
        let nowhere = drop_queue.queue.number();
        let table = Rqt::of_queue(card, rss.table_size(), nowhere)?;

        let tunnels = knows_tunnels(caps);
        let spread = |inner| {
            let mut tirs = KVec::with_capacity(Traffic::ALL.len(), GFP_KERNEL)?;
            for traffic in Traffic::ALL {
                let domain = transport.number();
                let tir =
                    Tir::spreading(card, domain, &table, tunnels, rss.hash(), traffic, inner)?;
                tirs.push(tir, GFP_KERNEL)?;
            }
            Ok::<_, Error>(tirs)
        };
        let outer = spread(false)?;
        let inner = if tunnels { spread(true)? } else { KVec::new() };
        let direct = direct(card, transport.number(), channels, nowhere, tunnels)?;
        let rest = direct.first().ok_or(EINVAL)?;
        let steering = Steering::new(card, caps, last, &outer, &inner, &rest.tir)?;
        let resources = Resources {
            steering,
            direct,
            outer,
            inner,
            table,
            drop_queue,
            counter,
            drop_counter,
            tises,
            key,
            _transport: transport,
            domain,
        };
        Ok(KBox::new(resources, GFP_KERNEL)?)
    }

    /// What channels are made with.
    pub(super) fn numbers(&self) -> Numbers {
        Numbers {
            domain: self.domain.number(),
            key: self.key.key(),
            tis: self.tises.first().map_or(0, Object::number),
            counter: number_of(&self.counter),
        }
    }

    /// Where traps belong: their frames go to the first channel (`mlx5e_open_trap()`).
    pub(super) fn place_of_traps(&self) -> Result<Place<'up>> {
        let direct = self.direct.first().ok_or(EINVAL)?;
        self.steering.place_of_traps(direct.tir.number())
    }

    /// The device's counters, if it has any: of frames for which there was no buffer, while the
    /// network device was up and while it was not.
    pub(super) fn counters(&self) -> [Option<u32>; 2] {
        [&self.counter, &self.drop_counter].map(|counter| Some(counter.as_ref()?.number()))
    }

    /// Has all TIRs look at the queues that there are (`mlx5e_refresh_tirs()`), and says whether
    /// they receive what the function itself sends (`mlx5e_modify_tirs_lb()`).
    pub(super) fn set_loopback(&self, receives: bool) -> Result {
        let direct = self.direct.iter().map(|direct| &direct.tir);
        let tirs = Iterator::chain(self.outer.iter(), self.inner.iter());
        Iterator::chain(tirs, direct)
            .rev()
            .try_for_each(|tir| tir.set_loopback(receives))
    }

    /// Has frames be hashed so from now on (`mlx5e_rss_update_tirs()`). What fails is as it was,
    /// and was logged.
    pub(super) fn set_hash(&self, hash: &Hash) {
        for (number, traffic) in Traffic::ALL.into_iter().enumerate() {
            for (tirs, inner) in [(&self.outer, false), (&self.inner, true)] {
                if let Some(tir) = tirs.get(number) {
                    let _ = tir.rehash(hash, traffic, inner);
                }
            }
        }
    }

    /// Has frames that are spread go to those queues (`mlx5e_rss_apply()`).
    pub(super) fn spread(&self, queues: &[u32], rss: &Rss) -> Result {
        let nowhere = self.drop_queue.queue.number();
        let queue = |number| queues.get(number).copied().unwrap_or(nowhere);
        self.table.redirect(rss.channels().map(queue))
    }

    /// Has frames go to those queues (`mlx5e_rx_res_channels_activate()`). What is left goes
    /// nowhere.
    pub(super) fn activate(&self, queues: &[u32], rss: &Rss) -> Result {
        let nowhere = self.drop_queue.queue.number();
        let queue = |number: usize| queues.get(number).copied().unwrap_or(nowhere);
        self.spread(queues, rss)?;
        for (number, direct) in self.direct.iter().enumerate() {
            direct.table.redirect([queue(number)].into_iter())?;
        }
        Ok(())
    }

    /// Has frames go nowhere (`mlx5e_rx_res_channels_deactivate()`).
    pub(super) fn deactivate(&self) {
        let nowhere = self.drop_queue.queue.number();
        let direct = self.direct.iter().map(|direct| &direct.table);
        for table in Iterator::chain([&self.table].into_iter(), direct) {
            // The failure was logged. The queues are destroyed all the same.
            let _ = table.redirect([nowhere].into_iter());
        }
    }

    /// Has frames of a VLAN be received, too.
    pub(super) fn add_vlan(&mut self, vlan: Vlan) -> Result {
        self.steering.add_vlan(vlan)
    }

    /// Has frames of a VLAN not be received any more.
    pub(super) fn remove_vlan(&mut self, vlan: Vlan) {
        self.steering.remove_vlan(vlan);
    }

    /// Whether frames of other VLANs are not received.
    pub(super) fn filter_vlans(&mut self, filter: bool) -> Result {
        self.steering.filter_vlans(filter)
    }

    /// Has those frames be the device's.
    pub(super) fn set_mode(&mut self, mode: &Mode) -> Result {
        self.steering.set_mode(mode)
    }
}

/// Whether the device can look into tunnels (`mlx5_tunnel_inner_ft_supported()`).
fn knows_tunnels(caps: &Caps) -> bool {
    let has_protocols = steering::tunnels(caps).next().is_some();
    has_protocols && steering::matches_inner_version(caps)
}

/// What frames that are not spread go to, for each channel.
fn direct<'up>(
    card: &'up Card<'up>,
    domain: u32,
    channels: usize,
    nowhere: u32,
    tunnels: bool,
) -> Result<KVec<Direct<'up>>> {
    let mut tables = KVec::new();
    for _ in 0..channels {
        tables.push(Rqt::of_queue(card, 1, nowhere)?, GFP_KERNEL)?;
    }
    let mut all = KVec::with_capacity(channels, GFP_KERNEL)?;
    for table in tables {
        let tir = Tir::direct(card, domain, &table, tunnels)?;
        all.push(Direct { tir, table }, GFP_KERNEL)?;
    }
    Ok(all)
}

/// The resources, for the network device, which lasts longer than they do: when the device goes
/// down it is unregistered, then they are given back, then its memory is freed.
#[pin_data]
pub(super) struct Shared<'up> {
    #[pin]
    resources: Mutex<Option<KBox<Resources<'up>>>>,
}

impl<'up> Shared<'up> {
    pub(super) fn new(resources: KBox<Resources<'up>>) -> Result<Arc<Self>> {
        let shared = pin_init!(Shared {
            resources <- new_mutex!(Some(resources)),
        });
        Arc::pin_init(shared, GFP_KERNEL)
    }

    /// Calls `f` with them. Fails with `ENODEV` if they were given back.
    pub(super) fn with<R>(&self, f: impl FnOnce(&mut Resources<'up>) -> Result<R>) -> Result<R> {
        let mut resources = self.resources.lock();
        f((*resources).as_mut().ok_or(ENODEV)?)
    }

    /// Gives them back.
    pub(super) fn give_back(&self) {
        let resources = self.resources.lock().take();
        drop(resources);
    }
}

/// How many queues the table has by which frames are spread (`mlx5e_rqt_size()`).
pub(super) fn table_size(caps: &Caps, channels: usize) -> u16 {
    const LEAST: usize = 256;
    const FACTOR: usize = 2;

    let wanted = (channels * FACTOR).next_power_of_two().max(LEAST);
    // CAST: No more than what 16 bits hold.
    wanted
        .min(1 << caps.get(CmdHcaCap::LOG_MAX_RQT_SIZE))
        .min(1 << 15) as u16
}
