// SPDX-License-Identifier: GPL-2.0

//! How received frames are spread over rings.

use crate::{
    caps::Feature,
    net::{
        rss::{
            self,
            HashFunction, //
        },
        Nic, //
    },
};

use kernel::{
    net::{
        device::{
            Features,
            Rtnl, //
        },
        ethtool::{
            self,
            Rss,
            RssChange, //
        }, //
    },
    prelude::*, //
};

/// How long the table is.
pub(super) fn table_len(nic: &Nic<'_>) -> u32 {
    // CAST: A number of rings.
    rss::table_len(nic.config().rx_rings) as u32
}

/// How it is (`mlx4_en_get_rxfh()`).
pub(super) fn show(nic: &Nic<'_>, out: &mut Rss<'_>) {
    let rss = *nic.rss.lock();
    out.function = match rss.function {
        HashFunction::Xor => ethtool::HashFunction::Xor,
        HashFunction::Toeplitz => ethtool::HashFunction::Toeplitz,
    };
    for (to, from) in out.key.iter_mut().zip(rss.key) {
        *to = from;
    }
    let rings = 1 << rss.log_rings(nic.config().rx_rings);
    for (to, ring) in out.table.iter_mut().zip((0..rings).cycle()) {
        *to = ring;
    }
}

/// Which function a user wants, if the device has it (`mlx4_en_check_rxfh_func()`).
fn function<'up>(
    nic: &Nic<'up>,
    cx: &Rtnl<'_, Nic<'up>>,
    wanted: ethtool::HashFunction,
) -> Result<HashFunction> {
    let hashes = cx.device().features().contains(Features::RX_HASH);
    let warn = |why: &str| {
        let name = cx.device().name();
        dev_warn!(nic.card.dev.as_ref(), "{}: {}\n", &*name, why);
    };
    match wanted {
        ethtool::HashFunction::Toeplitz if nic.caps().has(Feature::RSS_TOEPLITZ) => {
            if !hashes {
                warn(
                    "Toeplitz hash function should be used in conjunction with RX hashing for \
                     optimal performance",
                );
            }
            Ok(HashFunction::Toeplitz)
        }
        ethtool::HashFunction::Xor if nic.caps().has(Feature::RSS_XOR) => {
            if hashes {
                warn("Enabling both XOR Hash function and RX Hashing can limit RPS functionality");
            }
            Ok(HashFunction::Xor)
        }
        _ => Err(EINVAL),
    }
}

/// Has it be otherwise. If that fails it is as it was.
pub(super) fn change<'up>(
    nic: &Nic<'up>,
    cx: &mut Rtnl<'_, Nic<'up>>,
    change: &RssChange<'_>,
) -> Result {
    let mut new = *nic.rss.lock();
    if let Some(table) = change.table {
        new.set_table(table)?;
    }
    if let Some(wanted) = change.function {
        new.function = function(nic, cx, wanted)?;
    }
    if let Some(key) = change.key {
        new.key = key.try_into().map_err(|_| EINVAL)?;
    }
    nic.set_rss(cx, new)
}
