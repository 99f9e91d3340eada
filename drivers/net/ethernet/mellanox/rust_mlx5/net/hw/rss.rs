// SPDX-License-Identifier: GPL-2.0

//! Receive-side scaling: tables of receive queues (RQT), and what spreads frames over them (TIR).

use super::object::{
    Object,
    RqtKind,
    TirKind, //
};

use crate::{
    card::Card,
    cmd::{
        commands,
        Output, //
    },
    layout::{
        Block,
        CreateRqtIn,
        CreateTirIn,
        Field,
        MboxOut,
        ModifyRqtIn,
        ModifyTirBitmask,
        ModifyTirIn,
        Rqtc,
        RxHashFieldSelect,
        Structure,
        Tirc, //
    }, //
};

use kernel::prelude::*;

commands! {
    do ModifyRqt = MODIFY_RQT: ModifyRqtIn -> MboxOut;
    do ModifyTir = MODIFY_TIR: ModifyTirIn -> MboxOut;
}

/// A table of receive queues.
pub(crate) type Rqt<'up> = Object<'up, RqtKind>;

/// Numbers of queues as the device wants them.
fn list(queues: impl ExactSizeIterator<Item = u32>) -> Result<KVVec<u8>> {
    let mut list = KVVec::with_capacity(queues.len() * size_of::<u32>(), GFP_KERNEL)?;
    for queue in queues {
        list.extend_from_slice(&queue.to_be_bytes(), GFP_KERNEL)?;
    }
    Ok(list)
}

impl<'up> Rqt<'up> {
    /// A table with room for `size` queues, in which is only this one.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    pub(crate) fn of_queue(card: &'up Card<'up>, size: u16, queue: u32) -> Result<Self> {
        let context = CreateRqtIn::RQT_CONTEXT;
        let mut input = Block::<CreateRqtIn>::new();
        input.set(context.then(Rqtc::RQT_MAX_SIZE), size);
        input.set(context.then(Rqtc::RQT_ACTUAL_SIZE), 1);
        Self::with(card, input, &queue.to_be_bytes())
    }

    /// Fills the table with those queues, as many as there is room for at most.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    pub(crate) fn redirect(&self, queues: impl ExactSizeIterator<Item = u32>) -> Result {
        /// The list of queues.
        const LIST: u64 = 1;

        let context = ModifyRqtIn::CTX;
        let mut input = Block::<ModifyRqtIn>::new();
        input.set(ModifyRqtIn::RQTN, self.number());
        input.set(ModifyRqtIn::BITMASK, LIST);
        // CAST: No more than the table has room for.
        input.set(context.then(Rqtc::RQT_ACTUAL_SIZE), queues.len() as u16);
        let mut output = Block::<MboxOut>::new();
        self.card()
            .run_with::<ModifyRqt>(input, &list(queues)?, Output(output.as_mut(), &mut []))
    }
}

/// What frames have in common that are spread by the same fields.
#[derive(Clone, Copy)]
pub(crate) struct Traffic {
    pub(crate) is_ipv6: bool,
    /// The protocol above IP, if it is any one.
    pub(crate) protocol: Option<u8>,
}

/// Protocols above IP.
pub(crate) const TCP: u8 = 6;
pub(crate) const UDP: u8 = 17;
const AH: u8 = 51;
const ESP: u8 = 50;

impl Traffic {
    /// Each kind, in the order of `enum mlx5_traffic_types`.
    pub(crate) const ALL: [Self; 10] = {
        const fn of(is_ipv6: bool, protocol: Option<u8>) -> Traffic {
            Traffic { is_ipv6, protocol }
        }
        [
            of(false, Some(TCP)),
            of(true, Some(TCP)),
            of(false, Some(UDP)),
            of(true, Some(UDP)),
            of(false, Some(AH)),
            of(true, Some(AH)),
            of(false, Some(ESP)),
            of(true, Some(ESP)),
            of(false, None),
            of(true, None),
        ]
    };

    /// The fields that are hashed: addresses, and ports or the index of security parameters
    /// (`MLX5_HASH_FIELD_SEL_*`).
    fn fields(self) -> u32 {
        match self.protocol {
            Some(TCP | UDP) => 0xf,
            Some(_) => 0x13,
            None => 0x3,
        }
    }
}

/// What spreads frames over the queues of a table.
pub(crate) type Tir<'up> = Object<'up, TirKind>;

/// A key for the hash of frames.
pub(crate) type HashKey = [u8; Tirc::RX_HASH_TOEPLITZ_KEY.width() / 8];

/// How frames are hashed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Hash {
    pub(crate) function: HashFunction,
    pub(crate) key: HashKey,
}

/// Functions that the device has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum HashFunction {
    /// The exclusive or of all bytes, of which the bits are in the other order.
    InvertedXor8 = 1,
    /// Toeplitz, with the key.
    Toeplitz = 2,
}

