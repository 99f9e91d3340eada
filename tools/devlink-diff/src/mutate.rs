// SPDX-License-Identifier: GPL-2.0

//! Makes requests wrong.

use crate::{attr, netlink::F_DUMP, request::Request, rng::Rng, spec::Spec};

/// Break one thing about a request.
pub fn mutate(rng: &mut Rng, spec: &Spec, request: &mut Request) {
    match rng.below(14) {
        0 => drop_one(rng, &mut request.attrs),
        1 => duplicate(rng, &mut request.attrs),
        2 => wrong_length(rng, &mut request.attrs),
        3 => without_terminator(rng, &mut request.attrs),
        4 => oversized(rng, spec, &mut request.attrs),
        5 => lying_length(rng, &mut request.attrs),
        6 => request
            .attrs
            .truncate(request.attrs.len().saturating_sub(1 + rng.below(6))),
        7 => {
            let len = 1 + rng.below(7);
            request.attrs.extend(rng.bytes(len));
        }
        8 => unknown(rng, spec, &mut request.attrs),
        9 => flag(rng, &mut request.attrs),
        10 => request.command = rng.next() as u8,
        11 => request.version = rng.next() as u8,
        12 => shuffle(rng, &mut request.attrs),
        _ => request.attrs.clear(),
    }
}

/// Give the port index its length where the operation's policy does not look at it: the C core
/// reads past the end of a short one there, into whatever is next (see
/// Documentation/differences.rst).
pub fn whole_port_index(spec: &Spec, request: &mut Request) {
    let port_index = spec.attr("port-index");
    let checked = spec
        .ops
        .iter()
        .filter(|op| op.command == request.command)
        .filter_map(|op| match request.flags & F_DUMP {
            0 => op.do_.as_ref(),
            _ => op.dump.as_ref(),
        })
        .any(|mode| mode.request.contains(&port_index.name));
    let wrong =
        |found: attr::Found<'_>| found.number == port_index.number && found.payload.len() != 4;
    if checked || !attr::parse(&request.attrs).any(wrong) {
        return;
    }
    request.attrs = attr::parse(&request.attrs)
        .flat_map(|found| {
            let mut payload = found.payload.to_vec();
            if wrong(found) {
                payload.resize(4, 0);
            }
            let mut one = Vec::new();
            attr::put(&mut one, found.number | found.flags, &payload);
            one
        })
        .collect();
}

/// The attributes one by one, each with its header and padding.
fn split(attrs: &[u8]) -> Vec<Vec<u8>> {
    attr::parse(attrs)
        .map(|found| {
            let mut one = Vec::new();
            attr::put(&mut one, found.number | found.flags, found.payload);
            one
        })
        .collect()
}

fn drop_one(rng: &mut Rng, attrs: &mut Vec<u8>) {
    let mut list = split(attrs);
    if !list.is_empty() {
        list.remove(rng.below(list.len()));
    }
    *attrs = list.concat();
}

/// The second of two counts, as a rule.
fn duplicate(rng: &mut Rng, attrs: &mut Vec<u8>) {
    if let Some(one) = rng.pick(&split(attrs)) {
        let mut copy = one.clone();
        if rng.chance(50) {
            if let Some(byte) = copy.get_mut(attr::HEADER) {
                *byte = byte.wrapping_add(1);
            }
        }
        attrs.extend(copy);
    }
}

/// Put something else in the place of one attribute.
fn replace(rng: &mut Rng, attrs: &mut Vec<u8>, change: impl FnOnce(&mut Rng, &mut Vec<u8>)) {
    let mut list = split(attrs);
    if list.is_empty() {
        return;
    }
    let which = rng.below(list.len());
    let found: Vec<_> = attr::parse(&list[which])
        .map(|f| (f.number | f.flags, f.payload.to_vec()))
        .collect();
    let (number, mut payload) = found[0].clone();
    change(rng, &mut payload);
    list[which].clear();
    attr::put(&mut list[which], number, &payload);
    *attrs = list.concat();
}

/// A length that another type would have.
fn wrong_length(rng: &mut Rng, attrs: &mut Vec<u8>) {
    replace(rng, attrs, |rng, payload| {
        let len = *rng.pick(&[0, 1, 2, 3, 4, 8, 12, 16]).expect("lengths");
        payload.resize(len, 1);
    });
}

