// SPDX-License-Identifier: GPL-2.0

//! The module's bus:
//!
//! ```text
//! echo "ID [KEY=VALUE ...]" >/sys/bus/devlink_test/new_device
//! echo ID >/sys/bus/devlink_test/del_device
//! ```
//!
//! The keys are those of `../module/bus.c`. What a driver in Rust cannot do is refused with
//! `EOPNOTSUPP`, see the crate's documentation.

use crate::{
    control::{
        self,
        Control, //
    },
    device::Test,
    event::EventFile,
    name::Name,
    nested::Nesting,
    notifiers::Check,
    words::{
        blank_separated,
        number, //
    },
};

use kernel::{
    bus::{
        self,
        Alive,
        Bus,
        BusAttribute,
        Device,
        Registration, //
    },
    debugfs::{
        self,
        Dir,
        Text,
        TextFile, //
    },
    net::devlink,
    new_mutex,
    prelude::*,
    str::{
        kstrtobool_bytes,
        CString, //
    },
    sync::{
        aref::ARef,
        Arc,
        Mutex, //
    },
};

/// More would only be slow.
const MAX_OBJECTS: u32 = 16384;
/// The number is part of netdevices' names, which are short.
const MAX_ID: u32 = 9999;

/// What the user asked for. The numbers are of objects more than the basic set.
#[derive(Clone)]
pub(crate) struct Config {
    /// Every optional callback, or none.
    full: bool,
    /// Callbacks about reporters and regions that only read run side by side.
    pub(crate) parallel_reads: bool,
    /// Callbacks write nothing down.
    quiet: bool,
    /// Physical ports have netdevices.
    pub(crate) netdevs: bool,
    /// Of the kernel's, registered while the device is up.
    pub(crate) notifiers: bool,
    pub(crate) ports: u32,
    pub(crate) params: u32,
    pub(crate) resources: u32,
    pub(crate) traps: u32,
    pub(crate) rates: u32,
    pub(crate) regions: u32,
    pub(crate) reporters: u32,
    pub(crate) linecards: u32,
    pub(crate) sbs: u32,
    pub(crate) tables: u32,
    /// The shared instance to begin in.
    share: Option<Name>,
}

impl Config {
    /// The number of a device and what follows it.
    fn parse(text: &[u8]) -> Result<(u32, Self)> {
        let mut config = Config {
            full: true,
            parallel_reads: false,
            quiet: false,
            netdevs: true,
            notifiers: false,
            ports: 0,
            params: 0,
            resources: 0,
            traps: 0,
            rates: 0,
            regions: 0,
            reporters: 0,
            linecards: 0,
            sbs: 0,
            tables: 0,
            share: None,
        };
        let mut words = blank_separated(text.trim_ascii());
        let id = parse_id(words.next().ok_or(EINVAL)?)?;
        for word in words {
            let equals = word.iter().position(|&byte| byte == b'=').ok_or(EINVAL)?;
            config.set(&word[..equals], &word[equals + 1..])?;
        }
        // Devices without callbacks have none of these.
        if !config.full && (config.rates != 0 || config.traps != 0) {
            return Err(EINVAL);
        }
        Ok((id, config))
    }

    fn set(&mut self, key: &[u8], value: &[u8]) -> Result {
        match key {
            b"ops" => {
                self.full = match value {
                    b"full" => true,
                    b"none" => false,
                    _ => return Err(EINVAL),
                }
            }
            b"netdevs" => self.netdevs = kstrtobool_bytes(value)?,
            b"parallel_reads" => self.parallel_reads = kstrtobool_bytes(value)?,
            b"notifiers" => self.notifiers = kstrtobool_bytes(value)?,
            b"quiet" => self.quiet = kstrtobool_bytes(value)?,
            b"share" => self.share = Some(Name::new(value)?),
            b"parallel" | b"report" => {
                if kstrtobool_bytes(value)? {
                    return Err(EOPNOTSUPP);
                }
            }
            _ => {
                let number = number(value)?;
                if number > MAX_OBJECTS {
                    return Err(EINVAL);
                }
                *self.number_of(key).ok_or(EINVAL)? = number;
            }
        }
        Ok(())
    }

    fn number_of(&mut self, key: &[u8]) -> Option<&mut u32> {
        Some(match key {
            b"ports" => &mut self.ports,
            b"params" => &mut self.params,
            b"resources" => &mut self.resources,
            b"traps" => &mut self.traps,
            b"rates" => &mut self.rates,
            b"regions" => &mut self.regions,
            b"reporters" => &mut self.reporters,
            b"linecards" => &mut self.linecards,
            b"sbs" => &mut self.sbs,
            b"tables" => &mut self.tables,
            _ => return None,
        })
    }
}

