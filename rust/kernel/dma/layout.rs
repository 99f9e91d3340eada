// SPDX-License-Identifier: GPL-2.0

//! Coherent memory in which a device has structures.

use super::Coherent;

use crate::{
    alloc,
    device::{
        Bound,
        Device, //
    },
    page::PAGE_SIZE,
    prelude::*,
    ptr::KnownSize, //
};

use core::{
    mem::ManuallyDrop,
    ptr,
    ptr::NonNull, //
};

impl<T: FromBytes + IntoBytes> Coherent<T> {
    const CHECK: () = assert!(
        size_of::<T>() > 0 && align_of::<T>() <= PAGE_SIZE,
        "coherent memory is some bytes, aligned to a page"
    );

    /// Allocates coherent memory for a `T`, whose bytes are 0: as [`zeroed`](Self::zeroed), for
    /// types that say with `derive(FromBytes, IntoBytes)` that any bytes are one.
    ///
    /// Fails with `ENOMEM`. May sleep if `flags` allow.
    ///
    /// # Examples
    ///
    /// A command queue: the CPU fills an entry and gives it to the device with its last byte, which
    /// the device gives back.
    ///
    /// ```
    /// use kernel::{
    ///     device::{
    ///         Bound,
    ///         Device, //
    ///     },
    ///     dma::Coherent,
    ///     io::{
    ///         be::Be,
    ///         io_project,
    ///         io_read,
    ///         io_write,
    ///         Io, //
    ///     },
    ///     prelude::*,
    ///     sync::barrier::{
    ///         dma_mb,
    ///         Read,
    ///         Write, //
    ///     }, //
    /// };
    ///
    /// #[derive(FromBytes, IntoBytes)]
    /// #[repr(C)]
    /// struct Entry {
    ///     length: Be<u32>,
    ///     data: [u8; 16],
    ///     answer: Be<u32>,
    ///     reserved: [u8; 7],
    ///     owner: u8,
    /// }
    ///
    /// const DEVICE: u8 = 1;
    ///
    /// struct Queue(Coherent<[Entry; 32]>);
    ///
    /// impl Queue {
    ///     fn new(dev: &Device<Bound>) -> Result<Self> {
    ///         Ok(Queue(Coherent::zeroed_layout(dev, GFP_KERNEL)?))
    ///     }
    ///
    ///     fn submit(&self, index: usize, data: &[u8]) -> Result {
    ///         let entry = io_project!(&self.0, [try: index]);
    ///         io_write!(entry, .length, Be::<u32>::new(data.len() as u32));
    ///         io_project!(entry, .data[try: ..data.len()]).copy_from_slice(data);
    ///         // The device must not see the owner before the rest.
    ///         dma_mb(Write);
    ///         io_write!(entry, .owner, DEVICE);
    ///         Ok(())
    ///     }
    ///
    ///     fn answer(&self, index: usize) -> Result<Option<u32>> {
    ///         let entry = io_project!(&self.0, [try: index]);
    ///         if io_read!(entry, .owner) == DEVICE {
    ///             return Ok(None);
    ///         }
    ///         // The device wrote the owner after the rest.
    ///         dma_mb(Read);
    ///         Ok(Some(io_read!(entry, .answer).get()))
    ///     }
    /// }
    /// # // SAFETY: `dev` is a device without a driver, so nothing else ends its allocations.
    /// # unsafe fn device(dev: *mut kernel::bindings::device) -> &'static Device<Bound> {
    /// #     unsafe { Device::from_raw(dev) }
    /// # }
    /// # let info = kernel::bindings::platform_device_info {
    /// #     name: c"doctest_queue".as_char_ptr(),
    /// #     dma_mask: u64::MAX,
    /// #     ..pin_init::zeroed()
    /// # };
    /// # // SAFETY: The description is valid for the call, and has no resources.
    /// # let platform = kernel::error::from_err_ptr(unsafe {
    /// #     kernel::bindings::platform_device_register_full(&info)
    /// # })?;
    /// # // SAFETY: The device is unregistered when the queue is gone.
    /// # let dev = unsafe { device(&raw mut (*platform).dev) };
    ///
    /// let queue = Queue::new(dev)?;
    /// queue.submit(5, b"hello")?;
    /// assert_eq!(queue.answer(5)?, None);
    /// // Here the device would be at work.
    /// io_write!(&queue.0, [try: 5].answer, Be::<u32>::new(42));
    /// io_write!(&queue.0, [try: 5].owner, 0);
    /// assert_eq!(queue.answer(5)?, Some(42));
    /// # drop(queue);
    /// # // SAFETY: It was registered above.
    /// # unsafe { kernel::bindings::platform_device_unregister(platform) };
    /// # Ok::<(), Error>(())
    /// ```
    pub fn zeroed_layout(dev: &Device<Bound>, flags: alloc::Flags) -> Result<Self> {
        const { Self::CHECK };
        let bytes = Coherent::<u8>::zeroed_slice(dev, size_of::<T>(), flags)?;
        // SAFETY: These are the bytes of a `T`, aligned to a page.
        Ok(unsafe { bytes.into_layout(NonNull::cast) })
    }

