// SPDX-License-Identifier: GPL-2.0

//! The commands about parameters.

use super::{
    Mode,
    Param,
    Settings,
    Value, //
};

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
            Lookup,
            Operation,
            Read,
            Request, //
        },
        dump::{
            DumpCommand,
            Entries,
            Part,
            Stop, //
        },
    },
};

use kernel::{
    net::netlink::{
        extack::Extack,
        ops::{
            Dump,
            DumpIt, //
        },
        writer::Writer, //
    },
    prelude::*,
    sync::Arc, //
};

fn find(request: &Request<'_>, devlink: &Devlink) -> Result<Arc<Param>> {
    let name = request
        .attrs
        .get(attr::PARAM_NAME)
        .ok_or_else(|| request.extack.missing(attr::PARAM_NAME))?;
    devlink.params.by_name(name).ok_or(EINVAL)
}

/// `DEVLINK_CMD_PARAM_GET`.
pub(crate) struct Get;

impl Command for Get {
    /// Values of mode `driverinit` need no driver.
    type Access = Lookup;

    fn run(request: &Request<'_>, devlink: &Devlink) -> Result {
        let active = devlink.enter()?;
        let param = find(request, &active)?;
        let mut settings = Settings::default();
        if !param.needs_driver_to_read() {
            param.known(&mut settings)?;
            return request.reply(Cmd::ParamGet, |out| param.fill(&active, &settings, out));
        }
        // Whoever waits for the instance lock must not be inside.
        drop(active);
        let operating = devlink.operate(request.name())?;
        let param = find(request, &operating)?;
        param.ask(operating.locked(), &mut settings, request.extack)?;
        request.reply(Cmd::ParamGet, |out| param.fill(&operating, &settings, out))
    }
}

impl DumpCommand for Get {
    type Cursor = u64;

    fn dump_one(
        devlink: &Active<'_>,
        out: &mut Entries<'_, '_>,
        cursor: &mut u64,
    ) -> Result<(), Stop> {
        let mut part = Part::new(devlink, out);
        let mut settings = Settings::default();
        while let Some((id, param)) = u32::try_from(*cursor)
            .ok()
            .and_then(|from| devlink.params.next_from(from))
        {
            if param.needs_driver_to_read() && part.gets_driver() {
                continue;
            }
            let asked = part.ask(|driver| param.ask(driver, &mut settings, out.extack));
            match param.or_known(asked, &mut settings) {
                Ok(()) => out.entry(
                    devlink,
                    fmt!("param {}", &*param.description.name),
                    Cmd::ParamGet,
                    |out| param.fill(devlink, &settings, out),
                )?,
                // Has no values (yet).
                Err(error) if error == EOPNOTSUPP => {}
                Err(error) => return Err(error.into()),
            }
            *cursor = u64::from(id) + 1;
        }
        Ok(())
    }
}

/// `DEVLINK_CMD_PARAM_SET`.
pub(crate) struct Set;

/// The mode and the value that a request wants to set; no value stands for the default. The value
/// goes through `validate` when everything before it has been checked.
fn wanted(
    request: &Request<'_>,
    param: &Param,
    validate: impl FnOnce(Value) -> Result<Value>,
) -> Result<(Mode, Option<Value>)> {
    let (attrs, extack) = (request.attrs, request.extack);
    let kind = param.description.kind;

    let wanted_kind = attrs
        .get(attr::PARAM_TYPE)
        .ok_or_else(|| extack.missing(attr::PARAM_TYPE))?;
    if wanted_kind != kind.number() {
        return Err(EINVAL);
    }
    let value = if attrs.has(attr::PARAM_RESET_DEFAULT) {
        None
    } else {
        Some(validate(Value::from_request(kind, request)?)?)
    };
    let mode = attrs
        .get(attr::PARAM_VALUE_CMODE)
        .ok_or_else(|| extack.missing(attr::PARAM_VALUE_CMODE))?;
    let mode = Mode::from_number(mode)
        .filter(|mode| param.supports(*mode))
        .ok_or(EOPNOTSUPP)?;
    Ok((mode, value))
}

impl Command for Set {
    /// What the core keeps until the next reload, and nobody validates, needs no driver.
    type Access = Lookup;

    fn run(request: &Request<'_>, devlink: &Devlink) -> Result {
        let extack = request.extack;
        let active = devlink.enter()?;
        let param = find(request, &active)?;
        if !param.needs_driver_to_write() {
            // One that is being unregistered is not there any more.
            let _pass = param.gate.enter().map_err(|_| EINVAL)?;
            let (_, value) = wanted(request, &param, Ok)?;
            param.set_driverinit(value, extack)?;
            param.notify_known(&active, Cmd::ParamNew);
            return Ok(());
        }
        // Whoever waits for the instance lock must not be inside.
        drop(active);
        let operating = devlink.operate(request.name())?;
        let locked = operating.locked();
        let param = find(request, &operating)?;
        let (mode, value) = wanted(request, &param, |value| {
            param
                .driver
                .validate(locked, &param.description, value, extack)
        })?;
        match mode {
            Mode::DriverInit => param.set_driverinit(value, extack)?,
            Mode::Runtime | Mode::Permanent => param.set_in_driver(locked, mode, value, extack)?,
        }
        param.notify(locked, Cmd::ParamNew);
        Ok(())
    }
}

fn ports_have_none(extack: Extack<'_>) -> Error {
    extack.err(c"Port params are not supported", EINVAL)
}

/// `DEVLINK_CMD_PORT_PARAM_GET`: no port has parameters.
pub(crate) struct PortGet;

impl Command for PortGet {
    type Access = Read;

    fn run(request: &Request<'_>, devlink: Active<'_>) -> Result {
        request.port(&devlink)?;
        Err(ports_have_none(request.extack))
    }
}

/// Not by instance: what there is to say is said once, also if there is no instance.
impl DumpIt for Operation<PortGet> {
    type State = ();

    fn dumpit(_out: &mut Writer<'_>, dump: &mut Dump<'_, ()>) -> Result {
        // An empty dump with a message, not a failed one.
        let _ = ports_have_none(dump.info.extack());
        Ok(())
    }
}

/// `DEVLINK_CMD_PORT_PARAM_SET`: no port has parameters.
pub(crate) struct PortSet;

impl Command for PortSet {
    type Access = Read;

    fn run(request: &Request<'_>, devlink: Active<'_>) -> Result {
        request.port(&devlink)?;
        Err(ports_have_none(request.extack))
    }
}
