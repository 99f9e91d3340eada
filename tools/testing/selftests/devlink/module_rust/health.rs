// SPDX-License-Identifier: GPL-2.0

//! Health reporters, of the device and of port 0:
//!
//! ```text
//! dt_full      every callback, no grace period
//! dt_graceful  of two errors within an hour the second is not recovered from
//! dt_burst     within an hour every error is recovered from
//! dt_large     its dump has many KB
//! dt_bare      no callback
//! dt_port      of the port, every callback
//! ```

use crate::{
    callback::Callback,
    device::{
        Test,
        Up, //
    },
    event::{
        Arguments,
        Event,
        Events, //
    },
    fmsg,
    name::Name,
    port,
    port::{
        PortObjects,
        Ports, //
    }, //
};

use kernel::{
    net::{
        devlink::{
            Bringup,
            Fmsg,
            Group,
            Groups,
            Held,
            Holds,
            Locked,
            Pinned,
            Reporter,
            ReporterOps,
            ReporterState, //
        },
        netlink::extack::Extack, //
    },
    prelude::*,
    str::{
        BStr,
        CString, //
    }, //
};

use core::marker::PhantomData;

const HOUR_MS: u64 = 3_600_000;

/// How a kind of reporter differs from `dt_full`.
pub(crate) trait Kind: Send + Sync + 'static {
    const CALLBACKS: bool = true;
    const GRACEFUL: bool = false;
    const BURST: bool = false;
    const LARGE: bool = false;
}

pub(crate) struct Plain;
impl Kind for Plain {}

pub(crate) struct Graceful;
impl Kind for Graceful {
    const GRACEFUL: bool = true;
}

pub(crate) struct Burst;
impl Kind for Burst {
    const GRACEFUL: bool = true;
    const BURST: bool = true;
}

pub(crate) struct Large;
impl Kind for Large {
    const LARGE: bool = true;
}

pub(crate) struct Bare;
impl Kind for Bare {
    const CALLBACKS: bool = false;
}

/// A reporter. What is reported is a text.
pub(crate) struct TestReporter<K, const FULL: bool> {
    name: Name,
    _kind: PhantomData<K>,
}

/// What a report carries, for the record.
fn context(error: Option<&CString>) -> &CStr {
    error.map_or(c"none", |text| text)
}

#[vtable]
impl<K: Kind, const FULL: bool> ReporterOps<Test<FULL>> for TestReporter<K, FULL> {
    const NAME: &'static CStr = c"dt_reporter";
    const GRACEFUL_PERIOD: u64 = if FULL && K::GRACEFUL { HOUR_MS } else { 0 };
    const BURST_PERIOD: u64 = if FULL && K::BURST { HOUR_MS } else { 0 };

    const HAS_RECOVER: bool = FULL && K::CALLBACKS;
    const HAS_DUMP: bool = FULL && K::CALLBACKS;
    const HAS_DIAGNOSE: bool = FULL && K::CALLBACKS;
    const HAS_TEST: bool = FULL && K::CALLBACKS;

    type Error = CString;

    fn name(&self) -> &CStr {
        self.name.as_cstr()
    }

    fn recover(
        &self,
        cx: &Locked<'_, Test<FULL>>,
        error: Option<&CString>,
        extack: Extack<'_>,
    ) -> Result {
        let arguments = fmt!("{} context={}", self.name, context(error));
        cx.data().call(Callback::HealthRecover, extack, arguments)
    }

    fn dump(
        &self,
        cx: &Pinned<'_, Test<FULL>>,
        out: &mut Fmsg<'_>,
        error: Option<&CString>,
        extack: Extack<'_>,
    ) -> Result {
        let arguments = fmt!("{} context={}", self.name, context(error));
        cx.data().call(Callback::HealthDump, extack, arguments)?;
        out.pair(c"context", context(error));
        fmsg::fill(out)?;
        if K::LARGE {
            fmsg::fill_large(out)?;
        }
        Ok(())
    }

    fn diagnose(
        &self,
        cx: &Pinned<'_, Test<FULL>>,
        out: &mut Fmsg<'_>,
        extack: Extack<'_>,
    ) -> Result {
        let arguments = fmt!("{}", self.name);
        cx.data()
            .call(Callback::HealthDiagnose, extack, arguments)?;
        fmsg::fill(out)
    }

