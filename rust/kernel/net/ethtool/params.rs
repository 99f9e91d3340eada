// SPDX-License-Identifier: GPL-2.0

//! What users can set.

use crate::bindings;

/// What is set, and what it can be set to at most.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub struct Limited<T> {
    /// What is set.
    pub now: T,
    /// The most that can be.
    pub max: T,
}

/// How many descriptors each ring has (`struct ethtool_ringparam`).
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub struct Rings {
    /// Those for frames to receive.
    pub rx: u32,
    /// Those for frames to send.
    pub tx: u32,
}

impl Limited<Rings> {
    pub(super) fn to_c(self, rings: &mut bindings::ethtool_ringparam) {
        rings.rx_pending = self.now.rx;
        rings.tx_pending = self.now.tx;
        rings.rx_max_pending = self.max.rx;
        rings.tx_max_pending = self.max.tx;
    }
}

impl Rings {
    pub(super) fn from_c(rings: &bindings::ethtool_ringparam) -> Self {
        Rings {
            rx: rings.rx_pending,
            tx: rings.tx_pending,
        }
    }
}

/// How many channels there are, that is interrupts with the queues that they are for (`struct
/// ethtool_channels`).
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub struct Channels {
    /// Those that only receive.
    pub rx: u32,
    /// Those that only send.
    pub tx: u32,
    /// Those that do both.
    pub combined: u32,
    /// Those that do something else.
    pub other: u32,
}

impl Limited<Channels> {
    pub(super) fn to_c(self, channels: &mut bindings::ethtool_channels) {
        channels.rx_count = self.now.rx;
        channels.tx_count = self.now.tx;
        channels.combined_count = self.now.combined;
        channels.other_count = self.now.other;
        channels.max_rx = self.max.rx;
        channels.max_tx = self.max.tx;
        channels.max_combined = self.max.combined;
        channels.max_other = self.max.other;
    }
}

impl Channels {
    pub(super) fn from_c(channels: &bindings::ethtool_channels) -> Self {
        Channels {
            rx: channels.rx_count,
            tx: channels.tx_count,
            combined: channels.combined_count,
            other: channels.other_count,
        }
    }
}

/// How long interrupts wait (`struct ethtool_coalesce`).
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub struct Coalesce {
    /// Microseconds after a frame was received.
    pub rx_usecs: u32,
    /// Until so many frames were received.
    pub rx_frames: u32,
    /// Microseconds after a frame was sent.
    pub tx_usecs: u32,
    /// Until so many frames were sent.
    pub tx_frames: u32,
    /// Whether the driver chooses itself how long those for received frames wait.
    pub adaptive_rx: bool,
    /// Whether the driver chooses itself how long those for sent frames wait.
    pub adaptive_tx: bool,
    /// Whether the time begins anew with each frame that was received, not with the first one.
    pub cqe_rx: bool,
    /// Whether the time begins anew with each frame that was sent, not with the first one.
    pub cqe_tx: bool,
}

impl Coalesce {
    pub(super) fn to_c(
        self,
        coalesce: &mut bindings::ethtool_coalesce,
        more: &mut bindings::kernel_ethtool_coalesce,
    ) {
        coalesce.rx_coalesce_usecs = self.rx_usecs;
        coalesce.rx_max_coalesced_frames = self.rx_frames;
        coalesce.tx_coalesce_usecs = self.tx_usecs;
        coalesce.tx_max_coalesced_frames = self.tx_frames;
        coalesce.use_adaptive_rx_coalesce = self.adaptive_rx.into();
        coalesce.use_adaptive_tx_coalesce = self.adaptive_tx.into();
        more.use_cqe_mode_rx = self.cqe_rx.into();
        more.use_cqe_mode_tx = self.cqe_tx.into();
    }

    pub(super) fn from_c(
        coalesce: &bindings::ethtool_coalesce,
        more: &bindings::kernel_ethtool_coalesce,
    ) -> Self {
        Coalesce {
            rx_usecs: coalesce.rx_coalesce_usecs,
            rx_frames: coalesce.rx_max_coalesced_frames,
            tx_usecs: coalesce.tx_coalesce_usecs,
            tx_frames: coalesce.tx_max_coalesced_frames,
            adaptive_rx: coalesce.use_adaptive_rx_coalesce != 0,
            adaptive_tx: coalesce.use_adaptive_tx_coalesce != 0,
            cqe_rx: more.use_cqe_mode_rx != 0,
            cqe_tx: more.use_cqe_mode_tx != 0,
        }
    }
}

/// Which members of [`Coalesce`] can be set (`ETHTOOL_COALESCE_*`). The kernel refuses the others.
#[derive(Copy, Clone)]
pub struct CoalesceParams(pub(super) u32);

impl CoalesceParams {
    /// None.
    pub const NONE: Self = CoalesceParams(0);
    /// [`Coalesce::rx_usecs`].
    pub const RX_USECS: Self = CoalesceParams(1 << 0);
    /// [`Coalesce::rx_frames`].
    pub const RX_FRAMES: Self = CoalesceParams(1 << 1);
    /// [`Coalesce::tx_usecs`].
    pub const TX_USECS: Self = CoalesceParams(1 << 4);
    /// [`Coalesce::tx_frames`].
    pub const TX_FRAMES: Self = CoalesceParams(1 << 5);
    /// [`Coalesce::adaptive_rx`].
    pub const ADAPTIVE_RX: Self = CoalesceParams(1 << 9);
    /// [`Coalesce::adaptive_tx`].
    pub const ADAPTIVE_TX: Self = CoalesceParams(1 << 10);
    /// [`Coalesce::cqe_rx`].
    pub const CQE_RX: Self = CoalesceParams(1 << 22);
    /// [`Coalesce::cqe_tx`].
    pub const CQE_TX: Self = CoalesceParams(1 << 23);

