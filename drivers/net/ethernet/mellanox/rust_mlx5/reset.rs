// SPDX-License-Identifier: GPL-2.0

//! Resets of the firmware, so that one that was written takes over.
//!
//! All functions of the card have to agree. One asks for the reset, the firmware asks all of them,
//! the one that has asked included; when they have acknowledged it, it tells them to stop using the
//! device, and resets itself. So a function is in a reset that a reload of its own asked for, or in
//! one that another function did: the former goes on in the task of the [reload], which waits for
//! events, the latter in the driver's work, in [steps](step).

mod register;
mod reload;
mod step;

pub(crate) use self::{
    reload::{
        activate,
        finish,
        is_refused,
        may_activate_live,
        verify, //
    },
    step::step, //
};

use crate::{
    caps::Caps,
    card::Card,
    driver::Mlx5,
    layout::{
        CmdHcaCap,
        McamAccessReg,
        McamEnhancedFeatures,
        SyncFwUpdateEvent,
        View, //
    }, //
};

use kernel::{
    net::{
        devlink::{
            Locked,
            Work, //
        },
        netlink::extack::Extack, //
    },
    new_mutex,
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Completion,
        Mutex, //
    },
    time::{
        Instant,
        Monotonic, //
    }, //
};

/// What the device can do about resets.
#[derive(Clone, Copy, Default)]
struct Abilities {
    /// There are such resets at all.
    has_register: bool,
    /// It can be stopped at once.
    fast_teardown: bool,
    /// It says by which means it is to be reset on the bus.
    says_method: bool,
    /// It says why a reset failed.
    says_state: bool,
    /// It has functions be taken down before.
    with_unload: bool,
}

/// How the bus is to reset the device (`MLX5_MFRL_REG_PCI_RESET_METHOD_*`).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    LinkToggle,
    HotReset,
    Other,
}

/// What the firmware says about a reset (`MLX5_SYNC_RST_STATE_*`).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Event {
    /// Whether the function agrees.
    Request,
    /// What becomes of one that it has agreed to.
    Outcome(Outcome),
}

/// What becomes of a reset that the function has agreed to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// It is to stop using the device, which is then reset by the bus.
    Now,
    /// There will be none.
    Abort,
    /// It is to be taken down, and to say so.
    Unload,
}

/// How far a reset is.
#[derive(Clone, Copy)]
enum Phase {
    /// There is none.
    None,
    /// The function has agreed to it then.
    Agreed(Instant<Monotonic>),
    /// The function stops using the device.
    Stopping,
    /// It has, and is to be taken down.
    Stopped { to_be_told: bool },
    /// It was taken down then, and has said so.
    Told {
        since: Instant<Monotonic>,
        by_drop: bool,
    },
    /// The device is to answer on the bus again, from then on.
    Returning(Instant<Monotonic>),
}

struct State {
    phase: Phase,
    abilities: Abilities,
    method: Method,
    /// A reload of this function has asked for it, and waits.
    is_own: bool,
    /// What the work has to do. A later event makes an earlier one pointless.
    event: Option<Event>,
    /// What became of a reset that a reload waits for.
    result: Result,
}

/// A reset, as far as this function knows.
#[pin_data]
pub(crate) struct Reset<'bound> {
    work: Work<'bound, Mlx5>,
    /// Others may not have the firmware reset.
    refuses: Atomic<bool>,
    #[pin]
    state: Mutex<State>,
    /// The function has stopped, or will not: what a reload waits for.
    #[pin]
    done: Completion,
}

impl<'bound> Reset<'bound> {
    pub(crate) fn new(work: Work<'bound, Mlx5>) -> impl PinInit<Self> {
        pin_init!(Reset {
            work,
            refuses: Atomic::new(false),
            state <- new_mutex!(State {
                phase: Phase::None,
                abilities: Abilities::default(),
                method: Method::LinkToggle,
                is_own: false,
                event: None,
                result: Ok(()),
            }),
            done <- Completion::new(),
        })
    }

