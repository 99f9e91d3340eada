// SPDX-License-Identifier: GPL-2.0

//! What ethtool(8) does, for examples: these run as tests.

use super::{
    stats::TEXT,
    Channels,
    Coalesce,
    Fec,
    FecMode,
    HashFunction,
    Limited,
    LinkSettings,
    ModulePage,
    ModuleStandard,
    Pause,
    Rings,
    RssChange, //
};

use crate::{
    bindings,
    error::to_result,
    net::device::NetDevice,
    prelude::*,
    str::CString, //
};

use core::ptr;

/// Has a closure run with RTNL held, with a device and one of its operations: `EOPNOTSUPP` if it
/// does not have that.
fn call<F, R>(
    device: &NetDevice,
    operation: impl FnOnce(&bindings::ethtool_ops) -> Option<F>,
    f: impl FnOnce(F, *mut bindings::net_device) -> R,
) -> Result<R> {
    let raw = device.as_raw();
    // SAFETY: The device is valid, and its operations do not change. The lock is taken in a context
    // that can sleep, and given back.
    unsafe {
        let operation = operation(&*(*raw).ethtool_ops).ok_or(EOPNOTSUPP)?;
        bindings::rtnl_lock();
        let result = f(operation, raw);
        bindings::rtnl_unlock();
        Ok(result)
    }
}

/// Asks for a structure.
fn get<T: Default>(
    device: &NetDevice,
    operation: impl FnOnce(
        &bindings::ethtool_ops,
    ) -> Option<unsafe extern "C" fn(*mut bindings::net_device, *mut T)>,
) -> Result<T> {
    let mut value = T::default();
    // SAFETY: It is an operation of the device, called with RTNL held.
    call(device, operation, |f, raw| unsafe {
        f(raw, &raw mut value)
    })?;
    Ok(value)
}

/// Gives a structure.
fn set<T>(
    device: &NetDevice,
    operation: impl FnOnce(
        &bindings::ethtool_ops,
    )
        -> Option<unsafe extern "C" fn(*mut bindings::net_device, *mut T) -> c_int>,
    mut value: T,
) -> Result {
    // SAFETY: It is an operation of the device, called with RTNL held.
    to_result(call(device, operation, |f, raw| unsafe {
        f(raw, &raw mut value)
    })?)
}

/// `ethtool -i DEVICE`, the firmware's version.
pub fn firmware(device: &NetDevice) -> Result<CString> {
    let info = get(device, |ops| ops.get_drvinfo)?;
    let version = CStr::from_bytes_until_nul(&info.fw_version).map_err(|_| EINVAL)?;
    Ok(CString::try_from(version)?)
}

/// `ethtool DEVICE`.
pub fn link(device: &NetDevice) -> Result<LinkSettings> {
    let mut settings = bindings::ethtool_link_ksettings::default();
    to_result(call(
        device,
        |ops| ops.get_link_ksettings,
        // SAFETY: It is an operation of the device, called with RTNL held.
        |f, raw| unsafe { f(raw, &raw mut settings) },
    )?)?;
    let lanes = |ops: &bindings::ethtool_ops| Some(ops.cap_link_lanes_supported() != 0);
    if !call(device, lanes, |has_lanes, _| has_lanes)? {
        settings.lanes = 0;
    }
    Ok(LinkSettings::from_c(&settings))
}

/// `ethtool -s DEVICE`.
pub fn set_link(device: &NetDevice, wanted: &LinkSettings) -> Result {
    let mut settings = bindings::ethtool_link_ksettings::default();
    wanted.to_c(&mut settings);
    // SAFETY: It is an operation of the device, called with RTNL held.
    to_result(call(
        device,
        |ops| ops.set_link_ksettings,
        |f, raw| unsafe { f(raw, &raw const settings) },
    )?)
}

/// `ethtool -p DEVICE`, and its end.
pub fn identify(device: &NetDevice, blinks: bool) -> Result {
    let state = if blinks {
        bindings::ethtool_phys_id_state_ETHTOOL_ID_ACTIVE
    } else {
        bindings::ethtool_phys_id_state_ETHTOOL_ID_INACTIVE
    };
    to_result(call(
        device,
        |ops| ops.set_phys_id,
        // SAFETY: It is an operation of the device, called with RTNL held.
        |f, raw| unsafe { f(raw, state) },
    )?)
}

