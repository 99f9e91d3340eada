// SPDX-License-Identifier: GPL-2.0

//! Socket buffers: the kernel's packets.
//!
//! C header: [`include/linux/skbuff.h`](srctree/include/linux/skbuff.h)

use crate::{
    alloc::Flags,
    bindings,
    error::to_result,
    prelude::*, //
};

use core::{
    mem::ManuallyDrop,
    ptr,
    ptr::NonNull,
    slice, //
};

mod buffer;
#[cfg(CONFIG_HAS_DMA)]
mod dma;
mod offload;

pub use self::buffer::RxBuffer;
#[cfg(CONFIG_HAS_DMA)]
pub use self::dma::{
    Mapped,
    Part, //
};
pub use self::offload::{
    Checksum,
    ChecksumToDo,
    HashOf,
    Segmentation, //
};

/// A packet (`struct sk_buff`) that is not in any queue.
///
/// Dropping it gives it back as one that was dealt with (`consume_skb()`), which is possible in any
/// context but with interrupts off.
///
/// # Invariants
///
/// The buffer is valid, and this owns a reference that nobody else uses. Its headers are changed by
/// nobody else. What it says is the linear part of its data is initialized, and so is what it says
/// is the link layer's header, if that is before it.
///
/// # Examples
///
/// An Ethernet frame without payload, from which the headers can be found:
///
/// ```
/// use kernel::net::skbuff::SkBuff;
///
/// const ETH_HLEN: usize = 14;
/// const ETH_P_LOOPBACK: u16 = 0x9000;
///
/// let mut skb = SkBuff::new(60, GFP_KERNEL)?;
/// skb.reset_mac_header();
/// let ethernet = skb.put(ETH_HLEN)?;
/// ethernet[..6].fill(0xff);
/// ethernet[12..].copy_from_slice(&ETH_P_LOOPBACK.to_be_bytes());
/// skb.set_protocol(ETH_P_LOOPBACK);
/// skb.set_network_header(ETH_HLEN)?;
/// skb.put_slice(b"hello")?;
///
/// assert_eq!(skb.len(), 19);
/// assert_eq!(&skb.data()[10..], b"\0\0\x90\0hello");
/// let mut copy = [0; 3];
/// skb.copy(14, &mut copy)?;
/// assert_eq!(&copy, b"hel");
/// assert_eq!(skb.copy(17, &mut copy), Err(EFAULT));
/// assert_eq!(skb.set_network_header(20), Err(EINVAL));
/// assert_eq!(skb.put(1 << 20), Err(EMSGSIZE));
/// // It is with the data.
/// assert!(skb.mac_header().is_empty());
///
/// // What is left to a device, and what one says about a packet that it has received.
/// use kernel::net::{
///     device::VlanTag,
///     skbuff::{
///         Checksum,
///         ChecksumToDo,
///         HashOf, //
///     }, //
/// };
///
/// let checksum = ChecksumToDo { start: 14, place: 16 };
/// skb.leave_checksum(checksum)?;
/// assert_eq!(skb.checksum_to_do(), Some(checksum));
/// let before = ChecksumToDo { start: 14, place: 12 };
/// assert_eq!(skb.leave_checksum(before), Err(EINVAL));
///
/// skb.set_checksum(Checksum::Unknown);
/// assert!(skb.is_linear());
/// assert_eq!(skb.checksum_to_do(), None);
/// assert_eq!(skb.vlan_tag(), None);
/// skb.set_checksum(Checksum::Right);
/// skb.set_hash(0x1234, HashOf::L4);
/// skb.set_vlan_tag(VlanTag::Customer, 42);
/// assert_eq!(skb.vlan_tag(), Some(42));
/// # Ok::<(), Error>(())
/// ```
pub struct SkBuff(NonNull<bindings::sk_buff>);

// SAFETY: A buffer belongs to no task or CPU.
unsafe impl Send for SkBuff {}

// SAFETY: What a shared reference can be used for only reads.
unsafe impl Sync for SkBuff {}

impl SkBuff {
    /// An empty packet with room for `size` bytes (`alloc_skb()`).
    ///
    /// Can be called in any context that `flags` are for. Fails with `EINVAL` for 2 GiB and more.
    pub fn new(size: usize, flags: Flags) -> Result<Self> {
        let size = i32::try_from(size).map_err(|_| EINVAL)?;
        // Longer ones would overflow what is added to the size.
        // SAFETY: Can always be called with such a size.
        let skb = unsafe {
            bindings::__alloc_skb(size as u32, flags.as_raw(), 0, bindings::NUMA_NO_NODE)
        };
        // INVARIANT: It is new, and has no data.
        Ok(SkBuff(NonNull::new(skb).ok_or(ENOMEM)?))
    }

