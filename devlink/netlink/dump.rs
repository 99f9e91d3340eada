// SPDX-License-Identifier: GPL-2.0

//! Dumps: everything of one kind, of one instance or of all of a namespace.
//!
//! A dump goes on from the key of what it wrote last, so objects that come or go between two
//! parts neither repeat nor hide others, and it holds no lock while it writes.
//!
//! A dump is complete, or it ends with an error. That the buffer is full and that something failed
//! are two things ([`Stop`]): no error of a driver, whatever its number, is taken for a full
//! buffer. An object whose driver is busy or fails is shown with what is known without it, and only
//! if nothing could be shown the dump goes on without it and ends with the error.

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
    instance::Devlink,
    registry, //
};

use kernel::{
    bindings,
    error::to_result,
    fmt,
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
    prelude::*,
    time::{
        Delta,
        Instant,
        Monotonic, //
    },
};

use core::cell::Cell;

/// A dump of the objects of one kind.
pub(crate) trait DumpCommand {
    /// Where the dump is inside an instance; all zero at its beginning.
    type Cursor: DumpState;

    /// Writes the entries of one instance from `cursor` on and moves `cursor` behind each that was
    /// written.
    fn dump_one(
        devlink: &Active<'_>,
        out: &mut Entries<'_, '_>,
        cursor: &mut Self::Cursor,
    ) -> Result<(), Stop>;
}

/// Why a part of a dump ends before all entries were written.
pub(crate) enum Stop {
    /// The buffer is full. The dump goes on with an empty one.
    Full,
    /// The dump ends with this error.
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop::Failed(error)
    }
}

impl From<Stop> for Error {
    /// As netlink wants to hear it: the two are told apart by what is in the buffer, which is empty
    /// the next time if an error of the same number is meant.
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Full => EMSGSIZE,
            Stop::Failed(error) => error,
        }
    }
}

/// How long a part of a dump may have taken when the driver fails, to go on asking it.
const PATIENCE: Delta = Delta::from_secs(1);

/// The driver during a part of a dump. Its lock is tried once, and kept for the part.
///
/// A driver that needs long to fail, because its device is dead, is not asked about one object
/// after the other: for the rest of the dump it counts as busy.
pub(crate) struct Part<'a> {
    devlink: &'a Active<'a>,
    tried: bool,
    operating: Option<(Operating<'a>, Instant<Monotonic>)>,
    gave_up: &'a Cell<u32>,
}

impl<'a> Part<'a> {
    /// A part of the dump `out` that has not needed the driver yet.
    pub(crate) fn new(devlink: &'a Active<'a>, out: &Entries<'a, '_>) -> Self {
        Part {
            devlink,
            tried: false,
            operating: None,
            gave_up: out.gave_up,
        }
    }

    /// The driver is needed for an object. When this is true, the lock has been got just now, and
    /// the object may have gone before: look it up again.
    pub(crate) fn gets_driver(&mut self) -> bool {
        if self.tried || self.gave_up.get() != 0 {
            return false;
        }
        self.tried = true;
        let operating = self.devlink.try_operate();
        self.operating = operating.map(|operating| (operating, Instant::now()));
        self.operating.is_some()
    }

    /// Proof that the driver may be called, unless it is busy or was not needed.
    pub(crate) fn locked(&self) -> Option<InstanceLocked<'_>> {
        self.operating
            .as_ref()
            .map(|(operating, _)| operating.locked())
    }

    /// Asks the driver; [`EBUSY`] if it is busy or was not needed.
    pub(crate) fn ask<T>(&self, ask: impl FnOnce(InstanceLocked<'_>) -> Result<T>) -> Result<T> {
        let Some((operating, since)) = &self.operating else {
            return Err(EBUSY);
        };
        if self.gave_up.get() != 0 {
            return Err(EBUSY);
        }
        let answer = ask(operating.locked());
        if matches!(answer, Err(error) if error != EOPNOTSUPP) && since.elapsed() > PATIENCE {
            self.gave_up.set(1);
        }
        answer
    }
}

