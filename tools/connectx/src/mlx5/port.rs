// SPDX-License-Identifier: GPL-2.0

//! The port to the wire with its registers, and the bond of two of them.

use super::{
    command::{Call, Outcome, Status},
    eq::{event, Event},
    layout::Field,
    objects::Kind,
    registers::Access,
    tables::*,
    Mlx5, Place,
};
use crate::model::Host;

/// The only port of a function, as registers name it.
const LOCAL_PORT: u64 = 1;
/// Administrative and operational states.
const UP: u64 = 1;
const DOWN: u64 = 2;
/// Subtypes of the event that the state changed.
const BECAME_DOWN: u8 = 1;
const BECAME_ACTIVE: u8 = 4;
/// States of a module.
const PLUGGED: u64 = 1;
const UNPLUGGED: u64 = 2;

/// 100GBASE-CR4, SR4, KR4 and LR4, 50GBASE-CR2, KR2 and SR2, 25GBASE-CR, KR and SR, 40GBASE-CR4
/// and SR4, 10GBASE-CR and SR, 1000BASE-KX: bits of the register of types and speeds.
const SPEEDS: u64 = 0x38f0_0000 | 0xc004_0000 | 0xb042;
const SPEED_NOW: u64 = 1 << 20;
const MAX_MTU: u64 = 10240;
const MIN_MTU: u64 = 64;
/// What a module says it is: a QSFP28.
const QSFP28: u8 = 0x11;
/// Copper, not separable.
const CONNECTOR: u8 = 0x23;

/// The port's state.
pub struct Port {
    place: Place,
    admin_up: bool,
    /// Whether there is something at the other end.
    pub cable: bool,
    /// Whether there is a module.
    pub module: bool,
    mtu: u64,
    speeds: u64,
    no_negotiation: u64,
}

impl Port {
    pub fn new(place: Place) -> Self {
        Self {
            place,
            admin_up: true,
            cable: true,
            module: true,
            mtu: 1522,
            speeds: SPEEDS,
            no_negotiation: 0,
        }
    }

    /// What the driver has set is forgotten; what is plugged in stays.
    pub fn reset(&mut self) {
        *self = Self {
            cable: self.cable,
            module: self.module,
            ..Self::new(self.place)
        };
    }

    /// Whether packets could pass.
    pub fn is_up(&self) -> bool {
        self.admin_up && self.cable && self.module
    }
}

impl Mlx5 {
    /// Changes what the port's state depends on, and tells the driver if it is another one.
    pub(super) fn change_port(&mut self, host: &mut dyn Host, change: impl FnOnce(&mut Port)) {
        let before = self.port.is_up();
        change(&mut self.port);
        let now = self.port.is_up();
        if before != now {
            let subtype = if now { BECAME_ACTIVE } else { BECAME_DOWN };
            // The port's number is in the upper half of a byte.
            let port = (LOCAL_PORT as u32) << 28;
            let event = Event::new(event::PORT_CHANGE).subtype(subtype);
            self.post(host, event.word(2, port));
        }
    }

    /// A module is plugged in or pulled.
    pub(super) fn change_module(&mut self, host: &mut dyn Host, plugged: bool, error: u8) {
        let status = if plugged { PLUGGED } else { UNPLUGGED } as u32;
        let status = if error != 0 { 3 } else { status };
        let module = u32::from(self.place.port);
        let event = Event::new(event::PORT_MODULE)
            .word(0, module << 16 | status)
            .word(1, u32::from(error) << 8);
        self.post(host, event);
        self.change_port(host, |port| port.module = plugged && error == 0);
    }
}

pub fn ptys(model: &mut Mlx5, access: &mut Access<'_>) -> Outcome {
    let port = &mut model.port;
    if access.write {
        port.no_negotiation = ptys_reg::AN_DISABLE_ADMIN.get(access.data);
        let speeds = ptys_reg::ETH_PROTO_ADMIN.get(access.data);
        if speeds & SPEEDS == 0 {
            return Err(Status::BadParameter);
        }
        port.speeds = speeds & SPEEDS;
    }
    let up = port.is_up();
    for (field, value) in [
        (ptys_reg::AN_DISABLE_CAP, 1),
        (ptys_reg::AN_DISABLE_ADMIN, port.no_negotiation),
        (
            ptys_reg::AN_STATUS,
            if port.no_negotiation == 0 { 1 } else { 0 },
        ),
        (ptys_reg::ETH_PROTO_CAPABILITY, SPEEDS),
        (ptys_reg::ETH_PROTO_ADMIN, port.speeds),
        (ptys_reg::ETH_PROTO_OPER, if up { SPEED_NOW } else { 0 }),
        (
            ptys_reg::ETH_PROTO_LP_ADVERTISE,
            if up { SPEED_NOW } else { 0 },
        ),
        // In units of 100 Mb/s; direct attached copper.
        (ptys_reg::DATA_RATE_OPER, if up { 1000 } else { 0 }),
        (ptys_reg::CONNECTOR_TYPE, 5),
    ] {
        field.set(access.data, value);
    }
    Ok(())
}

