// SPDX-License-Identifier: GPL-2.0

//! Netdevs of ports.

use super::{
    port_type::is_vacant,
    OnPort, //
};

use crate::{
    bindings,
    net::{
        device::{
            EtherDevice,
            NetDevice,
            Operations,
            Owned,
            Place,
            Settings, //
        },
        devlink::{
            instance::Locked,
            object::{
                Handle,
                Kind, //
            },
            Driver, //
        },
    },
    prelude::*, //
};

use core::ptr::NonNull;

/// Netdevs as objects of an instance.
struct NetdevKind;

impl Kind for NetdevKind {
    type State = NonNull<bindings::net_device>;

    unsafe fn unregister(device: *mut Self::State) {
        // SAFETY: The state is valid, and the device is registered. Its value, which owns it, goes
        // later.
        unsafe { bindings::unregister_netdev((*device).as_ptr()) };
    }
}

/// The netdev of a port, with the driver's own part `N`. See [`OnPort::netdev`].
///
/// # Examples
///
/// A netdev that counts in what lasts as long as the binding, and that the driver restarts:
///
/// ```
/// use kernel::{
///     device::Bound,
///     faux,
///     net::{
///         device::{
///             Frame,
///             Opening,
///             Operations,
///             QueueStats,
///             Settings,
///             Stats,
///             Transmit,
///             TxQueue, //
///         },
///         devlink::{
///             self,
///             Bringup,
///             Driver,
///             Flavour,
///             Netdev,
///             PortAttrs,
///             Setup,
///             Why, //
///         },
///         netlink::extack::Extack, //
///     },
///     prelude::*, //
/// };
///
/// /// The driver's part of a netdev.
/// struct Plug<'up> {
///     sent: &'up QueueStats,
/// }
///
/// #[vtable]
/// impl<'up> Operations for Plug<'up> {
///     type Open<'open>
///         = ()
///     where
///         Self: 'open;
///     type Sender<'open>
///         = Sender<'open>
///     where
///         Self: 'open;
///
///     fn open<'open>(&'open self, cx: &mut Opening<'open, Self>) -> Result<()> {
///         let (slot, _) = cx.tx_queue()?;
///         cx.sender(slot, Sender(self.sent));
///         Ok(())
///     }
///
///     fn stats(&self, stats: &mut Stats<'_>) {
///         stats.sent(self.sent);
///     }
/// }
///
/// struct Sender<'open>(&'open QueueStats);
///
/// impl Transmit for Sender<'_> {
///     fn start_xmit(&mut self, _: &mut TxQueue<'_>, frame: Frame<'_>) {
///         self.0.add(1, frame.take().len());
///     }
/// }
///
/// struct Nic;
///
/// struct Up<'up> {
///     netdev: Netdev<'up, Nic, Plug<'up>>,
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
///         let plug = Plug { sent: cx.data() };
///         let netdev = cx.on(port).netdev(&Settings::new(c"rust_plug%d"), plug)?;
///         let device = netdev.device(cx);
///
///         // What users do.
///         # use kernel::net::device::testing;
///         testing::bring_up(device)?;
///         testing::send(device, &[0xff; 60])?;
///         // What a reporter would do to recover.
///         device.with_rtnl(|rtnl| rtnl.restart())?;
///         testing::send(device, &[0xff; 60])?;
///         assert!(cx.data().packets() >= 2);
///         assert_eq!(testing::stats(device).tx_packets, cx.data().packets());
///         // It is taken down before it goes with what is up.
///         Ok(Up { netdev })
///     }
/// }
///
/// drop(devlink::faux::Registration::<Nic>::new(c"nic_with_plug")?);
/// # Ok::<(), Error>(())
/// ```
pub struct Netdev<'s, T: Driver, N: Operations>(Handle<'s, T, NetdevKind, Owned<N>>);

impl<T: Driver, N: Operations> Clone for Netdev<'_, T, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Driver, N: Operations> Copy for Netdev<'_, T, N> {}

impl<'s, T: Driver, N: Operations> Netdev<'s, T, N> {
    /// Whether `device` is this one, for listeners. Works in any context.
    pub fn is(&self, device: &NetDevice) -> bool {
        // SAFETY: The state is valid while the handle exists, and does not change.
        unsafe { (*self.0.state()).as_ptr() == device.as_raw() }
    }

