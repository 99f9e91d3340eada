// SPDX-License-Identifier: GPL-2.0

//! How received frames are spread over channels.

use super::super::{
    hw::{
        HashFunction,
        HashKey, //
    },
    Nic, //
};

use kernel::{
    net::{
        device::Rtnl,
        ethtool::{
            self,
            Rss,
            RssChange, //
        }, //
    },
    prelude::*, //
};

/// How long the key is.
// CAST: 40 bytes.
pub(super) const KEY_LEN: u32 = size_of::<HashKey>() as u32;

/// How long the table is (`mlx5e_ethtool_get_rxfh_indir_size()`).
pub(super) fn table_len(nic: &Nic<'_>) -> u32 {
    nic.rss.lock().table_size().into()
}

/// How it is (`mlx5e_rss_get_rxfh()`).
pub(super) fn show(nic: &Nic<'_>, out: &mut Rss<'_>) {
    let rss = nic.rss.lock();
    out.function = match rss.hash().function {
        HashFunction::Toeplitz => ethtool::HashFunction::Toeplitz,
        HashFunction::InvertedXor8 => ethtool::HashFunction::Xor,
    };
    // As it is made.
    out.symmetric = true;
    for (to, from) in out.key.iter_mut().zip(rss.hash().key) {
        *to = from;
    }
    for (to, from) in out.table.iter_mut().zip(rss.table()) {
        *to = *from;
    }
}

/// Has it be otherwise. If that fails it is as it was.
pub(super) fn change<'up>(
    nic: &Nic<'up>,
    cx: &mut Rtnl<'_, Nic<'up>>,
    change: &RssChange<'_>,
) -> Result {
    let mut new = nic.rss.lock().try_clone()?;
    let mut hash = new.hash().clone();
    match change.function {
        Some(ethtool::HashFunction::Toeplitz) => hash.function = HashFunction::Toeplitz,
        Some(ethtool::HashFunction::Xor) => hash.function = HashFunction::InvertedXor8,
        Some(_) => return Err(EINVAL),
        None => {}
    }
    if let Some(key) = change.key {
        hash.key = key.try_into().map_err(|_| EINVAL)?;
    }
    new.set_hash(hash);
    if let Some(table) = change.table {
        new.set(table)?;
    }
    nic.set_rss(cx, new)
}
