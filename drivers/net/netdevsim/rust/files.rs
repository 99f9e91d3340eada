// SPDX-License-Identifier: GPL-2.0

//! Files in debugfs for variables, which show and take what those do that C makes for variables;
//! and the variables of a device that users set this way.

use crate::param::{
    MAX_MACS_DEFAULT,
    TEST1_DEFAULT,
    TEST2_DEFAULT, //
};

use kernel::{
    debugfs::{
        self,
        Dir,
        Text,
        TextFile, //
    },
    prelude::*,
    str::kstrtobool_bytes,
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};

/// A file as of `debugfs_create_bool()`.
pub(crate) struct Switch(Atomic<bool>);

impl Switch {
    pub(crate) fn new(on: bool) -> impl PinInit<Self, Error> {
        Ok::<_, Error>(Switch(Atomic::new(on)))
    }

    pub(crate) fn get(&self) -> bool {
        self.0.load(Relaxed)
    }

    pub(crate) fn set(&self, on: bool) {
        self.0.store(on, Relaxed);
    }
}

#[vtable]
impl Text for Switch {
    fn read(&self) -> Result<KVVec<u8>> {
        debugfs::text(fmt!("{}\n", if self.get() { "Y" } else { "N" }))
    }

    /// What is neither yes nor no changes nothing, and is no error.
    fn write(&self, text: &[u8]) -> Result {
        if let Ok(on) = kstrtobool_bytes(text) {
            self.set(on);
        }
        Ok(())
    }
}

/// A file as of `debugfs_create_u32()`.
pub(crate) struct Number(Atomic<u32>);

impl Number {
    /// As many bytes as are looked at.
    const LOOKED_AT: usize = 23;

    pub(crate) fn new(value: u32) -> impl PinInit<Self, Error> {
        Ok::<_, Error>(Number(Atomic::new(value)))
    }

    pub(crate) fn get(&self) -> u32 {
        self.0.load(Relaxed)
    }

    pub(crate) fn set(&self, value: u32) {
        self.0.store(value, Relaxed);
    }
}

#[vtable]
impl Text for Number {
    fn read(&self) -> Result<KVVec<u8>> {
        debugfs::text(fmt!("{}\n", self.get()))
    }

    fn write(&self, text: &[u8]) -> Result {
        let value = number(text.get(..Self::LOOKED_AT).unwrap_or(text))?;
        // CAST: Of a larger number the low bits are taken.
        self.set(value as u32);
        Ok(())
    }
}

/// What C's `kstrtoull()` makes of a text, whose base is in the text.
pub(crate) fn number(text: &[u8]) -> Result<u64> {
    let text = text.split(|&byte| byte == 0).next().unwrap_or(text);
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let text = text.strip_prefix(b"+").unwrap_or(text);
    let (base, digits) = match text {
        [] => return Err(EINVAL),
        [b'0', b'x' | b'X', digits @ ..] if !digits.is_empty() => (16, digits),
        [b'0', ..] => (8, text),
        _ => (10, text),
    };
    digits.iter().try_fold(0_u64, |value, &digit| {
        let digit = char::from(digit).to_digit(base).ok_or(EINVAL)?;
        let value = value.checked_mul(base.into()).ok_or(ERANGE)?;
        value.checked_add(digit.into()).ok_or(ERANGE)
    })
}

/// What users set of a device. It remains as long as the driver is bound.
#[pin_data]
pub(crate) struct Controls {
    /// Whether users are told how far a flash is.
    #[pin]
    pub(crate) fw_update_status: TextFile<Switch>,
    /// What users can have overwritten by a flash: a mask of `DEVLINK_FLASH_OVERWRITE_…`.
    #[pin]
    pub(crate) fw_update_overwrite_mask: TextFile<Number>,
    /// How long a flash takes for each of its pieces.
    #[pin]
    pub(crate) fw_update_flash_chunk_time_ms: TextFile<Number>,
    /// The parameter of that name, as the device last came up with it.
    #[pin]
    pub(crate) max_macs: TextFile<Number>,
    /// The parameter of that name, as the device last came up with it.
    #[pin]
    pub(crate) test1: TextFile<Switch>,
    /// The parameter of that name.
    #[pin]
    pub(crate) test2: TextFile<Number>,
    /// Whether reloads are refused.
    #[pin]
    pub(crate) dont_allow_reload: TextFile<Switch>,
    /// Whether the device does not come up in a reload.
    #[pin]
    pub(crate) fail_reload: TextFile<Switch>,
    /// Whether a group of traps cannot get another policer.
    #[pin]
    pub(crate) fail_trap_group_set: TextFile<Switch>,
    /// Whether a policer cannot be changed.
    #[pin]
    pub(crate) fail_trap_policer_set: TextFile<Switch>,
    /// Whether it is unknown what a policer dropped.
    #[pin]
    pub(crate) fail_trap_policer_counter_get: TextFile<Switch>,
    /// Whether it is unknown what was dropped by traps.
    #[pin]
    pub(crate) fail_trap_drop_counter_get: TextFile<Switch>,
}

impl Controls {
    /// Those of a device whose folder that is.
    pub(crate) fn new(folder: &Dir) -> impl PinInit<Self, Error> + '_ {
        let off = |name: &'static CStr| folder.text_file(name, Switch::new(false));
        try_pin_init!(Self {
            fw_update_status <- folder.text_file(c"fw_update_status", Switch::new(true)),
            fw_update_overwrite_mask <-
                folder.text_file(c"fw_update_overwrite_mask", Number::new(0)),
            fw_update_flash_chunk_time_ms <-
                folder.text_file(c"fw_update_flash_chunk_time_ms", Number::new(100)),
            max_macs <- folder.text_file(c"max_macs", Number::new(MAX_MACS_DEFAULT)),
            test1 <- folder.text_file(c"test1", Switch::new(TEST1_DEFAULT)),
            test2 <- folder.text_file(c"test2", Number::new(TEST2_DEFAULT)),
            dont_allow_reload <- off(c"dont_allow_reload"),
            fail_reload <- off(c"fail_reload"),
            fail_trap_group_set <- off(c"fail_trap_group_set"),
            fail_trap_policer_set <- off(c"fail_trap_policer_set"),
            fail_trap_policer_counter_get <- off(c"fail_trap_policer_counter_get"),
            fail_trap_drop_counter_get <- off(c"fail_trap_drop_counter_get"),
        }? Error)
    }
}
