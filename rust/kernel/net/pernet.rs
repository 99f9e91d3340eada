// SPDX-License-Identifier: GPL-2.0

//! What is done for each network namespace.
//!
//! C header: [`include/net/net_namespace.h`](srctree/include/net/net_namespace.h)

use crate::{
    bindings,
    error::to_result,
    net::namespace::PassiveNet,
    prelude::*,
    types::Opaque, //
};

use core::{
    marker::PhantomData,
    mem::ManuallyDrop,
    ptr::NonNull, //
};

/// What somebody does for each network namespace (`struct pernet_operations`).
///
/// C passes nothing but the namespace, so this has no state but statics.
pub trait PerNet: 'static {
    /// A namespace begins, or was there when this was registered; it may be ending already, then.
    ///
    /// An error means that it does not begin, or that this is not registered.
    ///
    /// The lock is held for which all wait who register such things (`pernet_ops_rwsem`). Can
    /// sleep.
    fn init(net: &PassiveNet) -> Result;

    /// A namespace ends, or this is unregistered. Called once for each that `init` did not fail
    /// for, with the same lock held. Can sleep.
    fn exit(net: &PassiveNet);
}

/// Operations that are registered (`register_pernet_subsys()`). Dropping this unregisters them,
/// after which no namespace has any.
///
/// Both wait for all namespaces that begin or end at the moment, with a lock that these have
/// (`pernet_ops_rwsem`). So neither is done in a callback of this module, nor with RTNL held.
///
/// # Examples
///
/// ```
/// use kernel::{
///     net::{
///         namespace::{
///             Net,
///             PassiveNet, //
///         },
///         pernet::{
///             PerNet,
///             Registration, //
///         }, //
///     },
///     prelude::*,
///     sync::atomic::{
///         Atomic,
///         Relaxed, //
///     }, //
/// };
///
/// static FIRST_SEEN: Atomic<u32> = Atomic::new(0);
///
/// struct Watch;
///
/// impl PerNet for Watch {
///     fn init(net: &PassiveNet) -> Result {
///         if net.is(Net::init()) {
///             FIRST_SEEN.fetch_add(1, Relaxed);
///         }
///         Ok(())
///     }
///
///     fn exit(net: &PassiveNet) {
///         if net.is(Net::init()) {
///             FIRST_SEEN.fetch_sub(1, Relaxed);
///         }
///     }
/// }
///
/// let watch = KBox::pin_init(Registration::<Watch>::new(), GFP_KERNEL)?;
/// assert_eq!(FIRST_SEEN.load(Relaxed), 1);
/// drop(watch);
/// assert_eq!(FIRST_SEEN.load(Relaxed), 0);
/// # Ok::<(), Error>(())
/// ```
#[pin_data(PinnedDrop)]
pub struct Registration<P: PerNet> {
    #[pin]
    operations: Opaque<bindings::pernet_operations>,
    _operations: PhantomData<P>,
}

// SAFETY: The operations are in a list of the kernel, which has a lock, and have no state.
unsafe impl<P: PerNet> Send for Registration<P> {}

// SAFETY: A shared reference can be used for nothing.
unsafe impl<P: PerNet> Sync for Registration<P> {}

impl<P: PerNet> Registration<P> {
    /// Registers operations. They have run for all namespaces when this returns.
    ///
    /// Fails with what [`PerNet::init`] fails with; then it is undone where it did not fail.
    pub fn new() -> impl PinInit<Self, Error> {
        try_pin_init!(&this in Self {
            operations: Opaque::new(bindings::pernet_operations {
                init: Some(init::<P>),
                exit: Some(exit::<P>),
                ..pin_init::zeroed()
            }),
            _operations: PhantomData,
            _: {
                // SAFETY: The field is initialized. The memory does not move and is valid until
                // `drop` has unregistered it.
                let operations = unsafe { (*this.as_ptr()).operations.get() };
                // SAFETY: The structure is initialized, does not move, and is unregistered by
                // `drop` before its memory goes.
                to_result(unsafe { bindings::register_pernet_subsys(operations) })?;
            },
        })
    }
}

#[pinned_drop]
impl<P: PerNet> PinnedDrop for Registration<P> {
    fn drop(self: Pin<&mut Self>) {
        // SAFETY: `new` registered them.
        unsafe { bindings::unregister_pernet_subsys(self.operations.get()) };
    }
}

/// # Safety
///
/// Only to be called by the kernel as one of the operations that are registered.
unsafe extern "C" fn init<P: PerNet>(net: *mut bindings::net) -> c_int {
    // SAFETY: The kernel calls an operation, with a namespace.
    let net = unsafe { borrow(net) };
    match P::init(&net) {
        Ok(()) => 0,
        Err(error) => error.to_errno(),
    }
}

/// # Safety
///
/// As for [`init`].
unsafe extern "C" fn exit<P: PerNet>(net: *mut bindings::net) {
    // SAFETY: The kernel calls an operation, with a namespace.
    let net = unsafe { borrow(net) };
    P::exit(&net);
}

/// The namespace of an operation, without a reference of its own.
///
/// # Safety
///
/// As for [`init`].
unsafe fn borrow(net: *mut bindings::net) -> ManuallyDrop<PassiveNet> {
    // SAFETY: The kernel passes a namespace, which has a passive reference while operations run.
    unsafe { PassiveNet::borrow(NonNull::new_unchecked(net)) }
}
