// SPDX-License-Identifier: GPL-2.0

//! What network devices do for the kernel.

use crate::bindings;

use core::ops::{
    BitAnd,
    BitOr,
    Sub, //
};

/// A set of features of a network device (`netdev_features_t`).
///
/// # Examples
///
/// ```
/// use kernel::net::device::Features;
///
/// let both = Features::RX_CHECKSUM | Features::RX_HASH;
/// assert!(both.contains(Features::RX_HASH));
/// assert!(!both.contains(Features::RX_HASH | Features::SCATTER_GATHER));
/// assert!(both - Features::RX_HASH == Features::RX_CHECKSUM);
/// assert!(both & Features::SCATTER_GATHER == Features::NONE);
/// ```
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct Features(bindings::netdev_features_t);

impl Features {
    /// No feature.
    pub const NONE: Self = Features(0);
    /// Frames to send may have several parts (`NETIF_F_SG`), see
    /// [`SkBuff::map`](crate::net::skbuff::SkBuff::map).
    pub const SCATTER_GATHER: Self = Features(1 << bindings::NETIF_F_SG_BIT);
    /// The device puts checksums of any kind into frames (`NETIF_F_HW_CSUM`), see
    /// [`SkBuff::checksum_to_do`](crate::net::skbuff::SkBuff::checksum_to_do).
    pub const CHECKSUM: Self = Features(1 << bindings::NETIF_F_HW_CSUM_BIT);
    /// The device puts checksums of TCP and UDP into IPv4 frames (`NETIF_F_IP_CSUM`).
    pub const IPV4_CHECKSUM: Self = Features(1 << bindings::NETIF_F_IP_CSUM_BIT);
    /// The device puts checksums of TCP and UDP into IPv6 frames (`NETIF_F_IPV6_CSUM`).
    pub const IPV6_CHECKSUM: Self = Features(1 << bindings::NETIF_F_IPV6_CSUM_BIT);
    /// The device cuts packets of TCP over IPv4 into frames (`NETIF_F_TSO`), see
    /// [`SkBuff::segmentation`](crate::net::skbuff::SkBuff::segmentation). With
    /// [`CHECKSUM`](Self::CHECKSUM) and [`SCATTER_GATHER`](Self::SCATTER_GATHER) only.
    pub const TSO: Self = Features(1 << bindings::NETIF_F_TSO_BIT);
    /// The same of TCP over IPv6 (`NETIF_F_TSO6`).
    pub const TSO6: Self = Features(1 << bindings::NETIF_F_TSO6_BIT);
    /// The device checks checksums of received frames (`NETIF_F_RXCSUM`).
    pub const RX_CHECKSUM: Self = Features(1 << bindings::NETIF_F_RXCSUM_BIT);
    /// The device says the hash by which it spreads received frames (`NETIF_F_RXHASH`).
    pub const RX_HASH: Self = Features(1 << bindings::NETIF_F_RXHASH_BIT);
    /// The device takes VLAN tags out of received frames (`NETIF_F_HW_VLAN_CTAG_RX`).
    pub const RX_VLAN: Self = Features(1 << bindings::NETIF_F_HW_VLAN_CTAG_RX_BIT);
    /// The same for tags of service providers (802.1ad, `NETIF_F_HW_VLAN_STAG_RX`).
    pub const RX_SERVICE_VLAN: Self = Features(1 << bindings::NETIF_F_HW_VLAN_STAG_RX_BIT);
    /// The device puts VLAN tags into frames (`NETIF_F_HW_VLAN_CTAG_TX`).
    pub const TX_VLAN: Self = Features(1 << bindings::NETIF_F_HW_VLAN_CTAG_TX_BIT);
    /// The device receives frames of those VLANs only that it is told of
    /// (`NETIF_F_HW_VLAN_CTAG_FILTER`), see [`Operations::add_vlan`](super::Operations::add_vlan).
    pub const VLAN_FILTER: Self = Features(1 << bindings::NETIF_F_HW_VLAN_CTAG_FILTER_BIT);
    /// The same for VLANs of service providers (802.1ad, `NETIF_F_HW_VLAN_STAG_FILTER`).
    pub const SERVICE_VLAN_FILTER: Self = Features(1 << bindings::NETIF_F_HW_VLAN_STAG_FILTER_BIT);
    /// Frames may be in any memory (`NETIF_F_HIGHDMA`).
    pub const HIGH_DMA: Self = Features(1 << bindings::NETIF_F_HIGHDMA_BIT);
    /// Frames are received that are not good (`NETIF_F_RXALL`).
    pub const RX_ALL: Self = Features(1 << bindings::NETIF_F_RXALL_BIT);
    /// Received frames come with their checksum (`NETIF_F_RXFCS`).
    pub const RX_FCS: Self = Features(1 << bindings::NETIF_F_RXFCS_BIT);
    /// What is sent is received (`NETIF_F_LOOPBACK`).
    pub const LOOPBACK: Self = Features(1 << bindings::NETIF_F_LOOPBACK_BIT);

    pub(super) const fn from_c(features: bindings::netdev_features_t) -> Self {
        Features(features)
    }

    pub(super) const fn to_c(self) -> bindings::netdev_features_t {
        self.0
    }

    /// These and the `others`.
    pub const fn and(self, others: Self) -> Self {
        Features(self.0 | others.0)
    }

    /// Those that VLAN devices on the device have, too: what is done to frames whatever is in them.
    pub(super) fn of_vlans(self) -> Self {
        const OF_VLANS: Features = Features::SCATTER_GATHER
            .and(Features::HIGH_DMA)
            .and(Features::CHECKSUM)
            .and(Features::IPV4_CHECKSUM)
            .and(Features::IPV6_CHECKSUM)
            .and(Features::TSO)
            .and(Features::TSO6)
            .and(Features::RX_CHECKSUM);
        self & OF_VLANS
    }

    /// Whether all `others` are among these.
    pub const fn contains(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }
}

impl BitOr for Features {
    type Output = Self;

    fn bitor(self, others: Self) -> Self {
        self.and(others)
    }
}

impl BitAnd for Features {
    type Output = Self;

    fn bitand(self, others: Self) -> Self {
        Features(self.0 & others.0)
    }
}

/// These without the others.
impl Sub for Features {
    type Output = Self;

    fn sub(self, others: Self) -> Self {
        Features(self.0 & !others.0)
    }
}
