// SPDX-License-Identifier: GPL-2.0

//! A driver that knows just enough plays on the model, and then a hostile one.

use super::{bits::Bits, cmdq, command::COMMANDS, firmware, segment::at, *};
use crate::{
    frame::samples,
    testing::{self, Machine, Random, MEMORY},
};
use serde_json::json;

mod receiving;
mod sending;

/// Where the driver has its queue and its mailboxes, and where its other memory begins.
const QUEUE: u64 = 0x1000;
const MAILBOXES: u64 = 0x10_0000;
const HEAP: u64 = 0x40_0000;
const BLOCK: u64 = 1024;

fn get<S: Structure, T: layout::Value>(field: Field<S, T>, data: &[u8]) -> u64 {
    View::of_any_length(data).get(field.number())
}

fn set<S: Structure, T: layout::Value>(field: Field<S, T>, data: &mut [u8], value: u64) {
    ViewMut::of_any_length(data).set(field.number(), value);
}

/// The first word.
fn word(data: &[u8]) -> u32 {
    read_bits(data, 0, 32) as u32
}

struct Driver {
    model: Mlx5,
    host: Machine,
    heap: u64,
    token: u8,
    given: Vec<u64>,
}

impl Driver {
    fn new() -> Self {
        Self {
            model: Mlx5::new(&Setup {
                ports: 1,
                instance: 0,
            }),
            host: Machine::new(),
            heap: HEAP,
            token: 0,
            given: Vec::new(),
        }
    }

    fn read(&mut self, offset: u64) -> u32 {
        let mut word = [0; 4];
        self.model.bar_read(0, offset, &mut word);
        u32::from_be_bytes(word)
    }

    fn write(&mut self, offset: u64, value: u32) {
        let host = &mut self.host;
        self.model.bar_write(host, 0, offset, &value.to_be_bytes());
    }

    fn pages(&mut self, count: u64) -> u64 {
        let address = self.heap;
        self.heap += count * 4096;
        assert!(self.heap <= MEMORY as u64);
        address
    }

    /// Puts data into a chain of blocks, and returns the first one's address.
    fn mailbox(&mut self, start: u64, data: &[u8]) -> u64 {
        for (number, chunk) in data.chunks(512).enumerate() {
            let mut block = [0u8; 576];
            block[..chunk.len()].copy_from_slice(chunk);
            let address = start + number as u64 * BLOCK;
            let more = (number + 1) * 512 < data.len();
            let next = if more { address + BLOCK } else { 0 };
            block[560..568].copy_from_slice(&next.to_be_bytes());
            block[568..572].copy_from_slice(&(number as u32).to_be_bytes());
            block[573] = self.token;
            block[574] = !cmdq::xor(&block[512..574]);
            block[575] = !cmdq::xor(&block[..575]);
            self.host.put(address, &block);
        }
        start
    }

    fn prepare(&mut self, input: &[u8], output: usize) {
        self.token = self.token.wrapping_add(1).max(1);
        let mut entry = [0u8; 64];
        entry[0] = 7;
        entry[4..8].copy_from_slice(&(input.len() as u32).to_be_bytes());
        let inline = input.len().min(16);
        entry[16..16 + inline].copy_from_slice(&input[..inline]);
        if input.len() > 16 {
            let address = self.mailbox(MAILBOXES, &input[16..]);
            entry[8..16].copy_from_slice(&address.to_be_bytes());
        }
        if output > 16 {
            let address = self.mailbox(MAILBOXES + 0x10_0000, &vec![0; output - 16]);
            entry[48..56].copy_from_slice(&address.to_be_bytes());
        }
        entry[56..60].copy_from_slice(&(output as u32).to_be_bytes());
        entry[60] = self.token;
        entry[63] = 1;
        entry[61] = !cmdq::xor(&entry);
        self.host.put(QUEUE, &entry);
    }

    /// The entry's last byte and the output, whose signatures are checked.
    fn result(&mut self, output: usize) -> (u8, Vec<u8>) {
        let mut entry = [0u8; 64];
        self.host.dma_read(QUEUE, &mut entry).unwrap();
        assert_eq!(cmdq::xor(&entry), 0xff, "signature of the entry");
        let mut data = entry[32..48].to_vec();
        let mut address = MAILBOXES + 0x10_0000;
        while data.len() < output {
            let mut block = [0u8; 576];
            self.host.dma_read(address, &mut block).unwrap();
            if entry[63] == 0 {
                assert_eq!(cmdq::xor(&block[512..575]), 0xff, "control signature");
                assert_eq!(cmdq::xor(&block), 0xff, "signature of a block");
            }
            data.extend_from_slice(&block[..512]);
            address += BLOCK;
        }
        data.truncate(output.max(16));
        (entry[63], data)
    }

    fn deliver(&mut self, input: &[u8], output: usize) -> (u8, Vec<u8>) {
        self.prepare(input, output);
        self.write(at::DOORBELL, 1);
        self.result(output)
    }

    /// Executes a command that must succeed.
    fn run(&mut self, name: &str, input: Vec<u8>, output: usize) -> Vec<u8> {
        let (status, output) = self.try_run(name, input, output);
        assert_eq!(status, 0, "{name}: {:?}", self.host.traced.last());
        output
    }

    fn try_run(&mut self, name: &str, mut input: Vec<u8>, output: usize) -> (u64, Vec<u8>) {
        let opcode = command::opcode(name).expect("a command");
        set(MboxIn::OPCODE, &mut input, opcode.0.into());
        let (delivery, output) = self.deliver(&input, output);
        assert_eq!(delivery, 0, "{name}: {:?}", self.host.traced.last());
        (get(MboxOut::STATUS, &output), output)
    }

    fn simple(&mut self, name: &str) -> Vec<u8> {
        self.run(name, vec![0; 16], 16)
    }

