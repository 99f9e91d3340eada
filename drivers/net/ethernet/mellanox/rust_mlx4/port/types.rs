// SPDX-License-Identifier: GPL-2.0

//! What is known of the ports, as long as the driver is bound.

use super::{
    commands,
    Kinds, //
};

use crate::{
    caps::{
        Caps,
        PortCaps,
        PortType,
        MAX_PORTS, //
    },
    card::Card,
    net, //
};

use kernel::{
    new_mutex,
    prelude::*,
    sync::{
        Arc,
        Mutex, //
    },
    time::{
        Instant,
        Monotonic, //
    }, //
};

/// What a user wants a port to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// What its cable is for.
    Auto,
    Only(PortType),
}

impl Wanted {
    /// Whether a port can be that.
    pub(super) fn is_possible(self, port: &PortCaps) -> bool {
        match self {
            Wanted::Only(kind) => port.supports(kind),
            Wanted::Auto => {
                port.supports(PortType::InfiniBand) && port.supports(PortType::Ethernet)
            }
        }
    }
}

/// The MTU of an InfiniBand port, as it calls 4096 bytes (`IB_MTU_4096`).
const LARGEST_MTU: u8 = 5;

/// What is known of a port.
struct Known {
    /// What it is; none if it can be nothing.
    kind: Option<PortType>,
    /// What it is to be.
    wanted: Option<Wanted>,
    /// What it is to be as soon as that is possible for all ports.
    asked: Option<Wanted>,
    /// For when it is InfiniBand's.
    mtu: u8,
    capabilities: u32,
    /// What the device has for its network device.
    ethernet: Option<Arc<net::Shared>>,
}

impl Known {
    /// A port that is what the firmware says.
    fn new(port: &PortCaps) -> Self {
        let kind = port.kind();
        Known {
            kind,
            wanted: if port.is_auto() {
                Some(Wanted::Auto)
            } else {
                kind.map(Wanted::Only)
            },
            asked: None,
            mtu: LARGEST_MTU,
            capabilities: 0,
            ethernet: None,
        }
    }

    /// What it is to be; what it is, if that is to be found out.
    fn aim(&self) -> Option<PortType> {
        match self.asked.or(self.wanted) {
            Some(Wanted::Only(kind)) => Some(kind),
            Some(Wanted::Auto) | None => self.kind,
        }
    }
}

/// What is known of the ports. Changes with the instance lock held.
#[pin_data]
pub(crate) struct Types {
    /// In the order of their numbers; none before the device came up for the first time, and of
    /// ports that it has not.
    #[pin]
    ports: Mutex<[Option<Known>; MAX_PORTS as usize]>,
    /// When it was looked last what cables are for.
    #[pin]
    sensed: Mutex<Option<Instant<Monotonic>>>,
}

