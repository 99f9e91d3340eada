// SPDX-License-Identifier: GPL-2.0

//! Resources, of the device and of port 0. A reload keeps them and takes over their new sizes.
//!
//! ```text
//! physical_ports (5)
//! memory (1)
//!   tables (2)
//!     routes (3)
//!     neighbours (4)
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
    words::number, //
};

use kernel::{
    net::{
        devlink::{
            Bringup,
            Held,
            Locked,
            OnPort,
            Resource,
            ResourceSize,
            Setup, //
        },
        netlink::extack::Extack, //
    },
    new_mutex,
    prelude::*,
    str::{
        BStr,
        CString, //
    },
    sync::Mutex, //
};

const FIRST_EXTRA: u64 = 1000;

const EXTRA_LIMITS: ResourceSize = ResourceSize {
    min: 0,
    max: 1 << 20,
    granularity: 1,
};

/// Which resource a resource is in.
const TOP: usize = usize::MAX;

/// The basic set, in the order of their numbers: 1 and so on.
const BASIC: [Basic; 5] = [
    Basic {
        name: c"memory",
        parent: TOP,
        size: 4096,
        limits: limits(1024, 65536, 1024),
        is_counted: true,
    },
    Basic {
        name: c"tables",
        parent: 0,
        size: 2048,
        limits: limits(0, 4096, 128),
        is_counted: false,
    },
    Basic {
        name: c"routes",
        parent: 1,
        size: 1024,
        limits: limits(0, 2048, 64),
        is_counted: true,
    },
    Basic {
        name: c"neighbours",
        parent: 1,
        size: 512,
        limits: limits(512, 512, 1),
        is_counted: false,
    },
    Basic {
        name: c"physical_ports",
        parent: TOP,
        size: 12,
        limits: limits(12, 12, 1),
        is_counted: false,
    },
];

/// Where [`BASIC`] has the resource that a table of the pipeline uses.
const ROUTES: usize = 2;

struct Basic {
    name: &'static CStr,
    /// The parent's place in the array.
    parent: usize,
    size: u64,
    limits: ResourceSize,
    /// The driver says how much is in use.
    is_counted: bool,
}

const fn limits(min: u64, max: u64, granularity: u64) -> ResourceSize {
    ResourceSize {
        min,
        max,
        granularity,
    }
}

type Resource1<'bound, const FULL: bool> = Resource<'bound, Test<FULL>>;

/// How much of a resource is in use. There is no way to say that this failed.
fn occupied<const FULL: bool>(cx: &Locked<'_, Test<FULL>>) -> u64 {
    let called = cx
        .data()
        .call(Callback::ResourceOccGet, Extack::NONE, fmt!(""));
    called.map_or(0, |()| 77)
}

/// The resources, as long as the driver is bound.
#[pin_data]
pub(crate) struct Resources<'bound, const FULL: bool> {
    basic: KVec<Resource1<'bound, FULL>>,
    /// All, by number.
    #[pin]
    all: Mutex<KVec<(u64, Resource1<'bound, FULL>)>>,
}

impl<'bound, const FULL: bool> Resources<'bound, FULL> {
    pub(crate) fn new<'a>(
        setup: &'a Setup<'bound, Test<FULL>>,
        extra: u32,
    ) -> impl PinInit<Self, Error> + 'a
    where
        'bound: 'a,
    {
        pin_init::pin_init_scope(move || {
            let mut basic: KVec<Resource1<'bound, FULL>> = KVec::new();
            let mut all = KVec::new();
            for (index, one) in BASIC.iter().enumerate() {
                let parent = basic.get(one.parent).copied();
                let resource = setup.resource(one.name, one.size, one.limits, parent)?;
                if FULL && one.is_counted {
                    setup.occupancy(resource, occupied)?;
                }
                basic.push(resource, GFP_KERNEL)?;
                all.push((index as u64 + 1, resource), GFP_KERNEL)?;
            }
            for number in 0..u64::from(extra) {
                let id = FIRST_EXTRA + number;
                let name = CString::try_from_fmt(fmt!("extra_resource{number}"))?;
                let resource = setup.numbered_resource(id, name, number, EXTRA_LIMITS, None)?;
                all.push((id, resource), GFP_KERNEL)?;
            }
            Ok(try_pin_init!(Resources {
                basic,
                all <- new_mutex!(all),
            }? Error))
        })
    }

    /// A driver that starts takes over the sizes that users want.
    pub(crate) fn start(&self, cx: &Bringup<'_, 'bound, Test<FULL>>) -> Result {
        for resource in &self.basic {
            resource.size(cx)?;
        }
        Ok(())
    }

    /// The resource that a table of the pipeline uses.
    pub(crate) fn routes(&self) -> Result<Resource1<'bound, FULL>> {
        self.basic.get(ROUTES).copied().ok_or(ENOENT)
    }

    fn add(
        &self,
        cx: &Locked<'bound, Test<FULL>>,
        name: CString,
        id: u64,
        parent: u64,
        size: u64,
    ) -> Result {
        let mut all = self.all.lock();
        let parent = match parent {
            0 => None,
            id => {
                let (_, parent) = all.iter().find(|(known, _)| *known == id).ok_or(EINVAL)?;
                Some(*parent)
            }
        };
        all.reserve(1, GFP_KERNEL)?;
        let resource = cx.numbered_resource(id, name, size, EXTRA_LIMITS, parent)?;
        all.push((id, resource), GFP_KERNEL)?;
        Ok(())
    }
}

/// Those of a port.
pub(crate) fn add_to_port<const FULL: bool>(on: &OnPort<'_, '_, '_, Test<FULL>>) -> Result {
    let limits = limits(1, 64, 1);
    let queues = on.resource(c"queues", 16, limits, None)?;
    on.resource(c"rx_queues", 8, limits, Some(queues))?;
    Ok(())
}

fn resource_add<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    _: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let (id, parent) = (number(arguments[1])?, number(arguments[2])?);
    let size = number(arguments[3])?;
    let name = crate::name::Name::new(arguments[0])?;
    let name = CString::try_from_fmt(fmt!("{}", BStr::from_bytes(name.as_cstr().to_bytes())))?;
    let resources = &cx.data().resources;
    cx.lock(|cx| resources.add(cx, name, id, parent, size))
}

impl<const FULL: bool> Events<FULL> {
    pub(crate) const RESOURCE: &'static [Event<FULL>] =
        &[Event::new("resource_add", 4, 4, resource_add::<FULL>)];
}