/// Writes the entries of a dump.
pub(crate) struct Entries<'a, 'b> {
    out: &'a mut Writer<'b>,
    header: Header,
    /// The number of the error with which the dump ends, or 0.
    left_out: &'a Cell<u32>,
    /// Not 0 if the driver of the instance is not asked any more.
    gave_up: &'a Cell<u32>,
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

    /// Writes one entry, about the object `name` of the instance. One that does not fit into an
    /// empty buffer ends the dump with an error that names the object.
    pub(crate) fn entry(
        &mut self,
        devlink: &Devlink,
        name: fmt::Arguments<'_>,
        cmd: Cmd,
        fill: impl FnOnce(&mut Writer<'_>) -> Result,
    ) -> Result<(), Stop> {
        let written = self
            .out
            .message(FAMILY.family(), self.header, cmd as u8, fill);
        match written {
            Ok(()) => Ok(()),
            Err(error) if error == EMSGSIZE && !self.out.is_empty() => Err(Stop::Full),
            Err(error) if error == EMSGSIZE => Err(Stop::Failed(self.extack.err_fmt(
                // Names come last, because what is too long is cut off.
                fmt!(
                    "Too large for the buffer: {}/{} {name}",
                    devlink.bus_name(),
                    devlink.dev_name()
                ),
                error,
            ))),
            Err(error) => Err(Stop::Failed(error)),
        }
    }

    /// An object could not be shown because of this error: the dump goes on without it, and ends
    /// with the first such error.
    pub(crate) fn leave_out(&mut self, error: Error) {
        if self.left_out.get() == 0 {
            self.left_out.set(error.to_errno().unsigned_abs());
        }
    }
}

impl<T: DumpCommand> DumpIt for Operation<T> {
    /// The index of the instance to go on with, the number of the error with which the dump ends,
    /// whether the instance's driver is not asked any more, and where inside the instance it is.
    type State = (u64, ([u32; 2], T::Cursor));

    fn dumpit(out: &mut Writer<'_>, dump: &mut Dump<'_, Self::State>) -> Result {
        let net = dump.info.net();
        let attrs = dump.info.attrs();
        let extack = dump.info.extack();
        let (index, ([left_out, gave_up], cursor)) = &mut *dump.state;
        let (left_out, gave_up) = (Cell::from_mut(left_out), Cell::from_mut(gave_up));
        let mut entries = Entries {
            out,
            header: dump.header,
            left_out,
            gave_up,
            attrs,
            extack,
        };

        if registry::names_instance(attrs) {
            entries.mark_filtered();
            let devlink = registry::find(net, attrs)?;
            T::dump_one(&devlink.enter()?, &mut entries, cursor)?;
            return end(left_out.get(), extack);
        }
        while let Some(devlink) = u32::try_from(*index)
            .ok()
            .and_then(|from| registry::next_matching(from, |devlink| devlink.net().is(net)))
        {
            // Where the dump was concerns the instance it was in, not the one after it.
            if u64::from(devlink.index()) != *index {
                *index = devlink.index().into();
                *cursor = T::Cursor::start();
                gave_up.set(0);
            }
            // One that is not registered (any more) has nothing to show.
            if let Ok(active) = devlink.enter() {
                T::dump_one(&active, &mut entries, cursor)?;
            }
            *index += 1;
            *cursor = T::Cursor::start();
            gave_up.set(0);
        }
        end(left_out.get(), extack)
    }
}

/// Ends a dump: with the error of this number, unless it is 0.
fn end(left_out: u32, extack: Extack<'_>) -> Result {
    if left_out == 0 {
        return Ok(());
    }
    let error = to_result(-(left_out as c_int)).err().unwrap_or(EINVAL);
    Err(extack.err(
        c"Not all is shown: a driver was busy or failed, and nothing is known from before",
        error,
    ))
}
