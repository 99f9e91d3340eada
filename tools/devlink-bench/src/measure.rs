// SPDX-License-Identifier: GPL-2.0

//! What is measured. Requests are made once and sent again and again; answers are counted and not
//! looked at, so that a figure is about the kernel.

use crate::{device::Device, Figure, Language, Outcome};

use anyhow::{bail, Context, Result};
use devlink_netlink::{
    attr,
    netlink::{Family, Netlink, F_DUMP},
};
use std::{
    fs::File,
    io::Write,
    path::Path,
    sync::{
        atomic::{AtomicBool, Ordering},
        Barrier,
    },
    thread,
    time::{Duration, Instant},
};

const GET: u8 = 1;
const PORT_GET: u8 = 5;
const RESOURCE_DUMP: u8 = 36;
const RELOAD: u8 = 37;
const PARAM_GET: u8 = 38;
const REGION_GET: u8 = 42;
const INFO_GET: u8 = 51;
const HEALTH_REPORTER_GET: u8 = 52;
const TRAP_GET: u8 = 61;
const RATE_GET: u8 = 74;
const NOTIFY_FILTER_SET: u8 = 84;
const PORT_INDEX: u16 = 3;

/// A device without netdevices, which take long to make and are not devlink's, and whose callbacks
/// do next to nothing.
const BARE: &str = "netdevs=0 quiet=1";
/// Nothing but what every device has, and no callbacks.
const SMALL: &str = "netdevs=0 ops=none";
/// How long the driver hangs in its callback.
const WEDGED: Duration = Duration::from_secs(60);
const SIZES: [u32; 3] = [16, 256, 4096];

/// Kinds of objects: name, key of the module, command that dumps them.
const KINDS: [(&str, &str, u8); 5] = [
    ("ports", "ports", PORT_GET),
    ("params", "params", PARAM_GET),
    ("resources", "resources", RESOURCE_DUMP),
    ("traps", "traps", TRAP_GET),
    ("rates", "rates", RATE_GET),
];

struct Bench {
    core: Language,
    driver: Language,
    out: File,
    only: String,
    span: Duration,
    family: Family,
}

fn body(command: u8, attrs: &[u8]) -> Vec<u8> {
    [&[command, 1, 0, 0], attrs].concat()
}

fn port_body(device: &Device) -> Vec<u8> {
    let mut attrs = device.handle();
    attr::put(&mut attrs, PORT_INDEX, &0_u32.to_ne_bytes());
    body(PORT_GET, &attrs)
}

/// Asks and expects an answer; returns how many messages came.
fn ask(socket: &mut Netlink, family: Family, flags: u16, body: &[u8]) -> Result<usize> {
    match socket.count(family.id, flags, body)? {
        Ok(messages) => Ok(messages),
        Err(errno) => bail!("command {} failed with errno {}", body[0], -errno),
    }
}

/// How many times per second `work` can be done, measured for `span` after it was done once.
fn rate(span: Duration, mut work: impl FnMut() -> Outcome) -> Result<f64> {
    work()?;
    let begin = Instant::now();
    let mut times = 0;
    while begin.elapsed() < span {
        work()?;
        times += 1;
    }
    Ok(f64::from(times) / begin.elapsed().as_secs_f64())
}

/// The latencies of a request that is sent again and again, in milliseconds. The pause between two
/// leaves CPU time to others.
fn waits(
    family: Family,
    flags: u16,
    request: &[u8],
    pause: Duration,
    goes_on: impl Fn() -> bool,
) -> Result<Vec<f64>> {
    let (mut socket, mut times) = (Netlink::open()?, Vec::new());
    while goes_on() {
        let before = Instant::now();
        ask(&mut socket, family, flags, request)?;
        times.push(before.elapsed().as_secs_f64() * 1e3);
        thread::sleep(pause);
    }
    Ok(times)
}

/// The value below which `part` of the sorted values are.
fn quantile(sorted: &[f64], part: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * part).round() as usize]
}

impl Bench {
    fn wants(&self, group: &str) -> bool {
        let wanted = self.only.split(',').any(|name| group.contains(name));
        if wanted {
            eprintln!("{group}");
        }
        wanted
    }

    fn put(&mut self, name: &str, unit: &str, value: f64) -> Outcome {
        let figure = Figure {
            core: self.core,
            driver: self.driver,
            name: name.into(),
            unit: unit.into(),
            value,
        };
        writeln!(self.out, "{}", serde_json::to_string(&figure)?)?;
        Ok(())
    }

