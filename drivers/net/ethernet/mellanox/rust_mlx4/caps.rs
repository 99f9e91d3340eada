// SPDX-License-Identifier: GPL-2.0

//! What the device can do.
//!
//! [`Caps`] is asked for while the device comes up, and does not change any more then.

pub(crate) mod device;
mod initialised;
pub(crate) mod port;
mod query;
mod steering;

pub(crate) use self::{
    device::Feature,
    port::{
        PortCaps,
        PortType, //
    },
    steering::{
        HighRate,
        Steering, //
    }, //
};

use crate::{
    fw::Version,
    layout::{
        Field,
        Value, //
    },
};

use kernel::{
    page::PAGE_SHIFT,
    prelude::*, //
};

/// How many ports a device can have (`MLX4_MAX_PORTS`).
pub(crate) const MAX_PORTS: u8 = 2;

/// Pages of doorbells, whatever those of the machine are (`DEFAULT_UAR_PAGE_SHIFT`).
pub(crate) const UAR_SHIFT: usize = 12;

/// How many event queues have their doorbells in such a page.
pub(crate) const EQS_PER_UAR: u32 = 4;

/// Numbers of counters have 8 bits.
const MAX_COUNTERS: u32 = 1 << 8;

/// What the device can do.
pub(crate) struct Caps {
    /// What QUERY_DEV_CAP said, without what is not used.
    answer: KBox<[u8; device::LENGTH]>,
    ports: KVec<PortCaps>,
    log_max_macs: u8,
    log_max_vlans: u8,
    steering: steering::Decision,
    /// The first of the numbers of queue pairs for steering at high rates, and how many there are.
    high_rate_qps: (u32, u32),
    eqs: u32,
    reserved_eqs: u32,
    reserved_uars: u32,
    firmware: Version,
}

impl Caps {
    /// A number that the device has said.
    pub(crate) fn get<T: Value>(&self, field: Field<T>) -> T {
        field.get(&self.answer[..])
    }

    /// Whether it has something, and is to have it.
    pub(crate) fn has(&self, feature: Feature) -> bool {
        self.get(feature.0)
    }

    fn take_away(&mut self, feature: Feature) {
        feature.0.set(&mut self.answer[..], false);
    }

    /// Its ports, with their numbers.
    pub(crate) fn ports(&self) -> impl Iterator<Item = (u8, &PortCaps)> {
        (1..).zip(&self.ports)
    }

    /// The port of a number, of those from 1 on.
    pub(crate) fn port(&self, number: u8) -> Result<&PortCaps> {
        let index = usize::from(number).checked_sub(1).ok_or(EINVAL)?;
        self.ports.get(index).ok_or(EINVAL)
    }

    /// How many ports it has.
    pub(crate) fn port_count(&self) -> u8 {
        // CAST: At most `MAX_PORTS`.
        self.ports.len() as u8
    }

    /// How many addresses each port has, as a power of two.
    pub(crate) fn log_max_macs(&self) -> u8 {
        self.log_max_macs
    }

    /// How many VLANs each port has, as a power of two.
    pub(crate) fn log_max_vlans(&self) -> u8 {
        self.log_max_vlans
    }

    /// How it finds out which queue pairs receive a frame.
    pub(crate) fn steering(&self) -> Steering {
        self.steering.steering
    }

    /// How rules for high rates are treated.
    pub(crate) fn high_rate(&self) -> HighRate {
        self.steering.high_rate
    }

    /// The first of the numbers of queue pairs for steering at high rates, and how many there are.
    pub(crate) fn high_rate_qps(&self) -> (u32, u32) {
        self.high_rate_qps
    }

    /// How many bytes a group has, as a power of two.
    pub(crate) fn log_group_size(&self) -> u32 {
        self.steering.log_entry
    }

    /// How many bytes an entry of an event queue has.
    pub(crate) fn eqe_size(&self) -> usize {
        if self.has(Feature::LARGE_EQE) {
            64
        } else {
            32
        }
    }

    /// How many bytes an entry of a completion queue has.
    pub(crate) fn cqe_size(&self) -> usize {
        if self.has(Feature::LARGE_CQE) {
            64
        } else {
            32
        }
    }

    /// How many event queues there are, with those of the firmware.
    pub(crate) fn max_eqs(&self) -> u32 {
        self.eqs
    }

    /// How many of them are the firmware's, the first ones.
    pub(crate) fn reserved_eqs(&self) -> u32 {
        self.reserved_eqs
    }

    /// How many pages of doorbells there are, of the machine's size, with those that are not for
    /// everybody.
    pub(crate) fn uars(&self) -> u32 {
        1_u32
            .checked_shl(u32::from(self.get(device::LOG_UAR_MIB)) + 20)
            .unwrap_or(0)
            >> PAGE_SHIFT
    }

    /// How many of them are not, the first ones.
    pub(crate) fn reserved_uars(&self) -> u32 {
        self.reserved_uars
    }

    /// How many counters it has, of which the last one is for whoever has none; 0 if it has none.
    pub(crate) fn counters(&self) -> u32 {
        if self.has(Feature::COUNTERS) {
            self.get(device::MAX_COUNTERS).min(MAX_COUNTERS)
        } else {
            0
        }
    }

    /// The version of its firmware.
    pub(crate) fn firmware(&self) -> Version {
        self.firmware
    }

    pub(crate) fn set_firmware(&mut self, firmware: Version) {
        self.firmware = firmware;
    }

    /// How many queue pairs the firmware has for itself, the first ones.
    pub(crate) fn reserved_qps(&self) -> u32 {
        1 << self.get(device::LOG_RESERVED_QPS)
    }
}
