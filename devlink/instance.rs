// SPDX-License-Identifier: GPL-2.0

//! A devlink instance: who owns what, and who may touch it when.
//!
//! * Memory: `refcount` ([`ARef<Devlink>`]). The driver has one reference from `devlink_alloc()`
//!   to `devlink_free()`, the registry one for the same time, each command one of its own.
//! * Use: `gate`. Open from register to unregister; a command enters last, after it has got the
//!   locks it needs. Unregister drains it, which is the barrier that its callers rely on.
//! * Driver calls: `instance_lock`, which belongs to the driver (`devl_lock()`) and serialises its
//!   callbacks. The core takes it to call the driver, never to protect its own data.
//! * Each collection: its own lock, held only inside [`Collection`]'s methods.

use crate::{
    collection::Collection,
    dpipe::Tables,
    driver::{
        access::{
            Active,
            InstanceGuard,
            InstanceLocked,
            Operating, //
        },
        instance::ReleaseWork,
        ops::{
            Parallel,
            ReloadAbilities,
            Table, //
        },
    },
    generated::{
        attr,
        Cmd, //
    },
    handle::Handle,
    health::{
        self,
        Reporter, //
    },
    in_flight::{
        Records,
        WaitsFor, //
    },
    info::LastInfo,
    last_answer::LastNumber,
    lifetime::{
        Gate,
        NotOpen,
        Phase, //
    },
    linecard::Linecards,
    nested::Nested,
    netlink,
    param::Params,
    port::Port,
    rate::{
        tree::with_tree,
        Rates, //
    },
    region::{
        Region,
        Regions, //
    },
    reload::ReloadState,
    resource::Resources,
    sb::Sbs,
    trap::Traps,
    weak::WeakDevlink, //
};

use kernel::{
    dev_err,
    dev_warn,
    device::Device,
    fmt,
    net::{
        namespace::{
            Net,
            NetPtr, //
        },
        netlink::writer::Writer, //
    },
    prelude::*,
    str::CString,
    sync::{
        aref::ARef,
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        lockdep_map::LockdepMap,
        owned_class_mutex::OwnedClassMutex,
        Refcount, //
    },
    warn_on,
    warn_on_once, //
};

use pin_init::stack_pin_init;

/// A devlink instance (`struct devlink`); the driver's private data follows it in memory.
///
/// # Invariants
///
/// Allocated by [`driver::instance`](crate::driver::instance), pinned, and freed when `refcount` is
/// zero.
#[repr(C, align(32))]
#[pin_data]
pub(crate) struct Devlink {
    pub(crate) refcount: Refcount,
    index: u32,
    handle: Handle,
    driver_name: Option<CString>,
    dev: Option<ARef<Device>>,
    table: Table,
    /// Features of the driver that this device does not have; fixed while users know of it.
    hidden: Atomic<u32>,
    /// About which objects the driver can be called without its lock; fixed like `hidden`.
    parallel: Atomic<u32>,
    /// None after the driver has freed the instance.
    #[pin]
    net: NetPtr,
    /// What refers to this instance without keeping it has a clone of this.
    weak: WeakDevlink,
    #[pin]
    instance_lock: OwnedClassMutex,
    #[pin]
    gate: Gate,
    /// It was registered once, and may have been unregistered since. Changed under the instance
    /// lock.
    was_registered: Atomic<bool>,
    #[pin]
    pub(crate) in_flight: Records,
    #[pin]
    pub(crate) reload: ReloadState,
    #[pin]
    pub(crate) info: LastInfo,
    /// The tests that the driver can perform, as a mask.
    pub(crate) selftests: LastNumber,
    #[pin]
    pub(crate) ports: Collection<u32, Port>,
    #[pin]
    pub(crate) params: Params,
    #[pin]
    pub(crate) resources: Resources,
    #[pin]
    pub(crate) regions: Regions,
    #[pin]
    pub(crate) reporters: Collection<u64, Reporter>,
    #[pin]
    pub(crate) traps: Traps,
    #[pin]
    pub(crate) rates: Rates,
    #[pin]
    pub(crate) linecards: Linecards,
    #[pin]
    pub(crate) nested: Nested,
    #[pin]
    pub(crate) sbs: Sbs,
    #[pin]
    pub(crate) dpipe: Tables,
    #[pin]
    pub(crate) release: ReleaseWork,
}

