// SPDX-License-Identifier: GPL-2.0

//! Flow tables: what happens to frames, depending on what is in them.
//!
//! A [`Table`] has [groups](Group) of entries that look at the same fields of a frame; an [`Entry`]
//! says which values these have, and where such frames go. Each is a value, and dropping it has the
//! device forget it; so who owns several declares them from the last made to the first.

mod action;
mod beginning;
mod criteria;

pub(crate) use self::{
    action::{
        Action,
        Counter,
        Destination,
        ModifyHeader, //
    },
    beginning::{
        last,
        Beginning,
        Detour, //
    },
    criteria::{
        Headers,
        Match,
        INNER,
        OUTER, //
    }, //
};

use crate::{
    card::Card,
    cmd::commands,
    layout::{
        Block,
        CreateFlowGroupIn,
        CreateFlowGroupOut,
        CreateFlowTableIn,
        CreateFlowTableOut,
        DeleteFteIn,
        DestroyFlowGroupIn,
        DestroyFlowTableIn,
        FlowContext,
        FlowTableContext,
        SetFlowTableRootIn,
        SetFteIn,
        Structure,
        ViewMut, //
    }, //
};

use kernel::prelude::*;

use core::ops::{
    Deref,
    RangeInclusive, //
};

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
    /// What a virtual port gives to the e-switch.
    IngressAcl = 3,
    /// What the e-switch forwards.
    Fdb = 4,
}

/// What passes a table, and of whom.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    kind: TableType,
    /// The virtual port, if it is not the function's own.
    vport: Option<u16>,
}

impl Place {
    /// The virtual port with that number, which the e-switch's manager sees.
    pub(crate) fn of_vport(kind: TableType, vport: u16) -> Self {
        Place {
            kind,
            vport: Some(vport),
        }
    }

    /// Whether it is what the function receives.
    fn is_received(&self) -> bool {
        self.kind == TableType::NicRx && self.vport.is_none()
    }
}

impl From<TableType> for Place {
    /// The function's own.
    fn from(kind: TableType) -> Self {
        Place { kind, vport: None }
    }
}

/// Writes a place into the input of a command, of which all have the same fields for that.
macro_rules! set_place {
    ($input:ident: $structure:ident, $place:expr) => {
        let place: Place = $place;
        $input.set($structure::TABLE_TYPE, place.kind as u8);
        if let Some(vport) = place.vport {
            $input.set($structure::OTHER_VPORT, true);
            $input.set($structure::VPORT_NUMBER, vport);
        }
    };
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
    place: Place,
    id: u32,
    /// In which table frames begin without this one, if they begin in this one.
    next: Option<u32>,
}

impl<'up> Table<'up> {
    /// A table for `1 << log_size` entries. Frames go from tables to those of a higher level.
    pub(crate) fn new<P: Into<Place>>(
        card: &'up Card<'up>,
        place: P,
        level: u8,
        log_size: u8,
        miss: Miss,
    ) -> Result<Self> {
        Self::create(card, place.into(), level, log_size, miss, false)
    }

    /// The same, for entries that can have tunnels begin and end, too.
    pub(crate) fn with_tunnels<P: Into<Place>>(
        card: &'up Card<'up>,
        place: P,
        level: u8,
        log_size: u8,
        miss: Miss,
    ) -> Result<Self> {
        Self::create(card, place.into(), level, log_size, miss, true)
    }

    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn create(
        card: &'up Card<'up>,
        place: Place,
        level: u8,
        log_size: u8,
        miss: Miss,
        tunnels: bool,
    ) -> Result<Self> {
        let context = CreateFlowTableIn::FLOW_TABLE_CONTEXT;
        let (action, next) = miss.action();
        let mut input = Block::<CreateFlowTableIn>::new();
        set_place!(input: CreateFlowTableIn, place);
        input.set(context.then(FlowTableContext::REFORMAT_EN), tunnels);
        input.set(context.then(FlowTableContext::DECAP_EN), tunnels);
        input.set(context.then(FlowTableContext::LEVEL), level);
        input.set(context.then(FlowTableContext::LOG_SIZE), log_size);
        input.set(context.then(FlowTableContext::TABLE_MISS_ACTION), action);
        input.set(context.then(FlowTableContext::TABLE_MISS_ID), next);
        let table = card.run::<CreateFlowTable>(input)?;
        Ok(Table {
            card,
            place,
            id: table.get(CreateFlowTableOut::TABLE_ID),
            next: None,
        })
    }

    /// A table in which frames begin from now on. Those that no entry is about go to `miss`; when
    /// the table is destroyed they begin in `next`, in which they began before.
    pub(crate) fn before(next: &Self, level: u8, log_size: u8, miss: Miss) -> Result<Self> {
        let mut table = Self::new(next.card, next.place, level, log_size, miss)?;
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
        if self.place.is_received() {
            self.card.beginning.set(self.card, table)
        } else {
            set_root(self.card, self.place, table)
        }
    }
}

fn set_root(card: &Card<'_>, place: Place, table: u32) -> Result {
    let mut input = Block::<SetFlowTableRootIn>::new();
    set_place!(input: SetFlowTableRootIn, place);
    input.set(SetFlowTableRootIn::TABLE_ID, table);
    card.run::<SetFlowTableRoot>(input).map(drop)
}

