// SPDX-License-Identifier: GPL-2.0

//! The reporter of the function's own counters (`diag/reporter_vnic.c`).

use crate::{
    caps::Caps,
    card::Card,
    cmd::{
        commands,
        Output, //
    },
    driver::Mlx5,
    layout::{
        Block,
        CmdHcaCap,
        Field,
        NicCapReg,
        QueryVnicEnvOut,
        Register,
        Structure,
        VhcaIcmCtrlReg,
        View,
        VnicDiagnosticStatistics, //
    },
};

use kernel::{
    net::{
        devlink::{
            Fmsg,
            Pinned,
            ReporterOps, //
        },
        netlink::extack::Extack, //
    },
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};

commands! {
    do QueryVnicEnv = QUERY_VNIC_ENV: QueryVnicEnvIn -> QueryVnicEnvOut;
}

/// Where a counter is.
enum Place {
    Word(Field<VnicDiagnosticStatistics, u32>),
    Long(Field<VnicDiagnosticStatistics, u64>),
    /// The memory that the function takes of the device's, in a register.
    IcmRegister,
}

/// A counter that there is if the device can do something.
struct Counter {
    cap: Field<CmdHcaCap, bool>,
    name: &'static CStr,
    place: Place,
}

macro_rules! counters {
    ($($cap:ident: $name:literal, $place:ident $(($field:ident))?;)*) => {
        [$(Counter {
            cap: CmdHcaCap::$cap,
            name: $name,
            place: Place::$place $((VnicDiagnosticStatistics::$field))?,
        }),*]
    };
}

/// All of them, in the stock driver's order.
static COUNTERS: [Counter; 14] = counters! {
    VNIC_ENV_QUEUE_COUNTERS: c"total_error_queues", Word(TOTAL_ERROR_QUEUES);
    VNIC_ENV_QUEUE_COUNTERS: c"send_queue_priority_update_flow",
        Word(SEND_QUEUE_PRIORITY_UPDATE_FLOW);
    EQ_OVERRUN_COUNT: c"comp_eq_overrun", Word(COMP_EQ_OVERRUN);
    EQ_OVERRUN_COUNT: c"async_eq_overrun", Word(ASYNC_EQ_OVERRUN);
    VNIC_ENV_CQ_OVERRUN: c"cq_overrun", Word(CQ_OVERRUN);
    INVALID_COMMAND_COUNT: c"invalid_command", Word(INVALID_COMMAND);
    QUOTA_EXCEEDED_COUNT: c"quota_exceeded_command", Word(QUOTA_EXCEEDED_COMMAND);
    NIC_RECEIVE_STEERING_DISCARD: c"nic_receive_steering_discard",
        Long(NIC_RECEIVE_STEERING_DISCARD);
    VNIC_ENV_CNT_STEERING_FAIL: c"generated_pkt_steering_fail", Long(GENERATED_PKT_STEERING_FAIL);
    VNIC_ENV_CNT_STEERING_FAIL: c"handled_pkt_steering_fail", Long(HANDLED_PKT_STEERING_FAIL);
    NIC_CAP_REG: c"icm_consumption", IcmRegister;
    VNIC_ENV_CNT_BAR_UAR_ACCESS: c"bar_uar_access", Word(BAR_UAR_ACCESS);
    VNIC_ENV_CNT_ODP_PAGE_FAULT: c"odp_local_triggered_page_fault",
        Word(ODP_LOCAL_TRIGGERED_PAGE_FAULT);
    VNIC_ENV_CNT_ODP_PAGE_FAULT: c"odp_remote_triggered_page_fault",
        Word(ODP_REMOTE_TRIGGERED_PAGE_FAULT);
};

/// Which of them the device has, as it said when it came up: a bit for each.
///
/// What the device can do is known while it is up only, and whoever diagnoses need not have the
/// lock that keeps it up.
pub(super) struct Known(Atomic<u32>);

impl Known {
    pub(super) fn none() -> Self {
        Known(Atomic::new(0))
    }

    pub(super) fn learn(&self, caps: &Caps) {
        let bits = COUNTERS
            .iter()
            .enumerate()
            .map(|(number, counter)| u32::from(caps.get(counter.cap)) << number);
        self.0.store(bits.fold(0, |all, bit| all | bit), Relaxed);
    }

    fn counters(&self) -> impl Iterator<Item = &'static Counter> {
        let bits = self.0.load(Relaxed);
        let numbered = COUNTERS.iter().enumerate();
        numbered
            .filter(move |(number, _)| bits & 1 << number != 0)
            .map(|(_, counter)| counter)
    }
}

/// The function's counters (`mlx5_reporter_vnic_ops`).
pub(crate) struct Vnic;

#[vtable]
impl ReporterOps<Mlx5> for Vnic {
    const NAME: &'static CStr = c"vnic";

    type Error = ();

    fn diagnose(&self, cx: &Pinned<'_, Mlx5>, out: &mut Fmsg<'_>, _: Extack<'_>) -> Result {
        let data = cx.data();
        // Too large for a kernel stack, with what is behind it.
        let mut bytes = KVec::from_elem(0_u8, QueryVnicEnvOut::BYTES, GFP_KERNEL)?;
        let output = Output(&mut bytes, &mut []);
        data.card
            .run_with::<QueryVnicEnv>(Block::new(), &[], output)?;
        let answer = View::<QueryVnicEnvOut>::of_any_length(&bytes);
        out.pair_object(c"vNIC env counters", |out| {
            for counter in data.health.counters.counters() {
                match counter.place {
                    Place::Word(field) => out.pair(
                        counter.name,
                        answer.get(QueryVnicEnvOut::VPORT_ENV.then(field)),
                    ),
                    Place::Long(field) => out.pair(
                        counter.name,
                        answer.get(QueryVnicEnvOut::VPORT_ENV.then(field)),
                    ),
                    Place::IcmRegister => {
                        if let Some(memory) = icm_consumption(&data.card) {
                            out.pair(counter.name, memory);
                        }
                    }
                }
            }
            Ok(())
        })
    }
}

/// `mlx5_reporter_vnic_diagnose_counter_icm()`.
// Its part of the stack is free again for what comes next.
#[inline(never)]
fn icm_consumption(card: &Card<'_>) -> Option<u32> {
    let dev = card.dev.as_ref();
    let caps = card
        .read_register(Register::NIC_CAP, 0, Block::<NicCapReg>::new())
        .inspect_err(|error| {
            dev_warn!(
                dev,
                "Reading nic_cap_reg failed. err = {}\n",
                error.to_errno()
            )
        })
        .ok()?;
    if !caps.get(NicCapReg::VHCA_ICM_CTRL) {
        return None;
    }
    let register = card
        .read_register(Register::VHCA_ICM_CTRL, 0, Block::<VhcaIcmCtrlReg>::new())
        .inspect_err(|error| {
            dev_warn!(
                dev,
                "Reading vhca_icm_ctrl failed. err = {}\n",
                error.to_errno()
            )
        })
        .ok()?;
    Some(register.get(VhcaIcmCtrlReg::CUR_ALLOC_ICM))
}
