// SPDX-License-Identifier: GPL-2.0

//! The commands of `devlink dpipe`.
//!
//! All answers are of several messages: as many as it takes, and one that ends them. Each is sent
//! when it is full.

use super::{
    Header,
    Table,
    TableResource, //
};

use crate::{
    driver::access::{
        Active,
        InstanceLocked,
        Operating, //
    },
    generated::{
        attr,
        Cmd, //
    },
    instance::Devlink,
    netlink::{
        command::{
            Command,
            Driver,
            Read,
            Request, //
        },
        FAMILY, //
    },
};

use kernel::{
    bindings,
    net::netlink::{
        attr::{
            Attr,
            Nest, //
        },
        message::Message,
        writer::{
            self,
            Writer, //
        },
    },
    prelude::*,
    sync::Arc, //
};

/// What the header of each message of an answer says.
fn multipart_header(request: &Request<'_>) -> writer::Header {
    writer::Header {
        flags: bindings::NLM_F_MULTI as u16,
        ..request.info().reply_header()
    }
}

/// Answers with messages in which the nest `list` holds `items`, as many of them as fit.
fn reply_with_list<T>(
    request: &Request<'_>,
    devlink: &Devlink,
    cmd: Cmd,
    list: Attr<Nest>,
    items: &[T],
    fill: impl Fn(&T, &mut Writer<'_>) -> Result,
) -> Result {
    let mut rest = items;
    loop {
        let mut message = Message::new(GFP_KERNEL)?;
        message.writer().message(
            FAMILY.family(),
            multipart_header(request),
            cmd as u8,
            |out| {
                devlink.put_handle(out)?;
                out.nest_noflag(list, |out| {
                    let before = rest.len();
                    while let Some((first, others)) = rest.split_first() {
                        match fill(first, out) {
                            Ok(()) => rest = others,
                            // What does not fit into a message of its own never will.
                            Err(error) if rest.len() == before => return Err(error),
                            Err(_) => break,
                        }
                    }
                    Ok(())
                })
            },
        )?;
        if rest.is_empty() {
            return finish(request, message);
        }
        message.reply(request.info())?;
    }
}

/// Ends an answer whose last message is `message`, which is not sent yet.
fn finish(request: &Request<'_>, mut message: Message) -> Result {
    let header = request.info().reply_header();
    if message.writer().done(header).is_err() {
        message.reply(request.info())?;
        message = Message::new(GFP_KERNEL)?;
        message.writer().done(header)?;
    }
    message.reply(request.info())
}

impl Header {
    fn fill(&self, out: &mut Writer<'_>) -> Result {
        out.nest_noflag(attr::DPIPE_HEADER, |out| {
            out.put(attr::DPIPE_HEADER_NAME, &self.name)?;
            out.put(attr::DPIPE_HEADER_ID, self.id)?;
            out.put(attr::DPIPE_HEADER_GLOBAL, self.global.into())?;
            out.nest_noflag(attr::DPIPE_HEADER_FIELDS, |out| {
                for field in &self.fields {
                    out.nest_noflag(attr::DPIPE_FIELD, |out| {
                        out.put(attr::DPIPE_FIELD_NAME, &field.name)?;
                        out.put(attr::DPIPE_FIELD_ID, field.id)?;
                        out.put(attr::DPIPE_FIELD_BITWIDTH, field.bitwidth)?;
                        out.put(attr::DPIPE_FIELD_MAPPING_TYPE, field.mapping_type)
                    })?;
                }
                Ok(())
            })
        })
    }
}

impl Table {
    /// Writes the table, with what the driver says about it.
    fn fill(&self, devlink: InstanceLocked<'_>, out: &mut Writer<'_>) -> Result {
        let size = self.driver.size(devlink)?;
        let resource = *self.resource.lock();
        out.nest_noflag(attr::DPIPE_TABLE, |out| {
            out.put(attr::DPIPE_TABLE_NAME, &self.name)?;
            out.put(attr::DPIPE_TABLE_SIZE, size)?;
            out.put(
                attr::DPIPE_TABLE_COUNTERS_ENABLED,
                self.counters_enabled().into(),
            )?;
            if let Some(TableResource { id, units }) = resource {
                out.put(attr::DPIPE_TABLE_RESOURCE_ID, id)?;
                out.put(attr::DPIPE_TABLE_RESOURCE_UNITS, units)?;
            }
            out.nest_noflag(attr::DPIPE_TABLE_MATCHES, |out| {
                self.driver.fill_matches(devlink, out)
            })?;
            out.nest_noflag(attr::DPIPE_TABLE_ACTIONS, |out| {
                self.driver.fill_actions(devlink, out)
            })
        })
    }
}

/// The table that the request must name; [`EINVAL`] if there is none of that name.
fn table_of(request: &Request<'_>, devlink: &Devlink) -> Result<Arc<Table>> {
    let name = request
        .attrs
        .get(attr::DPIPE_TABLE_NAME)
        .ok_or_else(|| request.extack.missing(attr::DPIPE_TABLE_NAME))?;
    devlink.dpipe.find(name).ok_or(EINVAL)
}

/// `DEVLINK_CMD_DPIPE_TABLE_GET`: all tables, or the one of a name.
pub(crate) struct TableGet;

impl Command for TableGet {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let (cmd, list) = (Cmd::DpipeTableGet, attr::DPIPE_TABLES);
        let locked = devlink.locked();
        let Some(name) = request.attrs.get(attr::DPIPE_TABLE_NAME) else {
            let tables = devlink.dpipe.all(locked)?;
            return reply_with_list(request, &devlink, cmd, list, &tables, |table, out| {
                table.fill(locked, out)
            });
        };
        let table = devlink.dpipe.find(name);
        reply_with_list(
            request,
            &devlink,
            cmd,
            list,
            table.as_slice(),
            |table, out| table.fill(locked, out),
        )
    }
}

