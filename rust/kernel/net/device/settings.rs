// SPDX-License-Identifier: GPL-2.0

//! What an Ethernet device is like when it is registered.

use super::{
    Features,
    ETH_ALEN, //
};

use crate::{
    bindings,
    prelude::*,
    time::{
        msecs_to_jiffies,
        Jiffies,
        Msecs, //
    },
};

use core::ops::RangeInclusive;

/// What an Ethernet device is like when it is registered.
#[derive(Clone)]
pub struct Settings<'a> {
    pub(super) name: &'a CStr,
    pub(super) address: Option<[u8; ETH_ALEN]>,
    pub(super) tx_queues: u16,
    pub(super) rx_queues: u16,
    pub(super) mtu: RangeInclusive<u32>,
    pub(super) features: Features,
    pub(super) always: Features,
    pub(super) optional: Features,
    pub(super) tx_timeout: Jiffies,
    pub(super) has_link: bool,
    pub(super) dev_port: u16,
}

impl<'a> Settings<'a> {
    /// With that name, in which `%d` stands for the smallest number that makes a new one; with
    /// a random address (`eth_hw_addr_random()`), one queue in each direction, an MTU of at most
    /// 1500 bytes, a link, and no features.
    pub const fn new(name: &'a CStr) -> Self {
        Settings {
            name,
            address: None,
            tx_queues: 1,
            rx_queues: 1,
            mtu: bindings::ETH_MIN_MTU..=bindings::ETH_DATA_LEN,
            features: Features::NONE,
            always: Features::NONE,
            optional: Features::NONE,
            tx_timeout: 0,
            has_link: true,
            dev_port: 0,
        }
    }

    /// With that address, which is the hardware's own (`eth_hw_addr_set()`). A device with one that
    /// is not a station's cannot be brought up.
    pub const fn address(mut self, address: [u8; ETH_ALEN]) -> Self {
        self.address = Some(address);
        self
    }

    /// With at most so many queues in each direction, which must not be 0. How many it has is said
    /// by [`Operations::open`](super::Operations::open).
    pub const fn queues(mut self, tx: u16, rx: u16) -> Self {
        self.tx_queues = tx;
        self.rx_queues = rx;
        self
    }

    /// With an MTU of so many bytes at least and at most. It has 1500 bytes at first, or what is
    /// next to that.
    pub const fn mtu(mut self, min: u32, max: u32) -> Self {
        self.mtu = min..=max;
        self
    }

    /// With features that users can switch off and on, and that are on at first.
    pub const fn features(mut self, features: Features) -> Self {
        self.features = features;
        self
    }

    /// With features that users can switch on and off, and that are off at first.
    pub const fn optional(mut self, features: Features) -> Self {
        self.optional = features;
        self
    }

    /// With features that are always on.
    pub const fn always(mut self, features: Features) -> Self {
        self.always = features;
        self
    }

    /// A queue that is stopped for so many milliseconds is hung, see
    /// [`Operations::tx_timeout`](super::Operations::tx_timeout). Without this it is after five
    /// seconds.
    pub fn tx_timeout(mut self, timeout: Msecs) -> Self {
        self.tx_timeout = msecs_to_jiffies(timeout);
        self
    }

    /// As the port of that number, from 0, of a device that has several (`dev_port`).
    pub const fn dev_port(mut self, number: u16) -> Self {
        self.dev_port = number;
        self
    }

    /// Without a link, until [`EtherDevice::set_carrier`](super::EtherDevice::set_carrier) says
    /// that there is one.
    pub const fn no_link(mut self) -> Self {
        self.has_link = false;
        self
    }
}
