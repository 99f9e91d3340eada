// SPDX-License-Identifier: GPL-2.0

//! The commands that concern regions, except reading them.

use super::{
    Located,
    Region, //
};

use crate::{
    collection::Collection,
    driver::{
        access::{
            Active,
            MayCall,
            Operating, //
        },
        ops::Parallel, //
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
            Lookup,
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

use kernel::prelude::*;

/// `DEVLINK_CMD_REGION_GET`.
pub(crate) struct Get;

impl Command for Get {
    type Access = Read;

    fn run(request: &Request<'_>, devlink: Active<'_>) -> Result {
        let name = request
            .attrs
            .get(attr::REGION_NAME)
            .ok_or_else(|| request.extack.missing(attr::REGION_NAME))?;
        let found = Located::find(request.attrs, &devlink, name)?.ok_or(EINVAL)?;
        request.reply(Cmd::RegionGet, |out| {
            found.region.fill(&devlink, found.port_index(), out)
        })
    }
}

impl DumpCommand for Get {
    /// Whose regions: 0 for the instance, then 1 more than the port's index; and the key of the
    /// next one among them.
    type Cursor = [u64; 2];

    fn dump_one(
        devlink: &Active<'_>,
        out: &mut Entries<'_, '_>,
        [place, key]: &mut [u64; 2],
    ) -> Result<(), Stop> {
        if *place == 0 {
            dump_list(devlink, None, devlink.regions.list(), out, key)?;
            (*place, *key) = (1, 0);
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
            if let Some(regions) = port.regions() {
                dump_list(devlink, Some(index), regions, out, key)?;
            }
            (*place, *key) = (found + 1, 0);
        }
        Ok(())
    }
}

fn dump_list(
    devlink: &Devlink,
    port: Option<u32>,
    list: &Collection<u64, Region>,
    out: &mut Entries<'_, '_>,
    from: &mut u64,
) -> Result<(), Stop> {
    while let Some((key, region)) = list.next_from(*from) {
        out.entry(
            devlink,
            fmt!("region {}", &*region.name),
            Cmd::RegionGet,
            |out| region.fill(devlink, port, out),
        )?;
        *from = key + 1;
    }
    Ok(())
}

/// `DEVLINK_CMD_REGION_NEW`: takes a snapshot.
pub(crate) struct New;

impl Command for New {
    /// A driver that needs no lock for it is called with the object's callback lock and passes.
    type Access = Lookup;

    fn run(request: &Request<'_>, devlink: &Devlink) -> Result {
        let (attrs, extack) = (request.attrs, request.extack);
        let find = |devlink: &Devlink| {
            let Some(name) = attrs.get(attr::REGION_NAME) else {
                return Err(extack.err(
                    c"No region name provided",
                    extack.missing(attr::REGION_NAME),
                ));
            };
            Located::find(attrs, devlink, name)?
                .ok_or_else(|| extack.err(c"The requested region does not exist", EINVAL))
        };
        devlink.call_about(request.name(), Parallel::Regions, find, |found, driver| {
            take_snapshot(request, found, driver)
        })?
    }
}

fn take_snapshot(request: &Request<'_>, found: &Located, devlink: MayCall<'_>) -> Result {
    let (attrs, extack) = (request.attrs, request.extack);
    let (region, port) = (&*found.region, found.port_index());
    if !region.driver.can_snapshot() {
        return Err(extack.err(
            c"The requested region does not support taking an immediate snapshot",
            EOPNOTSUPP,
        ));
    }
    if region.snapshots.are_full() {
        return Err(extack.err(
            c"The region has reached the maximum number of stored snapshots",
            ENOSPC,
        ));
    }

    let ids = &devlink.regions.snapshot_ids;
    let wanted = attrs.get(attr::REGION_SNAPSHOT_ID);
    let held = match wanted {
        Some(id) if region.snapshots.has(id) => {
            return Err(extack.err(c"The requested snapshot id is already in use", EEXIST));
        }
        Some(id) => ids.claim(id)?,
        None => ids
            .allocate()
            .map_err(|error| extack.err(c"Failed to allocate a new snapshot id", error))?,
    };
    let id = held.id();
    // A driver that takes a snapshot by itself meanwhile does not get this place.
    let place = region.snapshot_place(&devlink, id)?;
    let data = region.driver_snapshot(devlink, found.port.as_deref(), extack)?;
    region.add_snapshot(&devlink, port, place, data);

    if wanted.is_some() {
        return Ok(());
    }
    held.tell();
    let replied = request.reply(Cmd::RegionNew, |out| {
        region.fill_notification(&devlink, port, Some(id), out)
    });
    if replied.is_err() {
        // The user does not know of the snapshot.
        let _ = region.delete_snapshot(&devlink, port, id);
    }
    replied
}

/// `DEVLINK_CMD_REGION_DEL`: deletes a snapshot.
pub(crate) struct Del;

impl Command for Del {
    /// What belongs to the snapshot is freed by the driver.
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let (attrs, extack) = (request.attrs, request.extack);
        let name = attrs
            .get(attr::REGION_NAME)
            .ok_or_else(|| extack.missing(attr::REGION_NAME))?;
        let id = attrs
            .get(attr::REGION_SNAPSHOT_ID)
            .ok_or_else(|| extack.missing(attr::REGION_SNAPSHOT_ID))?;
        let found = Located::find(attrs, &devlink, name)?.ok_or(EINVAL)?;
        found
            .region
            .delete_snapshot(&devlink, found.port_index(), id)
    }
}
