// SPDX-License-Identifier: GPL-2.0

//! Which driver events there are, and what must be done around them so that no driver misbehaves
//! and the outcome does not depend on time.

use crate::{
    attr,
    generate::Places,
    request::{Event, Request, Step, Via},
    rng::Rng,
    spec::Spec,
    world::{Object, World},
};

const BUS: &str = "/sys/bus/netdevsim";
const DEBUGFS: &str = "/sys/kernel/debug/netdevsim";
const TEST_BUS: &str = "/sys/bus/devlink_test";
pub const TEST_DEBUGFS: &str = "/sys/kernel/debug/devlink_test";

/// Ids of the netdevsim devices, with their numbers of ports. The last one comes and goes.
const NETDEVSIM: [(u32, u32); 3] = [(1, 4), (2, 2), (3, 1)];
const GUEST: u32 = 3;
/// Ids of the test module's devices and how they are made. The last one comes and goes.
pub const TEST: [(u32, &str); 3] = [(0, ""), (1, "ops=none"), (2, "netdevs=0 ports=2 rates=1")];
const TEST_GUEST: u32 = 2;

pub fn netdevsim(id: u32) -> String {
    format!("netdevsim{id}")
}

pub fn test_device(id: u32) -> String {
    format!("devlink_test{id}")
}

/// Which drivers there are events of.
#[derive(Clone, Copy, Default)]
pub struct Choice {
    /// The test module is there.
    pub test: bool,
}

/// Make the devices that a seed begins with.
pub fn set_up(choice: Choice) -> Vec<Step> {
    let mut steps = Vec::new();
    for (id, ports) in NETDEVSIM.iter().filter(|(id, _)| *id != GUEST) {
        steps.extend(new_netdevsim(*id, *ports));
    }
    if choice.test {
        for (id, how) in TEST.iter().filter(|(id, _)| *id != TEST_GUEST) {
            steps.push(write(
                format!("{TEST_BUS}/new_device"),
                format!("{id} {how}"),
            ));
        }
    }
    steps.push(Step::Event(Event::Settle));
    steps
}

fn new_netdevsim(id: u32, ports: u32) -> Vec<Step> {
    vec![
        write(format!("{BUS}/new_device"), format!("{id} {ports}")),
        // A flash in milliseconds.
        write(
            format!("{DEBUGFS}/netdevsim{id}/fw_update_flash_chunk_time_ms"),
            "1",
        ),
    ]
}

/// Remove all devices, those too that events made.
pub fn tear_down(choice: Choice) -> Vec<Step> {
    let mut steps = drop_rates();
    for (id, _) in NETDEVSIM.iter().rev() {
        steps.push(write(format!("{BUS}/del_device"), id.to_string()));
    }
    if choice.test {
        for (id, _) in TEST.iter().rev() {
            steps.push(write(format!("{TEST_BUS}/del_device"), id.to_string()));
        }
    }
    steps.push(Step::Event(Event::Settle));
    steps
}

/// netdevsim keeps nodes of rates over a reload and over its end, which both cores warn about.
pub fn drop_rates() -> Vec<Step> {
    NETDEVSIM
        .iter()
        .map(|(id, _)| Step::Event(Event::DropRates(netdevsim(*id))))
        .collect()
}

/// Bring every device home, and let the listener hear everything.
pub fn calm(spec: &Spec, places: Places, choice: Choice) -> Vec<Step> {
    let mut steps = drop_rates();
    let netdevsims = NETDEVSIM
        .iter()
        .map(|(id, _)| ("netdevsim", netdevsim(*id)));
    let tests = TEST
        .iter()
        .filter(|_| choice.test)
        .map(|(id, _)| ("devlink_test", test_device(*id)));
    for (bus, device) in netdevsims.chain(tests) {
        let mut reload = request(spec, "reload", bus, &device);
        reload.via = Via::Away;
        attr::put(
            &mut reload.attrs,
            spec.attr("netns-fd").number,
            &places.home.to_ne_bytes(),
        );
        steps.push(Step::Request(reload));
    }
    steps.push(Step::Request(Request {
        via: Via::Listener,
        command: spec.op("notify-filter-set").command,
        version: 1,
        flags: 0,
        attrs: Vec::new(),
    }));
    steps
}

/// A request for a device, without more.
pub fn request(spec: &Spec, op: &str, bus: &str, device: &str) -> Request {
    let mut attrs = Vec::new();
    attr::put(
        &mut attrs,
        spec.attr("bus-name").number,
        format!("{bus}\0").as_bytes(),
    );
    attr::put(
        &mut attrs,
        spec.attr("dev-name").number,
        format!("{device}\0").as_bytes(),
    );
    Request {
        via: Via::Home,
        command: spec.op(op).command,
        version: 1,
        flags: 0,
        attrs,
    }
}

fn write(path: impl Into<String>, text: impl Into<String>) -> Step {
    Step::Event(Event::write(path, text))
}

