// SPDX-License-Identifier: GPL-2.0

//! What is left out of the comparison: in [`RULES`] because it depends on the run, in [`CORES`] and
//! [`DRIVERS`] because it is otherwise on purpose.

use crate::{
    attr,
    netlink::{kind, Message, DONE, ERROR, GENERIC, HEADER},
    spec::{AttrSet, Spec},
    transcript::Record,
};

use clap::ValueEnum;
use std::collections::BTreeMap;

/// What is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Between {
    /// The core in C and that in Rust, with one test driver.
    #[default]
    Cores,
    /// The test driver in C and that in Rust, on one core.
    Drivers,
    /// Netdevsim in C and that in Rust, on one core.
    Netdevsims,
}

pub struct Rule {
    pub what: What,
    pub why: &'static str,
}

/// What a rule is about. Payloads are replaced by zeros of their length.
pub enum What {
    /// Sequence number and socket of a message, and of the request that an acknowledgement repeats.
    SequenceAndSocket,
    /// An attribute's payload.
    Attr(&'static str),
    /// An attribute's payload in what concerns netdevsim.
    OnNetdevsim(&'static str),
    /// The same for an attribute of a nest that has numbers of its own.
    InNestOnNetdevsim(&'static str),
    /// Number and order of notifications about objects that have instances nested in them, in steps
    /// that change the nesting.
    NestedNotifications,
    /// Answers and notifications about objects of which a callback fails ([`crate::failing`]).
    Failing,
    /// Entries of a dump that follow an object which does not support the question.
    BehindUnsupported,
    /// Calls of the test module's getters.
    Questions,
    /// Values of type binary in a health reporter's message, in what concerns netdevsim.
    BinaryOnNetdevsim,
    /// An attribute as a whole; it is not in a nest.
    Without(&'static str),
    /// Events of the test module, which do not happen.
    Events(&'static [&'static str]),
    /// The order of the notifications of a step, and how many there are about a port.
    Order,
    /// Notifications in steps in which a device of netdevsim is removed.
    Removal,
    /// The ends of nests in a health reporter's message, in what concerns netdevsim.
    EndsOnNetdevsim,
}

const RULES: &[Rule] = &[
    Rule {
        what: What::SequenceAndSocket,
        why: "the socket's own: port numbers are given out by the kernel, sequence numbers count \
              requests",
    },
    Rule {
        what: What::Attr("health-reporter-dump-ts"),
        why: "a time stamp: jiffies when the dump was made",
    },
    Rule {
        what: What::Attr("health-reporter-dump-ts-ns"),
        why: "a time stamp: the time of day when the dump was made",
    },
    Rule {
        what: What::Attr("port-netdev-ifindex"),
        why: "the network stack gives interface indices out, to other devices as well",
    },
    Rule {
        what: What::Attr("netns-id"),
        why: "the network stack gives ids to namespaces in the order in which anybody asks",
    },
    Rule {
        what: What::Attr("netns-fd"),
        why: "in requests: the number of a file that this program opened",
    },
    Rule {
        what: What::Attr("netns-pid"),
        why: "in requests: this program's process id",
    },
    Rule {
        what: What::OnNetdevsim("region-chunk-data"),
        why: "netdevsim fills regions with random bytes; the test module's are compared",
    },
    Rule {
        what: What::InNestOnNetdevsim("stats-rx-dropped"),
        why: "netdevsim's counters count how often they were read; the test module's are compared",
    },
    Rule {
        what: What::BinaryOnNetdevsim,
        why: "netdevsim's reporter shows random bytes; the test module's are compared",
    },
    Rule {
        what: What::NestedNotifications,
        why: "the C core sends them from a work that merges them, the Rust core at once (see \
              Documentation/differences.rst): the last one about each object is compared, and \
              none of an object that goes away in the same step: there that work comes too late",
    },
];

/// Between the cores only.
const CORES: &[Rule] = &[
    Rule {
        what: What::Questions,
        why: "the Rust core asks a driver at other moments, because it remembers answers (see \
              Documentation/locking.rst); what the answers were is in the messages, which are \
              compared",
    },
    Rule {
        what: What::Failing,
        why: "the C core ends the list and sends no notification, and for some objects a request \
              fails with EMSGSIZE; the Rust core shows what the driver said last, and a request \
              fails with the driver's error (see Documentation/differences.rst)",
    },
    Rule {
        what: What::BehindUnsupported,
        why: "the C core ends the list of a buffer at the first port without; the Rust core \
              leaves out that port (see Documentation/differences.rst)",
    },
];

/// Between the drivers only. `devlink_test.rs` of the driver in Rust lists what it cannot do.
const DRIVERS: &[Rule] = &[
    Rule {
        what: What::Events(&["unregister", "register"]),
        why: "in Rust an instance is registered as long as its driver is bound",
    },
    Rule {
        what: What::Without("port-ibdev-name"),
        why: "the kernel crate has no InfiniBand devices, so ports of that type have none in Rust",
    },
    Rule {
        what: What::Events(&["nest"]),
        why: "in Rust a device is part of what the driver of the outer one made it for",
    },
    Rule {
        what: What::Events(&["share", "unnest"]),
        why: "to put an instance somewhere else, a driver in Rust is probed anew: the instance is \
              a new one, and has nothing of the old one's state. Those that are in a shared one \
              from the beginning are compared",
    },
];

/// Between the netdevsims only (see Documentation/netdevsim.rst).
const NETDEVSIMS: &[Rule] = &[
    Rule {
        what: What::Order,
        why: "in Rust an instance is registered last, so that users are told of everything on it \
              in the core's order, in C in that in which it is made, of ports as they become what \
              they are: the last one about each is compared. And in Rust ports go in the order of \
              their numbers, in C the youngest first",
    },
    Rule {
        what: What::Removal,
        why: "in Rust an instance is unregistered first, so that users are told that what it has \
              goes; in C its objects are removed before, so that ports have no netdevs any more, \
              and users are told of each snapshot",
    },
    Rule {
        what: What::EndsOnNetdevsim,
        why: "in C the message of the reporter has one more than there are beginnings, which no \
              driver in Rust can make",
    },
];

impl Between {
    /// The rules beside [`RULES`].
    fn rules(self) -> &'static [Rule] {
        match self {
            Self::Cores => CORES,
            Self::Drivers => DRIVERS,
            Self::Netdevsims => NETDEVSIMS,
        }
    }
}

/// `binary` of `var-attr-type`.
const BINARY: &[u8] = &[11];

pub struct Normaliser<'a> {
    spec: &'a Spec,
    always: Vec<u16>,
    on_netdevsim: Vec<u16>,
    without: Vec<u16>,
    /// A message of a health reporter, and the end of a nest in it, if these are left out.
    ends: Option<(u16, u16)>,
    value_type: u16,
    value_data: u16,
}

impl<'a> Normaliser<'a> {
    pub fn new(spec: &'a Spec, between: Between) -> Self {
        // Numbers of attributes that a specification for tests may not have.
        let number = |name| spec.root().by_name(name).map(|attr| attr.number);
        let numbers = |select: fn(&What) -> Option<&'static str>| {
            RULES
                .iter()
                .chain(between.rules())
                .filter_map(|rule| number(select(&rule.what)?))
                .collect()
        };
        Self {
            spec,
            always: numbers(|what| match what {
                What::Attr(name) => Some(name),
                _ => None,
            }),
            on_netdevsim: numbers(|what| match what {
                What::OnNetdevsim(name) => Some(name),
                _ => None,
            }),
            without: numbers(|what| match what {
                What::Without(name) => Some(name),
                _ => None,
            }),
            ends: has(between, |what| matches!(what, What::EndsOnNetdevsim))
                .then(|| Some((number("fmsg")?, number("fmsg-nest-end")?)))
                .flatten(),
            value_type: number("fmsg-obj-value-type").unwrap_or(0),
            value_data: number("fmsg-obj-value-data").unwrap_or(0),
        }
    }

