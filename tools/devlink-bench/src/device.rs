// SPDX-License-Identifier: GPL-2.0

//! Devices of the module devlink_test, removed when they are dropped.

use anyhow::{Context, Result};
use devlink_netlink::attr;
use std::{fs, io::Write};

const BUS: &str = "/sys/bus/devlink_test";
const DEBUGFS: &str = "/sys/kernel/debug/devlink_test";

const BUS_NAME: u16 = 1;
const DEV_NAME: u16 = 2;

pub struct Device {
    id: u32,
}

impl Device {
    /// A device; `what` says what it has, see module/bus.c.
    pub fn new(id: u32, what: &str) -> Result<Self> {
        fs::write(format!("{BUS}/new_device"), format!("{id} {what}"))
            .with_context(|| format!("cannot make device {id} with {what}"))?;
        Ok(Device { id })
    }

    /// The devices 0 to `count`.
    pub fn many(count: u32, what: &str) -> Result<Vec<Self>> {
        (0..count).map(|id| Device::new(id, what)).collect()
    }

    /// The attributes that name the instance.
    pub fn handle(&self) -> Vec<u8> {
        let mut attrs = Vec::new();
        attr::put(&mut attrs, BUS_NAME, b"devlink_test\0");
        let name = format!("devlink_test{}\0", self.id);
        attr::put(&mut attrs, DEV_NAME, name.as_bytes());
        attrs
    }

    fn tell(&self, file: &str, text: &str) -> Result<()> {
        let path = format!("{DEBUGFS}/devlink_test{}/{file}", self.id);
        fs::write(&path, text).with_context(|| format!("cannot write {text} to {path}"))
    }

    /// Has the driver do something.
    pub fn event(&self, text: &str) -> Result<()> {
        self.tell("event", text)
    }

    /// Has a callback take so many milliseconds.
    pub fn slow(&self, callback: &str, milliseconds: u32) -> Result<()> {
        self.tell("slow", &format!("{callback} {milliseconds}"))
    }

    /// Has a callback not come back until it is told so.
    pub fn hang(&self, callback: &str, hang: bool) -> Result<()> {
        self.tell("hang", &format!("{callback} {}", u8::from(hang)))
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        if let Err(error) = fs::write(format!("{BUS}/del_device"), self.id.to_string()) {
            // Nobody can be told otherwise.
            let _ = writeln!(
                std::io::stderr(),
                "cannot remove device {}: {error}",
                self.id
            );
        }
    }
}
