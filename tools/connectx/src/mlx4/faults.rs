// SPDX-License-Identifier: GPL-2.0

//! Faults that the control socket injects into commands.

use super::{commands::COMMANDS, status::Status};
use serde_json::Value;
use std::time::Duration;

/// When a command is done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Effect {
    Now,
    After(Duration),
    Never,
}

#[derive(Clone, Debug)]
enum Kind {
    Delay(Duration),
    Hang,
    Fail(Status),
    Garbage,
}

/// A fault of one command, or of all, for some times.
#[derive(Clone, Debug)]
struct Fault {
    command: Option<&'static str>,
    kind: Kind,
    count: u64,
}

/// All faults to come.
#[derive(Debug, Default)]
pub struct Faults {
    faults: Vec<Fault>,
    noise: u64,
}

const STATUSES: &[Status] = &[
    Status::Internal,
    Status::BadOp,
    Status::BadParam,
    Status::BadSysState,
    Status::ExceedLimit,
    Status::BadResourceState,
    Status::BadIndex,
    Status::IcmError,
    Status::BadQpState,
];

impl Faults {
    /// Adds what a request asks for: `delay` (with `ms`), `hang`, `fail` (with `status`) or
    /// `garbage`, of a `command` (a name, or `any`) for `count` times, once if it does not say.
    pub fn add(&mut self, kind: &str, request: &Value) -> Result<(), String> {
        let number = |name: &str| request.get(name).and_then(Value::as_u64);
        let kind = match kind {
            "delay" => Kind::Delay(Duration::from_millis(
                number("ms").ok_or("how long? (\"ms\")")?,
            )),
            "hang" => Kind::Hang,
            "garbage" => Kind::Garbage,
            "fail" => {
                let wanted = number("status").ok_or("with which \"status\"?")?;
                let status = STATUSES.iter().find(|status| **status as u64 == wanted);
                Kind::Fail(*status.ok_or_else(|| format!("there is no status {wanted}"))?)
            }
            _ => return Err(format!("there is no fault \"{kind}\"")),
        };
        let command = match request.get("command").and_then(Value::as_str) {
            None => return Err("of which \"command\"?".into()),
            Some("any") => None,
            Some(name) => {
                let command = COMMANDS.iter().find(|command| command.name == name);
                Some(
                    command
                        .ok_or_else(|| format!("there is no command {name}"))?
                        .name,
                )
            }
        };
        self.faults.push(Fault {
            command,
            kind,
            count: number("count").unwrap_or(1),
        });
        Ok(())
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.faults.clear();
    }

    /// When the command that was just posted is done.
    pub fn delay(&mut self, name: &str) -> Effect {
        let found = self.take(name, |kind| match kind {
            Kind::Delay(time) => Some(Effect::After(*time)),
            Kind::Hang => Some(Effect::Never),
            _ => None,
        });
        found.unwrap_or(Effect::Now)
    }

    /// The status that a command fails with before it is run.
    pub fn status(&mut self, name: &str) -> Option<Status> {
        self.take(name, |kind| match kind {
            Kind::Fail(status) => Some(*status),
            _ => None,
        })
    }

    /// Spoils an output mailbox.
    pub fn garble(&mut self, name: &str, data: &mut [u8]) {
        if self
            .take(name, |kind| matches!(kind, Kind::Garbage).then_some(()))
            .is_none()
        {
            return;
        }
        for byte in data {
            // Any sequence will do, as long as it is the same in each run.
            self.noise = self
                .noise
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            *byte = (self.noise >> 56) as u8;
        }
    }

    fn take<T>(&mut self, name: &str, wanted: impl Fn(&Kind) -> Option<T>) -> Option<T> {
        let applies = |fault: &Fault| fault.command.is_none_or(|command| command == name);
        let at = self
            .faults
            .iter()
            .position(|fault| applies(fault) && wanted(&fault.kind).is_some())?;
        let result = wanted(&self.faults[at].kind);
        self.faults[at].count = self.faults[at].count.saturating_sub(1);
        if self.faults[at].count == 0 {
            self.faults.remove(at);
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn faults_come_as_often_as_asked() {
        let mut faults = Faults::default();
        let request = json!({"command": "NOP", "status": 9, "count": 2});
        faults.add("fail", &request).unwrap();
        assert_eq!(faults.status("QUERY_FW"), None);
        assert_eq!(faults.status("NOP"), Some(Status::BadResourceState));
        assert_eq!(faults.status("NOP"), Some(Status::BadResourceState));
        assert_eq!(faults.status("NOP"), None);
        faults
            .add("delay", &json!({"command": "any", "ms": 7}))
            .unwrap();
        assert_eq!(faults.delay("NOP"), Effect::After(Duration::from_millis(7)));
        assert_eq!(faults.delay("NOP"), Effect::Now);
    }

    #[test]
    fn requests_that_make_no_sense() {
        let mut faults = Faults::default();
        for (kind, request) in [
            ("fail", json!({"command": "NOP"})),
            ("fail", json!({"command": "NOP", "status": 77})),
            ("delay", json!({"command": "NOP"})),
            ("hang", json!({"command": "NOPE"})),
            ("hang", json!({})),
            ("explode", json!({"command": "NOP"})),
        ] {
            assert!(faults.add(kind, &request).is_err(), "{kind} {request}");
        }
    }
}
