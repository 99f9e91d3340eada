// SPDX-License-Identifier: GPL-2.0

//! Messages as text, with the names of the specification.

use crate::{
    attr,
    netlink::{self, GENERIC, HEADER},
    request::Via,
    spec::{AttrSet, Kind, Spec},
    transcript::Record,
};

use nix::errno::Errno;

const MSG: u16 = 1;
const OFFSET: u16 = 2;
const MISSING_ATTR: u16 = 5;
const MISSING_NEST: u16 = 6;
/// Longer values are cut.
const MAX_BYTES: usize = 200;

pub struct Decoder<'a> {
    pub spec: &'a Spec,
}

impl Decoder<'_> {
    /// One line for a record. `request` is the body of the request that it answers.
    pub fn record(&self, record: &Record, request: &[u8]) -> String {
        match record {
            Record::Request { via, flags, body } => {
                let via = Via::ALL
                    .get(usize::from(*via))
                    .map_or("?", |via| via.name());
                let mode = match flags & netlink::F_DUMP {
                    netlink::F_DUMP => "dump",
                    _ => "do",
                };
                let [command, version, ..] = body[..] else {
                    return "a request without a header".into();
                };
                let version = if version == 1 {
                    String::new()
                } else {
                    format!(" version {version}")
                };
                let name = self.spec.command_name(command);
                format!(
                    "{mode} {name} ({via}){version} {}",
                    self.attrs(&body[GENERIC..])
                )
            }
            Record::Event(title) => title.clone(),
            Record::Outcome(0) => "done".into(),
            Record::Outcome(errno) => format!("failed: {}", errno_name(*errno)),
            Record::Reply(message) => format!("reply {}", self.message(message, request)),
            Record::Notification { via, message } => {
                let via = Via::ALL
                    .get(usize::from(*via))
                    .map_or("?", |via| via.name());
                format!("notification ({via}) {}", self.message(message, request))
            }
            Record::Calls(text) => format!("calls of {}", text.trim_end().replace('\n', "; ")),
            Record::Same(step) => format!("as in step {step}"),
        }
    }

    fn message(&self, message: &[u8], request: &[u8]) -> String {
        let flags = netlink::flags(message);
        match netlink::kind(message) {
            netlink::ERROR => {
                let errno = netlink::errno(message);
                let what = if errno == 0 {
                    "ok".into()
                } else {
                    format!("error {}", errno_name(-errno))
                };
                let mut at = HEADER + 4 + HEADER;
                if flags & netlink::F_CAPPED == 0 {
                    at += request.len();
                }
                format!("{what}{}", self.extended(message, at, flags, request))
            }
            netlink::DONE => {
                let errno = netlink::errno(message);
                format!(
                    "done {errno}{}",
                    self.extended(message, HEADER + 4, flags, request)
                )
            }
            _ => {
                let command = message.get(HEADER).copied().unwrap_or(0);
                let rest = message
                    .get(HEADER + 1..HEADER + GENERIC)
                    .unwrap_or_default();
                let attrs = message.get(HEADER + GENERIC..).unwrap_or_default();
                let name = self.spec.command_name(command);
                format!(
                    "{name} flags {flags:#x} header {rest:?} {}",
                    self.attrs(attrs)
                )
            }
        }
    }

    /// What an acknowledgement says beside the errno.
    fn extended(&self, message: &[u8], at: usize, flags: u16, request: &[u8]) -> String {
        let mut text = String::new();
        if flags & netlink::F_ACK_TLVS == 0 {
            return text;
        }
        for found in attr::parse(message.get(at..).unwrap_or_default()) {
            let number = attr::u32_at(found.payload, 0).unwrap_or(0);
            text += &match found.number {
                MSG => format!(" \"{}\"", string(found.payload)),
                OFFSET => format!(
                    " at offset {number} ({})",
                    self.at_offset(request, number as usize)
                ),
                MISSING_ATTR => format!(" missing {}", self.name(number as u16)),
                MISSING_NEST => format!(" in the nest at {number}"),
                other => format!(" ext{other}={}", hex(found.payload)),
            };
        }
        text
    }

    fn name(&self, number: u16) -> String {
        self.spec
            .root()
            .by_number(number)
            .map_or(number.to_string(), |attr| attr.name.clone())
    }

    /// The attribute of a request at an offset from the message's beginning.
    fn at_offset(&self, request: &[u8], offset: usize) -> String {
        let attrs = request.get(GENERIC..).unwrap_or_default();
        let start = HEADER + GENERIC - attr::HEADER;
        attr::parse(attrs)
            .find(|found| {
                offset < start + attr::align(found.at + found.payload.len()) + attr::HEADER
            })
            .map_or("not an attribute".into(), |found| {
                let inside = offset.wrapping_sub(start + found.at);
                let within = if inside == 0 { "" } else { "in " };
                format!("{within}{}", self.name(found.number))
            })
    }

    fn attrs(&self, data: &[u8]) -> String {
        self.set(data, self.spec.root())
    }

    fn set(&self, data: &[u8], set: &AttrSet) -> String {
        let mut shown = Vec::new();
        for found in attr::parse(data) {
            let flag = match found.flags {
                0 => "",
                attr::NESTED => "*",
                _ => "!",
            };
            let Some(known) = set.by_number(found.number) else {
                shown.push(format!("{}{flag}={}", found.number, hex(found.payload)));
                continue;
            };
            let value = match self.spec.inside(known, set) {
                Some(inner) => format!("[{}]", self.set(found.payload, inner)),
                None => value(known.kind, found.payload),
            };
            shown.push(format!("{}{flag}={value}", known.name));
        }
        let rest = &data[attr::parsed_len(data)..];
        if !rest.is_empty() {
            shown.push(format!("rest={}", hex(rest)));
        }
        shown.join(" ")
    }
}

