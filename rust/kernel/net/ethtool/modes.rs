// SPDX-License-Identifier: GPL-2.0

//! The modes of links, as `include/uapi/linux/ethtool.h` numbers them.

use super::LinkMode;

use crate::bindings;

macro_rules! link_modes {
    ($($name:ident = $bit:literal, $text:literal;)*) => {
        impl LinkMode {
            $(
                #[doc = concat!("`", $text, "`.")]
                pub const $name: Self = LinkMode($bit);
            )*
        }
    };
}

link_modes! {
    BASE10_T_HALF = 0, "10baseT/Half";
    BASE10_T_FULL = 1, "10baseT/Full";
    BASE100_T_HALF = 2, "100baseT/Half";
    BASE100_T_FULL = 3, "100baseT/Full";
    BASE1000_T_HALF = 4, "1000baseT/Half";
    BASE1000_T_FULL = 5, "1000baseT/Full";
    AUTONEG = 6, "Autoneg";
    TP = 7, "TP";
    AUI = 8, "AUI";
    MII = 9, "MII";
    FIBRE = 10, "FIBRE";
    BNC = 11, "BNC";
    BASE10000_T_FULL = 12, "10000baseT/Full";
    PAUSE = 13, "Pause";
    ASYM_PAUSE = 14, "Asym_Pause";
    BASE2500_X_FULL = 15, "2500baseX/Full";
    BACKPLANE = 16, "Backplane";
    BASE1000_KX_FULL = 17, "1000baseKX/Full";
    BASE10000_KX4_FULL = 18, "10000baseKX4/Full";
    BASE10000_KR_FULL = 19, "10000baseKR/Full";
    BASE10000_R_FEC = 20, "10000baseR_FEC";
    BASE20000_MLD2_FULL = 21, "20000baseMLD2/Full";
    BASE20000_KR2_FULL = 22, "20000baseKR2/Full";
    BASE40000_KR4_FULL = 23, "40000baseKR4/Full";
    BASE40000_CR4_FULL = 24, "40000baseCR4/Full";
    BASE40000_SR4_FULL = 25, "40000baseSR4/Full";
    BASE40000_LR4_FULL = 26, "40000baseLR4/Full";
    BASE56000_KR4_FULL = 27, "56000baseKR4/Full";
    BASE56000_CR4_FULL = 28, "56000baseCR4/Full";
    BASE56000_SR4_FULL = 29, "56000baseSR4/Full";
    BASE56000_LR4_FULL = 30, "56000baseLR4/Full";
    BASE25000_CR_FULL = 31, "25000baseCR/Full";
    BASE25000_KR_FULL = 32, "25000baseKR/Full";
    BASE25000_SR_FULL = 33, "25000baseSR/Full";
    BASE50000_CR2_FULL = 34, "50000baseCR2/Full";
    BASE50000_KR2_FULL = 35, "50000baseKR2/Full";
    BASE100000_KR4_FULL = 36, "100000baseKR4/Full";
    BASE100000_SR4_FULL = 37, "100000baseSR4/Full";
    BASE100000_CR4_FULL = 38, "100000baseCR4/Full";
    BASE100000_LR4_ER4_FULL = 39, "100000baseLR4_ER4/Full";
    BASE50000_SR2_FULL = 40, "50000baseSR2/Full";
    BASE1000_X_FULL = 41, "1000baseX/Full";
    BASE10000_CR_FULL = 42, "10000baseCR/Full";
    BASE10000_SR_FULL = 43, "10000baseSR/Full";
    BASE10000_LR_FULL = 44, "10000baseLR/Full";
    BASE10000_LRM_FULL = 45, "10000baseLRM/Full";
    BASE10000_ER_FULL = 46, "10000baseER/Full";
    BASE2500_T_FULL = 47, "2500baseT/Full";
    BASE5000_T_FULL = 48, "5000baseT/Full";
    FEC_NONE = 49, "FEC_NONE";
    FEC_RS = 50, "FEC_RS";
    FEC_BASER = 51, "FEC_BASER";
    BASE50000_KR_FULL = 52, "50000baseKR/Full";
    BASE50000_SR_FULL = 53, "50000baseSR/Full";
    BASE50000_CR_FULL = 54, "50000baseCR/Full";
    BASE50000_LR_ER_FR_FULL = 55, "50000baseLR_ER_FR/Full";
    BASE50000_DR_FULL = 56, "50000baseDR/Full";
    BASE100000_KR2_FULL = 57, "100000baseKR2/Full";
    BASE100000_SR2_FULL = 58, "100000baseSR2/Full";
    BASE100000_CR2_FULL = 59, "100000baseCR2/Full";
    BASE100000_LR2_ER2_FR2_FULL = 60, "100000baseLR2_ER2_FR2/Full";
    BASE100000_DR2_FULL = 61, "100000baseDR2/Full";
    BASE200000_KR4_FULL = 62, "200000baseKR4/Full";
    BASE200000_SR4_FULL = 63, "200000baseSR4/Full";
    BASE200000_LR4_ER4_FR4_FULL = 64, "200000baseLR4_ER4_FR4/Full";
    BASE200000_DR4_FULL = 65, "200000baseDR4/Full";
    BASE200000_CR4_FULL = 66, "200000baseCR4/Full";
    BASE100_T1_FULL = 67, "100baseT1/Full";
    BASE1000_T1_FULL = 68, "1000baseT1/Full";
    BASE400000_KR8_FULL = 69, "400000baseKR8/Full";
    BASE400000_SR8_FULL = 70, "400000baseSR8/Full";
    BASE400000_LR8_ER8_FR8_FULL = 71, "400000baseLR8_ER8_FR8/Full";
    BASE400000_DR8_FULL = 72, "400000baseDR8/Full";
    BASE400000_CR8_FULL = 73, "400000baseCR8/Full";
    FEC_LLRS = 74, "FEC_LLRS";
    BASE100000_KR_FULL = 75, "100000baseKR/Full";
    BASE100000_SR_FULL = 76, "100000baseSR/Full";
    BASE100000_LR_ER_FR_FULL = 77, "100000baseLR_ER_FR/Full";
    BASE100000_CR_FULL = 78, "100000baseCR/Full";
    BASE100000_DR_FULL = 79, "100000baseDR/Full";
    BASE200000_KR2_FULL = 80, "200000baseKR2/Full";
    BASE200000_SR2_FULL = 81, "200000baseSR2/Full";
    BASE200000_LR2_ER2_FR2_FULL = 82, "200000baseLR2_ER2_FR2/Full";
    BASE200000_DR2_FULL = 83, "200000baseDR2/Full";
    BASE200000_CR2_FULL = 84, "200000baseCR2/Full";
    BASE400000_KR4_FULL = 85, "400000baseKR4/Full";
    BASE400000_SR4_FULL = 86, "400000baseSR4/Full";
    BASE400000_LR4_ER4_FR4_FULL = 87, "400000baseLR4_ER4_FR4/Full";
    BASE400000_DR4_FULL = 88, "400000baseDR4/Full";
    BASE400000_CR4_FULL = 89, "400000baseCR4/Full";
    BASE100_FX_HALF = 90, "100baseFX/Half";
    BASE100_FX_FULL = 91, "100baseFX/Full";
    BASE10_T1L_FULL = 92, "10baseT1L/Full";
    BASE800000_CR8_FULL = 93, "800000baseCR8/Full";
    BASE800000_KR8_FULL = 94, "800000baseKR8/Full";
    BASE800000_DR8_FULL = 95, "800000baseDR8/Full";
    BASE800000_DR8_2_FULL = 96, "800000baseDR8_2/Full";
    BASE800000_SR8_FULL = 97, "800000baseSR8/Full";
    BASE800000_VR8_FULL = 98, "800000baseVR8/Full";
    BASE10_T1S_FULL = 99, "10baseT1S/Full";
    BASE10_T1S_HALF = 100, "10baseT1S/Half";
    BASE10_T1S_P2MP_HALF = 101, "10baseT1S_P2MP/Half";
    BASE10_T1BRR_FULL = 102, "10baseT1BRR/Full";
    BASE200000_CR_FULL = 103, "200000baseCR/Full";
    BASE200000_KR_FULL = 104, "200000baseKR/Full";
    BASE200000_DR_FULL = 105, "200000baseDR/Full";
    BASE200000_DR_2_FULL = 106, "200000baseDR_2/Full";
    BASE200000_SR_FULL = 107, "200000baseSR/Full";
    BASE200000_VR_FULL = 108, "200000baseVR/Full";
    BASE400000_CR2_FULL = 109, "400000baseCR2/Full";
    BASE400000_KR2_FULL = 110, "400000baseKR2/Full";
    BASE400000_DR2_FULL = 111, "400000baseDR2/Full";
    BASE400000_DR2_2_FULL = 112, "400000baseDR2_2/Full";
    BASE400000_SR2_FULL = 113, "400000baseSR2/Full";
    BASE400000_VR2_FULL = 114, "400000baseVR2/Full";
    BASE800000_CR4_FULL = 115, "800000baseCR4/Full";
    BASE800000_KR4_FULL = 116, "800000baseKR4/Full";
    BASE800000_DR4_FULL = 117, "800000baseDR4/Full";
    BASE800000_DR4_2_FULL = 118, "800000baseDR4_2/Full";
    BASE800000_SR4_FULL = 119, "800000baseSR4/Full";
    BASE800000_VR4_FULL = 120, "800000baseVR4/Full";
    BASE1600000_CR8_FULL = 121, "1600000baseCR8/Full";
    BASE1600000_KR8_FULL = 122, "1600000baseKR8/Full";
    BASE1600000_DR8_FULL = 123, "1600000baseDR8/Full";
    BASE1600000_DR8_2_FULL = 124, "1600000baseDR8_2/Full";
}

const _: () = assert!(
    bindings::ethtool_link_mode_bit_indices___ETHTOOL_LINK_MODE_MASK_NBITS == 125,
    "there are modes that are not in the list"
);