    fn open(&self) -> Result<Netlink> {
        Netlink::open()
    }

    /// Get by handle, with more and more instances.
    fn get(&mut self) -> Outcome {
        let mut devices = Vec::new();
        for count in [1, 100, 1000] {
            for id in devices.len() as u32..count {
                devices.push(Device::new(id, SMALL)?);
            }
            let request = body(GET, &devices[devices.len() / 2].handle());
            let (mut socket, family) = (self.open()?, self.family);
            let rate = rate(self.span, || {
                ask(&mut socket, family, 0, &request).map(drop)
            })?;
            self.put(&format!("get by handle, {count} instances"), "1/s", rate)?;
            let request = body(GET, &[]);
            let mut messages = 0;
            let begin = Instant::now();
            while begin.elapsed() < self.span {
                messages += ask(&mut socket, family, F_DUMP, &request)?;
            }
            let rate = messages as f64 / begin.elapsed().as_secs_f64();
            self.put(
                &format!("dump of instances, {count} of them"),
                "messages/s",
                rate,
            )?;
        }
        Ok(())
    }

    /// Dumps of one instance with more and more objects, and what those need of memory.
    fn dumps(&mut self) -> Outcome {
        for (name, key, command) in KINDS {
            for size in SIZES {
                let device = Device::new(0, &format!("{BARE} {key}={size}"))?;
                let request = body(command, &device.handle());
                let (mut socket, family) = (self.open()?, self.family);
                let mut messages = ask(&mut socket, family, F_DUMP, &request)?;
                // A message may hold several resources: objects count, then.
                let objects = messages.max(size as usize);
                let begin = Instant::now();
                let mut dumps = 0;
                while begin.elapsed() < self.span {
                    messages = ask(&mut socket, family, F_DUMP, &request)?;
                    dumps += 1;
                }
                if messages == 0 {
                    bail!("the dump of {name} is empty");
                }
                let rate = (dumps * objects) as f64 / begin.elapsed().as_secs_f64();
                self.put(&format!("dump of {name}, {size}"), "objects/s", rate)?;
            }
        }
        Ok(())
    }

    /// Reads of what the core knows itself, from several threads, each with a socket of its own.
    fn threads(&mut self) -> Outcome {
        let devices = Device::many(4, SMALL)?;
        for (what, spread) in [("one instance", false), ("an instance each", true)] {
            for count in [1_usize, 2, 4] {
                let (family, span) = (self.family, self.span);
                let barrier = Barrier::new(count);
                let total = thread::scope(|scope| -> Result<f64> {
                    let threads: Vec<_> = (0..count)
                        .map(|index| {
                            let request = port_body(&devices[if spread { index } else { 0 }]);
                            let barrier = &barrier;
                            scope.spawn(move || -> Result<f64> {
                                let mut socket = Netlink::open()?;
                                barrier.wait();
                                rate(span, || ask(&mut socket, family, 0, &request).map(drop))
                            })
                        })
                        .collect();
                    let mut total = 0.0;
                    for thread in threads {
                        total += thread.join().expect("a thread that does not panic")?;
                    }
                    Ok(total)
                })?;
                self.put(&format!("port get, {count} threads, {what}"), "1/s", total)?;
            }
        }
        Ok(())
    }

    /// The latencies of readers while a reload keeps a driver busy for a second.
    fn latency(&mut self) -> Outcome {
        let tick = clock_tick();
        if tick > Duration::from_millis(1) {
            eprintln!("the clock ticks every {tick:?}: shorter waits read as 0");
        }
        let devices = Device::many(2, BARE)?;
        let family = self.family;
        for (whom, busy) in [("another", 1), ("the same", 0)] {
            devices[busy].slow("reload_up", 1000)?;
            for (what, flags, request) in [
                ("dev get", 0, body(GET, &devices[0].handle())),
                ("dump of instances", F_DUMP, body(GET, &[])),
                ("dump of ports", F_DUMP, body(PORT_GET, &[])),
                ("dump of resources", F_DUMP, body(RESOURCE_DUMP, &[])),
            ] {
                let stop = AtomicBool::new(false);
                let times = thread::scope(|scope| -> Result<Vec<f64>> {
                    let reload = body(RELOAD, &devices[busy].handle());
                    let stop = &stop;
                    let reloader = scope.spawn(move || -> Outcome {
                        let mut socket = Netlink::open()?;
                        while !stop.load(Ordering::Relaxed) {
                            ask(&mut socket, family, 0, &reload)?;
                        }
                        Ok(())
                    });
                    let begin = Instant::now();
                    let times = waits(family, flags, &request, Duration::from_millis(2), || {
                        begin.elapsed() < Duration::from_secs(3)
                    });
                    stop.store(true, Ordering::Relaxed);
                    reloader.join().expect("a thread that does not panic")?;
                    times
                })?;
                self.put_waits(&format!("{what} while {whom} instance reloads"), times)?;
            }
            devices[busy].slow("reload_up", 0)?;
        }
        Ok(())
    }

