// SPDX-License-Identifier: GPL-2.0

//! Which received frames are the network device's, while it is up: [groups](groups) or
//! [rules](rules), whichever the device has, and the addresses that the port has.

mod groups;
mod promiscuous;
mod rules;
mod steerer;

pub(crate) use self::groups::Table as GroupTable;
pub(super) use self::steerer::Steerer;

use self::{
    groups::Kind,
    steerer::Received, //
};

use super::{
    mac,
    port::{
        Address,
        GroupFilter,
        Port, //
    },
    rx_mode::Mode, //
};

use kernel::{
    net::device::{
        Name,
        NetDevice, //
    },
    prelude::*, //
};

/// All stations.
const BROADCAST: Address = [0xff; 6];

/// Frames for a station or group are the device's.
struct Entry<'a> {
    address: Address,
    _received: Received<'a>,
}

/// What of the frames that the port gets is the network device's.
pub(super) struct Steering<'a> {
    port: Port<'a>,
    /// What the device is called in messages.
    name: Name,
    steerer: Steerer,
    /// The queue pair that receives them.
    qp: u32,
    /// The addresses that the port has.
    table: mac::Table,
    own: Address,
    stations: KVec<Entry<'a>>,
    broadcast: Option<Entry<'a>>,
    groups: KVec<Entry<'a>>,
    /// All frames are received, and those of all groups.
    everything: Option<Received<'a>>,
    all_groups: Option<Received<'a>>,
    /// There is no room for all stations, so that all frames are received.
    is_forced: bool,
}

impl<'a> Steering<'a> {
    /// The port has its own address (the beginning of `mlx4_en_get_qp()`), but no frames are
    /// received yet.
    pub(super) fn new(
        port: Port<'a>,
        device: &NetDevice,
        steerer: &Steerer,
        log_addresses: u8,
        own: Address,
    ) -> Result<Self> {
        let mut table = mac::Table::new(log_addresses)?;
        let name = device.name();
        table.add(port, own).inspect_err(|_| {
            dev_err!(
                port.card.dev.as_ref(),
                "{}: Failed adding MAC: {:02x?}\n",
                &*name,
                own
            );
        })?;
        Ok(Steering {
            port,
            name,
            steerer: steerer.clone(),
            qp: 0,
            table,
            own,
            stations: KVec::new(),
            broadcast: None,
            groups: KVec::new(),
            everything: None,
            all_groups: None,
            is_forced: false,
        })
    }

    /// Has a queue pair receive frames for the own address and those for all stations (the end of
    /// `mlx4_en_start_port()`). What fails was logged; the other is done all the same.
    pub(super) fn begin(&mut self, qp: u32) {
        let dev = self.port.card.dev.as_ref();
        self.qp = qp;
        let own = self.entry(self.own).and_then(|entry| {
            self.stations.push(entry, GFP_KERNEL)?;
            Ok(())
        });
        if own.is_err() {
            dev_warn!(dev, "Failed setting steering rules\n");
        }
        match self.entry(BROADCAST) {
            Ok(entry) => self.broadcast = Some(entry),
            Err(_) => dev_warn!(dev, "Failed Attaching Broadcast\n"),
        }
    }

