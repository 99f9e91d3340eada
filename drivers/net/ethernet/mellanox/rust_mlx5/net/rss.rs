// SPDX-License-Identifier: GPL-2.0

//! Over which channels received frames are spread.

use kernel::prelude::*;

/// A table of channels, which the hash of a frame's addresses is an index of.
pub(super) struct Rss {
    table: KVVec<u32>,
    /// Whether it is as a user has set.
    is_set: bool,
}

impl Rss {
    /// A table of that size, in which each channel is as often as others.
    pub(super) fn new(size: u16, channels: usize) -> Result<Self> {
        let mut rss = Rss {
            table: KVVec::from_elem(0, size.into(), GFP_KERNEL)?,
            is_set: false,
        };
        rss.spread(channels);
        Ok(rss)
    }

    fn spread(&mut self, channels: usize) {
        // CAST: There are no more channels than vectors.
        let channels = (0..channels as u32).cycle();
        for (to, channel) in self.table.iter_mut().zip(channels) {
            *to = channel;
        }
    }

    /// There is another number of channels from now on. What a user has set stays if it can.
    pub(super) fn fit(&mut self, channels: usize) {
        let fits = |channel: &u32| (*channel as usize) < channels;
        if !self.is_set || !self.table.iter().all(fits) {
            self.is_set = false;
            self.spread(channels);
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
        self.is_set = true;
        Ok(())
    }

    pub(super) fn table(&self) -> &[u32] {
        &self.table
    }
}
