// SPDX-License-Identifier: GPL-2.0

//! What a driver says about its tables while the core calls it: fields that are matched or acted
//! on, and entries.

use crate::generated::attr;

use kernel::{
    net::netlink::{
        attr::{
            Attr,
            Nest,
            U32, //
        },
        writer::Writer, //
    },
    prelude::*, //
};

/// How a table or an entry uses a field: matches it, or changes it.
#[derive(Copy, Clone)]
pub(crate) struct FieldUse {
    /// The kind of match (`enum devlink_dpipe_match_type`) or action (`enum
    /// devlink_dpipe_action_type`).
    pub(crate) kind: u32,
    /// Which of several headers of the same kind in a packet.
    pub(crate) header_index: u32,
    pub(crate) header_id: u32,
    pub(crate) header_global: bool,
    pub(crate) field_id: u32,
}

impl FieldUse {
    /// Writes it as a match; [`EMSGSIZE`] if there is no room.
    pub(crate) fn fill_match(&self, out: &mut Writer<'_>) -> Result {
        self.fill(attr::DPIPE_MATCH, attr::DPIPE_MATCH_TYPE, out)
    }

    /// Writes it as an action; [`EMSGSIZE`] if there is no room.
    pub(crate) fn fill_action(&self, out: &mut Writer<'_>) -> Result {
        self.fill(attr::DPIPE_ACTION, attr::DPIPE_ACTION_TYPE, out)
    }

    fn fill(&self, nest: Attr<Nest>, kind: Attr<U32>, out: &mut Writer<'_>) -> Result {
        out.nest_noflag(nest, |out| {
            out.put(kind, self.kind)?;
            out.put(attr::DPIPE_HEADER_INDEX, self.header_index)?;
            out.put(attr::DPIPE_HEADER_ID, self.header_id)?;
            out.put(attr::DPIPE_FIELD_ID, self.field_id)?;
            out.put(attr::DPIPE_HEADER_GLOBAL, self.header_global.into())
        })
    }
}

/// The value that an entry matches or sets.
pub(crate) struct Value<'a> {
    /// What it is the value of; must be there.
    pub(crate) field: Option<FieldUse>,
    pub(crate) bytes: &'a [u8],
    /// Which bits count; all if there is no mask.
    pub(crate) mask: Option<&'a [u8]>,
    /// What the value stands for outside of the device.
    pub(crate) mapping: Option<u32>,
}

impl Value<'_> {
    fn fill(
        &self,
        fill_field: impl FnOnce(&FieldUse, &mut Writer<'_>) -> Result,
        out: &mut Writer<'_>,
    ) -> Result {
        let field = self.field.as_ref().ok_or(EINVAL)?;
        fill_field(field, out)?;
        out.put(attr::DPIPE_VALUE, self.bytes)?;
        out.put_opt(attr::DPIPE_VALUE_MASK, self.mask)?;
        out.put_opt(attr::DPIPE_VALUE_MAPPING, self.mapping)
    }
}

/// An entry of a table.
pub(crate) struct Entry<M, A> {
    pub(crate) index: u64,
    pub(crate) counter: Option<u64>,
    /// The values that the entry matches.
    pub(crate) matches: M,
    /// The values that the entry sets.
    pub(crate) actions: A,
}

impl<'a, M, A> Entry<M, A>
where
    M: Iterator<Item = Value<'a>>,
    A: Iterator<Item = Value<'a>>,
{
    /// Writes the entry; [`EMSGSIZE`] if there is no room, [`EINVAL`] if a value is that of no
    /// field.
    pub(crate) fn fill(self, out: &mut Writer<'_>) -> Result {
        let (matches, actions) = (self.matches, self.actions);
        out.nest_noflag(attr::DPIPE_ENTRY, |out| {
            out.put(attr::DPIPE_ENTRY_INDEX, self.index)?;
            out.put_opt(attr::DPIPE_ENTRY_COUNTER, self.counter)?;
            out.nest_noflag(attr::DPIPE_ENTRY_MATCH_VALUES, |out| {
                for value in matches {
                    out.nest_noflag(attr::DPIPE_MATCH_VALUE, |out| {
                        value.fill(FieldUse::fill_match, out)
                    })?;
                }
                Ok(())
            })?;
            out.nest_noflag(attr::DPIPE_ENTRY_ACTION_VALUES, |out| {
                for value in actions {
                    out.nest_noflag(attr::DPIPE_ACTION_VALUE, |out| {
                        value.fill(FieldUse::fill_action, out)
                    })?;
                }
                Ok(())
            })
        })
    }
}
