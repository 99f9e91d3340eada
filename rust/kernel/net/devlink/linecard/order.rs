// SPDX-License-Identifier: GPL-2.0

//! What a line card is provisioned as, and orders to change that.

use crate::{
    bindings,
    error::to_result,
    prelude::*,
    sync::{
        new_mutex,
        Arc,
        Mutex, //
    }, //
};

use core::ptr;

/// What a line card is doing (`enum devlink_linecard_state`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Phase {
    Unprovisioned,
    /// There is an order to unprovision it.
    Unprovisioning,
    /// There is an order to provision it.
    Provisioning,
    /// Users may have made it unprovisioned since, which drivers do not learn.
    ProvisioningFailed,
    Provisioned,
    Active,
}

/// A line card, as long as there is one.
///
/// # Invariants
///
/// - `linecard` is null or a line card that is not destroyed.
/// - `type_name` is null or a string that is valid until it is.
/// - `order` is 0 unless the phase is `Provisioning` or `Unprovisioning`, in which a core changes
///   nothing by itself.
struct Card {
    linecard: *mut bindings::devlink_linecard,
    phase: Phase,
    type_name: *const c_char,
    /// The order that is to be answered, or 0.
    order: u64,
    /// How many orders there were: the last one's number.
    orders: u64,
    /// The driver is being asked, and may refuse.
    asking: bool,
    /// The order was dropped meanwhile.
    dropped: bool,
}

// SAFETY: What the pointers point to can be used by any task.
unsafe impl Send for Card {}

impl Card {
    fn is_type(&self, name: &CStr) -> bool {
        // SAFETY: By the type invariants.
        !self.type_name.is_null() && unsafe { CStr::from_char_ptr(self.type_name) } == name
    }

    fn set(&mut self, phase: Phase, type_name: *const c_char) {
        self.phase = phase;
        self.type_name = type_name;
        self.order = 0;
    }

    fn check_exists(&self) -> Result {
        if self.linecard.is_null() {
            return Err(ENODEV);
        }
        Ok(())
    }

    /// It is provisioned as its type says (`devlink_linecard_provision_set()`).
    fn provisioned(&mut self) {
        self.set(Phase::Provisioned, self.type_name);
        // SAFETY: By the type invariants. Callers have checked that both are there.
        unsafe { bindings::devlink_linecard_provision_set(self.linecard, self.type_name) }
    }

    /// It is not provisioned (`devlink_linecard_provision_clear()`).
    fn unprovisioned(&mut self) {
        self.set(Phase::Unprovisioned, ptr::null());
        // SAFETY: By the type invariants. Callers have checked that it is there.
        unsafe { bindings::devlink_linecard_provision_clear(self.linecard) }
    }

    /// It could not be provisioned or unprovisioned (`devlink_linecard_provision_fail()`).
    fn failed(&mut self) {
        self.set(Phase::ProvisioningFailed, self.type_name);
        // SAFETY: By the type invariants. Callers have checked that it is there.
        unsafe { bindings::devlink_linecard_provision_fail(self.linecard) }
    }
}

/// What the API knows of a line card. Outlives it as long as there are orders.
#[pin_data]
pub(in crate::net::devlink) struct Shared {
    /// Held while devlink is called, which takes a lock of its own, and not while the driver is.
    #[pin]
    card: Mutex<Card>,
}

impl Shared {
    /// Before there is a line card.
    pub(super) fn new() -> Result<Arc<Self>> {
        let card = Card {
            linecard: ptr::null_mut(),
            phase: Phase::Unprovisioned,
            type_name: ptr::null(),
            order: 0,
            orders: 0,
            asking: false,
            dropped: false,
        };
        Arc::pin_init(
            pin_init!(Shared {
                card <- new_mutex!(card, "devlink_driver_linecard"),
            }),
            GFP_KERNEL,
        )
    }

    /// There is one now.
    ///
    /// # Safety
    ///
    /// The line card is valid until [`end`](Self::end) was called.
    pub(super) unsafe fn begin(&self, linecard: *mut bindings::devlink_linecard) {
        // INVARIANT: By the requirements of this function.
        self.card.lock().linecard = linecard;
    }

    /// Returns it to who destroys it, and has nobody use it any more.
    pub(super) fn end(&self) -> *mut bindings::devlink_linecard {
        let mut card = self.card.lock();
        // INVARIANT: There is no type any more.
        card.set(Phase::Unprovisioned, ptr::null());
        core::mem::replace(&mut card.linecard, ptr::null_mut())
    }

    /// The line card, or null.
    pub(super) fn linecard(&self) -> *mut bindings::devlink_linecard {
        self.card.lock().linecard
    }