    /// The driver's part.
    pub fn get<'a>(&self, cx: &'a Locked<'_, T>) -> &'a N
    where
        's: 'a,
    {
        self.0.get(cx).device().value()
    }

    /// The device.
    pub fn device<'a>(&self, cx: &'a Locked<'_, T>) -> &'a EtherDevice<N>
    where
        's: 'a,
    {
        self.0.get(cx).device()
    }
}

impl<'s, T: Driver> OnPort<'_, 's, '_, T> {
    /// Registers the port's netdev, as a child of the instance's device and in the instance's
    /// namespace (`SET_NETDEV_DEVLINK_PORT()`, `register_netdev()`): the port is an Ethernet port
    /// from then until the netdev is unregistered, when the group or the device goes.
    ///
    /// Operations can run before this returns. They can hold handles and borrow what lives for
    /// `'s`.
    ///
    /// Takes RTNL, as does the end, which waits until nobody refers to the netdev any more. No
    /// operation and no [listener](crate::net::notifier) must wait for the instance lock, then.
    ///
    /// Fails with `EBUSY` if the port has a type already, with `EINVAL` for one of a flavour that
    /// has no netdev, and as [`net::device::Registration::new`] does.
    ///
    /// [`net::device::Registration::new`]: crate::net::device::Registration::new
    ///
    /// # Examples
    ///
    /// A port that a user can make an Ethernet port, and one of another type:
    ///
    /// ```
    /// use kernel::{
    ///     device::Bound,
    ///     faux,
    ///     net::{
    ///         device::{
    ///             Opening,
    ///             Operations,
    ///             Settings, //
    ///         },
    ///         devlink::{
    ///             self,
    ///             Bringup,
    ///             Driver,
    ///             Flavour,
    ///             Group,
    ///             Groups,
    ///             Locked,
    ///             Netdev,
    ///             OnPort,
    ///             Port,
    ///             PortAttrs,
    ///             PortOps,
    ///             PortType,
    ///             Setup,
    ///             Why, //
    ///         },
    ///         netlink::extack::Extack, //
    ///     },
    ///     prelude::*, //
    /// };
    ///
    /// struct Nic;
    ///
    /// /// A netdev that never sends.
    /// struct Sink;
    ///
    /// #[vtable]
    /// impl Operations for Sink {
    ///     type Open<'open> = ();
    ///     type Sender<'open> = core::convert::Infallible;
    ///
    ///     fn open<'open>(&'open self, _: &mut Opening<'open, Self>) -> Result<()> {
    ///         Ok(())
    ///     }
    /// }
    ///
    /// /// What is behind a port.
    /// struct Attached;
    ///
    /// impl Group<Nic> for Attached {
    ///     type Key = u32;
    ///     type Value<'group> = Option<Netdev<'group, Nic, Sink>>;
    /// }
    ///
    /// struct Up<'up> {
    ///     port: Port<'up, Nic, Connector>,
    ///     attached: Groups<'up, Nic, Attached>,
    /// }
    ///
    /// /// What makes a port of that type of one that is of none.
    /// fn attach<'g>(
    ///     on: &OnPort<'_, 'g, '_, Nic>,
    ///     to: PortType,
    /// ) -> Result<Option<Netdev<'g, Nic, Sink>>> {
    ///     match to {
    ///         PortType::Eth | PortType::Auto => {
    ///             let netdev = on.netdev(&Settings::new(c"rust_nic%d"), Sink)?;
    ///             // There is a place for one device.
    ///             assert_eq!(on.infiniband(None), Err(EBUSY));
    ///             Ok(Some(netdev))
    ///         }
    ///         PortType::Ib => on.infiniband(None).map(|()| None),
    ///         PortType::NotSet => Ok(None),
    ///     }
    /// }
    ///
    /// struct Connector;
    ///
    /// #[vtable]
    /// impl PortOps<Nic> for Connector {
    ///     fn set_type(&self, cx: &Locked<'_, Nic>, index: u32, to: PortType) -> Result {
    ///         cx.up(|up| {
    ///             up.attached.remove(cx, index)?;
    ///             up.attached.add_on(cx, index, up.port, |on| attach(on, to))
    ///         })
    ///         .ok_or(ENODEV)?
    ///     }
    /// }
    ///
    /// #[vtable]
    /// impl Driver for Nic {
    ///     type Device = faux::Device<Bound>;
    ///     type Data<'bound> = ();
    ///     type Up<'up> = Up<'up>;
    ///
    ///     fn probe<'bound>(
    ///         _: &'bound Self::Device,
    ///         _: &Setup<'bound, Self>,
    ///     ) -> impl PinInit<(), Error> {
    ///         Ok::<_, Error>(())
    ///     }
    ///
    ///     fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Up<'up>> {
    ///         let attrs = PortAttrs::new(Flavour::Physical {
    ///             number: 0,
    ///             subport: None,
    ///         });
    ///         let too_early = cx.groups::<Attached>()?;
    ///         let port = cx.port(0, attrs, Connector)?;
    ///         assert_eq!(too_early.add_on(cx, 0, port, |_| Ok(None)), Err(EINVAL));
    ///         let attached = cx.groups()?;
    ///         attached.add_on(cx, 0, port, |on| attach(on, PortType::Auto))?;
    ///         let up = Up { port, attached };
    ///
    ///         let name = |up: &Up<'up>| {
    ///             up.attached.get(cx, 0, |netdev| {
    ///                 netdev.map(|netdev| netdev.device(cx).name())
    ///             })
    ///         };
    ///         assert!(matches!(name(&up), Some(Some(name)) if &*name == c"rust_nic0"));
    ///         // What a user does with `devlink port set ... type ib`.
    ///         up.attached.remove(cx, 0)?;
    ///         up.attached.add_on(cx, 0, port, |on| attach(on, PortType::Ib))?;
    ///         assert!(matches!(name(&up), Some(None)));
    ///         Ok(up)
    ///     }
    /// }
    ///
    /// drop(devlink::faux::Registration::<Nic>::new(c"nic_with_netdev")?);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn netdev<N: Operations + 's, E>(
        &self,
        settings: &Settings<'_>,
        netdev: impl PinInit<N, E>,
    ) -> Result<Netdev<'s, T, N>>
    where
        Error: From<E>,
    {
        let port = self.raw().as_ptr();
        // SAFETY: By the type invariants, and `self` says that the lock is held.
        unsafe { is_vacant(port)? };
        // SAFETY: The port is valid, and does not change its flavour.
        match unsafe { (*port).attrs.flavour } {
            // devlink has no name for these, and warns if it is asked for one.
            bindings::devlink_port_flavour_DEVLINK_PORT_FLAVOUR_CPU
            | bindings::devlink_port_flavour_DEVLINK_PORT_FLAVOUR_DSA
            | bindings::devlink_port_flavour_DEVLINK_PORT_FLAVOUR_UNUSED => return Err(EINVAL),
            _ => {}
        }
        let devlink = self.devlink().as_ptr();
        // SAFETY: The instance is valid. It has a reference to its device.
        let place = unsafe {
            Place {
                parent: bindings::devlink_to_dev(devlink),
                net: bindings::devlink_net(devlink),
                port,
            }
        };
        // SAFETY: The instance lock is held, so that the instance does not leave its namespace, and
        // that is not freed before. The instance and the port are there as long as the object.
        let owned = unsafe { Owned::new(settings, &place, netdev)? };
        let node = self
            .objects()
            .add::<NetdevKind, Owned<N>>(owned.as_raw(), owned, |node| {
                // SAFETY: It is new. `NetdevKind` unregisters it, while what lives for `'s` does.
                let result = unsafe { node.value().register() };
                // SAFETY: The port is there as long as the object, and the instance lock is held.
                if result.is_err() && unsafe { is_vacant(port).is_err() } {
                    // A device that was refused after devlink heard of it leaves its type behind.
                    // SAFETY: The port is registered.
                    unsafe { bindings::devlink_port_type_clear(port) };
                }
                result
            })?;
        // SAFETY: The objects are those of `'s`, and of that instance.
        Ok(Netdev(unsafe { Handle::new(node, self.devlink()) }))
    }
}
