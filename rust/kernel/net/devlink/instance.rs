// SPDX-License-Identifier: GPL-2.0

//! The instance: its storage, its phases, and the proofs of them.

use super::{
    dpipe,
    eswitch,
    flash,
    info,
    nested::Outer,
    object::{
        callback,
        HandleOf,
        Kind,
        Node,
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
    workqueue::{
        work_class,
        OwnedWork,
        Schedulable,
        Task, //
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
        size_of,
        MaybeUninit, //
    },
    ops::Deref,
    ptr::{
        drop_in_place,
        NonNull, //
    },
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
///   that which makes or ends the instance. `up` changes only when no work runs, or in a reload,
///   which also holds the device lock.
#[pin_data]
pub(super) struct Private<T: Driver> {
    data: UnsafeCell<MaybeUninit<T::Data<'static>>>,
    has_data: Cell<bool>,
    bound_objects: Objects,
    up: UnsafeCell<Option<T::Up<'static>>>,
    up_objects: Objects,
    /// While the device is taken down no object is made.
    going_down: Cell<bool>,
    /// How many groups are being made, one for another: meanwhile none is removed.
    making: Cell<usize>,
    /// Objects that were unregistered while callbacks may have references to them.
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
        // SAFETY: The lock is held. References to `Up` exist only in closures of `Locked::up`, and
        // this is called by a core, or by `Instance`, not by a driver.
        drop(unsafe { (*this.up.get()).take() });
        // SAFETY: They were unregistered, and no callback has a reference to any: this task holds
        // the lock, and is in none.
        unsafe {
            this.retired.free();
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
                unsafe { this.retired.free() };
                Ok(())
            }
            Err(error) => {
                Self::take_down(cx);
                Err(error)
            }
        }
    }
}

/// Frees what was retired.
///
/// # Invariants
///
/// The instance is there as long as this, which is in its private memory.
struct Reaper<T: Driver>(NonNull<bindings::devlink>, PhantomData<fn(T)>);

// SAFETY: What it has is only used with the instance lock held.
unsafe impl<T: Driver> Sync for Reaper<T> {}

impl<T: Driver> Task for Reaper<T> {
    fn run(work: &Schedulable<Self>) {
        let devlink = work.0;
        // SAFETY: The instance is valid by the type invariants, and this task does not hold its
        // lock.
        unsafe { bindings::devl_lock(devlink.as_ptr()) };
        // SAFETY: They were unregistered. References to them are only in callbacks, which hold the
        // lock that is held here.
        unsafe { Private::<T>::of(devlink).retired.free() };
        // SAFETY: It was taken above.
        unsafe { bindings::devl_unlock(devlink.as_ptr()) };
    }
}

/// The driver's deferred work, [`Driver::work`].
///
/// # Invariants
///
/// The instance is there as long as this, which is in its private memory.
struct Service<T: Driver>(NonNull<bindings::devlink>, PhantomData<fn(T)>);

// SAFETY: The driver's data, which is all that its work gets without the instance lock, is `Sync`.
unsafe impl<T: Driver> Sync for Service<T> {}

impl<T: Driver> Task for Service<T> {
    fn run(work: &Schedulable<Self>) {
        if !T::HAS_WORK {
            return;
        }
        // SAFETY: The instance is there by the type invariants. The work is enabled only while the
        // instance is registered, which it is when the data is complete, and ends before that does.
        T::work(&mut unsafe { Unlocked::new(work.0) });
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
        assert!(align_of::<Private<T>>() <= PRIV_ALIGN);
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
        // SAFETY: By the requirements of this function.
        unsafe { Self::new_in(device, None) }
    }

