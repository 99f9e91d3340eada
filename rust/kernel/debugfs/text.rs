// SPDX-License-Identifier: GPL-2.0

//! Files with text that is made when they are opened.

use super::Dir;

use crate::{
    error::VTABLE_DEFAULT_ERROR,
    fmt,
    page::PAGE_SIZE,
    prelude::*,
    str::CString, //
};

#[cfg(CONFIG_DEBUG_FS)]
use super::owned::Owned;

#[cfg(CONFIG_DEBUG_FS)]
use crate::{
    error::{
        from_result,
        to_result, //
    },
    fs::file::flags,
    module::this_module,
    types::ForeignOwnable,
    uaccess::{
        UserPtr,
        UserSlice, //
    }, //
};

#[cfg(CONFIG_DEBUG_FS)]
use core::mem::MaybeUninit;
use core::{
    marker::PhantomPinned,
    ops::Deref, //
};

/// What was written, if it is no longer, is read to the stack.
#[cfg(CONFIG_DEBUG_FS)]
const MAX_LINE: usize = 256;

/// What is behind a [`TextFile`]. The file can be read if there is [`read`](Self::read), and
/// written to if there is [`write`](Self::write): its mode is 0400, 0200 or 0600.
///
/// Both are called in the context of the user and may sleep; no lock is held. Any number of them
/// run at once.
///
/// What borrows is for subsystems that own their drivers' files, as devlink's
/// [`Bringup::text_file`](crate::net::devlink::Bringup::text_file).
#[vtable]
pub trait Text: Send + Sync {
    /// As many bytes as can be written at once; more is `EINVAL`.
    const MAX_WRITE: usize = PAGE_SIZE;

    /// A user opens the file for reading, and will see this text, whole, and only this. So an
    /// implementation can give away what it has collected.
    fn read(&self) -> Result<KVVec<u8>> {
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// A user wrote `text`, as a rule with a newline at its end.
    fn write(&self, text: &[u8]) -> Result {
        let _ = text;
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// What [`Text::read`] can return.
pub fn text(arguments: fmt::Arguments<'_>) -> Result<KVVec<u8>> {
    let mut text = KVVec::new();
    text.extend_from_slice(CString::try_from_fmt(arguments)?.to_bytes(), GFP_KERNEL)?;
    Ok(text)
}

/// A file with text. It dereferences to its [`Text`].
///
/// Dropping it removes the file, and waits for callbacks that run; then the [`Text`] is dropped. So
/// it must not be dropped in one, nor with a lock held that one takes. While a user has the file
/// open, the module that it is from cannot be unloaded.
#[pin_data]
pub struct TextFile<T: Text> {
    // Removed before `data` is dropped, by order of declaration.
    #[cfg(CONFIG_DEBUG_FS)]
    entry: Owned,
    #[pin]
    data: T,
    #[pin]
    _pin: PhantomPinned,
}

impl Dir {
    /// Creates a file with text in this folder. May sleep.
    ///
    /// As with all in debugfs, a failure is not reported: then there is no file.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::{
    ///     debugfs::{
    ///         self,
    ///         Dir, //
    ///     },
    ///     prelude::*,
    ///     sync::atomic::{
    ///         Atomic,
    ///         Relaxed, //
    ///     }, //
    /// };
    ///
    /// /// `Y` or `N`, as of `debugfs_create_bool()`.
    /// struct Switch(Atomic<bool>);
    ///
    /// #[vtable]
    /// impl debugfs::Text for Switch {
    ///     fn read(&self) -> Result<KVVec<u8>> {
    ///         debugfs::text(fmt!("{}\n", if self.0.load(Relaxed) { "Y" } else { "N" }))
    ///     }
    ///
    ///     fn write(&self, text: &[u8]) -> Result {
    ///         self.0.store(kernel::str::kstrtobool_bytes(text)?, Relaxed);
    ///         Ok(())
    ///     }
    /// }
    ///
    /// let folder = Dir::new(c"doctest_text");
    /// let switch = Ok::<_, Error>(Switch(Atomic::new(false)));
    /// let file = KBox::pin_init(folder.text_file(c"fail_reload", switch), GFP_KERNEL)?;
    /// debugfs::Text::write(&**file, b"1\n")?;
    /// assert_eq!(debugfs::Text::read(&**file)?.as_slice(), b"Y\n");
    /// # Ok::<(), Error>(())
    /// ```
    pub fn text_file<'a, T: Text + 'static>(
        &'a self,
        name: &'a CStr,
        data: impl PinInit<T, Error> + 'a,
    ) -> impl PinInit<TextFile<T>, Error> + 'a {
        // SAFETY: The text borrows nothing that could end.
        unsafe { self.text_file_borrowing(name, data) }
    }

    /// As [`text_file`](Self::text_file), for a text that borrows: for subsystems that own their
    /// drivers' files.
    ///
    /// # Safety
    ///
    /// The file is dropped before a lifetime in `T` ends. So nobody may be able to forget it, as
    /// every owner in safe code is.
    pub(crate) unsafe fn text_file_borrowing<'a, T: Text + 'a>(
        &'a self,
        name: &'a CStr,
        data: impl PinInit<T, Error> + 'a,
    ) -> impl PinInit<TextFile<T>, Error> + 'a {
        try_pin_init!(TextFile {
            #[cfg(CONFIG_DEBUG_FS)]
            entry: Owned::none(self),
            data <- data,
            _pin: PhantomPinned,
        }? Error)
        .pin_chain(move |this| {
            #[cfg(not(CONFIG_DEBUG_FS))]
            let _ = (name, this);
            #[cfg(CONFIG_DEBUG_FS)]
            {
                let data: *const T = &this.data;
                // SAFETY: The function returns null, an error or a new file in that folder. The
                // operations are static, and want a pointer to a `T` that is valid until the file
                // is removed: `data` is pinned, and is dropped after `entry`.
                let entry = unsafe {
                    Owned::new(self, |parent| {
                        bindings::debugfs_create_file_full(
                            name.as_char_ptr(),
                            TextFile::<T>::MODE,
                            parent,
                            data.cast_mut().cast(),
                            core::ptr::null(),
                            &const { TextFile::<T>::OPERATIONS },
                        )
                    })
                };
                *this.project().entry = entry;
            }
            Ok(())
        })
    }
}

impl<T: Text> Deref for TextFile<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.data
    }
}

