// SPDX-License-Identifier: GPL-2.0

//! Events: what happens to a device, or to its driver, as users say in the file `event`.
//!
//! An event runs with the device lock held, so that no reload goes on and the device remains up. It
//! takes the instance lock itself, or calls what does. `../module/control.c` describes the events.

use crate::{
    bus::TestBus,
    device::{
        Test,
        Up, //
    },
    nested,
    words::{
        Words,
        MAX_LINE, //
    },
};

use kernel::{
    bus::Device,
    debugfs::Text,
    net::devlink::{
        bus::while_one_bound,
        DeviceLocked,
        Held, //
    },
    prelude::*,
    sync::aref::ARef, //
};

/// The words behind an event's name.
pub(crate) type Arguments<'a> = [&'a [u8]];

/// An event: its name, how many arguments it has, and what happens.
pub(crate) struct Event<const FULL: bool> {
    name: &'static str,
    min: usize,
    max: usize,
    run: Option<Run<FULL>>,
}

type Run<const FULL: bool> = for<'a, 'w, 'up, 'bound> fn(
    &mut Held<'a, 'w, 'up, 'bound, Test<FULL>>,
    &'a Up<'up, FULL>,
    &Arguments<'_>,
) -> Result;

impl<const FULL: bool> Event<FULL> {
    /// One that can happen while the device is up.
    pub(crate) const fn new(name: &'static str, min: usize, max: usize, run: Run<FULL>) -> Self {
        Event {
            name,
            min,
            max,
            run: Some(run),
        }
    }

    /// One that cannot happen to a driver in Rust.
    pub(crate) const fn none(name: &'static str, min: usize, max: usize) -> Self {
        Event {
            name,
            min,
            max,
            run: None,
        }
    }
}

/// All events, those of each kind in the module of that name.
pub(crate) struct Events<const FULL: bool>;

impl<const FULL: bool> Events<FULL> {
    const KINDS: &'static [&'static [Event<FULL>]] = &[
        Self::PORT,
        Self::PARAM,
        Self::RESOURCE,
        Self::REGION,
        Self::HEALTH,
        Self::TRAP,
        Self::RATE,
        Self::LINECARD,
        Self::SB,
        Self::DPIPE,
        Self::DEVICE,
        Self::OTHER,
    ];

    /// What the driver in C can be told to do, and one in Rust cannot.
    const OTHER: &'static [Event<FULL>] = &[
        Event::none("register", 0, 0),
        Event::none("unregister", 0, 0),
        Event::none("leave", 1, 1),
        Event::none("misuse_port_attrs", 0, 0),
        Event::none("misuse_port_linecard", 0, 0),
        Event::none("misuse_param", 0, 0),
        Event::none("misuse_resource", 0, 0),
        Event::none("misuse_region", 0, 0),
        Event::none("misuse_reporter", 0, 0),
        Event::none("misuse_reporter_state", 0, 0),
        Event::none("misuse_port_reporter", 0, 0),
        Event::none("misuse_trap_group_id", 0, 0),
        Event::none("misuse_trap_unregister", 0, 0),
        Event::none("misuse_trap_policer_id", 0, 0),
        Event::none("misuse_trap_group_unregister", 0, 0),
        Event::none("misuse_trap_policer_unregister", 0, 0),
        Event::none("misuse_dpipe", 0, 0),
        Event::none("misuse_linecard", 0, 0),
        Event::none("misuse_shared", 0, 0),
        Event::none("misuse_netdev", 0, 0),
        Event::none("misuse_nested", 0, 0),
        Event::none("misuse_nested_twice", 0, 0),
    ];

    fn find(name: &[u8], arguments: usize) -> Result<&'static Event<FULL>> {
        let mut all = Self::KINDS.iter().flat_map(|kind| kind.iter());
        let event = all
            .find(|event| event.name.as_bytes() == name)
            .ok_or(EINVAL)?;
        if arguments < event.min || arguments > event.max {
            return Err(EINVAL);
        }
        Ok(event)
    }

    fn run(cx: &mut DeviceLocked<'_, '_, Test<FULL>>, words: &Words<'_>) -> Result {
        let (name, arguments) = words.split_first().ok_or(EINVAL)?;
        let event = Self::find(name, arguments.len())?;
        let run = event.run.ok_or(EOPNOTSUPP)?;
        cx.while_up(|cx, up| run(cx, up, arguments))
            .unwrap_or(Err(EBUSY))
    }
}

/// The file `event` of a device.
pub(crate) struct EventFile(ARef<Device<TestBus>>);

impl EventFile {
    pub(crate) fn new(dev: ARef<Device<TestBus>>) -> Self {
        EventFile(dev)
    }
}

#[vtable]
impl Text for EventFile {
    const MAX_WRITE: usize = MAX_LINE;

    fn write(&self, text: &[u8]) -> Result {
        let words = Words::new(text)?;
        if let Some(result) = nested::event(&self.0, &words) {
            return result;
        }
        while_one_bound(
            &self.0,
            |cx| Events::<true>::run(cx, &words),
            |cx| Events::<false>::run(cx, &words),
        )
        .unwrap_or(Err(ENODEV))
    }
}
