// SPDX-License-Identifier: GPL-2.0

//! What devices do for packets.

use super::SkBuff;

use crate::{
    bindings,
    error::to_result,
    net::device::{
        TxQueue,
        VlanTag, //
    },
    prelude::*, //
};

/// A checksum that the device has to put into a packet (`CHECKSUM_PARTIAL`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct ChecksumToDo {
    /// From which byte on to the end it is summed up.
    pub start: usize,
    /// The byte at which the sum is put; it has two.
    pub place: usize,
}

/// How a packet of TCP is to be cut into frames by the device.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Segmentation {
    /// How many bytes of data a frame has at most (`gso_size`).
    pub size: u16,
    /// How many frames there are (`gso_segs`).
    pub count: usize,
    /// How many bytes the headers have with which each frame begins, TCP's being the last. They are
    /// in the linear part; 0 if they are not, so that the packet cannot be sent.
    pub headers: usize,
}

/// What a device says about the checksum of a received packet.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Checksum {
    /// Nothing (`CHECKSUM_NONE`).
    Unknown,
    /// That of TCP, UDP and the like is right (`CHECKSUM_UNNECESSARY`).
    Right,
    /// The sum of all bytes after the Ethernet header (`CHECKSUM_COMPLETE`).
    Sum(u32),
}

/// What the device has made a hash of (`enum pkt_hash_types`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum HashOf {
    /// The link layer's addresses.
    L2,
    /// The network layer's addresses.
    L3,
    /// These, and the transport layer's ports.
    L4,
}

impl SkBuff {
    /// How many bytes are in its linear part, that is in [`data`](Self::data).
    pub fn head_len(&self) -> usize {
        self.data().len()
    }

    /// Whether all bytes are in its linear part.
    pub fn is_linear(&self) -> bool {
        self.head_len() == self.len()
    }

    /// Moves all bytes into the linear part (`skb_linearize()`). Fails with `ENOMEM`. Can be called
    /// in any context but with interrupts off.
    pub fn linearize(&mut self) -> Result {
        // SAFETY: By the type invariants, and nobody else has this reference.
        to_result(unsafe { bindings::skb_linearize(self.as_raw()) })
    }

    /// The checksum that is left to the device, if any. Only devices have to do so that have
    /// [`Features`](crate::net::device::Features) which say that they do.
    pub fn checksum_to_do(&self) -> Option<ChecksumToDo> {
        let skb = self.as_raw();
        // SAFETY: By the type invariants.
        let (summed, start, offset) = unsafe {
            (
                bindings::skb_ip_summed(skb),
                bindings::skb_checksum_start_offset(skb),
                bindings::skb_csum_offset(skb),
            )
        };
        if u32::from(summed) != bindings::CHECKSUM_PARTIAL {
            return None;
        }
        let start = usize::try_from(start).ok()?;
        Some(ChecksumToDo {
            start,
            place: start + usize::from(offset),
        })
    }