/// Something that happens beside requests.
pub fn pick(rng: &mut Rng, spec: &Spec, choice: Choice, world: &World) -> Vec<Step> {
    if choice.test && rng.chance(60) {
        return on_test_module(rng, spec, world);
    }
    on_netdevsim(rng, spec)
}

fn on_netdevsim(rng: &mut Rng, spec: &Spec) -> Vec<Step> {
    let id = NETDEVSIM[rng.below(2)].0;
    let device = netdevsim(id);
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
        72..82 => vec![write(
            format!("{sysfs}/sriov_numvfs"),
            (number % 3).to_string(),
        )],
        82..86 => new_netdevsim(GUEST, 1),
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
            steps.extend(set_up(Choice { test: false }));
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

/// A reload that ends halfway, what can be seen then, and one that works. netdevsim cannot cope with
/// more in that state.
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

fn text_of(object: &Object, number: u16) -> Option<String> {
    let bytes = object.get(&number)?;
    Some(String::from_utf8_lossy(bytes.strip_suffix(&[0]).unwrap_or(bytes)).into_owned())
}

/// One of the objects that `op` shows, of some test device: its device, and the attribute `name`.
fn existing(
    rng: &mut Rng,
    spec: &Spec,
    world: &World,
    op: &str,
    name: &str,
) -> Option<(String, String, Option<u32>)> {
    let attr = spec.attr(name);
    let port = spec.attr("port-index").number;
    let mut objects = world.objects(op);
    objects.retain(|object| {
        text_of(object, spec.attr("bus-name").number).as_deref() == Some("devlink_test")
            && object.contains_key(&attr.number)
    });
    let object = *rng.pick(&objects)?;
    let device = text_of(object, spec.attr("dev-name").number)?;
    let value = match attr.kind {
        crate::spec::Kind::String => text_of(object, attr.number)?,
        _ => attr::u32_at(&object[&attr.number], 0)?.to_string(),
    };
    Some((
        device,
        value,
        object.get(&port).and_then(|index| attr::u32_at(index, 0)),
    ))
}

fn on_test_module(rng: &mut Rng, spec: &Spec, world: &World) -> Vec<Step> {
    let any = test_device(TEST[rng.below(TEST.len())].0);
    let number = rng.below(3);
    let mut of = |op: &str, name: &str| {
        existing(rng, spec, world, op, name).unwrap_or_else(|| (any.clone(), "none".into(), None))
    };
    let (port_device, port, _) = of("port-get", "port-index");
    let (card_device, card, _) = of("linecard-get", "linecard-index");
    let (_, card_type, _) = of("linecard-get", "linecard-type");
    let (param_device, param, _) = of("param-get", "param-name");
    let (region_device, region, region_port) = of("region-get", "region-name");
    let (reporter_device, reporter, reporter_port) =
        of("health-reporter-get", "health-reporter-name");
    let (trap_device, trap, _) = of("trap-get", "trap-name");
    let on_port = |port: Option<u32>| port.map_or(String::new(), |port| format!(" {port}"));
    let event =
        |device: &str, text: String| vec![write(format!("{TEST_DEBUGFS}/{device}/event"), text)];
    let one = |rng: &mut Rng, texts: &[&str]| rng.pick(texts).expect("texts").to_string();
    match rng.below(120) {
        0..6 => event(
            &port_device,
            format!("port_type {port} {}", one(rng, &["eth", "ib", "none"])),
        ),
        6..9 => event(&any, format!("port_add {}", 90 + number)),
        9..12 => event(&any, format!("port_del {}", 90 + number)),
        12..15 => event(&param_device, format!("param_changed {param}")),
        15..17 => event(&any, format!("param_add added{number}")),
        17..19 => event(&any, format!("param_del added{number}")),
        19..21 => event(
            &any,
            format!(
                "resource_add added{number} {} {} 64",
                900 + number,
                if number == 2 { 900 } else { 0 }
            ),
        ),
        21..23 => event(&any, format!("region_add added{number}")),
        23..25 => event(&any, format!("region_del added{number}")),
        25..30 => event(
            &region_device,
            format!("snapshot {region}{}", on_port(region_port)),
        ),
        30..32 => event(&any, format!("reporter_add added{number}")),
        32..34 => event(&any, format!("reporter_del added{number}")),
        34..40 => event(
            &reporter_device,
            format!(
                "health_report {reporter} broken{number}{}",
                on_port(reporter_port)
            ),
        ),
        40..43 => event(
            &reporter_device,
            format!(
                "health_state {reporter} {}{}",
                one(rng, &["healthy", "error"]),
                on_port(reporter_port)
            ),
        ),
        43..45 => event(
            &reporter_device,
            format!("health_recovered {reporter}{}", on_port(reporter_port)),
        ),
        45..50 => event(
            &trap_device,
            format!("trap {trap} {port} {}", 64 + number * 700),
        ),
        50..52 => event(&any, format!("trap_add added{number}")),
        52..54 => event(&any, format!("trap_del added{number}")),
        54..57 => event(
            &any,
            format!(
                "rate_add driver{number}{}",
                one(rng, &["", " node0", " driver0"])
            ),
        ),
        57..58 => event(&any, "rate_clear".into()),
        58..60 => event(
            &port_device,
            format!("leaf_add {port}{}", one(rng, &["", " node0"])),
        ),
        60..62 => event(&port_device, format!("leaf_del {port}")),
        62..65 => event(
            &card_device,
            format!("linecard {card} provision {card_type}"),
        ),
        65..72 => event(
            &card_device,
            format!(
                "linecard {card} {}",
                one(rng, &["clear", "fail", "activate", "deactivate"])
            ),
        ),
        72..74 => event(&any, format!("linecard_add {}", 90 + number)),
        74..76 => event(&any, format!("linecard_del {}", 90 + number)),
        76..78 => event(&any, format!("sb_add {}", 90 + number)),
        78..80 => event(&any, format!("sb_del {}", 90 + number)),
        80..82 => event(&any, format!("table_add added{number}")),
        82..84 => event(&any, format!("table_del added{number}")),
        84..88 => event(
            &any,
            format!(
                "remote_reload {} {}",
                one(rng, &["reinit", "activate"]),
                one(rng, &["none", "no_reset"])
            ),
        ),
        88..90 => {
            let mut steps = event(&any, "unregister".into());
            steps.push(Step::Request(request(spec, "get", "devlink_test", &any)));
            steps.extend(event(&any, "register".into()));
            steps
        }
        90..92 => settled(event(
            &test_device(TEST_GUEST),
            format!(
                "nest 0 {}",
                one(rng, &["", "port 0", "port 1", "linecard 0", "linecard 1"])
            ),
        )),
        92..94 => settled(event(&any, one(rng, &["share one", "share two"]))),
        94..97 => settled(event(&test_device(TEST_GUEST), "unnest".into())),
        97..100 => settled(vec![write(
            format!("{TEST_BUS}/new_device"),
            format!("{} {}", TEST[2].0, TEST[2].1),
        )]),
        100..102 => settled(vec![write(
            format!("{TEST_BUS}/del_device"),
            TEST_GUEST.to_string(),
        )]),
        _ => {
            let callback = one(rng, CALLBACKS);
            let errno = one(rng, &["5", "22", "95", "0"]);
            failing(rng, &any, &callback, &errno)
        }
    }
}

/// The core tells outer instances from a work in C, and at once in Rust.
fn settled(mut steps: Vec<Step>) -> Vec<Step> {
    steps.push(Step::Event(Event::Settle));
    steps
}

/// Let a callback fail from now on, or all of them work again.
fn failing(rng: &mut Rng, device: &str, callback: &str, errno: &str) -> Vec<Step> {
    let file = format!("{TEST_DEBUGFS}/{device}/fail");
    if rng.chance(50) {
        return vec![write(file, format!("{callback} {errno}"))];
    }
    CALLBACKS
        .iter()
        .map(|callback| write(file.clone(), format!("{callback} 0")))
        .collect()
}

const CALLBACKS: &[&str] = &[
    "eswitch_mode_get",
    "eswitch_mode_set",
    "eswitch_inline_mode_get",
    "eswitch_inline_mode_set",
    "eswitch_encap_mode_get",
    "eswitch_encap_mode_set",
    "info_get",
    "flash_update",
    "selftest_run",
    "port_new",
    "port_del",
    "port_split",
    "port_unsplit",
    "port_type_set",
    "port_fn_hw_addr_get",
    "port_fn_hw_addr_set",
    "port_fn_roce_get",
    "port_fn_roce_set",
    "port_fn_migratable_get",
    "port_fn_state_get",
    "port_fn_state_set",
    "port_fn_ipsec_crypto_get",
    "port_fn_ipsec_packet_set",
    "port_fn_max_io_eqs_get",
    "port_fn_max_io_eqs_set",
    "param_get",
    "param_set",
    "param_validate",
    "param_get_default",
    "param_reset_default",
    "region_snapshot",
    "region_read",
    "health_recover",
    "health_dump",
    "health_diagnose",
    "health_test",
    "trap_action_set",
    "trap_group_set",
    "trap_group_action_set",
    "trap_drop_counter_get",
    "trap_policer_set",
    "trap_policer_counter_get",
    "rate_leaf_tx_share_set",
    "rate_leaf_tx_max_set",
    "rate_leaf_tc_bw_set",
    "rate_leaf_parent_set",
    "rate_node_tx_share_set",
    "rate_node_tx_max_set",
    "rate_node_tc_bw_set",
    "rate_node_parent_set",
    "rate_node_new",
    "rate_node_del",
    "sb_pool_get",
    "sb_pool_set",
    "sb_port_pool_get",
    "sb_port_pool_set",
    "sb_tc_pool_bind_get",
    "sb_tc_pool_bind_set",
    "sb_occ_snapshot",
    "sb_occ_max_clear",
    "sb_occ_port_pool_get",
    "sb_occ_tc_port_bind_get",
    "reload_down",
    "reload_up",
];
