// SPDX-License-Identifier: GPL-2.0

//! The enums of `include/uapi/linux/devlink.h`: names of commands and attributes that
//! `devlink.yaml` leaves out.

use std::collections::BTreeMap;

pub struct Header {
    /// Name, number, and the comment that tells the type.
    pub attrs: Vec<(String, u16, String)>,
    pub commands: BTreeMap<u8, String>,
}

impl Header {
    pub fn parse(text: &str) -> Self {
        let commands = enumerators(text, "enum devlink_command {", "DEVLINK_CMD_");
        Self {
            attrs: enumerators(text, "enum devlink_attr {", "DEVLINK_ATTR_"),
            commands: commands
                .into_iter()
                .map(|(name, value, _)| (value as u8, name))
                .collect(),
        }
    }
}

/// The enumerators of an enum that counts from 0 and gives no value explicitly before its end.
fn enumerators(text: &str, head: &str, prefix: &str) -> Vec<(String, u16, String)> {
    let body = text.split_once(head).map_or("", |(_, rest)| rest);
    let mut found = Vec::new();
    let mut number = 0;
    for line in body.lines().map(str::trim) {
        if line.starts_with("__") || line.starts_with('}') {
            break;
        }
        // Anything else is a comment, or an alias with a value.
        let Some((name, rest)) = line
            .strip_prefix(prefix)
            .and_then(|rest| rest.split_once(','))
        else {
            continue;
        };
        if number > 0 {
            let comment = rest.trim().trim_start_matches("/*").trim_end_matches("*/");
            let kind = comment.split_whitespace().next().unwrap_or("");
            found.push((name.to_lowercase().replace('_', "-"), number, kind.into()));
        }
        number += 1;
    }
    found
}
