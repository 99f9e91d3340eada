// SPDX-License-Identifier: GPL-2.0

//! Which driver events there are, and what must be done around them so that no driver misbehaves
//! and the outcome does not depend on time.

pub mod netdevsim;
pub mod test_module;

use crate::{
    attr,
    generate::Places,
    normalise::Between,
    request::{Event, Request, Step, Via},
    rng::Rng,
    spec::Spec,
    world::World,
};

/// Which events there are.
#[derive(Clone, Copy, Default)]
pub struct Choice {
    /// The test module is there.
    pub test: bool,
    pub between: Between,
}

/// Make the devices that a seed begins with.
pub fn set_up(choice: Choice) -> Vec<Step> {
    let mut steps = netdevsim::set_up();
    if choice.test {
        steps.extend(test_module::set_up(choice.between));
    }
    steps.push(Step::Event(Event::Settle));
    steps
}

/// Remove all devices, those too that events made.
pub fn tear_down(choice: Choice) -> Vec<Step> {
    let mut steps = netdevsim::tear_down();
    if choice.test {
        steps.extend(test_module::tear_down());
    }
    steps.push(Step::Event(Event::Settle));
    steps
}

/// Bring every device home, and let the listener hear everything.
pub fn calm(spec: &Spec, places: Places, choice: Choice) -> Vec<Step> {
    let mut steps = netdevsim::drop_rates();
    let mut devices = netdevsim::devices();
    if choice.test {
        devices.extend(test_module::devices());
    }
    for (bus, device) in devices {
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
        return test_module::pick(rng, spec, choice.between, world);
    }
    netdevsim::pick(rng, spec)
}
