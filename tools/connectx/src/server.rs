// SPDX-License-Identifier: GPL-2.0

//! Shows a model as a PCI function to a virtual machine, over vfio-user.
//!
//! Three threads share a device: this one serves the machine, a second one does what time has come
//! for, and `control`'s hand in requests. Whoever works with the device holds its lock.

use crate::{
    capture::{Capture, Direction, LinkType},
    config::{self, Config, Effect},
    hex::hex,
    memory::Memory,
    model::{DmaError, Host, Model, Reset},
    trace::MARK,
    wire::Wire,
};
use anyhow::{Context, Result};
use serde_json::{json, Value};
use std::{
    fmt,
    fs::File,
    io::{self, Write},
    mem::size_of,
    os::unix::fs::FileTypeExt,
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};
use vfio_bindings::bindings::vfio::{
    vfio_region_info, VFIO_IRQ_INFO_EVENTFD, VFIO_IRQ_SET_DATA_EVENTFD, VFIO_IRQ_SET_DATA_NONE,
    VFIO_PCI_CONFIG_REGION_INDEX, VFIO_PCI_ERR_IRQ_INDEX, VFIO_PCI_MSIX_IRQ_INDEX,
    VFIO_PCI_NUM_IRQS, VFIO_PCI_NUM_REGIONS, VFIO_REGION_INFO_FLAG_READ,
    VFIO_REGION_INFO_FLAG_WRITE,
};
use vfio_user::{DmaMapFlags, DmaUnmapFlags, IrqInfo, Server, ServerBackend, ServerRegion};

/// No model is asked about the time more often than this.
const SHORTEST_TICK: Duration = Duration::from_millis(1);

/// What a device reaches of its machine.
struct Machine {
    memory: Memory,
    bus_master: bool,
    /// One for each MSI-X vector that the driver has enabled.
    interrupts: Vec<Option<File>>,
    trace: Option<File>,
    capture: Capture,
    wire: Option<Wire>,
    /// What went to the wire, and what came from there.
    frames: Capture,
    /// How many frames the wire has lost.
    lost: u64,
    start: Instant,
    /// The model wants to be pulled out.
    pulled: bool,
}

impl Host for Machine {
    fn dma_read(&mut self, address: u64, data: &mut [u8]) -> Result<(), DmaError> {
        self.check(address, data.len())?;
        self.memory.read(address, data)
    }

    fn dma_write(&mut self, address: u64, data: &[u8]) -> Result<(), DmaError> {
        self.check(address, data.len())?;
        self.memory.write(address, data)
    }

    fn interrupt(&mut self, vector: u16) {
        if !self.bus_master {
            return;
        }
        if let Some(Some(file)) = self.interrupts.get_mut(usize::from(vector)) {
            // It fails when the machine is gone, and then nobody waits for it.
            let _ = file.write_all(&1u64.to_ne_bytes());
        }
    }

    fn pull_out(&mut self) {
        self.pulled = true;
    }

    fn transmit(&mut self, port: u8, frame: &[u8]) {
        self.frames.add_frame(port, Direction::Outbound, frame);
        if let Some(wire) = &self.wire {
            self.lost += u64::from(!wire.send(port, frame));
        }
    }

    fn trace(&mut self, line: fmt::Arguments<'_>) {
        self.capture.add(Direction::None, line.to_string(), &[]);
        self.write_trace(line);
    }

    fn trace_command(&mut self, input: &[u8], output: &[u8], line: fmt::Arguments<'_>) {
        let line = line.to_string();
        let name = line.split(' ').next().unwrap_or_default();
        self.capture.add(Direction::Inbound, name.into(), input);
        self.write_trace(format_args!("{line}"));
        self.capture.add(Direction::Outbound, line, output);
    }
}

