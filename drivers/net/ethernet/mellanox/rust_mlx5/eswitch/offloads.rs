// SPDX-License-Identifier: GPL-2.0

//! The e-switch as the kernel wants it (`esw_offloads_enable()`), without virtual functions: what
//! comes from the wire goes to the function, and the function's tables say what that is to it.
//!
//! Each part is a value, and dropping [`Offloads`] takes them apart in their order.

use super::Settings;

use crate::{
    card::Card,
    cmd::commands,
    flow::{
        Action,
        Counter,
        Destination,
        Detour,
        Entry,
        Group,
        Match,
        Miss,
        ModifyHeader,
        Place,
        Table,
        TableType,
        OUTER, //
    },
    layout::{
        Block,
        CopyActionIn,
        EswVportContext,
        Field,
        FteMatchParam,
        FteMatchSetLyr24,
        FteMatchSetMisc,
        FteMatchSetMisc2,
        ModifyEswVportContextIn,
        QueryEswVportContextOut,
        SetActionIn, //
    }, //
};

use kernel::{
    net::devlink::EswitchEncapMode,
    prelude::*, //
};

commands! {
    do QueryEswVportContext = QUERY_ESW_VPORT_CONTEXT:
        QueryEswVportContextIn -> QueryEswVportContextOut;
    undo ModifyEswVportContext = MODIFY_ESW_VPORT_CONTEXT: ModifyEswVportContextIn -> MboxOut;
}

/// The virtual port that is the wire (`MLX5_VPORT_UPLINK`).
const UPLINK: u16 = 0xffff;

/// The function's own, which manages the e-switch (`MLX5_VPORT_PF`).
const MANAGER: u16 = 0;

/// How many virtual ports there are: these two.
const VPORTS: u32 = 2;

/// How many ports the cards have at most whose e-switches can be one (`MLX5_MAX_PORTS`).
const CARD_PORTS: u32 = 8;

/// How many send queues the ports can have that are sent from by name, and the manager besides.
const QUEUES_PER_VPORT: u32 = 32;
const QUEUES_OF_MANAGER: u32 = 256;

/// How the registers that frames have with them are used: the upper half of the first one says
/// which port a frame came from, the lower one is the user's.
const PORT_BITS: u8 = 16;
const PORT_MASK: u32 = 0xffff_0000;
const USER_MASK: u32 = 0xffff;

/// What the wire is in there, and the manager, of which there is one for each port of the card.
const UPLINK_METADATA: u32 = 1;
const MANAGER_METADATA: u32 = 2;
const METADATA_PORT_SHIFT: u32 = 12;

/// Actions on headers, and registers (`MLX5_ACTION_*`).
const ACTION_SET: u8 = 1;
const ACTION_COPY: u8 = 3;
const FIELD_REG_B: u16 = 0x50;
const FIELD_REG_C_0: u16 = 0x51;
const FIELD_REG_C_1: u16 = 0x52;

/// Sizes that the firmware has tables in (`FT_POOLS`), as powers of two.
const ONE: u8 = 0;
const SMALL: u8 = 7;
const LARGE: u8 = 16;

/// Levels of the tables: for frames that are received, and in the e-switch.
const LEVEL_RESTORE: u8 = 36;
const LEVEL_RECEIVE: u8 = 38;
const LEVEL_OWN: u8 = 39;
const LEVEL_INACTIVE: u8 = 0;
const LEVEL_MISS: u8 = 180;
const LEVEL_SLOW: u8 = 185;

/// How many entries are for frames that nothing else is about (`MLX5_ESW_MISS_FLOWS`).
const MISS_FLOWS: u32 = 2;

/// Parts of frames that entries look at.
const REG_C_0: Field<FteMatchParam, u32> =
    FteMatchParam::MISC_PARAMETERS_2.then(FteMatchSetMisc2::METADATA_REG_C_0);
const SOURCE_PORT: Field<FteMatchParam, u16> =
    FteMatchParam::MISC_PARAMETERS.then(FteMatchSetMisc::SOURCE_PORT);
const SOURCE_OWNER: Field<FteMatchParam, u16> =
    FteMatchParam::MISC_PARAMETERS.then(FteMatchSetMisc::SOURCE_ESWITCH_OWNER_VHCA_ID);
const SOURCE_QUEUE: Field<FteMatchParam, u32> =
    FteMatchParam::MISC_PARAMETERS.then(FteMatchSetMisc::SOURCE_SQN);

/// The bit of an address that says that it is a group's.
const GROUP_BIT: u32 = 0x0100_0000;

/// Field of a virtual port's context that is to be changed: which registers its frames keep.
const SELECT_REGISTERS: u32 = 0x10;

