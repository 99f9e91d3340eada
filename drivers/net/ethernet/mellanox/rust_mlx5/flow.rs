// SPDX-License-Identifier: GPL-2.0

//! Flow tables: what happens to frames, depending on what is in them.
//!
//! A [`Table`] has [groups](Group) of entries that look at the same fields of a frame; an [`Entry`]
//! says which values these have, and where such frames go. Each is a value, and dropping it has the
//! device forget it; so who owns several declares them from the last made to the first.

mod fields;

use self::fields::Fields;

use crate::{
    card::Card,
    cmd::{
        commands,
        Output, //
    },
    layout::{
        Block,
        CreateFlowGroupIn,
        CreateFlowGroupOut,
        CreateFlowTableIn,
        CreateFlowTableOut,
        DeleteFteIn,
        DestFormatStruct,
        DestroyFlowGroupIn,
        DestroyFlowTableIn,
        Field,
        FlowContext,
        FlowTableContext,
        FteMatchParam,
        FteMatchSetLyr24,
        MboxOut,
        SetFlowTableRootIn,
        SetFteIn,
        Structure,
        Value, //
    }, //
};

use kernel::prelude::*;

use core::ops::RangeInclusive;

commands! {
    do CreateFlowTable = CREATE_FLOW_TABLE: CreateFlowTableIn -> CreateFlowTableOut;
    undo DestroyFlowTable = DESTROY_FLOW_TABLE: DestroyFlowTableIn -> MboxOut;
    /// Undone by itself, and not wanted of a dead device.
    undo SetFlowTableRoot = SET_FLOW_TABLE_ROOT: SetFlowTableRootIn -> MboxOut;
    do CreateFlowGroup = CREATE_FLOW_GROUP: CreateFlowGroupIn -> CreateFlowGroupOut;
    undo DestroyFlowGroup = DESTROY_FLOW_GROUP: DestroyFlowGroupIn -> MboxOut;
    do SetFte = SET_FLOW_TABLE_ENTRY: SetFteIn -> MboxOut;
    undo DeleteFte = DELETE_FLOW_TABLE_ENTRY: DeleteFteIn -> MboxOut;
}

/// What passes a table (`enum fs_flow_table_type`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum TableType {
    /// What the function receives.
    NicRx = 0,
}

/// Where a frame goes that no entry of a table is about.
#[derive(Clone, Copy)]
pub(crate) enum Miss {
    /// To where it would without the table: when it is received, nowhere.
    Default,
    /// To another table of a higher level.
    Table(u32),
}

impl Miss {
    /// `MLX5_FLOW_TABLE_MISS_ACTION_*`, and the table.
    fn action(self) -> (u8, u32) {
        match self {
            Miss::Default => (0, 0),
            Miss::Table(table) => (1, table),
        }
    }
}

/// A flow table.
pub(crate) struct Table<'up> {
    card: &'up Card<'up>,
    kind: TableType,
    id: u32,
    /// In which table frames begin without this one, if they begin in this one.
    next: Option<u32>,
}

impl<'up> Table<'up> {
    /// A table for `1 << log_size` entries. Frames go from tables to those of a higher level.
    pub(crate) fn new(
        card: &'up Card<'up>,
        kind: TableType,
        level: u8,
        log_size: u8,
        miss: Miss,
    ) -> Result<Self> {
        let context = CreateFlowTableIn::FLOW_TABLE_CONTEXT;
        let (action, next) = miss.action();
        let mut input = Block::<CreateFlowTableIn>::new();
        input.set(CreateFlowTableIn::TABLE_TYPE, kind as u8);
        input.set(context.then(FlowTableContext::LEVEL), level);
        input.set(context.then(FlowTableContext::LOG_SIZE), log_size);
        input.set(context.then(FlowTableContext::TABLE_MISS_ACTION), action);
        input.set(context.then(FlowTableContext::TABLE_MISS_ID), next);
        let table = card.run::<CreateFlowTable>(input)?;
        Ok(Table {
            card,
            kind,
            id: table.get(CreateFlowTableOut::TABLE_ID),
            next: None,
        })
    }

