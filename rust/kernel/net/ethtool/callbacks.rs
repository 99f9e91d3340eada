// SPDX-License-Identifier: GPL-2.0

//! The operations, as the kernel calls them: with RTNL held, for devices whose own lock it does not
//! take for operations.

use super::{
    stats::{
        DriverInfo,
        Statistics,
        Wanted,
        TEXT, //
    },
    Channels,
    Coalesce,
    EthtoolOps,
    LinkSettings,
    ModulePage,
    Pause,
    Rings, //
};

use crate::{
    bindings,
    net::{
        device::callbacks::{
            errno,
            operation,
            with_proof, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

use core::slice;

/// The operations of devices with a driver's part `N`.
pub(super) const fn table<N: EthtoolOps>() -> bindings::ethtool_ops {
    bindings::ethtool_ops {
        supported_coalesce_params: N::COALESCE.0,
        get_link: Some(bindings::ethtool_op_get_link),
        get_drvinfo: operation!(N::HAS_DRIVER_INFO, get_drvinfo::<N>),
        get_link_ksettings: operation!(N::HAS_LINK, get_link::<N>),
        set_link_ksettings: operation!(N::HAS_SET_LINK, set_link::<N>),
        get_ringparam: operation!(N::HAS_RINGS, get_rings::<N>),
        set_ringparam: operation!(N::HAS_SET_RINGS, set_rings::<N>),
        get_channels: operation!(N::HAS_CHANNELS, get_channels::<N>),
        set_channels: operation!(N::HAS_SET_CHANNELS, set_channels::<N>),
        get_coalesce: operation!(N::HAS_COALESCE, get_coalesce::<N>),
        set_coalesce: operation!(N::HAS_SET_COALESCE, set_coalesce::<N>),
        get_pauseparam: operation!(N::HAS_PAUSE, get_pause::<N>),
        set_pauseparam: operation!(N::HAS_SET_PAUSE, set_pause::<N>),
        get_sset_count: operation!(N::HAS_STATISTICS, get_sset_count::<N>),
        get_strings: operation!(N::HAS_STATISTICS, get_strings::<N>),
        get_ethtool_stats: operation!(N::HAS_STATISTICS, get_stats::<N>),
        get_module_eeprom_by_page: operation!(N::HAS_MODULE, get_module::<N>),
        get_rxfh_indir_size: operation!(N::HAS_INDIRECTION, get_indir_size::<N>),
        get_rxfh: operation!(N::HAS_INDIRECTION, get_rxfh::<N>),
        set_rxfh: operation!(N::HAS_SET_INDIRECTION, set_rxfh::<N>),
        get_rx_ring_count: operation!(N::HAS_INDIRECTION, get_rx_ring_count),
        ..pin_init::zeroed()
    }
}

/// # Safety
///
/// Only to be called by the kernel, as an operation of a device with a driver's part `N`, with RTNL
/// held, and with structures that nobody else uses meanwhile.
unsafe extern "C" fn get_drvinfo<N: EthtoolOps>(
    device: *mut bindings::net_device,
    info: *mut bindings::ethtool_drvinfo,
) {
    // SAFETY: The kernel passes a valid structure, which nobody else uses.
    let info = unsafe { &mut *info };
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    unsafe {
        with_proof(device, |this: &N, cx| {
            this.driver_info(cx, &mut DriverInfo::new(info))
        })
    }
}

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn get_link<N: EthtoolOps>(
    device: *mut bindings::net_device,
    settings: *mut bindings::ethtool_link_ksettings,
) -> c_int {
    // SAFETY: The kernel passes a valid structure, which nobody else uses.
    let settings = unsafe { &mut *settings };
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    errno(unsafe {
        with_proof(device, |this: &N, cx| {
            this.link(cx)?.to_c(settings);
            Ok(())
        })
    })
}

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn set_link<N: EthtoolOps>(
    device: *mut bindings::net_device,
    settings: *const bindings::ethtool_link_ksettings,
) -> c_int {
    // SAFETY: The kernel passes a valid structure, which nobody changes.
    let settings = LinkSettings::from_c(unsafe { &*settings });
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    errno(unsafe { with_proof(device, |this: &N, cx| this.set_link(cx, &settings)) })
}

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn get_rings<N: EthtoolOps>(
    device: *mut bindings::net_device,
    rings: *mut bindings::ethtool_ringparam,
    _: *mut bindings::kernel_ethtool_ringparam,
    _: *mut bindings::netlink_ext_ack,
) {
    // SAFETY: The kernel passes a valid structure, which nobody else uses.
    let rings = unsafe { &mut *rings };
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    unsafe { with_proof(device, |this: &N, cx| this.rings(cx).to_c(rings)) }
}

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn set_rings<N: EthtoolOps>(
    device: *mut bindings::net_device,
    rings: *mut bindings::ethtool_ringparam,
    _: *mut bindings::kernel_ethtool_ringparam,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: The kernel passes a valid structure, and null or an acknowledgement that only this
    // task uses.
    let (rings, extack) = unsafe { (Rings::from_c(&*rings), Extack::from_raw(extack)) };
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    errno(unsafe { with_proof(device, |this: &N, cx| this.set_rings(cx, rings, extack)) })
}

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn get_channels<N: EthtoolOps>(
    device: *mut bindings::net_device,
    channels: *mut bindings::ethtool_channels,
) {
    // SAFETY: The kernel passes a valid structure, which nobody else uses.
    let channels = unsafe { &mut *channels };
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    unsafe { with_proof(device, |this: &N, cx| this.channels(cx).to_c(channels)) }
}

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn set_channels<N: EthtoolOps>(
    device: *mut bindings::net_device,
    channels: *mut bindings::ethtool_channels,
) -> c_int {
    // SAFETY: The kernel passes a valid structure, which nobody else uses.
    let channels = Channels::from_c(unsafe { &*channels });
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    errno(unsafe { with_proof(device, |this: &N, cx| this.set_channels(cx, channels)) })
}

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn get_coalesce<N: EthtoolOps>(
    device: *mut bindings::net_device,
    coalesce: *mut bindings::ethtool_coalesce,
    _: *mut bindings::kernel_ethtool_coalesce,
    _: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: The kernel passes a valid structure, which nobody else uses.
    let coalesce = unsafe { &mut *coalesce };
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    unsafe { with_proof(device, |this: &N, cx| this.coalesce(cx).to_c(coalesce)) };
    0
}

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn set_coalesce<N: EthtoolOps>(
    device: *mut bindings::net_device,
    coalesce: *mut bindings::ethtool_coalesce,
    _: *mut bindings::kernel_ethtool_coalesce,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: The kernel passes a valid structure, and null or an acknowledgement that only this
    // task uses.
    let (coalesce, extack) = unsafe { (Coalesce::from_c(&*coalesce), Extack::from_raw(extack)) };
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    errno(unsafe {
        with_proof(device, |this: &N, cx| {
            this.set_coalesce(cx, coalesce, extack)
        })
    })
}

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn get_pause<N: EthtoolOps>(
    device: *mut bindings::net_device,
    pause: *mut bindings::ethtool_pauseparam,
) {
    // SAFETY: The kernel passes a valid structure, which nobody else uses.
    let pause = unsafe { &mut *pause };
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    unsafe { with_proof(device, |this: &N, cx| this.pause(cx).to_c(pause)) }
}

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn set_pause<N: EthtoolOps>(
    device: *mut bindings::net_device,
    pause: *mut bindings::ethtool_pauseparam,
) -> c_int {
    // SAFETY: The kernel passes a valid structure, which nobody else uses.
    let pause = Pause::from_c(unsafe { &*pause });
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    errno(unsafe { with_proof(device, |this: &N, cx| this.set_pause(cx, pause)) })
}

/// Has the driver say its statistics. Returns how many there are.
///
/// # Safety
///
/// As for [`get_drvinfo`].
unsafe fn statistics<N: EthtoolOps>(
    device: *mut bindings::net_device,
    wanted: Wanted<'_>,
) -> usize {
    let mut statistics = Statistics::new(wanted);
    // SAFETY: By the requirements of this function.
    unsafe { with_proof(device, |this: &N, cx| this.statistics(cx, &mut statistics)) };
    statistics.count()
}

/// How many statistics the kernel has made room for.
///
/// # Safety
///
/// As for [`get_drvinfo`].
unsafe fn room<N: EthtoolOps>(device: *mut bindings::net_device) -> usize {
    // SAFETY: By the requirements of this function.
    unsafe { with_proof(device, |_: &N, cx| cx.device().private().strings().get()) }
}

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn get_sset_count<N: EthtoolOps>(
    device: *mut bindings::net_device,
    set: c_int,
) -> c_int {
    if set != bindings::ethtool_stringset_ETH_SS_STATS as c_int {
        return EOPNOTSUPP.to_errno();
    }
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    let count = unsafe { statistics::<N>(device, Wanted::Count) };
    // SAFETY: The device has such a part, and RTNL is held, as long as the operation runs.
    unsafe {
        with_proof(device, |_: &N, cx| {
            cx.device().private().strings().set(count)
        })
    };
    c_int::try_from(count).unwrap_or(EOVERFLOW.to_errno())
}

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn get_strings<N: EthtoolOps>(
    device: *mut bindings::net_device,
    set: u32,
    data: *mut u8,
) {
    if set != bindings::ethtool_stringset_ETH_SS_STATS || data.is_null() {
        return;
    }
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held. It has
    // zeroed memory for as many texts as it was told that there are, since it has held RTNL.
    unsafe {
        let names = slice::from_raw_parts_mut(data.cast::<[u8; TEXT]>(), room::<N>(device));
        statistics::<N>(device, Wanted::Names(names));
    }
}

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn get_stats<N: EthtoolOps>(
    device: *mut bindings::net_device,
    stats: *mut bindings::ethtool_stats,
    data: *mut u64,
) {
    // The kernel has no memory for the numbers of a device that has none.
    if data.is_null() {
        return;
    }
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held. It has
    // zeroed memory for `n_stats` numbers, and for as many as it was told that there are, since it
    // has held RTNL.
    unsafe {
        let count = room::<N>(device).min((*stats).n_stats as usize);
        let values = slice::from_raw_parts_mut(data, count);
        statistics::<N>(device, Wanted::Values(values));
    }
}

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn get_module<N: EthtoolOps>(
    device: *mut bindings::net_device,
    page: *const bindings::ethtool_module_eeprom,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: The kernel passes a valid structure, and null or an acknowledgement that only this
    // task uses.
    let (from, extack) = unsafe { (&*page, Extack::from_raw(extack)) };
    let page = ModulePage {
        i2c_address: from.i2c_address,
        page: from.page,
        bank: from.bank,
        offset: from.offset,
    };
    // SAFETY: The kernel has memory for so many bytes. They are zeroed, as they may not be yet.
    let data = unsafe {
        from.data.write_bytes(0, from.length as usize);
        slice::from_raw_parts_mut(from.data, from.length as usize)
    };
    let len = data.len();
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    match unsafe { with_proof(device, |this: &N, cx| this.module(cx, &page, data, extack)) } {
        Ok(read) => read.min(len) as c_int,
        Err(error) => error.to_errno(),
    }
}

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn get_indir_size<N: EthtoolOps>(device: *mut bindings::net_device) -> u32 {
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    unsafe { with_proof(device, |this: &N, cx| this.indirection_len(cx)) }
}

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn get_rx_ring_count(device: *mut bindings::net_device) -> u32 {
    // SAFETY: The kernel calls an operation of a valid device. The number changes with RTNL held.
    unsafe { (*device).real_num_rx_queues }
}

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn get_rxfh<N: EthtoolOps>(
    device: *mut bindings::net_device,
    rxfh: *mut bindings::ethtool_rxfh_param,
) -> c_int {
    // SAFETY: The kernel passes a valid structure, which nobody else uses.
    let rxfh = unsafe { &mut *rxfh };
    rxfh.hfunc = 1 << bindings::ETH_RSS_HASH_TOP_BIT;
    if rxfh.indir.is_null() {
        return 0;
    }
    // SAFETY: The kernel has zeroed memory for so many numbers.
    let table = unsafe { slice::from_raw_parts_mut(rxfh.indir, rxfh.indir_size as usize) };
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    unsafe { with_proof(device, |this: &N, cx| this.indirection(cx, table)) };
    0
}

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn set_rxfh<N: EthtoolOps>(
    device: *mut bindings::net_device,
    rxfh: *mut bindings::ethtool_rxfh_param,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: The kernel passes a valid structure, and null or an acknowledgement that only this
    // task uses.
    let (rxfh, extack) = unsafe { (&*rxfh, Extack::from_raw(extack)) };
    let hashes = [
        bindings::ETH_RSS_HASH_NO_CHANGE as u8,
        1 << bindings::ETH_RSS_HASH_TOP_BIT,
    ];
    if !rxfh.key.is_null() || !hashes.contains(&rxfh.hfunc) || rxfh.rss_context != 0 {
        return EOPNOTSUPP.to_errno();
    }
    if rxfh.indir.is_null() {
        return 0;
    }
    // SAFETY: The kernel passes so many numbers, which nobody changes.
    let table = unsafe { slice::from_raw_parts(rxfh.indir, rxfh.indir_size as usize) };
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    errno(unsafe {
        with_proof(device, |this: &N, cx| {
            this.set_indirection(cx, table, extack)
        })
    })
}
