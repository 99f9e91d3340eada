// SPDX-License-Identifier: GPL-2.0

//! What QUERY_PORT says about a port.

use crate::{
    card::Card,
    cmd::{
        Call,
        Op, //
    },
    layout::{
        byte,
        half,
        long,
        Field, //
    },
};

use kernel::prelude::*;

/// How much of the answer is of interest.
const LENGTH: usize = 0x18;

const HIGH_RATE_STEERING: Field<bool> = byte(0x00).bit(5);
const SENSES_AT_FIRST: Field<bool> = byte(0x00).bit(4);
const SUGGESTS_ETHERNET: Field<bool> = byte(0x00).bit(3);
const TYPES: Field<u8> = byte(0x00).bits(0, 2);
pub(crate) const ETHERNET_MTU: Field<u16> = half(0x02);
pub(crate) const LOG_MAX_MACS: Field<u8> = byte(0x0a).bits(0, 4);
pub(crate) const LOG_MAX_VLANS: Field<u8> = byte(0x0a).bits(4, 4);
pub(crate) const MAC: Field<u64> = long(0x10).bits(0, 48);

/// What a port is (`enum mlx4_port_type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PortType {
    InfiniBand = 1,
    Ethernet = 2,
}

/// What of the checksum of a received frame the device says (`MLX4_RX_CSUM_MODE_*`).
#[derive(Clone, Copy, Default)]
pub(crate) struct RxChecksums(u8);

impl RxChecksums {
    const NEITHER_TCP_NOR_UDP: u8 = 1 << 0;
    const L4: u8 = 1 << 1;
    const IP_OK: u8 = 1 << 2;
    const MULTI_VLAN: u8 = 1 << 3;

    /// What a mode means that CONFIG_DEV says; none if there is no such mode.
    pub(super) fn of_mode(mode: u8) -> Option<Self> {
        match mode {
            0 => Some(0),
            1 => Some(Self::NEITHER_TCP_NOR_UDP),
            2 => Some(Self::NEITHER_TCP_NOR_UDP | Self::L4),
            3 => Some(Self::L4 | Self::IP_OK | Self::MULTI_VLAN),
            _ => None,
        }
        .map(RxChecksums)
    }

    /// That of a packet that is neither TCP nor UDP, too.
    pub(crate) fn has_others(self) -> bool {
        self.0 & Self::NEITHER_TCP_NOR_UDP != 0
    }
}

/// What a port can do.
pub(crate) struct PortCaps {
    answer: [u8; LENGTH],
    /// What it is when the device comes up.
    kind: Option<PortType>,
    pub(super) can_sense: bool,
    pub(super) is_auto: bool,
    /// 0 if it is not known.
    pub(super) physical_id: u64,
    pub(super) rx_checksums: RxChecksums,
}

impl PortCaps {
    /// Asks for those of port `number` (`mlx4_QUERY_PORT()`).
    pub(super) fn query(card: &Card<'_>, number: u8) -> Result<Self> {
        let mailbox = card.query(Call::new(Op::QUERY_PORT).modifier(number.into()))?;
        let mut port = PortCaps {
            answer: [0; LENGTH],
            kind: None,
            can_sense: false,
            is_auto: false,
            physical_id: 0,
            rx_checksums: RxChecksums::default(),
        };
        mailbox.read(0, &mut port.answer);
        // What can be both is what the firmware says, until somebody wants something else.
        port.kind = match (
            port.supports(PortType::Ethernet),
            port.supports(PortType::InfiniBand),
        ) {
            (true, true) if port.get(SUGGESTS_ETHERNET) => Some(PortType::Ethernet),
            (_, true) => Some(PortType::InfiniBand),
            (true, false) => Some(PortType::Ethernet),
            (false, false) => None,
        };
        Ok(port)
    }

    /// What the device has said of it.
    pub(crate) fn get<T: crate::layout::Value>(&self, field: Field<T>) -> T {
        field.get(&self.answer)
    }

    /// Whether it can be of a type.
    pub(crate) fn supports(&self, kind: PortType) -> bool {
        self.get(TYPES) & kind as u8 != 0
    }

    /// What it is when the device comes up; none if it can be nothing.
    pub(crate) fn kind(&self) -> Option<PortType> {
        self.kind
    }

    /// Whether it can find out what it is to be (`sense_allowed`).
    pub(crate) fn can_sense(&self) -> bool {
        self.can_sense
    }

    /// Whether it is to find that out at first.
    pub(crate) fn is_auto(&self) -> bool {
        self.is_auto
    }

    /// Whether it is to find that out if it can, as the firmware wants.
    pub(super) fn senses_at_first(&self) -> bool {
        self.get(SENSES_AT_FIRST)
    }

    pub(super) fn set_kind(&mut self, kind: PortType) {
        self.kind = Some(kind);
    }

    /// Which port of which card it is, if that is known.
    pub(crate) fn physical_id(&self) -> Option<u64> {
        Some(self.physical_id).filter(|id| *id != 0)
    }

    /// What of checksums a receiver is told.
    pub(crate) fn rx_checksums(&self) -> RxChecksums {
        self.rx_checksums
    }

    /// Whether steering is in the mode of high rates.
    pub(super) fn has_high_rate_steering(&self) -> bool {
        self.get(HIGH_RATE_STEERING)
    }
}

/// Finds out what there is at the other end of a port's cable (`mlx4_SENSE_PORT()`).
pub(crate) fn sense(card: &Card<'_>, number: u8) -> Result<Option<PortType>> {
    let dev = card.dev.as_ref();
    let found = card
        .run_value(Call::new(Op::SENSE_PORT).modifier(number.into()), 0)
        .inspect_err(|_| dev_err!(dev, "Sense command failed for port: {}\n", number))?;
    match found {
        0 => Ok(None),
        1 => Ok(Some(PortType::InfiniBand)),
        2 => Ok(Some(PortType::Ethernet)),
        _ => {
            dev_err!(dev, "Sense returned illegal value: 0x{:x}\n", found);
            Err(EINVAL)
        }
    }
}
