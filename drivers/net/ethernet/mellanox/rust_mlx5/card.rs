// SPDX-License-Identifier: GPL-2.0

//! The card as the driver talks to it, as long as it is bound.

use crate::{
    clock::FirmwareClock,
    cmd::Queue,
    driver::Mlx5,
    eq::Queues,
    events::{
        ModuleEvents,
        Pending, //
    },
    flow::Beginning,
    net::PortErrors,
    pages::Pages,
    reset::Reset,
    segment::{
        NicInterface,
        Segment,
        HEALTH_SEVERITY,
        HEALTH_SYNDROME,
        INITIALIZING, //
    },
    timeouts::Timeouts,
    vsc::Vsc, //
};

use kernel::{
    net::{
        device::Carrier,
        devlink::{
            self,
            Work, //
        }, //
    },
    new_mutex,
    pci::BusMaster,
    prelude::*,
    sync::{
        Arc,
        Mutex, //
    },
    time::{
        delay::fsleep,
        Delta,
        Instant,
        Monotonic, //
    },
};

use core::mem::forget;

/// How often somebody who waits for a register looks.
const LOOK_INTERVAL: Delta = Delta::from_millis(20);

/// Its registers, and memory that it was given, which is dropped when it cannot use the bus any
/// more.
#[pin_data]
pub(crate) struct Card<'bound> {
    pub(crate) dev: &'bound devlink::pci::Device,
    _master: BusMaster<'bound>,
    pub(crate) segment: Segment<'bound>,
    pub(crate) vsc: Option<Vsc<'bound>>,
    pub(crate) timeouts: Timeouts,
    pub(crate) module_events: ModuleEvents,
    pub(crate) pending: Pending<'bound>,
    #[pin]
    pub(crate) port_errors: PortErrors,
    #[pin]
    pub(crate) queue: Queue,
    #[pin]
    pub(crate) pages: Pages,
    /// Where frames begin that it receives.
    #[pin]
    pub(crate) beginning: Beginning,
    #[pin]
    pub(crate) clock: FirmwareClock,
    #[pin]
    pub(crate) reset: Reset<'bound>,
    /// Event queues that the device may still write to.
    #[pin]
    event_queues: Mutex<KVec<Arc<Queues>>>,
    /// Who is to know of the port's link.
    #[pin]
    pub(crate) link: Mutex<Option<Carrier>>,
}

/// Why a device is taken for dead (`MLX5_SENSOR_*`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sensor {
    /// It does not answer on the bus.
    Gone = 1,
    /// The bus does not work.
    Channel = 2,
    /// Its interface was disabled.
    Disabled = 3,
    /// Its firmware is being reset.
    SoftwareReset = 4,
    /// Its firmware wants to be reset.
    WantsReset = 5,
}

impl<'bound> Card<'bound> {
    /// A card, for which `work` is the driver's.
    pub(crate) fn new(
        dev: &'bound devlink::pci::Device,
        work: Work<'bound, Mlx5>,
    ) -> Result<impl PinInit<Self, Error> + 'bound> {
        let segment = Segment::new(dev)?;
        Ok(try_pin_init!(Card {
            dev,
            _master: dev.bus_master(),
            segment,
            vsc: Vsc::find(dev),
            timeouts: Timeouts::new(),
            module_events: ModuleEvents::new(),
            pending: Pending::new(work),
            port_errors <- PortErrors::new(),
            queue <- Queue::new(dev.as_ref()),
            pages <- Pages::new(),
            beginning <- Beginning::new(),
            clock <- FirmwareClock::new(),
            reset <- Reset::new(work),
            event_queues <- new_mutex!(KVec::new()),
            link <- new_mutex!(None),
        }? Error))
    }
}

