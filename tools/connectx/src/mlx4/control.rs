// SPDX-License-Identifier: GPL-2.0

//! What can be asked of the card from outside, through the control socket.

use super::{
    eq::{data, kind, Event},
    fault,
    port::Sensed,
    Card,
};
use crate::model::Host;
use serde_json::{json, Value};

impl Card {
    /// Does what somebody outside asks for.
    pub(super) fn reply(&mut self, host: &mut dyn Host, request: &Value) -> Result<Value, String> {
        let what = request.get("do").and_then(Value::as_str).unwrap_or("");
        match what {
            "info" => return Ok(self.describe()),
            "objects" => return Ok(self.possessions()),
            "frames" => return Ok(self.ports[self.port_index(request)?].traffic.describe()),
            "delay" | "hang" | "fail" | "garbage" | "die" | "vanish" => {
                self.faults.add(what, request)?
            }
            "clear" => self.faults.clear(),
            "release" => self.release_commands(host),
            "fatal" => {
                let syndrome = request.get("syndrome").and_then(Value::as_u64);
                self.die(syndrome.map_or(fault::SYNDROME, |syndrome| syndrome as u32));
            }
            "link" => {
                let up = request.get("up").and_then(Value::as_bool);
                let index = self.port_index(request)?;
                self.set_cable(host, index, up.ok_or("\"up\" or not?")?);
            }
            "sense" => {
                let index = self.port_index(request)?;
                self.ports[index].sensed = match request.get("type").and_then(Value::as_str) {
                    Some("eth") => Sensed::Ethernet,
                    Some("ib") => Sensed::InfiniBand,
                    Some("none") => Sensed::Nothing,
                    _ => return Err("which \"type\": eth, ib or none?".into()),
                };
            }
            "temperature" => self.warn_of_temperature(host, request)?,
            "bad_cable" => {
                const BAD_CABLE: u8 = 1;
                let port = self.port_index(request)? as u64 + 1;
                let fields = [(data::CABLE_PORT, port)];
                let event = Event::new(kind::RECOVERABLE_ERROR, BAD_CABLE, &fields);
                self.told(host, kind::RECOVERABLE_ERROR, event)?;
            }
            _ => return Err(format!("there is no request \"{what}\"")),
        }
        Ok(json!({}))
    }

    fn port_index(&self, request: &Value) -> Result<usize, String> {
        let number = request.get("port").and_then(Value::as_u64).unwrap_or(1);
        match number as usize {
            number if (1..=self.ports.len()).contains(&number) => Ok(number - 1),
            _ => Err(format!("there is no port {number}")),
        }
    }

    fn warn_of_temperature(&mut self, host: &mut dyn Host, request: &Value) -> Result<(), String> {
        const WARMING: u8 = 0;
        let number = |name: &str, default| {
            let value = request.get(name).and_then(Value::as_u64);
            value.unwrap_or(default)
        };
        let fields = [
            (data::TEMPERATURE, number("celsius", 110)),
            (data::THRESHOLD, number("threshold", 105)),
        ];
        let event = Event::new(kind::FATAL_WARNING, WARMING, &fields);
        self.told(host, kind::FATAL_WARNING, event)
    }

    fn told(&mut self, host: &mut dyn Host, kind: u8, event: Event) -> Result<(), String> {
        match self.hca.event(host, kind, event) {
            true => Ok(()),
            false => Err("no driver wants to hear of that".into()),
        }
    }

    /// How it is set up, and what happened so far.
    fn describe(&self) -> Value {
        let ports = self.ports.iter().enumerate().map(|(index, port)| {
            json!({
                "port": index + 1,
                "mac": format!("{:012x}", port.mac),
                "cable": port.cable,
                "open": port.open,
                "link": port.link,
                "longest": port.filter.longest,
                "addresses": port.filter.addresses,
                "vlans": port.filter.tags,
            })
        });
        json!({
            "hca": self.hca.describe(),
            "ports": ports.collect::<Vec<_>>(),
            "dead": self.dead,
            "commands": self.counts,
            "unknown": self.unknown,
            "faults": self.faults.pending(),
        })
    }

    /// What the driver has of the card.
    fn possessions(&self) -> Value {
        let objects = self.hca.objects();
        let total: u64 = objects.values().sum();
        json!({ "objects": objects, "total": total, "leaked": self.leaked })
    }
}
