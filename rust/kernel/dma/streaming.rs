// SPDX-License-Identifier: GPL-2.0

//! Streaming DMA: ordinary memory that a device reads or writes for a while.

use super::{
    DataDirection,
    DmaAddress, //
};

use crate::{
    bindings,
    device::{
        Bound,
        Device, //
    },
    error::to_result,
    io::{
        IoBase,
        SysMem,
        SysMemBackend, //
    },
    prelude::*,
    ptr::KnownSize, //
};

use core::{
    marker::PhantomData,
    ptr::NonNull, //
};

/// Memory is mapped for a device (`dma_map_single()`).
///
/// For what knows when the memory ends; drivers have [`Mapped`].
///
/// # Invariants
///
/// At `addr` the device `dev` has `size` bytes, mapped for `direction`.
pub(crate) struct Mapping<'dev> {
    dev: &'dev Device<Bound>,
    addr: DmaAddress,
    size: usize,
    direction: DataDirection,
}

impl<'dev> Mapping<'dev> {
    /// Maps `size` bytes at `memory`, not 0.
    ///
    /// Fails with `EINVAL` for [`DataDirection::None`], with `ENOMEM` if the device cannot reach
    /// the memory, or no address is left to map it at.
    ///
    /// # Safety
    ///
    /// Until the mapping is dropped these bytes are memory of the kernel's linear mapping, as from
    /// `kmalloc()`, which the device may write unless `direction` is [`DataDirection::ToDevice`].
    pub(crate) unsafe fn new(
        dev: &'dev Device<Bound>,
        memory: NonNull<u8>,
        size: usize,
        direction: DataDirection,
    ) -> Result<Self> {
        if direction == DataDirection::None {
            return Err(EINVAL);
        }
        // SAFETY: The device is valid and bound, and the memory is in the linear mapping, as the
        // caller says. The direction is one.
        let addr = unsafe {
            bindings::dma_map_single(dev.as_raw(), memory.as_ptr().cast(), size, direction.into())
        };
        // SAFETY: The device is valid.
        to_result(unsafe { bindings::dma_mapping_error(dev.as_raw(), addr) })?;
        // INVARIANT: It was mapped just now.
        Ok(Mapping {
            dev,
            addr,
            size,
            direction,
        })
    }

    /// The device's address of the memory.
    pub(crate) fn dma_address(&self) -> DmaAddress {
        self.addr
    }

    /// Lets the CPU see what the device wrote (`dma_sync_single_for_cpu()`).
    pub(crate) fn sync_for_cpu(&self) {
        // SAFETY: By the type invariants.
        unsafe {
            bindings::dma_sync_single_for_cpu(
                self.dev.as_raw(),
                self.addr,
                self.size,
                self.direction.into(),
            )
        };
    }

    /// Lets the device see what the CPU wrote, and write itself (`dma_sync_single_for_device()`).
    pub(crate) fn sync_for_device(&self) {
        // SAFETY: By the type invariants.
        unsafe {
            bindings::dma_sync_single_for_device(
                self.dev.as_raw(),
                self.addr,
                self.size,
                self.direction.into(),
            )
        };
    }
}

impl Drop for Mapping<'_> {
    fn drop(&mut self) {
        // SAFETY: By the type invariants. The device is bound, for the mapping borrows that.
        unsafe {
            bindings::dma_unmap_single(
                self.dev.as_raw(),
                self.addr,
                self.size,
                self.direction.into(),
            )
        };
    }
}

/// What can be [mapped](Mapped): a [`KBox`] or a [`KVec`] of what has no invalid bit patterns, and
/// memory for received frames ([`RxBuffer`](crate::net::skbuff::RxBuffer)).
///
/// # Safety
///
/// The memory is in the kernel's linear mapping, and stays valid and where it is while the value is
/// kept, also if that is moved. The value claims no access of its own meanwhile.
pub unsafe trait Mappable {
    /// What is in the memory.
    type Target: ?Sized + KnownSize;

    /// Where it is.
    #[doc(hidden)]
    fn memory(&mut self) -> NonNull<Self::Target>;
}

