// SPDX-License-Identifier: GPL-2.0

//! The network device of a function.
//!
//! [`Ethernet`] is part of `Up`: the device has [objects](resources) for the network device as long
//! as that exists, whether it is up or not. While it is up it has [channels](channel), each with
//! queues to [send](send) and to [receive](receive); [flow tables](steering) say which frames are
//! received by which queue.
//!
//! When the device goes down the network device is unregistered first, which closes the channels,
//! then the objects are given back.

mod channel;
mod channels;
pub(crate) mod config;
mod device;
mod ethtool;
mod hw;
mod link;
mod port;
mod port_errors;
mod receive;
mod reporter;
mod resources;
mod rss;
mod rx_mode;
mod send;
mod stats;
mod steering;
mod wqe;

pub(crate) use self::{
    port_errors::PortErrors,
    reporter::report as report_queues, //
};

use self::{
    channels::Channels,
    config::Config,
    hw::Records,
    port::Uplink,
    reporter::Reporters,
    resources::{
        Resources,
        Shared, //
    },
    rss::Rss,
    rx_mode::Mode,
    stats::ChannelStats,
    wqe::Inline, //
};

use crate::{
    caps::Caps,
    card::Card,
    driver::Mlx5,
    eq::CompletionEvents,
    eswitch::Switch,
    flow::Table,
    layout::{
        CmdHcaCap,
        FlowTableNicCap,
        FlowTablePropLayout,
        PerProtocolNetworkingOffloadCaps, //
    },
    port::{
        AdminStatus,
        Port, //
    },
    trap::{
        Packet,
        Traps, //
    },
    vport::{
        self,
        ETHERNET, //
    }, //
};

use kernel::{
    net::{
        device::{
            Features,
            Settings, //
        },
        devlink::{
            self,
            Bringup,
            TrapReporter, //
        }, //
    },
    new_mutex,
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Arc,
        Mutex, //
    }, //
};

/// How much larger a frame is than the MTU: its header with a VLAN tag, and its checksum
/// (`MLX5E_ETH_HARD_MTU`).
const HARD_MTU: u32 = 14 + 4 + 4;

/// The least MTU, and that at first.
const MIN_MTU: u32 = 68;
const DEFAULT_MTU: u32 = 1500;

/// The largest MTU: what a buffer has room for.
const MAX_MTU: u32 = 16 * 1024 - HARD_MTU;

/// How many channels there are at most (`MLX5E_MAX_NUM_CHANNELS`, as many as are used at first).
const MAX_CHANNELS: usize = 128;

/// How long a queue may be stopped.
const TX_TIMEOUT_MS: u32 = 15_000;

/// What the device does with received frames, as users have set.
struct Offloads {
    checks: Atomic<bool>,
    hashes: Atomic<bool>,
    /// Whether what it sums up is all of a frame.
    sums_all: bool,
}

impl Offloads {
    fn new(caps: &Caps) -> Self {
        Offloads {
            checks: Atomic::new(true),
            hashes: Atomic::new(true),
            sums_all: caps.get(PerProtocolNetworkingOffloadCaps::CQE_CHECKSUM_FULL),
        }
    }

    fn set(&self, features: Features) {
        let checks = features.contains(Features::RX_CHECKSUM);
        self.checks.store(checks, Relaxed);
        let hashes = features.contains(Features::RX_HASH);
        self.hashes.store(hashes, Relaxed);
    }

    /// Whether it looks at checksums.
    fn checks(&self) -> bool {
        self.checks.load(Relaxed)
    }

    /// Whether it says the hash by which it spreads them.
    fn hashes(&self) -> bool {
        self.hashes.load(Relaxed)
    }
}

/// Parts of the driver that the network device works with.
#[derive(Clone)]
pub(crate) struct Neighbours<'up> {
    /// It is told about send queues.
    pub(crate) switch: Arc<Switch<'up>>,
    /// They are told where their entries belong.
    pub(crate) traps: Arc<Traps<'up>>,
    /// It gets the frames of these.
    pub(crate) trapped: TrapReporter<'up, Mlx5, Packet>,
}

/// The driver's part of the network device.
#[pin_data]
pub(crate) struct Nic<'up> {
    pub(crate) card: &'up Card<'up>,
    board_id: [u8; 16],
    pub(crate) caps: Arc<Caps>,
    events: CompletionEvents<'up>,
    records: Records<'up>,
    shared: Arc<Shared<'up>>,
    neighbours: Neighbours<'up>,
    port: devlink::Port<'up, Mlx5, Uplink>,
    /// What users have set.
    #[pin]
    config: Mutex<Config>,
    #[pin]
    rss: Mutex<Rss>,
    /// The receive queues of the channels that are open.
    #[pin]
    queues: Mutex<KVec<u32>>,
    mtu: Atomic<u32>,
    offloads: Offloads,
    /// Which frames are received.
    #[pin]
    mode: Mutex<Mode>,
    inline: Inline,
    /// Channels are being replaced, and the link stays.
    keeps_link: Atomic<bool>,
    /// How many service VLANs there are whose frames are received.
    service_vlans: Atomic<u32>,
    /// Those that are open.
    open: Arc<Channels<'up>>,
    /// Of as many channels as there can be.
    pub(crate) channels: KVec<ChannelStats>,
}

