// SPDX-License-Identifier: GPL-2.0

//! The wire between two ports: what one sends, the other one receives, in order.
//!
//! Each end is a datagram socket, so that ports of different servers are connected. A card whose
//! peer is itself has its two ports connected with each other, or its only one with itself. What is
//! sent while nobody is at the other end is lost, as on a wire.

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

/// The ends of a card's wires, one for each port.
pub struct Wire {
    frames: Vec<SyncSender<Vec<u8>>>,
}

impl Wire {
    /// Connects the card in a slot: what comes to the socket `own` it receives, and what it sends
    /// goes to the socket `peer`, if that is there. Those are the sockets of its first port, and of
    /// the first one of another card; a second port has such ones whose names end in `.2`.
    ///
    /// If both are the same, the wire is between the two ports of the card, or from its only port to
    /// itself.
    pub fn connect(slot: &Slot, own: &Path, peer: &Path) -> Result<()> {
        let ports = slot.ports();
        let ends = (0..ports).map(|port| {
            let other = match port ^ 1 {
                other if own == peer && other < ports => other,
                _ => port,
            };
            connect_port(slot, port, &socket(own, port), socket(peer, other))
        });
        let frames = ends.collect::<Result<_>>()?;
        slot.connect(Self { frames });
        Ok(())
    }

    /// Sends a frame of a port; false if it is lost.
    pub fn send(&self, port: u8, frame: &[u8]) -> bool {
        let end = self.frames.get(usize::from(port));
        frame.len() <= LONGEST && end.is_some_and(|end| end.try_send(frame.to_vec()).is_ok())
    }
}

/// The socket of a port, by that of the first one.
fn socket(first: &Path, port: u8) -> PathBuf {
    let mut name = first.as_os_str().to_owned();
    if port > 0 {
        name.push(format!(".{}", port + 1));
    }
    name.into()
}

/// Connects a port; what is sent is handed to what this returns.
fn connect_port(slot: &Slot, port: u8, own: &Path, peer: PathBuf) -> Result<SyncSender<Vec<u8>>> {
    remove_stale(own)?;
    let name = || format!("{}", own.display());
    let socket = UnixDatagram::bind(own).with_context(name)?;
    let receiver = socket.try_clone().with_context(name)?;
    let (frames, queue) = sync_channel::<Vec<u8>>(QUEUE);
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
            slot.receive(port, &frame[..length]);
        }
    });
    Ok(frames)
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

    fn slot(ports: u8) -> Slot {
        let mut model = FakeModel::default();
        model.ports = ports;
        Slot::new(Box::new(model), None)
    }

    /// Whether so many bytes come to each port.
    fn receives(slot: &Slot, bytes: [u64; 2]) -> bool {
        let end = Instant::now() + Duration::from_secs(20);
        while Instant::now() < end {
            let count = slot.control(&json!({"do": "count"})).unwrap();
            if count["received"] == json!(bytes) {
                return true;
            }
            thread::sleep(Duration::from_millis(1));
        }
        false
    }

    #[test]
    fn what_one_sends_the_other_receives() {
        let [one, other] = [1, 1].map(slot);
        let (here, there) = (path("here"), path("there"));
        Wire::connect(&one, &here, &there).unwrap();
        // Nobody is there yet.
        one.control(&json!({"do": "send", "length": 60})).unwrap();
        thread::sleep(Duration::from_millis(100));
        Wire::connect(&other, &there, &here).unwrap();
        for length in [60, 1514, 9018] {
            one.control(&json!({"do": "send", "length": length}))
                .unwrap();
        }
        assert!(receives(&other, [60 + 1514 + 9018, 0]));
        other
            .control(&json!({"do": "send", "length": 100}))
            .unwrap();
        assert!(receives(&one, [100, 0]));
        for path in [here, there] {
            std::fs::remove_file(path).unwrap();
        }
    }

    #[test]
    fn a_port_may_be_connected_with_itself() {
        let slot = slot(1);
        let path = path("loop");
        Wire::connect(&slot, &path, &path).unwrap();
        slot.control(&json!({"do": "send", "length": 64})).unwrap();
        assert!(receives(&slot, [64, 0]));
        std::fs::remove_file(path).unwrap();
    }

    fn send(slot: &Slot, port: u8, length: u64) {
        let request = json!({"do": "send", "port": port, "length": length});
        slot.control(&request).unwrap();
    }

    #[test]
    fn two_ports_of_a_card_are_connected_with_each_other() {
        let slot = slot(2);
        let path = path("both");
        Wire::connect(&slot, &path, &path).unwrap();
        send(&slot, 0, 64);
        send(&slot, 1, 100);
        assert!(receives(&slot, [100, 64]));
        for port in [0, 1] {
            std::fs::remove_file(socket(&path, port)).unwrap();
        }
    }

    #[test]
    fn ports_of_two_cards_are_connected_one_by_one() {
        let [one, other] = [2, 2].map(slot);
        let (here, there) = (path("near"), path("far"));
        Wire::connect(&one, &here, &there).unwrap();
        Wire::connect(&other, &there, &here).unwrap();
        send(&one, 0, 64);
        send(&one, 1, 100);
        send(&other, 1, 1000);
        assert!(receives(&other, [64, 100]) && receives(&one, [0, 1000]));
        for (path, port) in [(&here, 0), (&here, 1), (&there, 0), (&there, 1)] {
            std::fs::remove_file(socket(path, port)).unwrap();
        }
    }
}
