// SPDX-License-Identifier: GPL-2.0

//! The instance: its storage and its phases.

use super::{
    dpipe,
    eswitch,
    flash,
    info,
    nested::Outer,
    object::{
        callback,
        Objects, //
    },
    param,
    port,
    rate,
    reload,
    reload::Why,
    sb,
    trap,
    Driver, //
};

use crate::{
    bindings,
    error::to_result,
    net::netlink::extack::Extack,
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    },
    workqueue::{
        work_class,
        OwnedWork, //
    },
};

use core::{
    cell::{
        Cell,
        UnsafeCell, //
    },
    marker::PhantomData,
    mem::{
        align_of,
        forget,
        offset_of,
        size_of,
        MaybeUninit, //
    },
    ptr::{
        drop_in_place,
        NonNull, //
    },
};

mod proof;
mod run_by;
mod setup;
mod work;

pub use self::{
    proof::{
        Locked,
        Pinned,
        Unlocked, //
    },
    setup::{
        Bringup,
        Setup, //
    },
    work::Work,
};

use self::{
    run_by::RunBy,
    work::{
        Reaper,
        Service, //
    }, //
};

/// The alignment of what `devlink_priv()` returns (`NETDEV_ALIGN`), on both cores.
pub(super) const PRIV_ALIGN: usize = 32;

/// `DEVLINK_SUPPORT_FLASH_UPDATE_OVERWRITE_MASK`, of which bindgen makes no constant.
const FLASH_OVERWRITE_MASK: u32 = 1 << 0;

/// Makes a type invariant over a lifetime.
type Invariant<'a> = PhantomData<fn(&'a ()) -> &'a ()>;

/// What lies in an instance's private memory (`devlink_priv()`).
///
/// Lifetimes of the driver's types are erased in here: `Data<'bound>` and `Up<'up>` are lent out by
/// functions that are generic over these lifetimes, so that nobody can choose them.
///
/// # Invariants
///
/// - `data` is initialized if `has_data` is set.
/// - `up`, the cells and the objects are only used by the task that holds the instance lock, or by
///   that which makes or ends the instance. `up` changes only when no work runs, or with the device
///   lock held, too: in a reload, and when the driver takes the device down or brings it up.
#[pin_data]
#[repr(C)]
pub(super) struct Private<T: Driver> {
    /// The first field: `devlink_priv()` is a pointer to it, for parts of a driver that are in C.
    data: UnsafeCell<MaybeUninit<T::Data<'static>>>,
    has_data: Cell<bool>,
    bound_objects: Objects,
    up: UnsafeCell<Option<T::Up<'static>>>,
    up_objects: Objects,
    /// While the device is taken down no object is made.
    going_down: Cell<bool>,
    /// Who has a [`Locked`], or the lock and no proof.
    locked_by: RunBy,
    /// Who runs [`Driver::work`].
    work_by: RunBy,
    /// Who reports with the device lock held, and nothing borrowed of what is up.
    restart_by: RunBy,
    /// How many groups are being made, one for another: meanwhile none is removed.
    making: Cell<usize>,
    /// Objects that were unregistered while callbacks may have references to them. They are freed
    /// in this order: a group's value may borrow of an outer group, which is retired later.
    retired: Objects,
    /// Frees `retired` when no callback runs.
    #[pin]
    reaper: OwnedWork<Reaper<T>>,
    registered: Cell<bool>,
    params: Cell<bool>,
    param_objects: param::ParamObjects,
    resources: Cell<u64>,
    rate_nodes: rate::Nodes,
    traps: trap::Lists,
    buffers: sb::Buffers,
    /// Enabled when the instance is registered.
    #[pin]
    work: OwnedWork<Service<T>>,
    /// Whether the work was scheduled at any time, so perhaps before it was enabled.
    work_wanted: Atomic<bool>,
    devlink: NonNull<bindings::devlink>,
}