fn value(kind: Kind, payload: &[u8]) -> String {
    let number = match (kind, payload) {
        (Kind::U8, [byte]) => Some(u64::from(*byte)),
        (Kind::U16, [a, b]) => Some(u64::from(u16::from_ne_bytes([*a, *b]))),
        (Kind::U32 | Kind::Uint, [a, b, c, d]) => {
            Some(u64::from(u32::from_ne_bytes([*a, *b, *c, *d])))
        }
        (Kind::U64 | Kind::Uint, [a, b, c, d, e, f, g, h]) => {
            Some(u64::from_ne_bytes([*a, *b, *c, *d, *e, *f, *g, *h]))
        }
        _ => None,
    };
    match (number, kind) {
        (Some(number), _) => number.to_string(),
        (None, Kind::String) if payload.ends_with(&[0]) => format!("\"{}\"", string(payload)),
        (None, Kind::Flag) if payload.is_empty() => "set".into(),
        _ => hex(payload),
    }
}

fn string(payload: &[u8]) -> String {
    let text = payload.strip_suffix(&[0]).unwrap_or(payload);
    let shown: String = text
        .escape_ascii()
        .to_string()
        .chars()
        .take(MAX_BYTES)
        .collect();
    if text.len() > MAX_BYTES {
        return format!("{shown}...({} bytes)", text.len());
    }
    shown
}

fn hex(payload: &[u8]) -> String {
    let mut text = String::from("0x");
    for byte in payload.iter().take(MAX_BYTES) {
        text += &format!("{byte:02x}");
    }
    if payload.len() > MAX_BYTES {
        text += &format!("...({} bytes)", payload.len());
    }
    text
}

fn errno_name(errno: i32) -> String {
    // The kernel's own, which C libraries do not know.
    match errno {
        524 => "ENOTSUPP".into(),
        _ => format!("{:?}", Errno::from_raw(errno)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::tests::small;

    #[test]
    fn a_request_is_shown_with_its_names() {
        let spec = small();
        let mut body = vec![6, 1, 0, 0];
        attr::put(&mut body, spec.attr("bus-name").number, b"bus\0");
        attr::put(&mut body, spec.attr("hue").number, &[2]);
        let request = Record::Request {
            via: 0,
            flags: 0,
            body,
        };
        assert_eq!(
            Decoder { spec: &spec }.record(&request, &[]),
            "do command-6 (home) bus-name=\"bus\" hue=2"
        );
    }

    #[test]
    fn an_error_is_shown_with_message_and_attribute() {
        let spec = small();
        let mut body = vec![6, 1, 0, 0];
        attr::put(&mut body, spec.attr("bus-name").number, b"bus\0");
        attr::put(&mut body, spec.attr("hue").number, &[2]);
        let mut message = vec![0; HEADER];
        message[4] = 2;
        message[6..8].copy_from_slice(&(netlink::F_CAPPED | netlink::F_ACK_TLVS).to_ne_bytes());
        message.extend((-22_i32).to_ne_bytes());
        message.extend([0; HEADER]);
        attr::put(&mut message, MSG, b"no\0");
        attr::put(&mut message, OFFSET, &28_u32.to_ne_bytes());
        assert_eq!(
            Decoder { spec: &spec }.record(&Record::Reply(message), &body),
            "reply error EINVAL \"no\" at offset 28 (hue)"
        );
    }
}