    /// Replace what depends on the run in a whole message, and remove what the rules say.
    pub fn message(&self, message: &mut Message, netdevsim: bool) {
        zero(message, 8, 8);
        match kind(message) {
            ERROR => zero(message, HEADER + 4 + 8, 8),
            DONE => {}
            _ => {
                self.remove(message);
                if netdevsim {
                    self.remove_ends(message);
                }
                self.attrs(message, HEADER + GENERIC, netdevsim);
            }
        }
    }

    fn remove(&self, message: &mut Message) {
        let start = HEADER + GENERIC;
        let attrs = message.get(start..).unwrap_or_default();
        let removed: Vec<_> = attr::parse(attrs)
            .filter(|found| self.without.contains(&found.number))
            .map(|found| {
                let end = start + found.at + attr::align(found.payload.len());
                start + found.at - attr::HEADER..end.min(message.len())
            })
            .collect();
        for range in removed.into_iter().rev() {
            message.drain(range);
            let length = message.len() as u32;
            message[..4].copy_from_slice(&length.to_ne_bytes());
        }
    }

    /// Removes the ends of nests from a health reporter's message.
    fn remove_ends(&self, message: &mut Message) {
        let Some((fmsg, end)) = self.ends else {
            return;
        };
        let start = HEADER + GENERIC;
        let attrs = message.get(start..).unwrap_or_default();
        let Some(nest) = attr::parse(attrs).find(|found| found.number == fmsg) else {
            return;
        };
        let at = start + nest.at;
        let ends: Vec<_> = attr::parse(nest.payload)
            .filter(|found| found.number == end)
            .map(|found| at + found.at - attr::HEADER..at + found.at)
            .collect();
        let length = attr::HEADER + nest.payload.len() - ends.len() * attr::HEADER;
        let header = at - attr::HEADER;
        message[header..header + 2].copy_from_slice(&(length as u16).to_ne_bytes());
        for range in ends.into_iter().rev() {
            message.drain(range);
        }
        let length = message.len() as u32;
        message[..4].copy_from_slice(&length.to_ne_bytes());
    }