/// What a new instance is called and whom it belongs to.
pub(crate) struct Identity {
    pub(crate) index: u32,
    pub(crate) handle: Handle,
    pub(crate) driver_name: Option<CString>,
    pub(crate) dev: Option<ARef<Device>>,
}

impl From<NotOpen> for Error {
    fn from(_: NotOpen) -> Error {
        ENODEV
    }
}

impl Devlink {
    /// Initialises an instance with one reference, which is the driver's.
    pub(crate) fn new(identity: Identity, table: Table, net: &Net) -> impl PinInit<Self, Error> {
        let net = NetPtr::new(net);
        let Identity {
            index,
            handle,
            driver_name,
            dev,
        } = identity;
        try_pin_init!(Self {
            refcount: Refcount::new(1),
            index,
            handle,
            driver_name,
            dev,
            table,
            hidden: Atomic::new(0),
            parallel: Atomic::new(0),
            net <- net,
            weak: WeakDevlink::new()?,
            instance_lock <- OwnedClassMutex::new(c"devlink instance lock"),
            gate <- Gate::new(LockdepMap::new_own_class(c"devlink instance pass")),
            was_registered: Atomic::new(false),
            in_flight <- Records::new(*index),
            reload <- ReloadState::new(),
            info <- LastInfo::new(),
            selftests: LastNumber::new(),
            ports <- Collection::new(),
            params <- Params::new(),
            resources <- Resources::new(*index),
            regions <- Regions::new(),
            reporters <- Collection::new(),
            traps <- Traps::new(),
            rates <- Rates::new(),
            linecards <- Linecards::new(),
            nested <- Nested::new(),
            sbs <- Sbs::new(),
            dpipe <- Tables::new(),
            release <- ReleaseWork::new(),
        })
    }

    /// The number of the instance.
    pub(crate) fn index(&self) -> u32 {
        self.index
    }

    /// The name of the device's bus.
    pub(crate) fn bus_name(&self) -> &CStr {
        self.handle.bus_name()
    }

    /// The device's name.
    pub(crate) fn dev_name(&self) -> &CStr {
        self.handle.dev_name()
    }

    /// The name of the device's driver.
    pub(crate) fn driver_name(&self) -> Option<&CStr> {
        self.driver_name.as_deref()
    }

    /// The device, unless the instance stands for none.
    pub(crate) fn device(&self) -> Option<&Device> {
        self.dev.as_deref()
    }

    /// The driver's table of operations.
    pub(crate) fn table(&self) -> &Table {
        &self.table
    }

    /// What the driver says about its reload, as far as this device has it.
    pub(crate) fn reload_abilities(&self) -> ReloadAbilities {
        self.table.reload_abilities(self.hidden_features())
    }

    /// The features of the driver that this device does not have, as a mask.
    pub(crate) fn hidden_features(&self) -> u32 {
        self.hidden.load(Relaxed)
    }

    /// What commands enter by.
    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Says which features of the driver (a mask of [`Feature`](crate::driver::ops::Feature)s) this
    /// device does not have; [`EBUSY`] once users may have seen them.
    pub(crate) fn hide_features(&self, hidden: u32) -> Result {
        if self.is_published() {
            return Err(EBUSY);
        }
        self.hidden.store(hidden, Relaxed);
        Ok(())
    }

    /// Says with which callbacks (a mask of [`Parallel`]s) the driver can be called without its
    /// lock; [`EBUSY`] once users may call it.
    pub(crate) fn set_parallel(&self, mut kinds: u32) -> Result {
        if self.is_published() {
            return Err(EBUSY);
        }
        if kinds & Parallel::Health as u32 != 0 {
            kinds |= Parallel::HealthReads as u32;
        }
        self.parallel.store(kinds, Relaxed);
        Ok(())
    }

    /// Whether the driver can be called with such callbacks without its lock.
    pub(crate) fn is_parallel(&self, kind: Parallel) -> bool {
        self.parallel.load(Relaxed) & kind as u32 != 0
    }

    /// The namespace the instance is in, until its driver frees it.
    pub(crate) fn net(&self) -> &NetPtr {
        &self.net
    }