pub fn paos(model: &mut Mlx5, access: &mut Access<'_>) -> Outcome {
    if access.write && paos_reg::ASE.is_set(access.data) {
        let up = paos_reg::ADMIN_STATUS.get(access.data) == UP;
        model.change_port(access.host, |port| port.admin_up = up);
    }
    let state = |up| if up { UP } else { DOWN };
    let port = &model.port;
    paos_reg::ADMIN_STATUS.set(access.data, state(port.admin_up));
    paos_reg::OPER_STATUS.set(access.data, state(port.is_up()));
    Ok(())
}

pub fn pmtu(model: &mut Mlx5, access: &mut Access<'_>) -> Outcome {
    if access.write {
        let mtu = pmtu_reg::ADMIN_MTU.get(access.data);
        if !(MIN_MTU..=MAX_MTU).contains(&mtu) {
            return Err(Status::BadParameter);
        }
        model.port.mtu = mtu;
    }
    pmtu_reg::MAX_MTU.set(access.data, MAX_MTU);
    pmtu_reg::ADMIN_MTU.set(access.data, model.port.mtu);
    pmtu_reg::OPER_MTU.set(access.data, model.port.mtu);
    Ok(())
}

pub fn pmlp(model: &mut Mlx5, access: &mut Access<'_>) -> Outcome {
    let lanes = [
        pmlp_reg::LANE0_MODULE_MAPPING,
        pmlp_reg::LANE1_MODULE_MAPPING,
        pmlp_reg::LANE2_MODULE_MAPPING,
        pmlp_reg::LANE3_MODULE_MAPPING,
    ];
    pmlp_reg::WIDTH.set(access.data, lanes.len() as u64);
    for (number, lane) in lanes.into_iter().enumerate() {
        for (field, value) in [
            (lane_2_module_mapping::RX_LANE, number as u64),
            (lane_2_module_mapping::TX_LANE, number as u64),
            (lane_2_module_mapping::MODULE, model.port.place.port.into()),
        ] {
            field.within(lane).set(access.data, value);
        }
    }
    Ok(())
}

pub fn pmaos(model: &mut Mlx5, access: &mut Access<'_>) -> Outcome {
    let state = if model.port.module {
        PLUGGED
    } else {
        UNPLUGGED
    };
    pmaos_reg::ADMIN_STATUS.set(access.data, PLUGGED);
    pmaos_reg::OPER_STATUS.set(access.data, state);
    Ok(())
}

/// The module's memory: what it is, who made it, and nothing else.
pub fn mcia(model: &mut Mlx5, access: &mut Access<'_>) -> Outcome {
    const NO_MODULE: u64 = 0x4;

    if !model.port.module {
        mcia_reg::STATUS.set(access.data, NO_MODULE);
        return Ok(());
    }
    let start = mcia_reg::DEVICE_ADDRESS.get(access.data) as usize;
    let size = mcia_reg::SIZE.get(access.data) as usize;
    let page = mcia_reg::PAGE_NUMBER.get(access.data);
    let place = mcia_reg::DWORDS.bytes();
    if access.write || size > place.len() {
        return Err(Status::BadParameter);
    }
    let mut memory = [0u8; 256];
    memory[0] = QSFP28;
    memory[2] = 0x04;
    if page == 0 {
        memory[128] = QSFP28;
        memory[130] = CONNECTOR;
        for (at, text) in [
            (148, "connectx model  "),
            (168, "MODEL-QSFP28    "),
            (196, "0000"),
        ] {
            memory[at..at + text.len()].copy_from_slice(text.as_bytes());
        }
    }
    let output = access.data.get_mut(place).unwrap_or_default();
    for (number, byte) in output.iter_mut().take(size).enumerate() {
        *byte = memory.get(start + number).copied().unwrap_or(0);
    }
    Ok(())
}

/// Counters of the port: what was sent, in the first group; all others are zero.
pub fn ppcnt(model: &mut Mlx5, access: &mut Access<'_>) -> Outcome {
    const IEEE_802_3: u64 = 0;

    let group = ppcnt_reg::GRP.get(access.data);
    let start = ppcnt_reg::COUNTER_SET;
    let counters = access.data.get_mut(start.bytes().start..);
    counters.unwrap_or_default().fill(0);
    if group == IEEE_802_3 {
        Field::new(start.offset, 64).set(access.data, model.queues.sent);
    }
    Ok(())
}

/// The bond is one object; its context is that of the command that made it.
const LAG: (Kind, u64) = (Kind::Lag, 1);
const VPORT_LAG: (Kind, u64) = (Kind::VportLag, 1);

pub fn create_lag(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    if model.place.ports < 2 {
        return Err(Status::BadOperation);
    }
    model.objects.add(LAG, &call.input, Vec::new())
}

pub fn modify_lag(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let lag = model.objects.get_mut(LAG).ok_or(Status::BadResource)?;
    modify_lag_in::CTX.copy(&call.input, create_lag_in::CTX, &mut lag.input);
    Ok(())
}

pub fn query_lag(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let lag = model.objects.get(LAG).ok_or(Status::BadResource)?;
    create_lag_in::CTX.copy(&lag.input, query_lag_out::CTX, &mut call.output);
    Ok(())
}

pub fn destroy_lag(model: &mut Mlx5, _: &mut Call<'_>) -> Outcome {
    model.objects.remove(LAG)
}

pub fn create_vport_lag(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    model.objects.add(VPORT_LAG, &call.input, Vec::new())
}

pub fn destroy_vport_lag(model: &mut Mlx5, _: &mut Call<'_>) -> Outcome {
    model.objects.remove(VPORT_LAG)
}