impl Machine {
    fn write_trace(&mut self, line: fmt::Arguments<'_>) {
        if let Some(file) = &mut self.trace {
            let time = self.start.elapsed().as_secs_f64();
            if writeln!(file, "{time:.6} {line}").is_err() {
                self.trace = None;
            }
        }
    }

    fn check(&self, address: u64, length: usize) -> Result<(), DmaError> {
        if self.bus_master {
            Ok(())
        } else {
            Err(DmaError { address, length })
        }
    }
}

/// A model in its slot.
struct Device {
    model: Box<dyn Model>,
    machine: Machine,
    config: Config,
    /// The BAR that is the MSI-X table's: the machine has that table itself.
    interrupt_bar: Option<u8>,
    /// Pulled out of its slot, as the machine sees it.
    removed: bool,
    /// When the model wants its next tick.
    due: Option<Instant>,
}

impl Device {
    fn new(model: Box<dyn Model>, trace: Option<File>) -> Self {
        let identity = model.identity().clone();
        Self {
            config: Config::new(&identity),
            interrupt_bar: config::last_bar(&identity),
            machine: Machine {
                memory: Memory::default(),
                bus_master: false,
                interrupts: Vec::new(),
                trace,
                capture: Capture::default(),
                wire: None,
                frames: Capture::new(LinkType::Ethernet, model.ports().into()),
                lost: 0,
                start: Instant::now(),
                pulled: false,
            },
            model,
            removed: false,
            due: None,
        }
    }

    fn read(&mut self, region: u32, offset: u64, data: &mut [u8]) {
        if self.removed {
            // A machine that sees a wrong interrupt pin complains; no driver reads it alone.
            let pin = (region, offset, data.len()) == (VFIO_PCI_CONFIG_REGION_INDEX, 0x3d, 1);
            data.fill(if pin { 0 } else { 0xff });
        } else if region == VFIO_PCI_CONFIG_REGION_INDEX {
            self.config.read(offset, data);
        } else if let Some(bar) = self.model_bar(region) {
            self.model.bar_read(bar, offset, data);
        } else {
            data.fill(0);
        }
    }

    fn write(&mut self, region: u32, offset: u64, data: &[u8]) {
        if self.removed {
            return;
        }
        if region == VFIO_PCI_CONFIG_REGION_INDEX {
            let effect = self.config.write(self.model.as_mut(), offset, data);
            self.machine.bus_master = self.config.bus_master();
            if effect == Effect::Reset {
                self.reset(Reset::Function);
            }
        } else if let Some(bar) = self.model_bar(region) {
            self.model.bar_write(&mut self.machine, bar, offset, data);
            if std::mem::take(&mut self.machine.pulled) {
                self.pull_out();
            }
        }
    }

    /// The slot is empty, as the machine sees it.
    fn pull_out(&mut self) {
        self.reset(Reset::Power);
        self.removed = true;
    }

    /// Which of the model's BARs a region is.
    fn model_bar(&self, region: u32) -> Option<u8> {
        let bar = u8::try_from(region).ok()?;
        (bar < 6 && bar % 2 == 0 && Some(bar) != self.interrupt_bar).then_some(bar)
    }

    fn reset(&mut self, why: Reset) {
        self.config.reset(why);
        self.machine.bus_master = false;
        self.model.reset(why);
        self.machine.trace(format_args!("reset: {why:?}"));
    }

    /// What the machine gave is no longer the device's.
    fn unplug(&mut self) {
        self.reset(Reset::Power);
        self.machine.memory.clear();
        self.machine.interrupts.clear();
        self.removed = false;
    }

    fn set_interrupts(&mut self, flags: u32, start: u32, count: u32, files: Vec<File>) {
        if flags & VFIO_IRQ_SET_DATA_NONE != 0 && count == 0 {
            self.machine.interrupts.clear();
            return;
        }
        if flags & (VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_DATA_NONE) == 0 {
            return;
        }
        let vectors = usize::from(self.model.identity().vectors);
        // A message brings a file for each of its vectors, or none: then they are turned off.
        let mut files = files.into_iter();
        for vector in (start as usize..).take(count as usize) {
            if vector >= vectors {
                break;
            }
            if self.machine.interrupts.len() <= vector {
                self.machine.interrupts.resize_with(vector + 1, || None);
            }
            self.machine.interrupts[vector] = files.next();
        }
    }

