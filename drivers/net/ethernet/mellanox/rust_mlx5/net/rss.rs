// SPDX-License-Identifier: GPL-2.0

//! Over which channels received frames are spread.

use super::hw::{
    Hash,
    HashFunction, //
};

use kernel::{
    net::ethtool::default_rss_key,
    prelude::*, //
};

/// A table of channels, which the hash of a frame's addresses is an index of.
pub(super) struct Rss {
    table: KVVec<u32>,
    hash: Hash,
}

impl Rss {
    /// A table of that size, in which each channel is as often as others, and the key of all
    /// devices.
    pub(super) fn new(size: u16, channels: usize) -> Result<Self> {
        let hash = Hash {
            function: HashFunction::Toeplitz,
            key: default_rss_key(),
        };
        let mut rss = Rss {
            table: KVVec::from_elem(0, size.into(), GFP_KERNEL)?,
            hash,
        };
        rss.spread(channels);
        Ok(rss)
    }

    /// The same once more.
    pub(super) fn try_clone(&self) -> Result<Self> {
        let mut table = KVVec::with_capacity(self.table.len(), GFP_KERNEL)?;
        table.extend_from_slice(&self.table, GFP_KERNEL)?;
        Ok(Rss {
            table,
            hash: self.hash.clone(),
        })
    }

    /// Has each channel be as often as others.
    pub(super) fn spread(&mut self, channels: usize) {
        // CAST: There are no more channels than vectors.
        let channels = (0..channels as u32).cycle();
        for (to, channel) in self.table.iter_mut().zip(channels) {
            *to = channel;
        }
    }

    /// Has it be as a user wants.
    ///
    /// Fails with `EINVAL` if it is of another length.
    pub(super) fn set(&mut self, table: &[u32]) -> Result {
        if table.len() != self.table.len() {
            return Err(EINVAL);
        }
        self.table.copy_from_slice(table);
        Ok(())
    }

    pub(super) fn table(&self) -> &[u32] {
        &self.table
    }

    /// How long the table is.
    pub(super) fn table_size(&self) -> u16 {
        // CAST: It was made with so many.
        self.table.len() as u16
    }

    pub(super) fn hash(&self) -> &Hash {
        &self.hash
    }

    pub(super) fn set_hash(&mut self, hash: Hash) {
        self.hash = hash;
    }

    /// The channel for each hash that the device computes (`mlx5e_calc_indir_rqns()`).
    pub(super) fn channels(&self) -> impl ExactSizeIterator<Item = usize> + '_ {
        let bits = self.table.len().ilog2();
        let place = move |at: usize| match self.hash.function {
            HashFunction::Toeplitz => at,
            // The bits of what the device computes are in the other order. Of a table of one there
            // are none.
            HashFunction::InvertedXor8 => at
                .reverse_bits()
                .checked_shr(usize::BITS - bits)
                .unwrap_or(0),
        };
        // CAST: A number of a channel.
        let channel = move |at| {
            self.table
                .get(place(at))
                .map_or(0, |channel| *channel as usize)
        };
        (0..self.table.len()).map(channel)
    }
}
