// SPDX-License-Identifier: GPL-2.0

//! What of commands differs between two runs of drivers that do the same: addresses, and numbers of
//! objects, since these depend on what else was made.
//!
//! A captured command is the seven words of the command register, and then its mailbox if it has
//! one.

use super::{
    hcr::{self, field},
    layout::{byte, half, long, word, Field},
};

/// Where the mailbox begins.
const MAILBOX: usize = 4 * hcr::WORDS;

/// What varies of a command, beyond what does so of all.
struct Varying {
    command: &'static str,
    /// What its input modifier is.
    modifier: Modifier,
    /// Fields of its mailbox.
    fields: &'static [Field],
    /// From where on the mailbox is a list, and what of each of its words is the same.
    list: Option<(usize, u32)>,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Modifier {
    /// The same in all runs.
    Same,
    /// The number of an object, in its lower three bytes.
    Number,
    /// How long a list is that is another in each run.
    Length,
}

const fn varying(command: &'static str, modifier: Modifier, fields: &'static [Field]) -> Varying {
    Varying {
        command,
        modifier,
        fields,
        list: None,
    }
}

const fn list(command: &'static str, modifier: Modifier, list: (usize, u32)) -> Varying {
    Varying {
        list: Some(list),
        ..varying(command, modifier, &[])
    }
}

const NOTHING: u32 = 0;
/// Of a queue pair that is a member of a group: its flags, but not its number.
const FLAGS: u32 = 0xff00_0000;

/// An object's number in a word whose highest byte is something else.
const fn number(at: usize) -> Field {
    word(at).bits(0, 24)
}

/// A queue pair's context comes after what of it is optional.
const fn in_context(field: Field) -> Field {
    field.within(8)
}

const EQ: &[Field] = &[long(24).bits(0, 40)];
const CQ: &[Field] = &[
    number(12), // page of doorbells
    byte(23),   // event queue
    long(24).bits(0, 40),
    long(56),
];
const SRQ: &[Field] = &[
    number(0),
    number(8),
    long(24).bits(0, 40),
    number(32),
    long(56),
];
const REGION: &[Field] = &[
    word(8),
    word(12).bits(0, 17), // protection domain
    word(32),
    long(44),
];
/// In the alternative path there may be what spreads frames over queues: numbers of queue pairs, and
/// a key that is random.
const QP: &[Field] = &[
    in_context(number(4)),
    in_context(number(12)),
    in_context(number(16)),
    in_context(number(60)),
    in_context(number(64)),
    in_context(long(72)),
    in_context(long(80)),
    in_context(long(88)),
    in_context(long(96)),
    in_context(long(104)),
    in_context(number(112)),
    in_context(number(124)),
    in_context(number(156)),
    in_context(long(160)),
    in_context(number(172)),
    in_context(long(200).bits(0, 40)),
];
const RULE: &[Field] = &[number(8)];
/// SET_PORT that says which queue pairs get what comes.
const RECEIVERS: &[Field] = &[number(0), number(20), number(24)];

use Modifier::{Length, Number, Same};

const VARYING: &[Varying] = &[
    list("MAP_FA", Length, (0, NOTHING)),
    list("MAP_ICM_AUX", Length, (0, NOTHING)),
    list("MAP_ICM", Length, (0, NOTHING)),
    varying("UNMAP_ICM", Length, &[]),
    varying("MAP_EQ", Number, &[]),
    varying("SW2HW_EQ", Number, EQ),
    varying("HW2SW_EQ", Number, &[]),
    varying("SW2HW_CQ", Number, CQ),
    varying("HW2SW_CQ", Number, &[]),
    varying("QUERY_CQ", Number, &[]),
    varying("MODIFY_CQ", Number, CQ),
    varying("SW2HW_SRQ", Number, SRQ),
    varying("HW2SW_SRQ", Number, &[]),
    varying("ARM_SRQ", Number, &[]),
    varying("SW2HW_MPT", Number, REGION),
    varying("HW2SW_MPT", Number, &[]),
    varying("QUERY_MPT", Number, &[]),
    varying("RST2INIT_QP", Number, QP),
    varying("INIT2INIT_QP", Number, QP),
    varying("INIT2RTR_QP", Number, QP),
    varying("RTR2RTS_QP", Number, QP),
    varying("RTS2RTS_QP", Number, QP),
    varying("2ERR_QP", Number, &[]),
    varying("2RST_QP", Number, &[]),
    varying("QUERY_QP", Number, &[]),
    varying("UPDATE_QP", Number, &[]),
    varying("CONF_SPECIAL_QP", Number, &[]),
    varying("QUERY_IF_STAT", Number, &[]),
    list("WRITE_MCG", Number, (32, FLAGS)),
    varying("READ_MCG", Number, &[]),
    varying("FLOW_STEERING_ATTACH", Same, RULE),
    varying("FLOW_STEERING_DETACH", Same, &[]),
];

/// Whose input parameter is no mailbox, and yet another one in each run.
const PARAMETERS: &[&str] = &["UNMAP_ICM", "FLOW_STEERING_DETACH"];

/// How much of INIT_HCA's mailbox says who the driver is.
const DRIVER: std::ops::Range<usize> = super::hca::init::DRIVER;

/// What a driver asks for again and again, as long as it is there, or as often as somebody wants to
/// know it, as bonding does of links; or what it does as often as it needs more memory.
const REPEATED: &[&str] = &[
    "ACCESS_REG",
    "DUMP_ETH_STATS",
    "QUERY_IF_STAT",
    "QUERY_PORT",
    "SENSE_PORT",
    "HW_HEALTH_CHECK",
    "MAP_FA",
    "MAP_ICM",
    "UNMAP_ICM",
];

/// What bonding makes drivers' work do: when that is depends on what else goes on.
const AT_ANY_TIME: &[&str] = &["CONFIG_DEV", "VIRT_PORT_MAP"];

/// The kinds of SET_PORT for Ethernet, by the second byte of the modifier.
const KINDS: &[(u64, &str)] = &[
    (0, "GENERAL"),
    (1, "RQP_CALC"),
    (2, "MAC_TABLE"),
    (3, "VLAN_TABLE"),
    (4, "PRIO_MAP"),
    (5, "GID_TABLE"),
    (8, "PRIO2TC"),
    (9, "SCHEDULER"),
    (11, "VXLAN"),
];
const ETHERNET: u64 = 1;
const KIND: Field = field::MODIFIER.bits(8, 8);

/// What a datagram, and an access to a register, is about.
const ATTRIBUTE: Field = half(MAILBOX + 16);
const REGISTER: Field = half(MAILBOX + 4);

/// What a command is: its name, what it is about if that is said elsewhere, and its operation
/// modifier. `name` may also be of something else that happened.
pub fn title(name: &str, input: &[u8]) -> String {
    let modifier = field::OP_MODIFIER.get(input);
    match name {
        "SET_PORT" if modifier == ETHERNET => {
            let kind = KIND.get(input);
            return match KINDS.iter().find(|(number, _)| *number == kind) {
                Some((_, kind)) => format!("{name} {kind}"),
                None => format!("{name} {kind:#x}"),
            };
        }
        "MAD_IFC" => return format!("{name} {:#x}", ATTRIBUTE.get(input)),
        "ACCESS_REG" => return format!("{name} {:#x}", REGISTER.get(input)),
        _ => {}
    }
    match modifier {
        0 => name.into(),
        modifier => format!("{name} op={modifier:#x}"),
    }
}

fn name(title: &str) -> &str {
    title.split(' ').next().unwrap_or_default()
}

/// Whether it is a matter of time, or of how memory is divided, how often that comes.
pub fn is_repeated(title: &str) -> bool {
    REPEATED.contains(&name(title))
}

/// Whether it is a matter of time what it comes before and after.
pub fn comes_at_any_time(title: &str) -> bool {
    AT_ANY_TIME.contains(&name(title)) || is_repeated(title)
}

/// Makes all that varies the same in all inputs: ones where there is something, and still nothing
/// where there is nothing.
pub fn leave_out(name: &str, input: &mut [u8]) {
    for of_all in [field::OUT_PARAM, field::TOKEN, field::TOGGLE] {
        of_all.set(input, 0);
    }
    if input.len() > MAILBOX || PARAMETERS.contains(&name) {
        leave_something(field::IN_PARAM, input);
    }
    match name {
        "INIT_HCA" => {
            let mailbox = input.get_mut(MAILBOX..).unwrap_or_default();
            mailbox.get_mut(DRIVER).unwrap_or_default().fill(0);
        }
        "SET_PORT" if title(name, input) == "SET_PORT RQP_CALC" => leave_fields(RECEIVERS, input),
        _ => {}
    }
    if let Some(varying) = VARYING.iter().find(|varying| varying.command == name) {
        varying.leave_out(input);
    }
}

impl Varying {
    fn leave_out(&self, input: &mut [u8]) {
        match self.modifier {
            Same => {}
            Number => leave_something(field::MODIFIER.bits(0, 24), input),
            Length => leave_something(field::MODIFIER, input),
        }
        leave_fields(self.fields, input);
        if let Some((start, mask)) = self.list {
            let list = input.get_mut(MAILBOX + start..).unwrap_or_default();
            for (number, byte) in list.iter_mut().enumerate() {
                *byte &= mask.to_be_bytes()[number % 4];
            }
        }
    }
}

fn leave_fields(fields: &[Field], input: &mut [u8]) {
    for field in fields {
        leave_something(field.within(MAILBOX), input);
    }
}

fn leave_something(field: Field, input: &mut [u8]) {
    let is_something = field.get(input) != 0;
    field.set(input, is_something.into());
}

#[cfg(test)]
mod tests {
    use super::{super::commands::COMMANDS, *};

