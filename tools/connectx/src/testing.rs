// SPDX-License-Identifier: GPL-2.0

//! What the tests of the cards share: a machine, and numbers that look random.

use crate::model::{DmaError, Host};
use std::{
    fmt,
    ops::Range,
    sync::mpsc::{channel, RecvTimeoutError},
    thread,
    time::Duration,
};

/// So much memory has a machine.
pub const MEMORY: usize = 16 << 20;

/// A machine with memory from address 0 on, which keeps what a card does to it.
pub struct Machine {
    pub memory: Vec<u8>,
    pub interrupts: Vec<u16>,
    /// What went to the wire, and from which of the ports.
    pub sent: Vec<Vec<u8>>,
    pub sent_by: Vec<u8>,
    pub traced: Vec<String>,
    /// The card was pulled out.
    pub pulled: bool,
    /// The last command, and its answer.
    pub command: (Vec<u8>, Vec<u8>),
}

impl Machine {
    pub fn new() -> Self {
        Self {
            memory: vec![0; MEMORY],
            interrupts: Vec::new(),
            sent: Vec::new(),
            sent_by: Vec::new(),
            traced: Vec::new(),
            pulled: false,
            command: Default::default(),
        }
    }

    fn range(&self, address: u64, length: usize) -> Result<Range<usize>, DmaError> {
        let start = usize::try_from(address).unwrap_or(usize::MAX);
        match start.checked_add(length) {
            Some(end) if end <= MEMORY => Ok(start..end),
            _ => Err(DmaError { address, length }),
        }
    }

    /// Puts data where there must be memory.
    pub fn put(&mut self, address: u64, data: &[u8]) {
        self.dma_write(address, data).expect("inside");
    }

    /// A big-endian word of the memory.
    pub fn word(&mut self, address: u64) -> u32 {
        let mut data = [0; 4];
        self.dma_read(address, &mut data).expect("inside");
        u32::from_be_bytes(data)
    }
}

impl Host for Machine {
    fn dma_read(&mut self, address: u64, data: &mut [u8]) -> Result<(), DmaError> {
        let range = self.range(address, data.len())?;
        data.copy_from_slice(&self.memory[range]);
        Ok(())
    }

    fn dma_write(&mut self, address: u64, data: &[u8]) -> Result<(), DmaError> {
        let range = self.range(address, data.len())?;
        self.memory[range].copy_from_slice(data);
        Ok(())
    }

    fn interrupt(&mut self, vector: u16) {
        self.interrupts.push(vector);
    }

    fn pull_out(&mut self) {
        self.pulled = true;
    }

    fn transmit(&mut self, port: u8, frame: &[u8]) {
        self.sent.push(frame.to_vec());
        self.sent_by.push(port);
    }

    fn trace(&mut self, line: fmt::Arguments<'_>) {
        self.traced.push(line.to_string());
    }

    fn trace_command(&mut self, input: &[u8], output: &[u8], line: fmt::Arguments<'_>) {
        self.command = (input.to_vec(), output.to_vec());
        self.trace(line);
    }
}

/// Numbers that look random, the same in each run of a seed.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        // Neighbours shall not begin alike, and nothing comes of 0.
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// A number that is often small, or near a border.
    pub fn number(&mut self) -> u64 {
        match self.below(6) {
            0 => self.below(8),
            1 => self.below(0x100),
            2 => self.below(MEMORY as u64) & !0xfff,
            3 => u64::MAX - self.below(0x2000),
            4 => 1 << self.below(64),
            _ => self.next(),
        }
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }

    pub fn fill(&mut self, data: &mut [u8]) {
        data.fill_with(|| self.next() as u8);
    }
}

/// A seed that takes longer hangs; none does, however slow the host.
const HANGS: Duration = Duration::from_secs(120);

/// Runs `attack`, which does what a hostile guest does, with the first few seeds, or with those
/// that CONNECTX_SEEDS says: a number of seeds, or a range. A panic or a hang prints its seed.
pub fn attack(few: u64, attack: fn(seed: u64)) {
    let seeds = match std::env::var("CONNECTX_SEEDS") {
        Ok(wanted) => seeds(&wanted).expect("CONNECTX_SEEDS: a number, or FIRST..END"),
        Err(_) => 0..few,
    };
    let (tell, told) = channel();
    let attacker = thread::spawn(move || {
        for seed in seeds {
            tell.send(seed).expect("somebody listens");
            attack(seed);
        }
    });
    let mut seed = 0;
    loop {
        match told.recv_timeout(HANGS) {
            Ok(next) => seed = next,
            Err(RecvTimeoutError::Timeout) => panic!("seed {seed} hangs"),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let again = || format!("again with CONNECTX_SEEDS={seed}..{}", seed + 1);
    assert!(attacker.join().is_ok(), "{}", again());
}

fn seeds(wanted: &str) -> Option<Range<u64>> {
    let (first, end) = wanted.split_once("..").unwrap_or(("0", wanted));
    Some(first.parse().ok()?..end.parse().ok()?)
}
