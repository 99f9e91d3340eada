// SPDX-License-Identifier: GPL-2.0

//! An instance that uses what belongs to the one that it is part of.

use super::outcomes::Outcomes;

use crate::two_devices::{
    name,
    EmptyTable,
    Teller,
    Tells,
    SIZES, //
};

use kernel::{
    auxiliary,
    device::Bound,
    devlink_traps,
    faux,
    net::{
        devlink::{
            self,
            Bringup,
            Driver,
            Flavour,
            Fmsg,
            Locked,
            Pinned,
            Port,
            PortAttrs,
            Region,
            RegionOps,
            Reporter,
            ReporterOps,
            Resource,
            Setup,
            TrapAction,
            TrapDriver,
            TrapOps,
            TrapOrigin,
            TrapReporter,
            Traps,
            Unlocked,
            Why,
            Work, //
        },
        netlink::extack::Extack,
        skbuff::SkBuff, //
    },
    prelude::*,
    types::CovariantForLt, //
};

const MODULE: &CStr = <crate::LocalModule as kernel::ModuleMetadata>::NAME;

/// Makes the first part.
pub(crate) struct Root;

#[vtable]
impl Driver for Root {
    type Device = faux::Device<Bound>;
    type Data<'bound> = ();
    type Up<'up> = ();

    fn probe<'bound>(_: &'bound Self::Device, _: &Setup<'bound, Self>) -> impl PinInit<(), Error> {
        Ok::<_, Error>(())
    }

    fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result {
        cx.auxiliary::<Passed, Error>(MODULE, c"part", 1, Ok(None))
    }
}

/// The first part makes the second, and passes what it has.
type Passed = CovariantForLt!(Option<Handles<'_>>);

#[derive(Clone, Copy)]
pub(crate) struct Handles<'s> {
    table: Resource<'s, Part>,
    log: Region<'s, Part, Log>,
    watch: Reporter<'s, Part, Watch>,
    traps: TrapReporter<'s, Part, Packet>,
    port: Option<Port<'s, Part, ()>>,
}

pub(crate) struct Part;

kernel::auxiliary_device_table!(
    PART_IDS,
    (),
    [(auxiliary::DeviceId::new(MODULE, c"part"), ())]
);

impl devlink::auxiliary::Driver for Part {
    type IdInfo = ();
    const IDS: auxiliary::IdTable<()> = &PART_IDS;
}

devlink_traps! {
    enum Group: groups {
        L2 = generic(L2_DROPS);
    }

    enum Packet: traps {
        Unknown = driver(c"refused_unknown", Exception), Trap, group(Group::L2),
            metadata(IN_PORT);
    }
}

impl TrapDriver for Part {
    type Trap<'up> = ();
    type Group<'up> = ();
    type Policer<'up> = ();
}

#[vtable]
impl TrapOps<Part> for () {
    fn set_action(&self, _: &Pinned<'_, Part>, _: TrapAction, _: Extack<'_>) -> Result {
        Ok(())
    }
}

static NAMES: [&CStr; 10] = [
    c"setup_parent",
    c"setup_number",
    c"setup_use",
    c"size",
    c"parent",
    c"table_uses",
    c"attach",
    c"origin",
    c"report",
    c"snapshot",
];

pub(crate) struct Data<'bound> {
    outcomes: Outcomes<10>,
    own: Handles<'bound>,
    passed: Option<Handles<'bound>>,
    work: Work<'bound, Part>,
}

#[vtable]
impl Driver for Part {
    type Device = devlink::auxiliary::Device;
    type Data<'bound> = Data<'bound>;
    type Up<'up> = ();

    const TRAPS: Traps<Self> = Traps::of();

    fn probe<'bound>(
        dev: &'bound Self::Device,
        setup: &Setup<'bound, Self>,
    ) -> impl PinInit<Data<'bound>, Error> {
        let data = || {
            let data = Data {
                outcomes: Outcomes::new(&NAMES),
                own: Handles {
                    table: setup.resource(c"table", 64, SIZES, None)?,
                    log: setup.region(64, 4, Log)?,
                    watch: setup.reporter(Watch)?,
                    traps: setup.trap_reporter()?,
                    port: None,
                },
                passed: *dev.registration_data::<Passed>()?,
                work: setup.work(),
            };
            setup.reporter(Teller)?;
            let table = data.passed.unwrap_or(data.own).table;
            let note = |name, result| data.outcomes.note(name, result);
            note(
                c"setup_parent",
                setup.resource(c"part", 8, SIZES, Some(table)),
            );
            note(
                c"setup_number",
                setup.numbered_resource(77, name(c"numbered")?, 8, SIZES, Some(table)),
            );
            data.outcomes
                .note(c"setup_use", setup.occupancy(table, |_| 1));
            Ok(data)
        };
        data()
    }

    fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result {
        let data = cx.data();
        let port = cx.port(0, PortAttrs::new(Flavour::Virtual), ())?;
        let own = Handles {
            port: Some(port),
            ..data.own
        };
        let used = data.passed.unwrap_or(data.own);
        data.outcomes.note(c"size", used.table.size(cx));
        let parent = Some(used.table);
        let late = cx.numbered_resource(99, name(c"late")?, 8, SIZES, parent);
        data.outcomes.note(c"parent", late);
        let pipe = cx.dpipe_table(c"pipe", EmptyTable)?;
        data.outcomes
            .note(c"table_uses", pipe.uses(cx, used.table, 1));

        cx.trap_groups(|_: Group| Ok(()))?;
        let traps = cx.traps(|_: Packet| Ok(()))?;
        data.outcomes.note(c"attach", traps.attach(cx, used.traps));
        let mut skb = SkBuff::new(64, GFP_KERNEL)?;
        skb.reset_mac_header();
        skb.put(60)?;
        let origin = TrapOrigin::UNKNOWN.port(&used.port.unwrap_or(port));
        let reported = traps.get(Packet::Unknown).report(&mut skb, origin);
        data.outcomes
            .note(c"origin", if reported { Ok(()) } else { Err(EINVAL) });

        if data.passed.is_none() {
            cx.auxiliary::<Passed, Error>(MODULE, c"part", 2, Ok(Some(own)))?;
        }
        Ok(())
    }

    fn work(cx: &mut Unlocked<'_, '_, Self>) {
        let data = cx.data();
        let used = data.passed.unwrap_or(data.own);
        data.outcomes
            .note(c"report", used.watch.report(cx, c"an error", &()));
        data.outcomes
            .note(c"snapshot", used.log.take_snapshot(cx, |_| Ok(())));
    }
}

pub(crate) struct Log;

#[vtable]
impl RegionOps<Part> for Log {
    const NAME: &'static CStr = c"log";
}

/// What is reported to; a test of it has the work do that.
pub(crate) struct Watch;

#[vtable]
impl ReporterOps<Part> for Watch {
    const NAME: &'static CStr = c"watch";
    type Error = ();

    fn test(&self, cx: &Locked<'_, Part>, _: Extack<'_>) -> Result {
        cx.data().work.schedule();
        Ok(())
    }
}

impl Tells for Part {
    const REPORTER: &'static CStr = c"outcomes";

    fn tell(cx: &Pinned<'_, Self>, out: &mut Fmsg<'_>) {
        cx.data().outcomes.show(out);
    }
}