    fn give(&mut self, count: u64) {
        let start = self.pages(count);
        let mut input = vec![0; 16];
        set(MboxIn::OP_MOD, &mut input, 1);
        set(ManagePagesIn::INPUT_NUM_ENTRIES, &mut input, count);
        for number in 0..count {
            let page = start + number * 4096;
            self.given.push(page);
            input.extend_from_slice(&page.to_be_bytes());
        }
        self.run("MANAGE_PAGES", input, 16);
    }

    fn query_pages(&mut self, which: u64) -> u64 {
        let mut input = vec![0; 16];
        set(MboxIn::OP_MOD, &mut input, which);
        get(
            QueryPagesOut::NUM_PAGES,
            &self.run("QUERY_PAGES", input, 16),
        )
    }

    fn take_all(&mut self) {
        while !self.given.is_empty() {
            let mut input = vec![0; 16];
            set(MboxIn::OP_MOD, &mut input, 2);
            set(ManagePagesIn::INPUT_NUM_ENTRIES, &mut input, 100);
            let output = self.run("MANAGE_PAGES", input, 16 + 800);
            let count = get(ManagePagesOut::OUTPUT_NUM_ENTRIES, &output) as usize;
            assert!(count > 0, "no page came back");
            for page in output[16..16 + count * 8].chunks_exact(8) {
                let page = read_bits(page, 0, 64);
                let index = self.given.iter().position(|given| *given == page);
                self.given
                    .swap_remove(index.expect("a page that was given"));
            }
        }
    }

    fn enable(&mut self) {
        assert_eq!(self.read(at::INITIALIZING) >> 31, 0);
        let queue = self.read(at::QUEUE_LOW);
        assert_eq!((queue >> 4 & 0xf, queue & 0xf), (5, 6));
        self.write(at::QUEUE_HIGH, 0);
        self.write(at::QUEUE_LOW, QUEUE as u32);
        self.simple("ENABLE_HCA");
        let issi = self.run("QUERY_ISSI", vec![0; 16], 112);
        assert_eq!(get(QueryIssiOut::SUPPORTED_ISSI_DW0, &issi) & 2, 2);
        let mut input = vec![0; 16];
        set(SetIssiIn::CURRENT_ISSI, &mut input, 1);
        self.run("SET_ISSI", input, 16);
        let count = self.query_pages(1);
        self.give(count);
    }

    fn start(&mut self) {
        self.enable();
        let mut input = vec![0; 16];
        set(MboxIn::OP_MOD, &mut input, 1);
        let output = self.run("QUERY_HCA_CAP", input, 16 + 4096);
        let mut input = vec![0; 16];
        input.extend_from_slice(&output[16..]);
        set(CmdHcaCap::CMDIF_CHECKSUM, &mut input[16..], 3);
        self.run("SET_HCA_CAP", input, 16);
        let count = self.query_pages(2);
        self.give(count);
        self.simple("INIT_HCA");
    }

    /// After a reset: what the card was given is the driver's again.
    fn start_again(&mut self) {
        self.given.clear();
        self.heap = HEAP;
        self.start();
    }

    fn stop(&mut self) {
        self.simple("TEARDOWN_HCA");
        self.take_all();
        self.simple("DISABLE_HCA");
    }

    fn uar(&mut self) -> u64 {
        get(AllocUarOut::UAR, &self.simple("ALLOC_UAR"))
    }

    /// Makes an event queue of 64 entries, and returns its number and where it is.
    fn eq(&mut self, uar: u64, vector: u64, mask: u64) -> (u32, u64) {
        let page = self.pages(1);
        let mut input = vec![0; CreateEqIn::BYTES];
        let context = CreateEqIn::EQ_CONTEXT_ENTRY;
        set(context.then(Eqc::LOG_EQ_SIZE), &mut input, 6);
        set(context.then(Eqc::UAR_PAGE), &mut input, uar);
        set(context.then(Eqc::INTR), &mut input, vector);
        let mut masks = CreateEqIn::EVENT_BITMASK.elements();
        set(masks.next().unwrap(), &mut input, mask);
        input.extend_from_slice(&page.to_be_bytes());
        let output = self.run("CREATE_EQ", input, 16);
        let number = get(CreateEqOut::EQ_NUMBER, &output) as u32;
        self.write(uar * 4096 + 0x40, number << 24);
        (number, page)
    }

    fn cq(&mut self, eq: u32, uar: u64) -> (u32, u64, u64) {
        let (page, doorbell) = (self.pages(1), self.pages(1));
        let mut input = vec![0; CreateCqIn::BYTES];
        let context = CreateCqIn::CQ_CONTEXT;
        set(context.then(Cqc::LOG_CQ_SIZE), &mut input, 4);
        set(context.then(Cqc::UAR_PAGE), &mut input, uar);
        let eqn = context.then(Cqc::C_EQN_OR_APU_ELEMENT);
        set(eqn, &mut input, eq.into());
        set(context.then(Cqc::DBR_ADDR), &mut input, doorbell);
        input.extend_from_slice(&page.to_be_bytes());
        let output = self.run("CREATE_CQ", input, 16);
        (get(CreateCqOut::CQN, &output) as u32, page, doorbell)
    }

    /// Makes a send queue of 64 blocks that is ready.
    fn sq(&mut self, cq: u32, uar: u64) -> (u32, u64, u64) {
        let (page, doorbell) = (self.pages(1), self.pages(1));
        let mut input = vec![0; CreateSqIn::BYTES];
        let context = CreateSqIn::CTX;
        let work = context.then(Sqc::WQ);
        set(context.then(Sqc::CQN), &mut input, cq.into());
        set(work.then(Wq::LOG_WQ_SZ), &mut input, 6);
        set(work.then(Wq::LOG_WQ_STRIDE), &mut input, 6);
        set(work.then(Wq::DBR_ADDR), &mut input, doorbell);
        set(work.then(Wq::UAR_PAGE), &mut input, uar);
        input.extend_from_slice(&page.to_be_bytes());
        let sq = get(CreateSqOut::SQN, &self.run("CREATE_SQ", input, 16)) as u32;
        let mut input = vec![0; ModifySqIn::BYTES];
        set(ModifySqIn::SQN, &mut input, sq.into());
        set(ModifySqIn::CTX.then(Sqc::STATE), &mut input, 1);
        self.run("MODIFY_SQ", input, 16);
        (sq, page, doorbell)
    }

