// SPDX-License-Identifier: GPL-2.0

//! Memory keys: which memory a queue may reach.

use super::{layout::*, objects::Kind, Mlx5};
use crate::{
    frame::Piece,
    model::{DmaError, Host},
};

/// The key that every driver may use for all of its memory.
const RESERVED: u32 = 0x100;
/// Memory by the addresses that the bus has; other keys have tables of pages.
const PHYSICAL: u8 = 0;

impl Mlx5 {
    /// Reads memory for a queue of a protection domain.
    pub(super) fn read_piece(
        &self,
        host: &mut dyn Host,
        domain: u32,
        piece: Piece,
        data: &mut [u8],
    ) -> Result<(), DmaError> {
        self.check(domain, piece, Mkc::LR)?;
        host.dma_read(piece.address, data)
    }

    /// Writes as much of the data as there is room for, and returns how much that is.
    pub(super) fn write_piece(
        &self,
        host: &mut dyn Host,
        domain: u32,
        piece: Piece,
        data: &[u8],
    ) -> Result<usize, DmaError> {
        self.check(domain, piece, Mkc::LW)?;
        let length = piece.length.min(data.len());
        host.dma_write(piece.address, &data[..length])?;
        Ok(length)
    }

    /// Whether the key is one, of the same domain, and allows the access.
    fn check(&self, domain: u32, piece: Piece, right: Field<Mkc, bool>) -> Result<(), DmaError> {
        if piece.key == RESERVED {
            return Ok(());
        }
        let object = self.objects.get((Kind::Mkey, (piece.key >> 8).into()));
        let object = object.ok_or(piece.error())?;
        let made = View::<CreateMkeyIn>::of_any_length(&object.input);
        let context = made.part(CreateMkeyIn::MEMORY_KEY_MKEY_ENTRY);
        let mode = context.get(Mkc::ACCESS_MODE_4_2) << 2 | context.get(Mkc::ACCESS_MODE_1_0);
        let start = context.get(Mkc::START_ADDR);
        let inside = context.get(Mkc::LENGTH64) || {
            let offset = piece.address.checked_sub(start);
            let end = offset.and_then(|offset| offset.checked_add(piece.length as u64));
            end.is_some_and(|end| end <= context.get(Mkc::LEN))
        };
        let allowed = mode == PHYSICAL
            && context.get(right)
            && context.get(Mkc::MKEY_7_0) == piece.key as u8
            && context.get(Mkc::PD) == domain
            && inside;
        allowed.then_some(()).ok_or(piece.error())
    }
}
