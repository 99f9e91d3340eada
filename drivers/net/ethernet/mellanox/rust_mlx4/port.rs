// SPDX-License-Identifier: GPL-2.0

//! The ports: what each of them is, and how that changes.
//!
//! 1. [`Types`] is what is known of the ports as long as the driver is bound: a reload, or a
//!    recovery, makes of a port what it was before.
//! 2. [`Ports`] is part of `Up`. It has the devlink ports, and for each a group with what is behind
//!    it: a network device, or nothing for a port that is InfiniBand's.
//! 3. A port becomes one of the other type with the instance lock held, by a user or because of
//!    what was [sensed](sensing): its group is removed, its resources are given back, it is closed,
//!    and gets another group. The other port goes on as it is, unless the device can have ports of
//!    one type only.

mod attributes;
mod commands;
mod sensing;
mod types;

pub(crate) use self::{
    sensing::sense,
    types::Types, //
};

use self::types::Wanted;

use crate::{
    caps::{
        Caps,
        Feature,
        PortType,
        MAX_PORTS, //
    },
    card::Card,
    driver::Mlx4,
    hca::Parts,
    net::{
        self,
        Ethernet, //
    }, //
};

use kernel::{
    net::devlink::{
        self,
        Bringup,
        Group,
        InnerGroups,
        Locked,
        OnPort,
        PortAttrs,
        PortOps,
        Within, //
    },
    prelude::*,
    sync::Arc,
    time::msecs_to_jiffies, //
};

/// The type of each port; none if it can be nothing.
type Kinds = [Option<PortType>; MAX_PORTS as usize];

/// What is behind a port, by its number.
struct Attached;

impl Group<Mlx4> for Attached {
    type Key = u8;
    type Value<'group> = ();
}

/// A port, of that number.
struct Connector(u8);

#[vtable]
impl PortOps<Mlx4> for Connector {
    /// `mlx4_devlink_port_type_set()`.
    fn set_type(&self, cx: &Locked<'_, Mlx4>, _: u32, to: devlink::PortType) -> Result {
        let wanted = match to {
            devlink::PortType::Auto => Wanted::Auto,
            devlink::PortType::Eth => Wanted::Only(PortType::Ethernet),
            devlink::PortType::Ib => Wanted::Only(PortType::InfiniBand),
            devlink::PortType::NotSet => return Err(EOPNOTSUPP),
        };
        set_type(cx, self.0, wanted)
    }
}

/// A user wants a port to be of a type. Fails with `ENODEV` while the device is down, and with
/// `EOPNOTSUPP` if the port cannot be of that.
fn set_type(cx: &Locked<'_, Mlx4>, number: u8, wanted: Wanted) -> Result {
    cx.up(|up| up.ports.set_type(cx, number, wanted))
        .ok_or(ENODEV)?
}

/// The ports of a device that is up.
pub(crate) struct Ports<'up> {
    card: &'up Card<'up>,
    types: &'up Types,
    parts: Arc<Parts<'up>>,
    /// In the order of their numbers, which begin with 1.
    ports: KVec<devlink::Port<'up, Mlx4, Connector>>,
    attached: InnerGroups<'up, Mlx4, Attached>,
}

impl<'up> Ports<'up> {
    /// Makes the ports, without anything behind them yet (the end of `mlx4_load_one()`).
    pub(crate) fn new(cx: &Bringup<'up, '_, Mlx4>, parts: &Arc<Parts<'up>>) -> Result<Self> {
        let data = cx.data();
        let (card, types, caps) = (&data.card, &data.types, &parts.caps);
        types.begin(caps);
        for (number, _) in caps.ports() {
            types.set_capabilities(number, capabilities(card, number));
            types.set_up(card, number)?;
        }
        let mut ports = KVec::with_capacity(usize::from(caps.port_count()), GFP_KERNEL)?;
        for (number, _) in caps.ports() {
            let port = cx.port(number.into(), PortAttrs::NONE, Connector(number))?;
            ports.push(port, GFP_KERNEL)?;
            attributes::add(cx, number).inspect_err(|_| {
                dev_err!(
                    card.dev.as_ref(),
                    "Failed to create file for port {}\n",
                    number
                )
            })?;
        }
        Ok(Ports {
            card,
            types,
            parts: parts.clone(),
            ports,
            attached: cx.inner_groups()?,
        })
    }

    /// Has something be behind each port (`mlx4_register_device()`). What cannot be made is not
    /// there; why was logged.
    ///
    /// If `self` is dropped after that, nobody uses the network devices any more.
    pub(crate) fn attach_all(&self, cx: &Locked<'_, Mlx4>) {
        for (number, _) in self.caps().ports() {
            self.attach(cx, number);
        }
        if self.types.are_sensed() {
            self.sense_later();
        }
    }

    fn caps(&self) -> &Caps {
        &self.parts.caps
    }