impl Card<'_> {
    /// Whether something says that the device is dead (`mlx5_health_check_fatal_sensors()`).
    pub(crate) fn fatal_sensor(&self) -> Option<Sensor> {
        if self.segment.is_gone() {
            return Some(Sensor::Gone);
        }
        if self.dev.is_channel_offline() {
            return Some(Sensor::Channel);
        }
        match self.segment.nic_interface() {
            NicInterface::Disabled => return Some(Sensor::Disabled),
            NicInterface::SoftwareReset => return Some(Sensor::SoftwareReset),
            _ => {}
        }
        self.wants_reset().then_some(Sensor::WantsReset)
    }

    /// Whether the firmware is dead and wants to be reset, which clears the health buffer.
    pub(crate) fn wants_reset(&self) -> bool {
        let severity: HEALTH_SEVERITY = self.segment.read();
        let syndrome: HEALTH_SYNDROME = self.segment.read();
        severity.rfr() && syndrome.synd().get() != 0
    }

    /// Waits until the firmware has initialised something (`wait_fw_init()`); of that a user is
    /// told every `warn_ms`.
    ///
    /// Fails with `ETIMEDOUT`, and with `ENODEV` if the device is gone.
    pub(crate) fn wait_for_firmware(
        &self,
        limit_ms: u32,
        warn_ms: Option<u32>,
        interval_ms: u32,
        what: &str,
    ) -> Result {
        let dev = self.dev.as_ref();
        let began = Instant::<Monotonic>::now();
        let mut warned = 0;
        while self.segment.read::<INITIALIZING>().initializing() {
            let passed = began.elapsed().as_millis();
            if passed > i64::from(limit_ms) {
                dev_err!(
                    dev,
                    "Firmware over {} MS in {} state, aborting\n",
                    limit_ms,
                    what
                );
                return Err(ETIMEDOUT);
            }
            if self.segment.is_gone() {
                dev_warn!(dev, "device is gone, stop waiting for FW {}\n", what);
                return Err(ENODEV);
            }
            if warn_ms.is_some_and(|warn_ms| passed / i64::from(warn_ms) != warned) {
                warned += 1;
                let left = (i64::from(limit_ms) - passed) / 1000;
                dev_warn!(dev, "Waiting for FW {}, timeout abort in {}s\n", what, left);
            }
            fsleep(Delta::from_millis(interval_ms.into()));
        }
        Ok(())
    }

    /// Whether the device does nothing any more: its interface is disabled, or it is gone.
    pub(crate) fn is_stopped(&self) -> bool {
        self.segment.is_gone() || self.segment.nic_interface() == NicInterface::Disabled
    }

    /// Waits until the interface is disabled: the device does nothing any more. Returns whether it
    /// is; one that is gone does nothing, either.
    pub(crate) fn wait_until_disabled(&self, limit_ms: u32) -> bool {
        let began = Instant::<Monotonic>::now();
        loop {
            if self.is_stopped() {
                return true;
            }
            if began.elapsed().as_millis() > i64::from(limit_ms) {
                return false;
            }
            fsleep(LOOK_INTERVAL);
        }
    }

    /// Keeps queues that the device may still write to, until it was stopped.
    pub(crate) fn keep_queues(&self, queues: Arc<Queues>) {
        let mut kept = self.event_queues.lock();
        if kept.reserve(1, GFP_KERNEL).is_err() {
            // They are lost, rather than written to when they are something else's.
            forget(queues);
            return;
        }
        // There is room.
        let _ = kept.push(queues, GFP_KERNEL);
    }

    /// Whether there is memory that the device may still write to.
    fn has_lent_memory(&self) -> bool {
        self.queue.has_kept() || !self.pages.is_empty() || !self.event_queues.lock().is_empty()
    }

    /// Takes back the memory of commands that did not end, and pages that the firmware did not give
    /// back: for that the device is stopped.
    ///
    /// Nothing may use the device any more.
    pub(crate) fn take_memory_back(&self) {
        if !self.has_lent_memory() {
            return;
        }
        if !self.segment.is_gone() {
            self.segment.set_nic_interface(NicInterface::Disabled);
        }
        if self.wait_until_disabled(self.timeouts.teardown_ms()) {
            self.queue.forget_kept();
            self.pages.clear();
            self.event_queues.lock().clear();
        } else {
            dev_err!(
                self.dev.as_ref(),
                "NIC IFC still {} after {}ms.\n",
                self.segment.nic_interface().number(),
                self.timeouts.teardown_ms()
            );
        }
    }
}
