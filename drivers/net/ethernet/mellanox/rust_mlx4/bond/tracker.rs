// SPDX-License-Identifier: GPL-2.0

//! What bonding says about the device's ports, and how they are to be mapped.

use super::PORTS;

use kernel::{
    fmt,
    net::{
        device::NetDevice,
        notifier::{
            LagTxType,
            LowerState,
            Upper, //
        }, //
    }, //
};

/// By which port frames for each are sent, counted from 1 (`struct mlx4_port_map`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Map(pub(super) [u8; PORTS]);

impl Map {
    /// Each by itself.
    pub(super) const NONE: Self = Map([1, 2]);
}

impl fmt::Display for Map {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|port| write!(out, "[{port}]"))
    }
}

/// A port that a bond does not use.
const UNUSED: LowerState = LowerState {
    link_up: false,
    tx_enabled: false,
};

/// What is known.
pub(super) struct Tracker {
    /// How the bond uses each port.
    states: [LowerState; PORTS],
    /// How the bond sends that has both of them, and nothing else.
    bond: Option<LagTxType>,
    /// How bonds say that they send when a port joins.
    tx_type: LagTxType,
    /// The last map that followed from that.
    map: Map,
    /// Whether something changed since the work looked.
    has_changed: bool,
}

impl Tracker {
    pub(super) fn new() -> Self {
        Tracker {
            states: [UNUSED; PORTS],
            bond: None,
            tx_type: LagTxType::Unknown,
            map: Map::NONE,
            has_changed: false,
        }
    }

    /// If something changed: how the ports are to be mapped; `None` if they are in no bond.
    pub(super) fn take(&mut self) -> Option<Option<Map>> {
        if !self.has_changed {
            return None;
        }
        self.has_changed = false;
        self.map = match self.bond {
            Some(tx_type) => self.wanted(tx_type).unwrap_or(self.map),
            None => Map::NONE,
        };
        Some(self.bond.map(|_| self.map))
    }

    /// The map for a bond; `None` if it is to stay as it is, for no port is of more use.
    fn wanted(&self, tx_type: LagTxType) -> Option<Map> {
        let [first, second] = self.states;
        let is_active = |state: LowerState| match tx_type {
            // All is sent by the one that is active.
            LagTxType::ActiveBackup => state.tx_enabled,
            // Each is sent by itself as long as it has a link.
            _ => state.link_up,
        };
        match (is_active(first), is_active(second)) {
            (true, false) => Some(Map([1, 1])),
            (false, true) => Some(Map([2, 2])),
            (true, true) if tx_type != LagTxType::ActiveBackup => Some(Map::NONE),
            _ => None,
        }
    }

    /// The device above some network device is another one, or has another one less. `left` is the
    /// port of ours that left it, and `port_of` says which one a network device is.
    pub(super) fn change_upper(
        &mut self,
        upper: &Upper<'_>,
        left: Option<usize>,
        port_of: impl Fn(&NetDevice) -> Option<usize>,
    ) {
        let Some(ports) = upper.lag_ports() else {
            return;
        };
        if let Some(state) = left.and_then(|port| self.states.get_mut(port)) {
            *state = UNUSED;
        }
        let (mut all, mut ours) = (0, 0);
        for port in ports {
            all += 1;
            ours += usize::from(port_of(port).is_some());
        }
        if ours == 0 && left.is_none() {
            // Another one's.
            return;
        }
        if let Some(lag) = upper.lag {
            self.tx_type = lag.tx_type;
        }
        let has_both = all == PORTS && ours == PORTS;
        let is_able = matches!(self.tx_type, LagTxType::ActiveBackup | LagTxType::Hash);
        let bond = (has_both && is_able).then_some(self.tx_type);
        self.has_changed |= self.bond != bond;
        self.bond = bond;
    }

    /// The bond uses a port in another way.
    pub(super) fn change_state(&mut self, port: usize, now: LowerState) {
        if let Some(state) = self.states.get_mut(port) {
            self.has_changed |= *state != now && self.bond.is_some();
            *state = now;
        }
    }

    /// Whether the work has something to look at.
    pub(super) fn has_changed(&self) -> bool {
        self.has_changed
    }
}
