// SPDX-License-Identifier: GPL-2.0

//! `struct devlink_info_req`: the driver is asked what it knows about the device.

use super::ops::{
    Ops,
    MISSING, //
};

use crate::{
    generated::attr,
    instance::DriverLocked, //
};

use kernel::{
    bindings,
    error::{
        from_result,
        to_result, //
    },
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
    Describe(&'a mut Writer<'b>),
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
enum Version {
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
    fn text(&mut self, attr: Attr<Str>, text: &CStr) -> Result {
        match self {
            InfoRequest::Describe(out) => out.put(attr, text),
            InfoRequest::FindComponent { .. } | InfoRequest::RunningVersions(_) => Ok(()),
        }
    }

    /// The driver tells a version; an empty one says no more than that the component exists.
    fn version(
        &mut self,
        kind: Version,
        name: &CStr,
        value: &CStr,
        version_type: bindings::devlink_info_version_type,
    ) -> Result {
        match self {
            InfoRequest::Describe(_) if value.is_empty() => Ok(()),
            InfoRequest::Describe(out) => out.nest_noflag(kind.attr(), |out| {
                out.put(attr::INFO_VERSION_NAME, name)?;
                out.put(attr::INFO_VERSION_VALUE, value)
            }),
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

impl Ops {
    /// Whether the driver can be asked about the device.
    pub(crate) fn answers_info(self) -> bool {
        self.table().info_get.is_some()
    }

    /// Asks the driver about the device.
    pub(crate) fn info_get(
        self,
        devlink: DriverLocked<'_>,
        request: &mut InfoRequest<'_, '_>,
        extack: Extack<'_>,
    ) -> Result {
        let callback = self.table().info_get.ok_or(MISSING)?;
        // SAFETY: The instance is valid and its driver lock held; the driver's table promises
        // that the callback may then be called. Drivers use the request during the call only, and
        // only to pass it to the functions below.
        to_result(unsafe {
            callback(
                devlink.as_raw(),
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

/// # Safety
///
/// `req` is the request of an `info_get` callback that is running, `text` a terminated string.
unsafe fn put_text(
    req: *mut bindings::devlink_info_req,
    attr: Attr<Str>,
    text: *const c_char,
) -> c_int {
    from_result(|| {
        // SAFETY: By the safety requirements; the request is an `InfoRequest` that nobody else
        // uses while the callback runs.
        let (request, text) = unsafe {
            (
                &mut *req.cast::<InfoRequest<'_, '_>>(),
                CStr::from_char_ptr(text),
            )
        };
        request.text(attr, text)?;
        Ok(0)
    })
}

/// # Safety
///
/// `req` is the request of an `info_get` callback that is running, `name` and `value` are
/// terminated strings.
unsafe fn put_version(
    req: *mut bindings::devlink_info_req,
    kind: Version,
    name: *const c_char,
    value: *const c_char,
    version_type: bindings::devlink_info_version_type,
) -> c_int {
    from_result(|| {
        // SAFETY: As in `put_text()`.
        let (request, name, value) = unsafe {
            (
                &mut *req.cast::<InfoRequest<'_, '_>>(),
                CStr::from_char_ptr(name),
                CStr::from_char_ptr(value),
            )
        };
        request.version(kind, name, value, version_type)?;
        Ok(0)
    })
}

/// No more is said about the version than its name and value.
const PLAIN: bindings::devlink_info_version_type =
    bindings::devlink_info_version_type_DEVLINK_INFO_VERSION_TYPE_NONE;

/// Tells the device's serial number.
///
/// # Safety
///
/// `req` is the request of an `info_get` callback that is running, `sn` a terminated string.
#[export]
pub unsafe extern "C" fn devlink_info_serial_number_put(
    req: *mut bindings::devlink_info_req,
    sn: *const c_char,
) -> c_int {
    // SAFETY: By the safety requirements.
    unsafe { put_text(req, attr::INFO_SERIAL_NUMBER, sn) }
}

/// Tells the board's serial number.
///
/// # Safety
///
/// `req` is the request of an `info_get` callback that is running, `bsn` a terminated string.
#[export]
pub unsafe extern "C" fn devlink_info_board_serial_number_put(
    req: *mut bindings::devlink_info_req,
    bsn: *const c_char,
) -> c_int {
    // SAFETY: By the safety requirements.
    unsafe { put_text(req, attr::INFO_BOARD_SERIAL_NUMBER, bsn) }
}

/// Tells a version that never changes.
///
/// # Safety
///
/// `req` is the request of an `info_get` callback that is running, the others are terminated
/// strings.
#[export]
pub unsafe extern "C" fn devlink_info_version_fixed_put(
    req: *mut bindings::devlink_info_req,
    version_name: *const c_char,
    version_value: *const c_char,
) -> c_int {
    // SAFETY: By the safety requirements.
    unsafe { put_version(req, Version::Fixed, version_name, version_value, PLAIN) }
}

/// Tells the version of something in the device's flash memory.
///
/// # Safety
///
/// As for [`devlink_info_version_fixed_put`].
#[export]
pub unsafe extern "C" fn devlink_info_version_stored_put(
    req: *mut bindings::devlink_info_req,
    version_name: *const c_char,
    version_value: *const c_char,
) -> c_int {
    // SAFETY: By the safety requirements.
    unsafe { put_version(req, Version::Stored, version_name, version_value, PLAIN) }
}

/// Tells the version of something in the device's flash memory, and whether it can be flashed.
///
/// # Safety
///
/// As for [`devlink_info_version_fixed_put`].
#[export]
pub unsafe extern "C" fn devlink_info_version_stored_put_ext(
    req: *mut bindings::devlink_info_req,
    version_name: *const c_char,
    version_value: *const c_char,
    version_type: bindings::devlink_info_version_type,
) -> c_int {
    // SAFETY: By the safety requirements.
    unsafe {
        put_version(
            req,
            Version::Stored,
            version_name,
            version_value,
            version_type,
        )
    }
}

/// Tells the version of something that runs on the device.
///
/// # Safety
///
/// As for [`devlink_info_version_fixed_put`].
#[export]
pub unsafe extern "C" fn devlink_info_version_running_put(
    req: *mut bindings::devlink_info_req,
    version_name: *const c_char,
    version_value: *const c_char,
) -> c_int {
    // SAFETY: By the safety requirements.
    unsafe { put_version(req, Version::Running, version_name, version_value, PLAIN) }
}

/// Tells the version of something that runs on the device, and whether it can be flashed.
///
/// # Safety
///
/// As for [`devlink_info_version_fixed_put`].
#[export]
pub unsafe extern "C" fn devlink_info_version_running_put_ext(
    req: *mut bindings::devlink_info_req,
    version_name: *const c_char,
    version_value: *const c_char,
    version_type: bindings::devlink_info_version_type,
) -> c_int {
    // SAFETY: By the safety requirements.
    unsafe {
        put_version(
            req,
            Version::Running,
            version_name,
            version_value,
            version_type,
        )
    }
}
