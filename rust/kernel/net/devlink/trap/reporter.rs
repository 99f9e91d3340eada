// SPDX-License-Identifier: GPL-2.0

//! What reports packets and lives longer than the traps.

use super::{
    desc::TrapDesc,
    list::{
        State,
        TrapList,
        TrapTable, //
    },
    report::TrapOrigin,
    table::TrapKey,
    TrapAction,
    TrapDriver, //
};

use crate::{
    net::{
        devlink::{
            instance::{
                Locked,
                Setup, //
            },
            object::{
                Handle,
                Kind, //
            },
        },
        skbuff::SkBuff, //
    },
    prelude::*,
    sync::{
        atomic::{
            Acquire,
            Atomic,
            Relaxed,
            Release, //
        },
        rcu,
        Arc, //
    },
};

use core::{
    marker::PhantomData,
    ptr,
    ptr::NonNull, //
};

/// Reporters as objects of an instance.
pub(super) struct ReporterKind;

/// Who knows a list of traps.
///
/// # Invariants
///
/// The list is valid as long as it is here, and for a grace period of RCU after that.
pub(super) struct ReporterState {
    list: Atomic<*mut State<TrapDesc>>,
}

impl ReporterState {
    /// One that knows no list.
    pub(super) fn new() -> Self {
        ReporterState {
            // INVARIANT: There is no list.
            list: Atomic::new(ptr::null_mut()),
        }
    }

    /// From now on it knows `list`, which is registered.
    pub(super) fn set(&self, list: &State<TrapDesc>) {
        // INVARIANT: The list takes itself out when it is closed, and is freed after a grace period
        // that the core waits for then.
        self.list.store(ptr::from_ref(list).cast_mut(), Release);
    }

    /// From now on it knows none.
    pub(super) fn clear(&self) {
        self.list.store(ptr::null_mut(), Relaxed);
    }

    /// Whether it knows none.
    fn is_free(&self) -> bool {
        self.list.load(Relaxed).is_null()
    }

    /// Calls `f` with the list; `None` if it knows none.
    fn with<R>(&self, f: impl FnOnce(&State<TrapDesc>) -> R) -> Option<R> {
        let _rcu = rcu::read_lock();
        // SAFETY: By the type invariants the list is valid as long as the RCU read-side section, in
        // which it was found.
        unsafe { self.list.load(Acquire).as_ref() }.map(f)
    }
}

impl Kind for ReporterKind {
    type State = ReporterState;

    /// The lists went with the device, and took themselves out.
    unsafe fn unregister(_reporter: *mut ReporterState) {}
}

/// Reports packets from where there may be no traps: something that lives as long as the binding,
/// such as what handles interrupts in `Driver::Data`, does so for a table that exists only while
/// the device is up.
///
/// # Examples
///
/// ```
/// use kernel::{
///     net::{
///         devlink::{
///             self,
///             Bringup,
///             FlowActionCookie,
///             Pinned,
///             Setup,
///             TrapAction,
///             TrapDriver,
///             TrapOps,
///             TrapOrigin,
///             TrapReporter,
///             Traps,
///             Why, //
///         },
///         netlink::extack::Extack,
///         skbuff::SkBuff, //
///     },
///     prelude::*, //
/// };
/// # use kernel::{device::Bound, faux};
///
/// kernel::devlink_traps! {
///     enum Group: groups {
///         Acl = generic(ACL_DROPS);
///     }
///
///     enum Packet: traps {
///         Refused = generic(INGRESS_FLOW_ACTION_DROP), Trap, group(Group::Acl),
///             metadata(IN_PORT, FLOW_ACTION_COOKIE);
///     }
/// }
///
/// struct Nic;
///
/// struct Data<'bound>(TrapReporter<'bound, Nic, Packet>);
///
/// impl Data<'_> {
///     /// Where the device gives a packet to the CPU. Returns whether anybody was told.
///     fn receive(&self) -> Result<bool> {
///         let mut skb = SkBuff::new(64, GFP_ATOMIC)?;
///         skb.reset_mac_header();
///         skb.put(60)?;
///         let rule = FlowActionCookie::new(&[0xc0, 0x0c, 0x1e], GFP_ATOMIC)?;
///         let origin = TrapOrigin::UNKNOWN.cookie(&rule);
///         Ok(self.0.report(Packet::Refused, &mut skb, origin))
///     }
/// }
///
/// struct Up<'up>(&'up Data<'up>);
///
/// impl Drop for Up<'_> {
///     fn drop(&mut self) {
///         // The device goes down, and its traps are not registered any more.
///         assert_eq!(self.0.receive(), Ok(false));
///     }
/// }
///
/// # impl TrapDriver for Nic {
/// #     type Trap<'up> = ();
/// #     type Group<'up> = ();
/// #     type Policer<'up> = ();
/// # }
/// # #[vtable]
/// # impl TrapOps<Nic> for () {
/// #     fn set_action(&self, _: &Pinned<'_, Nic>, _: TrapAction, _: Extack<'_>) -> Result {
/// #         Ok(())
/// #     }
/// # }
/// #[vtable]
/// impl devlink::Driver for Nic {
///     type Device = faux::Device<Bound>;
///     type Data<'bound> = Data<'bound>;
///     type Up<'up> = Up<'up>;
///
///     const TRAPS: Traps<Self> = Traps::of();
///
///     fn probe<'bound>(
///         _: &'bound Self::Device,
///         setup: &Setup<'bound, Self>,
///     ) -> impl PinInit<Data<'bound>, Error> {
///         setup.trap_reporter().map(Data)
///     }
///
///     fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Up<'up>> {
///         cx.trap_groups(|_: Group| Ok(()))?;
///         let traps = cx.traps(|_| Ok(()))?;
///         assert_eq!(cx.data().receive(), Ok(false));
///         traps.attach(cx, cx.data().0)?;
///         assert_eq!(cx.data().receive(), Ok(true));
///         Ok(Up(cx.data()))
///     }
/// }
///
/// # drop(devlink::faux::Registration::<Nic>::new(c"trap_reporter_nic")?);
/// # Ok::<(), Error>(())
/// ```
pub struct TrapReporter<'bound, T: TrapDriver, K: TrapKey<Desc = TrapDesc>> {
    handle: Handle<'bound, T, ReporterKind, ()>,
    _keys: PhantomData<fn(K)>,
}

