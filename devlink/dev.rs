// SPDX-License-Identifier: GPL-2.0

//! `devlink dev show`: the instances.

use crate::{
    driver::access::Active,
    generated::{
        attr,
        Cmd, //
    },
    instance::Devlink,
    netlink::{
        command::{
            Command,
            Read,
            Request, //
        },
        dump::{
            DumpCommand,
            Entries,
            Stop, //
        },
    },
};

use kernel::{
    net::netlink::writer::Writer,
    prelude::*, //
};

/// `DEVLINK_CMD_GET`.
pub(crate) struct Get;

impl Command for Get {
    type Access = Read;

    fn run(request: &Request<'_>, devlink: Active<'_>) -> Result {
        request.reply(Cmd::New, |out| devlink.fill(out))
    }
}

impl DumpCommand for Get {
    type Cursor = ();

    fn dump_one(devlink: &Active<'_>, out: &mut Entries<'_, '_>, (): &mut ()) -> Result<(), Stop> {
        out.entry(devlink, fmt!("itself"), Cmd::New, |out| devlink.fill(out))
    }
}

impl Devlink {
    /// Writes what is known about the instance itself.
    pub(crate) fn fill(&self, out: &mut Writer<'_>) -> Result {
        self.put_handle(out)?;
        out.put(attr::RELOAD_FAILED, self.reload.is_failed().into())?;
        out.nest(attr::DEV_STATS, |out| {
            self.reload.fill_stats(self.reload_abilities(), out)
        })?;
        self.nested.fill(self, out)
    }
}
