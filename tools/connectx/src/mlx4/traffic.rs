// SPDX-License-Identifier: GPL-2.0

//! Counters of frames: those of a port, by priorities, those that queue pairs name, and why frames
//! were dropped.

use super::{
    commands::{Call, Outcome, Reply},
    layout::{long, word, Field},
    Card,
};
use crate::{
    frame::{
        count::{Count, Direction},
        headers::{self, CVLAN, ETHERTYPE},
        FCS,
    },
    model::Host,
};
use serde_json::{json, Value};

/// Eight priorities, and frames without a tag.
const PRIORITIES: usize = 9;
const UNTAGGED: usize = 8;
/// The longest frames of the classes of lengths that are counted, with the checksum at the end.
const CLASSES: [usize; 9] = [64, 127, 255, 511, 1023, 1518, 1522, 1548, usize::MAX];

/// Frames of a priority.
#[derive(Clone, Copy, Debug, Default)]
struct Class {
    frames: Direction,
    lengths: [u64; CLASSES.len()],
}

/// Frames of one direction, by priorities.
#[derive(Clone, Copy, Debug, Default)]
pub struct Way([Class; PRIORITIES]);

/// The priority that a frame's tag says.
fn priority(frame: &[u8]) -> usize {
    match headers::word(frame, ETHERTYPE) {
        CVLAN => usize::from(headers::word(frame, ETHERTYPE + 2) >> 13),
        _ => UNTAGGED,
    }
}

impl Way {
    pub fn add(&mut self, frame: &[u8]) {
        let class = &mut self.0[priority(frame)];
        class.frames.add(frame);
        let length = frame.len() + FCS;
        if let Some(at) = CLASSES.iter().position(|longest| length <= *longest) {
            class.lengths[at] += 1;
        }
    }

    fn all(&self) -> Count {
        let counts = self.0.map(|class| class.frames.all());
        Count {
            frames: counts.iter().map(|count| count.frames).sum(),
            octets: counts.iter().map(|count| count.octets).sum(),
        }
    }
}

/// All counters of a port.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    /// What went to the wire, and what came from there.
    pub sent: Way,
    pub received: Way,
    /// What was steered to queue pairs.
    pub delivered: Count,
    /// What stayed within the card.
    pub looped: Count,
    pub too_long: u64,
    /// Frames for one other address, for many others, and of other VLANs.
    pub filtered: u64,
    pub other_group: u64,
    pub other_vlan: u64,
    /// Frames for queue pairs that do not receive.
    pub without_queue: u64,
    pub without_buffer: u64,
    /// Frames while there was no link, received and sent.
    pub down: u64,
    pub sent_down: u64,
    /// What there was when a driver has cleared its counters.
    cleared: Option<Box<Traffic>>,
}

impl Traffic {
    /// For who asks from outside; all of it.
    pub fn describe(&self) -> Value {
        let count = |count: Count| json!({ "frames": count.frames, "octets": count.octets });
        json!({
            "sent": count(self.sent.all()),
            "received": count(self.received.all()),
            "delivered": count(self.delivered),
            "looped": self.looped.frames,
            "not_sent": self.sent_down,
            "dropped": {
                "down": self.down,
                "too_long": self.too_long,
                "filtered": self.filtered,
                "multicast": self.other_group,
                "vlan": self.other_vlan,
                "no_queue": self.without_queue,
                "no_buffer": self.without_buffer,
            },
        })
    }

    /// A driver's counters begin anew.
    pub fn clear(&mut self) {
        self.cleared = None;
        self.cleared = Some(Box::new(self.clone()));
    }

    /// What a driver is told.
    fn dump(&self) -> Vec<u8> {
        let mut data = vec![0; dump::LENGTH];
        self.fill(&mut data, |field, data, value| {
            field.set(data, field.get(data).wrapping_add(value));
        });
        if let Some(cleared) = &self.cleared {
            cleared.fill(&mut data, |field, data, value| {
                field.set(data, field.get(data).wrapping_sub(value));
            });
        }
        data
    }

    /// Adds all counters to an answer, or takes them off.
    fn fill(&self, data: &mut [u8], put: impl Fn(Field, &mut [u8], u64)) {
        for (way, place) in [(&self.received, &dump::RECEIVED), (&self.sent, &dump::SENT)] {
            for (number, class) in way.0.iter().enumerate() {
                place.fill(number, class, data, &put);
            }
        }
        for (field, value) in [
            (dump::GIANTS, self.too_long),
            (dump::TOO_LONG, self.too_long),
            (dump::DROPPED, self.without_buffer + self.too_long),
            (dump::OVERFLOWS, self.without_buffer),
            (dump::DROPPED_FOR_LENGTH, self.too_long),
            (dump::LOOPED_FRAMES, self.looped.frames),
            (dump::LOOPED_OCTETS, self.looped.octets),
        ] {
            put(field, data, value);
        }
    }
}

