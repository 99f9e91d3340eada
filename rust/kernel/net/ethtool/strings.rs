// SPDX-License-Identifier: GPL-2.0

//! The operations for what has names that only the driver knows: its statistics, and its tests.
//!
//! The kernel asks how many there are before each of the others, and holds RTNL until these are
//! done.

use super::{
    stats::{
        Wanted,
        TEXT, //
    },
    EthtoolOps,
    SelfTest,
    Statistics, //
};

use crate::{
    bindings,
    net::device::callbacks::with_proof,
    prelude::*, //
};

use core::slice;

/// Whether there is anything that has names.
pub(super) const fn has_any<N: EthtoolOps>() -> bool {
    N::HAS_STATISTICS || N::HAS_SELF_TEST
}

/// Has the driver say its statistics. Returns how many there are.
///
/// # Safety
///
/// `device` is one with a driver's part `N`, and RTNL is held.
unsafe fn statistics<N: EthtoolOps>(
    device: *mut bindings::net_device,
    wanted: Wanted<'_>,
) -> usize {
    let mut statistics = Statistics::new(wanted);
    // SAFETY: By the requirements of this function.
    unsafe { with_proof(device, |this: &N, cx| this.statistics(cx, &mut statistics)) };
    statistics.count()
}

/// Has the driver go through its tests, and run them if their results are wanted.
///
/// # Safety
///
/// As for [`statistics`].
unsafe fn tests<'a, N: EthtoolOps>(
    device: *mut bindings::net_device,
    wanted: Wanted<'a>,
    flags: u32,
) -> SelfTest<'a> {
    let mut tests = SelfTest::new(Statistics::new(wanted), flags);
    // SAFETY: By the requirements of this function.
    unsafe { with_proof(device, |this: &N, cx| this.self_test(cx, &mut tests)) };
    tests
}

/// Goes through what has names of that set. Returns how many there are, if the driver has such.
///
/// # Safety
///
/// As for [`statistics`].
unsafe fn named<N: EthtoolOps>(
    device: *mut bindings::net_device,
    set: bindings::ethtool_stringset,
    wanted: Wanted<'_>,
) -> Option<usize> {
    if N::HAS_STATISTICS && set == bindings::ethtool_stringset_ETH_SS_STATS {
        // SAFETY: By the requirements of this function.
        return Some(unsafe { statistics::<N>(device, wanted) });
    }
    if N::HAS_SELF_TEST && set == bindings::ethtool_stringset_ETH_SS_TEST {
        // SAFETY: By the requirements of this function.
        return Some(unsafe { tests::<N>(device, wanted, 0) }.count());
    }
    None
}

/// How many of what was counted last the kernel has made room for.
///
/// # Safety
///
/// As for [`statistics`].
unsafe fn room<N: EthtoolOps>(device: *mut bindings::net_device) -> usize {
    // SAFETY: By the requirements of this function.
    unsafe { with_proof(device, |_: &N, cx| cx.device().private().strings().get()) }
}

/// # Safety
///
/// Only to be called by the kernel, as an operation of a device with a driver's part `N`, with RTNL
/// held, and with memory that nobody else uses meanwhile.
pub(super) unsafe extern "C" fn get_sset_count<N: EthtoolOps>(
    device: *mut bindings::net_device,
    set: c_int,
) -> c_int {
    // CAST: They are numbered from 0 on.
    let set = set as bindings::ethtool_stringset;
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    let Some(count) = (unsafe { named::<N>(device, set, Wanted::Count) }) else {
        return EOPNOTSUPP.to_errno();
    };
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
/// As for [`get_sset_count`].
pub(super) unsafe extern "C" fn get_strings<N: EthtoolOps>(
    device: *mut bindings::net_device,
    set: u32,
    data: *mut u8,
) {
    if data.is_null() {
        return;
    }
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held. It has
    // zeroed memory for as many texts as it was told that there are, since it has held RTNL.
    unsafe {
        let names = slice::from_raw_parts_mut(data.cast::<[u8; TEXT]>(), room::<N>(device));
        named::<N>(device, set, Wanted::Names(names));
    }
}

/// # Safety
///
/// As for [`get_sset_count`].
pub(super) unsafe extern "C" fn get_stats<N: EthtoolOps>(
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
/// As for [`get_sset_count`].
pub(super) unsafe extern "C" fn self_test<N: EthtoolOps>(
    device: *mut bindings::net_device,
    test: *mut bindings::ethtool_test,
    data: *mut u64,
) {
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held. It has
    // zeroed memory for `len` numbers, which is as many as it was told that there are since it has
    // held RTNL, and a valid structure.
    unsafe {
        let count = room::<N>(device).min((*test).len as usize);
        let results = slice::from_raw_parts_mut(data, count);
        let tests = tests::<N>(device, Wanted::Values(results), (*test).flags);
        (*test).flags = tests.flags();
    }
}
