// SPDX-License-Identifier: GPL-2.0

//! What a device can be told, in `/sys/kernel/debug/devlink_test/devlink_testID/`, and how its
//! callbacks obey. `../module/control.c` describes the files.
//!
//! `within` refuses everything that it knows with `EOPNOTSUPP`: what a callback may not do, a
//! callback in Rust cannot, see `tools/testing/harness/driver_api/`.

use crate::{
    callback::Callback,
    name::Name,
    words::{
        blank_separated,
        number,
        Words,
        MAX_LINE, //
    },
};

use kernel::{
    debugfs::{
        self,
        Dir,
        Text,
        TextFile, //
    },
    error::code::ERESTARTSYS,
    fmt,
    net::netlink::extack::Extack,
    new_condvar, new_mutex,
    prelude::*,
    str::Formatter,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Arc,
        CondVar,
        Mutex, //
    },
    time::{
        delay::fsleep,
        Delta, //
    },
};

/// As many bytes as are kept of what was called.
const CALLS: usize = 16384;
const MAX_SLEEP_MS: u32 = 60000;
const MAX_ERRNO: u32 = 4095;

/// A line of `calls`.
struct Line {
    bytes: [u8; MAX_LINE],
    len: usize,
    /// Where the arguments begin.
    arguments: usize,
}

impl Line {
    /// What does not fit is cut off; there is room for the end of the line.
    fn new(name: &str, arguments: fmt::Arguments<'_>) -> Self {
        let mut bytes = [0; MAX_LINE];
        let mut out = Formatter::new(&mut bytes[..MAX_LINE - 1]);
        let _ = fmt::Write::write_str(&mut out, name);
        let _ = fmt::Write::write_str(&mut out, " ");
        let begin = out.bytes_written();
        let _ = fmt::Write::write_fmt(&mut out, arguments);
        let end = out.bytes_written().min(MAX_LINE - 1);
        let len = if end == begin { begin - 1 } else { end };
        bytes[len] = b'\n';
        Line {
            bytes,
            len: len + 1,
            arguments: begin,
        }
    }

    /// Whether a word is among the arguments.
    fn has_word(&self, word: &Name) -> bool {
        let arguments = self.bytes.get(self.arguments..self.len - 1).unwrap_or(&[]);
        blank_separated(arguments).any(|found| found == word.as_cstr().to_bytes())
    }
}

/// Whether a callback hangs.
#[derive(Copy, Clone, Default, PartialEq)]
enum Hang {
    #[default]
    No,
    /// Until the user ends it.
    Deaf,
    /// Until the user ends it, or a signal comes.
    Interruptible,
}

/// What a callback was told.
#[derive(Copy, Clone, Default)]
struct Orders {
    hang: Hang,
    sleep_ms: u32,
    /// 0 for success.
    errno: u32,
    /// Only calls with this word fail.
    word: Option<Name>,
}

impl Orders {
    /// The error with which the call of that line fails.
    fn error(&self, line: &Line) -> Option<Error> {
        let fails = self.errno != 0 && self.word.is_none_or(|word| line.has_word(&word));
        // CAST: It is at most `MAX_ERRNO`.
        fails.then(|| Error::from_errno(-(self.errno as c_int)))
    }
}

struct State {
    /// One for each callback.
    orders: KVVec<Orders>,
    calls: KVVec<u8>,
    /// Calls for which there was no room.
    dropped: usize,
}

/// What a device was told, and what was called.
#[pin_data]
pub(crate) struct Control {
    /// Callbacks write nothing down.
    quiet: bool,
    /// Some callback was told something at some time.
    ordered: Atomic<bool>,
    /// A leaf.
    #[pin]
    state: Mutex<State>,
    /// Callbacks that hang may go on.
    #[pin]
    told: CondVar,
}

impl Control {
    pub(crate) fn new(quiet: bool) -> Result<Arc<Self>> {
        let orders = KVVec::from_elem(Orders::default(), Callback::COUNT, GFP_KERNEL)?;
        let calls = KVVec::with_capacity(CALLS, GFP_KERNEL)?;
        let control = pin_init!(Control {
            quiet,
            ordered: Atomic::new(false),
            state <- new_mutex!(State {
                orders,
                calls,
                dropped: 0,
            }),
            told <- new_condvar!(),
        });
        Arc::pin_init(control, GFP_KERNEL)
    }

    /// Each callback of the driver begins with this, which writes down that it was called and with
    /// what, hangs or sleeps if it was told to, and says whether the callback shall fail.
    pub(crate) fn call(
        &self,
        callback: Callback,
        extack: Extack<'_>,
        arguments: fmt::Arguments<'_>,
    ) -> Result {
        if self.quiet && !self.ordered.load(Relaxed) {
            return Ok(());
        }
        let line = Line::new(callback.name(), arguments);
        let mut state = self.state.lock();
        if !self.quiet {
            state.record(&line);
        }
        let index = callback as usize;
        let sleep_ms = state.orders[index].sleep_ms;
        let mut error = state.orders[index].error(&line);
        while state.orders[index].hang == Hang::Deaf {
            self.told.wait(&mut state);
        }
        while state.orders[index].hang != Hang::No {
            if self.told.wait_interruptible(&mut state) {
                error = Some(ERESTARTSYS);
                break;
            }
        }
        drop(state);
        if sleep_ms != 0 {
            fsleep(Delta::from_millis(sleep_ms.into()));
        }
        match error {
            None => Ok(()),
            Some(error) => {
                Err(extack.err_fmt(fmt!("devlink_test: {} fails", callback.name()), error))
            }
        }
    }