impl<T: TrapDriver, K: TrapKey<Desc = TrapDesc>> Clone for TrapReporter<'_, T, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: TrapDriver, K: TrapKey<Desc = TrapDesc>> Copy for TrapReporter<'_, T, K> {}

impl<'bound, T: TrapDriver> Setup<'bound, T> {
    /// What reports packets for a table that is [attached](TrapTable::attach) to it.
    pub fn trap_reporter<K: TrapKey<Desc = TrapDesc>>(&self) -> Result<TrapReporter<'bound, T, K>> {
        let node = self
            .objects()
            .add::<ReporterKind, ()>(ReporterState::new(), (), |_| Ok(()))?;
        Ok(TrapReporter {
            // SAFETY: The objects are those of `'bound`, and of that instance.
            handle: unsafe { Handle::new(node, self.devlink()) },
            _keys: PhantomData,
        })
    }
}

impl<T: TrapDriver, K: TrapKey<Desc = TrapDesc>> TrapReporter<'_, T, K> {
    fn state(&self) -> &ReporterState {
        // SAFETY: The state is valid as long as the handle, and only used by reference.
        unsafe { &*self.handle.state() }
    }

    /// As [`Trap::report`](super::Trap::report), if the table is there.
    pub fn report(&self, key: K, skb: &mut SkBuff, origin: TrapOrigin<'_>) -> bool {
        self.state()
            .with(|list| list.report(key.into(), skb, origin))
            .unwrap_or(false)
    }

    /// What happens to the packets of that trap; [`TrapAction::Drop`] if the table is not there.
    /// Can be called in any context.
    pub fn action(&self, key: K) -> TrapAction {
        self.state()
            .with(|list| list.action(key.into()))
            .unwrap_or(TrapAction::Drop)
    }
}

impl<'up, T: TrapDriver, K: TrapKey<Desc = TrapDesc>> TrapTable<'up, T, K> {
    /// Lets `reporter` report for the table until it is unregistered.
    ///
    /// Fails with `EBUSY` if the reporter or the table has another, with `ENODEV` if the table is
    /// not registered any more, with `EINVAL` if one of them is of another instance.
    pub fn attach(&self, cx: &Locked<'_, T>, reporter: TrapReporter<'up, T, K>) -> Result {
        let list = self.list.state();
        if list.devlink != cx.devlink() || !reporter.handle.is_of(cx) {
            return Err(EINVAL);
        }
        if !list.is_registered() {
            return Err(ENODEV);
        }
        let state = reporter.state();
        if list.shared.reporter.get().is_some() || !state.is_free() {
            return Err(EBUSY);
        }
        list.shared.reporter.set(Some(NonNull::from(state)));
        state.set(list);
        Ok(())
    }
}

