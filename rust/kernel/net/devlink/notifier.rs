// SPDX-License-Identifier: GPL-2.0

//! Listeners to what happens to netdevs, as objects of an instance.

use super::{
    instance::Bringup,
    object::{
        Kind,
        Node, //
    },
    Driver, //
};

use crate::{
    bindings,
    net::{
        namespace::PassiveNet,
        notifier::{
            self,
            Listener, //
        }, //
    },
    prelude::*,
    types::Opaque, //
};

use core::{
    mem::offset_of,
    ptr::NonNull, //
};

/// Listeners as objects.
struct ListenerKind;

/// The block is the first field, so that C's pointer is one to this.
#[repr(C)]
struct ListenerState {
    block: Opaque<bindings::notifier_block>,
    net: Option<PassiveNet>,
}

impl Kind for ListenerKind {
    type State = ListenerState;

    unsafe fn unregister(state: *mut ListenerState) {
        // SAFETY: The state is valid.
        let state = unsafe { &*state };
        // SAFETY: `listen` registered the block there.
        unsafe { notifier::unregister(state.block.get(), &state.net) };
    }
}

impl<'up, T: Driver> Bringup<'up, '_, T> {
    /// Has `listener` hear what happens to the netdevs in the instance's namespace
    /// (`register_netdevice_notifier_net()`), until the group or the device goes.
    ///
    /// For bonds of the driver's own netdevs, for instance, see [`Netdev::is`](super::Netdev::is).
    /// A listener has RTNL and no proof. It leaves what needs one to [`Driver::work`], see
    /// [`Work::schedule`](super::Work::schedule); [`notifier`] says what it must not wait for.
    ///
    /// It hears of the netdevs that are there before this returns, and with `Unregister` of all
    /// when it ends. Fails with what it fails with when it hears of one that is there.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::{
    ///     device::Bound,
    ///     faux,
    ///     net::{
    ///         device::{
    ///             NetDevice,
    ///             Opening,
    ///             Operations,
    ///             Settings, //
    ///         },
    ///         devlink::{
    ///             self,
    ///             Bringup,
    ///             Driver,
    ///             Flavour,
    ///             PortAttrs,
    ///             Setup,
    ///             Why, //
    ///         },
    ///         netlink::extack::Extack,
    ///         notifier::{
    ///             Event,
    ///             Listener, //
    ///         }, //
    ///     },
    ///     prelude::*,
    ///     sync::atomic::{
    ///         Atomic,
    ///         Relaxed, //
    ///     }, //
    /// };
    ///
    /// struct Nic;
    ///
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
    /// /// Counts the driver's netdevs.
    /// struct Watch<'up>(&'up Atomic<u32>);
    ///
    /// impl Listener for Watch<'_> {
    ///     fn event(&self, device: &NetDevice, event: Event<'_>, _: Extack<'_>) -> Result {
    ///         if &*device.name() == c"rust_watched0" {
    ///             match event {
    ///                 Event::Register => {
    ///                     self.0.fetch_add(1, Relaxed);
    ///                 }
    ///                 Event::Unregister => {
    ///                     self.0.fetch_sub(1, Relaxed);
    ///                 }
    ///                 _ => {}
    ///             }
    ///         }
    ///         Ok(())
    ///     }
    /// }
    ///
    /// struct Data {
    ///     netdevs: Atomic<u32>,
    /// }
    ///
    /// impl Drop for Data {
    ///     fn drop(&mut self) {
    ///         // The netdev went before the listener.
    ///         assert_eq!(self.netdevs.load(Relaxed), 0);
    ///     }
    /// }
    ///
    /// #[vtable]
    /// impl Driver for Nic {
    ///     type Device = faux::Device<Bound>;
    ///     type Data<'bound> = Data;
    ///     type Up<'up> = ();
    ///
    ///     fn probe<'bound>(
    ///         _: &'bound Self::Device,
    ///         _: &Setup<'bound, Self>,
    ///     ) -> impl PinInit<Data, Error> {
    ///         Ok::<_, Error>(Data { netdevs: Atomic::new(0) })
    ///     }
    ///
    ///     fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result {
    ///         let netdevs = &cx.data().netdevs;
    ///         cx.listen(Watch(netdevs))?;
    ///         let port = cx.port(0, PortAttrs::new(Flavour::Virtual), ())?;
    ///         let settings = Settings::new(c"rust_watched%d");
    ///         let netdev = cx.on(port).netdev(&settings, Sink)?;
    ///         assert!(netdev.is(netdev.device(cx)));
    ///         assert_eq!(netdevs.load(Relaxed), 1);
    ///         Ok(())
    ///     }
    /// }
    ///
    /// drop(devlink::faux::Registration::<Nic>::new(c"nic_with_listener")?);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn listen<L: Listener + 'up>(&self, listener: L) -> Result {
        let net = NonNull::new(
            // SAFETY: The instance is valid.
            unsafe { bindings::devlink_net(self.devlink().as_ptr()) },
        )
        .ok_or(ENODEV)?;
        let state = ListenerState {
            block: Opaque::new(notifier::block(deliver::<L>)),
            // SAFETY: The instance lock is held, so that the instance does not leave its namespace,
            // and that is not freed before.
            net: Some(unsafe { PassiveNet::from_raw(net) }),
        };
        self.objects()
            .add::<ListenerKind, L>(state, listener, |node| {
                // SAFETY: The node is new and does not move; nobody else uses its state.
                let state = unsafe { &*node.state() };
                // SAFETY: The block is in the node, which does not move. `ListenerKind` unregisters
                // it before the listener is dropped, and while what lives for `'up` does.
                unsafe { notifier::register(state.block.get(), &state.net) }
            })?;
        Ok(())
    }
}

/// # Safety
///
/// Only to be called by the chain of notifiers, for a block that [`Bringup::listen`] made with a
/// listener of type `L`.
unsafe extern "C" fn deliver<L: Listener>(
    block: *mut bindings::notifier_block,
    event: c_ulong,
    info: *mut c_void,
) -> c_int {
    // SAFETY: The block is the first field of the state of a node, which exists until it was
    // unregistered.
    let node: &Node<ListenerKind, L> = unsafe { &*Node::of_state(block.cast()) };
    // SAFETY: The kernel calls the block that this is the function of, and waits for it.
    unsafe { notifier::hear(node.value(), event, info) }
}

const _: () = assert!(offset_of!(ListenerState, block) == 0);
