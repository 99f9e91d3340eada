// SPDX-License-Identifier: GPL-2.0

//! What a driver implements.

use super::{
    Channels,
    Coalesce,
    CoalesceParams,
    ControlStatistics,
    DriverInfo,
    Fec,
    FecMode,
    Limited,
    LinkSettings,
    MacStatistics,
    ModulePage,
    ModuleStandard,
    Pause,
    PauseStatistics,
    PhyStatistics,
    Rings,
    RmonRanges,
    RmonStatistics,
    Rss,
    RssChange,
    SelfTest,
    Statistics, //
};

use crate::{
    error::VTABLE_DEFAULT_ERROR,
    net::{
        device::{
            Operations,
            Rtnl, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

/// What ethtool(8) can ask for (`struct ethtool_ops`).
///
/// RTNL is held in all of it, and it can sleep.
///
/// There is an example in the documentation of the [module](super).
#[vtable]
pub trait EthtoolOps: Operations {
    /// What of [`coalesce`](Self::coalesce) users can set.
    const COALESCE: CoalesceParams = CoalesceParams::NONE;

    /// Whether users see and set over how many lanes a link goes (`cap_link_lanes_supported`).
    const LINK_LANES: bool = false;

    /// Whether the driver [says](crate::net::skbuff::Mapped::stamp) when packets are sent, which
    /// users ask for (`get_ts_info`).
    const TX_TIMESTAMPS: bool = false;

    /// How many bytes the key of [`rss`](Self::rss) has, 0 if nobody shall know it
    /// (`get_rxfh_key_size`).
    const RSS_KEY_LEN: u32 = 0;

    /// Which lengths [`rmon_statistics`](Self::rmon_statistics) tells apart.
    const RMON_RANGES: RmonRanges = RmonRanges::new([]);

    /// Says more about the driver (`get_drvinfo`).
    fn driver_info(&self, cx: &Rtnl<'_, Self>, info: &mut DriverInfo<'_>) {
        let _ = (cx, info);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// How the link is (`get_link_ksettings`).
    fn link(&self, cx: &Rtnl<'_, Self>) -> Result<LinkSettings> {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Has the link be otherwise (`set_link_ksettings`). Of `wanted` the speed, the lanes, the
    /// duplex and what is advertised count, depending on whether the ends agree by themselves.
    fn set_link(&self, cx: &mut Rtnl<'_, Self>, wanted: &LinkSettings) -> Result {
        let _ = (cx, wanted);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Has the port's light blink from now on, so that somebody finds it, or no longer
    /// (`set_phys_id`).
    fn identify(&self, cx: &mut Rtnl<'_, Self>, blinks: bool) -> Result {
        let _ = (cx, blinks);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// How large the rings are (`get_ringparam`).
    fn rings(&self, cx: &Rtnl<'_, Self>) -> Limited<Rings> {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Changes the size of the rings (`set_ringparam`), to no more than the most.
    fn set_rings(&self, cx: &mut Rtnl<'_, Self>, rings: Rings, extack: Extack<'_>) -> Result {
        let _ = (cx, rings, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// How many channels there are (`get_channels`).
    fn channels(&self, cx: &Rtnl<'_, Self>) -> Limited<Channels> {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Changes how many channels there are (`set_channels`), to no more than the most.
    fn set_channels(&self, cx: &mut Rtnl<'_, Self>, channels: Channels) -> Result {
        let _ = (cx, channels);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// How long interrupts wait (`get_coalesce`).
    fn coalesce(&self, cx: &Rtnl<'_, Self>, extack: Extack<'_>) -> Result<Coalesce> {
        let _ = (cx, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Changes how long interrupts wait (`set_coalesce`).
    fn set_coalesce(
        &self,
        cx: &mut Rtnl<'_, Self>,
        coalesce: Coalesce,
        extack: Extack<'_>,
    ) -> Result {
        let _ = (cx, coalesce, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Whether the ends of the link stop each other (`get_pauseparam`).
    fn pause(&self, cx: &Rtnl<'_, Self>) -> Pause {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Changes whether the ends of the link stop each other (`set_pauseparam`).
    fn set_pause(&self, cx: &mut Rtnl<'_, Self>, pause: Pause) -> Result {
        let _ = (cx, pause);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Adds all of the driver's own statistics, always in the same order (`get_sset_count`,
    /// `get_strings`, `get_ethtool_stats`).
    fn statistics(&self, cx: &Rtnl<'_, Self>, out: &mut Statistics<'_>) {
        let _ = (cx, out);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Tests the device (`self_test`): goes through all of its tests, always in the same order. A
    /// test may disturb the device, but leaves it as it was.
    fn self_test(&self, cx: &Rtnl<'_, Self>, tests: &mut SelfTest<'_>) {
        let _ = (cx, tests);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// What the medium access controller counts (`get_eth_mac_stats`).
    fn mac_statistics(&self, cx: &Rtnl<'_, Self>) -> MacStatistics {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// What the transceiver counts (`get_eth_phy_stats`).
    fn phy_statistics(&self, cx: &Rtnl<'_, Self>) -> PhyStatistics {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// What is counted of control frames (`get_eth_ctrl_stats`).
    fn control_statistics(&self, cx: &Rtnl<'_, Self>) -> ControlStatistics {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// What is counted of received frames of some lengths (`get_rmon_stats`).
    fn rmon_statistics(&self, cx: &Rtnl<'_, Self>) -> RmonStatistics {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// How often the ends stopped each other (`get_pause_stats`).
    fn pause_statistics(&self, cx: &Rtnl<'_, Self>) -> PauseStatistics {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// How often the link went down, if somebody counts that (`get_link_ext_stats`).
    fn link_down_events(&self, cx: &Rtnl<'_, Self>) -> Option<u64> {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Reads what the module says about itself (`get_module_eeprom_by_page`): at most `data`, which
    /// is zeroed. Returns how many bytes there are.
    fn module(
        &self,
        cx: &Rtnl<'_, Self>,
        page: &ModulePage,
        data: &mut [u8],
        extack: Extack<'_>,
    ) -> Result<usize> {
        let _ = (cx, page, data, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// What the module's memory is like, for users who count through all of its pages
    /// (`get_module_info`). Goes with [`module_memory`](Self::module_memory).
    fn module_standard(&self, cx: &Rtnl<'_, Self>) -> Result<ModuleStandard> {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Reads what the module says about itself from `offset` on, counted through all pages
    /// (`get_module_eeprom`), into `data`, which is zeroed and ends where the memory does.
    fn module_memory(&self, cx: &Rtnl<'_, Self>, offset: u32, data: &mut [u8]) -> Result {
        let _ = (cx, offset, data);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// How errors of the link are corrected (`get_fecparam`).
    fn fec(&self, cx: &Rtnl<'_, Self>) -> Result<Fec> {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Changes how errors of the link are corrected (`set_fecparam`).
    fn set_fec(&self, cx: &mut Rtnl<'_, Self>, mode: FecMode) -> Result {
        let _ = (cx, mode);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// How long the table of [`rss`](Self::rss) is (`get_rxfh_indir_size`).
    fn rss_table_len(&self, cx: &Rtnl<'_, Self>) -> u32 {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// How received frames are spread over queues (`get_rxfh`). Goes with
    /// [`rss_table_len`](Self::rss_table_len).
    fn rss(&self, cx: &Rtnl<'_, Self>, rss: &mut Rss<'_>) {
        let _ = (cx, rss);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Changes how received frames are spread over queues (`set_rxfh`).
    fn set_rss(
        &self,
        cx: &mut Rtnl<'_, Self>,
        change: &RssChange<'_>,
        extack: Extack<'_>,
    ) -> Result {
        let _ = (cx, change, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}
