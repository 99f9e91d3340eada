// SPDX-License-Identifier: GPL-2.0

//! A driver in Rust that is wrong in ways which the compiler does not see, and the driver API does.
//! Its instances are `rust_wrong/rust_wrong1` and `rust_wrong/rust_wrong2`; `rust_wrong.sh` says
//! what is expected. In `/sys/bus/rust_wrong/`:
//!
//! - `own WHAT`, `foreign WHAT`: uses an object of the first device with a proof of the first
//!   device, or of the second. Writing fails with what the API fails with, and with `ENOENT` for
//!   `None`.
//! - `lies`: compares keys of groups wrongly, once at each place where keys are compared.
//!
//! And a port removes itself when a user wants it to be of another type, and a parameter's value is
//! asked for when what its callback uses is gone.

use kernel::prelude::*;

module! {
    type: driver::Module,
    name: "devlink_rust_wrong",
    authors: ["Seed f34c34c7 maintainers"],
    description: "devlink test driver in Rust that does what it may not",
    license: "GPL",
}

#[forbid(unsafe_code)]
mod driver {
    use core::cmp::Ordering;
    use kernel::{
        bus::{
            Bus,
            BusAttribute,
            Control,
            Registration, //
        },
        net::{
            devlink::{
                self,
                bus::while_bound,
                dpipe,
                param::{
                    Mode,
                    ParamAttrs,
                    ParamObject,
                    ParamOps, //
                },
                Bringup,
                Driver,
                Flavour,
                Fmsg,
                Group,
                Groups,
                Linecard,
                LinecardOps,
                LinecardOrder,
                Locked,
                Pinned,
                Port,
                PortAttrs,
                PortOps,
                PortType,
                RateDriver,
                RateNode,
                RateTree,
                Rates,
                Reload,
                Reporter,
                ReporterOps,
                ReporterState,
                Resource,
                ResourceSize,
                Setup,
                Why, //
            },
            netlink::extack::Extack, //
        },
        prelude::*,
        str::CString,
        sync::{
            atomic::{
                Atomic,
                Relaxed, //
            },
            SetOnce, //
        }, //
    };

    pub(super) struct Module {
        _bus: Registration<WrongBus>,
    }

    impl kernel::Module for Module {
        fn init(_: &'static ThisModule) -> Result<Self> {
            let bus = Registration::new(Ok(WrongBus))?;
            for id in 1..=2 {
                bus.control().changes()?.add_bound(id, Ok(()))?;
            }
            Ok(Module { _bus: bus })
        }
    }

    pub(super) struct WrongBus;

    #[vtable]
    impl Bus for WrongBus {
        const NAME: &'static CStr = c"rust_wrong";

        type Value = ();
        type Attributes = (Own, Foreign, Lies);
        type DeviceAttributes = ();
        type Driver = devlink::bus::Adapter<Wrong>;
    }

    pub(super) struct Own;

    #[vtable]
    impl BusAttribute<WrongBus> for Own {
        const NAME: &'static CStr = c"own";

        fn store(bus: &Control<'_, WrongBus>, text: &[u8]) -> Result {
            let dev = bus.find(1).ok_or(ENODEV)?;
            while_bound(&dev, |cx| {
                cx.while_up(|cx, up| cx.lock(|cx| up.try_with(cx, text.trim_ascii())))
            })
            .flatten()
            .unwrap_or(Err(ENODEV))
        }
    }

    pub(super) struct Foreign;

    #[vtable]
    impl BusAttribute<WrongBus> for Foreign {
        const NAME: &'static CStr = c"foreign";

        fn store(bus: &Control<'_, WrongBus>, text: &[u8]) -> Result {
            let dev = bus.find(1).ok_or(ENODEV)?;
            let other = bus.find(2).ok_or(ENODEV)?;
            while_bound(&dev, |cx| {
                cx.while_up(|_, up| {
                    while_bound(&other, |cx| {
                        cx.lock(|cx| up.try_with(cx, text.trim_ascii()))
                    })
                })
            })
            .flatten()
            .flatten()
            .unwrap_or(Err(ENODEV))
        }
    }

