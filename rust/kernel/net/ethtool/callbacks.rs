// SPDX-License-Identifier: GPL-2.0

//! The operations, as the kernel calls them: with RTNL held, for devices whose own lock it does not
//! take for operations.

use super::{
    rss,
    standard,
    strings,
    Channels,
    Coalesce,
    DriverInfo,
    EthtoolOps,
    FecMode,
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

/// `cap_link_lanes_supported`, the ninth bit of the structure. No function of a bit field can be
/// called in a constant.
const LINK_LANES: [u8; 2] = if cfg!(target_endian = "big") {
    [0, 0x80]
} else {
    [0, 1]
};

/// The operations of devices with a driver's part `N`.
pub(super) const fn table<N: EthtoolOps>() -> bindings::ethtool_ops {
    bindings::ethtool_ops {
        _bitfield_1: bindings::__BindgenBitfieldUnit::new(if N::LINK_LANES {
            LINK_LANES
        } else {
            [0; 2]
        }),
        supported_coalesce_params: N::COALESCE.0,
        get_link: Some(bindings::ethtool_op_get_link),
        get_drvinfo: operation!(N::HAS_DRIVER_INFO, get_drvinfo::<N>),
        get_link_ksettings: operation!(N::HAS_LINK, get_link::<N>),
        set_link_ksettings: operation!(N::HAS_SET_LINK, set_link::<N>),
        set_phys_id: operation!(N::HAS_IDENTIFY, set_phys_id::<N>),
        get_ringparam: operation!(N::HAS_RINGS, get_rings::<N>),
        set_ringparam: operation!(N::HAS_SET_RINGS, set_rings::<N>),
        get_channels: operation!(N::HAS_CHANNELS, get_channels::<N>),
        set_channels: operation!(N::HAS_SET_CHANNELS, set_channels::<N>),
        get_coalesce: operation!(N::HAS_COALESCE, get_coalesce::<N>),
        set_coalesce: operation!(N::HAS_SET_COALESCE, set_coalesce::<N>),
        get_pauseparam: operation!(N::HAS_PAUSE, get_pause::<N>),
        set_pauseparam: operation!(N::HAS_SET_PAUSE, set_pause::<N>),
        get_sset_count: operation!(strings::has_any::<N>(), strings::get_sset_count::<N>),
        get_strings: operation!(strings::has_any::<N>(), strings::get_strings::<N>),
        get_ethtool_stats: operation!(N::HAS_STATISTICS, strings::get_stats::<N>),
        self_test: operation!(N::HAS_SELF_TEST, strings::self_test::<N>),
        get_pause_stats: operation!(N::HAS_PAUSE_STATISTICS, standard::get_pause_stats::<N>),
        get_eth_mac_stats: operation!(N::HAS_MAC_STATISTICS, standard::get_mac_stats::<N>),
        get_eth_phy_stats: operation!(N::HAS_PHY_STATISTICS, standard::get_phy_stats::<N>),
        get_eth_ctrl_stats: operation!(N::HAS_CONTROL_STATISTICS, standard::get_ctrl_stats::<N>),
        get_rmon_stats: operation!(N::HAS_RMON_STATISTICS, standard::get_rmon_stats::<N>),
        get_link_ext_stats: operation!(N::HAS_LINK_DOWN_EVENTS, standard::get_link_ext_stats::<N>),
        get_fecparam: operation!(N::HAS_FEC, get_fec::<N>),
        set_fecparam: operation!(N::HAS_SET_FEC, set_fec::<N>),
        get_module_info: operation!(N::HAS_MODULE_STANDARD, get_module_info::<N>),
        get_module_eeprom: operation!(N::HAS_MODULE_STANDARD, get_module_eeprom::<N>),
        get_module_eeprom_by_page: operation!(N::HAS_MODULE, get_module::<N>),
        get_rxfh_key_size: operation!(N::RSS_KEY_LEN != 0, rss::get_rxfh_key_size::<N>),
        get_rxfh_indir_size: operation!(N::HAS_RSS, rss::get_indir_size::<N>),
        get_rxfh: operation!(N::HAS_RSS, rss::get_rxfh::<N>),
        set_rxfh: operation!(N::HAS_SET_RSS, rss::set_rxfh::<N>),
        get_ts_info: operation!(N::TX_TIMESTAMPS, bindings::ethtool_op_get_ts_info),
        get_rx_ring_count: operation!(N::HAS_RSS, rss::get_rx_ring_count),
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
unsafe extern "C" fn set_phys_id<N: EthtoolOps>(
    device: *mut bindings::net_device,
    state: bindings::ethtool_phys_id_state,
) -> c_int {
    let blinks = match state {
        bindings::ethtool_phys_id_state_ETHTOOL_ID_ACTIVE => true,
        bindings::ethtool_phys_id_state_ETHTOOL_ID_INACTIVE => false,
        // For who switches the light on and off itself, which what is returned here does not want.
        _ => return EOPNOTSUPP.to_errno(),
    };
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    errno(unsafe { with_proof(device, |this: &N, cx| this.identify(cx, blinks)) })
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
    more: *mut bindings::kernel_ethtool_coalesce,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: The kernel passes valid structures, which nobody else uses, and null or an
    // acknowledgement that only this task uses.
    let (coalesce, more, extack) =
        unsafe { (&mut *coalesce, &mut *more, Extack::from_raw(extack)) };
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    errno(unsafe {
        with_proof(device, |this: &N, cx| {
            this.coalesce(cx, extack)?.to_c(coalesce, more);
            Ok(())
        })
    })
}

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn set_coalesce<N: EthtoolOps>(
    device: *mut bindings::net_device,
    coalesce: *mut bindings::ethtool_coalesce,
    more: *mut bindings::kernel_ethtool_coalesce,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: The kernel passes valid structures.
    let coalesce = Coalesce::from_c(unsafe { &*coalesce }, unsafe { &*more });
    // SAFETY: The kernel passes null or an acknowledgement that only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
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

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn get_fec<N: EthtoolOps>(
    device: *mut bindings::net_device,
    fec: *mut bindings::ethtool_fecparam,
) -> c_int {
    // SAFETY: The kernel passes a valid structure, which nobody else uses.
    let fec = unsafe { &mut *fec };
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    errno(unsafe {
        with_proof(device, |this: &N, cx| {
            this.fec(cx)?.to_c(fec);
            Ok(())
        })
    })
}

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn set_fec<N: EthtoolOps>(
    device: *mut bindings::net_device,
    fec: *mut bindings::ethtool_fecparam,
) -> c_int {
    // SAFETY: The kernel passes a valid structure, which nobody changes.
    let mode = FecMode::from_c(unsafe { (*fec).fec });
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    errno(unsafe {
        with_proof(device, |this: &N, cx| {
            this.set_fec(cx, mode.ok_or(EOPNOTSUPP)?)
        })
    })
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
unsafe extern "C" fn get_module_info<N: EthtoolOps>(
    device: *mut bindings::net_device,
    info: *mut bindings::ethtool_modinfo,
) -> c_int {
    // SAFETY: The kernel passes a valid structure, which nobody else uses.
    let info = unsafe { &mut *info };
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    errno(unsafe {
        with_proof(device, |this: &N, cx| {
            this.module_standard(cx)?.to_c(info);
            Ok(())
        })
    })
}

/// # Safety
///
/// As for [`get_drvinfo`].
unsafe extern "C" fn get_module_eeprom<N: EthtoolOps>(
    device: *mut bindings::net_device,
    eeprom: *mut bindings::ethtool_eeprom,
    data: *mut u8,
) -> c_int {
    // SAFETY: The kernel passes a valid structure, which nobody else uses.
    let eeprom = unsafe { &*eeprom };
    // SAFETY: The kernel has memory for so many bytes. They are zeroed, as they may not be yet.
    let data = unsafe {
        data.write_bytes(0, eeprom.len as usize);
        slice::from_raw_parts_mut(data, eeprom.len as usize)
    };
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    errno(unsafe {
        with_proof(device, |this: &N, cx| {
            this.module_memory(cx, eeprom.offset, data)
        })
    })
}
