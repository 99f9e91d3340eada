// SPDX-License-Identifier: GPL-2.0

//! Packet traps, and the packets that hit them: one for each trap and port, ten times a second.

use crate::{
    device::NetDevSim,
    packet,
    port::PortObjects, //
};

use kernel::{
    debugfs::Text,
    devlink_traps,
    net::{
        devlink::{
            Bringup,
            FlowActionCookie,
            Locked,
            Pinned,
            TrapAction,
            TrapDriver,
            TrapGroupOps,
            TrapKey,
            TrapMetadata,
            TrapOps,
            TrapOrigin,
            TrapPolicerOps,
            TrapTable, //
        },
        netlink::extack::Extack, //
    },
    new_spinlock,
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Arc,
        SpinLock, //
    }, //
};

devlink_traps! {
    enum Policer: policers {
        First = 1, rate(1_000, 1..=8_000), burst(128, 8..=65_536);
        Second = 2, rate(2_000, 1..=8_000), burst(256, 8..=65_536);
        Third = 3, rate(3_000, 1..=8_000), burst(512, 8..=65_536);
    }

    enum Group: groups {
        L2Drops = generic(L2_DROPS);
        L3Drops = generic(L3_DROPS), policer(Policer::First);
        L3Exceptions = generic(L3_EXCEPTIONS), policer(Policer::First);
        BufferDrops = generic(BUFFER_DROPS), policer(Policer::Second);
        AclDrops = generic(ACL_DROPS), policer(Policer::Third);
        McSnooping = generic(MC_SNOOPING), policer(Policer::Third);
    }

    pub(crate) enum Packet: traps {
        SmacMc = generic(SMAC_MC), Drop, group(Group::L2Drops), metadata(IN_PORT);
        VlanTagMismatch = generic(VLAN_TAG_MISMATCH), Drop, group(Group::L2Drops),
            metadata(IN_PORT);
        IngressVlanFilter = generic(INGRESS_VLAN_FILTER), Drop, group(Group::L2Drops),
            metadata(IN_PORT);
        IngressStpFilter = generic(INGRESS_STP_FILTER), Drop, group(Group::L2Drops),
            metadata(IN_PORT);
        EmptyTxList = generic(EMPTY_TX_LIST), Drop, group(Group::L2Drops), metadata(IN_PORT);
        PortLoopbackFilter = generic(PORT_LOOPBACK_FILTER), Drop, group(Group::L2Drops),
            metadata(IN_PORT);
        FidMiss = driver(c"fid_miss", Exception), Trap, group(Group::L2Drops), metadata(IN_PORT);
        BlackholeRoute = generic(BLACKHOLE_ROUTE), Drop, group(Group::L3Drops), metadata(IN_PORT);
        TtlError = generic(TTL_ERROR), Trap, group(Group::L3Exceptions), metadata(IN_PORT);
        TailDrop = generic(TAIL_DROP), Drop, group(Group::BufferDrops), metadata(IN_PORT);
        IngressFlowActionDrop = generic(INGRESS_FLOW_ACTION_DROP), Drop, group(Group::AclDrops),
            metadata(IN_PORT, FLOW_ACTION_COOKIE);
        EgressFlowActionDrop = generic(EGRESS_FLOW_ACTION_DROP), Drop, group(Group::AclDrops),
            metadata(IN_PORT, FLOW_ACTION_COOKIE);
        IgmpQuery = generic(IGMP_QUERY), Mirror, group(Group::McSnooping), metadata(IN_PORT);
        IgmpV1Report = generic(IGMP_V1_REPORT), Trap, group(Group::McSnooping), metadata(IN_PORT);
    }
}

impl TrapDriver for NetDevSim {
    type Trap<'up> = SimTrap;
    type Group<'up> = SimGroup;
    type Policer<'up> = SimPolicer;
}

/// A counter that is one more whenever somebody looks.
type Counter = Atomic<u64>;

/// A trap: it shares its counter with all others.
pub(crate) struct SimTrap(Arc<Counter>);

#[vtable]
impl TrapOps<NetDevSim> for SimTrap {
    fn set_action(&self, _: &Pinned<'_, NetDevSim>, _: TrapAction, _: Extack<'_>) -> Result {
        Ok(())
    }

    fn drops(&self, cx: &Pinned<'_, NetDevSim>) -> Result<u64> {
        if cx.data().controls.fail_trap_drop_counter_get.get() {
            return Err(EINVAL);
        }
        Ok(self.0.fetch_add(1, Relaxed))
    }
}

/// A group of traps.
pub(crate) struct SimGroup;

#[vtable]
impl TrapGroupOps<NetDevSim> for SimGroup {
    fn set_policer(
        &self,
        cx: &Pinned<'_, NetDevSim>,
        _: Option<&SimPolicer>,
        _: Extack<'_>,
    ) -> Result {
        if cx.data().controls.fail_trap_group_set.get() {
            return Err(EINVAL);
        }
        Ok(())
    }
}

