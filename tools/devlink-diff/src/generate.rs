// SPDX-License-Identifier: GPL-2.0

//! Makes up requests, from a seed, the specification and what exists.

use crate::{
    attr, events, mutate,
    netlink::F_DUMP,
    request::{Request, Step, Via},
    rng::Rng,
    spec::{Attr, AttrSet, Kind, Mode, Op, Spec},
    values,
    world::{Object, World},
};

/// Dumps that need to be told what.
pub const NEEDS_NAME: &[&str] = &["region-read", "health-reporter-dump-get"];

/// Values in requests that differ from run to run.
#[derive(Clone, Copy, Default)]
pub struct Places {
    pub home: u32,
    pub away: u32,
    pub pid: u32,
}

pub struct Generator<'a> {
    spec: &'a Spec,
    pub rng: Rng,
    places: Places,
    /// Each operation as often as its weight says.
    ops: Vec<&'a Op>,
    events: events::Choice,
}

impl<'a> Generator<'a> {
    pub fn new(spec: &'a Spec, seed: u64, places: Places, events: events::Choice) -> Self {
        let ops = spec
            .ops
            .iter()
            .flat_map(|op| std::iter::repeat_n(op, values::weight(&op.name)))
            .collect();
        Self {
            spec,
            rng: Rng::new(seed),
            places,
            ops,
            events,
        }
    }

    /// The next steps: a request, or an event with those that it needs.
    pub fn next(&mut self, world: &World) -> Vec<Step> {
        if self.rng.chance(6) {
            return events::pick(&mut self.rng, self.spec, self.events, world);
        }
        let request = self.request(world);
        let mut steps = Vec::new();
        if request.command == self.spec.op("reload").command {
            steps.extend(events::netdevsim::drop_rates());
        }
        steps.push(Step::Request(request));
        steps
    }

    /// A random request.
    pub fn request(&mut self, world: &World) -> Request {
        let op = *self.rng.pick(&self.ops).expect("operations");
        let dump = self.rng.chance(match (&op.do_, &op.dump) {
            (Some(_), Some(_)) => 35,
            (Some(_), None) => 4,
            (None, _) => 96,
        });
        // What has no such mode is asked with the attributes of the other.
        let mode = if dump {
            op.dump.as_ref().or(op.do_.as_ref())
        } else {
            op.do_.as_ref().or(op.dump.as_ref())
        };
        let object = self
            .rng
            .pick(&world.objects(&op.name))
            .map(|o| (*o).clone())
            .unwrap_or_default();
        // A dump that can do without names shows everything.
        let all = dump && !NEEDS_NAME.contains(&op.name.as_str());
        let mut attrs = self.handle(world, &object, all);
        self.payload(&mut attrs, world, op, mode, &object);
        if self.rng.chance(8) {
            let any = self.rng.pick(&self.spec.root().attrs).expect("attributes");
            let value = self.value(any, self.spec.root(), &object, world, 0);
            attr::put(&mut attrs, any.number, &value);
        }
        let mut request = Request {
            via: self.via(op),
            command: op.command,
            version: 1,
            flags: if dump { F_DUMP } else { 0 },
            attrs,
        };
        if self.rng.chance(12) {
            mutate::mutate(&mut self.rng, self.spec, &mut request);
        }
        mutate::whole_port_index(self.spec, &mut request);
        request
    }

    fn via(&mut self, op: &Op) -> Via {
        match op.name.as_str() {
            "notify-filter-set" if self.rng.chance(40) => Via::Listener,
            _ if self.rng.chance(4) => Via::Away,
            _ => Via::Home,
        }
    }

    /// The attributes that say which instance is meant.
    fn handle(&mut self, world: &World, object: &Object, all: bool) -> Vec<u8> {
        let spec = self.spec;
        let (bus, dev, index) = (
            spec.attr("bus-name").number,
            spec.attr("dev-name").number,
            spec.attr("index").number,
        );
        let devices = world.devices();
        let device = if object.contains_key(&dev) || devices.is_empty() {
            object.clone()
        } else {
            (*self.rng.pick(&devices).expect("devices")).clone()
        };
        let get = |number| {
            device
                .get(&number)
                .cloned()
                .unwrap_or_else(|| b"none\0".to_vec())
        };
        let number = device.get(&index).cloned().unwrap_or_else(|| vec![0; 4]);
        let mut attrs = Vec::new();
        let mut names = |bus_name: &[u8], dev_name: &[u8]| {
            attr::put(&mut attrs, bus, bus_name);
            attr::put(&mut attrs, dev, dev_name);
        };
        match self.rng.below(100) {
            // A dump of everything.
            0..30 if all => {}
            0..70 => names(&get(bus), &get(dev)),
            70..82 => attr::put(&mut attrs, index, &number),
            82..87 => {
                let text = attr::u32_at(&number, 0).unwrap_or(0).to_string() + "\0";
                names(b"devlink_index\0", text.as_bytes());
            }
            87..89 => names(
                b"devlink_index\0",
                self.rng
                    .pick(&[&b"12x\0"[..], b"-1\0", b"4294967296\0", b"\0"])
                    .expect("text"),
            ),
            89..91 => names(&get(bus), b"none\0"),
            91..93 => attr::put(&mut attrs, bus, &get(bus)),
            93..95 => attr::put(&mut attrs, dev, &get(dev)),
            95..97 => {
                names(&get(bus), &get(dev));
                attr::put(&mut attrs, index, &number);
            }
            97..98 => attr::put(&mut attrs, index, &[0xff; 4]),
            98..99 => attr::put(&mut attrs, index, &[0, 0, 0, 0, 1, 0, 0, 0]),
            _ => {}
        }
        attrs
    }