    fn destroy<S: Structure>(
        &mut self,
        name: &str,
        field: Field<S, impl layout::Value>,
        number: u64,
    ) -> u64 {
        let mut input = vec![0; 16];
        set(field, &mut input, number);
        self.try_run(name, input, 16).0
    }

    fn ask(&mut self, request: Value) -> Value {
        self.model.control(&mut self.host, &request).unwrap()
    }
}

#[test]
fn a_driver_comes_and_goes() {
    let mut driver = Driver::new();
    for _ in 0..3 {
        driver.start();
        assert_eq!(driver.model.phase, Phase::Running);
        driver.stop();
        let left = driver.ask(json!({"do": "objects"}));
        assert_eq!((&left["total"], &left["pages"]), (&json!(0), &json!(0)));
        assert_eq!(left["leaked"], json!({}));
        assert_eq!(driver.ask(json!({"do": "info"}))["unknown"], json!([]));
        driver.heap = HEAP;
    }
}

#[test]
fn what_is_left_is_told() {
    let mut driver = Driver::new();
    driver.start();
    driver.simple("ALLOC_PD");
    driver.uar();
    driver.simple("TEARDOWN_HCA");
    driver.simple("DISABLE_HCA");
    let left = driver.ask(json!({"do": "objects"}));
    let pages = driver.given.len();
    assert_eq!(left["leaked"], json!({"pd": 1, "uar": 1, "page": pages}));
    assert_eq!(left["pages"], 0);
}

#[test]
fn commands_have_their_time() {
    let mut driver = Driver::new();
    driver.write(at::QUEUE_LOW, QUEUE as u32);
    let (status, _) = driver.try_run("ALLOC_PD", vec![0; 16], 16);
    assert_eq!(status, Status::BadSystemState as u64);
    driver.enable();
    let (status, _) = driver.try_run("ALLOC_PD", vec![0; 16], 16);
    assert_eq!(status, Status::BadSystemState as u64);
}

#[test]
fn unknown_commands_are_bad_operations() {
    let mut driver = Driver::new();
    driver.start();
    for _ in 0..2 {
        let (status, _) = driver.try_run("0xfff", vec![0; 16], 16);
        assert_eq!(status, Status::BadOperation as u64);
    }
    let unknown = &driver.ask(json!({"do": "info"}))["unknown"];
    assert_eq!(*unknown, json!(["command 0xfff"]));
}

type Spoil = fn(&mut Driver);

#[test]
fn wrong_envelopes_are_not_delivered() {
    use cmdq::Delivery;

    let mut driver = Driver::new();
    driver.start();
    let wrong: &[(Delivery, Spoil)] = &[
        (Delivery::Signature, |driver| {
            driver.host.memory[QUEUE as usize + 20] ^= 1;
        }),
        (Delivery::Token, |driver| {
            driver.host.memory[MAILBOXES as usize + 573] ^= 1;
        }),
        (Delivery::BlockNumber, |driver| {
            driver.host.memory[MAILBOXES as usize + 571] ^= 1;
        }),
        // It asked for looking at the signatures of mailboxes.
        (Delivery::Signature, |driver| {
            driver.host.memory[MAILBOXES as usize + 10] ^= 1;
        }),
    ];
    for (expected, spoil) in wrong {
        let mut input = vec![0; 80];
        set(MboxIn::OPCODE, &mut input, 0x10d);
        driver.prepare(&input, 16);
        spoil(&mut driver);
        driver.write(at::DOORBELL, 1);
        let (delivery, _) = driver.result(16);
        assert_eq!(delivery >> 1, *expected as u8, "{expected:?}");
    }
}

#[test]
fn commands_complete_by_events() {
    let mut driver = Driver::new();
    driver.start();
    let uar = driver.uar();
    let mask = 1 << EventType::CMD.0;
    let (number, page) = driver.eq(uar, 3, mask);
    assert!(driver.host.interrupts.is_empty(), "made by polling");
    driver.simple("ALLOC_PD");
    assert_eq!(driver.host.interrupts, [3]);
    let entry = &driver.host.memory[page as usize..page as usize + 64];
    assert_eq!((entry[1], entry[63] & 1), (EventType::CMD.0, 0));
    assert_eq!(entry[32..36], [0, 0, 0, 1]);
    // Not armed: no second interrupt, until it is armed with something in the queue.
    driver.simple("ALLOC_PD");
    assert_eq!(driver.host.interrupts.len(), 1);
    driver.write(uar * 4096 + 0x40, number << 24 | 1);
    assert_eq!(driver.host.interrupts.len(), 2);
    // The last command that it is there for is the one that destroys it.
    let status = driver.destroy("DESTROY_EQ", DestroyEqIn::EQ_NUMBER, number.into());
    assert_eq!(status, 0);
}

#[test]
fn what_is_in_use_stays() {
    let mut driver = Driver::new();
    driver.start();
    let uar = driver.uar();
    let (eq, _) = driver.eq(uar, 1, 0);
    let (cq, ..) = driver.cq(eq, uar);
    let in_use = Status::BadResourceState as u64;
    assert_eq!(
        driver.destroy("DEALLOC_UAR", DeallocUarIn::UAR, uar),
        in_use
    );
    assert_eq!(
        driver.destroy("DESTROY_EQ", DestroyEqIn::EQ_NUMBER, eq.into()),
        in_use
    );
    assert_eq!(driver.destroy("DESTROY_CQ", DestroyCqIn::CQN, cq.into()), 0);
    assert_eq!(
        driver.destroy("DESTROY_EQ", DestroyEqIn::EQ_NUMBER, eq.into()),
        0
    );
    assert_eq!(driver.destroy("DEALLOC_UAR", DeallocUarIn::UAR, uar), 0);
    let gone = Status::BadResource as u64;
    assert_eq!(driver.destroy("DEALLOC_UAR", DeallocUarIn::UAR, uar), gone);
    driver.stop();
}

