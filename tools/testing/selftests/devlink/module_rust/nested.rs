// SPDX-License-Identifier: GPL-2.0

//! Instances that are part of shared ones.
//!
//! An instance is put somewhere before it is registered, so each change has the driver probe the
//! device anew. What else `../module/nested.c` does a driver in Rust cannot, so that event `nest`
//! is refused: a device with all callbacks shares its rates with what it is nested in, and such
//! ones the driver API lets be nested in shared instances only, because of the order of locks; and
//! of another device's objects a device is a part only if that one's driver made it.

use crate::{
    bus::TestBus,
    device::Test,
    event::Arguments,
    name::Name,
    words::number, //
};

use kernel::{
    bus::Device,
    net::{
        devlink::{
            bus::while_one_bound,
            Info,
            Setup,
            SharedOps, //
        },
        netlink::extack::Extack, //
    },
    new_mutex,
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Mutex, //
    },
    time::{
        delay::fsleep,
        Delta, //
    },
};

/// How long a shared instance takes to say what it is, and how many say it just now.
static SLOW_MS: Atomic<u32> = Atomic::new(0);
static BUSY: Atomic<u32> = Atomic::new(0);

/// What devices share: how many have ever come.
pub(crate) struct Meeting {
    came: Atomic<u32>,
}

#[vtable]
impl SharedOps for Meeting {
    fn info(&self, _: &mut Info<'_>, _: Extack<'_>) -> Result {
        BUSY.fetch_add(1, Relaxed);
        fsleep(Delta::from_millis(SLOW_MS.load(Relaxed).into()));
        BUSY.fetch_sub(1, Relaxed);
        Ok(())
    }
}

/// Where the device is put when its driver is bound.
#[derive(Copy, Clone)]
enum Place {
    Nowhere,
    /// In the shared instance of that name.
    Shared(Name),
    /// Likewise, if it is new, and no other is being asked what it is.
    First(Name),
}

/// Where a device is. It outlives the binding.
#[pin_data]
pub(crate) struct Nesting {
    /// One event at a time moves the device.
    #[pin]
    moves: Mutex<()>,
    /// And why it could not be put there.
    #[pin]
    place: Mutex<(Place, Result)>,
}

impl Nesting {
    /// In the shared instance of that name at first.
    pub(crate) fn new(share: Option<Name>) -> impl PinInit<Self> {
        let place = share.map_or(Place::Nowhere, Place::Shared);
        pin_init!(Nesting {
            moves <- new_mutex!(()),
            place <- new_mutex!((place, Ok(()))),
        })
    }

    /// Puts the device where it belongs.
    pub(crate) fn enter<const FULL: bool>(&self, setup: &Setup<'_, Test<FULL>>) -> Result {
        let (place, _) = *self.place.lock();
        let result = place.enter(setup);
        self.place.lock().1 = result;
        result
    }

    fn set(&self, place: Place) {
        *self.place.lock() = (place, Ok(()));
    }
}

impl Place {
    fn enter<const FULL: bool>(self, setup: &Setup<'_, Test<FULL>>) -> Result {
        let (name, must_be_first) = match self {
            Place::Nowhere => return Ok(()),
            Place::Shared(name) => (name, false),
            Place::First(name) => (name, true),
        };
        let meeting = Meeting {
            came: Atomic::new(0),
        };
        let shared = setup.shared(name.as_cstr(), Ok(meeting))?;
        let before = shared.came.fetch_add(1, Relaxed);
        if must_be_first && (before != 0 || BUSY.load(Relaxed) != 0) {
            return Err(EPROTO);
        }
        setup.nest_in(shared.outer())
    }
}

/// Takes the device out of where it is and puts it to `place`; back, if that fails.
fn move_to(dev: &Device<TestBus>, place: Place) -> Result {
    let nesting = &dev.value().nesting;
    let _moves = nesting.moves.lock();
    let (before, _) = *nesting.place.lock();
    if matches!((place, before), (Place::Nowhere, Place::Nowhere)) {
        return Err(EALREADY);
    }
    nesting.set(place);
    let moved = dev.reprobe();
    let (_, entered) = *nesting.place.lock();
    if let Place::First(name) = place {
        // It need not be the first whenever its driver is bound.
        nesting.set(Place::Shared(name));
    }
    if moved.is_err() {
        nesting.set(before);
        dev.reprobe()?;
    }
    entered.and(moved)
}

/// Bad input is an error of its own.
fn nest(dev: &Device<TestBus>, arguments: &Arguments<'_>) -> Result {
    let id = match arguments {
        [id] => id,
        [id, b"port" | b"linecard", index] => {
            let _: u32 = number(index)?;
            id
        }
        _ => return Err(EINVAL),
    };
    let id = number(id)?;
    if id >= dev.id() {
        return Err(EINVAL);
    }
    dev.bus().find(id).ok_or(ENOENT)?;
    Err(EOPNOTSUPP)
}

/// Has an event happen that may move the device; `None` if it is none of these.
pub(crate) fn event(dev: &Device<TestBus>, words: &Arguments<'_>) -> Option<Result> {
    if !matches!(
        words,
        [
            b"nest" | b"share" | b"share_first" | b"share_slow" | b"unnest",
            ..
        ]
    ) {
        return None;
    }
    // From here on no lock is held: the driver may be unbound, as at any other time.
    if while_one_bound(dev, |_| (), |_| ()).is_none() {
        return Some(Err(ENODEV));
    }
    Some(match words {
        [b"nest", arguments @ ..] => nest(dev, arguments),
        [b"share", name] => Name::new(name).and_then(|name| move_to(dev, Place::Shared(name))),
        [b"share_first", name] => Name::new(name).and_then(|name| move_to(dev, Place::First(name))),
        [b"share_slow", ms] => number(ms).map(|ms| SLOW_MS.store(ms, Relaxed)),
        [b"unnest"] => move_to(dev, Place::Nowhere),
        _ => Err(EINVAL),
    })
}
