// SPDX-License-Identifier: GPL-2.0

//! VLANs that a device filters frames by.

use crate::{
    bindings,
    prelude::*, //
};

/// What kind of tag the frames of a VLAN have.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum VlanTag {
    /// That of 802.1Q (`ETH_P_8021Q`).
    Customer,
    /// That of 802.1ad (`ETH_P_8021AD`), behind which there may be another one.
    Service,
}

impl VlanTag {
    /// The protocol, as C has it.
    pub(in crate::net) fn protocol(self) -> u16 {
        // CAST: It has 16 bits.
        let protocol = match self {
            VlanTag::Customer => bindings::ETH_P_8021Q as u16,
            VlanTag::Service => bindings::ETH_P_8021AD as u16,
        };
        protocol.to_be()
    }
}

/// A VLAN of which frames are to be received, see
/// [`Operations::add_vlan`](super::Operations::add_vlan).
///
/// # Examples
///
/// A device that keeps a list of them, and does not take tags out of frames while one of them is a
/// service VLAN:
///
/// ```
/// use kernel::{
///     net::{
///         device::{
///             Features,
///             Opening,
///             Operations,
///             Registration,
///             Rtnl,
///             Settings,
///             Vlan,
///             VlanTag, //
///         },
///         namespace::Net, //
///     },
///     prelude::*,
///     sync::{
///         new_mutex,
///         Mutex, //
///     }, //
/// };
///
/// #[pin_data]
/// struct Nic {
///     #[pin]
///     vlans: Mutex<KVec<Vlan>>,
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
///     fn add_vlan(&self, cx: &mut Rtnl<'_, Self>, vlan: Vlan) -> Result {
///         self.vlans.lock().push(vlan, GFP_KERNEL)?;
///         cx.update_features();
///         Ok(())
///     }
///
///     fn remove_vlan(&self, cx: &mut Rtnl<'_, Self>, vlan: Vlan) -> Result {
///         self.vlans.lock().retain(|other| *other != vlan);
///         cx.update_features();
///         Ok(())
///     }
///
///     fn fix_features(&self, features: Features) -> Features {
///         if self.vlans.lock().iter().any(|vlan| vlan.tag == VlanTag::Service) {
///             features - Features::RX_VLAN
///         } else {
///             features
///         }
///     }
/// }
///
/// let settings = Settings::new(c"rust_vlan%d")
///     .features(Features::RX_VLAN | Features::VLAN_FILTER)
///     .always(Features::SERVICE_VLAN_FILTER);
/// let nic = pin_init!(Nic { vlans <- new_mutex!(KVec::new()) });
/// let nic = Registration::new(&settings, None, Net::init(), nic)?;
/// let device = nic.device();
///
/// // What a VLAN device on the device does.
/// # use kernel::net::device::testing;
/// let service = Vlan { tag: VlanTag::Service, id: 5 };
/// testing::set_vlan(device, Vlan { tag: VlanTag::Customer, id: 7 }, true)?;
/// assert!(device.features().contains(Features::RX_VLAN));
/// testing::set_vlan(device, service, true)?;
/// assert!(nic.vlans.lock().contains(&service));
/// assert!(!device.features().contains(Features::RX_VLAN));
/// testing::set_vlan(device, service, false)?;
/// assert!(device.features().contains(Features::RX_VLAN | Features::VLAN_FILTER));
/// assert_eq!(nic.vlans.lock().len(), 1);
/// # Ok::<(), Error>(())
/// ```
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Vlan {
    /// What kind of tag its frames have.
    pub tag: VlanTag,
    /// The number in that tag.
    pub id: u16,
}

impl Vlan {
    /// Fails with `EOPNOTSUPP` for a protocol that is none of VLANs.
    pub(super) fn from_c(protocol: u16, id: u16) -> Result<Self> {
        let tag = match u32::from(u16::from_be(protocol)) {
            bindings::ETH_P_8021Q => VlanTag::Customer,
            bindings::ETH_P_8021AD => VlanTag::Service,
            _ => return Err(EOPNOTSUPP),
        };
        Ok(Vlan { tag, id })
    }

    /// The protocol, as C has it.
    #[cfg(CONFIG_RUST_KERNEL_DOCTESTS)]
    pub(super) fn protocol(self) -> u16 {
        self.tag.protocol()
    }
}
