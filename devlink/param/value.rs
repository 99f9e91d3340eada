// SPDX-License-Identifier: GPL-2.0

//! What a parameter's values are: their types, when they take effect, how they look in messages.

use crate::{
    generated::attr,
    netlink::command::Request, //
};

use kernel::{
    bindings,
    net::netlink::{
        attr::{
            Flag,
            NlAttr,
            PayloadType,
            Str,
            Uint,
            U16,
            U32,
            U64,
            U8, //
        },
        extack::Extack,
        writer::Writer, //
    },
    prelude::*,
    sync::Arc, //
};

/// The room for a string and the NUL that ends it.
pub(crate) const MAX_STRING: usize = bindings::__DEVLINK_PARAM_MAX_STRING_VALUE as usize;

/// How many numbers an array may have.
pub(crate) const MAX_ARRAY: usize = bindings::__DEVLINK_PARAM_MAX_ARRAY_SIZE as usize;

/// The type of a parameter's values (`enum devlink_param_type`).
#[derive(Copy, Clone, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Type {
    U8 = bindings::devlink_param_type_DEVLINK_PARAM_TYPE_U8 as u8,
    U16 = bindings::devlink_param_type_DEVLINK_PARAM_TYPE_U16 as u8,
    U32 = bindings::devlink_param_type_DEVLINK_PARAM_TYPE_U32 as u8,
    U64 = bindings::devlink_param_type_DEVLINK_PARAM_TYPE_U64 as u8,
    String = bindings::devlink_param_type_DEVLINK_PARAM_TYPE_STRING as u8,
    Bool = bindings::devlink_param_type_DEVLINK_PARAM_TYPE_BOOL as u8,
    U64Array = bindings::devlink_param_type_DEVLINK_PARAM_TYPE_U64_ARRAY as u8,
}

impl Type {
    const ALL: [Self; 7] = [
        Self::U8,
        Self::U16,
        Self::U32,
        Self::U64,
        Self::String,
        Self::Bool,
        Self::U64Array,
    ];

    /// The type with this number in `enum devlink_param_type`.
    pub(crate) fn from_number(number: u32) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| u32::from(kind.number()) == number)
    }

    /// The number in `enum devlink_param_type`.
    pub(crate) fn number(self) -> u8 {
        self as u8
    }
}

/// When a value takes effect (`enum devlink_param_cmode`).
#[derive(Copy, Clone, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Mode {
    /// At once.
    Runtime = bindings::devlink_param_cmode_DEVLINK_PARAM_CMODE_RUNTIME as u8,
    /// When the driver starts or reloads; the core keeps the value until then.
    DriverInit = bindings::devlink_param_cmode_DEVLINK_PARAM_CMODE_DRIVERINIT as u8,
    /// When the device is reset; the device keeps the value.
    Permanent = bindings::devlink_param_cmode_DEVLINK_PARAM_CMODE_PERMANENT as u8,
}

impl Mode {
    /// All of them, in the order of messages.
    pub(crate) const ALL: [Self; 3] = [Self::Runtime, Self::DriverInit, Self::Permanent];

    /// The mode with this number in `enum devlink_param_cmode`.
    pub(crate) fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| *mode as u8 == number)
    }
}

/// A set of modes, by bit, as the driver wrote it.
#[derive(Copy, Clone)]
pub(crate) struct Modes(pub(crate) c_ulong);

impl Modes {
    /// Whether the set has the mode.
    pub(crate) fn contains(self, mode: Mode) -> bool {
        self.0 & (1 << mode as u8) != 0
    }

    /// Whether the set is empty, as the driver wrote it.
    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the core knows all there is to know: the values of the other modes are the
    /// driver's.
    pub(crate) fn is_driverinit_only(self) -> bool {
        self.0 == 1 << Mode::DriverInit as u8
    }
}

/// A string with the NUL that ends it.
///
/// # Invariants
///
/// There is a NUL.
#[derive(Copy, Clone)]
pub(crate) struct Text([u8; MAX_STRING]);

impl Text {
    const EMPTY: Self = Text([0; MAX_STRING]);

    /// Copies what is before the first NUL; [`EINVAL`] if there is none, or no room for it.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let text = CStr::from_bytes_until_nul(bytes).map_err(|_| EINVAL)?;
        let mut copy = [0; MAX_STRING];
        copy.get_mut(..text.count_bytes() + 1)
            .ok_or(EINVAL)?
            .copy_from_slice(text.to_bytes_with_nul());
        // INVARIANT: The NUL was copied, too.
        Ok(Text(copy))
    }

    /// The string and what follows it, which is NULs.
    pub(crate) fn as_array(&self) -> &[u8; MAX_STRING] {
        &self.0
    }

    fn as_c_str(&self) -> &CStr {
        // By the type invariants the string ends.
        CStr::from_bytes_until_nul(&self.0).unwrap_or(c"")
    }
}

/// A value.
///
/// Copying one allocates nothing, so that it can be done under a lock.
#[derive(Clone)]
pub(crate) enum Value {
    U8(u8),
    U16(u16),
    U32(u32),
    U64(u64),
    String(Text),
    Bool(bool),
    /// At most [`MAX_ARRAY`] numbers.
    U64Array(Arc<KVec<u64>>),
}

