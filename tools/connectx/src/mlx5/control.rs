// SPDX-License-Identifier: GPL-2.0

//! What can be asked of the card from outside, through the control socket.

use super::{
    eq::Event,
    firmware, firmware_file,
    layout::{EventType, TempWarningEvent},
    Mlx5, HOT,
};
use crate::{hex::hex, model::Host};
use serde_json::{json, Value};

impl Mlx5 {
    /// Does what somebody outside asks for.
    pub(super) fn answer(&mut self, host: &mut dyn Host, request: &Value) -> Result<Value, String> {
        let flag = |name: &str, default| request.get(name).map_or(Some(default), Value::as_bool);
        let flag = |name: &str, default| flag(name, default).ok_or(format!("{name} is no flag"));
        let number = |name: &str, default| request.get(name).map_or(Some(default), Value::as_i64);
        let number =
            |name: &str, default| number(name, default).ok_or(format!("{name} is no number"));
        let what = request.get("do").and_then(Value::as_str).unwrap_or("");
        match what {
            "info" => return Ok(self.describe()),
            "frames" => return Ok(self.traffic.describe()),
            "objects" => return Ok(self.possessions()),
            "delay" | "hang" | "fail" | "undelivered" | "garbage" | "signature" | "die"
            | "vanish" => self.faults.add(what, request)?,
            "timeout" => {
                let ms = number("ms", 60_000)?;
                self.segment
                    .set_command_timeout(ms.clamp(1, 0xf_ffff) as u32);
            }
            "clear" => self.faults.clear(),
            "release" => {
                for delayed in std::mem::take(&mut self.delayed) {
                    self.resume(host, delayed.index);
                }
            }
            "link" => {
                let up = request.get("up").and_then(Value::as_bool);
                let up = up.ok_or("\"up\" or not?")?;
                self.change_port(host, |port| port.cable = up);
            }
            "module" => {
                let (plugged, error) = (flag("plugged", true)?, number("error", 0)? as u8);
                self.change_module(host, plugged, error);
            }
            "temperature" => {
                let celsius = |name| {
                    let value = number(name, HOT.into());
                    value.map(|value| value.clamp(-40, 200) as i32)
                };
                self.hot = celsius("threshold")?;
                self.set_temperature(host, celsius("celsius")?);
            }
            "pages" => {
                self.pages.extra = number("extra", 0)?.clamp(0, 1 << 16) as usize;
                self.balance_pages(host);
            }
            "fatal" => {
                let (syndrome, extended) = (number("syndrome", 1)?, number("extended", 0)?);
                let wants_reset = flag("reset", true)?;
                self.segment
                    .die(syndrome as u8, extended as u16, wants_reset);
            }
            "image" => {
                let part = |name: &str, default: u16| {
                    number(name, default.into()).map(|number| number as u16)
                };
                let (major, minor, sub) = firmware::VERSION;
                let version = (
                    part("major", major)?,
                    part("minor", minor)?,
                    part("sub", sub + 1)?,
                );
                let size = number("size", 10_000)?.clamp(0, 1 << 20);
                let file = firmware_file(version, size as usize);
                return Ok(json!({ "file": hex(&file) }));
            }
            "reset" => self
                .request_reset(host)
                .map_err(|_| "no driver wants to know".to_string())?,
            "heartbeat" => self.segment.stop(!flag("on", true)?),
            "vport" => {
                self.post(host, Event::new(EventType::NIC_VPORT_CHANGE));
            }
            _ => return Err(format!("there is no request \"{what}\"")),
        }
        Ok(json!({}))
    }

    fn set_temperature(&mut self, host: &mut dyn Host, celsius: i32) {
        self.temperature = celsius;
        self.highest_temperature = self.highest_temperature.max(celsius);
        if celsius >= self.hot {
            // A bit for each sensor; the chip is the lowest one.
            let event = Event::new(EventType::TEMP_WARN_EVENT);
            let event = event.with(|data| data.set(TempWarningEvent::SENSOR_WARNING_LSB, 1));
            self.post(host, event);
        }
    }

    /// How it is set up, and what happened so far.
    fn describe(&self) -> Value {
        let version = |(major, minor, sub)| format!("{major}.{minor}.{sub}");
        json!({
            "phase": format!("{:?}", self.phase),
            "driver": self.driver,
            "firmware": version(self.firmware.running),
            "pending": self.firmware.pending.map(version),
            "port": {
                "mac": format!("{:012x}", self.place.mac()),
                "cable": self.port.cable,
                "module": self.port.module,
                "up": self.port.is_up(),
            },
            "temperature": self.temperature,
            "sent": self.queues.sent,
            "commands": self.statistics.commands,
            "unknown": self.unknown,
            "undelivered": self.statistics.undelivered,
            "lost_events": self.statistics.lost_events,
            "refused_pages": self.pages.refused,
            "faults": self.faults.pending(),
        })
    }

    /// What the driver has of the card.
    fn possessions(&self) -> Value {
        let total: usize = self.objects.left().iter().map(|(_, count)| count).sum();
        json!({
            "objects": self.objects.summary(),
            "total": total,
            "pages": self.pages.held(),
            "leaked": self.statistics.leaked,
        })
    }
}
