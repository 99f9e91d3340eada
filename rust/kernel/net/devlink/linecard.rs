// SPDX-License-Identifier: GPL-2.0

//! Line cards of modular devices.

use super::{
    instance::{
        Bringup,
        Locked, //
    },
    nested::Outer,
    object::{
        callback,
        impl_handle,
        Handle,
        Kind,
        Node, //
    },
    to_errno,
    Driver, //
};

use crate::{
    bindings,
    error::{
        from_err_ptr,
        VTABLE_DEFAULT_ERROR, //
    },
    net::netlink::extack::Extack,
    prelude::*,
    sync::Arc, //
};

use core::{
    marker::PhantomData,
    ptr,
    ptr::NonNull,
    slice, //
};

mod order;

pub use self::order::LinecardOrder;

pub(super) use self::order::Shared;

/// A type that line cards can have.
pub trait LinecardType: Sync {
    /// Its name, by which users choose it.
    fn name(&self) -> &CStr;
}

/// A type of which the driver knows no more than the name.
impl LinecardType for &'static CStr {
    fn name(&self) -> &CStr {
        self
    }
}

/// A kind of line card of the driver `T` (`struct devlink_linecard_ops`), or of slot for one.
///
/// Users provision it: they say which type is, or will be, in the slot, so that the driver can make
/// what a card of that type has. Its ports are made with [`Bringup::on_linecard`].
///
/// # Examples
///
/// A chassis with a slot. What is in it is known when the device comes up; users can say otherwise,
/// and it takes the device no time:
///
/// ```
/// use kernel::{
///     device::Bound,
///     faux,
///     net::{
///         devlink::{
///             self,
///             Bringup,
///             Flavour,
///             LinecardOps,
///             LinecardOrder,
///             Locked,
///             PortAttrs,
///             Setup,
///             Why, //
///         },
///         netlink::extack::Extack, //
///     },
///     prelude::*, //
/// };
///
/// static TYPES: [&CStr; 2] = [c"16x100G", c"4x400G"];
///
/// struct Slot;
///
/// #[vtable]
/// impl LinecardOps<Chassis> for Slot {
///     type Type = &'static CStr;
///
///     fn types(&self) -> &[&'static CStr] {
///         &TYPES
///     }
///
///     fn provision(
///         &self,
///         _: &Locked<'_, Chassis>,
///         _: &&'static CStr,
///         order: LinecardOrder,
///         _: Extack<'_>,
///     ) -> Result {
///         order.done()
///     }
///
///     fn unprovision(
///         &self,
///         _: &Locked<'_, Chassis>,
///         order: LinecardOrder,
///         extack: Extack<'_>,
///     ) -> Result {
///         order.done()
///     }
/// }
///
/// struct Chassis;
///
/// #[vtable]
/// impl devlink::Driver for Chassis {
///     type Device = faux::Device<Bound>;
///     type Data<'bound> = ();
///     type Up<'up> = ();
///
///     fn probe<'bound>(
///         _dev: &'bound Self::Device,
///         _setup: &Setup<'bound, Self>,
///     ) -> impl PinInit<Self::Data<'bound>, Error> {
///         Ok::<_, Error>(())
///     }
///
///     fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Self::Up<'up>> {
///         let slot = cx.linecard(0, Slot)?;
///         // What devlink would take for a mistake is refused.
///         assert_eq!(slot.activate(cx), Err(EINVAL));
///         assert_eq!(slot.set_provisioned(cx, &c"8x200G"), Err(EINVAL));
///         slot.set_provisioned(cx, &TYPES[1])?;
///         assert_eq!(slot.set_provisioned(cx, &TYPES[0]), Err(EBUSY));
///         slot.activate(cx)?;
///
///         let attrs = PortAttrs::new(Flavour::Physical { number: 0, subport: None });
///         cx.on_linecard(slot).port(0, attrs, ())?;
///         Ok(())
///     }
/// }
///
/// // Until it is dropped, `devlink lc show` has a line card.
/// drop(devlink::faux::Registration::<Chassis>::new(c"chassis")?);
/// # Ok::<(), Error>(())
/// ```
#[vtable]
pub trait LinecardOps<T: Driver>: Send + Sync {
    /// What the driver knows of a type.
    type Type: LinecardType;

