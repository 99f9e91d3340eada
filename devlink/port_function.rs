// SPDX-License-Identifier: GPL-2.0

//! The function behind a port: a PCI PF, VF or SF whose attributes only the driver knows.
//!
//! A `do` asks the driver and is exact. A dump and a notification wait for no driver: if it is
//! busy, or fails, they show what it said last.

use crate::{
    driver::access::InstanceLocked,
    generated::{
        attr,
        port_function as fn_attr,
        Cmd, //
    },
    instance::Devlink,
    last_answer::LastAnswer,
    nested::Slot,
    port::Port, //
};

use kernel::{
    net::netlink::{
        attr::{
            Attrs,
            Bits32,
            NlAttr, //
        },
        extack::Extack,
        policy::{
            Policy,
            PolicyEntry, //
        },
        writer::Writer, //
    },
    prelude::*,
    warn_on_once, //
};

/// The longest hardware address (`MAX_ADDR_LEN`).
pub(crate) const MAX_ADDR_LEN: usize = 32;

const ETH_ALEN: usize = 6;

/// A capability that a user may switch, by its bit in the attribute.
#[derive(Copy, Clone, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Capability {
    Roce = 1 << 0,
    Migratable = 1 << 1,
    IpsecCrypto = 1 << 2,
    IpsecPacket = 1 << 3,
}

impl Capability {
    /// All of them, in the order in which they are read and set.
    pub(crate) const ALL: [Self; 4] = [
        Self::Roce,
        Self::Migratable,
        Self::IpsecCrypto,
        Self::IpsecPacket,
    ];

    /// What functions have that are not those of VFs.
    const WITHOUT_VF: [Self; 1] = [Self::Roce];

    /// Whether only the functions of VFs have it.
    fn is_for_vfs_only(self) -> bool {
        !Self::WITHOUT_VF.contains(&self)
    }

    fn unsupported_message(self) -> &'static CStr {
        match self {
            Self::Roce => c"Port doesn't support RoCE function attribute",
            Self::Migratable => c"Port doesn't support migratable function attribute",
            Self::IpsecCrypto => c"Port doesn't support ipsec_crypto function attribute",
            Self::IpsecPacket => c"Port doesn't support ipsec_packet function attribute",
        }
    }

    fn not_a_vf_message(self) -> &'static CStr {
        match self {
            Self::Roce => c"",
            Self::Migratable => c"migratable function attribute supported for VFs only",
            Self::IpsecCrypto => c"ipsec_crypto function attribute supported for VFs only",
            Self::IpsecPacket => c"ipsec_packet function attribute supported for VFs only",
        }
    }
}

/// A hardware address.
#[derive(Copy, Clone, Default)]
pub(crate) struct HwAddr {
    pub(crate) bytes: [u8; MAX_ADDR_LEN],
    pub(crate) len: u8,
}

/// The state a user asked for, and the one that is.
#[derive(Copy, Clone)]
pub(crate) struct State {
    state: u8,
    opstate: u8,
}

/// What a driver says about the function behind a port; what it does not say is `None`. Each port
/// has one, and it is copied for each message: so it is small.
#[derive(Copy, Clone, Default)]
pub(crate) struct Function {
    hw_addr: Option<HwAddr>,
    /// The capabilities that the driver says something about, and those that are enabled.
    known_capabilities: u8,
    enabled_capabilities: u8,
    state: Option<State>,
    max_io_eqs: Option<u32>,
}

// A port keeps it as the last answer: that this takes no more room is the compiler's to find.
static_assert!(size_of::<LastAnswer<Function>>() == size_of::<Function>());

impl Function {
    /// Whether the driver said nothing, as about most ports, which have no function.
    fn is_unknown(&self) -> bool {
        self.hw_addr.is_none()
            && self.known_capabilities == 0
            && self.state.is_none()
            && self.max_io_eqs.is_none()
    }

