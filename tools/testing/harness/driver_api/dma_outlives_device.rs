// SPDX-License-Identifier: GPL-2.0
// error: lifetime may not live long enough: a block of a pool does not outlive that its device is bound
use kernel::{
    device::{Bound, Device},
    dma::{Block, Pool},
    prelude::*,
    ptr::Alignment,
};

pub(crate) fn block(dev: &Device<Bound>) -> Result<Block<'static, u64>> {
    Pool::new(dev, c"pool", Alignment::new::<8>())?.zeroed(GFP_KERNEL)
}