/// Frames keep the registers on their way from the e-switch to a virtual port.
struct Metadata<'up> {
    card: &'up Card<'up>,
    registers: u8,
}

impl<'up> Metadata<'up> {
    /// `esw_set_passing_vport_metadata()`.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn pass(card: &'up Card<'up>, registers: u8) -> Result<Self> {
        let metadata = Metadata { card, registers };
        metadata.change(|now| now | registers)?;
        Ok(metadata)
    }

    fn change(&self, change: impl FnOnce(u8) -> u8) -> Result {
        let context = QueryEswVportContextOut::ESW_VPORT_CONTEXT;
        let now = self.card.run::<QueryEswVportContext>(Block::new())?;
        let now = now.get(context.then(EswVportContext::FDB_TO_VPORT_REG_C_ID));
        let context = ModifyEswVportContextIn::ESW_VPORT_CONTEXT;
        let mut input = Block::<ModifyEswVportContextIn>::new();
        input.set(ModifyEswVportContextIn::FIELD_SELECT, SELECT_REGISTERS);
        input.set(
            context.then(EswVportContext::FDB_TO_VPORT_REG_C_ID),
            change(now),
        );
        self.card.run::<ModifyEswVportContext>(input).map(drop)
    }
}

impl Drop for Metadata<'_> {
    fn drop(&mut self) {
        // The failure was logged.
        let _ = self.change(|now| now & !self.registers);
    }
}

/// What a virtual port gives to the e-switch says where it is from
/// (`esw_acl_ingress_ofld_setup()`).
struct Ingress<'up> {
    _entry: Entry<'up>,
    _header: ModifyHeader<'up>,
    _groups: [Option<Group<'up>>; 2],
    _table: Table<'up>,
}

impl<'up> Ingress<'up> {
    /// The wire's. There is room for an entry that drops all.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn of_uplink(card: &'up Card<'up>) -> Result<Self> {
        let place = Place::of_vport(TableType::IngressAcl, UPLINK);
        let table = Table::new(card, place, 0, SMALL, Miss::Default)?;
        table.set_root()?;
        let drops = Group::new(&table, 0..=0, &Match::none())?;
        let marks = Group::new(&table, 1..=1, &Match::none())?;
        Self::new(card, table, marks, Some(drops), UPLINK_METADATA)
    }

    /// The manager's.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn of_manager(card: &'up Card<'up>, index: u32) -> Result<Self> {
        let table = Table::new(card, TableType::IngressAcl, 0, ONE, Miss::Default)?;
        table.set_root()?;
        let marks = Group::new(&table, 0..=0, &Match::none())?;
        Self::new(card, table, marks, None, manager_metadata(index))
    }

    fn new(
        card: &'up Card<'up>,
        table: Table<'up>,
        marks: Group<'up>,
        drops: Option<Group<'up>>,
        metadata: u32,
    ) -> Result<Self> {
        let mut action = Block::<SetActionIn>::new();
        action.set(SetActionIn::ACTION_TYPE, ACTION_SET);
        action.set(SetActionIn::FIELD, FIELD_REG_C_0);
        action.set(SetActionIn::DATA, metadata);
        action.set(SetActionIn::OFFSET, PORT_BITS);
        action.set(SetActionIn::LENGTH, PORT_BITS);
        let header = ModifyHeader::new(card, TableType::IngressAcl, &action)?;
        let entry = Entry::with_action(&marks, 0, &Match::none(), Action::Allow(&header))?;
        Ok(Ingress {
            _entry: entry,
            _header: header,
            _groups: [Some(marks), drops],
            _table: table,
        })
    }
}

/// What the manager is in the register, of the port of the card with that index
/// (`mlx5_esw_match_metadata_alloc()`).
fn manager_metadata(index: u32) -> u32 {
    index << METADATA_PORT_SHIFT | MANAGER_METADATA
}

/// From which port a frame came, as what a group looks at
/// (`mlx5_esw_set_flow_group_source_port()`).
fn source_port(settings: &Settings) -> Match {
    if settings.metadata {
        Match::none().with_any(REG_C_0, PORT_MASK)
    } else {
        Match::none().with_any(SOURCE_PORT, u16::MAX)
    }
}

/// The same, where ports of another e-switch can come, too.
fn source_port_of_any(settings: &Settings) -> Match {
    let criteria = source_port(settings);
    if settings.metadata || !settings.able.is_merged {
        criteria
    } else {
        criteria.with_any(SOURCE_OWNER, u16::MAX)
    }
}

/// What the wire is there.
fn uplink(settings: &Settings) -> Match {
    if settings.metadata {
        Match::none().with_any(REG_C_0, UPLINK_METADATA << PORT_BITS)
    } else {
        Match::none().with_any(SOURCE_PORT, UPLINK)
    }
}

