// SPDX-License-Identifier: GPL-2.0

//! Frames go to the wire.

use super::{receiving::Receiver, *};
use crate::frame::{
    checksum,
    headers::{self, word, CVLAN},
    samples::{tcp_frame, udp_frame, TO},
};

/// Puts a request into a send queue, and rings. `number` is how many blocks there were before.
fn send(receiver: &mut Receiver, sq: (u32, u64, u64), number: u64, request: &[u8]) {
    let blocks = request.len().div_ceil(64) as u64;
    let driver = &mut receiver.driver;
    let mut request = request.to_vec();
    let units = request.len().div_ceil(16) as u32;
    request[4..8].copy_from_slice(&(sq.0 << 8 | units).to_be_bytes());
    driver.host.put(sq.1 + number * 64, &request);
    let producer = (number + blocks) as u32;
    driver.host.put(sq.2 + 4, &producer.to_be_bytes());
    let ring = [0, sq.0 << 8].map(u32::to_be_bytes).concat();
    let at = receiver.uar * 4096 + 0x800;
    driver.model.bar_write(&mut driver.host, 0, at, &ring);
}

/// A request: the operation, what is set of the segment about the frame, and what is behind it.
fn request(opcode: u8, set_up: impl Fn(&mut ViewMut<'_, WqeEth>), rest: &[u8]) -> Vec<u8> {
    let mut segment = Block::<WqeEth>::new();
    set_up(&mut segment.view_mut());
    let mut request = vec![0; 16];
    request[3] = opcode;
    request.extend_from_slice(segment.as_ref());
    request.extend_from_slice(rest);
    request
}

fn pointer(key: u32, address: u64, length: usize) -> Vec<u8> {
    let mut data = Block::<WqeData>::new();
    data.set(WqeData::BYTE_COUNT, length as u32);
    data.set(WqeData::LKEY, key);
    data.set(WqeData::ADDRESS, address);
    data.as_ref().to_vec()
}

impl Receiver {
    /// A send queue that may use the key, and a page with data.
    pub fn sender(&mut self, data: &[u8]) -> ((u32, u64, u64), u64) {
        let driver = &mut self.driver;
        let (page, doorbell, memory) = (driver.pages(1), driver.pages(1), driver.pages(1));
        driver.host.put(memory, data);
        let mut input = vec![0; CreateTisIn::BYTES];
        let field = CreateTisIn::CTX.then(Tisc::TRANSPORT_DOMAIN);
        set(field, &mut input, self.transport);
        let tis = get(CreateTisOut::TISN, &driver.run("CREATE_TIS", input, 16));
        let mut input = vec![0; CreateSqIn::BYTES];
        let context = CreateSqIn::CTX;
        let work = context.then(Sqc::WQ);
        set(context.then(Sqc::CQN), &mut input, self.cq.0.into());
        set(context.then(Sqc::TIS_NUM_0), &mut input, tis);
        set(context.then(Sqc::STATE), &mut input, 1);
        set(work.then(Wq::PD), &mut input, self.domain);
        set(work.then(Wq::LOG_WQ_SZ), &mut input, 6);
        set(work.then(Wq::LOG_WQ_STRIDE), &mut input, 6);
        set(work.then(Wq::DBR_ADDR), &mut input, doorbell);
        set(work.then(Wq::UAR_PAGE), &mut input, self.uar);
        input.extend_from_slice(&page.to_be_bytes());
        let sq = get(CreateSqOut::SQN, &driver.run("CREATE_SQ", input, 16)) as u32;
        ((sq, page, doorbell), memory)
    }
}

#[test]
fn what_requests_describe_goes_to_the_wire() {
    let mut receiver = Receiver::new();
    let frame = tcp_frame(1, 2, &[6; 100]);
    let (sq, memory) = receiver.sender(&frame);
    let key = receiver.key;

    // A header within the request, and the rest elsewhere; a tag, and checksums.
    let mut rest = frame[2..18].to_vec();
    rest.extend_from_slice(&pointer(key, memory + 18, frame.len() - 18));
    let mut inline = request(0xa, |segment| segment.set(WqeEth::INLINE_SIZE, 18), &rest);
    inline[30..32].copy_from_slice(&frame[..2]);
    send(&mut receiver, sq, 0, &inline);
    assert_eq!(receiver.driver.host.sent, std::slice::from_ref(&frame));

    let tagged = |segment: &mut ViewMut<'_, WqeEth>| {
        segment.set(WqeEth::INSERT_VLAN, true);
        segment.set(WqeEth::VLAN_TCI, 5);
        segment.set(WqeEth::L3_CHECKSUM, true);
        segment.set(WqeEth::L4_CHECKSUM, true);
    };
    let plain = request(0xa, tagged, &pointer(key, memory, frame.len()));
    send(&mut receiver, sq, 1, &plain);
    let sent = receiver.driver.host.sent.pop().unwrap();
    assert_eq!(sent.len(), frame.len() + 4);
    assert_eq!([word(&sent, 12), word(&sent, 14)], [CVLAN, 5]);
    let network = headers::Headers::of(&sent, |_| false)
        .outer
        .network
        .unwrap();
    assert!(checksum::network_is_right(&sent, &network));
    assert!(checksum::transport_is_right(&sent, &network));

    // Two frames in one request, a short one that is filled up.
    let both = [pointer(key, memory, frame.len()), pointer(key, memory, 20)].concat();
    send(&mut receiver, sq, 2, &request(0x29, |_| {}, &both));
    let lengths: Vec<usize> = receiver.driver.host.sent.iter().map(Vec::len).collect();
    assert_eq!(lengths, [154, 154, 60]);

    // A key that is none fails the queue.
    send(
        &mut receiver,
        sq,
        3,
        &request(0xa, |_| {}, &pointer(0x4400, memory, 60)),
    );
    let completion = receiver.completion(0);
    assert_eq!(completion.get(Cqe::OPCODE), 0xd);
    assert_eq!(completion.get(Cqe::SYNDROME), 4);
}

