// SPDX-License-Identifier: GPL-2.0

//! What a model of a PCI function is, and what it may do to its machine.

use serde_json::Value;
use std::{fmt, time::Duration};
use thiserror::Error;

/// Why an access to the machine's memory failed: no memory there, or not for this access.
#[derive(Debug, Error)]
#[error("no access to {length} bytes of the machine's memory at {address:#x}")]
pub struct DmaError {
    /// Where the access began, as the device sees the memory.
    pub address: u64,
    /// How many bytes it was about.
    pub length: usize,
}

/// The machine that a function is plugged into. Bounds are checked here, so that no driver's
/// address leads outside its memory.
pub trait Host {
    /// Reads the machine's memory.
    fn dma_read(&mut self, address: u64, data: &mut [u8]) -> Result<(), DmaError>;
    /// Writes the machine's memory.
    fn dma_write(&mut self, address: u64, data: &[u8]) -> Result<(), DmaError>;
    /// Raises an MSI-X vector; one that the driver has not enabled is dropped.
    fn interrupt(&mut self, vector: u16);
    /// Pulls the function out of its slot, once what runs now is done.
    fn pull_out(&mut self) {}
    /// Sends a frame to the wire of a port, counted from 0, without the checksum at its end; it is
    /// lost if there is no wire.
    fn transmit(&mut self, port: u8, frame: &[u8]);
    /// Writes a line to the trace, if there is one.
    fn trace(&mut self, line: fmt::Arguments<'_>) {
        let _ = line;
    }
    /// Writes a command to the trace, and what became of it: as it came, the answer, and a line.
    fn trace_command(&mut self, input: &[u8], output: &[u8], line: fmt::Arguments<'_>) {
        let _ = (input, output);
        self.trace(line);
    }
}

/// What resets a function.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reset {
    /// Its driver, and nothing but the function.
    Function,
    /// The machine, as it boots again.
    Machine,
    /// It had no power.
    Power,
}

/// What the configuration space says about a function. Capabilities are the server's.
#[derive(Clone, Debug)]
pub struct Identity {
    /// PCI vendor and device.
    pub vendor: u16,
    pub device: u16,
    pub subsystem_vendor: u16,
    pub subsystem_device: u16,
    pub revision: u8,
    /// Class, subclass and programming interface.
    pub class: u32,
    /// Sizes of the 64-bit memory BARs 0, 2 and 4; 0 is none. The MSI-X table and pending bits are
    /// in the last one, whose accesses the model never sees.
    pub bars: [u64; 3],
    /// How many MSI-X vectors there are.
    pub vectors: u16,
    /// What the vital product data says.
    pub product_name: String,
    pub part_number: String,
    pub serial_number: String,
    /// Whether there is the vendor-specific capability with the gateway, see [`Model::vsc_write`].
    pub vsc: bool,
}

/// A PCI function. Its methods are called one at a time; none of them may block.
pub trait Model: Send {
    /// What it is; the same for as long as it lives.
    fn identity(&self) -> &Identity;
    /// Reads from BAR 0, 2 or 4 at an offset: any length, any alignment.
    fn bar_read(&mut self, bar: u8, offset: u64, data: &mut [u8]);
    /// Writes to a BAR.
    fn bar_write(&mut self, host: &mut dyn Host, bar: u8, offset: u64, data: &[u8]);
    /// A reset: all that the driver set up is forgotten.
    fn reset(&mut self, why: Reset);
    /// Does what time has come for, and says after which time it wants to be called next.
    fn tick(&mut self, host: &mut dyn Host) -> Option<Duration>;
    /// How many ports it has that a wire can be put into.
    fn ports(&self) -> u8 {
        1
    }
    /// A frame came from the wire of a port, without the checksum at its end.
    fn receive(&mut self, host: &mut dyn Host, port: u8, frame: &[u8]) {
        let _ = (host, port, frame);
    }
    /// A request from the control socket, an object with a member `do`; the answer, or why not.
    fn control(&mut self, host: &mut dyn Host, request: &Value) -> Result<Value, String>;
    /// How many bytes the vendor-specific gateway's space `space` has, if there is such a space.
    fn vsc_size(&self, space: u16) -> Option<u32> {
        let _ = space;
        None
    }
    /// Reads 32 bits of the vendor-specific gateway's space `space`.
    fn vsc_read(&mut self, space: u16, address: u32) -> Option<u32> {
        let _ = (space, address);
        None
    }
    /// Writes them; false if there is nothing.
    fn vsc_write(&mut self, space: u16, address: u32, value: u32) -> bool {
        let _ = (space, address, value);
        false
    }
}
