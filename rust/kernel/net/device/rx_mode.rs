// SPDX-License-Identifier: GPL-2.0

//! Which frames a device is to receive.

use super::{
    NetDevice,
    ETH_ALEN, //
};

use crate::bindings;

use core::{
    marker::PhantomData,
    ptr, //
};

/// Which frames a device is to receive, see
/// [`Operations::set_rx_mode`](super::Operations::set_rx_mode). Those to its own address and those
/// to all stations it always is.
pub struct RxMode<'a> {
    flags: u32,
    /// Other stations, for which frames are to be received.
    pub unicast: Addresses<'a>,
    /// Groups of stations.
    pub multicast: Addresses<'a>,
}

impl RxMode<'_> {
    /// # Safety
    ///
    /// The lists are valid and change no more as long as this.
    pub(super) unsafe fn new(
        device: &NetDevice,
        unicast: *const bindings::netdev_hw_addr_list,
        multicast: *const bindings::netdev_hw_addr_list,
    ) -> Self {
        // SAFETY: The device is valid. The word is read in one go; it changes with RTNL held.
        let flags = unsafe { (&raw const (*device.as_raw()).flags).read_volatile() };
        RxMode {
            flags,
            // SAFETY: By the requirements of this function.
            unicast: unsafe { Addresses::new(unicast) },
            // SAFETY: The caller says that this list, too, is valid and does not change.
            multicast: unsafe { Addresses::new(multicast) },
        }
    }

    /// Whether all frames are to be received.
    pub fn is_promiscuous(&self) -> bool {
        self.flags & bindings::net_device_flags_IFF_PROMISC != 0
    }

    /// Whether the frames for all groups are to be received.
    pub fn is_all_multicast(&self) -> bool {
        self.flags & bindings::net_device_flags_IFF_ALLMULTI != 0
    }
}

/// Addresses of stations or of groups (`struct netdev_hw_addr_list`), each once.
///
/// # Invariants
///
/// The list and its entries are valid for `'a` and do not change.
#[derive(Clone)]
pub struct Addresses<'a> {
    head: *const bindings::list_head,
    next: *const bindings::list_head,
    left: usize,
    _list: PhantomData<&'a ()>,
}

impl Addresses<'_> {
    /// # Safety
    ///
    /// The list is valid and does not change as long as this.
    unsafe fn new(list: *const bindings::netdev_hw_addr_list) -> Self {
        // SAFETY: By the requirements of this function.
        let (head, left) = unsafe { (&raw const (*list).list, (*list).count as usize) };
        // INVARIANT: By the requirements of this function.
        Addresses {
            head,
            // SAFETY: The head is part of the list, which the caller says is valid.
            next: unsafe { (*head).next },
            left,
            _list: PhantomData,
        }
    }
}

impl Iterator for Addresses<'_> {
    type Item = [u8; ETH_ALEN];

    fn next(&mut self) -> Option<Self::Item> {
        if ptr::eq(self.next, self.head) {
            return None;
        }
        let entry = self.next;
        // SAFETY: By the type invariants it is an entry's, which is valid.
        let entry = unsafe { crate::container_of!(entry, bindings::netdev_hw_addr, list) };
        let mut address = [0; ETH_ALEN];
        // SAFETY: The entry is valid, and stays so as long as this: the list does not change. There
        // is room for longer addresses in it.
        unsafe {
            address.copy_from_slice(&(&(*entry).addr)[..ETH_ALEN]);
            self.next = (*entry).list.next;
        }
        self.left = self.left.saturating_sub(1);
        Some(address)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Addresses<'_> {}
