// SPDX-License-Identifier: GPL-2.0

//! Values that no dump shows and no enum lists, but that make requests mean something.

/// Numbers, by attribute; they are cut to the attribute's size.
pub const NUMBERS: &[(&str, &[u64])] = &[
    ("port-index", &[0, 1, 2, 77, 128, 129, 0xffff_ffff]),
    ("port-split-count", &[0, 1, 2, 3, 4, 8, 1000]),
    ("port-pci-pf-number", &[0, 1]),
    ("port-pci-sf-number", &[0, 5, 88]),
    ("port-controller-number", &[0, 1]),
    ("region-snapshot-id", &[0, 1, 2, 3, 50, 0xffff_ffff]),
    (
        "region-chunk-addr",
        &[0, 1, 255, 256, 300, 4096, 32767, 32768, 1 << 40, u64::MAX],
    ),
    (
        "region-chunk-len",
        &[0, 1, 16, 256, 300, 4096, 32768, 1 << 33, u64::MAX],
    ),
    // Nothing between these, because the outcome would depend on how fast the machine is.
    ("health-reporter-graceful-period", &[0, 3_600_000, u64::MAX]),
    ("health-reporter-burst-period", &[0, 3_600_000, u64::MAX]),
    ("health-reporter-auto-recover", &[0, 1, 2, 255]),
    ("health-reporter-auto-dump", &[0, 1, 2, 255]),
    ("resource-size", &[0, 10, 20, 64, 100, 1 << 20, u64::MAX]),
    ("rate-tx-share", &[0, 125_000, 1_250_000, 77, u64::MAX]),
    ("rate-tx-max", &[0, 125_000, 12_500_000, 77, u64::MAX]),
    ("rate-tx-priority", &[0, 1, 7, 0xffff_ffff]),
    ("rate-tx-weight", &[0, 1, 7, 0xffff_ffff]),
    ("trap-policer-id", &[0, 1, 2, 3, 9]),
    ("trap-policer-rate", &[0, 1, 1500, 8000, 8001, u64::MAX]),
    (
        "trap-policer-burst",
        &[0, 1, 8, 100, 128, 65536, 131_072, u64::MAX],
    ),
    ("sb-index", &[0, 1, 7]),
    ("sb-pool-index", &[0, 1, 2, 77]),
    ("sb-tc-index", &[0, 1, 7, 8, 77]),
    ("sb-pool-size", &[0, 1, 96, 1024, 4096, 0xffff_ffff]),
    ("sb-threshold", &[0, 1, 3, 16, 1024, 0xffff_ffff]),
    ("dpipe-table-counters-enabled", &[0, 1, 2]),
    ("linecard-index", &[0, 1, 2, 77]),
    // Ids that exist depend on the run.
    ("netns-id", &[1000, 0xffff_ffff]),
    ("bw", &[0, 1, 20, 50, 100, 101, 0xffff_ffff]),
];

pub const STRINGS: &[(&str, &[&str])] = &[
    ("rate-node-name", &["node0", "node1", "node2", "12", ""]),
    (
        "rate-parent-node-name",
        &["node0", "node1", "node2", "none", ""],
    ),
    (
        "flash-update-file-name",
        &["none.bin", "none.bin", "none.bin", "none.bin", "dummy.bin"],
    ),
    ("flash-update-component", &["fw.mgmt", "fw", "none", ""]),
    ("param-name", &["none", ""]),
    ("linecard-type", &["none", ""]),
];

/// Attributes that requests carry beside those in the specification: their type varies, or the core
/// reads them nevertheless.
pub const BESIDE: &[(&str, &[&str])] = &[
    ("param-set", &["param-value-data"]),
    ("rate-set", &["port-index"]),
    ("rate-new", &["port-index"]),
    ("port-param-get", &["param-name"]),
    (
        "port-param-set",
        &[
            "param-name",
            "param-type",
            "param-value-data",
            "param-value-cmode",
        ],
    ),
];

/// The weights with which operations are chosen; it is 10 for all others. Some take long or end a
/// socket's notifications, some seldom succeed.
pub const WEIGHTS: &[(&str, usize)] = &[
    ("reload", 3),
    ("flash-update", 4),
    ("eswitch-set", 5),
    ("notify-filter-set", 4),
    ("selftests-run", 5),
    ("port-new", 15),
    ("port-split", 20),
    ("region-new", 20),
    ("region-read", 25),
];

pub fn weight(op: &str) -> usize {
    WEIGHTS
        .iter()
        .find(|(name, _)| *name == op)
        .map_or(10, |(_, weight)| *weight)
}

/// The entry of a table of this module.
pub fn of<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table
        .iter()
        .find(|(entry, _)| *entry == name)
        .map(|(_, value)| *value)
}
