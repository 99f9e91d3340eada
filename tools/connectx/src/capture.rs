// SPDX-License-Identifier: GPL-2.0

//! Commands and their answers as a pcapng file, which Wireshark and tshark read.
//!
//! The link type of commands is USER0. A command is two packets: inbound is what the driver gave,
//! outbound what it was answered, both as they lie in its memory; a comment is the trace's line.
//! What else the trace has is a packet without data.
//!
//! Frames are a file of their own, of the link type Ethernet, with an interface for each port.

use anyhow::{bail, ensure, Context, Result};
use std::{
    collections::VecDeque,
    time::{SystemTime, UNIX_EPOCH},
};

/// Where a packet went, as the file says it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direction {
    /// Nowhere: something happened.
    None = 0,
    /// From the driver to the card.
    Inbound = 1,
    /// Back to the driver.
    Outbound = 2,
}

/// A command, or an answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Packet {
    /// In microseconds since 1970.
    pub time: u64,
    /// Which port it was, from 0 on; commands have only one place.
    pub interface: u32,
    pub direction: Direction,
    pub comment: String,
    pub data: Vec<u8>,
}

/// So much is kept.
const MAX_BYTES: usize = 16 << 20;
/// What a packet takes beyond its data and comment, at the most.
const OVERHEAD: usize = 64;

/// What the packets of a capture are.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum LinkType {
    /// Commands.
    #[default]
    User0 = 147,
    Ethernet = 1,
}

/// The last packets.
pub struct Capture {
    link: LinkType,
    interfaces: u32,
    packets: VecDeque<Packet>,
    bytes: usize,
    /// How many are no longer kept.
    pub dropped: u64,
}

// Types of blocks, and what begins the first of them.
const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const PACKET: u32 = 6;
const BYTE_ORDER: u32 = 0x1a2b_3c4d;
const VERSION: u32 = 1;
// Options of interfaces and packets.
const END: u16 = 0;
const COMMENT: u16 = 1;
const INTERFACE_NAME: u16 = 2;
const PACKET_FLAGS: u16 = 2;

impl Default for Capture {
    fn default() -> Self {
        Self::new(LinkType::default(), 1)
    }
}

impl Capture {
    /// One without packets, for so many ports.
    pub fn new(link: LinkType, interfaces: u32) -> Self {
        Self {
            link,
            interfaces,
            packets: VecDeque::new(),
            bytes: 0,
            dropped: 0,
        }
    }

    /// Keeps a packet.
    pub fn add(&mut self, direction: Direction, comment: String, data: &[u8]) {
        self.keep(0, direction, comment, data);
    }

    /// Keeps a frame of a port.
    pub fn add_frame(&mut self, port: u8, direction: Direction, frame: &[u8]) {
        self.keep(port.into(), direction, String::new(), frame);
    }

    /// Keeps a packet, and no longer the oldest ones if there are too many.
    fn keep(&mut self, interface: u32, direction: Direction, comment: String, data: &[u8]) {
        let time = SystemTime::now().duration_since(UNIX_EPOCH);
        let packet = Packet {
            time: time.map_or(0, |time| time.as_micros() as u64),
            interface,
            direction,
            comment,
            data: data.to_vec(),
        };
        self.bytes += packet.size();
        self.packets.push_back(packet);
        while self.bytes > MAX_BYTES {
            let Some(oldest) = self.packets.pop_front() else {
                break;
            };
            self.bytes -= oldest.size();
            self.dropped += 1;
        }
    }

    /// The file's content; `name` is who got the packets.
    pub fn file(&self, name: &str) -> Vec<u8> {
        let mut file = Vec::with_capacity(self.bytes + 2 * OVERHEAD);
        // How long the section is, it does not say.
        let section = [BYTE_ORDER, VERSION, u32::MAX, u32::MAX];
        block(&mut file, SECTION, &words(&section));
        for number in 1..=self.interfaces {
            let mut interface = words(&[self.link as u32, 0]);
            let name = match self.interfaces {
                1 => name.to_string(),
                _ => format!("{name}, port {number}"),
            };
            option(&mut interface, INTERFACE_NAME, name.as_bytes());
            option(&mut interface, END, &[]);
            block(&mut file, INTERFACE, &interface);
        }
        for packet in &self.packets {
            let length = packet.data.len() as u32;
            let (high, low) = ((packet.time >> 32) as u32, packet.time as u32);
            let mut body = words(&[packet.interface, high, low, length, length]);
            body.extend_from_slice(&packet.data);
            pad(&mut body);
            if !packet.comment.is_empty() {
                option(&mut body, COMMENT, packet.comment.as_bytes());
            }
            let flags = (packet.direction as u32).to_le_bytes();
            option(&mut body, PACKET_FLAGS, &flags);
            option(&mut body, END, &[]);
            block(&mut file, PACKET, &body);
        }
        file
    }
}

