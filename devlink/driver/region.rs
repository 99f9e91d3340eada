// SPDX-License-Identifier: GPL-2.0

//! The driver's side of a region, and the memory of snapshots, which the driver frees.

use super::{
    access::{
        InstanceLocked,
        MayCall,
        Owner, //
    },
    ops::MISSING, //
};

use crate::{
    port::Port,
    region::Region, //
};

use kernel::{
    bindings,
    error::to_result,
    net::netlink::extack::Extack,
    prelude::*, //
};

use core::{
    ffi::c_void,
    ptr, //
};

pub(crate) type Destructor = unsafe extern "C" fn(*const c_void);

/// The contents of a snapshot, which the driver made and frees.
///
/// # Invariants
///
/// `len` bytes are readable at `data` and do not change, until the destructor is called with
/// `data`, which happens once.
pub(crate) struct SnapshotData {
    data: *const u8,
    len: usize,
    destructor: Destructor,
}

// SAFETY: The memory is only read, and freeing it is not tied to a task.
unsafe impl Send for SnapshotData {}

// SAFETY: The memory is only read.
unsafe impl Sync for SnapshotData {}

impl SnapshotData {
    /// # Safety
    ///
    /// The driver hands over `data`, which is null or as large as the region, which has `size`
    /// bytes; `destructor` frees it.
    pub(crate) unsafe fn new(data: *const u8, size: u64, destructor: Destructor) -> Self {
        // INVARIANT: The driver promises size and destructor, and gives the data up; of a size that
        // exceeds the address space nothing is there.
        SnapshotData {
            data,
            len: usize::try_from(size).unwrap_or(0),
            destructor,
        }
    }

    /// The contents.
    pub(crate) fn bytes(&self) -> &[u8] {
        if self.data.is_null() {
            return &[];
        }
        // SAFETY: The pointer is not null, so by the type invariants `len` bytes are readable there
        // and do not change as long as this exists.
        unsafe { core::slice::from_raw_parts(self.data, self.len) }
    }
}

impl Drop for SnapshotData {
    fn drop(&mut self) {
        // SAFETY: By the type invariants. The driver's code is still there: its regions wait for
        // those who read their snapshots when they are destroyed.
        unsafe { (self.destructor)(self.data.cast()) };
    }
}

#[derive(Copy, Clone)]
enum RegionOps {
    Instance(*const bindings::devlink_region_ops),
    Port(*const bindings::devlink_port_region_ops),
}

/// The driver's side of a region.
///
/// # Invariants
///
/// The table of operations is valid and unchanged until the region is destroyed, when `owner`
/// changes.
pub(crate) struct DriverRegion {
    ops: RegionOps,
    destructor: Destructor,
    can_snapshot: bool,
    can_read: bool,
    owner: Owner,
}

// SAFETY: The table is only read, which does not matter to anybody else.
unsafe impl Send for DriverRegion {}

// SAFETY: Nothing in it changes but `owner`, which is atomic, and the table is only read.
unsafe impl Sync for DriverRegion {}

impl DriverRegion {
    /// The side of a driver that creates a region of an instance, and the region's name; `None` if
    /// there is no table or no destructor in it.
    ///
    /// # Safety
    ///
    /// `ops` is null, or valid and unchanged until the region is destroyed.
    pub(crate) unsafe fn of_instance(
        ops: *const bindings::devlink_region_ops,
        devlink: InstanceLocked<'_>,
    ) -> Option<(Self, *const c_char)> {
        // SAFETY: The caller promises that it is null or valid.
        let table = unsafe { ops.as_ref() }?;
        // INVARIANT: The caller promises that the table outlives the region.
        let driver = DriverRegion {
            ops: RegionOps::Instance(ops),
            destructor: table.destructor?,
            can_snapshot: table.snapshot.is_some(),
            can_read: table.read.is_some(),
            owner: Owner::new(devlink),
        };
        Some((driver, table.name))
    }

