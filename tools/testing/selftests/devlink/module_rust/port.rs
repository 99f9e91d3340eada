// SPDX-License-Identifier: GPL-2.0

//! Ports. The basic set has one of every flavour:
//!
//! ```text
//!  0 physical, splittable    5 unused                  9 pcisf, of this host
//!  2 physical, on line card  6 pcipf                  10 pcisf, of another controller
//!  3 cpu                     7 pcivf, of this host    11 virtual
//!  4 dsa                     8 pcivf, of another controller
//!  48, 49                    what port 1 was split into
//! ```
//!
//! Split ports have the numbers 40 + 8 * PORT on, those that users make 60 on, extra ones 100 on.

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
    health::Reporters,
    name::Name,
    netdev::{
        Attached,
        AttachedGroup, //
    },
    port_ops::{
        TestPort,
        Whole, //
    },
    rate::LeafGroup,
    region::{
        self,
        RegionGroup, //
    },
    resource,
    words::number, //
};

use kernel::{
    net::{
        devlink::{
            AddedPort,
            Bringup,
            Flavour,
            Group,
            Groups,
            Held,
            Linecard,
            LinecardOps,
            Locked,
            NewFlavour,
            NewPort,
            Port,
            PortType, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

const FIRST_NEW: u32 = 60;
const LAST_NEW: u32 = 99;
const FIRST_EXTRA: u32 = 100;
const FIRST_SPLIT: u32 = 40;
const MAX_LANES: u32 = 8;

/// The port of the basic set that is on line card 0.
const ON_LINECARD: u32 = 2;
/// The indexes of the basic set.
const BASIC: core::ops::RangeInclusive<u32> = 0..=11;

/// What a port of the basic set is like.
fn basic<const FULL: bool>(index: u32) -> Option<TestPort<FULL>> {
    let port = |flavour| TestPort::new(index, flavour);
    let physical = || TestPort::physical(index, index);
    Some(match index {
        0 => physical().splittable(4),
        1 => physical().splittable(2),
        2 => physical(),
        3 => port(Flavour::Cpu { number: 3 }),
        4 => port(Flavour::Dsa { number: 4 }),
        5 => port(Flavour::Unused),
        6 => port(Flavour::PciPf {
            controller: 0,
            pf: 0,
            external: false,
        }),
        7 => port(Flavour::PciVf {
            controller: 0,
            pf: 0,
            vf: 0,
            external: false,
        }),
        8 => port(Flavour::PciVf {
            controller: 1,
            pf: 0,
            vf: 1,
            external: true,
        }),
        9 => port(Flavour::PciSf {
            controller: 0,
            pf: 0,
            sf: 1,
            external: false,
        }),
        10 => port(Flavour::PciSf {
            controller: 2,
            pf: 0,
            sf: 2,
            external: true,
        }),
        11 => port(Flavour::Virtual),
        _ => return None,
    })
}

/// A port with its objects. The last that is made goes first.
pub(crate) struct PortObjects<'g, const FULL: bool> {
    pub(crate) port: Port<'g, Test<FULL>, TestPort<FULL>>,
    attached: Groups<'g, Test<FULL>, AttachedGroup<FULL>>,
    pub(crate) regions: Groups<'g, Test<FULL>, RegionGroup<FULL>>,
    pub(crate) reporters: Reporters<'g, FULL>,
    pub(crate) leaf: Groups<'g, Test<FULL>, LeafGroup<FULL>>,
}

impl<'g, const FULL: bool> PortObjects<'g, FULL> {
    fn new(cx: &Bringup<'g, '_, Test<FULL>>, port: TestPort<FULL>) -> Result<Self> {
        let (index, has_resources) = (port.index, port.has_resources);
        let attrs = port.attrs(cx.data().id());
        let port = cx.port(index, attrs, port)?.share_buffers(cx);
        if has_resources {
            resource::add_to_port(&cx.on(port))?;
        }
        Ok(PortObjects {
            port,
            attached: cx.groups()?,
            regions: cx.groups()?,
            reporters: cx.groups()?,
            leaf: cx.groups()?,
        })
    }

    /// The one way to a type: with the netdevice that belongs to it, if there is one.
    pub(crate) fn change_type(&self, cx: &Locked<'_, Test<FULL>>, to: PortType) -> Result {
        let is = self.attached.get(cx, (), |attached| attached.port_type());
        if is.unwrap_or(PortType::NotSet) == to {
            return Ok(());
        }
        if is.is_some() {
            self.attached.remove(cx, ())?;
        }
        if to == PortType::NotSet {
            return Ok(());
        }
        let port = self.port.get(cx);
        let has_netdev = to == PortType::Eth && port.is_physical() && cx.data().config().netdevs;
        self.attached.add_on(cx, (), self.port, |on| {
            if has_netdev {
                Attached::netdev(on, port.index)
            } else {
                Attached::bare(on, to)
            }
        })
    }

    /// Gives a physical port its netdevice, if there are to be any.
    fn add_netdev(&self, cx: &Locked<'_, Test<FULL>>) -> Result {
        if self.port.get(cx).is_physical() && cx.data().config().netdevs {
            return self.change_type(cx, PortType::Eth);
        }
        Ok(())
    }
}

/// A port with its objects, by index.
pub(crate) struct PortGroup<const FULL: bool>;

impl<const FULL: bool> Group<Test<FULL>> for PortGroup<FULL> {
    type Key = u32;
    type Value<'group> = PortObjects<'group, FULL>;
}

type PortGroups<'up, const FULL: bool> = Groups<'up, Test<FULL>, PortGroup<FULL>>;

/// All ports.
pub(crate) struct Ports<'up, const FULL: bool> {
    loose: PortGroups<'up, FULL>,
    /// Those that are on line card 0.
    on_linecard: PortGroups<'up, FULL>,
}

impl<'up, const FULL: bool> Ports<'up, FULL> {
    pub(crate) fn up<L: LinecardOps<Test<FULL>>>(
        cx: &Bringup<'up, '_, Test<FULL>>,
        linecard: Linecard<'up, Test<FULL>, L>,
    ) -> Result<Self> {
        let ports = Ports {
            on_linecard: cx.on_linecard(linecard).groups()?,
            loose: cx.groups()?,
        };
        for index in BASIC {
            ports.add_basic(cx, index, true)?;
        }
        ports.split(cx, 1, 2)?;
        for index in (FIRST_EXTRA..).take(cx.data().config().ports as usize) {
            ports.add(cx, TestPort::physical(index, index))?;
        }
        Ok(ports)
    }

    /// The port region, which does not come back in a reload.
    pub(crate) fn add_region(&self, cx: &Locked<'_, Test<FULL>>) -> Result {
        let name = Name::new(b"dt_port_region")?;
        self.with(cx, 0, |port| {
            port.regions
                .add_on(cx, name, port.port, |on| region::on_port(on, name))
        })?
    }

    /// Where the port of that index is.
    fn groups_of(&self, cx: &Locked<'_, Test<FULL>>, index: u32) -> &PortGroups<'up, FULL> {
        match self.on_linecard.get(cx, index, |_| ()) {
            Some(()) => &self.on_linecard,
            None => &self.loose,
        }
    }

    /// Calls `f` with a port.
    pub(crate) fn with<R>(
        &self,
        cx: &Locked<'_, Test<FULL>>,
        index: u32,
        f: impl for<'a, 'g> FnOnce(&'a PortObjects<'g, FULL>) -> R,
    ) -> Result<R> {
        self.groups_of(cx, index).get(cx, index, f).ok_or(ENOENT)
    }

    /// Calls `f` without the instance lock, with a port that no user can take away meanwhile.
    pub(crate) fn hold<'w, 'bound>(
        &self,
        cx: &mut Held<'_, 'w, 'up, 'bound, Test<FULL>>,
        index: u32,
        f: impl for<'a, 'g> FnOnce(
            &mut Held<'a, 'w, 'g, 'bound, Test<FULL>>,
            &'a PortObjects<'g, FULL>,
        ) -> Result,
    ) -> Result {
        let groups = cx.lock(|cx| *self.groups_of(cx, index));
        groups.hold(cx, index, f).unwrap_or(Err(ENOENT))
    }

    /// The indexes of all ports.
    pub(crate) fn each(
        &self,
        cx: &Locked<'_, Test<FULL>>,
        mut f: impl FnMut(u32) -> Result,
    ) -> Result {
        for groups in [&self.loose, &self.on_linecard] {
            let mut last = None;
            while let Some(index) = groups.next_key(cx, last) {
                f(index)?;
                last = Some(index);
            }
        }
        Ok(())
    }

    /// Users must not take the port away just now.
    pub(crate) fn is_busy(&self, cx: &Locked<'_, Test<FULL>>, index: u32) -> bool {
        self.groups_of(cx, index).is_held(cx, index)
    }

    fn add(&self, cx: &Locked<'_, Test<FULL>>, port: TestPort<FULL>) -> Result {
        let index = port.index;
        // As devlink says it.
        if self.groups_of(cx, index).get(cx, index, |_| ()).is_some() {
            return Err(EBUSY);
        }
        self.loose.add(cx, index, |cx| PortObjects::new(cx, port))
    }

    /// Adds a port of the basic set; with its resources, when the device comes up.
    fn add_basic(&self, cx: &Locked<'_, Test<FULL>>, index: u32, comes_up: bool) -> Result {
        let mut port: TestPort<FULL> = basic(index).ok_or(ENOENT)?;
        if comes_up && index == 0 {
            port = port.with_resources();
        }
        if index == ON_LINECARD {
            self.on_linecard
                .add(cx, index, |cx| PortObjects::new(cx, port))?;
        } else {
            self.add(cx, port)?;
        }
        self.with(cx, index, |port| port.add_netdev(cx))?
    }

    pub(crate) fn remove(&self, cx: &Locked<'_, Test<FULL>>, index: u32) -> Result {
        self.groups_of(cx, index).remove(cx, index)
    }

    /// The port goes, and `count` others come.
    pub(crate) fn split(&self, cx: &Locked<'_, Test<FULL>>, index: u32, count: u32) -> Result {
        let whole = self.with(cx, index, |port| {
            let port = port.port.get(cx);
            Whole {
                index,
                number: port.number,
                lanes: port.lanes / count.max(1),
            }
        })?;
        self.remove(cx, index)?;
        for part in 0..count {
            let new = FIRST_SPLIT + MAX_LANES * index + part;
            self.add(cx, TestPort::part(new, &whole, part))?;
            self.with(cx, new, |port| port.add_netdev(cx))??;
        }
        Ok(())
    }

    /// The parts of a port go, and it comes back.
    pub(crate) fn unsplit(&self, cx: &Locked<'_, Test<FULL>>, index: u32) -> Result {
        let mut parts = KVec::new();
        self.each(cx, |part| {
            let of = self.with(cx, part, |port| port.port.get(cx).split_of)?;
            if of == Some(index) {
                parts.push(part, GFP_KERNEL)?;
            }
            Ok(())
        })?;
        if parts.iter().any(|part| self.is_busy(cx, *part)) {
            return Err(EBUSY);
        }
        for part in parts {
            self.remove(cx, part)?;
        }
        self.add_basic(cx, index, false)
    }

    fn free_index(&self, cx: &Locked<'_, Test<FULL>>) -> Result<u32> {
        (FIRST_NEW..=LAST_NEW)
            .find(|index| self.with(cx, *index, |_| ()).is_err())
            .ok_or(ENOSPC)
    }

    /// Adds a port that a user wants.
    fn add_new<'a, 'bound>(
        &self,
        cx: &'a Locked<'bound, Test<FULL>>,
        wanted: &NewPort,
        extack: Extack<'_>,
    ) -> Result<AddedPort<'a>> {
        let index = wanted.index.map_or_else(|| self.free_index(cx), Ok)?;
        let controller = wanted.controller.unwrap_or(0);
        let flavour = Flavour::PciSf {
            controller,
            pf: wanted.pf,
            sf: wanted.sf.unwrap_or(index),
            external: controller != 0,
        };
        let port = TestPort::new(index, flavour).by_user();
        let exists = self.with(cx, index, |_| ()).is_ok();
        let cannot = |error| extack.err(c"devlink_test: the port cannot be made", error);
        if exists {
            return Err(cannot(EBUSY));
        }
        self.loose.add_wanted(cx, index, |cx| {
            let objects = PortObjects::new(cx, port).map_err(cannot)?;
            objects.add_leaf(cx, None)?;
            let wanted = objects.port.wanted();
            Ok((objects, wanted))
        })
    }
}

/// `port_new`
pub(crate) fn new<'a, const FULL: bool>(
    cx: &'a Locked<'_, Test<FULL>>,
    wanted: &NewPort,
    extack: Extack<'_>,
) -> Result<AddedPort<'a>> {
    let flavour = match wanted.flavour {
        NewFlavour::PciPf => 3,
        NewFlavour::PciVf => 4,
        NewFlavour::PciSf => 7,
    };
    let arguments = fmt!(
        "flavour={flavour} pf={} index={}/{} controller={}/{} sf={}/{}",
        wanted.pf,
        wanted.index.unwrap_or(0),
        u32::from(wanted.index.is_some()),
        wanted.controller.unwrap_or(0),
        u32::from(wanted.controller.is_some()),
        wanted.sf.unwrap_or(0),
        u32::from(wanted.sf.is_some())
    );
    cx.data().call(Callback::PortNew, extack, arguments)?;
    if wanted.flavour != NewFlavour::PciSf {
        return Err(extack.err(c"devlink_test: only pcisf ports can be made", EOPNOTSUPP));
    }
    cx.up(|up| up.ports.add_new(cx, wanted, extack))
        .unwrap_or_else(|| Err(extack.err(c"devlink_test: the device is down", EBUSY)))
}

/// An event's argument that names a port.
pub(crate) fn argument(word: &[u8]) -> Result<u32> {
    number(word)
}

fn port_type<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let index = argument(arguments[0])?;
    let to = match arguments[1] {
        b"eth" => Ok(PortType::Eth),
        b"ib" => Ok(PortType::Ib),
        b"none" => Ok(PortType::NotSet),
        _ => Err(EINVAL),
    };
    cx.lock(|cx| up.ports.with(cx, index, |port| port.change_type(cx, to?))?)
}

fn port_add<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let index = argument(arguments[0])?;
    cx.lock(|cx| up.ports.add(cx, TestPort::physical(index, index)))
}

fn port_del<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let index = argument(arguments[0])?;
    cx.lock(|cx| up.ports.remove(cx, index))
}

impl<const FULL: bool> Events<FULL> {
    pub(crate) const PORT: &'static [Event<FULL>] = &[
        Event::new("port_type", 2, 2, port_type::<FULL>),
        Event::none("port_type_twice", 1, 1),
        Event::none("port_type_is", 2, 2),
        Event::none("ib_rename", 2, 2),
        Event::new("port_add", 1, 1, port_add::<FULL>),
        Event::new("port_del", 1, 1, port_del::<FULL>),
    ];
}
