// SPDX-License-Identifier: GPL-2.0

//! In which table frames begin that the function receives.
//!
//! That is the first one of the network device's tables, or the [last] one if it has none, unless
//! the e-switch has frames pass others before, which end in one from which all go on to that one.

use super::{
    set_root,
    Miss,
    Table,
    TableType, //
};

use crate::{
    caps::Caps,
    card::Card,
    cmd::commands,
    layout::{
        Block,
        CmdHcaCap,
        FlowTableContext,
        FlowTableNicCap,
        FlowTablePropLayout,
        ModifyFlowTableIn, //
    },
    vport::ETHERNET, //
};

use kernel::{
    new_mutex,
    prelude::*,
    sync::Mutex, //
};

commands! {
    /// Undone by itself, and not wanted of a dead device.
    undo ModifyFlowTable = MODIFY_FLOW_TABLE: ModifyFlowTableIn -> MboxOut;
}

/// What is to be changed of a table: where frames go that no entry is about.
const SELECT_MISS: u16 = 1;

/// The last table (`mlx5_fs_core_init()`): what comes there is not received, and as long as there
/// are no others all does. There is none if the device receives nothing by tables.
pub(crate) fn last<'up>(card: &'up Card<'up>, caps: &Caps) -> Result<Option<Table<'up>>> {
    // As the stock driver's ends up at.
    const LEVEL: u8 = 0x43;
    const LOG_SIZE: u8 = 0;

    let has_tables =
        FlowTableNicCap::FLOW_TABLE_PROPERTIES_NIC_RECEIVE.then(FlowTablePropLayout::FT_SUPPORT);
    let is_needed = caps.get(CmdHcaCap::PORT_TYPE) == ETHERNET
        && caps.get(CmdHcaCap::NIC_FLOW_TABLE)
        && caps.get(has_tables);
    if !is_needed {
        return Ok(None);
    }
    let make = || {
        let table = Table::new(card, TableType::NicRx, LEVEL, LOG_SIZE, Miss::Default)?;
        table.set_root()?;
        Ok(Some(table))
    };
    make().inspect_err(|_| dev_err!(card.dev.as_ref(), "Failed to init flow steering\n"))
}

struct Tables {
    /// The first one, the e-switch's apart.
    first: Option<u32>,
    /// From which frames go there, if they do not begin there.
    detour: Option<u32>,
}

/// Where frames begin.
#[pin_data]
pub(crate) struct Beginning {
    #[pin]
    tables: Mutex<Tables>,
}

impl Beginning {
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Beginning {
            tables <- new_mutex!(Tables {
                first: None,
                detour: None,
            }),
        })
    }

    /// The network device's tables begin with that one.
    pub(super) fn set(&self, card: &Card<'_>, first: u32) -> Result {
        let mut tables = self.tables.lock();
        match tables.detour {
            Some(detour) => go_on(card, detour, Miss::Table(first))?,
            None => set_root(card, TableType::NicRx.into(), first)?,
        }
        tables.first = Some(first);
        Ok(())
    }

    /// That table is destroyed: if it is the first one, there is none any more.
    pub(super) fn forget(&self, card: &Card<'_>, table: u32) {
        let mut tables = self.tables.lock();
        if tables.first != Some(table) {
            return;
        }
        if let Some(detour) = tables.detour {
            // The failure was logged.
            let _ = go_on(card, detour, Miss::Default);
        }
        tables.first = None;
    }
}

/// Has frames of a table that no entry is about go elsewhere.
fn go_on(card: &Card<'_>, table: u32, to: Miss) -> Result {
    let context = ModifyFlowTableIn::FLOW_TABLE_CONTEXT;
    let (action, next) = to.action();
    let mut input = Block::<ModifyFlowTableIn>::new();
    input.set(ModifyFlowTableIn::MODIFY_FIELD_SELECT, SELECT_MISS);
    input.set(ModifyFlowTableIn::TABLE_TYPE, TableType::NicRx as u8);
    input.set(ModifyFlowTableIn::TABLE_ID, table);
    input.set(context.then(FlowTableContext::TABLE_MISS_ACTION), action);
    input.set(context.then(FlowTableContext::TABLE_MISS_ID), next);
    card.run::<ModifyFlowTable>(input).map(drop)
}

/// Frames begin in other tables than the network device's, until this is dropped.
pub(crate) struct Detour<'up> {
    card: &'up Card<'up>,
}

impl<'up> Detour<'up> {
    /// They begin in `first`; of `last` all go on to where they began. Fails with
    /// `EOPNOTSUPP` if there are none.
    pub(crate) fn new(card: &'up Card<'up>, first: &Table<'up>, last: &Table<'up>) -> Result<Self> {
        let mut tables = card.beginning.tables.lock();
        let next = tables.first.ok_or(EOPNOTSUPP)?;
        go_on(card, last.id(), Miss::Table(next))?;
        set_root(card, first.place, first.id())?;
        tables.detour = Some(last.id());
        Ok(Detour { card })
    }
}

impl Drop for Detour<'_> {
    fn drop(&mut self) {
        let mut tables = self.card.beginning.tables.lock();
        tables.detour = None;
        if let Some(first) = tables.first {
            // The failure was logged.
            let _ = set_root(self.card, TableType::NicRx.into(), first);
        }
    }
}