    /// The types that users can choose from. Asked when the line card is made (`types_count`,
    /// `types_get`).
    fn types(&self) -> &[Self::Type];

    /// Provisions the line card, or begins to, and then keeps the order (`provision`). With an
    /// error it is unprovisioned.
    fn provision(
        &self,
        cx: &Locked<'_, T>,
        kind: &Self::Type,
        order: LinecardOrder,
        extack: Extack<'_>,
    ) -> Result;

    /// Makes the line card unprovisioned, or begins to, and then keeps the order (`unprovision`).
    /// With an error it is unprovisioned, too. Ports on it may be removed here.
    fn unprovision(&self, cx: &Locked<'_, T>, order: LinecardOrder, extack: Extack<'_>) -> Result;

    /// Whether the line card, which is provisioned, is so just as that type says: then a user who
    /// wants that is told that it is done (`same_provision`).
    ///
    /// devlink may hold the line card's lock, so there is no proof by which something could be said
    /// about it.
    fn same_provision(&self, kind: &Self::Type) -> bool {
        let _ = kind;
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// Line cards as objects of an instance.
pub(super) struct LinecardKind;

pub(super) struct LinecardState {
    devlink: NonNull<bindings::devlink>,
    index: u32,
    shared: Arc<Shared>,
    /// What [`LinecardOps::types`] answered: that many of the kind's types.
    types: *const c_void,
    types_count: usize,
}

impl Kind for LinecardKind {
    type State = LinecardState;

    unsafe fn unregister(state: *mut LinecardState) {
        // SAFETY: The state is valid.
        let linecard = unsafe { (*state).shared.end() };
        // SAFETY: The line card exists, and the instance lock is held. Ports on it were
        // unregistered before: that is an invariant of `Bringup`, which made them.
        unsafe { bindings::devl_linecard_destroy(linecard) }
    }
}

/// A line card, or a slot for one.
///
/// What its methods say about it ends an order that was not answered yet. They fail with `ENODEV`
/// when its group was removed, and with `EINVAL` if it is one of another instance.
pub struct Linecard<'s, T: Driver, L: LinecardOps<T>>(Handle<'s, T, LinecardKind, L>);

impl_handle!(Linecard: LinecardOps);

impl<'s, T: Driver, L: LinecardOps<T>> Linecard<'s, T, L> {
    /// Its index.
    pub fn index(&self) -> u32 {
        // SAFETY: The state is valid while the handle exists, and the index does not change.
        unsafe { (*self.0.state()).index }
    }

    /// The line card as what another instance can be part of: that of the device on it.
    pub fn outer(&self) -> Outer<'s> {
        // SAFETY: What is pointed to is kept by the state, which is valid for `'s`.
        unsafe { Outer::linecard(NonNull::from(&**self.shared())) }
    }

    fn shared(&self) -> &Arc<Shared> {
        // SAFETY: The state is valid while the handle exists, and the pointer does not change.
        unsafe { &(*self.0.state()).shared }
    }

    fn shared_in(&self, cx: &Locked<'_, T>) -> Result<&Arc<Shared>> {
        if !self.0.is_of(cx) {
            return Err(EINVAL);
        }
        Ok(self.shared())
    }

    /// Says that it is provisioned as a card of that type, found so or changed
    /// (`devlink_linecard_provision_set()`).
    ///
    /// Fails with `EINVAL` if it has no such type to choose from, with `EBUSY` if it is provisioned
    /// as another.
    pub fn set_provisioned(&self, cx: &Locked<'_, T>, kind: &L::Type) -> Result {
        let shared = self.shared_in(cx)?;
        let mut types = self.0.get(cx).types().iter();
        let kind = types
            .find(|known| known.name() == kind.name())
            .ok_or(EINVAL)?;
        // SAFETY: The name is borrowed from the driver's value, which is not moved, and of which
        // there are only shared references until it is dropped. That is after the line card is
        // destroyed.
        unsafe { shared.set_provisioned(kind.name()) }
    }

    /// Says that it is not provisioned (`devlink_linecard_provision_clear()`).
    pub fn set_unprovisioned(&self, cx: &Locked<'_, T>) -> Result {
        self.shared_in(cx)?.set_unprovisioned()
    }