    /// Replace what depends on the run in the attributes that begin at `start`.
    pub fn attrs(&self, data: &mut [u8], start: usize, netdevsim: bool) {
        let mut volatile = Vec::new();
        if let Some(attrs) = data.get(start..) {
            self.find(attrs, start, self.spec.root(), netdevsim, &mut volatile);
        }
        for (at, len) in volatile {
            zero(data, at, len);
        }
    }

    fn find(
        &self,
        data: &[u8],
        base: usize,
        set: &AttrSet,
        netdevsim: bool,
        volatile: &mut Vec<(usize, usize)>,
    ) {
        let root = set.space == crate::spec::ROOT;
        let mut binary = false;
        for found in attr::parse(data) {
            if root {
                if found.number == self.value_type {
                    binary = found.payload == BINARY;
                }
                if self.always.contains(&found.number)
                    || netdevsim
                        && (self.on_netdevsim.contains(&found.number)
                            || binary && found.number == self.value_data)
                {
                    volatile.push((base + found.at, found.payload.len()));
                    continue;
                }
            }
            let Some(known) = set.by_number(found.number) else {
                continue;
            };
            if netdevsim && !root && is_named_in_nests(&known.name) {
                volatile.push((base + found.at, found.payload.len()));
                continue;
            }
            if let Some(inner) = self.spec.inside(known, set) {
                self.find(found.payload, base + found.at, inner, netdevsim, volatile);
            }
        }
    }
}

/// Whether a rule names this attribute of a nest.
fn is_named_in_nests(attr: &str) -> bool {
    RULES
        .iter()
        .any(|rule| matches!(rule.what, What::InNestOnNetdevsim(name) if name == attr))
}

/// Whether a comparison has such a rule.
fn has(between: Between, is: fn(&What) -> bool) -> bool {
    between.rules().iter().any(|rule| is(&rule.what))
}

/// Sorts the notifications of a step, if their order is left out, or removes them.
pub fn sort(between: Between, action: &Record, results: &mut Vec<Record>) {
    if !has(between, |what| matches!(what, What::Order)) {
        return;
    }
    if let Record::Event(event) = action {
        if event.contains("/netdevsim/del_device") || event == "unload netdevsim" {
            results.retain(|result| !matches!(result, Record::Notification { .. }));
        }
    }
    let key = |result: &Record| match result {
        Record::Notification { via, message } => Some((*via, message.clone())),
        _ => None,
    };
    let mut sorted: Vec<_> = results.iter().filter_map(key).collect();
    sorted.sort();
    let mut sorted = sorted.into_iter();
    for result in results {
        if let Record::Notification { via, message } = result {
            (*via, *message) = sorted.next().expect("as many as there are");
        }
    }
}

/// Whether an event of the test module does not happen.
pub fn is_left_out(between: Between, event: &str) -> bool {
    let name = event.split(' ').next().unwrap_or(event);
    between
        .rules()
        .iter()
        .any(|rule| matches!(rule.what, What::Events(names) if names.contains(&name)))
}

/// The calls of the test module that change something, of the lines of its file `calls`.
pub fn changes(calls: &str) -> String {
    let asks = |line: &&str| {
        let callback = line.split(' ').next().unwrap_or(line);
        callback.ends_with("_get") || callback.ends_with("_get_default")
    };
    calls
        .lines()
        .filter(|line| !asks(line))
        .map(|line| format!("{line}\n"))
        .collect()
}

