// SPDX-License-Identifier: GPL-2.0

//! Instances that are part of something: of another instance, or of a port or line card there.
//!
//! A driver says so before it registers the inner instance, and this remains so until that is
//! unregistered or freed. Each side knows the other only by its index, so none keeps the other, and
//! one that has gone is simply not found. The inner instance has the last word: what the outer side
//! remembers counts only as long as the inner one names the same relation.
//!
//! When the inner instance is registered or unregistered or moves to another namespace, listeners
//! are told about the object it is part of. The caller may hold the instance lock of the outer
//! instance or not. That does not matter here: everything about an instance or a line card is the
//! core's, and read without that lock. Nor does the notification wait for anything, so it is sent
//! at once, from inside the outer instance, which therefore cannot be unregistered meanwhile. Only
//! a port whose function the driver has to be asked about is left to a worker, which can wait for
//! the instance lock.

use crate::{
    collection::{
        next_sequence,
        Collection, //
    },
    driver,
    generated::{
        attr,
        Cmd, //
    },
    instance::Devlink,
    registry, //
};

use kernel::{
    net::{
        namespace::NetPtr,
        netlink::{
            attr::{
                Attr,
                Nest, //
            },
            writer::Writer, //
        }, //
    },
    new_mutex,
    prelude::*,
    sync::{
        aref::ARef,
        Arc,
        Mutex,
        SetOnce, //
    },
    warn_on,
    warn_on_once, //
};

use core::{
    num::NonZero,
    ptr, //
};

/// `NETNSA_NSID_NOT_ASSIGNED`.
const NSID_NOT_ASSIGNED: i32 = -1;

/// Filled by [`init()`], before there can be an instance.
///
/// Held while an instance is nested, so that of two that are to be nested in each other at the same
/// time the second one is refused. Nobody is waited for under it.
static NESTING: SetOnce<Pin<KBox<Mutex<()>>>> = SetOnce::new();

/// Sets this module up.
pub(crate) fn init() -> Result {
    NESTING.populate(KBox::pin_init(
        new_mutex!((), "devlink nesting"),
        GFP_KERNEL,
    )?);
    Ok(())
}

/// What an instance can be nested in, on the outer instance.
#[derive(Copy, Clone)]
pub(crate) enum Place {
    /// The instance itself.
    Instance,
    /// The function behind the port of this index.
    Port(u32),
    /// The line card of this index.
    Linecard(u32),
}

/// The number of a relation, which is never used again.
type RelationId = NonZero<u64>;

/// What the inner instance knows.
#[derive(Copy, Clone)]
struct NestedIn {
    id: RelationId,
    outer: u32,
    place: Place,
}

/// What the outer side knows.
#[derive(Copy, Clone)]
struct Relation {
    id: RelationId,
    inner: u32,
}

impl Relation {
    /// The inner instance, if users know of it and it still is nested here.
    fn inner(self) -> Option<ARef<Devlink>> {
        registry::by_index(self.inner).filter(|inner| {
            let nested_in = *inner.nested.nested_in.lock();
            nested_in.is_some_and(|nested_in| nested_in.id == self.id) && inner.is_published()
        })
    }

    /// Writes what names the inner instance, as seen from `outer`. Answers whether there is one.
    fn fill(self, outer: &Devlink, nest: Attr<Nest>, out: &mut Writer<'_>) -> Result<bool> {
        match self.inner() {
            Some(inner) => put_nested_handle(out, nest, &inner, outer.net()).map(|()| true),
            None => Ok(false),
        }
    }
}

/// What an instance is nested in, and what is nested in it as a whole.
#[pin_data]
pub(crate) struct Nested {
    /// Held only to copy it out or to replace it.
    #[pin]
    nested_in: Mutex<Option<NestedIn>>,
    /// By the number of the relation, so in the order in which they came.
    #[pin]
    inner: Collection<u64, Relation>,
}

impl Nested {
    /// Nested in nothing, with nothing nested in it.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            nested_in <- new_mutex!(None, "devlink nested in"),
            inner <- Collection::new(),
        })
    }

    /// Writes what names each instance that is nested in `devlink`, whose field this is.
    pub(crate) fn fill(&self, devlink: &Devlink, out: &mut Writer<'_>) -> Result {
        for relation in self.inner.iter() {
            relation.fill(devlink, attr::NESTED_DEVLINK, out)?;
        }
        Ok(())
    }
}

/// An object's place for one nested instance. It is part of what a lock protects that is held only
/// to copy it out or to change it.
#[derive(Copy, Clone, Default)]
pub(crate) struct Slot(Option<Relation>);

impl Slot {
    /// Writes what names the nested instance, as seen from `outer`. Answers whether there is one.
    pub(crate) fn fill(
        self,
        outer: &Devlink,
        nest: Attr<Nest>,
        out: &mut Writer<'_>,
    ) -> Result<bool> {
        self.0
            .map_or(Ok(false), |relation| relation.fill(outer, nest, out))
    }

    /// Whether nothing is nested here.
    pub(crate) fn is_empty(self) -> bool {
        self.0.is_none()
    }

    /// Forgets the nested instance.
    pub(crate) fn clear(&mut self) {
        self.0 = None;
    }

    fn set(&mut self, relation: Relation) {
        self.0 = Some(relation);
    }

    /// Forgets the relation, unless another one has taken its place.
    fn clear_if(&mut self, id: RelationId) {
        if self.0.is_some_and(|relation| relation.id == id) {
            self.clear();
        }
    }
}

