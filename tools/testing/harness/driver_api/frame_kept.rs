// SPDX-License-Identifier: GPL-2.0
// error: E0521: a frame is taken or refused, not kept
use kernel::{net::device::Frame, prelude::*};

pub(crate) fn start_xmit(queue: &mut KVec<Frame<'static>>, frame: Frame<'_>) -> Result {
    queue.push(frame, GFP_ATOMIC)?;
    Ok(())
}