/// Merges the notifications about objects that may have instances nested in them: the last one
/// about each object stays, moved behind all other results; none stays if the object is deleted
/// later in the step.
pub fn merge(spec: &Spec, results: &mut Vec<Record>) {
    let mut last = BTreeMap::new();
    results.retain(|result| {
        let Record::Notification { via, message } = result else {
            return true;
        };
        let command = spec.command_name(message.get(HEADER).copied().unwrap_or(0));
        let Some(outer) = OUTER
            .iter()
            .position(|&(new, del)| command == new || command == del)
        else {
            return true;
        };
        let attrs = message.get(HEADER + GENERIC..).unwrap_or_default();
        let object: Vec<_> = attr::parse(attrs)
            .filter(|found| {
                let known = spec.root().by_number(found.number);
                known.is_some_and(|attr| IDENTIFY.contains(&attr.name.as_str()))
            })
            .map(|found| found.payload.to_vec())
            .collect();
        let key = (*via, outer, object);
        if command == OUTER[outer].1 {
            last.remove(&key);
            return true;
        }
        last.insert(key, result.clone());
        false
    });
    results.extend(last.into_values());
}

/// Notifications about objects that may have instances nested in them: that they are there, and
/// that they were deleted.
const OUTER: &[(&str, &str)] = &[
    ("new", "del"),
    ("port-new", "port-del"),
    ("linecard-new", "linecard-del"),
];
/// The attributes by which such objects are told apart.
const IDENTIFY: &[&str] = &["bus-name", "dev-name", "port-index", "linecard-index"];

fn zero(data: &mut [u8], at: usize, len: usize) {
    if let Some(range) = data.get_mut(at..at + len) {
        range.fill(0);
    }
}

/// All rules as text.
pub fn describe() -> String {
    let cores = "\nBetween the two cores also:\n\n".to_string() + &describe_rules(CORES);
    let drivers = "\nBetween the two test drivers also:\n\n".to_string() + &describe_rules(DRIVERS);
    let netdevsims =
        "\nBetween the two netdevsims also:\n\n".to_string() + &describe_rules(NETDEVSIMS);
    describe_rules(RULES) + &cores + &drivers + &netdevsims
}

