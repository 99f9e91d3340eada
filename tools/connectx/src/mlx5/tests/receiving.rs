// SPDX-License-Identifier: GPL-2.0

//! Frames come from the wire.

use super::*;
use crate::frame::{
    checksum,
    headers::{CVLAN, ETHERNET, IPV4},
    samples::{ethernet, udp_frame, vlan_frame, TO},
};

const BROADCAST: [u8; 6] = [0xff; 6];

/// A driver that is ready to receive.
pub struct Receiver {
    pub driver: Driver,
    pub uar: u64,
    pub cq: (u32, u64, u64),
    pub domain: u64,
    pub key: u32,
    pub transport: u64,
}

/// A receive queue: its number, its entries, and the record of its doorbell.
pub type Queue = (u64, u64, u64);

impl Receiver {
    pub fn new() -> Self {
        let mut driver = Driver::new();
        driver.start();
        let uar = driver.uar();
        let (eq, _) = driver.eq(uar, 5, 0);
        let cq = driver.cq(eq, uar);
        let domain = get(AllocPdOut::PD, &driver.simple("ALLOC_PD"));
        let transport = driver.simple("ALLOC_TRANSPORT_DOMAIN");
        let transport = get(AllocTransportDomainOut::TRANSPORT_DOMAIN, &transport);
        let mut input = vec![0; CreateMkeyIn::BYTES];
        let context = CreateMkeyIn::MEMORY_KEY_MKEY_ENTRY;
        set(context.then(Mkc::LR), &mut input, 1);
        set(context.then(Mkc::LW), &mut input, 1);
        set(context.then(Mkc::LENGTH64), &mut input, 1);
        set(context.then(Mkc::PD), &mut input, domain);
        set(context.then(Mkc::MKEY_7_0), &mut input, 7);
        let output = driver.run("CREATE_MKEY", input, 16);
        let key = (get(CreateMkeyOut::MKEY_INDEX, &output) as u32) << 8 | 7;
        Self {
            driver,
            uar,
            cq,
            domain,
            key,
            transport,
        }
    }

    /// A queue of eight entries of two parts, 32 bytes and 128.
    pub fn rq(&mut self) -> Queue {
        let driver = &mut self.driver;
        let (page, doorbell) = (driver.pages(1), driver.pages(1));
        let buffers = driver.pages(1);
        for entry in 0..8 {
            for (part, length) in [(0, 32u32), (1, 128)] {
                let data = [
                    &length.to_be_bytes()[..],
                    &self.key.to_be_bytes(),
                    &(buffers + entry * 256 + part * 32).to_be_bytes(),
                ];
                driver
                    .host
                    .put(page + entry * 32 + part * 16, &data.concat());
            }
        }
        let mut input = vec![0; CreateRqIn::BYTES];
        let context = CreateRqIn::CTX;
        let work = context.then(Rqc::WQ);
        set(context.then(Rqc::CQN), &mut input, self.cq.0.into());
        set(work.then(Wq::WQ_TYPE), &mut input, 1);
        set(work.then(Wq::LOG_WQ_SZ), &mut input, 3);
        set(work.then(Wq::LOG_WQ_STRIDE), &mut input, 5);
        set(work.then(Wq::DBR_ADDR), &mut input, doorbell);
        set(work.then(Wq::PD), &mut input, self.domain);
        input.extend_from_slice(&page.to_be_bytes());
        let number = get(CreateRqOut::RQN, &driver.run("CREATE_RQ", input, 16));
        let mut input = vec![0; ModifyRqIn::BYTES];
        set(ModifyRqIn::RQN, &mut input, number);
        set(ModifyRqIn::CTX.then(Rqc::STATE), &mut input, 1);
        driver.run("MODIFY_RQ", input, 16);
        (number, buffers, doorbell)
    }

    pub fn give(&mut self, queue: Queue, entries: u32) {
        self.driver.host.put(queue.2, &entries.to_be_bytes());
    }

