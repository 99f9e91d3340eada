// SPDX-License-Identifier: GPL-2.0

//! What the device tests of itself: the link, its speed, the firmware, and whether a frame to its
//! own address comes back.

use crate::{
    net::Nic,
    vport::{
        self,
        Address, //
    }, //
};

use kernel::{
    fmt,
    net::{
        device::Rtnl,
        devlink::EswitchMode,
        ethtool::{
            SelfTest,
            TestResult, //
        },
        skbuff::{
            ChecksumToDo,
            SkBuff, //
        }, //
    },
    prelude::*,
    sync::Completion,
    time::{
        msecs_to_jiffies,
        Msecs, //
    }, //
};
use pin_init::stack_pin_init;

/// How long a frame may take (`MLX5E_LB_VERIFY_TIMEOUT`).
const TIMEOUT_MS: Msecs = 200;

/// An Ethernet type.
const IPV4: u16 = 0x0800;

/// The length of an Ethernet header.
const ETHERNET: usize = 14;

/// What is sent: a datagram from and to nobody. 32 hops at most.
const IP_HEADER: [u8; 20] = [
    0x45, 0, 0, 44, 0, 0, 0, 0, 32, 17, 0x9a, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0,
];

/// From and to the port for what is discarded. The checksum is left to the device.
const UDP_HEADER: [u8; 8] = [0, 9, 0, 9, 0, 24, 0, 41];
const UDP_PORTS: usize = 4;
const UDP_CHECKSUM: usize = 6;

/// A version, and by what it is known (`MLX5E_TEST_MAGIC`).
const MARK: [u8; 16] = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x05, 0xae, 0xed, 0x15, 0xc0, 0x01,
];

type Test<'up> = fn(&Nic<'up>, &Rtnl<'_, Nic<'up>>) -> Result<bool>;

/// Goes through the tests (`mlx5e_self_test()`).
pub(super) fn run<'up>(nic: &Nic<'up>, cx: &Rtnl<'_, Nic<'up>>, tests: &mut SelfTest<'_>) {
    let all: [(&str, Test<'up>); 4] = [
        ("Link Test", has_link),
        ("Speed Test", has_speed),
        ("Health Test", is_healthy),
        ("Loopback Test", loops_back),
    ];
    // In switchdev mode the e-switch has what the function sends.
    let can_loop = cfg!(CONFIG_INET) && nic.neighbours.switch.mode() == EswitchMode::Legacy;
    let count = if can_loop { all.len() } else { all.len() - 1 };

    let name = cx.device().name();
    let device = nic.card.dev.as_ref();
    let runs = tests.runs();
    if runs {
        dev_info!(device, "{}: Self test begin..\n", &*name);
    }
    for (number, (title, test)) in all.into_iter().enumerate().take(count) {
        tests.run(fmt!("{title}"), || {
            dev_info!(device, "{}: \t[{}] {} start..\n", &*name, number, title);
            let result = TestResult::from(test(nic, cx));
            dev_info!(
                device,
                "{}: \t[{}] {} end: result({})\n",
                &*name,
                number,
                title,
                result
            );
            result
        });
    }
    if runs {
        dev_info!(
            device,
            "{}: Self test out: status flags(0x{:x})\n",
            &*name,
            tests.flags()
        );
    }
}

fn has_link<'up>(nic: &Nic<'up>, cx: &Rtnl<'_, Nic<'up>>) -> Result<bool> {
    Ok(cx.device().has_carrier() && vport::is_up(nic.card).unwrap_or(false))
}

fn has_speed<'up>(nic: &Nic<'up>, cx: &Rtnl<'_, Nic<'up>>) -> Result<bool> {
    if !cx.device().has_carrier() {
        return Ok(false);
    }
    if nic.port().link()?.has_known_mode() {
        Ok(true)
    } else {
        Err(EINVAL)
    }
}

fn is_healthy<'up>(nic: &Nic<'up>, _: &Rtnl<'_, Nic<'up>>) -> Result<bool> {
    Ok(!nic.card.is_dead())
}

/// What the function sends may come back to it, until this is dropped.
struct PortLoops<'a, 'up>(Option<&'a Nic<'up>>);

