// SPDX-License-Identifier: GPL-2.0

//! The driver: what it has, and what is done with that.

mod bus;
mod groups;
mod key;
mod objects;

use self::{
    bus::WrongBus,
    groups::{
        Nest,
        OnePort,
        Pair,
        PairValue,
        PortValue,
        Typed, //
    },
    key::{
        lie_at,
        stop_lying,
        Key,
        Lie, //
    },
    objects::{
        Card,
        Level,
        Young,
        CARD, //
    },
};

use crate::two_devices::{
    name,
    with_two_devices,
    EmptyTable,
    Teller,
    Tells,
    SIZES, //
};

use kernel::{
    bus::Registration,
    net::{
        devlink::{
            self,
            dpipe,
            param::{
                ParamAttrs,
                ParamObject, //
            },
            Bringup,
            Driver,
            Flavour,
            Fmsg,
            Groups,
            Linecard,
            Locked,
            Pinned,
            Port,
            PortAttrs,
            RateNode,
            RateTree,
            Rates,
            Reload,
            Reporter,
            ReporterState,
            Resource,
            Setup,
            Why, //
        },
        netlink::extack::Extack, //
    },
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    },
};

pub(crate) struct Module {
    _bus: Registration<WrongBus>,
}

impl kernel::Module for Module {
    fn init(_: &'static ThisModule) -> Result<Self> {
        Ok(Module {
            _bus: with_two_devices(WrongBus)?,
        })
    }
}

pub(crate) struct Wrong;

pub(crate) struct Data<'bound> {
    /// How many groups of ports have a value, and how many ports.
    values: Atomic<u32>,
    objects: Atomic<u32>,
    ports_made: Atomic<u32>,
    /// How often a callback found that what was made later is gone, and how often it found
    /// another part of it, which cannot be.
    gone: Atomic<u32>,
    half_gone: Atomic<u32>,
    space: Resource<'bound, Wrong>,
}

pub(crate) struct Up<'up> {
    port: Port<'up, Wrong, ()>,
    level: ParamObject<'up, Wrong, Level>,
    ports: Groups<'up, Wrong, OnePort>,
    /// At first without a group: of what one takes nothing is known.
    fresh: Groups<'up, Wrong, OnePort>,
    nests: Groups<'up, Wrong, Nest>,
    types: Groups<'up, Wrong, Typed>,
    pairs: Groups<'up, Wrong, Pair>,
    tree: RateTree<'up, Wrong>,
    node: RateNode<'up, Wrong>,
    card: Linecard<'up, Wrong, Card>,
    pipe: dpipe::Table<'up, Wrong, EmptyTable>,
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
            setup.reporter(Teller)?;
            Ok(Data {
                values: Atomic::new(0),
                objects: Atomic::new(0),
                ports_made: Atomic::new(0),
                gone: Atomic::new(0),
                half_gone: Atomic::new(0),
                space: setup.resource(c"space", 64, SIZES, None)?,
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
            fresh: cx.groups()?,
            nests: cx.groups()?,
            types: cx.groups()?,
            pairs: cx.groups()?,
            tree,
            node: tree.node(cx, c"node", (), None)?,
            card: cx.linecard(0, Card)?,
            pipe: cx.dpipe_table(c"pipe", EmptyTable)?,
            young: cx.reporter(Young)?,
        };
        up.ports.add(cx, Key(0), |cx| PortValue::new(cx, 0))?;
        up.pairs.add(cx, (), |cx| PairValue::new(cx))?;
        Ok(up)
    }
}

impl Tells for Wrong {
    const REPORTER: &'static CStr = c"counts";

    fn tell(cx: &Pinned<'_, Self>, out: &mut Fmsg<'_>) {
        let data = cx.data();
        out.pair(c"values", data.values.load(Relaxed));
        out.pair(c"objects", data.objects.load(Relaxed));
        out.pair(c"gone", data.gone.load(Relaxed));
        out.pair(c"half_gone", data.half_gone.load(Relaxed));
    }
}

/// One of what is counted, as long as it is there.
pub(crate) struct Counted<'a>(&'a Atomic<u32>);

impl<'a> Counted<'a> {
    fn new(count: &'a Atomic<u32>) -> Self {
        count.fetch_add(1, Relaxed);
        Counted(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

impl Up<'_> {
    /// Uses an object with a proof that may be another instance's.
    fn try_with(&self, cx: &Locked<'_, Wrong>, what: &[u8]) -> Result {
        match what {
            b"group_add" => self.ports.add(cx, Key(9), |cx| PortValue::new(cx, 9)),
            b"fresh_add" => self.fresh.add(cx, Key(0), |cx| PortValue::new(cx, 0)),
            b"fresh_remove" => self.fresh.remove(cx, Key(0)),
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
    fn lie(&self, cx: &Locked<'_, Wrong>, at: u32, lie: Lie) -> Result<bool> {
        self.nests.add(cx, (), |cx| cx.groups())?;
        lie_at(at, lie);
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
        let lied = stop_lying();
        // What is left goes with the place for it.
        self.nests.remove(cx, ())?;
        Ok(lied)
    }
}
