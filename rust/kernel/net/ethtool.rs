// SPDX-License-Identifier: GPL-2.0

//! What ethtool(8) asks of network devices.
//!
//! A driver implements [`EthtoolOps`] for its part of a device, and says so in
//! [`Operations::ETHTOOL`]. What it does not implement its devices do not have, but for whether
//! there is a link.
//!
//! # Examples
//!
//! A device with two rings that can be made larger, for which it is restarted:
//!
//! ```
//! use kernel::{
//!     net::{
//!         device::{
//!             Opening,
//!             Operations,
//!             Registration,
//!             Rtnl,
//!             Settings, //
//!         },
//!         ethtool::{
//!             Channels,
//!             Coalesce,
//!             CoalesceParams,
//!             Connector,
//!             DriverInfo,
//!             Duplex,
//!             Ethtool,
//!             EthtoolOps,
//!             Fec,
//!             FecMode,
//!             HashFunction,
//!             Limited,
//!             LinkMode,
//!             LinkModes,
//!             LinkSettings,
//!             MacStatistics,
//!             ModulePage,
//!             ModuleStandard,
//!             Pause,
//!             Rings,
//!             RmonRanges,
//!             RmonStatistics,
//!             Rss,
//!             RssChange,
//!             Statistics, //
//!         },
//!         namespace::Net,
//!         netlink::extack::Extack, //
//!     },
//!     prelude::*,
//!     sync::{
//!         atomic::{
//!             Atomic,
//!             Relaxed, //
//!         },
//!         new_mutex,
//!         Mutex, //
//!     }, //
//! };
//!
//! const MAX_RING: u32 = 8192;
//!
//! /// What can be set.
//! #[derive(Copy, Clone)]
//! struct Config {
//!     rings: Rings,
//!     channels: u32,
//!     coalesce: Coalesce,
//!     pause: Pause,
//!     speed: u32,
//!     fec: FecMode,
//!     hash: HashFunction,
//!     key: [u8; 2],
//!     table: [u32; 4],
//! }
//!
//! #[pin_data]
//! struct Nic {
//!     #[pin]
//!     config: Mutex<Config>,
//!     opened: Atomic<u32>,
//!     blinks: Atomic<bool>,
//! }
//!
//! impl Nic {
//!     /// Changes something for which the device is restarted if it is up. If that fails, all is
//!     /// as it was.
//!     fn change(
//!         &self,
//!         cx: &mut Rtnl<'_, Self>,
//!         change: impl FnOnce(&mut Config),
//!     ) -> Result {
//!         let old = *self.config.lock();
//!         change(&mut self.config.lock());
//!         cx.restart().inspect_err(|_| {
//!             *self.config.lock() = old;
//!             // This may fail, too: then the device stays without rings until it is taken down.
//!             let _ = cx.restart();
//!         })
//!     }
//! }
//!
//! #[vtable]
//! impl Operations for Nic {
//!     type Open<'open> = Rings;
//!     type Sender<'open> = core::convert::Infallible;
//!
//!     const ETHTOOL: Ethtool<Self> = Ethtool::OPS;
//!
//!     fn open<'open>(&'open self, _: &mut Opening<'open, Self>) -> Result<Rings> {
//!         let rings = self.config.lock().rings;
//!         if rings.tx == 4097 {
//!             return Err(ENOMEM);
//!         }
//!         self.opened.fetch_add(1, Relaxed);
//!         Ok(rings)
//!     }
//! }
//!
//! #[vtable]
//! impl EthtoolOps for Nic {
//!     const COALESCE: CoalesceParams = CoalesceParams::RX_USECS.and(CoalesceParams::ADAPTIVE_RX);
//!     const LINK_LANES: bool = true;
//!     const RSS_KEY_LEN: u32 = 2;
//!     const RMON_RANGES: RmonRanges = RmonRanges::new([(0, 64), (65, 1518)]);
//!
//!     fn driver_info(&self, _: &Rtnl<'_, Self>, info: &mut DriverInfo<'_>) {
//!         if !info.firmware(fmt!("{}.{} of the board {:032}", 4, 2, 17)) {
//!             info.firmware(fmt!("{}.{}", 4, 2));
//!         }
//!     }
//!
//!     fn link(&self, cx: &Rtnl<'_, Self>) -> Result<LinkSettings> {
//!         let is_up = cx.device().has_carrier();
//!         Ok(LinkSettings {
//!             speed: is_up.then_some(self.config.lock().speed),
//!             lanes: is_up.then_some(1),
//!             duplex: Duplex::Full,
//!             connector: Connector::Fibre,
//!             supported: LinkModes::NONE
//!                 .with(LinkMode::FIBRE)
//!                 .with(LinkMode::BASE25000_SR_FULL),
//!             ..LinkSettings::default()
//!         })
//!     }
//!
//!     fn set_link(&self, _: &mut Rtnl<'_, Self>, wanted: &LinkSettings) -> Result {
//!         self.config.lock().speed = wanted.speed.ok_or(EINVAL)?;
//!         Ok(())
//!     }
//!
//!     fn identify(&self, _: &mut Rtnl<'_, Self>, blinks: bool) -> Result {
//!         self.blinks.store(blinks, Relaxed);
//!         Ok(())
//!     }
//!
//!     fn rings(&self, _: &Rtnl<'_, Self>) -> Limited<Rings> {
//!         Limited {
//!             now: self.config.lock().rings,
//!             max: Rings { rx: MAX_RING, tx: MAX_RING },
//!         }
//!     }
//!
//!     fn set_rings(&self, cx: &mut Rtnl<'_, Self>, rings: Rings, extack: Extack<'_>) -> Result {
//!         if rings.rx < 64 {
//!             return Err(extack.err(c"A ring has 64 descriptors at least", EINVAL));
//!         }
//!         self.change(cx, |config| config.rings = rings)
//!     }
//!
//!     fn channels(&self, _: &Rtnl<'_, Self>) -> Limited<Channels> {
//!         let channels = |combined| Channels { combined, ..Channels::default() };
//!         Limited { now: channels(self.config.lock().channels), max: channels(8) }
//!     }
//!
//!     fn set_channels(&self, cx: &mut Rtnl<'_, Self>, channels: Channels) -> Result {
//!         let keeps_table = cx.has_user_table();
//!         self.change(cx, |config| {
//!             config.channels = channels.combined;
//!             if !keeps_table {
//!                 let queues = (0..channels.combined).cycle();
//!                 config.table.iter_mut().zip(queues).for_each(|(to, queue)| *to = queue);
//!             }
//!         })
//!     }
//!
//!     fn coalesce(&self, _: &Rtnl<'_, Self>, _: Extack<'_>) -> Result<Coalesce> {
//!         Ok(self.config.lock().coalesce)
//!     }
//!
//!     fn set_coalesce(
//!         &self,
//!         _: &mut Rtnl<'_, Self>,
//!         coalesce: Coalesce,
//!         _: Extack<'_>,
//!     ) -> Result {
//!         self.config.lock().coalesce = coalesce;
//!         Ok(())
//!     }
//!
//!     fn pause(&self, _: &Rtnl<'_, Self>) -> Pause {
//!         self.config.lock().pause
//!     }
//!
//!     fn set_pause(&self, _: &mut Rtnl<'_, Self>, pause: Pause) -> Result {
//!         self.config.lock().pause = pause;
//!         Ok(())
//!     }
//!
//!     fn statistics(&self, cx: &Rtnl<'_, Self>, out: &mut Statistics<'_>) {
//!         out.add(fmt!("opened"), self.opened.load(Relaxed).into());
//!         for queue in 0..2 {
//!             let size = cx.open().map_or(0, |rings| rings.rx);
//!             out.add(fmt!("rx{queue}_ring"), size.into());
//!         }
//!     }
//!
//!     fn mac_statistics(&self, _: &Rtnl<'_, Self>) -> MacStatistics {
//!         MacStatistics { frames_received_ok: Some(7), ..MacStatistics::default() }
//!     }
//!
//!     fn rmon_statistics(&self, _: &Rtnl<'_, Self>) -> RmonStatistics {
//!         let mut statistics = RmonStatistics::default();
//!         statistics.lengths[..2].copy_from_slice(&[Some(4), Some(3)]);
//!         statistics
//!     }
//!
//!     fn link_down_events(&self, _: &Rtnl<'_, Self>) -> Option<u64> {
//!         Some(2)
//!     }
//!
//!     fn module(
//!         &self,
//!         _: &Rtnl<'_, Self>,
//!         page: &ModulePage,
//!         data: &mut [u8],
//!         _: Extack<'_>,
//!     ) -> Result<usize> {
//!         if page.i2c_address != 0x50 {
//!             return Err(EINVAL);
//!         }
//!         let len = data.len().min(128);
//!         for (at, byte) in data.iter_mut().take(len).enumerate() {
//!             *byte = page.page + at as u8;
//!         }
//!         Ok(len)
//!     }
//!
//!     fn module_standard(&self, _: &Rtnl<'_, Self>) -> Result<ModuleStandard> {
//!         Ok(ModuleStandard::Sff8472)
//!     }
//!
//!     fn module_memory(&self, _: &Rtnl<'_, Self>, offset: u32, data: &mut [u8]) -> Result {
//!         for (at, byte) in data.iter_mut().enumerate() {
//!             *byte = offset as u8 + at as u8;
//!         }
//!         Ok(())
//!     }
//!
//!     fn fec(&self, _: &Rtnl<'_, Self>) -> Result<Fec> {
//!         let configured = Some(self.config.lock().fec);
//!         Ok(Fec { active: FecMode::Rs, configured })
//!     }
//!
//!     fn set_fec(&self, _: &mut Rtnl<'_, Self>, mode: FecMode) -> Result {
//!         self.config.lock().fec = mode;
//!         Ok(())
//!     }
//!
//!     fn rss_table_len(&self, _: &Rtnl<'_, Self>) -> u32 {
//!         4
//!     }
//!
//!     fn rss(&self, _: &Rtnl<'_, Self>, rss: &mut Rss<'_>) {
//!         let config = self.config.lock();
//!         rss.function = config.hash;
//!         rss.symmetric = config.hash == HashFunction::Xor;
//!         for (out, byte) in rss.key.iter_mut().zip(config.key) {
//!             *out = byte;
//!         }
//!         for (out, queue) in rss.table.iter_mut().zip(config.table) {
//!             *out = queue;
//!         }
//!     }
//!
//!     fn set_rss(
//!         &self,
//!         _: &mut Rtnl<'_, Self>,
//!         change: &RssChange<'_>,
//!         extack: Extack<'_>,
//!     ) -> Result {
//!         let mut new = *self.config.lock();
//!         new.hash = change.function.unwrap_or(new.hash);
//!         if new.hash == HashFunction::Crc32 {
//!             return Err(extack.err(c"There is no CRC32", EINVAL));
//!         }
//!         if let Some(key) = change.key {
//!             new.key = key.try_into().map_err(|_| EINVAL)?;
//!         }
//!         if let Some(table) = change.table {
//!             new.table = table.try_into().map_err(|_| EINVAL)?;
//!         }
//!         *self.config.lock() = new;
//!         Ok(())
//!     }
//! }
//!
//! let nic = try_pin_init!(Nic {
//!     config <- new_mutex!(Config {
//!         rings: Rings { rx: 1024, tx: 512 },
//!         channels: 2,
//!         coalesce: Coalesce::default(),
//!         pause: Pause::default(),
//!         speed: 25000,
//!         fec: FecMode::Auto,
//!         hash: HashFunction::Toeplitz,
//!         key: [0x6d, 0x5a],
//!         table: [0, 1, 0, 1],
//!     }),
//!     opened: Atomic::new(0),
//!     blinks: Atomic::new(false),
//! }? Error);
//! let nic = Registration::new(&Settings::new(c"rust_ethtool%d"), None, Net::init(), nic)?;
//!
//! // What ethtool(8) asks for.
//! # use kernel::net::{device, ethtool::testing};
//! let device = nic.device();
//! assert_eq!(testing::firmware(device)?.to_bytes(), b"4.2");
//! let link = testing::link(device)?;
//! assert_eq!((link.speed, link.lanes), (Some(25000), Some(1)));
//! assert!(link.supported.contains(LinkMode::BASE25000_SR_FULL));
//! device.set_carrier(false);
//! assert_eq!(testing::link(device)?.speed, None);
//! device.set_carrier(true);
//! testing::set_link(device, &LinkSettings { speed: Some(10000), ..link })?;
//! assert_eq!(testing::link(device)?.speed, Some(10000));
//!
//! testing::identify(device, true)?;
//! assert!(nic.blinks.load(Relaxed));
//! testing::identify(device, false)?;
//! assert!(!nic.blinks.load(Relaxed));
//!
//! device::testing::bring_up(device)?;
//! let stats = testing::statistics(device)?;
//! assert_eq!(stats.len(), 3);
//! assert_eq!((stats[0].0.to_bytes(), stats[0].1), (&b"opened"[..], 1));
//! assert_eq!((stats[2].0.to_bytes(), stats[2].1), (&b"rx1_ring"[..], 1024));
//! assert_eq!(testing::set_rings(device, Rings { rx: 32, tx: 512 }), Err(EINVAL));
//! testing::set_rings(device, Rings { rx: 2048, tx: 512 })?;
//! assert_eq!(testing::rings(device)?.now.rx, 2048);
//! assert_eq!(testing::statistics(device)?[1].1, 2048);
//! assert_eq!(nic.opened.load(Relaxed), 2);
//! // What could not be: it is as it was.
//! assert_eq!(testing::set_rings(device, Rings { rx: 4096, tx: 4097 }), Err(ENOMEM));
//! assert_eq!(testing::rings(device)?.now.rx, 2048);
//! assert_eq!(testing::statistics(device)?[1].1, 2048);
//! assert_eq!(testing::frames_received(device)?, 7);
//! assert_eq!(testing::lengths(device)?[..], [(0, 64, 4), (65, 1518, 3)]);
//! assert_eq!(testing::link_down_events(device)?, 2);
//! device::testing::take_down(device);
//! assert_eq!(testing::statistics(device)?[1].1, 0);
//!
//! testing::set_channels(device, Channels { combined: 4, ..Channels::default() })?;
//! assert_eq!(testing::channels(device)?.now.combined, 4);
//! assert_eq!(testing::rss(device)?.3[..], [0, 1, 2, 3]);
//! let coalesce = Coalesce { rx_usecs: 8, ..Coalesce::default() };
//! testing::set_coalesce(device, coalesce)?;
//! assert_eq!(testing::coalesce(device)?, coalesce);
//! let pause = Pause { rx: true, ..Pause::default() };
//! testing::set_pause(device, pause)?;
//! assert_eq!(testing::pause(device)?, pause);
//! let page = ModulePage { i2c_address: 0x50, page: 3, bank: 0, offset: 128 };
//! let mut data = [0xff; 4];
//! assert_eq!(testing::module(device, &page, &mut data)?, 4);
//! assert_eq!(data, [3, 4, 5, 6]);
//! let (standard, data) = testing::module_memory(device, 100, 2)?;
//! assert_eq!((standard, &data[..]), (ModuleStandard::Sff8472, &[100, 101][..]));
//! testing::set_fec(device, FecMode::BaseR)?;
//! let configured = Some(FecMode::BaseR);
//! assert_eq!(testing::fec(device)?, Fec { active: FecMode::Rs, configured });
//!
//! let change = RssChange { table: Some(&[1, 1, 1, 1]), ..RssChange::default() };
//! testing::set_rss(device, &change)?;
//! let change = RssChange {
//!     function: Some(HashFunction::Xor),
//!     key: Some(&[1, 2]),
//!     ..RssChange::default()
//! };
//! testing::set_rss(device, &change)?;
//! let crc = RssChange { function: Some(HashFunction::Crc32), ..RssChange::default() };
//! assert_eq!(testing::set_rss(device, &crc), Err(EINVAL));
//! let (function, symmetric, key, table) = testing::rss(device)?;
//! assert_eq!((function, symmetric), (HashFunction::Xor, true));
//! assert_eq!((&key[..], &table[..]), (&[1, 2][..], &[1, 1, 1, 1][..]));
//! # Ok::<(), Error>(())
//! ```
//!
//! C header: [`include/linux/ethtool.h`](srctree/include/linux/ethtool.h)