    fn payload(
        &mut self,
        attrs: &mut Vec<u8>,
        world: &World,
        op: &Op,
        mode: Option<&Mode>,
        object: &Object,
    ) {
        let root = self.spec.root();
        let listed = mode.map_or(&[][..], |mode| &mode.request);
        let beside = values::of(values::BESIDE, &op.name).unwrap_or(&[]);
        // Few things at a time work more often, many together are seldom tried by people.
        let optional = *self.rng.pick(&[25, 75]).expect("chances");
        let names = listed
            .iter()
            .map(String::as_str)
            .chain(beside.iter().copied());
        for name in names.filter(|name| !["bus-name", "dev-name", "index"].contains(name)) {
            let attr = root
                .by_name(name)
                .expect("an attribute of the specification");
            // Which object is meant is said more often than what shall become of it.
            let chance = match object.contains_key(&attr.number) {
                _ if name.starts_with("netns-") => 15,
                // What is the device's own and what is a port's have the same names.
                false if name == "port-index" && op.name != "rate-set" => 12,
                true => 92,
                false if attr.kind == Kind::Flag => 15,
                false => optional,
            };
            if !self.rng.chance(chance) {
                continue;
            }
            let copies = if name == "rate-tc-bws" {
                self.rng.below(10)
            } else {
                1
            };
            for copy in 0..copies {
                let value = if name == "rate-tc-bws" {
                    self.traffic_class(copy)
                } else {
                    self.value(attr, root, object, world, 0)
                };
                attr::put(attrs, attr.number | self.nest_flag(attr), &value);
            }
        }
    }

    fn nest_flag(&mut self, attr: &Attr) -> u16 {
        // Old commands take nests without the flag.
        if attr.kind == Kind::Nest && self.rng.chance(85) {
            attr::NESTED
        } else {
            0
        }
    }

    /// Bandwidth of a traffic class: eight together that are right, now and then.
    fn traffic_class(&mut self, copy: usize) -> Vec<u8> {
        let set = &self.spec.sets["dl-rate-tc-bws"];
        let mut nest = Vec::new();
        let index = if self.rng.chance(97) {
            copy as u8
        } else {
            self.rng.below(9) as u8
        };
        if self.rng.chance(98) {
            attr::put(
                &mut nest,
                set.by_name("index").expect("index").number,
                &[index],
            );
        }
        if self.rng.chance(98) {
            let bw = *self
                .rng
                .pick(&[0_u32, 10, 20, 30, 12, 100, 101])
                .expect("numbers");
            attr::put(
                &mut nest,
                set.by_name("bw").expect("bw").number,
                &bw.to_ne_bytes(),
            );
        }
        nest
    }

    /// A payload for an attribute; mostly one that makes sense.
    fn value(
        &mut self,
        attr: &Attr,
        set: &AttrSet,
        object: &Object,
        world: &World,
        depth: usize,
    ) -> Vec<u8> {
        match attr.name.as_str() {
            "netns-fd" => {
                let fd = *self
                    .rng
                    .pick(&[self.places.home, self.places.away, self.places.away, 9999])
                    .expect("places");
                return fd.to_ne_bytes().to_vec();
            }
            "netns-pid" => {
                let pid = *self
                    .rng
                    .pick(&[self.places.pid, 0x7fff_fff0])
                    .expect("places");
                return pid.to_ne_bytes().to_vec();
            }
            _ => {}
        }
        if set.space == crate::spec::ROOT {
            let own = object.get(&attr.number);
            match (own, self.rng.below(100)) {
                (Some(own), 0..72) => return own.clone(),
                (_, 0..84) => {
                    if let Some(other) = self.rng.pick(&world.values(attr.number)) {
                        // What its range depends on time is chosen with care.
                        if !attr.name.ends_with("-period") {
                            return (*other).clone();
                        }
                    }
                }
                _ => {}
            }
        }
        if let Some(numbers) = values::of(values::NUMBERS, &attr.name) {
            let number = *self.rng.pick(numbers).expect("numbers");
            return number.to_ne_bytes()[..attr.kind.len().unwrap_or(4)].to_vec();
        }
        if let Some(strings) = values::of(values::STRINGS, &attr.name) {
            return [self.rng.pick(strings).expect("strings").as_bytes(), b"\0"].concat();
        }
        self.of_kind(attr, set, object, world, depth)
    }

