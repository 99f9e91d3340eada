// SPDX-License-Identifier: GPL-2.0

//! What goes wrong with a card's commands because somebody outside wants it to.

use serde_json::Value;
use std::time::Duration;

/// The commands of a card, and the faults that only this card has.
pub trait CardFault: Copy {
    /// Identifies a command.
    type Command: Copy + PartialEq;

    /// Finds a command by its name.
    fn command(name: &str) -> Option<Self::Command>;

    /// Reads a request for a fault of a kind; `None` if the card knows no such kind.
    fn parse(kind: &str, request: &Value) -> Result<Option<Self>, String>;
}

/// What goes wrong with a command.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault<F> {
    /// It is executed later.
    Delay(Duration),
    /// It is not executed before it is released.
    Hang,
    /// It is executed, and then its output is overwritten.
    Garbage,
    /// A fault that only this card has.
    Card(F),
}

struct Planned<F: CardFault> {
    /// Which commands; `None` is all.
    command: Option<F::Command>,
    fault: Fault<F>,
    /// How many of these commands are spared first.
    spared: u64,
    /// How often; `None` is for ever.
    left: Option<u64>,
}

/// All faults that have not yet happened often enough.
pub struct Faults<F: CardFault> {
    list: Vec<Planned<F>>,
    noise: u64,
}

impl<F: CardFault> Default for Faults<F> {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            noise: 0,
        }
    }
}

impl<F: CardFault> Faults<F> {
    /// Adds what a request asks for: `delay` (with `ms`), `hang`, `garbage` or what the card knows,
    /// of a `command` (a name, or `any`), for `count` times, 0 for ever, once if it does not say;
    /// with `after` so many of these commands are spared first.
    pub fn add(&mut self, kind: &str, request: &Value) -> Result<(), String> {
        let number = |name: &str| request.get(name).and_then(Value::as_u64);
        let fault = match kind {
            "delay" => Fault::Delay(Duration::from_millis(
                number("ms").ok_or("how long? (\"ms\")")?,
            )),
            "hang" => Fault::Hang,
            "garbage" => Fault::Garbage,
            _ => Fault::Card(
                F::parse(kind, request)?.ok_or_else(|| format!("there is no fault \"{kind}\""))?,
            ),
        };
        let command = match request.get("command").and_then(Value::as_str) {
            None => return Err("of which \"command\"?".into()),
            Some("any") => None,
            Some(name) => {
                Some(F::command(name).ok_or_else(|| format!("there is no command {name}"))?)
            }
        };
        let left = match number("count").unwrap_or(1) {
            0 => None,
            count => Some(count),
        };
        self.list.push(Planned {
            command,
            fault,
            spared: number("after").unwrap_or(0),
            left,
        });
        Ok(())
    }

    /// What goes wrong with a command that came in; one fault at a time.
    pub fn take(&mut self, command: F::Command) -> Option<Fault<F>> {
        let hit = |planned: &mut Planned<F>| {
            let hit = planned.command.is_none_or(|only| only == command);
            let spared = hit && planned.spared > 0;
            planned.spared -= u64::from(spared);
            hit && !spared
        };
        let index = self.list.iter_mut().position(hit)?;
        let planned = &mut self.list[index];
        let fault = planned.fault;
        if let Some(left) = &mut planned.left {
            *left -= 1;
            if *left == 0 {
                self.list.remove(index);
            }
        }
        Some(fault)
    }

    /// How many have not happened, or not often enough.
    pub fn pending(&self) -> usize {
        self.list.len()
    }

    /// Forgets all faults.
    pub fn clear(&mut self) {
        self.list.clear();
    }

    /// Overwrites data, each time otherwise, but the same in each run.
    pub fn scribble(&mut self, data: &mut [u8]) {
        for byte in data {
            self.noise = self
                .noise
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            *byte = (self.noise >> 56) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A card whose only command is NOP, and whose only fault is that it explodes.
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Explosion;

    impl CardFault for Explosion {
        type Command = u8;

        fn command(name: &str) -> Option<u8> {
            (name == "NOP").then_some(0)
        }

        fn parse(kind: &str, _: &Value) -> Result<Option<Self>, String> {
            Ok((kind == "explode").then_some(Self))
        }
    }

    #[test]
    fn faults_come_as_often_as_asked() {
        let mut faults = Faults::default();
        let request = json!({"command": "NOP", "count": 2});
        faults.add("explode", &request).unwrap();
        assert_eq!(faults.take(1), None);
        assert_eq!(faults.take(0), Some(Fault::Card(Explosion)));
        assert_eq!(faults.take(0), Some(Fault::Card(Explosion)));
        assert_eq!(faults.take(0), None);
        let request = json!({"command": "any", "ms": 7, "count": 0});
        faults.add("delay", &request).unwrap();
        for command in 0..4 {
            let delay = Fault::Delay(Duration::from_millis(7));
            assert_eq!(faults.take(command), Some(delay));
        }
        faults.clear();
        assert_eq!(faults.take(0), None);
    }

    #[test]
    fn commands_are_spared_first() {
        let mut faults = Faults::default();
        let request = json!({"command": "NOP", "after": 2});
        faults.add("explode", &request).unwrap();
        let came: Vec<_> = [1, 0, 0, 1, 0, 0]
            .map(|command| faults.take(command))
            .into();
        let hit = Some(Fault::Card(Explosion));
        assert_eq!(came, [None, None, None, None, hit, None]);
        assert_eq!(faults.pending(), 0);
    }

    #[test]
    fn requests_that_make_no_sense() {
        let mut faults = Faults::<Explosion>::default();
        for (kind, request) in [
            ("delay", json!({"command": "NOP"})),
            ("delay", json!({"command": "any", "ms": "x"})),
            ("hang", json!({"command": "NOPE"})),
            ("hang", json!({})),
            ("implode", json!({"command": "NOP"})),
        ] {
            assert!(faults.add(kind, &request).is_err(), "{kind} {request}");
        }
    }
}
