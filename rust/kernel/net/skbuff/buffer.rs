// SPDX-License-Identifier: GPL-2.0

//! Memory of which packets are made without a copy.

use super::SkBuff;

use crate::{
    alloc::flags::__GFP_NOWARN,
    bindings,
    dma::Mappable,
    page::PAGE_SIZE,
    prelude::*, //
};

use core::{
    mem::ManuallyDrop,
    ops::{
        Deref,
        DerefMut, //
    },
    ptr::NonNull,
    slice, //
};

/// Memory for a frame that a device receives, with the room before and behind it that a packet
/// needs (`netdev_alloc_frag()`). It becomes one by
/// [`Polling::build`](crate::net::napi::Polling::build).
///
/// # Examples
///
/// ```
/// use kernel::net::skbuff::RxBuffer;
///
/// let mut buffer = RxBuffer::new(1518)?;
/// assert_eq!(buffer.len(), 1518);
/// assert_eq!(buffer[1517], 0);
/// buffer[..6].fill(0xff);
/// // More of them than there is room for behind each other.
/// for _ in 0..8 {
///     RxBuffer::new(9018)?;
/// }
/// assert_eq!(RxBuffer::new(1 << 20).err(), Some(EINVAL));
/// # Ok::<(), Error>(())
/// ```
///
/// A device writes to it while it is [mapped](crate::dma::Mapped):
///
/// ```
/// use kernel::{
///     device::{
///         Bound,
///         Device, //
///     },
///     dma::{
///         DataDirection,
///         Mapped, //
///     },
///     net::{
///         napi::Polling,
///         skbuff::{
///             RxBuffer,
///             SkBuff, //
///         }, //
///     },
///     prelude::*, //
/// };
///
/// type Slot<'dev> = Mapped<'dev, RxBuffer>;
///
/// /// What a descriptor says the address of.
/// fn slot<'dev>(dev: &'dev Device<Bound>) -> Result<Slot<'dev>> {
///     Mapped::new(dev, RxBuffer::new(1518)?, DataDirection::FromDevice)
/// }
///
/// /// The device says that it has received so many bytes.
/// fn received(cx: &mut Polling<'_>, slot: Slot<'_>, len: usize) -> Result<SkBuff> {
///     cx.build(slot.into_inner(), len)
/// }
///
/// # // SAFETY: `dev` is a device without a driver, so nothing else ends its mappings.
/// # unsafe fn device(dev: *mut kernel::bindings::device) -> &'static Device<Bound> {
/// #     unsafe { Device::from_raw(dev) }
/// # }
/// # let info = kernel::bindings::platform_device_info {
/// #     name: c"doctest_rx_buffer".as_char_ptr(),
/// #     dma_mask: u64::MAX,
/// #     ..pin_init::zeroed()
/// # };
/// # // SAFETY: The description is valid for the call, and has no resources.
/// # let platform = kernel::error::from_err_ptr(unsafe {
/// #     kernel::bindings::platform_device_register_full(&info)
/// # })?;
/// # // SAFETY: The device is unregistered when the mappings are gone.
/// # let dev = unsafe { device(&raw mut (*platform).dev) };
/// let (first, second) = (slot(dev)?, slot(dev)?);
/// assert_ne!(first.dma_address(), second.dma_address());
/// assert_eq!(first.into_inner().len(), 1518);
/// # drop(second);
/// # // SAFETY: It was registered above.
/// # unsafe { kernel::bindings::platform_device_unregister(platform) };
/// # Ok::<(), Error>(())
/// ```
///
/// # Invariants
///
/// `memory` is a page fragment of the size that [`size_of`] says for `len` bytes, these are
/// initialized, and this is its only owner.
pub struct RxBuffer {
    memory: NonNull<u8>,
    len: usize,
}

// SAFETY: Memory belongs to no task or CPU.
unsafe impl Send for RxBuffer {}

// SAFETY: A shared reference only reads.
unsafe impl Sync for RxBuffer {}

/// The longest frame: what comes of such is in pages that are together.
const MAX_LEN: usize = 16 * 1024;