    /// The device is up, and can do that.
    pub(crate) fn set_caps(&self, caps: &Caps) {
        let abilities = Abilities {
            has_register: caps.has_register(McamAccessReg::MFRL),
            fast_teardown: caps.get(CmdHcaCap::FAST_TEARDOWN),
            says_method: caps.get(CmdHcaCap::PCIE_RESET_USING_HOTRESET_METHOD),
            says_state: caps.has_feature(McamEnhancedFeatures::RESET_STATE),
            with_unload: caps.get(CmdHcaCap::PCI_SYNC_FOR_FW_UPDATE_WITH_DRIVER_UNLOAD),
        };
        let mut state = self.state.lock();
        state.abilities = abilities;
        // Of another time that the device was up.
        state.event = None;
    }

    /// Whether there is one (`mlx5_fw_reset_in_progress()`).
    pub(crate) fn is_in_progress(&self) -> bool {
        !matches!(self.state.lock().phase, Phase::None)
    }

    /// The function has agreed to one, and what follows from that is from now on the caller's
    /// alone: whoever hears of the reset, or looks for it, may be the first. Returns by which means
    /// it is. Its interface is disabled now by the driver, which is not the reset.
    fn begin_stop(&self) -> Option<Method> {
        let mut state = self.state.lock();
        let Phase::Agreed(_) = state.phase else {
            return None;
        };
        state.phase = Phase::Stopping;
        Some(state.method)
    }

    fn is_own(&self) -> bool {
        self.state.lock().is_own
    }

    fn abilities(&self) -> Abilities {
        self.state.lock().abilities
    }

    fn set_phase(&self, phase: Phase) {
        self.state.lock().phase = phase;
    }
}

impl Event {
    fn new(event: View<'_, SyncFwUpdateEvent>) -> Option<Self> {
        match event.get(SyncFwUpdateEvent::SYNC_RST_STATE) {
            0 => Some(Event::Request),
            1 => Some(Event::Outcome(Outcome::Now)),
            2 => Some(Event::Outcome(Outcome::Abort)),
            3 => Some(Event::Outcome(Outcome::Unload)),
            _ => None,
        }
    }
}

/// The firmware says something about a reset (`mlx5_sync_reset_events_handle()`).
///
/// What a reload waits for is done at once: its command waits for the answer, perhaps. All else is
/// the work's, which may wait for a task that has the instance lock.
pub(crate) fn handle(card: &Card<'_>, event: View<'_, SyncFwUpdateEvent>) {
    let Some(event) = Event::new(event) else {
        return;
    };
    let mut state = card.reset.state.lock();
    if state.is_own {
        drop(state);
        match event {
            // The reload has the instance lock.
            Event::Request => match card.examine_request() {
                Some(method) => card.agree(method),
                None => card.refuse(),
            },
            Event::Outcome(outcome) => card.proceed(outcome),
        }
        return;
    }
    state.event = Some(event);
    drop(state);
    card.reset.work.schedule();
}

/// Whether others can have the firmware reset (`mlx5_fw_reset_enable_remote_dev_reset_get()`).
pub(crate) fn accepts_others(cx: &Locked<'_, Mlx5>) -> Result<bool> {
    let reset = &cx.data().card.reset;
    if !reset.abilities().has_register {
        return Err(EOPNOTSUPP);
    }
    Ok(!reset.refuses.load(Relaxed))
}

/// `mlx5_fw_reset_enable_remote_dev_reset_set()`.
pub(crate) fn set_accepts_others(cx: &Locked<'_, Mlx5>, accept: bool, _: Extack<'_>) -> Result {
    let reset = &cx.data().card.reset;
    if !reset.abilities().has_register {
        return Err(EOPNOTSUPP);
    }
    reset.refuses.store(!accept, Relaxed);
    Ok(())
}
