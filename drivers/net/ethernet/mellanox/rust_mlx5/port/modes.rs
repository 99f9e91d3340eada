// SPDX-License-Identifier: GPL-2.0

//! Which bits of the register of types and speeds are what (`enum mlx5e_link_mode`, `enum
//! mlx5e_ext_link_mode`), and which modes that is for ethtool(8).

use kernel::net::ethtool::{
    LinkMode,
    LinkModes, //
};

/// Of which kind bits are: the older ones know a medium, the extended ones lanes only.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Generation {
    Legacy,
    Extended,
}

/// What a bit means.
pub(super) struct Mode {
    bit: u32,
    /// In Mbit/s.
    pub(super) speed: u32,
    pub(super) lanes: u32,
    /// What of that ethtool(8) knows.
    modes: LinkModes,
}

/// Bits of a register, and their meaning in comments: what ethtool(8) calls it is often less.
macro_rules! modes {
    ($($bit:literal: $speed:literal, $lanes:literal, $($mode:ident)|+;)*) => {
        &[$(Mode {
            bit: $bit,
            speed: $speed,
            lanes: $lanes,
            modes: LinkModes::NONE$(.with(LinkMode::$mode))+,
        }),*]
    };
}

const LEGACY: &[Mode] = modes! {
    0: 1000, 1, BASE1000_KX_FULL; // 1000BASE_CX_SGMII
    1: 1000, 1, BASE1000_KX_FULL;
    2: 10000, 4, BASE10000_KX4_FULL; // 10GBASE_CX4
    3: 10000, 4, BASE10000_KX4_FULL;
    4: 10000, 1, BASE10000_KR_FULL;
    5: 20000, 2, BASE20000_KR2_FULL;
    6: 40000, 4, BASE40000_CR4_FULL;
    7: 40000, 4, BASE40000_KR4_FULL;
    8: 56000, 4, BASE56000_KR4_FULL;
    12: 10000, 1, BASE10000_KR_FULL; // 10GBASE_CR
    13: 10000, 1, BASE10000_KR_FULL; // 10GBASE_SR
    14: 10000, 1, BASE10000_KR_FULL; // 10GBASE_ER
    15: 40000, 4, BASE40000_SR4_FULL;
    16: 40000, 4, BASE40000_LR4_FULL;
    18: 50000, 2, BASE50000_SR2_FULL;
    20: 100000, 4, BASE100000_CR4_FULL;
    21: 100000, 4, BASE100000_SR4_FULL;
    22: 100000, 4, BASE100000_KR4_FULL;
    23: 100000, 4, BASE100000_LR4_ER4_FULL;
    24: 100, 1, BASE100_T_FULL;
    25: 1000, 1, BASE1000_T_FULL;
    26: 10000, 1, BASE10000_T_FULL;
    27: 25000, 1, BASE25000_CR_FULL;
    28: 25000, 1, BASE25000_KR_FULL;
    29: 25000, 1, BASE25000_SR_FULL;
    30: 50000, 2, BASE50000_CR2_FULL;
    31: 50000, 2, BASE50000_KR2_FULL;
};

