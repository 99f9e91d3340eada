// SPDX-License-Identifier: GPL-2.0

//! The pipeline: headers, and tables with entries.
//!
//! ```text
//! dt_host    few entries, of the resource routes
//! dt_large   more entries than fit one message
//! dt_extern  something else switches its counters
//! ```

use crate::{
    callback::Callback,
    device::{
        Test,
        Up, //
    },
    event::{
        Arguments,
        Event,
        Events, //
    },
    name::Name, //
};

use kernel::{
    devlink_dpipe_header,
    net::{
        devlink::{
            dpipe::{
                Action,
                Entries,
                Entry,
                Ethernet,
                Header,
                Ipv4,
                Ipv6,
                Match,
                Table,
                TableOps, //
            },
            Bringup,
            Group,
            Groups,
            Held,
            Locked, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

use core::slice;

devlink_dpipe_header! {
    enum Meta = driver(0, c"dt_header") {
        PORT = field(c"dt_port", 32, ifindex);
        DROP = field(c"dt_drop", 1);
    }
}

/// All headers.
pub(crate) const HEADERS: &[Header] = &[Meta::HEADER, Ethernet::HEADER, Ipv4::HEADER, Ipv6::HEADER];

static MATCHES: [Match; 2] = [
    Match::exact(Meta::PORT),
    Match::exact(Ipv4::DST_IP).in_header(1),
];

static ACTION: Action = Action::modify(Ethernet::DST_MAC);

/// Values have four bytes here, also those of longer fields.
const MASK: [u8; 4] = 0xffff_ff00_u32.to_ne_bytes();

/// A table.
pub(crate) struct TestTable {
    name: Name,
    entries: u32,
    has_external_counters: bool,
}

#[vtable]
impl<const FULL: bool> TableOps<Test<FULL>> for TestTable {
    const HAS_ENTRIES: bool = FULL;
    const HAS_COUNTERS_CHANGED: bool = FULL;

    fn has_external_counters(&self) -> bool {
        self.has_external_counters
    }

    fn size(&self, cx: &Locked<'_, Test<FULL>>) -> u64 {
        // There is no way to say that this failed.
        let _ = cx
            .data()
            .call(Callback::TableSizeGet, Extack::NONE, fmt!("{}", self.name));
        self.entries.into()
    }

    fn matches(&self, cx: &Locked<'_, Test<FULL>>) -> Result<&[Match]> {
        let arguments = fmt!("{}", self.name);
        cx.data()
            .call(Callback::TableMatchesDump, Extack::NONE, arguments)?;
        Ok(&MATCHES)
    }

    fn actions(&self, cx: &Locked<'_, Test<FULL>>) -> Result<&[Action]> {
        let arguments = fmt!("{}", self.name);
        cx.data()
            .call(Callback::TableActionsDump, Extack::NONE, arguments)?;
        Ok(slice::from_ref(&ACTION))
    }

    fn entries(
        &self,
        cx: &Locked<'_, Test<FULL>>,
        out: &mut Entries<'_>,
        counters: bool,
    ) -> Result {
        let arguments = fmt!("{} counters={}", self.name, u32::from(counters));
        cx.data()
            .call(Callback::TableEntriesDump, Extack::NONE, arguments)?;
        for index in 0..self.entries {
            let port = index.to_ne_bytes();
            let address = (0x0a00_0000 + index).to_ne_bytes();
            let mac = (index << 8).to_ne_bytes();
            out.push(&Entry {
                index: index.into(),
                counter: counters.then_some(10 * u64::from(index)),
                matches: &[
                    MATCHES[0].value(&port).mapping(1),
                    MATCHES[1].masked(&address, &MASK),
                ],
                actions: &[ACTION.value(&mac)],
            })?;
        }
        Ok(())
    }

    fn counters_changed(&self, cx: &Locked<'_, Test<FULL>>, enabled: bool) {
        // What both cores say is the new state already.
        let enabled = u32::from(enabled);
        let arguments = fmt!("{} from={enabled} to={enabled}", self.name);
        // There is no way to say that this failed.
        let _ = cx
            .data()
            .call(Callback::TableCountersSetUpdate, Extack::NONE, arguments);
    }
}

/// Each table can be removed.
pub(crate) struct TableGroup<const FULL: bool>;

impl<const FULL: bool> Group<Test<FULL>> for TableGroup<FULL> {
    type Key = Name;
    type Value<'group> = Table<'group, Test<FULL>, TestTable>;
}

pub(crate) type Tables<'s, const FULL: bool> = Groups<'s, Test<FULL>, TableGroup<FULL>>;

fn make<'s, const FULL: bool>(
    cx: &Bringup<'s, '_, Test<FULL>>,
    name: Name,
    entries: u32,
    has_external_counters: bool,
) -> Result<Table<'s, Test<FULL>, TestTable>> {
    let table = TestTable {
        name,
        entries,
        has_external_counters,
    };
    cx.dpipe_table(name.as_cstr(), table)
}

pub(crate) fn up<'up, const FULL: bool>(
    cx: &Bringup<'up, '_, Test<FULL>>,
) -> Result<Tables<'up, FULL>> {
    let tables: Tables<'up, FULL> = cx.groups()?;
    let routes = cx.data().resources.routes()?;
    let name = Name::new(b"dt_host")?;
    tables.add(cx, name, |cx| {
        let table = make(cx, name, 3, false)?;
        table.uses(cx, routes, 2)?;
        Ok(table)
    })?;
    let name = Name::new(b"dt_large")?;
    tables.add(cx, name, |cx| make(cx, name, 200, false))?;
    let name = Name::new(b"dt_extern")?;
    tables.add(cx, name, |cx| make(cx, name, 0, true))?;
    for number in 0..cx.data().config().tables {
        let name = Name::format(fmt!("extra_table{number}"))?;
        tables.add(cx, name, |cx| make(cx, name, 8, false))?;
    }
    Ok(tables)
}

fn table_add<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let name = Name::new(arguments[0])?;
    cx.lock(|cx| up.tables.add(cx, name, |cx| make(cx, name, 1, false)))
}

fn table_del<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    // A name that is too long no table has.
    let name = Name::new(arguments[0]).map_err(|_| ENOENT)?;
    cx.lock(|cx| up.tables.remove(cx, name))
}

impl<const FULL: bool> Events<FULL> {
    pub(crate) const DPIPE: &'static [Event<FULL>] = &[
        Event::new("table_add", 1, 1, table_add::<FULL>),
        Event::new("table_del", 1, 1, table_del::<FULL>),
    ];
}
