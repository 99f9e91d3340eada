// SPDX-License-Identifier: GPL-2.0

//! Packets that a device reads.

use super::SkBuff;

use crate::{
    bindings,
    device::{
        Bound,
        Device, //
    },
    dma::DmaAddress,
    error::to_result,
    net::device::TxQueue,
    prelude::*, //
};

/// A packet that a device may read (`dma_map_single()`, `skb_frag_dma_map()`), until this is
/// dropped, which gives the packet back as one that was sent.
///
/// The device has to be done with it before, or was reset: what it reads later is other memory.
///
/// # Examples
///
/// A slot of a ring of frames to send:
///
/// ```
/// use kernel::{
///     device::{
///         Bound,
///         Device, //
///     },
///     net::{
///         device::Frame,
///         skbuff::{
///             DropReason,
///             Mapped,
///             SkBuff, //
///         }, //
///     },
///     prelude::*, //
/// };
///
/// struct Descriptor {
///     address: u64,
///     len: u32,
/// }
///
/// /// Says in `ring` where the frame is, and keeps it.
/// fn send<'dev>(
///     dev: &'dev Device<Bound>,
///     frame: Frame<'_>,
///     ring: &mut KVec<Descriptor>,
/// ) -> Option<Mapped<'dev>> {
///     match frame.take().map(dev) {
///         Ok(mapped) => {
///             for part in mapped.parts() {
///                 let descriptor = Descriptor {
///                     address: part.address,
///                     len: part.len as u32,
///                 };
///                 let _ = ring.push_within_capacity(descriptor);
///             }
///             Some(mapped)
///         }
///         Err((skb, _)) => {
///             skb.free(DropReason::NoMem);
///             None
///         }
///     }
/// }
///
/// # // SAFETY: `dev` is a device without a driver, so nothing else ends its mappings.
/// # unsafe fn device(dev: *mut kernel::bindings::device) -> &'static Device<Bound> {
/// #     unsafe { Device::from_raw(dev) }
/// # }
/// # let info = kernel::bindings::platform_device_info {
/// #     name: c"doctest_skb_map".as_char_ptr(),
/// #     dma_mask: u64::MAX,
/// #     ..pin_init::zeroed()
/// # };
/// # // SAFETY: The description is valid for the call, and has no resources.
/// # let platform = kernel::error::from_err_ptr(unsafe {
/// #     kernel::bindings::platform_device_register_full(&info)
/// # })?;
/// # // SAFETY: The device is unregistered when the mappings are gone.
/// # let dev = unsafe { device(&raw mut (*platform).dev) };
/// let mut skb = SkBuff::new(64, GFP_KERNEL)?;
/// skb.put_slice(b"a frame")?;
/// assert_eq!(skb.part_count(), 1);
/// let mapped = skb.map(dev).map_err(|(_, error)| error)?;
/// assert!(mapped.parts().map(|part| part.len).eq([7]));
/// assert_eq!(mapped.skb().len(), 7);
/// assert_eq!(mapped.unmap().data(), b"a frame");
/// // What is empty needs no address.
/// let empty = SkBuff::new(64, GFP_KERNEL)?.map(dev).map_err(|(_, error)| error)?;
/// assert_eq!(empty.parts().count(), 0);
/// # drop(empty);
/// # // SAFETY: It was registered above.
/// # unsafe { kernel::bindings::platform_device_unregister(platform) };
/// # Ok::<(), Error>(())
/// ```
///
/// # Invariants
///
/// `mapping` is of the packet, which does not change.
pub struct Mapped<'dev> {
    // Dropped first.
    mapping: Mapping<'dev>,
    skb: SkBuff,
}

/// A part of a packet, for the device.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Part {
    /// The device's address of it.
    pub address: DmaAddress,
    /// How many bytes it has.
    pub len: usize,
}

impl SkBuff {
    /// How many parts it has for a device that reads it.
    pub fn part_count(&self) -> usize {
        usize::from(self.head_len() > 0) + self.frag_count() as usize
    }

