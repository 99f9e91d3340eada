// SPDX-License-Identifier: GPL-2.0

//! What exists on the devices, as their own dumps tell it: requests that mean something are made of
//! the attributes of an object that is there.

use crate::{
    attr,
    spec::{AttrSet, Spec, ROOT},
};

use std::collections::{BTreeMap, BTreeSet};

/// The attributes by which an object was shown, those of the objects that it is inside included.
pub type Object = BTreeMap<u16, Vec<u8>>;

#[derive(Default)]
pub struct World {
    /// By the operation that shows them, without its verb.
    groups: BTreeMap<String, BTreeSet<Object>>,
    /// Every payload seen, by attribute.
    values: BTreeMap<u16, BTreeSet<Vec<u8>>>,
}

/// The group of the instances themselves.
const DEVICE: &str = "get";

/// An operation's name without its verb: what it is about.
pub fn subject(op: &str) -> &str {
    // `get` alone is about the device.
    if op == "get" {
        return DEVICE;
    }
    ["-get", "-dump", "-set", "-new", "-del"]
        .iter()
        .find_map(|verb| op.strip_suffix(verb))
        .unwrap_or(op)
}

impl World {
    /// Add what a message of an operation's answer shows.
    pub fn add(&mut self, spec: &Spec, op: &str, attrs: &[u8]) {
        self.add_nest(spec, spec.root(), subject(op), attrs, &Object::new());
    }

    fn add_nest(&mut self, spec: &Spec, set: &AttrSet, group: &str, data: &[u8], around: &Object) {
        let mut object = around.clone();
        let mut nests = Vec::new();
        for found in attr::parse(data) {
            let Some(known) = set.by_number(found.number) else {
                continue;
            };
            match spec.inside(known, set) {
                Some(inner) if inner.space == ROOT => nests.push((inner, found.payload)),
                // Numbers of another space.
                Some(_) => {}
                None => {
                    object.insert(found.number, found.payload.to_vec());
                    self.values
                        .entry(found.number)
                        .or_default()
                        .insert(found.payload.to_vec());
                }
            }
        }
        for (inner, payload) in nests {
            self.add_nest(spec, inner, group, payload, &object);
        }
        self.groups.entry(group.into()).or_default().insert(object);
    }

    /// The objects that an operation is most likely about.
    pub fn objects(&self, op: &str) -> Vec<&Object> {
        self.groups
            .iter()
            .filter(|(group, _)| op.starts_with(group.as_str()))
            .max_by_key(|(group, _)| group.len())
            .or_else(|| self.groups.get_key_value(DEVICE))
            .map_or(Vec::new(), |(_, objects)| objects.iter().collect())
    }

    /// The instances.
    pub fn devices(&self) -> Vec<&Object> {
        self.groups.get(DEVICE).map_or(Vec::new(), |objects| {
            // The rest is what is nested in them.
            let mut handles = BTreeSet::new();
            objects
                .iter()
                .filter(|object| handles.insert(object.get(&1).zip(object.get(&2))))
                .collect()
        })
    }

    pub fn values(&self, attr: u16) -> Vec<&Vec<u8>> {
        self.values
            .get(&attr)
            .map_or(Vec::new(), |values| values.iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::tests::small;

    #[test]
    fn nested_objects_have_the_attributes_of_what_they_are_in() {
        let spec = small();
        let mut inner = Vec::new();
        attr::put(&mut inner, spec.attr("hue").number, &[2]);
        let mut message = Vec::new();
        attr::put(&mut message, spec.attr("bus-name").number, b"bus\0");
        attr::put(&mut message, spec.attr("part").number, &inner);
        let mut world = World::default();
        world.add(&spec, "hue-get", &message);
        let objects = world.objects("hue-set");
        assert!(objects
            .iter()
            .any(|o| o.len() == 2 && o[&1] == b"bus\0" && o[&10] == [2]));
        assert_eq!(world.values(10), [&vec![2]]);
        assert!(world.objects("other").is_empty());
    }

    #[test]
    fn the_subject_of_an_operation_is_its_name_without_the_verb() {
        assert_eq!(subject("sb-port-pool-get"), "sb-port-pool");
        assert_eq!(subject("resource-dump"), "resource");
        assert_eq!(subject("reload"), "reload");
    }
}
