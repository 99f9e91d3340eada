// SPDX-License-Identifier: GPL-2.0

//! What bonding says about a card's functions, and what LAG follows from that.

use super::{
    LAG_PORTS,
    MAX_PORTS, //
};

use crate::{
    caps::Caps,
    card::Card,
    layout::CmdHcaCap, //
};

use kernel::{
    device::Device,
    fmt,
    net::{
        device::NetDevice,
        notifier::{
            LagTxType,
            LowerState,
            Upper, //
        }, //
    },
    sync::aref::ARef, //
};

use core::ptr;

/// A function that is up.
struct Function {
    /// The parent of its network device.
    device: ARef<Device>,
    /// How bonding uses that.
    state: LowerState,
    has_roce: bool,
    /// Its e-switch is in a mode in which its port can be part of a LAG.
    is_able: bool,
}

impl Function {
    /// Whether frames leave by its port.
    fn sends(&self) -> bool {
        self.state.link_up && self.state.tx_enabled
    }
}

/// Which port the frames of each leave by, counted from 1.
#[derive(PartialEq, Eq)]
pub(super) struct Map(pub(super) [u8; LAG_PORTS]);

impl fmt::Display for Map {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut ports = self.0.iter().enumerate();
        ports.try_for_each(|(at, port)| write!(out, " port {}:{}", at + 1, port))
    }
}

/// What is to be said of a bond that cannot be a LAG.
#[derive(PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is none of the card's, or not of all of its ports; or it can be a LAG.
    Fine,
    /// It sends in a way that the device cannot.
    TxType,
}

/// What is known (`struct lag_tracker`).
pub(super) struct Tracker {
    /// At the index of their port.
    functions: [Option<Function>; MAX_PORTS],
    /// The ports of all of them, and nothing else, are in one bond that a LAG can be.
    is_bonded: bool,
    tx_type: LagTxType,
    /// Whether something changed since the first function looked.
    has_changed: bool,
}

impl Tracker {
    pub(super) fn new() -> Self {
        Tracker {
            functions: [const { None }; MAX_PORTS],
            is_bonded: false,
            tx_type: LagTxType::Unknown,
            has_changed: false,
        }
    }

    /// A function came up. Returns whether there is a place for it.
    pub(super) fn join(&mut self, index: usize, card: &Card<'_>, caps: &Caps) -> bool {
        let Some(place @ None) = self.functions.get_mut(index) else {
            return false;
        };
        let device: &Device = card.dev.as_ref();
        *place = Some(Function {
            device: device.into(),
            state: LowerState {
                link_up: false,
                tx_enabled: false,
            },
            has_roce: caps.get(CmdHcaCap::ROCE),
            is_able: true,
        });
        self.has_changed = true;
        true
    }

    /// A function goes down; its network device is not there any more. Returns whether there are
    /// others.
    pub(super) fn leave(&mut self, index: usize) -> bool {
        if let Some(place) = self.functions.get_mut(index) {
            *place = None;
        }
        self.is_bonded = false;
        self.has_changed = true;
        self.present().next().is_some()
    }

    fn present(&self) -> impl Iterator<Item = (usize, &Function)> {
        let places = self.functions.iter().enumerate();
        places.filter_map(|(index, function)| Some((index, function.as_ref()?)))
    }

    /// Which of the functions that are there a network device is one of, by their order.
    fn position(&self, device: &NetDevice) -> Option<usize> {
        let parent = device.parent()?;
        self.present()
            .position(|(_, function)| ptr::eq(&*function.device, parent))
    }

    /// If something changed, and the function is the first of those that are there: its index, and
    /// the LAG that there should be.
    pub(super) fn take(&mut self, card: &Card<'_>) -> Option<(usize, Option<Map>)> {
        if !self.has_changed {
            return None;
        }
        let device: &Device = card.dev.as_ref();
        let (index, first) = self.present().next()?;
        if !ptr::eq(&*first.device, device) {
            return None;
        }
        self.has_changed = false;
        Some((index, self.wanted()))
    }

    /// The LAG that there should be (`mlx5_lag_check_prereq()`).
    fn wanted(&self) -> Option<Map> {
        if !self.is_bonded || self.present().count() != LAG_PORTS {
            return None;
        }
        let has_roce = self.present().next()?.1.has_roce;
        let fits = |one: &Function| one.is_able && one.has_roce == has_roce;
        if !self.present().all(|(_, one)| fits(one)) {
            return None;
        }
        Some(self.map())
    }

    /// Each port for itself, but for those that send nothing while others do
    /// (`mlx5_infer_tx_affinity_mapping()`).
    fn map(&self) -> Map {
        // CAST: An index of a port, which there are few of.
        let number = |(index, _): (usize, &Function)| index as u8 + 1;
        let stead = self.present().find(|(_, one)| one.sends()).map(number);
        let mut map = Map([0; LAG_PORTS]);
        for (port, (index, function)) in map.0.iter_mut().zip(self.present()) {
            *port = match stead {
                Some(stead) if !function.sends() => stead,
                _ => number((index, function)),
            };
        }
        map
    }

    /// The device above some network device is another one, or has another one less
    /// (`mlx5_handle_changeupper_event()`). RTNL is held.
    pub(super) fn change_upper(&mut self, upper: &Upper<'_>) -> Verdict {
        let Some(ports) = upper.lag_ports() else {
            return Verdict::Fine;
        };
        let (mut all, mut ours) = (0, 0_u32);
        for port in ports {
            all += 1;
            if let Some(position) = self.position(port) {
                ours |= 1 << position;
            }
        }
        if ours == 0 {
            return Verdict::Fine;
        }
        if let Some(lag) = upper.lag {
            self.tx_type = lag.tx_type;
        }
        let is_in_lag = all == LAG_PORTS && ours.count_ones() as usize == LAG_PORTS;
        let is_able = matches!(self.tx_type, LagTxType::ActiveBackup | LagTxType::Hash);
        let is_bonded = is_in_lag && is_able;
        self.has_changed |= self.is_bonded != is_bonded;
        self.is_bonded = is_bonded;
        if is_in_lag && !is_able {
            Verdict::TxType
        } else {
            Verdict::Fine
        }
    }

    /// Bonding uses one of its ports in another way (`mlx5_handle_changelowerstate_event()`).
    pub(super) fn change_state(&mut self, device: &NetDevice, state: LowerState) {
        let Some(position) = self.position(device) else {
            return;
        };
        let mut present = self.functions.iter_mut().flatten();
        if let Some(function) = present.nth(position) {
            self.has_changed |= function.state != state;
            function.state = state;
        }
    }

    /// Whether a function's port can be part of a LAG.
    pub(super) fn set_able(&mut self, card: &Card<'_>, is_able: bool) {
        let device: &Device = card.dev.as_ref();
        let mut present = self.functions.iter_mut().flatten();
        if let Some(function) = present.find(|function| ptr::eq(&*function.device, device)) {
            function.is_able = is_able;
            self.has_changed = true;
        }
    }

    /// Whether the first function has something to look at.
    pub(super) fn has_changed(&self) -> bool {
        self.has_changed
    }
}
