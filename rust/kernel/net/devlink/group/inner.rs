// SPDX-License-Identifier: GPL-2.0

//! Groups whose objects borrow what they are part of.

use super::{
    Group,
    Groups, //
};

use crate::{
    net::devlink::{
        instance::{
            Bringup,
            Locked, //
        },
        port::{
            OnPort,
            Port,
            PortOps, //
        },
        Driver, //
    },
    prelude::*, //
};

use core::{
    marker::PhantomData,
    mem::ManuallyDrop,
    ops::Deref,
    ptr, //
};

/// Says to the compiler that `'s` does not end before `'g`: what lives for `'s` may be part of a
/// group that lives for `'g`. See [`InnerGroups`].
#[derive(Copy, Clone)]
pub struct Within<'g, 's>(PhantomData<&'g &'s ()>);

/// As [`Groups`], for objects that have what lives as long as the groups can: what
/// [`Driver::Up`] has, or the group that these are in.
///
/// Made with [`Bringup::inner_groups`].
///
/// # Examples
///
/// A device that counts what happens at all of its ports together, while it is up:
///
/// ```
/// use kernel::{
///     device::Bound,
///     faux,
///     net::{
///         device::{
///             Opening,
///             Operations,
///             QueueStats,
///             Settings, //
///         },
///         devlink::{
///             self,
///             Bringup,
///             Driver,
///             Flavour,
///             Group,
///             InnerGroups,
///             Netdev,
///             OnPort,
///             PortAttrs,
///             Setup,
///             Why,
///             Within, //
///         },
///         netlink::extack::Extack, //
///     },
///     prelude::*,
///     sync::Arc, //
/// };
///
/// /// What all ports share.
/// struct Common<'up> {
///     data: &'up QueueStats,
///     opened: QueueStats,
/// }
///
/// /// A netdev that never sends.
/// struct Sink<'up>(Arc<Common<'up>>);
///
/// #[vtable]
/// impl<'up> Operations for Sink<'up> {
///     type Open<'open>
///         = ()
///     where
///         Self: 'open;
///     type Sender<'open>
///         = core::convert::Infallible
///     where
///         Self: 'open;
///
///     fn open<'open>(&'open self, _: &mut Opening<'open, Self>) -> Result {
///         self.0.data.add(1, 0);
///         self.0.opened.add(1, 0);
///         Ok(())
///     }
/// }
///
/// struct Nic;
///
/// /// What is behind a port.
/// struct Attached;
///
/// impl Group<Nic> for Attached {
///     type Key = u32;
///     type Value<'group> = Netdev<'group, Nic, Sink<'group>>;
/// }
///
/// fn attach<'g, 'up>(
///     on: &OnPort<'_, 'g, '_, Nic>,
///     _: Within<'g, 'up>,
///     common: Arc<Common<'up>>,
/// ) -> Result<Netdev<'g, Nic, Sink<'g>>> {
///     on.netdev(&Settings::new(c"rust_inner%d"), Ok::<_, Error>(Sink(common)))
/// }
///
/// struct Up<'up> {
///     attached: InnerGroups<'up, Nic, Attached>,
///     common: Arc<Common<'up>>,
/// }
///
/// #[vtable]
/// impl Driver for Nic {
///     type Device = faux::Device<Bound>;
///     type Data<'bound> = QueueStats;
///     type Up<'up> = Up<'up>;
///
///     fn probe<'bound>(
///         _: &'bound Self::Device,
///         _: &Setup<'bound, Self>,
///     ) -> impl PinInit<QueueStats, Error> {
///         Ok::<_, Error>(QueueStats::new())
///     }
///
///     fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Up<'up>> {
///         let attrs = PortAttrs::new(Flavour::Physical {
///             number: 0,
///             subport: None,
///         });
///         let port = cx.port(0, attrs, ())?;
///         let attached = cx.inner_groups()?;
///         let common = Arc::new(
///             Common { data: cx.data(), opened: QueueStats::new() },
///             GFP_KERNEL,
///         )?;
///         let up = Up { attached, common };
///         let behind = &up.common;
///         up.attached.add_on(cx, 0, port, behind.clone(), attach)?;
///
///         // What a user does.
///         # use kernel::net::device::testing;
///         up.attached
///             .get(cx, 0, |netdev| testing::bring_up(netdev.device(cx)))
///             .ok_or(EINVAL)??;
///         assert_eq!((up.common.opened.packets(), cx.data().packets()), (1, 1));
///         Ok(up)
///     }
/// }
///
/// drop(devlink::faux::Registration::<Nic>::new(c"nic_with_inner")?);
/// # Ok::<(), Error>(())
/// ```
pub struct InnerGroups<'s, T: Driver, G: Group<T>> {
    groups: Groups<'s, T, G>,
    /// Exactly that lifetime: with a shorter one something could be part of a group that ends
    /// before it.
    _exactly: PhantomData<fn(&'s ()) -> &'s ()>,
}

