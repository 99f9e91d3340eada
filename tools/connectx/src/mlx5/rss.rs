// SPDX-License-Identifier: GPL-2.0

//! How received frames are spread over queues: transport objects (TIR), their hashes, and tables of
//! queues (RQT).

use super::{
    command::{Outcome, Status, TypedCall},
    headers::{Headers, Network, TCP},
    layout::*,
    objects::Kind,
    Mlx5,
};

/// How a transport object chooses: one queue, or a table of them.
const DIRECT: u8 = 0;
const INDIRECT: u8 = 1;
/// Functions of hashes.
const INVERTED_XOR8: u8 = 1;
const TOEPLITZ: u8 = 2;
/// Selected fields.
const SOURCE: u32 = 1 << 0;
const DESTINATION: u32 = 1 << 1;
const SOURCE_PORT: u32 = 1 << 2;
const DESTINATION_PORT: u32 = 1 << 3;

/// Numbers of queues have 24 bits.
const QUEUE_NUMBER: u32 = 0xff_ffff;

/// The hash of a frame as a completion says it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Hash {
    pub value: u32,
    /// In pairs of bits, of the source and of the destination: which addresses, and which ports, are
    /// in it.
    pub kind: u8,
}

/// The hash of Toeplitz: for each bit of the input that is set, the 32 bits of the key from there
/// on.
fn toeplitz(key: &[u8], input: &[u8]) -> u32 {
    let mut hash = 0;
    for bit in (0..input.len() * 8).filter(|bit| input[bit / 8] >> (7 - bit % 8) & 1 != 0) {
        hash ^= read_bits(key, bit, 32) as u32;
    }
    hash
}

/// All bytes in one, inverted.
fn inverted_xor8(input: &[u8]) -> u32 {
    u32::from(!input.iter().fold(0, |hash, byte| hash ^ byte))
}

/// What of a packet goes into its hash, and which kinds of addresses and ports those are.
fn input(frame: &[u8], network: &Network, fields: u32, symmetric: bool) -> (Vec<u8>, u8) {
    let mut input = Vec::new();
    let mut kind = 0;
    let mut add = |source: &[u8], destination: &[u8], selected: u32, is: u8, shift: u32| {
        let both = selected == 3;
        // Both orders of the two give the same, if that is wanted.
        let pairs = || source.iter().zip(destination);
        if symmetric && both {
            input.extend(pairs().map(|(source, destination)| source | destination));
            input.extend(pairs().map(|(source, destination)| source ^ destination));
        } else {
            for (part, bit) in [(source, 1), (destination, 2)] {
                input.extend_from_slice(if selected & bit != 0 { part } else { &[] });
            }
        }
        for (bit, shift) in [(1, shift), (2, shift + 2)] {
            if selected & bit != 0 {
                kind |= is << shift;
            }
        }
    };
    let (source, destination) = network.addresses();
    let version = if network.version == 4 { 1 } else { 2 };
    let addresses = fields & (SOURCE | DESTINATION);
    add(&frame[source], &frame[destination], addresses, version, 0);
    let protocol = network.transport().filter(|_| !network.fragment);
    if let Some(protocol) = protocol {
        let at = network.payload;
        let selected = (fields & (SOURCE_PORT | DESTINATION_PORT)) >> 2;
        let protocol = if protocol == TCP { 1 } else { 2 };
        let (source, destination) = (&frame[at..at + 2], &frame[at + 2..at + 4]);
        add(source, destination, selected, protocol, 4);
    }
    (input, kind)
}

/// The hash that a transport object wants of a frame.
fn hash(context: View<'_, Tirc>, frame: &[u8], headers: &Headers) -> Hash {
    let select = |field: Field<Tirc, RxHashFieldSelect>| {
        context.get(field.then(RxHashFieldSelect::SELECTED_FIELDS))
    };
    let inner = headers.inner.and_then(|inner| inner.network);
    let (network, fields) = match inner.filter(|_| context.get(Tirc::TUNNELED_OFFLOAD_EN)) {
        Some(inner) => (Some(inner), select(Tirc::RX_HASH_FIELD_SELECTOR_INNER)),
        None => (
            headers.outer.network,
            select(Tirc::RX_HASH_FIELD_SELECTOR_OUTER),
        ),
    };
    let Some(network) = network else {
        return Hash::default();
    };
    let symmetric = context.get(Tirc::RX_HASH_SYMMETRIC);
    let (input, kind) = input(frame, &network, fields, symmetric);
    let key = context.data().get(Tirc::RX_HASH_TOEPLITZ_KEY.bytes());
    match context.get(Tirc::RX_HASH_FN) {
        _ if kind == 0 => Hash::default(),
        TOEPLITZ => Hash {
            value: toeplitz(key.unwrap_or_default(), &input),
            kind,
        },
        INVERTED_XOR8 => Hash {
            value: inverted_xor8(&input),
            kind,
        },
        _ => Hash::default(),
    }
}

