// SPDX-License-Identifier: GPL-2.0

//! What the device can do.
//!
//! [`Caps`] is asked for while the device comes up, and does not change any more then. What a
//! device does not know at all reads as zero.

mod set;

use crate::{
    card::Card,
    cmd::{
        commands,
        Output, //
    },
    layout::{
        Block,
        CapabilityType,
        CmdHcaCap,
        CmdHcaCap2,
        DebugCap,
        Field,
        FlowTableNicCap,
        HcaCapUnion,
        MboxIn,
        McamAccessReg,
        McamEnhancedFeatures,
        McamReg,
        PcamEnhancedFeatures,
        PcamReg,
        PcamRegs5000To507f,
        PerProtocolNetworkingOffloadCaps,
        QcamReg,
        Register,
        Structure,
        Value,
        View, //
    },
};

use kernel::prelude::*;

commands! {
    do QueryHcaCap = QUERY_HCA_CAP: MboxIn -> MboxOut;
}

/// A type of capabilities, of which the general ones say whether there is more.
pub(crate) trait Capability: Structure {
    const TYPE: CapabilityType;
}

macro_rules! capabilities {
    ($($structure:ident: $kind:ident;)*) => {$(
        impl Capability for $structure {
            const TYPE: CapabilityType = CapabilityType::$kind;
        }
    )*};
}

capabilities! {
    CmdHcaCap: GENERAL;
    CmdHcaCap2: GENERAL_2;
    DebugCap: DEBUG;
    PerProtocolNetworkingOffloadCaps: ETHERNET_OFFLOADS;
    FlowTableNicCap: FLOW_TABLE;
}

/// Which of its capabilities a device is asked for (`HCA_CAP_OPMOD_GET_*`).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Those that it could have.
    Max = 0,
    /// Those that it has.
    Current = 1,
}

/// What is known about capabilities of a type.
struct Known {
    kind: CapabilityType,
    mode: Mode,
    values: KVVec<u8>,
}

/// The capabilities of a device.
pub(crate) struct Caps {
    known: KVec<Known>,
    /// Registers that there are, of those that ACCESS_REG reads and writes: the first group.
    management: Block<McamReg>,
    /// Those of them that are about ports.
    ports: Block<PcamReg>,
}

/// Groups of such registers (`enum mlx5_mcam_reg_groups`).
const MANAGEMENT_GROUPS: [u8; 3] = [0, 2, 3];

impl Caps {
    /// Nothing is known yet.
    pub(crate) fn new() -> Self {
        Caps {
            known: KVec::new(),
            management: Block::new(),
            ports: Block::new(),
        }
    }

    fn values(&self, kind: CapabilityType, mode: Mode) -> &[u8] {
        let mut known = self.known.iter();
        known
            .find(|known| known.kind == kind && known.mode == mode)
            .map_or(&[], |known| &known.values)
    }

    /// A capability that the device has.
    pub(crate) fn get<S: Capability, T: Value>(&self, field: Field<S, T>) -> T {
        View::of_any_length(self.values(S::TYPE, Mode::Current)).get(field)
    }

    /// The most that it could have of one.
    pub(crate) fn max<S: Capability, T: Value>(&self, field: Field<S, T>) -> T {
        View::of_any_length(self.values(S::TYPE, Mode::Max)).get(field)
    }

    /// Whether there is such a management register.
    pub(crate) fn has_register(&self, field: Field<McamAccessReg, bool>) -> bool {
        self.get(CmdHcaCap::MCAM_REG)
            && self
                .management
                .get(McamReg::MNG_ACCESS_REG_CAP_MASK__ACCESS_REGS.then(field))
    }

    /// Whether the management registers have something (`MLX5_CAP_MCAM_FEATURE()`).
    pub(crate) fn has_management_feature(&self, field: Field<McamEnhancedFeatures, bool>) -> bool {
        self.management
            .get(McamReg::MNG_FEATURE_CAP_MASK__ENHANCED_FEATURES.then(field))
    }

    /// Whether there is such a register of ports (`MLX5_CAP_PCAM_REG()`).
    pub(crate) fn has_port_register(&self, field: Field<PcamRegs5000To507f, bool>) -> bool {
        self.ports
            .get(PcamReg::PORT_ACCESS_REG_CAP_MASK__REGS_5000_TO_507F.then(field))
    }

    /// Whether the registers of ports have something (`MLX5_CAP_PCAM_FEATURE()`).
    pub(crate) fn has_port_feature(&self, field: Field<PcamEnhancedFeatures, bool>) -> bool {
        self.ports
            .get(PcamReg::FEATURE_CAP_MASK__ENHANCED_FEATURES.then(field))
    }

    /// Asks for capabilities of a type (`mlx5_core_get_caps_mode()`).
    fn query(&mut self, card: &Card<'_>, kind: CapabilityType, mode: Mode) -> Result {
        let mut values = KVVec::from_elem(0_u8, HcaCapUnion::BYTES, GFP_KERNEL)?;
        let mut input = Block::<MboxIn>::new();
        input.set(MboxIn::OP_MOD, kind.0 << 1 | mode as u16);
        let mut head = Block::<crate::layout::MboxOut>::new();
        card.run_with::<QueryHcaCap>(input, &[], Output(head.as_mut(), &mut values))
            .inspect_err(|error| {
                dev_warn!(
                    card.dev.as_ref(),
                    "QUERY_HCA_CAP : type({:x}) opmode({:x}) Failed({})\n",
                    kind.0,
                    mode as u16,
                    error.to_errno()
                );
            })?;
        self.known
            .retain(|known| known.kind != kind || known.mode != mode);
        self.known
            .push(Known { kind, mode, values }, GFP_KERNEL)
            .map_err(Error::from)
    }

