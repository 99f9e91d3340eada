// SPDX-License-Identifier: GPL-2.0

//! What ports and the bus count (PPCNT, MPCNT).

use super::{
    Port,
    LOCAL, //
};

use crate::layout::{
    Block,
    CmdHcaCap,
    Eth2819CntrsGrpDataLayout,
    Eth2863CntrsGrpDataLayout,
    Eth8023CntrsGrpDataLayout,
    EthExtendedCntrsGrpDataLayout,
    EthPerPrioGrpDataLayout,
    EthPerTcCongestPrioGrpDataLayout,
    EthPerTcPrioGrpDataLayout,
    Field,
    MpcntReg,
    PcamRegs5000To507f,
    PciePerfCntrsGrpDataLayout,
    PhysLayerCntrs,
    PhysLayerRecoveryCntrs,
    PhysLayerStatisticalCntrs,
    PpcntReg,
    Register,
    Structure, //
};

use kernel::prelude::*;

/// What a local port's number is a number of (`pnat`), for counters of traffic classes.
const LOCAL_PORT_OF_CLASSES: u8 = 2;

/// A group of counters of a port.
pub(crate) trait CounterGroup: Structure {
    /// Its number (`MLX5_*_COUNTERS_GROUP`).
    const GROUP: u8;
    /// Whether it is there only if the register itself is (`MLX5_BASIC_PPCNT_SUPPORTED()`).
    const BASIC: bool;
}

macro_rules! groups {
    ($($structure:ident: $number:literal, $basic:literal;)*) => {$(
        impl CounterGroup for $structure {
            const GROUP: u8 = $number;
            const BASIC: bool = $basic;
        }
    )*};
}

groups! {
    Eth8023CntrsGrpDataLayout: 0x0, true;
    Eth2863CntrsGrpDataLayout: 0x1, true;
    Eth2819CntrsGrpDataLayout: 0x2, true;
    EthExtendedCntrsGrpDataLayout: 0x5, false;
    EthPerPrioGrpDataLayout: 0x10, true;
    EthPerTcPrioGrpDataLayout: 0x11, false;
    PhysLayerCntrs: 0x12, false;
    EthPerTcCongestPrioGrpDataLayout: 0x13, false;
    PhysLayerStatisticalCntrs: 0x16, false;
    PhysLayerRecoveryCntrs: 0x1a, false;
}

/// A counter of 64 bits, by its upper half.
pub(crate) const fn wide<S: Structure>(high: Field<S, u32>) -> Field<S, u64> {
    Field::new(high.offset(), 64)
}

/// What a register has behind its head.
fn tail<S: Structure>(bytes: &[u8]) -> Block<S> {
    let mut counters = Block::<S>::new();
    for (to, from) in counters.as_mut().iter_mut().zip(bytes) {
        *to = *from;
    }
    counters
}

impl Port<'_> {
    /// Reads a group of counters; of groups for each priority, those of that one.
    ///
    /// Fails with `EOPNOTSUPP` if the device does not count that.
    pub(crate) fn counters<G: CounterGroup>(self, priority: u8) -> Result<Block<G>> {
        let has_register = !self.caps.get(CmdHcaCap::PCAM_REG)
            || self.caps.has_port_register(PcamRegs5000To507f::PPCNT);
        if G::BASIC && !has_register {
            return Err(EOPNOTSUPP);
        }
        let mut register = Block::<PpcntReg>::new();
        register.set(PpcntReg::LOCAL_PORT, LOCAL);
        self.read_counters(register, priority)
    }

    /// Reads a group of counters of a traffic class.
    pub(crate) fn class_counters<G: CounterGroup>(self, class: u8) -> Result<Block<G>> {
        let mut register = Block::<PpcntReg>::new();
        register.set(PpcntReg::PNAT, LOCAL_PORT_OF_CLASSES);
        self.read_counters(register, class)
    }

    fn read_counters<G: CounterGroup>(
        self,
        mut register: Block<PpcntReg>,
        number: u8,
    ) -> Result<Block<G>> {
        register.set(PpcntReg::GRP, G::GROUP);
        register.set(PpcntReg::PRIO_TC, number);
        let register = self.card.read_register(Register::PPCNT, 0, register)?;
        Ok(tail(register.view().bytes(PpcntReg::COUNTER_SET)))
    }

    /// Reads what the device counts of the bus: the group of its performance, which is number 0.
    pub(crate) fn bus_counters(self) -> Result<Block<PciePerfCntrsGrpDataLayout>> {
        let register = Block::<MpcntReg>::new();
        let register = self.card.read_register(Register::MPCNT, 0, register)?;
        Ok(tail(register.view().bytes(MpcntReg::COUNTER_SET)))
    }
}
