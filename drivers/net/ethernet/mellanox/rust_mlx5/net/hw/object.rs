// SPDX-License-Identifier: GPL-2.0

//! Objects that the device gives numbers.

use crate::{
    caps::Caps,
    card::Card,
    cmd::{
        commands,
        Command,
        Output, //
    },
    layout::{
        AllocPdOut,
        AllocQCounterOut,
        AllocTransportDomainOut,
        Block,
        CmdHcaCap,
        CreateCqOut,
        CreateMkeyIn,
        CreateMkeyOut,
        CreateRqOut,
        CreateRqtOut,
        CreateSqOut,
        CreateTirOut,
        CreateTisIn,
        CreateTisOut,
        DeallocPdIn,
        DeallocQCounterIn,
        DeallocTransportDomainIn,
        DestroyCqIn,
        DestroyMkeyIn,
        DestroyRqIn,
        DestroyRqtIn,
        DestroySqIn,
        DestroyTirIn,
        DestroyTisIn,
        Field,
        Mkc,
        Tisc, //
    }, //
};

use kernel::prelude::*;

use core::marker::PhantomData;

commands! {
    do AllocPd = ALLOC_PD: MboxIn -> AllocPdOut;
    undo DeallocPd = DEALLOC_PD: DeallocPdIn -> MboxOut;
    do AllocTransportDomain = ALLOC_TRANSPORT_DOMAIN: MboxIn -> AllocTransportDomainOut;
    undo DeallocTransportDomain = DEALLOC_TRANSPORT_DOMAIN: DeallocTransportDomainIn -> MboxOut;
    do CreateMkey = CREATE_MKEY: CreateMkeyIn -> CreateMkeyOut;
    undo DestroyMkey = DESTROY_MKEY: DestroyMkeyIn -> MboxOut;
    do AllocQCounter = ALLOC_Q_COUNTER: MboxIn -> AllocQCounterOut;
    undo DeallocQCounter = DEALLOC_Q_COUNTER: DeallocQCounterIn -> MboxOut;
    do CreateTis = CREATE_TIS: CreateTisIn -> CreateTisOut;
    undo DestroyTis = DESTROY_TIS: DestroyTisIn -> MboxOut;
    do CreateTir = CREATE_TIR: CreateTirIn -> CreateTirOut;
    undo DestroyTir = DESTROY_TIR: DestroyTirIn -> MboxOut;
    do CreateRqt = CREATE_RQT: CreateRqtIn -> CreateRqtOut;
    undo DestroyRqt = DESTROY_RQT: DestroyRqtIn -> MboxOut;
    do CreateCq = CREATE_CQ: CreateCqIn -> CreateCqOut;
    undo DestroyCq = DESTROY_CQ: DestroyCqIn -> MboxOut;
    do CreateSq = CREATE_SQ: CreateSqIn -> CreateSqOut;
    undo DestroySq = DESTROY_SQ: DestroySqIn -> MboxOut;
    do CreateRq = CREATE_RQ: CreateRqIn -> CreateRqOut;
    undo DestroyRq = DESTROY_RQ: DestroyRqIn -> MboxOut;
}

/// A kind of object: how it is made and destroyed, and where its number is in both.
pub(crate) trait Kind {
    type Create: Command;
    type Destroy: Command;
    const CREATED: Field<<Self::Create as Command>::Out, u64>;
    const NUMBER: Field<<Self::Destroy as Command>::In, u64>;
}

