// SPDX-License-Identifier: GPL-2.0

//! How long interrupts wait.

use crate::net::config::{
    Config,
    Moderation, //
};

use kernel::net::ethtool::Coalesce;

/// What is set (`mlx4_en_get_coalesce()`).
pub(super) fn shown(config: &Config) -> Coalesce {
    let (rx, tx) = (config.rx_moderation, config.tx_moderation);
    Coalesce {
        rx_usecs: rx.usecs.into(),
        rx_frames: rx.frames.into(),
        tx_usecs: tx.usecs.into(),
        tx_frames: tx.frames.into(),
        ..Coalesce::default()
    }
}

/// What a user wants, for received and for sent frames, if the device can wait that long; otherwise
/// what to say about that.
pub(super) fn wanted(coalesce: &Coalesce) -> Result<(Moderation, Moderation), &'static str> {
    let moderation = |usecs, frames| {
        Ok(Moderation {
            usecs: u16::try_from(usecs).map_err(|_| {
                "mlx4_en_set_coalesce: maximum coalesce time supported is 65535 usecs"
            })?,
            frames: u16::try_from(frames)
                .map_err(|_| "mlx4_en_set_coalesce: maximum coalesced frames supported is 65535")?,
        })
    };
    Ok((
        moderation(coalesce.rx_usecs, coalesce.rx_frames)?,
        moderation(coalesce.tx_usecs, coalesce.tx_frames)?,
    ))
}
