// SPDX-License-Identifier: GPL-2.0

//! Formatted messages: what drivers say when they dump or diagnose, as nested objects, arrays and
//! pairs of a name and a value.

use crate::{
    generated::{
        attr,
        Cmd, //
    },
    netlink::{
        command::Request,
        FAMILY, //
    },
};

use kernel::{
    bindings,
    net::netlink::{
        attr::{
            Attr,
            Flag, //
        },
        message::Message,
        writer::{
            Header,
            Writer, //
        },
        GENLMSG_DEFAULT_SIZE, //
    },
    prelude::*,
    str::CString, //
};

/// The longest name or value.
pub(crate) const MAX_SIZE: usize =
    GENLMSG_DEFAULT_SIZE - size_of::<bindings::genlmsghdr>() - size_of::<bindings::nlattr>();

/// A value.
pub(crate) enum Value {
    Bool(bool),
    U8(u8),
    U32(u32),
    U64(u64),
    Str(CString),
    Binary(KVec<u8>),
}

impl Value {
    /// The number in `enum devlink_var_attr_type`.
    fn type_number(&self) -> u8 {
        match self {
            Value::U8(_) => 1,
            Value::U32(_) => 3,
            Value::U64(_) => 4,
            Value::Bool(_) => 6,
            Value::Str(_) => 10,
            Value::Binary(_) => 11,
        }
    }

    fn write(&self, out: &mut Writer<'_>) -> Result {
        const DATA: u16 = attr::FMSG_OBJ_VALUE_DATA.number();

        out.put(attr::FMSG_OBJ_VALUE_TYPE, self.type_number())?;
        match self {
            // Not a flag, in spite of its type: the attribute is there for both values.
            Value::Bool(value) => out.put_bytes(DATA, &[(*value).into()]),
            Value::U8(value) => out.put_bytes(DATA, &[*value]),
            Value::U32(value) => out.put_bytes(DATA, &value.to_ne_bytes()),
            Value::U64(value) => out.put_u64_padded(DATA, *value, attr::PAD),
            Value::Str(value) => out.put_bytes(DATA, value.to_bytes_with_nul()),
            Value::Binary(value) => out.put_bytes(DATA, value),
        }
    }
}

/// A piece of a message.
enum Item {
    /// The beginning or the end of a nest.
    Nest(Attr<Flag>),
    /// The name of a pair.
    Name(CString),
    Value(Value),
}

impl Item {
    fn write(&self, out: &mut Writer<'_>) -> Result {
        match self {
            Item::Nest(mark) => out.put(*mark, ()),
            Item::Name(name) => out.put(attr::FMSG_OBJ_NAME, name),
            Item::Value(value) => value.write(out),
        }
    }
}

/// A message that a driver is writing (`struct devlink_fmsg`).
///
/// Writing answers nothing: the first error sticks, what comes after it is dropped, and
/// [`finish`](Self::finish) answers it. The functions are those of the C interface.
pub(crate) struct Fmsg {
    items: KVVec<Item>,
    error: Option<Error>,
    /// Inside a binary pair, where only binary values may stand.
    in_binary: bool,
}

impl Fmsg {
    /// An empty message.
    pub(crate) fn new() -> Self {
        Fmsg {
            items: KVVec::new(),
            error: None,
            in_binary: false,
        }
    }

    /// The message, or the first error that happened while it was written.
    pub(crate) fn finish(self) -> Result<Formatted> {
        match self.error {
            Some(error) => Err(error),
            None => Ok(Formatted { items: self.items }),
        }
    }

    fn fail(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }

    fn add(&mut self, make: impl FnOnce() -> Result<Item>) {
        if self.error.is_some() {
            return;
        }
        let added = make().and_then(|item| Ok(self.items.push(item, GFP_KERNEL)?));
        if let Err(error) = added {
            self.fail(error);
        }
    }

    fn refuse_in_binary(&mut self) {
        if self.in_binary {
            self.fail(EINVAL);
        }
    }

    fn nest(&mut self, mark: Attr<Flag>) {
        self.refuse_in_binary();
        self.add(|| Ok(Item::Nest(mark)));
    }

    fn value(&mut self, make: impl FnOnce() -> Result<Value>) {
        self.refuse_in_binary();
        self.add(|| make().map(Item::Value));
    }

    /// Begins an object.
    pub(crate) fn obj_nest_start(&mut self) {
        self.nest(attr::FMSG_OBJ_NEST_START);
    }

    /// Ends an object.
    pub(crate) fn obj_nest_end(&mut self) {
        self.nest(attr::FMSG_NEST_END);
    }

    /// Begins a pair: its value is what comes next.
    pub(crate) fn pair_nest_start(&mut self, name: &CStr) {
        self.nest(attr::FMSG_PAIR_NEST_START);
        self.add(|| Ok(Item::Name(own(name)?)));
    }

    /// Ends a pair.
    pub(crate) fn pair_nest_end(&mut self) {
        self.nest(attr::FMSG_NEST_END);
    }