/// `DEVLINK_CMD_DPIPE_ENTRIES_GET`: the entries of a table.
pub(crate) struct EntriesGet;

impl Command for EntriesGet {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let table = table_of(request, &devlink)?;
        if !table.driver.lists_entries(devlink.locked()) {
            return Err(EINVAL);
        }
        let last = table.driver.reply_with_entries(
            devlink.locked(),
            request.info(),
            multipart_header(request),
            Cmd::DpipeEntriesGet,
            table.counters_enabled(),
        )?;
        finish(request, last)
    }
}

/// `DEVLINK_CMD_DPIPE_HEADERS_GET`.
pub(crate) struct HeadersGet;

impl Command for HeadersGet {
    type Access = Read;

    fn run(request: &Request<'_>, devlink: Active<'_>) -> Result {
        let headers = devlink.dpipe.headers().ok_or(EOPNOTSUPP)?;
        reply_with_list(
            request,
            &devlink,
            Cmd::DpipeHeadersGet,
            attr::DPIPE_HEADERS,
            &headers,
            Header::fill,
        )
    }
}

/// `DEVLINK_CMD_DPIPE_TABLE_COUNTERS_SET`.
pub(crate) struct TableCountersSet;

impl Command for TableCountersSet {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let (attrs, extack) = (request.attrs, request.extack);
        let name = attrs
            .get(attr::DPIPE_TABLE_NAME)
            .ok_or_else(|| extack.missing(attr::DPIPE_TABLE_NAME))?;
        let enable = attrs
            .get(attr::DPIPE_TABLE_COUNTERS_ENABLED)
            .ok_or_else(|| extack.missing(attr::DPIPE_TABLE_COUNTERS_ENABLED))?;
        let table = devlink.dpipe.find(name).ok_or(EINVAL)?;
        if table.counter_control_extern {
            return Err(EOPNOTSUPP);
        }
        table.enable_counters(devlink.locked(), enable != 0);
        Ok(())
    }
}