    /// A reference that does not keep the instance, to be cloned.
    pub(crate) fn weak(&self) -> &WeakDevlink {
        &self.weak
    }

    /// The instance lock, for C code that holds it across calls.
    pub(crate) fn instance_lock(&self) -> &OwnedClassMutex {
        &self.instance_lock
    }

    /// Takes the instance lock on behalf of the driver.
    pub(crate) fn lock(&self) -> InstanceGuard<'_> {
        InstanceGuard::lock(self, "driver")
    }

    /// Takes the instance lock on behalf of the driver, which will release it (`devl_lock()`).
    pub(crate) fn lock_raw(&self) {
        if self.instance_lock.lock_fast_raw() {
            return;
        }
        stack_pin_init!(let _wait = self.begin_wait("driver", WaitsFor::InstanceLock));
        self.tell_of_lock_held_already();
        self.instance_lock.lock_raw();
    }

    /// Enters without any lock: for what the core knows itself, and for parallel operations.
    pub(crate) fn enter(&self) -> Result<Active<'_>> {
        Active::enter(self)
    }

    /// Waits for the instance lock, then enters, to do `what`. A signal that ends the process ends
    /// the wait with [`EINTR`].
    pub(crate) fn operate(&self, what: &'static str) -> Result<Operating<'_>> {
        Operating::enter(InstanceGuard::lock_killable(self, what)?, None, what)
    }

    /// Waits for the device lock and for the instance lock, then enters. A signal that ends the
    /// process ends the wait.
    pub(crate) fn operate_device_locked(&self, what: &'static str) -> Result<Operating<'_>> {
        let device = match self.device() {
            Some(device) => {
                stack_pin_init!(
                    let _wait = self.begin_killable_wait(what, WaitsFor::DeviceLock)
                );
                Some(device.lock_killable()?)
            }
            None => None,
        };
        Operating::enter(InstanceGuard::lock_killable(self, what)?, device, what)
    }

    /// Like [`operate`](Self::operate), for kernel code that cannot give up, whatever signal comes.
    pub(crate) fn operate_uninterruptible(&self, what: &'static str) -> Result<Operating<'_>> {
        Operating::enter(InstanceGuard::lock(self, what), None, what)
    }

    /// Like [`operate_device_locked`](Self::operate_device_locked), for kernel code that cannot
    /// give up, whatever signal comes.
    pub(crate) fn operate_device_locked_uninterruptible(
        &self,
        what: &'static str,
    ) -> Result<Operating<'_>> {
        let device = self.device().map(|device| {
            stack_pin_init!(let _wait = self.begin_wait(what, WaitsFor::DeviceLock));
            device.lock()
        });
        Operating::enter(InstanceGuard::lock(self, what), device, what)
    }

    /// Whether users know of the instance: from register until unregister has sent its
    /// notifications.
    pub(crate) fn is_published(&self) -> bool {
        self.gate.phase() != Phase::Closed
    }
}

impl InstanceLocked<'_> {
    /// Opens the instance to the world (`devl_register()`).
    pub(crate) fn register(self) -> Result {
        self.forget_outer_rates();
        self.gate.open()?;
        if self.was_registered.xchg(true, Relaxed) {
            // What the driver said before it unregistered does not count any more.
            self.forget_answers();
            self.params.forget_answers(self);
        }
        // The driver is up, so it can be asked for its values.
        self.refresh_ports(self);
        if netlink::notify::has_listeners(&self) {
            self.notify_registered();
            self.params.notify_all_asking(self, Cmd::ParamNew);
        }
        health::notify_untold(&self);
        self.notify_outer();
        Ok(())
    }

    /// Shuts the instance off from the world (`devl_unregister()`): when this returns, no command
    /// is inside and none can enter. Sleeps until those inside have left.
    pub(crate) fn unregister(self) -> Result {
        self.drain(&self.gate, "unregister")?;
        if netlink::notify::has_listeners(&self) {
            if self.reload.is_failed() {
                // The driver is down: see `move_to()`.
                self.params.notify_all(&self, Cmd::ParamDel);
            } else {
                self.params.notify_all_asking(self, Cmd::ParamDel);
                self.refresh_unknown_ports(self);
            }
            self.notify_unregistered();
        }
        self.gate.close();
        self.leave_outer();
        Ok(())
    }

    /// Moves a registered instance to another namespace.
    pub(crate) fn move_to(self, net: &Net) {
        // The driver is down, so it is not asked for its values.
        self.params.notify_all(&self, Cmd::ParamDel);
        self.notify_unregistered();
        self.net.set(net);
        self.notify_registered();
        self.params.notify_all(&self, Cmd::ParamNew);
        self.notify_outer();
    }

    /// Forgets what the driver said, except about parameters, and about the functions of ports
    /// until they are [asked again](Devlink::refresh_ports).
    pub(crate) fn forget_answers(self) {
        self.info.forget(self);
        self.selftests.forget(self);
        self.sbs.forget_answers(self);
        self.traps.forget_answers(self);
        self.resources.forget_answers(self);
        self.begin_port_reload(self);
    }

    /// Tells listeners of the instance and of everything on it but its parameters, which come last.
    fn notify_registered(self) {
        self.notify(Cmd::New);
        self.linecards.notify_all(&self, Cmd::LinecardNew);
        self.notify_ports(Cmd::PortNew);
        self.traps.notify_all(self, true);
        self.rates.notify_all(&self, Cmd::RateNew);
        self.regions.notify_all(&self, Cmd::RegionNew);
    }

    /// Tells listeners that everything on the instance, and the instance, has gone; the parameters
    /// have gone before.
    fn notify_unregistered(self) {
        self.regions.notify_all(&self, Cmd::RegionDel);
        self.rates.notify_all(&self, Cmd::RateDel);
        self.traps.notify_all(self, false);
        self.notify_ports(Cmd::PortDel);
        self.linecards.notify_all(&self, Cmd::LinecardDel);
        self.notify(Cmd::Del);
    }

    /// The driver frees the instance (`devlink_free()`): whoever holds a memory reference finds
    /// nothing on it any more, nor any way to the driver, whose code may go when the lock has been
    /// released.
    ///
    /// A driver should have taken everything off it before. What it has forgotten is warned about
    /// and taken away. The driver is not called about it, except to free snapshots.
    pub(crate) fn free(self) {
        if self.drain(&self.gate, "freeing the instance").is_ok() {
            warn_on_once!(true);
            self.gate.close();
        }
        self.leave_outer();
        self.warn_about_leftovers();
        if !self.rates.is_empty() {
            with_tree(self, Rates::forget_all);
        }
        self.rates.set_nested_in(None);
        self.dpipe.forget_all(self);
        self.sbs.forget_all();
        health::forget_all(self, &self.reporters);
        Region::forget_all(self, self.regions.list(), None);
        self.forget_ports(self);
        self.linecards.forget_all(self);
        self.traps.forget_all(self);
        self.params.forget_all(self);
        self.resources.unregister_all(self);
    }
}

