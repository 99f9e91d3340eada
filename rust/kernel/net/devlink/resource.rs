// SPDX-License-Identifier: GPL-2.0

//! Resources: how what a device has is divided.

use super::{
    instance::{
        Bringup,
        Locked,
        Setup, //
    },
    object::{
        Handle,
        HandleOf,
        Kind,
        Node,
        Objects, //
    },
    port::OnPort,
    Driver, //
};

use crate::{
    bindings,
    error::to_result,
    num::division::checked_rem,
    prelude::*,
    str::CString, //
};

use core::{
    cell::Cell,
    marker::PhantomData,
    ptr,
    ptr::NonNull, //
};

/// How large a resource can be made, in entries (`struct devlink_resource_size_params`,
/// `devlink_resource_size_params_init()`; `enum devlink_resource_unit` has nothing else).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct ResourceSize {
    /// The smallest size.
    pub min: u64,
    /// The largest size.
    pub max: u64,
    /// Sizes are multiples of this, which is not 0.
    pub granularity: u64,
}

impl ResourceSize {
    /// What devlink is told, if `size` is possible; otherwise [`EINVAL`].
    fn to_c(self, size: u64) -> Result<bindings::devlink_resource_size_params> {
        if size < self.min || size > self.max || checked_rem(size, self.granularity) != Some(0) {
            return Err(EINVAL);
        }
        Ok(bindings::devlink_resource_size_params {
            size_min: self.min,
            size_max: self.max,
            size_granularity: self.granularity,
            unit: bindings::devlink_resource_unit_DEVLINK_RESOURCE_UNIT_ENTRY,
        })
    }
}

/// Resources as objects of an instance. devlink forgets all of them at once, at the end.
struct ResourceKind;

struct ResourceState {
    id: u64,
    /// What devlink has a pointer to.
    name: Name,
    /// Somebody says how much of it is in use.
    occupied: Cell<bool>,
}

/// What a resource is called.
enum Name {
    Static(&'static CStr),
    Owned(CString),
}

impl Name {
    fn as_cstr(&self) -> &CStr {
        match self {
            Name::Static(name) => name,
            Name::Owned(name) => name,
        }
    }
}

impl Kind for ResourceKind {
    type State = ResourceState;

    unsafe fn unregister(_: *mut ResourceState) {}
}

/// A resource of an instance, as long as that lives.
pub struct Resource<'bound, T: Driver>(Handle<'bound, T, ResourceKind, ()>);

impl<T: Driver> Clone for Resource<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Driver> Copy for Resource<'_, T> {}

impl<'bound, T: Driver> Resource<'bound, T> {
    /// Its number in the instance.
    pub(super) fn id(&self) -> u64 {
        // SAFETY: The state is valid while the handle exists, and this does not change.
        unsafe { (*self.0.state()).id }
    }

    /// Whether it is one of that instance.
    pub(super) fn is_of(&self, cx: &Locked<'_, T>) -> bool {
        self.0.is_of(cx)
    }

    /// The size to bring the device up with (`devl_resource_size_get()`).
    ///
    /// What a user sets takes effect by this call, so it can only be made while the device comes
    /// up.
    pub fn size(self, cx: &Bringup<'_, 'bound, T>) -> Result<u64> {
        let mut size = 0;
        // SAFETY: The instance is valid and its lock is held.
        to_result(unsafe {
            bindings::devl_resource_size_get(cx.devlink().as_ptr(), self.id(), &mut size)
        })?;
        Ok(size)
    }
}