    /// As [`new`](Self::new), for an instance that is part of `outer`.
    ///
    /// # Safety
    ///
    /// The device is bound, and `outer` valid, until the instance is dropped.
    pub(super) unsafe fn new_in(device: &T::Device, outer: Option<Outer<'_>>) -> Result<Self> {
        const { Self::CHECK };
        // SAFETY: The operations are static, the device is bound, and `init_net` always exists.
        let devlink = NonNull::new(unsafe {
            bindings::devlink_alloc_ns(
                &const { Self::OPS },
                size_of::<Private<T>>(),
                &raw mut bindings::init_net,
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
            making: Cell::new(0),
            retired: Objects::new(),
            reaper <- OwnedWork::new(
                Reaper(devlink, PhantomData),
                work_class!("devlink_driver_reaper"),
            ),
            registered: Cell::new(false),
            params: Cell::new(false),
            param_objects: param::ParamObjects::new(),
            resources: Cell::new(0),
            rate_nodes: rate::Nodes::new(),
            traps: trap::Lists::new(),
            buffers: sb::Buffers::new(),
            work <- OwnedWork::new(
                Service(devlink, PhantomData),
                work_class!("devlink_driver_work"),
            ),
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

        let setup = Setup {
            devlink: self.devlink,
            objects: &private.bound_objects,
            param_objects: &private.param_objects,
            resources: &private.resources,
            nested: Cell::new(false),
            _bound: PhantomData,
            _not_send: PhantomData,
        };
        if let Some(outer) = outer {
            setup.nest_in(outer)?;
        }
        // CAST: Only the lifetime differs. It is one that `probe` cannot choose, and what has it
        // ends in `drop`, while the device is bound by the safety requirements of `new`.
        Self::init_data(private.data.get().cast(), T::probe(device, &setup))?;
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
        // Both may take the instance lock, which is not held here, and the driver's work may report,
        // which needs a registered instance. What the other leaves `take_down` frees.
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

/// Proof that the instance cannot go, nor the object that a callback is about; whether the instance
/// lock is held is not known.
///
/// Callbacks that only read get one. It cannot be kept or sent to another thread.
pub struct Pinned<'bound, T: Driver> {
    devlink: NonNull<bindings::devlink>,
    _bound: Invariant<'bound>,
    _not_send: PhantomData<*mut T>,
}

impl<'bound, T: Driver> Pinned<'bound, T> {
    /// # Safety
    ///
    /// `devlink` is an instance of `T` that [`Instance`] made. While the proof exists its data is
    /// initialized, and is not dropped: it is registered, or the task holds its lock, or it has an
    /// object that cannot be destroyed. `'bound` is a lifetime that whoever gets the proof is
    /// generic over.
    pub(super) unsafe fn new(devlink: *mut bindings::devlink) -> Self {
        Pinned {
            // SAFETY: It is valid, so not null.
            devlink: unsafe { NonNull::new_unchecked(devlink) },
            _bound: PhantomData,
            _not_send: PhantomData,
        }
    }

    /// What [`Driver::probe`] made.
    pub fn data(&self) -> &T::Data<'bound> {
        // SAFETY: By the requirements of `new`.
        let private = unsafe { Private::<T>::of(self.devlink) };
        let data: *const T::Data<'bound> = private.data.get().cast();
        // SAFETY: The data is initialized by the requirements of `new`, and never moves. It really
        // has some lifetime that is as opaque as `'bound` to all who see it.
        unsafe { &*data }
    }
}

/// Proof that the instance lock is held, with what is safe to use then; otherwise a [`Pinned`].
pub struct Locked<'bound, T: Driver> {
    pinned: Pinned<'bound, T>,
    /// A callback about an object, which devlink uses when the callback has returned.
    about_object: bool,
    /// No callback: the proof is [`Unlocked::lock`]'s, which frees what was retired.
    frees: bool,
}

impl<'bound, T: Driver> Deref for Locked<'bound, T> {
    type Target = Pinned<'bound, T>;

    fn deref(&self) -> &Self::Target {
        &self.pinned
    }
}

impl<'bound, T: Driver> Locked<'bound, T> {
    /// # Safety
    ///
    /// `devlink` is an instance of `T` that [`Instance`] made. While the proof exists the task
    /// holds its lock, and the instance's data is initialized. `'bound` is a lifetime that whoever
    /// gets the proof is generic over.
    pub(super) unsafe fn new(devlink: *mut bindings::devlink) -> Self {
        Locked {
            // SAFETY: By the requirements of this function, which are more.
            pinned: unsafe { Pinned::new(devlink) },
            about_object: false,
            frees: false,
        }
    }

    /// As [`new`](Self::new), for a callback about an object that devlink uses afterwards: until
    /// then no group is removed, in which it may be.
    ///
    /// # Safety
    ///
    /// As for [`new`](Self::new).
    pub(super) unsafe fn about_object(devlink: *mut bindings::devlink) -> Self {
        Locked {
            // SAFETY: By the requirements of this function.
            pinned: unsafe { Pinned::new(devlink) },
            about_object: true,
            frees: false,
        }
    }

    /// Whether devlink uses an object when this callback has returned.
    pub(super) fn is_about_object(&self) -> bool {
        self.about_object
    }

    /// The C instance.
    pub(super) fn devlink(&self) -> NonNull<bindings::devlink> {
        self.pinned.devlink
    }

    fn private(&self) -> &Private<T> {
        // SAFETY: By the requirements of `new`.
        unsafe { Private::of(self.pinned.devlink) }
    }

    /// Whether users can see the instance.
    pub(super) fn is_registered(&self) -> bool {
        self.private().registered.get()
    }

    /// Whether the device is being taken down, so that no object is to be made or removed.
    pub(super) fn is_going_down(&self) -> bool {
        self.private().going_down.get()
    }

    /// The parameters that are objects.
    pub(super) fn param_objects(&self) -> &param::ParamObjects {
        &self.private().param_objects
    }

    /// Where resources are added at any time, and the highest number that one has.
    pub(super) fn bound_resources(&self) -> (&Objects, &Cell<u64>) {
        let private = self.private();
        (&private.bound_objects, &private.resources)
    }

    /// The rate nodes, and whether there is a [`RateTree`](super::RateTree) for them.
    pub(super) fn rate_nodes(&self) -> &rate::Nodes {
        &self.private().rate_nodes
    }

    /// The traps, their groups and policers that are registered.
    pub(super) fn trap_lists(&self) -> &trap::Lists {
        &self.private().traps
    }

    /// The shared buffers.
    pub(super) fn buffers(&self) -> &sb::Buffers {
        &self.private().buffers
    }

    /// A group is being made until the result is dropped.
    pub(super) fn begin_making(&self) -> Making<'_> {
        let making = &self.private().making;
        making.set(making.get() + 1);
        Making(making)
    }

    /// Whether a group is being made.
    pub(super) fn is_making(&self) -> bool {
        self.private().making.get() != 0
    }

    /// Takes over an object that callbacks may still have references to.
    ///
    /// # Safety
    ///
    /// It was unregistered and is in no list. What its value borrows does not end before the device
    /// goes down, and the device is not [being taken down](Self::is_going_down).
    pub(super) unsafe fn retire<K: Kind, V>(&self, node: NonNull<Node<K, V>>) {
        let private = self.private();
        // SAFETY: By the requirements of this function.
        unsafe { private.retired.push(node) };
        if !self.frees {
            private.reaper.schedule();
        }
    }

    /// Calls `f` with what [`Driver::up`] made; `None` while the device is down.
    ///
    /// `f` is generic over `'up`, so nothing that lives only while the device is up leaves it.
    pub fn up<R>(&self, f: impl for<'a, 'up> FnOnce(&'a T::Up<'up>) -> R) -> Option<R> {
        let up: *const Option<T::Up<'_>> = self.private().up.get().cast();
        // SAFETY: The lock is held, so that `up` changes only by `take_down` and `bring_up`, which
        // nothing that `f` can call gets to. The lifetime cannot be chosen by `f`.
        unsafe { &*up }.as_ref().map(f)
    }

    /// Whether the device is up.
    pub fn is_up(&self) -> bool {
        self.up(|_| ()).is_some()
    }

    /// The value that a parameter has in mode `driverinit`: the one a user set, since the last
    /// reload (`devl_param_driverinit_value_get()`).
    ///
    /// Fails with `EOPNOTSUPP` for a parameter without that mode, with `EINVAL` for one that is not
    /// in [`Driver::PARAMS`].
    pub fn param<P: param::Param<Driver = T>>(&self, param: P) -> Result<P::Value> {
        param::driverinit(self.pinned.devlink, param)
    }
}

/// A group is being made.
pub(super) struct Making<'a>(&'a Cell<usize>);

