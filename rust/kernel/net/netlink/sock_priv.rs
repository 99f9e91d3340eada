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
    prelude::*,
    sync::rcu,
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
pub struct SockPrivFamily<P: SockPriv> {
    family: Family,
    _priv: PhantomData<fn() -> P>,
}

impl<P: SockPriv> SockPrivFamily<P> {
    /// Describes a family of built-in code, for a `static`.
    ///
    /// Commands below `resv_start_op` tolerate headers with reserved fields set.
    pub const fn built_in(
        name: &[u8],
        version: u32,
        groups: &'static [MulticastGroup],
        ops: &'static [SplitOp],
        resv_start_op: u8,
    ) -> Self {
        // SAFETY: A null pointer is what C code calls `THIS_MODULE` when built in.
        let module = unsafe { ThisModule::from_ptr(ptr::null_mut()) };
        let template = Family::const_new(&module, name, version, groups);
        // SAFETY: `Family` is a transparent wrapper of `genl_family`.
        let mut raw = unsafe { mem::transmute::<Family, bindings::genl_family>(template) };
        raw.split_ops = ops.as_ptr().cast();
        raw.n_split_ops = ops.len() as u8;
        raw.resv_start_op = resv_start_op;
        raw.sock_priv_size = size_of::<P>();
        raw.sock_priv_init = Some(Self::init);
        raw.sock_priv_destroy = Some(Self::destroy);
        SockPrivFamily {
            family: Family {
                inner: Opaque::new(raw),
            },
            _priv: PhantomData,
        }
    }

    /// The family itself.
    pub fn family(&'static self) -> &'static Family {
        &self.family
    }

    /// Registers the family for as long as the kernel runs.
    pub fn register_forever(&'static self) -> Result {
        // SAFETY: The family is static.
        to_result(unsafe { bindings::genl_register_family(self.family.as_raw()) })
    }

    /// Unregisters the family; for the case that setting up the rest of a subsystem fails.
    pub fn unregister(&'static self) {
        // SAFETY: The family is static, and `genl_unregister_family()` refuses one that is not
        // registered.
        unsafe { bindings::genl_unregister_family(self.family.as_raw()) };
    }

    /// Calls `f` with the data of the socket that sent the request, made now if it is new.
    pub fn with<R>(&'static self, info: &Info<'_>, f: impl FnOnce(&P) -> R) -> Result<R> {
        // SAFETY: The socket of a request exists while the request is served.
        let data = from_err_ptr(unsafe {
            bindings::genl_sk_priv_get(self.family.as_raw(), info.sender())
        })?;
        // SAFETY: The data was made by `init()` and lives as long as the socket.
        Ok(f(unsafe { &*data.cast::<P>() }))
    }

    /// Calls `f` with the data of `sk` if there is some already. Works in atomic context.
    ///
    /// # Safety
    ///
    /// `sk` is a valid netlink socket for the duration of the call.
    pub(super) unsafe fn with_existing<R>(
        &'static self,
        sk: *mut bindings::sock,
        f: impl FnOnce(Option<&P>) -> R,
    ) -> R {
        let guard = rcu::read_lock();
        // SAFETY: By the safety requirements.
        let data = from_err_ptr(unsafe { bindings::__genl_sk_priv_get(self.family.as_raw(), sk) })
            .unwrap_or(ptr::null_mut());
        // SAFETY: Null, or made by `init()` and alive as long as the socket.
        let result = f(unsafe { data.cast::<P>().as_ref() });
        drop(guard);
        result
    }

    /// # Safety
    ///
    /// To be called by generic netlink with zeroed memory of `sock_priv_size` bytes.
    unsafe extern "C" fn init(data: *mut c_void) {
        // SAFETY: The memory has the size of a `P`, the alignment of `kmalloc()`, stays where it
        // is, and `destroy()` drops what is made here.
        unsafe { pin_init::raw_init(data.cast::<P>(), P::new()) };
    }

    /// # Safety
    ///
    /// To be called by generic netlink, once, with memory that [`Self::init`] has filled.
    unsafe extern "C" fn destroy(data: *mut c_void) {
        // SAFETY: By the safety requirements.
        unsafe { ptr::drop_in_place(data.cast::<P>()) };
    }
}

// SAFETY: `Family` is, and no `P` is stored in it.
unsafe impl<P: SockPriv> Sync for SockPrivFamily<P> {}
