// SPDX-License-Identifier: GPL-2.0

//! The link: its speed, its medium, what both ends offer (PTYS).

use super::{
    modes::Generation,
    Port,
    LOCAL, //
};

use crate::{
    caps::Caps,
    layout::{
        Block,
        PcamEnhancedFeatures,
        PtysReg,
        Register, //
    }, //
};

use kernel::{
    net::ethtool::{
        Connector,
        LinkMode,
        LinkModes, //
    },
    prelude::*, //
};

/// That the register is about Ethernet (`MLX5_PTYS_EN`).
const ETHERNET: u8 = 1 << 2;

/// That the ends have agreed (`MLX5_AN_COMPLETE`).
const AGREED: u8 = 1;

/// Older bits of modes for what kind of cable.
mod medium {
    const SGMII_1000: u32 = 1 << 0;
    const KX_1000: u32 = 1 << 1;
    const KX4_10000: u32 = 1 << 3;
    const KR_10000: u32 = 1 << 4;
    const CR4_40000: u32 = 1 << 6;
    const KR4_40000: u32 = 1 << 7;
    const CR_10000: u32 = 1 << 12;
    const SR_10000: u32 = 1 << 13;
    const SR4_40000: u32 = 1 << 15;
    const CR4_100000: u32 = 1 << 20;
    const SR4_100000: u32 = 1 << 21;
    const KR4_100000: u32 = 1 << 22;

    pub(super) const FIBRE: u32 = SR_10000 | SR4_40000 | SR4_100000 | SGMII_1000;
    pub(super) const COPPER: u32 = CR4_40000 | CR_10000 | CR4_100000;
    pub(super) const BOARD: u32 = KX4_10000 | KR_10000 | KR4_40000 | KR4_100000;

    /// What the stock driver shows as a link mode, which is not the same.
    pub(super) const SHOWN_FIBRE: u32 = FIBRE | CR_10000 | CR4_40000;
    pub(super) const SHOWN_BACKPLANE: u32 = BOARD | KX_1000;
}

/// What the port is made for (`enum mlx5e_connector_type`).
#[derive(Clone, Copy)]
pub(crate) struct Interface {
    /// What a cable is plugged into.
    pub(crate) connector: Connector,
    /// The same as a mode, for which there is not always one.
    pub(crate) mode: LinkModes,
}

impl Interface {
    fn of_type(number: u8) -> Self {
        let mode = |mode| LinkModes::NONE.with(mode);
        let (connector, mode) = match number {
            1 => (Connector::None, LinkModes::NONE),
            2 => (Connector::TwistedPair, mode(LinkMode::TP)),
            3 => (Connector::Aui, mode(LinkMode::AUI)),
            4 => (Connector::Bnc, mode(LinkMode::BNC)),
            5 => (Connector::Mii, mode(LinkMode::MII)),
            6 => (Connector::Fibre, mode(LinkMode::FIBRE)),
            7 => (Connector::DirectAttach, mode(LinkMode::BACKPLANE)),
            _ => (Connector::Other, LinkModes::NONE),
        };
        Interface { connector, mode }
    }

    /// For devices that do not say it: what modes are in use, and which are allowed.
    fn of_modes(used: u32, allowed: u32) -> Self {
        let connector = match used {
            _ if used & medium::FIBRE != 0 => Connector::Fibre,
            _ if used & medium::COPPER != 0 => Connector::DirectAttach,
            _ if used & medium::BOARD != 0 => Connector::None,
            _ => Connector::Other,
        };
        let mut mode = LinkModes::NONE;
        if allowed & medium::SHOWN_FIBRE != 0 {
            mode = mode.with(LinkMode::FIBRE);
        }
        if allowed & medium::SHOWN_BACKPLANE != 0 {
            mode = mode.with(LinkMode::BACKPLANE);
        }
        Interface { connector, mode }
    }
}