impl<T: Driver, G: Group<T>> Clone for InnerGroups<'_, T, G> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Driver, G: Group<T>> Copy for InnerGroups<'_, T, G> {}

impl<'s, T: Driver> Bringup<'s, '_, T> {
    /// As [`groups`](Self::groups), for objects that have what lives for `'s`.
    ///
    /// # Examples
    ///
    /// A device with cards that have functions, which end before their cards:
    ///
    /// ```
    /// use kernel::{
    ///     device::Bound,
    ///     faux,
    ///     net::{
    ///         devlink::{
    ///             self,
    ///             Bringup,
    ///             Driver,
    ///             Flavour,
    ///             Group,
    ///             InnerGroups,
    ///             Port,
    ///             PortAttrs,
    ///             PortOps,
    ///             Setup,
    ///             Why,
    ///             Within, //
    ///         },
    ///         netlink::extack::Extack, //
    ///     },
    ///     prelude::*,
    ///     sync::atomic::{
    ///         Atomic,
    ///         Relaxed, //
    ///     }, //
    /// };
    ///
    /// /// How many each card has.
    /// static FUNCTIONS: [Atomic<u32>; 2] = [Atomic::new(0), Atomic::new(0)];
    ///
    /// struct Nic;
    ///
    /// struct Connector(u32);
    ///
    /// #[vtable]
    /// impl PortOps<Nic> for Connector {}
    ///
    /// impl Drop for Connector {
    ///     fn drop(&mut self) {
    ///         assert_eq!(FUNCTIONS[self.0 as usize].load(Relaxed), 0);
    ///     }
    /// }
    ///
    /// struct Function<'g>(Port<'g, Nic, Connector>);
    ///
    /// impl Drop for Function<'_> {
    ///     fn drop(&mut self) {
    ///         FUNCTIONS[self.0.index() as usize].fetch_sub(1, Relaxed);
    ///     }
    /// }
    ///
    /// struct Functions;
    ///
    /// impl Group<Nic> for Functions {
    ///     type Key = u32;
    ///     type Value<'group> = Function<'group>;
    /// }
    ///
    /// fn function<'g, 's>(
    ///     _: &Bringup<'g, '_, Nic>,
    ///     _: Within<'g, 's>,
    ///     port: Port<'s, Nic, Connector>,
    /// ) -> Result<Function<'g>> {
    ///     FUNCTIONS[port.index() as usize].fetch_add(1, Relaxed);
    ///     Ok(Function(port))
    /// }
    ///
    /// struct Card<'g> {
    ///     functions: InnerGroups<'g, Nic, Functions>,
    ///     port: Port<'g, Nic, Connector>,
    /// }
    ///
    /// struct Cards;
    ///
    /// impl Group<Nic> for Cards {
    ///     type Key = u32;
    ///     type Value<'group> = Card<'group>;
    /// }
    ///
    /// fn card<'g>(cx: &Bringup<'g, '_, Nic>, index: u32) -> Result<Card<'g>> {
    ///     Ok(Card {
    ///         functions: cx.inner_groups()?,
    ///         port: cx.port(index, PortAttrs::new(Flavour::Virtual), Connector(index))?,
    ///     })
    /// }
    ///
    /// #[vtable]
    /// impl Driver for Nic {
    ///     type Device = faux::Device<Bound>;
    ///     type Data<'bound> = ();
    ///     type Up<'up> = ();
    ///
    ///     fn probe<'bound>(
    ///         _: &'bound Self::Device,
    ///         _: &Setup<'bound, Self>,
    ///     ) -> impl PinInit<(), Error> {
    ///         Ok::<_, Error>(())
    ///     }
    ///
    ///     fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result {
    ///         // One that is always there,
    ///         let Card { functions, port } = card(cx, 0)?;
    ///         functions.add(cx, 0, port, function)?;
    ///         // and one that goes with a function that was removed.
    ///         let cards = cx.groups::<Cards>()?;
    ///         cards.add(cx, 1, |cx| card(cx, 1))?;
    ///         cards
    ///             .get(cx, 1, |card| {
    ///                 card.functions.add(cx, 0, card.port, function)?;
    ///                 card.functions.remove(cx, 0)
    ///             })
    ///             .ok_or(ENODEV)??;
    ///         cards.remove(cx, 1)?;
    ///         // Somebody could still look at it.
    ///         assert_eq!(FUNCTIONS[1].load(Relaxed), 1);
    ///         Ok(())
    ///     }
    /// }
    ///
    /// let nic = devlink::faux::Registration::<Nic>::new(c"nic_with_cards")?;
    /// assert_eq!(FUNCTIONS.each_ref().map(|count| count.load(Relaxed)), [1, 0]);
    /// drop(nic);
    /// assert_eq!(FUNCTIONS[0].load(Relaxed), 0);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn inner_groups<G: Group<T>>(&self) -> Result<InnerGroups<'s, T, G>> {
        Ok(InnerGroups {
            groups: self.make_groups(Some(self.objects().into()))?,
            _exactly: PhantomData,
        })
    }
}

