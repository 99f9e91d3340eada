// SPDX-License-Identifier: GPL-2.0

//! Traces: a line for each command, with the time since the server's start before it.
//!
//! Two runs never have the same times, and mailboxes are elsewhere. [`plain`] leaves out both, so
//! that what two drivers do can be compared with `diff`.

/// What an address that a run chose begins with, in a trace.
pub const ADDRESS: char = '@';

/// A line without what differs between runs that do the same.
pub fn plain(line: &str) -> String {
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
    fn times_and_addresses_are_left_out() {
        assert_eq!(
            plain("12.345678 SW2HW_EQ 0x13/0 modifier=0x4 in=@0x1000 -> ok"),
            "SW2HW_EQ 0x13/0 modifier=0x4 in=@ -> ok"
        );
        assert_eq!(plain("link 1 true"), "link 1 true");
        assert_eq!(plain(""), "");
    }
}
