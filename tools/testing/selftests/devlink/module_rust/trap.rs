// SPDX-License-Identifier: GPL-2.0

//! Packet traps, their groups and policers.

use crate::{
    callback::Callback,
    device::{
        Test,
        Up, //
    },
    event::{
        Arguments,
        Event,
        Events, //
    },
    name::Name,
    port,
    words::number, //
};

use kernel::{
    net::{
        devlink::{
            Bringup,
            FlowActionCookie,
            Group,
            Groups,
            Held,
            Locked,
            NewTrap,
            NewTrapGroup,
            Pinned,
            Trap,
            TrapAction,
            TrapDriver,
            TrapGroup,
            TrapGroupOps,
            TrapKey,
            TrapList,
            TrapMetadata,
            TrapOps,
            TrapOrigin,
            TrapPolicerOps,
            TrapTable,
            TrapType, //
        },
        netlink::extack::Extack,
        skbuff::SkBuff, //
    },
    prelude::*,
    str::kstrtobool_bytes,
    sync::atomic::Relaxed,
    time::{
        delay::fsleep,
        Delta, //
    },
};

const ETH_HLEN: usize = 14;
const ETH_P_IP: u16 = 0x0800;
const LONGEST: usize = 1500;
const FLOOD_LENGTH: usize = 64;

kernel::devlink_traps! {
    pub(crate) enum Policers: policers {
        First = 1, rate(1_000, 1..=100_000), burst(128, 16..=4_096);
        Second = 2, rate(2_000, 100..=100_000), burst(256, 16..=4_096);
        Fixed = 3, rate(3_000, 3_000..=3_000), burst(512, 512..=512);
    }

    pub(crate) enum TrapGroups: groups {
        L2 = generic(L2_DROPS), policer(Policers::First);
        Acl = generic(ACL_DROPS);
        L3 = generic(L3_EXCEPTIONS), policer(Policers::Second);
        Lldp = generic(LLDP), policer(Policers::Fixed);
        Own = driver(c"dt_group");
    }

    pub(crate) enum Packets: traps {
        MulticastSource = generic(SMAC_MC), Drop, group(TrapGroups::L2), metadata(IN_PORT);
        VlanTag = generic(VLAN_TAG_MISMATCH), Trap, group(TrapGroups::L2);
        FlowAction = generic(INGRESS_FLOW_ACTION_DROP), Drop, group(TrapGroups::Acl),
            metadata(IN_PORT, FLOW_ACTION_COOKIE);
        Ttl = generic(TTL_ERROR), Trap, group(TrapGroups::L3), metadata(IN_PORT);
        Lldp = generic(LLDP), Trap, group(TrapGroups::Lldp), metadata(IN_PORT);
        OwnDrop = driver(c"dt_drop", Drop), Drop, group(TrapGroups::Own), metadata(IN_PORT);
        OwnException = driver(c"dt_exception", Exception), Trap, group(TrapGroups::Own);
        OwnControl = driver(c"dt_control", Control), Mirror, group(TrapGroups::Own);
    }
}

/// `enum devlink_trap_action`
fn number_of(action: TrapAction) -> u32 {
    match action {
        TrapAction::Drop => 0,
        TrapAction::Trap => 1,
        TrapAction::Mirror => 2,
    }
}

/// A trap.
pub(crate) struct TestTrap(Name);

#[vtable]
impl<const FULL: bool> TrapOps<Test<FULL>> for TestTrap {
    fn init(&self, cx: &Pinned<'_, Test<FULL>>, _: TrapAction) -> Result {
        cx.data()
            .call(Callback::TrapInit, Extack::NONE, fmt!("{}", self.0))
    }

    fn fini(&self, cx: &Pinned<'_, Test<FULL>>) {
        let arguments = fmt!("{}", self.0);
        let _ = cx.data().call(Callback::TrapFini, Extack::NONE, arguments);
    }

    fn set_action(
        &self,
        cx: &Pinned<'_, Test<FULL>>,
        action: TrapAction,
        extack: Extack<'_>,
    ) -> Result {
        let arguments = fmt!("{} action={}", self.0, number_of(action));
        cx.data().call(Callback::TrapActionSet, extack, arguments)
    }

    fn drops(&self, cx: &Pinned<'_, Test<FULL>>) -> Result<u64> {
        let arguments = fmt!("{}", self.0);
        cx.data()
            .call(Callback::TrapDropCounterGet, Extack::NONE, arguments)?;
        Ok(5)
    }
}

/// A group of traps.
pub(crate) struct TestTrapGroup(Name);

#[vtable]
impl<const FULL: bool> TrapGroupOps<Test<FULL>> for TestTrapGroup {
    const HAS_INIT: bool = FULL;
    const HAS_SET_POLICER: bool = FULL;
    const HAS_SET_ACTION: bool = FULL;