    fn tir(&mut self, set_up: impl Fn(&mut [u8])) -> u64 {
        let mut input = vec![0; CreateTirIn::BYTES];
        let field = CreateTirIn::CTX.then(Tirc::TRANSPORT_DOMAIN);
        set(field, &mut input, self.transport);
        set_up(&mut input);
        get(
            CreateTirOut::TIRN,
            &self.driver.run("CREATE_TIR", input, 16),
        )
    }

    fn table(&mut self) -> u64 {
        let input = vec![0; CreateFlowTableIn::BYTES];
        let output = self.driver.run("CREATE_FLOW_TABLE", input, 16);
        get(CreateFlowTableOut::TABLE_ID, &output)
    }

    fn root(&mut self, table: u64) {
        let mut input = vec![0; 64];
        set(SetFlowTableRootIn::TABLE_ID, &mut input, table);
        self.driver.run("SET_FLOW_TABLE_ROOT", input, 16);
    }

    /// An entry of a table, with a group of its own, that matches a type behind tags or everything.
    fn entry(&mut self, table: u64, index: u64, kind: Option<u16>, to: &[(u64, u64)]) {
        let mut input = vec![0; CreateFlowGroupIn::BYTES];
        set(CreateFlowGroupIn::TABLE_ID, &mut input, table);
        set(CreateFlowGroupIn::START_FLOW_INDEX, &mut input, index);
        set(CreateFlowGroupIn::END_FLOW_INDEX, &mut input, index);
        set(CreateFlowGroupIn::MATCH_CRITERIA_ENABLE, &mut input, 1);
        let ethertype = FteMatchParam::OUTER_HEADERS.then(FteMatchSetLyr24::ETHERTYPE);
        if kind.is_some() {
            let field = CreateFlowGroupIn::MATCH_CRITERIA.then(ethertype);
            set(field, &mut input, 0xffff);
        }
        let output = self.driver.run("CREATE_FLOW_GROUP", input, 16);
        let group = get(CreateFlowGroupOut::GROUP_ID, &output);
        let mut input = vec![0; SetFteIn::BYTES];
        let context = SetFteIn::FLOW_CONTEXT;
        set(SetFteIn::TABLE_ID, &mut input, table);
        set(SetFteIn::FLOW_INDEX, &mut input, index);
        set(context.then(FlowContext::GROUP_ID), &mut input, group);
        set(context.then(FlowContext::ACTION), &mut input, 4);
        set(context.then(FlowContext::FLOW_TAG), &mut input, 0x77);
        let value = context.then(FlowContext::MATCH_VALUE).then(ethertype);
        set(value, &mut input, kind.unwrap_or(0).into());
        let size = context.then(FlowContext::DESTINATION_LIST_SIZE);
        set(size, &mut input, to.len() as u64);
        for (kind, number) in to {
            let mut element = vec![0; DestFormatStruct::BYTES];
            set(DestFormatStruct::DESTINATION_TYPE, &mut element, *kind);
            set(DestFormatStruct::DESTINATION_ID, &mut element, *number);
            input.extend_from_slice(&element);
        }
        self.driver.run("SET_FLOW_TABLE_ENTRY", input, 16);
    }

    /// All frames go to a queue.
    pub fn everything_to(&mut self, queue: Queue) -> u64 {
        let tir = self.tir(|input| {
            set(CreateTirIn::CTX.then(Tirc::INLINE_RQN), input, queue.0);
        });
        let table = self.table();
        self.entry(table, 0, None, &[(2, tir)]);
        self.root(table);
        tir
    }

    pub fn address(&mut self, address: [u8; 6]) {
        let mut input = vec![0; SetL2TableEntryIn::BYTES];
        let number = read_bits(&address, 0, 48);
        let field = SetL2TableEntryIn::MAC_ADDRESS;
        let (high, low) = (
            field.then(MacAddressLayout::MAC_ADDR_47_32),
            field.then(MacAddressLayout::MAC_ADDR_31_0),
        );
        set(high, &mut input, number >> 32);
        set(low, &mut input, number & 0xffff_ffff);
        self.driver.run("SET_L2_TABLE_ENTRY", input, 16);
    }

