// SPDX-License-Identifier: GPL-2.0

//! The context of a queue pair: what the device is told of it with each change of its state.

use super::super::{
    maker::Maker,
    rss::{
        HashFunction,
        Rss, //
    },
    wqe, //
};

use crate::{
    layout::{
        byte,
        half,
        long,
        word,
        Field,
        Mailbox,
        Value, //
    },
    queue::Memory, //
};

/// Where the context is in a mailbox, behind what says which optional parameters it has.
const AT: usize = 8;

/// How many bytes it has (`struct mlx4_qp_context`).
const SIZE: usize = 248;

/// The fields that network devices have to set.
mod field {
    use super::*;

    pub(super) const STATE: Field<u32> = word(0).bits(28, 4);
    pub(super) const SERVICE: Field<u32> = word(0).bits(16, 8);
    pub(super) const SPREADS: Field<bool> = word(0).bit(13);
    pub(super) const DOMAIN: Field<u32> = word(4).bits(0, 24);
    pub(super) const MTU_AND_MESSAGE: Field<u8> = byte(8);
    pub(super) const RECEIVE_LOG_SIZE: Field<u8> = byte(9).bits(3, 5);
    pub(super) const RECEIVE_LOG_STRIDE: Field<u8> = byte(9).bits(0, 3);
    pub(super) const SEND_LOG_SIZE: Field<u8> = byte(10).bits(3, 5);
    pub(super) const SEND_LOG_STRIDE: Field<u8> = byte(10).bits(0, 3);
    pub(super) const UAR: Field<u32> = word(12).bits(0, 24);
    pub(super) const NUMBER: Field<u32> = word(16).bits(0, 24);
    pub(super) const SEND_CQ: Field<u32> = word(124).bits(0, 24);
    pub(super) const RECEIVE_CQ: Field<u32> = word(156).bits(0, 24);
    pub(super) const RECORD: Field<u64> = long(160);
    pub(super) const KEEPS_TAGS: Field<bool> = word(192).bit(30);
    pub(super) const KEEPS_CHECKSUM: Field<bool> = word(192).bit(29);
    pub(super) const LOG_PAGE: Field<u8> = byte(200).bits(0, 6);
    pub(super) const MTT: Field<u64> = long(200).bits(0, 40);

    /// The primary path (`struct mlx4_qp_path`).
    pub(super) const PATH: usize = 24;
    pub(super) const CHECKS_MULTICAST_SOURCE: Field<bool> = byte(PATH).bit(1);
    pub(super) const CHECKS_SOURCE_BY_COUNTER: Field<bool> = byte(PATH + 1).bit(7);
    pub(super) const COUNTER: Field<u8> = byte(PATH + 4);
    pub(super) const ACK_TIMEOUT: Field<u8> = byte(PATH + 8).bits(0, 3);
    pub(super) const SCHEDULE: Field<u8> = byte(PATH + 32);
    pub(super) const PORT: Field<u8> = byte(PATH + 32).bits(6, 1);

    /// How frames are spread (`struct mlx4_rss_context`), in the place of parts of the paths that
    /// such a queue pair does not have.
    const RSS: usize = PATH + 0x24;
    pub(super) const RSS_LOG_COUNT: Field<u32> = word(RSS).bits(24, 4);
    pub(super) const RSS_BASE: Field<u32> = word(RSS).bits(0, 24);
    pub(super) const RSS_DEFAULT: Field<u32> = word(RSS + 4).bits(0, 24);
    pub(super) const RSS_IS_TOEPLITZ: Field<bool> = byte(RSS + 10).bit(0);
    pub(super) const RSS_FIELDS: Field<u8> = byte(RSS + 11);
    pub(super) const RSS_KEY: usize = RSS + 12;
    pub(super) const RSS_BASE_UDP: Field<u32> = word(RSS + 52).bits(0, 24);
}

/// The states of a queue pair that a network device has it in, in the order in which it gets there
/// (`enum mlx4_qp_state`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Init = 1,
    ReadyToReceive = 2,
    ReadyToSend = 3,
}

/// How a ring lies in memory.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) log_size: u8,
    /// The size of an entry, as a power of two, of which the least is 16 bytes.
    pub(crate) log_stride: u8,
}

impl Shape {
    /// How many entries there are.
    pub(crate) fn len(self) -> usize {
        1 << self.log_size
    }

    /// How many bytes they have.
    pub(crate) fn bytes(self) -> usize {
        self.len() << self.log_stride
    }

    /// Which of them the one is that the driver writes as number `at`.
    pub(crate) fn index(self, at: u32) -> usize {
        // CAST: The size is one of memory.
        at as usize & (self.len() - 1)
    }

    /// Where that one begins.
    pub(crate) fn offset(self, at: u32) -> usize {
        self.index(at) << self.log_stride
    }
}

/// A context, as bytes.
pub(super) struct Context([u8; SIZE]);

/// Entries of 16 bytes, the least size.
const LOG_LEAST: u8 = 4;