/// What the function receives passes tables of the e-switch first.
struct Receive<'up> {
    _detour: Detour<'up>,
    _from_wire: Entry<'up>,
    _nothing_else: Entry<'up>,
    _groups: [Group<'up>; 2],
    _restore: Option<Restore<'up>>,
    _table: Table<'up>,
    _own: Table<'up>,
}

impl<'up> Receive<'up> {
    /// `esw_create_offloads_table()`; what comes from the wire is the network device's
    /// (`mlx5e_create_rep_root_ft()`).
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn new(card: &'up Card<'up>, settings: &Settings) -> Result<Self> {
        let own = Table::new(card, TableType::NicRx, LEVEL_OWN, ONE, Miss::Default)?;
        let table = Table::new(card, TableType::NicRx, LEVEL_RECEIVE, SMALL, Miss::Default)?;
        let restore = match settings.able.restores {
            true => Some(Restore::new(card, &table)?),
            false => None,
        };
        let last = VPORTS + MISS_FLOWS;
        let ports = Group::new(&table, 0..=last - 1, &source_port(settings))?;
        let rest = Group::new(&table, last..=last, &Match::none())?;
        let nothing_else = Entry::with_action(&rest, 0, &Match::none(), Action::Drop)?;
        let to_own = Destination::Table(own.id());
        let from_wire = Entry::new(&ports, 0, &uplink(settings), to_own)?;
        let first = restore.as_ref().map_or(&table, |restore| &restore.table);
        let detour = Detour::new(card, first, &own)?;
        Ok(Receive {
            _detour: detour,
            _from_wire: from_wire,
            _nothing_else: nothing_else,
            _groups: [rest, ports],
            _restore: restore,
            _table: table,
            _own: own,
        })
    }
}

/// What users put into the register is had by who receives (`esw_create_restore_table()`).
struct Restore<'up> {
    _header: ModifyHeader<'up>,
    _group: Group<'up>,
    table: Table<'up>,
}

impl<'up> Restore<'up> {
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn new(card: &'up Card<'up>, next: &Table<'up>) -> Result<Self> {
        let miss = Miss::Table(next.id());
        let table = Table::new(card, TableType::NicRx, LEVEL_RESTORE, LARGE, miss)?;
        let criteria = Match::none().with_any(REG_C_0, USER_MASK);
        let group = Group::new(&table, 0..=(1 << LARGE) - 1, &criteria)?;
        let mut action = Block::<CopyActionIn>::new();
        action.set(CopyActionIn::ACTION_TYPE, ACTION_COPY);
        action.set(CopyActionIn::SRC_FIELD, FIELD_REG_C_1);
        action.set(CopyActionIn::DST_FIELD, FIELD_REG_B);
        let header = ModifyHeader::new(card, TableType::NicRx, &action)?;
        Ok(Restore {
            _header: header,
            _group: group,
            table,
        })
    }
}

/// The tables of the e-switch itself (`esw_create_offloads_fdb_tables()`): of frames that no user
/// has said anything about, those of the manager's queues go to the wire, and all others to the
/// manager.
pub(super) struct Fdb<'up> {
    _misses: [Entry<'up>; 2],
    queues: Group<'up>,
    _peers: Option<Group<'up>>,
    _rest: Group<'up>,
    miss: Table<'up>,
    _slow: Table<'up>,
}

impl<'up> Fdb<'up> {
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn new(card: &'up Card<'up>, settings: &Settings) -> Result<Self> {
        let tunnels = settings.encap == EswitchEncapMode::Basic;
        let make = if tunnels {
            Table::with_tunnels::<TableType>
        } else {
            Table::new::<TableType>
        };
        let slow = make(card, TableType::Fdb, LEVEL_SLOW, LARGE, Miss::Default)?;
        slow.set_root()?;
        let to_slow = Miss::Table(slow.id());
        let miss = Table::before(&slow, LEVEL_MISS, ONE, to_slow)?;

        let mut next = CARD_PORTS * (VPORTS * QUEUES_PER_VPORT + QUEUES_OF_MANAGER);
        let criteria = source_port_of_any(settings).with_any(SOURCE_QUEUE, u32::MAX);
        let queues = Group::new(&slow, 0..=next - 1, &criteria)?;
        let mut peers = None;
        if settings.able.is_merged {
            let last = next + (VPORTS - 1) * (CARD_PORTS - 1);
            peers = Some(Group::new(
                &slow,
                next..=last,
                &source_port_of_any(settings),
            )?);
            next = last + 1;
        }
        let group_bit = Match::none().with(OUTER, FteMatchSetLyr24::DMAC_47_16, GROUP_BIT);
        let rest = Group::new(&slow, next..=next + MISS_FLOWS, &group_bit)?;
        let manager = Destination::Vport(MANAGER);
        let one = Entry::new(&rest, 0, &Match::none(), manager)?;
        let many = Entry::new(&rest, 1, &group_bit, manager)?;
        Ok(Fdb {
            _misses: [many, one],
            queues,
            _peers: peers,
            _rest: rest,
            miss,
            _slow: slow,
        })
    }
}

