// SPDX-License-Identifier: GPL-2.0

//! A driver in Rust that is refused what it asks for. `rust_refused.sh` says what is expected.
//!
//! - [`parts`]: the instance `auxiliary/devlink_rust_refused.part.2` uses what belongs to its outer
//!   one, `auxiliary/devlink_rust_refused.part.1`, which uses its own in the same places.
//! - [`own`]: `rust_refused/rust_refused1` has its callbacks and its work wait for themselves;
//!   `rust_refused/rust_refused2` wants to share another value by the same name.
//!
//! What came of it says `devlink health diagnose DEV reporter outcomes`: error numbers.

use kernel::prelude::*;

module! {
    type: Module,
    name: "devlink_rust_refused",
    authors: ["Seed f34c34c7 maintainers"],
    description: "devlink test driver in Rust that is refused things",
    license: "GPL",
}

type Parts = kernel::driver::Registration<kernel::net::devlink::auxiliary::Adapter<parts::Part>>;

#[pin_data(PinnedDrop)]
struct Module {
    root: Option<kernel::net::devlink::faux::Registration<parts::Root>>,
    #[pin]
    _parts: Parts,
    _bus: kernel::bus::Registration<own::SelfBus>,
}

impl kernel::InPlaceModule for Module {
    fn init(module: &'static ThisModule) -> impl PinInit<Self, Error> {
        try_pin_init!(Module {
            _bus: own::bus()?,
            _parts <- Parts::new(<LocalModule as kernel::ModuleMetadata>::NAME, module),
            root: Some(kernel::net::devlink::faux::Registration::new(c"rust_refused_root")?),
        })
    }
}

#[pinned_drop]
impl PinnedDrop for Module {
    fn drop(self: Pin<&mut Self>) {
        // Before the driver of its parts.
        drop(self.project().root.take());
    }
}

#[forbid(unsafe_code)]
mod outcomes {
    use kernel::{
        net::devlink::Fmsg,
        prelude::*,
        sync::atomic::{
            Atomic,
            Relaxed, //
        }, //
    };

    /// What came of something: no error or, if there ever was one, the last.
    pub(crate) struct Outcomes<const N: usize> {
        names: &'static [&'static CStr; N],
        errors: [Atomic<u32>; N],
    }

    impl<const N: usize> Outcomes<N> {
        /// What it is before it was tried.
        const UNTRIED: u32 = 1000;

        pub(crate) fn new(names: &'static [&'static CStr; N]) -> Self {
            Outcomes {
                names,
                errors: [const { Atomic::new(Self::UNTRIED) }; N],
            }
        }

        pub(crate) fn note<R>(&self, name: &CStr, result: Result<R>) {
            let error = result
                .err()
                .map_or(0, |error| error.to_errno().unsigned_abs());
            for (known, noted) in self.names.iter().zip(&self.errors) {
                if *known == name && (error != 0 || noted.load(Relaxed) == Self::UNTRIED) {
                    noted.store(error, Relaxed);
                }
            }
        }

        pub(crate) fn show(&self, out: &mut Fmsg<'_>) {
            for (name, error) in self.names.iter().zip(&self.errors) {
                out.pair(name, error.load(Relaxed));
            }
        }
    }
}