    fn command(modifier: u64, op_modifier: u64, mailbox: &[u8]) -> Vec<u8> {
        let mut input = vec![0; MAILBOX];
        field::MODIFIER.set(&mut input, modifier);
        field::OP_MODIFIER.set(&mut input, op_modifier);
        input.extend_from_slice(mailbox);
        input
    }

    fn rest_of(name: &str, mut input: Vec<u8>) -> Vec<u8> {
        leave_out(name, &mut input);
        input
    }

    #[test]
    fn the_table_is_about_commands() {
        let is_known = |name: &str| COMMANDS.iter().any(|command| command.name == name);
        for (number, varying) in VARYING.iter().enumerate() {
            let name = varying.command;
            assert!(is_known(name), "{name}");
            assert!(
                VARYING[..number].iter().all(|other| other.command != name),
                "{name}"
            );
        }
        for name in [REPEATED, AT_ANY_TIME, PARAMETERS].concat() {
            assert!(is_known(name), "{name}");
        }
    }

    #[test]
    fn titles_say_what_it_is_about() {
        let mut datagram = [0; 256];
        half(16).set(&mut datagram, 0xff60);
        for (name, input, expected) in [
            ("NOP", command(1, 0, &[]), "NOP"),
            ("SET_PORT", command(0x301, 1, &[]), "SET_PORT VLAN_TABLE"),
            ("SET_PORT", command(0x601, 1, &[]), "SET_PORT 0x6"),
            ("SET_PORT", command(1, 4, &[]), "SET_PORT op=0x4"),
            ("MAD_IFC", command(1, 3, &datagram), "MAD_IFC 0xff60"),
            ("reset: by the driver", vec![], "reset: by the driver"),
        ] {
            assert_eq!(title(name, &input), expected);
        }
    }