impl Mlx5 {
    /// The context of a transport object.
    pub(super) fn tir(&self, number: u32) -> Option<View<'_, Tirc>> {
        let object = self.objects.get((Kind::Tir, number.into()))?;
        let made = View::<CreateTirIn>::of_any_length(&object.input);
        Some(made.part(CreateTirIn::CTX))
    }

    /// Which queue gets a frame that a transport object got, and the frame's hash.
    pub(super) fn spread(&self, tir: u32, frame: &[u8], headers: &Headers) -> Option<(u32, Hash)> {
        let context = self.tir(tir)?;
        match context.get(Tirc::DISP_TYPE) {
            DIRECT => Some((context.get(Tirc::INLINE_RQN), Hash::default())),
            INDIRECT => {
                let hash = hash(context, frame, headers);
                let table = context.get(Tirc::INDIRECT_TABLE);
                Some((self.table_entry(table, hash.value)?, hash))
            }
            _ => None,
        }
    }

    fn table_entry(&self, table: u32, hash: u32) -> Option<u32> {
        let object = self.objects.get((Kind::Rqt, table.into()))?;
        let start = CreateRqtIn::RQT_CONTEXT.bytes().start;
        let context = View::<Rqtc>::of_any_length(object.input.get(start..)?);
        let size = u32::from(context.get(Rqtc::RQT_ACTUAL_SIZE));
        let index = hash.checked_rem(size)?;
        let queue = context.element(Rqtc::RQ_NUM, index as usize)?;
        Some(queue & QUEUE_NUMBER)
    }
}

/// Changes what is selected of a transport object.
pub fn modify_tir(model: &mut Mlx5, call: &mut TypedCall<'_, '_, ModifyTirIn, MboxOut>) -> Outcome {
    let key = (Kind::Tir, call.get(ModifyTirIn::TIRN).into());
    let object = model.objects.get_mut(key).ok_or(Status::BadResource)?;
    let mut made = ViewMut::<CreateTirIn>::of_any_length(&mut object.input);
    let mut context = made.part(CreateTirIn::CTX);
    let mask = call.input().part(ModifyTirIn::BITMASK);
    let wanted = call.input().part(ModifyTirIn::CTX);
    if mask.get(ModifyTirBitmask::SELF_LB_EN) {
        context.set(Tirc::SELF_LB_BLOCK, wanted.get(Tirc::SELF_LB_BLOCK));
    }
    if mask.get(ModifyTirBitmask::PACKET_MERGE) {
        let fields = [
            Tirc::LRO_TIMEOUT_PERIOD_USECS.number(),
            Tirc::PACKET_MERGE_MASK.number(),
            Tirc::LRO_MAX_IP_PAYLOAD_SIZE.number(),
        ];
        for field in fields {
            context.set(field, wanted.get(field));
        }
    }
    if mask.get(ModifyTirBitmask::HASH) {
        context.set(Tirc::RX_HASH_FN, wanted.get(Tirc::RX_HASH_FN));
        context.set(Tirc::RX_HASH_SYMMETRIC, wanted.get(Tirc::RX_HASH_SYMMETRIC));
        // The key, and what is selected, lie side by side.
        let from = Tirc::RX_HASH_TOEPLITZ_KEY.bytes().start;
        let place = from..Tirc::RX_HASH_FIELD_SELECTOR_INNER.bytes().end;
        let source = wanted.data().get(place.clone());
        let (Some(source), Some(target)) = (source, context.data().get_mut(place)) else {
            return Err(Status::BadInputLength);
        };
        target.copy_from_slice(source);
    }
    Ok(())
}