    /// Writes the nest with what is known and what names the function's own instance, which is in
    /// `nested`; or nothing.
    pub(crate) fn fill(&self, outer: &Devlink, nested: Slot, out: &mut Writer<'_>) -> Result {
        if self.is_unknown() && nested.is_empty() {
            return Ok(());
        }
        out.nest_noflag_if(attr::PORT_FUNCTION, |out| {
            if let Some(hw_addr) = &self.hw_addr {
                let bytes = hw_addr.bytes.get(..hw_addr.len.into()).ok_or(EINVAL)?;
                out.put(fn_attr::HW_ADDR, bytes)?;
            }
            if self.known_capabilities != 0 {
                let capabilities = Bits32 {
                    value: self.enabled_capabilities.into(),
                    selector: self.known_capabilities.into(),
                };
                out.put(fn_attr::CAPS, capabilities)?;
            }
            if let Some(state) = self.state {
                out.put(fn_attr::STATE, state.state)?;
                out.put(fn_attr::OPSTATE, state.opstate)?;
            }
            if let Some(max_io_eqs) = self.max_io_eqs {
                out.put(fn_attr::MAX_IO_EQS, max_io_eqs)?;
            }
            let has_nested = nested.fill(outer, fn_attr::DEVLINK, out)?;
            Ok(has_nested || !self.is_unknown())
        })
    }
}

/// What the driver does not answer is not known; anything else it fails with is an error.
fn if_supported<T>(answer: Result<T>) -> Result<Option<T>> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if error == EOPNOTSUPP => Ok(None),
        Err(error) => Err(error),
    }
}

impl Port {
    /// Asks the driver about the function. Of an answer that fails nothing counts.
    pub(crate) fn ask_about_function(
        &self,
        devlink: InstanceLocked<'_>,
        function: &mut Function,
        extack: Extack<'_>,
    ) -> Result {
        let driver = self.driver().function(devlink)?;
        *function = Function::default();
        let hw_addr = function.hw_addr.insert(HwAddr::default());
        if if_supported(driver.hw_addr(hw_addr, extack))?.is_none() {
            function.hw_addr = None;
        }
        let capabilities: &[Capability] = if self.is_pci_vf() {
            &Capability::ALL
        } else {
            &Capability::WITHOUT_VF
        };
        for &capability in capabilities {
            if let Some(enabled) = if_supported(driver.capability(capability, extack))? {
                function.known_capabilities |= capability as u8;
                if enabled {
                    function.enabled_capabilities |= capability as u8;
                }
            }
        }
        if let Some((state, opstate)) = if_supported(driver.state(extack))? {
            if warn_on_once!(state > 1) {
                return Err(extack.err(c"Invalid state read from driver", EINVAL));
            }
            if warn_on_once!(opstate > 1) {
                return Err(extack.err(c"Invalid operational state read from driver", EINVAL));
            }
            function.state = Some(State {
                state: state as u8,
                opstate: opstate as u8,
            });
        }
        function.max_io_eqs = if_supported(driver.max_io_eqs(extack))?;
        Ok(())
    }

    /// Sets what the request's nest says about the function.
    pub(crate) fn set_function(
        &self,
        devlink: InstanceLocked<'_>,
        nest: &NlAttr,
        extack: Extack<'_>,
    ) -> Result {
        let parsed = nest
            .parse_nested(&FUNCTION_POLICY, extack)
            .map_err(|error| extack.err(c"Fail to parse port function attributes", error))?;
        let attrs = parsed.attrs();
        let driver = self.driver();

        // Everything is checked before anything is set.
        let hw_addr = attrs.raw(fn_attr::HW_ADDR);
        if let Some(attr) = hw_addr.filter(|_| !driver.can_set_hw_addr()) {
            return Err(extack.err_attr(
                attr,
                c"Port doesn't support function attributes",
                EOPNOTSUPP,
            ));
        }
        let state = attrs.raw(fn_attr::STATE);
        if let Some(attr) = state.filter(|_| !driver.can_set_state()) {
            return Err(extack.err_attr(
                attr,
                c"Function does not support state setting",
                EOPNOTSUPP,
            ));
        }
        if let (Some(attr), Some(bits)) = (attrs.raw(fn_attr::CAPS), attrs.get(fn_attr::CAPS)) {
            self.check_capabilities(attr, bits, extack)?;
        }
        let max_io_eqs = attrs.raw(fn_attr::MAX_IO_EQS);
        if let Some(attr) = max_io_eqs.filter(|_| !driver.can_set_max_io_eqs()) {
            return Err(extack.err_attr(
                attr,
                c"Function does not support max_io_eqs setting",
                EOPNOTSUPP,
            ));
        }

        if let Some(hw_addr) = attrs.get(fn_attr::HW_ADDR) {
            self.check_hw_addr(hw_addr, extack)?;
        }
        let set = self.set_in_driver(devlink, attrs, extack);
        // Also if the driver failed half-way.
        self.forget_function(devlink);
        set?;
        self.refresh_and_notify(devlink, Cmd::PortNew);
        Ok(())
    }