fn describe_rules(rules: &[Rule]) -> String {
    let mut text = String::new();
    for rule in rules {
        let what = match rule.what {
            What::SequenceAndSocket => "sequence number and socket of every message".to_string(),
            What::Attr(name) => format!("attribute {name}"),
            What::OnNetdevsim(name) | What::InNestOnNetdevsim(name) => {
                format!("attribute {name}, on netdevsim")
            }
            What::Failing => {
                "dumps, requests and notifications about ports, parameters, versions, shared \
                 buffers, traps and policers, while a callback fails that they need an answer of"
                    .to_string()
            }
            What::BehindUnsupported => {
                "in dumps of ports' parts of shared buffers, the ports behind number 0; requests \
                 about each are compared"
                    .to_string()
            }
            What::Questions => {
                "calls of the test module that only ask (..._get, ..._get_default)".to_string()
            }
            What::NestedNotifications => {
                "number and order of notifications about instances, ports and line cards, in steps \
                 that concern nested instances"
                    .to_string()
            }
            What::BinaryOnNetdevsim => {
                "binary values of health reporters, on netdevsim".to_string()
            }
            What::Without(name) => format!("attribute {name}, whether it is there"),
            What::Events(names) => format!("events of the test module: {}", names.join(", ")),
            What::Removal => "notifications while a device of netdevsim is removed".to_string(),
            What::Order => "order and number of the notifications of a step".to_string(),
            What::EndsOnNetdevsim => {
                "the ends of nests in messages of health reporters, on netdevsim".to_string()
            }
        };
        text += &format!("{what}\n    {}\n", rule.why);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const YAML: &str = "
definitions: []
attribute-sets:
  - name: devlink
    attributes:
      - {name: netns-id, type: u32}
      - {name: outer, type: nest, nested-attributes: dl-outer}
      - {name: region-chunk-data, type: binary}
      - {name: fmsg-obj-value-type, type: u8}
      - {name: fmsg-obj-value-data, type: binary}
      - {name: port-ibdev-name, type: string}
  - {name: dl-outer, subset-of: devlink, attributes: [{name: netns-id}]}
operations: {list: []}
";

    /// A message with one attribute of every kind, and where their payloads are.
    fn normalised(netdevsim: bool) -> Vec<Vec<u8>> {
        let spec = Spec::parse(YAML, "").unwrap();
        let mut message = vec![0xff; HEADER + GENERIC];
        let mut inner = Vec::new();
        attr::put(&mut inner, 1, &[5; 4]);
        attr::put(&mut message, 2 | attr::NESTED, &inner);
        attr::put(&mut message, 3, &[6; 8]);
        attr::put(&mut message, 4, BINARY);
        attr::put(&mut message, 5, &[7; 4]);
        attr::put(&mut message, 4, &[3]);
        attr::put(&mut message, 5, &[8; 4]);
        Normaliser::new(&spec, Between::Cores).message(&mut message, netdevsim);
        let attrs = attr::parse(&message[HEADER + GENERIC..]);
        let payloads = attrs.map(|found| found.payload.to_vec());
        [vec![message[..HEADER].to_vec()], payloads.collect()].concat()
    }

    #[test]
    fn only_what_the_rules_name_is_replaced() {
        let payloads = normalised(false);
        assert_eq!(
            payloads[0],
            [[0xff; 8], [0; 8]].concat(),
            "sequence number and port"
        );
        assert_eq!(payloads[1][4..], [0; 4], "an id inside a nest");
        assert_eq!(payloads[2], [6; 8], "what is in a region");
        assert_eq!(payloads[4], [7; 4], "a binary value");
    }

    #[test]
    fn what_only_one_driver_has_is_removed_between_the_drivers() {
        let spec = Spec::parse(YAML, "").unwrap();
        let message = |has_name| {
            let mut message = vec![0; HEADER + GENERIC];
            attr::put(&mut message, 1, &[5; 4]);
            if has_name {
                attr::put(&mut message, 6, b"ib\0");
            }
            attr::put(&mut message, 4, &[3]);
            let length = message.len() as u32;
            message[..4].copy_from_slice(&length.to_ne_bytes());
            message
        };
        let normalised = |between, has_name| {
            let mut message = message(has_name);
            Normaliser::new(&spec, between).message(&mut message, false);
            message
        };
        let (with, without) = (true, false);
        assert_eq!(
            normalised(Between::Drivers, with),
            normalised(Between::Drivers, without)
        );
        assert_ne!(
            normalised(Between::Cores, with),
            normalised(Between::Cores, without)
        );
    }

    #[test]
    fn of_what_others_are_nested_in_the_last_word_counts() {
        let spec = crate::spec::tests::small();
        let about = |command, device: &[u8], hue| {
            let mut message = vec![0; HEADER];
            message.extend([command, 1, 0, 0]);
            attr::put(&mut message, spec.attr("dev-name").number, device);
            attr::put(&mut message, spec.attr("hue").number, &[hue]);
            Record::Notification { via: 0, message }
        };
        // Number 2 is `set`, 3 is `new`, 4 is `del`.
        let mut results = vec![
            about(3, b"b", 1),
            about(3, b"c", 1),
            about(2, b"a", 1),
            about(3, b"a", 1),
            about(4, b"c", 1),
            about(3, b"b", 2),
        ];
        merge(&spec, &mut results);
        assert_eq!(
            results,
            [
                about(2, b"a", 1),
                about(4, b"c", 1),
                about(3, b"a", 1),
                about(3, b"b", 2)
            ]
        );
    }

    #[test]
    fn calls_that_only_ask_are_left_out() {
        let calls = "param_get a mode=0\nparam_set a mode=0\nparam_get_default a\nport_del 3\n";
        assert_eq!(changes(calls), "param_set a mode=0\nport_del 3\n");
    }

    #[test]
    fn events_that_only_one_driver_has_do_not_happen_between_the_drivers() {
        assert!(is_left_out(Between::Drivers, "nest 0 port 1"));
        assert!(!is_left_out(Between::Drivers, "port_add 90"));
        assert!(!is_left_out(Between::Cores, "nest 0 port 1"));
    }

    #[test]
    fn random_bytes_of_netdevsim_are_replaced_but_not_other_values() {
        let payloads = normalised(true);
        assert_eq!(payloads[2], [0; 8], "what is in a region");
        assert_eq!(payloads[4], [0; 4], "a binary value");
        assert_eq!(payloads[6], [8; 4], "a value of another type");
    }
}