    fn put_waits(&mut self, name: &str, mut times: Vec<f64>) -> Outcome {
        times.sort_by(f64::total_cmp);
        for (label, part) in [("p50", 0.5), ("p99", 0.99), ("max", 1.0)] {
            self.put(&format!("{name}, {label}"), "ms", quantile(&times, part))?;
        }
        Ok(())
    }

    /// The latencies of readers that run side by side while a driver hangs in a callback.
    fn wedged(&mut self) -> Outcome {
        let device = Device::new(0, BARE)?;
        let another = Device::new(1, BARE)?;
        let family = self.family;
        let handle = device.handle();
        let requests = [
            ("dev get", 0, body(GET, &handle)),
            // These ports have functions, about which only a driver knows.
            ("port get of another", 0, port_body(&another)),
            ("dump of its ports", F_DUMP, body(PORT_GET, &handle)),
            ("dump of its params", F_DUMP, body(PARAM_GET, &handle)),
            (
                "dump of its resources",
                F_DUMP,
                body(RESOURCE_DUMP, &handle),
            ),
            ("dump of its regions", F_DUMP, body(REGION_GET, &handle)),
            (
                "dump of its reporters",
                F_DUMP,
                body(HEALTH_REPORTER_GET, &handle),
            ),
            ("dump of its rates", F_DUMP, body(RATE_GET, &handle)),
            ("dump of all instances", F_DUMP, body(GET, &[])),
            ("dump of all ports", F_DUMP, body(PORT_GET, &[])),
            ("dump of all params", F_DUMP, body(PARAM_GET, &[])),
        ];
        device.hang("info_get", true)?;
        let is_wedged = AtomicBool::new(true);
        let times = thread::scope(|scope| -> Result<Vec<Vec<f64>>> {
            let asker =
                scope.spawn(|| ask(&mut Netlink::open()?, family, 0, &body(INFO_GET, &handle)));
            thread::sleep(Duration::from_millis(500));
            let (is_wedged, mut readers) = (&is_wedged, Vec::new());
            for (_, flags, request) in &requests {
                readers.push(scope.spawn(move || {
                    waits(family, *flags, request, Duration::from_millis(50), || {
                        is_wedged.load(Ordering::Relaxed)
                    })
                }));
            }
            thread::sleep(WEDGED);
            is_wedged.store(false, Ordering::Relaxed);
            device.hang("info_get", false)?;
            let join = "a thread that does not panic";
            asker.join().expect(join)?;
            readers
                .into_iter()
                .map(|reader| reader.join().expect(join))
                .collect()
        })?;
        for ((what, ..), times) in requests.iter().zip(times) {
            self.put_waits(&format!("{what} while a callback hangs"), times)?;
        }
        Ok(())
    }

    /// Objects that come and go.
    fn registration(&mut self) -> Outcome {
        let device = Device::new(0, BARE)?;
        for (what, add, del) in [
            ("port", "port_add 900", "port_del 900"),
            ("param", "param_add bench", "param_del bench"),
            ("trap", "trap_add bench", "trap_del bench"),
            ("region", "region_add bench", "region_del bench"),
            ("reporter", "reporter_add bench", "reporter_del bench"),
        ] {
            let rate = rate(self.span, || {
                device.event(add)?;
                device.event(del)
            })?;
            self.put(&format!("{what} added and removed"), "1/s", rate)?;
        }
        let rate = rate(self.span, || Device::new(1, SMALL).map(drop))?;
        self.put("instance added and removed", "1/s", rate)
    }

