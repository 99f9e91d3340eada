// SPDX-License-Identifier: GPL-2.0

//! Which of the capabilities that the device could have it is to have.

use super::{
    Capability,
    Caps,
    Mode, //
};

use crate::{
    card::Card,
    cmd::{
        commands,
        Output, //
    },
    layout::{
        AtomicCaps,
        Block,
        CapabilityType,
        CmdHcaCap,
        CmdHcaCap2,
        Field,
        HcaCapUnion,
        MboxIn,
        MboxOut,
        PortSelectionCap,
        RoceCap,
        Structure,
        Value,
        ViewMut, //
    },
    params::Chosen,
};

use kernel::{
    page::PAGE_SHIFT,
    prelude::*, //
};

use core::marker::PhantomData;

commands! {
    do SetHcaCap = SET_HCA_CAP: MboxIn -> MboxOut;
}

impl Capability for AtomicCaps {
    const TYPE: CapabilityType = CapabilityType::ATOMIC;
}

impl Capability for RoceCap {
    const TYPE: CapabilityType = CapabilityType::ROCE;
}

impl Capability for PortSelectionCap {
    const TYPE: CapabilityType = CapabilityType::PORT_SELECTION;
}

/// The size of the device's pages, as a power of two.
const ADAPTER_PAGE_SHIFT: usize = 12;

/// How the device is told that a table of keys has 128 entries.
const PKEYS_128: u16 = 0;

/// Operands of atomic operations are in the host's order of bytes.
const HOST_ENDIANNESS: bool = true;

/// Capabilities of a type that are going to be set.
struct Wanted<S> {
    values: KVVec<u8>,
    structure: PhantomData<S>,
}

impl<S: Capability> Wanted<S> {
    /// None.
    fn none() -> Result<Self> {
        Ok(Wanted {
            values: KVVec::from_elem(0, HcaCapUnion::BYTES, GFP_KERNEL)?,
            structure: PhantomData,
        })
    }

    /// Those that the device has.
    fn current(caps: &Caps) -> Result<Self> {
        let mut wanted = Self::none()?;
        let current = caps.values(S::TYPE, Mode::Current);
        // Of what follows the structure the device knows nothing.
        for (to, from) in wanted.values.iter_mut().zip(current).take(S::BYTES) {
            *to = *from;
        }
        Ok(wanted)
    }

    fn set<T: Value>(&mut self, field: Field<S, T>, value: T) {
        ViewMut::of_any_length(&mut self.values).set(field, value);
    }

    /// Has the device have them.
    fn send(self, card: &Card<'_>) -> Result {
        let mut input = Block::<MboxIn>::new();
        input.set(MboxIn::OP_MOD, S::TYPE.0 << 1);
        let mut output = Block::<MboxOut>::new();
        card.run_with::<SetHcaCap>(input, &self.values, Output(output.as_mut(), &mut []))
    }
}