#[test]
fn requests_are_sent_and_completed() {
    let mut driver = Driver::new();
    driver.start();
    let uar = driver.uar();
    let (eq, _) = driver.eq(uar, 5, 0);
    let (cq, completions, _) = driver.cq(eq, uar);
    let (sq, page, doorbell) = driver.sq(cq, uar);

    // A request of 6 units, which is two blocks, and one of 1 that wants a completion.
    let at = page as usize;
    driver.host.memory[at + 4..at + 8].copy_from_slice(&(sq << 8 | 6).to_be_bytes());
    let at = at + 128;
    driver.host.memory[at + 1..at + 4].copy_from_slice(&[0, 2, 0xa]);
    driver.host.memory[at + 4..at + 8].copy_from_slice(&(sq << 8 | 1).to_be_bytes());
    driver.host.memory[at + 11] = 2 << 2;
    driver.host.memory[doorbell as usize + 7] = 3;
    let arm = [0u32, cq].map(u32::to_be_bytes).concat();
    let host = &mut driver.host;
    driver.model.bar_write(host, 0, uar * 4096 + 0x20, &arm);
    let ring = [0x20a, sq << 8 | 1].map(u32::to_be_bytes).concat();
    driver.model.bar_write(host, 0, uar * 4096 + 0x800, &ring);
    assert_eq!(host.interrupts, [5]);
    let completion = &host.memory[completions as usize..][..64];
    assert_eq!(word(&completion[56..]), 0x0a00_0000 | sq);
    assert_eq!(completion[60..64], [0, 2, 0, 0]);
    assert_eq!(driver.ask(json!({"do": "info"}))["sent"], 2);

    // One without length is none: the queue fails, and says so.
    driver.host.memory[doorbell as usize + 7] = 4;
    let host = &mut driver.host;
    driver.model.bar_write(host, 0, uar * 4096 + 0x800, &ring);
    let completion = &host.memory[completions as usize + 64..][..64];
    assert_eq!(completion[63] >> 4, 0xd);
}

#[test]
fn pages_are_asked_for() {
    let mut driver = Driver::new();
    driver.start();
    let uar = driver.uar();
    let (_, page) = driver.eq(uar, 0, 1 << EventType::PAGE_REQUEST.0);
    let asked = |driver: &Driver, number: usize| {
        let entry = &driver.host.memory[page as usize + number * 64..][..64];
        (entry[1] == EventType::PAGE_REQUEST.0).then(|| word(&entry[36..]) as i32)
    };
    driver.ask(json!({"do": "pages", "extra": 100}));
    assert_eq!(asked(&driver, 0), Some(128));
    driver.give(128);
    driver.ask(json!({"do": "pages", "extra": 0}));
    assert_eq!(asked(&driver, 1), None, "a few too many are kept");
    driver.ask(json!({"do": "pages", "extra": 300}));
    let more = asked(&driver, 1).unwrap() as u64;
    driver.give(more);
    driver.ask(json!({"do": "pages"}));
    assert!(asked(&driver, 2).unwrap() < -100);
}

#[test]
fn pages_must_be_pages() {
    let mut driver = Driver::new();
    driver.enable();
    for page in [0x123, MEMORY as u64, driver.given[0]] {
        let mut input = vec![0; 16];
        set(MboxIn::OP_MOD, &mut input, 1);
        set(ManagePagesIn::INPUT_NUM_ENTRIES, &mut input, 1);
        input.extend_from_slice(&page.to_be_bytes());
        let (status, _) = driver.try_run("MANAGE_PAGES", input, 16);
        assert_eq!(status, Status::BadParameter as u64, "{page:#x}");
    }
}