impl<'bound, T: Driver> Setup<'bound, T> {
    /// Adds a resource of `size` entries, inside of `parent` if there is one
    /// (`devl_resource_register()`).
    ///
    /// Fails with `EINVAL` when the size does not fit its own limits.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::{
    ///     net::devlink::{
    ///         Driver,
    ///         Resource,
    ///         ResourceSize,
    ///         Setup, //
    ///     },
    ///     prelude::*,
    ///     sync::{
    ///         atomic::{
    ///             Atomic,
    ///             Relaxed, //
    ///         },
    ///         Arc, //
    ///     }, //
    /// };
    ///
    /// /// A table of 64 entries, half of which are for routes, `used` of these are in use.
    /// fn tables<'bound, T: Driver>(
    ///     setup: &Setup<'bound, T>,
    ///     used: Arc<Atomic<u32>>,
    /// ) -> Result<Resource<'bound, T>> {
    ///     let limits = ResourceSize {
    ///         min: 0,
    ///         max: 64,
    ///         granularity: 2,
    ///     };
    ///     let table = setup.resource(c"table", 64, limits, None)?;
    ///     let routes = setup.resource(c"routes", 32, limits, Some(table))?;
    ///     setup.occupancy(routes, move |_| used.load(Relaxed).into())?;
    ///     Ok(routes)
    /// }
    /// ```
    pub fn resource(
        &self,
        name: &'static CStr,
        size: u64,
        limits: ResourceSize,
        parent: Option<Resource<'bound, T>>,
    ) -> Result<Resource<'bound, T>> {
        let last = self.last_resource();
        let wanted = Wanted {
            // 0 is `DEVLINK_RESOURCE_ID_PARENT_TOP`: the first is 1.
            id: last.get().checked_add(1).ok_or(ENOSPC)?,
            name: Name::Static(name),
            size,
            limits,
            parent,
        };
        wanted.add(self.devlink(), self.objects(), last)
    }

    /// As [`resource`](Self::resource), with a name that is made at run time, and a number that
    /// users are told, which is not 0.
    ///
    /// Fails with `EEXIST` if there is one of that number.
    pub fn numbered_resource(
        &self,
        id: u64,
        name: CString,
        size: u64,
        limits: ResourceSize,
        parent: Option<Resource<'bound, T>>,
    ) -> Result<Resource<'bound, T>> {
        let wanted = Wanted {
            id,
            name: Name::Owned(name),
            size,
            limits,
            parent,
        };
        wanted.add(self.devlink(), self.objects(), self.last_resource())
    }

    /// Has users told how much of a resource is in use, as long as the binding: they are told what
    /// `occupied` says (`devl_resource_occ_get_register()`, `devl_resource_occ_get_unregister()`).
    ///
    /// Fails with `EBUSY` if they are told already.
    pub fn occupancy<F>(&self, resource: Resource<'bound, T>, occupied: F) -> Result
    where
        F: Fn(&Locked<'_, T>) -> u64 + Send + Sync + 'bound,
    {
        add_occupancy(self.devlink(), self.objects(), resource, occupied)
    }
}

/// A resource that is to be added.
struct Wanted<'bound, T: Driver> {
    id: u64,
    name: Name,
    size: u64,
    limits: ResourceSize,
    parent: Option<Resource<'bound, T>>,
}

impl<'bound, T: Driver> Wanted<'bound, T> {
    /// Adds it to the objects for `'bound`. `last` is the highest number that one has.
    fn add(
        self,
        devlink: NonNull<bindings::devlink>,
        objects: &Objects,
        last: &Cell<u64>,
    ) -> Result<Resource<'bound, T>> {
        let params = self.limits.to_c(self.size)?;
        if self.id == TOP {
            return Err(EINVAL);
        }
        let state = ResourceState {
            id: self.id,
            name: self.name,
            occupied: Cell::new(false),
        };
        let node = objects.add::<ResourceKind, ()>(state, (), |node| {
            // SAFETY: The node is new, and its name does not change.
            let name = unsafe { &(*node.state()).name };
            // SAFETY: The instance is valid and its lock is held. The core copies `params`; the
            // node and so the name are freed when devlink has forgotten all resources.
            to_result(unsafe {
                bindings::devl_resource_register(
                    devlink.as_ptr(),
                    name.as_cstr().as_char_ptr(),
                    self.size,
                    self.id,
                    self.parent.map_or(TOP, |parent| parent.id()),
                    &params,
                )
            })?;
            last.set(last.get().max(self.id));
            Ok(())
        })?;
        // SAFETY: The objects are those of `'bound`, and of that instance.
        Ok(Resource(unsafe { Handle::new(node, devlink) }))
    }
}

impl<'bound, T: Driver> Locked<'bound, T> {
    /// As [`Setup::numbered_resource`], at any time. It remains as long as the driver is bound:
    /// devlink forgets resources all at once.
    pub fn numbered_resource(
        &self,
        id: u64,
        name: CString,
        size: u64,
        limits: ResourceSize,
        parent: Option<Resource<'bound, T>>,
    ) -> Result<Resource<'bound, T>> {
        let wanted = Wanted {
            id,
            name: Name::Owned(name),
            size,
            limits,
            parent,
        };
        let (objects, last) = self.bound_resources();
        wanted.add(self.devlink(), objects, last)
    }
}

