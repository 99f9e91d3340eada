// SPDX-License-Identifier: GPL-2.0

//! What users want of a device by files in debugfs, and devlink does only for a task that holds
//! none of its locks and keeps the device up: errors to be reported and snapshots to be taken.
//!
//! When the device goes down its files are removed, with the device lock and the instance lock
//! held, and the tasks that write to them are waited for. So a writer takes neither: the driver's
//! work does what it wants, and the writer waits for that. The work needs the device lock, which
//! the task that takes the device down has; so that task answers before the files are removed.

use crate::{
    device::{
        Data,
        NetDevSim,
        Up, //
    },
    region, //
};

use kernel::{
    debugfs::{
        Dir,
        Text, //
    },
    error::code::ERESTARTSYS,
    net::devlink::{
        Bringup,
        Held,
        Unlocked, //
    },
    new_condvar,
    new_mutex,
    prelude::*,
    str::CString,
    sync::{
        CondVar,
        Mutex, //
    }, //
};

use core::mem::replace;

/// What a user wants.
enum Request {
    /// A snapshot of the region.
    TakeSnapshot,
    /// That an error is reported.
    Report(CString),
}

impl Request {
    fn answer<'up>(self, cx: &mut Held<'_, '_, 'up, '_, NetDevSim>, up: &Up<'up>) -> Result {
        match self {
            Request::TakeSnapshot => region::take_snapshot(cx, up.region),
            Request::Report(error) => up.reporter.report(cx, &error, &error),
        }
    }
}

/// How far the request is that is answered next. Other writers wait until it is their turn.
enum Turn {
    /// It is anybody's turn.
    Free,
    /// The work was not there yet.
    Asked(Request),
    /// The work is on it.
    Begun,
    /// The writer is going to see this.
    Answered(Result),
}

struct State {
    /// Requests are answered.
    open: bool,
    turn: Turn,
}

/// The requests for a device.
#[pin_data]
pub(crate) struct Requests {
    #[pin]
    state: Mutex<State>,
    #[pin]
    changed: CondVar,
}

impl Requests {
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Requests {
            state <- new_mutex!(State {
                open: false,
                turn: Turn::Free,
            }),
            changed <- new_condvar!(),
        })
    }

    /// Makes the files, for a device that comes up.
    ///
    /// To be called last: when the device goes down, this ends first.
    pub(crate) fn up(cx: &Bringup<'_, '_, NetDevSim>, health: &Dir) -> Result {
        let data = cx.data();
        cx.text_file(&data.folder, c"take_snapshot", Ok(TakeSnapshot(data)))?;
        cx.text_file(health, c"break_health", Ok(BreakHealth(data)))?;
        cx.keep(Open::new(&data.requests))
    }

    /// Asks the work for something and waits for the answer.
    fn ask(data: &Data<'_>, request: Request) -> Result {
        let this = &data.requests;
        let mut state = this.state.lock();
        while state.open && !matches!(state.turn, Turn::Free) {
            if this.changed.wait_interruptible(&mut state) {
                return Err(ERESTARTSYS);
            }
        }
        if !state.open {
            return Err(ENODEV);
        }
        state.turn = Turn::Asked(request);
        data.work.schedule();
        let answer = loop {
            match state.turn {
                Turn::Answered(answer) => break answer,
                // What has begun ends soon, and cannot be taken back.
                Turn::Begun => this.changed.wait(&mut state),
                Turn::Asked(_) | Turn::Free => {
                    let signal = this.changed.wait_interruptible(&mut state);
                    if signal && matches!(state.turn, Turn::Asked(_)) {
                        break Err(ERESTARTSYS);
                    }
                }
            }
        };
        state.turn = Turn::Free;
        this.changed.notify_all();
        answer
    }

    /// What was asked for and is not answered yet, if there is something.
    fn begin(&self) -> Option<Request> {
        let mut state = self.state.lock();
        match replace(&mut state.turn, Turn::Begun) {
            Turn::Asked(request) => Some(request),
            other => {
                state.turn = other;
                None
            }
        }
    }

    fn is_asked(&self) -> bool {
        matches!(self.state.lock().turn, Turn::Asked(_))
    }

    fn end(&self, answer: Result) {
        self.state.lock().turn = Turn::Answered(answer);
        self.changed.notify_all();
    }

    /// Answers what was asked for. Returns whether it could not because the device lock is taken.
    pub(crate) fn answer(cx: &mut Unlocked<'_, '_, NetDevSim>) -> bool {
        let this = &cx.data().requests;
        if !this.is_asked() {
            return false;
        }
        let answered = cx.while_up(|cx, up| {
            if let Some(request) = this.begin() {
                let answer = request.answer(cx, up);
                this.end(answer);
            }
        });
        answered == Err(EBUSY)
    }
}

/// While this exists requests are answered.
struct Open<'up>(&'up Requests);

impl<'up> Open<'up> {
    fn new(requests: &'up Requests) -> Self {
        requests.state.lock().open = true;
        Open(requests)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.open = false;
        if matches!(state.turn, Turn::Asked(_)) {
            state.turn = Turn::Answered(Err(ENODEV));
        }
        self.0.changed.notify_all();
    }
}

/// `take_snapshot`, whatever is written.
struct TakeSnapshot<'up, 'bound>(&'up Data<'bound>);

#[vtable]
impl Text for TakeSnapshot<'_, '_> {
    fn write(&self, _: &[u8]) -> Result {
        Requests::ask(self.0, Request::TakeSnapshot)
    }
}

/// `break_health`: an error, which is what is written.
struct BreakHealth<'up, 'bound>(&'up Data<'bound>);

#[vtable]
impl Text for BreakHealth<'_, '_> {
    fn write(&self, text: &[u8]) -> Result {
        if text.is_empty() {
            return Err(EINVAL);
        }
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        let mut terminated = KVec::with_capacity(text.len() + 1, GFP_KERNEL)?;
        terminated.extend_from_slice(text, GFP_KERNEL)?;
        terminated.push(0, GFP_KERNEL)?;
        // It ends at the first zero, which the user may have written.
        let error = CStr::from_bytes_until_nul(&terminated).map_err(|_| EINVAL)?;
        let error = CString::try_from(error)?;
        Requests::ask(self.0, Request::Report(error))
    }
}