    /// Asks what there is and what there could be (`mlx5_core_get_caps()`).
    fn query_both(&mut self, card: &Card<'_>, kind: CapabilityType) -> Result {
        self.query(card, kind, Mode::Current)?;
        self.query(card, kind, Mode::Max)
    }

    /// Asks for everything that the device says it has (`mlx5_query_hca_caps()`), when it was
    /// initialised with what was [set](Self::set).
    pub(crate) fn query_all(&mut self, card: &Card<'_>) -> Result {
        use CapabilityType as Kind;

        const VIRTIO_NET_Q: u64 = 1 << 0xd;
        const MACSEC: u64 = 1 << 0x27;

        self.query(card, Kind::GENERAL, Mode::Current)?;
        let has = |field| self.get(field);
        let objects = self.get(CmdHcaCap::GENERAL_OBJ_TYPES);
        let is_port = has(CmdHcaCap::IPOIB_ENHANCED_OFFLOADS);
        // In the stock driver's order, which traces are compared with.
        let first = [
            (has(CmdHcaCap::PORT_SELECTION_CAP), Kind::PORT_SELECTION),
            (has(CmdHcaCap::HCA_CAP_2), Kind::GENERAL_2),
            (has(CmdHcaCap::ETH_NET_OFFLOADS), Kind::ETHERNET_OFFLOADS),
            (is_port, Kind::IPOIB_ENHANCED_OFFLOADS),
            (has(CmdHcaCap::PG), Kind::ODP),
            (has(CmdHcaCap::ATOMIC), Kind::ATOMIC),
            (has(CmdHcaCap::ROCE), Kind::ROCE),
            (has(CmdHcaCap::NIC_FLOW_TABLE) || is_port, Kind::FLOW_TABLE),
            (has(CmdHcaCap::ESWITCH_MANAGER), Kind::ESWITCH_FLOW_TABLE),
            (has(CmdHcaCap::ESWITCH_MANAGER), Kind::ESWITCH),
            (has(CmdHcaCap::QOS), Kind::QOS),
        ];
        let (debug, registers) = (
            has(CmdHcaCap::DEBUG),
            [
                has(CmdHcaCap::PCAM_REG),
                has(CmdHcaCap::MCAM_REG),
                has(CmdHcaCap::QCAM_REG),
            ],
        );
        let tls = has(CmdHcaCap::TLS_TX) || has(CmdHcaCap::TLS_RX);
        let second = [
            (has(CmdHcaCap::DEVICE_MEMORY), Kind::DEV_MEM),
            (has(CmdHcaCap::EVENT_CAP), Kind::DEV_EVENT),
            (tls, Kind::TLS),
            (objects & VIRTIO_NET_Q != 0, Kind::VDPA_EMULATION),
            (
                has(CmdHcaCap::TLP_DEVICE_EMULATION_MANAGER),
                Kind::TLP_EMULATION,
            ),
            (has(CmdHcaCap::IPSEC_OFFLOAD), Kind::IPSEC),
            (has(CmdHcaCap::CRYPTO), Kind::CRYPTO),
            (objects & MACSEC != 0, Kind::MACSEC),
            (has(CmdHcaCap::ADV_VIRTUALIZATION), Kind::ADV_VIRTUALIZATION),
            (has(CmdHcaCap::SHAMPO), Kind::SHAMPO),
            (has(CmdHcaCap::ADV_RDMA), Kind::ADV_RDMA),
        ];
        let psp = has(CmdHcaCap::PSP);
        let current = |caps: &mut Self, kinds: &[(bool, Kind)]| {
            let mut kinds = kinds.iter().filter(|(has, _)| *has);
            kinds.try_for_each(|(_, kind)| caps.query(card, *kind, Mode::Current))
        };

        current(self, &first)?;
        if debug {
            // Nothing depends on it.
            let _ = self.query(card, Kind::DEBUG, Mode::Current);
        }
        self.query_registers(card, registers);
        current(self, &second)?;
        if psp {
            self.query_both(card, Kind::PSP)?;
        }
        Ok(())
    }

    /// Asks which registers there are: of ports, of management, of quality of service. What a
    /// device does not say there is not.
    fn query_registers(&mut self, card: &Card<'_>, [port, management, quality]: [bool; 3]) {
        if port {
            let ports = card.read_register(Register::PCAM, 0, Block::new());
            self.ports = ports.unwrap_or_default();
        }
        if management {
            for group in MANAGEMENT_GROUPS {
                let mut register = Block::<McamReg>::new();
                register.set(McamReg::ACCESS_REG_GROUP, group);
                let groups = card.read_register(Register::MCAM, 0, register);
                if let (0, Ok(groups)) = (group, groups) {
                    self.management = groups;
                }
            }
        }
        if quality {
            let _ = card.read_register(Register::QCAM, 0, Block::<QcamReg>::new());
        }
    }
}
