// SPDX-License-Identifier: GPL-2.0

//! Small blocks of coherent memory.
//!
//! C header: [`include/linux/dmapool.h`](srctree/include/linux/dmapool.h)

use super::{
    CoherentIoBackend,
    CoherentView,
    DmaAddress, //
};

use crate::{
    alloc,
    bindings,
    device::{
        Bound,
        Device, //
    },
    io::{
        IoBase,
        SysMem, //
    },
    prelude::*,
    ptr::Alignment,
    sync::Arc, //
};

use core::{
    marker::PhantomData,
    ptr::NonNull, //
};

/// A pool of blocks of coherent memory, each of the size of a `T` (`struct dma_pool`): many share a
/// page, where [`Coherent`](super::Coherent) takes whole ones.
///
/// # Examples
///
/// A chain of mailboxes, which the device follows by their addresses:
///
/// ```
/// use kernel::{
///     device::{
///         Bound,
///         Device, //
///     },
///     dma::{
///         Block,
///         Pool, //
///     },
///     io::{
///         be::Be,
///         io_project,
///         io_read,
///         io_write,
///         Io, //
///     },
///     prelude::*,
///     ptr::Alignment,
///     sync::{
///         barrier::{
///             dma_mb,
///             Read, //
///         },
///         Arc, //
///     }, //
/// };
///
/// #[derive(FromBytes, IntoBytes)]
/// #[repr(C)]
/// struct Mailbox {
///     data: [u8; 512],
///     next: Be<u64>,
///     status: Be<u64>,
/// }
///
/// type Mailboxes<'dev> = Arc<Pool<'dev, Mailbox>>;
///
/// type Chain<'dev> = KVec<Block<'dev, Mailbox>>;
///
/// /// The mailboxes that hold `message`.
/// fn mailboxes<'dev>(pool: &Mailboxes<'dev>, message: &[u8]) -> Result<Chain<'dev>> {
///     let mut chain = KVec::new();
///     // Last to first, for each has the address of its successor.
///     let mut next = 0;
///     for part in message.chunks(512).rev() {
///         let block = pool.zeroed(GFP_KERNEL)?;
///         io_project!(block, .data[try: ..part.len()]).copy_from_slice(part);
///         io_write!(block, .next, Be::<u64>::new(next));
///         next = block.dma_address();
///         chain.push(block, GFP_KERNEL)?;
///     }
///     Ok(chain)
/// }
///
/// /// What the device answered, once it has.
/// fn answer(block: &Block<'_, Mailbox>) -> Option<[u8; 512]> {
///     if io_read!(block, .status).get() == 0 {
///         return None;
///     }
///     // The device wrote the status after the data.
///     dma_mb(Read);
///     Some(io_project!(block, .data).copy_read())
/// }
///
/// # // SAFETY: `dev` is a device without a driver, so nothing else ends its allocations.
/// # unsafe fn device(dev: *mut kernel::bindings::device) -> &'static Device<Bound> {
/// #     unsafe { Device::from_raw(dev) }
/// # }
/// # let info = kernel::bindings::platform_device_info {
/// #     name: c"doctest_mailbox".as_char_ptr(),
/// #     dma_mask: u64::MAX,
/// #     ..pin_init::zeroed()
/// # };
/// # // SAFETY: The description is valid for the call, and has no resources.
/// # let platform = kernel::error::from_err_ptr(unsafe {
/// #     kernel::bindings::platform_device_register_full(&info)
/// # })?;
/// # // SAFETY: The device is unregistered when the pool is gone.
/// # let dev = unsafe { device(&raw mut (*platform).dev) };
/// let pool = Pool::new(dev, c"mailboxes", Alignment::new::<1024>())?;
/// let chain = mailboxes(&pool, &[7; 600])?;
/// assert_eq!(chain.len(), 2);
/// assert_eq!(io_read!(&chain[1], .next).get(), chain[0].dma_address());
/// assert_eq!(io_read!(&chain[0], .data[try: 87]), 7);
/// assert_eq!(io_read!(&chain[0], .data[try: 88]), 0);
/// assert_eq!(chain[0].dma_address() % 1024, 0);
/// assert!(answer(&chain[0]).is_none());
/// // Blocks may be kept longer than who made them.
/// drop(pool);
/// # drop(chain);
/// # // SAFETY: It was registered above.
/// # unsafe { kernel::bindings::platform_device_unregister(platform) };
/// # Ok::<(), Error>(())
/// ```
///
/// # Invariants
///
/// `raw` is a valid pool of the device, with blocks of the size and at least the alignment of `T`.
pub struct Pool<'dev, T> {
    raw: NonNull<bindings::dma_pool>,
    _dev: PhantomData<&'dev Device<Bound>>,
    _blocks: PhantomData<fn() -> T>,
}