macro_rules! kinds {
    ($(
        $(#[$attribute:meta])*
        $name:ident: $create:ident, $output:ident::$created:ident;
            $destroy:ident, $input:ident::$number:ident;
    )*) => {$(
        $(#[$attribute])*
        pub(crate) enum $name {}

        impl Kind for $name {
            type Create = $create;
            type Destroy = $destroy;
            const CREATED: Field<$output, u64> = $output::$created.number();
            const NUMBER: Field<$input, u64> = $input::$number.number();
        }
    )*};
}

kinds! {
    /// What keys and queues belong to that may be used together.
    ProtectionDomain: AllocPd, AllocPdOut::PD; DeallocPd, DeallocPdIn::PD;

    /// What send and receive queues belong to that do not receive what they send.
    TransportDomain: AllocTransportDomain, AllocTransportDomainOut::TRANSPORT_DOMAIN;
        DeallocTransportDomain, DeallocTransportDomainIn::TRANSPORT_DOMAIN;

    /// A key for memory.
    Key: CreateMkey, CreateMkeyOut::MKEY_INDEX; DestroyMkey, DestroyMkeyIn::MKEY_INDEX;

    /// A set of counters of receive queues.
    Counter: AllocQCounter, AllocQCounterOut::COUNTER_SET_ID;
        DeallocQCounter, DeallocQCounterIn::COUNTER_SET_ID;

    /// What a send queue sends as (transport interface send).
    Tis: CreateTis, CreateTisOut::TISN; DestroyTis, DestroyTisIn::TISN;

    /// What spreads frames over receive queues (transport interface receive).
    TirKind: CreateTir, CreateTirOut::TIRN; DestroyTir, DestroyTirIn::TIRN;

    /// A table of receive queues.
    RqtKind: CreateRqt, CreateRqtOut::RQTN; DestroyRqt, DestroyRqtIn::RQTN;

    /// A completion queue.
    CqKind: CreateCq, CreateCqOut::CQN; DestroyCq, DestroyCqIn::CQN;

    /// A send queue.
    SqKind: CreateSq, CreateSqOut::SQN; DestroySq, DestroySqIn::SQN;

    /// A receive queue.
    RqKind: CreateRq, CreateRqOut::RQN; DestroyRq, DestroyRqIn::RQN;
}

/// Has the device make an object of which the input ends with an array. Returns its number.
// Its part of the stack is free again for what comes next.
#[inline(never)]
pub(super) fn create<K: Kind>(
    card: &Card<'_>,
    input: Block<<K::Create as Command>::In>,
    tail: &[u8],
) -> Result<u32> {
    let mut output = Block::<<K::Create as Command>::Out>::new();
    card.run_with::<K::Create>(input, tail, Output(output.as_mut(), &mut []))?;
    // CAST: Numbers have at most 24 bits.
    Ok(output.get(K::CREATED) as u32)
}

/// Has the device destroy an object.
pub(super) fn destroy<K: Kind>(card: &Card<'_>, number: u32) -> Result {
    let mut input = Block::<<K::Destroy as Command>::In>::new();
    input.set(K::NUMBER, number.into());
    card.run::<K::Destroy>(input).map(drop)
}

/// An object of the device.
pub(crate) struct Object<'up, K: Kind> {
    card: &'up Card<'up>,
    number: u32,
    kind: PhantomData<fn(K)>,
}

impl<'up, K: Kind> Object<'up, K> {
    /// Has the device make it.
    pub(super) fn with(
        card: &'up Card<'up>,
        input: Block<<K::Create as Command>::In>,
        tail: &[u8],
    ) -> Result<Self> {
        Ok(Object {
            card,
            number: create::<K>(card, input, tail)?,
            kind: PhantomData,
        })
    }

    /// Of a kind that nothing has to be said about.
    pub(crate) fn new(card: &'up Card<'up>) -> Result<Self> {
        Self::with(card, Block::new(), &[])
    }

    pub(super) fn card(&self) -> &'up Card<'up> {
        self.card
    }

    pub(crate) fn number(&self) -> u32 {
        self.number
    }
}

impl<K: Kind> Drop for Object<'_, K> {
    fn drop(&mut self) {
        // The failure was logged.
        let _ = destroy::<K>(self.card, self.number);
    }
}

impl<'up> Object<'up, Key> {
    /// A key for all memory, by its address on the bus (`mlx5e_create_mkey()`).
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    pub(crate) fn for_all_memory(
        card: &'up Card<'up>,
        caps: &Caps,
        domain: &Object<'up, ProtectionDomain>,
    ) -> Result<Self> {
        /// For any queue.
        const ANY: u32 = 0xff_ffff;

        let context = CreateMkeyIn::MEMORY_KEY_MKEY_ENTRY;
        let mut input = Block::<CreateMkeyIn>::new();
        input.set(context.then(Mkc::LW), true);
        input.set(context.then(Mkc::LR), true);
        for (has, field) in [
            (
                CmdHcaCap::RELAXED_ORDERING_WRITE,
                Mkc::RELAXED_ORDERING_WRITE,
            ),
            (CmdHcaCap::RELAXED_ORDERING_READ, Mkc::RELAXED_ORDERING_READ),
        ] {
            input.set(context.then(field), caps.get(has));
        }
        input.set(context.then(Mkc::PD), domain.number());
        input.set(context.then(Mkc::LENGTH64), true);
        input.set(context.then(Mkc::QPN), ANY);
        Self::with(card, input, &[])
    }

    /// What descriptors say.
    pub(crate) fn key(&self) -> u32 {
        // The lowest bits are the driver's to choose.
        self.number() << 8
    }
}

impl<'up> Object<'up, Tis> {
    /// For frames of that priority (`mlx5e_create_tis()`).
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    pub(crate) fn of_priority(
        card: &'up Card<'up>,
        caps: &Caps,
        domain: &Object<'up, TransportDomain>,
        priority: u8,
    ) -> Result<Self> {
        let context = CreateTisIn::CTX;
        let mut input = Block::<CreateTisIn>::new();
        // By the port that the driver says, also if two are one for the other end.
        input.set(
            context.then(Tisc::STRICT_LAG_TX_PORT_AFFINITY),
            is_lag_owner(caps),
        );
        input.set(context.then(Tisc::PRIO), priority << 1);
        input.set(context.then(Tisc::TRANSPORT_DOMAIN), domain.number());
        Self::with(card, input, &[])
    }
}

/// Whether the driver says by which port of a bond frames go (`mlx5_lag_is_lacp_owner()`).
fn is_lag_owner(caps: &Caps) -> bool {
    caps.get(CmdHcaCap::VPORT_GROUP_MANAGER)
        && caps.get(CmdHcaCap::LAG_MASTER)
        && caps.get(CmdHcaCap::NUM_LAG_PORTS) > 1
}
