// SPDX-License-Identifier: GPL-2.0

//! What the test module can be made to do; see the top of its control.c.

use super::{request, write};

use crate::{
    attr,
    normalise::{is_left_out, Between},
    request::{Event, Step},
    rng::Rng,
    spec::{Kind, Spec},
    world::{Object, World},
};

const BUS: &str = "/sys/bus/devlink_test";
pub const DEBUGFS: &str = "/sys/kernel/debug/devlink_test";

/// Ids of the devices and how they are made. The last one comes and goes.
const DEVICES: [(u32, &str); 3] = [(0, ""), (1, "ops=none"), (2, "netdevs=0 ports=2 rates=1")];
const GUEST: u32 = 2;
/// Where those with callbacks begin, if no event puts them anywhere.
const SHARED: &str = " share=both";

fn name(id: u32) -> String {
    format!("devlink_test{id}")
}

/// Bus and name of every device that there may be.
pub fn devices() -> Vec<(&'static str, String)> {
    DEVICES
        .iter()
        .map(|(id, _)| ("devlink_test", name(*id)))
        .collect()
}

fn new_device((id, how): (u32, &str), between: Between) -> Step {
    let share = match between {
        Between::Drivers if how != "ops=none" => SHARED,
        _ => "",
    };
    write(format!("{BUS}/new_device"), format!("{id} {how}{share}"))
}

pub fn set_up(between: Between) -> Vec<Step> {
    DEVICES
        .iter()
        .filter(|(id, _)| *id != GUEST)
        .map(|device| new_device(*device, between))
        .collect()
}

pub fn tear_down() -> Vec<Step> {
    let ids = DEVICES.iter().rev().map(|(id, _)| id.to_string());
    ids.map(|id| write(format!("{BUS}/del_device"), id))
        .collect()
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
        Kind::String => text_of(object, attr.number)?,
        _ => attr::u32_at(&object[&attr.number], 0)?.to_string(),
    };
    Some((
        device,
        value,
        object.get(&port).and_then(|index| attr::u32_at(index, 0)),
    ))
}

/// Something that happens on the test module; nothing, if a rule leaves that out.
pub fn pick(rng: &mut Rng, spec: &Spec, between: Between, world: &World) -> Vec<Step> {
    let steps = any(rng, spec, between, world);
    let left_out = |step: &Step| match step {
        Step::Event(Event::Write { path, text } | Event::Nest { path, text }) => {
            path.ends_with("/event") && is_left_out(between, text)
        }
        _ => false,
    };
    if steps.iter().any(left_out) {
        return Vec::new();
    }
    steps
}

fn any(rng: &mut Rng, spec: &Spec, between: Between, world: &World) -> Vec<Step> {
    let any = name(DEVICES[rng.below(DEVICES.len())].0);
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
    let event = |device: &str, text: String| vec![write(format!("{DEBUGFS}/{device}/event"), text)];
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
        90..93 => nesting(
            &name(GUEST),
            format!(
                "nest 0 {}",
                one(rng, &["", "port 0", "port 1", "linecard 0", "linecard 1"])
            ),
        ),
        93..95 => nesting(&any, one(rng, &["share one", "share two"])),
        95..97 => nesting(&name(GUEST), "unnest".into()),
        97..100 => vec![new_device(DEVICES[2], between)],
        100..101 => vec![write(format!("{BUS}/del_device"), GUEST.to_string())],
        _ => {
            let callback = one(rng, CALLBACKS);
            let errno = one(rng, &["5", "22", "95", "0"]);
            failing(rng, &any, &callback, &errno)
        }
    }
}

/// From then on, what happens to a device may be told of another.
fn nesting(device: &str, text: String) -> Vec<Step> {
    let path = format!("{DEBUGFS}/{device}/event");
    vec![Step::Event(Event::Nest { path, text })]
}

/// Let a callback fail from now on, or all of them work again.
fn failing(rng: &mut Rng, device: &str, callback: &str, errno: &str) -> Vec<Step> {
    let file = format!("{DEBUGFS}/{device}/fail");
    if rng.chance(50) {
        return vec![write(file, format!("{callback} {errno}"))];
    }
    CALLBACKS
        .iter()
        .map(|callback| write(file.clone(), format!("{callback} 0")))
        .collect()
}

/// Not `sb_occ_tc_port_bind_get`: when it fails, the C core sends half a message.
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
    "reload_down",
    "reload_up",
];