/// Reports packets for a list of traps as long as that is registered, and can be kept longer: it
/// borrows nothing. For what has no lifetime, such as an [`OwnedWork`] or a timer, also of lists
/// that come and go.
///
/// # Examples
///
/// What the device gives to the CPU is looked for in softirq:
///
/// ```
/// use kernel::{
///     net::{
///         devlink::{
///             self,
///             Bringup,
///             Pinned,
///             Setup,
///             TrapAction,
///             TrapDriver,
///             TrapListReporter,
///             TrapOps,
///             TrapOrigin,
///             Traps,
///             Why, //
///         },
///         netlink::extack::Extack,
///         skbuff::SkBuff, //
///     },
///     prelude::*,
///     sync::atomic::{
///         Atomic,
///         Relaxed, //
///     },
///     workqueue::{
///         system_bh,
///         work_class,
///         OwnedWork,
///         Queue,
///         Schedulable,
///         Task, //
///     },
/// };
/// # use kernel::{device::Bound, faux};
///
/// kernel::devlink_traps! {
///     enum Group: groups {
///         L2 = generic(L2_DROPS);
///     }
///
///     enum Packet: traps {
///         Loop = generic(PORT_LOOPBACK_FILTER), Trap, group(Group::L2);
///         Vlan = generic(INGRESS_VLAN_FILTER), Drop, group(Group::L2);
///     }
/// }
///
/// /// Of each trap the device has one packet whenever it is looked at.
/// struct Receiver {
///     traps: TrapListReporter,
///     reported: Atomic<u32>,
/// }
///
/// impl Task for Receiver {
///     fn run(work: &Schedulable<Self>) {
///         let Ok(mut skb) = SkBuff::new(64, GFP_ATOMIC) else {
///             return;
///         };
///         for trap in 0..work.traps.len() {
///             if work.traps.report(trap, &mut skb, TrapOrigin::UNKNOWN) {
///                 work.reported.add(1, Relaxed);
///             }
///         }
///     }
///
///     fn queue(&self) -> &Queue {
///         system_bh()
///     }
/// }
///
/// struct Up(Pin<KBox<OwnedWork<Receiver>>>);
///
/// impl Drop for Up {
///     fn drop(&mut self) {
///         // The traps are not registered any more.
///         self.0.schedule();
///         self.0.flush();
///         assert_eq!(self.0.reported.load(Relaxed), 1);
///     }
/// }
///
/// fn up(cx: &Bringup<'_, '_, Nic>) -> Result<Up> {
///     cx.trap_groups(|_: Group| Ok(()))?;
///     let receiver = Receiver {
///         traps: cx.traps(|_: Packet| Ok(()))?.list().reporter(),
///         reported: Atomic::new(0),
///     };
///     let work = KBox::pin_init(
///         OwnedWork::new(receiver, work_class!("receiver")),
///         GFP_KERNEL,
///     )?;
///     work.schedule();
///     work.flush();
///     // The other drops its packets.
///     assert_eq!(work.reported.load(Relaxed), 1);
///     Ok(Up(work))
/// }
///
/// # struct Nic;
/// # impl TrapDriver for Nic {
/// #     type Trap<'up> = ();
/// #     type Group<'up> = ();
/// #     type Policer<'up> = ();
/// # }
/// # #[vtable]
/// # impl TrapOps<Nic> for () {
/// #     fn set_action(&self, _: &Pinned<'_, Nic>, _: TrapAction, _: Extack<'_>) -> Result {
/// #         Ok(())
/// #     }
/// # }
/// # #[vtable]
/// # impl devlink::Driver for Nic {
/// #     type Device = faux::Device<Bound>;
/// #     type Data<'bound> = ();
/// #     type Up<'up> = Up;
/// #     const TRAPS: Traps<Self> = Traps::of();
/// #     fn probe<'bound>(
/// #         _: &'bound Self::Device,
/// #         _: &Setup<'bound, Self>,
/// #     ) -> impl PinInit<(), Error> {
/// #         Ok::<_, Error>(())
/// #     }
/// #     fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Up> {
/// #         up(cx)
/// #     }
/// # }
/// # drop(devlink::faux::Registration::<Nic>::new(c"trap_list_reporter_nic")?);
/// # Ok::<(), Error>(())
/// ```
///
/// [`OwnedWork`]: crate::workqueue::OwnedWork
#[derive(Clone)]
pub struct TrapListReporter {
    state: Arc<ReporterState>,
    len: usize,
}

impl<T: TrapDriver> TrapList<'_, T> {
    /// What reports packets for these traps.
    pub fn reporter(&self) -> TrapListReporter {
        TrapListReporter {
            state: self.state().shared.own.clone(),
            len: self.len(),
        }
    }
}

impl TrapListReporter {
    /// How many traps the list has, or had.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has, or had, none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// As [`Trap::report`](super::Trap::report) for the trap at that position, if the list is
    /// registered.
    pub fn report(&self, position: usize, skb: &mut SkBuff, origin: TrapOrigin<'_>) -> bool {
        self.state
            .with(|list| list.report(position, skb, origin))
            .unwrap_or(false)
    }

    /// What happens to the packets of the trap at that position; [`TrapAction::Drop`] if the list
    /// is not registered. Can be called in any context.
    pub fn action(&self, position: usize) -> TrapAction {
        self.state
            .with(|list| list.action(position))
            .unwrap_or(TrapAction::Drop)
    }
}
