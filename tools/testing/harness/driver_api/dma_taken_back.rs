// SPDX-License-Identifier: GPL-2.0
// error: E0505: memory is not taken back from the device while the CPU looks at it
use kernel::{dma::Mapped, io::Io, prelude::*};

pub(crate) fn received(buffer: Mapped<'_, KBox<[u8; 64]>>) -> [u8; 64] {
    let mut buffer = buffer;
    let bytes = buffer.for_cpu();
    let _memory = buffer.into_inner();
    bytes.copy_read()
}