    /// Has the driver set one after the other; what was set before one of them failed stays.
    fn set_in_driver(
        &self,
        devlink: InstanceLocked<'_>,
        attrs: Attrs<'_>,
        extack: Extack<'_>,
    ) -> Result {
        let driver = self.driver();
        if let Some(hw_addr) = attrs.get(fn_attr::HW_ADDR) {
            driver.set_hw_addr(devlink, hw_addr, extack)?;
        }
        if let Some(bits) = attrs.get(fn_attr::CAPS) {
            for capability in Capability::ALL {
                if bits.selector & capability as u32 != 0 {
                    let enable = bits.value & capability as u32 != 0;
                    driver.set_capability(devlink, capability, enable, extack)?;
                }
            }
        }
        if let Some(max_io_eqs) = attrs.get(fn_attr::MAX_IO_EQS) {
            driver.set_max_io_eqs(devlink, max_io_eqs, extack)?;
        }
        // The state comes last, so that a function is activated with all that was asked for.
        if let Some(state) = attrs.get(fn_attr::STATE) {
            driver.set_state(devlink, state, extack)?;
        }
        Ok(())
    }

    fn check_capabilities(&self, attr: &NlAttr, bits: Bits32, extack: Extack<'_>) -> Result {
        for capability in Capability::ALL {
            if bits.selector & capability as u32 == 0 {
                continue;
            }
            if !self.driver().can_set_capability(capability) {
                return Err(extack.err_attr(attr, capability.unsupported_message(), EOPNOTSUPP));
            }
            if capability.is_for_vfs_only() && !self.is_pci_vf() {
                return Err(extack.err_attr(attr, capability.not_a_vf_message(), EOPNOTSUPP));
            }
        }
        Ok(())
    }

    fn check_hw_addr(&self, hw_addr: &[u8], extack: Extack<'_>) -> Result {
        const TYPE_ETH: u16 = 2;

        if hw_addr.len() > MAX_ADDR_LEN {
            return Err(extack.err(c"Port function hardware address too long", EINVAL));
        }
        if self.type_number() != TYPE_ETH {
            return Ok(());
        }
        if hw_addr.len() != ETH_ALEN {
            return Err(extack.err(c"Address must be 6 bytes for Ethernet device", EINVAL));
        }
        let is_multicast = hw_addr[0] & 1 != 0;
        let is_zero = hw_addr.iter().all(|byte| *byte == 0);
        if is_multicast || is_zero {
            return Err(extack.err(c"Non-unicast hardware address unsupported", EINVAL));
        }
        Ok(())
    }
}

/// Stricter than the specification about numbers, and with `max_io_eqs`, as in the C core.
static FUNCTION_POLICY: Policy<7> = Policy::new([
    (fn_attr::HW_ADDR.number(), PolicyEntry::binary()),
    (fn_attr::STATE.number(), PolicyEntry::u8().range(0, 1)),
    (fn_attr::CAPS.number(), PolicyEntry::bitfield32(0xf)),
    (fn_attr::MAX_IO_EQS.number(), PolicyEntry::u32()),
]);
