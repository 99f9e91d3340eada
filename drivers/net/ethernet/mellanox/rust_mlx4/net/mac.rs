// SPDX-License-Identifier: GPL-2.0

//! Which addresses the port has.

use super::port::{
    number_of,
    Address,
    Port, //
};

use kernel::prelude::*;

/// How many the port's table has places for (`MLX4_MAX_MAC_NUM`).
const PLACES: usize = 128;

/// That a place of the table has an address (`MLX4_MAC_VALID`).
const VALID: u64 = 1 << 63;

/// The port's table of addresses.
pub(super) struct Table {
    places: KVec<Option<Address>>,
    /// How many of them can be used.
    room: usize,
}

impl Table {
    /// No address, with room for so many, as a power of two (`mlx4_init_mac_table()`).
    pub(super) fn new(log_room: u8) -> Result<Self> {
        let room = 1_usize.checked_shl(log_room.into()).unwrap_or(PLACES);
        Ok(Table {
            places: KVec::from_elem(None, PLACES, GFP_KERNEL)?,
            room: room.min(PLACES),
        })
    }

    fn tell(&self, port: Port<'_>) -> Result {
        let mut entries = KVec::with_capacity(PLACES, GFP_KERNEL)?;
        for place in &self.places {
            let entry = place.map_or(0, |address| VALID | number_of(address));
            entries.push(entry, GFP_KERNEL)?;
        }
        port.set_addresses(&entries)
    }

    fn set_place(&mut self, place: usize, address: Option<Address>) {
        if let Some(to) = self.places.get_mut(place) {
            *to = address;
        }
    }

    /// Adds an address that is not there yet, and returns its place (`__mlx4_register_mac()`).
    ///
    /// Fails with `ENOSPC` if there is no room.
    pub(super) fn add(&mut self, port: Port<'_>, address: Address) -> Result<usize> {
        let free = self.places.iter().position(Option::is_none);
        let used = self.places.iter().flatten().count();
        let place = free.filter(|_| used < self.room).ok_or(ENOSPC)?;
        self.set_place(place, Some(address));
        self.tell(port).inspect_err(|_| {
            dev_err!(
                port.card.dev.as_ref(),
                "Failed adding MAC: 0x{:x}\n",
                number_of(address)
            );
            self.set_place(place, None);
        })?;
        Ok(place)
    }

    /// Removes an address (`__mlx4_unregister_mac()`).
    pub(super) fn remove(&mut self, port: Port<'_>, address: Address) {
        let place = self.places.iter().position(|other| *other == Some(address));
        let Some(place) = place else {
            return;
        };
        self.set_place(place, None);
        if self.tell(port).is_err() {
            dev_warn!(
                port.card.dev.as_ref(),
                "Fail to set mac in port {} during unregister\n",
                port.number()
            );
        }
    }
}
