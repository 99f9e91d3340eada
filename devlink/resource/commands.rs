// SPDX-License-Identifier: GPL-2.0

//! The commands that concern resources.

use super::{
    fill_list,
    ResourceTree,
    Shown, //
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
            Read,
            Request, //
        },
        dump::{
            DumpCommand,
            Entries,
            Stop, //
        },
        FAMILY, //
    },
    port::Port, //
};

use kernel::{
    bindings,
    net::netlink::{
        attr::Attrs,
        extack::Extack,
        message::Message,
        writer::{
            Header,
            Writer, //
        },
    },
    prelude::*,
    sync::Arc, //
};

/// `DEVLINK_CMD_RESOURCE_SET`.
pub(crate) struct Set;

impl Command for Set {
    /// The driver learns of the size when it reloads.
    type Access = Read;

    fn run(request: &Request<'_>, devlink: Active<'_>) -> Result {
        let (attrs, extack) = (request.attrs, request.extack);
        let id = attrs
            .get(attr::RESOURCE_ID)
            .ok_or_else(|| extack.missing(attr::RESOURCE_ID))?;
        let size = attrs
            .get(attr::RESOURCE_SIZE)
            .ok_or_else(|| extack.missing(attr::RESOURCE_SIZE))?;
        devlink.resources.set_size(id, size, extack)
    }
}