/// Bits of modes.
#[derive(Clone, Copy)]
struct Protocols {
    /// Those that the port can.
    cap: u32,
    /// Those that it is allowed to.
    admin: u32,
    /// The one in use, if there is a link.
    oper: u32,
}

/// The link, as the register showed it.
pub(crate) struct Link<'a> {
    register: Block<PtysReg>,
    caps: &'a Caps,
}

impl Link<'_> {
    fn protocols(&self, generation: Generation) -> Protocols {
        let get = |field| self.register.get(field);
        match generation {
            Generation::Legacy => Protocols {
                cap: get(PtysReg::ETH_PROTO_CAPABILITY),
                admin: get(PtysReg::ETH_PROTO_ADMIN),
                oper: get(PtysReg::ETH_PROTO_OPER),
            },
            Generation::Extended => Protocols {
                cap: get(PtysReg::EXT_ETH_PROTO_CAPABILITY),
                admin: get(PtysReg::EXT_ETH_PROTO_ADMIN),
                oper: get(PtysReg::EXT_ETH_PROTO_OPER),
            },
        }
    }

    /// Which bits the port has (`mlx5_ptys_ext_supported()`).
    fn generation(&self) -> Generation {
        let has_extended = PcamEnhancedFeatures::PTYS_EXTENDED_ETHERNET;
        if self.caps.has_port_feature(has_extended) {
            return Generation::Extended;
        }
        self.shown_generation()
    }

    /// Which bits it shows what it can with.
    fn shown_generation(&self) -> Generation {
        match self.register.get(PtysReg::EXT_ETH_PROTO_CAPABILITY) {
            0 => Generation::Legacy,
            _ => Generation::Extended,
        }
    }

    /// Which bits say what it is allowed to: it has only one kind of those.
    fn allowed(&self) -> (Generation, Protocols) {
        let generation = self.shown_generation();
        let protocols = self.protocols(generation);
        if generation == Generation::Extended && protocols.admin == 0 {
            return (Generation::Legacy, self.protocols(Generation::Legacy));
        }
        (generation, protocols)
    }

    /// What the port can.
    pub(crate) fn supported(&self) -> LinkModes {
        let cap = self.protocols(self.shown_generation()).cap;
        self.generation().modes(cap)
    }

    /// What the port is allowed to.
    pub(crate) fn advertised(&self) -> LinkModes {
        let (generation, protocols) = self.allowed();
        generation.modes(protocols.admin)
    }

    /// What the other end offers.
    pub(crate) fn partner(&self) -> LinkModes {
        let offered = self.register.get(PtysReg::ETH_PROTO_LP_ADVERTISE);
        self.generation().modes(offered)
    }

    /// The speed in Mbit/s and how many lanes that takes, as far as the device says it.
    pub(crate) fn speed(&self) -> Option<(u32, Option<u32>)> {
        let (generation, protocols) = self.allowed();
        if let Some(mode) = generation.mode(protocols.oper) {
            return Some((mode.speed, Some(mode.lanes)));
        }
        match self.register.get(PtysReg::DATA_RATE_OPER) {
            0 => None,
            rate => Some((100 * u32::from(rate), None)),
        }
    }

    /// Whether it is in a mode whose speed is known (`mlx5e_port_linkspeed()`).
    pub(crate) fn has_known_mode(&self) -> bool {
        let (generation, protocols) = self.allowed();
        generation.mode(protocols.oper).is_some()
    }

    /// What the port is made for.
    pub(crate) fn interface(&self) -> Interface {
        let has_type = PcamEnhancedFeatures::PTYS_CONNECTOR_TYPE;
        if self.caps.has_port_feature(has_type) {
            return Interface::of_type(self.register.get(PtysReg::CONNECTOR_TYPE));
        }
        let (_, protocols) = self.allowed();
        let used = match protocols.oper {
            0 => self.protocols(self.shown_generation()).cap,
            oper => oper,
        };
        Interface::of_modes(used, protocols.admin)
    }

    /// Whether the ends are to agree by themselves.
    pub(crate) fn negotiates(&self) -> bool {
        !self.register.get(PtysReg::AN_DISABLE_ADMIN)
    }

    /// Whether they have agreed.
    pub(crate) fn has_negotiated(&self) -> bool {
        self.register.get(PtysReg::AN_STATUS) == AGREED
    }
}