    /// Lets all callbacks that hang go on.
    pub(crate) fn end_hangs(&self) {
        let mut state = self.state.lock();
        for orders in &mut state.orders {
            orders.hang = Hang::No;
        }
        drop(state);
        self.told.notify_all();
    }

    /// Changes what a callback was told.
    fn order(&self, callback: usize, change: impl FnOnce(&mut Orders)) {
        self.ordered.store(true, Relaxed);
        change(&mut self.state.lock().orders[callback]);
        self.told.notify_all();
    }
}

impl State {
    fn record(&mut self, line: &Line) {
        let has_room = CALLS - self.calls.len() > MAX_LINE;
        let line = &line.bytes[..line.len];
        if !has_room || self.calls.extend_from_slice(line, GFP_KERNEL).is_err() {
            self.dropped += 1;
        }
    }
}

/// "CALLBACK NUMBER", and a word that may follow.
struct Order {
    callback: usize,
    number: u32,
    word: Option<Name>,
}

impl Order {
    fn parse(text: &[u8], max: u32) -> Result<Self> {
        let words = Words::new(text)?;
        let (callback, value, word) = match *words {
            [callback, value] => (callback, value, None),
            [callback, value, word] => (callback, value, Some(Name::new(word)?)),
            _ => return Err(EINVAL),
        };
        let number = number(value)?;
        if number > max {
            return Err(EINVAL);
        }
        Ok(Order {
            callback: Callback::find(callback)?,
            number,
            word,
        })
    }

    /// Without a word.
    fn parse_plain(text: &[u8], max: u32) -> Result<Self> {
        let order = Self::parse(text, max)?;
        match order.word {
            None => Ok(order),
            Some(_) => Err(EINVAL),
        }
    }
}

/// `fail`
struct Fail(Arc<Control>);

#[vtable]
impl Text for Fail {
    const MAX_WRITE: usize = MAX_LINE;

    fn write(&self, text: &[u8]) -> Result {
        let order = Order::parse(text, MAX_ERRNO)?;
        self.0.order(order.callback, |orders| {
            orders.errno = order.number;
            orders.word = order.word;
        });
        Ok(())
    }
}

/// `slow`
struct Slow(Arc<Control>);

#[vtable]
impl Text for Slow {
    const MAX_WRITE: usize = MAX_LINE;

    fn write(&self, text: &[u8]) -> Result {
        let order = Order::parse_plain(text, MAX_SLEEP_MS)?;
        self.0
            .order(order.callback, |orders| orders.sleep_ms = order.number);
        Ok(())
    }
}

/// `hang`
struct Hangs(Arc<Control>);

#[vtable]
impl Text for Hangs {
    const MAX_WRITE: usize = MAX_LINE;

    fn write(&self, text: &[u8]) -> Result {
        let order = Order::parse_plain(text, 2)?;
        let hang = match order.number {
            0 => Hang::No,
            1 => Hang::Deaf,
            _ => Hang::Interruptible,
        };
        self.0.order(order.callback, |orders| orders.hang = hang);
        Ok(())
    }
}

/// `within`
struct Within;

#[vtable]
impl Text for Within {
    const MAX_WRITE: usize = MAX_LINE;

    fn write(&self, text: &[u8]) -> Result {
        let words = Words::new(text)?;
        let [callback, what] = *words else {
            return Err(EINVAL);
        };
        Callback::find(callback)?;
        match what {
            b"lock" | b"devl_unregister" | b"unregister" | b"report" | b"destroy" => {
                Err(EOPNOTSUPP)
            }
            _ => Err(EINVAL),
        }
    }
}

/// `calls`
struct Calls(Arc<Control>);

#[vtable]
impl Text for Calls {
    /// Opening takes what there is; so what one reader sees is whole, and nobody else sees it.
    fn read(&self) -> Result<KVVec<u8>> {
        let empty = KVVec::with_capacity(CALLS, GFP_KERNEL)?;
        let mut state = self.0.state.lock();
        let mut text = core::mem::replace(&mut state.calls, empty);
        let dropped = core::mem::take(&mut state.dropped);
        drop(state);
        if dropped != 0 {
            let more = debugfs::text(fmt!("and {dropped} more\n"))?;
            text.extend_from_slice(&more, GFP_KERNEL)?;
        }
        Ok(text)
    }
}

/// The files by which a device's callbacks are controlled.
#[pin_data]
pub(crate) struct Files {
    #[pin]
    fail: TextFile<Fail>,
    #[pin]
    slow: TextFile<Slow>,
    #[pin]
    hang: TextFile<Hangs>,
    #[pin]
    within: TextFile<Within>,
    #[pin]
    calls: TextFile<Calls>,
}

impl Files {
    pub(crate) fn new<'a>(
        folder: &'a Dir,
        control: &'a Arc<Control>,
    ) -> impl PinInit<Self, Error> + 'a {
        try_pin_init!(Files {
            fail <- folder.text_file(c"fail", Ok(Fail(control.clone()))),
            slow <- folder.text_file(c"slow", Ok(Slow(control.clone()))),
            hang <- folder.text_file(c"hang", Ok(Hangs(control.clone()))),
            within <- folder.text_file(c"within", Ok(Within)),
            calls <- folder.text_file(c"calls", Ok(Calls(control.clone()))),
        }? Error)
    }
}
