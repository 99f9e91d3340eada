// SPDX-License-Identifier: GPL-2.0

//! Commands: one request, one answer.

use super::{
    generated::{
        attr,
        operation_name,
        Cmd, //
    },
    FAMILY, //
};

use crate::{
    driver::access::{
        Active,
        Operating, //
    },
    instance::Devlink,
    port::Port,
    registry, //
};

use kernel::{
    net::netlink::{
        attr::Attrs,
        extack::Extack,
        message::Message,
        ops::{
            DoIt,
            Info, //
        },
        writer::Writer, //
    },
    prelude::*,
    sync::{
        aref::ARef,
        Arc, //
    },
};

use core::marker::PhantomData;

/// What a command holds while it runs.
pub(crate) trait Access {
    /// The instance, together with what is held.
    type Guard<'a>;

    /// Takes it, to do `what`. The caller has a memory reference and nothing else.
    fn enter<'a>(devlink: &'a Devlink, what: &'static str) -> Result<Self::Guard<'a>>;
}

/// Holds nothing: the command enters by itself, because what it needs depends on what it finds.
pub(crate) enum Lookup {}

/// Inside, with no lock: for what the core knows itself.
pub(crate) enum Read {}

/// Inside, with the instance lock: for what the driver has to do or to say.
pub(crate) enum Driver {}

/// Inside, with the instance lock and the device lock: for what may unbind or reset the device.
pub(crate) enum DeviceLocked {}

impl Access for Lookup {
    type Guard<'a> = &'a Devlink;

    fn enter<'a>(devlink: &'a Devlink, _what: &'static str) -> Result<&'a Devlink> {
        Ok(devlink)
    }
}

impl Access for Read {
    type Guard<'a> = Active<'a>;

    fn enter<'a>(devlink: &'a Devlink, _what: &'static str) -> Result<Active<'a>> {
        devlink.enter()
    }
}

impl Access for Driver {
    type Guard<'a> = Operating<'a>;

    fn enter<'a>(devlink: &'a Devlink, what: &'static str) -> Result<Operating<'a>> {
        devlink.operate(what)
    }
}

impl Access for DeviceLocked {
    type Guard<'a> = Operating<'a>;

    fn enter<'a>(devlink: &'a Devlink, what: &'static str) -> Result<Operating<'a>> {
        devlink.operate_device_locked(what)
    }
}

/// A command on one instance.
pub(crate) trait Command {
    /// What is held while it runs.
    type Access: Access;

    /// What is checked before the instance is looked for.
    fn check(_request: &Request<'_>) -> Result {
        Ok(())
    }

    /// Runs it.
    fn run(request: &Request<'_>, devlink: <Self::Access as Access>::Guard<'_>) -> Result;
}

/// What the table of operations refers to: serves requests if `T` is a [`Command`], and dumps if it
/// is a [`DumpCommand`](super::dump::DumpCommand).
pub(crate) struct Operation<T>(PhantomData<T>);

impl<T: Command> DoIt for Operation<T> {
    fn doit(info: &Info<'_>) -> Result {
        let request = Request::new(info);
        T::check(&request)?;
        let devlink = registry::find(info.net(), request.attrs)?;
        let guard = T::Access::enter(&devlink, request.name())?;
        T::run(&request, guard)
    }
}

/// A request being served.
pub(crate) struct Request<'a> {
    info: &'a Info<'a>,
    /// Its attributes.
    pub(crate) attrs: Attrs<'a>,
    /// Where error messages go.
    pub(crate) extack: Extack<'a>,
}

impl<'a> Request<'a> {
    pub(crate) fn new(info: &'a Info<'a>) -> Self {
        Request {
            info,
            attrs: info.attrs(),
            extack: info.extack(),
        }
    }

    /// What netlink says about the request.
    pub(crate) fn info(&self) -> &'a Info<'a> {
        self.info
    }

    /// The operation's name in the specification.
    pub(crate) fn name(&self) -> &'static str {
        operation_name(self.info.command())
    }

    /// The port that the request names; [`EINVAL`] if it names none, [`ENODEV`] if there is none.
    pub(crate) fn port(&self, devlink: &Devlink) -> Result<Arc<Port>> {
        port_of(self.attrs, devlink)
    }

    /// Answers with one message that `fill` writes.
    pub(crate) fn reply(&self, cmd: Cmd, fill: impl FnOnce(&mut Writer<'_>) -> Result) -> Result {
        let mut message = Message::new(GFP_KERNEL)?;
        message
            .writer()
            .message(FAMILY.family(), self.info.reply_header(), cmd as u8, fill)?;
        message.reply(self.info)
    }

    /// Another instance that the request names inside the nest `parent-dev`.
    pub(crate) fn parent_devlink(&self) -> Result<Option<ARef<Devlink>>> {
        let Some(nest) = self.attrs.raw(attr::PARENT_DEV) else {
            return Ok(None);
        };
        let parsed = nest.parse_nested(
            &super::generated::DL_PARENT_DEV_POLICY,
            // The C core reports no details about what is inside this nest.
            Extack::NONE,
        )?;
        registry::find(self.info.net(), parsed.attrs()).map(Some)
    }
}

/// The port that `attrs` name; [`EINVAL`] if they name none, [`ENODEV`] if there is none.
pub(crate) fn port_of(attrs: Attrs<'_>, devlink: &Devlink) -> Result<Arc<Port>> {
    let index = attrs.get(attr::PORT_INDEX).ok_or(EINVAL)?;
    devlink.ports.get(index).ok_or(ENODEV)
}
