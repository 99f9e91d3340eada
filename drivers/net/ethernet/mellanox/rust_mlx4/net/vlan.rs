// SPDX-License-Identifier: GPL-2.0

//! Which VLANs the port receives frames of.

use super::port::Port;

use kernel::prelude::*;

/// How many VLANs there can be (`VLAN_N_VID`).
const COUNT: usize = 4096;

/// How many the port's table has room for (`MLX4_MAX_VLAN_NUM`); the first two places are for no
/// VLAN and for one that is not there (`MLX4_VLAN_REGULAR`).
const PLACES: usize = 128;
const FIRST: usize = 2;

/// That a place of the table has a VLAN (`MLX4_VLAN_VALID`).
const VALID: u32 = 1 << 31;

/// VLANs of a port.
pub(super) struct Vlans {
    /// How many want each to be received.
    wanted: KVVec<u8>,
    /// The port's table. The firmware looks there for which VLANs users of RDMA have.
    table: [Option<u16>; PLACES],
    /// How many VLANs have room in it.
    room: usize,
}

impl Vlans {
    /// None, of which the port's table has room for so many, as a power of two.
    pub(super) fn new(log_room: u8) -> Result<Self> {
        let room = 1_usize.checked_shl(log_room.into()).unwrap_or(PLACES);
        Ok(Vlans {
            wanted: KVVec::from_elem(0, COUNT, GFP_KERNEL)?,
            table: [None; PLACES],
            room: room.min(PLACES) - FIRST.min(room),
        })
    }

    /// Those to be received, as bits of words.
    pub(super) fn words(&self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + '_ {
        self.wanted.chunks_exact(u32::BITS as usize).map(|counts| {
            let bits = counts.iter().enumerate();
            bits.fold(0, |word, (bit, count)| word | u32::from(*count != 0) << bit)
        })
    }

    fn tell(&self, port: Port<'_>) -> Result {
        let entry = |vlan: &Option<u16>| vlan.map_or(0, |vlan| VALID | u32::from(vlan));
        let mut entries = [0; PLACES];
        for (to, from) in entries.iter_mut().zip(&self.table) {
            *to = entry(from);
        }
        port.set_vlans(&entries)
    }

    /// Has frames of a VLAN be received. The port's filter is to be told then.
    pub(super) fn want(&mut self, vlan: u16) -> Result {
        let wanted = self.wanted.get_mut(usize::from(vlan)).ok_or(EINVAL)?;
        *wanted = wanted.saturating_add(1);
        Ok(())
    }

    /// Takes that back.
    pub(super) fn unwant(&mut self, vlan: u16) -> Result {
        let wanted = self.wanted.get_mut(usize::from(vlan)).ok_or(EINVAL)?;
        *wanted = wanted.saturating_sub(1);
        Ok(())
    }

    /// Puts a VLAN into the port's table, if it is not there (`__mlx4_register_vlan()`).
    ///
    /// Fails with `ENOSPC` if there is no room.
    pub(super) fn register(&mut self, port: Port<'_>, vlan: u16) -> Result {
        if self.table.contains(&Some(vlan)) {
            return Ok(());
        }
        if self.table.iter().flatten().count() >= self.room {
            return Err(ENOSPC);
        }
        let mut places = self.table.iter().enumerate().skip(FIRST);
        let free = places.find(|(_, vlan)| vlan.is_none());
        let (place, _) = free.ok_or(ENOMEM)?;
        self.set_place(place, Some(vlan));
        self.tell(port).inspect_err(|_| {
            dev_warn!(port.card.dev.as_ref(), "Failed adding vlan: {}\n", vlan);
            self.set_place(place, None);
        })
    }

    /// Takes a VLAN that nobody wants any more out of the port's table
    /// (`__mlx4_unregister_vlan()`).
    pub(super) fn unregister(&mut self, port: Port<'_>, vlan: u16) {
        let is_wanted = self
            .wanted
            .get(usize::from(vlan))
            .is_some_and(|wanted| *wanted != 0);
        let place = self.table.iter().position(|other| *other == Some(vlan));
        let Some(place) = place.filter(|_| !is_wanted) else {
            return;
        };
        self.set_place(place, None);
        if self.tell(port).is_err() {
            dev_warn!(
                port.card.dev.as_ref(),
                "Fail to set vlan in port {} during unregister\n",
                port.number()
            );
        }
    }

    fn set_place(&mut self, place: usize, vlan: Option<u16>) {
        if let Some(to) = self.table.get_mut(place) {
            *to = vlan;
        }
    }
}
