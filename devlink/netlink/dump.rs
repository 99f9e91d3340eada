// SPDX-License-Identifier: GPL-2.0

//! Dumps: everything of one kind, of one instance or of all of a namespace.
//!
//! A dump goes on from the key of what it wrote last, so objects that come or go between two
//! parts neither repeat nor hide others, and it holds no lock while it writes.

use super::{
    command::Operation,
    generated::Cmd,
    FAMILY, //
};

use crate::{
    driver::access::{
        Active,
        InstanceLocked,
        Operating, //
    },
    registry, //
};

use kernel::{
    bindings,
    net::netlink::{
        attr::Attrs,
        extack::Extack,
        ops::{
            Dump,
            DumpIt,
            DumpState, //
        },
        writer::{
            Header,
            Writer, //
        },
    },
    prelude::*, //
};

/// A dump of the objects of one kind.
pub(crate) trait DumpCommand {
    /// Where the dump is inside an instance; all zero at its beginning.
    type Cursor: DumpState;

    /// Writes the entries of one instance from `cursor` on and moves `cursor` behind each that was
    /// written. Answers [`EMSGSIZE`] when the buffer is full.
    fn dump_one(
        devlink: &Active<'_>,
        out: &mut Entries<'_, '_>,
        cursor: &mut Self::Cursor,
    ) -> Result;
}

/// The driver during a part of a dump. Its lock is tried once, and kept for the part.
pub(crate) struct Part<'a> {
    devlink: &'a Active<'a>,
    tried: bool,
    operating: Option<Operating<'a>>,
}

impl<'a> Part<'a> {
    /// A part that has not needed the driver yet.
    pub(crate) fn new(devlink: &'a Active<'a>) -> Self {
        Part {
            devlink,
            tried: false,
            operating: None,
        }
    }

    /// The driver is needed for an object. When this is true, the lock has been got just now, and
    /// the object may have gone before: look it up again.
    pub(crate) fn gets_driver(&mut self) -> bool {
        if self.tried {
            return false;
        }
        self.tried = true;
        self.operating = self.devlink.try_operate();
        self.operating.is_some()
    }

    /// Proof that the driver may be called, unless it is busy or was not needed.
    pub(crate) fn locked(&self) -> Option<InstanceLocked<'_>> {
        self.operating.as_ref().map(Operating::locked)
    }
}

/// Writes the entries of a dump.
pub(crate) struct Entries<'a, 'b> {
    out: &'a mut Writer<'b>,
    header: Header,
    /// The attributes of the request that began the dump.
    pub(crate) attrs: Attrs<'a>,
    /// Where error messages go.
    pub(crate) extack: Extack<'a>,
}

impl Entries<'_, '_> {
    /// Tells the reader, in the entries from now on, that not everything of the kind is shown.
    pub(crate) fn mark_filtered(&mut self) {
        self.header.flags |= bindings::NLM_F_DUMP_FILTERED as u16;
    }

    /// Writes one entry.
    pub(crate) fn entry(
        &mut self,
        cmd: Cmd,
        fill: impl FnOnce(&mut Writer<'_>) -> Result,
    ) -> Result {
        self.out
            .message(FAMILY.family(), self.header, cmd as u8, fill)
    }
}

impl<T: DumpCommand> DumpIt for Operation<T> {
    /// The index of the instance to go on with, and where inside it.
    type State = (u64, T::Cursor);

    fn dumpit(out: &mut Writer<'_>, dump: &mut Dump<'_, Self::State>) -> Result {
        let net = dump.info.net();
        let attrs = dump.info.attrs();
        let mut entries = Entries {
            out,
            header: dump.header,
            attrs,
            extack: dump.info.extack(),
        };
        let (index, cursor) = dump.state;

        if registry::names_instance(attrs) {
            entries.mark_filtered();
            let devlink = registry::find(net, attrs)?;
            return T::dump_one(&devlink.enter()?, &mut entries, cursor);
        }
        while let Some(devlink) = u32::try_from(*index)
            .ok()
            .and_then(|from| registry::next_matching(from, |devlink| devlink.net().is(net)))
        {
            // Where the dump was concerns the instance it was in, not the one after it.
            if u64::from(devlink.index()) != *index {
                *index = devlink.index().into();
                *cursor = T::Cursor::start();
            }
            // One that is not registered (any more) has nothing to show.
            if let Ok(active) = devlink.enter() {
                T::dump_one(&active, &mut entries, cursor)?;
            }
            *index += 1;
            *cursor = T::Cursor::start();
        }
        Ok(())
    }
}
