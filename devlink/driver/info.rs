// SPDX-License-Identifier: GPL-2.0

//! The call that has the driver tell its versions, and what it writes them to.

use super::{
    access::LockedOps,
    ops::{
        Ops,
        MISSING, //
    },
};

use crate::generated::attr;

use kernel::{
    bindings,
    error::to_result,
    net::netlink::{
        attr::{
            Attr,
            Nest,
            Str, //
        },
        extack::Extack,
        writer::Writer, //
    },
    prelude::*, //
};

use core::ptr;

/// What the driver is asked (`struct devlink_info_req`, which drivers only pass back).
///
/// The driver always tells all it knows; this is what becomes of it.
pub(crate) enum InfoRequest<'a, 'b> {
    /// It is written into a message.
    Describe {
        /// The message.
        out: &'a mut Writer<'b>,
        /// Whether something did not fit. Kept beside what the driver answers in the end, which may
        /// be the same error for another reason.
        is_full: &'a mut bool,
    },
    /// It is searched for a component of this name that can be flashed.
    FindComponent {
        /// The name.
        name: &'a CStr,
        /// Whether the driver spoke of it.
        found: bool,
    },
    /// The running versions are collected, each followed by a blank.
    RunningVersions(KVec<u8>),
}

/// What a version is the version of.
#[derive(Copy, Clone, PartialEq, Eq)]
pub(crate) enum Version {
    /// Of the hardware, which never changes.
    Fixed,
    /// Of what runs.
    Running,
    /// Of what will run after the next reset.
    Stored,
}

impl Version {
    fn attr(self) -> Attr<Nest> {
        match self {
            Version::Fixed => attr::INFO_VERSION_FIXED,
            Version::Running => attr::INFO_VERSION_RUNNING,
            Version::Stored => attr::INFO_VERSION_STORED,
        }
    }
}

impl InfoRequest<'_, '_> {
    /// The driver tells something other than a version.
    pub(crate) fn text(&mut self, attr: Attr<Str>, text: &CStr) -> Result {
        match self {
            InfoRequest::Describe { out, is_full } => {
                out.put(attr, text).inspect_err(|_| **is_full = true)
            }
            InfoRequest::FindComponent { .. } | InfoRequest::RunningVersions(_) => Ok(()),
        }
    }

    /// The driver tells a version; an empty one says no more than that the component exists.
    pub(crate) fn version(
        &mut self,
        kind: Version,
        name: &CStr,
        value: &CStr,
        version_type: bindings::devlink_info_version_type,
    ) -> Result {
        match self {
            InfoRequest::Describe { .. } if value.is_empty() => Ok(()),
            InfoRequest::Describe { out, is_full } => out
                .nest_noflag(kind.attr(), |out| {
                    out.put(attr::INFO_VERSION_NAME, name)?;
                    out.put(attr::INFO_VERSION_VALUE, value)
                })
                .inspect_err(|_| **is_full = true),
            InfoRequest::FindComponent {
                name: wanted,
                found,
            } => {
                let can_be_flashed = version_type
                    == bindings::devlink_info_version_type_DEVLINK_INFO_VERSION_TYPE_COMPONENT;
                *found |= can_be_flashed && *wanted == name;
                Ok(())
            }
            InfoRequest::RunningVersions(text) => {
                if kind == Version::Running && !value.is_empty() {
                    text.extend_from_slice(value.to_bytes(), GFP_KERNEL)?;
                    text.push(b' ', GFP_KERNEL)?;
                }
                Ok(())
            }
        }
    }
}

impl Ops<'_> {
    /// Whether the driver can be asked about the device.
    pub(crate) fn answers_info(self) -> bool {
        self.table().info_get.is_some()
    }
}

impl LockedOps<'_> {
    /// Asks the driver about the device.
    pub(crate) fn info_get(self, request: &mut InfoRequest<'_, '_>, extack: Extack<'_>) -> Result {
        let callback = self.table().info_get.ok_or(MISSING)?;
        // SAFETY: The instance is valid and its instance lock held; the driver's table promises
        // that the callback may then be called. Drivers use the request during the call only, and
        // only to pass it to the functions of `capi::info`, which take it for what it is.
        to_result(unsafe {
            callback(
                self.devlink().as_raw(),
                ptr::from_mut(request).cast(),
                extack.as_raw(),
            )
        })
    }
}

/// A copy of what was written to `out` behind its first `start` bytes.
pub(crate) fn written_since(out: &mut Writer<'_>, start: usize) -> Result<KVec<u8>> {
    let len = out.len();
    let skb = out.as_raw();
    // SAFETY: The writer owns the buffer, which holds `len` initialised bytes from `data` on:
    // netlink buffers are linear.
    let bytes = unsafe { core::slice::from_raw_parts((*skb).data, len) };
    let mut copy = KVec::new();
    copy.extend_from_slice(bytes.get(start..).unwrap_or(&[]), GFP_KERNEL)?;
    Ok(copy)
}
