// SPDX-License-Identifier: GPL-2.0

//! Compares what two drivers said to a card, command by command.
//!
//! Both captures have marks, which divide them into sections; sections of the same name are
//! compared. In each the commands of the one are laid beside those of the other so that as many as
//! possible are the same, in the same order. What is left over is a difference. Those that come at
//! any time are compared apart from the others, whatever their order.

use crate::{
    capture::{self, Direction, Packet},
    mlx4, mlx5,
    trace::MARK,
};
use anyhow::{ensure, Context, Result};
use std::collections::{BTreeMap, BTreeSet};

/// What of a card's commands is compared.
#[derive(Clone, Copy)]
struct Rules {
    /// What a command of some name is, with its input.
    title: fn(&str, &[u8]) -> String,
    /// Makes what differs between runs that do the same, of a command's input, the same.
    leave_out: fn(&str, &mut [u8]),
    /// Whether it is a matter of time how often what has that title comes.
    is_repeated: fn(&str) -> bool,
    /// Whether it is a matter of time what it comes before and after.
    comes_at_any_time: fn(&str) -> bool,
}

const CONNECTX_3: Rules = Rules {
    title: mlx4::varying::title,
    leave_out: mlx4::varying::leave_out,
    is_repeated: mlx4::varying::is_repeated,
    comes_at_any_time: mlx4::varying::comes_at_any_time,
};

const CONNECTX_5: Rules = Rules {
    title: mlx5::varying::title,
    leave_out: mlx5::varying::leave_out,
    is_repeated: mlx5::varying::is_repeated,
    comes_at_any_time: mlx5::varying::comes_at_any_time,
};

impl Rules {
    /// Those of the card that got what is in two files; an empty one does not say which.
    fn of(first: &[u8], second: &[u8]) -> Result<Self> {
        let first = capture::name(first).context("the first file")?;
        let second = capture::name(second).context("the second file")?;
        ensure!(
            first == second || first.is_empty() || second.is_empty(),
            "one is of {first}, the other of {second}"
        );
        Ok(if (first + &second).starts_with("ConnectX-3") {
            CONNECTX_3
        } else {
            CONNECTX_5
        })
    }
}

/// A command as it is compared; or what is no command, like a reset, without an input.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Command {
    /// What it is, apart from its input.
    title: String,
    /// Without what differs between runs that do the same.
    input: Vec<u8>,
}

/// What came between two marks.
type Sections = BTreeMap<String, Vec<Command>>;

/// Says how the second capture differs from the first one, in lines:
///
/// * `SECTION: - COMMAND`: only the first has it;
/// * `SECTION: + COMMAND`: only the second has it;
/// * `SECTION: ^ COMMAND`: the second has it at another place;
/// * `SECTION: ~ COMMAND OFFSET: WORD -> WORD`: its input is another, at that offset.
pub fn compare(first: &[u8], second: &[u8]) -> Result<Vec<String>> {
    let rules = Rules::of(first, second)?;
    let first = sections(&rules, first).context("the first file")?;
    let second = sections(&rules, second).context("the second file")?;
    let names: BTreeSet<_> = first.keys().chain(second.keys()).collect();
    let mut lines = Vec::new();
    for name in names {
        let of = |sections: &Sections| sections.get(name).cloned().unwrap_or_default();
        let section = compare_section(&rules, &of(&first), &of(&second));
        lines.extend(section.into_iter().map(|line| format!("{name}: {line}")));
    }
    Ok(lines)
}

/// Divides a capture at its marks. If a mark comes again, the last one counts. What comes before the
/// first mark, or after one without a name, is left out.
fn sections(rules: &Rules, file: &[u8]) -> Result<Sections> {
    let mut sections = Sections::new();
    let mut section = String::new();
    for packet in capture::read(file)? {
        if let Some(name) = packet.comment.strip_prefix(MARK) {
            section = name.into();
            sections.insert(section.clone(), Vec::new());
        } else if is_compared(&packet) {
            sections
                .entry(section.clone())
                .or_default()
                .push(command(rules, packet));
        }
    }
    sections.remove("");
    for commands in sections.values_mut() {
        leave_out_repetitions(rules, commands);
    }
    Ok(sections)
}

