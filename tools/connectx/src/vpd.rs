// SPDX-License-Identifier: GPL-2.0

//! The vital product data: names and serial number of a card, as PCI wants them.

use crate::model::Identity;

const NAME_TAG: u8 = 0x82;
const READ_ONLY_TAG: u8 = 0x90;
const END_TAG: u8 = 0x78;
/// The format's own bound of a keyword's value.
const MAX_KEYWORD: usize = 255;

fn keyword(section: &mut Vec<u8>, name: &[u8; 2], value: &[u8]) {
    let value = &value[..value.len().min(MAX_KEYWORD)];
    section.extend_from_slice(name);
    section.push(value.len() as u8);
    section.extend_from_slice(value);
}

fn tag(data: &mut Vec<u8>, tag: u8, content: &[u8]) {
    data.push(tag);
    data.extend_from_slice(&(content.len() as u16).to_le_bytes());
    data.extend_from_slice(content);
}

/// Everything that the data of this function says, padded to a multiple of four bytes.
pub fn build(identity: &Identity) -> Vec<u8> {
    let mut data = Vec::new();
    let name = identity.product_name.as_bytes();
    tag(&mut data, NAME_TAG, &name[..name.len().min(MAX_KEYWORD)]);
    let mut section = Vec::new();
    keyword(&mut section, b"PN", identity.part_number.as_bytes());
    keyword(&mut section, b"SN", identity.serial_number.as_bytes());
    keyword(&mut section, b"V0", b"PCIeGen3 x8");
    section.extend_from_slice(b"RV\x01\x00");
    tag(&mut data, READ_ONLY_TAG, &section);
    // The last byte of the section makes the sum of all before it zero.
    let sum = data.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    if let Some(last) = data.last_mut() {
        *last = sum.wrapping_neg();
    }
    data.push(END_TAG);
    data.resize(data.len().next_multiple_of(4), 0);
    data
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::identity;

    #[test]
    fn sums_up_to_zero() {
        let data = build(&identity());
        let end = data.iter().rposition(|byte| *byte == END_TAG);
        let sum = data[..end.unwrap_or(0)]
            .iter()
            .fold(0u8, |sum, byte| sum.wrapping_add(*byte));
        assert_eq!(sum, 0);
        assert_eq!(data[0], NAME_TAG);
        assert!(data.windows(8).any(|window| window == b"SN\x05SER-1"));
    }

    #[test]
    fn long_names_are_cut() {
        let mut identity = identity();
        identity.product_name = "x".repeat(1000);
        identity.serial_number = "y".repeat(1000);
        assert!(build(&identity).len() < 1024);
    }
}
