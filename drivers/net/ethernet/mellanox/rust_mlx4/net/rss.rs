// SPDX-License-Identifier: GPL-2.0

//! Over which rings received frames are spread.

use kernel::{
    net::ethtool::default_rss_key,
    prelude::*, //
};

/// How long the key of the hash is (`MLX4_EN_RSS_KEY_SIZE`).
pub(crate) const KEY_LEN: usize = 40;

/// The function that a frame's hash is computed by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum HashFunction {
    /// The exclusive or of all bytes.
    Xor,
    /// Toeplitz, with the key.
    Toeplitz,
}

/// How received frames are spread over the first rings, as many as a power of two: to the one with
/// the number that is the remainder of the hash.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rss {
    pub(crate) function: HashFunction,
    pub(crate) key: [u8; KEY_LEN],
    /// How many rings a user wants to be used; as many as there are otherwise.
    rings: Option<usize>,
}

impl Rss {
    /// By that function, with the key of all devices, over all rings.
    pub(super) fn new(function: HashFunction) -> Self {
        Rss {
            function,
            key: default_rss_key(),
            rings: None,
        }
    }

    /// How many of so many rings are used, as a power of two (`mlx4_en_config_rss_steer()`).
    pub(crate) fn log_rings(&self, rings: usize) -> u32 {
        self.rings
            .filter(|wanted| *wanted <= rings)
            .unwrap_or(rings)
            .max(1)
            .ilog2()
    }

    /// Has so many rings be used as a table says that a user wants (`mlx4_en_set_rxfh()`).
    ///
    /// Fails with `EINVAL` if it is not one in which the first rings, as many as a power of two,
    /// come one after the other, again and again.
    pub(super) fn set_table(&mut self, table: &[u32]) -> Result {
        let again = table.iter().skip(1).position(|ring| *ring == 0);
        let rings = again.map_or(table.len(), |at| at + 1);
        // CAST: Numbers of rings.
        let expected = (0..rings as u32).cycle();
        if !rings.is_power_of_two() || !table.iter().copied().eq(expected.take(table.len())) {
            return Err(EINVAL);
        }
        self.rings = Some(rings);
        Ok(())
    }
}

/// How long the table is that users see, of so many rings (`mlx4_en_get_rxfh_indir_size()`).
pub(super) fn table_len(rings: usize) -> usize {
    1 << rings.max(1).ilog2()
}