    /// Says that it could not be provisioned or unprovisioned
    /// (`devlink_linecard_provision_fail()`).
    pub fn set_failed(&self, cx: &Locked<'_, T>) -> Result {
        self.shared_in(cx)?.set_failed()
    }

    /// Says that it works (`devlink_linecard_activate()`).
    ///
    /// Fails with `EINVAL` if it is not provisioned, or works already.
    pub fn activate(&self, cx: &Locked<'_, T>) -> Result {
        self.shared_in(cx)?.activate()
    }

    /// Says that it does not work any more (`devlink_linecard_deactivate()`).
    ///
    /// Fails with `EINVAL` if it neither works nor is being made unprovisioned.
    pub fn deactivate(&self, cx: &Locked<'_, T>) -> Result {
        self.shared_in(cx)?.deactivate()
    }
}

impl<'up, 'bound, T: Driver> Bringup<'up, 'bound, T> {
    /// Adds a line card, which is not provisioned (`devl_linecard_create()`).
    ///
    /// Fails with `EEXIST` if there is one of that index.
    pub fn linecard<L: LinecardOps<T> + 'up>(
        &self,
        index: u32,
        linecard: L,
    ) -> Result<Linecard<'up, T, L>> {
        let devlink = self.devlink();
        let state = LinecardState {
            devlink,
            index,
            shared: Shared::new()?,
            types: ptr::null(),
            types_count: 0,
        };
        let node = self
            .objects()
            .add::<LinecardKind, L>(state, linecard, |node| {
                let state = node.state();
                let types = node.value().types();
                // SAFETY: The node is new, so nobody else uses its state. It, with the types, which
                // its value lends, exists longer than the line card. The operations are static. The
                // instance is valid and its lock is held.
                unsafe {
                    (*state).types = types.as_ptr().cast();
                    (*state).types_count = types.len();
                    let linecard = from_err_ptr(bindings::devl_linecard_create(
                        devlink.as_ptr(),
                        index,
                        &const { Ops::<T, L>::OPS },
                        ptr::from_ref(node).cast_mut().cast(),
                    ))?;
                    (*state).shared.begin(linecard);
                }
                Ok(())
            })?;
        // SAFETY: The objects are those of `'up`, and of that instance.
        Ok(Linecard(unsafe { Handle::new(node, devlink) }))
    }

    /// What makes ports on a line card that was made before, with the same lifetime: all ports that
    /// are made with the result, and those of [groups](super::Groups) that are
    /// (`devlink_port_linecard_set()`).
    ///
    /// Panics if the line card is one of another instance.
    pub fn on_linecard<L: LinecardOps<T>>(
        &self,
        linecard: Linecard<'up, T, L>,
    ) -> Bringup<'up, 'bound, T> {
        linecard.0.assert_is_of(self);
        // SAFETY: The line card is in the list that the objects will be in, which are unregistered
        // from the end of the list.
        unsafe { self.with_linecard(NonNull::new(linecard.shared().linecard())) }
    }
}

/// The operations of a kind of line card.
struct Ops<T, L>(PhantomData<(T, L)>);

impl<T: Driver, L: LinecardOps<T>> Ops<T, L> {
    /// In read-only memory.
    const OPS: bindings::devlink_linecard_ops = bindings::devlink_linecard_ops {
        provision: Some(provision::<T, L>),
        unprovision: Some(unprovision::<T, L>),
        same_provision: callback!(L::HAS_SAME_PROVISION, same_provision::<T, L>),
        types_count: Some(types_count::<L>),
        types_get: Some(types_get::<T, L>),
    };
}

/// The node of a line card's callback.
///
/// # Safety
///
/// `private` is the node of a line card that `Bringup::linecard` made, or makes, with a value of
/// type `L`, and a core calls its operation.
unsafe fn node_of<'a, L>(private: *mut c_void) -> &'a Node<LinecardKind, L> {
    // SAFETY: The line card exists.
    unsafe { &*private.cast() }
}

