// SPDX-License-Identifier: GPL-2.0

//! Plays seeds on the running kernel and records what comes back.

use crate::{
    attr, events,
    failing::{self, Failing},
    generate::{Generator, Places, NEEDS_NAME},
    netlink::{self, Family, Netlink, F_DUMP, GENERIC, HEADER},
    normalise::{self, Between, Normaliser},
    request::{Event, Request, Step, Via},
    spec::Spec,
    transcript::{Record, Writer},
    world::World,
};

use anyhow::{bail, Context, Result};
use nix::sched::{setns, unshare, CloneFlags};
use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::fd::AsRawFd,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// After this many requests, everything is asked for again, and requests use what is there then.
const CHUNK: usize = 250;
/// Operations that show a device's objects when asked for the device.
const SHOWS: &[&str] = &[
    "info-get",
    "eswitch-get",
    "dpipe-table-get",
    "dpipe-headers-get",
    "resource-dump",
];
const ESWITCH_SWITCHDEV: u16 = 1;
/// Nothing is under way after so many milliseconds without a message.
const QUIET: u16 = 60;
/// How long a dying namespace may take.
const RETURN: Duration = Duration::from_secs(30);

pub struct Player<'a> {
    spec: &'a Spec,
    normaliser: Normaliser<'a>,
    family: Family,
    home: Netlink,
    away: Netlink,
    /// At home, and away.
    listeners: [Netlink; 2],
    home_file: File,
    /// Keeps the namespace.
    away_file: File,
    choice: events::Choice,
    world: World,
    writer: Option<Writer>,
    /// The results of the current step.
    results: Vec<Record>,
    /// In this seed an instance was nested in another.
    nested: bool,
    failing: Failing,
    reload: u8,
    pub counts: Counts,
    pub times: Times,
}

#[derive(Default)]
pub struct Counts {
    pub steps: usize,
    pub results: usize,
}

/// How long steps took, by what they are.
#[derive(Default)]
pub struct Times(BTreeMap<String, (usize, Duration)>);

impl Times {
    fn add(&mut self, kind: String, start: Instant) {
        let (count, sum) = self.0.entry(kind).or_default();
        *count += 1;
        *sum += start.elapsed();
    }

    /// The kinds of steps that took longest together.
    pub fn longest(&self, number: usize) -> Vec<String> {
        let mut all: Vec<_> = self.0.iter().collect();
        all.sort_by_key(|(_, (_, sum))| std::cmp::Reverse(*sum));
        let line = |(kind, (count, sum)): (&String, &(usize, Duration))| {
            format!("{:8.1} s for {count} times {kind}", sum.as_secs_f32())
        };
        all.into_iter().take(number).map(line).collect()
    }
}

impl<'a> Player<'a> {
    /// In a network namespace where nothing else happens. `module` is the test module's file.
    pub fn new(spec: &'a Spec, module: Option<&Path>, between: Between) -> Result<Self> {
        // Sockets that hear of many objects at once need room.
        fs::write("/proc/sys/net/core/rmem_max", "67108864")
            .context("this must run as root of a test machine")?;
        run("modprobe", &["netdevsim"])?;
        if let Some(module) = module {
            run("insmod", &[&module.to_string_lossy()])?;
        }
        let home_file = this_namespace()?;
        let away_file = new_namespace()?;
        let mut home = Netlink::open()?;
        let family = home.devlink()?;
        let listeners = [
            Netlink::open()?,
            in_namespace(&away_file, &home_file, Netlink::open)?,
        ];
        for listener in &listeners {
            listener.listen(family)?;
        }
        Ok(Self {
            spec,
            normaliser: Normaliser::new(spec, between),
            family,
            home,
            away: in_namespace(&away_file, &home_file, Netlink::open)?,
            listeners,
            home_file,
            away_file,
            choice: events::Choice {
                test: module.is_some(),
                between,
            },
            world: World::default(),
            writer: None,
            results: Vec::new(),
            nested: false,
            failing: Failing::default(),
            reload: spec.op("reload").command,
            counts: Counts::default(),
            times: Times::default(),
        })
    }