impl Types {
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Types {
            ports <- new_mutex!([const { None }; MAX_PORTS as usize]),
            sensed <- new_mutex!(None),
        })
    }

    /// Calls `f` with what is known of a port; `None` if there is no such port.
    fn with<R>(&self, number: u8, f: impl FnOnce(&mut Known) -> R) -> Option<R> {
        let mut ports = self.ports.lock();
        let index = usize::from(number).checked_sub(1)?;
        ports.get_mut(index)?.as_mut().map(f)
    }

    /// Something of each port.
    fn map<R: Copy>(&self, f: impl Fn(&Known) -> Option<R>) -> [Option<R>; MAX_PORTS as usize] {
        let ports = self.ports.lock();
        let mut out = [None; MAX_PORTS as usize];
        for (out, port) in out.iter_mut().zip(ports.iter()) {
            *out = port.as_ref().and_then(&f);
        }
        out
    }

    /// The device came up. The ports are what they were before, if they were anything
    /// (`restore_current_port_types()`).
    pub(super) fn begin(&self, caps: &Caps) {
        let mut ports = self.ports.lock();
        for (known, (_, port)) in ports.iter_mut().zip(caps.ports()) {
            let before = known.take();
            let known = known.insert(Known::new(port));
            if let Some(before) = before {
                known.kind = before.kind;
                known.wanted = before.wanted;
            }
        }
    }

    /// What a port is.
    pub(super) fn kind(&self, number: u8) -> Option<PortType> {
        self.with(number, |known| known.kind).flatten()
    }

    /// What each of them is.
    pub(super) fn kinds(&self) -> Kinds {
        self.map(|known| known.kind)
    }

    /// A port is something else from now on.
    pub(super) fn set_kind(&self, number: u8, kind: Option<PortType>) {
        self.with(number, |known| known.kind = kind);
    }

    /// Whether a port is what its cable is for, or is to be.
    pub(super) fn is_sensed(&self, number: u8) -> bool {
        self.with(number, |known| known.wanted == Some(Wanted::Auto))
            .unwrap_or(false)
    }

    /// Whether any is.
    pub(super) fn are_sensed(&self) -> bool {
        (1..=MAX_PORTS).any(|number| self.is_sensed(number))
    }

    /// A user wants a port to be something.
    pub(super) fn ask(&self, number: u8, wanted: Wanted) {
        self.with(number, |known| {
            known.asked = Some(wanted);
            known.wanted = Some(wanted);
        });
    }

    /// What each is to be, if nothing is sensed.
    pub(super) fn asked(&self) -> Kinds {
        self.map(Known::aim)
    }

    /// The ports will be what users asked for.
    pub(super) fn forget_asked(&self) {
        for known in self.ports.lock().iter_mut().flatten() {
            known.asked = None;
        }
    }

    /// Has all ports stay what they are that were to be found out. Returns whether there were any.
    pub(super) fn fix(&self) -> bool {
        let mut any = false;
        for known in self.ports.lock().iter_mut().flatten() {
            if known.wanted == Some(Wanted::Auto) {
                known.wanted = known.kind.map(Wanted::Only);
                any = true;
            }
        }
        any
    }

    /// What a port of InfiniBand has as its MTU, as it calls that.
    pub(super) fn mtu(&self, number: u8) -> Option<u8> {
        self.with(number, |known| known.mtu)
    }

    /// A user wants another one, which ports get when they are [set up](Self::set_up).
    pub(super) fn set_mtu(&self, number: u8, mtu: u8) {
        self.with(number, |known| known.mtu = mtu);
    }

    /// What a port can do as one of InfiniBand.
    pub(super) fn set_capabilities(&self, number: u8, capabilities: u32) {
        self.with(number, |known| known.capabilities = capabilities);
    }

    /// Has a port be what it is to be. One of Ethernet is set up with its network device.
    pub(super) fn set_up(&self, card: &Card<'_>, number: u8) -> Result {
        let known = self.with(number, |known| (known.kind, known.capabilities, known.mtu));
        let Some((Some(PortType::InfiniBand), capabilities, mtu)) = known else {
            return Ok(());
        };
        commands::set_infiniband(card, number, capabilities, mtu).inspect_err(|_| {
            dev_err!(
                card.dev.as_ref(),
                "Failed to set port {}, aborting\n",
                number
            )
        })
    }

    /// What the device has for the network device of a port.
    pub(super) fn set_ethernet(&self, number: u8, ethernet: Arc<net::Shared>) {
        self.with(number, |known| known.ethernet = Some(ethernet));
    }

    /// As long as it has that; whoever takes it gives it back.
    pub(super) fn take_ethernet(&self, number: u8) -> Option<Arc<net::Shared>> {
        self.with(number, |known| known.ethernet.take()).flatten()
    }

    /// When it was looked last what cables are for.
    pub(super) fn sensed(&self) -> Option<Instant<Monotonic>> {
        *self.sensed.lock()
    }

    /// It was looked just now.
    pub(super) fn set_sensed(&self) {
        *self.sensed.lock() = Some(Instant::now());
    }
}
