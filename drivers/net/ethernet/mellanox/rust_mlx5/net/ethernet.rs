// SPDX-License-Identifier: GPL-2.0

//! The network device as part of what exists while the device is up: what it is made of, and how it
//! is registered.

use super::{
    channels::Channels,
    config::Config,
    hw::Records,
    port::{
        self,
        Uplink, //
    },
    reporter::Reporters,
    resources::{
        self,
        Resources,
        Shared, //
    },
    rss::Rss,
    rx_mode::Mode,
    set_mtu,
    stats::ChannelStats,
    wqe::Inline,
    Neighbours,
    Nic,
    Offloads,
    HARD_MTU, //
};

use crate::{
    caps::Caps,
    card::Card,
    driver::Mlx5,
    eq::CompletionEvents,
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
            Bringup, //
        }, //
    },
    new_mutex,
    prelude::*,
    sync::{
        atomic::Atomic,
        Arc, //
    }, //
};

/// The least MTU, and that at first.
const MIN_MTU: u32 = 68;
const DEFAULT_MTU: u32 = 1500;

/// The largest MTU: what a buffer has room for.
const MAX_MTU: u32 = 16 * 1024 - HARD_MTU;

/// How many channels there are at most (`MLX5E_MAX_NUM_CHANNELS`, as many as are used at first).
const MAX_CHANNELS: usize = 128;

/// How long a queue may be stopped.
const TX_TIMEOUT_MS: u32 = 15_000;

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

/// What else of the driver the network device is made on.
pub(crate) struct Basis<'a, 'up> {
    pub(crate) caps: &'a Arc<Caps>,
    pub(crate) events: CompletionEvents<'up>,
    /// The flow table that all others come before.
    pub(crate) last: Option<&'a Table<'up>>,
    pub(crate) neighbours: Neighbours<'up>,
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
    /// If there was memory for them.
    pub(super) reporters: Option<Reporters<'up>>,
    _resources: GiveBack<'up>,
}

impl<'up> Ethernet<'up> {
    /// Makes the network device and registers it with its port (`mlx5e_probe()`). Without one the
    /// device is still of use; why there is none is logged.
    pub(crate) fn new(cx: &Bringup<'up, '_, Mlx5>, basis: Basis<'_, 'up>) -> Option<Self> {
        let card = &cx.data().card;
        if !is_supported(card, basis.caps) {
            return None;
        }
        Self::try_new(cx, basis)
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
    fn try_new(cx: &Bringup<'up, '_, Mlx5>, basis: Basis<'_, 'up>) -> Result<Self> {
        let card = &cx.data().card;
        let Basis {
            caps,
            events,
            last,
            neighbours,
        } = basis;
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
        // The network device works without them.
        let reporters = Reporters::new(&on, card, netdev, open).inspect_err(|error| {
            dev_warn!(
                card.dev.as_ref(),
                "Failed to create tx reporter, err = {}\n",
                error.to_errno()
            );
        });
        Ok(Ethernet {
            reporters: reporters.ok(),
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