/// The proof of a line card's callback.
///
/// # Safety
///
/// A core calls an operation of the line card, not `same_provision`, when it was made. The proof's
/// lifetime is one that whoever gets it is generic over.
unsafe fn proof<'bound, T: Driver, L>(node: &Node<LinecardKind, L>) -> Locked<'bound, T> {
    // SAFETY: A core calls operations of line cards with the instance lock held while the instance
    // is registered, and `Instance` registers it when the data is complete. The state's pointer to
    // the instance never changes.
    unsafe { Locked::new((*node.state()).devlink.as_ptr()) }
}

/// # Safety
///
/// Only to be called as an operation of a line card that `Bringup::linecard` made, by a devlink
/// core, with a type of that line card.
unsafe extern "C" fn provision<T: Driver, L: LinecardOps<T>>(
    _linecard: *mut bindings::devlink_linecard,
    private: *mut c_void,
    type_name: *const c_char,
    type_private: *const c_void,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: By the requirements of this function.
    let node = unsafe { node_of::<L>(private) };
    // SAFETY: By the requirements of this function.
    let cx = unsafe { proof::<T, L>(node) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    // SAFETY: The core passes what `types_get` answered, which exists as long as the line card.
    let Some(kind) = (unsafe { type_private.cast::<L::Type>().as_ref() }) else {
        return EINVAL.to_errno();
    };
    // SAFETY: The state is valid.
    let shared = unsafe { &(*node.state()).shared };
    let ask = |order| node.value().provision(&cx, kind, order, extack);
    // SAFETY: The core passes the name that `types_get` answered, as above.
    to_errno(unsafe { Shared::order(shared, Some(type_name), ask) })
}

/// # Safety
///
/// Only to be called as an operation of a line card that `Bringup::linecard` made, by a devlink
/// core.
unsafe extern "C" fn unprovision<T: Driver, L: LinecardOps<T>>(
    _linecard: *mut bindings::devlink_linecard,
    private: *mut c_void,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: By the requirements of this function.
    let node = unsafe { node_of::<L>(private) };
    // SAFETY: By the requirements of this function.
    let cx = unsafe { proof::<T, L>(node) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    // SAFETY: The state is valid.
    let shared = unsafe { &(*node.state()).shared };
    let ask = |order| node.value().unprovision(&cx, order, extack);
    // SAFETY: There is no name.
    to_errno(unsafe { Shared::order(shared, None, ask) })
}

/// # Safety
///
/// As for [`provision`].
unsafe extern "C" fn same_provision<T: Driver, L: LinecardOps<T>>(
    _linecard: *mut bindings::devlink_linecard,
    private: *mut c_void,
    _type_name: *const c_char,
    type_private: *const c_void,
) -> bool {
    // SAFETY: By the requirements of this function.
    let node = unsafe { node_of::<L>(private) };
    // SAFETY: As in `provision`.
    let kind = unsafe { type_private.cast::<L::Type>().as_ref() };
    kind.is_some_and(|kind| node.value().same_provision(kind))
}

/// # Safety
///
/// Only to be called as an operation of a line card that `Bringup::linecard` makes, by a devlink
/// core.
unsafe extern "C" fn types_count<L>(
    _linecard: *mut bindings::devlink_linecard,
    private: *mut c_void,
) -> c_uint {
    // SAFETY: By the requirements of this function.
    let node = unsafe { node_of::<L>(private) };
    // SAFETY: The state is valid.
    unsafe { (*node.state()).types_count as c_uint }
}

/// # Safety
///
/// As for [`types_count`], with valid places for the answer.
unsafe extern "C" fn types_get<T: Driver, L: LinecardOps<T>>(
    _linecard: *mut bindings::devlink_linecard,
    private: *mut c_void,
    index: c_uint,
    name: *mut *const c_char,
    type_private: *mut *const c_void,
) {
    // SAFETY: By the requirements of this function.
    let node = unsafe { node_of::<L>(private) };
    // SAFETY: `Bringup::linecard` put there what the value lends.
    let types: &[L::Type] = unsafe {
        let state = node.state();
        slice::from_raw_parts((*state).types.cast(), (*state).types_count)
    };
    let (answer, value) = match types.get(index as usize) {
        Some(kind) => (kind.name(), ptr::from_ref(kind).cast()),
        None => (c"", ptr::null()),
    };
    // SAFETY: The core passes variables of its own.
    unsafe {
        name.write(answer.as_char_ptr());
        type_private.write(value);
    }
}