impl Nic<'_> {
    /// How large a received frame can be.
    fn frame_size(&self) -> usize {
        // CAST: No more than 16 KiB.
        (self.mtu.load(Relaxed) + HARD_MTU) as usize
    }

    /// Which frames are received now.
    fn mode(&self) -> Result<Mode> {
        self.mode.lock().try_clone()
    }

    /// Has those frames be received.
    fn set_mode(&self, mode: Mode) -> Result {
        self.shared.with(|resources| resources.set_mode(&mode))?;
        *self.mode.lock() = mode;
        Ok(())
    }
}

/// Whether the device can be a network device (`mlx5_eth_supported()`). What it lacks is logged.
fn is_supported(card: &Card<'_>, caps: &Caps) -> bool {
    use PerProtocolNetworkingOffloadCaps as Offload;

    const LEVELS: u8 = 3;

    if caps.get(CmdHcaCap::PORT_TYPE) != ETHERNET {
        return false;
    }
    let level =
        FlowTableNicCap::FLOW_TABLE_PROPERTIES_NIC_RECEIVE.then(FlowTablePropLayout::MAX_FT_LEVEL);
    let needed = [
        ("eth_net_offloads", caps.get(CmdHcaCap::ETH_NET_OFFLOADS)),
        ("nic_flow_table", caps.get(CmdHcaCap::NIC_FLOW_TABLE)),
        ("csum_cap", caps.get(Offload::CSUM_CAP)),
        ("max_lso_cap", caps.get(Offload::MAX_LSO_CAP) != 0),
        ("vlan_cap", caps.get(Offload::VLAN_CAP)),
        ("rss_ind_tbl_cap", caps.get(Offload::RSS_IND_TBL_CAP) != 0),
        ("max_ft_level", caps.get(level) >= LEVELS),
    ];
    for (name, has) in needed {
        if !has {
            dev_warn!(card.dev.as_ref(), "Missing {} capability\n", name);
            return false;
        }
    }
    true
}

/// What the device does for frames.
fn features(caps: &Caps) -> Features {
    let common = Features::SCATTER_GATHER
        | Features::CHECKSUM
        | Features::TSO
        | Features::TSO6
        | Features::RX_CHECKSUM
        | Features::RX_HASH
        | Features::RX_VLAN
        | Features::VLAN_FILTER;
    // Without that the tag is put into frames of which the beginning is in the request only.
    if caps.get(PerProtocolNetworkingOffloadCaps::WQE_VLAN_INSERT) {
        common | Features::TX_VLAN
    } else {
        common
    }
}

/// Has the port have that MTU (`mlx5e_set_dev_port_mtu()`).
// Its part of the stack is free again for what comes next.
#[inline(never)]
fn set_mtu(card: &Card<'_>, caps: &Caps, mtu: u32) -> Result {
    // CAST: No more than 16 bits, for that is the largest one.
    let hard = (mtu + HARD_MTU) as u16;
    Port::new(card, caps).set_mtu(hard)?;
    // Some functions have no such context.
    let _ = vport::set_mtu(card, hard);
    match vport::mtu(card) {
        Ok(now) if now != hard && now != 0 => dev_warn!(
            card.dev.as_ref(),
            "VPort MTU {} is different than netdev mtu {}\n",
            u32::from(now).saturating_sub(HARD_MTU),
            mtu
        ),
        _ => {}
    }
    Ok(())
}

/// Gives back what the device has for the network device.
struct GiveBack<'up> {
    card: &'up Card<'up>,
    shared: Arc<Shared<'up>>,
}

impl Drop for GiveBack<'_> {
    fn drop(&mut self) {
        self.card.port_errors.end();
        self.shared.give_back();
    }
}

/// What the driver's part is made of.
struct Parts<'up> {
    card: &'up Card<'up>,
    board_id: [u8; 16],
    caps: Arc<Caps>,
    events: CompletionEvents<'up>,
    records: Records<'up>,
    shared: Arc<Shared<'up>>,
    inline: Inline,
    mtu: u32,
    rss: Rss,
    neighbours: Neighbours<'up>,
    port: devlink::Port<'up, Mlx5, Uplink>,
    open: Arc<Channels<'up>>,
}

