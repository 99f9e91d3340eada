// SPDX-License-Identifier: GPL-2.0

//! Memory keys: which memory a queue may reach.

use super::{
    hca::Hca,
    layout::{long, word, Field},
};
use crate::{
    frame::Piece,
    model::{DmaError, Host},
};

/// A memory region, as SW2HW_MPT gave it.
mod region {
    use super::*;
    pub const IS_REGION: Field = word(0).bits(8, 1);
    /// Its addresses are those of the bus; other regions have tables of pages.
    pub const IS_PHYSICAL: Field = word(0).bits(9, 1);
    pub const MAY_READ: Field = word(0).bits(10, 1);
    pub const MAY_WRITE: Field = word(0).bits(11, 1);
    pub const INDEX: Field = word(8);
    pub const PROTECTION_DOMAIN: Field = word(12).bits(0, 24);
    pub const START: Field = long(16);
    pub const LENGTH: Field = long(24);
}

impl Hca {
    /// Reads memory for a queue of a protection domain.
    pub fn read_piece(
        &self,
        host: &mut dyn Host,
        domain: u32,
        piece: Piece,
        data: &mut [u8],
    ) -> Result<(), DmaError> {
        self.check(domain, piece, region::MAY_READ)?;
        host.dma_read(piece.address, data)
    }

    /// Writes as much of the data as there is room for, and returns how much that is.
    pub fn write_piece(
        &self,
        host: &mut dyn Host,
        domain: u32,
        piece: Piece,
        data: &[u8],
    ) -> Result<usize, DmaError> {
        self.check(domain, piece, region::MAY_WRITE)?;
        let length = piece.length.min(data.len());
        host.dma_write(piece.address, &data[..length])?;
        Ok(length)
    }

    /// Whether the key is one, of the same domain, and allows the access.
    fn check(&self, domain: u32, piece: Piece, right: Field) -> Result<(), DmaError> {
        // A key is a region's index with its high byte at the end; drivers change that byte.
        let index = piece.key.rotate_right(8);
        let region = self.mpts.get(&(index & self.region_mask()));
        let region = region.ok_or(piece.error())?;
        let offset = piece.address.checked_sub(region::START.get(region));
        let end = offset.and_then(|offset| offset.checked_add(piece.length as u64));
        let allowed = [region::IS_REGION, region::IS_PHYSICAL, right]
            .iter()
            .all(|field| field.get(region) != 0)
            && region::INDEX.get32(region) == index
            && region::PROTECTION_DOMAIN.get32(region) == domain
            && end.is_some_and(|end| end <= region::LENGTH.get(region));
        allowed.then_some(()).ok_or(piece.error())
    }
}
