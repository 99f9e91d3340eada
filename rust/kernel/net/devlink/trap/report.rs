// SPDX-License-Identifier: GPL-2.0

//! Reports of packets that were trapped.

use super::{
    desc::TrapDesc,
    list::{
        State,
        Trap,
        TrapTable, //
    },
    table::TrapKey,
    TrapAction,
    TrapDriver, //
};

use crate::{
    alloc::Flags,
    bindings,
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
            port::{
                Port,
                PortOps, //
            },
            Driver, //
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
        rcu, //
    },
};

use core::{
    cell::{
        Cell,
        UnsafeCell, //
    },
    marker::PhantomData,
    ptr,
    ptr::NonNull,
    slice, //
};

/// What changes of a trap.
pub struct TrapSlot {
    /// What a core wants back in a report. Set when the trap is registered, before the list's gate
    /// is opened, and not changed while it is open.
    context: Cell<*mut c_void>,
    /// `enum devlink_trap_action`.
    action: Atomic<u32>,
}

impl TrapSlot {
    pub(super) fn new(action: TrapAction) -> Self {
        TrapSlot {
            context: Cell::new(ptr::null_mut()),
            action: Atomic::new(action.to_c()),
        }
    }

    pub(super) fn set_context(&self, context: *mut c_void) {
        self.context.set(context);
    }

    pub(super) fn set_action(&self, action: TrapAction) {
        self.action.store(action.to_c(), Relaxed);
    }

    fn action(&self) -> TrapAction {
        TrapAction::from_c(self.action.load(Relaxed)).unwrap_or(TrapAction::Drop)
    }
}

/// Whether packets can be reported for the traps of a list.
pub struct Gate {
    open: Atomic<bool>,
    /// Who else knows the list.
    reporter: Cell<Option<NonNull<ReporterState>>>,
    /// What a core is told about packets of which the driver does not know the port: one without
    /// netdev, which is never registered. A core takes its lock.
    no_port: KBox<UnsafeCell<bindings::devlink_port>>,
}

impl Gate {
    /// One that is closed.
    pub(super) fn new() -> Result<Self> {
        let no_port = KBox::new(UnsafeCell::new(pin_init::zeroed()), GFP_KERNEL)?;
        let port: *mut bindings::devlink_port = no_port.get();
        // SAFETY: The port is valid, nobody uses it yet, and its memory does not move.
        unsafe {
            bindings::__spin_lock_init(
                &raw mut (*port).type_lock,
                c"devlink_trap_no_port".as_char_ptr(),
                crate::static_lock_class!().as_ptr(),
            )
        };
        Ok(Gate {
            open: Atomic::new(false),
            reporter: Cell::new(None),
            no_port,
        })
    }
}

impl State<TrapDesc> {
    /// From now on packets can be reported: all traps are registered.
    pub(super) fn open(&self) {
        self.shared.open.store(true, Release);
    }

    /// From now on no report begins. When a grace period has passed, none goes on.
    pub(super) fn close(&self) {
        if let Some(reporter) = self.shared.reporter.take() {
            // SAFETY: A reporter lives longer than what is reported for.
            unsafe { reporter.as_ref() }
                .list
                .store(ptr::null_mut(), Relaxed);
        }
        self.shared.open.store(false, Relaxed);
    }

    /// Reports a packet for the trap at that position.
    fn report(&self, position: usize, skb: &mut SkBuff, origin: TrapOrigin<'_>) -> bool {
        let _rcu = rcu::read_lock();
        if !self.shared.open.load(Acquire) {
            return false;
        }
        let Some(slot) = self.slots().get(position) else {
            return false;
        };
        if slot.action() == TrapAction::Drop {
            return false;
        }
        let port = origin
            .port
            .map_or(self.shared.no_port.get(), |port| port.as_ptr());
        let cookie = origin
            .cookie
            .map_or(ptr::null(), |cookie| cookie.0.as_ptr().cast_const());
        // SAFETY: The gate was open inside this RCU read-side section, so the traps were registered
        // then, and the context is that of one. They are unregistered after the gate was closed and
        // a grace period, which waits for this section. The instance lives longer, and the packet,
        // the port and the cookie are borrowed.
        unsafe {
            bindings::devlink_trap_report_bh(
                self.devlink.as_ptr(),
                skb.as_raw(),
                slot.context.get(),
                port,
                cookie,
            )
        };
        true
    }
}

impl<T: TrapDriver> Trap<'_, T> {
    /// What happens to its packets. Can be called in any context.
    pub fn action(&self) -> TrapAction {
        self.state().slots()[self.position()].action()
    }

    /// Reports a packet: devlink counts it, and those who watch drops are told
    /// (`devlink_trap_report()`).
    ///
    /// Can be called in any context but with interrupts off. Returns whether it was reported: not
    /// if the trap drops its packets, nor while the device comes up or goes down and the trap is
    /// not registered. The packet is the caller's as before.
    pub fn report(&self, skb: &mut SkBuff, origin: TrapOrigin<'_>) -> bool {
        self.state().report(self.position(), skb, origin)
    }
}

/// Where a packet that is reported came from.
#[derive(Copy, Clone)]
pub struct TrapOrigin<'a> {
    port: Option<NonNull<bindings::devlink_port>>,
    cookie: Option<&'a FlowActionCookie>,
    _port: PhantomData<&'a ()>,
}

impl<'a> TrapOrigin<'a> {
    /// From where the driver does not know.
    pub const UNKNOWN: Self = TrapOrigin {
        port: None,
        cookie: None,
        _port: PhantomData,
    };