/// `MLX5_TIRC_DISP_TYPE_INDIRECT`.
const INDIRECT: u8 = 1;

/// What all have.
fn context(domain: u32, table: &Rqt<'_>, tunnels: bool) -> Block<CreateTirIn> {
    let context = CreateTirIn::CTX;
    let mut input = Block::<CreateTirIn>::new();
    input.set(context.then(Tirc::TRANSPORT_DOMAIN), domain);
    input.set(context.then(Tirc::DISP_TYPE), INDIRECT);
    input.set(context.then(Tirc::INDIRECT_TABLE), table.number());
    input.set(context.then(Tirc::TUNNELED_OFFLOAD_EN), tunnels);
    input
}

/// By what frames of a kind are spread: their headers, or those inside of a tunnel
/// (`mlx5e_tir_builder_build_rss()`).
fn set_hash<S: Structure>(
    input: &mut Block<S>,
    context: Field<S, Tirc>,
    hash: &Hash,
    traffic: Traffic,
    inner: bool,
) {
    input.set(context.then(Tirc::RX_HASH_FN), hash.function as u8);
    if hash.function == HashFunction::Toeplitz {
        input.set(context.then(Tirc::RX_HASH_SYMMETRIC), true);
        let words = context.then(Tirc::RX_HASH_TOEPLITZ_KEY).elements();
        for (field, word) in words.zip(hash.key.chunks_exact(size_of::<u32>())) {
            let word = word.try_into().map_or(0, u32::from_be_bytes);
            input.set(field, word);
        }
    }
    let select = context.then(if inner {
        Tirc::RX_HASH_FIELD_SELECTOR_INNER
    } else {
        Tirc::RX_HASH_FIELD_SELECTOR_OUTER
    });
    input.set(
        select.then(RxHashFieldSelect::L3_PROT_TYPE),
        traffic.is_ipv6,
    );
    let is_udp = traffic.protocol == Some(UDP);
    input.set(select.then(RxHashFieldSelect::L4_PROT_TYPE), is_udp);
    input.set(
        select.then(RxHashFieldSelect::SELECTED_FIELDS),
        traffic.fields(),
    );
}

impl<'up> Tir<'up> {
    /// For frames of a kind, spread by their headers, or by those inside of a tunnel
    /// (`mlx5e_rss_create_tir()`).
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    pub(crate) fn spreading(
        card: &'up Card<'up>,
        domain: u32,
        table: &Rqt<'up>,
        tunnels: bool,
        hash: &Hash,
        traffic: Traffic,
        inner: bool,
    ) -> Result<Self> {
        let mut input = context(domain, table, tunnels);
        set_hash(&mut input, CreateTirIn::CTX, hash, traffic, inner);
        Self::with(card, input, &[])
    }

    /// Has them be spread otherwise from now on (`mlx5e_rss_update_tir()`).
    pub(crate) fn rehash(&self, hash: &Hash, traffic: Traffic, inner: bool) -> Result {
        let bitmask = ModifyTirIn::BITMASK;
        let mut input = Block::<ModifyTirIn>::new();
        input.set(ModifyTirIn::TIRN, self.number());
        input.set(bitmask.then(ModifyTirBitmask::HASH), true);
        set_hash(&mut input, ModifyTirIn::CTX, hash, traffic, inner);
        self.card().run::<ModifyTir>(input).map(drop)
    }

    /// For all other frames, which have one queue.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    pub(crate) fn direct(
        card: &'up Card<'up>,
        domain: u32,
        table: &Rqt<'up>,
        tunnels: bool,
    ) -> Result<Self> {
        let mut input = context(domain, table, tunnels);
        let function = CreateTirIn::CTX.then(Tirc::RX_HASH_FN);
        input.set(function, HashFunction::InvertedXor8 as u8);
        Self::with(card, input, &[])
    }

    /// Says whether it receives what the function itself sends to one station
    /// (`mlx5e_modify_tirs_lb()`); what it sends to several it never does.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    pub(crate) fn set_loopback(&self, receives: bool) -> Result {
        /// `MLX5_TIRC_SELF_LB_BLOCK_BLOCK_UNICAST`, which does not block it.
        const UNICAST: u8 = 1;

        let bitmask = ModifyTirIn::BITMASK;
        let receives = if receives { UNICAST } else { 0 };
        let mut input = Block::<ModifyTirIn>::new();
        input.set(ModifyTirIn::TIRN, self.number());
        input.set(bitmask.then(ModifyTirBitmask::SELF_LB_EN), true);
        input.set(ModifyTirIn::CTX.then(Tirc::SELF_LB_BLOCK), receives);
        self.card()
            .run::<ModifyTir>(input)
            .map(drop)
            .inspect_err(|error| {
                dev_err!(
                    self.card().dev.as_ref(),
                    "modify tir(0x{:x}) enable_lb uc({}) mc(0) failed, {}\n",
                    self.number(),
                    receives,
                    error.to_errno()
                );
            })
    }
}