impl<'a, 'up> PortLoops<'a, 'up> {
    fn new(nic: &'a Nic<'up>) -> Result<Self> {
        if vport::has_local_loopback(nic.card)? {
            return Ok(PortLoops(None));
        }
        vport::set_local_loopback(nic.card, &nic.caps, true)?;
        Ok(PortLoops(Some(nic)))
    }
}

impl Drop for PortLoops<'_, '_> {
    fn drop(&mut self) {
        if let Some(nic) = self.0 {
            // The failure was logged.
            let _ = vport::set_local_loopback(nic.card, &nic.caps, false);
        }
    }
}

/// The network device receives what does, until this is dropped.
struct QueuesLoop<'a, 'up>(&'a Nic<'up>);

impl<'a, 'up> QueuesLoop<'a, 'up> {
    fn new(nic: &'a Nic<'up>) -> Result<Self> {
        nic.shared.with(|resources| resources.set_loopback(true))?;
        Ok(QueuesLoop(nic))
    }
}

impl Drop for QueuesLoop<'_, '_> {
    fn drop(&mut self) {
        // The failure was logged.
        let _ = self
            .0
            .shared
            .with(|resources| resources.set_loopback(false));
    }
}

/// Frames of the function come back to it. Dropped in this order.
struct Loopback<'a, 'up> {
    _port: PortLoops<'a, 'up>,
    _queues: QueuesLoop<'a, 'up>,
}

impl<'a, 'up> Loopback<'a, 'up> {
    /// `mlx5e_test_loopback_setup()`.
    fn new(nic: &'a Nic<'up>) -> Result<Self> {
        Ok(Loopback {
            _port: PortLoops::new(nic)?,
            _queues: QueuesLoop::new(nic)?,
        })
    }
}

/// The frame, which is for the device itself (`mlx5e_test_get_udp_skb()`).
fn frame(own: Address) -> Result<SkBuff> {
    const SOURCE: Address = [0; 6];
    const UDP: usize = ETHERNET + IP_HEADER.len();
    const LENGTH: usize = UDP + UDP_HEADER.len() + MARK.len();

    let mut skb = SkBuff::new(LENGTH, GFP_KERNEL)?;
    skb.put_slice(&own)?;
    skb.put_slice(&SOURCE)?;
    skb.put_slice(&IPV4.to_be_bytes())?;
    skb.put_slice(&IP_HEADER)?;
    skb.put_slice(&UDP_HEADER)?;
    skb.put_slice(&MARK)?;
    skb.leave_checksum(ChecksumToDo {
        start: UDP,
        place: UDP + UDP_CHECKSUM,
    })?;
    Ok(skb)
}

/// Whether a packet, without its Ethernet header, is the one that was sent
/// (`mlx5e_test_loopback_validate()`).
fn is_ours(packet: &[u8]) -> bool {
    let rest = packet.strip_prefix(&IP_HEADER);
    rest.and_then(<[u8]>::split_first_chunk).is_some_and(
        |(udp, data): (&[u8; UDP_HEADER.len()], _)| {
            udp.starts_with(&UDP_HEADER[..UDP_PORTS]) && data.starts_with(&MARK)
        },
    )
}

/// Sends a frame to the device itself, by its queues, and waits for it (`mlx5e_test_loopback()`).
fn loops_back<'up>(nic: &Nic<'up>, cx: &Rtnl<'_, Nic<'up>>) -> Result<bool> {
    let complain = |what: fmt::Arguments<'_>| {
        let name = cx.device().name();
        dev_err!(nic.card.dev.as_ref(), "{}: \t{}\n", &*name, what);
    };
    if !cx.is_open() {
        complain(fmt!("Can't perform loopback test while device is down"));
        return Err(ENODEV);
    }
    let own = cx.device().mac_address().ok_or(EINVAL)?;
    stack_pin_init!(let came = Completion::new());
    let see = |skb: &SkBuff| {
        if skb.mac_header().starts_with(&own) && is_ours(skb.data()) {
            came.complete();
        }
    };
    let _loopback = Loopback::new(nic)?;
    cx.watch(IPV4, see, || {
        let skb = frame(own).inspect_err(|_| complain(fmt!("Failed to alloc loopback skb")))?;
        cx.send(skb).inspect_err(|error| {
            let errno = error.to_errno();
            complain(fmt!("Failed to xmit loopback packet err({errno})"));
        })?;
        Ok(came.wait_timeout(msecs_to_jiffies(TIMEOUT_MS)).is_ok())
    })
}