// The objects of a group are unregistered before those for `'s` that were there when it was made:
// with each group that is added the place becomes the last object for `'s`.
//
// The values of groups are dropped with those of the objects for `'s`, or before: while all of
// these have their memory. What is borrowed for `'s` of something else ends later.
impl<'s, T: Driver, G: Group<T>> InnerGroups<'s, T, G> {
    /// As [`Groups::add`], where `make` gets what it needs of what lives for `'s`: it is to be a
    /// function, as the compiler does not see in a closure that this lives for `'g`, too.
    pub fn add<'bound, C, F>(&self, cx: &Locked<'bound, T>, key: G::Key, with: C, make: F) -> Result
    where
        F: for<'g> FnOnce(&Bringup<'g, 'bound, T>, Within<'g, 's>, C) -> Result<G::Value<'g>>,
    {
        self.groups.add(cx, key, |cx| {
            // SAFETY: `make` is generic over the lifetime, and does not know which one it gets.
            // What it makes of it is not dropped later than what it borrows, as said above.
            unsafe { erased::<T, G>(make(relabeled(cx), Within(PhantomData), with)) }
        })
    }

    /// As [`Groups::add_on`], with a function as for [`add`](Self::add).
    pub fn add_on<'bound, C, P: PortOps<T>, F>(
        &self,
        cx: &Locked<'bound, T>,
        key: G::Key,
        port: Port<'_, T, P>,
        with: C,
        make: F,
    ) -> Result
    where
        F: for<'g> FnOnce(&OnPort<'_, 'g, 'bound, T>, Within<'g, 's>, C) -> Result<G::Value<'g>>,
    {
        self.groups.add_on(cx, key, port, |on| {
            // SAFETY: As in `add`.
            unsafe { erased::<T, G>(make(relabeled_port(on), Within(PhantomData), with)) }
        })
    }
}

/// What makes objects of a group, with another name for its lifetime: the compiler does not know
/// that `'s` does not end before `'g`, and cannot be told.
///
/// # Safety
///
/// Whoever gets it is generic over the lifetime.
unsafe fn relabeled<'a, 's, 'bound, T: Driver>(
    cx: &'a Bringup<'_, 'bound, T>,
) -> &'a Bringup<'s, 'bound, T> {
    // SAFETY: Types that differ in lifetimes only are the same in memory; the caller sees to these.
    unsafe { &*ptr::from_ref(cx).cast() }
}

/// The same, for objects of a port.
///
/// # Safety
///
/// As for [`relabeled`].
unsafe fn relabeled_port<'a, 's, 'bound, T: Driver>(
    on: &'a OnPort<'_, '_, 'bound, T>,
) -> &'a OnPort<'a, 's, 'bound, T> {
    // SAFETY: As in `relabeled`.
    unsafe { &*ptr::from_ref(on).cast() }
}

/// A group's value, with the name that its lifetime had.
///
/// # Safety
///
/// It was made with the same lifetime under another name.
unsafe fn erased<'s, 'g, T: Driver, G: Group<T>>(
    value: Result<G::Value<'s>>,
) -> Result<G::Value<'g>> {
    let value = ManuallyDrop::new(value?);
    // SAFETY: Types that differ in lifetimes only are the same in memory. What was moved out is not
    // dropped here.
    Ok(unsafe { ptr::from_ref(&*value).cast::<G::Value<'g>>().read() })
}

impl<'s, T: Driver, G: Group<T>> Deref for InnerGroups<'s, T, G> {
    type Target = Groups<'s, T, G>;

    fn deref(&self) -> &Self::Target {
        &self.groups
    }
}
