// SPDX-License-Identifier: GPL-2.0

//! Counters of frames.

use super::FCS;
use serde_json::{json, Value};

/// How many frames, and how many bytes they had.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Count {
    pub frames: u64,
    pub octets: u64,
}

impl Count {
    pub fn add(&mut self, length: usize) {
        self.frames += 1;
        self.octets += length as u64;
    }
}

/// Frames of one direction, by what their destination is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Direction {
    pub unicast: Count,
    pub multicast: Count,
    pub broadcast: Count,
}

impl Direction {
    pub fn add(&mut self, frame: &[u8]) {
        let count = match frame.get(..6) {
            Some([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]) => &mut self.broadcast,
            Some([first, ..]) if first & 1 != 0 => &mut self.multicast,
            _ => &mut self.unicast,
        };
        count.add(frame.len());
    }

    /// All of them, without checksums at the end.
    pub fn all(&self) -> Count {
        let counts = [self.unicast, self.multicast, self.broadcast];
        Count {
            frames: counts.iter().map(|count| count.frames).sum(),
            octets: counts.iter().map(|count| count.octets).sum(),
        }
    }

    /// The bytes that were on the wire.
    pub fn wire_octets(&self) -> u64 {
        let all = self.all();
        all.octets + all.frames * FCS as u64
    }

    /// For who asks from outside.
    pub fn describe(&self) -> Value {
        let all = self.all();
        json!({ "frames": all.frames, "octets": all.octets })
    }
}
