// SPDX-License-Identifier: GPL-2.0

//! The commands of `devlink health`.

use super::{
    find,
    Fmsg,
    Reporter,
    Settings, //
};

use crate::{
    collection::Collection,
    driver::{
        access::Active,
        health::ReportContext,
        ops::Parallel, //
    },
    generated::{
        attr,
        Cmd, //
    },
    instance::Devlink,
    netlink::{
        command::{
            port_of,
            Command,
            Lookup,
            Operation,
            Read,
            Request, //
        },
        dump::{
            DumpCommand,
            Entries,
            Stop, //
        },
    },
    registry, //
};

use kernel::{
    bindings,
    net::netlink::{
        attr::Attrs,
        ops::{
            Dump,
            DumpIt, //
        },
        writer::{
            Header,
            Writer, //
        },
    },
    prelude::*,
    sync::Arc, //
};

/// The reporter that `attrs` name. One of the instance is meant if they name no port, and also if
/// they name one that is not there.
fn reporter_of(attrs: Attrs<'_>, devlink: &Devlink) -> Result<Arc<Reporter>> {
    let name = attrs.get(attr::HEALTH_REPORTER_NAME).ok_or(EINVAL)?;
    let found = match port_of(attrs, devlink) {
        Ok(port) => port.reporters().and_then(|list| find(list, name)),
        Err(_) => find(&devlink.reporters, name),
    };
    found.ok_or(EINVAL)
}

/// `DEVLINK_CMD_HEALTH_REPORTER_GET`.
pub(crate) struct Get;

impl Command for Get {
    type Access = Read;

    fn run(request: &Request<'_>, devlink: Active<'_>) -> Result {
        let reporter = reporter_of(request.attrs, &devlink)?;
        request.reply(Cmd::HealthReporterGet, |out| reporter.fill(&devlink, out))
    }
}

/// Writes the reporters from the key `next` on and moves `next` behind each that was written.
fn dump_reporters(
    devlink: &Devlink,
    reporters: &Collection<u64, Reporter>,
    out: &mut Entries<'_, '_>,
    next: &mut u64,
) -> Result<(), Stop> {
    while let Some((key, reporter)) = reporters.next_from(*next) {
        out.entry(
            devlink,
            fmt!("reporter {}", reporter.name()),
            Cmd::HealthReporterGet,
            |out| reporter.fill(devlink, out),
        )?;
        *next = key + 1;
    }
    Ok(())
}

impl DumpCommand for Get {
    /// Whose reporters (0: the instance's, else those of the port of the index before), and the
    /// key of the next one.
    type Cursor = (u64, u64);

    fn dump_one(
        devlink: &Active<'_>,
        out: &mut Entries<'_, '_>,
        cursor: &mut (u64, u64),
    ) -> Result<(), Stop> {
        if let Some(index) = out.attrs.get(attr::PORT_INDEX) {
            out.mark_filtered();
            let port = devlink.ports.get(index);
            return match port.as_ref().and_then(|port| port.reporters()) {
                Some(reporters) => dump_reporters(devlink, reporters, out, &mut cursor.1),
                None => Ok(()),
            };
        }
        if cursor.0 == 0 {
            dump_reporters(devlink, &devlink.reporters, out, &mut cursor.1)?;
            *cursor = (1, 0);
        }
        while let Some((index, port)) = u32::try_from(cursor.0 - 1)
            .ok()
            .and_then(|from| devlink.ports.next_from(from))
        {
            let index = u64::from(index);
            // Where the dump was concerns the port it was at, not the one after it.
            if index + 1 != cursor.0 {
                *cursor = (index + 1, 0);
            }
            if let Some(reporters) = port.reporters() {
                dump_reporters(devlink, reporters, out, &mut cursor.1)?;
            }
            *cursor = (index + 2, 0);
        }
        Ok(())
    }
}

/// `DEVLINK_CMD_HEALTH_REPORTER_SET`.
pub(crate) struct Set;

impl Command for Set {
    type Access = Read;

    fn run(request: &Request<'_>, devlink: Active<'_>) -> Result {
        let attrs = request.attrs;
        let reporter = reporter_of(attrs, &devlink)?;
        let wanted = Settings {
            graceful_period: attrs.get(attr::HEALTH_REPORTER_GRACEFUL_PERIOD),
            burst_period: attrs.get(attr::HEALTH_REPORTER_BURST_PERIOD),
            auto_recover: attrs
                .get(attr::HEALTH_REPORTER_AUTO_RECOVER)
                .map(|wanted| wanted != 0),
            auto_dump: attrs
                .get(attr::HEALTH_REPORTER_AUTO_DUMP)
                .map(|wanted| wanted != 0),
        };
        let about_recovery = wanted.graceful_period.is_some()
            || wanted.burst_period.is_some()
            || wanted.auto_recover.is_some();
        let abilities = reporter.abilities();
        if about_recovery && !abilities.recover || wanted.auto_dump.is_some() && !abilities.dump {
            return Err(EOPNOTSUPP);
        }
        reporter.configure(&wanted, request.extack)
    }
}

