// SPDX-License-Identifier: GPL-2.0

//! Which frames the network device is to receive.

use crate::vport::Address;

use kernel::{
    net::device::RxMode,
    prelude::*, //
};

use core::{
    cmp::Reverse,
    mem::replace, //
};

/// Which frames are the device's.
pub(super) struct Mode {
    pub(super) everything: bool,
    pub(super) all_groups: bool,
    pub(super) broadcast: bool,
    /// Stations, the device's own address being the first.
    pub(super) unicast: KVec<Address>,
    /// Groups of stations.
    pub(super) multicast: KVec<Address>,
}

/// Adds addresses in the order in which the stock driver has them in its table: by their last byte,
/// and those that came last first.
fn add_sorted(to: &mut KVec<Address>, addresses: impl Iterator<Item = Address>) -> Result {
    let mut sorted = KVVec::new();
    for (number, address) in addresses.enumerate() {
        let [.., last] = address;
        sorted.push((last, Reverse(number), address), GFP_KERNEL)?;
    }
    sorted.sort_unstable();
    for (.., address) in sorted {
        to.push(address, GFP_KERNEL)?;
    }
    Ok(())
}

impl Mode {
    /// None.
    pub(super) const fn nothing() -> Self {
        Mode {
            everything: false,
            all_groups: false,
            broadcast: false,
            unicast: KVec::new(),
            multicast: KVec::new(),
        }
    }

    /// Those for that address, and what the kernel says.
    pub(super) fn new(own: Address, wanted: RxMode<'_>) -> Result<Self> {
        let mut mode = Mode {
            everything: wanted.is_promiscuous(),
            all_groups: wanted.is_all_multicast(),
            broadcast: true,
            unicast: KVec::with_capacity(1 + wanted.unicast.len(), GFP_KERNEL)?,
            multicast: KVec::with_capacity(wanted.multicast.len(), GFP_KERNEL)?,
        };
        mode.unicast.push(own, GFP_KERNEL)?;
        let others = wanted.unicast.filter(|address| *address != own);
        add_sorted(&mut mode.unicast, others)?;
        add_sorted(&mut mode.multicast, wanted.multicast)?;
        Ok(mode)
    }

    /// The same once more.
    pub(super) fn try_clone(&self) -> Result<Self> {
        let mut mode = Mode {
            unicast: KVec::with_capacity(self.unicast.len(), GFP_KERNEL)?,
            multicast: KVec::with_capacity(self.multicast.len(), GFP_KERNEL)?,
            ..*self
        };
        mode.unicast.extend_from_slice(&self.unicast, GFP_KERNEL)?;
        mode.multicast
            .extend_from_slice(&self.multicast, GFP_KERNEL)?;
        Ok(mode)
    }

    /// Those for another address of its own.
    pub(super) fn set_own(&mut self, own: Address) -> Result {
        let Some(first) = self.unicast.first_mut() else {
            return Ok(self.unicast.push(own, GFP_KERNEL)?);
        };
        *first = own;
        // It may have been another one before; each is there once.
        let mut is_first = true;
        self.unicast
            .retain(|address| replace(&mut is_first, false) || *address != own);
        Ok(())
    }
}
