// SPDX-License-Identifier: GPL-2.0

//! The bus, and what a user tells it.

use super::{
    key::Lie,
    Wrong, //
};

use kernel::{
    bus::{
        Bus,
        BusAttribute,
        Control, //
    },
    net::devlink::{
        self,
        bus::while_bound, //
    },
    prelude::*, //
};

pub(crate) struct WrongBus;

#[vtable]
impl Bus for WrongBus {
    const NAME: &'static CStr = c"rust_wrong";

    type Value = ();
    type Attributes = (Own, Foreign, Lies);
    type DeviceAttributes = ();
    type Driver = devlink::bus::Adapter<Wrong>;
}

pub(crate) struct Own;

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

pub(crate) struct Foreign;

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

pub(crate) struct Lies;

#[vtable]
impl BusAttribute<WrongBus> for Lies {
    const NAME: &'static CStr = c"lies";

    fn store(bus: &Control<'_, WrongBus>, _: &[u8]) -> Result {
        let dev = bus.find(1).ok_or(ENODEV)?;
        while_bound(&dev, |cx| {
            cx.while_up(|cx, up| {
                let mut at = 1;
                while cx.lock(|cx| up.lie(cx, at, Lie::Equal))?
                    | cx.lock(|cx| up.lie(cx, at, Lie::Reversed))?
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
