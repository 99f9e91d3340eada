// SPDX-License-Identifier: GPL-2.0

//! Regions, of the device and of port 0. Those of the device outlive a reload, but for what an
//! event added; that of the port does not come back after one, because devlink makes it only for
//! who does not hold the instance lock.

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
    name::Name,
    port, //
};

use kernel::{
    net::{
        devlink::{
            Group,
            Held,
            LastingGroups,
            Locked,
            OnPort,
            Pinned,
            Region,
            RegionOps, //
        },
        netlink::extack::Extack, //
    },
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};

pub(crate) const SIZE: usize = 16384;
pub(crate) const SNAPSHOTS: u32 = 4;

/// A region, with callbacks or without.
pub(crate) struct TestRegion<const CALLBACKS: bool, const FULL: bool> {
    name: Name,
    /// Snapshots that were taken so far, which the next one's contents tell.
    snapshots: Atomic<u32>,
}

fn fill(out: &mut [u8], offset: u64, first: u32) {
    for (index, byte) in out.iter_mut().enumerate() {
        let at = offset + index as u64;
        // CAST: The lowest byte is meant.
        *byte = (u64::from(first) + at * 7 + (at >> 8)) as u8;
    }
}

impl<const CALLBACKS: bool, const FULL: bool> TestRegion<CALLBACKS, FULL> {
    pub(crate) fn new(name: Name) -> Self {
        TestRegion {
            name,
            snapshots: Atomic::new(0),
        }
    }

    /// The number of the next snapshot.
    fn next(&self) -> u32 {
        self.snapshots.fetch_add(1, Relaxed) + 1
    }
}

#[vtable]
impl<const CALLBACKS: bool, const FULL: bool> RegionOps<Test<FULL>>
    for TestRegion<CALLBACKS, FULL>
{
    const NAME: &'static CStr = c"dt_region";
    const HAS_SNAPSHOT: bool = FULL && CALLBACKS;
    const HAS_READ: bool = FULL && CALLBACKS;

    fn name(&self) -> &CStr {
        self.name.as_cstr()
    }

    fn snapshot(&self, cx: &Pinned<'_, Test<FULL>>, out: &mut [u8], extack: Extack<'_>) -> Result {
        let arguments = fmt!("{}", self.name);
        cx.data()
            .call(Callback::RegionSnapshot, extack, arguments)?;
        fill(out, 0, self.next());
        Ok(())
    }

    fn read(
        &self,
        cx: &Pinned<'_, Test<FULL>>,
        offset: u64,
        out: &mut [u8],
        extack: Extack<'_>,
    ) -> Result {
        let arguments = fmt!("{} offset={offset} size={}", self.name, out.len());
        cx.data().call(Callback::RegionRead, extack, arguments)?;
        fill(out, offset, 0);
        Ok(())
    }
}

/// A region of either kind.
pub(crate) enum AnyRegion<'s, const FULL: bool> {
    Full(Region<'s, Test<FULL>, TestRegion<true, FULL>>),
    Plain(Region<'s, Test<FULL>, TestRegion<false, FULL>>),
}

impl<'s, const FULL: bool> AnyRegion<'s, FULL> {
    /// The number of the next snapshot.
    fn next(&self, cx: &Locked<'_, Test<FULL>>) -> u32 {
        match self {
            AnyRegion::Full(region) => region.get(cx).next(),
            AnyRegion::Plain(region) => region.get(cx).next(),
        }
    }

    /// A snapshot that the driver takes.
    fn take(&self, cx: &mut Held<'_, '_, 's, '_, Test<FULL>>) -> Result {
        let number = cx.lock(|cx| self.next(cx));
        let fill = |out: &mut [u8]| {
            fill(out, 0, number);
            Ok(())
        };
        match self {
            AnyRegion::Full(region) => region.take_snapshot(cx, fill)?,
            AnyRegion::Plain(region) => region.take_snapshot(cx, fill)?,
        };
        Ok(())
    }
}

/// The device's regions, each of which can be removed.
pub(crate) struct RegionGroup<const FULL: bool>;

impl<const FULL: bool> Group<Test<FULL>> for RegionGroup<FULL> {
    type Key = Name;
    type Value<'group> = AnyRegion<'group, FULL>;
}

pub(crate) type Regions<'bound, const FULL: bool> =
    LastingGroups<'bound, Test<FULL>, RegionGroup<FULL>>;

/// Adds a region with callbacks, if the device has any.
fn add<'bound, const FULL: bool>(
    regions: &Regions<'bound, FULL>,
    cx: &Locked<'bound, Test<FULL>>,
    name: Name,
) -> Result {
    regions.add(cx, name, |cx| {
        let region = cx.region(SIZE, SNAPSHOTS, TestRegion::new(name))?;
        Ok(AnyRegion::Full(region))
    })
}

/// The device's regions in the beginning.
pub(crate) fn create<const FULL: bool>(cx: &Locked<'_, Test<FULL>>) -> Result {
    let regions = &cx.data().regions;
    add(regions, cx, Name::new(b"dt_region")?)?;
    let name = Name::new(b"dt_region_plain")?;
    regions.add(cx, name, |cx| {
        let region = cx.region(SIZE, SNAPSHOTS, TestRegion::new(name))?;
        Ok(AnyRegion::Plain(region))
    })?;
    for number in 0..cx.data().config().regions {
        add(regions, cx, Name::format(fmt!("extra_region{number}"))?)?;
    }
    Ok(())
}

/// A region of a port.
pub(crate) fn on_port<'g, const FULL: bool>(
    on: &OnPort<'_, 'g, '_, Test<FULL>>,
    name: Name,
) -> Result<AnyRegion<'g, FULL>> {
    let region = on.region(SIZE, SNAPSHOTS, TestRegion::new(name))?;
    Ok(AnyRegion::Full(region))
}

fn region_add<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let name = Name::new(arguments[0])?;
    let regions = &cx.data().regions;
    cx.lock(|cx| match arguments.get(1) {
        None => add(regions, cx, name),
        Some(port) => up.ports.with(cx, port::argument(port)?, |port| {
            port.regions
                .add_on(cx, name, port.port, |on| on_port(on, name))
        })?,
    })
}

fn region_del<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let name = Name::new(arguments[0])?;
    let regions = &cx.data().regions;
    cx.lock(|cx| match arguments.get(1) {
        None => regions.remove(cx, name),
        Some(port) => up.ports.with(cx, port::argument(port)?, |port| {
            port.regions.remove(cx, name)
        })?,
    })
}

fn snapshot<'up, const FULL: bool>(
    cx: &mut Held<'_, '_, 'up, '_, Test<FULL>>,
    up: &Up<'up, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let name = Name::new(arguments[0])?;
    let regions = &cx.data().regions;
    match arguments.get(1) {
        None => regions
            .hold(cx, name, |cx, region| region.take(cx))
            .unwrap_or(Err(ENOENT)),
        Some(port) => up.ports.hold(cx, port::argument(port)?, |cx, port| {
            port.regions
                .hold(cx, name, |cx, region| region.take(cx))
                .unwrap_or(Err(ENOENT))
        }),
    }
}

impl<const FULL: bool> Events<FULL> {
    pub(crate) const REGION: &'static [Event<FULL>] = &[
        Event::new("region_add", 1, 2, region_add::<FULL>),
        Event::new("region_del", 1, 2, region_del::<FULL>),
        Event::new("snapshot", 1, 2, snapshot::<FULL>),
    ];
}
