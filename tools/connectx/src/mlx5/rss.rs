// SPDX-License-Identifier: GPL-2.0

//! How received frames are spread over queues: transport objects (TIR), their hashes, and tables of
//! queues (RQT).

use super::{
    command::{Outcome, Status, TypedCall},
    layout::*,
    objects::Kind,
    Mlx5,
};
use crate::frame::{
    hash::{input, toeplitz, xor8},
    headers::Headers,
};

/// How a transport object chooses: one queue, or a table of them.
const DIRECT: u8 = 0;
const INDIRECT: u8 = 1;
/// Functions of hashes.
const INVERTED_XOR8: u8 = 1;
const TOEPLITZ: u8 = 2;
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
            value: u32::from(!xor8(&input)),
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