    /// Takes over a packet from C.
    ///
    /// # Safety
    ///
    /// The packet is valid, and the caller gives its only reference away. The linear part of its
    /// data is initialized, and so is a link layer's header before it; if others share these, they
    /// do not write to them.
    pub unsafe fn from_raw(skb: NonNull<bindings::sk_buff>) -> Self {
        // INVARIANT: By the requirements of this function.
        SkBuff(skb)
    }

    /// Gives the packet to C, with its reference.
    pub fn into_raw(self) -> NonNull<bindings::sk_buff> {
        ManuallyDrop::new(self).0
    }

    /// The packet as C knows it.
    pub fn as_raw(&self) -> *mut bindings::sk_buff {
        self.0.as_ptr()
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        // SAFETY: By the type invariants.
        unsafe { (*self.as_raw()).len as usize }
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its bytes, of one that is not linear only the beginning.
    pub fn data(&self) -> &[u8] {
        let skb = self.as_raw();
        // SAFETY: By the type invariants the buffer is valid, and its linear part, which begins at
        // `data`, initialized. It is not written to while `self` is borrowed: `put` borrows it for
        // writing, and others do not write to data that they share.
        unsafe { slice::from_raw_parts((*skb).data, ((*skb).len - (*skb).data_len) as usize) }
    }

    /// Copies its bytes from `offset` on, whatever parts they are in, until `to` is full
    /// (`skb_copy_bits()`). Can be called in any context.
    ///
    /// Fails with `EFAULT` if it has not that many, or some are not for the CPU to read.
    pub fn copy(&self, offset: usize, to: &mut [u8]) -> Result {
        let (offset, len) = match (offset.try_into(), to.len().try_into()) {
            (Ok(offset), Ok(len)) => (offset, len),
            _ => return Err(EFAULT),
        };
        // SAFETY: By the type invariants, and so many bytes can be written there.
        to_result(unsafe {
            bindings::skb_copy_bits(self.as_raw(), offset, to.as_mut_ptr().cast(), len)
        })
    }

    /// Appends `len` bytes, which are zero at first (`skb_put_zero()`).
    ///
    /// Fails with `EMSGSIZE` if there is not enough room, with `EBUSY` if somebody who was shown
    /// the packet shares its data.
    pub fn put(&mut self, len: usize) -> Result<&mut [u8]> {
        let skb = self.as_raw();
        // SAFETY: By the type invariants. A buffer that is not linear has no room.
        let (cloned, room) = unsafe { (bindings::skb_cloned(skb), bindings::skb_tailroom(skb)) };
        if cloned != 0 {
            return Err(EBUSY);
        }
        if usize::try_from(room).map_or(true, |room| len > room) {
            return Err(EMSGSIZE);
        }
        // The cast does not cut off: the room is less than that.
        // SAFETY: The buffer is valid, has so much room, and its data is this one's alone, as
        // `self` is borrowed for writing. What is there is initialized before it is shown.
        unsafe {
            let bytes: *mut u8 = bindings::skb_put(skb, len as u32).cast();
            ptr::write_bytes(bytes, 0, len);
            Ok(slice::from_raw_parts_mut(bytes, len))
        }
    }

    /// Appends `bytes` (`skb_put_data()`). Fails as [`put`](Self::put) does.
    pub fn put_slice(&mut self, bytes: &[u8]) -> Result {
        self.put(bytes.len())?.copy_from_slice(bytes);
        Ok(())
    }

    /// Says that the link layer's header is at the beginning (`skb_reset_mac_header()`).
    pub fn reset_mac_header(&mut self) {
        // SAFETY: By the type invariants.
        unsafe { bindings::skb_reset_mac_header(self.as_raw()) }
    }

    /// The link layer's header of one that begins behind that, as one does that was received. Empty
    /// of others.
    pub fn mac_header(&self) -> &[u8] {
        let skb = self.as_raw();
        // SAFETY: By the type invariants.
        let offset = unsafe { bindings::skb_mac_offset(skb) };
        let len = usize::try_from(-offset).unwrap_or(0);
        // SAFETY: By the type invariants the header is in the buffer, up to where the data begins,
        // and initialized. It is not written to while `self` is borrowed, as in `data`.
        unsafe { slice::from_raw_parts((*skb).data.sub(len), len) }
    }

    /// Says where the network layer's header is (`skb_set_network_header()`).
    ///
    /// Fails with `EINVAL` if that is beyond the end.
    pub fn set_network_header(&mut self, offset: usize) -> Result {
        let offset = self.header_offset(offset)?;
        // SAFETY: By the type invariants, and the header is in the buffer.
        unsafe { bindings::skb_set_network_header(self.as_raw(), offset) };
        Ok(())
    }

    /// Says where the transport layer's header is (`skb_set_transport_header()`).
    ///
    /// Fails with `EINVAL` if that is beyond the end.
    pub fn set_transport_header(&mut self, offset: usize) -> Result {
        let offset = self.header_offset(offset)?;
        // SAFETY: By the type invariants, and the header is in the buffer.
        unsafe { bindings::skb_set_transport_header(self.as_raw(), offset) };
        Ok(())
    }

    /// An offset from the beginning of the data as headers have it: with what is before the data,
    /// it has 16 bits.
    fn header_offset(&self, offset: usize) -> Result<c_int> {
        // SAFETY: By the type invariants.
        let headroom = unsafe { (*self.as_raw()).data.addr() - (*self.as_raw()).head.addr() };
        if offset > self.data().len() || headroom + offset >= usize::from(u16::MAX) {
            return Err(EINVAL);
        }
        Ok(offset as c_int)
    }

    /// Says which protocol the network layer has, as an Ethernet type (`ETH_P_*`).
    pub fn set_protocol(&mut self, protocol: u16) {
        // SAFETY: By the type invariants.
        unsafe { bindings::skb_set_protocol(self.as_raw(), protocol.to_be()) }
    }

    /// Frees the packet, which was not dealt with (`kfree_skb_reason()`). Possible in the contexts
    /// that dropping it is.
    pub fn free(self, reason: DropReason) {
        let skb = ManuallyDrop::new(self);
        // SAFETY: By the type invariants it owns a reference, which is not used again.
        unsafe { bindings::sk_skb_reason_drop(ptr::null(), skb.as_raw(), reason.to_c()) }
    }

    /// Says which device the packet came in by, or goes out by.
    ///
    /// # Safety
    ///
    /// The device exists as long as the packet and those that share its data: no reference to it is
    /// taken.
    pub unsafe fn set_device(&mut self, device: NonNull<bindings::net_device>) {
        // SAFETY: By the type invariants, and by the requirements of this function.
        unsafe { bindings::skb_set_dev(self.as_raw(), device.as_ptr()) }
    }
}

/// Why a driver drops a packet (a part of `enum skb_drop_reason`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum DropReason {
    /// The driver does not say.
    NotSpecified,
    /// The device is not ready.
    DevReady,
    /// The ring of descriptors is full.
    FullRing,
    /// There is no memory.
    NoMem,
    /// What the device or the driver put before the packet is wrong.
    DevHdr,
    /// The headers are not all there.
    HdrTrunc,
    /// The packet is too small.
    PktTooSmall,
    /// The packet is too large.
    PktTooBig,
    /// The packet waited in a queue that is emptied.
    QueuePurge,
}

