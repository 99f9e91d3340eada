// SPDX-License-Identifier: GPL-2.0

//! Network namespaces.
//!
//! C header: [`include/net/net_namespace.h`](srctree/include/net/net_namespace.h)

use kernel::{
    error::from_err_ptr,
    new_spinlock,
    prelude::*,
    sync::{
        aref::{
            ARef,
            AlwaysRefCounted, //
        },
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        SpinLock, //
    },
    types::Opaque, //
};

use core::{
    mem::ManuallyDrop,
    ptr::{
        self,
        NonNull, //
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
        // SAFETY: The caller promises that it is valid and its namespace alive; `Net` is
        // transparent over `struct net`.
        unsafe { &*ptr.cast() }
    }

    /// The namespace the machine booted with.
    pub fn init() -> &'static Self {
        // SAFETY: `init_net` is static and never dies.
        unsafe { Self::from_raw(&raw mut bindings::init_net) }
    }

    /// The namespace of the current task (`current->nsproxy->net_ns`).
    pub fn current() -> ARef<Self> {
        // SAFETY: A task that runs code that could call this has namespaces: it gives them up when
        // it exits. A reference is returned.
        unsafe { Self::from_owned(bindings::current_get_net()) }
            .unwrap_or_else(|| Self::init().into())
    }

    /// The namespace as the C side knows it.
    pub fn as_raw(&self) -> *mut bindings::net {
        self.0.get()
    }

    /// # Safety
    ///
    /// `ptr` is null, or carries an active reference that the caller gives away.
    unsafe fn from_owned(ptr: *mut bindings::net) -> Option<ARef<Self>> {
        // SAFETY: A pointer that is not null carries the active reference that an `ARef` owns.
        Some(unsafe { ARef::from_raw(NonNull::new(ptr)?.cast()) })
    }

    /// A reference to the namespace; `None` if it is dying (`maybe_get_net()`).
    ///
    /// # Safety
    ///
    /// `ptr` is the memory of a namespace, and is not freed during this call.
    pub(super) unsafe fn try_get(ptr: *mut bindings::net) -> Option<ARef<Self>> {
        // SAFETY: The caller promises that its count may be looked at. Null, or a reference that
        // was taken, is returned.
        unsafe { Self::from_owned(bindings::maybe_get_net(ptr)) }
    }

    /// The namespace of the task with `pid` in the caller's PID namespace.
    pub fn of_pid(pid: u32) -> Result<ARef<Self>> {
        let pid = bindings::pid_t::try_from(pid).map_err(|_| ESRCH)?;
        // SAFETY: Any number is valid.
        let ptr = from_err_ptr(unsafe { bindings::get_net_ns_by_pid(pid) })?;
        // SAFETY: `get_net_ns_by_pid()` returned a reference with the pointer.
        unsafe { Self::from_owned(ptr) }.ok_or(EINVAL)
    }

    /// The namespace that the caller's file descriptor `fd` stands for.
    pub fn of_fd(fd: u32) -> Result<ARef<Self>> {
        let fd = c_int::try_from(fd).map_err(|_| EBADF)?;
        // SAFETY: Any number is valid.
        let ptr = from_err_ptr(unsafe { bindings::get_net_ns_by_fd(fd) })?;
        // SAFETY: `get_net_ns_by_fd()` returned a reference with the pointer.
        unsafe { Self::from_owned(ptr) }.ok_or(EINVAL)
    }

    /// The namespace that `self` knows as `id`.
    pub fn peer(&self, id: u32) -> Option<ARef<Self>> {
        let id = c_int::try_from(id).ok()?;
        // SAFETY: `self` is alive; a reference or null is returned.
        unsafe { Self::from_owned(bindings::get_net_ns_by_id(self.as_raw(), id)) }
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

/// A reference that keeps the memory of a namespace, but does not keep the namespace alive
/// (`net->passive`).
///
/// # Invariants
///
/// The pointer is valid, and this owns one of its passive references.
pub struct PassiveNet(NonNull<bindings::net>);

// SAFETY: Passive references are counted atomically, and belong to no thread.
unsafe impl Send for PassiveNet {}

// SAFETY: The methods may be called from several threads at once.
unsafe impl Sync for PassiveNet {}

impl PassiveNet {
    /// A reference to `net`.
    pub fn new(net: &Net) -> Self {
        // SAFETY: A namespace that is alive has passive references.
        unsafe { Self::from_raw(NonNull::from(net).cast()) }
    }

    /// A reference to a namespace that may be dying.
    ///
    /// # Safety
    ///
    /// There are passive references to `net`, one of which does not go during this call.
    pub(super) unsafe fn from_raw(net: NonNull<bindings::net>) -> Self {
        // SAFETY: By the requirements of this function, the count is not zero.
        unsafe { bindings::net_passive_inc(net.as_ptr()) };
        // INVARIANT: The reference was taken above.
        PassiveNet(net)
    }

    /// Somebody else's reference.
    ///
    /// # Safety
    ///
    /// There is a passive reference to `net`, which does not go before what is returned.
    pub(super) unsafe fn borrow(net: NonNull<bindings::net>) -> ManuallyDrop<Self> {
        // INVARIANT: The reference is one that the caller promises, and is not given back.
        ManuallyDrop::new(PassiveNet(net))
    }

    pub(super) fn as_raw(&self) -> *mut bindings::net {
        self.0.as_ptr()
    }

    /// The namespace, kept alive; `None` if it is dying.
    pub fn get(&self) -> Option<ARef<Net>> {
        // SAFETY: By the type invariants the memory is valid.
        unsafe { Net::try_get(self.as_raw()) }
    }

    /// Whether this is `net`. Works in any context.
    pub fn is(&self, net: &Net) -> bool {
        self.as_raw() == net.as_raw()
    }
}

impl Drop for PassiveNet {
    fn drop(&mut self) {
        // SAFETY: By the type invariants there is a reference, which goes with this.
        unsafe { bindings::net_passive_dec(self.as_raw()) };
    }
}

/// The namespace that an object is in, without keeping it alive (`possible_net_t`).
///
/// Its memory is kept, so a namespace that has died can still be asked for, which has `None` for an
/// answer, and no other one takes its address meanwhile: comparing addresses compares namespaces.
///
/// # Invariants
///
/// `raw` is the address of what `net` holds, or null if that is nothing. It is changed before what
/// `net` held is given back.
///
/// # Examples
///
/// ```
/// use kernel::net::namespace::{Net, NetPtr};
///
/// let place = KBox::pin_init(NetPtr::new(Net::init()), GFP_KERNEL)?;
/// assert!(place.is(Net::init()));
/// assert!(place.get().is_some_and(|net| *net == *Net::init()));
///
/// place.leave();
/// assert!(!place.is(Net::init()));
/// assert!(place.get().is_none());
///
/// // There is no way back.
/// NetPtr::set(&place, Net::init());
/// assert!(place.get().is_none());
/// # Ok::<(), Error>(())
/// ```
#[pin_data]
pub struct NetPtr {
    /// Locked so that what it holds is not given back while somebody looks at it.
    #[pin]
    net: SpinLock<Option<PassiveNet>>,
    raw: Atomic<*mut bindings::net>,
}

impl NetPtr {
    /// In `net`.
    pub fn new(net: &Net) -> impl PinInit<Self> {
        let net = PassiveNet::new(net);
        let raw = net.as_raw();
        pin_init!(Self {
            net <- new_spinlock!(Some(net), "NetPtr"),
            raw: Atomic::new(raw),
        })
    }

    /// Moves to `net`, unless this has [left](Self::leave).
    pub fn set(&self, net: &Net) {
        let net = PassiveNet::new(net);
        let mut place = self.net.lock();
        if place.is_none() {
            return;
        }
        // INVARIANT: Both are changed, and what was there is given back below.
        self.raw.store(net.as_raw(), Relaxed);
        let before = place.replace(net);
        drop(place);
        drop(before);
    }

    /// Leaves the namespace, to be in none from now on.
    pub fn leave(&self) {
        let mut place = self.net.lock();
        // INVARIANT: Both are changed, and what was there is given back below.
        self.raw.store(ptr::null_mut(), Relaxed);
        let before = place.take();
        drop(place);
        drop(before);
    }

    /// The pointer, null after [`leave`](Self::leave). Without a reference to the namespace it is
    /// good for comparing it with one that is valid. Works in any context.
    pub fn as_raw(&self) -> *mut bindings::net {
        self.raw.load(Relaxed)
    }

    /// Whether this is `net`. Works in any context.
    pub fn is(&self, net: &Net) -> bool {
        self.as_raw() == net.as_raw()
    }

    /// Whether both are in the same namespace. Not to be called from interrupts.
    pub fn is_same(&self, other: &NetPtr) -> bool {
        // The lock keeps the memory, so that the other one cannot have the address for another
        // namespace.
        let place = self.net.lock();
        place
            .as_ref()
            .is_some_and(|net| net.as_raw() == other.as_raw())
    }

    /// The namespace, kept alive; `None` if it is dying or was left. Not to be called from
    /// interrupts.
    pub fn get(&self) -> Option<ARef<Net>> {
        self.net.lock().as_ref()?.get()
    }
}
