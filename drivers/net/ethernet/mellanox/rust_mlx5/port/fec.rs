// SPDX-License-Identifier: GPL-2.0

//! Forward error correction (PPLM).

use super::{
    Port,
    LOCAL, //
};

use crate::{
    caps::Caps,
    layout::{
        Block,
        CmdHcaCap,
        Field,
        PcamEnhancedFeatures,
        PcamRegs5000To507f,
        PplmReg,
        Register, //
    }, //
};

use kernel::{
    net::ethtool::FecMode,
    prelude::*, //
};

/// Codes, a bit for each (`MLX5E_FEC_*`); none is that the device chooses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Forms(u64);

impl Forms {
    const AUTO: Self = Forms(0);
    pub(crate) const OFF: Self = Forms(1 << 0);
    pub(crate) const FIRECODE: Self = Forms(1 << 1);
    const RS_528_514: Self = Forms(1 << 2);
    const RS_544_514_QUAD: Self = Forms(1 << 4);
    const RS_544_514: Self = Forms(1 << 7);
    pub(crate) const LLRS: Self = Forms(1 << 9);
    /// All Reed-Solomon codes that users know as one.
    pub(crate) const RS: Self =
        Forms(Self::RS_528_514.0 | Self::RS_544_514_QUAD.0 | Self::RS_544_514.0);

    fn of_mode(mode: FecMode) -> Self {
        match mode {
            FecMode::Auto => Forms::AUTO,
            FecMode::Off => Forms::OFF,
            FecMode::Rs => Forms::RS_528_514,
            FecMode::BaseR => Forms::FIRECODE,
            FecMode::Llrs => Forms::LLRS,
        }
    }

    /// The first of them.
    pub(crate) fn lowest(self) -> Self {
        Forms(self.0 & self.0.wrapping_neg())
    }

    /// Whether one of the `others` is one of them.
    pub(crate) fn contains(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    /// The mode that users know the first of them by, if there is one (`pplm2ethtool_fec()`).
    pub(crate) fn mode(self) -> Option<FecMode> {
        match self.lowest() {
            Forms::AUTO => Some(FecMode::Auto),
            Forms::OFF => Some(FecMode::Off),
            Forms::FIRECODE => Some(FecMode::BaseR),
            Forms::LLRS => Some(FecMode::Llrs),
            other => Forms::RS.contains(other).then_some(FecMode::Rs),
        }
    }
}

/// How fast a lane is at most.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lane {
    Slow,
    G50,
    G100,
    G200,
}

impl Lane {
    /// Whether the register has fields for links with such lanes.
    fn is_known(self, caps: &Caps) -> bool {
        match self {
            Lane::Slow => true,
            Lane::G50 => caps.has_port_feature(PcamEnhancedFeatures::FEC_50G_PER_LANE_IN_PPLM),
            Lane::G100 => caps.has_port_feature(PcamEnhancedFeatures::FEC_100G_PER_LANE_IN_PPLM),
            Lane::G200 => caps.has_port_feature(PcamEnhancedFeatures::FEC_200G_PER_LANE_IN_PPLM),
        }
    }

    /// The Reed-Solomon code for such lanes, if one is wanted (`mlx5e_remap_fec_conf_mode()`).
    fn form(self, wanted: Forms) -> Forms {
        match self {
            _ if wanted != Forms::RS_528_514 => wanted,
            Lane::Slow => wanted,
            Lane::G50 | Lane::G100 => Forms::RS_544_514,
            Lane::G200 => Forms::RS_544_514_QUAD,
        }
    }
}

/// Fields about a kind of link.
struct Kind {
    lane: Lane,
    /// What it can.
    cap: Field<PplmReg, u64>,
    /// What it is to do.
    admin: Field<PplmReg, u64>,
}

macro_rules! kinds {
    ($($lane:ident: $cap:ident, $admin:ident;)*) => {
        [$(Kind {
            lane: Lane::$lane,
            cap: PplmReg::$cap.number(),
            admin: PplmReg::$admin.number(),
        }),*]
    };
}

