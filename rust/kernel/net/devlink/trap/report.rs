// SPDX-License-Identifier: GPL-2.0

//! Reports of packets that were trapped.

use super::{
    desc::TrapDesc,
    list::{
        State,
        Trap, //
    },
    registry::Lists,
    reporter::ReporterState,
    TrapAction,
    TrapDriver, //
};

use crate::{
    alloc::Flags,
    bindings,
    net::{
        devlink::{
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
        rcu,
        Arc, //
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
    /// Who knows the list while it is open.
    pub(super) own: Arc<ReporterState>,
    /// Who else knows it.
    pub(super) reporter: Cell<Option<NonNull<ReporterState>>>,
    /// That of [`NoPort`].
    no_port: *mut bindings::devlink_port,
}

impl Gate {
    /// One that is closed.
    pub(super) fn new(lists: &Lists) -> Result<Self> {
        Ok(Gate {
            open: Atomic::new(false),
            own: Arc::new(ReporterState::new(), GFP_KERNEL)?,
            reporter: Cell::new(None),
            no_port: lists.no_port.get(),
        })
    }
}

/// What a core is told about packets of which the driver does not know the port: a port without
/// netdev, which is never registered. A core takes its lock.
pub(super) struct NoPort {
    port: UnsafeCell<bindings::devlink_port>,
    is_initialized: Cell<bool>,
}

impl NoPort {
    pub(super) const fn new() -> Self {
        NoPort {
            port: UnsafeCell::new(pin_init::zeroed()),
            is_initialized: Cell::new(false),
        }
    }

    /// The port. As a part of the instance, it does not move, and outlives the traps.
    fn get(&self) -> *mut bindings::devlink_port {
        let port = self.port.get();
        if !self.is_initialized.replace(true) {
            // SAFETY: The port is valid, nobody uses it yet, and its memory does not move.
            unsafe {
                bindings::__spin_lock_init(
                    &raw mut (*port).type_lock,
                    crate::optional_name!("devlink_trap_no_port").as_char_ptr(),
                    crate::static_lock_class!().as_ptr(),
                )
            };
        }
        port
    }
}

impl State<TrapDesc> {
    /// From now on packets can be reported: all traps are registered.
    pub(super) fn open(&self) {
        self.shared.open.store(true, Release);
        self.shared.own.set(self);
    }

    /// From now on no report begins. When a grace period has passed, none goes on.
    pub(super) fn close(&self) {
        if let Some(reporter) = self.shared.reporter.take() {
            // SAFETY: A reporter lives longer than what is reported for.
            unsafe { reporter.as_ref() }.clear();
        }
        self.shared.own.clear();
        self.shared.open.store(false, Relaxed);
    }

    /// What happens to the packets of the trap at that position.
    pub(super) fn action(&self, position: usize) -> TrapAction {
        self.slots()
            .get(position)
            .map_or(TrapAction::Drop, TrapSlot::action)
    }

    /// Reports a packet for the trap at that position, if it does not drop its packets.
    pub(super) fn report(&self, position: usize, skb: &mut SkBuff, origin: TrapOrigin<'_>) -> bool {
        self.action(position) != TrapAction::Drop && self.report_late(position, skb, origin)
    }

    /// Reports a packet for the trap at that position.
    fn report_late(&self, position: usize, skb: &mut SkBuff, origin: TrapOrigin<'_>) -> bool {
        let _rcu = rcu::read_lock();
        if !self.shared.open.load(Acquire) {
            return false;
        }
        if origin
            .devlink
            .is_some_and(|of_port| of_port != self.devlink)
        {
            return false;
        }
        let Some(slot) = self.slots().get(position) else {
            return false;
        };
        let port = origin
            .port
            .map_or(self.shared.no_port, |port| port.as_ptr());
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
        self.state().action(self.position())
    }

    /// Reports a packet: devlink counts it, and those who watch drops are told
    /// (`devlink_trap_report()`).
    ///
    /// Can be called in any context but with interrupts off. Returns whether it was reported: not
    /// if the trap drops its packets, nor while the device comes up or goes down and the trap is
    /// not registered, nor if the port that it came in by is one of another instance. The packet is
    /// the caller's as before.
    pub fn report(&self, skb: &mut SkBuff, origin: TrapOrigin<'_>) -> bool {
        self.state().report(self.position(), skb, origin)
    }

    /// As [`report`](Self::report), also if the trap drops its packets: for one that the device
    /// gave before it did what it was told.
    pub fn report_late(&self, skb: &mut SkBuff, origin: TrapOrigin<'_>) -> bool {
        self.state().report_late(self.position(), skb, origin)
    }
}

/// Where a packet that is reported came from.
#[derive(Copy, Clone)]
pub struct TrapOrigin<'a> {
    port: Option<NonNull<bindings::devlink_port>>,
    /// The port's instance.
    devlink: Option<NonNull<bindings::devlink>>,
    cookie: Option<&'a FlowActionCookie>,
    _port: PhantomData<&'a ()>,
}

impl<'a> TrapOrigin<'a> {
    /// From where the driver does not know.
    pub const UNKNOWN: Self = TrapOrigin {
        port: None,
        devlink: None,
        cookie: None,
        _port: PhantomData,
    };

    /// It came in by that port. For traps with
    /// [`TrapMetadata::IN_PORT`](super::TrapMetadata::IN_PORT).
    pub fn port<T: Driver, P: PortOps<T> + 'a>(mut self, port: &Port<'a, T, P>) -> Self {
        self.port = Some(port.raw());
        self.devlink = Some(port.handle().devlink());
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
