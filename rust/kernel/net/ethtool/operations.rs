// SPDX-License-Identifier: GPL-2.0

//! What a driver implements.

use super::{
    Channels,
    Coalesce,
    CoalesceParams,
    DriverInfo,
    Fec,
    FecMode,
    Limited,
    LinkSettings,
    ModulePage,
    ModuleStandard,
    Pause,
    Rings,
    Rss,
    RssChange,
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
/// # Examples
///
/// A device with two rings that can be made larger, for which it is restarted:
///
/// ```
/// use kernel::{
///     net::{
///         device::{
///             Opening,
///             Operations,
///             Registration,
///             Rtnl,
///             Settings, //
///         },
///         ethtool::{
///             Channels,
///             Coalesce,
///             CoalesceParams,
///             Connector,
///             DriverInfo,
///             Duplex,
///             Ethtool,
///             EthtoolOps,
///             Fec,
///             FecMode,
///             HashFunction,
///             Limited,
///             LinkMode,
///             LinkModes,
///             LinkSettings,
///             ModulePage,
///             ModuleStandard,
///             Pause,
///             Rings,
///             Rss,
///             RssChange,
///             Statistics, //
///         },
///         namespace::Net,
///         netlink::extack::Extack, //
///     },
///     prelude::*,
///     sync::{
///         atomic::{
///             Atomic,
///             Relaxed, //
///         },
///         new_mutex,
///         Mutex, //
///     }, //
/// };
///
/// const MAX_RING: u32 = 8192;
///
/// /// What can be set.
/// #[derive(Copy, Clone)]
/// struct Config {
///     rings: Rings,
///     channels: u32,
///     coalesce: Coalesce,
///     pause: Pause,
///     speed: u32,
///     fec: FecMode,
///     hash: HashFunction,
///     key: [u8; 2],
///     table: [u32; 4],
/// }
///
/// #[pin_data]
/// struct Nic {
///     #[pin]
///     config: Mutex<Config>,
///     opened: Atomic<u32>,
/// }
///
/// impl Nic {
///     /// Changes something for which the device is restarted if it is up. If that fails, all is
///     /// as it was.
///     fn change(
///         &self,
///         cx: &mut Rtnl<'_, Self>,
///         change: impl FnOnce(&mut Config),
///     ) -> Result {
///         let old = *self.config.lock();
///         change(&mut self.config.lock());
///         cx.restart().inspect_err(|_| {
///             *self.config.lock() = old;
///             // This may fail, too: then the device stays without rings until it is taken down.
///             let _ = cx.restart();
///         })
///     }
/// }
///
/// #[vtable]
/// impl Operations for Nic {
///     type Open<'open> = Rings;
///     type Sender<'open> = core::convert::Infallible;
///
///     const ETHTOOL: Ethtool<Self> = Ethtool::OPS;
///
///     fn open<'open>(&'open self, _: &mut Opening<'open, Self>) -> Result<Rings> {
///         let rings = self.config.lock().rings;
///         if rings.tx == 4097 {
///             return Err(ENOMEM);
///         }
///         self.opened.fetch_add(1, Relaxed);
///         Ok(rings)
///     }
/// }
///
/// #[vtable]
/// impl EthtoolOps for Nic {
///     const COALESCE: CoalesceParams = CoalesceParams::RX_USECS.and(CoalesceParams::ADAPTIVE_RX);
///     const LINK_LANES: bool = true;
///     const RSS_KEY_LEN: u32 = 2;
///
///     fn driver_info(&self, _: &Rtnl<'_, Self>, info: &mut DriverInfo<'_>) {
///         if !info.firmware(fmt!("{}.{} of the board {:032}", 4, 2, 17)) {
///             info.firmware(fmt!("{}.{}", 4, 2));
///         }
///     }
///
///     fn link(&self, cx: &Rtnl<'_, Self>) -> Result<LinkSettings> {
///         let is_up = cx.device().has_carrier();
///         Ok(LinkSettings {
///             speed: is_up.then_some(self.config.lock().speed),
///             lanes: is_up.then_some(1),
///             duplex: Duplex::Full,
///             connector: Connector::Fibre,
///             supported: LinkModes::NONE
///                 .with(LinkMode::FIBRE)
///                 .with(LinkMode::BASE25000_SR_FULL),
///             ..LinkSettings::default()
///         })
///     }
///
///     fn set_link(&self, _: &mut Rtnl<'_, Self>, wanted: &LinkSettings) -> Result {
///         self.config.lock().speed = wanted.speed.ok_or(EINVAL)?;
///         Ok(())
///     }
///
///     fn rings(&self, _: &Rtnl<'_, Self>) -> Limited<Rings> {
///         Limited {
///             now: self.config.lock().rings,
///             max: Rings { rx: MAX_RING, tx: MAX_RING },
///         }
///     }
///
///     fn set_rings(&self, cx: &mut Rtnl<'_, Self>, rings: Rings, extack: Extack<'_>) -> Result {
///         if rings.rx < 64 {
///             return Err(extack.err(c"A ring has 64 descriptors at least", EINVAL));
///         }
///         self.change(cx, |config| config.rings = rings)
///     }
///
///     fn channels(&self, _: &Rtnl<'_, Self>) -> Limited<Channels> {
///         let channels = |combined| Channels { combined, ..Channels::default() };
///         Limited { now: channels(self.config.lock().channels), max: channels(8) }
///     }
///
///     fn set_channels(&self, cx: &mut Rtnl<'_, Self>, channels: Channels) -> Result {
///         self.change(cx, |config| config.channels = channels.combined)
///     }
///
///     fn coalesce(&self, _: &Rtnl<'_, Self>, _: Extack<'_>) -> Result<Coalesce> {
///         Ok(self.config.lock().coalesce)
///     }
///
///     fn set_coalesce(
///         &self,
///         _: &mut Rtnl<'_, Self>,
///         coalesce: Coalesce,
///         _: Extack<'_>,
///     ) -> Result {
///         self.config.lock().coalesce = coalesce;
///         Ok(())
///     }
///
///     fn pause(&self, _: &Rtnl<'_, Self>) -> Pause {
///         self.config.lock().pause
///     }
///
///     fn set_pause(&self, _: &mut Rtnl<'_, Self>, pause: Pause) -> Result {
///         self.config.lock().pause = pause;
///         Ok(())
///     }
///
///     fn statistics(&self, cx: &Rtnl<'_, Self>, out: &mut Statistics<'_>) {
///         out.add(fmt!("opened"), self.opened.load(Relaxed).into());
///         for queue in 0..2 {
///             let size = cx.open().map_or(0, |rings| rings.rx);
///             out.add(fmt!("rx{queue}_ring"), size.into());
///         }
///     }
///
///     fn module(
///         &self,
///         _: &Rtnl<'_, Self>,
///         page: &ModulePage,
///         data: &mut [u8],
///         _: Extack<'_>,
///     ) -> Result<usize> {
///         if page.i2c_address != 0x50 {
///             return Err(EINVAL);
///         }
///         let len = data.len().min(128);
///         for (at, byte) in data.iter_mut().take(len).enumerate() {
///             *byte = page.page + at as u8;
///         }
///         Ok(len)
///     }
///
///     fn module_standard(&self, _: &Rtnl<'_, Self>) -> Result<ModuleStandard> {
///         Ok(ModuleStandard::Sff8472)
///     }
///
///     fn module_memory(&self, _: &Rtnl<'_, Self>, offset: u32, data: &mut [u8]) -> Result {
///         for (at, byte) in data.iter_mut().enumerate() {
///             *byte = offset as u8 + at as u8;
///         }
///         Ok(())
///     }
///
///     fn fec(&self, _: &Rtnl<'_, Self>) -> Result<Fec> {
///         let configured = Some(self.config.lock().fec);
///         Ok(Fec { active: FecMode::Rs, configured })
///     }
///
///     fn set_fec(&self, _: &mut Rtnl<'_, Self>, mode: FecMode) -> Result {
///         self.config.lock().fec = mode;
///         Ok(())
///     }
///
///     fn rss_table_len(&self, _: &Rtnl<'_, Self>) -> u32 {
///         4
///     }
///
///     fn rss(&self, _: &Rtnl<'_, Self>, rss: &mut Rss<'_>) {
///         let config = self.config.lock();
///         rss.function = config.hash;
///         for (out, byte) in rss.key.iter_mut().zip(config.key) {
///             *out = byte;
///         }
///         for (out, queue) in rss.table.iter_mut().zip(config.table) {
///             *out = queue;
///         }
///     }
///
///     fn set_rss(
///         &self,
///         _: &mut Rtnl<'_, Self>,
///         change: &RssChange<'_>,
///         extack: Extack<'_>,
///     ) -> Result {
///         let mut new = *self.config.lock();
///         new.hash = change.function.unwrap_or(new.hash);
///         if new.hash == HashFunction::Crc32 {
///             return Err(extack.err(c"There is no CRC32", EINVAL));
///         }
///         if let Some(key) = change.key {
///             new.key = key.try_into().map_err(|_| EINVAL)?;
///         }
///         if let Some(table) = change.table {
///             new.table = table.try_into().map_err(|_| EINVAL)?;
///         }
///         *self.config.lock() = new;
///         Ok(())
///     }
/// }
///
/// let nic = try_pin_init!(Nic {
///     config <- new_mutex!(Config {
///         rings: Rings { rx: 1024, tx: 512 },
///         channels: 2,
///         coalesce: Coalesce::default(),
///         pause: Pause::default(),
///         speed: 25000,
///         fec: FecMode::Auto,
///         hash: HashFunction::Toeplitz,
///         key: [0x6d, 0x5a],
///         table: [0, 1, 0, 1],
///     }),
///     opened: Atomic::new(0),
/// }? Error);
/// let nic = Registration::new(&Settings::new(c"rust_ethtool%d"), None, Net::init(), nic)?;
///
/// // What ethtool(8) asks for.
/// # use kernel::net::{device, ethtool::testing};
/// let device = nic.device();
/// assert_eq!(testing::firmware(device)?.to_bytes(), b"4.2");
/// let link = testing::link(device)?;
/// assert_eq!((link.speed, link.lanes), (Some(25000), Some(1)));
/// assert!(link.supported.contains(LinkMode::BASE25000_SR_FULL));
/// device.set_carrier(false);
/// assert_eq!(testing::link(device)?.speed, None);
/// device.set_carrier(true);
/// testing::set_link(device, &LinkSettings { speed: Some(10000), ..link })?;
/// assert_eq!(testing::link(device)?.speed, Some(10000));
///
/// device::testing::bring_up(device)?;
/// let stats = testing::statistics(device)?;
/// assert_eq!(stats.len(), 3);
/// assert_eq!((stats[0].0.to_bytes(), stats[0].1), (&b"opened"[..], 1));
/// assert_eq!((stats[2].0.to_bytes(), stats[2].1), (&b"rx1_ring"[..], 1024));
/// assert_eq!(testing::set_rings(device, Rings { rx: 32, tx: 512 }), Err(EINVAL));
/// testing::set_rings(device, Rings { rx: 2048, tx: 512 })?;
/// assert_eq!(testing::rings(device)?.now.rx, 2048);
/// assert_eq!(testing::statistics(device)?[1].1, 2048);
/// assert_eq!(nic.opened.load(Relaxed), 2);
/// // What could not be: it is as it was.
/// assert_eq!(testing::set_rings(device, Rings { rx: 4096, tx: 4097 }), Err(ENOMEM));
/// assert_eq!(testing::rings(device)?.now.rx, 2048);
/// assert_eq!(testing::statistics(device)?[1].1, 2048);
/// device::testing::take_down(device);
/// assert_eq!(testing::statistics(device)?[1].1, 0);
///
/// testing::set_channels(device, Channels { combined: 4, ..Channels::default() })?;
/// assert_eq!(testing::channels(device)?.now.combined, 4);
/// let coalesce = Coalesce { rx_usecs: 8, ..Coalesce::default() };
/// testing::set_coalesce(device, coalesce)?;
/// assert_eq!(testing::coalesce(device)?, coalesce);
/// let pause = Pause { rx: true, ..Pause::default() };
/// testing::set_pause(device, pause)?;
/// assert_eq!(testing::pause(device)?, pause);
/// let page = ModulePage { i2c_address: 0x50, page: 3, bank: 0, offset: 128 };
/// let mut data = [0xff; 4];
/// assert_eq!(testing::module(device, &page, &mut data)?, 4);
/// assert_eq!(data, [3, 4, 5, 6]);
/// let (standard, data) = testing::module_memory(device, 100, 2)?;
/// assert_eq!((standard, &data[..]), (ModuleStandard::Sff8472, &[100, 101][..]));
/// testing::set_fec(device, FecMode::BaseR)?;
/// let configured = Some(FecMode::BaseR);
/// assert_eq!(testing::fec(device)?, Fec { active: FecMode::Rs, configured });
///
/// let change = RssChange { table: Some(&[1, 1, 1, 1]), ..RssChange::default() };
/// testing::set_rss(device, &change)?;
/// let change = RssChange {
///     function: Some(HashFunction::Xor),
///     key: Some(&[1, 2]),
///     ..RssChange::default()
/// };
/// testing::set_rss(device, &change)?;
/// let crc = RssChange { function: Some(HashFunction::Crc32), ..RssChange::default() };
/// assert_eq!(testing::set_rss(device, &crc), Err(EINVAL));
/// let (function, key, table) = testing::rss(device)?;
/// assert_eq!(function, HashFunction::Xor);
/// assert_eq!((&key[..], &table[..]), (&[1, 2][..], &[1, 1, 1, 1][..]));
/// # Ok::<(), Error>(())
/// ```
#[vtable]
pub trait EthtoolOps: Operations {
    /// What of [`coalesce`](Self::coalesce) users can set.
    const COALESCE: CoalesceParams = CoalesceParams::NONE;

    /// Whether users see and set over how many lanes a link goes (`cap_link_lanes_supported`).
    const LINK_LANES: bool = false;

    /// How many bytes the key of [`rss`](Self::rss) has, 0 if nobody shall know it
    /// (`get_rxfh_key_size`).
    const RSS_KEY_LEN: u32 = 0;

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

    /// Has the link be otherwise (`set_link_ksettings`). Of `wanted` the speed, the lanes, the duplex
    /// and what is advertised count, depending on whether the ends agree by themselves.
    fn set_link(&self, cx: &mut Rtnl<'_, Self>, wanted: &LinkSettings) -> Result {
        let _ = (cx, wanted);
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