    fn init(&self, cx: &Pinned<'_, Test<FULL>>, _: Option<&TestPolicer>) -> Result {
        cx.data()
            .call(Callback::TrapGroupInit, Extack::NONE, fmt!("{}", self.0))
    }

    fn set_policer(
        &self,
        cx: &Pinned<'_, Test<FULL>>,
        policer: Option<&TestPolicer>,
        extack: Extack<'_>,
    ) -> Result {
        let policer = policer.map_or(0, |policer| policer.0);
        let arguments = fmt!("{} policer={policer}", self.0);
        cx.data().call(Callback::TrapGroupSet, extack, arguments)
    }

    fn set_action(
        &self,
        cx: &Pinned<'_, Test<FULL>>,
        action: TrapAction,
        extack: Extack<'_>,
    ) -> Result {
        let arguments = fmt!("{} action={}", self.0, number_of(action));
        cx.data()
            .call(Callback::TrapGroupActionSet, extack, arguments)
    }
}

/// The policer of that number.
pub(crate) struct TestPolicer(u32);

#[vtable]
impl<const FULL: bool> TrapPolicerOps<Test<FULL>> for TestPolicer {
    const HAS_INIT: bool = FULL;
    const HAS_FINI: bool = FULL;
    const HAS_SET: bool = FULL;
    const HAS_DROPS: bool = FULL;

    fn init(&self, cx: &Pinned<'_, Test<FULL>>) -> Result {
        cx.data()
            .call(Callback::TrapPolicerInit, Extack::NONE, fmt!("{}", self.0))
    }

    fn fini(&self, cx: &Pinned<'_, Test<FULL>>) {
        let arguments = fmt!("{}", self.0);
        let _ = cx
            .data()
            .call(Callback::TrapPolicerFini, Extack::NONE, arguments);
    }

    fn set(
        &self,
        cx: &Pinned<'_, Test<FULL>>,
        rate: u64,
        burst: u64,
        extack: Extack<'_>,
    ) -> Result {
        let arguments = fmt!("{} rate={rate} burst={burst}", self.0);
        cx.data().call(Callback::TrapPolicerSet, extack, arguments)
    }

    fn drops(&self, cx: &Pinned<'_, Test<FULL>>) -> Result<u64> {
        let arguments = fmt!("{}", self.0);
        cx.data()
            .call(Callback::TrapPolicerCounterGet, Extack::NONE, arguments)?;
        Ok(9)
    }
}

impl<const FULL: bool> TrapDriver for Test<FULL> {
    type Trap<'up> = TestTrap;
    type Group<'up> = TestTrapGroup;
    type Policer<'up> = TestPolicer;
}

/// A trap that an event added.
pub(crate) struct AddedTrap<const FULL: bool>;

impl<const FULL: bool> Group<Test<FULL>> for AddedTrap<FULL> {
    type Key = Name;
    type Value<'group> = TrapList<'group, Test<FULL>>;
}

/// A group of traps that an event added.
pub(crate) struct AddedGroup<const FULL: bool>;

impl<const FULL: bool> Group<Test<FULL>> for AddedGroup<FULL> {
    type Key = Name;
    type Value<'group> = TrapGroup<'group, Test<FULL>>;
}

/// Traps and groups.
pub(crate) struct Traps<'up, const FULL: bool> {
    /// A device without callbacks has none.
    basic: Option<TrapTable<'up, Test<FULL>, Packets>>,
    extra: Option<TrapList<'up, Test<FULL>>>,
    added: Groups<'up, Test<FULL>, AddedTrap<FULL>>,
    added_groups: Groups<'up, Test<FULL>, AddedGroup<FULL>>,
}

/// A trap of the driver's group, with a name that is made at run time.
fn new_trap(name: Name, metadata: TrapMetadata) -> Result<(NewTrap, TestTrap)> {
    let group = TrapGroups::Own.id();
    let text = name.as_cstr().try_into()?;
    let trap = NewTrap::driver(text, TrapType::Drop, TrapAction::Drop, group);
    Ok((trap.metadata(metadata), TestTrap(name)))
}

impl<'up, const FULL: bool> Traps<'up, FULL> {
    pub(crate) fn up(cx: &Bringup<'up, '_, Test<FULL>>) -> Result<Self> {
        cx.trap_policers(|policer: Policers| Ok(TestPolicer(policer.id())))?;
        cx.trap_groups(|group: TrapGroups| {
            let desc = &TrapGroups::TABLE[usize::from(group)];
            Ok(TestTrapGroup(Name::new(desc.name().to_bytes())?))
        })?;
        let mut traps = Traps {
            basic: None,
            extra: None,
            added_groups: cx.groups()?,
            added: cx.groups()?,
        };
        if FULL {
            traps.add_all(cx)?;
        }
        Ok(traps)
    }

