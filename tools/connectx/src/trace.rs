// SPDX-License-Identifier: GPL-2.0

//! Traces: a line for each command, with the time since the server's start before it.
//!
//! Two runs never have the same times, and mailboxes are elsewhere. [`show`] leaves out both, so
//! that what two drivers do can be compared with `diff`.

use crate::{
    capture::{self, Direction},
    hex::hex,
};
use anyhow::{Context, Result};
use std::fmt::Write;

/// The first character, in a trace, of an address that differs from run to run.
pub const ADDRESS: char = '@';

/// What a line of the trace begins with that somebody outside has put there.
pub const MARK: &str = "mark: ";

/// Bytes in a line of data.
const WIDTH: usize = 32;

/// Shows a trace, or what was captured: then with the data, if it is wanted.
pub fn show(file: &[u8], data: bool) -> Result<String> {
    let mut text = String::new();
    if !capture::is_capture(file) {
        let lines = std::str::from_utf8(file).context("it is no trace")?.lines();
        lines.for_each(|line| text += &(plain(line) + "\n"));
        return Ok(text);
    }
    for packet in capture::read(file)? {
        if packet.direction != Direction::Inbound {
            text += &(plain(&packet.comment) + "\n");
        } else if data {
            writeln!(text, "{}:", packet.comment)?;
        }
        if data {
            let lines = packet.data.chunks(WIDTH).enumerate();
            for (number, line) in lines.filter(|(_, line)| line.iter().any(|byte| *byte != 0)) {
                writeln!(text, "\t{:04x} {}", number * WIDTH, hex(line))?;
            }
        }
    }
    Ok(text)
}

/// A line without what differs between runs that do the same.
fn plain(line: &str) -> String {
    let rest = match line.split_once(' ') {
        Some((time, rest)) if time.parse::<f64>().is_ok() => rest,
        _ => line,
    };
    let words = rest.split(' ').map(|word| match word.split_once(ADDRESS) {
        Some((name, _)) => format!("{name}{ADDRESS}"),
        None => word.into(),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_are_shown() {
        let trace = "0.1 NOP -> ok\n0.2 NOP in=@0x1000 -> ok\n";
        let plain = "NOP -> ok\nNOP in=@ -> ok\n";
        assert_eq!(show(trace.as_bytes(), true).unwrap(), plain);
        assert!(show(&[0xff], true).is_err());
    }

    #[test]
    fn captured_commands_are_shown() {
        let mut captured = capture::Capture::default();
        captured.add(Direction::None, "reset: Function".into(), &[]);
        captured.add(Direction::Inbound, "NOP".into(), &[0x31; 40]);
        captured.add(Direction::Outbound, "NOP in=@0x1000 -> ok".into(), &[0; 40]);
        let file = captured.file("a card");
        let lines = "reset: Function\nNOP in=@ -> ok\n";
        assert_eq!(show(&file, false).unwrap(), lines);
        let (whole, rest) = ("31".repeat(32), "31".repeat(8));
        let lines =
            format!("reset: Function\nNOP:\n\t0000 {whole}\n\t0020 {rest}\nNOP in=@ -> ok\n");
        assert_eq!(show(&file, true).unwrap(), lines);
        assert!(show(&file[..file.len() - 4], true).is_err());
    }

    #[test]
    fn times_and_addresses_are_left_out() {
        assert_eq!(
            plain("12.345678 SW2HW_EQ 0x13/0 modifier=0x4 in=@0x1000 -> ok"),
            "SW2HW_EQ 0x13/0 modifier=0x4 in=@ -> ok"
        );
        assert_eq!(plain("link 1 true"), "link 1 true");
        assert_eq!(plain(""), "");
    }
}
