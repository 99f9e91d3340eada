// SPDX-License-Identifier: GPL-2.0

//! Groups that outlive a reload.

use super::{
    Group,
    Groups,
    Table,
    TableKind, //
};

use crate::{
    net::devlink::{
        health::{
            Reporter,
            ReporterOps, //
        },
        held::Held,
        instance::{
            Bringup,
            Locked,
            Setup,
            Unlocked, //
        },
        object::Handle,
        param::{
            ParamAttrs,
            ParamObject,
            ParamOps, //
        },
        region::{
            Region,
            RegionOps, //
        },
        Driver, //
    },
    prelude::*, //
};

use core::ops::Deref;

/// As [`Groups`], for objects that come and go while the driver is bound, whether the device is up
/// or not.
///
/// Made with [`Setup::groups`]. Kept in [`Driver::Data`].
///
/// # Examples
///
/// A device whose firmware has a log for each of its processors, which it finds one by one:
///
/// ```
/// use kernel::{
///     device::Bound,
///     faux,
///     net::{
///         devlink::{
///             self,
///             Bringup,
///             Group,
///             LastingGroups,
///             Locked,
///             Region,
///             RegionOps,
///             Setup,
///             Why, //
///         },
///         netlink::extack::Extack, //
///     },
///     prelude::*,
///     str::CString, //
/// };
///
/// struct Nic;
///
/// struct Log(CString);
///
/// #[vtable]
/// impl RegionOps<Nic> for Log {
///     const NAME: &'static CStr = c"log";
///
///     fn name(&self) -> &CStr {
///         &self.0
///     }
/// }
///
/// /// A processor, by number.
/// struct Processor;
///
/// impl Group<Nic> for Processor {
///     type Key = u32;
///     type Value<'group> = Region<'group, Nic, Log>;
/// }
///
/// fn found(cx: &Locked<'_, Nic>, number: u32) -> Result {
///     cx.data().add(cx, number, |cx| {
///         cx.region(4096, 8, Log(CString::try_from_fmt(fmt!("cpu{number}_log"))?))
///     })
/// }
///
/// #[vtable]
/// impl devlink::Driver for Nic {
///     type Device = faux::Device<Bound>;
///     type Data<'bound> = LastingGroups<'bound, Nic, Processor>;
///     type Up<'up> = ();
///
///     fn probe<'bound>(
///         _: &'bound Self::Device,
///         setup: &Setup<'bound, Self>,
///     ) -> impl PinInit<Self::Data<'bound>, Error> {
///         setup.groups()
///     }
///
///     fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Self::Up<'up>> {
///         found(cx, 0)?;
///         found(cx, 1)?;
///         assert_eq!(found(cx, 1), Err(EEXIST));
///         cx.data().remove(cx, 0)?;
///         assert_eq!(cx.data().next_key(cx, None), Some(1));
///         Ok(())
///     }
/// }
///
/// drop(devlink::faux::Registration::<Nic>::new(c"logging_nic")?);
/// # Ok::<(), Error>(())
/// ```
pub struct LastingGroups<'bound, T: Driver, G: Group<T>>(Groups<'bound, T, G>);

impl<T: Driver, G: Group<T>> Clone for LastingGroups<'_, T, G> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Driver, G: Group<T>> Copy for LastingGroups<'_, T, G> {}

/// What makes objects of a [lasting group](LastingGroups): those that may be there while the device
/// is down. Otherwise a [`Locked`].
pub struct Lasting<'b, 'g, 'bound, T: Driver>(&'b Bringup<'g, 'bound, T>);

impl<'g, T: Driver> Lasting<'_, 'g, '_, T> {
    /// As [`Setup::region`], for a region that goes with the group.
    pub fn region<R: RegionOps<T> + 'g>(
        &self,
        size: usize,
        max_snapshots: u32,
        region: R,
    ) -> Result<Region<'g, T, R>> {
        self.0.region(size, max_snapshots, region)
    }

    /// As [`Setup::reporter`], for a reporter that goes with the group.
    pub fn reporter<R: ReporterOps<T> + 'g>(&self, reporter: R) -> Result<Reporter<'g, T, R>> {
        self.0.reporter(reporter)
    }

    /// As [`Setup::param_object`], for a parameter that goes with the group.
    pub fn param_object<P: ParamOps<T> + 'g>(
        &self,
        attrs: ParamAttrs<P::Value>,
        param: P,
    ) -> Result<ParamObject<'g, T, P>> {
        self.0.param_object(attrs, param)
    }
}

// Not as long as the group: the driver's data is dropped before the values of groups are. So what
// is made cannot borrow it.
impl<'bound, T: Driver> Deref for Lasting<'_, '_, 'bound, T> {
    type Target = Locked<'bound, T>;

    fn deref(&self) -> &Self::Target {
        self.0
    }
}

impl<'bound, T: Driver> Setup<'bound, T> {
    /// A place for groups of a kind, as long as the driver is bound; at first there is none.
    pub fn groups<G: Group<T>>(&self) -> Result<LastingGroups<'bound, T, G>> {
        let node = self
            .objects()
            .add::<TableKind<T, G>, ()>(Table::new(None), (), |_| Ok(()))?;
        // SAFETY: The objects are those of `'bound`, and of that instance.
        Ok(LastingGroups(Groups(unsafe {
            Handle::new(node, self.devlink())
        })))
    }
}

impl<'bound, T: Driver, G: Group<T>> LastingGroups<'bound, T, G> {
    /// Adds a group, whose objects `make` makes. As [`Groups::add`].
    pub fn add(
        &self,
        cx: &Locked<'bound, T>,
        key: G::Key,
        make: impl for<'b, 'g> FnOnce(&Lasting<'b, 'g, 'bound, T>) -> Result<G::Value<'g>>,
    ) -> Result {
        self.0.add(cx, key, |cx| make(&Lasting(cx)))
    }

    /// Removes the group of that key. As [`Groups::remove`].
    pub fn remove(&self, cx: &Locked<'bound, T>, key: G::Key) -> Result {
        self.0.remove(cx, key)
    }

    /// Calls `f` with the value of the group of that key; `None` if there is none.
    pub fn get<R>(
        &self,
        cx: &Locked<'bound, T>,
        key: G::Key,
        f: impl for<'a, 'g> FnOnce(&'a G::Value<'g>) -> R,
    ) -> Option<R> {
        self.0.get(cx, key, f)
    }

    /// The smallest key of a group that is larger than `after`, or the smallest of all.
    pub fn next_key(&self, cx: &Locked<'bound, T>, after: Option<G::Key>) -> Option<G::Key> {
        self.0.next_key(cx, after)
    }

    /// Calls `f` without the instance lock, with the value of the group of that key, which
    /// meanwhile is not removed. As [`Groups::hold`], with the proof that is enough for what lives
    /// as long as the binding.
    pub fn hold<'w, R>(
        &self,
        cx: &mut Unlocked<'w, 'bound, T>,
        key: G::Key,
        f: impl for<'a, 'g> FnOnce(&mut Held<'a, 'w, 'g, 'bound, T>, &'a G::Value<'g>) -> R,
    ) -> Option<R> {
        // SAFETY: What lives as long as the binding does not go while there is an `Unlocked`.
        let mut held: Held<'_, 'w, 'bound, 'bound, T> = unsafe { Held::new(cx) };
        self.0.hold(&mut held, key, f)
    }
}