    /// A table in which frames begin from now on. Those that no entry is about go to `miss`; when
    /// the table is destroyed they begin in `next`, in which they began before.
    pub(crate) fn before(next: &Self, level: u8, log_size: u8, miss: Miss) -> Result<Self> {
        let mut table = Self::new(next.card, next.kind, level, log_size, miss)?;
        table.set_root()?;
        table.next = Some(next.id);
        Ok(table)
    }

    /// The table's number, for those that frames come from.
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// Has frames begin in this table.
    pub(crate) fn set_root(&self) -> Result {
        self.begin_in(self.id)
    }

    fn begin_in(&self, table: u32) -> Result {
        let mut input = Block::<SetFlowTableRootIn>::new();
        input.set(SetFlowTableRootIn::TABLE_TYPE, self.kind as u8);
        input.set(SetFlowTableRootIn::TABLE_ID, table);
        self.card.run::<SetFlowTableRoot>(input).map(drop)
    }
}

impl Drop for Table<'_> {
    fn drop(&mut self) {
        if let Some(next) = self.next {
            // The failure was logged.
            let _ = self.begin_in(next);
        }
        let mut input = Block::<DestroyFlowTableIn>::new();
        input.set(DestroyFlowTableIn::TABLE_TYPE, self.kind as u8);
        input.set(DestroyFlowTableIn::TABLE_ID, self.id);
        // The failure was logged.
        let _ = self.card.run::<DestroyFlowTable>(input);
    }
}

/// Headers of a frame, up to the transport layer: its own, or those inside of a tunnel.
pub(crate) type Headers = Field<FteMatchParam, FteMatchSetLyr24>;
pub(crate) const OUTER: Headers = FteMatchParam::OUTER_HEADERS;
pub(crate) const INNER: Headers = FteMatchParam::INNER_HEADERS;

/// Fields of a frame: of a group those that are looked at, with ones; of an entry their values.
#[derive(Clone)]
pub(crate) struct Match(Fields);

impl Match {
    /// None.
    pub(crate) const fn none() -> Self {
        Match(Fields::new())
    }

    /// And that field of those headers.
    pub(crate) fn with<T: Value>(
        mut self,
        headers: Headers,
        field: Field<FteMatchSetLyr24, T>,
        value: T,
    ) -> Self {
        self.0.set(headers.then(field), value);
        self
    }

    /// And all bits of that field of those headers.
    pub(crate) fn all_of<T: Value>(
        mut self,
        headers: Headers,
        field: Field<FteMatchSetLyr24, T>,
    ) -> Self {
        self.0.set(headers.then(field).number(), u64::MAX);
        self
    }

    /// And that address of the station or group that the frame is for.
    pub(crate) fn destination(self, [a, b, c, d, e, f]: [u8; 6]) -> Self {
        let (high, low) = (u32::from_be_bytes([a, b, c, d]), u16::from_be_bytes([e, f]));
        self.with(OUTER, FteMatchSetLyr24::DMAC_47_16, high).with(
            OUTER,
            FteMatchSetLyr24::DMAC_15_0,
            low,
        )
    }

    /// Which kinds of headers and parameters are looked at, a bit for each (`MLX5_MATCH_*`).
    fn parts(&self) -> u8 {
        self.0.places(FteMatchSetLyr24::BYTES)
    }
}

/// A group of a table's entries.
pub(crate) struct Group<'up> {
    card: &'up Card<'up>,
    kind: TableType,
    table: u32,
    id: u32,
    first: u32,
}