    /// Play a seed and write what came back to `path`.
    pub fn seed(&mut self, seed: u64, requests: usize, path: &Path) -> Result<()> {
        self.writer = Some(Writer::create(path)?);
        self.counts = Counts::default();
        // Between the drivers two instances are nested in a shared one.
        self.nested = self.choice.test && self.choice.between == Between::Drivers;
        self.failing = Failing::default();
        let places = Places {
            home: self.home_file.as_raw_fd() as u32,
            away: self.away_file.as_raw_fd() as u32,
            pid: std::process::id(),
        };
        let mut generator = Generator::new(self.spec, seed, places, self.choice);
        self.steps(&events::set_up(self.choice))?;
        let mut left = requests;
        while left > 0 {
            self.look_around()?;
            let mut chunk = CHUNK.min(left);
            left -= chunk;
            while chunk > 0 {
                let steps = generator.next(&self.world);
                chunk -= usize::from(matches!(steps.last(), Some(Step::Request(_))));
                self.steps(&steps)?;
            }
            self.steps(&events::calm(self.spec, places, self.choice))?;
        }
        self.look_around()?;
        self.steps(&events::tear_down(self.choice))?;
        self.writer.take().context("a writer")?.finish()
    }

    fn steps(&mut self, steps: &[Step]) -> Result<()> {
        for step in steps {
            match step {
                Step::Request(request) => {
                    self.request(request)?;
                }
                Step::Event(event) => {
                    let start = Instant::now();
                    let title = event.title();
                    let errno = self
                        .event(event)
                        .with_context(|| format!("event: {title}"))?;
                    self.results.insert(0, Record::Outcome(errno));
                    self.finish(&Record::Event(title), event.is_far())?;
                    self.times.add(event.kind(), start);
                }
            }
        }
        Ok(())
    }

    /// Ask for everything, and remember it.
    fn look_around(&mut self) -> Result<()> {
        self.world = World::default();
        for op in &self.spec.ops {
            if op.dump.is_none() || NEEDS_NAME.contains(&op.name.as_str()) {
                continue;
            }
            let request = Request {
                via: Via::Home,
                command: op.command,
                version: 1,
                flags: F_DUMP,
                attrs: Vec::new(),
            };
            self.remember(&op.name, &request)?;
        }
        let names = (
            self.spec.attr("bus-name").number,
            self.spec.attr("dev-name").number,
        );
        let devices: Vec<_> = self
            .world
            .devices()
            .iter()
            .filter_map(|device| {
                Some((device.get(&names.0)?.clone(), device.get(&names.1)?.clone()))
            })
            .collect();
        for (bus, name) in devices {
            for op in SHOWS {
                let mut request = events::request(self.spec, op, "", "");
                request.attrs.clear();
                attr::put(&mut request.attrs, names.0, &bus);
                attr::put(&mut request.attrs, names.1, &name);
                self.remember(op, &request)?;
            }
        }
        Ok(())
    }

    fn remember(&mut self, op: &str, request: &Request) -> Result<()> {
        for message in self.request(request)? {
            if netlink::kind(&message) == self.family.id {
                self.world.add(
                    self.spec,
                    op,
                    message.get(HEADER + GENERIC..).unwrap_or_default(),
                );
            }
        }
        Ok(())
    }

    /// Send a request, record all that comes of it, and return the answer.
    fn request(&mut self, request: &Request) -> Result<Vec<netlink::Message>> {
        let start = Instant::now();
        let netdevsim = self.about_netdevsim(&request.attrs);
        let mut body = request.body();
        let socket = match request.via {
            Via::Home => &mut self.home,
            Via::Away => &mut self.away,
            Via::Listener => &mut self.listeners[0],
        };
        let (mut answer, others) = socket
            .ask(self.family.id, request.flags, &body)
            .with_context(|| {
                let name = self.spec.command_name(request.command);
                format!("asking for {name} {:x?}", request.attrs)
            })?;
        if self.failing.is_answered_differently(self.spec, request) {
            answer.clear();
        }
        if self.choice.between == Between::Cores {
            answer
                .retain(|message| !failing::may_be_behind_unsupported(self.spec, request, message));
        }
        self.normaliser.attrs(&mut body, GENERIC, netdevsim);
        for message in &mut answer {
            self.normaliser.message(message, netdevsim);
            self.results.push(Record::Reply(message.clone()));
        }
        self.notified(0, others);
        let action = Record::Request {
            via: request.via as u8,
            flags: request.flags,
            body,
        };
        self.finish(&action, request.command == self.reload)?;
        self.times
            .add(self.spec.command_name(request.command), start);
        Ok(answer)
    }

