// SPDX-License-Identifier: GPL-2.0

//! What users can set of the channels, for which these are made anew.

use super::Nic;

use crate::{
    caps::Caps,
    layout::CmdHcaCap, //
};

use kernel::{
    net::device::Rtnl,
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
    /// Since the last completion; otherwise since the last event.
    pub(crate) since_completion: bool,
}

impl Moderation {
    /// `MLX5_CQ_PERIOD_MODE_*`.
    pub(super) fn mode(self) -> u8 {
        self.since_completion.into()
    }
}

/// The sizes of rings, as powers of two, and how many frames these are.
pub(crate) const MIN_LOG_RING: u8 = 5;
pub(crate) const MAX_LOG_RING: u8 = 13;
const DEFAULT_LOG_RING: u8 = 10;

/// What users can set of the channels.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Config {
    /// How many there are.
    pub(crate) channels: usize,
    /// How many frames a channel can have waiting to be received, as a power of two.
    pub(crate) log_rx_ring: u8,
    /// How many basic blocks a channel can have waiting to be sent, as a power of two.
    pub(crate) log_tx_ring: u8,
    /// How long events wait, if the device can wait.
    pub(crate) rx_moderation: Option<Moderation>,
    pub(crate) tx_moderation: Option<Moderation>,
    /// Whether the device takes VLAN tags out of frames.
    pub(crate) strips_tags: bool,
}

impl Config {
    /// As it is at first, with so many channels (`mlx5e_build_nic_params()`).
    pub(super) fn new(caps: &Caps, channels: usize) -> Self {
        let moderates = caps.get(CmdHcaCap::CQ_MODERATION);
        let moderation = |since_completion| {
            moderates.then_some(Moderation {
                usecs: 8,
                frames: 128,
                since_completion,
            })
        };
        Config {
            channels,
            log_rx_ring: DEFAULT_LOG_RING,
            log_tx_ring: DEFAULT_LOG_RING,
            rx_moderation: moderation(caps.get(CmdHcaCap::CQ_PERIOD_START_FROM_CQE)),
            tx_moderation: moderation(false),
            strips_tags: true,
        }
    }
}

impl<'up> Nic<'up> {
    /// What is set.
    pub(crate) fn config(&self) -> Config {
        *self.config.lock()
    }

    /// How many channels there can be.
    pub(crate) fn max_channels(&self) -> usize {
        self.channels.len()
    }

    /// Has the channels be as `change` makes of what is set: if the device is up, those that are
    /// open are replaced. If that fails it is as it was (`mlx5e_safe_switch_params()`).
    ///
    /// Fails with `EINVAL` for what no channels can be like.
    pub(crate) fn change(
        &self,
        cx: &mut Rtnl<'_, Self>,
        change: impl FnOnce(&mut Config),
    ) -> Result {
        let old = self.config();
        let mut new = old;
        change(&mut new);
        let rings = MIN_LOG_RING..=MAX_LOG_RING;
        if !(1..=self.max_channels()).contains(&new.channels)
            || !rings.contains(&new.log_rx_ring)
            || !rings.contains(&new.log_tx_ring)
        {
            return Err(EINVAL);
        }
        if new == old {
            return Ok(());
        }
        self.set_config(cx, new);
        self.reopen(cx).inspect_err(|_| {
            self.set_config(cx, old);
            // The first failure is the one that counts.
            let _ = self.reopen_or_stop(cx);
        })
    }

    /// Has events wait so from now on, without that the channels are replaced
    /// (`mlx5e_set_priv_channels_rx_coalesce()`).
    pub(super) fn set_moderation(&self, cx: &Rtnl<'_, Self>, rx: Moderation, tx: Moderation) {
        let mut config = self.config.lock();
        config.rx_moderation = Some(rx);
        config.tx_moderation = Some(tx);
        drop(config);
        if let Some(open) = cx.open() {
            open.moderate(rx, tx);
        }
    }

    fn set_config(&self, cx: &Rtnl<'_, Self>, config: Config) {
        let mut now = self.config.lock();
        // What a user has set does not name channels that there are no more: the kernel saw to
        // that.
        if config.channels != now.channels && !cx.has_user_table() {
            self.rss.lock().spread(config.channels);
        }
        *now = config;
    }

    /// Replaces the open channels, if there are any. The link stays as it is.
    pub(super) fn reopen(&self, cx: &mut Rtnl<'_, Self>) -> Result {
        self.keeps_link.store(true, Relaxed);
        let result = cx.restart();
        self.keeps_link.store(false, Relaxed);
        result
    }

    /// The same, for who has nothing else to try: if it fails, the device has no link, until it is
    /// brought down and up.
    pub(super) fn reopen_or_stop(&self, cx: &mut Rtnl<'_, Self>) -> Result {
        self.reopen(cx).inspect_err(|error| {
            dev_err!(
                self.card.dev.as_ref(),
                "{}: Failed to reopen channels, err {}\n",
                &*cx.device().name(),
                error.to_errno()
            );
            cx.device().set_carrier(false);
            self.set_port_up(false);
        })
    }
}
