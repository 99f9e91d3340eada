// SPDX-License-Identifier: GPL-2.0

//! How long interrupts wait.

use crate::{
    caps::Caps,
    layout::{
        CmdHcaCap,
        Cqc, //
    },
    net::config::{
        Config,
        Moderation, //
    },
    port::Directions, //
};

use kernel::{
    net::{
        ethtool::Coalesce,
        netlink::extack::Extack, //
    },
    prelude::*, //
};

/// The most that a queue can be told: microseconds, and completions.
const MAX_USECS: u16 = (1 << Cqc::CQ_PERIOD.width()) - 1;
const MAX_FRAMES: u16 = u16::MAX >> (u16::BITS as usize - Cqc::CQ_MAX_COUNT.width());

fn not_supported(extack: Extack<'_>) -> Error {
    extack.err(c"rust_mlx5: CQ moderation not supported", EOPNOTSUPP)
}

/// What is set (`mlx5e_ethtool_get_coalesce()`).
pub(super) fn shown(config: &Config, extack: Extack<'_>) -> Result<Coalesce> {
    let (Some(rx), Some(tx)) = (config.rx_moderation, config.tx_moderation) else {
        return Err(not_supported(extack));
    };
    Ok(Coalesce {
        rx_usecs: rx.usecs.into(),
        rx_frames: rx.frames.into(),
        tx_usecs: tx.usecs.into(),
        tx_frames: tx.frames.into(),
        adaptive_rx: false,
        adaptive_tx: false,
        cqe_rx: rx.since_completion,
        cqe_tx: tx.since_completion,
    })
}

/// What a user wants, if the device and the driver can that (`mlx5e_ethtool_set_coalesce()`).
pub(super) fn wanted(
    caps: &Caps,
    coalesce: &Coalesce,
    extack: Extack<'_>,
) -> Result<Directions<Moderation>> {
    if !caps.get(CmdHcaCap::CQ_MODERATION) || !caps.get(CmdHcaCap::CQ_PERIOD_MODE_MODIFY) {
        return Err(not_supported(extack));
    }
    let Coalesce {
        rx_usecs,
        rx_frames,
        tx_usecs,
        tx_frames,
        ..
    } = *coalesce;
    let within = |value: u32, most: u16| u16::try_from(value).ok().filter(|value| *value <= most);
    let (Some(rx), Some(tx)) = (within(rx_usecs, MAX_USECS), within(tx_usecs, MAX_USECS)) else {
        let why = fmt!(
            "rust_mlx5: Max coalesce time {MAX_USECS} usecs, tx-usecs ({tx_usecs}) rx-usecs \
             ({rx_usecs})"
        );
        return Err(extack.err_fmt(why, ERANGE));
    };
    let (Some(rx_count), Some(tx_count)) =
        (within(rx_frames, MAX_FRAMES), within(tx_frames, MAX_FRAMES))
    else {
        let why = fmt!(
            "rust_mlx5: Max coalesce frames {MAX_FRAMES}, tx-frames ({tx_frames}) rx-frames \
             ({rx_frames})"
        );
        return Err(extack.err_fmt(why, ERANGE));
    };
    let wants_cqe = coalesce.cqe_rx || coalesce.cqe_tx;
    if wants_cqe && !caps.get(CmdHcaCap::CQ_PERIOD_START_FROM_CQE) {
        let why = c"rust_mlx5: cqe-mode-rx/tx is not supported on this device";
        return Err(extack.err(why, EOPNOTSUPP));
    }
    if coalesce.adaptive_rx || coalesce.adaptive_tx {
        let why = c"rust_mlx5: adaptive moderation is not supported";
        return Err(extack.err(why, EOPNOTSUPP));
    }
    let moderation = |usecs, frames, since_completion| Moderation {
        usecs,
        frames,
        since_completion,
    };
    Ok(Directions {
        rx: moderation(rx, rx_count, coalesce.cqe_rx),
        tx: moderation(tx, tx_count, coalesce.cqe_tx),
    })
}
