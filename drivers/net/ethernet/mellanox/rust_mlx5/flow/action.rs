// SPDX-License-Identifier: GPL-2.0

//! What entries have done with frames.

use super::TableType;

use crate::{
    card::Card,
    cmd::{
        commands,
        Output, //
    },
    layout::{
        AllocFlowCounterOut,
        AllocModifyHeaderContextIn,
        AllocModifyHeaderContextOut,
        Block,
        DeallocFlowCounterIn,
        DeallocModifyHeaderContextIn,
        DestFormatStruct,
        FlowContext,
        FlowCounterList,
        SetFteIn,
        Structure,
        ViewMut, //
    }, //
};

use kernel::prelude::*;

commands! {
    do AllocFlowCounter = ALLOC_FLOW_COUNTER: AllocFlowCounterIn -> AllocFlowCounterOut;
    undo DeallocFlowCounter = DEALLOC_FLOW_COUNTER: DeallocFlowCounterIn -> MboxOut;
    do AllocModifyHeader = ALLOC_MODIFY_HEADER_CONTEXT:
        AllocModifyHeaderContextIn -> AllocModifyHeaderContextOut;
    undo DeallocModifyHeader = DEALLOC_MODIFY_HEADER_CONTEXT:
        DeallocModifyHeaderContextIn -> MboxOut;
}

/// Something that is done to frames.
pub(crate) struct ModifyHeader<'up> {
    card: &'up Card<'up>,
    id: u32,
}

impl<'up> ModifyHeader<'up> {
    /// One action, for entries of tables of that type.
    pub(crate) fn new<S: Structure>(
        card: &'up Card<'up>,
        kind: TableType,
        action: &Block<S>,
    ) -> Result<Self> {
        let mut input = Block::<AllocModifyHeaderContextIn>::new();
        input.set(AllocModifyHeaderContextIn::TABLE_TYPE, kind as u8);
        input.set(AllocModifyHeaderContextIn::NUM_OF_ACTIONS, 1);
        let mut output = Block::<AllocModifyHeaderContextOut>::new();
        card.run_with::<AllocModifyHeader>(
            input,
            action.as_ref(),
            Output(output.as_mut(), &mut []),
        )?;
        Ok(ModifyHeader {
            card,
            id: output.get(AllocModifyHeaderContextOut::MODIFY_HEADER_ID),
        })
    }
}

impl Drop for ModifyHeader<'_> {
    fn drop(&mut self) {
        let mut input = Block::<DeallocModifyHeaderContextIn>::new();
        input.set(DeallocModifyHeaderContextIn::MODIFY_HEADER_ID, self.id);
        // The failure was logged.
        let _ = self.card.run::<DeallocModifyHeader>(input);
    }
}

/// Counts frames.
pub(crate) struct Counter<'up> {
    card: &'up Card<'up>,
    id: u32,
}

impl<'up> Counter<'up> {
    pub(crate) fn new(card: &'up Card<'up>) -> Result<Self> {
        let counter = card.run::<AllocFlowCounter>(Block::new())?;
        Ok(Counter {
            card,
            id: counter.get(AllocFlowCounterOut::FLOW_COUNTER_ID),
        })
    }
}

impl Drop for Counter<'_> {
    fn drop(&mut self) {
        let mut input = Block::<DeallocFlowCounterIn>::new();
        input.set(DeallocFlowCounterIn::FLOW_COUNTER_ID, self.id);
        // The failure was logged.
        let _ = self.card.run::<DeallocFlowCounter>(input);
    }
}

/// Where frames go.
#[derive(Clone, Copy)]
pub(crate) enum Destination {
    /// To a table of a higher level.
    Table(u32),
    /// To receive queues.
    Tir(u32),
    /// To a virtual port.
    Vport(u16),
    /// To a virtual port of the e-switch of the function with that number.
    VportOf(u16, u16),
}

impl Destination {
    /// As the device wants it.
    fn block(self) -> Block<DestFormatStruct> {
        // `MLX5_IFC_FLOW_DESTINATION_TYPE_*`, and the number.
        let (kind, number): (u8, u32) = match self {
            Destination::Table(table) => (1, table),
            Destination::Tir(tir) => (2, tir),
            Destination::Vport(vport) | Destination::VportOf(vport, _) => (0, vport.into()),
        };
        let mut block = Block::<DestFormatStruct>::new();
        block.set(DestFormatStruct::DESTINATION_TYPE, kind);
        block.set(DestFormatStruct::DESTINATION_ID, number);
        if let Destination::VportOf(_, owner) = self {
            block.set(
                DestFormatStruct::DESTINATION_ESWITCH_OWNER_VHCA_ID_VALID,
                true,
            );
            block.set(DestFormatStruct::DESTINATION_ESWITCH_OWNER_VHCA_ID, owner);
        }
        block
    }
}

/// What an entry has done with a frame.
#[derive(Clone, Copy)]
pub(crate) enum Action<'a> {
    /// It goes there.
    Forward(Destination),
    /// It goes there, and did not come from the wire.
    ForwardLocal(Destination),
    /// It is dropped.
    Drop,
    /// It is dropped and counted.
    Count(&'a Counter<'a>),
    /// It is allowed, when that was done to it.
    Allow(&'a ModifyHeader<'a>),
}

impl Action<'_> {
    /// `MLX5_FLOW_CONTEXT_ACTION_*`.
    fn bits(self) -> u16 {
        const ALLOW: u16 = 0x1;
        const DROP: u16 = 0x2;
        const FORWARD: u16 = 0x4;
        const COUNT: u16 = 0x8;
        const MODIFY: u16 = 0x40;

        match self {
            Action::Forward(_) | Action::ForwardLocal(_) => FORWARD,
            Action::Drop => DROP,
            Action::Count(_) => DROP | COUNT,
            Action::Allow(_) => ALLOW | MODIFY,
        }
    }

    /// Writes it into an entry's context.
    pub(super) fn fill(self, input: &mut ViewMut<'_, SetFteIn>) {
        // `MLX5_FLOW_CONTEXT_FLOW_SOURCE_LOCAL_VPORT`.
        const LOCAL: u8 = 2;

        let context = SetFteIn::FLOW_CONTEXT;
        input.set(context.then(FlowContext::ACTION), self.bits());
        match self {
            Action::Forward(_) => {
                input.set(context.then(FlowContext::DESTINATION_LIST_SIZE), 1);
            }
            Action::ForwardLocal(_) => {
                input.set(context.then(FlowContext::DESTINATION_LIST_SIZE), 1);
                input.set(context.then(FlowContext::FLOW_SOURCE), LOCAL);
            }
            Action::Count(_) => input.set(context.then(FlowContext::FLOW_COUNTER_LIST_SIZE), 1),
            Action::Allow(header) => {
                input.set(context.then(FlowContext::MODIFY_HEADER_ID), header.id);
            }
            Action::Drop => {}
        }
    }

    /// What is behind that context, if anything.
    pub(super) fn list(self) -> Option<[u8; DestFormatStruct::BYTES]> {
        match self {
            Action::Forward(to) | Action::ForwardLocal(to) => bytes(&to.block()),
            Action::Count(counter) => {
                let mut list = Block::<FlowCounterList>::new();
                list.set(FlowCounterList::FLOW_COUNTER_ID, counter.id);
                bytes(&list)
            }
            Action::Allow(_) | Action::Drop => None,
        }
    }
}

/// An element of the list behind an entry's context, of which all kinds have the same length.
fn bytes<S: Structure>(element: &Block<S>) -> Option<[u8; DestFormatStruct::BYTES]> {
    element.as_ref().try_into().ok()
}