#[forbid(unsafe_code)]
pub(crate) mod parts {
    use super::outcomes::Outcomes;
    use kernel::{
        auxiliary,
        device::Bound,
        devlink_traps,
        faux,
        net::{
            devlink::{
                self,
                dpipe,
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
                ResourceSize,
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
        str::CString,
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

        fn probe<'bound>(
            _: &'bound Self::Device,
            _: &Setup<'bound, Self>,
        ) -> impl PinInit<(), Error> {
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

    const LIMITS: ResourceSize = ResourceSize {
        min: 0,
        max: 64,
        granularity: 1,
    };

    fn name(text: &CStr) -> Result<CString> {
        Ok(CString::try_from(text)?)
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
                        table: setup.resource(c"table", 64, LIMITS, None)?,
                        log: setup.region(64, 4, Log)?,
                        watch: setup.reporter(Watch)?,
                        traps: setup.trap_reporter()?,
                        port: None,
                    },
                    passed: *dev.registration_data::<Passed>()?,
                    work: setup.work(),
                };
                setup.reporter(Says)?;
                let table = data.passed.unwrap_or(data.own).table;
                let note = |name, result| data.outcomes.note(name, result);
                note(
                    c"setup_parent",
                    setup.resource(c"part", 8, LIMITS, Some(table)),
                );
                note(
                    c"setup_number",
                    setup.numbered_resource(77, name(c"numbered")?, 8, LIMITS, Some(table)),
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
            let late = cx.numbered_resource(99, name(c"late")?, 8, LIMITS, parent);
            data.outcomes.note(c"parent", late);
            let pipe = cx.dpipe_table(c"pipe", Pipe)?;
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

    struct Says;

    #[vtable]
    impl ReporterOps<Part> for Says {
        const NAME: &'static CStr = c"outcomes";
        type Error = ();

        fn diagnose(&self, cx: &Pinned<'_, Part>, out: &mut Fmsg<'_>, _: Extack<'_>) -> Result {
            cx.data().outcomes.show(out);
            Ok(())
        }
    }

    struct Pipe;

    #[vtable]
    impl dpipe::TableOps<Part> for Pipe {
        fn size(&self, _: &Locked<'_, Part>) -> u64 {
            0
        }

        fn matches(&self, _: &Locked<'_, Part>) -> Result<&[dpipe::Match]> {
            Ok(&[])
        }

        fn actions(&self, _: &Locked<'_, Part>) -> Result<&[dpipe::Action]> {
            Ok(&[])
        }
    }
}

#[forbid(unsafe_code)]
pub(crate) mod own {
    use super::outcomes::Outcomes;
    use kernel::{
        bus::{
            self,
            Bus,
            Registration, //
        },
        devlink_params,
        net::{
            devlink::{
                self,
                bus::while_bound,
                param::{
                    Mode,
                    ParamAttrs,
                    ParamObject,
                    ParamOps, //
                },
                Bringup,
                Driver,
                Fmsg,
                Locked,
                Params,
                Pinned,
                Reload,
                ReporterOps,
                Setup,
                SharedOps,
                Unlocked,
                Why,
                Work, //
            },
            netlink::extack::Extack, //
        },
        prelude::*,
        str::CString,
        sync::SetOnce, //
    };

    pub(crate) struct SelfBus;

    #[vtable]
    impl Bus for SelfBus {
        const NAME: &'static CStr = c"rust_refused";

        type Value = ();
        type Attributes = ();
        type DeviceAttributes = ();
        type Driver = devlink::bus::Adapter<Nic>;
    }

    pub(crate) fn bus() -> Result<Registration<SelfBus>> {
        let bus = Registration::new(Ok(SelfBus))?;
        for id in 1..=2 {
            bus.control().changes()?.add_bound(id, Ok(()))?;
        }
        Ok(bus)
    }

    pub(crate) struct Nic;

    static NAMES: [&CStr; 6] = [
        c"announce",
        c"set_announced",
        c"changed",
        c"in_callback",
        c"in_work",
        c"share",
    ];

    pub(crate) struct Data<'bound> {
        outcomes: Outcomes<6>,
        dev: &'bound bus::Device<SelfBus>,
        work: Work<'bound, Nic>,
        echo: ParamObject<'bound, Nic, Echo<'bound>>,
    }

    devlink_params! {
        const PARAMS for Nic {
            LOOP: u32 = driver(c"loop"), driverinit(1), runtime(get_loop, set_loop);
            WAIT: bool = driver(c"wait"), runtime(get_wait, set_wait);
        }
    }

    /// Has itself called.
    fn get_loop(cx: &Locked<'_, Nic>) -> Result<u32> {
        let outcomes = &cx.data().outcomes;
        outcomes.note(c"announce", cx.param_changed(LOOP));
        outcomes.note(c"set_announced", cx.set_param(LOOP, 2));
        Ok(1)
    }

    fn set_loop(_: &Locked<'_, Nic>, _: u32, _: Extack<'_>) -> Result {
        Err(EPERM)
    }

    fn get_wait(_: &Locked<'_, Nic>) -> Result<bool> {
        Ok(false)
    }

    /// Waits for what may wait for this callback, and for the work.
    fn set_wait(cx: &Locked<'_, Nic>, _: bool, _: Extack<'_>) -> Result {
        let data = cx.data();
        data.outcomes
            .note(c"in_callback", while_bound(data.dev, |_| ()).ok_or(EBUSY));
        data.work.schedule();
        Ok(())
    }

    #[vtable]
    impl Driver for Nic {
        type Device = devlink::bus::Device<SelfBus>;
        type Data<'bound> = Data<'bound>;
        type Up<'up> = ();

        const RELOAD: Reload = Reload::DRIVER_REINIT;
        const PARAMS: Params<Self> = PARAMS;

        fn probe<'bound>(
            dev: &'bound Self::Device,
            setup: &Setup<'bound, Self>,
        ) -> impl PinInit<Data<'bound>, Error> {
            let data = || {
                setup.one_at_a_time()?;
                setup.reporter(Says)?;
                setup.reporter(Hangs)?;
                let attrs = ParamAttrs::driver(CString::try_from(c"echo")?).runtime();
                let echo = setup.param_object(attrs, Echo(SetOnce::new()))?;
                let data = Data {
                    outcomes: Outcomes::new(&NAMES),
                    dev,
                    work: setup.work(),
                    echo,
                };
                let share = if dev.id() == 1 {
                    setup.shared(c"refused", Ok(Board)).map(|_| ())
                } else {
                    setup.shared(c"refused", Ok(LargeBoard([0; 8]))).map(|_| ())
                };
                data.outcomes.note(c"share", share);
                Ok(data)
            };
            data()
        }

        fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result {
            let echo = &cx.data().echo;
            echo.get(cx).0.populate(*echo);
            Ok(())
        }

        fn work(cx: &mut Unlocked<'_, '_, Self>) {
            let data = cx.data();
            data.outcomes
                .note(c"in_work", while_bound(data.dev, |_| ()).ok_or(EBUSY));
        }
    }

