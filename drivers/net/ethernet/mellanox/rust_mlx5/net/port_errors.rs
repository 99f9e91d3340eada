// SPDX-License-Identifier: GPL-2.0

//! What the port counts of frames that came to nothing, for the network device's statistics.
//!
//! Who asks for these cannot wait for commands: they are as they were read when somebody asked for
//! them the last time, by the driver's work.

use crate::{
    caps::Caps,
    card::Card,
    cmd::commands,
    layout::{
        Block,
        CmdHcaCap,
        Eth2863CntrsGrpDataLayout as Rfc2863,
        Eth8023CntrsGrpDataLayout as Ieee8023,
        QueryQCounterIn,
        QueryQCounterOut,
        QueryVnicEnvOut,
        VnicDiagnosticStatistics, //
    },
    port::{
        wide,
        Port, //
    }, //
};

use kernel::{
    net::device::{
        Counter,
        Stats, //
    },
    new_mutex,
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Arc,
        Mutex, //
    }, //
};

commands! {
    do QueryQCounter = QUERY_Q_COUNTER: QueryQCounterIn -> QueryQCounterOut;
    do QueryVnicEnv = QUERY_VNIC_ENV: QueryVnicEnvIn -> QueryVnicEnvOut;
}

/// Asks how often there was no buffer, for the queues with that counter.
pub(super) fn query_q_counter(card: &Card<'_>, counter: u32) -> Result<Block<QueryQCounterOut>> {
    let mut input = Block::<QueryQCounterIn>::new();
    // CAST: The device gives out no more than that field can name.
    input.set(QueryQCounterIn::COUNTER_SET_ID, counter as u8);
    card.run::<QueryQCounter>(input)
}

/// What there is to be asked for, while there is the network device.
struct Source {
    caps: Arc<Caps>,
    /// The counter of its receive queues.
    counter: Option<u32>,
}

/// What was read last (`mlx5e_get_stats()`).
#[pin_data]
pub(crate) struct PortErrors {
    #[pin]
    source: Mutex<Option<Source>>,
    no_buffer: Atomic<u64>,
    discarded_in: Atomic<u64>,
    discarded_out: Atomic<u64>,
    length: Atomic<u64>,
    checksum: Atomic<u64>,
    alignment: Atomic<u64>,
}

impl PortErrors {
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(PortErrors {
            source <- new_mutex!(None),
            no_buffer: Atomic::new(0),
            discarded_in: Atomic::new(0),
            discarded_out: Atomic::new(0),
            length: Atomic::new(0),
            checksum: Atomic::new(0),
            alignment: Atomic::new(0),
        })
    }

    /// The device can be asked from now on.
    pub(super) fn begin(&self, caps: &Arc<Caps>, counter: Option<u32>) {
        *self.source.lock() = Some(Source {
            caps: caps.clone(),
            counter,
        });
    }

    /// The device is not asked any more. Waits for who asks it.
    pub(super) fn end(&self) {
        *self.source.lock() = None;
    }

    /// Adds them. Works in any context.
    pub(super) fn add_to(&self, stats: &mut Stats<'_>) {
        for (what, counter) in [
            (Counter::RxMissed, &self.no_buffer),
            (Counter::RxDropped, &self.discarded_in),
            (Counter::TxAborted, &self.discarded_out),
            (Counter::RxLength, &self.length),
            (Counter::RxCrc, &self.checksum),
            (Counter::RxFrame, &self.alignment),
        ] {
            stats.count(what, counter.load(Relaxed));
        }
    }
}

impl Card<'_> {
    /// Reads what the port counts. What cannot be read stays as it was; the failure was logged.
    pub(crate) fn read_port_errors(&self) {
        let errors = &self.port_errors;
        let source = errors.source.lock();
        let Some(Source { caps, counter }) = &*source else {
            return;
        };
        let port = Port::new(self, caps);
        if let Some(Ok(values)) = counter.map(|counter| query_q_counter(self, counter)) {
            let value = values.get(QueryQCounterOut::OUT_OF_BUFFER);
            errors.no_buffer.store(value.into(), Relaxed);
        }
        if let Ok(values) = port.counters::<Rfc2863>(0) {
            let get = |field| values.get(wide(field));
            let (came, left) = (Rfc2863::IF_IN_DISCARDS_HIGH, Rfc2863::IF_OUT_DISCARDS_HIGH);
            errors.discarded_in.store(get(came), Relaxed);
            errors.discarded_out.store(get(left), Relaxed);
        }
        if let Ok(values) = port.counters::<Ieee8023>(0) {
            let get = |field| values.get(wide(field));
            let lengths = [
                Ieee8023::A_IN_RANGE_LENGTH_ERRORS_HIGH,
                Ieee8023::A_OUT_OF_RANGE_LENGTH_FIELD_HIGH,
                Ieee8023::A_FRAME_TOO_LONG_ERRORS_HIGH,
            ];
            // What a device answers need not make sense.
            let length = lengths
                .into_iter()
                .map(get)
                .fold(self.too_small_requests(caps), u64::wrapping_add);
            errors.length.store(length, Relaxed);
            let (checksum, alignment) = (
                Ieee8023::A_FRAME_CHECK_SEQUENCE_ERRORS_HIGH,
                Ieee8023::A_ALIGNMENT_ERRORS_HIGH,
            );
            errors.checksum.store(get(checksum), Relaxed);
            errors.alignment.store(get(alignment), Relaxed);
        }
    }

    /// How many frames were too long for the buffers that there were.
    fn too_small_requests(&self, caps: &Caps) -> u64 {
        if !caps.get(CmdHcaCap::ETH_WQE_TOO_SMALL) {
            return 0;
        }
        let values = self.run::<QueryVnicEnv>(Block::new()).unwrap_or_default();
        let field = QueryVnicEnvOut::VPORT_ENV.then(VnicDiagnosticStatistics::ETH_WQE_TOO_SMALL);
        values.get(field).into()
    }
}
