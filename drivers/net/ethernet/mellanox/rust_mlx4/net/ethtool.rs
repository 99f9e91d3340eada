// SPDX-License-Identifier: GPL-2.0

//! What ethtool(8) asks of the network device.

mod link;
mod moderation;
mod module;
mod register;
mod rss;
mod selftest;
mod statistics;

use self::statistics::Filling;

use super::{
    config::{
        MAX_LOG_RING,
        MIN_LOG_RX_RING,
        MIN_LOG_TX_RING, //
    },
    rss as spreading,
    Nic, //
};

use crate::caps::Feature;

use kernel::{
    net::{
        device::Rtnl,
        ethtool::{
            Channels,
            Coalesce,
            CoalesceParams,
            DriverInfo,
            EthtoolOps,
            Limited,
            LinkSettings,
            ModuleStandard,
            Pause,
            PauseStatistics,
            Rings,
            Rss,
            RssChange,
            SelfTest,
            Statistics, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

/// How many descriptors a ring has at least and at most.
const MIN_RX_RING: u32 = 1 << MIN_LOG_RX_RING;
const MIN_TX_RING: u32 = 1 << MIN_LOG_TX_RING;
const MAX_RING: u32 = 1 << MAX_LOG_RING;

/// How long the port's light blinks: until somebody has it stop (`PORT_BEACON_MAX_LIMIT`).
const FOR_EVER: u16 = u16::MAX;

/// How many descriptors a ring has at least for so many frames, as a power of two.
fn log_size(frames: u32) -> u8 {
    // CAST: Less than 32.
    frames.next_power_of_two().ilog2() as u8
}

impl<'up> Nic<'up> {
    /// Logs why something is not done for a user.
    fn refuse(&self, cx: &Rtnl<'_, Self>, why: kernel::fmt::Arguments<'_>) -> Error {
        dev_warn!(
            self.card.dev.as_ref(),
            "{}: {}\n",
            &*cx.device().name(),
            why
        );
        EINVAL
    }
}

#[vtable]
impl EthtoolOps for Nic<'_> {
    const COALESCE: CoalesceParams = CoalesceParams::RX_USECS
        .and(CoalesceParams::TX_USECS)
        .and(CoalesceParams::RX_FRAMES)
        .and(CoalesceParams::TX_FRAMES);
    // CAST: 40 bytes.
    const RSS_KEY_LEN: u32 = spreading::KEY_LEN as u32;
    const TX_TIMESTAMPS: bool = true;

    /// `mlx4_en_get_drvinfo()`.
    fn driver_info(&self, _: &Rtnl<'_, Self>, info: &mut DriverInfo<'_>) {
        let version = self.caps().firmware();
        info.firmware(fmt!(
            "{}.{}.{}",
            version.major,
            version.minor,
            version.subminor
        ));
    }

    fn link(&self, cx: &Rtnl<'_, Self>) -> Result<LinkSettings> {
        link::settings(self, cx)
    }

    fn set_link(&self, cx: &mut Rtnl<'_, Self>, wanted: &LinkSettings) -> Result {
        link::set(self, cx, wanted)
    }

    fn identify(&self, _: &mut Rtnl<'_, Self>, blinks: bool) -> Result {
        if !self.caps().has(Feature::PORT_BEACON) {
            return Err(EOPNOTSUPP);
        }
        self.port.set_beacon(if blinks { FOR_EVER } else { 0 })
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

    /// `mlx4_en_set_ringparam()`.
    fn set_rings(&self, cx: &mut Rtnl<'_, Self>, rings: Rings, _: Extack<'_>) -> Result {
        for (name, frames, least) in [
            ("rx_pending", rings.rx, MIN_RX_RING),
            ("tx_pending", rings.tx, MIN_TX_RING),
        ] {
            if frames < least {
                let why = fmt!("mlx4_en_set_ringparam: {name} ({frames}) < min ({least})");
                return Err(self.refuse(cx, why));
            }
        }
        self.change(cx, |config| {
            config.log_rx_ring = log_size(rings.rx);
            config.log_tx_ring = log_size(rings.tx);
        })
    }

    fn channels(&self, _: &Rtnl<'_, Self>) -> Limited<Channels> {
        let config = self.config();
        // CAST: Numbers of rings.
        let channels = |rx: usize, tx: usize| Channels {
            rx: rx as u32,
            tx: tx as u32,
            ..Channels::default()
        };
        Limited {
            now: channels(config.rx_rings, config.tx_rings),
            max: channels(self.max_rx_rings(), self.max_tx_rings()),
        }
    }

    /// `mlx4_en_set_channels()`.
    fn set_channels(&self, cx: &mut Rtnl<'_, Self>, channels: Channels) -> Result {
        self.change(cx, |config| {
            // CAST: Numbers of rings.
            config.rx_rings = channels.rx as usize;
            config.tx_rings = channels.tx as usize;
        })?;
        self.tell_rings(&cx.device().name());
        Ok(())
    }

    fn coalesce(&self, _: &Rtnl<'_, Self>, _: Extack<'_>) -> Result<Coalesce> {
        Ok(moderation::shown(&self.config()))
    }

    /// `mlx4_en_set_coalesce()`.
    fn set_coalesce(&self, cx: &mut Rtnl<'_, Self>, coalesce: Coalesce, _: Extack<'_>) -> Result {
        let (rx, tx) = moderation::wanted(&coalesce).map_err(|why| {
            dev_info!(
                self.card.dev.as_ref(),
                "{}: {}\n",
                &*cx.device().name(),
                why
            );
            ERANGE
        })?;
        self.set_moderation(cx, rx, tx)
    }

    fn pause(&self, _: &Rtnl<'_, Self>) -> Pause {
        *self.pause.lock()
    }

    /// `mlx4_en_set_pauseparam()`.
    fn set_pause(&self, cx: &mut Rtnl<'_, Self>, pause: Pause) -> Result {
        if pause.autoneg {
            return Err(EINVAL);
        }
        let mut now = self.pause.lock();
        self.port
            .set_general(self.port_frame_size(), pause)
            .inspect_err(|error| {
                dev_err!(
                    self.card.dev.as_ref(),
                    "{}: Failed setting pause params, err = {}\n",
                    &*cx.device().name(),
                    error.to_errno()
                );
            })?;
        *now = pause;
        Ok(())
    }

    fn pause_statistics(&self, _: &Rtnl<'_, Self>) -> PauseStatistics {
        statistics::pause(self)
    }

    fn statistics(&self, _: &Rtnl<'_, Self>, out: &mut Statistics<'_>) {
        Filling::new(self, out).add_all();
    }

    fn self_test(&self, cx: &Rtnl<'_, Self>, tests: &mut SelfTest<'_>) {
        selftest::run(self, cx, tests);
    }

    fn module_standard(&self, _: &Rtnl<'_, Self>) -> Result<ModuleStandard> {
        module::standard(self.port)
    }

    fn module_memory(&self, cx: &Rtnl<'_, Self>, offset: u32, data: &mut [u8]) -> Result {
        module::read(self.port, offset, data).map_err(|stopped| {
            let module::Stopped {
                read,
                left,
                offset,
                error,
            } = stopped;
            dev_err!(
                self.card.dev.as_ref(),
                "{}: mlx4_get_module_info i({}) offset({}) bytes_to_read({}) - FAILED (0x{:x})\n",
                &*cx.device().name(),
                read,
                offset,
                left,
                error.to_errno()
            );
            error
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
