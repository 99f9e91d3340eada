// SPDX-License-Identifier: GPL-2.0

//! Network devices.
//!
//! # Locks
//!
//! RTNL (`rtnl_lock()`) is one lock for all network devices. Making and dropping a [`Registration`]
//! takes it, and dropping one waits until nobody refers to the device any more. So neither is done
//! with RTNL held, nor with a lock held that is taken by somebody who has RTNL. An instance lock of
//! devlink may be held: devlink takes it before RTNL, never after. Both can sleep.
//!
//! What the kernel calls, and with which lock held:
//!
//! * [`Transmit::start_xmit`]: the lock of that queue;
//! * [`Poll`](super::napi::Poll): none; NAPI has one task poll at a time;
//! * [`Operations::stats`]: none, in an RCU read-side section;
//! * [`Operations::tx_timeout`]: the locks of all queues;
//! * what [`Rtnl::watch`] is shown packets with: none, in an RCU read-side section;
//! * what [`Carrier::update`] is given: a lock of its own, which is waited for with RTNL held when
//!   the device is taken down;
//! * the others of [`Operations`], those of [`EthtoolOps`](super::ethtool::EthtoolOps), and
//!   [notifiers](super::notifier): RTNL;
//! * destructors of what there is while the device is up ([`Operations::Open`], senders, what NAPI
//!   polls): RTNL;
//! * the destructor of the driver's part: whatever is held where the registration is dropped.
//!
//! The lock of a device (`netdev_lock()`) is free in all of these: only functions that need it take
//! it.
//!
//! C headers: [`include/linux/netdevice.h`](srctree/include/linux/netdevice.h),
//! [`include/linux/etherdevice.h`](srctree/include/linux/etherdevice.h)

use crate::{
    bindings,
    device,
    fmt,
    net::namespace::Net,
    prelude::*,
    sync::{
        aref::ARef,
        rcu, //
    },
    types::Opaque, //
};

use core::{
    ops::Deref,
    ptr, //
};

pub(in crate::net) mod callbacks;
mod carrier;
mod ether;
mod features;
mod frame;
mod opened;
mod operations;
mod owned;
mod port_id;
mod queue;
mod registration;
mod rx_mode;
mod service;
mod settings;
mod stats;
#[cfg(CONFIG_RUST_KERNEL_DOCTESTS)]
pub mod testing;
mod vlan;
mod watch;

pub(in crate::net) use self::owned::{
    Owned,
    Place, //
};
pub use self::{
    carrier::Carrier,
    ether::{
        EtherDevice,
        Rtnl, //
    },
    features::Features,
    frame::Frame,
    opened::Opening,
    operations::{
        Operations,
        Transmit, //
    },
    port_id::PortId,
    queue::{
        Completions,
        RxQueue,
        TxQueue,
        TxSlot, //
    },
    registration::Registration,
    rx_mode::{
        Addresses,
        RxMode, //
    },
    settings::Settings,
    stats::{
        Counter,
        QueueStats,
        Stats, //
    },
    vlan::{
        Vlan,
        VlanTag, //
    },
};

/// How many bytes the address of an Ethernet device has.
pub const ETH_ALEN: usize = bindings::ETH_ALEN as usize;

/// How long the name of a device can be, with the zero at its end.
const IFNAMSIZ: usize = bindings::IFNAMSIZ as usize;

/// A network device (`struct net_device`), anybody's.
///
/// References have no count: who has one longer than a call keeps the device from going, so that
/// only its [`Registration`] lends it.
///
/// # Invariants
///
/// While there is a reference, the device's memory is valid, its addresses are initialized, and the
/// device that it is a child of, if any, does not go.
#[repr(transparent)]
pub struct NetDevice(Opaque<bindings::net_device>);

// SAFETY: The methods take the locks that they need, or read what may change meanwhile in one go.
unsafe impl Sync for NetDevice {}

impl NetDevice {
    /// Makes a reference from a pointer.
    ///
    /// # Safety
    ///
    /// During `'a` the device is not freed, nor is the device that it is a child of.
    pub unsafe fn from_raw<'a>(device: *mut bindings::net_device) -> &'a Self {
        // INVARIANT: The caller promises it; addresses are initialized when the device is made.
        // SAFETY: The caller promises that it is valid; `NetDevice` is transparent over it.
        unsafe { &*device.cast() }
    }

    /// The device as C knows it.
    pub fn as_raw(&self) -> *mut bindings::net_device {
        self.0.get()
    }

