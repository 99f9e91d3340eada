// SPDX-License-Identifier: GPL-2.0

//! How received frames are spread over queues.

use super::EthtoolOps;

use crate::{
    bindings,
    net::{
        device::{
            callbacks::{
                errno,
                with_proof, //
            },
            Operations,
            Rtnl, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

use core::slice;

/// The function that a frame's hash is computed by (`ETH_RSS_HASH_*`).
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub enum HashFunction {
    /// Toeplitz, with the key.
    #[default]
    Toeplitz,
    /// The exclusive or of all bytes.
    Xor,
    /// A cyclic redundancy check.
    Crc32,
}

impl HashFunction {
    const ALL: [Self; 3] = [
        HashFunction::Toeplitz,
        HashFunction::Xor,
        HashFunction::Crc32,
    ];

    pub(super) fn bit(self) -> u8 {
        let bit = match self {
            HashFunction::Toeplitz => bindings::ETH_RSS_HASH_TOP_BIT,
            HashFunction::Xor => bindings::ETH_RSS_HASH_XOR_BIT,
            HashFunction::Crc32 => bindings::ETH_RSS_HASH_CRC32_BIT,
        };
        1 << bit
    }

    /// The function with that bit, if there is one.
    pub(super) fn from_bit(bit: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.bit() == bit)
    }
}

/// The key that hashes of frames are computed with as long as no user wants another one
/// (`netdev_rss_key_fill()`): a random one, which is the same for all devices until the next boot.
/// A shorter key is the beginning of a longer one. Works in any context.
///
/// # Examples
///
/// ```
/// use kernel::net::ethtool::default_rss_key;
///
/// let key: [u8; 40] = default_rss_key();
/// let longer: [u8; 52] = default_rss_key();
/// assert_eq!(longer[..40], key);
/// ```
pub fn default_rss_key<const LEN: usize>() -> [u8; LEN] {
    const { assert!(LEN <= bindings::NETDEV_RSS_KEY_LEN as usize) };
    let mut key = [0; LEN];
    // SAFETY: The array has that many bytes, which are no more than the kernel's key has.
    unsafe { bindings::netdev_rss_key_fill(key.as_mut_ptr().cast(), LEN) };
    key
}

/// How received frames are spread over queues, to be filled. What nobody wants to know is empty.
///
/// See [`EthtoolOps::rss`](super::EthtoolOps::rss).
pub struct Rss<'a> {
    /// The function that a frame's hash is computed by.
    pub function: HashFunction,
    /// Whether frames of both directions have the same hash, as addresses and ports are combined by
    /// or and exclusive or first.
    pub symmetric: bool,
    /// Its key, as long as [`RSS_KEY_LEN`](super::EthtoolOps::RSS_KEY_LEN) says.
    pub key: &'a mut [u8],
    /// The queue for each remainder of the hash divided by the table's length, which is what
    /// [`rss_table_len`](super::EthtoolOps::rss_table_len) said.
    pub table: &'a mut [u32],
}

/// The memory that C has for an array, if it has any.
///
/// # Safety
///
/// `start` is null or points to `len` values that only the caller uses during `'a`.
unsafe fn array<'a, T>(start: *mut T, len: u32) -> &'a mut [T] {
    if start.is_null() {
        return &mut [];
    }
    // SAFETY: By the requirements of this function.
    unsafe { slice::from_raw_parts_mut(start, len as usize) }
}

impl<'a> Rss<'a> {
    /// # Safety
    ///
    /// What the structure points to is memory as long as it says, which only the caller uses during
    /// `'a`.
    unsafe fn from_c(rxfh: &bindings::ethtool_rxfh_param) -> Self {
        Rss {
            function: HashFunction::default(),
            symmetric: false,
            // SAFETY: By the requirements of this function.
            key: unsafe { array(rxfh.key, rxfh.key_size) },
            // SAFETY: As before.
            table: unsafe { array(rxfh.indir, rxfh.indir_size) },
        }
    }
}

/// What of [`Rss`] a user wants to be otherwise; `None` is to be as it was.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub struct RssChange<'a> {
    /// The function.
    pub function: Option<HashFunction>,
    /// The key.
    pub key: Option<&'a [u8]>,
    /// The table, whose numbers are those of queues that there are.
    pub table: Option<&'a [u32]>,
}