    /// The same for a region of a port.
    ///
    /// # Safety
    ///
    /// `ops` is null, or valid and unchanged until the region is destroyed.
    pub(crate) unsafe fn of_port(
        ops: *const bindings::devlink_port_region_ops,
        devlink: InstanceLocked<'_>,
    ) -> Option<(Self, *const c_char)> {
        // SAFETY: The caller promises that it is null or valid.
        let table = unsafe { ops.as_ref() }?;
        // INVARIANT: The caller promises that the table outlives the region.
        let driver = DriverRegion {
            ops: RegionOps::Port(ops),
            destructor: table.destructor?,
            can_snapshot: table.snapshot.is_some(),
            can_read: table.read.is_some(),
            owner: Owner::new(devlink),
        };
        Some((driver, table.name))
    }

    /// Where it is registered.
    pub(crate) fn owner(&self) -> &Owner {
        &self.owner
    }

    /// What frees the memory of the region's snapshots.
    pub(crate) fn destructor(&self) -> Destructor {
        self.destructor
    }

    /// Whether the driver can take a snapshot at any time.
    pub(crate) fn can_snapshot(&self) -> bool {
        self.can_snapshot
    }

    /// Whether the driver can read the region itself.
    pub(crate) fn can_read(&self) -> bool {
        self.can_read
    }
}

impl Region {
    /// Has the driver take a snapshot; `port` is the one that the region is on.
    pub(crate) fn driver_snapshot(
        &self,
        devlink: MayCall<'_>,
        port: Option<&Port>,
        extack: Extack<'_>,
    ) -> Result<SnapshotData> {
        let driver = self.driver();
        devlink.check(&driver.owner, &self.callback_lock)?;
        let mut data = ptr::null_mut();
        // SAFETY: The driver may be called about the region, so by the type invariants the table is
        // valid. The driver keeps the structure of a port, for which `devlink_port_fini()` is the
        // end, until it has destroyed the regions on it. The other arguments are valid for the
        // call.
        to_result(unsafe {
            match (driver.ops, port) {
                (RegionOps::Instance(ops), None) => {
                    let callback = (*ops).snapshot.ok_or(MISSING)?;
                    callback(devlink.as_raw(), ops, extack.as_raw(), &mut data)
                }
                (RegionOps::Port(ops), Some(port)) => {
                    let callback = (*ops).snapshot.ok_or(MISSING)?;
                    callback(port.driver().as_raw(), ops, extack.as_raw(), &mut data)
                }
                _ => return Err(EINVAL),
            }
        })?;
        // SAFETY: On success the driver has stored memory of the region's size.
        Ok(unsafe { SnapshotData::new(data, self.size(), driver.destructor) })
    }

    /// Has the driver read as much of the region as fits into `buffer`, which is not on the stack:
    /// the device may write into it.
    pub(crate) fn driver_read(
        &self,
        devlink: MayCall<'_>,
        port: Option<&Port>,
        offset: u64,
        buffer: &mut [u8],
        extack: Extack<'_>,
    ) -> Result {
        let driver = self.driver();
        devlink.check(&driver.owner, &self.callback_lock)?;
        let len = u32::try_from(buffer.len()).map_err(|_| EINVAL)?;
        let (extack, buffer) = (extack.as_raw(), buffer.as_mut_ptr());
        // SAFETY: The driver may be called about the region, so the table is valid, and so is the
        // port's structure, as in `driver_snapshot()`; `buffer` has room for `len` bytes.
        to_result(unsafe {
            match (driver.ops, port) {
                (RegionOps::Instance(ops), None) => {
                    let callback = (*ops).read.ok_or(MISSING)?;
                    callback(devlink.as_raw(), ops, extack, offset, len, buffer)
                }
                (RegionOps::Port(ops), Some(port)) => {
                    let callback = (*ops).read.ok_or(MISSING)?;
                    callback(port.driver().as_raw(), ops, extack, offset, len, buffer)
                }
                _ => return Err(EINVAL),
            }
        })
    }
}
