// SPDX-License-Identifier: GPL-2.0

//! What users do to a device, for examples: these run as tests.

use super::NetDevice;

use crate::{
    bindings,
    error::to_result,
    net::skbuff::SkBuff,
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

/// `ip -s link show DEVICE`.
pub fn stats(device: &NetDevice) -> LinkStats {
    let mut stats = LinkStats::default();
    // SAFETY: The device is valid, and RTNL is held.
    with_rtnl(|| unsafe { bindings::dev_get_stats(device.as_raw(), &raw mut stats) });
    stats
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