/// `DEVLINK_CMD_HEALTH_REPORTER_RECOVER`.
pub(crate) struct Recover;

impl Command for Recover {
    /// A driver that needs no lock for it is called with the object's callback lock and passes.
    type Access = Lookup;

    fn run(request: &Request<'_>, devlink: &Devlink) -> Result {
        let find = |devlink: &Devlink| reporter_of(request.attrs, devlink);
        devlink.call_about(
            request.name(),
            Parallel::Health,
            find,
            |reporter, driver| reporter.recover(driver, ReportContext::NONE, request.extack),
        )?
    }
}

/// `DEVLINK_CMD_HEALTH_REPORTER_DIAGNOSE`.
pub(crate) struct Diagnose;

impl Command for Diagnose {
    /// A driver that needs no lock for it is called with the object's callback lock and passes.
    type Access = Lookup;

    fn run(request: &Request<'_>, devlink: &Devlink) -> Result {
        let find = |devlink: &Devlink| reporter_of(request.attrs, devlink);
        let mut fmsg = Fmsg::new();
        fmsg.obj_nest_start();
        devlink.call_about(
            request.name(),
            Parallel::HealthReads,
            find,
            |reporter, driver| reporter.driver_diagnose(driver, &mut fmsg, request.extack),
        )??;
        fmsg.obj_nest_end();
        fmsg.finish()?.reply(request, Cmd::HealthReporterDiagnose)
    }
}

/// `DEVLINK_CMD_HEALTH_REPORTER_DUMP_GET`: netlink's dump of a reporter's dump, in as many parts
/// as that takes.
pub(crate) struct DumpGet;

impl DumpIt for Operation<DumpGet> {
    /// The item to go on with, and which dump it is of.
    type State = (u64, u64);

    fn dumpit(out: &mut Writer<'_>, dump: &mut Dump<'_, (u64, u64)>) -> Result {
        let (attrs, extack) = (dump.info.attrs(), dump.info.extack());
        let devlink = registry::find(dump.info.net(), attrs).map_err(|_| EINVAL)?;
        let (next, sequence) = dump.state;

        let kept = {
            let active = devlink.enter().map_err(|_| EINVAL)?;
            let reporter = dumpable_reporter(attrs, &active)?;
            reporter.kept_dump()
        };
        let read = if *next != 0 {
            // Somebody may have cleared the dump since the last part, and the driver made another.
            kept.filter(|kept| kept.sequence == *sequence)
                .ok_or_else(|| extack.err(c"Dump trampled, please retry", EAGAIN))?
        } else if let Some(kept) = kept {
            kept
        } else {
            // Who asks for this dump, and for no other, wants to wait for it.
            let find = |devlink: &Devlink| dumpable_reporter(attrs, devlink);
            devlink
                .call_about(
                    "health-reporter-dump-get",
                    Parallel::HealthReads,
                    find,
                    |reporter, driver| reporter.dump(driver, ReportContext::NONE, extack),
                )
                .map_err(|error| if error == ENODEV { EINVAL } else { error })??
        };
        *sequence = read.sequence;

        let mut index = usize::try_from(*next).map_err(|_| EINVAL)?;
        if index >= read.content.len() {
            return Ok(());
        }
        let header = Header {
            flags: (bindings::NLM_F_ACK | bindings::NLM_F_MULTI) as u16,
            ..dump.header
        };
        read.content
            .write_message(out, header, Cmd::HealthReporterDumpGet, &mut index)?;
        *next = index as u64;
        // One message is one part, also if it is the last one.
        Err(EMSGSIZE)
    }
}

/// The reporter that `attrs` name, if it can dump.
fn dumpable_reporter(attrs: Attrs<'_>, devlink: &Devlink) -> Result<Arc<Reporter>> {
    let reporter = reporter_of(attrs, devlink)?;
    if !reporter.abilities().dump {
        return Err(EOPNOTSUPP);
    }
    Ok(reporter)
}

/// `DEVLINK_CMD_HEALTH_REPORTER_DUMP_CLEAR`.
pub(crate) struct DumpClear;

impl Command for DumpClear {
    type Access = Read;

    fn run(request: &Request<'_>, devlink: Active<'_>) -> Result {
        dumpable_reporter(request.attrs, &devlink)?.clear_dump();
        Ok(())
    }
}

/// `DEVLINK_CMD_HEALTH_REPORTER_TEST`.
pub(crate) struct Test;

impl Command for Test {
    /// A driver that needs no lock for it is called with the object's callback lock and passes.
    type Access = Lookup;

    fn run(request: &Request<'_>, devlink: &Devlink) -> Result {
        let find = |devlink: &Devlink| reporter_of(request.attrs, devlink);
        devlink.call_about(
            request.name(),
            Parallel::Health,
            find,
            |reporter, driver| reporter.driver_test(driver, request.extack),
        )?
    }
}
