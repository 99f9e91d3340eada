// SPDX-License-Identifier: GPL-2.0

//! The table that spreads frames by kind of traffic.

use super::{
    level,
    Filled, //
};

use crate::{
    caps::Caps,
    flow::{
        Destination,
        Headers,
        Match,
        Table,
        INNER,
        OUTER, //
    },
    layout::{
        FlowTableFieldsSupported,
        FlowTableNicCap,
        FlowTablePropLayout,
        FteMatchSetLyr24,
        PerProtocolNetworkingOffloadCaps, //
    },
    net::hw::{
        Tir,
        Traffic, //
    }, //
};

use kernel::prelude::*;

/// Protocols of tunnels.
const GRE: u8 = 47;
const IPV4: u8 = 4;
const IPV6: u8 = 41;

/// How many kinds of traffic have a protocol above IP: they come first.
const WITH_PROTOCOL: usize = 8;

/// How many kinds of tunnels there are.
const TUNNELS: u32 = 6;

/// Groups of the table: with a protocol above IP, without, and all else.
const PROTOCOLS: usize = 0;
const VERSIONS: usize = 1;
const REST: usize = 2;

/// What is in headers of frames of a kind.
fn of(headers: Headers, is_ipv6: bool, protocol: Option<u8>) -> Match {
    let version = if is_ipv6 { 6 } else { 4 };
    let values = Match::none().with(headers, FteMatchSetLyr24::IP_VERSION, version);
    match protocol {
        Some(protocol) => values.with(headers, FteMatchSetLyr24::IP_PROTOCOL, protocol),
        None => values,
    }
}

/// The tunnels that the device can look into, of those that have a protocol of their own above IP.
pub(crate) fn tunnels(caps: &Caps) -> impl Iterator<Item = u8> + use<> {
    type Caps = PerProtocolNetworkingOffloadCaps;

    let over_ip = caps.get(Caps::TUNNEL_STATELESS_IP_OVER_IP)
        || caps.get(Caps::TUNNEL_STATELESS_IP_OVER_IP_RX);
    let gre = caps.get(Caps::TUNNEL_STATELESS_GRE);
    [(GRE, gre), (IPV4, over_ip), (IPV6, over_ip)]
        .into_iter()
        .filter_map(|(protocol, has)| has.then_some(protocol))
}

/// Whether the device can tell versions of IP inside of tunnels.
pub(crate) fn matches_inner_version(caps: &Caps) -> bool {
    caps.get(
        FlowTableNicCap::FLOW_TABLE_PROPERTIES_NIC_RECEIVE
            .then(FlowTablePropLayout::FT_FIELD_SUPPORT)
            .then(FlowTableFieldsSupported::INNER_IP_VERSION),
    )
}

/// A table that spreads frames by what is in their headers (`struct mlx5_ttc_table`).
pub(super) struct Classifier<'up>(Filled<'up>);

impl<'up> Classifier<'up> {
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn new(
        last: &Table<'up>,
        next: &Table<'up>,
        level: u8,
        headers: Headers,
        tunnels: u32,
        tirs: &[Tir<'up>],
        direct: &Tir<'up>,
    ) -> Result<Self> {
        const LOG_SIZE: u8 = 7;

        let version = Match::none().all_of(headers, FteMatchSetLyr24::IP_VERSION);
        let protocol = version
            .clone()
            .all_of(headers, FteMatchSetLyr24::IP_PROTOCOL);
        let first = 8 + tunnels;
        let mut table = Filled::new(last, next, level, LOG_SIZE)?;
        table.add_group(0..=first - 1, &protocol)?;
        table.add_group(first..=first + 1, &version)?;
        table.add_group(first + 2..=first + 2, &Match::none())?;
        for (number, (traffic, tir)) in (0..).zip(Traffic::ALL.iter().zip(tirs)) {
            let values = of(headers, traffic.is_ipv6, traffic.protocol);
            let (group, number) = match traffic.protocol {
                Some(_) => (PROTOCOLS, number),
                // CAST: A small number.
                None => (VERSIONS, number - WITH_PROTOCOL as u32),
            };
            table.add(group, number, &values, Destination::Tir(tir.number()))?;
        }
        table.add(REST, 0, &Match::none(), Destination::Tir(direct.number()))?;
        Ok(Classifier(table))
    }

    /// For frames inside of tunnels (`mlx5_create_inner_ttc_table()`).
    pub(super) fn inner(last: &Table<'up>, tirs: &[Tir<'up>], direct: &Tir<'up>) -> Result<Self> {
        Self::new(last, last, level::INNER_TRAFFIC, INNER, 0, tirs, direct)
    }

    /// For all frames (`mlx5_create_ttc_table()`); those in tunnels go on to `inner`.
    pub(super) fn outer(
        last: &Table<'up>,
        caps: &Caps,
        tirs: &[Tir<'up>],
        direct: &Tir<'up>,
        inner: Option<&Self>,
    ) -> Result<Self> {
        let next = inner.map_or(last, Self::table);
        let mut this = Self::new(last, next, level::TRAFFIC, OUTER, TUNNELS, tirs, direct)?;
        if inner.is_some() {
            // CAST: A small number.
            let mut number = WITH_PROTOCOL as u32;
            for protocol in tunnels(caps) {
                for is_ipv6 in [false, true] {
                    let values = of(OUTER, is_ipv6, Some(protocol));
                    let to = Destination::Table(next.id());
                    this.0.add(PROTOCOLS, number, &values, to)?;
                    number += 1;
                }
            }
        }
        Ok(this)
    }

    pub(super) fn table(&self) -> &Table<'up> {
        &self.0.table
    }
}
