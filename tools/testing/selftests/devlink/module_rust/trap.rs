// SPDX-License-Identifier: GPL-2.0

//! Packet traps, their groups and policers.

use crate::{
    added::Added,
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
    packet::{
        self,
        Flood, //
    },
    port,
    words::number, //
};

use kernel::{
    devlink_traps,
    net::{
        devlink::{
            self,
            Bringup,
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
            TrapType, //
        },
        netlink::extack::Extack, //
    },
    prelude::*,
    str::{
        kstrtobool_bytes,
        CString, //
    },
    sync::SetOnce, //
};

devlink_traps! {
    enum Policer: policers {
        First = 1, rate(1_000, 1..=100_000), burst(128, 16..=4_096);
        Second = 2, rate(2_000, 100..=100_000), burst(256, 16..=4_096);
        /// Users can change nothing.
        Fixed = 3, rate(3_000, 3_000..=3_000), burst(512, 512..=512);
    }

    enum Group: groups {
        L2Drops = generic(L2_DROPS), policer(Policer::First);
        AclDrops = generic(ACL_DROPS);
        L3Exceptions = generic(L3_EXCEPTIONS), policer(Policer::Second);
        Lldp = generic(LLDP), policer(Policer::Fixed);
        Own = driver(c"dt_group");
    }

    enum Basic: traps {
        SmacMc = generic(SMAC_MC), Drop, group(Group::L2Drops), metadata(IN_PORT);
        VlanTagMismatch = generic(VLAN_TAG_MISMATCH), Trap, group(Group::L2Drops);
        FlowActionDrop = generic(INGRESS_FLOW_ACTION_DROP), Drop, group(Group::AclDrops),
            metadata(IN_PORT, FLOW_ACTION_COOKIE);
        TtlError = generic(TTL_ERROR), Trap, group(Group::L3Exceptions), metadata(IN_PORT);
        Lldp = generic(LLDP), Trap, group(Group::Lldp), metadata(IN_PORT);
        OwnDrop = driver(c"dt_drop", Drop), Drop, group(Group::Own), metadata(IN_PORT);
        OwnException = driver(c"dt_exception", Exception), Trap, group(Group::Own);
        OwnControl = driver(c"dt_control", Control), Mirror, group(Group::Own);
    }
}

/// `enum devlink_trap_action`.
fn number_of(action: TrapAction) -> u32 {
    match action {
        TrapAction::Drop => 0,
        TrapAction::Trap => 1,
        TrapAction::Mirror => 2,
    }
}

impl<const FULL: bool> TrapDriver for Test<FULL> {
    type Trap<'up> = TestTrap;
    type Group<'up> = TestGroup;
    type Policer<'up> = TestPolicer;
}

/// A trap, which has a name.
pub(crate) struct TestTrap(Name);

#[vtable]
impl<const FULL: bool> TrapOps<Test<FULL>> for TestTrap {
    const HAS_INIT: bool = FULL;
    const HAS_FINI: bool = FULL;
    const HAS_DROPS: bool = FULL;

    fn init(&self, cx: &Pinned<'_, Test<FULL>>, _: TrapAction) -> Result {
        cx.data()
            .call(Callback::TrapInit, Extack::NONE, fmt!("{}", self.0))
    }

    fn fini(&self, cx: &Pinned<'_, Test<FULL>>) {
        // There is no way to say that this failed.
        let _ = cx
            .data()
            .call(Callback::TrapFini, Extack::NONE, fmt!("{}", self.0));
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

/// A group of traps, which has a name.
pub(crate) struct TestGroup(Name);

#[vtable]
impl<const FULL: bool> TrapGroupOps<Test<FULL>> for TestGroup {
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

/// A policer, which has a number.
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
        // There is no way to say that this failed.
        let _ = cx
            .data()
            .call(Callback::TrapPolicerFini, Extack::NONE, fmt!("{}", self.0));
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

/// Traps that were registered together, and the packets that hit them all the time.
pub(crate) struct Listed<'s, const FULL: bool> {
    list: TrapList<'s, Test<FULL>>,
    /// Made when it is switched on first.
    flood: SetOnce<Flood>,
}

impl<'s, const FULL: bool> Listed<'s, FULL> {
    fn new(cx: &Locked<'_, Test<FULL>>, list: TrapList<'s, Test<FULL>>) -> Result<Self> {
        let listed = Listed {
            list,
            flood: SetOnce::new(),
        };
        listed.follow_switch(cx)?;
        Ok(listed)
    }

    /// Has the flood do what the switch says.
    fn follow_switch(&self, cx: &Locked<'_, Test<FULL>>) -> Result {
        let switch = &cx.data().flood;
        if switch.is_on() && self.flood.as_ref().is_none() {
            self.flood.populate(Flood::new(switch, &self.list)?);
        }
        if let Some(flood) = self.flood.as_ref() {
            flood.follow();
        }
        Ok(())
    }

    fn find(&self, name: &[u8]) -> Option<Trap<'s, Test<FULL>>> {
        let mut traps = self.list.iter();
        traps.find(|trap| trap.desc().name().to_bytes() == name)
    }
}

/// Each trap that an event added can be removed.
pub(crate) struct AddedTraps<const FULL: bool>;

impl<const FULL: bool> devlink::Group<Test<FULL>> for AddedTraps<FULL> {
    type Key = Added;
    type Value<'group> = Listed<'group, FULL>;
}

/// So can each group.
pub(crate) struct AddedGroups<const FULL: bool>;

impl<const FULL: bool> devlink::Group<Test<FULL>> for AddedGroups<FULL> {
    type Key = Added;
    type Value<'group> = TrapGroup<'group, Test<FULL>>;
}

/// The device's traps.
pub(crate) struct Traps<'up, const FULL: bool> {
    lists: KVec<Listed<'up, FULL>>,
    added: Groups<'up, Test<FULL>, AddedTraps<FULL>>,
    added_groups: Groups<'up, Test<FULL>, AddedGroups<FULL>>,
}