    fn test(&self, cx: &Locked<'_, Test<FULL>>, extack: Extack<'_>) -> Result {
        let arguments = fmt!("{}", self.name);
        cx.data().call(Callback::HealthTest, extack, arguments)
    }
}

/// A reporter of any kind.
pub(crate) enum AnyReporter<'g, const FULL: bool> {
    Plain(Reporter<'g, Test<FULL>, TestReporter<Plain, FULL>>),
    Graceful(Reporter<'g, Test<FULL>, TestReporter<Graceful, FULL>>),
    Burst(Reporter<'g, Test<FULL>, TestReporter<Burst, FULL>>),
    Large(Reporter<'g, Test<FULL>, TestReporter<Large, FULL>>),
    Bare(Reporter<'g, Test<FULL>, TestReporter<Bare, FULL>>),
}

/// The reporter that an event is about, whatever its kind.
macro_rules! any {
    ($reporter:expr, $found:ident => $what:expr) => {
        match $reporter {
            AnyReporter::Plain($found) => $what,
            AnyReporter::Graceful($found) => $what,
            AnyReporter::Burst($found) => $what,
            AnyReporter::Large($found) => $what,
            AnyReporter::Bare($found) => $what,
        }
    };
}

impl<'g, const FULL: bool> AnyReporter<'g, FULL> {
    fn report(&self, cx: &mut impl Holds<'g, Test<FULL>>, message: &CString) -> Result {
        any!(self, reporter => reporter.report(cx, message, message))
    }

    fn set_state(&self, cx: &Locked<'_, Test<FULL>>, state: ReporterState) {
        any!(self, reporter => reporter.set_state(cx, state))
    }

    fn recovery_done(&self, cx: &Locked<'_, Test<FULL>>) {
        any!(self, reporter => reporter.recovery_done(cx))
    }
}

/// Each reporter can be removed.
pub(crate) struct ReporterGroup<const FULL: bool>;

impl<const FULL: bool> Group<Test<FULL>> for ReporterGroup<FULL> {
    type Key = Name;
    type Value<'group> = AnyReporter<'group, FULL>;
}

pub(crate) type Reporters<'s, const FULL: bool> = Groups<'s, Test<FULL>, ReporterGroup<FULL>>;

fn reporter<K, const FULL: bool>(name: Name) -> TestReporter<K, FULL> {
    TestReporter {
        name,
        _kind: PhantomData,
    }
}

/// Adds a reporter of the device.
fn add<const FULL: bool>(
    reporters: &Reporters<'_, FULL>,
    cx: &Locked<'_, Test<FULL>>,
    name: Name,
) -> Result {
    reporters.add(cx, name, |cx| {
        Ok(AnyReporter::Plain(cx.reporter(reporter(name))?))
    })
}

/// The device's reporters, which go when it does.
pub(crate) fn up<'up, const FULL: bool>(
    cx: &Bringup<'up, '_, Test<FULL>>,
) -> Result<Reporters<'up, FULL>> {
    let reporters = cx.groups()?;
    add(&reporters, cx, Name::new(b"dt_full")?)?;
    let name = Name::new(b"dt_graceful")?;
    reporters.add(cx, name, |cx| {
        Ok(AnyReporter::Graceful(cx.reporter(reporter(name))?))
    })?;
    let name = Name::new(b"dt_burst")?;
    reporters.add(cx, name, |cx| {
        Ok(AnyReporter::Burst(cx.reporter(reporter(name))?))
    })?;
    let name = Name::new(b"dt_large")?;
    reporters.add(cx, name, |cx| {
        Ok(AnyReporter::Large(cx.reporter(reporter(name))?))
    })?;
    let name = Name::new(b"dt_bare")?;
    reporters.add(cx, name, |cx| {
        Ok(AnyReporter::Bare(cx.reporter(reporter(name))?))
    })?;
    Ok(reporters)
}

/// The reporter of port 0, and those of which there are as many as the user wants.
pub(crate) fn add_more<'up, const FULL: bool>(
    reporters: &Reporters<'up, FULL>,
    cx: &Locked<'_, Test<FULL>>,
    ports: &Ports<'up, FULL>,
) -> Result {
    let name = Name::new(b"dt_port")?;
    ports.with(cx, 0, |port| add_to_port(port, cx, name))??;
    for number in 0..cx.data().config().reporters {
        add(reporters, cx, Name::format(fmt!("extra_reporter{number}"))?)?;
    }
    Ok(())
}

fn add_to_port<const FULL: bool>(
    port: &PortObjects<'_, FULL>,
    cx: &Locked<'_, Test<FULL>>,
    name: Name,
) -> Result {
    port.reporters.add_on(cx, name, port.port, |on| {
        Ok(AnyReporter::Plain(on.reporter(reporter(name))?))
    })
}

/// The reporters of the device, or of the port that an event names, for a change of them.
fn change<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    port: Option<&&[u8]>,
    of_device: impl FnOnce(&Locked<'_, Test<FULL>>) -> Result,
    of_port: impl for<'g> FnOnce(&Locked<'_, Test<FULL>>, &PortObjects<'g, FULL>) -> Result,
) -> Result {
    let port = port.map(|port| port::argument(port)).transpose()?;
    cx.lock(|cx| match port {
        None => of_device(cx),
        Some(port) => up.ports.with(cx, port, |port| of_port(cx, port))?,
    })
}

fn reporter_add<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let name = Name::new(arguments[0])?;
    change(
        cx,
        up,
        arguments.get(1),
        |cx| add(&up.reporters, cx, name),
        |cx, port| add_to_port(port, cx, name),
    )
}