// SAFETY: A `KBox` is the only owner of an allocation by `kmalloc()`, and no more than a pointer to
// it. Whatever the device writes is a valid `T`.
unsafe impl<T: FromBytes + IntoBytes> Mappable for KBox<T> {
    type Target = T;

    fn memory(&mut self) -> NonNull<T> {
        NonNull::from(&mut **self)
    }
}

// SAFETY: As for `KBox`. While it is mapped nobody can push anything.
unsafe impl<T: FromBytes + IntoBytes> Mappable for KVec<T> {
    type Target = [T];

    fn memory(&mut self) -> NonNull<[T]> {
        NonNull::from(&mut **self)
    }
}

/// Memory that belongs to a device for as long as it is mapped; then its owner has it back.
///
/// The CPU gets at it with [`for_cpu`](Self::for_cpu), as with shared memory: whatever the device
/// does meanwhile, what is read is some bytes.
///
/// The device has to be done with the memory before it is dropped: what it writes later, it writes
/// to what has another use by then.
///
/// # Examples
///
/// A buffer for what is received:
///
/// ```
/// use kernel::{
///     device::{
///         Bound,
///         Device, //
///     },
///     dma::{
///         DataDirection,
///         DmaAddress,
///         Mapped, //
///     },
///     io::{
///         io_project,
///         Io, //
///     },
///     prelude::*, //
/// };
///
/// struct Buffer<'dev>(Mapped<'dev, KBox<[u8; 2048]>>);
///
/// impl<'dev> Buffer<'dev> {
///     fn new(dev: &'dev Device<Bound>) -> Result<Self> {
///         let memory = KBox::zeroed(GFP_KERNEL)?;
///         Ok(Buffer(Mapped::new(dev, memory, DataDirection::FromDevice)?))
///     }
///
///     /// What the descriptor for the device says.
///     fn dma_address(&self) -> DmaAddress {
///         self.0.dma_address()
///     }
///
///     /// Copies the `len` bytes that the device says it has received.
///     fn received(&mut self, len: usize) -> Result<KVec<u8>> {
///         let mut frame = KVec::from_elem(0, len, GFP_KERNEL)?;
///         let buffer = self.0.for_cpu();
///         io_project!(buffer, [try: ..len]).copy_to_slice(&mut frame);
///         Ok(frame)
///     }
/// }
/// ```
///
/// Memory that a device asks for, and gives back by its address:
///
/// ```
/// use kernel::{
///     device::{
///         Bound,
///         Device, //
///     },
///     dma::{
///         DataDirection,
///         DmaAddress,
///         Mapped, //
///     },
///     prelude::*,
///     rbtree::RBTree, //
/// };
///
/// #[derive(FromBytes, IntoBytes, Zeroable)]
/// #[repr(C, align(4096))]
/// struct Page([u8; 4096]);
///
/// struct Lent<'dev> {
///     dev: &'dev Device<Bound>,
///     pages: RBTree<DmaAddress, Mapped<'dev, KBox<Page>>>,
/// }
///
/// impl Lent<'_> {
///     fn give(&mut self) -> Result<DmaAddress> {
///         let page: KBox<Page> = KBox::zeroed(GFP_KERNEL)?;
///         let page = Mapped::new(self.dev, page, DataDirection::Bidirectional)?;
///         let address = page.dma_address();
///         self.pages.try_create_and_insert(address, page, GFP_KERNEL)?;
///         Ok(address)
///     }
///
///     fn take_back(&mut self, address: DmaAddress) -> Result {
///         self.pages.remove(&address).map(drop).ok_or(ENOENT)
///     }
/// }
///
/// # // SAFETY: `dev` is a device without a driver, so nothing else ends its mappings.
/// # unsafe fn device(dev: *mut kernel::bindings::device) -> &'static Device<Bound> {
/// #     unsafe { Device::from_raw(dev) }
/// # }
/// # let info = kernel::bindings::platform_device_info {
/// #     name: c"doctest_lent".as_char_ptr(),
/// #     dma_mask: u64::MAX,
/// #     ..pin_init::zeroed()
/// # };
/// # // SAFETY: The description is valid for the call, and has no resources.
/// # let platform = kernel::error::from_err_ptr(unsafe {
/// #     kernel::bindings::platform_device_register_full(&info)
/// # })?;
/// # // SAFETY: The device is unregistered when the mappings are gone.
/// # let dev = unsafe { device(&raw mut (*platform).dev) };
/// let mut lent = Lent {
///     dev,
///     pages: RBTree::new(),
/// };
/// let first = lent.give()?;
/// let second = lent.give()?;
/// assert_ne!(first, second);
/// assert_eq!(first % 4096, 0);
/// lent.take_back(first)?;
/// assert_eq!(lent.take_back(first), Err(ENOENT));
/// // The rest ends with its owner.
/// drop(lent);
/// # // SAFETY: It was registered above.
/// # unsafe { kernel::bindings::platform_device_unregister(platform) };
/// # Ok::<(), Error>(())
/// ```
///
/// # Invariants
///
/// `place` is where the memory of `memory` is, and `mapping` is of that.
pub struct Mapped<'dev, M: Mappable> {
    // Dropped first.
    mapping: Mapping<'dev>,
    place: NonNull<M::Target>,
    memory: M,
}

