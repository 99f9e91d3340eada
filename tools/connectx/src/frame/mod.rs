// SPDX-License-Identifier: GPL-2.0

//! Frames, as all cards send and receive them: their headers, checksums and hashes, and how they are
//! counted.

pub mod checksum;
pub mod count;
pub mod hash;
pub mod headers;
#[cfg(test)]
pub mod samples;

use crate::model::DmaError;
use headers::{ETHERNET, ETHERTYPE};

/// The checksum at a frame's end, which nobody here sees, and the port counts.
pub const FCS: usize = 4;
/// A frame is filled up to that.
pub const MIN_LENGTH: usize = 60;
/// A frame before it is divided.
pub const MAX_LENGTH: usize = (1 << 18) + 1024;
/// A request to send is divided into no more segments.
pub const MAX_SEGMENTS: usize = 8192;

/// A piece of memory as a queue's entry names it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Piece {
    pub key: u32,
    pub address: u64,
    pub length: usize,
}

impl Piece {
    /// What becomes of an access that is not allowed.
    pub fn error(self) -> DmaError {
        DmaError {
            address: self.address,
            length: self.length,
        }
    }
}

/// Puts a tag behind the addresses.
pub fn insert_tag(frame: &mut Vec<u8>, kind: u16, tci: u16) {
    if frame.len() >= ETHERNET {
        let tag = [kind, tci].map(u16::to_be_bytes).concat();
        frame.splice(ETHERTYPE..ETHERTYPE, tag);
    }
}