impl Context {
    /// What all of a port have (`mlx4_en_fill_qp_context()`), with that completion queue.
    pub(super) fn new(maker: &Maker<'_>, completions: u32) -> Self {
        /// Ethernet and other frames as they are (`MLX4_QP_ST_MLX`).
        const FRAMES: u32 = 7;
        const ANY: u8 = 0xff;
        const SCHEDULE: u8 = 0x83;

        let mut context = Context([0; SIZE]);
        context.set(field::SERVICE, FRAMES);
        context.set(field::DOMAIN, maker.domain);
        context.set(field::MTU_AND_MESSAGE, ANY);
        context.set(field::UAR, maker.doorbells);
        context.set(field::ACK_TIMEOUT, 1);
        context.set(field::SCHEDULE, SCHEDULE);
        context.set(field::PORT, maker.port.wrapping_sub(1));
        context.set(field::COUNTER, maker.counter);
        context.set(field::SEND_CQ, completions);
        context.set(field::RECEIVE_CQ, completions);
        context.set(field::SEND_LOG_STRIDE, wqe::LOG_BLOCK - LOG_LEAST);
        context
    }

    fn set<T: Value>(&mut self, field: Field<T>, value: T) {
        field.set(&mut self.0, value);
    }

    /// It is a queue that sends.
    pub(super) fn sends(&mut self, shape: Shape) {
        self.set(field::SEND_LOG_SIZE, shape.log_size);
        self.set(field::SEND_LOG_STRIDE, shape.log_stride - LOG_LEAST);
    }

    /// It is a queue that receives.
    pub(super) fn receives(&mut self, shape: Shape) {
        self.set(field::RECEIVE_LOG_SIZE, shape.log_size);
        self.set(field::RECEIVE_LOG_STRIDE, shape.log_stride - LOG_LEAST);
    }

    /// VLAN tags stay in received frames.
    pub(super) fn keep_tags(&mut self) {
        self.set(field::KEEPS_TAGS, true);
    }

    /// Received frames come with their checksum behind them.
    pub(super) fn keep_checksum(&mut self) {
        self.set(field::KEEPS_CHECKSUM, true);
    }

    /// It receives no multicasts that were sent with the same counter, unless what is sent is
    /// wanted back.
    pub(super) fn check_source(&mut self, wants_own: bool) {
        self.set(field::CHECKS_MULTICAST_SOURCE, !wants_own);
        self.set(field::CHECKS_SOURCE_BY_COUNTER, true);
    }

    /// It spreads frames over `1 << log_count` queue pairs, the first of which is `base`
    /// (`mlx4_en_config_rss_steer()`). Frames of UDP are spread by their ports only if `by_udp`.
    pub(super) fn spread(&mut self, base: u32, log_count: u32, rss: &Rss, by_udp: bool) {
        // Addresses, and ports of TCP (`MLX4_RSS_*`).
        const FIELDS: u8 = 1 << 5 | 1 << 4 | 1 << 3 | 1 << 2;
        const UDP_FIELDS: u8 = 1 << 1 | 1 << 0;

        self.set(field::SPREADS, true);
        self.set(field::RSS_LOG_COUNT, log_count);
        self.set(field::RSS_BASE, base);
        self.set(field::RSS_DEFAULT, base);
        if by_udp {
            self.set(field::RSS_FIELDS, FIELDS | UDP_FIELDS);
            self.set(field::RSS_BASE_UDP, base);
        } else {
            self.set(field::RSS_FIELDS, FIELDS);
        }
        if rss.function == HashFunction::Toeplitz {
            self.set(field::RSS_IS_TOEPLITZ, true);
            let place = field::RSS_KEY..field::RSS_KEY + rss.key.len();
            if let Some(key) = self.0.get_mut(place) {
                key.copy_from_slice(&rss.key);
            }
        }
    }

    /// Where the entries of its addresses are, and where the device reads how far it is filled if it
    /// receives. Others have such a place, too, as with the stock driver.
    pub(super) fn set_memory(&mut self, memory: &Memory<'_>) {
        self.set(field::MTT, memory.address());
        self.set(field::LOG_PAGE, memory.log_page());
        self.set(field::RECORD, memory.record());
    }

    /// Writes it to a mailbox, as that of the queue pair of that number, for a change to `state`.
    pub(super) fn write(&mut self, number: u32, state: State, mailbox: &mut Mailbox) {
        self.set(field::STATE, state as u32);
        self.set(field::NUMBER, number);
        mailbox.write(AT, &self.0);
    }

    /// What QUERY_QP has answered, which is at the same place: the number at the other end.
    pub(super) fn remote_number(mailbox: &Mailbox) -> u32 {
        const REMOTE: Field<u32> = word(20).bits(0, 24);
        mailbox.get(REMOTE.within(AT))
    }

    /// What flows of RoCE are told apart by.
    pub(super) fn set_entropy(&mut self, entropy: u16) {
        const ENTROPY: Field<u16> = half(128);
        self.set(ENTROPY, entropy);
    }
}