    pub(super) struct Lies;

    #[vtable]
    impl BusAttribute<WrongBus> for Lies {
        const NAME: &'static CStr = c"lies";

        fn store(bus: &Control<'_, WrongBus>, _: &[u8]) -> Result {
            let dev = bus.find(1).ok_or(ENODEV)?;
            while_bound(&dev, |cx| {
                cx.while_up(|cx, up| {
                    let mut at = 1;
                    while cx.lock(|cx| up.lie(cx, at, LIE_EQUAL))?
                        | cx.lock(|cx| up.lie(cx, at, LIE_REVERSED))?
                    {
                        at += 1;
                    }
                    // As many comparisons as those below make at least.
                    if at > 20 {
                        Ok(())
                    } else {
                        Err(EPROTO)
                    }
                })
            })
            .flatten()
            .unwrap_or(Err(ENODEV))
        }
    }

    /// How many comparisons later there is one with a wrong result; 0 for none.
    static COUNTDOWN: Atomic<u32> = Atomic::new(0);
    static LIE: Atomic<u32> = Atomic::new(0);
    const LIE_EQUAL: u32 = 0;
    const LIE_REVERSED: u32 = 1;

    /// A key, of which one comparison is wrong.
    #[derive(Copy, Clone)]
    pub(super) struct Key(u32);

    impl Ord for Key {
        fn cmp(&self, other: &Self) -> Ordering {
            let order = self.0.cmp(&other.0);
            let left = COUNTDOWN.load(Relaxed);
            if left == 0 {
                return order;
            }
            COUNTDOWN.store(left - 1, Relaxed);
            match order {
                order if left > 1 => order,
                Ordering::Equal => Ordering::Less,
                _ if LIE.load(Relaxed) == LIE_EQUAL => Ordering::Equal,
                order => order.reverse(),
            }
        }
    }

    impl PartialOrd for Key {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }

    impl PartialEq for Key {
        fn eq(&self, other: &Self) -> bool {
            self.cmp(other).is_eq()
        }
    }

    impl Eq for Key {}

    pub(super) struct Wrong;