    /// Notifications, which nobody or somebody wants to hear.
    fn notifications(&mut self) -> Outcome {
        let device = Device::new(0, BARE)?;
        let other = Device::new(1, SMALL)?;
        for (count, filtered) in [(0, false), (1, false), (64, false), (64, true)] {
            let mut sockets = Vec::new();
            for _ in 0..count {
                let mut socket = self.open()?;
                if filtered {
                    ask(
                        &mut socket,
                        self.family,
                        0,
                        &body(NOTIFY_FILTER_SET, &other.handle()),
                    )?;
                }
                socket.listen(self.family)?;
                sockets.push(socket);
            }
            let (mut busy, mut sent) = (Duration::ZERO, 0);
            while busy < self.span {
                let begin = Instant::now();
                for _ in 0..100 {
                    device.event("param_changed dt_u32")?;
                }
                busy += begin.elapsed();
                sent += 100;
                for socket in &mut sockets {
                    socket.pending()?;
                }
            }
            let what = if filtered {
                "filtered out"
            } else {
                "listening"
            };
            self.put(
                &format!("notification, {count} {what}"),
                "1/s",
                f64::from(sent) / busy.as_secs_f64(),
            )?;
        }
        Ok(())
    }

    /// Memory that the kernel needs more, with the driver's own structures. The allocator keeps
    /// some of what is freed, so what many objects need is compared with what more of them need.
    fn memory(&mut self) -> Outcome {
        const COUNTS: [u32; 2] = [2048, 6144];
        for (name, key, _) in KINDS {
            let mut used = [0; 2];
            for (used, count) in used.iter_mut().zip(COUNTS) {
                let _device = Device::new(0, &format!("{BARE} {key}={count}"))?;
                *used = used_memory()?;
            }
            let each = (used[1] as f64 - used[0] as f64) / f64::from(COUNTS[1] - COUNTS[0]);
            self.put(&format!("memory of one of {name}"), "bytes", each)?;
        }
        let before = used_memory()?;
        let devices = Device::many(200, SMALL)?;
        let each = (used_memory()? as f64 - before as f64) / devices.len() as f64;
        self.put("memory of an instance", "bytes", each)
    }
}

/// The shortest time that the clock can tell.
fn clock_tick() -> Duration {
    let begin = Instant::now();
    loop {
        let passed = begin.elapsed();
        if !passed.is_zero() {
            return passed;
        }
    }
}

/// Bytes in slabs and vmalloc areas, after what can be given back was given back.
fn used_memory() -> Result<u64> {
    std::fs::write("/proc/sys/vm/drop_caches", "3").context("cannot drop caches")?;
    // What RCU frees comes some time later.
    thread::sleep(Duration::from_millis(300));
    let text = std::fs::read_to_string("/proc/meminfo").context("cannot read /proc/meminfo")?;
    let value = |key: &str| -> Result<u64> {
        text.lines()
            .find_map(|line| {
                line.strip_prefix(key)?
                    .split_whitespace()
                    .nth(1)?
                    .parse()
                    .ok()
            })
            .with_context(|| format!("/proc/meminfo has no {key}"))
    };
    Ok((value("Slab")? + value("VmallocUsed")?) * 1024_u64)
}

/// Measures a core with a driver: everything whose group has a word of `only` in its name.
pub fn run(
    (core, driver): (Language, Language),
    out: &Path,
    only: &str,
    milliseconds: u64,
) -> Outcome {
    let mut bench = Bench {
        core,
        driver,
        out: File::create(out).with_context(|| format!("cannot write {}", out.display()))?,
        only: only.into(),
        span: Duration::from_millis(milliseconds),
        family: Netlink::open()?.devlink()?,
    };
    let groups: [(&str, fn(&mut Bench) -> Outcome); 8] = [
        ("get", Bench::get),
        ("dumps", Bench::dumps),
        ("threads", Bench::threads),
        ("latency", Bench::latency),
        ("wedged", Bench::wedged),
        ("registration", Bench::registration),
        ("notifications", Bench::notifications),
        ("memory", Bench::memory),
    ];
    let mut measured = false;
    for (name, group) in groups {
        if bench.wants(name) {
            group(&mut bench).with_context(|| format!("in {name}"))?;
            measured = true;
        }
    }
    if !measured {
        bail!("nothing is called {only}");
    }
    Ok(())
}
