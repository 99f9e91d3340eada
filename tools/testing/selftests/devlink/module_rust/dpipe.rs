// SPDX-License-Identifier: GPL-2.0

//! The pipeline: headers, and tables with entries. dt_host has few entries, and uses the resource
//! "routes"; dt_large has more than fit one message; dt_extern has counters that others control.

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
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};

devlink_dpipe_header! {
    /// What the device knows of a frame.
    enum Meta = driver(0, c"dt_header") {
        PORT = field(c"dt_port", 32, ifindex);
        DROP = field(c"dt_drop", 1);
    }
}

pub(crate) const HEADERS: &[Header] = &[Meta::HEADER, Ethernet::HEADER, Ipv4::HEADER, Ipv6::HEADER];

static MATCHES: [Match; 2] = [
    Match::exact(Meta::PORT),
    Match::exact(Ipv4::DST_IP).in_header(1),
];

static ACTIONS: [Action; 1] = [Action::modify(Ethernet::DST_MAC)];

const NETWORK: u32 = 0x0a00_0000;
const NETMASK: u32 = 0xffff_ff00;

/// A table.
pub(crate) struct TestTable<const FULL: bool> {
    name: Name,
    entries: u32,
    is_extern: bool,
    /// What users have set last.
    counters: Atomic<bool>,
}

impl<const FULL: bool> TestTable<FULL> {
    fn call(&self, cx: &Locked<'_, Test<FULL>>, callback: Callback) -> Result {
        cx.data()
            .call(callback, Extack::NONE, fmt!("{}", self.name))
    }
}

#[vtable]
impl<const FULL: bool> TableOps<Test<FULL>> for TestTable<FULL> {
    const HAS_ENTRIES: bool = FULL;
    const HAS_COUNTERS_CHANGED: bool = FULL;

    fn has_external_counters(&self) -> bool {
        self.is_extern
    }

    /// There is no way to say that this failed.
    fn size(&self, cx: &Locked<'_, Test<FULL>>) -> u64 {
        let _ = self.call(cx, Callback::TableSizeGet);
        self.entries.into()
    }

    fn matches(&self, cx: &Locked<'_, Test<FULL>>) -> Result<&[Match]> {
        self.call(cx, Callback::TableMatchesDump)?;
        Ok(&MATCHES)
    }

    fn actions(&self, cx: &Locked<'_, Test<FULL>>) -> Result<&[Action]> {
        self.call(cx, Callback::TableActionsDump)?;
        Ok(&ACTIONS)
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
            let (address, mask) = ((NETWORK + index).to_ne_bytes(), NETMASK.to_ne_bytes());
            let next = (index << 8).to_ne_bytes();
            out.push(&Entry {
                index: index.into(),
                counter: counters.then_some(10 * u64::from(index)),
                matches: &[
                    MATCHES[0].value(&port).mapping(1),
                    MATCHES[1].masked(&address, &mask),
                ],
                actions: &[ACTIONS[0].value(&next)],
            })?;
        }
        Ok(())
    }

    fn counters_changed(&self, cx: &Locked<'_, Test<FULL>>, enabled: bool) {
        let from = u32::from(self.counters.load(Relaxed));
        self.counters.store(enabled, Relaxed);
        let arguments = fmt!("{} from={from} to={}", self.name, u32::from(enabled));
        let callback = Callback::TableCountersSetUpdate;
        // devlink does not ask whether it failed.
        let _ = cx.data().call(callback, Extack::NONE, arguments);
    }
}

/// A table, by name.
pub(crate) struct TableGroup<const FULL: bool>;

impl<const FULL: bool> Group<Test<FULL>> for TableGroup<FULL> {
    type Key = Name;
    type Value<'group> = Table<'group, Test<FULL>, TestTable<FULL>>;
}

pub(crate) type Tables<'up, const FULL: bool> = Groups<'up, Test<FULL>, TableGroup<FULL>>;

fn add<const FULL: bool>(
    tables: &Tables<'_, FULL>,
    cx: &Locked<'_, Test<FULL>>,
    name: Name,
    entries: u32,
    is_extern: bool,
) -> Result {
    tables.add(cx, name, |cx| {
        let table = TestTable {
            name,
            entries,
            is_extern,
            counters: Atomic::new(false),
        };
        cx.dpipe_table(name.as_cstr(), table)
    })
}

pub(crate) fn up<'up, const FULL: bool>(
    cx: &Bringup<'up, '_, Test<FULL>>,
) -> Result<Tables<'up, FULL>> {
    let tables = cx.groups()?;
    let host = Name::new(b"dt_host")?;
    add(&tables, cx, host, 3, false)?;
    let routes = cx.data().resources.routes()?;
    tables
        .get(cx, host, |table| table.uses(cx, routes, 2))
        .unwrap_or(Err(ENOENT))?;
    add(&tables, cx, Name::new(b"dt_large")?, 200, false)?;
    add(&tables, cx, Name::new(b"dt_extern")?, 0, true)?;
    for number in 0..cx.data().config().tables {
        let name = Name::format(fmt!("extra_table{number}"))?;
        add(&tables, cx, name, 8, false)?;
    }
    Ok(tables)
}

fn table_add<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let name = Name::new(arguments[0])?;
    cx.lock(|cx| add(&up.tables, cx, name, 1, false))
}

fn table_del<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let name = Name::new(arguments[0])?;
    cx.lock(|cx| up.tables.remove(cx, name))
}

impl<const FULL: bool> Events<FULL> {
    pub(crate) const DPIPE: &'static [Event<FULL>] = &[
        Event::new("table_add", 1, 1, table_add::<FULL>),
        Event::new("table_del", 1, 1, table_del::<FULL>),
    ];
}