impl NestedIn {
    /// Removes the relation from the outer side.
    fn forget(self) {
        let Some(outer) = registry::by_index(self.outer) else {
            return;
        };
        match self.place {
            Place::Instance => drop(outer.nested.inner.remove(self.id.get())),
            Place::Port(index) => {
                if let Some(port) = outer.ports.get(index) {
                    port.state.lock().nested.clear_if(self.id);
                }
            }
            Place::Linecard(index) => {
                if let Some(linecard) = outer.linecards.get(index) {
                    linecard.nested.lock().clear_if(self.id);
                }
            }
        }
    }

    /// Tells listeners about the object on the outer side. May sleep, but waits for no driver.
    fn notify(self) {
        let Some(outer) = registry::by_index(self.outer) else {
            return;
        };
        let Ok(active) = outer.enter() else {
            return;
        };
        match self.place {
            Place::Instance => active.notify(Cmd::New),
            Place::Port(index) => {
                let Some(port) = active.ports.get(index) else {
                    return;
                };
                let is_left_to_worker = port.driver().answers_about_function() && {
                    let outer = outer.clone();
                    driver::nested::spawn(move || notify_port(&outer, index)).is_ok()
                };
                if !is_left_to_worker {
                    port.notify(&active, Cmd::PortNew);
                }
            }
            Place::Linecard(index) => {
                if let Some(linecard) = active.linecards.get(index) {
                    linecard.notify(&active, Cmd::LinecardNew);
                }
            }
        }
    }
}

/// Tells listeners about a port, after its driver was asked about the function. Waits for the
/// instance lock.
fn notify_port(outer: &Devlink, index: u32) {
    // A worker, which no signal ends.
    let Ok(operating) = outer.operate_uninterruptible("notification") else {
        return;
    };
    if let Some(port) = operating.ports.get(index) {
        port.refresh_and_notify(operating.locked(), Cmd::PortNew);
    }
}

impl Devlink {
    /// Whether this instance is `other`, or part of something on it, at whatever depth.
    fn is_within(&self, other: &Devlink) -> bool {
        let mut next = Some(ARef::from(self));
        while let Some(devlink) = next {
            if ptr::eq(&*devlink, other) {
                return true;
            }
            let nested_in = *devlink.nested.nested_in.lock();
            next = nested_in.and_then(|nested_in| registry::by_index(nested_in.outer));
        }
        false
    }

    /// Says that this instance, which is to be registered, is part of something on `outer`;
    /// [`ENODEV`] if there is no such object. What it was part of before counts no more.
    ///
    /// Warns and answers [`EINVAL`] if it would be part of itself: there would be no outermost
    /// instance, which is where the rates of all of them are looked for.
    pub(crate) fn nest_in(&self, outer: &Devlink, place: Place) -> Result {
        let _nesting = NESTING.as_ref().ok_or(ENODEV)?.lock();
        if warn_on!(outer.is_within(self)) {
            return Err(EINVAL);
        }
        warn_on_once!(self.is_published());
        let id = NonZero::new(next_sequence()).ok_or(EOVERFLOW)?;
        let relation = Relation {
            id,
            inner: self.index(),
        };
        match place {
            Place::Instance => {
                let relation = Arc::new(relation, GFP_KERNEL)?;
                outer.nested.inner.insert(id.get(), relation)?;
            }
            Place::Port(index) => {
                let port = outer.ports.get(index).ok_or(ENODEV)?;
                port.state.lock().nested.set(relation);
            }
            Place::Linecard(index) => {
                let linecard = outer.linecards.get(index).ok_or(ENODEV)?;
                linecard.nested.lock().set(relation);
            }
        }
        let before = self.nested.nested_in.lock().replace(NestedIn {
            id,
            outer: outer.index(),
            place,
        });
        if let Some(before) = before {
            before.forget();
        }
        if self.table().shares_rates_across_devices() {
            self.rates.set_nested_in(Some(outer));
        }
        Ok(())
    }

    /// The instance is to be registered: what it was part of when it was registered before had to
    /// stay the root of its rates until the driver had destroyed them, and counts no more.
    pub(crate) fn forget_outer_rates(&self) {
        if self.nested.nested_in.lock().is_none() {
            self.rates.set_nested_in(None);
        }
    }

    /// Tells listeners about what this instance is part of, if it is: it was registered, or is in
    /// another namespace now.
    pub(crate) fn notify_outer(&self) {
        let nested_in = *self.nested.nested_in.lock();
        if let Some(nested_in) = nested_in {
            nested_in.notify();
        }
    }

    /// Says that this instance is part of nothing any more, and tells listeners about what it was
    /// part of: it was unregistered, or is being freed without ever having been registered.
    pub(crate) fn leave_outer(&self) {
        let nested_in = self.nested.nested_in.lock().take();
        if let Some(nested_in) = nested_in {
            nested_in.forget();
            nested_in.notify();
        }
    }
}

/// Writes a nest with what names the instance `nested`, and the number of its namespace if that is
/// not `net`.
pub(crate) fn put_nested_handle(
    out: &mut Writer<'_>,
    nest: Attr<Nest>,
    nested: &Devlink,
    net: &NetPtr,
) -> Result {
    out.nest(nest, |out| {
        nested.put_handle(out)?;
        if nested.net().is_same(net) {
            return Ok(());
        }
        // A namespace that is dying, or was left, has no number in any other.
        let id = match (net.get(), nested.net().get()) {
            (Some(net), Some(peer)) => net.peer_id(&peer),
            _ => NSID_NOT_ASSIGNED,
        };
        // The attribute is a signed number; its bytes are the same.
        out.put(attr::NETNS_ID, id as u32)
    })
}