    /// As [`zeroed_layout`](Self::zeroed_layout), for `len` of them, not 0.
    ///
    /// Fails with `EINVAL` for none, with `ENOMEM` otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::{
    ///     device::{
    ///         Bound,
    ///         Device, //
    ///     },
    ///     dma::Coherent,
    ///     io::{
    ///         be::Be,
    ///         io_read, //
    ///     },
    ///     prelude::*, //
    /// };
    ///
    /// #[derive(FromBytes, IntoBytes)]
    /// #[repr(C)]
    /// struct Event {
    ///     what: Be<u32>,
    ///     data: [Be<u32>; 7],
    /// }
    ///
    /// struct Events {
    ///     queue: Coherent<[Event]>,
    ///     next: usize,
    /// }
    ///
    /// impl Events {
    ///     fn new(dev: &Device<Bound>, len: usize) -> Result<Self> {
    ///         Ok(Events {
    ///             queue: Coherent::zeroed_layouts(dev, len, GFP_KERNEL)?,
    ///             next: 0,
    ///         })
    ///     }
    ///
    ///     fn next(&mut self) -> Result<u32> {
    ///         let what = io_read!(&self.queue, [try: self.next].what).get();
    ///         self.next = (self.next + 1) % self.queue.len();
    ///         Ok(what)
    ///     }
    /// }
    /// ```
    pub fn zeroed_layouts(
        dev: &Device<Bound>,
        len: usize,
        flags: alloc::Flags,
    ) -> Result<Coherent<[T]>> {
        const { Self::CHECK };
        let size = size_of::<T>().checked_mul(len).ok_or(ENOMEM)?;
        let bytes = Coherent::<u8>::zeroed_slice(dev, size, flags)?;
        // SAFETY: These are the bytes of `len` of them, aligned to a page.
        Ok(unsafe {
            bytes.into_layout(|place| NonNull::slice_from_raw_parts(place.cast::<T>(), len))
        })
    }
}

impl Coherent<[u8]> {
    /// The same memory with another type.
    ///
    /// # Safety
    ///
    /// `cast` makes of a pointer one to the same place that is valid for what it points to, which
    /// is as large as the memory.
    unsafe fn into_layout<T: KnownSize + ?Sized>(
        self,
        cast: impl FnOnce(NonNull<[u8]>) -> NonNull<T>,
    ) -> Coherent<T> {
        let bytes = ManuallyDrop::new(self);
        // INVARIANT: It is the same memory, of the same size, as the caller says.
        Coherent {
            // SAFETY: It is read once: `bytes` is not dropped.
            dev: unsafe { ptr::read(&bytes.dev) },
            dma_addr: bytes.dma_addr,
            cpu_addr: cast(bytes.cpu_addr),
            dma_attrs: bytes.dma_attrs,
        }
    }
}