/// Makes them. What is made later goes earlier: first what events added.
pub(crate) fn up<'up, const FULL: bool>(
    cx: &Bringup<'up, '_, Test<FULL>>,
) -> Result<Traps<'up, FULL>> {
    cx.trap_policers(|policer: Policer| Ok(TestPolicer(policer.id())))?;
    cx.trap_groups(|group: Group| {
        let desc = &Group::TABLE[usize::from(group)];
        Ok(TestGroup(Name::new(desc.name().to_bytes())?))
    })?;
    let added_groups = cx.groups()?;
    let mut lists = KVec::new();
    // devlink wants some callbacks for them.
    if FULL {
        let basic = cx.traps(|trap: Basic| {
            let desc = &Basic::TABLE[usize::from(trap)];
            Ok(TestTrap(Name::new(desc.name().to_bytes())?))
        })?;
        lists.push(Listed::new(cx, basic.list())?, GFP_KERNEL)?;
        if cx.data().config().traps != 0 {
            lists.push(Listed::new(cx, extra(cx)?)?, GFP_KERNEL)?;
        }
    }
    Ok(Traps {
        lists,
        added: cx.groups()?,
        added_groups,
    })
}

/// Those of which there are as many as the user wants.
fn extra<'up, const FULL: bool>(
    cx: &Bringup<'up, '_, Test<FULL>>,
) -> Result<TrapList<'up, Test<FULL>>> {
    let count = cx.data().config().traps;
    let mut traps = KVec::with_capacity(count as usize, GFP_KERNEL)?;
    for number in 0..count {
        traps.push(
            new_trap(Name::format(fmt!("extra_trap{number}"))?)?,
            GFP_KERNEL,
        )?;
    }
    cx.trap_list(traps)
}

/// A trap in the driver's own group, about whose packets nothing is known.
fn new_trap(name: Name) -> Result<(NewTrap, TestTrap)> {
    let new = NewTrap::driver(
        CString::try_from(name.as_cstr())?,
        TrapType::Drop,
        TrapAction::Drop,
        Group::Own.id(),
    );
    Ok((new, TestTrap(name)))
}

impl<const FULL: bool> Traps<'_, FULL> {
    /// Calls `f` with the trap of that name.
    fn with_trap<R>(
        &self,
        cx: &Locked<'_, Test<FULL>>,
        name: &[u8],
        f: impl FnOnce(Trap<'_, Test<FULL>>) -> Result<R>,
    ) -> Result<R> {
        if let Some(trap) = self.lists.iter().find_map(|listed| listed.find(name)) {
            return f(trap);
        }
        let key = Added::find(&self.added, cx, name)?;
        self.added
            .get(cx, key, |listed| f(listed.find(name).ok_or(ENOENT)?))
            .unwrap_or(Err(ENOENT))
    }

    /// Has all floods do what the switch says.
    fn follow_switch(&self, cx: &Locked<'_, Test<FULL>>) -> Result {
        for listed in &self.lists {
            listed.follow_switch(cx)?;
        }
        for key in Added::all(&self.added, cx) {
            self.added
                .get(cx, key, |listed| listed.follow_switch(cx))
                .unwrap_or(Ok(()))?;
        }
        Ok(())
    }
}

fn trap<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let length = number(arguments[2])?;
    if !packet::LENGTHS.contains(&length) {
        return Err(EINVAL);
    }
    cx.lock(|cx| {
        up.traps.with_trap(cx, arguments[0], |trap| {
            up.ports.with(cx, port::argument(arguments[1])?, |port| {
                packet::hit(trap, TrapOrigin::UNKNOWN.port(&port.port), length)
            })?
        })
    })
}

fn trap_flood<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let on = kstrtobool_bytes(arguments[0])?;
    cx.data().flood.set(on);
    cx.lock(|cx| up.traps.follow_switch(cx))
}

fn trap_add<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let name = Name::new(arguments[0])?;
    if !FULL {
        return Err(EINVAL);
    }
    let (new, value) = new_trap(name)?;
    let new = new.metadata(TrapMetadata::IN_PORT);
    cx.lock(|cx| {
        let key = Added::last(&up.traps.added, cx, name);
        up.traps
            .added
            .add(cx, key, |cx| Listed::new(cx, cx.trap(new, value)?.list()))
    })
}

fn trap_del<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    cx.lock(|cx| {
        let key = Added::find(&up.traps.added, cx, arguments[0])?;
        up.traps.added.remove(cx, key)
    })
}

fn group_add<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let name = Name::new(arguments[0])?;
    let new = NewTrapGroup::driver(CString::try_from(name.as_cstr())?);
    let groups = &up.traps.added_groups;
    cx.lock(|cx| {
        let key = Added::last(groups, cx, name);
        groups.add(cx, key, |cx| cx.trap_group(new, TestGroup(name)))
    })
}

fn group_del<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let groups = &up.traps.added_groups;
    cx.lock(|cx| groups.remove(cx, Added::find(groups, cx, arguments[0])?))
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