    fn add_all(&mut self, cx: &Bringup<'up, '_, Test<FULL>>) -> Result {
        let basic = cx.traps(|packet: Packets| {
            let desc = &Packets::TABLE[usize::from(packet)];
            Ok(TestTrap(Name::new(desc.name().to_bytes())?))
        })?;
        basic.attach(cx, cx.data().packets)?;
        self.basic = Some(basic);
        let count = cx.data().config().traps;
        if count == 0 {
            return Ok(());
        }
        let mut extra = KVec::new();
        for number in 0..count {
            let name = Name::format(fmt!("extra_trap{number}"))?;
            extra.push(new_trap(name, TrapMetadata::NONE)?, GFP_KERNEL)?;
        }
        self.extra = Some(cx.trap_list(extra)?);
        Ok(())
    }

    /// Calls `f` with the trap of that name.
    fn with(
        &self,
        cx: &Locked<'_, Test<FULL>>,
        name: Name,
        f: impl for<'g> FnOnce(&Trap<'g, Test<FULL>>) -> Result,
    ) -> Result {
        let is = |trap: &Trap<'_, Test<FULL>>| trap.desc().name() == name.as_cstr();
        let basic = self.basic.iter().flat_map(|table| table.iter());
        if let Some(trap) = basic.map(|(_, trap)| trap).find(is) {
            return f(&trap);
        }
        if let Some(trap) = self.extra.and_then(|list| list.iter().find(is)) {
            return f(&trap);
        }
        self.added
            .get(cx, name, |list| f(&list.get(0).ok_or(ENOENT)?))
            .unwrap_or(Err(ENOENT))
    }
}

/// What hits a trap.
fn packet(length: usize) -> Result<SkBuff> {
    let mut skb = SkBuff::new(length, GFP_KERNEL)?;
    skb.reset_mac_header();
    skb.put(length)?;
    skb.set_protocol(ETH_P_IP);
    Ok(skb)
}

/// What hardware does: packets come without any of the driver's locks, until the event that ends
/// it. Runs again and again in a kernel thread of its own.
pub(crate) fn flood<const FULL: bool>(data: &crate::device::Data<'_, FULL>) {
    if !data.flood.load(Relaxed) {
        return;
    }
    if let Ok(mut skb) = packet(FLOOD_LENGTH) {
        for key in Packets::ALL {
            data.packets.report(*key, &mut skb, TrapOrigin::UNKNOWN);
        }
    }
    fsleep(Delta::from_millis(1));
    data.work.schedule();
}

fn trap<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let length = number(arguments[2])?;
    if !(ETH_HLEN..=LONGEST).contains(&length) {
        return Err(EINVAL);
    }
    let name = Name::new(arguments[0])?;
    let port = port::argument(arguments[1])?;
    let mut skb = packet(length)?;
    let cookie = FlowActionCookie::new(&[0xc0, 0x0c, 0x1e], GFP_KERNEL)?;
    cx.lock(|cx| {
        up.traps.with(cx, name, |trap| {
            let metadata = trap.desc().metadata();
            up.ports.with(cx, port, |port| {
                let mut origin = TrapOrigin::UNKNOWN.port(&port.port);
                if metadata.has(TrapMetadata::FLOW_ACTION_COOKIE) {
                    origin = origin.cookie(&cookie);
                }
                trap.report(&mut skb, origin);
            })
        })
    })
}

fn trap_flood<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    _: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let data = cx.data();
    data.flood.store(kstrtobool_bytes(arguments[0])?, Relaxed);
    data.work.schedule();
    Ok(())
}

fn trap_add<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let name = Name::new(arguments[0])?;
    cx.lock(|cx| {
        up.traps.added.add(cx, name, |cx| {
            let mut list = KVec::new();
            list.push(new_trap(name, TrapMetadata::IN_PORT)?, GFP_KERNEL)?;
            cx.trap_list(list)
        })
    })
}

fn trap_del<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let name = Name::new(arguments[0])?;
    cx.lock(|cx| up.traps.added.remove(cx, name))
}

fn group_add<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let name = Name::new(arguments[0])?;
    cx.lock(|cx| {
        up.traps.added_groups.add(cx, name, |cx| {
            let new = NewTrapGroup::driver(name.as_cstr().try_into()?);
            cx.trap_group(new, TestTrapGroup(name))
        })
    })
}

fn group_del<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let name = Name::new(arguments[0])?;
    cx.lock(|cx| up.traps.added_groups.remove(cx, name))
}

impl<const FULL: bool> Events<FULL> {
    pub(crate) const TRAP: &'static [Event<FULL>] = &[
        Event::new("trap", 3, 3, trap::<FULL>),
        Event::new("trap_flood", 1, 1, trap_flood::<FULL>),
        Event::new("trap_add", 1, 1, trap_add::<FULL>),
        Event::new("trap_del", 1, 1, trap_del::<FULL>),
        Event::new("group_add", 1, 1, group_add::<FULL>),
        Event::new("group_del", 1, 1, group_del::<FULL>),
    ];
}
