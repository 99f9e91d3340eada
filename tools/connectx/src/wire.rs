// SPDX-License-Identifier: GPL-2.0

//! The wire between two ports: what one sends, the other one receives, in order.
//!
//! Each end is a datagram socket, so that ports of different servers are connected, and a port whose
//! peer is its own socket is connected with itself. What is sent while nobody is at the other end is
//! lost, as on a wire.

use crate::server::{remove_stale, Slot};
use anyhow::{Context, Result};
use std::{
    os::unix::net::UnixDatagram,
    path::{Path, PathBuf},
    sync::mpsc::{sync_channel, SyncSender},
    thread,
};

/// So many frames wait for the other end; more are lost.
const QUEUE: usize = 8192;
/// No frame is longer.
const LONGEST: usize = 16 << 10;

/// One end.
pub struct Wire {
    frames: SyncSender<Vec<u8>>,
}

impl Wire {
    /// Connects the card in a slot: what comes to the socket `own` it receives, and what it sends
    /// goes to the socket `peer`, if that is there.
    pub fn connect(slot: &Slot, own: &Path, peer: PathBuf) -> Result<()> {
        remove_stale(own)?;
        let name = || format!("{}", own.display());
        let socket = UnixDatagram::bind(own).with_context(name)?;
        let receiver = socket.try_clone().with_context(name)?;
        let (frames, queue) = sync_channel::<Vec<u8>>(QUEUE);
        slot.connect(Self { frames });
        // A thread of its own for each direction: who sends holds the card's lock, and must not wait
        // for the other card, which may be about to send, too.
        thread::spawn(move || {
            for frame in queue {
                // Nobody is there, or no longer.
                let _ = socket.send_to(&frame, &peer);
            }
        });
        let slot = slot.clone();
        thread::spawn(move || {
            let mut frame = vec![0; LONGEST];
            while let Ok(length) = receiver.recv(&mut frame) {
                slot.receive(&frame[..length]);
            }
        });
        Ok(())
    }

    /// Sends a frame; false if it is lost.
    pub fn send(&self, frame: &[u8]) -> bool {
        frame.len() <= LONGEST && self.frames.try_send(frame.to_vec()).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::tests::FakeModel;
    use serde_json::json;
    use std::time::{Duration, Instant};

    fn path(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("connectx-wire-{name}-{}", std::process::id()))
    }

    fn receives(slot: &Slot, frames: u64) -> bool {
        let end = Instant::now() + Duration::from_secs(20);
        while Instant::now() < end {
            let count = slot.control(&json!({"do": "count"})).unwrap();
            if count["received"] == frames {
                return true;
            }
            thread::sleep(Duration::from_millis(1));
        }
        false
    }

    #[test]
    fn what_one_sends_the_other_receives() {
        let [one, other] = [0, 1].map(|_| Slot::new(Box::new(FakeModel::default()), None));
        let (here, there) = (path("here"), path("there"));
        Wire::connect(&one, &here, there.clone()).unwrap();
        // Nobody is there yet.
        one.control(&json!({"do": "send", "length": 60})).unwrap();
        thread::sleep(Duration::from_millis(100));
        Wire::connect(&other, &there, here.clone()).unwrap();
        for length in [60, 1514, 9018] {
            one.control(&json!({"do": "send", "length": length}))
                .unwrap();
        }
        assert!(receives(&other, 60 + 1514 + 9018));
        other
            .control(&json!({"do": "send", "length": 100}))
            .unwrap();
        assert!(receives(&one, 100));
        for path in [here, there] {
            std::fs::remove_file(path).unwrap();
        }
    }

    #[test]
    fn a_port_may_be_connected_with_itself() {
        let slot = Slot::new(Box::new(FakeModel::default()), None);
        let path = path("loop");
        Wire::connect(&slot, &path, path.clone()).unwrap();
        slot.control(&json!({"do": "send", "length": 64})).unwrap();
        assert!(receives(&slot, 64));
        std::fs::remove_file(path).unwrap();
    }
}