    struct Board;

    #[vtable]
    impl SharedOps for Board {}

    struct LargeBoard(#[allow(dead_code)] [u64; 8]);

    #[vtable]
    impl SharedOps for LargeBoard {}

    /// A parameter that has itself called, too.
    pub(crate) struct Echo<'bound>(SetOnce<ParamObject<'bound, Nic, Echo<'bound>>>);

    #[vtable]
    impl ParamOps<Nic> for Echo<'_> {
        type Value = u32;

        fn get(&self, cx: &Locked<'_, Nic>, _: Mode, _: Extack<'_>) -> Result<u32> {
            if let Some(this) = self.0.as_ref() {
                cx.data().outcomes.note(c"changed", this.changed(cx));
            }
            Ok(1)
        }

        fn set(&self, _: &Locked<'_, Nic>, _: Mode, _: u32, _: Extack<'_>) -> Result {
            Err(EPERM)
        }
    }

    struct Says;

    #[vtable]
    impl ReporterOps<Nic> for Says {
        const NAME: &'static CStr = c"outcomes";
        type Error = ();

        fn diagnose(&self, cx: &Pinned<'_, Nic>, out: &mut Fmsg<'_>, _: Extack<'_>) -> Result {
            cx.data().outcomes.show(out);
            Ok(())
        }
    }

    /// A callback that is not known to have the lock, and takes it.
    struct Hangs;

    #[vtable]
    impl ReporterOps<Nic> for Hangs {
        const NAME: &'static CStr = c"hangs";
        type Error = ();

        fn diagnose(&self, cx: &Pinned<'_, Nic>, _: &mut Fmsg<'_>, _: Extack<'_>) -> Result {
            while_bound(cx.data().dev, |cx| cx.lock(|_| ())).ok_or(EBUSY)
        }
    }
}