/// Makes a table have other queues.
pub fn modify_rqt(model: &mut Mlx5, call: &mut TypedCall<'_, '_, ModifyRqtIn, MboxOut>) -> Outcome {
    let key = (Kind::Rqt, call.get(ModifyRqtIn::RQTN).into());
    let object = model.objects.get(key).ok_or(Status::BadResource)?;
    let head = CreateRqtIn::RQT_CONTEXT.bytes().start;
    let context = call.input.get(ModifyRqtIn::CTX.bytes().start..);
    let context = context.ok_or(Status::BadInputLength)?;
    let most = |input| {
        let input = View::<CreateRqtIn>::of_any_length(input);
        input.get(CreateRqtIn::RQT_CONTEXT.then(Rqtc::RQT_MAX_SIZE))
    };
    let size = View::<Rqtc>::of_any_length(context).get(Rqtc::RQT_ACTUAL_SIZE);
    if size > most(&object.input) {
        return Err(Status::BadParameter);
    }
    let mut input = object.input.get(..head).unwrap_or_default().to_vec();
    input.extend_from_slice(context);
    // The most that it can have stays what it was made with.
    let limit = most(&object.input);
    let field = CreateRqtIn::RQT_CONTEXT.then(Rqtc::RQT_MAX_SIZE);
    ViewMut::<CreateRqtIn>::of_any_length(&mut input).set(field, limit);
    model.objects.replace(key, &input)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mlx5::headers::UDP;

    /// The key and the values with which the hash is specified for Windows.
    const KEY: [u8; 40] = [
        0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f,
        0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
        0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
    ];

    #[test]
    fn hashes_of_ipv4_are_as_specified() {
        for (source, source_port, destination, port, with_ports, without) in [
            (
                [66, 9, 149, 187],
                2794u16,
                [161, 142, 100, 80],
                1766u16,
                0x51cc_c178,
                0x323e_8fc2,
            ),
            (
                [199, 92, 111, 2],
                14230,
                [65, 69, 140, 83],
                4739,
                0xc626_b0ea,
                0xd718_262a,
            ),
            (
                [24, 19, 198, 95],
                12898,
                [12, 22, 207, 184],
                38024,
                0x5c2b_394a,
                0xd2d0_a5de,
            ),
            (
                [38, 27, 205, 30],
                48228,
                [209, 142, 163, 6],
                2217,
                0xafc7_327f,
                0x8298_9176,
            ),
            (
                [153, 39, 163, 191],
                44251,
                [202, 188, 127, 2],
                1303,
                0x10e8_28a2,
                0x5d18_09c5,
            ),
        ] {
            let addresses = [source, destination].concat();
            assert_eq!(toeplitz(&KEY, &addresses), without);
            let ports = [source_port, port].map(u16::to_be_bytes).concat();
            assert_eq!(toeplitz(&KEY, &[addresses, ports].concat()), with_ports);
        }
    }

    #[test]
    fn hashes_of_ipv6_are_as_specified() {
        let address = |text: &str| text.parse::<std::net::Ipv6Addr>().unwrap().octets();
        let source = address("3ffe:2501:200:1fff::7");
        let destination = address("3ffe:2501:200:3::1");
        let addresses = [source, destination].concat();
        assert_eq!(toeplitz(&KEY, &addresses), 0x2cc1_8cd5);
        let ports = [2794u16, 1766].map(u16::to_be_bytes).concat();
        let input = [addresses, ports].concat();
        assert_eq!(toeplitz(&KEY, &input), 0x4020_7d3d);
    }

    fn network(protocol: u8, fragment: bool) -> (Vec<u8>, Network) {
        let frame: Vec<u8> = (0..64).collect();
        let network = Network {
            version: 4,
            start: 0,
            protocol,
            payload: 20,
            end: 64,
            fragment,
            later_fragment: fragment,
        };
        (frame, network)
    }

    #[test]
    fn what_is_selected_goes_in() {
        let all = SOURCE | DESTINATION | SOURCE_PORT | DESTINATION_PORT;
        let (frame, tcp) = network(TCP, false);
        let whole = (vec![12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23], 0x55);
        assert_eq!(input(&frame, &tcp, all, false), whole);
        let (_, udp) = network(UDP, false);
        assert_eq!(input(&frame, &udp, all, false).1, 0xa5);
        let ends = DESTINATION | SOURCE_PORT;
        let expected = (vec![16, 17, 18, 19, 20, 21], 0x14);
        assert_eq!(input(&frame, &tcp, ends, false), expected);
        let (_, part) = network(TCP, true);
        assert_eq!(input(&frame, &part, all, false).1, 0x05);
    }

    #[test]
    fn both_directions_are_alike_if_wanted() {
        let all = SOURCE | DESTINATION | SOURCE_PORT | DESTINATION_PORT;
        let (frame, tcp) = network(TCP, false);
        let mut back = frame.clone();
        back[12..16].copy_from_slice(&frame[16..20]);
        back[16..20].copy_from_slice(&frame[12..16]);
        back[20..22].copy_from_slice(&frame[22..24]);
        back[22..24].copy_from_slice(&frame[20..22]);
        let hash = |frame: &[u8], symmetric| toeplitz(&KEY, &input(frame, &tcp, all, symmetric).0);
        assert_eq!(hash(&frame, true), hash(&back, true));
        assert_ne!(hash(&frame, false), hash(&back, false));
    }
}