    /// Write down a step and all that came of it; `far` if other instances may have been told.
    fn finish(&mut self, action: &Record, far: bool) -> Result<()> {
        if far && self.nested {
            self.settle()?;
            normalise::merge(self.spec, &mut self.results);
        } else {
            self.notifications()?;
        }
        if self.choice.between == Between::Netdevsims {
            normalise::merge(self.spec, &mut self.results);
        }
        normalise::sort(self.choice.between, action, &mut self.results);
        self.calls();
        self.counts.steps += 1;
        self.counts.results += self.results.len();
        let writer = self.writer.as_mut().context("a writer")?;
        writer.action(action)?;
        self.results
            .drain(..)
            .for_each(|result| writer.result(&result));
        Ok(())
    }

    /// Whether a request is, or may be, about netdevsim.
    fn about_netdevsim(&self, attrs: &[u8]) -> bool {
        let (bus, index) = (
            self.spec.attr("bus-name").number,
            self.spec.attr("index").number,
        );
        let is_netdevsim = |name: &[u8]| name.starts_with(b"netdevsim");
        for found in attr::parse(attrs) {
            if found.number == bus && found.payload != b"devlink_index\0" {
                return is_netdevsim(found.payload);
            }
            if found.number == index {
                let devices = self.world.devices();
                let meant = devices
                    .iter()
                    .find(|device| device.get(&index).is_some_and(|i| i == found.payload));
                return meant
                    .and_then(|device| device.get(&bus))
                    .is_none_or(|name| is_netdevsim(name));
            }
        }
        true
    }

    fn notifications(&mut self) -> Result<()> {
        for place in 0..self.listeners.len() {
            let messages = self.listeners[place]
                .pending()
                .context("notifications were lost")?;
            self.notified(place, messages);
        }
        Ok(())
    }

    fn notified(&mut self, place: usize, messages: Vec<netlink::Message>) {
        for mut message in messages {
            if self.failing.concerns(self.spec, &message) {
                continue;
            }
            self.normaliser.message(&mut message, true);
            self.results.push(Record::Notification {
                via: [Via::Home, Via::Away][place] as u8,
                message,
            });
        }
    }

    /// Records the calls of the test module's callbacks.
    fn calls(&mut self) {
        if !self.choice.test {
            return;
        }
        for (_, device) in events::test_module::devices() {
            let mut text = String::new();
            let read = File::open(format!("{}/{device}/calls", events::test_module::DEBUGFS))
                .and_then(|mut file| file.read_to_string(&mut text));
            let calls = match self.choice.between {
                Between::Cores => normalise::changes(&text),
                Between::Drivers | Between::Netdevsims => text,
            };
            if read.is_ok() && !calls.is_empty() {
                self.results
                    .push(Record::Calls(format!("{device}: {calls}")));
            }
        }
    }

    /// Let something happen; returns an errno or 0.
    fn event(&mut self, event: &Event) -> Result<i32> {
        match event {
            Event::Write { path, text } => {
                let errno = write(path, text);
                // One core answers in one way.
                if errno == 0 && self.choice.between == Between::Cores {
                    self.failing.note(path, text);
                }
                Ok(errno)
            }
            Event::Nest { path, text } => {
                self.nested = true;
                Ok(write(path, text))
            }
            Event::Rename { nth, name } => rename(*nth, name),
            Event::Load(module) => run("modprobe", &[module]).map(|()| 0),
            Event::Unload(module) => run("modprobe", &["-r", module]).map(|()| 0),
            Event::DropRates(device) => self.drop_rates(device),
            Event::DyingNamespace { bus, device } => self.dying_namespace(bus, device),
            Event::Settle => {
                self.settle()?;
                Ok(0)
            }
        }
    }