impl Value {
    /// Zero, the empty string, `false` or no numbers.
    pub(crate) fn zero(kind: Type) -> Result<Self> {
        Ok(match kind {
            Type::U8 => Value::U8(0),
            Type::U16 => Value::U16(0),
            Type::U32 => Value::U32(0),
            Type::U64 => Value::U64(0),
            Type::String => Value::String(Text::EMPTY),
            Type::Bool => Value::Bool(false),
            Type::U64Array => Value::U64Array(Arc::new(KVec::new(), GFP_KERNEL)?),
        })
    }

    /// The value that a request wants to set.
    pub(crate) fn from_request(kind: Type, request: &Request<'_>) -> Result<Self> {
        let data = request.attrs.raw(attr::PARAM_VALUE_DATA);
        if kind == Type::Bool {
            return match data {
                Some(data) if !data.payload().is_empty() => Err(EINVAL),
                data => Ok(Value::Bool(data.is_some())),
            };
        }
        let data = data.ok_or(EINVAL)?;
        Ok(match kind {
            Type::U8 => Value::U8(u8::from_ne_bytes(exact(data)?)),
            Type::U16 => Value::U16(u16::from_ne_bytes(exact(data)?)),
            Type::U32 => Value::U32(u32::from_ne_bytes(exact(data)?)),
            Type::U64 => Value::U64(u64::from_ne_bytes(exact(data)?)),
            Type::String => Value::String(Text::from_bytes(data.payload())?),
            Type::U64Array => {
                let numbers = request.info().repeated(attr::PARAM_VALUE_DATA);
                Value::array(numbers, request.extack)?
            }
            Type::Bool => return Err(EINVAL),
        })
    }

    /// An array comes as one attribute for each number.
    fn array<'a>(data: impl Iterator<Item = &'a NlAttr>, extack: Extack<'_>) -> Result<Self> {
        let mut numbers = KVec::new();
        for attr in data {
            if numbers.len() >= MAX_ARRAY {
                return Err(EMSGSIZE);
            }
            if !matches!(attr.payload().len(), 4 | 8) {
                return Err(extack.bad_attr(attr, EINVAL));
            }
            numbers.push(attr.read::<Uint>().ok_or(EINVAL)?, GFP_KERNEL)?;
        }
        Ok(Value::U64Array(Arc::new(numbers, GFP_KERNEL)?))
    }

    /// Writes the value as the one that is set.
    fn put_data(&self, out: &mut Writer<'_>) -> Result {
        const DATA: u16 = attr::PARAM_VALUE_DATA.number();

        match self {
            Value::Bool(true) => Flag::write(out, DATA, ()),
            // It is the flag's absence that says so.
            Value::Bool(false) => Ok(()),
            other => other.put(out, DATA),
        }
    }

    /// Writes the value as the default one.
    fn put_default(&self, out: &mut Writer<'_>) -> Result {
        self.put(out, attr::PARAM_VALUE_DEFAULT.number())
    }

    /// Writes the value such that it can be told from none.
    fn put(&self, out: &mut Writer<'_>, number: u16) -> Result {
        match self {
            Value::U8(value) => U8::write(out, number, *value),
            Value::U16(value) => U16::write(out, number, *value),
            Value::U32(value) => U32::write(out, number, *value),
            Value::U64(value) => U64::<{ attr::PAD }>::write(out, number, *value),
            Value::String(text) => Str::write(out, number, text.as_c_str()),
            Value::Bool(value) => U8::write(out, number, (*value).into()),
            Value::U64Array(values) => {
                for value in values.iter() {
                    Uint::write(out, number, *value)?;
                }
                Ok(())
            }
        }
    }
}

fn exact<const N: usize>(attr: &NlAttr) -> Result<[u8; N]> {
    attr.payload().try_into().map_err(|_| EINVAL)
}

/// A value together with the one that a reset would bring, if that is known.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) value: Value,
    pub(crate) default: Option<Value>,
}

/// What the driver says about a parameter: the settings of the modes that only it knows.
#[derive(Clone, Default)]
pub(crate) struct Answer {
    runtime: Option<Setting>,
    permanent: Option<Setting>,
}

/// What is known about a parameter: a setting for each mode.
#[derive(Default)]
pub(crate) struct Settings {
    pub(crate) answer: Answer,
    pub(crate) driverinit: Option<Setting>,
}

impl Settings {
    /// Sets the setting of a mode.
    pub(crate) fn set(&mut self, mode: Mode, setting: Setting) {
        let slot = match mode {
            Mode::Runtime => &mut self.answer.runtime,
            Mode::DriverInit => &mut self.driverinit,
            Mode::Permanent => &mut self.answer.permanent,
        };
        *slot = Some(setting);
    }

    fn get(&self, mode: Mode) -> Option<&Setting> {
        match mode {
            Mode::Runtime => self.answer.runtime.as_ref(),
            Mode::DriverInit => self.driverinit.as_ref(),
            Mode::Permanent => self.answer.permanent.as_ref(),
        }
    }

    /// Writes a nest for each mode with a setting.
    pub(crate) fn fill(&self, out: &mut Writer<'_>) -> Result {
        for mode in Mode::ALL {
            let Some(setting) = self.get(mode) else {
                continue;
            };
            out.nest_noflag(attr::PARAM_VALUE, |out| {
                out.put(attr::PARAM_VALUE_CMODE, mode as u8)?;
                setting.value.put_data(out)?;
                match &setting.default {
                    Some(default) => default.put_default(out),
                    None => Ok(()),
                }
            })?;
        }
        Ok(())
    }
}
