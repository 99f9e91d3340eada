// SPDX-License-Identifier: GPL-2.0

//! How the ends of a link stop each other (PFCC).

use super::{
    Port,
    LOCAL, //
};

use crate::{
    caps::Caps,
    layout::{
        Block,
        DebugCap,
        PcamEnhancedFeatures,
        PfccReg,
        Register, //
    }, //
};

use kernel::prelude::*;

/// Something for each direction.
#[derive(Clone, Copy)]
pub(crate) struct Directions<T> {
    /// About frames that stop this end.
    pub(crate) rx: T,
    /// About frames that stop the other end.
    pub(crate) tx: T,
}

/// Whether the device counts how often it was stopped for too long.
pub(crate) fn counts_stalls(caps: &Caps) -> bool {
    caps.has_port_feature(PcamEnhancedFeatures::PFCC_MASK) && caps.get(DebugCap::STALL_DETECT)
}

impl Port<'_> {
    fn flow_control(self) -> Result<Block<PfccReg>> {
        let mut register = Block::<PfccReg>::new();
        register.set(PfccReg::LOCAL_PORT, LOCAL);
        self.card.read_register(Register::PFCC, 0, register)
    }

    /// Whether the ends stop each other for all frames (`mlx5_query_port_pause()`).
    pub(crate) fn pause(self) -> Result<Directions<bool>> {
        let register = self.flow_control()?;
        Ok(Directions {
            rx: register.get(PfccReg::PPRX),
            tx: register.get(PfccReg::PPTX),
        })
    }

    /// Has the ends stop each other for all frames, or not (`mlx5_set_port_pause()`).
    pub(crate) fn set_pause(self, pause: Directions<bool>) -> Result {
        let mut register = Block::<PfccReg>::new();
        register.set(PfccReg::LOCAL_PORT, LOCAL);
        register.set(PfccReg::PPTX, pause.tx);
        register.set(PfccReg::PPRX, pause.rx);
        self.card.write_register(Register::PFCC, 0, register)?;
        Ok(())
    }

    /// For which priorities the ends stop each other, a bit for each (`mlx5_query_port_pfc()`).
    pub(crate) fn priority_pause(self) -> Result<Directions<u8>> {
        let register = self.flow_control()?;
        Ok(Directions {
            rx: register.get(PfccReg::PFCRX),
            tx: register.get(PfccReg::PFCTX),
        })
    }
}
