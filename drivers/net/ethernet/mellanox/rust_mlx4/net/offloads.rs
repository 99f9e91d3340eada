// SPDX-License-Identifier: GPL-2.0

//! What the device does with frames, as users have set.

use kernel::{
    net::device::Features,
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};

/// A frame of the self test has an Ethernet header, and so many bytes behind it
/// (`MLX4_LOOPBACK_TEST_PAYLOAD`).
const TEST_HEADER: usize = 14;
pub(crate) const TEST_PAYLOAD: usize = 128 - TEST_HEADER;

/// What is behind the header of a frame of the self test.
pub(crate) fn test_payload() -> impl Iterator<Item = u8> {
    // CAST: They are fewer than 256.
    (0..TEST_PAYLOAD).map(|number| number as u8)
}

/// What is looked at for each frame.
pub(crate) struct Offloads {
    checks: Atomic<bool>,
    hashes: Atomic<bool>,
    strips_tags: Atomic<bool>,
    keeps_checksum: Atomic<bool>,
    loops: Atomic<bool>,
    /// The self test sends frames to the device itself, and has found one received.
    is_tested: Atomic<bool>,
    came_back: Atomic<bool>,
}

impl Offloads {
    pub(crate) fn new(features: Features) -> Self {
        let offloads = Offloads {
            checks: Atomic::new(false),
            hashes: Atomic::new(false),
            strips_tags: Atomic::new(false),
            keeps_checksum: Atomic::new(false),
            loops: Atomic::new(false),
            is_tested: Atomic::new(false),
            came_back: Atomic::new(false),
        };
        offloads.set(features);
        offloads
    }

    /// Has the device do that from now on. What queue pairs were told of it they have to be told
    /// again.
    pub(crate) fn set(&self, features: Features) {
        let has = |to: &Atomic<bool>, feature| to.store(features.contains(feature), Relaxed);
        has(&self.checks, Features::RX_CHECKSUM);
        has(&self.hashes, Features::RX_HASH);
        has(&self.strips_tags, Features::RX_VLAN);
        has(&self.keeps_checksum, Features::RX_FCS);
        has(&self.loops, Features::LOOPBACK);
    }

    /// Whether it looks at checksums.
    pub(super) fn checks(&self) -> bool {
        self.checks.load(Relaxed)
    }

    /// Whether it says the hash by which it spreads them.
    pub(super) fn hashes(&self) -> bool {
        self.hashes.load(Relaxed)
    }

    /// Whether it takes VLAN tags out of received frames.
    pub(super) fn strips_tags(&self) -> bool {
        self.strips_tags.load(Relaxed)
    }

    /// Whether received frames are to come with their checksum.
    pub(super) fn keeps_checksum(&self) -> bool {
        self.keeps_checksum.load(Relaxed)
    }

    /// Whether what is sent is to be received.
    pub(super) fn loops(&self) -> bool {
        self.loops.load(Relaxed)
    }

    /// Whether frames are sent to the device itself, and none that is received is given to the
    /// kernel.
    pub(super) fn is_tested(&self) -> bool {
        self.is_tested.load(Relaxed)
    }

    /// Looks whether a frame is one of the test's (`validate_loopback()`).
    pub(super) fn look_at(&self, frame: &[u8]) {
        let payload = frame.get(TEST_HEADER..TEST_HEADER + TEST_PAYLOAD);
        if payload.is_some_and(|payload| payload.iter().copied().eq(test_payload())) {
            self.came_back.store(true, Relaxed);
        }
    }

    /// Begins the test.
    pub(crate) fn begin_test(&self) {
        self.came_back.store(false, Relaxed);
        self.is_tested.store(true, Relaxed);
    }

    /// Ends the test.
    pub(crate) fn end_test(&self) {
        self.is_tested.store(false, Relaxed);
    }

    /// Whether a frame of the test was received since it began.
    pub(crate) fn has_come_back(&self) -> bool {
        self.came_back.load(Relaxed)
    }
}
