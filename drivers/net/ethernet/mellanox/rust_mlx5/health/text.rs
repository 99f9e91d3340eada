// SPDX-License-Identifier: GPL-2.0

//! What the health buffer means.

use crate::{
    card::Card,
    segment::{
        ASSERT_CALLRA,
        ASSERT_EXIT_PTR,
        HEALTH_FW_VER,
        HEALTH_HW_ID,
        HEALTH_SEVERITY,
        HEALTH_SYNDROME,
        HEALTH_TIME, //
    }, //
};

use kernel::prelude::*;

/// Levels of the kernel's log.
const ERROR: u8 = 3;
const WARNING: u8 = 4;

/// What a syndrome says (`hsynd_str()`).
pub(super) fn of_syndrome(syndrome: u8) -> &'static CStr {
    match syndrome {
        0x1 => c"firmware internal error",
        0x7 => c"irisc not responding",
        0x8 => c"unrecoverable hardware error",
        0x9 => c"firmware CRC error",
        0xa => c"ICM fetch PCI error",
        0xb => c"HW fatal error\n",
        0xc => c"async EQ buffer overrun",
        0xd => c"EQ error",
        0xe => c"Invalid EQ referenced",
        0xf => c"FFSER error",
        0x10 => c"High temperature",
        0x12 => c"ICM fetch PCI data poisoned error",
        0x13 => c"Trust lockdown error",
        _ => c"unrecognized error",
    }
}

/// How bad it is, as a level of the kernel's log (`mlx5_health_get_severity()`).
pub(super) fn severity(register: HEALTH_SEVERITY) -> u8 {
    if register.severity_valid() {
        // CAST: The field has three bits.
        register.severity().get() as u8
    } else {
        ERROR
    }
}

fn of_level(level: u8) -> &'static str {
    match level {
        0 => "EMERGENCY",
        1 => "ALERT",
        2 => "CRITICAL",
        ERROR => "ERROR",
        WARNING => "WARNING",
        5 => "NOTICE",
        6 => "INFO",
        7 => "DEBUG",
        _ => "Unknown log level",
    }
}

/// Logs a line of that level, or of one that is not far from it.
macro_rules! log {
    ($dev:expr, $level:expr, $($text:tt)*) => {
        match $level {
            0..=ERROR => dev_err!($dev, $($text)*),
            WARNING => dev_warn!($dev, $($text)*),
            _ => dev_info!($dev, $($text)*),
        }
    };
}

/// Logs the health buffer, if the firmware complains about something (`print_health_info()`).
pub(super) fn print(card: &Card<'_>) {
    let (dev, segment) = (card.dev.as_ref(), &card.segment);
    let syndrome: HEALTH_SYNDROME = segment.read();
    // CAST: The fields have 8 bits.
    let synd = syndrome.synd().get() as u8;
    if synd == 0 {
        return;
    }
    if segment.is_gone() {
        dev_err!(dev, "PCI slot is unavailable\n");
        return;
    }
    let register: HEALTH_SEVERITY = segment.read();
    let level = severity(register);
    let text = of_syndrome(synd);
    log!(
        dev,
        level,
        "Health issue observed, {}, severity({}) {}:\n",
        text,
        level,
        of_level(level)
    );
    for (number, word) in segment.assert_vars().iter().enumerate() {
        log!(dev, level, "assert_var[{}] 0x{:08x}\n", number, word);
    }
    let exit = segment.read::<ASSERT_EXIT_PTR>().into_raw();
    log!(dev, level, "assert_exit_ptr 0x{:08x}\n", exit);
    let caller = segment.read::<ASSERT_CALLRA>().into_raw();
    log!(dev, level, "assert_callra 0x{:08x}\n", caller);
    log!(dev, level, "fw_ver {}\n", segment.firmware_revision());
    let time = segment.read::<HEALTH_TIME>().into_raw();
    log!(dev, level, "time {}\n", time);
    let hardware = segment.read::<HEALTH_HW_ID>().into_raw();
    log!(dev, level, "hw_id 0x{:08x}\n", hardware);
    log!(dev, level, "rfr {}\n", u8::from(register.rfr()));
    log!(dev, level, "crr {}\n", u8::from(register.crr()));
    log!(dev, level, "severity {} ({})\n", level, of_level(level));
    let index = syndrome.irisc_index().get();
    log!(dev, level, "irisc_index {}\n", index);
    log!(dev, level, "synd 0x{:x}: {}\n", synd, text);
    log!(dev, level, "ext_synd 0x{:04x}\n", syndrome.ext_synd().get());
    let version = segment.read::<HEALTH_FW_VER>().into_raw();
    log!(dev, level, "raw fw_ver 0x{:08x}\n", version);
    if register.crr() {
        dev_warn!(dev, "Cold reset is required\n");
    }
}
