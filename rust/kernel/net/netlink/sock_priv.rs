// SPDX-License-Identifier: GPL-2.0

//! Data that a generic netlink family keeps for each socket that talks to it.

use super::{
    ops::{
        Info,
        SplitOp, //
    },
    Family,
    MulticastGroup, //
};

use kernel::{
    error::{
        from_err_ptr,
        to_result, //
    },
    num::casts::u8_as_usize,
    prelude::*,
    sync::{
        atomic::{
            ordering::{
                Acquire,
                Release, //
            },
            Atomic, //
        },
        rcu, //
    },
    types::Opaque, //
};

use core::{
    ffi::c_void,
    marker::PhantomData,
    mem,
    ptr, //
};

/// Data kept for each socket, made when it is first asked for and dropped with the socket.
pub trait SockPriv: Send + Sync + Sized + 'static {
    /// Makes the data of a new socket.
    fn new() -> impl PinInit<Self>;
}

/// A generic netlink family with operations and with data of type `P` for each socket.
///
/// Once registered it stays so: what generic netlink knows about its sockets is never freed under
/// those who look at it.
///
/// # Invariants
///
/// If `registered` is set, the family is registered.
pub struct SockPrivFamily<P: SockPriv> {
    family: Family,
    registered: Atomic<bool>,
    _priv: PhantomData<fn() -> P>,
}

impl<P: SockPriv> SockPrivFamily<P> {
    /// Describes a family of built-in code, for a `static`, where a table with more operations than
    /// generic netlink can count, or data that need a stricter alignment than `kmalloc()` gives, do
    /// not compile.
    ///
    /// Commands below `resv_start_op` tolerate headers with reserved fields set.
    pub const fn built_in(
        name: &[u8],
        version: u32,
        groups: &'static [MulticastGroup],
        ops: &'static [SplitOp],
        resv_start_op: u8,
    ) -> Self {
        assert!(
            ops.len() <= u8_as_usize(u8::MAX),
            "too many operations for a family"
        );
        assert!(
            align_of::<P>() <= bindings::ARCH_KMALLOC_MINALIGN,
            "kmalloc() does not align that much"
        );
        // Generic netlink takes 0 for a family that keeps no data.
        assert!(size_of::<P>() > 0, "no data to keep");
        // SAFETY: A null pointer is what C code calls `THIS_MODULE` when built in.
        let module = unsafe { ThisModule::from_ptr(ptr::null_mut()) };
        let template = Family::const_new(&module, name, version, groups);
        // SAFETY: `Family` is a transparent wrapper of `genl_family`.
        let mut raw = unsafe { mem::transmute::<Family, bindings::genl_family>(template) };
        raw.split_ops = ops.as_ptr().cast();
        // Not cut off, see above.
        raw.n_split_ops = ops.len() as u8;
        raw.resv_start_op = resv_start_op;
        raw.sock_priv_size = size_of::<P>();
        raw.sock_priv_init = Some(Self::init);
        raw.sock_priv_destroy = Some(Self::destroy);
        SockPrivFamily {
            family: Family {
                inner: Opaque::new(raw),
            },
            registered: Atomic::new(false),
            _priv: PhantomData,
        }
    }

    /// The family itself.
    pub fn family(&'static self) -> &'static Family {
        &self.family
    }

    /// Registers the family for as long as the kernel runs.
    pub fn register_forever(&'static self) -> Result {
        // SAFETY: The family is static. One that is registered already is refused.
        to_result(unsafe { bindings::genl_register_family(self.family.as_raw()) })?;
        // INVARIANT: It was registered above, and stays so: only a `Registration` ends that, and
        // there is none now, or the family would have been refused.
        self.registered.store(true, Release);
        Ok(())
    }

    /// Calls `f` with the data of the socket that sent the request, made now if it is new;
    /// [`EINVAL`] if the request is not one of this family, or is a dump, which has no sender.
    pub fn with<R>(&'static self, info: &Info<'_>, f: impl FnOnce(&P) -> R) -> Result<R> {
        let sender = info.sender();
        if sender.is_null() || !ptr::eq(info.family(), self.family.as_raw()) {
            return Err(EINVAL);
        }
        // SAFETY: The family has got a request, so it is registered; the socket of a request exists
        // while the request is served.
        let data =
            from_err_ptr(unsafe { bindings::genl_sk_priv_get(self.family.as_raw(), sender) })?;
        // SAFETY: The data was made by `init()`. It is freed when the socket is released, which is
        // not while it sends, or when the family is unregistered, which it never is.
        Ok(f(unsafe { &*data.cast::<P>() }))
    }

    /// Calls `f` with the data of `sk` if there is some already. Works in atomic context.
    ///
    /// # Safety
    ///
    /// `sk` is a netlink socket that is not released during the call.
    pub(super) unsafe fn with_existing<R>(
        &'static self,
        sk: *mut bindings::sock,
        f: impl FnOnce(Option<&P>) -> R,
    ) -> R {
        // Before it is registered, and if that failed, what generic netlink knows about the
        // family's sockets is not there or was freed.
        if !self.registered.load(Acquire) {
            return f(None);
        }
        let guard = rcu::read_lock();
        // SAFETY: The family is registered by the type invariants, and stays so; the caller keeps
        // the socket.
        let data = from_err_ptr(unsafe { bindings::__genl_sk_priv_get(self.family.as_raw(), sk) })
            .unwrap_or(ptr::null_mut());
        // SAFETY: Null, or made by `init()` and freed only when the socket is released, which the
        // caller prevents, or when the family is unregistered, which it never is.
        let result = f(unsafe { data.cast::<P>().as_ref() });
        drop(guard);
        result
    }

    /// # Safety
    ///
    /// To be called by generic netlink with zeroed memory of `sock_priv_size` bytes.
    unsafe extern "C" fn init(data: *mut c_void) {
        // SAFETY: The memory has the size of a `P` and the alignment of `kmalloc()`, which is
        // enough for a `P`, as `built_in()` has checked. It stays where it is, and `destroy()`
        // drops what is made here.
        unsafe { pin_init::raw_init(data.cast::<P>(), P::new()) };
    }

    /// # Safety
    ///
    /// To be called by generic netlink, once, with memory that [`Self::init`] has filled.
    unsafe extern "C" fn destroy(data: *mut c_void) {
        // SAFETY: Generic netlink passes what `init()` has filled, and uses it no more.
        unsafe { ptr::drop_in_place(data.cast::<P>()) };
    }
}

// SAFETY: `Family` is, and no `P` is stored in it.
unsafe impl<P: SockPriv> Sync for SockPrivFamily<P> {}
