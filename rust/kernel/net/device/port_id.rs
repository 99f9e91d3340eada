// SPDX-License-Identifier: GPL-2.0

//! Which port of which card a device is.

use crate::{
    bindings,
    prelude::*, //
};

/// The identifier of a port, which is the same for all devices that share it (`struct
/// netdev_phys_item_id`), see
/// [`Operations::physical_port_id`](super::Operations::physical_port_id).
///
/// # Examples
///
/// A device whose firmware has given its port a number:
///
/// ```
/// use kernel::{
///     net::device::{
///         Opening,
///         Operations,
///         PortId, //
///     },
///     prelude::*, //
/// };
///
/// struct Nic {
///     port_guid: u64,
/// }
///
/// #[vtable]
/// impl Operations for Nic {
///     type Open<'open> = ();
///     type Sender<'open> = core::convert::Infallible;
///
///     fn open<'open>(&'open self, _: &mut Opening<'open, Self>) -> Result<()> {
///         Ok(())
///     }
///
///     fn physical_port_id(&self) -> Result<PortId> {
///         PortId::new(&self.port_guid.to_be_bytes())
///     }
/// }
///
/// let nic = Nic { port_guid: 0x0002_c903_0011_2233 };
/// assert_eq!(nic.physical_port_id()?.bytes(), [0, 2, 0xc9, 3, 0, 0x11, 0x22, 0x33]);
/// assert_eq!(PortId::new(&[0; 33]).err(), Some(EINVAL));
/// # Ok::<(), Error>(())
/// ```
pub struct PortId {
    bytes: [u8; PortId::MAX_LEN],
    len: u8,
}

impl PortId {
    /// How many bytes it has at most.
    pub const MAX_LEN: usize = bindings::MAX_PHYS_ITEM_ID_LEN as usize;

    /// The identifier of these bytes. Fails with `EINVAL` if there are too many.
    pub fn new(id: &[u8]) -> Result<Self> {
        let mut bytes = [0; Self::MAX_LEN];
        bytes.get_mut(..id.len()).ok_or(EINVAL)?.copy_from_slice(id);
        Ok(PortId {
            bytes,
            // CAST: It is at most `MAX_LEN`.
            len: id.len() as u8,
        })
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len.into()).unwrap_or(&[])
    }

    /// The same, for C.
    pub(super) fn to_c(&self) -> bindings::netdev_phys_item_id {
        bindings::netdev_phys_item_id {
            id: self.bytes,
            id_len: self.len,
        }
    }
}