    /// These and the `others`.
    pub const fn and(self, others: Self) -> Self {
        CoalesceParams(self.0 | others.0)
    }
}

/// Whether the ends of a link stop each other (`struct ethtool_pauseparam`).
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub struct Pause {
    /// Whether the ends agree on that by themselves.
    pub autoneg: bool,
    /// Whether the device stops when the other end wants it to.
    pub rx: bool,
    /// Whether the device wants the other end to stop.
    pub tx: bool,
}

impl Pause {
    pub(super) fn to_c(self, pause: &mut bindings::ethtool_pauseparam) {
        pause.autoneg = self.autoneg.into();
        pause.rx_pause = self.rx.into();
        pause.tx_pause = self.tx.into();
    }

    pub(super) fn from_c(pause: &bindings::ethtool_pauseparam) -> Self {
        Pause {
            autoneg: pause.autoneg != 0,
            rx: pause.rx_pause != 0,
            tx: pause.tx_pause != 0,
        }
    }
}

/// How errors are corrected that a link has (`ETHTOOL_FEC_*`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum FecMode {
    /// The device chooses.
    Auto,
    /// They are not.
    Off,
    /// By a Reed-Solomon code.
    Rs,
    /// By a fire code.
    BaseR,
    /// By a shorter Reed-Solomon code, for less latency.
    Llrs,
}

impl FecMode {
    const ALL: [Self; 5] = [
        FecMode::Auto,
        FecMode::Off,
        FecMode::Rs,
        FecMode::BaseR,
        FecMode::Llrs,
    ];

    pub(super) fn bit(self) -> u32 {
        1 << match self {
            FecMode::Auto => bindings::ethtool_fec_config_bits_ETHTOOL_FEC_AUTO_BIT,
            FecMode::Off => bindings::ethtool_fec_config_bits_ETHTOOL_FEC_OFF_BIT,
            FecMode::Rs => bindings::ethtool_fec_config_bits_ETHTOOL_FEC_RS_BIT,
            FecMode::BaseR => bindings::ethtool_fec_config_bits_ETHTOOL_FEC_BASER_BIT,
            FecMode::Llrs => bindings::ethtool_fec_config_bits_ETHTOOL_FEC_LLRS_BIT,
        }
    }

    /// The mode, if `bits` is one.
    pub(super) fn from_c(bits: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.bit() == bits)
    }
}

/// How errors of a link are corrected (`struct ethtool_fecparam`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Fec {
    /// What is in use.
    pub active: FecMode,
    /// What is to be, `None` for something that users cannot say.
    pub configured: Option<FecMode>,
}

impl Fec {
    pub(super) fn to_c(self, fec: &mut bindings::ethtool_fecparam) {
        fec.active_fec = self.active.bit();
        fec.fec = self.configured.map_or(0, FecMode::bit);
    }
}

/// Which standard a module's memory is laid out by (`ETH_MODULE_SFF_*`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum ModuleStandard {
    /// SFF-8079: SFP without diagnostics.
    Sff8079,
    /// SFF-8472: SFP with diagnostics.
    Sff8472,
    /// SFF-8636: QSFP+ and QSFP28, with all pages.
    Sff8636,
    /// SFF-8436: QSFP and QSFP+, with all pages.
    Sff8436,
}

impl ModuleStandard {
    #[cfg(CONFIG_RUST_KERNEL_DOCTESTS)]
    const ALL: [Self; 4] = [
        ModuleStandard::Sff8079,
        ModuleStandard::Sff8472,
        ModuleStandard::Sff8636,
        ModuleStandard::Sff8436,
    ];

    /// Its number, and how long the memory is.
    fn number_and_len(self) -> (u32, u32) {
        match self {
            ModuleStandard::Sff8079 => (
                bindings::ETH_MODULE_SFF_8079,
                bindings::ETH_MODULE_SFF_8079_LEN,
            ),
            ModuleStandard::Sff8472 => (
                bindings::ETH_MODULE_SFF_8472,
                bindings::ETH_MODULE_SFF_8472_LEN,
            ),
            ModuleStandard::Sff8636 => (
                bindings::ETH_MODULE_SFF_8636,
                bindings::ETH_MODULE_SFF_8636_MAX_LEN,
            ),
            ModuleStandard::Sff8436 => (
                bindings::ETH_MODULE_SFF_8436,
                bindings::ETH_MODULE_SFF_8436_MAX_LEN,
            ),
        }
    }

    pub(super) fn to_c(self, info: &mut bindings::ethtool_modinfo) {
        (info.type_, info.eeprom_len) = self.number_and_len();
    }

    #[cfg(CONFIG_RUST_KERNEL_DOCTESTS)]
    pub(super) fn from_c(info: &bindings::ethtool_modinfo) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|one| one.number_and_len() == (info.type_, info.eeprom_len))
    }
}

/// A part of what a module, like an SFP, says about itself (`struct ethtool_module_eeprom`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct ModulePage {
    /// The address on the module's bus: 0x50, or 0x51 for the diagnostics of an SFP.
    pub i2c_address: u8,
    /// The page.
    pub page: u8,
    /// The bank of the page.
    pub bank: u8,
    /// From where on, in bytes. What lies below 128 is the same in every page.
    pub offset: u32,
}