fn without_terminator(rng: &mut Rng, attrs: &mut Vec<u8>) {
    replace(rng, attrs, |_, payload| {
        while payload.last() == Some(&0) {
            payload.pop();
        }
        payload.push(b'x');
    });
}

fn oversized(rng: &mut Rng, spec: &Spec, attrs: &mut Vec<u8>) {
    let len = *rng
        .pick(&[100, 255, 256, 300, 5000, 60_000])
        .expect("lengths");
    let text = [vec![b'y'; len], vec![0]].concat();
    if rng.chance(50) {
        replace(rng, attrs, |_, payload| *payload = text);
    } else {
        let any = rng.pick(&spec.root().attrs).expect("attributes");
        attr::put(attrs, any.number, &text);
    }
}

/// The header says more or less than there is.
fn lying_length(rng: &mut Rng, attrs: &mut Vec<u8>) {
    let found: Vec<_> = attr::parse(attrs)
        .map(|found| found.at - attr::HEADER)
        .collect();
    if let Some(at) = rng.pick(&found) {
        let len = *rng
            .pick(&[0_u16, 1, 3, 4, 5, 7, 200, 0xffff])
            .expect("lengths");
        attrs[*at..*at + 2].copy_from_slice(&len.to_ne_bytes());
    }
}

fn unknown(rng: &mut Rng, spec: &Spec, attrs: &mut Vec<u8>) {
    let last = spec
        .root()
        .attrs
        .iter()
        .map(|attr| attr.number)
        .max()
        .unwrap_or(0);
    let number = *rng
        .pick(&[0, last + 1, last + 2, 1000, 0x3fff])
        .expect("numbers");
    let len = rng.below(9);
    let bytes = rng.bytes(len);
    attr::put(attrs, number, &bytes);
}

/// Toggle one of the flags in an attribute's type.
fn flag(rng: &mut Rng, attrs: &mut [u8]) {
    let found: Vec<_> = attr::parse(attrs).map(|found| found.at - 2).collect();
    if let Some(at) = rng.pick(&found) {
        let flag = if rng.chance(70) {
            attr::NESTED
        } else {
            attr::NET_BYTEORDER
        };
        let kind = attr::u16_at(attrs, *at).expect("a header") ^ flag;
        attrs[*at..*at + 2].copy_from_slice(&kind.to_ne_bytes());
    }
}

fn shuffle(rng: &mut Rng, attrs: &mut Vec<u8>) {
    let mut list = split(attrs);
    for last in (1..list.len()).rev() {
        list.swap(last, rng.below(last + 1));
    }
    *attrs = list.concat();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{request::Via, spec::tests::small};

    #[test]
    fn any_mutation_of_anything_is_possible() {
        let spec = small();
        let mut rng = Rng::new(3);
        let mut different = 0;
        for round in 0..2000 {
            let mut attrs = Vec::new();
            for number in 0..round % 4 {
                attr::put(&mut attrs, number + 1, b"abc\0");
            }
            let before = Request {
                via: Via::Home,
                command: 1,
                version: 1,
                flags: 0,
                attrs,
            };
            let mut after = before.clone();
            mutate(&mut rng, &spec, &mut after);
            different += usize::from(after != before);
        }
        assert!(different > 1000);
    }

    #[test]
    fn a_port_index_gets_its_length_only_where_no_policy_checks_it() {
        let spec = small();
        for (op, len) in [("hue-get", 1), ("hue-set", 4)] {
            let mut attrs = Vec::new();
            attr::put(&mut attrs, spec.attr("port-index").number, &[7]);
            attr::put(&mut attrs, spec.attr("hue").number, &[1]);
            let mut request = Request {
                via: Via::Home,
                command: spec.op(op).command,
                version: 1,
                flags: 0,
                attrs,
            };
            whole_port_index(&spec, &mut request);
            let lens: Vec<_> = attr::parse(&request.attrs)
                .map(|found| found.payload.len())
                .collect();
            assert_eq!(lens, [len, 1]);
        }
    }
}
