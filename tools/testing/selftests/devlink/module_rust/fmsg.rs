// SPDX-License-Identifier: GPL-2.0

//! Formatted messages with everything that can be put into one.

use kernel::{
    net::{
        devlink::Fmsg,
        skbuff::SkBuff, //
    },
    prelude::*, //
};

const LARGE_BYTES: usize = 9000;
const LARGE_ITEMS: u32 = 500;

fn fill_arrays(out: &mut Fmsg<'_>) -> Result {
    out.array(c"numbers", |out| {
        for number in 0..4 {
            out.u32(number * 1000);
        }
        Ok(())
    })?;
    out.array(c"objects", |out| {
        for index in 0..2_u32 {
            out.object(|out| {
                out.pair(c"index", index);
                out.pair(c"even", index & 1 == 0);
                Ok(())
            })?;
        }
        Ok(())
    })
}

fn fill_bytes(out: &mut Fmsg<'_>) -> Result {
    const BYTES: &[u8] = &[0xde, 0xad, 0xbe, 0xef, 0];

    out.pair(c"bytes", BYTES);
    out.pair_bytes(c"parts", |out| {
        out.put(&BYTES[..2]);
        out.put(&BYTES[2..4]);
        Ok(())
    })
}

pub(crate) fn fill(out: &mut Fmsg<'_>) -> Result {
    out.pair(c"bool", true);
    out.pair(c"u8", u8::MAX);
    out.pair(c"u32", u32::MAX);
    out.pair(c"u64", u64::MAX);
    out.pair(c"string", c"a string");
    out.pair(c"pair", c"value");
    out.pair_object(c"object", |out| {
        out.pair(c"inside", 1_u32);
        Ok(())
    })?;
    fill_arrays(out)?;
    fill_bytes(out)
}

fn fill_packet(out: &mut Fmsg<'_>) -> Result {
    const ETH_HLEN: usize = 14;
    const ETH_P_IP: u16 = 0x0800;

    let mut skb = SkBuff::new(128, GFP_KERNEL)?;
    skb.reset_mac_header();
    skb.put(60)?;
    skb.set_network_header(ETH_HLEN)?;
    skb.set_protocol(ETH_P_IP);
    out.packet(&skb);
    Ok(())
}

/// More than fits one message, and a value larger than one attribute.
pub(crate) fn fill_large(out: &mut Fmsg<'_>) -> Result {
    fill_packet(out)?;
    let mut bytes = KVVec::from_elem(0, LARGE_BYTES, GFP_KERNEL)?;
    for (index, byte) in bytes.iter_mut().enumerate() {
        // CAST: The lowest byte is meant.
        *byte = (index * 3) as u8;
    }
    out.pair(c"large", bytes.as_slice());
    out.array(c"many", |out| {
        for item in 0..LARGE_ITEMS {
            out.object(|out| {
                out.pair(c"item", item);
                out.pair(c"text", c"some text that takes room");
                Ok(())
            })?;
        }
        Ok(())
    })
}