impl Drop for Table<'_> {
    fn drop(&mut self) {
        if let Some(next) = self.next {
            // The failure was logged.
            let _ = self.begin_in(next);
        } else if self.place.is_received() {
            self.card.beginning.forget(self.card, self.id);
        }
        let mut input = Block::<DestroyFlowTableIn>::new();
        set_place!(input: DestroyFlowTableIn, self.place);
        input.set(DestroyFlowTableIn::TABLE_ID, self.id);
        // The failure was logged.
        let _ = self.card.run::<DestroyFlowTable>(input);
    }
}

/// Where a group is.
#[derive(Clone, Copy)]
pub(crate) struct GroupAt<'up> {
    card: &'up Card<'up>,
    place: Place,
    table: u32,
    id: u32,
    first: u32,
}

/// A group of a table's entries.
pub(crate) struct Group<'up>(GroupAt<'up>);

impl<'up> Deref for Group<'up> {
    type Target = GroupAt<'up>;

    fn deref(&self) -> &GroupAt<'up> {
        &self.0
    }
}

impl<'up> Group<'up> {
    /// The entries of a table with those numbers, which look at that.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    pub(crate) fn new(
        table: &Table<'up>,
        entries: RangeInclusive<u32>,
        criteria: &Match,
    ) -> Result<Self> {
        let (first, last) = entries.into_inner();
        let mut data = KVVec::from_elem(0_u8, CreateFlowGroupIn::BYTES, GFP_KERNEL)?;
        let mut input = ViewMut::<CreateFlowGroupIn>::of_any_length(&mut data);
        set_place!(input: CreateFlowGroupIn, table.place);
        input.set(CreateFlowGroupIn::TABLE_ID, table.id);
        input.set(CreateFlowGroupIn::START_FLOW_INDEX, first);
        input.set(CreateFlowGroupIn::END_FLOW_INDEX, last);
        input.set(CreateFlowGroupIn::MATCH_CRITERIA_ENABLE, criteria.parts());
        input.set(
            CreateFlowGroupIn::SOURCE_ESWITCH_OWNER_VHCA_ID_VALID,
            criteria.tells_owner(),
        );
        criteria.fill(input.part(CreateFlowGroupIn::MATCH_CRITERIA))?;
        let group = table.card.run_large::<CreateFlowGroup>(&mut data)?;
        Ok(Group(GroupAt {
            card: table.card,
            place: table.place,
            table: table.id,
            id: group.get(CreateFlowGroupOut::GROUP_ID),
            first,
        }))
    }
}

impl Drop for Group<'_> {
    fn drop(&mut self) {
        let mut input = Block::<DestroyFlowGroupIn>::new();
        set_place!(input: DestroyFlowGroupIn, self.place);
        input.set(DestroyFlowGroupIn::TABLE_ID, self.table);
        input.set(DestroyFlowGroupIn::GROUP_ID, self.id);
        // The failure was logged.
        let _ = self.card.run::<DestroyFlowGroup>(input);
    }
}

/// The tag of an entry that has none (`MLX5_FS_DEFAULT_FLOW_TAG`).
const NO_TAG: u32 = 0;

/// An entry of a table.
pub(crate) struct Entry<'up> {
    card: &'up Card<'up>,
    place: Place,
    table: u32,
    index: u32,
}

impl<'up> Entry<'up> {
    /// The entry of a group with that number, the first one being 0: frames in which the fields
    /// that the group looks at have those values go there.
    pub(crate) fn new(
        group: &GroupAt<'up>,
        number: u32,
        values: &Match,
        to: Destination,
    ) -> Result<Self> {
        Self::create(group, number, values, Action::Forward(to), NO_TAG)
    }

    /// The same, for frames that are received with a tag.
    pub(crate) fn with_tag(
        group: &GroupAt<'up>,
        number: u32,
        values: &Match,
        to: Destination,
        tag: u32,
    ) -> Result<Self> {
        Self::create(group, number, values, Action::Forward(to), tag)
    }

    /// The same, for frames with which that is to be done.
    pub(crate) fn with_action(
        group: &GroupAt<'up>,
        number: u32,
        values: &Match,
        action: Action<'_>,
    ) -> Result<Self> {
        Self::create(group, number, values, action, NO_TAG)
    }

    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn create(
        group: &GroupAt<'up>,
        number: u32,
        values: &Match,
        action: Action<'_>,
        tag: u32,
    ) -> Result<Self> {
        let index = group.first + number;
        let context = SetFteIn::FLOW_CONTEXT;
        let list = action.list();
        let mut data = KVVec::from_elem(0_u8, SetFteIn::BYTES, GFP_KERNEL)?;
        data.extend_from_slice(list.as_ref().map_or(&[], |list| list), GFP_KERNEL)?;
        let mut input = ViewMut::<SetFteIn>::of_any_length(&mut data);
        set_place!(input: SetFteIn, group.place);
        input.set(SetFteIn::TABLE_ID, group.table);
        input.set(SetFteIn::FLOW_INDEX, index);
        input.set(context.then(FlowContext::GROUP_ID), group.id);
        input.set(context.then(FlowContext::FLOW_TAG), tag);
        action.fill(&mut input);
        values.fill(input.part(context.then(FlowContext::MATCH_VALUE)))?;
        group.card.run_large::<SetFte>(&mut data)?;
        Ok(Entry {
            card: group.card,
            place: group.place,
            table: group.table,
            index,
        })
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        let mut input = Block::<DeleteFteIn>::new();
        set_place!(input: DeleteFteIn, self.place);
        input.set(DeleteFteIn::TABLE_ID, self.table);
        input.set(DeleteFteIn::FLOW_INDEX, self.index);
        // The failure was logged.
        let _ = self.card.run::<DeleteFte>(input);
    }
}