    fn receive(&mut self, frame: &[u8]) {
        let driver = &mut self.driver;
        driver.model.receive(&mut driver.host, 0, frame);
    }

    pub fn completion(&mut self, number: u64) -> Block<Cqe> {
        let mut completion = Block::new();
        let at = self.cq.1 + number * 64;
        let read = self.driver.host.dma_read(at, completion.as_mut());
        read.unwrap();
        completion
    }

    fn memory(&self, at: u64, length: usize) -> &[u8] {
        &self.driver.host.memory[at as usize..][..length]
    }

    fn dropped(&mut self, why: &str) -> u64 {
        let answer = self.driver.ask(json!({"do": "frames"}));
        answer["dropped"][why].as_u64().unwrap()
    }
}

/// A driver that receives and sends, for attacks, and its send queue.
pub fn ready(random: &mut Random) -> (Receiver, (u32, u64, u64)) {
    let mut receiver = Receiver::new();
    let queue = receiver.rq();
    receiver.everything_to(queue);
    receiver.address(TO);
    receiver.give(queue, random.below(20) as u32);
    let (sq, _) = receiver.sender(&[]);
    (receiver, sq)
}

#[test]
fn a_frame_is_written_where_the_driver_wants_it() {
    let mut receiver = Receiver::new();
    let queue = receiver.rq();
    receiver.everything_to(queue);
    receiver.address(TO);
    receiver.give(queue, 2);
    let arm = [0u32, receiver.cq.0].map(u32::to_be_bytes).concat();
    let at = receiver.uar * 4096 + 0x20;
    let driver = &mut receiver.driver;
    driver.model.bar_write(&mut driver.host, 0, at, &arm);
    let frame = udp_frame(1, 2, &[9; 50]);
    receiver.receive(&frame);
    assert_eq!(receiver.driver.host.interrupts, [5]);
    // The parts lie one behind the other.
    assert_eq!(receiver.memory(queue.1, frame.len()), frame);
    let completion = receiver.completion(0);
    assert_eq!(completion.get(Cqe::OPCODE), 2);
    assert_eq!(completion.get(Cqe::BYTE_COUNT) as usize, frame.len());
    assert_eq!(completion.get(Cqe::WQE_COUNTER), 0);
    assert_eq!(completion.get(Cqe::FLOW_TAG), 0x77);
    assert!(completion.get(Cqe::L4_OK), "a datagram without checksum");
    assert!(!completion.get(Cqe::L3_OK), "its header has none either");
    assert_eq!(completion.get(Cqe::L3_HEADER_TYPE), 2);
    assert_eq!(completion.get(Cqe::L4_HEADER_TYPE), 2);
    assert!(!completion.get(Cqe::OWNER));
    let sum = checksum::sum(&frame[ETHERNET..]);
    assert_eq!(completion.get(Cqe::CHECK_SUM), sum);

    // The second buffer is the last one.
    receiver.receive(&frame);
    receiver.receive(&frame);
    assert_eq!(receiver.completion(1).get(Cqe::WQE_COUNTER), 1);
    assert_eq!(receiver.dropped("no_buffer"), 1);
    receiver.give(queue, 3);
    receiver.receive(&frame);
    assert_eq!(receiver.completion(2).get(Cqe::WQE_COUNTER), 2);
}