    /// Its name now: users can change it (`netdev_copy_name()`).
    // C does not export that to modules.
    #[inline(never)]
    pub fn name(&self) -> Name {
        let mut name = [0; IFNAMSIZ];
        // SAFETY: The device is valid, and there is room for a name. The function waits for those
        // who change it.
        unsafe { bindings::netdev_copy_name(self.as_raw(), name.as_mut_ptr().cast()) };
        // INVARIANT: The function terminates what it copies.
        Name(name)
    }

    /// Its number in its namespace now: it can be another one in another namespace.
    pub fn index(&self) -> u32 {
        // SAFETY: The device is valid. The number is read in one go, for it may change.
        let index = unsafe { (&raw const (*self.as_raw()).ifindex).read_volatile() };
        index as u32
    }

    /// Its address, `None` if addresses of its kind have another length.
    ///
    /// One that is changed meanwhile may be read half.
    pub fn mac_address(&self) -> Option<[u8; ETH_ALEN]> {
        let device = self.as_raw();
        // SAFETY: The device is valid. The length of addresses may change, with the kind.
        let len = unsafe { (&raw const (*device).addr_len).read_volatile() };
        if usize::from(len) != ETH_ALEN {
            return None;
        }
        let mut address = [0; ETH_ALEN];
        for (at, byte) in address.iter_mut().enumerate() {
            // SAFETY: By the type invariants; the pointer does not change as long as there is the
            // device, and there is room for the longest address where it points to. Each byte is
            // read in one go, for it may change.
            *byte = unsafe { (*device).dev_addr.add(at).read_volatile() };
        }
        Some(address)
    }

    /// Whether it is up now (`netif_running()`). Works in any context.
    pub fn is_running(&self) -> bool {
        // SAFETY: The device is valid. The word is read in one go, for it may change.
        let state = unsafe { (&raw const (*self.as_raw()).state).read_volatile() };
        state & (1 << bindings::netdev_state_t___LINK_STATE_START) != 0
    }

    /// Which port of its parent it is, from 0, see [`Settings::dev_port`].
    pub fn dev_port(&self) -> u16 {
        // SAFETY: The device is valid. The number does not change when it is registered.
        unsafe { (*self.as_raw()).dev_port }
    }

    /// How many bytes a frame can carry, without its Ethernet header. Changes with RTNL held.
    pub fn mtu(&self) -> u32 {
        // SAFETY: The device is valid. The word is read in one go, for it may change.
        unsafe { (&raw const (*self.as_raw()).mtu).read_volatile() }
    }

    /// Whether there is a link, as far as the driver says (`netif_carrier_ok()`). Works in any
    /// context.
    pub fn has_carrier(&self) -> bool {
        // SAFETY: The device is valid. The word is read in one go, for it may change.
        let state = unsafe { (&raw const (*self.as_raw()).state).read_volatile() };
        state & (1 << bindings::netdev_state_t___LINK_STATE_NOCARRIER) == 0
    }

    /// The device that this one is a child of, if any.
    pub fn parent(&self) -> Option<&device::Device> {
        // SAFETY: The device is valid.
        let parent = unsafe { (*self.as_raw()).dev.parent };
        // SAFETY: By the type invariants it exists as long as the reference to this device.
        (!parent.is_null()).then(|| unsafe { device::Device::from_raw(parent) })
    }

    /// The namespace that it is in now; `None` if that is dying.
    pub fn net(&self) -> Option<ARef<Net>> {
        let _rcu = rcu::read_lock();
        // SAFETY: Who moves the device to another namespace waits for a grace period before the one
        // that it was in may be freed, so not before this RCU read-side section ends.
        unsafe { Net::try_get(self.net_ptr()) }
    }

    /// Whether it is in `net` now. Works in any context.
    pub fn is_in(&self, net: &Net) -> bool {
        self.net_ptr() == net.as_raw()
    }

    /// The namespace that it is in now, perhaps not any more when this returns.
    fn net_ptr(&self) -> *mut bindings::net {
        // SAFETY: The device is valid. The pointer is read in one go, for it may change.
        #[cfg(CONFIG_NET_NS)]
        return unsafe { (&raw const (*self.as_raw()).nd_net.net).read_volatile() };
        #[cfg(not(CONFIG_NET_NS))]
        return &raw mut bindings::init_net;
    }
}

impl PartialEq for NetDevice {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self, other)
    }
}

/// The name of a device.
///
/// # Invariants
///
/// There is a zero in it.
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct Name([u8; IFNAMSIZ]);

impl Deref for Name {
    type Target = CStr;

    fn deref(&self) -> &CStr {
        // By the type invariants this does not fail.
        CStr::from_bytes_until_nul(&self.0).unwrap_or(c"")
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}
