// SPDX-License-Identifier: GPL-2.0

//! Line cards. Number 0 is provisioned and active, and port 2 is on it. Cards with even numbers do
//! what they are told at once; those with odd ones begin, and an event ends it.

use crate::{
    callback::Callback,
    control::Control,
    device::{
        Test,
        Up, //
    },
    event::{
        Arguments,
        Event,
        Events, //
    },
    words::number, //
};

use kernel::{
    net::{
        devlink::{
            Bringup,
            Group,
            Groups,
            Held,
            Linecard,
            LinecardOps,
            LinecardOrder,
            LinecardType,
            Locked, //
        },
        netlink::extack::Extack, //
    },
    new_mutex,
    prelude::*,
    sync::{
        Arc,
        Mutex, //
    }, //
};

static TYPES: [&CStr; 3] = [c"dt-16x100G", c"dt-8x200G", c"dt-4x400G"];

/// What of an order is not done yet, and which type the card has.
struct State {
    order: Option<LinecardOrder>,
    kind: Option<&'static CStr>,
}

/// A line card.
pub(crate) struct TestLinecard<const FULL: bool> {
    index: u32,
    control: Arc<Control>,
    state: Pin<KBox<Mutex<State>>>,
}

impl<const FULL: bool> TestLinecard<FULL> {
    fn new(cx: &Locked<'_, Test<FULL>>, index: u32) -> Result<Self> {
        let state = State {
            order: None,
            kind: None,
        };
        Ok(TestLinecard {
            index,
            control: cx.data().control().clone(),
            state: KBox::pin_init(new_mutex!(state), GFP_KERNEL)?,
        })
    }

    fn is_slow(&self) -> bool {
        self.index & 1 != 0
    }

    fn set_kind(&self, kind: Option<&'static CStr>) {
        self.state.lock().kind = kind;
    }

    /// Does what was ordered, or remembers it.
    fn obey(&self, order: LinecardOrder) -> Result {
        if !self.is_slow() {
            return order.done();
        }
        let last = self.state.lock().order.replace(order);
        // It was answered.
        drop(last);
        Ok(())
    }

    /// An event has said what the card is: nothing is left to do.
    fn forget_order(&self) {
        let order = self.state.lock().order.take();
        drop(order);
    }
}

#[vtable]
impl<const FULL: bool> LinecardOps<Test<FULL>> for TestLinecard<FULL> {
    const HAS_SAME_PROVISION: bool = FULL;

    type Type = &'static CStr;

    fn types(&self) -> &[&'static CStr] {
        &TYPES
    }

    fn provision(
        &self,
        cx: &Locked<'_, Test<FULL>>,
        kind: &&'static CStr,
        order: LinecardOrder,
        extack: Extack<'_>,
    ) -> Result {
        let arguments = fmt!("{} type={}", self.index, **kind);
        let called = cx
            .data()
            .call(Callback::LinecardProvision, extack, arguments);
        self.set_kind(called.is_ok().then_some(*kind));
        called?;
        self.obey(order)
    }

    fn unprovision(
        &self,
        cx: &Locked<'_, Test<FULL>>,
        order: LinecardOrder,
        extack: Extack<'_>,
    ) -> Result {
        let arguments = fmt!("{}", self.index);
        let called = cx
            .data()
            .call(Callback::LinecardUnprovision, extack, arguments);
        if called.is_err() || !self.is_slow() {
            self.set_kind(None);
        }
        called?;
        self.obey(order)
    }

    fn same_provision(&self, kind: &&'static CStr) -> bool {
        let arguments = fmt!("{} type={}", self.index, **kind);
        let callback = Callback::LinecardSameProvision;
        let called = self.control.call(callback, Extack::NONE, arguments);
        called.is_ok() && self.state.lock().kind == Some(*kind)
    }
}

type Card<'s, const FULL: bool> = Linecard<'s, Test<FULL>, TestLinecard<FULL>>;

/// A line card, by index.
pub(crate) struct LinecardGroup<const FULL: bool>;

