// SPDX-License-Identifier: GPL-2.0

//! The network device of a port.
//!
//! [`Ethernet`] makes it. While it is up it has [rings](channel) to [send](send) and to
//! [receive](receive), and [groups or rules](steering) say which frames are received.
//!
//! What the card has for it is given back when it is taken down, and by [`Shared::give_back`],
//! which whoever has it removed calls then: its memory is freed later, when the card may be another
//! one's.

mod channel;
mod config;
mod counters;
mod cq;
mod device;
mod ethernet;
mod ethtool;
mod features;
mod link;
mod mac;
mod maker;
mod offloads;
mod port;
mod port_errors;
mod qp;
mod receive;
mod rss;
mod rx_mode;
mod send;
mod stats;
mod steering;
mod vlan;
mod wqe;

pub(crate) use self::{
    ethernet::Ethernet,
    link::Link,
    port_errors::PortErrors,
    steering::GroupTable, //
};

use self::{
    config::Config,
    maker::Maker,
    offloads::Offloads,
    port::Port,
    rss::Rss,
    rx_mode::Mode,
    stats::ChannelStats,
    steering::{
        Steerer,
        Steering, //
    },
    vlan::Vlans, //
};

use crate::{
    caps::Caps,
    card::Card, //
};

use kernel::{
    net::ethtool::Pause,
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

/// How much larger a frame is than the MTU: its header with two VLAN tags (`MLX4_EN_EFF_MTU()`),
/// and its check sequence (`ETH_FCS_LEN`).
const HEADER: u32 = 14 + 2 * 4;
const FCS: u32 = 4;

/// What is known of the network device by whoever has it removed.
pub(crate) struct Shared {
    number: u8,
    /// Whether the port was opened, and not closed since then.
    is_open: Atomic<bool>,
}

impl Shared {
    /// Has the port receive and send (`mlx4_INIT_PORT()`).
    fn open_port(&self, card: &Card<'_>) -> Result {
        self.is_open.store(true, Relaxed);
        Port::new(card, self.number).open().inspect_err(|_| {
            dev_err!(
                card.dev.as_ref(),
                "Port {}: Failed Initializing port\n",
                self.number
            );
        })
    }

    /// Takes that back. Returns whether it was open.
    fn close_port(&self, card: &Card<'_>) -> bool {
        let was_open = self.is_open.xchg(false, Relaxed);
        if was_open {
            Port::new(card, self.number).close();
        }
        was_open
    }

    /// Gives back what the card has for the network device, which is not registered any more: that
    /// its port is open. Returns whether it was. A second call does nothing.
    pub(crate) fn give_back(&self, card: &Card<'_>) -> bool {
        self.close_port(card)
    }
}

/// The driver's part of the network device.
#[pin_data]
pub(crate) struct Nic<'up> {
    card: &'up Card<'up>,
    port: Port<'up>,
    shared: Arc<Shared>,
    /// What rings are made with.
    maker: Maker<'up>,
    steerer: Steerer,
    /// What users have set.
    #[pin]
    config: Mutex<Config>,
    #[pin]
    rss: Mutex<Rss>,
    #[pin]
    pause: Mutex<Pause>,
    mtu: Atomic<u32>,
    offloads: Offloads,
    #[pin]
    vlans: Mutex<Vlans>,
    /// Which frames are to be received, and what says so to the card while the device is up.
    #[pin]
    mode: Mutex<Mode>,
    #[pin]
    steering: Mutex<Option<Steering<'up>>>,
    /// Rings are being replaced, and the link stays.
    reopens: Atomic<bool>,
    /// A ring has failed, so that it does nothing any more.
    has_failed: Atomic<bool>,
    /// Of as many channels as there can be.
    stats: KVec<ChannelStats>,
}

impl Nic<'_> {
    fn caps(&self) -> &Caps {
        &self.maker.caps
    }

    /// How large frames of the port are at most.
    fn port_frame_size(&self) -> u16 {
        // CAST: What the port can has 16 bits.
        (self.mtu.load(Relaxed) + HEADER + FCS) as u16
    }

    /// Tells the port how large frames are, and whether the ends stop each other.
    fn set_general(&self) -> Result {
        let pause = *self.pause.lock();
        set_general(self.port, self.port_frame_size(), pause)
    }

    /// Says how many rings there are.
    fn tell_rings(&self, name: &CStr) {
        let (dev, config) = (self.card.dev.as_ref(), self.config());
        dev_info!(dev, "{}: Using {} TX rings\n", name, config.tx_rings);
        dev_info!(dev, "{}: Using {} RX rings\n", name, config.rx_rings);
    }
}

fn set_general(port: Port<'_>, frame_size: u16, pause: Pause) -> Result {
    port.set_general(frame_size, pause).inspect_err(|error| {
        dev_err!(
            port.card.dev.as_ref(),
            "Port {}: Failed setting port general configurations for port {}, with error {}\n",
            port.number(),
            port.number(),
            error.to_errno()
        );
    })
}

impl Nic<'_> {
    /// Sets the port up before the network device is registered.
    fn set_up(&self) -> Result {
        let (dev, number) = (self.card.dev.as_ref(), self.port.number());
        let config = self.config();
        dev_info!(dev, "Port {}: Using {} TX rings\n", number, config.tx_rings);
        dev_info!(dev, "Port {}: Using {} RX rings\n", number, config.rx_rings);
        self.set_general()?;
        dev_info!(dev, "Port {}: Initializing port\n", number);
        self.shared.open_port(self.card)
    }
}
