// SPDX-License-Identifier: GPL-2.0

//! What users do to a device, for examples: these run as tests.

use super::{
    Features,
    NetDevice,
    Vlan,
    ETH_ALEN, //
};

use crate::{
    bindings,
    error::to_result,
    net::{
        notifier::LowerState,
        skbuff::SkBuff, //
    },
    prelude::*, //
};

use core::ptr;

/// What a device sent and received.
pub use bindings::rtnl_link_stats64 as LinkStats;

/// Has a closure run with RTNL held.
fn with_rtnl<R>(f: impl FnOnce() -> R) -> R {
    // SAFETY: Can be called in a context that can sleep.
    unsafe { bindings::rtnl_lock() };
    let result = f();
    // SAFETY: It was locked above.
    unsafe { bindings::rtnl_unlock() };
    result
}

/// `ip link set DEVICE up`.
pub fn bring_up(device: &NetDevice) -> Result {
    // SAFETY: The device is valid, and RTNL is held.
    with_rtnl(|| to_result(unsafe { bindings::dev_open(device.as_raw(), ptr::null_mut()) }))
}

/// `ip link set DEVICE down`.
pub fn take_down(device: &NetDevice) {
    // SAFETY: The device is valid, and RTNL is held.
    with_rtnl(|| unsafe { bindings::dev_close(device.as_raw()) });
}

/// `ip link set DEVICE mtu MTU`.
pub fn set_mtu(device: &NetDevice, mtu: u32) -> Result {
    // SAFETY: The device is valid, and RTNL is held.
    with_rtnl(|| to_result(unsafe { bindings::dev_set_mtu(device.as_raw(), mtu as c_int) }))
}

/// `ip link set DEVICE address ADDRESS`.
pub fn set_address(device: &NetDevice, address: [u8; ETH_ALEN]) -> Result {
    let mut to = bindings::__kernel_sockaddr_storage::default();
    let place: *mut bindings::sockaddr = (&raw mut to).cast();
    // SAFETY: There is room for a socket's address of any kind. The device is valid, and RTNL is
    // held for it.
    unsafe {
        (*place).sa_family = (*device.as_raw()).type_;
        let data = &raw mut (*place).sa_data;
        data.cast::<[u8; ETH_ALEN]>().write(address);
        with_rtnl(|| {
            to_result(bindings::dev_set_mac_address(
                device.as_raw(),
                &raw mut to,
                ptr::null_mut(),
            ))
        })
    }
}

/// `ip maddress add GROUP dev DEVICE`.
pub fn join(device: &NetDevice, group: [u8; ETH_ALEN]) -> Result {
    // SAFETY: The device is valid, RTNL is held, and the address has as many bytes as its ones.
    with_rtnl(|| to_result(unsafe { bindings::dev_mc_add(device.as_raw(), group.as_ptr()) }))
}

/// `ip link add link DEVICE type vlan ...`, or that it is removed again; as far as the device is
/// told. Fails with `EOPNOTSUPP` if that filters no VLANs.
pub fn set_vlan(device: &NetDevice, vlan: Vlan, is_there: bool) -> Result {
    let device = device.as_raw();
    // SAFETY: The device is valid, and its operations do not change.
    let (add, remove) = unsafe {
        let operations = (*device).netdev_ops;
        (
            (*operations).ndo_vlan_rx_add_vid,
            (*operations).ndo_vlan_rx_kill_vid,
        )
    };
    let tell = if is_there { add } else { remove }.ok_or(EOPNOTSUPP)?;
    // SAFETY: It is the device's operation, and RTNL is held.
    with_rtnl(|| to_result(unsafe { tell(device, vlan.protocol(), vlan.id) }))
}

/// `ethtool -K DEVICE ...`: of what can be switched, these are wanted and nothing else.
pub fn want_features(device: &NetDevice, features: Features) {
    let device = device.as_raw();
    // SAFETY: The device is valid, and RTNL is held.
    with_rtnl(|| unsafe {
        let others = (*device).wanted_features & !(*device).hw_features;
        (*device).wanted_features = others | features.to_c();
        bindings::netdev_update_features(device);
    });
}

/// `ip -s link show DEVICE`.
pub fn stats(device: &NetDevice) -> LinkStats {
    let mut stats = LinkStats::default();
    // SAFETY: The device is valid, and RTNL is held.
    with_rtnl(|| unsafe { bindings::dev_get_stats(device.as_raw(), &raw mut stats) });
    stats
}

/// `ip link set PORT master UPPER`, where `upper` becomes a team that hashes.
pub fn aggregate(upper: &NetDevice, port: &NetDevice) -> Result {
    let (upper, port) = (upper.as_raw(), port.as_raw());
    let mut info = bindings::netdev_lag_upper_info {
        tx_type: bindings::netdev_lag_tx_type_NETDEV_LAG_TX_TYPE_HASH,
        hash_type: bindings::netdev_lag_hash_NETDEV_LAG_HASH_L34,
    };
    let info: *mut bindings::netdev_lag_upper_info = &raw mut info;
    // SAFETY: The devices are valid, and RTNL is held. A team's information is of that kind.
    with_rtnl(|| unsafe {
        add_private_flag(upper, bindings::netdev_priv_flags_IFF_TEAM);
        add_private_flag(port, bindings::netdev_priv_flags_IFF_TEAM_PORT);
        to_result(bindings::netdev_master_upper_dev_link(
            port,
            upper,
            ptr::null_mut(),
            info.cast(),
            ptr::null_mut(),
        ))
    })
}

/// # Safety
///
/// The device is valid, and RTNL is held.
unsafe fn add_private_flag(device: *mut bindings::net_device, flag: c_uint) {
    // SAFETY: The device is valid, and RTNL guards these flags.
    unsafe {
        let flags = &mut (*device).__bindgen_anon_1.__bindgen_anon_1;
        flags.set_priv_flags(flags.priv_flags() | flag as c_ulong);
    }
}

/// `ip link set PORT nomaster`.
pub fn release(upper: &NetDevice, port: &NetDevice) {
    // SAFETY: The devices are valid, and RTNL is held.
    with_rtnl(|| unsafe { bindings::netdev_upper_dev_unlink(port.as_raw(), upper.as_raw()) });
}

/// What a link aggregation says of its port.
pub fn set_lower_state(port: &NetDevice, state: LowerState) {
    let mut info = bindings::netdev_lag_lower_state_info::default();
    info.set_link_up(state.link_up.into());
    info.set_tx_enabled(state.tx_enabled.into());
    // SAFETY: The device is valid, and RTNL is held. A team's information is of that kind.
    with_rtnl(|| unsafe {
        bindings::netdev_lower_state_changed(port.as_raw(), (&raw mut info).cast());
    });
}

/// Sends a frame, which begins with its Ethernet header, by the device's first queue.
///
/// Fails with `ENOBUFS` if it was dropped.
pub fn send(device: &NetDevice, frame: &[u8]) -> Result {
    let mut skb = SkBuff::new(frame.len(), GFP_KERNEL)?;
    skb.reset_mac_header();
    skb.put_slice(frame)?;
    skb.set_network_header(frame.len().min(bindings::ETH_HLEN as usize))?;
    let skb = skb.into_raw();
    // SAFETY: The device exists until the packet was sent: when it is unregistered, the kernel
    // waits for what is in its queues.
    unsafe {
        bindings::skb_set_dev(skb.as_ptr(), device.as_raw());
        match bindings::__dev_queue_xmit(skb.as_ptr(), ptr::null_mut()) {
            0 => Ok(()),
            _ => Err(ENOBUFS),
        }
    }
}
