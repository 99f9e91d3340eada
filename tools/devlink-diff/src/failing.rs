// SPDX-License-Identifier: GPL-2.0

//! Callbacks that fail although the core needs them to show an object. There the cores differ on
//! purpose: the C core ends the list at such an object, with an error of its own or with none; the
//! Rust core shows it with the driver's last answer.

use crate::{
    attr,
    events::test_module,
    netlink::{F_DUMP, GENERIC, HEADER},
    request::Request,
    spec::Spec,
    world::subject,
};

use std::collections::BTreeSet;

/// A callback that the core needs to show an object.
struct Question {
    /// The beginning of the callback's name, or the file that makes netdevsim's callback fail.
    callback: &'static str,
    /// The name of the operations about such objects, without the verb.
    subject: &'static str,
    /// A request about one object fails with different errors on the two cores.
    other_errno: bool,
}

const fn question(callback: &'static str, subject: &'static str) -> Question {
    Question {
        callback,
        subject,
        other_errno: false,
    }
}

const fn with_other_errno(callback: &'static str, subject: &'static str) -> Question {
    Question {
        other_errno: true,
        ..question(callback, subject)
    }
}

const QUESTIONS: &[Question] = &[
    with_other_errno("port_fn_", "port"),
    // And of its default.
    question("param_get", "param"),
    question("info_get", "info"),
    question("sb_pool_get", "sb-pool"),
    question("sb_port_pool_get", "sb-port-pool"),
    question("sb_occ_port_pool_get", "sb-port-pool"),
    question("sb_tc_pool_bind_get", "sb-tc-pool-bind"),
    with_other_errno("trap_drop_counter_get", "trap"),
    with_other_errno("trap_policer_counter_get", "trap-policer"),
    with_other_errno("fail_trap_drop_counter_get", "trap"),
    with_other_errno("fail_trap_policer_counter_get", "trap-policer"),
];

impl Question {
    fn of(callback: &str) -> Option<&'static Self> {
        let found = QUESTIONS
            .iter()
            .find(|question| callback.starts_with(question.callback))?;
        // The others of the function behind a port set something.
        let asks = callback.ends_with("_get") || callback.ends_with("_get_default");
        asks.then_some(found)
    }
}

/// The devices that fail, and what they fail to say.
#[derive(Default)]
pub struct Failing(BTreeSet<(String, String)>);

impl Failing {
    /// Something was written to a file, which may be one that makes callbacks fail.
    pub fn note(&mut self, path: &str, text: &str) {
        if let Some(bus) = path.strip_prefix("/sys/bus/") {
            let made = bus.strip_suffix("/new_device").map(|bus| {
                let id = text.split(' ').next().unwrap_or(text);
                format!("{bus}{id}")
            });
            self.0.retain(|(device, _)| Some(device) != made.as_ref());
            return;
        }
        let debugfs = |bus| path.strip_prefix(bus)?.strip_prefix('/')?.split_once('/');
        let (device, callback, fails) =
            if let Some((device, "fail")) = debugfs(test_module::DEBUGFS) {
                let Some((callback, errno)) = text.split_once(' ') else {
                    return;
                };
                (device, callback, errno != "0")
            } else if let Some((device, file)) = debugfs("/sys/kernel/debug/netdevsim") {
                (device, file, text == "Y")
            } else {
                return;
            };
        if Question::of(callback).is_none() {
            return;
        }
        let entry = (device.to_string(), callback.to_string());
        if fails {
            self.0.insert(entry);
        } else {
            self.0.remove(&entry);
        }
    }

    /// Whether one of the callbacks that fail is wanted, on its device.
    fn any(&self, wanted: impl Fn(&str, &Question) -> bool) -> bool {
        self.0.iter().any(|(device, callback)| {
            Question::of(callback).is_some_and(|question| wanted(device, question))
        })
    }

    /// Whether a notification is about an object of which a callback fails.
    pub fn concerns(&self, spec: &Spec, message: &[u8]) -> bool {
        let command = spec.command_name(message.get(HEADER).copied().unwrap_or(0));
        let is_told = command.ends_with("-new") || command.ends_with("-del");
        let named = device_in(spec, message.get(HEADER + GENERIC..).unwrap_or_default());
        self.any(|device, question| {
            is_told && question.subject == subject(&command) && named.as_deref() == Some(device)
        })
    }

    /// Whether the cores answer a request differently because a callback fails: any dump of such
    /// objects, and a request that may be about such an object if the errors are different.
    pub fn is_answered_differently(&self, spec: &Spec, request: &Request) -> bool {
        let command = spec.command_name(request.command);
        let is_dump = request.flags & F_DUMP == F_DUMP;
        let shows = command.ends_with("-get") || command == "port-new";
        let named = device_in(spec, &request.attrs);
        self.any(|device, question| {
            let may_be_about_it = named.as_deref().is_none_or(|name| name == device);
            question.subject == subject(&command)
                && (is_dump || question.other_errno && shows && may_be_about_it)
        })
    }
}

/// The name of the device that the attributes name.
fn device_in(spec: &Spec, attrs: &[u8]) -> Option<String> {
    let name = spec.attr("dev-name").number;
    let found = attr::parse(attrs).find(|found| found.number == name)?;
    let text = found.payload.strip_suffix(&[0]).unwrap_or(found.payload);
    Some(String::from_utf8_lossy(text).into_owned())
}

/// Whether the C core may leave this entry out of a dump. It ends the list of a buffer at the first
/// port that the driver does not support there. Such ports come and go with those that users and
/// drivers create and split; port 0 never is one.
pub fn may_be_behind_unsupported(spec: &Spec, request: &Request, message: &[u8]) -> bool {
    let command = spec.command_name(request.command);
    let attrs = message.get(HEADER + GENERIC..).unwrap_or_default();
    let port = spec.attr("port-index").number;
    request.flags & F_DUMP == F_DUMP
        && ["sb-port-pool-get", "sb-tc-pool-bind-get"].contains(&command.as_str())
        && attr::parse(attrs)
            .find(|found| found.number == port)
            .is_some_and(|found| attr::u32_at(found.payload, 0) != Some(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::tests::small;

    #[test]
    fn a_device_fails_while_one_of_its_getters_does() {
        let mut failing = Failing::default();
        let mut fail = |path: &str, text: &str| {
            failing.note(path, text);
            failing.0.len()
        };
        let file = format!("{}/devlink_test1/fail", test_module::DEBUGFS);
        assert_eq!(fail(&file, "port_fn_state_set 5"), 0);
        assert_eq!(fail(&file, "eswitch_mode_get 5"), 0);
        assert_eq!(fail(&file, "port_fn_state_get 5"), 1);
        assert_eq!(fail(&file, "param_get_default 22"), 2);
        assert_eq!(fail(&file, "param_get_default 0"), 1);
        assert_eq!(fail("/sys/bus/devlink_test/new_device", "11 ops=none"), 1);
        assert_eq!(fail("/sys/bus/devlink_test/new_device", "1 ops=none"), 0);
        let file = "/sys/kernel/debug/netdevsim/netdevsim3/fail_trap_drop_counter_get";
        assert_eq!(fail(file, "Y"), 1);
        assert_eq!(fail(file, "N"), 0);
        // What is not about ports concerns nobody.
        failing.note(
            &format!("{}/devlink_test1/fail", test_module::DEBUGFS),
            "port_fn_state_get 5",
        );
        let mut message = vec![0; HEADER];
        message.extend([3, 1, 0, 0]);
        assert!(!failing.concerns(&small(), &message));
    }
}
