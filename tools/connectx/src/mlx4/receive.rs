// SPDX-License-Identifier: GPL-2.0

//! Receiving: what becomes of a frame from the wire, up to the buffer that it is written to and the
//! completion that says so.

use super::{
    cq::{status, Completion, Received, Syndrome},
    qp::Qp,
    send::Sender,
    state::State,
    steering::{Member, Seen},
    Card,
};
use crate::{
    frame::{
        checksum::{add, fcs, network_is_right, sum, transport_is_right},
        headers::{word, Headers, Network, CVLAN, ETHERNET, ETHERTYPE, SVLAN, TAG, TCP},
        Piece, FCS,
    },
    model::Host,
};

impl Card {
    /// A frame came from the wire of a port, counted from 0.
    pub(super) fn receive_frame(&mut self, host: &mut dyn Host, index: usize, frame: &[u8]) {
        if frame.len() < ETHERNET {
            return;
        }
        let is_promiscuous = self.is_promiscuous(index as u8 + 1);
        let Some(port) = self.ports.get_mut(index) else {
            return;
        };
        let (filter, traffic) = (&port.filter, &mut port.traffic);
        if !port.link {
            traffic.down += 1;
        } else if frame.len() + FCS > filter.longest {
            traffic.too_long += 1;
        } else {
            traffic.received.add(frame);
            if filter.drops_address(frame) {
                traffic.other_group += 1;
            } else if !is_promiscuous && filter.drops_vlan(frame) {
                traffic.other_vlan += 1;
            } else {
                self.enter(host, index, frame, None);
            }
        }
    }

    /// A frame enters the function: from the wire, or from one of its own queue pairs.
    pub(super) fn enter(
        &mut self,
        host: &mut dyn Host,
        index: usize,
        frame: &[u8],
        from: Option<&Sender>,
    ) {
        let headers = Headers::of(frame, |_| false);
        let seen = Seen {
            frame,
            headers: &headers,
            port: index as u8 + 1,
        };
        let members = self.steer(&seen);
        if let Some(port) = self.ports.get_mut(index) {
            match members[..] {
                [] if seen.is_multicast() => port.traffic.other_group += 1,
                [] => port.traffic.filtered += 1,
                _ => port.traffic.delivered.add(frame.len()),
            }
        }
        for member in members {
            self.deliver(host, &seen, member, from);
        }
    }

    fn deliver(
        &mut self,
        host: &mut dyn Host,
        seen: &Seen<'_>,
        member: Member,
        from: Option<&Sender>,
    ) {
        let index = usize::from(seen.port) - 1;
        if from.is_some() && seen.is_multicast() && member.blocks_loopback {
            return;
        }
        let network = network(seen.headers);
        let rss = self.hca.qps.get(&member.qp).and_then(|qp| {
            let is_ready = qp.is_receiving();
            qp.rss().filter(|_| is_ready)
        });
        let (number, hash) = rss.map_or((member.qp, 0), |rss| {
            let fragments = self.hca.spreads_fragments();
            rss.spread(seen.frame, network.as_ref(), fragments)
        });
        let any_port = self.hca.any_port;
        let fits =
            |qp: &&Qp| qp.is_receiving() && qp.rss().is_none() && (any_port || qp.port() == index);
        let Some(qp) = self.hca.qps.get(&number).filter(fits) else {
            if let Some(port) = self.ports.get_mut(index) {
                port.traffic.without_queue += 1;
            }
            return;
        };
        if from.is_some_and(|from| qp.refuses(seen.is_multicast(), from.counter)) {
            return;
        }
        let mut received = describe(seen.frame, seen.headers);
        received.hash = hash;
        let mut data = seen.frame.to_vec();
        if received.tag.is_some() && qp.strips_tags() {
            data.drain(ETHERTYPE..ETHERTYPE + TAG);
        }
        if qp.keeps_fcs() {
            data.extend_from_slice(&fcs(seen.frame));
        }
        received.bytes = data.len() as u32;
        self.put(host, (index, number), &data, &received);
    }