/// Those of newer cards at the end.
static KINDS: [Kind; 17] = kinds! {
    Slow: FEC_OVERRIDE_CAP_10G_40G, FEC_OVERRIDE_ADMIN_10G_40G;
    Slow: FEC_OVERRIDE_CAP_25G, FEC_OVERRIDE_ADMIN_25G;
    Slow: FEC_OVERRIDE_CAP_50G, FEC_OVERRIDE_ADMIN_50G;
    Slow: FEC_OVERRIDE_CAP_56G, FEC_OVERRIDE_ADMIN_56G;
    Slow: FEC_OVERRIDE_CAP_100G, FEC_OVERRIDE_ADMIN_100G;
    G50: FEC_OVERRIDE_CAP_50G_1X, FEC_OVERRIDE_ADMIN_50G_1X;
    G50: FEC_OVERRIDE_CAP_100G_2X, FEC_OVERRIDE_ADMIN_100G_2X;
    G50: FEC_OVERRIDE_CAP_200G_4X, FEC_OVERRIDE_ADMIN_200G_4X;
    G50: FEC_OVERRIDE_CAP_400G_8X, FEC_OVERRIDE_ADMIN_400G_8X;
    G100: FEC_OVERRIDE_CAP_100G_1X, FEC_OVERRIDE_ADMIN_100G_1X;
    G100: FEC_OVERRIDE_CAP_200G_2X, FEC_OVERRIDE_ADMIN_200G_2X;
    G100: FEC_OVERRIDE_CAP_400G_4X, FEC_OVERRIDE_ADMIN_400G_4X;
    G100: FEC_OVERRIDE_CAP_800G_8X, FEC_OVERRIDE_ADMIN_800G_8X;
    G200: FEC_OVERRIDE_CAP_200G_1X, FEC_OVERRIDE_ADMIN_200G_1X;
    G200: FEC_OVERRIDE_CAP_400G_2X, FEC_OVERRIDE_ADMIN_400G_2X;
    G200: FEC_OVERRIDE_CAP_800G_4X, FEC_OVERRIDE_ADMIN_800G_4X;
    G200: FEC_OVERRIDE_CAP_1600G_8X, FEC_OVERRIDE_ADMIN_1600G_8X;
};

/// Those that a device's register has.
fn kinds(caps: &Caps) -> impl Iterator<Item = &'static Kind> + '_ {
    KINDS.iter().take_while(|kind| kind.lane.is_known(caps))
}

/// The error correction, as the register showed it.
pub(crate) struct Fec<'a> {
    register: Block<PplmReg>,
    caps: &'a Caps,
}

impl Fec<'_> {
    /// What is in use.
    pub(crate) fn active(&self) -> Forms {
        Forms(self.register.get(PplmReg::FEC_MODE_ACTIVE.number()))
    }

    /// What is wanted, of the first kind of link for which that is not left to the device.
    pub(crate) fn configured(&self) -> Forms {
        let mut wanted = kinds(self.caps).map(|kind| Forms(self.register.get(kind.admin)));
        wanted
            .find(|forms| *forms != Forms::AUTO)
            .unwrap_or(Forms::AUTO)
    }

    /// Whether there is a kind of link that can one of the `forms` (`mlx5e_fec_in_caps()`).
    pub(crate) fn can(&self, forms: Forms) -> bool {
        kinds(self.caps).any(|kind| self.register.get(kind.cap) & forms.0 != 0)
    }
}

impl<'a> Port<'a> {
    /// Reads what the error correction is. Fails with `EOPNOTSUPP` if the device does not tell.
    pub(crate) fn fec(self) -> Result<Fec<'a>> {
        if !self.caps.get(CmdHcaCap::PCAM_REG)
            || !self.caps.has_port_register(PcamRegs5000To507f::PPLM)
        {
            return Err(EOPNOTSUPP);
        }
        let mut register = Block::<PplmReg>::new();
        register.set(PplmReg::LOCAL_PORT, LOCAL);
        Ok(Fec {
            register: self.card.read_register(Register::PPLM, 0, register)?,
            caps: self.caps,
        })
    }

    /// Chooses an error correction for all kinds of links that can it, for which the link goes down
    /// for a while (`mlx5e_set_fec_mode()`).
    ///
    /// Fails with `EOPNOTSUPP` if no link can it.
    pub(crate) fn set_fec(self, mode: FecMode) -> Result {
        let wanted = Forms::of_mode(mode);
        let mut register = self.fec()?.register;
        if wanted == Forms::LLRS && !Lane::G50.is_known(self.caps) {
            return Err(EOPNOTSUPP);
        }
        register.set(PplmReg::LOCAL_PORT, LOCAL);
        let mut is_possible = wanted == Forms::AUTO;
        for kind in kinds(self.caps) {
            let Forms(form) = kind.lane.form(wanted);
            let can = register.get(kind.cap) & form != 0;
            is_possible |= can;
            register.set(kind.admin, if can { form } else { Forms::AUTO.0 });
        }
        if !is_possible {
            return Err(EOPNOTSUPP);
        }
        self.card.write_register(Register::PPLM, 0, register)?;
        self.toggle_link();
        Ok(())
    }
}
