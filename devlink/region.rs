// SPDX-License-Identifier: GPL-2.0

//! `devlink region`: areas of a device's memory that can be read, and snapshots of them.
//!
//! A region is reachable through the collection of its instance or port from its creation to its
//! destruction. Who calls the driver about it holds the instance lock, under which regions are
//! destroyed, or has pinned it. Who reads a snapshot takes no lock: it holds a count of the
//! snapshot, which may be deleted meanwhile, and a pass of the region's gate, which destroying the
//! region waits for; so no snapshot outlives its region.

mod commands;
mod read;
mod snapshot;

pub(crate) use self::{
    commands::{
        Del,
        Get,
        New, //
    },
    read::Read,
    snapshot::{
        Place,
        SnapshotIds, //
    },
};

use self::snapshot::Snapshots;

use crate::{
    collection::{
        next_sequence,
        Collection, //
    },
    driver::{
        access::InstanceLocked,
        ops::Parallel,
        region::{
            DriverRegion,
            SnapshotData, //
        },
    },
    generated::{
        attr,
        Cmd, //
    },
    instance::Devlink,
    netlink::{
        command::port_of,
        notify, //
    },
    pinned::{
        CallbackLock,
        Object, //
    },
    port::Port, //
};

use kernel::{
    net::netlink::{
        attr::Attrs,
        writer::Writer, //
    },
    prelude::*,
    static_lock_class,
    str::small::SmallCString,
    sync::Arc,
    warn_on, //
};

/// The regions of an instance, without those of its ports.
#[pin_data]
pub(crate) struct Regions {
    #[pin]
    list: Collection<u64, Region>,
    /// The ids of the snapshots of all regions, those of ports included.
    #[pin]
    pub(crate) snapshot_ids: SnapshotIds,
}

impl Regions {
    /// No regions.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            list <- Collection::new(),
            snapshot_ids <- SnapshotIds::new(),
        })
    }

    /// The regions themselves.
    pub(crate) fn list(&self) -> &Collection<u64, Region> {
        &self.list
    }

    /// Whether there are no regions.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Tells listeners about all regions: in order if they are new, in the opposite order if they
    /// go.
    pub(crate) fn notify_all(&self, devlink: &Devlink, cmd: Cmd) {
        let notify = |region: &Region| region.notify(devlink, None, None, cmd);
        if cmd != Cmd::RegionDel {
            return self.list.iter().for_each(|region| notify(&region));
        }
        self.list.iter_rev().for_each(|region| notify(&region));
    }
}

/// A region.
#[pin_data]
pub(crate) struct Region {
    /// Its key in its collection.
    key: u64,
    name: SmallCString,
    size: u64,
    driver: DriverRegion,
    #[pin]
    snapshots: Snapshots,
    /// Their gate is open until the region is destroyed, also to those who read a snapshot.
    #[pin]
    pub(crate) callback_lock: CallbackLock,
}

impl Region {
    /// Adds a region to the collection of an instance, or of its port of index `port`, and tells
    /// listeners; [`EEXIST`] if there is one with the same name.
    pub(crate) fn create(
        devlink: InstanceLocked<'_>,
        list: &Collection<u64, Region>,
        port: Option<u32>,
        name: &CStr,
        size: u64,
        max_snapshots: u32,
        driver: DriverRegion,
    ) -> Result<Arc<Self>> {
        if Self::find(list, name).is_some() {
            return Err(EEXIST);
        }
        let name = name.try_into()?;
        let region = Arc::pin_init(
            pin_init!(Self {
                key: next_sequence(),
                name,
                size,
                driver,
                snapshots <- Snapshots::new(max_snapshots),
                callback_lock <- CallbackLock::new(c"devlink region pass", static_lock_class!()),
            }),
            GFP_KERNEL,
        )?;
        region.callback_lock.gate.open()?;
        list.insert(region.key, region.clone())?;
        region.notify(&devlink, port, None, Cmd::RegionNew);
        Ok(region)
    }

    /// Takes a region and its snapshots away, and tells listeners. When this returns, nobody reads
    /// a snapshot and all of them are freed.
    pub(crate) fn destroy(
        &self,
        devlink: InstanceLocked<'_>,
        list: &Collection<u64, Region>,
        port: Option<u32>,
    ) {
        list.remove(self.key);
        // Readers of snapshots wait for nothing, and callbacks not for the instance lock.
        let drained = devlink.drain(&self.callback_lock.gate, "destroying a region");
        warn_on!(drained.is_err());
        while let Some(id) = self.snapshots.ids().next() {
            // Nobody else can have deleted it: that takes the instance lock.
            if self.delete_snapshot(&devlink, port, id).is_err() {
                break;
            }
        }
        self.callback_lock.gate.close();
        self.notify(&devlink, port, None, Cmd::RegionDel);
        self.driver.owner().leave(devlink);
    }

