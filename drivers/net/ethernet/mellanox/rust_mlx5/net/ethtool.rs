// SPDX-License-Identifier: GPL-2.0

//! What ethtool(8) asks of the network device.

mod counters;
mod link;
mod moderation;
mod module;
mod rss;
mod selftest;
mod standard;
mod statistics;

use self::{
    module::Stopped,
    statistics::Filling, //
};

use super::{
    config::{
        MAX_LOG_RING,
        MIN_LOG_RING, //
    },
    Nic, //
};

use crate::{
    layout::CmdHcaCap,
    port::Directions, //
};

use kernel::{
    net::{
        device::Rtnl,
        ethtool::{
            Channels,
            Coalesce,
            CoalesceParams,
            ControlStatistics,
            DriverInfo,
            EthtoolOps,
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
        },
        netlink::extack::Extack, //
    },
    prelude::*,
    str::BStr, //
};

/// The least that a ring for frames to send can be (`MLX5E_PARAMS_MINIMUM_LOG_SQ_SIZE`).
const MIN_TX_RING: u32 = 1 << 6;
const MIN_RX_RING: u32 = 1 << MIN_LOG_RING;
const MAX_RING: u32 = 1 << MAX_LOG_RING;

impl<'up> Nic<'up> {
    /// Logs what could not be done for a user.
    fn complain(&self, cx: &Rtnl<'_, Self>, what: &str, error: Error) {
        dev_err!(
            self.card.dev.as_ref(),
            "{}: {}: {}\n",
            &*cx.device().name(),
            what,
            error.to_errno()
        );
    }

    /// Logs why the module cannot be read.
    fn complain_of_module(&self, cx: &Rtnl<'_, Self>, stopped: &Stopped) {
        dev_err!(
            self.card.dev.as_ref(),
            "{}: mlx5_query_eeprom failed:0x{:x}, status {}\n",
            &*cx.device().name(),
            stopped.error.to_errno(),
            stopped.status
        );
    }
}

/// How many descriptors a ring has at least for so many frames, as a power of two.
fn log_size(frames: u32) -> u8 {
    // CAST: Less than 32.
    frames.next_power_of_two().ilog2() as u8
}