impl Drop for Making<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// What [`Driver::up`] makes objects with; otherwise a [`Locked`].
///
/// Objects made with it exist until the device goes down, or until their [group](super::Groups) is
/// removed.
///
/// # Invariants
///
/// A line card is destroyed when all that was made with this is unregistered.
pub struct Bringup<'up, 'bound, T: Driver> {
    cx: &'up Locked<'bound, T>,
    objects: &'up Objects,
    /// Where ports are.
    linecard: Option<NonNull<bindings::devlink_linecard>>,
    _up: Invariant<'up>,
}

impl<'up, 'bound, T: Driver> Bringup<'up, 'bound, T> {
    /// What makes objects for `'up`, which ends when these are unregistered and freed. Whoever gets
    /// it is generic over `'up`.
    pub(super) fn new(cx: &'up Locked<'bound, T>, objects: &'up Objects) -> Self {
        // INVARIANT: There is none.
        Bringup {
            cx,
            objects,
            linecard: None,
            _up: PhantomData,
        }
    }

    /// The same, with which ports are made on that line card.
    ///
    /// # Safety
    ///
    /// The line card is destroyed when all that is made with the result is unregistered.
    pub(super) unsafe fn with_linecard(
        &self,
        linecard: Option<NonNull<bindings::devlink_linecard>>,
    ) -> Self {
        // INVARIANT: By the requirements of this function.
        Bringup {
            cx: self.cx,
            objects: self.objects,
            linecard,
            _up: PhantomData,
        }
    }

