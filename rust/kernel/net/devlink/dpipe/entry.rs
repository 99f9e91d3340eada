// SPDX-License-Identifier: GPL-2.0

//! Entries of tables, and how users get them.

use super::{
    Action,
    Match, //
};

use crate::{
    bindings,
    error::to_result,
    prelude::*, //
};

use core::{
    marker::PhantomData,
    mem::size_of,
    ptr, //
};

/// The value that an entry matches or sets, see [`Match::value`] and [`Action::value`].
///
/// devlink shows its bytes as they are.
///
/// # Invariants
///
/// What it is the value of, the value, and the mask if there is one, are valid for `'a`. The mask
/// is as long as the value, and both can be a netlink attribute.
#[derive(Copy, Clone)]
#[repr(transparent)]
pub struct Value<'a, Of>(
    bindings::devlink_dpipe_value,
    PhantomData<(&'a Of, &'a [u8])>,
);

/// The longest value.
const MAX_VALUE: usize = u16::MAX as usize - size_of::<bindings::nlattr>();

impl<'a, Of> Value<'a, Of> {
    fn new(
        of: bindings::devlink_dpipe_value__bindgen_ty_1,
        value: &'a [u8],
        mask: Option<&'a [u8]>,
    ) -> Self {
        // INVARIANT: Callers pass what `of` is made of for `'a`, and have checked the lengths.
        Value(
            bindings::devlink_dpipe_value {
                __bindgen_anon_1: of,
                mapping_value: 0,
                mapping_valid: false,
                value_size: value.len() as u32,
                // No core writes to what drivers describe.
                value: value.as_ptr().cast_mut().cast(),
                mask: mask.map_or(ptr::null_mut(), |mask| mask.as_ptr().cast_mut().cast()),
            },
            PhantomData,
        )
    }

    /// What the value stands for, of a field that has such a [`Mapping`](super::Mapping): the index
    /// of a network interface.
    pub fn mapping(mut self, mapping: u32) -> Self {
        self.0.mapping_value = mapping;
        self.0.mapping_valid = true;
        self
    }
}

macro_rules! impl_values {
    ($of:ident, $field:ident) => {
        impl $of {
            fn as_c(&self) -> bindings::devlink_dpipe_value__bindgen_ty_1 {
                bindings::devlink_dpipe_value__bindgen_ty_1 {
                    // No core writes to what drivers describe.
                    $field: ptr::from_ref(&self.0).cast_mut(),
                }
            }

            /// A value of the field.
            pub fn value<'a, const N: usize>(&'a self, value: &'a [u8; N]) -> Value<'a, Self> {
                const { assert!(N <= MAX_VALUE) };
                Value::new(self.as_c(), value, None)
            }

            /// A value of the field, of which only those bits count that are set in `mask`.
            pub fn masked<'a, const N: usize>(
                &'a self,
                value: &'a [u8; N],
                mask: &'a [u8; N],
            ) -> Value<'a, Self> {
                const { assert!(N <= MAX_VALUE) };
                Value::new(self.as_c(), value, Some(mask))
            }

            /// As [`value`](Self::value) or [`masked`](Self::masked), for a length that is not a
            /// constant. Fails with `EINVAL` if the mask is not as long as the value, or the value
            /// is longer than a netlink attribute.
            pub fn try_value<'a>(
                &'a self,
                value: &'a [u8],
                mask: Option<&'a [u8]>,
            ) -> Result<Value<'a, Self>> {
                if value.len() > MAX_VALUE || mask.is_some_and(|mask| mask.len() != value.len()) {
                    return Err(EINVAL);
                }
                Ok(Value::new(self.as_c(), value, mask))
            }
        }
    };
}

impl_values!(Match, match_);
impl_values!(Action, action);

/// An entry of a table (`struct devlink_dpipe_entry`).
#[derive(Copy, Clone)]
pub struct Entry<'a> {
    /// Its place in the table.
    pub index: u64,
    /// How many frames it was for, if that is counted.
    pub counter: Option<u64>,
    /// What frames that it is for are like.
    pub matches: &'a [Value<'a, Match>],
    /// What is done to them.
    pub actions: &'a [Value<'a, Action>],
}

