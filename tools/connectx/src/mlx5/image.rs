// SPDX-License-Identifier: GPL-2.0

//! Files with firmware, as the driver wants them: an MFA2 archive, in it an XZ stream, in that the
//! image. The stream is not compressed, which XZ allows.

use super::firmware::{crc32, Version, MAGIC, PSID};

const FINGERPRINT: &[u8] = b"MLNX.MFA2.XZ.00!";
const COMPONENT_MAGIC: &[u8] = b"#BIN.COMPONENT!#";

// Types of an archive's items.
const MULTI: u8 = 0x01;
const PACKAGE: u8 = 0x02;
const COMPONENT: u8 = 0x04;
const COMPONENT_POINTER: u8 = 0x22;
const BOARD: u8 = 0x2a;

/// How long the package's description is, and what comes before the stream without it.
const PACKAGE_LENGTH: usize = 28;

/// An image of a version, with `size` bytes of nothing in particular.
pub fn image((major, minor, sub): Version, size: usize) -> Vec<u8> {
    let mut image = MAGIC.to_vec();
    for number in [major, minor, sub, 0] {
        image.extend_from_slice(&number.to_be_bytes());
    }
    image.extend((0..size.next_multiple_of(4)).map(|number| (number / 3) as u8));
    image.extend_from_slice(&crc32(&image).to_be_bytes());
    image
}

/// A file with an image.
pub fn archive(image: &[u8]) -> Vec<u8> {
    let stream = xz(&[COMPONENT_MAGIC, image].concat());
    let psid = PSID.split(|byte| *byte == 0).next().unwrap_or_default();
    let pointer = item(COMPONENT_POINTER, &[0; 8]);
    let device = multi(&[item(BOARD, psid), pointer]);
    let size = (image.len() as u32).to_be_bytes();
    let component = multi(&[item(COMPONENT, &[&[0; 12], &size[..]].concat())]);
    let package = |offset: usize| {
        let mut data = vec![0, 1, 0, 1];
        data.extend_from_slice(&(offset as u32).to_be_bytes());
        data.extend_from_slice(&(stream.len() as u32).to_be_bytes());
        data.extend_from_slice(&(image.len() as u64).to_be_bytes());
        data.extend_from_slice(&[0, 0, 0, 1]);
        data.resize(PACKAGE_LENGTH, 0);
        multi(&[item(PACKAGE, &data)])
    };
    let before = FINGERPRINT.len() + package(0).len() + device.len() + component.len();
    [FINGERPRINT, &package(before), &device, &component, &stream].concat()
}

fn item(kind: u8, data: &[u8]) -> Vec<u8> {
    let mut item = vec![0, kind];
    item.extend_from_slice(&(data.len() as u16).to_be_bytes());
    item.extend_from_slice(data);
    item.resize(item.len().next_multiple_of(4), 0);
    item
}

fn multi(items: &[Vec<u8>]) -> Vec<u8> {
    let items_data = items.concat();
    let counts = [items.len() as u16, items_data.len() as u16];
    let mut multi = item(MULTI, &counts.map(u16::to_be_bytes).concat());
    multi.extend(items_data);
    multi
}

fn with_sum(mut data: Vec<u8>) -> Vec<u8> {
    data.resize(data.len().next_multiple_of(4), 0);
    let sum = crc32(&data).to_le_bytes();
    data.extend(sum);
    data
}

/// A number, seven bits a byte, the lowest first.
fn number(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

fn xz(data: &[u8]) -> Vec<u8> {
    const FLAGS: [u8; 2] = [0, 1];

    let flags_sum = crc32(&FLAGS).to_le_bytes();
    let mut stream = [&b"\xfd7zXZ\0"[..], &FLAGS, &flags_sum].concat();
    // One filter, LZMA2, with a dictionary of 8 MiB that is never used.
    let mut block = with_sum(vec![2, 0, 0x21, 1, 0x16, 0, 0, 0]);
    for (index, chunk) in data.chunks(1 << 16).enumerate() {
        // Not compressed; the first one resets the dictionary.
        block.push(if index == 0 { 1 } else { 2 });
        block.extend_from_slice(&((chunk.len() - 1) as u16).to_be_bytes());
        block.extend_from_slice(chunk);
    }
    block.push(0);
    let unpadded = block.len() + 4;
    block.resize(block.len().next_multiple_of(4), 0);
    block.extend_from_slice(&crc32(data).to_le_bytes());
    stream.extend(block);
    let index = [vec![0, 1], number(unpadded), number(data.len())].concat();
    let index = with_sum(index);
    let size = (index.len() / 4 - 1) as u32;
    let footer = [&size.to_le_bytes()[..], &FLAGS].concat();
    stream.extend(index);
    stream.extend_from_slice(&crc32(&footer).to_le_bytes());
    stream.extend(footer);
    stream.extend_from_slice(b"YZ");
    stream
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_the_usual_ones() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn all_of_an_archive_is_aligned() {
        let archive = archive(&image((1, 2, 3), 100_001));
        assert!(archive.starts_with(FINGERPRINT));
        assert_eq!(archive.len() % 4, 0);
        let start = u32::from_be_bytes([archive[32], archive[33], archive[34], archive[35]]);
        assert_eq!(archive[start as usize..][..6], *b"\xfd7zXZ\0");
    }
}
