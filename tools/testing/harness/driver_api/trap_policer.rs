// SPDX-License-Identifier: GPL-2.0
// error: E0080: a policer's rate at first is one that users could set
use kernel::devlink_traps;

devlink_traps! {
    enum Policer: policers {
        Slow = 1, rate(9_000, 1..=8_000), burst(128, 8..=65_536);
    }
}
