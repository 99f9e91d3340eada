// SPDX-License-Identifier: GPL-2.0

//! Groups of objects that come and go.

use super::{
    key::Key,
    Counted,
    Wrong, //
};

use crate::two_devices::name;

use kernel::{
    net::{
        devlink::{
            param::{
                Mode,
                ParamAttrs,
                ParamObject,
                ParamOps, //
            },
            Bringup,
            Flavour,
            Group,
            Groups,
            Locked,
            Port,
            PortAttrs,
            PortOps,
            PortType,
            Reporter,
            ReporterOps,
            ReporterState, //
        },
        netlink::extack::Extack, //
    },
    prelude::*,
    sync::{
        atomic::Relaxed,
        SetOnce, //
    },
};

/// Ports that come and go.
pub(crate) struct OnePort;

impl Group<Wrong> for OnePort {
    type Key = Key;
    type Value<'group> = PortValue<'group>;
}

pub(crate) struct PortValue<'group> {
    pub(super) port: Port<'group, Wrong, Leaving<'group>>,
    _counted: Counted<'group>,
}

impl<'group> PortValue<'group> {
    /// With a port of that index, or of one that no other has, if it is 0.
    pub(super) fn new(cx: &Bringup<'group, '_, Wrong>, index: u32) -> Result<Self> {
        let data = cx.data();
        let made = data.ports_made.fetch_add(1, Relaxed);
        let index = if index == 0 { made } else { 100_000 + index };
        let port = Leaving(Counted::new(&data.objects));
        Ok(PortValue {
            port: cx.port(index, PortAttrs::new(Flavour::Virtual), port)?,
            _counted: Counted::new(&data.values),
        })
    }
}

pub(crate) struct Leaving<'group>(#[expect(dead_code)] Counted<'group>);

#[vtable]
impl PortOps<Wrong> for Leaving<'_> {
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
pub(crate) struct Nest;

impl Group<Wrong> for Nest {
    type Key = ();
    type Value<'group> = Groups<'group, Wrong, OnePort>;
}

/// What is behind the port that stays.
pub(crate) struct Typed;

impl Group<Wrong> for Typed {
    type Key = ();
    type Value<'group> = ();
}

/// A parameter, made first, whose callback uses a reporter.
pub(crate) struct Pair;

impl Group<Wrong> for Pair {
    type Key = ();
    type Value<'group> = PairValue<'group>;
}

pub(crate) struct PairValue<'group> {
    _level: ParamObject<'group, Wrong, PairLevel<'group>>,
}

impl<'group> PairValue<'group> {
    pub(super) fn new(cx: &Bringup<'group, '_, Wrong>) -> Result<Self> {
        let attrs = ParamAttrs::driver(name(c"pair_level")?).runtime();
        let level = cx.param_object(attrs, PairLevel(SetOnce::new()))?;
        let young = cx.reporter(PairYoung)?;
        level.get(cx).0.populate(young);
        Ok(PairValue { _level: level })
    }
}

pub(crate) struct PairLevel<'group>(SetOnce<Reporter<'group, Wrong, PairYoung>>);

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

pub(crate) struct PairYoung;

#[vtable]
impl ReporterOps<Wrong> for PairYoung {
    const NAME: &'static CStr = c"pair";
    type Error = ();
}
