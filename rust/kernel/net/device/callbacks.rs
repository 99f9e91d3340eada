// SPDX-License-Identifier: GPL-2.0

//! The operations of Ethernet devices, as the kernel calls them.

use super::{
    opened,
    EtherDevice,
    Features,
    Frame,
    Operations,
    Rtnl,
    RxMode,
    Stats,
    Vlan,
    ETH_ALEN, //
};

use crate::{
    bindings,
    net::skbuff::SkBuff,
    prelude::*, //
};

use core::ptr::NonNull;

/// `Some` operation if the driver has the method, as a constant.
macro_rules! operation {
    ($has:expr, $operation:expr) => {
        if $has {
            Some($operation)
        } else {
            None
        }
    };
}
pub(in crate::net) use operation;

/// The operations of devices with a driver's part `N`.
pub(super) const fn table<N: Operations>() -> bindings::net_device_ops {
    assert!(
        N::HAS_ADD_VLAN == N::HAS_REMOVE_VLAN,
        "VLANs are added and removed"
    );
    bindings::net_device_ops {
        ndo_open: Some(open::<N>),
        ndo_stop: Some(stop::<N>),
        ndo_start_xmit: Some(start_xmit::<N>),
        ndo_validate_addr: Some(bindings::eth_validate_addr),
        ndo_set_mac_address: if N::HAS_SET_MAC_ADDRESS {
            Some(set_mac_address::<N>)
        } else {
            Some(bindings::eth_mac_addr)
        },
        ndo_set_rx_mode_async: operation!(N::HAS_SET_RX_MODE, set_rx_mode::<N>),
        ndo_vlan_rx_add_vid: operation!(N::HAS_ADD_VLAN, add_vlan::<N>),
        ndo_vlan_rx_kill_vid: operation!(N::HAS_REMOVE_VLAN, remove_vlan::<N>),
        ndo_change_mtu: operation!(N::HAS_CHANGE_MTU, change_mtu::<N>),
        ndo_get_stats64: operation!(N::HAS_STATS, get_stats64::<N>),
        ndo_tx_timeout: operation!(N::HAS_TX_TIMEOUT, tx_timeout::<N>),
        ndo_get_phys_port_id: operation!(N::HAS_PHYSICAL_PORT_ID, get_phys_port_id::<N>),
        ndo_fix_features: operation!(N::HAS_FIX_FEATURES, fix_features::<N>),
        ndo_set_features: operation!(N::HAS_SET_FEATURES, set_features::<N>),
        ndo_features_check: operation!(N::MAX_TSO_HEADERS != u32::MAX, features_check::<N>),
        ..pin_init::zeroed()
    }
}

/// The device of an operation.
///
/// # Safety
///
/// The kernel calls an operation of `device`, which was made with a driver's part `N`, and the
/// reference is not used after that.
pub(in crate::net) unsafe fn enter<'a, N: Operations>(
    device: *mut bindings::net_device,
) -> &'a EtherDevice<N> {
    // SAFETY: While an operation runs, the device and the driver's part of it are valid. The kernel
    // passes no null pointer.
    unsafe { EtherDevice::from_raw(NonNull::new_unchecked(device)) }
}

/// What C is told.
pub(in crate::net) fn errno(result: Result) -> c_int {
    result.map_or_else(|error| error.to_errno(), |()| 0)
}

/// Has a method run with the proof that RTNL is held.
///
/// # Safety
///
/// The kernel calls an operation of `device`, which was made with a driver's part `N`, with RTNL
/// held.
pub(in crate::net) unsafe fn with_proof<N: Operations, R>(
    device: *mut bindings::net_device,
    method: impl for<'open> FnOnce(&N, &mut Rtnl<'open, N>) -> R,
) -> R {
    // SAFETY: By the requirements of this function; the reference ends before this returns.
    let device = unsafe { enter::<N>(device) };
    // SAFETY: By the requirements of this function. The closure is generic over the lifetime.
    method(device.value(), &mut unsafe { Rtnl::new(device) })
}