    fn tick(&mut self) {
        self.due = match self.removed {
            true => None,
            false => self
                .model
                .tick(&mut self.machine)
                .map(|after| Instant::now() + after.max(SHORTEST_TICK)),
        };
    }

    /// A frame came from the wire of a port.
    fn receive(&mut self, port: u8, frame: &[u8]) {
        if !self.removed {
            let frames = &mut self.machine.frames;
            frames.add_frame(port, Direction::Inbound, frame);
            self.model.receive(&mut self.machine, port, frame);
        }
    }

    /// Does what a request asks for: here, if it is about the slot, otherwise in the model.
    fn control(&mut self, request: &Value) -> Result<Value, String> {
        match request.get("do").and_then(Value::as_str) {
            None => Err("the request has no member \"do\"".into()),
            Some("ping") => Ok(json!({})),
            Some("mark") => {
                let name = request.get("name").and_then(Value::as_str);
                let name = name.ok_or("which \"name\"?")?;
                self.machine.trace(format_args!("{MARK}{name}"));
                Ok(json!({}))
            }
            Some("capture") => {
                let capture = match request.get("frames").and_then(Value::as_bool) {
                    Some(true) => &self.machine.frames,
                    _ => &self.machine.capture,
                };
                let name = &self.model.identity().product_name;
                let file = hex(&capture.file(name));
                Ok(json!({ "file": file, "dropped": capture.dropped }))
            }
            Some("remove") => {
                self.pull_out();
                Ok(json!({}))
            }
            Some("return") => {
                self.removed = false;
                Ok(json!({}))
            }
            Some("function") => {
                let identity = self.model.identity();
                Ok(json!({
                    "vendor": identity.vendor,
                    "device": identity.device,
                    "product": identity.product_name,
                    "serial": identity.serial_number,
                    "removed": self.removed,
                    "bus_master": self.machine.bus_master,
                    "wire": self.machine.wire.is_some(),
                    "lost_frames": self.machine.lost,
                    "vectors": self.machine.interrupts.iter().flatten().count(),
                }))
            }
            Some(_) if self.removed => Err("the device is removed".into()),
            Some("aer") => {
                let name = request.get("error").and_then(Value::as_str);
                let told = self.config.report(name.ok_or("which \"error\"?")?)?;
                Ok(json!({ "message": told }))
            }
            Some(_) => self.model.control(&mut self.machine, request),
        }
    }
}

/// A device, for all threads that work with it.
#[derive(Clone)]
pub struct Slot(Arc<(Mutex<Device>, Condvar)>);

impl Slot {
    /// Puts a model into a slot, with a file for its trace if there shall be one.
    pub fn new(model: Box<dyn Model>, trace: Option<File>) -> Self {
        Self(Arc::new((
            Mutex::new(Device::new(model, trace)),
            Condvar::new(),
        )))
    }

    /// Answers a request from outside.
    pub fn control(&self, request: &Value) -> Result<Value, String> {
        self.with(|device| device.control(request))
    }

    /// From now on the card sends to that wire.
    pub fn connect(&self, wire: Wire) {
        self.lock().machine.wire = Some(wire);
    }

    /// How many ports the card has for wires.
    pub fn ports(&self) -> u8 {
        self.lock().model.ports()
    }

    /// A port of the card receives a frame.
    pub fn receive(&self, port: u8, frame: &[u8]) {
        self.with(|device| device.receive(port, frame));
    }