#[test]
fn tags_are_taken_out_if_wanted() {
    let mut receiver = Receiver::new();
    let queue = receiver.rq();
    receiver.everything_to(queue);
    receiver.address(TO);
    receiver.give(queue, 8);
    let frame = vlan_frame(CVLAN, 0x6005, b"data");
    receiver.receive(&frame);
    let completion = receiver.completion(0);
    assert!(completion.get(Cqe::HAS_VLAN));
    assert_eq!(completion.get(Cqe::VLAN_INFO), 0x6005);
    let plain = udp_frame(1, 2, b"data");
    assert_eq!(receiver.memory(queue.1, plain.len()), plain);

    let mut input = vec![0; ModifyRqIn::BYTES];
    set(ModifyRqIn::RQN, &mut input, queue.0);
    set(ModifyRqIn::RQ_STATE, &mut input, 1);
    set(ModifyRqIn::MODIFY_BITMASK, &mut input, 2);
    set(ModifyRqIn::CTX.then(Rqc::STATE), &mut input, 1);
    set(ModifyRqIn::CTX.then(Rqc::VSD), &mut input, 1);
    receiver.driver.run("MODIFY_RQ", input, 16);
    receiver.receive(&frame);
    assert!(!receiver.completion(1).get(Cqe::HAS_VLAN));
    assert_eq!(receiver.memory(queue.1 + 256, frame.len()), frame);
}

#[test]
fn frames_for_others_are_not_received() {
    let mut receiver = Receiver::new();
    let queue = receiver.rq();
    receiver.everything_to(queue);
    receiver.give(queue, 8);
    let mut frame = udp_frame(1, 2, b"data");
    receiver.receive(&frame);
    assert_eq!(receiver.dropped("filtered"), 1);
    frame[..6].copy_from_slice(&BROADCAST);
    receiver.receive(&frame);
    assert_eq!(receiver.completion(0).get(Cqe::OPCODE), 2);
    receiver.receive(&vec![0xff; 2000]);
    assert_eq!(receiver.dropped("too_long"), 1);
    receiver.driver.ask(json!({"do": "link", "up": false}));
    receiver.receive(&frame);
    assert_eq!(receiver.dropped("down"), 1);
    let answer = receiver.driver.ask(json!({"do": "frames"}));
    assert_eq!(answer["received"]["frames"], 2);
}

#[test]
fn tables_are_followed() {
    let mut receiver = Receiver::new();
    receiver.address(TO);
    let queues = [receiver.rq(), receiver.rq()];
    let tirs = queues.map(|queue| {
        receiver.give(queue, 8);
        receiver.tir(|input| {
            set(CreateTirIn::CTX.then(Tirc::INLINE_RQN), input, queue.0);
        })
    });
    let [first, second, last] = [(); 3].map(|()| receiver.table());
    receiver.root(first);
    receiver.entry(first, 0, Some(IPV4), &[(1, second)]);
    receiver.entry(second, 4, None, &[(2, tirs[0]), (2, tirs[1])]);
    receiver.entry(last, 0, None, &[(2, tirs[1])]);
    receiver.receive(&udp_frame(1, 2, b"to both"));
    let queue =
        |receiver: &mut Receiver, number| u64::from(receiver.completion(number).get(Cqe::RQPN));
    assert_eq!(queue(&mut receiver, 0), queues[0].0);
    assert_eq!(queue(&mut receiver, 1), queues[1].0);

    // What the first table does not match is dropped, until another one is behind it.
    let arp = ethernet(0x0806, &[0; 46]);
    receiver.receive(&arp);
    assert_eq!(receiver.dropped("no_flow"), 1);
    let mut input = vec![0; ModifyFlowTableIn::BYTES];
    set(ModifyFlowTableIn::TABLE_ID, &mut input, first);
    set(ModifyFlowTableIn::MODIFY_FIELD_SELECT, &mut input, 1);
    let context = ModifyFlowTableIn::FLOW_TABLE_CONTEXT;
    let field = context.then(FlowTableContext::TABLE_MISS_ACTION);
    set(field, &mut input, 1);
    set(
        context.then(FlowTableContext::TABLE_MISS_ID),
        &mut input,
        last,
    );
    receiver.driver.run("MODIFY_FLOW_TABLE", input, 16);
    receiver.receive(&arp);
    assert_eq!(queue(&mut receiver, 2), queues[1].0);
}

