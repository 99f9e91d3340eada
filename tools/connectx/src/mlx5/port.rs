// SPDX-License-Identifier: GPL-2.0

//! The port to the wire with its registers, and the bond of two of them.

use super::{
    bits::Bits,
    command::{Outcome, Status, TypedCall},
    eq::Event,
    layout::*,
    objects::Kind,
    registers::TypedAccess,
    Mlx5, Place,
};
use crate::model::Host;

/// The only port of a function, as registers name it.
const LOCAL_PORT: u8 = 1;
/// Administrative and operational states.
const UP: u8 = 1;
const DOWN: u8 = 2;
/// Subtypes of the event that the state changed.
const BECAME_DOWN: u8 = 1;
const BECAME_ACTIVE: u8 = 4;
/// States of a module.
const PLUGGED: u8 = 1;
const UNPLUGGED: u8 = 2;
const MODULE_ERROR: u8 = 3;

/// 100GBASE-CR4, SR4, KR4 and LR4, 50GBASE-CR2, KR2 and SR2, 25GBASE-CR, KR and SR, 40GBASE-CR4
/// and SR4, 10GBASE-CR and SR, 1000BASE-KX: bits of the register of types and speeds.
const SPEEDS: u32 = 0x38f0_0000 | 0xc004_0000 | 0xb042;
const SPEED_NOW: u32 = 1 << 20;
const MAX_MTU: u16 = 10240;
const MIN_MTU: u16 = 64;
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
    mtu: u16,
    speeds: u32,
    no_negotiation: bool,
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
            no_negotiation: false,
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

    /// The longest frame that may pass, with its checksum at the end.
    pub fn longest(&self) -> usize {
        self.mtu.into()
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
            let event = Event::new(EventType::PORT_CHANGE).subtype(subtype);
            let event = event.with(|data| data.set(PortStateChangeEvent::PORT_NUM, LOCAL_PORT));
            self.post(host, event);
        }
    }

    /// A module is plugged in or pulled.
    pub(super) fn change_module(&mut self, host: &mut dyn Host, plugged: bool, error: u8) {
        let status = match (error, plugged) {
            (0, true) => PLUGGED,
            (0, false) => UNPLUGGED,
            _ => MODULE_ERROR,
        };
        let event = Event::new(EventType::PORT_MODULE_EVENT).with(|data| {
            data.set(PortModuleEvent::MODULE, self.place.port);
            data.set(PortModuleEvent::MODULE_STATUS, status);
            data.set(PortModuleEvent::ERROR_TYPE, error);
        });
        self.post(host, event);
        self.change_port(host, |port| port.module = plugged && error == 0);
    }
}

pub fn ptys(model: &mut Mlx5, access: &mut TypedAccess<'_, '_, PtysReg>) -> Outcome {
    let port = &mut model.port;
    if access.write {
        port.no_negotiation = access.get(PtysReg::AN_DISABLE_ADMIN);
        let speeds = access.get(PtysReg::ETH_PROTO_ADMIN);
        if speeds & SPEEDS == 0 {
            return Err(Status::BadParameter);
        }
        port.speeds = speeds & SPEEDS;
    }
    let speed = if port.is_up() { SPEED_NOW } else { 0 };
    access.set(PtysReg::AN_DISABLE_CAP, true);
    access.set(PtysReg::AN_DISABLE_ADMIN, port.no_negotiation);
    access.set(PtysReg::AN_STATUS, (!port.no_negotiation).into());
    access.set(PtysReg::ETH_PROTO_CAPABILITY, SPEEDS);
    access.set(PtysReg::ETH_PROTO_ADMIN, port.speeds);
    access.set(PtysReg::ETH_PROTO_OPER, speed);
    access.set(PtysReg::ETH_PROTO_LP_ADVERTISE, speed);
    // In units of 100 Mb/s; direct attached copper.
    access.set(PtysReg::DATA_RATE_OPER, if speed != 0 { 1000 } else { 0 });
    access.set(PtysReg::CONNECTOR_TYPE, 5);
    Ok(())
}

pub fn paos(model: &mut Mlx5, access: &mut TypedAccess<'_, '_, PaosReg>) -> Outcome {
    if access.write && access.get(PaosReg::ASE) {
        let up = access.get(PaosReg::ADMIN_STATUS) == UP;
        model.change_port(access.host, |port| port.admin_up = up);
    }
    let state = |up| if up { UP } else { DOWN };
    access.set(PaosReg::ADMIN_STATUS, state(model.port.admin_up));
    access.set(PaosReg::OPER_STATUS, state(model.port.is_up()));
    Ok(())
}