fn reporter_del<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let name = Name::new(arguments[0])?;
    change(
        cx,
        up,
        arguments.get(1),
        |cx| up.reporters.remove(cx, name),
        |cx, port| port.reporters.remove(cx, name),
    )
}

fn health_report<'up, const FULL: bool>(
    cx: &mut Held<'_, '_, 'up, '_, Test<FULL>>,
    up: &Up<'up, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let name = Name::new(arguments[0])?;
    let message = CString::try_from_fmt(fmt!("{}", BStr::from_bytes(arguments[1])))?;
    match arguments.get(2) {
        None => up
            .reporters
            .hold(cx, name, |cx, reporter| reporter.report(cx, &message))
            .unwrap_or(Err(ENOENT)),
        Some(port) => up.ports.hold(cx, port::argument(port)?, |cx, port| {
            port.reporters
                .hold(cx, name, |cx, reporter| reporter.report(cx, &message))
                .unwrap_or(Err(ENOENT))
        }),
    }
}

fn health_state<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let state = match arguments[1] {
        b"healthy" => ReporterState::Healthy,
        b"error" => ReporterState::Error,
        _ => return Err(EINVAL),
    };
    let name = Name::new(arguments[0])?;
    let set = |cx: &Locked<'_, Test<FULL>>, reporters: &Reporters<'_, FULL>| {
        reporters
            .get(cx, name, |reporter| reporter.set_state(cx, state))
            .ok_or(ENOENT)
    };
    change(
        cx,
        up,
        arguments.get(2),
        |cx| set(cx, &up.reporters),
        |cx, port| set(cx, &port.reporters),
    )
}

fn health_recovered<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let name = Name::new(arguments[0])?;
    let done = |cx: &Locked<'_, Test<FULL>>, reporters: &Reporters<'_, FULL>| {
        reporters
            .get(cx, name, |reporter| reporter.recovery_done(cx))
            .ok_or(ENOENT)
    };
    change(
        cx,
        up,
        arguments.get(1),
        |cx| done(cx, &up.reporters),
        |cx, port| done(cx, &port.reporters),
    )
}

impl<const FULL: bool> Events<FULL> {
    pub(crate) const HEALTH: &'static [Event<FULL>] = &[
        Event::new("reporter_add", 1, 2, reporter_add::<FULL>),
        Event::new("reporter_del", 1, 2, reporter_del::<FULL>),
        Event::new("health_report", 2, 3, health_report::<FULL>),
        Event::new("health_state", 2, 3, health_state::<FULL>),
        Event::new("health_recovered", 1, 2, health_recovered::<FULL>),
    ];
}
