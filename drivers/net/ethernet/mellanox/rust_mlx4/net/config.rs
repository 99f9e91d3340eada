// SPDX-License-Identifier: GPL-2.0

//! What users can set of the queues, for which these are made anew.

use super::Nic;

use kernel::{
    net::device::{
        Features,
        Rtnl, //
    },
    prelude::*,
    sync::atomic::Relaxed, //
};

/// How long an event waits for more completions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moderation {
    /// For so many microseconds.
    pub(crate) usecs: u16,
    /// Until there are so many.
    pub(crate) frames: u16,
}

/// The sizes of rings, as powers of two (`MLX4_EN_MIN_RX_SIZE`, `MLX4_EN_MIN_TX_SIZE`,
/// `MLX4_EN_MAX_RX_SIZE`, `MLX4_EN_DEF_RX_RING_SIZE`).
pub(crate) const MIN_LOG_RX_RING: u8 = 8;
pub(crate) const MIN_LOG_TX_RING: u8 = 6;
pub(crate) const MAX_LOG_RING: u8 = 13;
const DEFAULT_LOG_RING: u8 = 10;

/// How many rings there are at most, and how many are used at first (`MAX_RX_RINGS`,
/// `MLX4_EN_MAX_TX_RING_P_UP`, `DEF_RX_RINGS`).
pub(super) const MAX_RX_RINGS: usize = 128;
pub(super) const MAX_TX_RINGS: usize = 32;
const DEFAULT_RX_RINGS: usize = 16;

/// What users can set of the queues.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Config {
    /// How many rings there are for frames to receive.
    pub(crate) rx_rings: usize,
    /// How many rings there are for frames to send.
    pub(crate) tx_rings: usize,
    /// How many frames a ring can have waiting to be received, as a power of two.
    pub(crate) log_rx_ring: u8,
    /// How many basic blocks a ring can have waiting to be sent, as a power of two.
    pub(crate) log_tx_ring: u8,
    pub(crate) rx_moderation: Moderation,
    pub(crate) tx_moderation: Moderation,
    /// What the device does with frames.
    pub(crate) features: Features,
}

impl Config {
    /// As it is at first, with so many vectors and those features (`mlx4_en_get_profile()`,
    /// `mlx4_en_set_num_rx_rings()`, `mlx4_en_set_default_moderation()`).
    pub(super) fn new(vectors: usize, features: Features) -> Self {
        let vectors = vectors.max(1);
        Config {
            rx_rings: 1 << vectors.min(DEFAULT_RX_RINGS).ilog2(),
            tx_rings: vectors.min(MAX_TX_RINGS),
            log_rx_ring: DEFAULT_LOG_RING,
            log_tx_ring: DEFAULT_LOG_RING,
            rx_moderation: Moderation {
                usecs: 16,
                frames: 44,
            },
            tx_moderation: Moderation {
                usecs: 16,
                frames: 16,
            },
            features,
        }
    }
}

impl<'up> Nic<'up> {
    /// What is set.
    pub(crate) fn config(&self) -> Config {
        *self.config.lock()
    }

    /// How many rings there can be for frames to receive (`mlx4_en_get_max_num_rx_rings()`).
    pub(crate) fn max_rx_rings(&self) -> usize {
        self.stats.len().min(MAX_RX_RINGS)
    }

    /// How many rings there can be for frames to send (`max_num_tx_rings_p_up`).
    pub(crate) fn max_tx_rings(&self) -> usize {
        self.stats.len().min(MAX_TX_RINGS)
    }

    /// Has the queues be as `change` makes of what is set: if the device is up, those that are
    /// open are replaced. If that fails it is as it was.
    ///
    /// Fails with `EINVAL` for what no queues can be like.
    pub(crate) fn change(
        &self,
        cx: &mut Rtnl<'_, Self>,
        change: impl FnOnce(&mut Config),
    ) -> Result {
        let old = self.config();
        let mut new = old;
        change(&mut new);
        if !(1..=self.max_rx_rings()).contains(&new.rx_rings)
            || !(1..=self.max_tx_rings()).contains(&new.tx_rings)
            || !(MIN_LOG_RX_RING..=MAX_LOG_RING).contains(&new.log_rx_ring)
            || !(MIN_LOG_TX_RING..=MAX_LOG_RING).contains(&new.log_tx_ring)
        {
            return Err(EINVAL);
        }
        if new == old {
            return Ok(());
        }
        *self.config.lock() = new;
        self.reopen(cx).inspect_err(|_| {
            *self.config.lock() = old;
            self.reopen_or_stop(cx);
        })
    }

    /// Has events wait so from now on, without that the queues are replaced
    /// (`mlx4_en_moderation_update()`).
    pub(super) fn set_moderation(
        &self,
        cx: &Rtnl<'_, Self>,
        rx: Moderation,
        tx: Moderation,
    ) -> Result {
        let mut config = self.config.lock();
        config.rx_moderation = rx;
        config.tx_moderation = tx;
        drop(config);
        cx.open().map_or(Ok(()), |open| open.moderate(rx, tx))
    }

    /// Replaces what is open, if the device is up. What it receives stays as it is.
    pub(super) fn reopen(&self, cx: &mut Rtnl<'_, Self>) -> Result {
        self.reopens.store(true, Relaxed);
        let result = cx.restart();
        self.reopens.store(false, Relaxed);
        result
    }

    /// The same, for who has nothing else to try: if it fails, the device has no link, until it is
    /// brought down and up.
    pub(super) fn reopen_or_stop(&self, cx: &mut Rtnl<'_, Self>) {
        if self.reopen(cx).is_err() {
            dev_err!(
                self.card.dev.as_ref(),
                "{}: Failed restarting port {}\n",
                &*cx.device().name(),
                self.port.number()
            );
            cx.device().set_carrier(false);
        }
    }
}
