// SPDX-License-Identifier: GPL-2.0

//! What the device is asked and told about a reset, and what a function does for it.

use super::{
    Method,
    Outcome,
    Phase, //
};

use crate::{
    card::Card,
    cmd::{
        commands,
        Failure, //
    },
    layout::{
        Block,
        MfrlReg,
        Register,
        TeardownHcaIn,
        TeardownHcaOut, //
    },
    segment::{
        NicInterface,
        INITIALIZING, //
    }, //
};

use kernel::{
    net::netlink::extack::Extack,
    prelude::*,
    sync::atomic::Relaxed,
    time::{
        delay::fsleep,
        Delta,
        Instant,
        Monotonic, //
    }, //
};

/// How soon to try again what somebody keeps from who has a device lock.
const BUSY_INTERVAL: Delta = Delta::from_millis(20);

commands! {
    do FastTeardown = TEARDOWN_HCA: TeardownHcaIn -> TeardownHcaOut;
}

/// Kinds of resets, a bit each (`MLX5_MFRL_REG_RESET_LEVEL*`): the firmware is replaced while it
/// runs, or is reset with the bus.
pub(super) const LIVE: u8 = 1 << 0;
pub(super) const WITH_BUS: u8 = 1 << 3;

/// What users see of a reset: ports stay up (`MLX5_MFRL_REG_RESET_TYPE_NET_PORT_ALIVE`).
const PORTS_STAY_UP: u8 = 1 << 1;

/// Answers to the question whether a function agrees.
const AGREED: u8 = 1;
const REFUSED: u8 = 2;

/// Functions that manage a BlueField, which are no network card.
const MANAGEMENT_FUNCTIONS: [u16; 5] = [0xc2d2, 0xc2d3, 0xc2d4, 0xc2d5, 0xc2d6];