#[test]
fn frames_are_spread() {
    let mut receiver = Receiver::new();
    receiver.address(TO);
    let queues = [receiver.rq(), receiver.rq()];
    for queue in queues {
        receiver.give(queue, 8);
    }
    let list = |order: [usize; 2]| order.map(|index| (queues[index].0 as u32).to_be_bytes());
    let mut input = vec![0; CreateRqtIn::BYTES];
    let context = CreateRqtIn::RQT_CONTEXT;
    set(context.then(Rqtc::RQT_MAX_SIZE), &mut input, 2);
    set(context.then(Rqtc::RQT_ACTUAL_SIZE), &mut input, 2);
    input.extend_from_slice(&list([0, 1]).concat());
    let table = get(
        CreateRqtOut::RQTN,
        &receiver.driver.run("CREATE_RQT", input, 16),
    );
    let tir = receiver.tir(|input| {
        let context = CreateTirIn::CTX;
        let select = RxHashFieldSelect::SELECTED_FIELDS;
        set(context.then(Tirc::DISP_TYPE), input, 1);
        set(context.then(Tirc::INDIRECT_TABLE), input, table);
        set(context.then(Tirc::RX_HASH_FN), input, 2);
        let outer = Tirc::RX_HASH_FIELD_SELECTOR_OUTER.then(select);
        set(context.then(outer), input, 0xf);
        for (number, word) in Tirc::RX_HASH_TOEPLITZ_KEY.elements().enumerate() {
            set(context.then(word), input, 0x6d5a_56da ^ number as u64);
        }
    });
    let flows = receiver.table();
    receiver.entry(flows, 0, None, &[(2, tir)]);
    receiver.root(flows);
    let mut took = [0; 2];
    for port in 0..8 {
        receiver.receive(&udp_frame(1000 + port, 2, b"data"));
        let completion = receiver.completion(port.into());
        let hash = completion.get(Cqe::RSS_HASH_RESULT);
        let index = (hash % 2) as usize;
        assert_eq!(u64::from(completion.get(Cqe::RQPN)), queues[index].0);
        assert_eq!(completion.get(Cqe::RSS_HASH_TYPE), 0xa5);
        took[index] += 1;
    }
    assert!(took[0] > 0 && took[1] > 0, "{took:?}");

    let before = receiver.completion(0).get(Cqe::RQPN);
    let mut input = vec![0; ModifyRqtIn::BYTES];
    set(ModifyRqtIn::RQTN, &mut input, table);
    set(ModifyRqtIn::CTX.then(Rqtc::RQT_ACTUAL_SIZE), &mut input, 2);
    input.extend_from_slice(&list([1, 0]).concat());
    receiver.driver.run("MODIFY_RQT", input, 16);
    receiver.receive(&udp_frame(1000, 2, b"data"));
    assert_ne!(receiver.completion(8).get(Cqe::RQPN), before);
}

#[test]
fn wrong_buffers_fail_the_queue() {
    let mut receiver = Receiver::new();
    let queue = receiver.rq();
    receiver.everything_to(queue);
    receiver.address(TO);
    receiver.give(queue, 8);
    receiver.receive(&udp_frame(1, 2, &[0; 150]));
    let completion = receiver.completion(0);
    assert_eq!(completion.get(Cqe::OPCODE), 0xe);
    assert_eq!(completion.get(Cqe::SYNDROME), 1, "it is too short");
    receiver.receive(&udp_frame(1, 2, b"data"));
    assert_eq!(
        receiver.completion(1).get(Cqe::OPCODE),
        0,
        "it gets no more"
    );

    let other = receiver.rq();
    receiver.everything_to(other);
    receiver.give(other, 8);
    let key = receiver.key >> 8;
    let field = DestroyMkeyIn::MKEY_INDEX;
    assert_eq!(
        receiver.driver.destroy("DESTROY_MKEY", field, key.into()),
        0
    );
    receiver.receive(&udp_frame(1, 2, b"data"));
    assert_eq!(receiver.completion(1).get(Cqe::SYNDROME), 4);
}