impl<'up> Fdb<'up> {
    /// Has what a queue of the manager sends go to the wire
    /// (`mlx5_eswitch_add_send_to_vport_rule()`).
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    pub(super) fn send(
        &self,
        number: u32,
        queue: u32,
        settings: &Settings,
        index: u32,
    ) -> Result<Entry<'up>> {
        let able = &settings.able;
        let values = Match::none().with_any(SOURCE_QUEUE, queue);
        let values = if settings.metadata {
            values.with_any(REG_C_0, manager_metadata(index) << PORT_BITS)
        } else if able.is_merged {
            values.with_any(SOURCE_OWNER, able.vhca)
        } else {
            values
        };
        let wire = Destination::VportOf(UPLINK, able.vhca);
        let action = if able.knows_source {
            Action::ForwardLocal(wire)
        } else {
            Action::Forward(wire)
        };
        Entry::with_action(&self.queues, number, &values, action)
    }
}

/// Nothing passes the e-switch (`mlx5_esw_fdb_inactive()`).
struct Inactive<'up> {
    _entry: Entry<'up>,
    _group: Group<'up>,
    _table: Table<'up>,
}

impl<'up> Inactive<'up> {
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn new(fdb: &Fdb<'up>, counter: &Counter<'up>) -> Result<Self> {
        let miss = Miss::Table(fdb.miss.id());
        let table = Table::before(&fdb.miss, LEVEL_INACTIVE, ONE, miss)?;
        let group = Group::new(&table, 0..=0, &Match::none())?;
        let entry = Entry::with_action(&group, 0, &Match::none(), Action::Count(counter))?;
        Ok(Inactive {
            _entry: entry,
            _group: group,
            _table: table,
        })
    }
}

/// The e-switch as the kernel wants it.
pub(super) struct Offloads<'up> {
    card: &'up Card<'up>,
    _metadata: Option<Metadata<'up>>,
    inactive: Option<Inactive<'up>>,
    /// What was dropped while it was inactive, since it was for the first time.
    counter: Option<Counter<'up>>,
    /// Not if it could not be made anew.
    fdb: Option<Fdb<'up>>,
    _receive: Receive<'up>,
    _ingress: Option<[Ingress<'up>; 2]>,
}

impl<'up> Offloads<'up> {
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    pub(super) fn new(card: &'up Card<'up>, settings: &Settings, index: u32) -> Result<Self> {
        let registers = settings.registers();
        let metadata = match registers {
            0 => None,
            _ => Some(Metadata::pass(card, registers)?),
        };
        let ingress = if settings.metadata {
            let uplink = Ingress::of_uplink(card)?;
            Some([Ingress::of_manager(card, index)?, uplink])
        } else {
            None
        };
        let receive = Receive::new(card, settings)?;
        let fdb = Fdb::new(card, settings)?;
        Ok(Offloads {
            card,
            _metadata: metadata,
            inactive: None,
            counter: None,
            fdb: Some(fdb),
            _receive: receive,
            _ingress: ingress,
        })
    }

    /// Where frames of queues are looked at.
    pub(super) fn fdb(&self) -> Option<&Fdb<'up>> {
        self.fdb.as_ref()
    }

    /// Whether nothing passes.
    pub(super) fn is_inactive(&self) -> bool {
        self.inactive.is_some()
    }

    /// Has frames pass, or not.
    pub(super) fn set_inactive(&mut self, inactive: bool) -> Result {
        let Some(fdb) = self.fdb.as_ref().filter(|_| inactive) else {
            self.inactive = None;
            return Ok(());
        };
        if self.inactive.is_none() {
            let counter = match self.counter.take() {
                Some(counter) => counter,
                None => Counter::new(self.card)?,
            };
            let counter = self.counter.insert(counter);
            self.inactive = Some(Inactive::new(fdb, counter)?);
        }
        Ok(())
    }

    /// Makes the tables anew, for other settings.
    pub(super) fn renew(&mut self, settings: &Settings) -> Result {
        let inactive = self.inactive.take().is_some();
        self.fdb = None;
        self.fdb = Some(Fdb::new(self.card, settings)?);
        self.set_inactive(inactive)
    }
}