    fn lock(&self) -> MutexGuard<'_, Device> {
        // After a panic in a model its state is what it is; a machine that hangs would be worse.
        self.0 .0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works with the device, and then lets the model do what became due by that.
    fn with<T>(&self, work: impl FnOnce(&mut Device) -> T) -> T {
        let mut device = self.lock();
        let before = device.due;
        let result = work(&mut device);
        device.tick();
        let earlier = match (before, device.due) {
            (Some(before), Some(now)) => now < before,
            (None, now) => now.is_some(),
            (Some(_), None) => false,
        };
        if earlier {
            self.0 .1.notify_one();
        }
        result
    }

    /// Ticks for ever.
    fn keep_time(&self) {
        let mut device = self.lock();
        loop {
            let now = Instant::now();
            device = match device.due {
                None => self
                    .0
                     .1
                    .wait(device)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(due) if due > now => {
                    let wait = self.0 .1.wait_timeout(device, due - now);
                    wait.unwrap_or_else(PoisonError::into_inner).0
                }
                Some(_) => {
                    device.tick();
                    device
                }
            };
        }
    }
}

/// Without consequences for the machine: accesses that make no sense read zeros and write nothing,
/// as on a bus.
impl ServerBackend for Slot {
    fn region_read(&mut self, region: u32, offset: u64, data: &mut [u8]) -> io::Result<()> {
        self.lock().read(region, offset, data);
        Ok(())
    }

    fn region_write(&mut self, region: u32, offset: u64, data: &[u8]) -> io::Result<()> {
        self.with(|device| device.write(region, offset, data));
        Ok(())
    }

    fn dma_map(
        &mut self,
        flags: DmaMapFlags,
        offset: u64,
        address: u64,
        size: u64,
        file: Option<File>,
    ) -> io::Result<()> {
        // Memory that is not shared cannot be reached: the device has no access to it.
        let Some(file) = file else { return Ok(()) };
        let access = (
            flags.contains(DmaMapFlags::READ),
            flags.contains(DmaMapFlags::WRITE),
        );
        let memory = &mut self.lock().machine.memory;
        memory.map(address, size, file, offset, access)
    }

    fn dma_unmap(&mut self, flags: DmaUnmapFlags, address: u64, size: u64) -> io::Result<()> {
        let memory = &mut self.lock().machine.memory;
        if flags.contains(DmaUnmapFlags::UNMAP_ALL) {
            memory.clear();
        } else {
            memory.unmap(address, size);
        }
        Ok(())
    }

    fn reset(&mut self) -> io::Result<()> {
        self.with(|device| device.reset(Reset::Machine));
        Ok(())
    }

    fn set_irqs(
        &mut self,
        index: u32,
        flags: u32,
        start: u32,
        count: u32,
        files: Vec<File>,
    ) -> io::Result<()> {
        if index == VFIO_PCI_MSIX_IRQ_INDEX {
            self.lock().set_interrupts(flags, start, count, files);
        }
        Ok(())
    }
}

/// Where and how to serve.
pub struct Options {
    /// The socket that the machine connects to.
    pub socket: PathBuf,
    /// Whether to end when the machine is gone, instead of waiting for the next one.
    pub once: bool,
}

/// Serves a device to one machine after the other.
pub fn serve(slot: &Slot, options: &Options) -> Result<()> {
    remove_stale(&options.socket)?;
    let (irqs, regions) = layout(slot.lock().model.as_ref());
    let server = Server::new(&options.socket, true, irqs, regions)
        .with_context(|| format!("{}", options.socket.display()))?;
    let timer = slot.clone();
    thread::spawn(move || timer.keep_time());
    loop {
        let result = server.run(&mut slot.clone());
        slot.with(Device::unplug);
        if options.once {
            return result.context("the machine's connection");
        }
        if let Err(error) = result {
            eprintln!("connectx: the machine's connection: {error}");
        }
    }
}