#[test]
fn what_is_too_long_is_divided() {
    let mut receiver = Receiver::new();
    let frame = tcp_frame(1, 2, &[6; 250]);
    let (sq, memory) = receiver.sender(&frame);
    let mut rest = frame[2..54].to_vec();
    rest.resize(64, 0);
    rest.extend_from_slice(&pointer(receiver.key, memory + 54, 250));
    let long = |segment: &mut ViewMut<'_, WqeEth>| {
        segment.set(WqeEth::INLINE_SIZE, 54);
        segment.set(WqeEth::MSS, 100);
        segment.set(WqeEth::L4_CHECKSUM, true);
    };
    let mut long = request(0xe, long, &rest);
    long[30..32].copy_from_slice(&frame[..2]);
    send(&mut receiver, sq, 0, &long);
    let sent = &receiver.driver.host.sent;
    let lengths: Vec<usize> = sent.iter().map(Vec::len).collect();
    assert_eq!(lengths, [154, 154, 104]);
    for segment in sent {
        let network = headers::Headers::of(segment, |_| false)
            .outer
            .network
            .unwrap();
        assert!(checksum::transport_is_right(segment, &network));
    }
}

#[test]
fn what_is_for_oneself_comes_back_if_wanted() {
    let mut receiver = Receiver::new();
    let queue = receiver.rq();
    let tir = receiver.everything_to(queue);
    receiver.address(TO);
    receiver.give(queue, 8);
    let frame = udp_frame(1, 2, b"to oneself, and not that short");
    let (sq, memory) = receiver.sender(&frame);
    let request = request(0xa, |_| {}, &pointer(receiver.key, memory, frame.len()));
    send(&mut receiver, sq, 0, &request);
    assert_eq!(receiver.completion(0).get(Cqe::BYTE_COUNT), 0);

    // Then the transport object takes what its own domain sends.
    let mut input = vec![0; ModifyTirIn::BYTES];
    set(ModifyTirIn::TIRN, &mut input, tir);
    let select = ModifyTirIn::BITMASK.then(ModifyTirBitmask::SELF_LB_EN);
    set(select, &mut input, 1);
    set(ModifyTirIn::CTX.then(Tirc::SELF_LB_BLOCK), &mut input, 1);
    receiver.driver.run("MODIFY_TIR", input, 16);
    send(&mut receiver, sq, 1, &request);
    assert_eq!(receiver.completion(0).get(Cqe::OPCODE), 2);
    let length = receiver.completion(0).get(Cqe::BYTE_COUNT);
    assert_eq!(length as usize, frame.len());
    assert!(receiver.driver.host.sent.is_empty());
}
