// SPDX-License-Identifier: GPL-2.0

//! Netlink attributes as bytes.

pub const NESTED: u16 = 0x8000;
pub const NET_BYTEORDER: u16 = 0x4000;
const TYPE_MASK: u16 = !(NESTED | NET_BYTEORDER);
pub const HEADER: usize = 4;

pub fn align(len: usize) -> usize {
    (len + 3) & !3
}

/// Append an attribute.
pub fn put(message: &mut Vec<u8>, number: u16, payload: &[u8]) {
    put_raw(message, (HEADER + payload.len()) as u16, number, payload);
}

/// Append an attribute whose header may lie about its length.
pub fn put_raw(message: &mut Vec<u8>, len: u16, number: u16, payload: &[u8]) {
    message.extend_from_slice(&len.to_ne_bytes());
    message.extend_from_slice(&number.to_ne_bytes());
    message.extend_from_slice(payload);
    message.resize(align(message.len()), 0);
}

/// An attribute found in a message.
#[derive(Clone, Copy)]
pub struct Found<'a> {
    /// Without flags.
    pub number: u16,
    pub flags: u16,
    /// Where the payload begins, from the start of what was parsed.
    pub at: usize,
    pub payload: &'a [u8],
}

/// The attributes in `data`, as far as they are well-formed.
pub fn parse(data: &[u8]) -> impl Iterator<Item = Found<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = data.get(at..)?;
        let len = usize::from(u16_at(rest, 0)?);
        let kind = u16_at(rest, 2)?;
        let payload = rest.get(HEADER..len)?;
        let found = Found {
            number: kind & TYPE_MASK,
            flags: kind & !TYPE_MASK,
            at: at + HEADER,
            payload,
        };
        at += align(len);
        Some(found)
    })
}

/// How many bytes of `data` are well-formed attributes, padding included.
pub fn parsed_len(data: &[u8]) -> usize {
    parse(data).last().map_or(0, |last| {
        align(last.at + last.payload.len()).min(data.len())
    })
}

pub fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(data.get(at..at + 2)?.try_into().ok()?))
}

pub fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(data.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_is_parsed() {
        let mut message = Vec::new();
        put(&mut message, 7, b"abc");
        put(&mut message, 9 | NESTED, b"");
        let found: Vec<_> = parse(&message)
            .map(|a| (a.number, a.flags, a.payload.to_vec()))
            .collect();
        assert_eq!(found, [(7, 0, b"abc".to_vec()), (9, NESTED, vec![])]);
        assert_eq!(parsed_len(&message), message.len());
    }

    #[test]
    fn a_length_that_lies_ends_the_parsing() {
        let mut message = Vec::new();
        put(&mut message, 1, b"good");
        let good = message.len();
        put_raw(&mut message, 3, 2, b"");
        assert_eq!(parse(&message).count(), 1);
        assert_eq!(parsed_len(&message), good);
        message.truncate(good);
        put_raw(&mut message, 100, 2, b"short");
        assert_eq!(parse(&message).count(), 1);
    }
}