impl<'a> RssChange<'a> {
    /// Fails with `EOPNOTSUPP` for what no driver in Rust can do: more tables than one, hashes that
    /// are the same in both directions.
    ///
    /// # Safety
    ///
    /// What the structure points to are as many values as it says, which nobody changes during
    /// `'a`.
    unsafe fn from_c(rxfh: &bindings::ethtool_rxfh_param) -> Result<Self> {
        const KEEP: u8 = bindings::ETH_RSS_HASH_NO_CHANGE as u8;

        let transforms = [0, bindings::RXH_XFRM_NO_CHANGE as u8];
        if rxfh.rss_context != 0 || !transforms.contains(&rxfh.input_xfrm) {
            return Err(EOPNOTSUPP);
        }
        let function = match rxfh.hfunc {
            KEEP => None,
            bit => Some(HashFunction::from_bit(bit).ok_or(EOPNOTSUPP)?),
        };
        // SAFETY: By the requirements of this function.
        let (key, table) = unsafe {
            (
                array(rxfh.key, rxfh.key_size),
                array(rxfh.indir, rxfh.indir_size),
            )
        };
        Ok(RssChange {
            function,
            key: (!rxfh.key.is_null()).then_some(&*key),
            table: (!rxfh.indir.is_null()).then_some(&*table),
        })
    }
}

impl<N: Operations> Rtnl<'_, N> {
    /// Whether a user has set the table by which received frames are spread, which then stays when
    /// the number of queues changes (`netif_is_rxfh_configured()`).
    pub fn has_user_table(&self) -> bool {
        // SAFETY: The device is valid, and RTNL is held.
        unsafe { bindings::netif_is_rxfh_configured(self.device().as_raw()) }
    }
}

/// # Safety
///
/// Only to be called by the kernel, as an operation of a device with a driver's part `N`, with RTNL
/// held, and with structures that nobody else uses meanwhile.
pub(super) unsafe extern "C" fn get_indir_size<N: EthtoolOps>(
    device: *mut bindings::net_device,
) -> u32 {
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    unsafe { with_proof(device, |this: &N, cx| this.rss_table_len(cx)) }
}

/// # Safety
///
/// As for [`get_indir_size`].
pub(super) unsafe extern "C" fn get_rx_ring_count(device: *mut bindings::net_device) -> u32 {
    // SAFETY: The kernel calls an operation of a valid device. The number changes with RTNL held.
    unsafe { (*device).real_num_rx_queues }
}

/// # Safety
///
/// As for [`get_indir_size`].
pub(super) unsafe extern "C" fn get_rxfh<N: EthtoolOps>(
    device: *mut bindings::net_device,
    rxfh: *mut bindings::ethtool_rxfh_param,
) -> c_int {
    // SAFETY: The kernel passes a valid structure, which nobody else uses.
    let rxfh = unsafe { &mut *rxfh };
    // SAFETY: The kernel has zeroed memory for as many numbers and bytes as it says.
    let mut rss = unsafe { Rss::from_c(rxfh) };
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    unsafe { with_proof(device, |this: &N, cx| this.rss(cx, &mut rss)) };
    rxfh.hfunc = rss.function.bit();
    if rss.symmetric {
        rxfh.input_xfrm = bindings::RXH_XFRM_SYM_OR_XOR as u8;
    }
    0
}

/// # Safety
///
/// As for [`get_indir_size`].
pub(super) unsafe extern "C" fn set_rxfh<N: EthtoolOps>(
    device: *mut bindings::net_device,
    rxfh: *mut bindings::ethtool_rxfh_param,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: The kernel passes a valid structure, and null or an acknowledgement that only this
    // task uses.
    let (rxfh, extack) = unsafe { (&*rxfh, Extack::from_raw(extack)) };
    // SAFETY: The kernel passes as many numbers and bytes as it says, which nobody changes.
    let change = unsafe { RssChange::from_c(rxfh) };
    // SAFETY: The kernel calls an operation of a device with such a part, with RTNL held.
    errno(unsafe { with_proof(device, |this: &N, cx| this.set_rss(cx, &change?, extack)) })
}

/// # Safety
///
/// As for [`get_indir_size`].
pub(super) unsafe extern "C" fn get_rxfh_key_size<N: EthtoolOps>(
    _: *mut bindings::net_device,
) -> u32 {
    N::RSS_KEY_LEN
}
