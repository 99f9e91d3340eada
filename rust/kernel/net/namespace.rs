// SPDX-License-Identifier: GPL-2.0

//! Network namespaces.
//!
//! C header: [`include/net/net_namespace.h`](srctree/include/net/net_namespace.h)

use kernel::{
    error::from_err_ptr,
    prelude::*,
    sync::{
        aref::{
            ARef,
            AlwaysRefCounted, //
        },
        rcu, //
    },
    types::Opaque, //
};

use core::{
    ptr::NonNull,
    sync::atomic::{
        AtomicPtr,
        Ordering, //
    },
};

/// A network namespace.
///
/// # Invariants
///
/// References exist only while the namespace has active references.
#[repr(transparent)]
pub struct Net(Opaque<bindings::net>);

// SAFETY: Namespaces are reference-counted from any context.
unsafe impl Send for Net {}
// SAFETY: The methods below may be called from several threads at once.
unsafe impl Sync for Net {}

// SAFETY: `get_net()` and `put_net()` count active references.
unsafe impl AlwaysRefCounted for Net {
    fn inc_ref(&self) {
        // SAFETY: There is an active reference, by the type invariants.
        unsafe { bindings::get_net(self.as_raw()) };
    }

    unsafe fn dec_ref(obj: NonNull<Self>) {
        // SAFETY: The caller gives up an active reference.
        unsafe { bindings::put_net(obj.cast().as_ptr()) };
    }
}

impl Net {
    /// Makes a reference from a pointer.
    ///
    /// # Safety
    ///
    /// `ptr` is valid, and its namespace has an active reference during `'a`.
    pub unsafe fn from_raw<'a>(ptr: *mut bindings::net) -> &'a Self {
        // SAFETY: By the safety requirements; `Net` is transparent over `struct net`.
        unsafe { &*ptr.cast() }
    }

    /// The namespace the machine booted with.
    pub fn init() -> &'static Self {
        // SAFETY: `init_net` is static and never dies.
        unsafe { Self::from_raw(&raw mut bindings::init_net) }
    }

    /// The namespace as the C side knows it.
    pub fn as_raw(&self) -> *mut bindings::net {
        self.0.get()
    }

    /// # Safety
    ///
    /// `ptr` carries an active reference that the caller gives away.
    unsafe fn from_owned(ptr: *mut bindings::net) -> Option<ARef<Self>> {
        // SAFETY: By the safety requirements.
        Some(unsafe { ARef::from_raw(NonNull::new(ptr)?.cast()) })
    }

    /// The namespace of the task with `pid` in the caller's PID namespace.
    pub fn of_pid(pid: u32) -> Result<ARef<Self>> {
        // SAFETY: Any number is valid; a reference is returned.
        let ptr = from_err_ptr(unsafe { bindings::get_net_ns_by_pid(pid as bindings::pid_t) })?;
        // SAFETY: As above.
        unsafe { Self::from_owned(ptr) }.ok_or(EINVAL)
    }

    /// The namespace that the caller's file descriptor `fd` stands for.
    pub fn of_fd(fd: u32) -> Result<ARef<Self>> {
        // SAFETY: Any number is valid; a reference is returned.
        let ptr = from_err_ptr(unsafe { bindings::get_net_ns_by_fd(fd as c_int) })?;
        // SAFETY: As above.
        unsafe { Self::from_owned(ptr) }.ok_or(EINVAL)
    }

    /// The namespace that `self` knows as `id`.
    pub fn peer(&self, id: u32) -> Option<ARef<Self>> {
        // SAFETY: `self` is alive; a reference or null is returned.
        unsafe { Self::from_owned(bindings::get_net_ns_by_id(self.as_raw(), id as c_int)) }
    }

    /// The number by which `self` knows `peer`, assigned now if there is none; negative if none
    /// can be. Works in atomic context.
    pub fn peer_id(&self, peer: &Net) -> i32 {
        // SAFETY: Both are alive.
        unsafe { bindings::peernet2id_alloc(self.as_raw(), peer.as_raw(), GFP_ATOMIC.as_raw()) }
    }
}

impl PartialEq for Net {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self, other)
    }
}

/// The namespace that an object is in, without keeping it alive (`possible_net_t`).
///
/// # Invariants
///
/// Objects leave a namespace, by [`set`](Self::set), before it is freed, and that waits for an RCU
/// grace period in between.
pub struct NetPtr(AtomicPtr<bindings::net>);

impl NetPtr {
    /// In `net`.
    pub fn new(net: &Net) -> Self {
        NetPtr(AtomicPtr::new(net.as_raw()))
    }

    /// Moves to `net`.
    pub fn set(&self, net: &Net) {
        self.0.store(net.as_raw(), Ordering::Release);
    }

    /// The pointer, to compare it with.
    pub fn as_raw(&self) -> *mut bindings::net {
        self.0.load(Ordering::Acquire)
    }

    /// Whether this is `net`.
    pub fn is(&self, net: &Net) -> bool {
        self.as_raw() == net.as_raw()
    }

    /// The namespace, kept alive; `None` if it is dying.
    pub fn get(&self) -> Option<ARef<Net>> {
        let guard = rcu::read_lock();
        // SAFETY: By the type invariants the namespace is not freed before the read section ends,
        // so its count may be looked at.
        let net = unsafe { bindings::maybe_get_net(self.as_raw()) };
        drop(guard);
        // SAFETY: Null, or carries the reference that was taken.
        unsafe { Net::from_owned(net) }
    }
}