/// `ethtool -g DEVICE`.
pub fn rings(device: &NetDevice) -> Result<Limited<Rings>> {
    let mut rings = bindings::ethtool_ringparam::default();
    call(
        device,
        |ops| ops.get_ringparam,
        // SAFETY: It is an operation of the device, called with RTNL held.
        |f, raw| unsafe { f(raw, &raw mut rings, ptr::null_mut(), ptr::null_mut()) },
    )?;
    Ok(Limited {
        now: Rings::from_c(&rings),
        max: Rings {
            rx: rings.rx_max_pending,
            tx: rings.tx_max_pending,
        },
    })
}

/// `ethtool -G DEVICE`.
pub fn set_rings(device: &NetDevice, now: Rings) -> Result {
    let mut rings = bindings::ethtool_ringparam::default();
    let max = Rings::default();
    Limited { now, max }.to_c(&mut rings);
    // SAFETY: It is an operation of the device, called with RTNL held.
    to_result(call(
        device,
        |ops| ops.set_ringparam,
        |f, raw| unsafe { f(raw, &raw mut rings, ptr::null_mut(), ptr::null_mut()) },
    )?)
}

/// `ethtool -l DEVICE`.
pub fn channels(device: &NetDevice) -> Result<Limited<Channels>> {
    let channels = get(device, |ops| ops.get_channels)?;
    Ok(Limited {
        now: Channels::from_c(&channels),
        max: Channels {
            rx: channels.max_rx,
            tx: channels.max_tx,
            combined: channels.max_combined,
            other: channels.max_other,
        },
    })
}

/// `ethtool -L DEVICE`.
pub fn set_channels(device: &NetDevice, now: Channels) -> Result {
    let mut channels = bindings::ethtool_channels::default();
    let max = Channels::default();
    Limited { now, max }.to_c(&mut channels);
    set(device, |ops| ops.set_channels, channels)
}

/// `ethtool -c DEVICE`.
pub fn coalesce(device: &NetDevice) -> Result<Coalesce> {
    let mut coalesce = bindings::ethtool_coalesce::default();
    let mut more = bindings::kernel_ethtool_coalesce::default();
    to_result(call(
        device,
        |ops| ops.get_coalesce,
        // SAFETY: It is an operation of the device, called with RTNL held.
        |f, raw| unsafe { f(raw, &raw mut coalesce, &raw mut more, ptr::null_mut()) },
    )?)?;
    Ok(Coalesce::from_c(&coalesce, &more))
}

/// `ethtool -C DEVICE`.
pub fn set_coalesce(device: &NetDevice, wanted: Coalesce) -> Result {
    let mut coalesce = bindings::ethtool_coalesce::default();
    let mut more = bindings::kernel_ethtool_coalesce::default();
    wanted.to_c(&mut coalesce, &mut more);
    // SAFETY: It is an operation of the device, called with RTNL held.
    to_result(call(
        device,
        |ops| ops.set_coalesce,
        |f, raw| unsafe { f(raw, &raw mut coalesce, &raw mut more, ptr::null_mut()) },
    )?)
}

/// `ethtool -a DEVICE`.
pub fn pause(device: &NetDevice) -> Result<Pause> {
    Ok(Pause::from_c(&get(device, |ops| ops.get_pauseparam)?))
}

/// `ethtool -A DEVICE`.
pub fn set_pause(device: &NetDevice, wanted: Pause) -> Result {
    let mut pause = bindings::ethtool_pauseparam::default();
    wanted.to_c(&mut pause);
    set(device, |ops| ops.set_pauseparam, pause)
}

/// Names with their numbers.
fn named(names: &[[u8; TEXT]], values: &[u64]) -> Result<KVec<(CString, u64)>> {
    let mut all = KVec::new();
    for (name, value) in names.iter().zip(values) {
        let name = CStr::from_bytes_until_nul(name).map_err(|_| EINVAL)?;
        all.push((CString::try_from(name)?, *value), GFP_KERNEL)?;
    }
    Ok(all)
}

