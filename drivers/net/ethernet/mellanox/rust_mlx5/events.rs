// SPDX-License-Identifier: GPL-2.0

//! Events that are about no command and no pages.

use crate::{
    caps::Caps,
    card::Card,
    layout::{
        Block,
        CmdHcaCap,
        Eqe,
        EventType,
        PortModuleEvent,
        TempWarningEvent,
        View, //
    },
    vport::ETHERNET, //
};

use kernel::{
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};

/// What the device has for every driver (`MLX5_ASYNC_EVENT_MASK`).
const ALWAYS: [EventType; 12] = [
    EventType::PATH_MIG,
    EventType::COMM_EST,
    EventType::SQ_DRAINED,
    EventType::CQ_ERROR,
    EventType::WQ_CATAS_ERROR,
    EventType::PATH_MIG_FAILED,
    EventType::WQ_INVAL_REQ_ERROR,
    EventType::WQ_ACCESS_ERROR,
    EventType::PORT_CHANGE,
    EventType::SRQ_CATAS_ERROR,
    EventType::SRQ_LAST_WQE,
    EventType::SRQ_RQ_LIMIT,
];

/// What became of the port (`MLX5_PORT_CHANGE_SUBTYPE_*`).
const PORT_DOWN: u8 = 1;
const PORT_ACTIVE: u8 = 4;

/// States of a module (`MLX5_MODULE_STATUS_*`).
const MODULE_UNPLUGGED: u8 = 2;
const MODULE_ERROR: u8 = 3;

/// How often something happened to the module, as long as the driver is bound, of what users are
/// told (`struct mlx5_pme_stats`).
pub(crate) struct ModuleEvents {
    pub(crate) unplugged: Atomic<u64>,
    pub(crate) bus_stuck: Atomic<u64>,
    pub(crate) high_temperature: Atomic<u64>,
    pub(crate) bad_cable: Atomic<u64>,
}

impl ModuleEvents {
    pub(crate) fn new() -> Self {
        ModuleEvents {
            unplugged: Atomic::new(0),
            bus_stuck: Atomic::new(0),
            high_temperature: Atomic::new(0),
            bad_cable: Atomic::new(0),
        }
    }

    fn count(&self, event: View<'_, PortModuleEvent>) {
        let counter = match event.get(PortModuleEvent::MODULE_STATUS) {
            MODULE_UNPLUGGED => &self.unplugged,
            MODULE_ERROR => match event.get(PortModuleEvent::ERROR_TYPE) {
                0x2 => &self.bus_stuck,
                0x6 => &self.high_temperature,
                0x7 => &self.bad_cable,
                _ => return,
            },
            _ => return,
        };
        counter.fetch_add(1, Relaxed);
    }
}

/// Which events the driver wants, a bit for each type (`gather_async_events_mask()`): of those
/// about features that it does not have, none.
pub(crate) fn mask(caps: &Caps) -> u64 {
    let manages_ports =
        caps.get(CmdHcaCap::VPORT_GROUP_MANAGER) && caps.get(CmdHcaCap::PORT_TYPE) == ETHERNET;
    let sometimes = [
        (manages_ports, EventType::NIC_VPORT_CHANGE),
        (
            caps.get(CmdHcaCap::GENERAL_NOTIFICATION_EVENT),
            EventType::GENERAL_EVENT,
        ),
        (
            caps.get(CmdHcaCap::PORT_MODULE_EVENT),
            EventType::PORT_MODULE_EVENT,
        ),
        (
            caps.get(CmdHcaCap::TEMP_WARN_EVENT),
            EventType::TEMP_WARN_EVENT,
        ),
    ];
    let sometimes = sometimes.iter().filter(|(has, _)| *has);
    let sometimes = sometimes.map(|(_, kind)| kind);
    Iterator::chain(ALWAYS.iter(), sometimes).fold(0, |mask, kind| mask | 1 << kind.0)
}

/// Does what there is to be done about an event. Sleeps.
pub(crate) fn handle(card: &Card<'_>, event: &Block<Eqe>) {
    let view = event.view();
    let data = view.bytes(Eqe::EVENT_DATA);
    match event.get(Eqe::EVENT_TYPE) {
        EventType::PORT_CHANGE => match event.get(Eqe::EVENT_SUB_TYPE) {
            PORT_DOWN | PORT_ACTIVE => card.port_changed(),
            // On the way from one to the other.
            _ => {}
        },
        EventType::PORT_MODULE_EVENT => module(card, View::of_any_length(data)),
        EventType::TEMP_WARN_EVENT => temperature(card, View::of_any_length(data)),
        // About what nobody made.
        _ => {}
    }
}

/// Something happened to the module in the port.
fn module(card: &Card<'_>, event: View<'_, PortModuleEvent>) {
    card.module_events.count(event);
    let module = event.get(PortModuleEvent::MODULE);
    let status = event.get(PortModuleEvent::MODULE_STATUS);
    let text = match status {
        1 => "Cable plugged",
        MODULE_UNPLUGGED => "Cable unplugged",
        MODULE_ERROR => "Cable error",
        4 => "Cable disabled",
        _ => "Unknown status",
    };
    if status != MODULE_ERROR {
        dev_info!(
            card.dev.as_ref(),
            "Port module event: module {}, {}\n",
            module,
            text
        );
        return;
    }
    let error = match event.get(PortModuleEvent::ERROR_TYPE) {
        0x0 => "Power budget exceeded",
        0x1 => "Long Range for non MLNX cable",
        0x2 => "Bus stuck (I2C or data shorted)",
        0x3 => "No EEPROM/retry timeout",
        0x4 => "Enforce part number list",
        0x5 => "Unknown identifier",
        0x6 => "High Temperature",
        0x7 => "Bad or shorted cable/module",
        0xc => {
            "One or more network ports have been powered down due to \
             insufficient/unadvertised power on the PCIe slot"
        }
        _ => "Unknown error",
    };
    dev_err!(
        card.dev.as_ref(),
        "Port module event[error]: module {}, {}, {}\n",
        module,
        text,
        error
    );
}

/// Some sensor is too hot. Of the lower sensors a network card has the first one only.
fn temperature(card: &Card<'_>, event: View<'_, TempWarningEvent>) {
    dev_warn!(
        card.dev.as_ref(),
        "High temperature on sensors with bit set {:#x} {:#x}.\n",
        event.get(TempWarningEvent::SENSOR_WARNING_MSB),
        event.get(TempWarningEvent::SENSOR_WARNING_LSB) & 1
    );
}
