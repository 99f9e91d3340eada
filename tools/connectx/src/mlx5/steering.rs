// SPDX-License-Identifier: GPL-2.0

//! What the tables of flows say about a frame that was received: which transport objects get it.

use super::{layout::*, objects::Kind, Mlx5};
use crate::frame::count::Count;
use std::collections::BTreeSet;

/// The type of tables that received frames go through.
const NIC_RECEIVE: u8 = 0;
/// Actions of an entry, as bits.
const DROP: u16 = 0x2;
const FORWARD: u16 = 0x4;
const COUNT: u16 = 0x8;
/// Kinds of destinations.
const TO_TABLE: u8 = 1;
const TO_TIR: u8 = 2;
/// What becomes of a frame that no entry of a table matches, if it is not dropped.
const MISS_TO_TABLE: u8 = 1;
/// A frame goes through no more tables; there are no more levels.
const MAX_TABLES: usize = 64;
/// Bytes of each set of match parameters.
const SET: usize = FteMatchSetLyr24::BYTES;

/// Who gets a frame.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Delivery {
    pub tir: u32,
    /// What the entry says to the driver.
    pub tag: u32,
}

/// Whether a frame's parameters are those that an entry wants: equal where the criteria have ones,
/// in each of the sets of parameters that are enabled.
fn matches(frame: &[u8], value: &[u8], criteria: &[u8], enabled: u8) -> bool {
    let sets = frame
        .chunks(SET)
        .zip(value.chunks(SET))
        .zip(criteria.chunks(SET));
    sets.enumerate()
        .filter(|(number, _)| enabled >> number & 1 != 0)
        .all(|(_, ((frame, value), criteria))| {
            let mut bytes = frame.iter().zip(value).zip(criteria);
            bytes.all(|((frame, value), criteria)| (frame ^ value) & criteria == 0)
        })
}

impl Mlx5 {
    /// Sends a frame of some length with these parameters through the tables. Nobody gets it if
    /// there are none.
    pub(super) fn steer(
        &mut self,
        parameters: &Block<FteMatchParam>,
        length: usize,
    ) -> Vec<Delivery> {
        let mut deliveries = Vec::new();
        let mut visited = BTreeSet::new();
        let mut next: Vec<u32> = Vec::new();
        next.extend(self.roots.get(&NIC_RECEIVE).map(|root| *root as u32));
        let mut counters = Vec::new();
        while let Some(table) = next.pop() {
            if visited.len() >= MAX_TABLES || !visited.insert(table) {
                continue;
            }
            let Some(entry) = self.find_entry(table, parameters.as_ref()) else {
                next.extend(self.miss(table));
                continue;
            };
            let context = View::<SetFteIn>::of_any_length(entry).part(SetFteIn::FLOW_CONTEXT);
            let (action, tag) = (
                context.get(FlowContext::ACTION),
                context.get(FlowContext::FLOW_TAG),
            );
            let lists = Lists::of(entry, context);
            if action & COUNT != 0 {
                counters.extend(lists.counters());
            }
            if action & FORWARD == 0 || action & DROP != 0 {
                continue;
            }
            for (kind, number) in lists.destinations() {
                match kind {
                    TO_TABLE => next.push(number),
                    TO_TIR => deliveries.push(Delivery { tir: number, tag }),
                    _ => {}
                }
            }
        }
        for counter in counters {
            self.flow_counts.entry(counter).or_default().add(length);
        }
        deliveries
    }

    /// The first entry of a table that matches.
    fn find_entry(&self, table: u32, parameters: &[u8]) -> Option<&[u8]> {
        let first = u64::from(table) << 32;
        let entries = self
            .objects
            .range(Kind::FlowEntry, first..=first | 0xffff_ffff);
        entries.map(|entry| entry.input.as_slice()).find(|entry| {
            let context = View::<SetFteIn>::of_any_length(entry).part(SetFteIn::FLOW_CONTEXT);
            let group = context.get(FlowContext::GROUP_ID).into();
            let Some(group) = self.objects.get((Kind::FlowGroup, group)) else {
                return false;
            };
            let group = View::<CreateFlowGroupIn>::of_any_length(&group.input);
            matches(
                parameters,
                context.part(FlowContext::MATCH_VALUE).data(),
                group.part(CreateFlowGroupIn::MATCH_CRITERIA).data(),
                group.get(CreateFlowGroupIn::MATCH_CRITERIA_ENABLE),
            )
        })
    }

    /// The table behind one without an entry that matches.
    fn miss(&self, table: u32) -> Option<u32> {
        let table = self.objects.get((Kind::FlowTable, table.into()))?;
        let made = View::<CreateFlowTableIn>::of_any_length(&table.input);
        let context = made.part(CreateFlowTableIn::FLOW_TABLE_CONTEXT);
        (context.get(FlowTableContext::TABLE_MISS_ACTION) == MISS_TO_TABLE)
            .then(|| context.get(FlowTableContext::TABLE_MISS_ID))
    }
}

/// What stands behind an entry's context: destinations, and then counters.
struct Lists<'a> {
    data: &'a [u8],
    /// How long an element is.
    element: usize,
    destinations: usize,
    counters: usize,
}