impl<T: Driver> Private<T> {
    /// The private memory of an instance.
    ///
    /// # Safety
    ///
    /// `devlink` is an instance of `T` that [`Instance::new`] made, valid for `'a`.
    unsafe fn of<'a>(devlink: NonNull<bindings::devlink>) -> &'a Self {
        // SAFETY: `Instance::new` put a `Private<T>` there before anybody could call this.
        unsafe { &*bindings::devlink_priv(devlink.as_ptr()).cast() }
    }

    /// Ends what exists while the device is up, if it is.
    pub(super) fn take_down(cx: &Locked<'_, T>) {
        let this = cx.private();
        this.going_down.set(true);
        // SAFETY: The lock is held, and handles of the objects are only in `Up` and in the objects
        // themselves, which cannot use them without a proof.
        unsafe { this.up_objects.unregister() };
        dpipe::unregister_headers(cx);
        // SAFETY: The lock is held. References to `Up` exist only in closures of `Locked::up`, in
        // which nobody gets here: this is called by a core, by `Instance`, or for a driver that
        // has a `DeviceLocked` to itself and no `Locked`.
        drop(unsafe { (*this.up.get()).take() });
        // SAFETY: They were unregistered, and no callback has a reference to any: this task holds
        // the lock, and is in none.
        unsafe {
            this.retired.free_in_order();
            this.up_objects.free();
        }
        this.going_down.set(false);
    }

    /// Makes what exists while the device is up, which it is not.
    pub(super) fn bring_up(cx: &Locked<'_, T>, why: &Why, extack: Extack<'_>) -> Result {
        let this = cx.private();
        dpipe::register_headers(cx);
        let bringup = Bringup::new(cx, &this.up_objects);
        let up: Result<T::Up<'_>> = T::up(&bringup, why, extack);
        match up {
            Ok(up) => {
                // CAST: Only the lifetime differs. It ends in `take_down`, before `data` does.
                let slot: *mut Option<T::Up<'_>> = this.up.get().cast();
                // SAFETY: The lock is held, and no reference to `up` exists, as in `take_down`. It
                // is `None` now, so that nothing is lost.
                unsafe { slot.write(Some(up)) };
                // SAFETY: They were unregistered, and only `T::up` could have references to any,
                // which has returned: this task holds the lock, and is in no other callback.
                unsafe { this.retired.free_in_order() };
                Ok(())
            }
            Err(error) => {
                Self::take_down(cx);
                Err(error)
            }
        }
    }
}

/// A driver's instance. Dropping it ends everything in the right order.
///
/// Not for drivers: bus glue keeps it where they cannot forget it.
///
/// # Invariants
///
/// `devlink` is a valid instance with a [`Private<T>`] in it, and this is its only owner.
pub(super) struct Instance<T: Driver> {
    devlink: NonNull<bindings::devlink>,
    _driver: PhantomData<T>,
}

// SAFETY: What is in an instance is `Send` and `Sync` by `Driver`'s bounds, or guarded by its lock.
unsafe impl<T: Driver> Send for Instance<T> {}

// SAFETY: It has no method that takes a reference outside of this module: nothing is shared.
unsafe impl<T: Driver> Sync for Instance<T> {}