    /// Has `ask` give the driver an order: to provision the line card as the type of that name, or
    /// to unprovision it if there is none. What it fails with is the driver's refusal, after which
    /// a core takes the line card for unprovisioned.
    ///
    /// # Safety
    ///
    /// A name is valid until [`end`](Self::end) was called.
    pub(super) unsafe fn order(
        this: &Arc<Self>,
        type_name: Option<*const c_char>,
        ask: impl FnOnce(LinecardOrder) -> Result,
    ) -> Result {
        let number = {
            let mut card = this.card.lock();
            // INVARIANT: By the requirements of this function.
            match type_name {
                Some(name) => card.set(Phase::Provisioning, name),
                None => card.phase = Phase::Unprovisioning,
            }
            card.orders += 1;
            card.order = card.orders;
            card.asking = true;
            card.dropped = false;
            card.order
        };
        let result = ask(LinecardOrder {
            shared: this.clone(),
            number,
        });
        let mut card = this.card.lock();
        card.asking = false;
        if card.linecard.is_null() {
            // The driver removed it. C's core would look at it after an error.
            return Ok(());
        }
        if result.is_err() {
            card.set(Phase::Unprovisioned, ptr::null());
        } else if card.dropped && card.order == number {
            card.failed();
        }
        result
    }

    /// The driver answers an order.
    fn answer(&self, number: u64, answer: impl FnOnce(&mut Card)) -> Result {
        let mut card = self.card.lock();
        if card.order != number {
            return Err(ECANCELED);
        }
        answer(&mut card);
        Ok(())
    }

    /// It is provisioned as the type of that name. Fails with `EBUSY` if it has another type.
    ///
    /// # Safety
    ///
    /// The name is valid until [`end`](Self::end) was called.
    pub(super) unsafe fn set_provisioned(&self, type_name: &CStr) -> Result {
        let mut card = self.card.lock();
        card.check_exists()?;
        if !card.type_name.is_null() && !card.is_type(type_name) {
            if card.phase != Phase::ProvisioningFailed {
                return Err(EBUSY);
            }
            card.unprovisioned();
        }
        // INVARIANT: By the requirements of this function.
        card.type_name = type_name.as_char_ptr();
        card.provisioned();
        Ok(())
    }

    /// It is not provisioned.
    pub(super) fn set_unprovisioned(&self) -> Result {
        let mut card = self.card.lock();
        card.check_exists()?;
        card.unprovisioned();
        Ok(())
    }

    /// It could not be provisioned or unprovisioned.
    pub(super) fn set_failed(&self) -> Result {
        let mut card = self.card.lock();
        card.check_exists()?;
        card.failed();
        Ok(())
    }

    /// An instance is part of it (`devlink_linecard_nested_dl_set()`).
    ///
    /// # Safety
    ///
    /// The instance is valid, its lock is held, and it is neither registered nor part of anything.
    pub(in crate::net::devlink) unsafe fn nest(&self, inner: *mut bindings::devlink) -> Result {
        let card = self.card.lock();
        card.check_exists()?;
        // SAFETY: By the type invariants and the requirements of this function.
        to_result(unsafe { bindings::devlink_linecard_nested_dl_set(card.linecard, inner) })
    }

    /// It works (`devlink_linecard_activate()`).
    pub(super) fn activate(&self) -> Result {
        let mut card = self.card.lock();
        card.check_exists()?;
        if card.phase != Phase::Provisioned {
            return Err(EINVAL);
        }
        card.phase = Phase::Active;
        // SAFETY: By the type invariants, and it was checked that it is there.
        unsafe { bindings::devlink_linecard_activate(card.linecard) };
        Ok(())
    }

    /// It does not work any more (`devlink_linecard_deactivate()`).
    pub(super) fn deactivate(&self) -> Result {
        let mut card = self.card.lock();
        card.check_exists()?;
        match card.phase {
            Phase::Active => card.phase = Phase::Provisioned,
            Phase::Unprovisioning => {}
            _ => return Err(EINVAL),
        }
        // SAFETY: By the type invariants, and it was checked that it is there.
        unsafe { bindings::devlink_linecard_deactivate(card.linecard) };
        Ok(())
    }
}

/// What a user wants of a line card, see [`LinecardOps`](super::LinecardOps): until it is answered
/// nothing else is wanted of it.
///
/// It can be answered at once or later, by any task that can sleep, with or without the instance
/// lock. One that is dropped is answered with [`fail`](Self::fail).
pub struct LinecardOrder {
    shared: Arc<Shared>,
    number: u64,
}

impl LinecardOrder {
    /// It was done: the line card is provisioned (`devlink_linecard_provision_set()`), or is not
    /// provisioned any more (`devlink_linecard_provision_clear()`).
    ///
    /// Fails with `ECANCELED` if the line card is gone, or if the driver said by its handle what it
    /// is provisioned as.
    pub fn done(self) -> Result {
        self.shared.answer(self.number, |card| match card.phase {
            Phase::Provisioning => card.provisioned(),
            _ => card.unprovisioned(),
        })
    }

    /// It could not be done (`devlink_linecard_provision_fail()`). Fails as [`done`](Self::done).
    pub fn fail(self) -> Result {
        self.shared.answer(self.number, Card::failed)
    }
}

impl Drop for LinecardOrder {
    fn drop(&mut self) {
        // It fails if the order was answered.
        let _ = self.shared.answer(self.number, |card| {
            if card.asking {
                // The driver may refuse, which is another answer.
                card.dropped = true;
            } else {
                card.failed();
            }
        });
    }
}
