// SPDX-License-Identifier: GPL-2.0

//! What entries look at.

use crate::layout::{
    Field,
    FteMatchParam,
    FteMatchSetLyr24,
    FteMatchSetMisc,
    Structure,
    Value,
    ViewMut, //
};

use kernel::prelude::*;

/// Headers of a frame, up to the transport layer: its own, or those inside of a tunnel.
pub(crate) type Headers = Field<FteMatchParam, FteMatchSetLyr24>;
pub(crate) const OUTER: Headers = FteMatchParam::OUTER_HEADERS;
pub(crate) const INNER: Headers = FteMatchParam::INNER_HEADERS;

/// How many fields can be looked at.
const MOST: usize = 4;

/// A field of whatever kind.
type Any = Field<FteMatchParam, u64>;

/// Whose e-switch a frame came from.
const SOURCE_OWNER: Any = FteMatchParam::MISC_PARAMETERS
    .then(FteMatchSetMisc::SOURCE_ESWITCH_OWNER_VHCA_ID)
    .number();

/// Fields of a frame: of a group those that are looked at, with ones; of an entry their values.
/// There are few of them, so that they need not have the device's half a kilobyte on the stack.
#[derive(Clone)]
pub(crate) struct Match {
    fields: [Option<(Any, u64)>; MOST],
    has_more: bool,
}

impl Match {
    /// None.
    pub(crate) const fn none() -> Self {
        Match {
            fields: [None; MOST],
            has_more: false,
        }
    }

    fn and(mut self, field: Any, value: u64) -> Self {
        match self.fields.iter_mut().find(|place| place.is_none()) {
            Some(place) => *place = Some((field, value)),
            None => self.has_more = true,
        }
        self
    }

    /// And that field of those headers.
    pub(crate) fn with<T: Value>(
        self,
        headers: Headers,
        field: Field<FteMatchSetLyr24, T>,
        value: T,
    ) -> Self {
        self.with_any(headers.then(field), value)
    }

    /// And all bits of that field of those headers.
    pub(crate) fn all_of<T: Value>(
        self,
        headers: Headers,
        field: Field<FteMatchSetLyr24, T>,
    ) -> Self {
        self.and(headers.then(field).number(), u64::MAX)
    }

    /// And that field, of whatever kind.
    pub(crate) fn with_any<T: Value>(self, field: Field<FteMatchParam, T>, value: T) -> Self {
        self.and(field.number(), value.into_bits())
    }

    /// And that address of the station or group that the frame is for.
    pub(crate) fn destination(self, [a, b, c, d, e, f]: [u8; 6]) -> Self {
        let (high, low) = (u32::from_be_bytes([a, b, c, d]), u16::from_be_bytes([e, f]));
        self.with(OUTER, FteMatchSetLyr24::DMAC_47_16, high).with(
            OUTER,
            FteMatchSetLyr24::DMAC_15_0,
            low,
        )
    }

    fn fields(&self) -> impl Iterator<Item = (Any, u64)> + '_ {
        self.fields.iter().copied().flatten()
    }

    /// Which kinds of headers and parameters are looked at, a bit for each (`MLX5_MATCH_*`).
    pub(super) fn parts(&self) -> u8 {
        let looked_at = self.fields().filter(|(_, value)| *value != 0);
        looked_at.fold(0, |parts, (field, _)| {
            parts | 1 << (field.offset() / FteMatchSetLyr24::BITS)
        })
    }

    /// Whether ports of other e-switches are told apart.
    pub(super) fn tells_owner(&self) -> bool {
        self.fields()
            .any(|(field, _)| field.offset() == SOURCE_OWNER.offset())
    }

    /// Writes it. Fails with `E2BIG` if there are more fields than there can be.
    pub(super) fn fill(&self, mut to: ViewMut<'_, FteMatchParam>) -> Result {
        if self.has_more {
            return Err(E2BIG);
        }
        for (field, value) in self.fields() {
            to.set(field, value);
        }
        Ok(())
    }
}