impl<T: Driver> Instance<T> {
    /// The operations, in read-only memory.
    const OPS: bindings::devlink_ops = bindings::devlink_ops {
        supported_flash_update_params: if T::FLASH_OVERWRITE {
            FLASH_OVERWRITE_MASK
        } else {
            0
        },
        reload_actions: T::RELOAD.mask() as usize,
        reload_limits: if T::HAS_ACTIVATE_LIVE {
            1 << bindings::devlink_reload_limit_DEVLINK_RELOAD_LIMIT_NO_RESET
        } else {
            0
        },
        reload_down: callback!(T::RELOAD.mask() != 0, reload::down::<T>),
        reload_up: callback!(T::RELOAD.mask() != 0, reload::up::<T>),
        info_get: callback!(T::HAS_INFO, info::get::<T>),
        flash_update: callback!(T::HAS_FLASH, flash::update::<T>),
        port_new: callback!(T::HAS_PORT_NEW, port::new::<T>),
        eswitch_mode_get: callback!(T::HAS_ESWITCH_MODE, eswitch::mode_get::<T>),
        eswitch_mode_set: callback!(T::HAS_SET_ESWITCH_MODE, eswitch::mode_set::<T>),
        eswitch_inline_mode_get: callback!(
            T::HAS_ESWITCH_INLINE_MODE,
            eswitch::inline_mode_get::<T>
        ),
        eswitch_inline_mode_set: callback!(
            T::HAS_SET_ESWITCH_INLINE_MODE,
            eswitch::inline_mode_set::<T>
        ),
        eswitch_encap_mode_get: callback!(T::HAS_ESWITCH_ENCAP_MODE, eswitch::encap_mode_get::<T>),
        eswitch_encap_mode_set: callback!(
            T::HAS_SET_ESWITCH_ENCAP_MODE,
            eswitch::encap_mode_set::<T>
        ),
        ..T::SELFTESTS
            .fill(T::SHARED_BUFFERS.fill(T::TRAPS.fill(T::RATES.fill(pin_init::zeroed()))))
    };

    /// What can be checked before there is a device.
    const CHECK: () = {
        assert!(
            align_of::<Private<T>>() <= PRIV_ALIGN,
            "Data and Up can be aligned to 32 bytes at most"
        );
        assert!(offset_of!(Private<T>, data) == 0);
        assert!(
            !T::HAS_ACTIVATE_LIVE || T::RELOAD.has(reload::Action::FwActivate),
            "activate_live() needs Reload::FW_ACTIVATE"
        );
        assert!(
            !T::HAS_MAY_ACTIVATE_LIVE || T::HAS_ACTIVATE_LIVE,
            "may_activate_live() needs activate_live()"
        );
        assert!(
            !T::PARAMS.has_driverinit() || T::RELOAD.has(reload::Action::DriverReinit),
            "driverinit parameters need Reload::DRIVER_REINIT"
        );
    };

    /// Makes the instance of `device`, has the driver probe it and bring it up, and registers it.
    ///
    /// # Safety
    ///
    /// The device is bound until the instance is dropped.
    pub(super) unsafe fn new(device: &T::Device) -> Result<Self> {
        // SAFETY: The device stays bound until the instance is dropped. There is no outer one.
        unsafe { Self::new_in(device, None) }
    }

