// SPDX-License-Identifier: GPL-2.0

//! What stock netdevsim can be made to do.

use super::{request, write};

use crate::{
    attr,
    request::{Event, Step},
    rng::Rng,
    spec::Spec,
};

const BUS: &str = "/sys/bus/netdevsim";
const DEBUGFS: &str = "/sys/kernel/debug/netdevsim";

/// Ids of the devices, with their numbers of ports. The last one comes and goes.
const DEVICES: [(u32, u32); 3] = [(1, 4), (2, 2), (3, 1)];
const GUEST: u32 = 3;

fn name(id: u32) -> String {
    format!("netdevsim{id}")
}

/// Bus and name of every device that there may be.
pub fn devices() -> Vec<(&'static str, String)> {
    DEVICES
        .iter()
        .map(|(id, _)| ("netdevsim", name(*id)))
        .collect()
}

pub fn set_up() -> Vec<Step> {
    let stay = DEVICES.iter().filter(|(id, _)| *id != GUEST);
    stay.flat_map(|(id, ports)| new_device(*id, *ports))
        .collect()
}

pub fn tear_down() -> Vec<Step> {
    let mut steps = drop_rates();
    for (id, _) in DEVICES.iter().rev() {
        steps.push(write(format!("{BUS}/del_device"), id.to_string()));
    }
    steps
}

fn new_device(id: u32, ports: u32) -> Vec<Step> {
    vec![
        write(format!("{BUS}/new_device"), format!("{id} {ports}")),
        // A flash in milliseconds.
        write(
            format!("{DEBUGFS}/netdevsim{id}/fw_update_flash_chunk_time_ms"),
            "1",
        ),
    ]
}

/// netdevsim keeps nodes of rates over a reload and over its end, which both cores warn about.
pub fn drop_rates() -> Vec<Step> {
    DEVICES
        .iter()
        .map(|(id, _)| Step::Event(Event::DropRates(name(*id))))
        .collect()
}

/// Something that happens on netdevsim.
pub fn pick(rng: &mut Rng, spec: &Spec) -> Vec<Step> {
    let id = DEVICES[rng.below(2)].0;
    let device = name(id);
    let sysfs = format!("{BUS}/devices/{device}");
    let debugfs = format!("{DEBUGFS}/{device}");
    let number = rng.below(6);
    match rng.below(100) {
        0..10 => vec![write(format!("{sysfs}/new_port"), number.to_string())],
        10..20 => vec![write(format!("{sysfs}/del_port"), number.to_string())],
        20..30 => vec![Step::Event(Event::Rename {
            nth: number,
            name: format!("name{}", rng.below(20)),
        })],
        30..42 => vec![write(format!("{debugfs}/take_snapshot"), "1")],
        42..54 => vec![write(
            format!("{debugfs}/health/break_health"),
            format!("reason {number}"),
        )],
        54..72 => {
            let (file, values) = *rng.pick(FLAGS).expect("flags");
            vec![write(
                format!("{debugfs}/{file}"),
                *rng.pick(values).expect("values"),
            )]
        }
        72..76 => vec![write(
            format!("{sysfs}/sriov_numvfs"),
            (number % 3).to_string(),
        )],
        // Only then are there rates.
        76..82 => {
            let mut mode = request(spec, "eswitch-set", "netdevsim", &device);
            attr::put(
                &mut mode.attrs,
                spec.attr("eswitch-mode").number,
                &1_u16.to_ne_bytes(),
            );
            vec![
                write(format!("{sysfs}/sriov_numvfs"), "2"),
                Step::Request(mode),
            ]
        }
        82..86 => new_device(GUEST, 1),
        86..90 => {
            let mut steps = drop_rates();
            steps.push(write(format!("{BUS}/del_device"), GUEST.to_string()));
            steps
        }
        90..93 => {
            let mut steps = drop_rates();
            steps.push(Step::Event(Event::DyingNamespace {
                bus: "netdevsim".into(),
                device,
            }));
            steps
        }
        93..98 => failed_reload(spec, &device, &debugfs),
        _ => {
            let mut steps = drop_rates();
            steps.push(Step::Event(Event::Unload("netdevsim".into())));
            steps.push(Step::Event(Event::Load("netdevsim".into())));
            steps.extend(set_up());
            steps
        }
    }
}

const FLAGS: &[(&str, &[&str])] = &[
    ("fail_trap_group_set", &["Y", "N", "N"]),
    ("fail_trap_policer_set", &["Y", "N", "N"]),
    ("fail_trap_policer_counter_get", &["Y", "N", "N"]),
    ("fail_trap_drop_counter_get", &["Y", "N", "N"]),
    ("fw_update_status", &["Y", "N"]),
    ("fw_update_overwrite_mask", &["0", "1", "3"]),
    ("health/fail_recover", &["Y", "N"]),
    ("health/binary_len", &["0", "16", "1000", "10000"]),
    ("dont_allow_reload", &["Y", "N", "N"]),
    ("max_macs", &["16", "32"]),
    ("test2", &["1", "1234"]),
];

/// A reload that ends halfway, what can be seen then, and one that works. netdevsim cannot cope
/// with more in that state.
fn failed_reload(spec: &Spec, device: &str, debugfs: &str) -> Vec<Step> {
    let ask = |op| Step::Request(request(spec, op, "netdevsim", device));
    let mut steps = drop_rates();
    steps.push(write(format!("{debugfs}/dont_allow_reload"), "N"));
    steps.push(write(format!("{debugfs}/fail_reload"), "Y"));
    steps.push(ask("reload"));
    for op in ["get", "info-get", "eswitch-get", "reload"] {
        steps.push(ask(op));
    }
    for op in [
        "port-get",
        "param-get",
        "trap-get",
        "region-get",
        "health-reporter-get",
    ] {
        let mut dump = request(spec, op, "netdevsim", device);
        dump.flags = crate::netlink::F_DUMP;
        steps.push(Step::Request(dump));
    }
    steps.push(write(format!("{debugfs}/fail_reload"), "N"));
    steps.push(ask("reload"));
    steps
}