/// Commands, and how the driver gives the device up. What else is told comes of these.
fn is_compared(packet: &Packet) -> bool {
    match packet.direction {
        Direction::Inbound => true,
        Direction::Outbound => false,
        Direction::None => packet.comment == "disabled" || packet.comment.starts_with("reset"),
    }
}

fn command(rules: &Rules, packet: Packet) -> Command {
    let mut input = packet.data;
    Command {
        title: (rules.title)(&packet.comment, &input),
        input: {
            (rules.leave_out)(&packet.comment, &mut input);
            input
        },
    }
}

/// How often a driver looks at counters depends on how long it is looked at.
fn leave_out_repetitions(rules: &Rules, commands: &mut Vec<Command>) {
    let mut came = BTreeSet::new();
    commands.retain(|command| {
        !(rules.is_repeated)(&command.title) || came.insert(command.title.clone())
    });
}

fn compare_section(rules: &Rules, first: &[Command], second: &[Command]) -> Vec<String> {
    let at_any_time = |command: &&Command| (rules.comes_at_any_time)(&command.title);
    let (mut first_apart, first): (Vec<_>, Vec<_>) = first.iter().partition(at_any_time);
    let (mut second_apart, second): (Vec<_>, Vec<_>) = second.iter().partition(at_any_time);
    first_apart.sort();
    second_apart.sort();
    let mut lines = compare_in_order(&first, &second);
    lines.extend(compare_in_order(&first_apart, &second_apart));
    lines
}

fn compare_in_order(first: &[&Command], second: &[&Command]) -> Vec<String> {
    let (mut pairs, lost, mut new) = align(first, second);
    let mut lines = Vec::new();
    for command in lost {
        let same = |other: &&Command| other.title == command.title;
        let found = new
            .iter()
            .position(|other| *other == command)
            .or_else(|| new.iter().position(same));
        match found {
            None => lines.push(format!("- {}", command.title)),
            Some(index) => {
                lines.push(format!("^ {}", command.title));
                pairs.push((command, new.remove(index)));
            }
        }
    }
    lines.extend(new.iter().map(|command| format!("+ {}", command.title)));
    for (one, other) in pairs {
        let words = differing_words(&one.input, &other.input);
        lines.extend(words.map(|words| format!("~ {} {words}", one.title)));
    }
    lines
}

/// Pairs that are the same command, and what is left over on both sides.
type Aligned<'a> = (
    Vec<(&'a Command, &'a Command)>,
    Vec<&'a Command>,
    Vec<&'a Command>,
);