    /// As [`new`](Self::new), for an instance that is part of `outer`.
    ///
    /// # Safety
    ///
    /// The device is bound, and `outer` valid, until the instance is dropped.
    pub(super) unsafe fn new_in(device: &T::Device, outer: Option<Outer<'_>>) -> Result<Self> {
        const { Self::CHECK };
        // Kept until the instance is registered: from then on devlink looks after the namespace's
        // end.
        let net = T::net(device);
        // SAFETY: The operations are static, the device is bound, and the namespace alive.
        let devlink = NonNull::new(unsafe {
            bindings::devlink_alloc_ns(
                &const { Self::OPS },
                size_of::<Private<T>>(),
                net.as_raw(),
                device.as_ref().as_raw(),
            )
        })
        .ok_or(ENOMEM)?;
        let private = pin_init!(Private::<T> {
            data: UnsafeCell::new(MaybeUninit::uninit()),
            has_data: Cell::new(false),
            bound_objects: Objects::new(),
            up: UnsafeCell::new(None),
            up_objects: Objects::new(),
            going_down: Cell::new(false),
            locked_by: RunBy::new(),
            work_by: RunBy::new(),
            restart_by: RunBy::new(),
            making: Cell::new(0),
            retired: Objects::new(),
            reaper <- OwnedWork::new(
                // SAFETY: It is in the instance's private memory.
                unsafe { Reaper::new(devlink) },
                work_class!("devlink_driver_reaper"),
            ),
            registered: Cell::new(false),
            params: Cell::new(false),
            param_objects: param::ParamObjects::new(T::PARAMS.next_id()),
            resources: Cell::new(0),
            rate_nodes: rate::Nodes::new(),
            traps: trap::Lists::new(),
            buffers: sb::Buffers::new(),
            work <- OwnedWork::new(
                // SAFETY: It is in the instance's private memory.
                unsafe { Service::new(devlink) },
                work_class!("devlink_driver_work"),
            ),
            work_wanted: Atomic::new(false),
            devlink,
        });
        // SAFETY: The private memory is large enough, aligned by `CHECK`, does not move, and nobody
        // uses it yet.
        unsafe { pin_init::raw_init(bindings::devlink_priv(devlink.as_ptr()).cast(), private) };
        // INVARIANT: Made just now.
        let this = Self {
            devlink,
            _driver: PhantomData,
        };
        // SAFETY: The instance is valid, and its `Private` was written above.
        let private = unsafe { Private::<T>::of(devlink) };
        let disabled = (private.work.disable(), private.reaper.disable());
        // If this fails, `this` is dropped after the lock is given back.
        // SAFETY: The instance is valid, and its lock is not held.
        unsafe { bindings::devl_lock(devlink.as_ptr()) };
        let result = this.start(private, device, outer);
        if result.is_ok() {
            // Before users can have anything scheduled.
            drop(disabled);
            if private.work_wanted.load(Relaxed) {
                // The driver did while it was disabled.
                private.work.schedule();
            }
            if !private.retired.is_empty() {
                // It was removed while the work was disabled.
                private.reaper.schedule();
            }
        } else {
            forget(disabled);
        }
        // SAFETY: The lock was taken above.
        unsafe { bindings::devl_unlock(devlink.as_ptr()) };
        result.map(|()| this)
    }

    /// The part of [`new`](Self::new) that runs with the instance lock held.
    fn start(&self, private: &Private<T>, device: &T::Device, outer: Option<Outer<'_>>) -> Result {
        let devlink = self.devlink.as_ptr();
        let (params, count) = T::PARAMS.as_c();
        // SAFETY: The instance is valid, its lock is held, and the array is static.
        to_result(unsafe { bindings::devl_params_register(devlink, params, count) })?;
        private.params.set(true);
        // On the other core these callbacks run with the lock held.
        // SAFETY: The instance is valid, its lock is held, and it is not registered. Callbacks
        // about reporters and regions that get a `Pinned` take no lock of devlink.
        #[cfg(CONFIG_NET_DEVLINK_CORE_RUST)]
        to_result(unsafe {
            bindings::devl_parallel_set(
                devlink,
                bindings::devlink_parallel_DEVLINK_PARALLEL_HEALTH_READS
                    | bindings::devlink_parallel_DEVLINK_PARALLEL_REGIONS,
            )
        })?;
        // SAFETY: The instance is valid, its lock is held, and they were registered just now.
        unsafe { T::PARAMS.set_defaults(self.devlink) };

        {
            // SAFETY: The lock is held, and the instance registered below. `probe` is generic over
            // `'bound`.
            let setup = unsafe { Setup::new(private) };
            if let Some(outer) = outer {
                setup.nest_in(outer)?;
            }
            // CAST: Only the lifetime differs. It is one that `probe` cannot choose, and what has
            // it ends in `drop`, while the device is bound by the safety requirements of `new`.
            Self::init_data(private.data.get().cast(), T::probe(device, &setup))?;
        }
        // INVARIANT: It was initialized.
        private.has_data.set(true);

        // SAFETY: The lock is held and the data is complete.
        let cx = unsafe { Locked::<T>::new(devlink) };
        Private::bring_up(&cx, &Why::Probe, Extack::NONE)?;
        // Users are told while it is registered, for which callbacks run.
        private.registered.set(true);
        // SAFETY: The instance is valid, its lock is held, and it is not registered.
        to_result(unsafe { bindings::devl_register(devlink) })
            .inspect_err(|_| private.registered.set(false))
    }

