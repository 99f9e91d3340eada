// SPDX-License-Identifier: GPL-2.0

//! Statistics that standards define, so that users know what they mean.

use super::EthtoolOps;

use crate::{
    bindings,
    net::device::callbacks::with_proof, //
};

macro_rules! statistics {
    ($(
        $(#[$attribute:meta])*
        $name:ident = $c:ident {
            $($(#[$doc:meta])* $field:ident = $c_field:ident;)*
        }
    )*) => {$(
        $(#[$attribute])*
        #[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
        pub struct $name {
            $($(#[$doc])* pub $field: Option<u64>,)*
        }

        impl $name {
            pub(super) fn to_c(self, stats: &mut bindings::$c) {
                $(
                    if let Some(value) = self.$field {
                        stats.__bindgen_anon_1.stats.$c_field = value;
                    }
                )*
            }
        }
    )*};
}

statistics! {
    /// What IEEE 802.3 has a medium access controller count (30.3.1.1). `None` is what the device
    /// does not count.
    MacStatistics = ethtool_eth_mac_stats {
        /// `aFramesTransmittedOK`.
        frames_transmitted_ok = FramesTransmittedOK;
        /// `aFramesReceivedOK`.
        frames_received_ok = FramesReceivedOK;
        /// `aFrameCheckSequenceErrors`.
        frame_check_sequence_errors = FrameCheckSequenceErrors;
        /// `aOctetsTransmittedOK`.
        octets_transmitted_ok = OctetsTransmittedOK;
        /// `aOctetsReceivedOK`.
        octets_received_ok = OctetsReceivedOK;
        /// `aMulticastFramesXmittedOK`.
        multicast_frames_xmitted_ok = MulticastFramesXmittedOK;
        /// `aBroadcastFramesXmittedOK`.
        broadcast_frames_xmitted_ok = BroadcastFramesXmittedOK;
        /// `aMulticastFramesReceivedOK`.
        multicast_frames_received_ok = MulticastFramesReceivedOK;
        /// `aBroadcastFramesReceivedOK`.
        broadcast_frames_received_ok = BroadcastFramesReceivedOK;
        /// `aInRangeLengthErrors`.
        in_range_length_errors = InRangeLengthErrors;
        /// `aOutOfRangeLengthField`.
        out_of_range_length_field = OutOfRangeLengthField;
        /// `aFrameTooLongErrors`.
        frame_too_long_errors = FrameTooLongErrors;
    }

    /// What IEEE 802.3 has a transceiver count (30.3.2.1). `None` is what the device does not
    /// count.
    PhyStatistics = ethtool_eth_phy_stats {
        /// `aSymbolErrorDuringCarrier`.
        symbol_error_during_carrier = SymbolErrorDuringCarrier;
    }

    /// What IEEE 802.3 has be counted of control frames (30.3.3). `None` is what the device does
    /// not count.
    ControlStatistics = ethtool_eth_ctrl_stats {
        /// `aMACControlFramesTransmitted`.
        mac_control_frames_transmitted = MACControlFramesTransmitted;
        /// `aMACControlFramesReceived`.
        mac_control_frames_received = MACControlFramesReceived;
        /// `aUnsupportedOpcodesReceived`.
        unsupported_opcodes_received = UnsupportedOpcodesReceived;
    }

    /// How often the ends of a link stopped each other. `None` is what the device does not count.
    PauseStatistics = ethtool_pause_stats {
        /// Frames that were sent to stop the other end.
        tx_frames = tx_pause_frames;
        /// Frames that were received and stopped this end.
        rx_frames = rx_pause_frames;
        /// How often the other end was stopped for too long.
        tx_storm_events = tx_pause_storm_events;
    }
}

/// What C has for what is not counted.
const NOT_COUNTED: u64 = bindings::ETHTOOL_STAT_NOT_SET as u64;

/// How many ranges of lengths there can be.
const RANGES: usize = bindings::ETHTOOL_RMON_HIST_MAX as usize;

/// Ranges of frames' lengths in bytes that a device counts for itself, the first and the last of
/// each. See [`EthtoolOps::RMON_RANGES`].
pub struct RmonRanges([bindings::ethtool_rmon_hist_range; RANGES + 1]);

impl RmonRanges {
    /// For constants; there can be 11 of them.
    pub const fn new<const N: usize>(ranges: [(u16, u16); N]) -> Self {
        assert!(N <= RANGES);
        // What ends them is empty.
        let mut all = [bindings::ethtool_rmon_hist_range { low: 0, high: 0 }; RANGES + 1];
        let mut number = 0;
        while number < N {
            (all[number].low, all[number].high) = ranges[number];
            number += 1;
        }
        RmonRanges(all)
    }
}

/// What RFC 2819 has be counted of frames that were received. `None` is what the device does not
/// count.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub struct RmonStatistics {
    /// `etherStatsUndersizePkts`.
    pub undersize: Option<u64>,
    /// `etherStatsFragments`.
    pub fragments: Option<u64>,
    /// `etherStatsJabbers`.
    pub jabbers: Option<u64>,
    /// Those whose length is in each of the [ranges](EthtoolOps::RMON_RANGES).
    pub lengths: [Option<u64>; RANGES],
}

impl RmonStatistics {
    fn to_c(self, stats: &mut bindings::ethtool_rmon_stats) {
        if let Some(value) = self.undersize {
            stats.__bindgen_anon_1.stats.undersize_pkts = value;
        }
        if let Some(value) = self.fragments {
            stats.__bindgen_anon_1.stats.fragments = value;
        }
        if let Some(value) = self.jabbers {
            stats.__bindgen_anon_1.stats.jabbers = value;
        }
        let lengths = self.lengths.map(|value| value.unwrap_or(NOT_COUNTED));
        stats.__bindgen_anon_1.stats.hist = lengths;
    }
}

/// Where a driver's ranges are in memory.
struct Ranges<N>(core::marker::PhantomData<N>);

impl<N: EthtoolOps> Ranges<N> {
    const ALL: &'static RmonRanges = &N::RMON_RANGES;
}

/// Defines an operation that has the driver fill such statistics.
macro_rules! operation {
    ($name:ident, $method:ident, $c:ident) => {
        /// # Safety
        ///
        /// Only to be called by the kernel, as an operation of a device with a driver's part `N`,
        /// with RTNL held, and with a structure that nobody else uses meanwhile.
        pub(super) unsafe extern "C" fn $name<N: EthtoolOps>(
            device: *mut bindings::net_device,
            stats: *mut bindings::$c,
        ) {
            // SAFETY: The kernel passes a valid structure, which nobody else uses.
            let stats = unsafe { &mut *stats };
            // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
            unsafe { with_proof(device, |this: &N, cx| this.$method(cx).to_c(stats)) }
        }
    };
}

operation!(get_mac_stats, mac_statistics, ethtool_eth_mac_stats);
operation!(get_phy_stats, phy_statistics, ethtool_eth_phy_stats);
operation!(get_ctrl_stats, control_statistics, ethtool_eth_ctrl_stats);
operation!(get_pause_stats, pause_statistics, ethtool_pause_stats);

/// # Safety
///
/// Only to be called by the kernel, as an operation of a device with a driver's part `N`, with RTNL
/// held, and with structures that nobody else uses meanwhile.
pub(super) unsafe extern "C" fn get_rmon_stats<N: EthtoolOps>(
    device: *mut bindings::net_device,
    stats: *mut bindings::ethtool_rmon_stats,
    ranges: *mut *const bindings::ethtool_rmon_hist_range,
) {
    // SAFETY: The kernel passes a valid structure and a valid pointer, which nobody else uses.
    let (stats, ranges) = unsafe { (&mut *stats, &mut *ranges) };
    *ranges = Ranges::<N>::ALL.0.as_ptr();
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    unsafe { with_proof(device, |this: &N, cx| this.rmon_statistics(cx).to_c(stats)) }
}

/// # Safety
///
/// As for [`get_rmon_stats`].
pub(super) unsafe extern "C" fn get_link_ext_stats<N: EthtoolOps>(
    device: *mut bindings::net_device,
    stats: *mut bindings::ethtool_link_ext_stats,
) {
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    let count = unsafe { with_proof(device, |this: &N, cx| this.link_down_events(cx)) };
    if let Some(count) = count {
        // SAFETY: The kernel passes a valid structure, which nobody else uses.
        unsafe { (*stats).link_down_events = count };
    }
}