impl Card<'_> {
    /// Asks what is possible, and how far a reset is.
    pub(super) fn query_reset(&self) -> Result<Block<MfrlReg>> {
        self.read_register(Register::MFRL, 0, Block::new())
    }

    fn write_reset(&self, level: u8, answer: u8) -> Result {
        let mut register = Block::<MfrlReg>::new();
        register.set(MfrlReg::RESET_LEVEL, level);
        register.set(MfrlReg::PCI_SYNC_FOR_FW_UPDATE_RESP, answer);
        self.write_register(Register::MFRL, 0, register)?;
        Ok(())
    }

    /// Has the firmware that was stored replace the one that runs, which goes on.
    pub(crate) fn replace_live(&self) -> Result {
        self.write_reset(LIVE, 0)
    }

    /// Asks for a reset with the bus (`mlx5_fw_reset_set_reset_sync()`).
    pub(super) fn ask_for_reset(&self, possible: &Block<MfrlReg>, extack: Extack<'_>) -> Result {
        let stay_up = possible.get(MfrlReg::RESET_TYPE) & PORTS_STAY_UP != 0;
        let mut register = Block::<MfrlReg>::new();
        register.set(MfrlReg::RESET_LEVEL, WITH_BUS);
        register.set(MfrlReg::RST_TYPE_SEL, stay_up.into());
        register.set(MfrlReg::PCI_SYNC_FOR_FW_UPDATE_START, true);
        let Err(failure) = self.try_write_register(Register::MFRL, register) else {
            return Ok(());
        };
        if matches!(failure, Failure::Refused { .. }) && self.reset.abilities().says_state {
            self.check_reset(extack)?;
            return Err(EREMOTEIO);
        }
        let error = self.report_write(failure);
        Err(extack.err(c"rust_mlx5: Sync reset command failed", error))
    }

    /// Whether the device says that no reset has failed (`mlx5_fw_reset_get_reset_state_err()`).
    pub(super) fn check_reset(&self, extack: Extack<'_>) -> Result {
        let state = self
            .query_reset()
            .map(|register| register.get(MfrlReg::RESET_STATE));
        Err(match state {
            Ok(0) => return Ok(()),
            Ok(1 | 2) => extack.err(c"rust_mlx5: Sync reset still in progress", EBUSY),
            Ok(3) => extack.err(c"rust_mlx5: Sync reset negotiation timeout", ETIMEDOUT),
            Ok(4) => extack.err(c"rust_mlx5: One of the hosts disabled reset", EPERM),
            Ok(5) => extack.err(c"rust_mlx5: Sync reset unload timeout", ETIMEDOUT),
            _ => extack.err(c"rust_mlx5: Sync reset failed", EIO),
        })
    }

    /// Whether the function could agree to a reset, and how the bus would reset the device
    /// (`mlx5_is_reset_now_capable()`).
    pub(super) fn examine_request(&self) -> Option<Method> {
        let dev = self.dev.as_ref();
        let abilities = self.reset.abilities();
        let method = self
            .reset_method()
            .inspect_err(|error| dev_warn!(dev, "Failed reading MFRL, err {}\n", error.to_errno()))
            .ok()?;
        if !self.dev.has_bridge() {
            dev_warn!(dev, "PCI bus bridge is not accessible\n");
            return None;
        }
        if !abilities.fast_teardown {
            dev_warn!(dev, "fast teardown is not supported by firmware\n");
            return None;
        }
        if method != Method::HotReset && self.dev.is_link_watched() != Ok(false) {
            dev_warn!(dev, "FW reset is not supported as HotPlug is enabled\n");
            return None;
        }
        self.check_bus().ok()?;
        (!self.reset.refuses.load(Relaxed)).then_some(method)
    }

    /// `mlx5_fw_reset_get_reset_method()`.
    fn reset_method(&self) -> Result<Method> {
        if !self.reset.abilities().says_method {
            return Ok(Method::LinkToggle);
        }
        let register = self.query_reset()?;
        Ok(match register.get(MfrlReg::PCI_RESET_REQ_METHOD) {
            0 => Method::LinkToggle,
            1 => Method::HotReset,
            _ => Method::Other,
        })
    }

    /// Whether nothing but functions of this card would be reset with the bus
    /// (`mlx5_check_dev_ids()`).
    fn check_bus(&self) -> Result {
        for other in &self.dev.functions_on_bus()? {
            let id = other.device_id();
            if id != self.dev.device_id() && !MANAGEMENT_FUNCTIONS.contains(&id) {
                dev_warn!(self.dev.as_ref(), "unrecognized dev_id (0x{:x})\n", id);
                return Err(EPERM);
            }
        }
        Ok(())
    }

    /// The function agrees (`mlx5_sync_reset_request_event()`).
    pub(super) fn agree(&self, method: Method) {
        let dev = self.dev.as_ref();
        let mut state = self.reset.state.lock();
        if let Phase::Agreed(_) = state.phase {
            dev_warn!(dev, "Reset request was already set\n");
            return;
        }
        state.method = method;
        state.phase = Phase::Agreed(Instant::now());
        drop(state);
        // It looks whether the reset comes.
        self.reset.work.schedule();
        match self.write_reset(WITH_BUS, AGREED) {
            Ok(()) => dev_warn!(
                dev,
                "PCI Sync FW Update Reset Ack. Device reset is expected.\n"
            ),
            Err(error) => dev_warn!(
                dev,
                "PCI Sync FW Update Reset Ack Failed. Error code: {}\n",
                error.to_errno()
            ),
        }
    }

    /// The function does not agree.
    pub(super) fn refuse(&self) {
        let sent = self.write_reset(WITH_BUS, REFUSED);
        let text = if sent.is_ok() { "Sent" } else { "Failed" };
        dev_warn!(
            self.dev.as_ref(),
            "PCI Sync FW Update Reset Nack {}\n",
            text
        );
    }

    /// Does what the firmware says about a reset that the function has agreed to.
    pub(super) fn proceed(&self, outcome: Outcome) {
        let dev = self.dev.as_ref();
        let Some(method) = self.reset.begin_stop() else {
            dev_warn!(dev, "Reset request was already cleared\n");
            if self.reset.is_own() && outcome == Outcome::Abort {
                // Not all have agreed; this function itself, perhaps.
                self.give_up(ECANCELED);
            }
            return;
        };
        match outcome {
            Outcome::Abort => {
                dev_warn!(dev, "PCI Sync FW Update Reset Aborted.\n");
                self.give_up(ECANCELED);
            }
            Outcome::Unload => {
                dev_warn!(dev, "Sync Reset Unload. Function is forced down.\n");
                match self.stop_at_once() {
                    Ok(()) => self.set_dead(),
                    Err(error) => dev_warn!(
                        dev,
                        "Fast teardown failed, unloading, err {}\n",
                        error.to_errno()
                    ),
                }
                self.stopped(true, Ok(()));
            }
            Outcome::Now => {
                dev_warn!(dev, "Sync Reset now. Device is going to reset.\n");
                let result = self.reset_now(method);
                self.stopped(false, result);
            }
        }
    }

    /// The bus resets the device now: what the function has agreed to is not waited for any more.
    /// If it comes all the same, it is found as the device's death.
    pub(crate) fn abandon_reset(&self) {
        if self.reset.begin_stop().is_some() {
            dev_warn!(self.dev.as_ref(), "PCI Sync FW Update Reset Aborted.\n");
            self.give_up(EIO);
        }
    }

    /// `mlx5_sync_reset_now_event()`.
    fn reset_now(&self, method: Method) -> Result {
        let dev = self.dev.as_ref();
        self.stop_at_once().inspect_err(|error| {
            dev_warn!(
                dev,
                "Fast teardown failed, no reset done, err {}\n",
                error.to_errno()
            )
        })?;
        let result = self.reset_on_bus(method).inspect_err(|error| {
            dev_warn!(
                dev,
                "mlx5_sync_pci_reset failed, no reset done, err {}\n",
                error.to_errno()
            )
        });
        self.set_dead();
        result
    }

    /// The function uses the device no more, or tried to end that.
    pub(super) fn stopped(&self, to_be_told: bool, result: Result) {
        let mut state = self.reset.state.lock();
        state.phase = Phase::Stopped { to_be_told };
        state.result = result;
        self.end_wait(state.is_own);
    }

    /// There is no reset.
    pub(super) fn give_up(&self, error: Error) {
        let mut state = self.reset.state.lock();
        state.phase = Phase::None;
        state.result = Err(error);
        self.end_wait(state.is_own);
    }

    fn end_wait(&self, is_own: bool) {
        if is_own {
            self.reset.done.complete();
        }
        self.reset.work.schedule();
    }

    /// Has the device use memory no more, without taking anything down
    /// (`mlx5_cmd_fast_teardown_hca()`).
    fn stop_at_once(&self) -> Result {
        const PREPARE_FAST_TEARDOWN: u16 = 2;

        let dev = self.dev.as_ref();
        if !self.reset.abilities().fast_teardown {
            return Err(EOPNOTSUPP);
        }
        let mut input = Block::<TeardownHcaIn>::new();
        input.set(TeardownHcaIn::PROFILE, PREPARE_FAST_TEARDOWN);
        let has_failed = self.run::<FastTeardown>(input)?.get(TeardownHcaOut::STATE);
        if has_failed {
            dev_warn!(dev, "teardown with fast mode failed\n");
            return Err(EIO);
        }
        self.segment.set_nic_interface(NicInterface::Disabled);
        let limit = self.timeouts.teardown_ms();
        if self.wait_until_disabled(limit) {
            return Ok(());
        }
        dev_err!(
            dev,
            "NIC IFC still {} after {}ms.\n",
            self.segment.nic_interface().number(),
            limit
        );
        Err(EIO)
    }

    /// Has the bus reset the device, which the firmware waits for (`mlx5_sync_pci_reset()`).
    pub(super) fn reset_on_bus(&self, method: Method) -> Result {
        let dev = self.dev.as_ref();
        self.check_bus()?;
        let limit = Delta::from_millis(self.timeouts.pci_toggle_ms().into());
        match method {
            Method::LinkToggle => self
                .dev
                .toggle_link(limit)
                .inspect_err(|_| dev_warn!(dev, "mlx5_pci_link_toggle failed\n")),
            Method::HotReset => self
                .reset_bus(limit)
                .inspect_err(|_| dev_warn!(dev, "mlx5_pci_reset_bus failed\n")),
            Method::Other => Err(EOPNOTSUPP),
        }
    }

    /// Tries again while somebody has the device lock of one of the functions.
    fn reset_bus(&self, limit: Delta) -> Result {
        let began = Instant::<Monotonic>::now();
        loop {
            match self.dev.reset_bus() {
                Err(EAGAIN) if began.elapsed() < limit => fsleep(BUSY_INTERVAL),
                result => return result,
            }
        }
    }

    /// Says that the function was taken down.
    pub(super) fn acknowledge(&self) {
        self.segment
            .write(INITIALIZING::zeroed().with_reset_acknowledged(true));
    }

    /// How far the firmware is with a reset.
    pub(super) fn reset_state(&self) -> Progress {
        match self.segment.read::<INITIALIZING>().reset_state().get() {
            0 => Progress::Idle,
            4 => Progress::WantsBus,
            5 => Progress::Drops,
            other => Progress::Other(other),
        }
    }
}

/// How far the firmware is with a reset (`MLX5_FW_RST_STATE_*`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// It has done it.
    Idle,
    /// The bus is to reset the device.
    WantsBus,
    /// It has functions say once more that they were taken down.
    Drops,
    Other(u32),
}

impl Progress {
    /// As in stock messages.
    pub(super) fn number(self) -> u32 {
        match self {
            Progress::Idle => 0,
            Progress::WantsBus => 4,
            Progress::Drops => 5,
            Progress::Other(other) => other,
        }
    }
}