    fn of_kind(
        &mut self,
        attr: &Attr,
        set: &AttrSet,
        object: &Object,
        world: &World,
        depth: usize,
    ) -> Vec<u8> {
        match attr.kind {
            Kind::U8 | Kind::U16 | Kind::U32 | Kind::U64 | Kind::Uint => {
                let number = self.number(attr);
                number.to_ne_bytes()[..attr.kind.len().expect("numbers have a length")].to_vec()
            }
            Kind::Bitfield32 => {
                let known = attr.values.iter().fold(0, |bits, bit| bits | *bit as u32);
                let mut value = self.rng.next() as u32 & known;
                let mut selector = if self.rng.chance(50) { known } else { value };
                if self.rng.chance(10) {
                    value |= 1 << self.rng.below(32);
                }
                if self.rng.chance(10) {
                    selector |= 1 << self.rng.below(32);
                }
                [value.to_ne_bytes(), selector.to_ne_bytes()].concat()
            }
            Kind::String => [
                *self
                    .rng
                    .pick(&[&b"a"[..], b"text", b"none", b""])
                    .expect("strings"),
                b"\0",
            ]
            .concat(),
            Kind::Flag | Kind::Pad => Vec::new(),
            Kind::Binary if attr.name == "hw-addr" => {
                let len = *self
                    .rng
                    .pick(&[6, 6, 6, 6, 0, 5, 20, 32, 33])
                    .expect("lengths");
                vec![2; len]
            }
            Kind::Binary => {
                let len = self.rng.below(40);
                self.rng.bytes(len)
            }
            Kind::Dynamic => {
                let len = *self.rng.pick(&[0, 1, 2, 4, 4, 8]).expect("lengths");
                let mut bytes = self.rng.bytes(len);
                if self.rng.chance(60) {
                    // Small numbers are more often accepted.
                    bytes.iter_mut().skip(1).for_each(|byte| *byte = 0);
                }
                bytes
            }
            Kind::Nest => self.nest(attr, set, object, world, depth),
        }
    }

    fn number(&mut self, attr: &Attr) -> u64 {
        if !attr.values.is_empty() && self.rng.chance(80) {
            return *self.rng.pick(&attr.values).expect("values");
        }
        let limits = [attr.min.unwrap_or(0), attr.max.unwrap_or(1)];
        let last = attr.values.last().copied().unwrap_or(4);
        let boundaries = [
            limits[0],
            limits[0].wrapping_sub(1),
            limits[1],
            limits[1].wrapping_add(1),
            last + 1,
            0,
            1,
            0x7fff_ffff,
            u64::MAX,
            self.rng.next(),
        ];
        *self.rng.pick(&boundaries).expect("boundaries")
    }

    fn nest(
        &mut self,
        attr: &Attr,
        set: &AttrSet,
        object: &Object,
        world: &World,
        depth: usize,
    ) -> Vec<u8> {
        let mut nest = Vec::new();
        if attr.name == "parent-dev" {
            let device = self
                .rng
                .pick(&world.devices())
                .map(|o| (*o).clone())
                .unwrap_or_default();
            return self.handle(world, &device, false);
        }
        let inner = match &attr.nested {
            Some(name) => &self.spec.sets[name],
            None => set,
        };
        if depth > 2 || std::ptr::eq(inner, self.spec.root()) {
            return nest;
        }
        for inside in &inner.attrs {
            if self.rng.chance(60) {
                let value = self.value(inside, inner, object, world, depth + 1);
                attr::put(&mut nest, inside.number | self.nest_flag(inside), &value);
            }
        }
        nest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::tests::small;

    #[test]
    fn a_seed_gives_the_same_requests_and_another_seed_others() {
        let spec = small();
        let world = World::default();
        let make = |seed| {
            let mut generator =
                Generator::new(&spec, seed, Places::default(), events::Choice::default());
            (0..200)
                .map(|_| generator.request(&world))
                .collect::<Vec<_>>()
        };
        assert_eq!(make(7), make(7));
        assert_ne!(make(7), make(8));
    }

    #[test]
    fn every_operation_is_asked_in_every_mode() {
        let spec = small();
        let world = World::default();
        let mut generator = Generator::new(&spec, 1, Places::default(), events::Choice::default());
        let requests: Vec<_> = (0..2000).map(|_| generator.request(&world)).collect();
        for op in &spec.ops {
            for flags in [0, F_DUMP] {
                assert!(requests
                    .iter()
                    .any(|r| r.command == op.command && r.flags == flags));
            }
        }
    }
}