#[vtable]
impl EthtoolOps for Nic<'_> {
    const COALESCE: CoalesceParams = CoalesceParams::RX_USECS
        .and(CoalesceParams::TX_USECS)
        .and(CoalesceParams::RX_FRAMES)
        .and(CoalesceParams::TX_FRAMES)
        .and(CoalesceParams::ADAPTIVE_RX)
        .and(CoalesceParams::ADAPTIVE_TX)
        .and(CoalesceParams::CQE_RX)
        .and(CoalesceParams::CQE_TX);
    const LINK_LANES: bool = true;
    const RMON_RANGES: RmonRanges = standard::RANGES;
    const RSS_KEY_LEN: u32 = rss::KEY_LEN;
    const TX_TIMESTAMPS: bool = true;

    fn driver_info(&self, _: &Rtnl<'_, Self>, info: &mut DriverInfo<'_>) {
        let version = self.card.segment.firmware_revision();
        let (major, minor, sub) = (version.major, version.minor, version.sub);
        let mut board = self.board_id.split(|byte| *byte == 0);
        let board = BStr::from_bytes(board.next().unwrap_or_default());
        if !info.firmware(fmt!("{major}.{minor}.{sub:04} ({board})")) {
            info.firmware(fmt!("{major}.{minor}.{sub:04}"));
        }
    }

    fn link(&self, cx: &Rtnl<'_, Self>) -> Result<LinkSettings> {
        link::settings(self.port(), cx.device().has_carrier())
            .inspect_err(|error| self.complain(cx, "query port ptys failed", *error))
    }

    fn set_link(&self, cx: &mut Rtnl<'_, Self>, wanted: &LinkSettings) -> Result {
        self.port()
            .set_link(link::wanted(wanted))
            .map_err(|refused| {
                let (why, error) = link::refusal(refused);
                if let Some(why) = why {
                    self.complain(cx, why, error);
                }
                error
            })
    }

    fn fec(&self, _: &Rtnl<'_, Self>) -> Result<Fec> {
        link::fec(self.port())
    }

    fn set_fec(&self, _: &mut Rtnl<'_, Self>, mode: FecMode) -> Result {
        self.port().set_fec(mode)
    }

    fn identify(&self, _: &mut Rtnl<'_, Self>, blinks: bool) -> Result {
        self.port().set_beacon(blinks)
    }

    fn rings(&self, _: &Rtnl<'_, Self>) -> Limited<Rings> {
        let config = self.config();
        Limited {
            now: Rings {
                rx: 1 << config.log_rx_ring,
                tx: 1 << config.log_tx_ring,
            },
            max: Rings {
                rx: MAX_RING,
                tx: MAX_RING,
            },
        }
    }

    fn set_rings(&self, cx: &mut Rtnl<'_, Self>, rings: Rings, extack: Extack<'_>) -> Result {
        for (name, frames, least) in [("rx", rings.rx, MIN_RX_RING), ("tx", rings.tx, MIN_TX_RING)]
        {
            if frames < least {
                let why = fmt!("rust_mlx5: {name} ({frames}) < min ({least})");
                return Err(extack.err_fmt(why, EINVAL));
            }
        }
        self.change(cx, |config| {
            config.log_rx_ring = log_size(rings.rx);
            config.log_tx_ring = log_size(rings.tx);
        })
    }

    fn channels(&self, _: &Rtnl<'_, Self>) -> Limited<Channels> {
        // CAST: Numbers of queues.
        let channels = |count: usize| Channels {
            combined: count as u32,
            ..Channels::default()
        };
        Limited {
            now: channels(self.config().channels),
            max: channels(self.max_channels()),
        }
    }

    fn set_channels(&self, cx: &mut Rtnl<'_, Self>, channels: Channels) -> Result {
        if channels.combined == 0 {
            dev_info!(
                self.card.dev.as_ref(),
                "{}: combined_count=0 not supported\n",
                &*cx.device().name()
            );
            return Err(EINVAL);
        }
        // CAST: A number of queues.
        self.change(cx, |config| config.channels = channels.combined as usize)
    }

    fn coalesce(&self, _: &Rtnl<'_, Self>, extack: Extack<'_>) -> Result<Coalesce> {
        moderation::shown(&self.config(), extack)
    }

    fn set_coalesce(
        &self,
        cx: &mut Rtnl<'_, Self>,
        coalesce: Coalesce,
        extack: Extack<'_>,
    ) -> Result {
        let Directions { rx, tx } = moderation::wanted(&self.caps, &coalesce, extack)?;
        self.set_moderation(cx, rx, tx);
        Ok(())
    }

    fn pause(&self, cx: &Rtnl<'_, Self>) -> Pause {
        match self.port().pause() {
            Ok(Directions { rx, tx }) => Pause {
                autoneg: false,
                rx,
                tx,
            },
            Err(error) => {
                self.complain(cx, "mlx5_query_port_pause failed", error);
                Pause::default()
            }
        }
    }

    fn set_pause(&self, cx: &mut Rtnl<'_, Self>, pause: Pause) -> Result {
        if !self.caps.get(CmdHcaCap::VPORT_GROUP_MANAGER) {
            return Err(EOPNOTSUPP);
        }
        if pause.autoneg {
            return Err(EINVAL);
        }
        let Pause { rx, tx, .. } = pause;
        self.port()
            .set_pause(Directions { rx, tx })
            .inspect_err(|error| self.complain(cx, "mlx5_set_port_pause failed", *error))
    }

    fn statistics(&self, _: &Rtnl<'_, Self>, out: &mut Statistics<'_>) {
        let counters = self.shared.with(|resources| Ok(resources.counters()));
        let mut filling = Filling {
            card: self.card,
            caps: &self.caps,
            channels: &self.channels,
            counters: counters.unwrap_or_default(),
            out,
        };
        filling.add_all();
    }

    fn self_test(&self, cx: &Rtnl<'_, Self>, tests: &mut SelfTest<'_>) {
        selftest::run(self, cx, tests);
    }

    fn mac_statistics(&self, _: &Rtnl<'_, Self>) -> MacStatistics {
        standard::mac(self.port()).unwrap_or_default()
    }

    fn phy_statistics(&self, _: &Rtnl<'_, Self>) -> PhyStatistics {
        standard::phy(self.port()).unwrap_or_default()
    }

    fn control_statistics(&self, _: &Rtnl<'_, Self>) -> ControlStatistics {
        standard::control(self.port()).unwrap_or_default()
    }

    fn rmon_statistics(&self, _: &Rtnl<'_, Self>) -> RmonStatistics {
        standard::rmon(self.port()).unwrap_or_default()
    }

    fn pause_statistics(&self, _: &Rtnl<'_, Self>) -> PauseStatistics {
        standard::pause(self.port(), &self.caps).unwrap_or_default()
    }

    fn link_down_events(&self, _: &Rtnl<'_, Self>) -> Option<u64> {
        standard::link_down_events(self.port()).ok()
    }

    fn module(
        &self,
        _: &Rtnl<'_, Self>,
        page: &ModulePage,
        data: &mut [u8],
        extack: Extack<'_>,
    ) -> Result<usize> {
        module::read_page(self.port(), page, data).map_err(|stopped| {
            let Stopped {
                read,
                error,
                status,
            } = stopped;
            let errno = error.to_errno();
            let why = fmt!(
                "rust_mlx5: Query module eeprom by page failed, read {read} bytes, err {errno}, \
                 status {status}"
            );
            extack.err_fmt(why, error)
        })
    }

    fn module_standard(&self, _: &Rtnl<'_, Self>) -> Result<ModuleStandard> {
        self.port().module_standard()
    }

    fn module_memory(&self, cx: &Rtnl<'_, Self>, offset: u32, data: &mut [u8]) -> Result {
        module::read_memory(self.port(), offset, data)
            .map(drop)
            .map_err(|stopped| {
                self.complain_of_module(cx, &stopped);
                stopped.error
            })
    }

    fn rss_table_len(&self, _: &Rtnl<'_, Self>) -> u32 {
        rss::table_len(self)
    }

    fn rss(&self, _: &Rtnl<'_, Self>, rss: &mut Rss<'_>) {
        rss::show(self, rss)
    }

    fn set_rss(&self, cx: &mut Rtnl<'_, Self>, change: &RssChange<'_>, _: Extack<'_>) -> Result {
        rss::change(self, cx, change)
    }
}