#[cfg(CONFIG_DEBUG_FS)]
impl<T: Text> TextFile<T> {
    const MODE: u16 = match (T::HAS_READ, T::HAS_WRITE) {
        (true, true) => 0o600,
        (true, false) => 0o400,
        (false, true) => 0o200,
        (false, false) => panic!("a text has read() or write()"),
    };

    const OPERATIONS: bindings::file_operations = bindings::file_operations {
        // An open file has a pointer to this constant, also when it was removed.
        owner: this_module::<T::OwnerModule>().as_ptr(),
        open: Some(Self::open),
        read: if T::HAS_READ { Some(read) } else { None },
        write: if T::HAS_WRITE {
            Some(Self::write)
        } else {
            None
        },
        release: Some(release),
        ..pin_init::zeroed()
    };

    /// Makes the text, and has the file keep it.
    ///
    /// # Safety
    ///
    /// Only to be called by debugfs, for a file with these operations.
    unsafe extern "C" fn open(inode: *mut bindings::inode, file: *mut bindings::file) -> c_int {
        from_result(|| {
            // SAFETY: Both are valid.
            to_result(unsafe { bindings::nonseekable_open(inode, file) })?;
            // SAFETY: Both are valid, and nobody else uses the file yet. debugfs does not remove it
            // meanwhile, so that the data is there.
            let data = unsafe { &*(*inode).i_private.cast::<T>() };
            // SAFETY: The file is valid.
            let access = unsafe { (*file).f_flags } & flags::O_ACCMODE;
            if T::HAS_READ && access != flags::O_WRONLY {
                let text = KBox::new(data.read()?, GFP_KERNEL)?;
                // SAFETY: The file is valid, and nobody else uses it yet.
                unsafe { (*file).private_data = text.into_foreign().cast() };
            }
            Ok(0)
        })
    }

    /// # Safety
    ///
    /// Only to be called by debugfs, for a file with these operations.
    unsafe extern "C" fn write(
        file: *mut bindings::file,
        from: *const c_char,
        count: usize,
        _: *mut bindings::loff_t,
    ) -> isize {
        if !T::HAS_WRITE {
            return 0;
        }
        // SAFETY: The file is valid. debugfs does not remove it meanwhile: the data is there.
        let data = unsafe { &*(*(*file).f_inode).i_private.cast::<T>() };
        let write = || {
            if count > T::MAX_WRITE {
                return Err(EINVAL);
            }
            let from = UserSlice::new(UserPtr::from_ptr(from.cast_mut().cast()), count);
            let mut line = [MaybeUninit::uninit(); MAX_LINE];
            if let Some(line) = line.get_mut(..count) {
                from.reader().read_raw(line)?;
                // SAFETY: All of it was written.
                return data.write(unsafe { &*(core::ptr::from_ref(line) as *const [u8]) });
            }
            let mut text = KVVec::new();
            from.read_all(&mut text, GFP_KERNEL)?;
            data.write(&text)
        };
        match write() {
            // CAST: The kernel writes at most `MAX_RW_COUNT` at once.
            Ok(()) => count as isize,
            Err(error) => error.to_errno() as isize,
        }
    }
}

/// # Safety
///
/// Only to be called by debugfs, for a file that [`TextFile::open`] was called for.
#[cfg(CONFIG_DEBUG_FS)]
unsafe extern "C" fn read(
    file: *mut bindings::file,
    to: *mut c_char,
    count: usize,
    position: *mut bindings::loff_t,
) -> isize {
    // SAFETY: The file is valid. What it keeps does not change until it is released.
    let text = unsafe { (*file).private_data };
    if text.is_null() {
        return 0;
    }
    // SAFETY: `open` put it there.
    let text = unsafe { KBox::<KVVec<u8>>::borrow(text.cast()) };
    // SAFETY: The position is valid, and the text has that many bytes.
    unsafe {
        bindings::simple_read_from_buffer(
            to.cast(),
            count,
            position,
            text.as_ptr().cast(),
            text.len(),
        )
    }
}

/// Frees the text.
///
/// # Safety
///
/// Only to be called by debugfs, for a file that [`TextFile::open`] was called for.
#[cfg(CONFIG_DEBUG_FS)]
unsafe extern "C" fn release(_: *mut bindings::inode, file: *mut bindings::file) -> c_int {
    // SAFETY: The file is valid, and this is the last use of it.
    let text = unsafe { (*file).private_data };
    if !text.is_null() {
        // SAFETY: `open` put it there.
        drop(unsafe { KBox::<KVVec<u8>>::from_foreign(text.cast()) });
    }
    0
}