impl<const FULL: bool> Group<Test<FULL>> for LinecardGroup<FULL> {
    type Key = u32;
    type Value<'group> = Card<'group, FULL>;
}

/// All line cards.
pub(crate) struct Linecards<'up, const FULL: bool> {
    /// Number 0, which stays as long as the port that is on it.
    pub(crate) first: Card<'up, FULL>,
    others: Groups<'up, Test<FULL>, LinecardGroup<FULL>>,
}

impl<'up, const FULL: bool> Linecards<'up, FULL> {
    pub(crate) fn up(cx: &Bringup<'up, '_, Test<FULL>>) -> Result<Self> {
        let cards = Linecards {
            first: cx.linecard(0, TestLinecard::new(cx, 0)?)?,
            others: cx.groups()?,
        };
        for index in (1..).take(1 + cx.data().config().linecards as usize) {
            cards.add(cx, index)?;
        }
        provisioned(&cards.first, cx, TYPES[0])?;
        cards.first.activate(cx)?;
        Ok(cards)
    }

    fn add(&self, cx: &Locked<'_, Test<FULL>>, index: u32) -> Result {
        if index == 0 {
            return Err(EEXIST);
        }
        self.others.add(cx, index, |cx| {
            cx.linecard(index, TestLinecard::new(cx, index)?)
        })
    }

    fn with(
        &self,
        cx: &Locked<'_, Test<FULL>>,
        index: u32,
        f: impl for<'g> FnOnce(&Card<'g, FULL>) -> Result,
    ) -> Result {
        if index == 0 {
            return f(&self.first);
        }
        self.others
            .get(cx, index, |card| f(card))
            .unwrap_or(Err(ENOENT))
    }
}

fn provisioned<const FULL: bool>(
    card: &Card<'_, FULL>,
    cx: &Locked<'_, Test<FULL>>,
    kind: &'static CStr,
) -> Result {
    card.set_provisioned(cx, &kind)?;
    card.get(cx).set_kind(Some(kind));
    Ok(())
}

/// What an event says about a card.
fn order<const FULL: bool>(
    card: &Card<'_, FULL>,
    cx: &Locked<'_, Test<FULL>>,
    order: &[u8],
    kind: Option<&[u8]>,
) -> Result {
    let value = card.get(cx);
    match (order, kind) {
        (b"provision", Some(name)) => {
            let mut types = TYPES.iter();
            let kind = *types
                .find(|kind| kind.name().to_bytes() == name)
                .ok_or(EINVAL)?;
            let is = value.state.lock().kind;
            if is.is_some_and(|is| is != kind) {
                return Err(EINVAL);
            }
            provisioned(card, cx, kind)?;
        }
        (b"clear", None) => {
            card.set_unprovisioned(cx)?;
            value.set_kind(None);
        }
        (b"fail", None) => card.set_failed(cx)?,
        (b"activate", None) => return card.activate(cx),
        (b"deactivate", None) => return card.deactivate(cx),
        _ => return Err(EINVAL),
    }
    value.forget_order();
    Ok(())
}

fn linecard<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let index = number(arguments[0])?;
    let (what, kind) = (arguments[1], arguments.get(2).copied());
    cx.lock(|cx| {
        up.linecards
            .with(cx, index, |card| order(card, cx, what, kind))
    })
}

fn linecard_add<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let index = number(arguments[0])?;
    cx.lock(|cx| up.linecards.add(cx, index))
}

fn linecard_del<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let index = number(arguments[0])?;
    // Port 2 is on it.
    if index == 0 {
        return Err(EBUSY);
    }
    cx.lock(|cx| up.linecards.others.remove(cx, index))
}

impl<const FULL: bool> Events<FULL> {
    pub(crate) const LINECARD: &'static [Event<FULL>] = &[
        Event::new("linecard", 2, 3, linecard::<FULL>),
        Event::new("linecard_add", 1, 1, linecard_add::<FULL>),
        Event::new("linecard_del", 1, 1, linecard_del::<FULL>),
    ];
}