impl<'up> Group<'up> {
    /// The entries of a table with those numbers, which look at that.
    pub(crate) fn new(
        table: &Table<'up>,
        entries: RangeInclusive<u32>,
        criteria: &Match,
    ) -> Result<Self> {
        let (first, last) = entries.into_inner();
        let mut input = Block::<CreateFlowGroupIn>::new();
        input.set(CreateFlowGroupIn::TABLE_TYPE, table.kind as u8);
        input.set(CreateFlowGroupIn::TABLE_ID, table.id);
        input.set(CreateFlowGroupIn::START_FLOW_INDEX, first);
        input.set(CreateFlowGroupIn::END_FLOW_INDEX, last);
        input.set(CreateFlowGroupIn::MATCH_CRITERIA_ENABLE, criteria.parts());
        let place = CreateFlowGroupIn::MATCH_CRITERIA;
        criteria.0.write(input.view_mut().part(place).data());
        let group = table.card.run::<CreateFlowGroup>(input)?;
        Ok(Group {
            card: table.card,
            kind: table.kind,
            table: table.id,
            id: group.get(CreateFlowGroupOut::GROUP_ID),
            first,
        })
    }
}

impl Drop for Group<'_> {
    fn drop(&mut self) {
        let mut input = Block::<DestroyFlowGroupIn>::new();
        input.set(DestroyFlowGroupIn::TABLE_TYPE, self.kind as u8);
        input.set(DestroyFlowGroupIn::TABLE_ID, self.table);
        input.set(DestroyFlowGroupIn::GROUP_ID, self.id);
        // The failure was logged.
        let _ = self.card.run::<DestroyFlowGroup>(input);
    }
}

/// Where frames go.
#[derive(Clone, Copy)]
pub(crate) enum Destination {
    /// To a table of a higher level.
    Table(u32),
    /// To receive queues.
    Tir(u32),
}

impl Destination {
    /// `MLX5_IFC_FLOW_DESTINATION_TYPE_*`, and the number.
    fn place(self) -> (u8, u32) {
        match self {
            Destination::Table(table) => (1, table),
            Destination::Tir(tir) => (2, tir),
        }
    }
}

/// What a frame's entry has done with it (`MLX5_FLOW_CONTEXT_ACTION_*`).
const FORWARD: u16 = 0x4;

/// An entry of a table.
pub(crate) struct Entry<'up> {
    card: &'up Card<'up>,
    kind: TableType,
    table: u32,
    index: u32,
}

impl<'up> Entry<'up> {
    /// The entry of a group with that number, the first one being 0: frames in which the fields that
    /// the group looks at have those values go there.
    pub(crate) fn new(
        group: &Group<'up>,
        number: u32,
        values: &Match,
        to: Destination,
    ) -> Result<Self> {
        let index = group.first + number;
        let context = SetFteIn::FLOW_CONTEXT;
        let mut input = Block::<SetFteIn>::new();
        input.set(SetFteIn::TABLE_TYPE, group.kind as u8);
        input.set(SetFteIn::TABLE_ID, group.table);
        input.set(SetFteIn::FLOW_INDEX, index);
        input.set(context.then(FlowContext::GROUP_ID), group.id);
        input.set(context.then(FlowContext::ACTION), FORWARD);
        input.set(context.then(FlowContext::DESTINATION_LIST_SIZE), 1);
        let place = context.then(FlowContext::MATCH_VALUE);
        values.0.write(input.view_mut().part(place).data());

        let (kind, number) = to.place();
        let mut destination = Block::<DestFormatStruct>::new();
        destination.set(DestFormatStruct::DESTINATION_TYPE, kind);
        destination.set(DestFormatStruct::DESTINATION_ID, number);
        let mut output = Block::<MboxOut>::new();
        group.card.run_with::<SetFte>(
            input,
            destination.as_ref(),
            Output(output.as_mut(), &mut []),
        )?;
        Ok(Entry {
            card: group.card,
            kind: group.kind,
            table: group.table,
            index,
        })
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        let mut input = Block::<DeleteFteIn>::new();
        input.set(DeleteFteIn::TABLE_TYPE, self.kind as u8);
        input.set(DeleteFteIn::TABLE_ID, self.table);
        input.set(DeleteFteIn::FLOW_INDEX, self.index);
        // The failure was logged.
        let _ = self.card.run::<DeleteFte>(input);
    }
}