impl<'a> Lists<'a> {
    fn of(entry: &'a [u8], context: View<'_, FlowContext>) -> Self {
        let is_extended = context.get(FlowContext::EXTENDED_DESTINATION);
        Self {
            data: entry.get(SetFteIn::BYTES..).unwrap_or_default(),
            element: DestFormatStruct::BYTES << u32::from(is_extended),
            destinations: context.get(FlowContext::DESTINATION_LIST_SIZE) as usize,
            counters: context.get(FlowContext::FLOW_COUNTER_LIST_SIZE) as usize,
        }
    }

    fn destinations(&self) -> impl Iterator<Item = (u8, u32)> + 'a {
        let elements = self.data.chunks_exact(self.element).take(self.destinations);
        elements.map(|element| {
            let element = View::<DestFormatStruct>::of_any_length(element);
            (
                element.get(DestFormatStruct::DESTINATION_TYPE),
                element.get(DestFormatStruct::DESTINATION_ID),
            )
        })
    }

    fn counters(&self) -> impl Iterator<Item = u32> + 'a {
        let elements = self.data.chunks_exact(self.element);
        let elements = elements.skip(self.destinations).take(self.counters);
        elements.map(|element| View::of_any_length(element).get(FlowCounterList::FLOW_COUNTER_ID))
    }
}

impl Mlx5 {
    /// What a flow counter counted; it begins anew if that is wanted.
    pub(super) fn flow_count(&mut self, number: u32, clear: bool) -> Count {
        if clear {
            self.flow_counts.remove(&number).unwrap_or_default()
        } else {
            self.flow_counts.get(&number).copied().unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        frame::{
            headers::{Headers, CVLAN, IPV4},
            samples::{tcp_frame, udp_frame, vlan_frame},
        },
        mlx5::parameters,
    };

    fn parameters(frame: &[u8]) -> Block<FteMatchParam> {
        parameters::parameters(&Headers::of(frame, |port| port == 4789), frame)
    }

    /// Criteria or values: what is set in the outer headers.
    fn outer(set: impl Fn(&mut ViewMut<'_, FteMatchSetLyr24>)) -> Block<FteMatchParam> {
        let mut block = Block::new();
        set(&mut block.view_mut().part(FteMatchParam::OUTER_HEADERS));
        block
    }

    fn is_match(
        frame: &[u8],
        value: &Block<FteMatchParam>,
        criteria: &Block<FteMatchParam>,
        enabled: u8,
    ) -> bool {
        let parameters = parameters(frame);
        matches(
            parameters.as_ref(),
            value.as_ref(),
            criteria.as_ref(),
            enabled,
        )
    }

    #[test]
    fn only_what_the_criteria_say_matters() {
        use FteMatchSetLyr24 as Set;

        let frame = tcp_frame(80, 443, b"data");
        let port = |port| outer(|set| set.set(Set::TCP_DPORT, port));
        assert!(is_match(&frame, &port(443), &port(0xffff), 1));
        assert!(!is_match(&frame, &port(444), &port(0xffff), 1));
        assert!(is_match(&frame, &port(444), &port(0xfff8), 1));
        assert!(
            is_match(&frame, &port(444), &port(0xffff), 0),
            "not enabled"
        );
        assert!(is_match(&frame, &port(444), &outer(|_| {}), 1));
        let udp = udp_frame(80, 443, b"data");
        assert!(!is_match(&udp, &port(443), &port(0xffff), 1));
    }

    #[test]
    fn what_the_driver_matches_on_is_there() {
        use FteMatchSetLyr24 as Set;

        let frame = parameters(&tcp_frame(80, 443, b"data"));
        let get = |field: Field<Set, u64>| frame.get(FteMatchParam::OUTER_HEADERS.then(field));
        assert_eq!(get(Set::DMAC_47_16.number()), 0x0200_0000);
        assert_eq!(get(Set::DMAC_15_0.number()), 2);
        assert_eq!(get(Set::ETHERTYPE.number()), u64::from(IPV4));
        assert_eq!(get(Set::IP_VERSION.number()), 4);
        assert_eq!(get(Set::IP_PROTOCOL.number()), 6);
        assert_eq!(get(Set::TCP_SPORT.number()), 80);
        assert_eq!(get(Set::CVLAN_TAG.number()), 0);

        let tagged = parameters(&vlan_frame(CVLAN, 0x6005, b"data"));
        let get = |field: Field<Set, u64>| tagged.get(FteMatchParam::OUTER_HEADERS.then(field));
        assert_eq!(get(Set::CVLAN_TAG.number()), 1);
        assert_eq!(get(Set::SVLAN_TAG.number()), 0);
        assert_eq!(get(Set::FIRST_VID.number()), 5);
        assert_eq!(get(Set::FIRST_PRIO.number()), 3);
        assert_eq!(get(Set::ETHERTYPE.number()), u64::from(IPV4));
        assert_eq!(get(Set::IP_PROTOCOL.number()), 17);
    }

    #[test]
    fn tunnels_have_inner_headers() {
        use FteMatchSetLyr24 as Set;

        let inner = tcp_frame(1, 2, b"data");
        let vxlan = udp_frame(9, 4789, &[&[8, 0, 0, 0, 0, 0, 7, 0][..], &inner].concat());
        let parameters = parameters(&vxlan);
        let get = |field: Field<Set, u64>| parameters.get(FteMatchParam::INNER_HEADERS.then(field));
        assert_eq!(get(Set::IP_PROTOCOL.number()), 6);
        assert_eq!(get(Set::TCP_DPORT.number()), 2);
        let outer = FteMatchParam::OUTER_HEADERS;
        assert_eq!(parameters.get(outer.then(Set::UDP_DPORT)), 4789);
    }
}
