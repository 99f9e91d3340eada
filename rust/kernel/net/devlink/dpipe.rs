// SPDX-License-Identifier: GPL-2.0

//! The packet pipeline: the tables by which a device decides what becomes of a frame.
//!
//! What frames may have is described by [`Header`]s, which are constants. What tables match and do
//! refers to their fields. All of that is only shown to users, who can do nothing about it but
//! switch counters.

use super::{
    instance::{
        Bringup,
        Locked, //
    },
    object::{
        callback,
        impl_handle,
        Handle,
        Kind,
        Node, //
    },
    resource::Resource,
    to_errno,
    Driver, //
};

use crate::{
    bindings,
    error::{
        to_result,
        VTABLE_DEFAULT_ERROR, //
    },
    prelude::*,
    str::CString,
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};

use core::{
    marker::PhantomData,
    ptr,
    ptr::NonNull, //
};

mod entry;
mod header;

pub use self::{
    entry::{
        Entries,
        Entry,
        Value, //
    },
    header::{
        Action,
        Ethernet,
        Field,
        FieldTable,
        Header,
        HeaderTable,
        Ipv4,
        Ipv6,
        Mapping,
        Match, //
    },
};

/// A kind of table of the driver `T` (`struct devlink_dpipe_table_ops`).
///
/// # Examples
///
/// A device that drops frames to some addresses, and can count them:
///
/// ```
/// use kernel::{
///     device::Bound,
///     devlink_dpipe_header,
///     faux,
///     net::{
///         devlink::{
///             self,
///             dpipe,
///             Bringup,
///             Locked,
///             Setup,
///             Why, //
///         },
///         netlink::extack::Extack, //
///     },
///     prelude::*, //
/// };
///
/// devlink_dpipe_header! {
///     /// What the device knows of a frame.
///     enum Meta = driver(0, c"nic_meta") {
///         DROP = field(c"drop", 1);
///     }
/// }
///
/// static ADDRESS: dpipe::Match = dpipe::Match::exact(dpipe::Ethernet::DST_MAC);
/// static DROP: dpipe::Action = dpipe::Action::modify(Meta::DROP);
///
/// /// The addresses of a device, which never change.
/// struct Blocked(&'static [[u8; 6]]);
///
/// #[vtable]
/// impl dpipe::TableOps<Nic> for Blocked {
///     fn size(&self, _: &Locked<'_, Nic>) -> u64 {
///         self.0.len() as u64
///     }
///
///     fn matches(&self, _: &Locked<'_, Nic>) -> Result<&[dpipe::Match]> {
///         Ok(core::slice::from_ref(&ADDRESS))
///     }
///
///     fn actions(&self, _: &Locked<'_, Nic>) -> Result<&[dpipe::Action]> {
///         Ok(core::slice::from_ref(&DROP))
///     }
///
///     fn entries(
///         &self,
///         _: &Locked<'_, Nic>,
///         out: &mut dpipe::Entries<'_>,
///         counters: bool,
///     ) -> Result {
///         for (index, address) in self.0.iter().enumerate() {
///             out.push(&dpipe::Entry {
///                 index: index as u64,
///                 counter: counters.then_some(0),
///                 matches: &[ADDRESS.masked(address, &[0xff; 6])],
///                 actions: &[DROP.value(&[1])],
///             })?;
///         }
///         Ok(())
///     }
/// }
///
/// struct Nic;
///
/// #[vtable]
/// impl devlink::Driver for Nic {
///     type Device = faux::Device<Bound>;
///     type Data<'bound> = ();
///     type Up<'up> = ();
///
///     const DPIPE_HEADERS: &'static [dpipe::Header] =
///         &[Meta::HEADER, dpipe::Ethernet::HEADER];
///
///     fn probe<'bound>(
///         _dev: &'bound Self::Device,
///         _setup: &Setup<'bound, Self>,
///     ) -> impl PinInit<Self::Data<'bound>, Error> {
///         Ok::<_, Error>(())
///     }
///
///     fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Self::Up<'up>> {
///         let blocked = cx.dpipe_table(c"blocked", Blocked(&[[2, 0, 0, 0, 0, 1]]))?;
///         // Nobody could ask for counters yet.
///         assert!(!blocked.counters_enabled());
///         assert_eq!(blocked.get(cx).0.len(), 1);
///         let again = cx.dpipe_table(c"blocked", Blocked(&[]));
///         assert_eq!(again.err(), Some(EEXIST));
///         Ok(())
///     }
/// }
///
/// // Until it is dropped, `devlink dpipe table dump faux/piped_nic name blocked` has an entry.
/// drop(devlink::faux::Registration::<Nic>::new(c"piped_nic")?);
/// # Ok::<(), Error>(())
/// ```
#[vtable]
pub trait TableOps<T: Driver>: Send + Sync {
    /// Whether the counters of entries are switched by something else than devlink: then users
    /// cannot. Asked when the table is made (`counter_control_extern`).
    fn has_external_counters(&self) -> bool {
        false
    }

