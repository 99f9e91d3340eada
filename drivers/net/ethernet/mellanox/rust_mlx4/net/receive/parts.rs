// SPDX-License-Identifier: GPL-2.0

//! The parts of buffers, as the device is told of them. Those of a buffer follow each other.

use super::super::wqe::{
    data,
    SEGMENT, //
};

use core::cmp::min;

/// How many there are at most (`MLX4_EN_MAX_RX_FRAGS`).
const MOST: usize = 4;

/// How large each is at most, unless the frame is so large that they are pages.
const SIZE: usize = 2048;
const PAGE: usize = 4096;

/// The key of parts that are not used (`MLX4_EN_MEMTYPE_PAD`).
const NO_MEMORY: u32 = 0x100;

/// How much larger a frame is than the MTU: its header, with two VLAN tags (`MLX4_EN_EFF_MTU`).
const HEADERS: usize = 14 + 2 * 4;

/// How large the parts are.
#[derive(Clone, Copy)]
pub(super) struct Parts {
    sizes: [usize; MOST],
    count: usize,
}

impl Parts {
    /// Those of buffers for frames of that MTU (`mlx4_en_calc_rx_buf()`), and what is behind them.
    pub(super) fn new(mtu: u32, behind: usize) -> Self {
        // CAST: No more than some pages.
        let size = mtu as usize + HEADERS + behind;
        let most = if size > PAGE + (MOST - 1) * SIZE {
            PAGE
        } else {
            SIZE
        };
        let mut parts = Parts {
            sizes: [0; MOST],
            count: 0,
        };
        let mut left = size;
        for (number, part) in parts.sizes.iter_mut().enumerate() {
            if left == 0 {
                break;
            }
            *part = if number + 1 < MOST {
                min(left, most)
            } else {
                left
            };
            left -= *part;
            parts.count += 1;
        }
        parts
    }

    /// How large a buffer is.
    pub(super) fn size(&self) -> usize {
        self.sizes.iter().sum()
    }

    /// How large a descriptor is, as a power of two.
    pub(super) fn log_stride(&self) -> u8 {
        // CAST: A few bits.
        (self.count.next_power_of_two() * SEGMENT).trailing_zeros() as u8
    }

    /// What a descriptor says when it has no buffer yet (`mlx4_en_init_rx_desc()`).
    pub(super) fn descriptor(&self, key: u32) -> [u8; MOST * SEGMENT] {
        let mut descriptor = [0; MOST * SEGMENT];
        for (segment, size) in descriptor.chunks_exact_mut(SEGMENT).zip(self.sizes) {
            // CAST: Some pages.
            data::BYTES.set(segment, size as u32);
            data::KEY.set(segment, if size > 0 { key } else { NO_MEMORY });
        }
        descriptor
    }

    /// Where in a descriptor addresses are, and which those of a buffer at `address` are.
    pub(super) fn addresses(&self, address: u64) -> impl Iterator<Item = (usize, u64)> + '_ {
        let places = (data::ADDRESS.offset()..).step_by(SEGMENT);
        let sizes = self.sizes.iter().take(self.count);
        places.zip(sizes.scan(address, |next, size| {
            let at = *next;
            *next += *size as u64;
            Some(at)
        }))
    }
}