/// `ethtool -t DEVICE`: whether all tests were passed, and the number that each ended with.
pub fn self_test(device: &NetDevice) -> Result<(bool, KVec<(CString, u64)>)> {
    const TEST: bindings::ethtool_stringset = bindings::ethtool_stringset_ETH_SS_TEST;
    let all =
        |ops: &bindings::ethtool_ops| Some((ops.get_sset_count?, ops.get_strings?, ops.self_test?));
    // SAFETY: These are operations of the device, called with RTNL held, and with memory for as
    // many texts and numbers as there are.
    call(device, all, |(count, strings, test), raw| unsafe {
        let count = usize::try_from(count(raw, TEST as c_int)).map_err(|_| EINVAL)?;
        let mut names = KVec::from_elem([0_u8; TEXT], count, GFP_KERNEL)?;
        let mut results = KVec::from_elem(0_u64, count, GFP_KERNEL)?;
        strings(raw, TEST, names.as_mut_ptr().cast());
        let mut header = bindings::ethtool_test {
            len: count as u32,
            ..Default::default()
        };
        test(raw, &raw mut header, results.as_mut_ptr());
        let passed = header.flags & bindings::ethtool_test_flags_ETH_TEST_FL_FAILED == 0;
        Ok((passed, named(&names, &results)?))
    })?
}

/// `ethtool -S DEVICE`.
pub fn statistics(device: &NetDevice) -> Result<KVec<(CString, u64)>> {
    const STATS: bindings::ethtool_stringset = bindings::ethtool_stringset_ETH_SS_STATS;
    let all = |ops: &bindings::ethtool_ops| {
        Some((
            ops.get_sset_count?,
            ops.get_strings?,
            ops.get_ethtool_stats?,
        ))
    };
    // SAFETY: These are operations of the device, called with RTNL held, and with memory for as
    // many texts and numbers as there are.
    let (names, values) = call(device, all, |(count, strings, stats), raw| unsafe {
        let count = usize::try_from(count(raw, STATS as c_int)).map_err(|_| EINVAL)?;
        let mut names = KVec::from_elem([0_u8; TEXT], count, GFP_KERNEL)?;
        let mut values = KVec::from_elem(0_u64, count, GFP_KERNEL)?;
        // As the kernel does: there is no memory for nothing.
        let nothing = count == 0;
        let or_null = |memory: *mut u64| if nothing { ptr::null_mut() } else { memory };
        strings(raw, STATS, or_null(names.as_mut_ptr().cast()).cast());
        let mut header = bindings::ethtool_stats {
            n_stats: count as u32,
            ..Default::default()
        };
        stats(raw, &raw mut header, or_null(values.as_mut_ptr()));
        Ok::<_, Error>((names, values))
    })??;
    named(&names, &values)
}

/// `ethtool -S DEVICE --groups eth-mac`: how many frames were received.
pub fn frames_received(device: &NetDevice) -> Result<u64> {
    let stats = get(device, |ops| ops.get_eth_mac_stats)?;
    // SAFETY: Both variants of the union are numbers.
    Ok(unsafe { stats.__bindgen_anon_1.stats.FramesReceivedOK })
}

/// `ethtool -S DEVICE --groups rmon`: the first and the last length of each range, and how many
/// frames were received that are in it.
pub fn lengths(device: &NetDevice) -> Result<KVec<(u16, u16, u64)>> {
    let mut stats = bindings::ethtool_rmon_stats::default();
    let mut ranges = ptr::null();
    call(
        device,
        |ops| ops.get_rmon_stats,
        // SAFETY: It is an operation of the device, called with RTNL held.
        |f, raw| unsafe { f(raw, &raw mut stats, &raw mut ranges) },
    )?;
    // SAFETY: Both variants of the union are numbers.
    let counts = unsafe { stats.__bindgen_anon_1.stats.hist };
    let mut all = KVec::new();
    for (number, count) in counts.into_iter().enumerate() {
        // SAFETY: The operation has given as many ranges as there can be, and an empty one, which
        // are never freed.
        let range = unsafe { &*ranges.add(number) };
        if (range.low, range.high) == (0, 0) {
            break;
        }
        all.push((range.low, range.high, count), GFP_KERNEL)?;
    }
    Ok(all)
}

/// `ethtool -I DEVICE`: how often the link went down.
pub fn link_down_events(device: &NetDevice) -> Result<u64> {
    Ok(get(device, |ops| ops.get_link_ext_stats)?.link_down_events)
}

/// `ethtool -m DEVICE`.
pub fn module(device: &NetDevice, page: &ModulePage, data: &mut [u8]) -> Result<usize> {
    let page = bindings::ethtool_module_eeprom {
        offset: page.offset,
        length: data.len() as u32,
        page: page.page,
        bank: page.bank,
        i2c_address: page.i2c_address,
        data: data.as_mut_ptr(),
    };
    // SAFETY: It is an operation of the device, called with RTNL held, and with memory for so many
    // bytes.
    let read = call(
        device,
        |ops| ops.get_module_eeprom_by_page,
        |f, raw| unsafe { f(raw, &raw const page, ptr::null_mut()) },
    )?;
    to_result(read)?;
    Ok(read as usize)
}