/// A policer.
pub(crate) struct SimPolicer(Counter);

#[vtable]
impl TrapPolicerOps<NetDevSim> for SimPolicer {
    fn set(&self, cx: &Pinned<'_, NetDevSim>, _: u64, _: u64, extack: Extack<'_>) -> Result {
        if cx.data().controls.fail_trap_policer_set.get() {
            return Err(extack.err(
                c"netdevsim: User setup the operation to fail for testing purposes",
                EINVAL,
            ));
        }
        Ok(())
    }

    fn drops(&self, cx: &Pinned<'_, NetDevSim>) -> Result<u64> {
        if cx.data().controls.fail_trap_policer_counter_get.get() {
            return Err(EINVAL);
        }
        Ok(self.0.fetch_add(1, Relaxed))
    }
}

/// What the flow action is known by that traps packets, if the user said so.
#[pin_data]
pub(crate) struct Cookie {
    #[pin]
    cookie: SpinLock<Option<Arc<FlowActionCookie>>>,
}

impl Cookie {
    pub(crate) fn new() -> Result<Arc<Self>> {
        let cookie = pin_init!(Cookie {
            cookie <- new_spinlock!(None, "netdevsim_cookie"),
        });
        Arc::pin_init(cookie, GFP_KERNEL)
    }

    fn get(&self) -> Option<Arc<FlowActionCookie>> {
        self.cookie.lock().clone()
    }
}

/// `trap_flow_action_cookie`: the cookie in base 16.
pub(crate) struct CookieFile(pub(crate) Arc<Cookie>);

#[vtable]
impl Text for CookieFile {
    const MAX_WRITE: usize = 64 * 1024;

    fn read(&self) -> Result<KVVec<u8>> {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let cookie = self.0.get().ok_or(EINVAL)?;
        let mut text = KVVec::with_capacity(2 * cookie.bytes().len(), GFP_KERNEL)?;
        for byte in cookie.bytes() {
            for digit in [byte >> 4, byte & 0xf] {
                text.push(DIGITS[usize::from(digit)], GFP_KERNEL)?;
            }
        }
        Ok(text)
    }

    /// The last byte, which is a newline as a rule, is not looked at.
    fn write(&self, text: &[u8]) -> Result {
        let (_, digits) = text.split_last().ok_or(EINVAL)?;
        if digits.len() % 2 != 0 {
            return Err(EINVAL);
        }
        let value = |digit: u8| char::from(digit).to_digit(16).ok_or(EINVAL);
        let mut bytes = KVVec::with_capacity(digits.len() / 2, GFP_KERNEL)?;
        for pair in digits.chunks_exact(2) {
            // CAST: Two digits are a byte.
            bytes.push((value(pair[0])? << 4 | value(pair[1])?) as u8, GFP_KERNEL)?;
        }
        let cookie = Arc::new(FlowActionCookie::new(&bytes, GFP_KERNEL)?, GFP_KERNEL)?;
        let old = self.0.cookie.lock().replace(cookie);
        drop(old);
        Ok(())
    }
}

/// The device's traps.
pub(crate) struct Traps<'up>(TrapTable<'up, NetDevSim, Packet>);

impl<'up> Traps<'up> {
    pub(crate) fn up(cx: &Bringup<'up, '_, NetDevSim>) -> Result<Self> {
        cx.trap_policers(|_: Policer| Ok(SimPolicer(Counter::new(0))))?;
        cx.trap_groups(|_: Group| Ok(SimGroup))?;
        let counter = Arc::new(Counter::new(0), GFP_KERNEL)?;
        Ok(Traps(cx.traps(|_: Packet| Ok(SimTrap(counter.clone())))?))
    }

    /// On a port whose netdev is up a packet hits each trap that does not drop its packets.
    fn hit(&self, port: &PortObjects<'_>, cookie: Option<&FlowActionCookie>) {
        port.netdev.with_netdev(|netdev| {
            if !netdev.is_running() {
                return;
            }
            for (packet, trap) in self.0.iter() {
                if trap.action() == TrapAction::Drop {
                    continue;
                }
                let Ok(mut skb) = packet::udp() else {
                    continue;
                };
                let mut origin = TrapOrigin::UNKNOWN.port(&port.port);
                let metadata = Packet::TABLE[usize::from(packet)].metadata();
                if let (Some(cookie), true) =
                    (cookie, metadata.has(TrapMetadata::FLOW_ACTION_COOKIE))
                {
                    origin = origin.cookie(cookie);
                }
                trap.report(&mut skb, origin);
            }
        });
    }
}

/// Packets come by all ports. Called from time to time while the device is up.
pub(crate) fn packets(cx: &Locked<'_, NetDevSim>) {
    let cookie = cx.data().cookie.get();
    cx.up(|up| {
        up.ports
            .each(cx, |port| up.traps.hit(port, cookie.as_deref()))
    });
}
