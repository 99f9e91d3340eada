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
mod ethernet;
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
    ethernet::{
        Basis,
        Ethernet, //
    },
    port_errors::PortErrors,
    reporter::report as report_queues, //
};

use self::{
    channels::Channels,
    config::Config,
    hw::Records,
    port::Uplink,
    resources::Shared,
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
    layout::PerProtocolNetworkingOffloadCaps,
    port::Port,
    trap::{
        Packet,
        Traps, //
    },
    vport, //
};

use kernel::{
    net::{
        device::Features,
        devlink::{
            self,
            TrapReporter, //
        }, //
    },
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