#[test]
fn faults_happen_as_often_as_told() {
    let mut driver = Driver::new();
    driver.start();
    driver.ask(json!({"do": "fail", "command": "ALLOC_PD", "status": 5, "count": 2}));
    driver.simple("ALLOC_UAR");
    for status in [5, 5, 0] {
        assert_eq!(driver.try_run("ALLOC_PD", vec![0; 16], 16).0, status);
    }
    driver.ask(json!({"do": "hang", "command": "any"}));
    driver.prepare(&[8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 16);
    driver.write(at::DOORBELL, 1);
    assert_eq!(driver.host.memory[QUEUE as usize + 63], 1);
    driver.ask(json!({"do": "release"}));
    assert_eq!(driver.host.memory[QUEUE as usize + 63], 0);
    driver.prepare(&[8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 16);
    driver.ask(json!({"do": "delay", "command": "any", "ms": 5}));
    driver.write(at::DOORBELL, 1);
    assert_eq!(driver.host.memory[QUEUE as usize + 63], 1);
    assert!(driver.model.tick(&mut driver.host).is_some());
    std::thread::sleep(Duration::from_millis(6));
    assert!(driver.model.tick(&mut driver.host).is_none());
    assert_eq!(driver.host.memory[QUEUE as usize + 63], 0);
    let host = &mut driver.host;
    for wrong in [
        json!({"do": "hang"}),
        json!({"do": "hang", "command": "NONSENSE"}),
        json!({"do": "delay", "command": "any", "ms": "x"}),
        json!({"do": "fail", "command": "any"}),
        json!({"do": "link"}),
        json!({"do": "dance"}),
    ] {
        assert!(driver.model.control(host, &wrong).is_err());
    }
}

fn access(driver: &mut Driver, register: u64, write: bool, data: &[u8]) -> Vec<u8> {
    let mut input = vec![0; 16];
    set(AccessRegisterIn::REGISTER_ID, &mut input, register);
    set(MboxIn::OP_MOD, &mut input, u64::from(!write));
    input.extend_from_slice(data);
    driver.run("ACCESS_REG", input, 16 + data.len())[16..].to_vec()
}

#[test]
fn firmware_is_updated() {
    let mut driver = Driver::new();
    driver.start();
    let uar = driver.uar();
    let (_, page) = driver.eq(uar, 0, 1 << EventType::GENERAL_EVENT.0);
    let mut image = b"CNXMODEL".to_vec();
    image.extend_from_slice(&[0, 16, 0, 99, 0x12, 0x34, 0, 0]);
    image.extend_from_slice(&[7; 3000]);
    image.extend_from_slice(&firmware::crc32(&image).to_be_bytes());
    let step = |driver: &mut Driver, instruction: u64| {
        let state = access(driver, 0x9062, false, &[0; 32]);
        let mut data = [0; 32];
        set(MccReg::INSTRUCTION, &mut data, instruction);
        set(
            MccReg::UPDATE_HANDLE,
            &mut data,
            get(MccReg::UPDATE_HANDLE, &state),
        );
        set(MccReg::COMPONENT_SIZE, &mut data, 3020);
        access(driver, 0x9062, true, &data);
        let state = access(driver, 0x9062, false, &[0; 32]);
        (
            get(MccReg::CONTROL_STATE, &state),
            get(MccReg::ERROR_CODE, &state),
        )
    };
    for spoilt in [true, false] {
        assert_eq!(step(&mut driver, 1), (1, 0));
        assert_eq!(step(&mut driver, 3), (3, 0));
        let handle = get(
            MccReg::UPDATE_HANDLE,
            &access(&mut driver, 0x9062, false, &[0; 32]),
        );
        for (number, chunk) in image.chunks(1024).enumerate() {
            let mut data = vec![0; 16];
            set(McdaReg::UPDATE_HANDLE, &mut data, handle);
            set(McdaReg::OFFSET, &mut data, number as u64 * 1024);
            set(McdaReg::SIZE, &mut data, chunk.len() as u64);
            let swapped = chunk.chunks(4).flat_map(|word| word.iter().rev().copied());
            data.extend(swapped);
            data[16 + 100] ^= u8::from(spoilt && number == 1);
            access(&mut driver, 0x9063, true, &data);
        }
        if spoilt {
            assert_eq!(step(&mut driver, 4), (1, 2));
        } else {
            assert_eq!(step(&mut driver, 4), (1, 0));
            assert_eq!(step(&mut driver, 6), (1, 0));
        }
        step(&mut driver, 2);
    }
    assert_eq!(driver.model.firmware.pending, Some((16, 99, 0x1234)));

    // The reset: requested, acknowledged, unloaded.
    let state =
        |driver: &Driver, number: usize| driver.host.memory[page as usize + number * 64 + 35];
    access(&mut driver, 0x9028, true, &[0, 0, 0, 0, 0x20, 0, 0, 8]);
    assert_eq!(state(&driver, 0), 0);
    access(&mut driver, 0x9028, true, &[0, 0, 0, 0, 0x08, 0, 0, 8]);
    assert_eq!(state(&driver, 1), 3);
    driver.write(at::INITIALIZING, 1 << 22);
    assert_eq!(driver.read(at::INITIALIZING) >> 31, 1);
    std::thread::sleep(Duration::from_millis(250));
    assert_eq!(driver.read(at::INITIALIZING) >> 31, 0);
    assert_eq!(driver.read(at::FW_REVISION), 99 << 16 | 16);
    driver.start_again();
}

#[test]
fn the_last_reset_is_told() {
    let reason = |driver: &mut Driver| {
        let state = access(driver, 0x912a, false, &[0; 64]);
        assert!(get(firmware::MrsiReg::CRTS, &state) > 0);
        get(firmware::MrsiReg::RESET_REASON, &state)
    };
    let mut driver = Driver::new();
    driver.model.firmware.pending = Some((16, 99, 1));
    driver.start();
    assert_eq!(reason(&mut driver), 0);
    driver.model.reset(Reset::Function);
    driver.start_again();
    assert_eq!(reason(&mut driver), 0, "only the function was reset");
    let queue = driver.read(at::QUEUE_LOW) & !0xfff;
    driver.write(at::QUEUE_LOW, queue | 7 << 8);
    std::thread::sleep(Duration::from_millis(250));
    driver.start_again();
    assert_eq!(reason(&mut driver), 1);
    driver.model.reset(Reset::Power);
    driver.start_again();
    assert_eq!(reason(&mut driver), 0);
    // There is no processor beside the chip.
    let mut input = vec![0; 80];
    set(AccessRegisterIn::REGISTER_ID, &mut input, 0x912a);
    set(MboxIn::OP_MOD, &mut input, 1);
    set(firmware::MrsiReg::DEVICE, &mut input[16..], 1);
    let (status, _) = driver.try_run("ACCESS_REG", input, 80);
    assert_eq!(status, Status::BadParameter as u64);
}

#[test]
fn firmware_that_waits_runs_when_there_is_power_again() {
    let mut driver = Driver::new();
    driver.model.firmware.pending = Some((16, 99, 1));
    driver.model.reset(Reset::Machine);
    assert_eq!(driver.read(at::FW_REVISION) >> 16, 35);
    driver.model.reset(Reset::Power);
    assert_eq!(driver.read(at::FW_REVISION) >> 16, 99);
}

#[test]
fn registers_that_are_there_are_told() {
    let mut driver = Driver::new();
    driver.start();
    let mut told = |group: u64| {
        let mut data = [0; McamReg::BYTES];
        set(McamReg::ACCESS_REG_GROUP, &mut data, group);
        access(&mut driver, 0x907f, false, &data)
    };
    // Those that the driver looks for; MRSI is number 0x2a of those from 0x9100 on.
    let first = told(0);
    let registers = McamReg::MNG_ACCESS_REG_CAP_MASK__ACCESS_REGS;
    for field in [
        McamAccessReg::MCDA,
        McamAccessReg::MCC,
        McamAccessReg::MCQI,
        McamAccessReg::MCQS,
        McamAccessReg::MPIR,
        McamAccessReg::MFRL,
        McamAccessReg::MRTC,
        McamAccessReg::MTMP,
    ] {
        assert_eq!(get(registers.then(field), &first), 1, "{field:?}");
    }
    let mask = McamReg::MNG_ACCESS_REG_CAP_MASK.bytes();
    assert_eq!(read_bits(&told(2)[mask.clone()], 0, 64), 0);
    assert_eq!(read_bits(&told(2)[mask.clone()], 64, 64), 1 << 0x2a);
    assert_eq!(told(3)[mask], [0; 16]);
}

#[test]
fn time_outs_are_told() {
    let mut driver = Driver::new();
    driver.start();
    let data = access(&mut driver, 0xc00e, false, &[0; DtorReg::BYTES]);
    let unload = DtorReg::RESET_UNLOAD_TO;
    let unit = unload.then(DefaultTimeout::TO_MULTIPLIER);
    let value = unload.then(DefaultTimeout::TO_VALUE);
    assert_eq!((get(unit, &data), get(value, &data)), (1, 300));
}

#[test]
fn the_temperature_is_measured() {
    let mut driver = Driver::new();
    driver.start();
    let uar = driver.uar();
    let (_, page) = driver.eq(uar, 0, 1 << EventType::TEMP_WARN_EVENT.0);
    let warned = |driver: &Driver, number: usize| {
        let entry = &driver.host.memory[page as usize + number * 64..][..64];
        entry[1] == EventType::TEMP_WARN_EVENT.0 && entry[47] == 1
    };
    let measure = |driver: &mut Driver, forget: u64| {
        let mut data = [0; MtmpReg::BYTES];
        set(MtmpReg::MTR, &mut data, forget);
        let data = access(driver, 0x900a, false, &data);
        [
            MtmpReg::TEMPERATURE,
            MtmpReg::MAX_TEMPERATURE,
            MtmpReg::TEMP_THRESHOLD_HI,
        ]
        .map(|field| get(field, &data) as i16 / 8)
    };
    driver.ask(json!({"do": "temperature", "celsius": 104}));
    assert!(!warned(&driver, 0));
    driver.ask(json!({"do": "temperature", "celsius": 105}));
    assert!(warned(&driver, 0));
    driver.ask(json!({"do": "temperature", "celsius": -3}));
    assert_eq!(measure(&mut driver, 0), [-3, 105, 105]);
    assert_eq!(measure(&mut driver, 1), [-3, -3, 105]);
    driver.ask(json!({"do": "temperature", "celsius": 71, "threshold": 70}));
    assert!(warned(&driver, 1));
    assert_eq!(measure(&mut driver, 0), [71, 71, 70]);
}

#[test]
fn capabilities_are_switched_on() {
    const ODP: u64 = CapabilityType::ODP.0 as u64;
    const RC: Field<OdpCap, OdpPerTransportServiceCap> =
        OdpCap::TRANSPORT_PAGE_FAULT_SCHEME_CAP.then(OdpSchemeCap::RC_ODP_CAPS);

    let mut driver = Driver::new();
    driver.enable();
    let query = |driver: &mut Driver, now: u64| {
        let mut input = vec![0; 16];
        set(MboxIn::OP_MOD, &mut input, ODP << 1 | now);
        driver.run("QUERY_HCA_CAP", input, 16 + 4096)[16..].to_vec()
    };
    let write = |driver: &mut Driver, data: &[u8]| {
        let mut input = vec![0; 16];
        set(MboxIn::OP_MOD, &mut input, ODP << 1);
        input.extend_from_slice(data);
        driver.try_run("SET_HCA_CAP", input, 16).0
    };
    let field = RC.then(OdpPerTransportServiceCap::SRQ_RECEIVE);
    let most = query(&mut driver, 0);
    assert_eq!(get(field, &most), 1);
    assert_eq!(get(field, &query(&mut driver, 1)), 0);
    assert_eq!(write(&mut driver, &most), 0);
    assert_eq!(query(&mut driver, 1), most);
    let mut more = most.clone();
    set(OdpCap::MEM_PAGE_FAULT, &mut more, 1);
    assert_eq!(write(&mut driver, &more), Status::BadParameter as u64);
    assert_eq!(query(&mut driver, 1), most);
}

#[test]
fn answers_are_spoilt() {
    let mut driver = Driver::new();
    driver.start();
    let (input, length) = (vec![0; 16], 16 + 4096);
    let good = driver.run("QUERY_HCA_CAP", input.clone(), length);
    driver.ask(json!({"do": "garbage", "command": "QUERY_HCA_CAP"}));
    let (status, noise) = driver.try_run("QUERY_HCA_CAP", input.clone(), length);
    assert_eq!(status, 0, "only what follows the status is noise");
    assert_ne!(noise, good);
    assert_eq!(driver.host.command.1, noise, "that is traced, too");
    assert_eq!(driver.host.command.0[..2], [1, 0]);
    assert_eq!(driver.run("QUERY_HCA_CAP", input.clone(), length), good);

    driver.ask(json!({"do": "signature", "command": "QUERY_HCA_CAP"}));
    let mut query = input;
    set(MboxIn::OPCODE, &mut query, 0x100);
    driver.prepare(&query, length);
    driver.write(at::DOORBELL, 1);
    let entry = &driver.host.memory[QUEUE as usize..][..64];
    let block = &driver.host.memory[MAILBOXES as usize + 0x10_0000..][..576];
    assert_eq!(entry[63], 0, "it is done");
    assert_ne!(cmdq::xor(entry), 0xff);
    assert_ne!(cmdq::xor(block), 0xff);
    assert_eq!(driver.run("QUERY_HCA_CAP", vec![0; 16], length), good);
}

#[test]
fn a_dead_firmware_is_reset() {
    let mut driver = Driver::new();
    driver.start();
    driver.ask(json!({"do": "fatal", "syndrome": 7}));
    assert_eq!(driver.read(at::HEALTH + 0x3c) >> 16 & 0xff, 7);
    assert_eq!(driver.read(at::HEALTH + 0x38) >> 31, 1);
    driver.prepare(&[0; 16], 16);
    driver.write(at::DOORBELL, 1);
    assert_eq!(driver.host.memory[QUEUE as usize + 63], 1, "it is dead");
    let queue = driver.read(at::QUEUE_LOW) & !0xfff;
    driver.write(at::QUEUE_LOW, queue | 7 << 8);
    assert_eq!(driver.read(at::QUEUE_LOW) >> 8 & 7, 7);
    std::thread::sleep(Duration::from_millis(250));
    assert_eq!(driver.read(at::QUEUE_LOW) >> 8 & 7, 1);
    driver.start_again();
}

#[test]
fn a_command_may_be_the_last_one() {
    const ALLOC_PD: [u8; 16] = [8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    let mut driver = Driver::new();
    driver.start();
    driver.ask(json!({"do": "die", "command": "any", "after": 1}));
    driver.run("ALLOC_PD", vec![0; 16], 16);
    driver.prepare(&ALLOC_PD, 16);
    driver.write(at::DOORBELL, 1);
    assert_eq!(driver.host.memory[QUEUE as usize + 63], 1, "it is dead");
    assert_eq!(driver.read(at::HEALTH + 0x38) >> 31, 1);

    let mut driver = Driver::new();
    driver.start();
    driver.ask(json!({"do": "vanish", "command": "ALLOC_PD"}));
    driver.prepare(&ALLOC_PD, 16);
    driver.write(at::DOORBELL, 1);
    assert!(driver.host.pulled);
    assert_eq!(driver.host.memory[QUEUE as usize + 63], 1, "it is gone");
}

#[test]
fn how_long_commands_may_take_is_told() {
    let mut driver = Driver::new();
    assert_eq!(driver.read(at::COMMAND_TIMEOUT), 60_000);
    driver.ask(json!({"do": "timeout", "ms": 500}));
    driver.model.reset(Reset::Power);
    assert_eq!(driver.read(at::COMMAND_TIMEOUT), 500);
}

#[test]
fn the_port_goes_up_and_down() {
    let mut driver = Driver::new();
    driver.start();
    let uar = driver.uar();
    let (_, page) = driver.eq(uar, 0, 1 << EventType::PORT_CHANGE.0);
    driver.ask(json!({"do": "link", "up": false}));
    driver.ask(json!({"do": "link", "up": true}));
    for (number, subtype) in [1, 4].into_iter().enumerate() {
        let entry = &driver.host.memory[page as usize + number * 64..][..64];
        assert_eq!(
            (entry[1], entry[3], entry[40]),
            (EventType::PORT_CHANGE.0, subtype, 1 << 4)
        );
    }
    let paos = access(&mut driver, 0x5006, false, &[0; 16]);
    assert_eq!(get(PaosReg::OPER_STATUS, &paos), 1);
}

#[test]
fn operation_codes_are_in_order() {
    assert!(COMMANDS
        .windows(2)
        .all(|pair| pair[0].opcode < pair[1].opcode));
}

/// A command, and how its input is: as long as it may be, or not, with numbers in its fields, or
/// everywhere. Half of them are about an object that there is, if they mean what they say.
fn nonsense(random: &mut Random, model: &Mlx5) -> Vec<u8> {
    let mut command = random.pick(COMMANDS);
    let mut object = None;
    let there = model.objects.keys();
    if !there.is_empty() && random.below(2) == 0 {
        let (kind, number) = random.pick(&there);
        let name = format!("_{}", kind.name().to_uppercase());
        let about = |command: &&command::Command| command.name().contains(&name);
        let about: Vec<_> = COMMANDS.iter().filter(about).collect();
        if !about.is_empty() {
            (command, object) = (random.pick(&about), Some(*number));
        }
    }
    let shown = shown::find(command.name(), "In");
    let bytes = shown.map_or(16, |shown| shown.bytes);
    let length = match random.below(8) {
        0 => random.below(5000) as usize,
        1 => 8,
        _ => bytes + 8 * random.below(20) as usize,
    };
    let mut input = vec![0; length.max(8)];
    if random.below(4) == 0 {
        random.fill(&mut input);
    }
    // Most numbers of objects are there.
    let most = [("", Bits::of(DeallocFlowCounterIn::FLOW_COUNTER_ID))];
    let fields = shown.map_or(&most[..], |shown| shown.fields);
    for (_, field) in fields {
        if random.below(2) == 0 {
            let number = object.filter(|_| random.below(2) == 0);
            field.set(&mut input, number.unwrap_or_else(|| random.number()));
        }
    }
    let pages = input.get_mut(bytes..).unwrap_or_default();
    for page in pages.chunks_exact_mut(8) {
        let address = random.below(MEMORY as u64) & !0xfff;
        page.copy_from_slice(&address.to_be_bytes());
    }
    if command.opcode == Opcode::ACCESS_REG {
        let (register, _) = random.pick(registers::REGISTERS);
        set(AccessRegisterIn::REGISTER_ID, &mut input, register.0.into());
    }
    let opcode = match random.below(50) {
        0 => random.below(0x1000) as u16,
        _ => command.opcode.0,
    };
    set(MboxIn::OPCODE, &mut input, opcode.into());
    set(
        MboxIn::OP_MOD,
        &mut input,
        random.below(3) * random.below(3),
    );
    input
}

/// A request to the control socket.
fn request(random: &mut Random) -> Value {
    let what = [
        "link",
        "module",
        "temperature",
        "pages",
        "fatal",
        "heartbeat",
        "vport",
        "reset",
        "delay",
        "hang",
        "fail",
        "undelivered",
        "garbage",
        "signature",
        "die",
        "vanish",
        "release",
        "clear",
        "info",
        "objects",
        "frames",
    ];
    let number = random.number() as i64;
    json!({
        "do": random.pick(&what),
        "command": if number & 1 == 0 { "any" } else { "CREATE_SQ" },
        "up": number & 2 == 0,
        "plugged": number & 4 == 0,
        "reset": number & 8 == 0,
        "on": number & 16 == 0,
        "count": 1 + (number & 3),
        "ms": number & 1,
        "status": number & 0xff,
        "syndrome": number,
        "error": number & 0xff,
        "celsius": number,
        "extra": number,
    })
}

/// What a guest can do to the card: everything, in any order, with mailboxes and queues of noise.
fn attack(seed: u64) {
    let mut random = Random::new(seed);
    let mut driver = Driver::new();
    driver.model = Mlx5::new(&Setup {
        ports: 1 + random.below(2) as u8,
        instance: 0,
    });
    let mut queue = None;
    match random.below(8) {
        0 => {}
        1 => driver.enable(),
        2..5 => {
            let (receiver, sends) = receiving::ready(&mut random);
            queue = Some((receiver.uar, sends));
            driver = receiver.driver;
        }
        _ => {
            driver.start();
            let uar = driver.uar();
            let (eq, _) = driver.eq(uar, 1, random.number());
            let (cq, ..) = driver.cq(eq, uar);
            queue = Some((uar, driver.sq(cq, uar)));
        }
    }
    for _ in 0..300 {
        match random.below(16) {
            0..8 => {
                let input = nonsense(&mut random, &driver.model);
                driver.prepare(&input, random.below(5000) as usize);
                if random.below(16) == 0 {
                    let at = *random.pick(&[QUEUE, MAILBOXES, MAILBOXES + 0x10_0000]);
                    let at = (at + random.below(1024)) as usize;
                    driver.host.memory[at] ^= random.next() as u8;
                }
                driver.write(at::DOORBELL, 1);
            }
            8 => {
                // Where the queues are.
                let at = (HEAP + random.below(driver.heap + 0x1000 - HEAP)) as usize;
                let length = random.below(128) as usize;
                random.fill(&mut driver.host.memory[at..at + length]);
            }
            9 => {
                // Requests of a few blocks, more or less.
                let Some((uar, (sq, page, doorbell))) = queue else {
                    continue;
                };
                for block in 0..64 {
                    let at = (page + 64 * block) as usize;
                    driver.host.memory[at + 7] = random.below(9) as u8;
                    driver.host.memory[at + 11] = (random.below(4) << 2) as u8;
                }
                let limit = *random.pick(&[8, 64, 1 << 16]);
                let producer = random.below(limit) as u32;
                driver.host.put(doorbell + 4, &producer.to_be_bytes());
                let ring = [0, sq << 8].map(u32::to_be_bytes).concat();
                let at = uar * 4096 + 0x800;
                driver.model.bar_write(&mut driver.host, 0, at, &ring);
            }
            10..12 => {
                let page = (16 + random.below(4)) * 4096;
                let at = *random.pick(&[0x20, 0x24, 0x40, 0x48, 0x800, 0x804]);
                let mut data = [0; 8];
                write_bits(&mut data, 0, 32, random.number());
                write_bits(&mut data, 32, 32, random.number());
                if random.below(2) == 0 {
                    // A number that a queue may have.
                    data[4] = 0;
                }
                let data = &data[..*random.pick(&[4, 8])];
                driver.model.bar_write(&mut driver.host, 0, page + at, data);
            }
            12 => {
                let (bar, at, value) = (random.below(6) as u8, random.number(), random.number());
                let data = &value.to_be_bytes()[..random.below(9) as usize];
                driver.model.bar_write(&mut driver.host, bar, at, data);
                let at = [
                    at::QUEUE_HIGH,
                    at::QUEUE_LOW,
                    at::DOORBELL,
                    at::INITIALIZING,
                ];
                if random.below(32) == 0 {
                    driver.write(*random.pick(&at), value as u32);
                }
            }
            13 => {
                let mut data = [0; 64];
                let (bar, at) = (random.below(6) as u8, random.number());
                let length = random.below(65) as usize;
                driver.model.bar_read(bar, at, &mut data[..length]);
                let (space, word) = (random.below(16) as u16, random.number() as u32);
                driver.model.vsc_read(space, word);
                driver.model.vsc_write(space, word, random.next() as u32);
            }
            14 if random.below(2) == 0 => {
                let frame = samples::nonsense(&mut random);
                driver.model.receive(&mut driver.host, 0, &frame);
            }
            14 => {
                let request = request(&mut random);
                // The firmware dies too soon anyway.
                if request["do"] != "fatal" || random.below(8) == 0 {
                    let _ = driver.model.control(&mut driver.host, &request);
                }
            }
            _ => {
                driver.model.tick(&mut driver.host);
                for name in ["ENABLE_HCA", "INIT_HCA"] {
                    let opcode = command::opcode(name).expect("a command");
                    let mut input = vec![0; 16];
                    set(MboxIn::OPCODE, &mut input, opcode.0.into());
                    driver.prepare(&input, 16);
                    driver.write(at::DOORBELL, 1);
                }
                if random.below(16) == 0 || !driver.model.segment.accepts_commands() {
                    let why = [Reset::Function, Reset::Machine, Reset::Power];
                    let why = *random.pick(&why);
                    driver.model.reset(why);
                    // Another reset may still be under way.
                    if why == Reset::Power {
                        driver.ask(json!({"do": "clear"}));
                        driver.start_again();
                    }
                }
            }
        }
        driver.host.traced.clear();
        driver.host.interrupts.clear();
        driver.host.sent.clear();
    }
}

#[test]
fn hostile_drivers_do_no_harm() {
    testing::attack(40, attack);
}