/// `ethtool -m DEVICE`, as older ones ask: what the module's memory is like, and some of it.
pub fn module_memory(
    device: &NetDevice,
    offset: u32,
    len: u32,
) -> Result<(ModuleStandard, KVec<u8>)> {
    let both = |ops: &bindings::ethtool_ops| Some((ops.get_module_info?, ops.get_module_eeprom?));
    let mut data = KVec::from_elem(0_u8, len as usize, GFP_KERNEL)?;
    // SAFETY: These are operations of the device, called with RTNL held, and with memory for so
    // many bytes.
    let info = call(device, both, |(info, eeprom), raw| unsafe {
        let mut kind = bindings::ethtool_modinfo::default();
        to_result(info(raw, &raw mut kind))?;
        let mut part = bindings::ethtool_eeprom {
            offset,
            len,
            ..Default::default()
        };
        to_result(eeprom(raw, &raw mut part, data.as_mut_ptr()))?;
        Ok::<_, Error>(kind)
    })??;
    let standard = ModuleStandard::from_c(&info).ok_or(EINVAL)?;
    Ok((standard, data))
}

/// `ethtool --show-fec DEVICE`.
pub fn fec(device: &NetDevice) -> Result<Fec> {
    let mut fec = bindings::ethtool_fecparam::default();
    to_result(call(
        device,
        |ops| ops.get_fecparam,
        // SAFETY: It is an operation of the device, called with RTNL held.
        |f, raw| unsafe { f(raw, &raw mut fec) },
    )?)?;
    Ok(Fec {
        active: FecMode::from_c(fec.active_fec).ok_or(EINVAL)?,
        configured: FecMode::from_c(fec.fec),
    })
}

/// `ethtool --set-fec DEVICE`.
pub fn set_fec(device: &NetDevice, mode: FecMode) -> Result {
    let fec = bindings::ethtool_fecparam {
        fec: mode.bit(),
        ..Default::default()
    };
    set(device, |ops| ops.set_fecparam, fec)
}

/// `ethtool -x DEVICE`: the function, whether it is symmetric, the key, the table.
pub fn rss(device: &NetDevice) -> Result<(HashFunction, bool, KVec<u8>, KVec<u32>)> {
    let all = |ops: &bindings::ethtool_ops| {
        Some((
            ops.get_rxfh_key_size?,
            ops.get_rxfh_indir_size?,
            ops.get_rxfh?,
        ))
    };
    // SAFETY: These are operations of the device, called with RTNL held, and with memory for as
    // many numbers and bytes as there are.
    call(device, all, |(key_size, indir_size, get), raw| unsafe {
        let (key_size, indir_size) = (key_size(raw), indir_size(raw));
        let mut key = KVec::from_elem(0_u8, key_size as usize, GFP_KERNEL)?;
        let mut table = KVec::from_elem(0_u32, indir_size as usize, GFP_KERNEL)?;
        let mut rxfh = bindings::ethtool_rxfh_param {
            indir_size,
            indir: table.as_mut_ptr(),
            key_size,
            key: key.as_mut_ptr(),
            ..Default::default()
        };
        to_result(get(raw, &raw mut rxfh))?;
        let function = HashFunction::from_bit(rxfh.hfunc).ok_or(EINVAL)?;
        let symmetric = rxfh.input_xfrm == bindings::RXH_XFRM_SYM_OR_XOR as u8;
        Ok((function, symmetric, key, table))
    })?
}

/// `ethtool -X DEVICE weight ... hkey ... hfunc ...`.
pub fn set_rss(device: &NetDevice, change: &RssChange<'_>) -> Result {
    let mut rxfh = bindings::ethtool_rxfh_param {
        hfunc: change.function.map_or(0, HashFunction::bit),
        input_xfrm: bindings::RXH_XFRM_NO_CHANGE as u8,
        ..Default::default()
    };
    if let Some(table) = change.table {
        rxfh.indir_size = table.len() as u32;
        rxfh.indir = table.as_ptr().cast_mut();
    }
    if let Some(key) = change.key {
        rxfh.key_size = key.len() as u32;
        rxfh.key = key.as_ptr().cast_mut();
    }
    // SAFETY: It is an operation of the device, called with RTNL held, which does not write to the
    // table and the key.
    to_result(call(
        device,
        |ops| ops.set_rxfh,
        |f, raw| unsafe { f(raw, &raw mut rxfh, ptr::null_mut()) },
    )?)
}