/// Whose resources are shown.
enum Owner<'a> {
    Instance(&'a Devlink),
    Port(&'a Devlink, Arc<Port>),
}

impl<'a> Owner<'a> {
    /// The port that the request names, or the instance if it names no port.
    fn named_by(request: &Request<'_>, devlink: &'a Devlink) -> Result<Self> {
        if request.attrs.has(attr::PORT_INDEX) {
            Ok(Owner::Port(devlink, request.port(devlink)?))
        } else {
            Ok(Owner::Instance(devlink))
        }
    }

    /// Its resources; a port that never had any has no tree of them.
    fn resources(&self) -> Option<&ResourceTree> {
        match self {
            Owner::Instance(devlink) => Some(&devlink.resources),
            Owner::Port(_, port) => port.resources(),
        }
    }

    /// Writes the attributes of a message, with as many of the resources `shown` as fit; answers
    /// the others.
    fn fill<'s>(&self, shown: &'s [Shown], out: &mut Writer<'_>) -> Result<&'s [Shown]> {
        match self {
            Owner::Instance(devlink) => devlink.put_handle(out)?,
            Owner::Port(devlink, port) => {
                devlink.put_handle(out)?;
                out.put(attr::PORT_INDEX, port.index())?;
            }
        }
        fill_list(shown, out)
    }

    /// Answers with all resources, in as many messages as it takes.
    fn reply(&self, request: &Request<'_>) -> Result {
        let resources = self.resources().ok_or(EOPNOTSUPP)?;
        let shown = resources.copy(0, usize::MAX)?;
        if shown.is_empty() {
            return Err(EOPNOTSUPP);
        }
        let header = Header {
            flags: bindings::NLM_F_MULTI as u16,
            ..request.info().reply_header()
        };
        let mut rest = &*shown;
        let mut message = loop {
            let mut message = Message::new(GFP_KERNEL)?;
            message
                .writer()
                .message(FAMILY.family(), header, Cmd::ResourceDump as u8, |out| {
                    rest = self.fill(rest, out)?;
                    Ok(())
                })?;
            if rest.is_empty() {
                break message;
            }
            message.reply(request.info())?;
        };
        if message.writer().done(header).is_err() {
            message.reply(request.info())?;
            message = Message::new(GFP_KERNEL)?;
            message.writer().done(header)?;
        }
        message.reply(request.info())
    }

    /// Writes the resources from the one with the key `key` on into a dump, and moves `key` to the
    /// first one that did not fit.
    fn dump(
        &self,
        devlink: &Active<'_>,
        out: &mut Entries<'_, '_>,
        key: &mut u64,
    ) -> Result<(), Stop> {
        let Some(resources) = self.resources() else {
            return Ok(());
        };
        // Once for all the parts of the dump, whose time would grow with the square otherwise.
        if *key == 0 && resources.needs_driver() {
            if let Some(operating) = devlink.try_operate() {
                resources.refresh(operating.locked());
            }
        }
        loop {
            let shown = resources.copy(*key, MORE_THAN_FIT)?;
            let (Some(first), Some(last)) = (shown.first(), shown.last()) else {
                return Ok(());
            };
            let mut rest = &*shown;
            out.entry(
                devlink,
                fmt!("resource {}", &*first.name),
                Cmd::ResourceDump,
                |out| {
                    rest = self.fill(rest, out)?;
                    Ok(())
                },
            )?;
            if let Some(next) = rest.first() {
                *key = next.root;
                return Err(Stop::Full);
            }
            *key = last.root + 1;
        }
    }
}

/// A part of a dump has at most 32 KB, and a resource takes 80 bytes at least.
const MORE_THAN_FIT: usize = 512;

/// `DEVLINK_CMD_RESOURCE_DUMP`, which is a `do` with several messages as its answer, or a dump.
pub(crate) struct Dump;

impl Command for Dump {
    /// Only resources whose use the driver knows need the driver.
    type Access = Lookup;

    fn run(request: &Request<'_>, devlink: &Devlink) -> Result {
        let active = devlink.enter()?;
        let owner = Owner::named_by(request, &active)?;
        if !owner.resources().is_some_and(ResourceTree::needs_driver) {
            return owner.reply(request);
        }
        drop(owner);
        // Whoever waits for the instance lock must not be inside.
        drop(active);
        let operating = devlink.operate(request.name())?;
        let owner = Owner::named_by(request, &operating)?;
        if let Some(resources) = owner.resources() {
            resources.refresh(operating.locked());
        }
        owner.reply(request)
    }
}

impl DumpCommand for Dump {
    /// Whose resources: 0 for the instance, then 1 more than the port's index; and the key of the
    /// next one among them.
    type Cursor = [u64; 2];

    fn dump_one(
        devlink: &Active<'_>,
        out: &mut Entries<'_, '_>,
        [place, key]: &mut [u64; 2],
    ) -> Result<(), Stop> {
        let scope = Scope::wanted(out.attrs, out.extack)?;
        if *place == 0 {
            if scope.instance {
                Owner::Instance(devlink).dump(devlink, out, key)?;
            }
            (*place, *key) = (1, 0);
        }
        if !scope.ports {
            return Ok(());
        }
        while let Some((index, port)) = u32::try_from(*place - 1)
            .ok()
            .and_then(|from| devlink.ports.next_from(from))
        {
            let found = u64::from(index) + 1;
            // If the port has gone that the dump was at, the key says nothing about the next one.
            if found != *place {
                (*place, *key) = (found, 0);
            }
            Owner::Port(devlink, port).dump(devlink, out, key)?;
            (*place, *key) = (found + 1, 0);
        }
        Ok(())
    }
}

/// Whose resources a dump is to show.
struct Scope {
    instance: bool,
    ports: bool,
}

impl Scope {
    fn wanted(attrs: Attrs<'_>, extack: Extack<'_>) -> Result<Self> {
        let Some(raw) = attrs.raw(attr::RESOURCE_SCOPE_MASK) else {
            return Ok(Scope {
                instance: true,
                ports: true,
            });
        };
        let mask = attrs.get(attr::RESOURCE_SCOPE_MASK).unwrap_or(0);
        if mask == 0 {
            return Err(extack.err_attr(raw, c"empty resource scope selection", EINVAL));
        }
        let has = |bit: u32| mask & 1 << bit != 0;
        Ok(Scope {
            instance: has(bindings::devlink_resource_scope_DEVLINK_RESOURCE_SCOPE_DEV_BIT),
            ports: has(bindings::devlink_resource_scope_DEVLINK_RESOURCE_SCOPE_PORT_BIT),
        })
    }
}