    #[test]
    fn addresses_and_numbers_are_left_out() {
        let queue = |number: u64, table: u64, size: u64| {
            let mut mailbox = [0; 64];
            word(12).set(&mut mailbox, size << 24 | number);
            long(24).set(&mut mailbox, table);
            let mut input = command(number, 0, &mailbox);
            field::IN_PARAM.set(&mut input, table);
            field::OUT_PARAM.set(&mut input, table);
            field::TOKEN.set(&mut input, number);
            rest_of("SW2HW_CQ", input)
        };
        assert_eq!(queue(0x80, 0x1000, 5), queue(0x90, 0x2000, 5));
        assert_ne!(queue(0x80, 0x1000, 5), queue(0x80, 0x1000, 6));
        let nowhere = queue(0x80, 0, 5);
        assert_ne!(queue(0x80, 0x1000, 5), nowhere, "none is another thing");
    }

    #[test]
    fn members_of_groups_keep_their_flags() {
        let mut group = [0; 40];
        word(4).set(&mut group, 2);
        word(32).set(&mut group, 0x4000_0048);
        word(36).set(&mut group, 0x49);
        let rest = rest_of("WRITE_MCG", command(7, 0, &group));
        assert_eq!(rest[MAILBOX + 4..MAILBOX + 8], [0, 0, 0, 2]);
        assert_eq!(rest[MAILBOX + 32..], [0x40, 0, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn only_one_kind_of_set_port_has_queue_pairs() {
        let mut mailbox = [0; 28];
        word(20).set(&mut mailbox, 0x8000_0040);
        let rest = |kind: u64| rest_of("SET_PORT", command(kind << 8 | 1, 1, &mailbox));
        assert_eq!(rest(1)[MAILBOX + 20..MAILBOX + 24], [0x80, 0, 0, 1]);
        assert_eq!(rest(0)[MAILBOX + 20..MAILBOX + 24], [0x80, 0, 0, 0x40]);
    }

    #[test]
    fn who_the_driver_is_does_not_count() {
        let rest = rest_of("INIT_HCA", command(0, 0, &[7; 0x200]));
        assert_eq!(rest[MAILBOX + DRIVER.start - 1], 7);
        assert!(rest[MAILBOX..][DRIVER].iter().all(|byte| *byte == 0));
    }
}