/// # Safety
///
/// Only to be called by the kernel, as an operation of a device with a driver's part `N`.
unsafe extern "C" fn open<N: Operations>(device: *mut bindings::net_device) -> c_int {
    // SAFETY: The kernel calls an operation of a device with such a part. RTNL is held, and the
    // device is down.
    errno(unsafe { opened::open(enter::<N>(device)) })
}

/// # Safety
///
/// As for [`open`].
unsafe extern "C" fn stop<N: Operations>(device: *mut bindings::net_device) -> c_int {
    // SAFETY: The kernel calls an operation of a device with such a part. RTNL is held, so that
    // nobody else has a proof that it is.
    unsafe { opened::close(enter::<N>(device)) };
    0
}

/// # Safety
///
/// As for [`open`], with a packet that the operation is to give back.
unsafe extern "C" fn start_xmit<N: Operations>(
    skb: *mut bindings::sk_buff,
    device: *mut bindings::net_device,
) -> bindings::netdev_tx_t {
    // SAFETY: The kernel calls an operation of a device with such a part.
    let device = unsafe { enter::<N>(device) };
    // SAFETY: The packet is valid. It has the number of the queue whose lock is held.
    let (index, queue) = unsafe {
        let index = (*skb).queue_mapping;
        let queue = bindings::netdev_get_tx_queue(device.as_raw(), u32::from(index));
        (usize::from(index), NonNull::new_unchecked(queue))
    };
    // SAFETY: The kernel passes a valid packet, which is the operation's alone: the device does not
    // say that packets may be shared.
    let skb = unsafe { SkBuff::from_raw(NonNull::new_unchecked(skb)) };
    // SAFETY: The kernel holds the lock of the queue.
    unsafe { opened::send(device, queue, index, Frame::new(skb, device)) };
    bindings::netdev_tx_NETDEV_TX_OK
}

/// # Safety
///
/// As for [`open`], with an address of as many bytes as Ethernet has.
unsafe extern "C" fn set_mac_address<N: Operations>(
    device: *mut bindings::net_device,
    address: *mut c_void,
) -> c_int {
    let mut bytes = [0; ETH_ALEN];
    // SAFETY: The kernel passes a `struct sockaddr` with such an address.
    unsafe {
        let data = &raw const (*address.cast::<bindings::sockaddr>()).sa_data;
        data.cast::<u8>().copy_to(bytes.as_mut_ptr(), ETH_ALEN);
    }
    // That of a group, or none.
    if bytes[0] & 1 != 0 || bytes == [0; ETH_ALEN] {
        return EADDRNOTAVAIL.to_errno();
    }
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    let result = unsafe { with_proof(device, |this: &N, cx| this.set_mac_address(cx, bytes)) };
    if result.is_ok() {
        // SAFETY: RTNL is held, and the device's addresses have as many bytes.
        unsafe { bindings::dev_addr_mod(device, 0, bytes.as_ptr().cast(), ETH_ALEN) };
    }
    errno(result)
}

/// # Safety
///
/// As for [`open`], with lists of addresses.
unsafe extern "C" fn set_rx_mode<N: Operations>(
    device: *mut bindings::net_device,
    unicast: *mut bindings::netdev_hw_addr_list,
    multicast: *mut bindings::netdev_hw_addr_list,
) -> c_int {
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held, and with
    // copies of the lists, which nobody else uses.
    errno(unsafe {
        with_proof(device, |this: &N, cx| {
            let mode = RxMode::new(cx.device(), unicast, multicast);
            this.set_rx_mode(cx, mode)
        })
    })
}

/// # Safety
///
/// As for [`open`].
unsafe extern "C" fn add_vlan<N: Operations>(
    device: *mut bindings::net_device,
    protocol: bindings::__be16,
    id: u16,
) -> c_int {
    errno(Vlan::from_c(protocol, id).and_then(|vlan| {
        // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
        unsafe { with_proof(device, |this: &N, cx| this.add_vlan(cx, vlan)) }
    }))
}