    /// Ends what exists while the device is up, if it is. The instance lock is held.
    fn take_down(&self, private: &Private<T>) {
        if private.has_data.get() {
            // SAFETY: The lock is held by whoever drops the instance, and the data is complete.
            let cx = unsafe { Locked::<T>::new(self.devlink.as_ptr()) };
            Private::take_down(&cx);
        }
    }

    /// Initializes the data in place.
    fn init_data<'bound>(
        slot: *mut T::Data<'bound>,
        init: impl PinInit<T::Data<'bound>, Error>,
    ) -> Result {
        // SAFETY: `slot` is in the instance's private memory, which does not move, is valid for
        // writes and not yet used.
        unsafe { pin_init::raw_try_init(slot, init) }
    }
}

impl<T: Driver> Instance<T> {
    /// Whether this task is in a callback that has a [`Locked`], or in [`Driver::work`].
    pub(super) fn is_run_by_this_task(&self) -> bool {
        // SAFETY: By the type invariants.
        let private = unsafe { Private::<T>::of(self.devlink) };
        private.locked_by.is_this_task() || private.work_by.is_this_task()
    }

    /// The C instance.
    pub(super) fn devlink(&self) -> NonNull<bindings::devlink> {
        self.devlink
    }
}

impl<T: Driver> Drop for Instance<T> {
    fn drop(&mut self) {
        let devlink = self.devlink.as_ptr();
        // SAFETY: By the type invariants.
        let private = unsafe { Private::<T>::of(self.devlink) };
        // Both may take the instance lock, which is not held here, and the driver's work may
        // report, which needs a registered instance. What the other leaves `take_down` frees.
        forget(private.work.disable());
        forget(private.reaper.disable());
        // SAFETY: The instance is valid. This task does not hold its lock: bus glue drops it,
        // outside of callbacks. (A driver that makes a registration by hand and drops it in a
        // callback waits for itself, here at the latest.)
        unsafe { bindings::devl_lock(devlink) };
        if Self::OPS.supported_cross_device_rate_nodes {
            // The lock that guards rates is that of what the instance is nested in, which it is
            // until it is unregistered.
            self.take_down(private);
        }
        if private.registered.get() {
            // SAFETY: The lock is held and the instance is registered.
            unsafe { bindings::devl_unregister(devlink) };
            private.registered.set(false);
        }
        self.take_down(private);
        // SAFETY: The lock is held, and nobody has a proof to use handles with any more: the
        // instance is not registered and the work is disabled.
        unsafe { private.bound_objects.unregister() };
        if private.resources.get() != 0 {
            // SAFETY: The lock is held.
            unsafe { bindings::devl_resources_unregister(devlink) };
        }
        if private.params.replace(false) {
            let (params, count) = T::PARAMS.as_c();
            // SAFETY: The lock is held, and these were registered.
            unsafe { bindings::devl_params_unregister(devlink, params, count) };
        }
        // SAFETY: It was taken above.
        unsafe { bindings::devl_unlock(devlink) };
        if private.has_data.replace(false) {
            // SAFETY: It is initialized, nobody has a reference, and it is not used again.
            unsafe { (*private.data.get()).assume_init_drop() };
        }
        // SAFETY: They were unregistered.
        unsafe { private.bound_objects.free() };
        // SAFETY: Nobody has a reference any more, and nothing in it is used again.
        unsafe { drop_in_place(bindings::devlink_priv(devlink).cast::<Private<T>>()) };
        // SAFETY: The instance is valid, not registered, and this is its only owner.
        unsafe { bindings::devlink_free(devlink) };
    }
}