/// What a link is to be.
pub(crate) enum Wanted {
    /// The ends agree on one of these.
    Negotiated(LinkModes),
    /// A speed in Mbit/s, with any number of lanes or with that.
    Forced {
        speed: Option<u32>,
        lanes: Option<u32>,
    },
}

/// Why a link cannot be had.
pub(crate) enum Refused {
    /// The device could not be asked, or refused to tell.
    Query(Error),
    /// 56 Gbit/s, without that the ends agree on it.
    Needs56GNegotiation,
    /// The port has no such mode.
    NoSuchMode,
    /// The device has refused it.
    Set(Error),
    /// The port has no extended modes at all.
    NotSupported,
}

impl<'a> Port<'a> {
    /// Reads what the link is (`mlx5_query_port_ptys()`).
    pub(crate) fn link(self) -> Result<Link<'a>> {
        let mut register = Block::<PtysReg>::new();
        register.set(PtysReg::LOCAL_PORT, LOCAL);
        register.set(PtysReg::PROTO_MASK, ETHERNET);
        Ok(Link {
            register: self.card.read_register(Register::PTYS, 0, register)?,
            caps: self.caps,
        })
    }

    /// Has the link be otherwise, for which it goes down for a while
    /// (`mlx5e_ethtool_set_link_ksettings()`).
    pub(crate) fn set_link(self, wanted: Wanted) -> Result<(), Refused> {
        const MODE_56G: u32 = 1 << 8;

        let link = self.link().map_err(Refused::Query)?;
        let supported = link.generation();
        let (generation, bits, disable) = match wanted {
            Wanted::Negotiated(modes) => {
                let generation = Generation::for_modes(modes);
                (generation, generation.bits_for_modes(modes), false)
            }
            Wanted::Forced { speed, lanes } => {
                let bits = speed.map_or(0, |speed| supported.bits_for_speed(speed, lanes));
                (supported, bits, true)
            }
        };
        if generation == Generation::Extended && supported == Generation::Legacy {
            return Err(Refused::NotSupported);
        }
        if generation == Generation::Legacy && bits & MODE_56G != 0 && disable {
            return Err(Refused::Needs56GNegotiation);
        }
        let protocols = link.protocols(generation);
        let bits = bits & protocols.cap;
        if bits == 0 {
            return Err(Refused::NoSuchMode);
        }
        if disable != link.negotiates() && bits == protocols.admin {
            return Ok(());
        }
        if disable && !link.register.get(PtysReg::AN_DISABLE_CAP) {
            return Err(Refused::Set(EPERM));
        }
        self.write_link(generation, bits, disable)
            .map_err(Refused::Set)?;
        self.toggle_link();
        Ok(())
    }

    /// Allows modes (`mlx5_port_set_eth_ptys()`).
    fn write_link(self, generation: Generation, bits: u32, disable: bool) -> Result {
        let admin = match generation {
            Generation::Legacy => PtysReg::ETH_PROTO_ADMIN,
            Generation::Extended => PtysReg::EXT_ETH_PROTO_ADMIN,
        };
        let mut register = Block::<PtysReg>::new();
        register.set(PtysReg::LOCAL_PORT, LOCAL);
        register.set(PtysReg::AN_DISABLE_ADMIN, disable);
        register.set(PtysReg::PROTO_MASK, ETHERNET);
        register.set(admin, bits);
        self.card.write_register(Register::PTYS, 0, register)?;
        Ok(())
    }
}