/// Lays commands beside each other without changing their order. A pair with the same input counts
/// more than one of the same command only.
fn align<'a>(first: &[&'a Command], second: &[&'a Command]) -> Aligned<'a> {
    let width = second.len() + 1;
    // What is best for the rest from each place on.
    let mut best = vec![0u32; (first.len() + 1) * width];
    for (i, one) in first.iter().enumerate().rev() {
        for (j, other) in second.iter().enumerate().rev() {
            let skip = best[(i + 1) * width + j].max(best[i * width + j + 1]);
            let pair = likeness(one, other) + best[(i + 1) * width + j + 1];
            best[i * width + j] = skip.max(pair);
        }
    }
    let (mut pairs, mut lost, mut new) = (Vec::new(), Vec::new(), Vec::new());
    let (mut i, mut j) = (0, 0);
    while let (Some(&one), Some(&other)) = (first.get(i), second.get(j)) {
        let now = best[i * width + j];
        let likeness = likeness(one, other);
        if likeness > 0 && now == likeness + best[(i + 1) * width + j + 1] {
            pairs.push((one, other));
            (i, j) = (i + 1, j + 1);
        } else if now == best[(i + 1) * width + j] {
            lost.push(one);
            i += 1;
        } else {
            new.push(other);
            j += 1;
        }
    }
    lost.extend(&first[i..]);
    new.extend(&second[j..]);
    (pairs, lost, new)
}

fn likeness(one: &Command, other: &Command) -> u32 {
    match one.title == other.title {
        false => 0,
        true if one.input == other.input => 3,
        true => 1,
    }
}

/// The 32-bit words in which two inputs differ.
fn differing_words<'a>(one: &'a [u8], other: &'a [u8]) -> impl Iterator<Item = String> + 'a {
    let show = |word: Option<&[u8]>| word.map_or("none".into(), crate::hex::hex);
    let count = one.len().max(other.len()).div_ceil(4);
    (0..count).filter_map(move |number| {
        let (one, other) = (one.chunks(4).nth(number), other.chunks(4).nth(number));
        let offset = 4 * number;
        (one != other).then(|| format!("{offset:#x}: {} -> {}", show(one), show(other)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        capture::Capture,
        mlx5::layout::{AccessRegisterIn, Block, CreateEqIn, Eqc, MboxIn, Opcode, Register},
    };

    /// A capture with a section of commands.
    fn file(commands: &[(&str, &[u8])]) -> Vec<u8> {
        file_of("a card", commands)
    }

    fn file_of(card: &str, commands: &[(&str, &[u8])]) -> Vec<u8> {
        let mut capture = Capture::default();
        capture.add(Direction::Inbound, "NOP".into(), &[]);
        capture.add(Direction::None, format!("{MARK}probe"), &[]);
        for (name, input) in commands {
            capture.add(Direction::Inbound, (*name).into(), input);
            capture.add(Direction::Outbound, format!("{name} -> Ok(())"), &[0; 16]);
        }
        capture.add(Direction::None, MARK.into(), &[]);
        capture.add(Direction::Inbound, "NOP".into(), &[]);
        capture.file(card)
    }

    fn differences(first: &[(&str, &[u8])], second: &[(&str, &[u8])]) -> Vec<String> {
        compare(&file(first), &file(second)).unwrap()
    }

    #[test]
    fn the_same_is_no_difference() {
        let commands: &[(&str, &[u8])] = &[("INIT_HCA", &[0; 16]), ("NOP", &[0; 16])];
        assert!(differences(commands, commands).is_empty());
        assert!(compare(&[], &file(commands)).is_ok());
        assert!(compare(b"nonsense", &file(commands)).is_err());
    }

    #[test]
    fn what_differs_is_said() {
        let first: &[(&str, &[u8])] = &[
            ("ENABLE_HCA", &[0; 16]),
            ("NOP", &[0; 16]),
            ("QUERY_PAGES", &[1, 0, 0, 0, 2, 0, 0, 0]),
            ("INIT_HCA", &[0; 16]),
            ("QUERY_ISSI", &[0; 16]),
        ];
        let second: &[(&str, &[u8])] = &[
            ("ENABLE_HCA", &[0; 16]),
            ("QUERY_PAGES", &[1, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0]),
            ("QUERY_ISSI", &[0; 16]),
            ("INIT_HCA", &[0; 16]),
            ("TEARDOWN_HCA", &[0; 16]),
        ];
        let lines = differences(first, second);
        let expected = [
            "probe: - NOP",
            "probe: ^ INIT_HCA",
            "probe: + TEARDOWN_HCA",
            "probe: ~ QUERY_PAGES 0x4: 02000000 -> 03000000",
            "probe: ~ QUERY_PAGES 0x8: none -> 04000000",
        ];
        let other_order = lines.iter().any(|line| line == "probe: ^ QUERY_ISSI");
        assert_eq!(lines.len(), expected.len(), "{lines:?}");
        for line in expected {
            assert!(
                lines.iter().any(|came| came == line) || line.contains('^') && other_order,
                "{line} in {lines:?}"
            );
        }
    }

    #[test]
    fn what_varies_is_no_difference() {
        let queue = |address: u8, size| {
            let mut input = Block::<CreateEqIn>::new();
            input.set(CreateEqIn::OPCODE, Opcode::CREATE_EQ);
            input.set(CreateEqIn::EQ_CONTEXT_ENTRY.then(Eqc::LOG_EQ_SIZE), size);
            input.set(
                CreateEqIn::EQ_CONTEXT_ENTRY.then(Eqc::UAR_PAGE),
                u32::from(address),
            );
            [input.as_ref(), &[address; 16]].concat()
        };
        let pair = |first: Vec<u8>, second: Vec<u8>| {
            differences(&[("CREATE_EQ", &first)], &[("CREATE_EQ", &second)])
        };
        assert!(pair(queue(1, 7), queue(2, 7)).is_empty());
        assert!(!pair(queue(1, 7), queue(1, 8)).is_empty());
        // A queue without doorbells is another one.
        assert!(!pair(queue(1, 7), queue(0, 7)).is_empty());
    }

    #[test]
    fn what_comes_at_any_time_has_no_place() {
        let state: (&str, &[u8]) = ("QUERY_VPORT_STATE", &[0; 16]);
        let (init, nop): ((&str, &[u8]), (&str, &[u8])) = (("INIT_HCA", &[]), ("NOP", &[]));
        assert!(differences(&[init, state, nop], &[init, nop, state]).is_empty());
        assert_eq!(
            differences(&[init, state, nop], &[init, nop]),
            ["probe: - QUERY_VPORT_STATE"]
        );
    }

    #[test]
    fn times_are_not_compared() {
        let told = |time| {
            let mut input = Block::<AccessRegisterIn>::new();
            input.set(AccessRegisterIn::REGISTER_ID, Register::MRTC);
            [input.as_ref(), &[time; 16]].concat()
        };
        let lines = differences(&[("ACCESS_REG", &told(1))], &[("ACCESS_REG", &told(2))]);
        assert!(lines.is_empty(), "{lines:?}");
    }

    #[test]
    fn registers_are_commands_of_their_own_and_counters_are_repeated() {
        let register = |register| {
            let mut input = Block::<AccessRegisterIn>::new();
            input.set(AccessRegisterIn::OP_MOD, 1);
            input.set(AccessRegisterIn::REGISTER_ID, register);
            input.as_ref().to_vec()
        };
        let mut counters = Block::<MboxIn>::new();
        counters.set(MboxIn::OPCODE, Opcode::QUERY_VPORT_COUNTER);
        let counters = ("QUERY_VPORT_COUNTER", counters.as_ref());
        let (one, other) = (register(Register::PTYS), register(Register::PAOS));
        let lines = differences(
            &[counters, ("ACCESS_REG", &one), counters],
            &[counters, ("ACCESS_REG", &other)],
        );
        let expected = [
            "probe: - ACCESS_REG PTYS op_mod=0x1",
            "probe: + ACCESS_REG PAOS op_mod=0x1",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn each_card_has_its_own_rules() {
        // Op-codes of the register's last word, and a token of this run.
        let command = |token| {
            let mut input = vec![0; 28];
            input[20] = token;
            input[25] = 0x80;
            input[27] = 0x31;
            input
        };
        let (one, other) = (command(1), command(2));
        let of = |card: &str, input: &[u8]| file_of(card, &[("NOP", input)]);
        let (third, fifth) = ("ConnectX-3 model", "ConnectX-5 model");
        let lines = compare(&of(third, &one), &of(third, &other)).unwrap();
        assert!(lines.is_empty(), "{lines:?}");
        let lines = compare(&of(fifth, &one), &of(fifth, &other)).unwrap();
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(compare(&of(third, &one), &of(fifth, &one)).is_err());
        let lines = compare(&[], &of(third, &one)).unwrap();
        assert_eq!(lines, ["probe: + NOP"]);
    }
}