    /// The line card that ports are made on.
    pub(super) fn raw_linecard(&self) -> Option<NonNull<bindings::devlink_linecard>> {
        self.linecard
    }

    /// What [`Driver::probe`] made; it outlives what [`Driver::up`] makes.
    pub fn data(&self) -> &'up T::Data<'bound> {
        self.cx.data()
    }

    /// Where objects are added.
    pub(super) fn objects(&self) -> &Objects {
        self.objects
    }
}

impl<'bound, T: Driver> Deref for Bringup<'_, 'bound, T> {
    type Target = Locked<'bound, T>;

    fn deref(&self) -> &Self::Target {
        self.cx
    }
}

/// What [`Driver::probe`] makes objects with. They exist as long as the driver is bound.
pub struct Setup<'bound, T: Driver> {
    devlink: NonNull<bindings::devlink>,
    objects: *const Objects,
    param_objects: *const param::ParamObjects,
    resources: *const Cell<u64>,
    nested: Cell<bool>,
    _bound: Invariant<'bound>,
    _not_send: PhantomData<*mut T>,
}

impl<'bound, T: Driver> Setup<'bound, T> {
    /// The driver's deferred work.
    pub fn work(&self) -> Work<'bound, T> {
        Work {
            devlink: self.devlink,
            _driver: PhantomData,
        }
    }

    /// Has callbacks that could run beside others run with the instance lock held, as they do on
    /// the core in C anyway: for a device that can do one thing at a time
    /// (`devl_parallel_set()`).
    pub fn one_at_a_time(&self) -> Result {
        // SAFETY: The instance is valid, its lock is held, and it is not registered.
        #[cfg(CONFIG_NET_DEVLINK_CORE_RUST)]
        to_result(unsafe { bindings::devl_parallel_set(self.devlink.as_ptr(), 0) })?;
        Ok(())
    }

    /// The C instance, whose lock is held.
    pub(super) fn devlink(&self) -> NonNull<bindings::devlink> {
        self.devlink
    }

    /// Where objects are added.
    pub(super) fn objects(&self) -> &Objects {
        // SAFETY: `Instance::start` passes a valid one, and outlives this.
        unsafe { &*self.objects }
    }

    /// The parameters that are objects.
    pub(super) fn param_objects(&self) -> &param::ParamObjects {
        // SAFETY: As in `objects`.
        unsafe { &*self.param_objects }
    }

    /// Whether the instance is part of another one, or could not become it.
    pub(super) fn is_nested(&self) -> bool {
        self.nested.get()
    }

    pub(super) fn set_nested(&self) {
        self.nested.set(true);
    }

    /// Whether devlink takes the lock of what the instance is part of, for rates.
    pub(super) fn shares_rates(&self) -> bool {
        Instance::<T>::OPS.supported_cross_device_rate_nodes
    }

    /// The highest number that a resource of the instance has; 0 if there is none.
    pub(super) fn last_resource(&self) -> &Cell<u64> {
        // SAFETY: As in `objects`.
        unsafe { &*self.resources }
    }
}