/// Where DUMP_ETH_STATS has the counters of one direction.
struct Place {
    /// How many numbers there are of each counter: the priorities, and maybe what was looped.
    width: usize,
    lengths: usize,
    broadcast: usize,
    multicast: usize,
    unicast: usize,
    octets: usize,
    frames: usize,
}

impl Place {
    /// The number of a priority, of a counter that begins at a place.
    fn field(start: usize, priority: usize) -> Field {
        long(start + 8 * priority)
    }

    /// Of counters in groups of three.
    fn triple(start: usize, priority: usize, number: usize) -> Field {
        long(start + 24 * priority + 8 * number)
    }

    fn fill(
        &self,
        priority: usize,
        class: &Class,
        data: &mut [u8],
        put: &impl Fn(Field, &mut [u8], u64),
    ) {
        let frames = &class.frames;
        for (number, value) in class.lengths.into_iter().enumerate() {
            let start = self.lengths + 8 * self.width * number;
            put(Self::field(start, priority), data, value);
        }
        for (field, value) in [
            (
                Self::field(self.broadcast, priority),
                frames.broadcast.frames,
            ),
            (
                Self::field(self.multicast, priority),
                frames.multicast.frames,
            ),
            (Self::field(self.unicast, priority), frames.unicast.frames),
            (Self::triple(self.octets, priority, 0), frames.wire_octets()),
            (Self::triple(self.octets, priority, 1), frames.all().octets),
            (Self::triple(self.octets, priority, 2), frames.wire_octets()),
            (Self::triple(self.frames, priority, 0), frames.all().frames),
        ] {
            put(field, data, value);
        }
    }
}

mod dump {
    use super::*;
    pub const LENGTH: usize = 0xbac;
    pub const RECEIVED: Place = Place {
        width: PRIORITIES,
        lengths: 0,
        broadcast: 0x2d0,
        multicast: 0x318,
        unicast: 0x360,
        octets: 0x3a8,
        frames: 0x480,
    };
    pub const SENT: Place = Place {
        width: PRIORITIES + 1,
        lengths: 0x598,
        broadcast: 0x8b8,
        multicast: 0x908,
        unicast: 0x958,
        octets: 0x9a8,
        frames: 0xa98,
    };
    /// Of frames without a tag.
    pub const GIANTS: Field = long(0x288 + 8 * UNTAGGED);
    pub const TOO_LONG: Field = long(0x588);
    pub const LOOPED_OCTETS: Field = long(0xa90);
    pub const LOOPED_FRAMES: Field = long(0xb70);
    pub const DROPPED: Field = word(0xb98);
    pub const OVERFLOWS: Field = word(0xb9c);
    pub const DROPPED_FOR_LENGTH: Field = word(0xba0);
}

/// DUMP_ETH_STATS: the counters of a port, maybe for the last time; those of pauses are zero.
pub fn ethernet_statistics(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    const CLEAR: u32 = 1 << 8;
    const PAUSES: u32 = 1 << 12;
    let traffic = &mut card.port(call.modifier & 0xff)?.traffic;
    if call.modifier & PAUSES != 0 {
        return Ok(Reply::Mailbox(Vec::new()));
    }
    let data = traffic.dump();
    if call.modifier & CLEAR != 0 {
        traffic.clear();
    }
    Ok(Reply::Mailbox(data))
}

/// What QUERY_IF_STAT answers.
mod counter {
    use super::*;
    pub const LENGTH: usize = 64;
    pub const PORTS: Field = word(4);
    pub const RECEIVED_FRAMES: Field = long(16);
    pub const RECEIVED_OCTETS: Field = long(24);
    pub const SENT_FRAMES: Field = long(32);
    pub const SENT_OCTETS: Field = long(40);
}

pub fn query_counter(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let number = call.modifier as u8;
    let counter = card.hca.counters.get(&number).copied().unwrap_or_default();
    if call.modifier >> 31 != 0 {
        card.hca.counters.remove(&number);
    }
    let mut data = vec![0; counter::LENGTH];
    for (field, value) in [
        (counter::PORTS, 1),
        (counter::RECEIVED_FRAMES, counter.received.frames),
        (counter::RECEIVED_OCTETS, counter.received.octets),
        (counter::SENT_FRAMES, counter.sent.frames),
        (counter::SENT_OCTETS, counter.sent.octets),
    ] {
        field.set(&mut data, value);
    }
    Ok(Reply::Mailbox(data))
}