use crate::{
    bindings,
    net::device::Operations, //
};

use core::marker::PhantomData;

mod callbacks;
mod link;
mod modes;
mod operations;
mod params;
mod rss;
mod selftest;
mod standard;
mod stats;
mod strings;
#[cfg(CONFIG_RUST_KERNEL_DOCTESTS)]
pub mod testing;

pub use self::{
    link::{
        Connector,
        Duplex,
        LinkMode,
        LinkModes,
        LinkSettings, //
    },
    operations::EthtoolOps,
    params::{
        Channels,
        Coalesce,
        CoalesceParams,
        Fec,
        FecMode,
        Limited,
        ModulePage,
        ModuleStandard,
        Pause,
        Rings, //
    },
    rss::{
        default_rss_key,
        HashFunction,
        Rss,
        RssChange, //
    },
    selftest::{
        SelfTest,
        TestResult, //
    },
    standard::{
        ControlStatistics,
        MacStatistics,
        PauseStatistics,
        PhyStatistics,
        RmonRanges,
        RmonStatistics, //
    },
    stats::{
        DriverInfo,
        Statistics, //
    },
};

/// What ethtool(8) can ask a driver for, see [`Operations::ETHTOOL`].
pub struct Ethtool<N> {
    table: bindings::ethtool_ops,
    _driver: PhantomData<fn(N)>,
}

impl<N: Operations> Ethtool<N> {
    /// Whether there is a link.
    pub const NONE: Self = Ethtool {
        table: bindings::ethtool_ops {
            get_link: Some(bindings::ethtool_op_get_link),
            ..pin_init::zeroed()
        },
        _driver: PhantomData,
    };

    pub(super) const fn table(self) -> bindings::ethtool_ops {
        self.table
    }
}

impl<N: EthtoolOps> Ethtool<N> {
    /// What the driver's part implements.
    pub const OPS: Self = Ethtool {
        table: callbacks::table::<N>(),
        _driver: PhantomData,
    };
}