/// Has the device have capabilities of a type.
type Step = fn(&mut Caps, &Card<'_>, &Chosen) -> Result;

impl Caps {
    /// Has the device have what the driver wants (`set_hca_cap()`).
    ///
    /// Paging on demand is left as it is: nothing here uses it. So is the identifier that software
    /// gives to functions.
    pub(crate) fn set(&mut self, card: &Card<'_>, chosen: &Chosen) -> Result {
        let steps: [(&str, Step); 5] = [
            ("handle_hca_cap", Self::set_general),
            ("handle_hca_cap_atomic", Self::set_atomic),
            ("handle_hca_cap_roce", Self::set_roce),
            ("handle_hca_cap_2", Self::set_general_2),
            ("handle_hca_cap_port_selection", Self::set_port_selection),
        ];
        for (name, step) in steps {
            step(self, card, chosen)
                .inspect_err(|_| dev_err!(card.dev.as_ref(), "{} failed\n", name))?;
        }
        Ok(())
    }

    fn set_general(&mut self, card: &Card<'_>, chosen: &Chosen) -> Result {
        self.query_both(card, CapabilityType::GENERAL)?;
        let mut wanted = Wanted::<CmdHcaCap>::current(self)?;
        wanted.set(CmdHcaCap::PKEY_TABLE_SIZE, PKEYS_128);
        wanted.set(
            CmdHcaCap::LOG_MAX_QP,
            self.max(CmdHcaCap::LOG_MAX_QP).min(18),
        );
        wanted.set(CmdHcaCap::CMDIF_CHECKSUM, 0);
        // CAST: A difference of a few powers of two.
        let log_uar_page = (PAGE_SHIFT - ADAPTER_PAGE_SHIFT) as u16;
        wanted.set(CmdHcaCap::LOG_UAR_PAGE_SZ, log_uar_page);
        if self.max(CmdHcaCap::UAR_4K) && log_uar_page != 0 {
            wanted.set(CmdHcaCap::UAR_4K, true);
        }
        if self.max(CmdHcaCap::CACHE_LINE_128BYTE) {
            wanted.set(CmdHcaCap::CACHE_LINE_128BYTE, false);
        }
        // Whatever of these there is.
        for field in [
            CmdHcaCap::DCT,
            CmdHcaCap::PCI_SYNC_FOR_FW_UPDATE_EVENT,
            CmdHcaCap::PCI_SYNC_FOR_FW_UPDATE_WITH_DRIVER_UNLOAD,
            CmdHcaCap::PCIE_RESET_USING_HOTRESET_METHOD,
            CmdHcaCap::RELEASE_ALL_PAGES,
            CmdHcaCap::ICM_MNG_FUNCTION_ID_MODE,
            CmdHcaCap::MKEY_BY_NAME,
            CmdHcaCap::ABS_NATIVE_PORT_NUM,
        ] {
            if self.max(field) {
                wanted.set(field, true);
            }
        }
        let ports = self.max(CmdHcaCap::NUM_VHCA_PORTS);
        if ports != 0 {
            wanted.set(CmdHcaCap::NUM_VHCA_PORTS, ports);
        }
        if self.max(CmdHcaCap::VHCA_STATE) {
            for field in [
                CmdHcaCap::VHCA_STATE,
                CmdHcaCap::EVENT_ON_VHCA_STATE_ALLOCATED,
                CmdHcaCap::EVENT_ON_VHCA_STATE_ACTIVE,
                CmdHcaCap::EVENT_ON_VHCA_STATE_IN_USE,
                CmdHcaCap::EVENT_ON_VHCA_STATE_TEARDOWN_REQUEST,
            ] {
                wanted.set(field, true);
            }
        }
        let vectors = self.max(CmdHcaCap::NUM_TOTAL_DYNAMIC_VF_MSIX);
        if vectors != 0 {
            wanted.set(CmdHcaCap::NUM_TOTAL_DYNAMIC_VF_MSIX, vectors);
        }
        if self.get(CmdHcaCap::ROCE_RW_SUPPORTED) && self.max(CmdHcaCap::ROCE) {
            wanted.set(CmdHcaCap::ROCE, self.has_roce(chosen));
        }
        if let Some(log_max) = chosen.log_max_macs {
            if self.max(CmdHcaCap::LOG_MAX_CURRENT_UC_LIST) != 0 {
                wanted.set(CmdHcaCap::LOG_MAX_CURRENT_UC_LIST, log_max);
            }
        }
        wanted.send(card)
    }

    /// Whether the device is to have RoCE (`mlx5_is_roce_on()`).
    fn has_roce(&self, chosen: &Chosen) -> bool {
        chosen.roce.unwrap_or_else(|| self.get(CmdHcaCap::ROCE))
    }

    fn set_atomic(&mut self, card: &Card<'_>, _: &Chosen) -> Result {
        if !self.get(CmdHcaCap::ATOMIC) {
            return Ok(());
        }
        self.query_both(card, CapabilityType::ATOMIC)?;
        if self.get(AtomicCaps::SUPPORTED_ATOMIC_REQ_8B_ENDIANNESS_MODE_1) != HOST_ENDIANNESS {
            return Ok(());
        }
        let mut wanted = Wanted::<AtomicCaps>::none()?;
        // CAST: A flag.
        wanted.set(
            AtomicCaps::ATOMIC_REQ_8B_ENDIANNESS_MODE,
            HOST_ENDIANNESS.into(),
        );
        wanted.send(card)
    }

    fn set_roce(&mut self, card: &Card<'_>, chosen: &Chosen) -> Result {
        let has_roce = if self.get(CmdHcaCap::ROCE_RW_SUPPORTED) {
            self.has_roce(chosen)
        } else {
            self.get(CmdHcaCap::ROCE)
        };
        if !has_roce {
            return Ok(());
        }
        self.query_both(card, CapabilityType::ROCE)?;
        if self.get(RoceCap::SW_R_ROCE_SRC_UDP_PORT) || !self.max(RoceCap::SW_R_ROCE_SRC_UDP_PORT) {
            return Ok(());
        }
        let mut wanted = Wanted::<RoceCap>::current(self)?;
        wanted.set(RoceCap::SW_R_ROCE_SRC_UDP_PORT, true);
        if self.max(RoceCap::QP_OOO_TRANSMIT_DEFAULT) {
            wanted.set(RoceCap::QP_OOO_TRANSMIT_DEFAULT, true);
        }
        wanted.send(card)
    }

    fn set_general_2(&mut self, card: &Card<'_>, _: &Chosen) -> Result {
        if !self.max(CmdHcaCap::HCA_CAP_2) {
            return Ok(());
        }
        self.query_both(card, CapabilityType::GENERAL_2)?;
        // Some firmware can be asked for these and not be told: only if there is something to tell.
        if !self.max(CmdHcaCap2::LAG_PER_MP_GROUP) {
            return Ok(());
        }
        let mut wanted = Wanted::<CmdHcaCap2>::current(self)?;
        wanted.set(CmdHcaCap2::LAG_PER_MP_GROUP, true);
        wanted.send(card)
    }

    fn set_port_selection(&mut self, card: &Card<'_>, _: &Chosen) -> Result {
        const BYPASS: Field<PortSelectionCap, bool> =
            PortSelectionCap::PORT_SELECT_FLOW_TABLE_BYPASS;

        if !self.get(CmdHcaCap::PORT_SELECTION_CAP) {
            return Ok(());
        }
        self.query_both(card, CapabilityType::PORT_SELECTION)?;
        if self.get(BYPASS) || !self.max(BYPASS) {
            return Ok(());
        }
        let mut wanted = Wanted::<PortSelectionCap>::current(self)?;
        wanted.set(BYPASS, true);
        wanted.send(card)
    }
}
