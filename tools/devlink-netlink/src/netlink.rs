// SPDX-License-Identifier: GPL-2.0

//! Raw netlink sockets: requests go out and answers come in as bytes.

use crate::attr;

use anyhow::{bail, Context, Result};
use netlink_sys::Socket;
use nix::poll::{poll, PollFd, PollFlags, PollTimeout};
use std::os::fd::AsFd;

pub const ERROR: u16 = 2;
pub const DONE: u16 = 3;
pub const F_REQUEST: u16 = 1;
pub const F_ACK: u16 = 4;
pub const F_DUMP: u16 = 0x300;
/// In an acknowledgement: the request's payload is left out, attributes follow.
pub const F_CAPPED: u16 = 0x100;
pub const F_ACK_TLVS: u16 = 0x200;
/// Lengths of the headers of netlink and of generic netlink.
pub const HEADER: usize = 16;
pub const GENERIC: usize = 4;

const NETLINK_ROUTE: isize = 0;
const NETLINK_GENERIC: isize = 16;
const GENL_ID_CTRL: u16 = 16;
const CTRL_CMD_GETFAMILY: u8 = 3;
const CTRL_ATTR_FAMILY_ID: u16 = 1;
const CTRL_ATTR_FAMILY_NAME: u16 = 2;
const CTRL_ATTR_MCAST_GROUPS: u16 = 7;
const CTRL_ATTR_MCAST_GRP_ID: u16 = 2;
const RTM_SETLINK: u16 = 19;
const IFLA_IFNAME: u16 = 3;

const PATIENCE: u16 = 60_000;
const BUFFER: usize = 1 << 20;

/// A whole message, with its header.
pub type Message = Vec<u8>;

pub fn kind(message: &[u8]) -> u16 {
    attr::u16_at(message, 4).unwrap_or(0)
}

pub fn flags(message: &[u8]) -> u16 {
    attr::u16_at(message, 6).unwrap_or(0)
}

fn seq(message: &[u8]) -> u32 {
    attr::u32_at(message, 8).unwrap_or(0)
}

/// The error in a message that ends an answer.
pub fn errno(message: &[u8]) -> i32 {
    attr::u32_at(message, HEADER).unwrap_or(0) as i32
}

/// The family `devlink` of this kernel.
#[derive(Clone, Copy)]
pub struct Family {
    pub id: u16,
    pub group: u32,
}

pub struct Netlink {
    socket: Socket,
    seq: u32,
    buffer: Vec<u8>,
}

impl Netlink {
    /// A socket of generic netlink in the thread's network namespace.
    pub fn open() -> Result<Self> {
        Self::of(NETLINK_GENERIC)
    }

    fn of(protocol: isize) -> Result<Self> {
        let mut socket = Socket::new(protocol)?;
        socket.bind_auto()?;
        socket.set_ext_ack(true)?;
        socket.set_cap_ack(true)?;
        socket.set_rx_buf_sz(32_i32 << 20)?;
        Ok(Self {
            socket,
            seq: 0,
            buffer: Vec::with_capacity(BUFFER),
        })
    }

    pub fn devlink(&mut self) -> Result<Family> {
        let mut body = vec![CTRL_CMD_GETFAMILY, 1, 0, 0];
        attr::put(&mut body, CTRL_ATTR_FAMILY_NAME, b"devlink\0");
        let (answer, _) = self.ask(GENL_ID_CTRL, 0, &body)?;
        let attrs = answer[0].get(HEADER + GENERIC..).unwrap_or_default();
        let find = |number| attr::parse(attrs).find(|found| found.number == number);
        let id = find(CTRL_ATTR_FAMILY_ID).and_then(|found| attr::u16_at(found.payload, 0));
        // The only group.
        let group = find(CTRL_ATTR_MCAST_GROUPS)
            .and_then(|groups| attr::parse(groups.payload).next())
            .and_then(|group| {
                attr::parse(group.payload).find(|found| found.number == CTRL_ATTR_MCAST_GRP_ID)
            })
            .and_then(|found| attr::u32_at(found.payload, 0));
        match (id, group) {
            (Some(id), Some(group)) => Ok(Family { id, group }),
            _ => bail!("this kernel has no devlink"),
        }
    }

    /// From now on, hear of what happens.
    pub fn listen(&self, family: Family) -> Result<()> {
        Ok(self.socket.add_membership(family.group)?)
    }