    /// Begins a pair whose value is an array.
    pub(crate) fn arr_pair_nest_start(&mut self, name: &CStr) {
        self.pair_nest_start(name);
        self.nest(attr::FMSG_ARR_NEST_START);
    }

    /// Ends a pair whose value is an array.
    pub(crate) fn arr_pair_nest_end(&mut self) {
        self.nest(attr::FMSG_NEST_END);
        self.nest(attr::FMSG_NEST_END);
    }

    /// Begins a pair whose value is a series of [`binary_put`](Self::binary_put).
    pub(crate) fn binary_pair_nest_start(&mut self, name: &CStr) {
        self.arr_pair_nest_start(name);
        self.in_binary = true;
    }

    /// Ends a pair of binary values; it is an error if none was begun.
    pub(crate) fn binary_pair_nest_end(&mut self) {
        if !self.in_binary {
            self.fail(EINVAL);
        }
        self.in_binary = false;
        self.arr_pair_nest_end();
    }

    /// Adds a value to an array, or to a pair that was begun.
    pub(crate) fn put(&mut self, value: Value) {
        self.value(|| Ok(value));
    }

    /// Adds a string like [`put`](Self::put).
    pub(crate) fn string_put(&mut self, value: &CStr) {
        self.value(|| Ok(Value::Str(own(value)?)));
    }

    /// Adds bytes to the pair of binary values that was begun.
    pub(crate) fn binary_put(&mut self, value: &[u8]) {
        if !self.in_binary {
            self.fail(EINVAL);
        }
        self.add(|| {
            if value.len() > MAX_SIZE {
                return Err(EMSGSIZE);
            }
            let mut bytes = KVec::with_capacity(value.len(), GFP_KERNEL)?;
            bytes.extend_from_slice(value, GFP_KERNEL)?;
            Ok(Item::Value(Value::Binary(bytes)))
        });
    }

    /// Adds a pair.
    pub(crate) fn pair_put(&mut self, name: &CStr, value: Value) {
        self.pair_nest_start(name);
        self.put(value);
        self.pair_nest_end();
    }

    /// Adds a pair of a name and a string.
    pub(crate) fn string_pair_put(&mut self, name: &CStr, value: &CStr) {
        self.pair_nest_start(name);
        self.string_put(value);
        self.pair_nest_end();
    }

    /// Adds a pair of a name and bytes, in as many pieces as their number takes.
    pub(crate) fn binary_pair_put(&mut self, name: &CStr, value: &[u8]) {
        self.binary_pair_nest_start(name);
        for piece in value.chunks(MAX_SIZE) {
            self.binary_put(piece);
        }
        self.binary_pair_nest_end();
    }
}

/// A copy of a name or of a string; [`EMSGSIZE`] if it is too long.
fn own(text: &CStr) -> Result<CString> {
    if text.to_bytes_with_nul().len() > MAX_SIZE {
        return Err(EMSGSIZE);
    }
    Ok(text.try_into()?)
}

/// A message that is complete.
pub(crate) struct Formatted {
    items: KVVec<Item>,
}

impl Formatted {
    /// How many items there are.
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    fn write_items(&self, out: &mut Writer<'_>, next: &mut usize) -> Result {
        for item in self.items.get(*next..).unwrap_or(&[]) {
            item.write(out)?;
            *next += 1;
        }
        Ok(())
    }

    /// Appends one netlink message with the items from `next` on that fit, and moves `next` behind
    /// them. Answers whether that were all; [`EMSGSIZE`] if not even one fits.
    pub(crate) fn write_message(
        &self,
        out: &mut Writer<'_>,
        header: Header,
        cmd: Cmd,
        next: &mut usize,
    ) -> Result<bool> {
        let begin = *next;
        let mut written = Ok(());
        out.message(FAMILY.family(), header, cmd as u8, |out| {
            out.nest_noflag(attr::FMSG, |out| {
                written = self.write_items(out, next);
                match written {
                    // The message goes out with what fits. That includes the type of a value
                    // whose data do not fit: as in the C core, both come again in the next one.
                    Err(error) if error == EMSGSIZE && *next != begin => Ok(()),
                    result => result,
                }
            })
        })?;
        Ok(written.is_ok())
    }

    /// Answers a request with the message, in several netlink messages and one that ends them.
    pub(crate) fn reply(&self, request: &Request<'_>, cmd: Cmd) -> Result {
        let header = Header {
            flags: bindings::NLM_F_MULTI as u16,
            ..request.info().reply_header()
        };
        let mut next = 0;
        loop {
            let mut message = Message::new(GFP_KERNEL)?;
            let was_all = self.write_message(&mut message.writer(), header, cmd, &mut next)?;
            message.reply(request.info())?;
            if was_all {
                break;
            }
        }
        let mut message = Message::new(GFP_KERNEL)?;
        message.writer().done(header)?;
        message.reply(request.info())
    }
}
