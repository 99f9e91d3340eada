// SPDX-License-Identifier: GPL-2.0

//! Names of objects, made by the module or by an event.

use kernel::{
    fmt,
    prelude::*,
    str::NullTerminatedFormatter, //
};

/// A name of up to 31 bytes. It is compared byte by byte, and can be the key of a group.
#[derive(Copy, Clone, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Name([u8; Name::SIZE]);

impl Name {
    /// With the zero at the end.
    const SIZE: usize = 32;

    /// The name that an event gives.
    pub(crate) fn new(text: &[u8]) -> Result<Self> {
        if text.len() >= Self::SIZE || text.contains(&0) {
            return Err(EINVAL);
        }
        let mut bytes = [0; Self::SIZE];
        bytes[..text.len()].copy_from_slice(text);
        Ok(Name(bytes))
    }

    /// A name that is made of parts.
    pub(crate) fn format(parts: fmt::Arguments<'_>) -> Result<Self> {
        let mut bytes = [0; Self::SIZE];
        let mut out = NullTerminatedFormatter::new(&mut bytes).ok_or(EINVAL)?;
        fmt::Write::write_fmt(&mut out, parts)?;
        Ok(Name(bytes))
    }

    /// The name as C has it.
    pub(crate) fn as_cstr(&self) -> &CStr {
        CStr::from_bytes_until_nul(&self.0).unwrap_or(c"")
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_cstr(), f)
    }
}