    pub(super) struct Data<'bound> {
        /// How many groups of ports have a value.
        values: Atomic<u32>,
        ports_made: Atomic<u32>,
        /// How often a callback found that what was made later is gone, and how often it found
        /// another part of it, which cannot be.
        gone: Atomic<u32>,
        half_gone: Atomic<u32>,
        space: Resource<'bound, Wrong>,
    }

    pub(super) struct Up<'up> {
        port: Port<'up, Wrong, ()>,
        level: ParamObject<'up, Wrong, Level>,
        ports: Groups<'up, Wrong, OnePort>,
        nests: Groups<'up, Wrong, Nest>,
        types: Groups<'up, Wrong, Typed>,
        pairs: Groups<'up, Wrong, Pair>,
        tree: RateTree<'up, Wrong>,
        node: RateNode<'up, Wrong>,
        card: Linecard<'up, Wrong, Card>,
        pipe: dpipe::Table<'up, Wrong, Pipe>,
        young: Reporter<'up, Wrong, Young>,
    }

    #[vtable]
    impl Driver for Wrong {
        type Device = devlink::bus::Device<WrongBus>;
        type Data<'bound> = Data<'bound>;
        type Up<'up> = Up<'up>;

        const RELOAD: Reload = Reload::DRIVER_REINIT;
        const RATES: Rates<Self> = Rates::of();

        fn probe<'bound>(
            _: &'bound Self::Device,
            setup: &Setup<'bound, Self>,
        ) -> impl PinInit<Data<'bound>, Error> {
            let data = || {
                let limits = ResourceSize {
                    min: 0,
                    max: 64,
                    granularity: 1,
                };
                setup.reporter(Counts)?;
                Ok(Data {
                    values: Atomic::new(0),
                    ports_made: Atomic::new(0),
                    gone: Atomic::new(0),
                    half_gone: Atomic::new(0),
                    space: setup.resource(c"space", 64, limits, None)?,
                })
            };
            data()
        }

        fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Up<'up>> {
            // All that is made after the parameter is gone when devlink forgets that.
            let attrs = ParamAttrs::driver(name(c"level")?);
            let level = cx.param_object(attrs.runtime().driverinit(5), Level)?;
            let tree = cx.rate_tree()?;
            let up = Up {
                port: cx.port(1_000_000, PortAttrs::new(Flavour::Virtual), ())?,
                level,
                ports: cx.groups()?,
                nests: cx.groups()?,
                types: cx.groups()?,
                pairs: cx.groups()?,
                tree,
                node: tree.node(cx, c"node", (), None)?,
                card: cx.linecard(0, Card)?,
                pipe: cx.dpipe_table(c"pipe", Pipe)?,
                young: cx.reporter(Young)?,
            };
            up.ports.add(cx, Key(0), |cx| PortValue::new(cx, 0))?;
            up.pairs.add(cx, (), |cx| PairValue::new(cx))?;
            Ok(up)
        }
    }

    fn name(text: &CStr) -> Result<CString> {
        Ok(CString::try_from(text)?)
    }

    impl Up<'_> {
        /// Uses an object with a proof that may be another instance's.
        fn try_with(&self, cx: &Locked<'_, Wrong>, what: &[u8]) -> Result {
            match what {
                b"group_add" => self.ports.add(cx, Key(9), |cx| PortValue::new(cx, 9)),
                b"group_remove" => self.ports.remove(cx, Key(9)),
                b"group_get" => self.ports.get(cx, Key(0), |_| ()).ok_or(ENOENT),
                b"group_next" => self.ports.next_key(cx, None).map(|_| ()).ok_or(ENOENT),
                b"group_on_port" => self
                    .types
                    .add_on(cx, (), self.port, |on| on.infiniband(None)),
                b"pair_remove" => self.pairs.remove(cx, ()),
                b"node_add" => self.tree.node(cx, c"late", (), None).map(|_| ()),
                b"node_find" if self.tree.has_node(cx, c"node") => Ok(()),
                b"node_exists" if self.node.exists(cx) => Ok(()),
                b"node_find" | b"node_exists" => Err(ENOENT),
                b"nodes_clear" => self.tree.clear(cx),
                b"param" => self.level.driverinit(cx).map(|_| ()),
                b"card_provisioned" => self.card.set_provisioned(cx, &CARD),
                b"card_active" => self.card.activate(cx),
                b"card_inactive" => self.card.deactivate(cx),
                b"card_failed" => self.card.set_failed(cx),
                b"card_unprovisioned" => self.card.set_unprovisioned(cx),
                b"table_uses" => self.pipe.uses(cx, cx.data().space, 1),
                b"reporter_state" => {
                    // Of another instance it does nothing.
                    self.young.set_state(cx, ReporterState::Error);
                    Ok(())
                }
                b"reporter_recovered" => {
                    self.young.recovery_done(cx);
                    Ok(())
                }
                b"port_value" => {
                    self.port.get(cx);
                    Ok(())
                }
                _ => Err(EINVAL),
            }
        }

        /// Adds groups, looks at them and removes them, with a wrong comparison after so many right
        /// ones. Whether there were so many.
        fn lie(&self, cx: &Locked<'_, Wrong>, at: u32, lie: u32) -> Result<bool> {
            self.nests.add(cx, (), |cx| cx.groups())?;
            LIE.store(lie, Relaxed);
            COUNTDOWN.store(at, Relaxed);
            self.nests.get(cx, (), |ports| {
                for key in [5, 2, 8, 1, 7, 3] {
                    let _ = ports.add(cx, Key(key), |cx| PortValue::new(cx, 0));
                }
                let mut key = None;
                for _ in 0..8 {
                    key = ports.next_key(cx, key);
                    if let Some(key) = key {
                        ports.get(cx, key, |value| value.port.index());
                    }
                }
                for key in [2, 5, 3] {
                    let _ = ports.remove(cx, Key(key));
                }
            });
            let left = COUNTDOWN.load(Relaxed);
            COUNTDOWN.store(0, Relaxed);
            // What is left goes with the place for it.
            self.nests.remove(cx, ())?;
            Ok(left == 0)
        }
    }

    /// Ports that come and go.
    pub(super) struct OnePort;

    impl Group<Wrong> for OnePort {
        type Key = Key;
        type Value<'group> = PortValue<'group>;
    }

    pub(super) struct PortValue<'group> {
        data: &'group Data<'group>,
        port: Port<'group, Wrong, Leaving>,
    }

    impl<'group> PortValue<'group> {
        /// With a port of that index, or of one that no other has, if it is 0.
        fn new(cx: &Bringup<'group, '_, Wrong>, index: u32) -> Result<Self> {
            let data = cx.data();
            let made = data.ports_made.fetch_add(1, Relaxed);
            let index = if index == 0 { made } else { 100_000 + index };
            let port = cx.port(index, PortAttrs::new(Flavour::Virtual), Leaving)?;
            data.values.fetch_add(1, Relaxed);
            Ok(PortValue { data, port })
        }
    }

    impl Drop for PortValue<'_> {
        fn drop(&mut self) {
            self.data.values.fetch_sub(1, Relaxed);
        }
    }

    pub(super) struct Leaving;

    #[vtable]
    impl PortOps<Wrong> for Leaving {
        /// Removes the port instead of what is behind it.
        fn set_type(&self, cx: &Locked<'_, Wrong>, index: u32, _: PortType) -> Result {
            cx.up(|up| {
                let mut key = up.ports.next_key(cx, None);
                while let Some(found) = key {
                    if up.ports.get(cx, found, |of| of.port.index()) == Some(index) {
                        return up.ports.remove(cx, found);
                    }
                    key = up.ports.next_key(cx, key);
                }
                Err(ENOENT)
            })
            .ok_or(ENODEV)?
        }
    }

    /// Places for groups of ports.
    pub(super) struct Nest;

    impl Group<Wrong> for Nest {
        type Key = ();
        type Value<'group> = Groups<'group, Wrong, OnePort>;
    }

    /// What is behind the port that stays.
    pub(super) struct Typed;

    impl Group<Wrong> for Typed {
        type Key = ();
        type Value<'group> = ();
    }

    /// A parameter, made first, whose callback uses a reporter.
    pub(super) struct Pair;

    impl Group<Wrong> for Pair {
        type Key = ();
        type Value<'group> = PairValue<'group>;
    }

    pub(super) struct PairValue<'group> {
        _level: ParamObject<'group, Wrong, PairLevel<'group>>,
    }

    impl<'group> PairValue<'group> {
        fn new(cx: &Bringup<'group, '_, Wrong>) -> Result<Self> {
            let attrs = ParamAttrs::driver(name(c"pair_level")?).runtime();
            let level = cx.param_object(attrs, PairLevel(SetOnce::new()))?;
            let young = cx.reporter(PairYoung)?;
            level.get(cx).0.populate(young);
            Ok(PairValue { _level: level })
        }
    }

    pub(super) struct PairLevel<'group>(SetOnce<Reporter<'group, Wrong, PairYoung>>);

    #[vtable]
    impl ParamOps<Wrong> for PairLevel<'_> {
        type Value = u32;

        fn get(&self, cx: &Locked<'_, Wrong>, _: Mode, _: Extack<'_>) -> Result<u32> {
            if let Some(young) = self.0.as_ref() {
                young.set_state(cx, ReporterState::Healthy);
                young.recovery_done(cx);
            }
            Ok(1)
        }

        fn set(&self, _: &Locked<'_, Wrong>, _: Mode, _: u32, _: Extack<'_>) -> Result {
            Err(EPERM)
        }
    }

    pub(super) struct Level;

    #[vtable]
    impl ParamOps<Wrong> for Level {
        type Value = u32;

        /// Also called when devlink forgets the parameter, so when all that was made later is gone,
        /// while there still are handles of it.
        fn get(&self, cx: &Locked<'_, Wrong>, _: Mode, _: Extack<'_>) -> Result<u32> {
            cx.up(|up| {
                up.young.set_state(cx, ReporterState::Healthy);
                up.young.recovery_done(cx);
                let node = up.tree.node(cx, c"node", (), None);
                let there = [
                    up.ports.get(cx, Key(0), |_| ()).is_some(),
                    up.pairs.get(cx, (), |_| ()).is_some(),
                    up.node.exists(cx),
                    up.tree.has_node(cx, c"node"),
                    node.err() != Some(ENODEV),
                    up.card.deactivate(cx) != Err(ENODEV),
                    up.pipe.uses(cx, cx.data().space, 1).is_ok(),
                ];
                if there == [false; 7] {
                    cx.data().gone.fetch_add(1, Relaxed);
                } else if there != [true; 7] {
                    cx.data().half_gone.fetch_add(1, Relaxed);
                }
            });
            Ok(1)
        }

        fn set(&self, _: &Locked<'_, Wrong>, _: Mode, _: u32, _: Extack<'_>) -> Result {
            Err(EPERM)
        }
    }

    #[vtable]
    impl RateDriver for Wrong {
        type Leaf<'s> = ();
        type Node<'s> = ();
    }

    const CARD: &CStr = c"card";
    static CARDS: [&CStr; 1] = [CARD];

    pub(super) struct Card;

    #[vtable]
    impl LinecardOps<Wrong> for Card {
        type Type = &'static CStr;

        fn types(&self) -> &[&'static CStr] {
            &CARDS
        }

        fn provision(
            &self,
            _: &Locked<'_, Wrong>,
            _: &&'static CStr,
            order: LinecardOrder,
            _: Extack<'_>,
        ) -> Result {
            order.done()
        }

        fn unprovision(
            &self,
            _: &Locked<'_, Wrong>,
            order: LinecardOrder,
            _: Extack<'_>,
        ) -> Result {
            order.done()
        }
    }

    /// A table that is empty.
    pub(super) struct Pipe;

    #[vtable]
    impl dpipe::TableOps<Wrong> for Pipe {
        fn size(&self, _: &Locked<'_, Wrong>) -> u64 {
            0
        }

        fn matches(&self, _: &Locked<'_, Wrong>) -> Result<&[dpipe::Match]> {
            Ok(&[])
        }

        fn actions(&self, _: &Locked<'_, Wrong>) -> Result<&[dpipe::Action]> {
            Ok(&[])
        }
    }

    pub(super) struct Young;

    #[vtable]
    impl ReporterOps<Wrong> for Young {
        const NAME: &'static CStr = c"young";
        type Error = ();
    }

    pub(super) struct PairYoung;

    #[vtable]
    impl ReporterOps<Wrong> for PairYoung {
        const NAME: &'static CStr = c"pair";
        type Error = ();
    }

    /// Says what was counted.
    struct Counts;

    #[vtable]
    impl ReporterOps<Wrong> for Counts {
        const NAME: &'static CStr = c"counts";
        type Error = ();

        fn diagnose(&self, cx: &Pinned<'_, Wrong>, out: &mut Fmsg<'_>, _: Extack<'_>) -> Result {
            let data = cx.data();
            out.pair(c"values", data.values.load(Relaxed));
            out.pair(c"gone", data.gone.load(Relaxed));
            out.pair(c"half_gone", data.half_gone.load(Relaxed));
            Ok(())
        }
    }
}
