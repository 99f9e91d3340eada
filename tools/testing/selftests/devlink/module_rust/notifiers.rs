// SPDX-License-Identifier: GPL-2.0

//! With notifiers=1: when the device comes up it registers a listener to the netdevices of every
//! namespace and operations on namespaces, and takes both back when it goes down. Drivers do so,
//! and each takes pernet_ops_rwsem for write. So whoever reloads the device must not hold that.

use crate::device::Test;

use kernel::{
    net::{
        device::NetDevice,
        devlink::Bringup,
        namespace::PassiveNet,
        netlink::extack::Extack,
        notifier::{
            self,
            Event,
            Listener, //
        },
        pernet::{
            self,
            PerNet, //
        }, //
    },
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    },
    warn_on, //
};

struct Netdevs;

impl Listener for Netdevs {
    fn event(&self, _: &NetDevice, _: Event<'_>, _: Extack<'_>) -> Result {
        Ok(())
    }
}

/// How many namespaces the devices look at, each counting for itself.
static NAMESPACES: Atomic<i32> = Atomic::new(0);

struct Namespaces;

impl PerNet for Namespaces {
    fn init(_: &PassiveNet) -> Result {
        NAMESPACES.fetch_add(1, Relaxed);
        Ok(())
    }

    fn exit(_: &PassiveNet) {
        NAMESPACES.fetch_add(-1, Relaxed);
    }
}

pub(crate) fn up<const FULL: bool>(cx: &Bringup<'_, '_, Test<FULL>>) -> Result {
    if !cx.data().config().notifiers {
        return Ok(());
    }
    let netdevs = notifier::Registration::<Netdevs>::new(Ok::<_, Error>(Netdevs));
    cx.keep(KBox::pin_init(netdevs, GFP_KERNEL)?)?;
    let namespaces = pernet::Registration::<Namespaces>::new();
    cx.keep(KBox::pin_init(namespaces, GFP_KERNEL)?)
}

/// Looks when it is dropped, as the last of the module: each namespace that came has gone.
pub(crate) struct Check;

impl Drop for Check {
    fn drop(&mut self) {
        warn_on!(NAMESPACES.load(Relaxed) != 0);
    }
}