// SAFETY: A pool has locks of its own.
unsafe impl<T> Send for Pool<'_, T> {}

// SAFETY: A pool has locks of its own.
unsafe impl<T> Sync for Pool<'_, T> {}

impl<'dev, T: FromBytes + IntoBytes> Pool<'dev, T> {
    /// Makes an empty pool, whose blocks are aligned to `align`, or more if `T` is
    /// (`dma_pool_create()`). No block crosses a page, if it is not larger than one.
    ///
    /// Fails with `ENOMEM`. May sleep.
    pub fn new(dev: &'dev Device<Bound>, name: &CStr, align: Alignment) -> Result<Arc<Self>> {
        let align = align.as_usize().max(align_of::<T>());
        // SAFETY: The device is valid and bound, the name is copied, and the alignment a power of
        // two.
        let raw = unsafe {
            bindings::dma_pool_create_node(
                name.as_char_ptr(),
                dev.as_raw(),
                size_of::<T>(),
                align,
                0,
                bindings::NUMA_NO_NODE,
            )
        };
        // INVARIANT: It was made just now, and is not destroyed before `drop`.
        let pool = Pool {
            raw: NonNull::new(raw).ok_or(ENOMEM)?,
            _dev: PhantomData,
            _blocks: PhantomData,
        };
        Ok(Arc::new(pool, GFP_KERNEL)?)
    }

    /// Takes a block, whose bytes are 0 (`dma_pool_zalloc()`).
    ///
    /// Fails with `ENOMEM`. May sleep if `flags` allow.
    pub fn zeroed(self: &Arc<Self>, flags: alloc::Flags) -> Result<Block<'dev, T>> {
        let mut dma_addr = 0;
        // SAFETY: The pool is valid by the type invariants.
        let block = unsafe {
            bindings::dma_pool_alloc(
                self.raw.as_ptr(),
                (flags | __GFP_ZERO).as_raw(),
                &mut dma_addr,
            )
        };
        // INVARIANT: It was taken from the pool just now.
        Ok(Block {
            pool: self.clone(),
            cpu_addr: NonNull::new(block.cast()).ok_or(ENOMEM)?,
            dma_addr,
        })
    }
}

impl<T> Drop for Pool<'_, T> {
    fn drop(&mut self) {
        // SAFETY: The pool is valid by the type invariants. Each block has a reference to it, so
        // there is none.
        unsafe { bindings::dma_pool_destroy(self.raw.as_ptr()) };
    }
}

/// Coherent memory of a [`Pool`]. Implements [`Io`](crate::io::Io), as
/// [`Coherent`](super::Coherent) does.
///
/// The device has to be done with it before it is dropped. Dropping it may sleep if its pool was
/// dropped before.
///
/// # Invariants
///
/// At `cpu_addr` is a block of the pool, valid as long as this; the device has it at `dma_addr`.
pub struct Block<'dev, T> {
    pool: Arc<Pool<'dev, T>>,
    cpu_addr: NonNull<T>,
    dma_addr: DmaAddress,
}

// SAFETY: It is the only owner of a `T`, which any bytes are.
unsafe impl<T: Send> Send for Block<'_, T> {}

// SAFETY: The memory is read and written as `Io` does it, by many at once.
unsafe impl<T: Sync> Sync for Block<'_, T> {}

impl<T> Block<'_, T> {
    /// The address at which the device has the block.
    pub fn dma_address(&self) -> DmaAddress {
        self.dma_addr
    }
}

impl<'a, T> IoBase<'a> for &'a Block<'_, T> {
    type Backend = CoherentIoBackend;
    type Target = T;

    #[inline]
    fn as_view(self) -> CoherentView<'a, T> {
        CoherentView {
            // SAFETY: By the type invariants.
            cpu_addr: unsafe { SysMem::new(self.cpu_addr.as_ptr()) },
            dma_addr: self.dma_addr,
        }
    }
}

impl<T> Drop for Block<'_, T> {
    fn drop(&mut self) {
        // SAFETY: By the type invariants it is a block of this pool, which nobody else frees.
        unsafe {
            bindings::dma_pool_free(
                self.pool.raw.as_ptr(),
                self.cpu_addr.as_ptr().cast(),
                self.dma_addr,
            )
        };
    }
}