/// How a driver defers work to a place without locks, see [`Driver::work`].
///
/// # Invariants
///
/// `devlink` is an instance of `T` that `Instance` made. Whatever has `'bound` is dropped before
/// it is freed.
pub struct Work<'bound, T: Driver> {
    devlink: NonNull<bindings::devlink>,
    _driver: HandleOf<'bound, T, ()>,
}

impl<T: Driver> Clone for Work<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Driver> Copy for Work<'_, T> {}

// SAFETY: All that can be done with it can be done anywhere.
unsafe impl<T: Driver> Send for Work<'_, T> {}

// SAFETY: All that can be done with it can be done anywhere, by many at once: the workqueue's own
// functions see to that.
unsafe impl<T: Driver> Sync for Work<'_, T> {}

impl<T: Driver> Work<'_, T> {
    /// Has [`Driver::work`] run soon. Can be called in any context, interrupts included.
    ///
    /// Returns whether it will run because of this call: false if it was scheduled already and did
    /// not begin yet, and while the instance is not registered.
    pub fn schedule(self) -> bool {
        const { assert!(T::HAS_WORK, "the driver has no work()") };
        // SAFETY: By the type invariants.
        unsafe { Private::<T>::of(self.devlink) }.work.schedule()
    }
}

/// Proof that this task does not hold the instance lock, while the instance cannot go.
pub struct Unlocked<'w, 'bound, T: Driver> {
    private: &'w Private<T>,
    _bound: Invariant<'bound>,
    _not_send: PhantomData<*mut T>,
}

impl<'w, 'bound, T: Driver> Unlocked<'w, 'bound, T> {
    /// # Safety
    ///
    /// `devlink` is an instance of `T` that [`Instance`] made. For `'w` it is registered, so that
    /// its data is complete. This task does not hold its lock. `'w` and `'bound` are lifetimes that
    /// whoever gets the proof is generic over.
    pub(super) unsafe fn new(devlink: NonNull<bindings::devlink>) -> Self {
        Unlocked {
            // SAFETY: By the requirements of this function.
            private: unsafe { Private::of(devlink) },
            _bound: PhantomData,
            _not_send: PhantomData,
        }
    }

    /// What [`Driver::probe`] made.
    pub fn data(&self) -> &'w T::Data<'bound> {
        let data: *const T::Data<'bound> = self.private.data.get().cast();
        // SAFETY: The data is complete for `'w`, as `new` requires.
        unsafe { &*data }
    }

    /// Calls `f` with the instance lock held (`devl_lock()`, `devl_unlock()`).
    ///
    /// The proof is borrowed meanwhile, so that nothing that takes the lock can be called in `f`.
    /// The values of [groups](super::Groups) that `f` removes are dropped before this returns, with
    /// the lock held: no lock is held around it that their destructors take.
    pub fn lock<R>(&mut self, f: impl FnOnce(&Locked<'bound, T>) -> R) -> R {
        let devlink = self.private.devlink.as_ptr();
        // SAFETY: The instance is valid, and this task does not hold its lock.
        unsafe { bindings::devl_lock(devlink) };
        // SAFETY: The lock is held, and the data is complete while the proof exists.
        let mut cx = unsafe { Locked::new(devlink) };
        cx.frees = true;
        let result = f(&cx);
        // SAFETY: They were unregistered, for which callbacks without the lock are waited for.
        // Those with the lock have returned, for this task got it, and so has `f`.
        unsafe { self.private.retired.free() };
        // SAFETY: It was taken above.
        unsafe { bindings::devl_unlock(devlink) };
        result
    }

    /// The C instance.
    pub(super) fn devlink(&self) -> NonNull<bindings::devlink> {
        self.private.devlink
    }

    /// Where what [`Driver::up`] made is.
    pub(super) fn up_slot<'up>(&self) -> *const Option<T::Up<'up>> {
        // CAST: Only the lifetime differs.
        self.private.up.get().cast()
    }
}