/// # Safety
///
/// As for [`open`].
unsafe extern "C" fn remove_vlan<N: Operations>(
    device: *mut bindings::net_device,
    protocol: bindings::__be16,
    id: u16,
) -> c_int {
    errno(Vlan::from_c(protocol, id).and_then(|vlan| {
        // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
        unsafe { with_proof(device, |this: &N, cx| this.remove_vlan(cx, vlan)) }
    }))
}

/// # Safety
///
/// As for [`open`].
unsafe extern "C" fn change_mtu<N: Operations>(
    device: *mut bindings::net_device,
    mtu: c_int,
) -> c_int {
    // SAFETY: The device is valid, and so is its MTU, which is read without a lock.
    let place = unsafe { &raw mut (*device).mtu };
    // SAFETY: It changes with RTNL held only.
    let old = unsafe { place.read() };
    // SAFETY: RTNL is held.
    unsafe { place.write_volatile(mtu as u32) };
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    let result = unsafe { with_proof(device, |this: &N, cx| this.change_mtu(cx, mtu as u32)) };
    if result.is_err() {
        // SAFETY: RTNL is held.
        unsafe { place.write_volatile(old) };
    }
    errno(result)
}

/// # Safety
///
/// As for [`open`], but with an RCU read-side section instead of RTNL, and with statistics that
/// nobody else uses.
unsafe extern "C" fn get_stats64<N: Operations>(
    device: *mut bindings::net_device,
    stats: *mut bindings::rtnl_link_stats64,
) {
    // SAFETY: The kernel calls an operation of a device with such a part.
    let device = unsafe { enter::<N>(device) };
    // In a message of rtnetlink they may be at any multiple of four bytes.
    // SAFETY: They are zeroed, and nobody else uses them.
    let mut sum = unsafe { stats.read_unaligned() };
    device.value().stats(&mut Stats::new(&mut sum));
    // SAFETY: They are valid for writes, too, and nobody else uses them.
    unsafe { stats.write_unaligned(sum) };
}

/// # Safety
///
/// As for [`open`], but with the locks of all queues instead of RTNL.
unsafe extern "C" fn tx_timeout<N: Operations>(device: *mut bindings::net_device, queue: c_uint) {
    // SAFETY: The kernel calls an operation of a device with such a part.
    let device = unsafe { enter::<N>(device) };
    device.value().tx_timeout(device, queue as usize);
}

/// # Safety
///
/// As for [`open`], but perhaps without RTNL. `id` is valid for writing.
unsafe extern "C" fn get_phys_port_id<N: Operations>(
    device: *mut bindings::net_device,
    id: *mut bindings::netdev_phys_item_id,
) -> c_int {
    // SAFETY: The kernel calls an operation of a device with such a part.
    let device = unsafe { enter::<N>(device) };
    errno(device.value().physical_port_id().map(|port| {
        // SAFETY: The kernel passes where the identifier is to be written.
        unsafe { id.write(port.to_c()) }
    }))
}

/// # Safety
///
/// As for [`open`].
unsafe extern "C" fn fix_features<N: Operations>(
    device: *mut bindings::net_device,
    features: bindings::netdev_features_t,
) -> bindings::netdev_features_t {
    // SAFETY: The kernel calls an operation of a device with such a part.
    let device = unsafe { enter::<N>(device) };
    let features = Features::from_c(features);
    // No others, for which the device may have no operations.
    (device.value().fix_features(features) & features).to_c()
}

/// # Safety
///
/// As for [`open`].
unsafe extern "C" fn set_features<N: Operations>(
    device: *mut bindings::net_device,
    features: bindings::netdev_features_t,
) -> c_int {
    let features = Features::from_c(features);
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    errno(unsafe { with_proof(device, |this: &N, cx| this.set_features(cx, features)) })
}

/// # Safety
///
/// Only to be called by the kernel, as an operation of a device with a driver's part `N`, with a
/// packet that is to be sent by it.
unsafe extern "C" fn features_check<N: Operations>(
    skb: *mut bindings::sk_buff,
    _: *mut bindings::net_device,
    features: bindings::netdev_features_t,
) -> bindings::netdev_features_t {
    // SAFETY: The kernel passes a valid packet.
    unsafe { bindings::skb_tso_features(skb, features, N::MAX_TSO_HEADERS) }
}