impl Packet {
    fn size(&self) -> usize {
        self.data.len() + self.comment.len() + OVERHEAD
    }
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn pad(data: &mut Vec<u8>) {
    data.resize(data.len().next_multiple_of(4), 0);
}

fn option(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    let value = &value[..value.len().min(u16::MAX.into())];
    body.extend_from_slice(&code.to_le_bytes());
    body.extend_from_slice(&(value.len() as u16).to_le_bytes());
    body.extend_from_slice(value);
    pad(body);
}

/// A block has its length at both ends.
fn block(file: &mut Vec<u8>, kind: u32, body: &[u8]) {
    let length = body.len() as u32 + 12;
    file.extend(words(&[kind, length]));
    file.extend_from_slice(body);
    file.extend(words(&[length]));
}

/// Whether a file is one of captured packets.
pub fn is_capture(file: &[u8]) -> bool {
    file.starts_with(&SECTION.to_le_bytes())
}

/// Reads who got the packets of a file; an empty one has none.
pub fn name(mut file: &[u8]) -> Result<String> {
    while !file.is_empty() {
        let (kind, body) = next_block(&mut file)?;
        if kind == INTERFACE {
            let options = options(body.get(8..).unwrap_or_default())?;
            let name = options.iter().find(|(code, _)| *code == INTERFACE_NAME);
            return Ok(name.map_or_else(String::new, |(_, name)| {
                String::from_utf8_lossy(name).into_owned()
            }));
        }
    }
    Ok(String::new())
}

/// Reads the packets of a file that [`Capture::file`] has made.
pub fn read(mut file: &[u8]) -> Result<Vec<Packet>> {
    let mut packets = Vec::new();
    while !file.is_empty() {
        let (kind, body) = next_block(&mut file)?;
        match kind {
            SECTION if word(body, 0)? != BYTE_ORDER => bail!("it has the other byte order"),
            INTERFACE if word(body, 0)? as u16 != LinkType::User0 as u16 => {
                bail!("it is of another link type")
            }
            PACKET => packets.push(read_packet(body)?),
            _ => {}
        }
    }
    Ok(packets)
}

/// Takes a block from what is left of a file: what it is, and what it holds.
fn next_block<'a>(file: &mut &'a [u8]) -> Result<(u32, &'a [u8])> {
    let length = word(file, 4)? as usize;
    ensure!(
        length >= 12 && length.is_multiple_of(4),
        "a block has {length} bytes"
    );
    let block = file.get(..length).context("the last block is cut off")?;
    let kind = word(file, 0)?;
    *file = &file[length..];
    Ok((kind, &block[8..length - 4]))
}

/// The options at a block's end: a number, and what is said.
fn options(mut rest: &[u8]) -> Result<Vec<(u16, &[u8])>> {
    let mut options = Vec::new();
    while !rest.is_empty() {
        let head = word(rest, 0)?;
        let (code, length) = (head as u16, (head >> 16) as usize);
        let value = rest.get(4..4 + length).context("an option is cut off")?;
        if code == END {
            break;
        }
        options.push((code, value));
        let next = 4 + length.next_multiple_of(4);
        rest = rest.get(next..).unwrap_or_default();
    }
    Ok(options)
}

fn read_packet(body: &[u8]) -> Result<Packet> {
    let end = 20 + word(body, 12)? as usize;
    let data = body.get(20..end).context("a packet is cut off")?;
    let mut packet = Packet {
        time: u64::from(word(body, 4)?) << 32 | u64::from(word(body, 8)?),
        interface: word(body, 0)?,
        direction: Direction::None,
        comment: String::new(),
        data: data.to_vec(),
    };
    let rest = body.get(end.next_multiple_of(4)..).unwrap_or_default();
    for (code, value) in options(rest)? {
        match code {
            COMMENT => packet.comment = String::from_utf8_lossy(value).into_owned(),
            PACKET_FLAGS => {
                packet.direction = match word(value, 0)? & 3 {
                    1 => Direction::Inbound,
                    2 => Direction::Outbound,
                    _ => Direction::None,
                }
            }
            _ => {}
        }
    }
    Ok(packet)
}