/// How large the memory for `len` bytes is, with the room that a packet needs. What is larger than
/// a page has pages of its own, all of which the packet counts for.
fn size_of(len: usize) -> u32 {
    // SAFETY: Can always be called.
    let size = unsafe { bindings::skb_frag_size_for(len as u32) };
    match order_of(size) {
        0 => size,
        // CAST: Some pages.
        order => (PAGE_SIZE << order) as u32,
    }
}

/// How many pages are needed for so many bytes, as a power of two.
fn order_of(size: u32) -> u32 {
    // CAST: No more than some pages.
    let pages = (size as usize).div_ceil(PAGE_SIZE);
    pages.next_power_of_two().trailing_zeros()
}

/// How much room there is before a frame.
fn headroom() -> usize {
    // SAFETY: Can always be called.
    unsafe { bindings::skb_rx_headroom() as usize }
}

/// A page fragment of `size` bytes. What is larger than a page gets pages of its own: the cache of
/// fragments refuses that as soon as the rest of what it has is too small.
fn alloc(size: u32) -> Option<NonNull<u8>> {
    let order = order_of(size);
    let memory = if order == 0 {
        // SAFETY: Can be called in any context.
        unsafe { bindings::__netdev_alloc_frag_align(size, !0) }.cast()
    } else {
        /// Pages that belong together are given back like a fragment.
        const COMPOUND: u32 = 1 << bindings::___GFP_COMP_BIT;

        let flags = (GFP_ATOMIC | __GFP_NOWARN).as_raw() | COMPOUND;
        // SAFETY: Can be called in any context, with such flags.
        unsafe { bindings::get_free_pages_noprof(flags, order) as *mut u8 }
    };
    NonNull::new(memory)
}

impl RxBuffer {
    /// Memory for `len` bytes, which are zero: so a device that says it has received more than it
    /// has gets nothing of the kernel's to see.
    ///
    /// Fails with `EINVAL` for none and for more than 16 KiB, with `ENOMEM`. Can be called in any
    /// context.
    pub fn new(len: usize) -> Result<Self> {
        if len == 0 || len > MAX_LEN {
            return Err(EINVAL);
        }
        let memory = alloc(size_of(len)).ok_or(ENOMEM)?;
        // SAFETY: The fragment has so many bytes behind the room.
        unsafe { memory.add(headroom()).write_bytes(0, len) };
        // INVARIANT: It was allocated just now.
        Ok(RxBuffer { memory, len })
    }

    /// Makes a packet of it, in which the first `len` bytes are.
    ///
    /// Fails with `EMSGSIZE` if these are more than there are, and with `ENOMEM`; it is freed then.
    ///
    /// # Safety
    ///
    /// Bottom halves are off, and interrupts are not.
    pub(in crate::net) unsafe fn into_skb(self, len: usize) -> Result<SkBuff> {
        if len > self.len {
            return Err(EMSGSIZE);
        }
        // SAFETY: The memory is a page fragment of that size, and is not used again if this
        // succeeds.
        let skb =
            unsafe { bindings::napi_build_skb(self.memory.as_ptr().cast(), size_of(self.len)) };
        let skb = NonNull::new(skb).ok_or(ENOMEM)?;
        let _ = ManuallyDrop::new(self);
        // SAFETY: The packet is new, has the room, and as many bytes behind it, which are
        // initialized.
        unsafe {
            bindings::skb_reserve(skb.as_ptr(), headroom() as c_int);
            bindings::skb_put(skb.as_ptr(), len as u32);
            Ok(SkBuff::from_raw(skb))
        }
    }
}

// SAFETY: Page fragments are in the linear mapping, also if the value moves, which is no more than
// a pointer to one. Any bytes are valid there.
unsafe impl Mappable for RxBuffer {
    type Target = [u8];

    fn memory(&mut self) -> NonNull<[u8]> {
        NonNull::from(&mut **self)
    }
}

impl Deref for RxBuffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: By the type invariants.
        unsafe { slice::from_raw_parts(self.memory.as_ptr().add(headroom()), self.len) }
    }
}

impl DerefMut for RxBuffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: By the type invariants.
        unsafe { slice::from_raw_parts_mut(self.memory.as_ptr().add(headroom()), self.len) }
    }
}

impl Drop for RxBuffer {
    fn drop(&mut self) {
        // SAFETY: By the type invariants.
        unsafe { bindings::page_frag_free(self.memory.as_ptr().cast()) }
    }
}