pub fn pmtu(model: &mut Mlx5, access: &mut TypedAccess<'_, '_, PmtuReg>) -> Outcome {
    if access.write {
        let mtu = access.get(PmtuReg::ADMIN_MTU);
        if !(MIN_MTU..=MAX_MTU).contains(&mtu) {
            return Err(Status::BadParameter);
        }
        model.port.mtu = mtu;
    }
    access.set(PmtuReg::MAX_MTU, MAX_MTU);
    access.set(PmtuReg::ADMIN_MTU, model.port.mtu);
    access.set(PmtuReg::OPER_MTU, model.port.mtu);
    Ok(())
}

pub fn pmlp(model: &mut Mlx5, access: &mut TypedAccess<'_, '_, PmlpReg>) -> Outcome {
    let lanes = [
        PmlpReg::LANE0_MODULE_MAPPING,
        PmlpReg::LANE1_MODULE_MAPPING,
        PmlpReg::LANE2_MODULE_MAPPING,
        PmlpReg::LANE3_MODULE_MAPPING,
    ];
    access.set(PmlpReg::WIDTH, lanes.len() as u8);
    for (number, lane) in (0..).zip(lanes) {
        access.set(lane.then(Lane2ModuleMapping::RX_LANE), number);
        access.set(lane.then(Lane2ModuleMapping::TX_LANE), number);
        access.set(lane.then(Lane2ModuleMapping::MODULE), model.port.place.port);
    }
    Ok(())
}

pub fn pmaos(model: &mut Mlx5, access: &mut TypedAccess<'_, '_, PmaosReg>) -> Outcome {
    let state = if model.port.module {
        PLUGGED
    } else {
        UNPLUGGED
    };
    access.set(PmaosReg::ADMIN_STATUS, PLUGGED);
    access.set(PmaosReg::OPER_STATUS, state);
    Ok(())
}

/// The module's memory: what it is, who made it, and nothing else.
pub fn mcia(model: &mut Mlx5, access: &mut TypedAccess<'_, '_, MciaReg>) -> Outcome {
    const NO_MODULE: u8 = 0x4;

    if !model.port.module {
        access.set(MciaReg::STATUS, NO_MODULE);
        return Ok(());
    }
    let start = usize::from(access.get(MciaReg::DEVICE_ADDRESS));
    let size = usize::from(access.get(MciaReg::SIZE));
    let page = access.get(MciaReg::PAGE_NUMBER);
    if access.write || size > MciaReg::DWORDS.bytes().len() {
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
    // All of it or nothing.
    let output = access.data.get_mut(MciaReg::DWORDS.bytes());
    let output = output.unwrap_or_default();
    for (number, byte) in output.iter_mut().take(size).enumerate() {
        *byte = memory.get(start + number).copied().unwrap_or(0);
    }
    Ok(())
}

/// The bond is one object; its context is that of the command that made it.
const LAG: (Kind, u64) = (Kind::Lag, 1);
const LAG_CONTEXT: Bits = Bits::of(CreateLagIn::CTX);
const VPORT_LAG: (Kind, u64) = (Kind::VportLag, 1);

type Any<'c, 'a> = TypedCall<'c, 'a, MboxIn, MboxOut>;

pub fn create_lag(model: &mut Mlx5, call: &mut Any<'_, '_>) -> Outcome {
    if model.place.ports < 2 {
        return Err(Status::BadOperation);
    }
    model.objects.add(LAG, &call.input, Vec::new())
}

pub fn modify_lag(model: &mut Mlx5, call: &mut Any<'_, '_>) -> Outcome {
    let lag = model.objects.get_mut(LAG).ok_or(Status::BadResource)?;
    Bits::of(ModifyLagIn::CTX).copy(&call.input, LAG_CONTEXT, &mut lag.input);
    Ok(())
}

pub fn query_lag(model: &mut Mlx5, call: &mut Any<'_, '_>) -> Outcome {
    let lag = model.objects.get(LAG).ok_or(Status::BadResource)?;
    LAG_CONTEXT.copy(&lag.input, Bits::of(QueryLagOut::CTX), &mut call.output);
    Ok(())
}

pub fn destroy_lag(model: &mut Mlx5, _: &mut Any<'_, '_>) -> Outcome {
    model.objects.remove(LAG)
}

pub fn create_vport_lag(model: &mut Mlx5, call: &mut Any<'_, '_>) -> Outcome {
    model.objects.add(VPORT_LAG, &call.input, Vec::new())
}

pub fn destroy_vport_lag(model: &mut Mlx5, _: &mut Any<'_, '_>) -> Outcome {
    model.objects.remove(VPORT_LAG)
}