    /// How the packet is to be cut into frames by the device, if it is. Only devices have to do so
    /// that have [`Features`](crate::net::device::Features) which say that they do; the frames'
    /// checksums are left to them then, too.
    ///
    /// # Examples
    ///
    /// How many bytes are on the wire:
    ///
    /// ```
    /// use kernel::net::skbuff::SkBuff;
    ///
    /// fn wire_bytes(skb: &SkBuff) -> usize {
    ///     match skb.segmentation() {
    ///         Some(cut) => skb.len() + (cut.count - 1) * cut.headers,
    ///         None => skb.len(),
    ///     }
    /// }
    ///
    /// let mut skb = SkBuff::new(64, GFP_KERNEL)?;
    /// skb.put_slice(b"one frame")?;
    /// assert_eq!(skb.segmentation(), None);
    /// assert_eq!(wire_bytes(&skb), 9);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn segmentation(&self) -> Option<Segmentation> {
        let skb = self.as_raw();
        // SAFETY: By the type invariants.
        let (size, count, headers) = unsafe {
            if !bindings::skb_is_gso_tcp(skb) {
                return None;
            }
            (
                bindings::skb_gso_size(skb),
                bindings::skb_gso_segs(skb),
                bindings::skb_tcp_headers(skb),
            )
        };
        Some(Segmentation {
            // CAST: It has 16 bits.
            size: size as u16,
            // CAST: At most 16 bits, all of which a `usize` has.
            count: count.max(1) as usize,
            headers: headers as usize,
        })
    }

    /// Leaves a checksum to the device that the packet is sent by, which is computed for it if it
    /// does not do that (`skb_partial_csum_set()`). Of TCP and UDP the sum of the pseudo header is
    /// in its place. Says as well that the transport layer's header is where it starts.
    ///
    /// Fails with `EINVAL` if it is not in the linear part.
    pub fn leave_checksum(&mut self, checksum: ChecksumToDo) -> Result {
        let ChecksumToDo { start, place } = checksum;
        let offset = place.checked_sub(start).ok_or(EINVAL)?;
        let (start, offset) = (start.try_into()?, offset.try_into()?);
        // SAFETY: By the type invariants.
        if unsafe { bindings::skb_partial_csum_set(self.as_raw(), start, offset) } {
            Ok(())
        } else {
            Err(EINVAL)
        }
    }

    /// Says what the device says about the checksum of a received packet.
    pub fn set_checksum(&mut self, checksum: Checksum) {
        let skb = self.as_raw();
        // SAFETY: By the type invariants.
        unsafe {
            match checksum {
                Checksum::Unknown => {
                    bindings::skb_set_ip_summed(skb, bindings::CHECKSUM_NONE as u8)
                }
                Checksum::Right => {
                    bindings::skb_set_ip_summed(skb, bindings::CHECKSUM_UNNECESSARY as u8)
                }
                Checksum::Sum(sum) => bindings::skb_set_csum(skb, sum),
            }
        }
    }

    /// Says the hash that the device has made of a received packet (`skb_set_hash()`).
    pub fn set_hash(&mut self, hash: u32, of: HashOf) {
        let of = match of {
            HashOf::L2 => bindings::pkt_hash_types_PKT_HASH_TYPE_L2,
            HashOf::L3 => bindings::pkt_hash_types_PKT_HASH_TYPE_L3,
            HashOf::L4 => bindings::pkt_hash_types_PKT_HASH_TYPE_L4,
        };
        // SAFETY: By the type invariants.
        unsafe { bindings::skb_set_hash(self.as_raw(), hash, of) }
    }

    /// Tells those sockets that want to know it that the packet is sent now (`skb_tx_timestamp()`).
    /// To be called before the device can have sent it, when nothing else can fail. Who is told
    /// gets another reference to what is in the packet, which is not changed, and hears by which
    /// device it is sent: that of `queue`, as the one that the packet was given to may be gone.
    pub fn stamp(&mut self, queue: &TxQueue<'_>) {
        let skb = self.as_raw();
        // SAFETY: By the type invariants, and it is borrowed for writing. The device is valid while
        // there is the queue, and is not looked at after that.
        unsafe {
            bindings::skb_set_dev(skb, queue.device().as_ptr());
            bindings::skb_tx_timestamp(skb);
        }
    }

    /// The VLAN tag that the device has to put into a packet, or has taken out of it: priority and
    /// number, as in the tag (`skb_vlan_tag_get()`).
    pub fn vlan_tag(&self) -> Option<u16> {
        let skb = self.as_raw();
        // SAFETY: By the type invariants.
        unsafe { bindings::skb_vlan_tag_present(skb).then(|| bindings::skb_vlan_tag_get(skb)) }
    }

    /// Says the VLAN tag that the device has taken out of a received packet, and of which kind it
    /// was (`__vlan_hwaccel_put_tag()`).
    pub fn set_vlan_tag(&mut self, kind: VlanTag, tag: u16) {
        // SAFETY: By the type invariants.
        unsafe { bindings::__vlan_hwaccel_put_tag(self.as_raw(), kind.protocol(), tag) }
    }
}