/// The network device, as part of what exists while the device is up.
pub(crate) struct Ethernet<'up> {
    reporters: Reporters<'up>,
    _resources: GiveBack<'up>,
}

impl<'up> Ethernet<'up> {
    /// Makes the network device and registers it with its port (`mlx5e_probe()`). Without one the
    /// device is still of use; why there is none is logged.
    pub(crate) fn new(
        cx: &Bringup<'up, '_, Mlx5>,
        caps: &Arc<Caps>,
        events: CompletionEvents<'up>,
        last: Option<&Table<'up>>,
        neighbours: Neighbours<'up>,
    ) -> Option<Self> {
        let card = &cx.data().card;
        if !is_supported(card, caps) {
            return None;
        }
        Self::try_new(cx, caps, events, last, neighbours)
            .inspect_err(|error| {
                dev_err!(
                    card.dev.as_ref(),
                    "create network device failed, {}\n",
                    error.to_errno()
                );
            })
            .ok()
    }

    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn try_new(
        cx: &Bringup<'up, '_, Mlx5>,
        caps: &Arc<Caps>,
        events: CompletionEvents<'up>,
        last: Option<&Table<'up>>,
        neighbours: Neighbours<'up>,
    ) -> Result<Self> {
        let card = &cx.data().card;
        let last = last.ok_or(EOPNOTSUPP)?;
        let attrs = port::attributes(card, caps)?;
        let address = vport::address(card)?;
        let inline = Inline::new(card, caps)?;
        let channels = events.len().min(MAX_CHANNELS);
        let records = Records::new(card)?;
        let rss = Rss::new(resources::table_size(caps, channels), channels)?;
        let resources = Resources::new(&events, &records, caps, channels, &rss, last)?;
        let shared = Shared::new(resources)?;
        let give_back = GiveBack {
            card,
            shared: shared.clone(),
        };
        let [counter, _] = shared.with(|resources| Ok(resources.counters()))?;
        card.port_errors.begin(caps, counter);

        // Until the network device is up nobody needs the link.
        let registers = Port::new(card, caps);
        // The failure was logged; the port is as it was.
        let _ = registers.set_admin_status(AdminStatus::Down);
        let max = u32::from(registers.max_mtu()?).saturating_sub(HARD_MTU);
        let mtu = DEFAULT_MTU.min(max);
        set_mtu(card, caps, mtu)?;
        let settings = Settings::new(c"eth%d")
            .address(address)
            // CAST: There are as many as vectors.
            .queues(channels as u16, channels as u16)
            .mtu(MIN_MTU, max.min(MAX_MTU))
            .features(features(caps))
            .always(Features::HIGH_DMA | Features::SERVICE_VLAN_FILTER)
            .tx_timeout(TX_TIMEOUT_MS)
            .no_link();
        let parts = Parts {
            card,
            board_id: cx.data().board_id.as_ref().copied().unwrap_or_default(),
            caps: caps.clone(),
            events,
            records,
            shared,
            inline,
            mtu,
            rss,
            neighbours,
            port: port::uplink(cx, caps, attrs)?,
            open: Channels::new()?,
        };
        let (on, open) = (cx.on(parts.port), parts.open.clone());
        let netdev = on.netdev(&settings, Self::nic(parts))?;
        Ok(Ethernet {
            reporters: Reporters::new(&on, card, netdev, open)?,
            _resources: give_back,
        })
    }

    fn nic(parts: Parts<'up>) -> impl PinInit<Nic<'up>, Error> {
        pin_init::pin_init_scope(move || {
            let Parts {
                card,
                board_id,
                caps,
                events,
                records,
                shared,
                inline,
                mtu,
                rss,
                neighbours,
                port,
                open,
            } = parts;
            let count = events.len().min(MAX_CHANNELS);
            let mut channels = KVec::with_capacity(count, GFP_KERNEL)?;
            for _ in 0..count {
                channels.push(ChannelStats::new(), GFP_KERNEL)?;
            }
            let (config, offloads) = (Config::new(&caps, count), Offloads::new(&caps));
            Ok(try_pin_init!(Nic {
                card,
                board_id,
                caps,
                events,
                records,
                shared,
                neighbours,
                port,
                config <- new_mutex!(config),
                rss <- new_mutex!(rss),
                queues <- new_mutex!(KVec::new()),
                mtu: Atomic::new(mtu),
                offloads,
                mode <- new_mutex!(Mode::nothing()),
                inline,
                keeps_link: Atomic::new(false),
                service_vlans: Atomic::new(0),
                open,
                channels,
            }? Error))
        })
    }
}