impl DropReason {
    fn to_c(self) -> bindings::skb_drop_reason {
        match self {
            Self::NotSpecified => bindings::skb_drop_reason_SKB_DROP_REASON_NOT_SPECIFIED,
            Self::DevReady => bindings::skb_drop_reason_SKB_DROP_REASON_DEV_READY,
            Self::FullRing => bindings::skb_drop_reason_SKB_DROP_REASON_FULL_RING,
            Self::NoMem => bindings::skb_drop_reason_SKB_DROP_REASON_NOMEM,
            Self::DevHdr => bindings::skb_drop_reason_SKB_DROP_REASON_DEV_HDR,
            Self::HdrTrunc => bindings::skb_drop_reason_SKB_DROP_REASON_HDR_TRUNC,
            Self::PktTooSmall => bindings::skb_drop_reason_SKB_DROP_REASON_PKT_TOO_SMALL,
            Self::PktTooBig => bindings::skb_drop_reason_SKB_DROP_REASON_PKT_TOO_BIG,
            Self::QueuePurge => bindings::skb_drop_reason_SKB_DROP_REASON_QUEUE_PURGE,
        }
    }
}

impl Drop for SkBuff {
    fn drop(&mut self) {
        // This is `consume_skb()`, which is not a function in each kernel.
        // SAFETY: By the type invariants it owns a reference, which is not used again.
        unsafe {
            bindings::sk_skb_reason_drop(
                ptr::null(),
                self.as_raw(),
                bindings::skb_drop_reason_SKB_CONSUMED,
            )
        }
    }
}