    /// It came in by that port. For traps with
    /// [`TrapMetadata::IN_PORT`](super::TrapMetadata::IN_PORT).
    pub fn port<T: Driver, P: PortOps<T> + 'a>(mut self, port: &Port<'a, T, P>) -> Self {
        self.port = Some(port.raw());
        self
    }

    /// It was trapped by the flow action of that cookie. For traps with
    /// [`TrapMetadata::FLOW_ACTION_COOKIE`](super::TrapMetadata::FLOW_ACTION_COOKIE).
    pub fn cookie(mut self, cookie: &'a FlowActionCookie) -> Self {
        self.cookie = Some(cookie);
        self
    }
}

/// What who made a flow action knows it by (`struct flow_action_cookie`).
///
/// # Invariants
///
/// The cookie is valid, not changed, and this is its only owner.
pub struct FlowActionCookie(NonNull<bindings::flow_action_cookie>);

// SAFETY: A cookie belongs to no task.
unsafe impl Send for FlowActionCookie {}

// SAFETY: A cookie is not changed.
unsafe impl Sync for FlowActionCookie {}

impl FlowActionCookie {
    /// The cookie of these bytes (`flow_action_cookie_create()`). Can be called in any context that
    /// `flags` are for.
    pub fn new(bytes: &[u8], flags: Flags) -> Result<Self> {
        let len = u32::try_from(bytes.len()).map_err(|_| EINVAL)?;
        // SAFETY: The bytes are copied, and not written to.
        let cookie = unsafe {
            bindings::flow_action_cookie_create(
                bytes.as_ptr().cast_mut().cast(),
                len,
                flags.as_raw(),
            )
        };
        // INVARIANT: It was made just now.
        Ok(FlowActionCookie(NonNull::new(cookie).ok_or(ENOMEM)?))
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        let cookie = self.0.as_ptr();
        // SAFETY: By the type invariants; the bytes follow the structure.
        unsafe { slice::from_raw_parts((*cookie).cookie.as_ptr(), (*cookie).cookie_len as usize) }
    }
}

impl Drop for FlowActionCookie {
    fn drop(&mut self) {
        // SAFETY: By the type invariants, and it is not used again.
        unsafe { bindings::flow_action_cookie_destroy(self.0.as_ptr()) }
    }
}

/// Reporters as objects of an instance.
pub(super) struct ReporterKind;

/// # Invariants
///
/// The list is valid as long as it is here, and for a grace period of RCU after that.
pub(super) struct ReporterState {
    list: Atomic<*mut State<TrapDesc>>,
}

impl Kind for ReporterKind {
    type State = ReporterState;

    /// The lists went with the device, and took themselves out.
    unsafe fn unregister(_reporter: *mut ReporterState) {}
}

/// Reports packets from where there may be no traps: something that lives as long as the binding,
/// such as what handles interrupts in [`Driver::Data`], does so for a table that exists only while
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
        let state = ReporterState {
            // INVARIANT: There is no list.
            list: Atomic::new(ptr::null_mut()),
        };
        let node = self
            .objects()
            .add::<ReporterKind, ()>(state, (), |_| Ok(()))?;
        Ok(TrapReporter {
            // SAFETY: The objects are those of `'bound`.
            handle: unsafe { Handle::new(node) },
            _keys: PhantomData,
        })
    }
}

impl<T: TrapDriver, K: TrapKey<Desc = TrapDesc>> TrapReporter<'_, T, K> {
    fn state(&self) -> &ReporterState {
        // SAFETY: The state is valid as long as the handle, and only used by reference.
        unsafe { &*self.handle.state() }
    }

    /// As [`Trap::report`], if the table is there.
    pub fn report(&self, key: K, skb: &mut SkBuff, origin: TrapOrigin<'_>) -> bool {
        let _rcu = rcu::read_lock();
        let list = self.state().list.load(Acquire);
        // SAFETY: By the invariants of the state the list is valid as long as the RCU read-side
        // section, in which it was found.
        match unsafe { list.as_ref() } {
            Some(list) => list.report(key.into(), skb, origin),
            None => false,
        }
    }

    /// What happens to the packets of that trap; [`TrapAction::Drop`] if the table is not there.
    /// Can be called in any context.
    pub fn action(&self, key: K) -> TrapAction {
        let _rcu = rcu::read_lock();
        let list = self.state().list.load(Acquire);
        // SAFETY: As in `report`.
        unsafe { list.as_ref() }
            .and_then(|list| list.slots().get(key.into()))
            .map_or(TrapAction::Drop, TrapSlot::action)
    }
}

impl<'up, T: TrapDriver, K: TrapKey<Desc = TrapDesc>> TrapTable<'up, T, K> {
    /// Lets `reporter` report for the table until it is unregistered.
    ///
    /// Fails with `EBUSY` if the reporter or the table has another, with `ENODEV` if the table is
    /// not registered any more.
    pub fn attach(&self, cx: &Locked<'_, T>, reporter: TrapReporter<'up, T, K>) -> Result {
        let list = self.list.state();
        if list.devlink != cx.devlink() || !list.is_registered() {
            return Err(ENODEV);
        }
        let state = reporter.state();
        if list.shared.reporter.get().is_some() || !state.list.load(Relaxed).is_null() {
            return Err(EBUSY);
        }
        list.shared.reporter.set(Some(NonNull::from(state)));
        // INVARIANT: The list takes itself out when it is closed, and is freed after a grace period
        // that the core waits for then.
        state.list.store(ptr::from_ref(list).cast_mut(), Release);
        Ok(())
    }
}