fn parse_id(text: &[u8]) -> Result<u32> {
    match number(text)? {
        id if id <= MAX_ID => Ok(id),
        _ => Err(EINVAL),
    }
}

/// The state of the bus.
pub(crate) struct TestBus {
    /// The module's folder in debugfs.
    root: Dir,
}

/// What a device has whether the driver is bound to it or not.
#[pin_data]
pub(crate) struct TestDevice {
    pub(crate) config: Config,
    pub(crate) control: Arc<Control>,
    #[pin]
    pub(crate) nesting: Nesting,
    /// They have references to the device.
    #[pin]
    files: Mutex<Option<Pin<KBox<Files>>>>,
}

/// A device's files in debugfs. An event takes locks that the other files do not, and goes first.
#[pin_data]
struct Files {
    #[pin]
    event: TextFile<EventFile>,
    #[pin]
    control: control::Files,
}

impl Files {
    fn new(root: &Dir, dev: &Device<TestBus>) -> Result<Pin<KBox<Self>>> {
        let generic: &kernel::device::Device = dev.as_ref();
        let folder = root.subdir(&CString::try_from(generic.name())?);
        let event = Ok(EventFile::new(dev.into()));
        let files = try_pin_init!(Files {
            event <- folder.text_file(c"event", event),
            control <- control::Files::new(&folder, &dev.value().control),
        }? Error);
        KBox::pin_init(files, GFP_KERNEL)
    }
}

#[vtable]
impl Bus for TestBus {
    const NAME: &'static CStr = c"devlink_test";

    type Value = TestDevice;
    type Attributes = (NewDevice, DelDevice);
    type DeviceAttributes = ();
    type Driver = devlink::bus::OneOf<TestBus>;

    fn removing(dev: &Device<Self>) {
        // Waits for events, which take locks; so this thread has none of them.
        let files = dev.value().files.lock().take();
        drop(files);
        // From now on nobody could.
        dev.value().control.end_hangs();
    }
}

/// Whether a device has callbacks is a matter of its driver's type.
impl devlink::bus::Choice<TestBus> for TestBus {
    type First = Test<true>;
    type Second = Test<false>;

    fn is_second(dev: &Device<Self>) -> bool {
        !dev.value().config.full
    }
}

pub(crate) struct NewDevice;

#[vtable]
impl BusAttribute<TestBus> for NewDevice {
    const NAME: &'static CStr = c"new_device";

    fn store(bus: &bus::Control<'_, TestBus>, text: &[u8]) -> Result {
        let (id, config) = Config::parse(text)?;
        let control = Control::new(config.quiet)?;
        let share = config.share;
        let value = try_pin_init!(TestDevice {
            config,
            control,
            nesting <- Nesting::new(share),
            files <- new_mutex!(None),
        }? Error);
        let changes = bus.changes()?;
        let dev: ARef<Device<TestBus>> = changes.add_bound(id, value)?;
        match Files::new(&bus.root, &dev) {
            Ok(files) => {
                *dev.value().files.lock() = Some(files);
                Ok(())
            }
            Err(error) => {
                changes.remove(id)?;
                Err(error)
            }
        }
    }
}

pub(crate) struct DelDevice;

#[vtable]
impl BusAttribute<TestBus> for DelDevice {
    const NAME: &'static CStr = c"del_device";

    fn store(bus: &bus::Control<'_, TestBus>, text: &[u8]) -> Result {
        let id = parse_id(text.trim_ascii())?;
        bus.changes()?.remove(id)
    }
}

/// `alive`: how many devices there are of which somebody has a reference.
struct AliveFile(Arc<Alive>);

#[vtable]
impl Text for AliveFile {
    fn read(&self) -> Result<KVVec<u8>> {
        debugfs::text(fmt!("{}\n", self.0.count()))
    }
}

pub(crate) struct TestModule {
    _bus: Registration<TestBus>,
    _alive: Pin<KBox<TextFile<AliveFile>>>,
    _check: Check,
}

impl kernel::Module for TestModule {
    fn init(_: &'static ThisModule) -> Result<Self> {
        let root = Dir::new(TestBus::NAME);
        let bus = Registration::new(Ok(TestBus { root: root.clone() }))?;
        let alive = root.text_file(c"alive", Ok(AliveFile(bus.alive())));
        Ok(TestModule {
            _alive: KBox::pin_init(alive, GFP_KERNEL)?,
            _bus: bus,
            _check: Check,
        })
    }
}