// SAFETY: `place` is no more than what `memory` owns.
unsafe impl<M: Mappable + Send> Send for Mapped<'_, M> {}

// SAFETY: By a shared reference nothing can be had but the address.
unsafe impl<M: Mappable + Sync> Sync for Mapped<'_, M> {}

impl<'dev, M: Mappable> Mapped<'dev, M> {
    /// Gives the memory to the device.
    ///
    /// Fails with `EINVAL` for [`DataDirection::None`] and if there are no bytes in `memory`, with
    /// `ENOMEM` if the device cannot reach it, or no address is left to map it at. Can be called in
    /// any context.
    pub fn new(dev: &'dev Device<Bound>, mut memory: M, direction: DataDirection) -> Result<Self> {
        let place = memory.memory();
        let size = M::Target::size(place.as_ptr());
        if size == 0 {
            return Err(EINVAL);
        }
        // SAFETY: What is mapped stays valid, and where it is, while `memory` is kept, which is
        // longer than the mapping; nobody else uses it.
        let mapping = unsafe { Mapping::new(dev, place.cast(), size, direction) }?;
        // INVARIANT: The memory was mapped just now.
        Ok(Mapped {
            mapping,
            place,
            memory,
        })
    }

    /// The address at which the device has the memory.
    pub fn dma_address(&self) -> DmaAddress {
        self.mapping.dma_address()
    }

    /// The memory as the device has written it; the device has it again, with what the CPU has
    /// written, when the result is dropped.
    ///
    /// The device must not use the memory meanwhile: where the CPU's caches are not coherent with
    /// DMA, each may see what is old.
    pub fn for_cpu(&mut self) -> ForCpu<'_, M::Target> {
        self.mapping.sync_for_cpu();
        // INVARIANT: The memory is valid while `self` is borrowed.
        ForCpu {
            memory: self.place,
            mapping: &self.mapping,
            _memory: PhantomData,
        }
    }

    /// Takes the memory back from the device.
    pub fn into_inner(self) -> M {
        drop(self.mapping);
        self.memory
    }
}

/// What is [mapped](Mapped) while the CPU has it; implements [`Io`](crate::io::Io).
///
/// # Invariants
///
/// `memory` is valid for `'a`.
pub struct ForCpu<'a, T: ?Sized> {
    memory: NonNull<T>,
    mapping: &'a Mapping<'a>,
    _memory: PhantomData<&'a mut T>,
}

impl<'a, T: ?Sized + KnownSize> IoBase<'a> for &'a ForCpu<'_, T> {
    type Backend = SysMemBackend;
    type Target = T;

    #[inline]
    fn as_view(self) -> SysMem<'a, T> {
        // SAFETY: By the type invariants.
        unsafe { SysMem::new(self.memory.as_ptr()) }
    }
}

impl<T: ?Sized> Drop for ForCpu<'_, T> {
    fn drop(&mut self) {
        self.mapping.sync_for_device();
    }
}

// SAFETY: It is a reference to bytes that belong to nobody else, and to a mapping.
unsafe impl<T: ?Sized + Send> Send for ForCpu<'_, T> {}