    /// Writes what is received to the next buffer of a queue pair, and completes that.
    fn put(
        &mut self,
        host: &mut dyn Host,
        (index, number): (usize, u32),
        data: &[u8],
        received: &Received,
    ) {
        let Some(qp) = self.hca.qps.get(&number) else {
            return;
        };
        let (cq, domain, counter) = (qp.receive_cq(), qp.protection_domain(), qp.counter());
        let Some(parts) = qp.next_buffer(&self.hca.icm, host) else {
            if let Some(port) = self.ports.get_mut(index) {
                port.traffic.without_buffer += 1;
            }
            return;
        };
        let written = self.scatter(host, domain, &parts, data);
        let Some(qp) = self.hca.qps.get_mut(&number) else {
            return;
        };
        let place = qp.receive_index;
        qp.receive_index = place.wrapping_add(1);
        let completion = match written {
            Ok(()) => {
                let counter = self.hca.counters.entry(counter).or_default();
                counter.received.add(data.len());
                Completion::received(number, place, received)
            }
            Err(syndrome) => {
                qp.fail(State::Error);
                host.trace(format_args!("qp {number:#x} fails to receive: {parts:x?}"));
                Completion::failed(number, place, false, syndrome)
            }
        };
        self.complete(host, cq, completion);
    }

    /// Writes data to where the parts of an entry say; the syndrome if that is not possible.
    fn scatter(
        &self,
        host: &mut dyn Host,
        domain: u32,
        parts: &[Piece],
        mut data: &[u8],
    ) -> Result<(), Syndrome> {
        for part in parts {
            if data.is_empty() {
                break;
            }
            let written = self.hca.write_piece(host, domain, *part, data);
            data = &data[written.map_err(|_| Syndrome::Protection)?..];
        }
        match data {
            [] => Ok(()),
            _ => Err(Syndrome::Length),
        }
    }
}

/// The network header, which is not looked for behind more than one tag.
fn network(headers: &Headers) -> Option<Network> {
    headers.outer.network.filter(|_| headers.outer.tags < 2)
}

/// What a completion says about a frame: its tag, its headers, and the checksum.
fn describe(frame: &[u8], headers: &Headers) -> Received {
    let mut received = Received::default();
    let kind = word(frame, ETHERTYPE);
    if matches!(kind, CVLAN | SVLAN) && frame.len() >= ETHERNET + TAG {
        received.tag = Some((kind == SVLAN, word(frame, ETHERTYPE + 2)));
    }
    let Some(network) = network(headers) else {
        return received;
    };
    let is_right = transport_is_right(frame, &network);
    let transport = match network.transport().filter(|_| !network.fragment) {
        Some(TCP) => status::TCP,
        Some(_) => status::UDP,
        None => 0,
    };
    let version = match network.version {
        4 => {
            let has_options = network.payload - network.start > 20;
            status::IPV4
                | if network.fragment {
                    status::IPV4_FRAGMENT
                } else {
                    0
                }
                | if has_options { status::IPV4_OPTIONS } else { 0 }
        }
        _ => status::IPV6,
    };
    let right = match network_is_right(frame, &network) {
        true => status::NETWORK_IS_RIGHT,
        false => 0,
    };
    received.status = transport | version | right;
    received.has_extensions = network.version == 6 && network.payload - network.start > 40;
    received.transport_is_right = is_right;
    // All ones is what a sum is that has the right checksum in it.
    received.checksum = match is_right {
        true => 0xffff,
        false => checksum(frame, &network),
    };
    received
}

/// The sum over what is behind a network header. Of that header it has the addresses, and the length
/// of what is behind it; in IPv4 the protocol, too.
fn checksum(frame: &[u8], network: &Network) -> u16 {
    let (source, destination) = network.addresses();
    let behind = match network.version {
        4 => network.payload,
        _ => network.start + 40,
    };
    let length = (network.end.max(behind) - behind) as u16;
    let protocol = match network.version {
        4 => u16::from(network.protocol),
        _ => 0,
    };
    let parts = [source, destination, behind..network.end.max(behind)];
    parts
        .map(|part| sum(&frame[part]))
        .into_iter()
        .fold(add(length, protocol), add)
}