impl Devlink {
    /// Writes to the kernel log that the driver made a mistake that ends in a deadlock.
    pub(crate) fn error(&self, message: fmt::Arguments<'_>) {
        match self.device() {
            Some(device) => dev_err!(device, "{message}"),
            None => pr_err!("({}): {message}", self.dev_name()),
        }
    }

    /// Writes a warning about the instance to the kernel log.
    pub(crate) fn warn(&self, message: fmt::Arguments<'_>) {
        match self.device() {
            Some(device) => dev_warn!(device, "{message}"),
            None => pr_warn!("({}): {message}", self.dev_name()),
        }
    }

    fn warn_about_leftovers(&self) {
        warn_on!(!self.rates.is_empty());
        self.traps.warn_about_leftovers();
        warn_on!(!self.reporters.is_empty());
        warn_on!(!self.regions.is_empty());
        warn_on!(!self.resources.is_empty());
        warn_on!(!self.dpipe.is_empty());
        warn_on!(!self.sbs.is_empty());
        warn_on!(!self.linecards.is_empty());
        warn_on!(!self.ports.is_empty());
    }

    /// Tells listeners about the instance itself.
    pub(crate) fn notify(&self, cmd: Cmd) {
        netlink::notify::send(self, cmd, None, |out| self.fill(out));
    }

    /// Writes what names the instance into a message.
    pub(crate) fn put_handle(&self, out: &mut Writer<'_>) -> Result {
        self.handle.put(out)?;
        out.put(attr::INDEX, self.index.into())
    }
}