    /// How many parts it has behind the linear one.
    fn frag_count(&self) -> u32 {
        // SAFETY: By the type invariants.
        unsafe { bindings::skb_nr_frags(self.as_raw()) }
    }

    /// Lets a device read the packet. Can be called in any context.
    ///
    /// Fails with `ENOMEM` if the device cannot reach it, no address is left to map it at, or there
    /// is no memory; and with `EINVAL` for one that consists of several packets. Then the packet is
    /// given back: the driver says why it is [freed](Self::free).
    pub fn map(self, dev: &Device<Bound>) -> Result<Mapped<'_>, (SkBuff, Error)> {
        match Mapping::new(dev, &self) {
            // INVARIANT: The packet was mapped just now.
            Ok(mapping) => Ok(Mapped { mapping, skb: self }),
            Err(error) => Err((self, error)),
        }
    }
}

impl Mapped<'_> {
    /// The packet's parts, in their order.
    pub fn parts(&self) -> impl Iterator<Item = Part> + '_ {
        let frags = self.mapping.frags.iter().copied();
        Iterator::chain(self.mapping.head.into_iter(), frags)
    }

    /// The packet.
    pub fn skb(&self) -> &SkBuff {
        &self.skb
    }

    /// Tells those sockets that want to know it that the packet is sent now, see
    /// [`SkBuff::stamp`]. To be called before the device can have sent it, when nothing else can
    /// fail.
    pub fn stamp(&mut self, queue: &TxQueue<'_>) {
        // What the device reads of it stays as it is.
        self.skb.stamp(queue);
    }

    /// Takes the packet back from the device.
    pub fn unmap(self) -> SkBuff {
        drop(self.mapping);
        self.skb
    }
}

/// The parts of a packet, mapped for a device. Dropping this unmaps them.
///
/// # Invariants
///
/// `head`, if there is one, was mapped as a single block, and `frags` as pages.
struct Mapping<'dev> {
    dev: &'dev Device<Bound>,
    head: Option<Part>,
    frags: KVec<Part>,
}

impl<'dev> Mapping<'dev> {
    fn new(dev: &'dev Device<Bound>, skb: &SkBuff) -> Result<Self> {
        let raw = skb.as_raw();
        // SAFETY: The packet is valid.
        if unsafe { bindings::skb_has_frag_list(raw) } {
            return Err(EINVAL);
        }
        let count = skb.frag_count();
        let mut this = Mapping {
            dev,
            head: None,
            frags: KVec::new(),
        };
        if count > 0 {
            this.frags.reserve(count as usize, GFP_ATOMIC)?;
        }
        let len = skb.head_len();
        if len > 0 {
            // SAFETY: The device is bound, and the packet has a linear part.
            let address = this.check(unsafe { bindings::skb_dma_map_head(dev.as_raw(), raw) })?;
            // INVARIANT: It was mapped just now.
            this.head = Some(Part { address, len });
        }
        for index in 0..count {
            // SAFETY: The device is bound, and the packet has so many parts.
            let (address, len) = unsafe {
                (
                    bindings::skb_dma_map_frag(dev.as_raw(), raw, index),
                    bindings::skb_frag_size_at(raw, index) as usize,
                )
            };
            let address = this.check(address)?;
            // INVARIANT: It was mapped just now. This does not fail: there is room.
            this.frags.push(Part { address, len }, GFP_ATOMIC)?;
        }
        Ok(this)
    }

    fn check(&self, address: DmaAddress) -> Result<DmaAddress> {
        // SAFETY: The device is valid.
        to_result(unsafe { bindings::skb_dma_mapping_error(self.dev.as_raw(), address) })?;
        Ok(address)
    }
}

impl Drop for Mapping<'_> {
    fn drop(&mut self) {
        let dev = self.dev.as_raw();
        if let Some(head) = self.head {
            // SAFETY: By the type invariants. The device is bound.
            unsafe { bindings::skb_dma_unmap_head(dev, head.address, head.len) };
        }
        for frag in &self.frags {
            // SAFETY: By the type invariants each of these was mapped, once. The device is bound.
            unsafe { bindings::skb_dma_unmap_frag(dev, frag.address, frag.len) };
        }
    }
}
