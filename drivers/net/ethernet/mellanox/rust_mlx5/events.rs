// SPDX-License-Identifier: GPL-2.0

//! Events that are about no command and no pages.
//!
//! They are read by the thread that answers the firmware's requests for pages, so what needs
//! commands that may take long is left to the driver's work, as [`Pending`]; but for what the
//! firmware asks about a reset that a reload waits for.

use crate::{
    caps::Caps,
    card::Card,
    driver::Mlx5,
    layout::{
        Block,
        CmdHcaCap,
        Eqe,
        EventType,
        McamEnhancedFeatures,
        MpeinReg,
        PortModuleEvent,
        Register,
        TempWarningEvent,
        View, //
    },
    reset,
    vport::ETHERNET, //
};

use kernel::{
    net::devlink::Work,
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

/// What an event of no type of its own is about (`MLX5_GENERAL_SUBTYPE_*`).
const PCI_POWER_CHANGE: u8 = 0x5;
const FW_LIVE_PATCH: u8 = 0x7;
const PCI_SYNC_FOR_FW_UPDATE: u8 = 0x8;

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

/// What events, and who cannot wait, leave to the driver's work: however often it happened
/// meanwhile, it is done once.
pub(crate) struct Pending<'bound> {
    work: Work<'bound, Mlx5>,
    link: Atomic<bool>,
    slot_power: Atomic<bool>,
    port_errors: Atomic<bool>,
    queues: Atomic<bool>,
}

impl<'bound> Pending<'bound> {
    pub(crate) fn new(work: Work<'bound, Mlx5>) -> Self {
        Pending {
            work,
            link: Atomic::new(false),
            slot_power: Atomic::new(false),
            port_errors: Atomic::new(false),
            queues: Atomic::new(false),
        }
    }

    /// Somebody wants to know what the port counts. Works in any context.
    pub(crate) fn want_port_errors(&self) {
        self.leave(&self.port_errors);
    }

    /// Queues have failed, or are new. Works in any context.
    pub(crate) fn want_queues(&self) {
        self.leave(&self.queues);
    }

    /// Whether they did, and nobody has looked since.
    pub(crate) fn takes_queues(&self) -> bool {
        self.queues.xchg(false, Relaxed)
    }

    /// Who looked could not.
    pub(crate) fn keep_queues(&self) {
        self.queues.store(true, Relaxed);
    }

    fn leave(&self, what: &Atomic<bool>) {
        what.store(true, Relaxed);
        self.work.schedule();
    }
}

/// Does what was left to the driver's work, which this is called by.
pub(crate) fn settle(card: &Card<'_>) {
    let pending = &card.pending;
    if pending.link.xchg(false, Relaxed) {
        card.port_changed();
    }
    // A device that went down meanwhile has no power that anybody has to be told of.
    if pending.slot_power.xchg(false, Relaxed) && !card.is_down() {
        slot_power(card);
    }
    if pending.port_errors.xchg(false, Relaxed) && !card.is_down() {
        card.read_port_errors();
    }
}

/// What can be found out about events.
#[derive(Clone, Copy)]
pub(crate) struct Features {
    /// How much power the slot has.
    slot_power: bool,
}

impl Features {
    pub(crate) fn new(caps: &Caps) -> Self {
        Features {
            slot_power: caps.has_feature(McamEnhancedFeatures::PCI_STATUS_AND_POWER),
        }
    }
}

/// Does what there is to be done about an event, or leaves it to the driver's work. Sleeps.
pub(crate) fn handle(card: &Card<'_>, features: Features, event: &Block<Eqe>) {
    let view = event.view();
    let data = view.bytes(Eqe::EVENT_DATA);
    match event.get(Eqe::EVENT_TYPE) {
        EventType::PORT_CHANGE => match event.get(Eqe::EVENT_SUB_TYPE) {
            PORT_DOWN | PORT_ACTIVE => card.pending.leave(&card.pending.link),
            // On the way from one to the other.
            _ => {}
        },
        EventType::PORT_MODULE_EVENT => module(card, View::of_any_length(data)),
        EventType::TEMP_WARN_EVENT => temperature(card, View::of_any_length(data)),
        EventType::GENERAL_EVENT => match event.get(Eqe::EVENT_SUB_TYPE) {
            PCI_POWER_CHANGE if features.slot_power => card.pending.leave(&card.pending.slot_power),
            FW_LIVE_PATCH => dev_info!(
                card.dev.as_ref(),
                "Live patch updated firmware version: {}\n",
                card.segment.firmware_revision()
            ),
            PCI_SYNC_FOR_FW_UPDATE => reset::handle(card, View::of_any_length(data)),
            // About what the driver does not have.
            _ => {}
        },
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

/// The power that the slot has, or says that it has, is another one (`mlx5_pcie_event()`).
fn slot_power(card: &Card<'_>) {
    const NOT_READ: u8 = 0;
    const SUFFICIENT: u8 = 1;
    const INSUFFICIENT: u8 = 2;

    let dev = card.dev.as_ref();
    let Ok(register) = card.read_register(Register::MPEIN, 0, Block::<MpeinReg>::new()) else {
        // That was logged.
        return;
    };
    let watts = register.get(MpeinReg::PCI_POWER);
    match register.get(MpeinReg::PWR_STATUS) {
        NOT_READ => dev_info!(dev, "PCIe slot power capability was not advertised.\n"),
        INSUFFICIENT => dev_warn!(
            dev,
            "Detected insufficient power on the PCIe slot ({}W).\n",
            watts
        ),
        SUFFICIENT => dev_info!(dev, "PCIe slot advertised sufficient power ({}W).\n", watts),
        _ => {}
    }
}