    fn settle(&mut self) -> Result<()> {
        loop {
            self.notifications()?;
            if !self.listeners[0].wait(QUIET)? {
                return self.notifications();
            }
        }
    }

    /// netdevsim deletes all nodes when it loses its virtual functions in switchdev mode.
    fn drop_rates(&mut self, device: &str) -> Result<i32> {
        let mut get = events::request(self.spec, "eswitch-get", "netdevsim", device);
        for via in [Via::Home, Via::Away] {
            get.via = via;
            let socket = if via == Via::Home {
                &mut self.home
            } else {
                &mut self.away
            };
            let (answer, _) = socket.ask(self.family.id, 0, &get.body())?;
            let attrs = answer[0].get(HEADER + GENERIC..).unwrap_or_default();
            let mode = attr::parse(attrs)
                .find(|found| found.number == self.spec.attr("eswitch-mode").number);
            if netlink::kind(&answer[0]) == self.family.id
                && mode.and_then(|mode| attr::u16_at(mode.payload, 0)) == Some(ESWITCH_SWITCHDEV)
            {
                let file = format!("/sys/bus/netdevsim/devices/{device}/sriov_numvfs");
                write(&file, "1");
                return Ok(write(&file, "0"));
            }
        }
        Ok(0)
    }

    /// The device comes back home; wait until all of it is there.
    fn dying_namespace(&mut self, bus: &str, device: &str) -> Result<i32> {
        let namespace = new_namespace()?;
        let mut reload = events::request(self.spec, "reload", bus, device);
        let fd = namespace.as_raw_fd() as u32;
        attr::put(
            &mut reload.attrs,
            self.spec.attr("netns-fd").number,
            &fd.to_ne_bytes(),
        );
        let (answer, _) = self.home.ask(self.family.id, 0, &reload.body())?;
        let errno = answer.last().map_or(0, |message| netlink::errno(message));
        drop(namespace);
        let get = events::request(self.spec, "get", bus, device);
        let start = Instant::now();
        while errno == 0 {
            let (answer, _) = self.home.ask(self.family.id, 0, &get.body())?;
            if netlink::kind(&answer[0]) == self.family.id {
                break;
            }
            if start.elapsed() > RETURN {
                bail!("{bus}/{device} did not come back from its namespace");
            }
            thread::sleep(Duration::from_millis(10));
        }
        self.settle()?;
        Ok(errno)
    }
}

fn run(program: &str, arguments: &[&str]) -> Result<()> {
    let status = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .status()?;
    if !status.success() {
        bail!("{program} {}: {status}", arguments.join(" "));
    }
    Ok(())
}

/// Write to a file that exists; returns an errno or 0.
fn write(path: &str, text: &str) -> i32 {
    let result = OpenOptions::new()
        .write(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    result.map_or_else(
        |error: io::Error| error.raw_os_error().unwrap_or(-1),
        |()| 0,
    )
}

fn rename(nth: usize, name: &str) -> Result<i32> {
    let mut devices: Vec<_> = nix::net::if_::if_nameindex()?
        .iter()
        .filter(|device| device.name().to_bytes() != b"lo")
        .map(|device| device.index())
        .collect();
    devices.sort_unstable();
    match devices.len() {
        0 => Ok(0),
        len => netlink::rename(devices[nth % len], name),
    }
}

fn this_namespace() -> io::Result<File> {
    File::open("/proc/thread-self/ns/net")
}

fn new_namespace() -> Result<File> {
    let thread = thread::spawn(|| -> Result<File> {
        unshare(CloneFlags::CLONE_NEWNET)?;
        Ok(this_namespace()?)
    });
    thread.join().expect("the thread does not panic")
}

fn in_namespace<T>(namespace: &File, home: &File, act: impl FnOnce() -> Result<T>) -> Result<T> {
    setns(namespace, CloneFlags::CLONE_NEWNET)?;
    let result = act();
    setns(home, CloneFlags::CLONE_NEWNET)?;
    result
}