fn word(data: &[u8], at: usize) -> Result<u32> {
    let bytes = data.get(at..at + 4).context("it is cut off")?;
    Ok(u32::from_le_bytes(bytes.try_into()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Random;

    fn capture() -> Capture {
        let mut capture = Capture::default();
        capture.add(Direction::Inbound, "NOP".into(), &[1, 2, 3, 4, 5]);
        capture.add(Direction::Outbound, "NOP -> ok".into(), &[0; 16]);
        capture.add(Direction::None, "reset: Function".into(), &[]);
        capture
    }

    #[test]
    fn what_is_written_is_read() {
        let capture = capture();
        let file = capture.file("a card");
        assert!(is_capture(&file));
        let packets = read(&file).unwrap();
        assert_eq!(packets, Vec::from(capture.packets));
        assert!(packets[0].time > 1 << 50, "it is after 2005");
    }

    #[test]
    fn the_file_is_what_the_format_says() {
        let mut capture = Capture::default();
        capture.add(Direction::Inbound, "NOP".into(), &[9; 5]);
        capture.packets[0].time = 0x0102_0304_0506_0708;
        #[rustfmt::skip]
        let expected = [
            // The section: type, length, byte order, version 1.0, unknown length.
            0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0,
            255, 255, 255, 255, 255, 255, 255, 255, 28, 0, 0, 0,
            // The interface: type, length, USER0, no limit, its name.
            1, 0, 0, 0, 32, 0, 0, 0, 147, 0, 0, 0, 0, 0, 0, 0,
            2, 0, 3, 0, b'c', b'x', b'5', 0, 0, 0, 0, 0, 32, 0, 0, 0,
            // The packet: type, length, interface, time, length twice, data.
            6, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 0, 4, 3, 2, 1, 8, 7, 6, 5,
            5, 0, 0, 0, 5, 0, 0, 0, 9, 9, 9, 9, 9, 0, 0, 0,
            // Its comment, its flags, no more options, its length.
            1, 0, 3, 0, b'N', b'O', b'P', 0, 2, 0, 4, 0, 1, 0, 0, 0, 0, 0, 0, 0, 60, 0, 0, 0,
        ];
        assert_eq!(capture.file("cx5"), expected);
    }

    #[test]
    fn frames_are_of_ethernet() {
        let mut capture = Capture::new(LinkType::Ethernet, 1);
        capture.add_frame(0, Direction::Outbound, &[0xff; 60]);
        let file = capture.file("cx5");
        assert_eq!(file[36..40], [1, 0, 0, 0]);
        assert!(read(&file).is_err(), "they are no commands");
    }

    #[test]
    fn each_port_is_an_interface() {
        let mut capture = Capture::new(LinkType::User0, 2);
        for port in [1, 0] {
            capture.add_frame(port, Direction::Inbound, &[port; 60]);
        }
        let file = capture.file("cx3");
        let text = String::from_utf8_lossy(&file).into_owned();
        assert!(text.contains("cx3, port 1") && text.contains("cx3, port 2"));
        let packets = read(&file).unwrap().into_iter();
        assert!(packets
            .map(|packet| (packet.interface, packet.data))
            .eq([(1, vec![1; 60]), (0, vec![0; 60])]));
    }

    #[test]
    fn the_oldest_are_dropped() {
        let mut capture = Capture::default();
        for number in 0..40 {
            capture.add(Direction::None, number.to_string(), &vec![0; 1 << 20]);
        }
        assert!(capture.bytes <= MAX_BYTES);
        let packets = read(&capture.file("")).unwrap();
        assert_eq!(packets.len() as u64 + capture.dropped, 40);
        assert_eq!(packets.last().unwrap().comment, "39");
    }

    #[test]
    fn files_of_nonsense_are_refused() {
        let whole = capture().file("a card");
        for length in (1..whole.len()).filter(|length| *length != 28 && *length != 64) {
            let rest = read(&whole[..length]).map(|packets| packets.len());
            assert!(
                rest.is_err() || rest.is_ok_and(|count| count < 3),
                "{length}"
            );
        }
        let mut random = Random::new(1);
        for _ in 0..1000 {
            let mut file = whole.clone();
            let at = random.below(file.len() as u64) as usize;
            file[at] = random.next() as u8;
            let _ = read(&file);
        }
        let mut other = whole;
        other[8] = 0x1a;
        assert!(read(&other).is_err());
    }
}
