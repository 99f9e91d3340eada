// SPDX-License-Identifier: GPL-2.0

//! What goes wrong because somebody outside wants it to.

use super::*;

const NOP: u16 = 0x031;
const QUERY_FW: u16 = 0x004;
const SET_ICM_SIZE: u16 = 0xffd;
const MIB: u64 = 1 << 20;

impl Driver {
    /// A card that is initialised, and does what the requests say.
    fn told(requests: &[Value]) -> Self {
        let mut driver = Self::new();
        driver.initialise();
        requests.iter().for_each(|request| driver.tell(request));
        driver
    }

    fn tell(&mut self, request: &Value) {
        let answer = self.card.control(&mut self.machine, request);
        answer.unwrap_or_else(|error| panic!("{request}: {error}"));
    }

    /// Whether the card has the command register.
    fn is_busy(&mut self) -> bool {
        self.read(HCR + 24) & GO != 0
    }

    /// Has time go on until the card has nothing to do any more.
    fn wait(&mut self) {
        while let Some(time) = self.card.tick(&mut self.machine) {
            std::thread::sleep(time);
        }
    }

    fn pending(&mut self) -> Value {
        let info = self.card.control(&mut self.machine, &json!({"do": "info"}));
        info.unwrap()["faults"].clone()
    }
}

#[test]
fn dead_firmware_does_nothing() {
    let mut driver = Driver::new();
    driver.initialise();
    let request = json!({"do": "fatal", "syndrome": 0xfffffffeu32});
    driver.card.control(&mut driver.machine, &request).unwrap();
    assert_eq!(driver.read(0x7_ff00), 0xffff_fffe);
    driver.post(0x031, 0, 0, 0, 0);
    assert_eq!(driver.read(HCR + 24) & GO, GO);
    driver.write(0, 0xf_0010, 1);
    assert_eq!(driver.read(0x7_ff00), 0);
    driver.ok(0x004, 0, 0, 0);
}

#[test]
fn faults_are_injected() {
    let mut driver = Driver::new();
    driver.initialise();
    let machine = &mut driver.machine;
    for request in [
        json!({"do": "fail", "command": "NOP", "status": 6}),
        json!({"do": "explode"}),
        json!({"do": "link", "port": 3, "up": true}),
    ] {
        assert!(driver.card.control(machine, &request).is_err());
    }
    for request in [
        json!({"do": "delay", "command": "NOP", "ms": 20}),
        json!({"do": "fail", "command": "NOP", "status": 8}),
        json!({"do": "hang", "command": "NOP"}),
        json!({"do": "garbage", "command": "QUERY_FW"}),
    ] {
        driver.card.control(machine, &request).unwrap();
    }
    driver.post(0x031, 0, 0, 0, 0);
    assert_eq!(driver.read(HCR + 24) & GO, GO, "it takes its time");
    std::thread::sleep(Duration::from_millis(25));
    driver.card.tick(&mut driver.machine);
    assert_eq!(driver.read(HCR + 24) & GO, 0);
    driver.post(0x031, 0, 0, 0, 0);
    assert_eq!(driver.read(HCR + 24) >> 24, 8);
    driver.post(0x031, 0, 0, 0, 0);
    driver.card.tick(&mut driver.machine);
    assert_eq!(driver.read(HCR + 24) & GO, GO, "it hangs");
    let release = json!({"do": "release"});
    driver.card.control(&mut driver.machine, &release).unwrap();
    assert_eq!(driver.read(HCR + 24) & GO, 0);
    driver.ok(0x004, 0, 0, 0);
    assert_ne!(driver.machine.word(OUT), 204 << 16 | 2);
    driver.ok(0x004, 0, 0, 0);
    assert_eq!(driver.machine.word(OUT), 204 << 16 | 2);
}

#[test]
fn the_firmware_dies_of_a_command() {
    let mut driver = Driver::told(&[json!({"do": "die", "command": "any", "after": 1})]);
    driver.ok(NOP, 0, 0, 0);
    driver.post(QUERY_FW, 0, 0, 0, 0);
    assert!(driver.is_busy(), "it is not executed");
    assert_eq!(driver.read(0x7_ff00), fault::SYNDROME);
    assert_eq!(driver.pending(), 0);
    driver.write(0, 0xf_0010, 1);
    driver.ok(QUERY_FW, 0, 0, 0);
}

#[test]
fn the_firmware_dies_after_a_while() {
    let die = json!({"do": "die", "command": "NOP", "ms": 20});
    let mut driver = Driver::told(std::slice::from_ref(&die));
    driver.post(NOP, 0, 0, 0, 0);
    assert!(driver.is_busy() && !driver.card.dead, "it hangs first");
    driver.wait();
    assert!(driver.card.dead && driver.is_busy());
    assert_eq!(driver.read(0x7_ff00), fault::SYNDROME);
    // A reset comes before that.
    driver.write(0, 0xf_0010, 1);
    driver.initialise();
    driver.tell(&die);
    driver.post(NOP, 0, 0, 0, 0);
    driver.write(0, 0xf_0010, 1);
    driver.wait();
    assert!(!driver.card.dead);
}

#[test]
fn commands_that_wait_do_not_outlive_the_firmware() {
    let delay = json!({"do": "delay", "command": "SET_ICM_SIZE", "ms": 1});
    let mut driver = Driver::told(&[delay, json!({"do": "die", "command": "NOP"})]);
    driver.post(SET_ICM_SIZE, 0, 0, MIB, EVENT);
    driver.post(NOP, 0, 0, 0, EVENT);
    assert!(driver.card.dead);
    std::thread::sleep(Duration::from_millis(2));
    driver.wait();
    driver.tell(&json!({"do": "release"}));
    assert!(!driver.card.counts.contains_key("SET_ICM_SIZE"));
}

#[test]
fn the_card_vanishes_at_a_command() {
    let mut driver = Driver::told(&[json!({"do": "vanish", "command": "NOP"})]);
    driver.ok(QUERY_FW, 0, 0, 0);
    assert!(!driver.machine.pulled);
    driver.post(NOP, 0, 0, 0, 0);
    assert!(driver.machine.pulled);
}

#[test]
fn noise_is_in_whatever_is_answered() {
    let noise = |command| json!({"do": "garbage", "command": command});
    let mut driver = Driver::told(&[noise("SET_ICM_SIZE"), noise("NOP"), noise("QUERY_FW")]);
    let honest = 8;
    assert_ne!(driver.ok(SET_ICM_SIZE, 0, 0, MIB), honest);
    assert_eq!(driver.ok(SET_ICM_SIZE, 0, 0, MIB), honest);
    driver.ok(NOP, 0, 0, 0);
    driver.ok(QUERY_FW, 0, 0, 0);
    assert_ne!(driver.machine.word(OUT + 4092), 0, "up to its end");
    assert_eq!(driver.pending(), 0);
}

#[test]
fn requests_that_make_no_sense_are_refused() {
    let mut driver = Driver::new();
    for (request, why) in [
        (json!({"do": "die"}), "of which \"command\"?"),
        (
            json!({"do": "vanish", "command": "HCR"}),
            "there is no command HCR",
        ),
        (
            json!({"do": "fail", "command": "NOP"}),
            "with which \"status\"?",
        ),
        (json!({"do": "sense"}), "which \"type\": eth, ib or none?"),
        (
            json!({"do": "temperature"}),
            "no driver wants to hear of that",
        ),
    ] {
        let answer = driver.card.control(&mut driver.machine, &request);
        assert_eq!(answer, Err(why.into()));
    }
}
