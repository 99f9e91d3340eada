// SPDX-License-Identifier: GPL-2.0

//! `devlink dpipe`: the packet pipeline of a device, as tables that match and act on headers.
//!
//! Which headers there are is copied when they are registered. What is in a table, and what it
//! matches and does, only the driver knows; the commands about it ask the driver and so take its
//! lock, which also keeps a table registered.

mod commands;
mod entry;

pub(crate) use self::{
    commands::{
        EntriesGet,
        HeadersGet,
        TableCountersSet,
        TableGet, //
    },
    entry::{
        Entry,
        FieldUse,
        Value, //
    },
};

use crate::{
    collection::next_sequence,
    driver::{
        access::InstanceLocked,
        dpipe::DriverTable, //
    },
};

use kernel::{
    new_mutex,
    prelude::*,
    rbtree::{
        RBTree,
        RBTreeNode, //
    },
    str::CString,
    sync::{
        atomic::{
            ordering::{
                Acquire,
                Release, //
            },
            Atomic, //
        },
        new_spinlock_irq,
        Arc,
        Mutex,
        SpinLockIrq, //
    },
};

/// A field of a header.
pub(crate) struct Field {
    pub(crate) name: CString,
    pub(crate) id: u32,
    /// In bits.
    pub(crate) bitwidth: u32,
    /// What values of the field stand for (`enum devlink_dpipe_field_mapping_type`).
    pub(crate) mapping_type: u32,
}

/// A header that packets may have.
pub(crate) struct Header {
    pub(crate) name: CString,
    pub(crate) id: u32,
    /// Whether the header's number is that of `enum devlink_dpipe_header_id`, not of the driver.
    pub(crate) global: bool,
    pub(crate) fields: KVec<Field>,
}

/// The resource that entries of a table are made of.
#[derive(Copy, Clone)]
pub(crate) struct TableResource {
    pub(crate) id: u64,
    /// How much of it one entry takes.
    pub(crate) units: u64,
}

/// A registered table.
#[pin_data]
struct Table {
    name: CString,
    driver: DriverTable,
    /// Whether something else than devlink switches the counters.
    counter_control_extern: bool,
    counters_enabled: Atomic<bool>,
    #[pin]
    resource: Mutex<Option<TableResource>>,
}

impl Table {
    fn counters_enabled(&self) -> bool {
        self.counters_enabled.load(Acquire)
    }

    /// Switches the counters, and tells the driver if that changes something.
    fn enable_counters(&self, devlink: InstanceLocked<'_>, enable: bool) {
        if self.counters_enabled() == enable {
            return;
        }
        // The driver asks for the new state when it is told.
        self.counters_enabled.store(enable, Release);
        self.driver.counters_changed(devlink, enable);
    }
}

/// A table in the tree.
struct Listed(Arc<Table>);

/// Moving the reference does not move the table.
impl Unpin for Listed {}

/// The tables of an instance, in the order of their registration, and its headers.
#[pin_data]
pub(crate) struct Tables {
    /// Drivers ask in atomic context, too, whether the counters of a table are enabled.
    #[pin]
    tables: SpinLockIrq<RBTree<u64, Listed>>,
    #[pin]
    headers: Mutex<Option<Arc<KVec<Header>>>>,
}

impl Tables {
    /// No tables and no headers.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            tables <- new_spinlock_irq!(RBTree::new(), "devlink dpipe tables"),
            headers <- new_mutex!(None, "devlink dpipe headers"),
        })
    }

    /// Whether there are no tables.
    pub(crate) fn is_empty(&self) -> bool {
        self.tables.lock().is_empty()
    }

    /// Forgets all tables and headers, of an instance that is being freed.
    pub(crate) fn forget_all(&self, devlink: InstanceLocked<'_>) {
        let all = core::mem::replace(&mut *self.tables.lock(), RBTree::new());
        for table in all.values() {
            table.0.driver.owner().leave(devlink);
        }
        let headers = self.headers.lock().take();
        // Freed after the lock was released.
        drop(headers);
    }

    /// Whether the counters of the table are enabled; `false` if there is no such table. Works in
    /// atomic context.
    pub(crate) fn counters_enabled(&self, name: &CStr) -> bool {
        self.tables
            .lock()
            .values()
            .any(|table| *table.0.name == *name && table.0.counters_enabled())
    }

    fn find(&self, name: &CStr) -> Option<Arc<Table>> {
        let tables = self.tables.lock();
        let found = tables.values().find(|table| *table.0.name == *name)?;
        Some(found.0.clone())
    }

    /// All tables. With the instance lock held none comes or goes meanwhile.
    fn all(&self, _devlink: InstanceLocked<'_>) -> Result<KVec<Arc<Table>>> {
        let mut all = KVec::new();
        let mut next = 0;
        loop {
            let (key, table) = {
                let tables = self.tables.lock();
                let Some(cursor) = tables.cursor_lower_bound(&next) else {
                    return Ok(all);
                };
                let (key, table) = cursor.current();
                (*key, table.0.clone())
            };
            all.push(table, GFP_KERNEL)?;
            next = key + 1;
        }
    }

    fn headers(&self) -> Option<Arc<KVec<Header>>> {
        self.headers.lock().clone()
    }
}

impl InstanceLocked<'_> {
    /// Adds a table; [`EEXIST`] if there is one of this name (`devl_dpipe_table_register()`).
    pub(crate) fn register_dpipe_table(
        self,
        name: &CStr,
        driver: DriverTable,
        counter_control_extern: bool,
    ) -> Result {
        // The instance lock keeps others from adding the same name meanwhile.
        if self.dpipe.find(name).is_some() {
            return Err(EEXIST);
        }
        let name = CString::try_from(name)?;
        let table = Arc::pin_init(
            pin_init!(Table {
                name,
                driver,
                counter_control_extern,
                counters_enabled: Atomic::new(false),
                resource <- new_mutex!(None, "devlink dpipe table resource"),
            }),
            GFP_KERNEL,
        )?;
        let node = RBTreeNode::new(next_sequence(), Listed(table), GFP_KERNEL)?;
        self.dpipe.tables.lock().insert(node);
        Ok(())
    }

    /// Takes a table away, if there is one of this name (`devl_dpipe_table_unregister()`).
    pub(crate) fn unregister_dpipe_table(self, name: &CStr) {
        if let Some(table) = self.dpipe.find(name) {
            table.driver.owner().leave(self);
        }
        let removed = {
            let mut tables = self.dpipe.tables.lock();
            let key = tables
                .iter()
                .find(|(_, table)| *table.0.name == *name)
                .map(|(key, _)| *key);
            key.and_then(|key| tables.remove_node(&key))
        };
        // Freed after the lock was released.
        drop(removed);
    }

    /// Says which resource the entries of a table are made of; [`EINVAL`] if there is no such table
    /// (`devl_dpipe_table_resource_set()`).
    pub(crate) fn set_dpipe_table_resource(self, name: &CStr, resource: TableResource) -> Result {
        let table = self.dpipe.find(name).ok_or(EINVAL)?;
        *table.resource.lock() = Some(resource);
        Ok(())
    }

    /// Sets the headers, or takes them away (`devl_dpipe_headers_register()`,
    /// `devl_dpipe_headers_unregister()`).
    pub(crate) fn set_dpipe_headers(self, headers: Option<Arc<KVec<Header>>>) {
        let old = core::mem::replace(&mut *self.dpipe.headers.lock(), headers);
        // Freed after the lock was released.
        drop(old);
    }
}
