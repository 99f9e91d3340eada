// SPDX-License-Identifier: GPL-2.0

//! Symbolic links, and folders for parts of a driver that are in C.

use super::Dir;

use crate::prelude::*;

#[cfg(CONFIG_DEBUG_FS)]
use core::ptr;

/// Something in a folder, removed when this is dropped; that waits for those who use it.
///
/// # Invariants
///
/// The pointer is null, an error, or of an entry in the folder that only this removes.
#[cfg(CONFIG_DEBUG_FS)]
pub(super) struct Owned {
    dentry: *mut bindings::dentry,
    /// Removed later: then what is in it would go with it.
    _parent: Dir,
}

#[cfg(CONFIG_DEBUG_FS)]
impl Owned {
    /// What `create` makes in a folder, which may return null or an error.
    ///
    /// # Safety
    ///
    /// What `create` returns otherwise is an entry in the folder that it is given, and that nobody
    /// else removes.
    pub(super) unsafe fn new(
        parent: &Dir,
        create: impl FnOnce(*mut bindings::dentry) -> *mut bindings::dentry,
    ) -> Self {
        let folder = parent.as_raw();
        // INVARIANT: The caller vouches for what `create` returns; without a folder it is null.
        Owned {
            // A null pointer would mean the root.
            dentry: if folder.is_null() {
                folder
            } else {
                create(folder)
            },
            _parent: parent.clone(),
        }
    }

    /// Nothing.
    pub(super) fn none(parent: &Dir) -> Self {
        // INVARIANT: The pointer is null.
        Owned {
            dentry: ptr::null_mut(),
            _parent: parent.clone(),
        }
    }
}

#[cfg(CONFIG_DEBUG_FS)]
impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: It is null, an error, or an entry that was not removed yet: nobody else does, and
        // the folder, with which it would go, is kept by `_parent`.
        unsafe { bindings::debugfs_remove(self.dentry) };
    }
}

// SAFETY: An entry can be removed by any thread.
#[cfg(CONFIG_DEBUG_FS)]
unsafe impl Send for Owned {}

// SAFETY: It has no method that takes a reference.
#[cfg(CONFIG_DEBUG_FS)]
unsafe impl Sync for Owned {}

/// A symbolic link, which is removed when this is dropped.
pub struct Symlink {
    #[cfg(CONFIG_DEBUG_FS)]
    _entry: Owned,
}

impl Dir {
    /// Creates a symbolic link in this folder (`debugfs_create_symlink()`). May sleep.
    ///
    /// As with all in debugfs, a failure is not reported: then there is no link.
    ///
    /// # Examples
    ///
    /// ```
    /// # use kernel::debugfs::Dir;
    /// let nic = Dir::new(c"doctest_nic");
    /// let ports = nic.subdir(c"ports");
    /// // `doctest_nic/ports/dev` is `doctest_nic`, until `link` is dropped.
    /// let link = ports.symlink(c"dev", c"..");
    /// ```
    pub fn symlink(&self, name: &CStr, target: &CStr) -> Symlink {
        #[cfg(not(CONFIG_DEBUG_FS))]
        let _ = (name, target);
        Symlink {
            // SAFETY: The function returns null, an error or a new link in that folder. It copies
            // both strings.
            #[cfg(CONFIG_DEBUG_FS)]
            _entry: unsafe {
                Owned::new(self, |parent| {
                    bindings::debugfs_create_symlink(
                        name.as_char_ptr(),
                        parent,
                        target.as_char_ptr(),
                    )
                })
            },
        }
    }

    /// The folder, for a part of the driver that is in C: an error or a valid entry, as long as
    /// there is a clone of this.
    ///
    /// Or null, if there was no memory or is no debugfs. Then C must not create anything either,
    /// for null is the root there.
    pub fn as_raw(&self) -> *mut bindings::dentry {
        #[cfg(CONFIG_DEBUG_FS)]
        let entry = self
            .0
            .as_ref()
            .map_or(ptr::null_mut(), |entry| entry.as_ptr());
        #[cfg(not(CONFIG_DEBUG_FS))]
        let entry = core::ptr::null_mut();
        entry
    }
}