    /// How many entries there can be (`size_get`).
    fn size(&self, cx: &Locked<'_, T>) -> u64;

    /// What entries match (`matches_dump`).
    fn matches(&self, cx: &Locked<'_, T>) -> Result<&[Match]>;

    /// What entries can do to a frame (`actions_dump`).
    fn actions(&self, cx: &Locked<'_, T>) -> Result<&[Action]>;

    /// Appends all entries to `out`, with counters if these are enabled (`entries_dump`).
    fn entries(&self, cx: &Locked<'_, T>, out: &mut Entries<'_>, counters: bool) -> Result {
        let _ = (cx, out, counters);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// A user has enabled the counters of entries, or disabled them; entries that are made later
    /// are to have them, or not, see [`Table::counters_enabled`] (`counters_set_update`).
    fn counters_changed(&self, cx: &Locked<'_, T>, enabled: bool) {
        let _ = (cx, enabled);
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// Tables as objects of an instance.
pub(super) struct TableKind;

pub(super) struct TableState {
    devlink: NonNull<bindings::devlink>,
    /// The core keeps a pointer to it. Only `devlink_dpipe_table_counter_enabled()` looks at names
    /// without the instance lock. That is for the driver itself, and is not called for an instance
    /// of this API, so that names can be freed when their tables are unregistered.
    name: CString,
    /// What users have set last.
    counters: Atomic<bool>,
}

impl Kind for TableKind {
    type State = TableState;

    unsafe fn unregister(state: *mut TableState) {
        // SAFETY: The instance lock is held.
        unsafe {
            bindings::devl_dpipe_table_unregister(
                (*state).devlink.as_ptr(),
                (*state).name.as_char_ptr(),
            )
        }
    }
}

/// A table of the packet pipeline.
pub struct Table<'s, T: Driver, V: TableOps<T>>(Handle<'s, T, TableKind, V>);

impl_handle!(Table: TableOps);

impl<'s, T: Driver, V: TableOps<T>> Table<'s, T, V> {
    /// Whether entries are to have counters (what `devlink_dpipe_table_counter_enabled()` answers).
    /// Can be called in any context.
    pub fn counters_enabled(&self) -> bool {
        // SAFETY: The state is valid while the handle exists, and this field is not written to but
        // as an atomic.
        unsafe { (*self.0.state()).counters.load(Relaxed) }
    }

    /// Says which resource each entry takes how many units of (`devl_dpipe_table_resource_set()`).
    ///
    /// Fails with `EINVAL` if the table or the resource is one of another instance.
    pub fn uses(&self, cx: &Locked<'_, T>, resource: Resource<'_, T>, units: u64) -> Result {
        if !self.0.is_of(cx) || !resource.is_of(cx) {
            return Err(EINVAL);
        }
        // SAFETY: The instance is valid and its lock is held. The name does not change.
        to_result(unsafe {
            bindings::devl_dpipe_table_resource_set(
                cx.devlink().as_ptr(),
                (*self.0.state()).name.as_char_ptr(),
                resource.id(),
                units,
            )
        })
    }
}

impl<'up, T: Driver> Bringup<'up, '_, T> {
    /// Adds a table (`devl_dpipe_table_register()`).
    ///
    /// Fails with `EEXIST` if there is one of that name.
    pub fn dpipe_table<V: TableOps<T> + 'up>(
        &self,
        name: &CStr,
        table: V,
    ) -> Result<Table<'up, T, V>> {
        let devlink = self.devlink();
        let state = TableState {
            devlink,
            name: CString::try_from(name)?,
            counters: Atomic::new(false),
        };
        let node = self.objects().add::<TableKind, V>(state, table, |node| {
            // SAFETY: The node is new; it, with the name in it, exists longer than the table. The
            // operations are static. The instance is valid and its lock is held.
            to_result(unsafe {
                bindings::devl_dpipe_table_register(
                    devlink.as_ptr(),
                    (*node.state()).name.as_char_ptr(),
                    &const { Ops::<T, V>::OPS },
                    ptr::from_ref(node).cast_mut().cast(),
                    node.value().has_external_counters(),
                )
            })
        })?;
        // SAFETY: The objects are those of `'up`, and of that instance.
        Ok(Table(unsafe { Handle::new(node, self.devlink()) }))
    }
}

/// The headers of a driver.
struct Headers<T>(PhantomData<T>);

impl<T: Driver> Headers<T> {
    const HEADERS: bindings::devlink_dpipe_headers = bindings::devlink_dpipe_headers {
        // CAST: A `Header` is a pointer to one. No core writes to what drivers describe.
        headers: T::DPIPE_HEADERS.as_ptr().cast_mut().cast(),
        headers_count: T::DPIPE_HEADERS.len() as u32,
    };
}

/// Shows users the driver's headers, if it has some (`devl_dpipe_headers_register()`).
pub(super) fn register_headers<T: Driver>(cx: &Locked<'_, T>) {
    if !T::DPIPE_HEADERS.is_empty() {
        let headers = ptr::from_ref(&const { Headers::<T>::HEADERS });
        // SAFETY: The instance is valid and its lock is held. The headers are static and only read.
        unsafe { bindings::devl_dpipe_headers_register(cx.devlink().as_ptr(), headers.cast_mut()) }
    }
}

/// Ends that (`devl_dpipe_headers_unregister()`).
pub(super) fn unregister_headers<T: Driver>(cx: &Locked<'_, T>) {
    if !T::DPIPE_HEADERS.is_empty() {
        // SAFETY: The instance is valid and its lock is held.
        unsafe { bindings::devl_dpipe_headers_unregister(cx.devlink().as_ptr()) }
    }
}

/// The operations of a kind of table.
struct Ops<T, V>(PhantomData<(T, V)>);

impl<T: Driver, V: TableOps<T>> Ops<T, V> {
    /// In read-only memory.
    const OPS: bindings::devlink_dpipe_table_ops = bindings::devlink_dpipe_table_ops {
        actions_dump: Some(actions_dump::<T, V>),
        matches_dump: Some(matches_dump::<T, V>),
        entries_dump: callback!(V::HAS_ENTRIES, entries_dump::<T, V>),
        counters_set_update: Some(counters_set_update::<T, V>),
        size_get: Some(size_get::<T, V>),
    };
}

/// The proof and the node of a table's callback.
///
/// # Safety
///
/// `private` is the node of a table that `Bringup::dpipe_table` made with a value of type `V`, a
/// core calls its operation, and the proof's lifetime is one that whoever gets it is generic over.
unsafe fn enter<'a, 'bound, T: Driver, V>(
    private: *mut c_void,
) -> (Locked<'bound, T>, &'a Node<TableKind, V>) {
    // SAFETY: The table is registered, and its group is not removed in a callback.
    let node: &Node<TableKind, V> = unsafe { &*private.cast() };
    // SAFETY: A core calls operations of tables with the instance lock held while the instance is
    // registered, and `Instance` registers it when the data is complete. The state's pointer to the
    // instance never changes.
    let cx = unsafe { Locked::about_object((*node.state()).devlink.as_ptr()) };
    (cx, node)
}

/// # Safety
///
/// Only to be called as an operation of a table that `Bringup::dpipe_table` made, by a devlink
/// core.
unsafe extern "C" fn size_get<T: Driver, V: TableOps<T>>(private: *mut c_void) -> u64 {
    // SAFETY: By the requirements of this function.
    let (cx, node) = unsafe { enter::<T, V>(private) };
    node.value().size(&cx)
}

/// # Safety
///
/// As for [`size_get`], with a message of the core's.
unsafe extern "C" fn matches_dump<T: Driver, V: TableOps<T>>(
    private: *mut c_void,
    skb: *mut bindings::sk_buff,
) -> c_int {
    // SAFETY: By the requirements of this function.
    let (cx, node) = unsafe { enter::<T, V>(private) };
    to_errno(node.value().matches(&cx).and_then(|matches| {
        matches.iter().try_for_each(|one| {
            // SAFETY: The core has a message for that. What is described is static, and only read.
            to_result(unsafe {
                bindings::devlink_dpipe_match_put(skb, ptr::from_ref(&one.0).cast_mut())
            })
        })
    }))
}

/// # Safety
///
/// As for [`matches_dump`].
unsafe extern "C" fn actions_dump<T: Driver, V: TableOps<T>>(
    private: *mut c_void,
    skb: *mut bindings::sk_buff,
) -> c_int {
    // SAFETY: By the requirements of this function.
    let (cx, node) = unsafe { enter::<T, V>(private) };
    to_errno(node.value().actions(&cx).and_then(|actions| {
        actions.iter().try_for_each(|one| {
            // SAFETY: As in `matches_dump`.
            to_result(unsafe {
                bindings::devlink_dpipe_action_put(skb, ptr::from_ref(&one.0).cast_mut())
            })
        })
    }))
}

/// # Safety
///
/// As for [`size_get`], with a context that is the core's.
unsafe extern "C" fn entries_dump<T: Driver, V: TableOps<T>>(
    private: *mut c_void,
    counters: bool,
    context: *mut bindings::devlink_dpipe_dump_ctx,
) -> c_int {
    // SAFETY: By the requirements of this function.
    let (cx, node) = unsafe { enter::<T, V>(private) };
    // SAFETY: The core passes a context of its own, which nobody used yet.
    to_errno(unsafe { Entries::answer(context, |out| node.value().entries(&cx, out, counters)) })
}

/// # Safety
///
/// As for [`size_get`].
unsafe extern "C" fn counters_set_update<T: Driver, V: TableOps<T>>(
    private: *mut c_void,
    enabled: bool,
) -> c_int {
    // SAFETY: By the requirements of this function.
    let (cx, node) = unsafe { enter::<T, V>(private) };
    // SAFETY: The state is valid, and this field is not written to but as an atomic.
    unsafe { (*node.state()).counters.store(enabled, Relaxed) };
    if V::HAS_COUNTERS_CHANGED {
        node.value().counters_changed(&cx, enabled);
    }
    0
}