    /// Has something be behind a port that nothing is behind.
    fn attach(&self, cx: &Locked<'_, Mlx4>, number: u8) {
        let index = usize::from(number).wrapping_sub(1);
        let (Some(port), Some(kind)) = (self.ports.get(index), self.types.kind(number)) else {
            return;
        };
        let mut ethernet = None;
        let parts = self.parts.clone();
        let with = (kind, parts, number, &mut ethernet);
        let result = self.attached.add_on(cx, number, *port, with, make);
        match (result, ethernet) {
            (Ok(()), Some(ethernet)) => self.types.set_ethernet(number, ethernet),
            // It is not registered any more.
            (Err(_), Some(ethernet)) => {
                ethernet.give_back(self.card);
            }
            _ => {}
        }
    }

    /// Ends what is behind a port, and closes it.
    fn detach(&self, cx: &Locked<'_, Mlx4>, number: u8) -> Result {
        match self.attached.remove(cx, number) {
            Ok(()) | Err(ENOENT) => {}
            Err(error) => return Err(error),
        }
        self.close(number);
        Ok(())
    }

    /// Nothing is behind the port any more.
    fn close(&self, number: u8) {
        let ethernet = self.types.take_ethernet(number);
        if ethernet.is_some_and(|ethernet| ethernet.give_back(self.card)) {
            return;
        }
        // Its failure was logged; nothing is to be done about it.
        let _ = commands::close(self.card, number);
    }

    /// A user wants a port to be of a type (`__set_port_type()`).
    fn set_type(&self, cx: &Locked<'_, Mlx4>, number: u8, wanted: Wanted) -> Result {
        let dev = self.card.dev.as_ref();
        let caps = self.caps();
        if !wanted.is_possible(caps.port(number)?) {
            dev_err!(
                dev,
                "Requested port type for port {} is not supported on this HCA\n",
                number
            );
            return Err(EOPNOTSUPP);
        }
        self.types.ask(number, wanted);
        let can_sense = caps.has(Feature::PORTS_DIFFER) || caps.has(Feature::SENSE);
        if !can_sense && self.types.fix() {
            dev_err!(
                dev,
                "Auto sensing is not supported on this HCA. \
                 Set only 'eth' or 'ib' for both ports (should be the same)\n"
            );
            return Err(EOPNOTSUPP);
        }
        let kinds = self.sensed(self.types.asked());
        self.check(kinds)?;
        self.types.forget_asked();
        let result = self.change(cx, kinds);
        if self.types.are_sensed() {
            self.sense_later();
        }
        result
    }

    /// Whether the ports can be of these types (`mlx4_check_port_params()`).
    fn check(&self, kinds: Kinds) -> Result {
        let dev = self.card.dev.as_ref();
        let caps = self.caps();
        let wanted = || caps.ports().zip(kinds);
        let is_like_first = |kind: Option<PortType>| kind == kinds[0];
        if !caps.has(Feature::PORTS_DIFFER) && !wanted().all(|(_, kind)| is_like_first(kind)) {
            dev_err!(
                dev,
                "Only same port types supported on this HCA, aborting\n"
            );
            return Err(EOPNOTSUPP);
        }
        for ((number, port), kind) in wanted() {
            if !kind.is_some_and(|kind| port.supports(kind)) {
                dev_err!(
                    dev,
                    "Requested port type for port {} is not supported on this HCA\n",
                    number
                );
                return Err(EOPNOTSUPP);
            }
        }
        Ok(())
    }

    /// Makes the ports be of these types (`mlx4_change_port_types()`).
    fn change(&self, cx: &Locked<'_, Mlx4>, kinds: Kinds) -> Result {
        let before = self.types.kinds();
        let ports = || self.caps().ports().zip(Iterator::zip(before.iter(), kinds));
        let changing = || ports().filter(|(_, (before, after))| *before != after);
        for ((number, _), _) in changing() {
            self.detach(cx, number)?;
        }
        let mut result = Ok(());
        for ((number, _), (_, kind)) in changing() {
            self.types.set_kind(number, kind);
            match self.types.set_up(self.card, number) {
                Ok(()) => self.attach(cx, number),
                // The other port is to be something all the same.
                Err(error) => result = Err(error),
            }
        }
        result
    }

    /// Has the driver's work look what the ports' cables are for.
    fn sense_later(&self) {
        let work = self.card.work;
        work.schedule_after(msecs_to_jiffies(sensing::INTERVAL_MS));
    }
}

impl Drop for Ports<'_> {
    fn drop(&mut self) {
        for (number, _) in self.parts.caps.ports() {
            self.close(number);
        }
    }
}

/// Makes what is behind a port.
fn make<'g, 'up>(
    on: &OnPort<'_, 'g, '_, Mlx4>,
    _: Within<'g, 'up>,
    (kind, parts, number, ethernet): (
        PortType,
        Arc<Parts<'up>>,
        u8,
        &mut Option<Arc<net::Shared>>,
    ),
) -> Result {
    match kind {
        PortType::Ethernet => {
            *ethernet = Some(Ethernet::register(on, parts, number)?);
            Ok(())
        }
        PortType::InfiniBand => on.infiniband(None),
    }
}

/// What the port can do as one of InfiniBand. Without knowing that it can still be used.
fn capabilities(card: &Card<'_>, number: u8) -> u32 {
    commands::capabilities(card, number).unwrap_or_else(|error| {
        dev_warn!(
            card.dev.as_ref(),
            "failed to get port {} default ib capabilities ({}). Continuing with caps = 0\n",
            number,
            error.to_errno()
        );
        0
    })
}