/// A server that was killed leaves its socket behind.
pub(crate) fn remove_stale(path: &Path) -> Result<()> {
    if let Ok(data) = std::fs::symlink_metadata(path) {
        if data.file_type().is_socket() {
            std::fs::remove_file(path).with_context(|| format!("{}", path.display()))?;
        }
    }
    Ok(())
}

fn layout(model: &dyn Model) -> (Vec<IrqInfo>, Vec<ServerRegion>) {
    let identity = model.identity();
    let irqs = (0..VFIO_PCI_NUM_IRQS)
        .map(|index| {
            let count = match index {
                VFIO_PCI_MSIX_IRQ_INDEX => identity.vectors.into(),
                // Never raised: QEMU stops the machine on it. But it misses this one.
                VFIO_PCI_ERR_IRQ_INDEX => 1,
                _ => 0,
            };
            IrqInfo {
                index,
                flags: if count > 0 { VFIO_IRQ_INFO_EVENTFD } else { 0 },
                count,
            }
        })
        .collect();
    let regions = (0..VFIO_PCI_NUM_REGIONS)
        .map(|index| {
            let size = match index {
                0 | 2 | 4 => identity.bars[index as usize / 2],
                VFIO_PCI_CONFIG_REGION_INDEX => config::SIZE as u64,
                _ => 0,
            };
            let access = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
            ServerRegion {
                region_info: vfio_region_info {
                    argsz: size_of::<vfio_region_info>() as u32,
                    flags: if size > 0 { access } else { 0 },
                    index,
                    size,
                    ..Default::default()
                },
                sparse_areas: Vec::new(),
                mmap_fd: None,
            }
        })
        .collect();
    (irqs, regions)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{config::tests::identity, memory::tests::file, model::Identity};
    use std::io::Read;

    /// A device that copies: writing an address to its first register has the eight bytes there
    /// incremented, and then raises vector 1.
    pub(crate) struct FakeModel {
        identity: Identity,
        registers: [u8; 64],
        words: [u32; 4],
        resets: u32,
        ticks: u32,
        pub ports: u8,
        /// How many bytes came from the wires of its ports.
        received: [u64; 2],
    }

    impl Default for FakeModel {
        fn default() -> Self {
            Self {
                identity: identity(),
                registers: [0; 64],
                words: [0; 4],
                resets: 0,
                ticks: 0,
                ports: 1,
                received: [0; 2],
            }
        }
    }

    impl Model for FakeModel {
        fn identity(&self) -> &Identity {
            &self.identity
        }

        fn bar_read(&mut self, _bar: u8, offset: u64, data: &mut [u8]) {
            for (byte, at) in data.iter_mut().zip(offset.min(64) as usize..) {
                *byte = self.registers.get(at).copied().unwrap_or(0);
            }
        }

        fn bar_write(&mut self, host: &mut dyn Host, _bar: u8, offset: u64, data: &[u8]) {
            if let (0, Ok(bytes)) = (offset, data.try_into()) {
                let address = u64::from_le_bytes(bytes);
                let mut memory = [0; 8];
                let done = host.dma_read(address, &mut memory).and_then(|()| {
                    memory = u64::from_le_bytes(memory).wrapping_add(1).to_le_bytes();
                    host.dma_write(address, &memory)
                });
                self.registers[8] = if done.is_ok() { 1 } else { 2 };
                host.interrupt(1);
                let line = format_args!("increment in=@{address:#x}");
                host.trace_command(data, &memory, line);
            }
        }

        fn reset(&mut self, _why: Reset) {
            self.registers = [0; 64];
            self.resets += 1;
        }

        fn tick(&mut self, _host: &mut dyn Host) -> Option<Duration> {
            self.ticks += 1;
            (self.ticks < 5).then_some(Duration::from_millis(2))
        }

        fn ports(&self) -> u8 {
            self.ports
        }

        fn receive(&mut self, _host: &mut dyn Host, port: u8, frame: &[u8]) {
            self.received[usize::from(port)] += frame.len() as u64;
        }

        fn control(&mut self, host: &mut dyn Host, request: &Value) -> Result<Value, String> {
            match request["do"].as_str() {
                Some("count") => Ok(json!({
                    "resets": self.resets, "ticks": self.ticks, "received": self.received
                })),
                Some("send") => {
                    let number = |name: &str| request[name].as_u64().unwrap_or(0);
                    host.transmit(number("port") as u8, &vec![0; number("length") as usize]);
                    Ok(json!({}))
                }
                _ => Err("what?".into()),
            }
        }

        fn vsc_size(&self, space: u16) -> Option<u32> {
            (space == 2).then_some(16)
        }

        fn vsc_read(&mut self, _space: u16, address: u32) -> Option<u32> {
            self.words.get(address as usize / 4).copied()
        }

        fn vsc_write(&mut self, _space: u16, address: u32, value: u32) -> bool {
            let word = self.words.get_mut(address as usize / 4);
            word.map(|word| *word = value).is_some()
        }
    }

    const CONFIG: u32 = VFIO_PCI_CONFIG_REGION_INDEX;

    fn slot() -> Slot {
        Slot::new(Box::new(FakeModel::default()), None)
    }

    /// A slot whose device may reach 64 KiB of memory at 0x10000.
    fn running() -> (Slot, File) {
        let mut slot = slot();
        let memory = file(0x1_0000);
        let shared = memory.try_clone().unwrap();
        slot.dma_map(DmaMapFlags::READ_WRITE, 0, 0x1_0000, 0x1_0000, Some(shared))
            .unwrap();
        slot.region_write(CONFIG, 4, &[6, 0]).unwrap();
        (slot, memory)
    }

    fn increment(slot: &mut Slot, address: u64) -> u8 {
        slot.region_write(0, 0, &address.to_le_bytes()).unwrap();
        let mut status = [0];
        slot.region_read(0, 8, &mut status).unwrap();
        status[0]
    }

    #[test]
    fn memory_is_reached() {
        use std::os::unix::fs::FileExt;
        let (mut slot, memory) = running();
        assert_eq!(increment(&mut slot, 0x1_0010), 1);
        assert_eq!(increment(&mut slot, 0x1_0010), 1);
        let mut value = [0; 8];
        memory.read_exact_at(&mut value, 0x10).unwrap();
        assert_eq!(u64::from_le_bytes(value), 2);
        for address in [0, 0xfffc, 0x1_fffc, u64::MAX] {
            assert_eq!(increment(&mut slot, address), 2);
        }
    }

    #[test]
    fn no_memory_without_bus_mastering() {
        let (mut slot, _memory) = running();
        slot.region_write(CONFIG, 4, &[2, 0]).unwrap();
        assert_eq!(increment(&mut slot, 0x1_0010), 2);
    }

    #[test]
    fn enabled_vectors_are_raised() {
        let (mut slot, _memory) = running();
        let raised = file(0);
        let mut reader = raised.try_clone().unwrap();
        let files = vec![file(0), raised];
        let eventfd = VFIO_IRQ_SET_DATA_EVENTFD;
        slot.set_irqs(VFIO_PCI_MSIX_IRQ_INDEX, eventfd, 0, 2, files)
            .unwrap();
        increment(&mut slot, 0x1_0000);
        assert_eq!(reader.metadata().unwrap().len(), 8);
        // Without files: off. And vectors that the device does not have are none.
        slot.set_irqs(VFIO_PCI_MSIX_IRQ_INDEX, eventfd, 1, u32::MAX, vec![])
            .unwrap();
        increment(&mut slot, 0x1_0000);
        let mut rest = Vec::new();
        reader.read_to_end(&mut rest).unwrap();
        assert_eq!(reader.metadata().unwrap().len(), 8);
    }

    #[test]
    fn commands_are_captured() {
        let (mut slot, _memory) = running();
        slot.control(&json!({"do": "mark", "name": "probe"}))
            .unwrap();
        assert!(slot.control(&json!({"do": "mark"})).is_err());
        increment(&mut slot, 0x1_0010);
        slot.reset().unwrap();
        let answer = slot.control(&json!({"do": "capture"})).unwrap();
        assert_eq!(answer["dropped"], 0);
        let file = crate::hex::bytes(answer["file"].as_str().unwrap()).unwrap();
        let packets = crate::capture::read(&file).unwrap();
        let packets = packets
            .into_iter()
            .map(|packet| (packet.direction, packet.comment, packet.data));
        let (input, output) = (
            vec![0x10, 0, 1, 0, 0, 0, 0, 0],
            vec![1, 0, 0, 0, 0, 0, 0, 0],
        );
        assert_eq!(
            packets.collect::<Vec<_>>(),
            [
                (Direction::None, "mark: probe".into(), vec![]),
                (Direction::Inbound, "increment".into(), input),
                (Direction::Outbound, "increment in=@0x10010".into(), output),
                (Direction::None, "reset: Machine".into(), vec![]),
            ]
        );
    }

    #[test]
    fn resets_are_counted() {
        let (mut slot, _memory) = running();
        slot.region_write(CONFIG, 0x68, &[0, 0x80]).unwrap();
        slot.reset().unwrap();
        let answer = slot.control(&json!({"do": "count"})).unwrap();
        assert_eq!(answer["resets"], 2);
        assert_eq!(increment(&mut slot, 0x1_0010), 2, "no longer bus master");
    }

    #[test]
    fn errors_of_the_bus_are_in_its_registers() {
        let (mut slot, _memory) = running();
        let answer = slot.control(&json!({"do": "aer", "error": "poisoned_tlp"}));
        assert_eq!(
            answer,
            Ok(json!({ "message": null })),
            "nobody wants to know"
        );
        let mut status = [0; 4];
        slot.region_read(CONFIG, 0x104, &mut status).unwrap();
        assert_eq!(status, [0, 0x10, 0, 0]);
        for wrong in [json!({"do": "aer"}), json!({"do": "aer", "error": "x"})] {
            assert!(slot.control(&wrong).is_err());
        }
    }

    #[test]
    fn removed_reads_ones() {
        let (mut slot, _memory) = running();
        slot.control(&json!({"do": "remove"})).unwrap();
        let mut data = [0; 4];
        slot.region_read(CONFIG, 0, &mut data).unwrap();
        assert_eq!(data, [0xff; 4]);
        assert!(slot.control(&json!({"do": "count"})).is_err());
        slot.control(&json!({"do": "return"})).unwrap();
        slot.region_read(CONFIG, 0, &mut data).unwrap();
        assert_eq!(data, [0xb3, 0x15, 0x17, 0x10]);
    }

    #[test]
    fn time_passes() {
        let slot = slot();
        let timer = slot.clone();
        thread::spawn(move || timer.keep_time());
        slot.control(&json!({"do": "ping"})).unwrap();
        let start = Instant::now();
        while slot.lock().due.is_some() && start.elapsed() < Duration::from_secs(10) {
            thread::sleep(Duration::from_millis(1));
        }
        let answer = slot.control(&json!({"do": "count"})).unwrap();
        assert_eq!(answer["ticks"], 5);
    }

    #[test]
    fn accesses_that_make_no_sense() {
        let (mut slot, _memory) = running();
        for region in (0..12).chain([u32::MAX]) {
            for offset in [0, 1, 63, 0xfff, 1 << 20, u64::MAX] {
                for length in [0, 1, 3, 8, 100] {
                    let mut data = vec![0; length];
                    slot.region_write(region, offset, &data).unwrap();
                    slot.region_read(region, offset, &mut data).unwrap();
                }
            }
        }
    }
}
