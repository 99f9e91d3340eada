// SPDX-License-Identifier: GPL-2.0

//! Links and their settings.

use crate::{
    bindings,
    prelude::*, //
};

use core::ops::{
    BitAnd,
    BitOr, //
};

/// A mode of a link, or something else that a link can do (`enum ethtool_link_mode_bit_indices`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct LinkMode(pub(super) u32);

/// How many words modes have.
const WORDS: usize = (bindings::ethtool_link_mode_bit_indices___ETHTOOL_LINK_MODE_MASK_NBITS
    as usize)
    .div_ceil(c_ulong::BITS as usize);

/// A set of modes of links.
///
/// # Examples
///
/// ```
/// use kernel::net::ethtool::{
///     LinkMode,
///     LinkModes, //
/// };
///
/// const SUPPORTED: LinkModes = LinkModes::NONE
///     .with(LinkMode::FIBRE)
///     .with(LinkMode::AUTONEG)
///     .with(LinkMode::BASE100000_SR4_FULL);
///
/// assert!(SUPPORTED.contains(LinkMode::BASE100000_SR4_FULL));
/// assert!(!SUPPORTED.contains(LinkMode::BASE100000_CR4_FULL));
/// assert!((SUPPORTED & LinkModes::NONE.with(LinkMode::TP)).is_empty());
///
/// // Modes with lanes of 50 Gbit/s and more came later, and so did one more code of correction.
/// let newer = LinkModes::since(LinkMode::BASE50000_KR_FULL);
/// assert!(!SUPPORTED.intersects(newer));
/// let more = SUPPORTED | LinkModes::NONE.with(LinkMode::FEC_LLRS);
/// assert!(more.intersects(newer) && more.contains(LinkMode::AUTONEG));
/// ```
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub struct LinkModes(pub(super) [c_ulong; WORDS]);

impl LinkModes {
    /// No mode.
    pub const NONE: Self = LinkModes([0; WORDS]);

    /// These, and one more.
    pub const fn with(mut self, mode: LinkMode) -> Self {
        self.0[(mode.0 / c_ulong::BITS) as usize] |= 1 << (mode.0 % c_ulong::BITS);
        self
    }

    /// `first`, and all that the kernel has known for less long, which have higher numbers.
    pub const fn since(first: LinkMode) -> Self {
        let mut modes = LinkModes::NONE;
        let mut number = first.0;
        while number < bindings::ethtool_link_mode_bit_indices___ETHTOOL_LINK_MODE_MASK_NBITS {
            modes = modes.with(LinkMode(number));
            number += 1;
        }
        modes
    }

    /// Whether `mode` is one of them.
    pub const fn contains(&self, mode: LinkMode) -> bool {
        self.0[(mode.0 / c_ulong::BITS) as usize] & (1 << (mode.0 % c_ulong::BITS)) != 0
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::NONE
    }

    /// Whether one of them is one of the `others`.
    pub fn intersects(self, others: Self) -> bool {
        !(self & others).is_empty()
    }
}

impl BitAnd for LinkModes {
    type Output = Self;

    fn bitand(mut self, others: Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(others.0) {
            *word &= other;
        }
        self
    }
}

impl BitOr for LinkModes {
    type Output = Self;

    fn bitor(mut self, others: Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(others.0) {
            *word |= other;
        }
        self
    }
}

/// Whether both ends of a link can send at the same time.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub enum Duplex {
    /// They cannot.
    Half,
    /// They can.
    Full,
    /// There is no link, or nobody knows.
    #[default]
    Unknown,
}

/// What the cable is plugged into (`PORT_*`).
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub enum Connector {
    /// Twisted pair.
    TwistedPair,
    /// Attachment unit interface.
    Aui,
    /// Media-independent interface.
    Mii,
    /// Optical fibre.
    Fibre,
    /// Coaxial cable.
    Bnc,
    /// A cable with its modules.
    DirectAttach,
    /// None, as between chips on a board.
    None,
    /// Something else.
    #[default]
    Other,
}

/// How a link is, or how it is to be (`struct ethtool_link_ksettings`).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct LinkSettings {
    /// In Mbit/s, `None` if there is no link or nobody knows.
    pub speed: Option<u32>,
    /// Over how many lanes, `None` if there is no link or nobody knows. Users see and set it if the
    /// driver says that [they can](super::EthtoolOps::LINK_LANES).
    pub lanes: Option<u32>,
    /// Whether both ends can send at the same time.
    pub duplex: Duplex,
    /// What the cable is plugged into.
    pub connector: Connector,
    /// Whether the ends agree on a mode by themselves.
    pub autoneg: bool,
    /// What the device can.
    pub supported: LinkModes,
    /// What it offers to the other end, or may be used.
    pub advertised: LinkModes,
    /// What the other end offers.
    pub partner: LinkModes,
}

impl LinkSettings {
    pub(super) fn to_c(&self, settings: &mut bindings::ethtool_link_ksettings) {
        settings.base.speed = self.speed.unwrap_or(bindings::SPEED_UNKNOWN as u32);
        settings.base.duplex = match self.duplex {
            Duplex::Half => bindings::DUPLEX_HALF,
            Duplex::Full => bindings::DUPLEX_FULL,
            Duplex::Unknown => bindings::DUPLEX_UNKNOWN,
        } as u8;
        settings.base.port = match self.connector {
            Connector::TwistedPair => bindings::PORT_TP,
            Connector::Aui => bindings::PORT_AUI,
            Connector::Mii => bindings::PORT_MII,
            Connector::Fibre => bindings::PORT_FIBRE,
            Connector::Bnc => bindings::PORT_BNC,
            Connector::DirectAttach => bindings::PORT_DA,
            Connector::None => bindings::PORT_NONE,
            Connector::Other => bindings::PORT_OTHER,
        } as u8;
        settings.base.autoneg = self.autoneg.into();
        settings.lanes = self.lanes.unwrap_or(0);
        settings.link_modes.supported = self.supported.0;
        settings.link_modes.advertising = self.advertised.0;
        settings.link_modes.lp_advertising = self.partner.0;
    }

    pub(super) fn from_c(settings: &bindings::ethtool_link_ksettings) -> Self {
        let base = &settings.base;
        LinkSettings {
            speed: (base.speed != bindings::SPEED_UNKNOWN as u32).then_some(base.speed),
            duplex: match base.duplex.into() {
                bindings::DUPLEX_HALF => Duplex::Half,
                bindings::DUPLEX_FULL => Duplex::Full,
                _ => Duplex::Unknown,
            },
            connector: match base.port.into() {
                bindings::PORT_TP => Connector::TwistedPair,
                bindings::PORT_AUI => Connector::Aui,
                bindings::PORT_MII => Connector::Mii,
                bindings::PORT_FIBRE => Connector::Fibre,
                bindings::PORT_BNC => Connector::Bnc,
                bindings::PORT_DA => Connector::DirectAttach,
                bindings::PORT_NONE => Connector::None,
                _ => Connector::Other,
            },
            autoneg: u32::from(base.autoneg) == bindings::AUTONEG_ENABLE,
            lanes: (settings.lanes != 0).then_some(settings.lanes),
            supported: LinkModes(settings.link_modes.supported),
            advertised: LinkModes(settings.link_modes.advertising),
            partner: LinkModes(settings.link_modes.lp_advertising),
        }
    }
}