/// The answer to a user who wants a table's entries, see
/// [`TableOps::entries`](super::TableOps::entries).
///
/// # Invariants
///
/// The context is what a core passed to an `entries_dump()` that runs, for `'a`.
pub struct Entries<'a> {
    /// A core may find more of its own behind it, so this is not a reference.
    context: *mut bindings::devlink_dpipe_dump_ctx,
    message: Message,
    _answer: PhantomData<&'a mut ()>,
}

/// The message that entries are appended to.
#[derive(Copy, Clone)]
enum Message {
    /// There is none yet.
    None,
    /// It has entries, or has none.
    Open { empty: bool },
    /// There was one, and what became of it only the core knows: nothing may be done any more.
    Lost(Error),
}

impl<'a> Entries<'a> {
    /// Has `f` answer, and completes the answer.
    ///
    /// # Safety
    ///
    /// `context` is what a core passed to an `entries_dump()` that runs for `'a`, and nobody used
    /// yet.
    pub(super) unsafe fn answer(
        context: *mut bindings::devlink_dpipe_dump_ctx,
        f: impl FnOnce(&mut Self) -> Result,
    ) -> Result {
        // INVARIANT: By the requirements of this function.
        let mut this = Entries {
            context,
            message: Message::None,
            _answer: PhantomData,
        };
        let result = f(&mut this);
        match this.message {
            // Then the core must not go on, whatever the driver says.
            Message::Lost(error) => return Err(error),
            _ => result?,
        }
        if matches!(this.message, Message::None) {
            // The core adds the end to the last message: there must be one.
            this.begin()?;
        }
        this.end()
    }

    /// Appends an entry. If the message is full it is sent, and the entry is in another.
    ///
    /// Fails with `EMSGSIZE` for an entry that is larger than a message, and if memory is short or
    /// the user is gone; then so does all that is appended later.
    pub fn push(&mut self, entry: &Entry<'_>) -> Result {
        let empty = match self.message {
            Message::None => {
                self.begin()?;
                true
            }
            Message::Open { empty } => empty,
            Message::Lost(error) => return Err(error),
        };
        let result = match self.append(entry) {
            Err(error) if error == EMSGSIZE && !empty => {
                self.end()?;
                self.begin()?;
                self.append(entry)
            }
            result => result,
        };
        if result.is_ok() {
            self.message = Message::Open { empty: false };
        }
        result
    }

    /// Begins a message; sends the one before (`devlink_dpipe_entry_ctx_prepare()`).
    fn begin(&mut self) -> Result {
        // SAFETY: By the type invariants, and there is no message or it was ended.
        let result = to_result(unsafe { bindings::devlink_dpipe_entry_ctx_prepare(self.context) });
        self.message = match result {
            Ok(()) => Message::Open { empty: true },
            Err(error) => Message::Lost(error),
        };
        result
    }

    /// Ends the message that was begun (`devlink_dpipe_entry_ctx_close()`).
    fn end(&mut self) -> Result {
        // SAFETY: By the type invariants, and there is a message that was begun.
        let result = to_result(unsafe { bindings::devlink_dpipe_entry_ctx_close(self.context) });
        if let Err(error) = result {
            self.message = Message::Lost(error);
        }
        result
    }

    /// Appends to the message that was begun (`devlink_dpipe_entry_ctx_append()`). If that fails
    /// the message is as before.
    fn append(&mut self, entry: &Entry<'_>) -> Result {
        let mut raw = bindings::devlink_dpipe_entry {
            index: entry.index,
            // CAST: A value is what it is made of. No core writes to what drivers describe.
            match_values: entry.matches.as_ptr().cast_mut().cast(),
            match_values_count: u32::try_from(entry.matches.len())?,
            action_values: entry.actions.as_ptr().cast_mut().cast(),
            action_values_count: u32::try_from(entry.actions.len())?,
            counter: entry.counter.unwrap_or(0),
            counter_valid: entry.counter.is_some(),
        };
        // SAFETY: By the type invariants, and there is a message that was begun. Entry and
        // values are valid during the call by the type invariants of `Value`, and are only read.
        to_result(unsafe { bindings::devlink_dpipe_entry_ctx_append(self.context, &mut raw) })
    }
}
