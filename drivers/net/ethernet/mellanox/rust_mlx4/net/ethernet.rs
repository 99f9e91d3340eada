// SPDX-License-Identifier: GPL-2.0

//! How the network device of a port is made.

use super::{
    config::{
        self,
        Config,
        MAX_RX_RINGS, //
    },
    features,
    maker::Maker,
    offloads::Offloads,
    port::{
        Address,
        Port, //
    },
    rss::{
        HashFunction,
        Rss, //
    },
    rx_mode::Mode,
    stats::ChannelStats,
    steering::Steerer,
    vlan::Vlans,
    Nic,
    Shared, //
};

use crate::{
    caps::{
        port::{
            ETHERNET_MTU,
            MAC, //
        },
        Caps,
        Feature, //
    },
    card::Card,
    driver::Mlx4,
    hca::Parts, //
};

use kernel::{
    net::{
        device::Settings,
        devlink::OnPort,
        ethtool::Pause, //
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

/// How long a queue may be stopped (`MLX4_EN_WATCHDOG_TIMEOUT`).
const TX_TIMEOUT_MS: u32 = 15_000;

/// The address that the port has by itself, if that is one of a station.
fn own_address(card: &Card<'_>, caps: &Caps, number: u8) -> Result<Address> {
    let [_, _, address @ ..] = caps.port(number)?.get(MAC).to_be_bytes();
    if address == Address::default() || address[0] & 1 != 0 {
        dev_err!(
            card.dev.as_ref(),
            "Port {}: Port: {}, invalid mac burned: {:02x?}, quitting\n",
            number,
            number,
            address
        );
        return Err(EINVAL);
    }
    Ok(address)
}

/// The network device of a port.
pub(crate) struct Ethernet;

impl Ethernet {
    /// Makes the network device of the port with that number, and registers it
    /// (`mlx4_en_init_netdev()`). Why there is none is logged.
    pub(crate) fn register<'g>(
        on: &OnPort<'_, 'g, '_, Mlx4>,
        parts: Arc<Parts<'g>>,
        number: u8,
    ) -> Result<Arc<Shared>> {
        let card = parts.card;
        let dev = card.dev.as_ref();
        dev_info!(dev, "Activating port:{}\n", number);
        let caps = parts.caps.clone();
        let address = own_address(card, &caps, number)?;
        let steerer = Steerer::of(&parts)?;
        let events = parts.events(number)?.clone();
        let channels = events.len().min(MAX_RX_RINGS);
        let maker = Maker {
            card,
            caps: caps.clone(),
            numbers: parts.numbers.clone(),
            events,
            doorbells: parts.doorbells,
            domain: parts.domain,
            key: parts.key,
            port: number,
            counter: parts.counter(number)?,
        };
        let max_mtu = u32::from(caps.port(number)?.get(ETHERNET_MTU));
        // CAST: There are no more than vectors.
        let (tx, rx) = (config::MAX_TX_RINGS.min(channels) as u16, channels as u16);
        let settings = Settings::new(c"eth%d")
            .address(address)
            .dev_port(u16::from(number).saturating_sub(1))
            .queues(tx, rx)
            .mtu(MIN_MTU, max_mtu)
            .tx_timeout(TX_TIMEOUT_MS)
            .no_link();
        let (features, settings) = features::of(&caps, settings);
        let shared = Shared {
            number,
            is_open: Atomic::new(false),
        };
        let shared = Arc::new(shared, GFP_KERNEL)?;
        let parts = NicParts {
            shared: shared.clone(),
            maker,
            steerer,
            channels,
            config: Config::new(channels, features),
            mtu: DEFAULT_MTU.min(max_mtu),
        };
        on.netdev(&settings, Self::nic(parts)).inspect_err(|_| {
            dev_err!(dev, "Netdev registration failed for port {}\n", number);
            shared.give_back(card);
        })?;
        Ok(shared)
    }

    /// Makes the driver's part, and sets the port up.
    fn nic<'up>(parts: NicParts<'up>) -> impl PinInit<Nic<'up>, Error> {
        pin_init::pin_init_scope(move || {
            let NicParts {
                shared,
                maker,
                steerer,
                channels,
                config,
                mtu,
            } = parts;
            let caps = &maker.caps;
            let (card, port) = (maker.card, Port::new(maker.card, maker.port));
            let mut stats = KVec::with_capacity(channels, GFP_KERNEL)?;
            for _ in 0..channels {
                stats.push(ChannelStats::new(), GFP_KERNEL)?;
            }
            let offloads = Offloads::new(config.features);
            let vlans = Vlans::new(caps.log_max_vlans())?;
            let rss = Rss::new(hash_function(card, caps, maker.port));
            let pause = Pause {
                autoneg: false,
                rx: true,
                tx: true,
            };
            Ok(try_pin_init!(Nic {
                card,
                port,
                shared,
                maker,
                steerer,
                config <- new_mutex!(config),
                rss <- new_mutex!(rss),
                pause <- new_mutex!(pause),
                mtu: Atomic::new(mtu),
                offloads,
                vlans <- new_mutex!(vlans),
                mode <- new_mutex!(Mode::nothing()),
                steering <- new_mutex!(None),
                reopens: Atomic::new(false),
                has_failed: Atomic::new(false),
                stats,
            }? Error)
            .pin_chain(|nic| nic.set_up()))
        })
    }
}

/// What the driver's part is made of.
struct NicParts<'up> {
    shared: Arc<Shared>,
    maker: Maker<'up>,
    steerer: Steerer,
    channels: usize,
    config: Config,
    mtu: u32,
}

/// By which function received frames are spread at first.
fn hash_function(card: &Card<'_>, caps: &Caps, number: u8) -> HashFunction {
    if caps.has(Feature::RSS_TOEPLITZ) {
        return HashFunction::Toeplitz;
    }
    if caps.has(Feature::RSS_XOR) {
        return HashFunction::Xor;
    }
    dev_warn!(
        card.dev.as_ref(),
        "Port {}: No RSS hash capabilities exposed, using Toeplitz\n",
        number
    );
    HashFunction::Toeplitz
}
