// SPDX-License-Identifier: GPL-2.0

//! What ethtool asks devlink on behalf of drivers that have no ethtool callbacks for it.
//!
//! The caller has a memory reference and nothing more: the instance may not be registered yet, or
//! no longer. So these enter like commands do.

use super::instance::devlink_ref;

use kernel::{
    bindings,
    error::from_result,
    prelude::*, //
};

/// Appends `text` to the terminated string in `buf` as far as there is room (`strlcat()`).
fn append(buf: &mut [u8], text: &[u8]) {
    let Some(end) = buf.iter().position(|byte| *byte == 0) else {
        return;
    };
    let Some((terminator, room)) = buf.get_mut(end..).and_then(|rest| rest.split_last_mut()) else {
        return;
    };
    *terminator = 0;
    let len = text.len().min(room.len());
    for (to, from) in room.iter_mut().zip(text) {
        *to = *from;
    }
    if let Some(after) = room.get_mut(len) {
        *after = 0;
    }
}

/// Appends the versions of what runs on the device to the string in `buf`, each followed by a
/// blank (`ethtool -i`).
///
/// # Safety
///
/// `devlink` is valid, registered or not; `buf` has `len` bytes, a terminated string in them, that
/// only the caller uses.
#[export]
pub unsafe extern "C" fn devlink_compat_running_version(
    devlink: *mut bindings::devlink,
    buf: *mut c_char,
    len: usize,
) {
    // SAFETY: The caller promises that the instance is valid, and `len` bytes that nobody else
    // uses.
    let (devlink, buf) = unsafe {
        (
            devlink_ref(devlink),
            core::slice::from_raw_parts_mut(buf.cast::<u8>(), len),
        )
    };
    // Whatever is wrong, ethtool shows the rest.
    if let Ok(versions) = devlink.running_versions() {
        append(buf, &versions);
    }
}

/// Flashes the file of this name (`ethtool -f`).
///
/// # Safety
///
/// `devlink` is valid, registered or not; `file_name` is a terminated string.
#[export]
pub unsafe extern "C" fn devlink_compat_flash_update(
    devlink: *mut bindings::devlink,
    file_name: *const c_char,
) -> c_int {
    from_result(|| {
        // SAFETY: The caller promises that the instance is valid, and the file's name a string.
        let (devlink, file_name) =
            unsafe { (devlink_ref(devlink), CStr::from_char_ptr(file_name)) };
        devlink.flash_file(file_name)?;
        Ok(0)
    })
}
