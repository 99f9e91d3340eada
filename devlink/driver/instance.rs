// SPDX-License-Identifier: GPL-2.0

//! An instance as C knows it, and its memory.

use super::ops::Table;

use crate::instance::{
    Devlink,
    Identity, //
};

use kernel::{
    alloc::{
        allocator::KVmalloc,
        flags::__GFP_ZERO,
        Allocator,
        NumaNode, //
    },
    bindings,
    net::namespace::Net,
    prelude::*,
    static_lock_class,
    sync::aref::AlwaysRefCounted,
    types::Opaque, //
};

use core::{
    alloc::Layout,
    ptr::{
        self,
        NonNull, //
    },
};

impl Devlink {
    /// The instance as C knows it.
    pub(crate) fn as_raw(&self) -> *mut bindings::devlink {
        ptr::from_ref(self).cast_mut().cast()
    }

    /// The device as C knows it, or null.
    pub(crate) fn device_raw(&self) -> *mut bindings::device {
        // `Device` is transparent over `struct device`.
        self.device().map_or(ptr::null_mut(), |device| {
            ptr::from_ref(device).cast_mut().cast()
        })
    }

    /// Allocates an instance whose memory is followed by `priv_size` zeroed bytes.
    pub(crate) fn alloc(
        identity: Identity,
        table: Table,
        net: &Net,
        priv_size: usize,
    ) -> Result<NonNull<Self>> {
        let size = size_of::<Self>().checked_add(priv_size).ok_or(ENOMEM)?;
        let layout = Layout::from_size_align(size, align_of::<Self>()).map_err(|_| ENOMEM)?;
        let memory = KVmalloc::alloc(layout, GFP_KERNEL | __GFP_ZERO, NumaNode::NO_NODE)?;
        let devlink = memory.cast::<Self>();
        // SAFETY: The memory has the size and alignment of a `Devlink` and stays in place until
        // `release()` frees it.
        let made =
            unsafe { pin_init::raw_try_init(devlink.as_ptr(), Self::new(identity, table, net)) };
        if let Err(error) = made {
            // SAFETY: The memory was allocated above with this layout and nothing lives in it.
            unsafe { KVmalloc::free(memory.cast(), layout) };
            return Err(error);
        }
        Ok(devlink)
    }
}

// SAFETY: `refcount` counts, and the memory is freed only when it drops to zero.
unsafe impl AlwaysRefCounted for Devlink {
    fn inc_ref(&self) {
        self.refcount.inc();
    }

    unsafe fn dec_ref(obj: NonNull<Self>) {
        // SAFETY: The caller owns a reference, so the instance is valid.
        let devlink = unsafe { obj.as_ref() };
        if devlink.refcount.dec_and_test() {
            // SAFETY: The last reference has gone, so nobody else queues the work.
            unsafe {
                bindings::queue_work_on(
                    bindings::wq_misc_consts_WORK_CPU_UNBOUND as c_int,
                    bindings::system_dfl_wq,
                    devlink.release.0.get(),
                )
            };
        }
    }
}

/// Frees the instance from a work queue: the last reference may go in atomic context, and freeing
/// sleeps.
#[repr(transparent)]
pub(crate) struct ReleaseWork(Opaque<bindings::work_struct>);

// SAFETY: The work is queued once, by whoever drops the last reference.
unsafe impl Send for ReleaseWork {}

// SAFETY: The work is queued once, by whoever drops the last reference.
unsafe impl Sync for ReleaseWork {}

impl ReleaseWork {
    pub(crate) fn new() -> impl PinInit<Self> {
        // SAFETY: The closure initialises the work in place.
        unsafe {
            pin_init::pin_init_from_closure(|slot: *mut Self| {
                bindings::init_work_with_key(
                    slot.cast(),
                    Some(release),
                    false,
                    c"devlink release".as_char_ptr(),
                    static_lock_class!().as_ptr(),
                );
                Ok(())
            })
        }
    }
}

/// # Safety
///
/// To be called as the work of an instance without references.
unsafe extern "C" fn release(work: *mut bindings::work_struct) {
    // SAFETY: `work` is the field `release` of an instance, of which nobody has a reference.
    unsafe {
        let devlink: *mut Devlink =
            kernel::container_of!(work.cast::<ReleaseWork>(), Devlink, release);
        destroy(NonNull::new_unchecked(devlink));
    }
}

/// Frees the instance. Sleeps.
///
/// # Safety
///
/// Nobody has a reference to the instance.
pub(crate) unsafe fn destroy(devlink: NonNull<Devlink>) {
    // SAFETY: Nobody uses the instance any more, and its memory came from this allocator. The
    // layout's size does not matter for freeing.
    unsafe {
        ptr::drop_in_place(devlink.as_ptr());
        KVmalloc::free(devlink.cast(), Layout::new::<Devlink>());
    }
}