const EXTENDED: &[Mode] = modes! {
    0: 100, 1, BASE100_T_FULL;
    1: 1000, 1, BASE1000_T_FULL | BASE1000_KX_FULL | BASE1000_X_FULL;
    3: 5000, 1, BASE5000_T_FULL;
    4: 10000, 1, BASE10000_T_FULL | BASE10000_KR_FULL | BASE10000_R_FEC | BASE10000_CR_FULL
        | BASE10000_SR_FULL | BASE10000_LR_FULL | BASE10000_ER_FULL;
    5: 40000, 4, BASE40000_KR4_FULL | BASE40000_CR4_FULL | BASE40000_SR4_FULL | BASE40000_LR4_FULL;
    6: 25000, 1, BASE25000_CR_FULL | BASE25000_KR_FULL | BASE25000_SR_FULL;
    7: 50000, 2, BASE50000_CR2_FULL | BASE50000_KR2_FULL | BASE50000_SR2_FULL;
    8: 50000, 1, BASE50000_KR_FULL | BASE50000_SR_FULL | BASE50000_CR_FULL
        | BASE50000_LR_ER_FR_FULL | BASE50000_DR_FULL;
    9: 100000, 4, BASE100000_KR4_FULL | BASE100000_SR4_FULL | BASE100000_CR4_FULL
        | BASE100000_LR4_ER4_FULL;
    10: 100000, 2, BASE100000_KR2_FULL | BASE100000_SR2_FULL | BASE100000_CR2_FULL
        | BASE100000_LR2_ER2_FR2_FULL | BASE100000_DR2_FULL;
    11: 100000, 1, BASE100000_KR_FULL | BASE100000_SR_FULL | BASE100000_LR_ER_FR_FULL
        | BASE100000_DR_FULL | BASE100000_CR_FULL;
    12: 200000, 4, BASE200000_KR4_FULL | BASE200000_SR4_FULL | BASE200000_LR4_ER4_FR4_FULL
        | BASE200000_DR4_FULL | BASE200000_CR4_FULL;
    13: 200000, 2, BASE200000_KR2_FULL | BASE200000_SR2_FULL | BASE200000_LR2_ER2_FR2_FULL
        | BASE200000_DR2_FULL | BASE200000_CR2_FULL;
    14: 200000, 1, BASE200000_CR_FULL | BASE200000_KR_FULL | BASE200000_DR_FULL
        | BASE200000_DR_2_FULL | BASE200000_SR_FULL | BASE200000_VR_FULL;
    15: 400000, 8, BASE400000_KR8_FULL | BASE400000_SR8_FULL | BASE400000_LR8_ER8_FR8_FULL
        | BASE400000_DR8_FULL | BASE400000_CR8_FULL;
    16: 400000, 4, BASE400000_KR4_FULL | BASE400000_SR4_FULL | BASE400000_LR4_ER4_FR4_FULL
        | BASE400000_DR4_FULL | BASE400000_CR4_FULL;
    17: 400000, 2, BASE400000_CR2_FULL | BASE400000_KR2_FULL | BASE400000_DR2_FULL
        | BASE400000_DR2_2_FULL | BASE400000_SR2_FULL | BASE400000_VR2_FULL;
    19: 800000, 8, BASE800000_CR8_FULL | BASE800000_KR8_FULL | BASE800000_DR8_FULL
        | BASE800000_DR8_2_FULL | BASE800000_SR8_FULL | BASE800000_VR8_FULL;
    20: 800000, 4, BASE800000_CR4_FULL | BASE800000_KR4_FULL | BASE800000_DR4_FULL
        | BASE800000_DR4_2_FULL | BASE800000_SR4_FULL | BASE800000_VR4_FULL;
    23: 1600000, 8, BASE1600000_CR8_FULL | BASE1600000_KR8_FULL | BASE1600000_DR8_FULL
        | BASE1600000_DR8_2_FULL;
};

/// Modes that the older bits cannot say.
const EXTENDED_ONLY: LinkModes = LinkModes::since(LinkMode::BASE50000_KR_FULL);

impl Generation {
    /// The one in which the `wanted` modes can be said (`ext_link_mode_requested()`).
    pub(super) fn for_modes(wanted: LinkModes) -> Self {
        if wanted.intersects(EXTENDED_ONLY) {
            Generation::Extended
        } else {
            Generation::Legacy
        }
    }

    fn table(self) -> &'static [Mode] {
        match self {
            Generation::Legacy => LEGACY,
            Generation::Extended => EXTENDED,
        }
    }

    /// What the lowest bit means, if anybody knows (`mlx5_port_ptys2info()`).
    pub(super) fn mode(self, bits: u32) -> Option<&'static Mode> {
        let mut table = self.table().iter();
        table.find(|mode| mode.bit == bits.trailing_zeros())
    }

    /// All modes that bits mean (`ptys2ethtool_process_link()`).
    pub(super) fn modes(self, bits: u32) -> LinkModes {
        let table = self.table().iter();
        let table = table.filter(|mode| bits & 1 << mode.bit != 0);
        table.fold(LinkModes::NONE, |modes, mode| modes | mode.modes)
    }

    /// The bits that mean the `wanted` modes: of an older bit any mode, of an extended one all of
    /// them (`mlx5e_ethtool2ptys_adver_link()`, `mlx5e_ethtool2ptys_ext_adver_link()`).
    pub(super) fn bits_for_modes(self, wanted: LinkModes) -> u32 {
        self.bits(|mode| match self {
            Generation::Legacy => wanted.intersects(mode.modes),
            Generation::Extended => wanted & mode.modes == mode.modes,
        })
    }

    /// The bits that mean a speed, with any number of lanes or with that
    /// (`mlx5_port_info2linkmodes()`).
    pub(super) fn bits_for_speed(self, speed: u32, lanes: Option<u32>) -> u32 {
        self.bits(|mode| mode.speed == speed && lanes.is_none_or(|lanes| lanes == mode.lanes))
    }

    fn bits(self, is_wanted: impl Fn(&Mode) -> bool) -> u32 {
        let table = self.table().iter().filter(|mode| is_wanted(mode));
        table.fold(0, |bits, mode| bits | 1 << mode.bit)
    }
}