    fn entry(&self, address: Address) -> Result<Entry<'a>> {
        Ok(Entry {
            address,
            _received: self.steerer.address(self.port, address, self.qp)?,
        })
    }

    fn complain(&self, what: &str) {
        dev_err!(self.port.card.dev.as_ref(), "{}: {}\n", &*self.name, what);
    }

    fn has_station(&self, address: Address) -> bool {
        self.stations.iter().any(|entry| entry.address == address)
    }

    /// Adds a station, and its address to those of the port.
    fn add_station(&mut self, address: Address) -> Result {
        self.table.add(self.port, address)?;
        let added = self.entry(address).and_then(|entry| {
            self.stations.push(entry, GFP_KERNEL)?;
            Ok(())
        });
        added.inspect_err(|_| self.table.remove(self.port, address))
    }

    /// Removes stations, and their addresses from those of the port. Returns whether there was one.
    fn remove_stations(&mut self, is_one: impl Fn(Address) -> bool) -> bool {
        let mut removed = false;
        while let Some(at) = self.stations.iter().position(|entry| is_one(entry.address)) {
            if let Ok(entry) = self.stations.remove(at) {
                let address = entry.address;
                drop(entry);
                self.table.remove(self.port, address);
                removed = true;
            }
        }
        removed
    }

    /// Gives the device another address of its own (`mlx4_en_replace_mac()`).
    pub(super) fn set_own(&mut self, own: Address) -> Result {
        let old = self.own;
        self.remove_stations(|address| address == old);
        self.own = own;
        if self.has_station(own) {
            return Ok(());
        }
        self.add_station(own).inspect_err(|_| {
            self.complain("Failed changing HW MAC address");
            // The kernel goes on with the old one. What fails was logged.
            self.own = old;
            let _ = self.add_station(old);
        })
    }

    /// Has those frames be the device's that `mode` says (`mlx4_en_do_set_rx_mode()`). As much as
    /// possible is done if something fails.
    pub(super) fn set_mode(&mut self, mode: &Mode) -> Result {
        self.set_stations(mode);
        if mode.everything || self.is_forced {
            return self.receive_everything();
        }
        if self.everything.take().is_some() {
            self.all_groups = None;
        }
        self.set_groups(mode)
    }

    /// `mlx4_en_do_uc_filter()`.
    fn set_stations(&mut self, mode: &Mode) {
        let own = self.own;
        let is_old = |address| address != own && !mode.unicast.contains(&address);
        let removed = self.remove_stations(is_old);
        // There is still no room.
        if self.is_forced && !removed {
            return;
        }
        let was_forced = self.is_forced;
        self.is_forced = false;
        let dev = self.port.card.dev.as_ref();
        for address in &mode.unicast {
            if self.has_station(*address) {
                continue;
            }
            if let Err(error) = self.add_station(*address) {
                dev_err!(
                    dev,
                    "{}: Failed adding MAC {:02x?} on port {}: {}\n",
                    &*self.name,
                    address,
                    self.port.number(),
                    error.to_errno()
                );
                self.is_forced = true;
                break;
            }
        }
        let what = match (was_forced, self.is_forced) {
            (_, true) => "Forcing",
            (true, false) => "Stop forcing",
            (false, false) => return,
        };
        dev_warn!(
            dev,
            "{}: {} promiscuous mode on port:{}\n",
            &*self.name,
            what,
            self.port.number()
        );
    }

    /// `mlx4_en_set_promisc_mode()`.
    fn receive_everything(&mut self) -> Result {
        if self.everything.is_some() {
            return Ok(());
        }
        let (port, qp) = (self.port, self.qp);
        let mut result = Ok(());
        match self.steerer.others(port, Kind::Unicast, qp) {
            Ok(others) => self.everything = Some(others),
            Err(error) => {
                self.complain("Failed enabling unicast promiscuous mode");
                result = Err(error);
            }
        }
        // What a rule says of others it says of groups, too.
        if matches!(self.steerer, Steerer::Groups(_)) {
            result = result.and(self.receive_all_groups());
        }
        let filter = port.filter_groups(GroupFilter::Disable);
        result.and(filter.inspect_err(|_| self.complain("Failed disabling multicast filter")))
    }

    fn receive_all_groups(&mut self) -> Result {
        if self.all_groups.is_some() {
            return Ok(());
        }
        let others = self.steerer.others(self.port, Kind::Multicast, self.qp);
        let others =
            others.inspect_err(|_| self.complain("Failed entering multicast promisc mode"))?;
        self.all_groups = Some(others);
        Ok(())
    }

    /// `mlx4_en_do_multicast()`.
    fn set_groups(&mut self, mode: &Mode) -> Result {
        let port = self.port;
        let disabled = port
            .filter_groups(GroupFilter::Disable)
            .inspect_err(|_| self.complain("Failed disabling multicast filter"));
        if mode.all_groups {
            return disabled.and(self.receive_all_groups());
        }
        self.all_groups = None;
        let mut result = disabled.and(port.filter_groups(GroupFilter::Broadcast));
        for group in &mode.multicast {
            result = result.and(port.filter_groups(GroupFilter::Add(*group)));
        }
        let enabled = port
            .filter_groups(GroupFilter::Enable)
            .inspect_err(|_| self.complain("Failed enabling multicast filter"));
        result = result.and(enabled);
        self.groups
            .retain(|entry| mode.multicast.contains(&entry.address));
        for group in &mode.multicast {
            if self.groups.iter().any(|entry| entry.address == *group) {
                continue;
            }
            let added = self.entry(*group).and_then(|entry| {
                self.groups.push(entry, GFP_KERNEL)?;
                Ok(())
            });
            result = result
                .and(added.inspect_err(|_| self.complain("Fail to attach multicast address")));
        }
        result
    }

    /// No frames of groups are received any more (a part of `mlx4_en_stop_port()`).
    pub(super) fn end_groups(&mut self) {
        self.everything = None;
        self.all_groups = None;
        self.broadcast = None;
        self.groups.clear();
        // The failure was logged.
        let _ = self.port.filter_groups(GroupFilter::Clear);
    }
}

impl Drop for Steering<'_> {
    /// `mlx4_en_delete_rss_steer_rules()`.
    fn drop(&mut self) {
        let own = self.own;
        self.remove_stations(|_| true);
        // It is still there if no frames were received for it.
        self.table.remove(self.port, own);
    }
}
