// SPDX-License-Identifier: GPL-2.0

//! What the device tests of itself: its interrupts, the link, its speed, and, if a user wants more
//! (`offline`), the firmware, and whether a frame to its own address comes back.

use crate::{
    caps::Feature,
    cmd::{
        Call,
        Op, //
    },
    net::{
        offloads::{
            test_payload,
            TEST_PAYLOAD, //
        },
        port::Address,
        Nic, //
    }, //
};

use kernel::{
    net::{
        device::Rtnl,
        ethtool::{
            SelfTest,
            TestResult, //
        },
        skbuff::SkBuff, //
    },
    prelude::*,
    time::{
        delay::fsleep,
        Delta, //
    }, //
};

/// The Ethernet type of what is sent.
const ARP: u16 = 0x0806;

/// The length of an Ethernet header.
const ETHERNET: usize = 14;

/// The least MTU for that (`MLX4_SELFTEST_LB_MIN_MTU`).
const MIN_MTU: u32 = 136;

/// How often and how long is looked whether it came back (`MLX4_EN_LOOPBACK_RETRIES`,
/// `MLX4_EN_LOOPBACK_TIMEOUT`).
const LOOKS: usize = 5;
const LOOK_INTERVAL: Delta = Delta::from_millis(100);

type Test<'up> = fn(&Nic<'up>, &Rtnl<'_, Nic<'up>>) -> Result<bool>;

/// Goes through the tests (`mlx4_en_ex_selftest()`).
pub(super) fn run<'up>(nic: &Nic<'up>, cx: &Rtnl<'_, Nic<'up>>, tests: &mut SelfTest<'_>) {
    let always: [(&str, Test<'up>); 3] = [
        ("Interrupt Test", interrupts_come),
        ("Link Test", has_link),
        ("Speed Test", has_speed),
    ];
    for (title, test) in always {
        tests.run(fmt!("{title}"), || test(nic, cx).into());
    }
    if !nic.caps().has(Feature::UNICAST_LOOPBACK) {
        return;
    }
    let if_offline: [(&str, Test<'up>); 2] =
        [("Register Test", is_healthy), ("Loopback Test", loops_back)];
    let is_offline = tests.is_offline();
    for (title, test) in if_offline {
        tests.run(fmt!("{title}"), || match is_offline {
            true => test(nic, cx).into(),
            false => TestResult::PASSED,
        });
    }
}

/// Whether the end of a command is told by each of the interrupts (`mlx4_en_test_interrupts()`).
fn interrupts_come<'up>(nic: &Nic<'up>, _: &Rtnl<'_, Nic<'up>>) -> Result<bool> {
    nic.maker.events.test_asynchronous()?;
    for index in 0..nic.config().rx_rings {
        nic.maker.events.test(index)?;
    }
    Ok(true)
}

fn has_link<'up>(nic: &Nic<'up>, _: &Rtnl<'_, Nic<'up>>) -> Result<bool> {
    Ok(nic.port.state().map_err(|_| ENOMEM)?.is_up)
}

fn has_speed<'up>(nic: &Nic<'up>, _: &Rtnl<'_, Nic<'up>>) -> Result<bool> {
    Ok(nic.port.state().map_err(|_| ENOMEM)?.speed.is_some())
}

/// Whether the firmware finds itself well (`mlx4_en_test_registers()`).
fn is_healthy<'up>(nic: &Nic<'up>, _: &Rtnl<'_, Nic<'up>>) -> Result<bool> {
    nic.card.run(Call::new(Op::HW_HEALTH_CHECK))?;
    Ok(true)
}

/// What is sent comes back, and nothing that is received is given to the kernel, until this is
/// dropped.
struct Looping<'a, 'up>(&'a Nic<'up>);

impl<'a, 'up> Looping<'a, 'up> {
    fn new(nic: &'a Nic<'up>) -> Self {
        nic.offloads.begin_test();
        Looping(nic)
    }
}

impl Drop for Looping<'_, '_> {
    fn drop(&mut self) {
        self.0.offloads.end_test();
    }
}

/// The frame, which is for the device itself (`mlx4_en_test_loopback_xmit()`).
fn frame(own: Address) -> Result<SkBuff> {
    const SOURCE: Address = [0; 6];

    let mut skb = SkBuff::new(ETHERNET + TEST_PAYLOAD, GFP_KERNEL)?;
    skb.put_slice(&own)?;
    skb.put_slice(&SOURCE)?;
    skb.put_slice(&ARP.to_be_bytes())?;
    for byte in test_payload() {
        skb.put_slice(&[byte])?;
    }
    Ok(skb)
}

/// Sends a frame to the device itself, and waits for it (`mlx4_en_test_loopback()`).
fn loops_back<'up>(nic: &Nic<'up>, cx: &Rtnl<'_, Nic<'up>>) -> Result<bool> {
    if !cx.is_open() || cx.device().mtu() < MIN_MTU {
        return Ok(true);
    }
    let complain = |what: &str| {
        let name = cx.device().name();
        dev_err!(nic.card.dev.as_ref(), "{}: {}\n", &*name, what);
    };
    let own = cx.device().mac_address().ok_or(EINVAL)?;
    let _looping = Looping::new(nic);
    if frame(own).and_then(|frame| cx.send(frame)).is_err() {
        complain("Transmitting loopback packet failed");
        return Ok(false);
    }
    for _ in 0..LOOKS {
        fsleep(LOOK_INTERVAL);
        if nic.offloads.has_come_back() {
            return Ok(true);
        }
    }
    complain("Loopback packet didn't arrive");
    Ok(false)
}