    /// Takes regions and their snapshots away that their driver has forgotten, of an instance that
    /// is being freed. The driver's code is still there, which frees the snapshots.
    pub(crate) fn forget_all(
        devlink: InstanceLocked<'_>,
        list: &Collection<u64, Region>,
        port: Option<u32>,
    ) {
        while let Some(region) = list.pop() {
            region.destroy(devlink, list, port);
        }
    }

    /// Takes the snapshots away of a region whose instance was freed, if it was not forgotten with
    /// that, because its port was not registered.
    pub(crate) fn end(&self) {
        // Nobody is inside: that takes a pass of the instance.
        if self.callback_lock.gate.close_empty().is_err() {
            return;
        }
        while let Some(id) = self.snapshots.ids().next() {
            drop(self.snapshots.remove(id));
        }
    }

    /// How many bytes there are in the region.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// The driver's side of the region.
    pub(crate) fn driver(&self) -> &DriverRegion {
        &self.driver
    }

    fn find(list: &Collection<u64, Region>, name: &CStr) -> Option<Arc<Self>> {
        list.find(|region| *region.name == *name)
    }

    /// Makes room for a snapshot with the id `id`, which the caller has got from `devlink`'s
    /// [`SnapshotIds`]; [`ENOSPC`] if there is none, [`EEXIST`] if the region has a snapshot with
    /// this id.
    pub(crate) fn snapshot_place<'a>(&'a self, devlink: &'a Devlink, id: u32) -> Result<Place<'a>> {
        self.snapshots.place(&devlink.regions.snapshot_ids, id)
    }

    /// Adds a snapshot and tells listeners.
    pub(crate) fn add_snapshot(
        &self,
        devlink: &Devlink,
        port: Option<u32>,
        place: Place<'_>,
        data: SnapshotData,
    ) {
        let id = place.id();
        place.fill(data);
        self.notify(devlink, port, Some(id), Cmd::RegionNew);
    }

    /// Deletes a snapshot and tells listeners; [`EINVAL`] if there is none with this id. It is
    /// freed when the last one who reads it is done.
    fn delete_snapshot(&self, devlink: &Devlink, port: Option<u32>, id: u32) -> Result {
        let snapshot = self.snapshots.remove(id).ok_or(EINVAL)?;
        self.notify(devlink, port, Some(id), Cmd::RegionDel);
        drop(snapshot);
        devlink.regions.snapshot_ids.release(id);
        Ok(())
    }

    /// Tells listeners about the region or, with an id, about one of its snapshots.
    fn notify(&self, devlink: &Devlink, port: Option<u32>, snapshot: Option<u32>, cmd: Cmd) {
        // Filters by port do not apply to regions, not even to those of ports.
        notify::send(devlink, cmd, None, |out| {
            self.fill_notification(devlink, port, snapshot, out)
        });
    }

    fn fill_notification(
        &self,
        devlink: &Devlink,
        port: Option<u32>,
        snapshot: Option<u32>,
        out: &mut Writer<'_>,
    ) -> Result {
        self.put_handle(devlink, port, out)?;
        match snapshot {
            Some(id) => out.put(attr::REGION_SNAPSHOT_ID, id),
            None => out.put(attr::REGION_SIZE, self.size),
        }
    }

    fn fill(&self, devlink: &Devlink, port: Option<u32>, out: &mut Writer<'_>) -> Result {
        self.put_handle(devlink, port, out)?;
        out.put(attr::REGION_SIZE, self.size)?;
        out.put(attr::REGION_MAX_SNAPSHOTS, self.snapshots.max())?;
        out.nest_noflag(attr::REGION_SNAPSHOTS, |out| {
            self.snapshots.ids().try_for_each(|id| {
                out.nest_noflag(attr::REGION_SNAPSHOT, |out| {
                    out.put(attr::REGION_SNAPSHOT_ID, id)
                })
            })
        })
    }

    /// Writes what names the region.
    fn put_handle(&self, devlink: &Devlink, port: Option<u32>, out: &mut Writer<'_>) -> Result {
        devlink.put_handle(out)?;
        out.put_opt(attr::PORT_INDEX, port)?;
        out.put(attr::REGION_NAME, &self.name)
    }
}

/// A region that was found, with the port it is on if it is on one.
struct Located {
    region: Arc<Region>,
    port: Option<Arc<Port>>,
}

impl Object for Located {
    const KIND: Parallel = Parallel::Regions;

    fn callback_lock(&self) -> &CallbackLock {
        &self.region.callback_lock
    }
}

impl Located {
    /// The region called `name` on the port or the instance that `attrs` name, if there is one;
    /// [`ENODEV`] if there is no such port.
    fn find(attrs: Attrs<'_>, devlink: &Devlink, name: &CStr) -> Result<Option<Self>> {
        let port = if attrs.has(attr::PORT_INDEX) {
            Some(port_of(attrs, devlink)?)
        } else {
            None
        };
        let list = match &port {
            Some(port) => port.regions(),
            None => Some(devlink.regions.list()),
        };
        Ok(list
            .and_then(|list| Region::find(list, name))
            .map(|region| Located { region, port }))
    }

    fn port_index(&self) -> Option<u32> {
        self.port.as_ref().map(|port| port.index())
    }
}