    /// Send a request and return its answer up to the end, and what else came meanwhile.
    pub fn ask(
        &mut self,
        kind: u16,
        flags: u16,
        body: &[u8],
    ) -> Result<(Vec<Message>, Vec<Message>)> {
        self.send(kind, flags, body)?;
        let dump = flags & F_DUMP == F_DUMP;
        let (mut answer, mut others) = (Vec::new(), Vec::new());
        loop {
            if !self.wait(PATIENCE)? {
                bail!("no answer after {} s", PATIENCE / 1000);
            }
            for message in self.receive()? {
                if seq(&message) != self.seq {
                    others.push(message);
                    continue;
                }
                let kind = self::kind(&message);
                answer.push(message);
                // A `do` may answer in several messages, which DONE ends; the acknowledgement is
                // the last of all.
                if kind == ERROR || (dump && kind == DONE) {
                    return Ok((answer, others));
                }
            }
        }
    }

    fn send(&mut self, kind: u16, flags: u16, body: &[u8]) -> Result<()> {
        self.seq += 1;
        let mut request = Vec::with_capacity(HEADER + body.len());
        request.extend_from_slice(&((HEADER + body.len()) as u32).to_ne_bytes());
        request.extend_from_slice(&kind.to_ne_bytes());
        request.extend_from_slice(&(flags | F_REQUEST | F_ACK).to_ne_bytes());
        request.extend_from_slice(&self.seq.to_ne_bytes());
        request.extend_from_slice(&0_u32.to_ne_bytes());
        request.extend_from_slice(body);
        self.socket.send(&request, 0).context("cannot send")?;
        Ok(())
    }

    /// Send a request and return how many messages answered it, without its end, or the error that
    /// answered it. Copies nothing, so that a measurement is about the kernel.
    pub fn count(&mut self, kind: u16, flags: u16, body: &[u8]) -> Result<Result<usize, i32>> {
        self.send(kind, flags, body)?;
        let dump = flags & F_DUMP == F_DUMP;
        let mut messages = 0;
        loop {
            self.buffer.clear();
            self.socket
                .recv(&mut self.buffer, 0)
                .context("cannot receive")?;
            let mut rest = self.buffer.as_slice();
            while let Some(len) = attr::u32_at(rest, 0).map(|len| len as usize) {
                let Some(message) = rest.get(..len).filter(|_| len >= HEADER) else {
                    bail!("a message of {len} bytes in a packet with {}", rest.len());
                };
                rest = rest.get(attr::align(len)..).unwrap_or_default();
                if seq(message) != self.seq {
                    continue;
                }
                match self::kind(message) {
                    ERROR | DONE if errno(message) < 0 => return Ok(Err(errno(message))),
                    ERROR => return Ok(Ok(messages)),
                    DONE if dump => return Ok(Ok(messages)),
                    DONE => {}
                    _ => messages += 1,
                }
            }
        }
    }

    /// What has arrived without being asked for.
    pub fn pending(&mut self) -> Result<Vec<Message>> {
        let mut messages = Vec::new();
        while self.wait(0)? {
            messages.extend(self.receive()?);
        }
        Ok(messages)
    }

    /// Wait until there is something to receive.
    pub fn wait(&self, milliseconds: u16) -> Result<bool> {
        let mut fds = [PollFd::new(self.socket.as_fd(), PollFlags::POLLIN)];
        Ok(poll(&mut fds, PollTimeout::from(milliseconds))? > 0)
    }

    fn receive(&mut self) -> Result<Vec<Message>> {
        self.buffer.clear();
        self.socket
            .recv(&mut self.buffer, 0)
            .context("cannot receive")?;
        let mut messages = Vec::new();
        let mut rest = self.buffer.as_slice();
        while let Some(len) = attr::u32_at(rest, 0).map(|len| len as usize) {
            let Some(message) = rest.get(..len).filter(|_| len >= HEADER) else {
                bail!("a message of {len} bytes in a packet with {}", rest.len());
            };
            messages.push(message.to_vec());
            rest = rest.get(attr::align(len)..).unwrap_or_default();
        }
        Ok(messages)
    }
}

/// Give a network device another name; returns an errno, 0 if it worked.
pub fn rename(ifindex: u32, name: &str) -> Result<i32> {
    let mut body = vec![0; 16];
    body[4..8].copy_from_slice(&ifindex.to_ne_bytes());
    attr::put(&mut body, IFLA_IFNAME, &[name.as_bytes(), b"\0"].concat());
    let (answer, _) = Netlink::of(NETLINK_ROUTE)?.ask(RTM_SETLINK, 0, &body)?;
    Ok(answer.last().map_or(0, |message| errno(message)))
}