impl<'up, 'bound, T: Driver> Bringup<'up, 'bound, T> {
    /// As [`Setup::occupancy`], until the device goes down. While it is down users are told
    /// nothing.
    pub fn occupancy<F>(&self, resource: Resource<'bound, T>, occupied: F) -> Result
    where
        F: Fn(&Locked<'_, T>) -> u64 + Send + Sync + 'up,
    {
        add_occupancy(self.devlink(), self.objects(), resource, occupied)
    }
}

const TOP: u64 = bindings::DEVLINK_RESOURCE_ID_PARENT_TOP as u64;

/// What says how much of a resource is in use, as objects of an instance.
struct OccupancyKind;

struct OccupancyState {
    devlink: NonNull<bindings::devlink>,
    /// Of an object that was made before.
    resource: *const ResourceState,
}

impl Kind for OccupancyKind {
    type State = OccupancyState;

    unsafe fn unregister(state: *mut OccupancyState) {
        // SAFETY: The state and the resource's are valid, and the instance lock is held. The
        // resource is registered: resources go after all objects.
        unsafe {
            let resource = &*(*state).resource;
            bindings::devl_resource_occ_get_unregister((*state).devlink.as_ptr(), resource.id);
            resource.occupied.set(false);
        }
    }
}

fn add_occupancy<T: Driver, F: Fn(&Locked<'_, T>) -> u64 + Send + Sync>(
    devlink: NonNull<bindings::devlink>,
    objects: &Objects,
    resource: Resource<'_, T>,
    occupied: F,
) -> Result {
    if resource.0.devlink() != devlink {
        return Err(EINVAL);
    }
    let resource: *const ResourceState = resource.0.state();
    let state = OccupancyState { devlink, resource };
    let register = |node: &Node<OccupancyKind, F>| {
        // SAFETY: The resource's state is valid, and the instance lock, which guards it, is held.
        let resource = unsafe { &*resource };
        if resource.occupied.replace(true) {
            return Err(EBUSY);
        }
        // SAFETY: The instance is valid and its lock is held, the resource is registered, and
        // nobody else says how much of it is in use. The node is valid until this is undone.
        unsafe {
            bindings::devl_resource_occ_get_register(
                devlink.as_ptr(),
                resource.id,
                Some(occupied_of::<T, F>),
                ptr::from_ref(node).cast_mut().cast(),
            )
        };
        Ok(())
    };
    objects.add(state, occupied, register).map(|_| ())
}

/// How much of a resource is in use.
///
/// # Safety
///
/// Only to be called by a devlink core, with what [`add_occupancy`] passed for values of type `F`.
unsafe extern "C" fn occupied_of<T: Driver, F: Fn(&Locked<'_, T>) -> u64>(
    node: *mut c_void,
) -> u64 {
    // SAFETY: By the requirements of this function. A core calls this while it is registered.
    let node: &Node<OccupancyKind, F> = unsafe { &*node.cast() };
    // SAFETY: A core calls this with the instance lock held while the instance is registered, which
    // `Instance` does when the data is complete. The state's pointer never changes.
    let cx = unsafe { Locked::about_object((*node.state()).devlink.as_ptr()) };
    node.value()(&cx)
}

/// What a port's state has for the resources of the port.
pub(super) struct PortResources {
    /// The last number that was given to one of them.
    last: Cell<u64>,
    /// How many there are.
    count: Cell<u32>,
}

impl PortResources {
    /// None.
    pub(super) const fn new() -> Self {
        PortResources {
            last: Cell::new(0),
            count: Cell::new(0),
        }
    }
}

/// Resources of ports as objects of an instance. devlink forgets all of a port at once, with the
/// last of them.
struct PortResourceKind;

struct PortResourceState {
    port: NonNull<bindings::devlink_port>,
    /// In the state of the port, which is an object that was made before.
    all: *const PortResources,
}

impl Kind for PortResourceKind {
    type State = PortResourceState;

    unsafe fn unregister(state: *mut PortResourceState) {
        // SAFETY: The states of this object and of the port are valid, and the instance lock is
        // held.
        unsafe {
            let count = &(*(*state).all).count;
            count.set(count.get() - 1);
            if count.get() == 0 {
                bindings::devl_port_resources_unregister((*state).port.as_ptr());
            }
        }
    }
}

/// A resource of a port.
pub struct PortResource<'s, T: Driver> {
    id: u64,
    port: NonNull<bindings::devlink_port>,
    _object: HandleOf<'s, T, ()>,
}

impl<T: Driver> Clone for PortResource<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Driver> Copy for PortResource<'_, T> {}

// SAFETY: The port is only compared.
unsafe impl<T: Driver> Send for PortResource<'_, T> {}

// SAFETY: As for `Send`.
unsafe impl<T: Driver> Sync for PortResource<'_, T> {}

impl<'s, T: Driver> OnPort<'_, 's, '_, T> {
    /// Adds a resource of `size` entries to the port, inside of `parent`, which is one of the same
    /// port, if there is one (`devl_port_resource_register()`).
    ///
    /// Users see it, but do not change its size. It goes with the last resource of the port
    /// (`devl_port_resources_unregister()`).
    ///
    /// Fails with `EINVAL` when the size does not fit its own limits, or `parent` is of another
    /// port.
    pub fn resource(
        &self,
        name: &'static CStr,
        size: u64,
        limits: ResourceSize,
        parent: Option<PortResource<'s, T>>,
    ) -> Result<PortResource<'s, T>> {
        if parent.is_some_and(|parent| parent.port != self.raw()) {
            return Err(EINVAL);
        }
        let params = limits.to_c(size)?;
        let port = self.raw();
        let all = self.resources();
        all.last.set(all.last.get() + 1);
        let id = all.last.get();
        let state = PortResourceState { port, all };
        self.objects().add::<PortResourceKind, ()>(state, (), |_| {
            // SAFETY: The port is registered, and the instance lock is held. The core copies
            // `params`; the name is static.
            to_result(unsafe {
                bindings::devl_port_resource_register(
                    port.as_ptr(),
                    name.as_char_ptr(),
                    size,
                    id,
                    parent.map_or(TOP, |parent| parent.id),
                    &params,
                )
            })?;
            all.count.set(all.count.get() + 1);
            Ok(())
        })?;
        Ok(PortResource {
            id,
            port,
            _object: PhantomData,
        })
    }
}
