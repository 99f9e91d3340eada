// SPDX-License-Identifier: GPL-2.0

//! Registers behind ACCESS_REG.

use super::{
    bits::copy,
    command::{Outcome, Status, TypedCall},
    firmware,
    layout::*,
    port, traffic, Mlx5,
};
use crate::model::Host;
use std::{
    marker::PhantomData,
    ops::{Deref, DerefMut},
};

/// Operation modifier for reading; the other one writes.
const READ: u16 = 1;

/// An access to a register.
pub struct Access<'a> {
    pub host: &'a mut dyn Host,
    pub write: bool,
    /// What the driver has sent; what it will be shown when this returns.
    pub data: &'a mut Vec<u8>,
}

/// An access to a register that is an `R`, of any length: what the driver has not sent is zero, and
/// what it has no room for is dropped.
pub struct TypedAccess<'c, 'a, R> {
    access: &'c mut Access<'a>,
    register: PhantomData<fn() -> R>,
}

impl<'c, 'a, R: Structure> TypedAccess<'c, 'a, R> {
    pub fn new(access: &'c mut Access<'a>) -> Self {
        Self {
            access,
            register: PhantomData,
        }
    }

    pub fn view(&self) -> View<'_, R> {
        View::of_any_length(self.access.data)
    }

    pub fn view_mut(&mut self) -> ViewMut<'_, R> {
        ViewMut::of_any_length(self.access.data)
    }

    pub fn get<T: Value>(&self, field: Field<R, T>) -> T {
        self.view().get(field)
    }

    pub fn set<T: Value>(&mut self, field: Field<R, T>, value: T) {
        self.view_mut().set(field, value);
    }
}

impl<'a, R> Deref for TypedAccess<'_, 'a, R> {
    type Target = Access<'a>;

    fn deref(&self) -> &Access<'a> {
        self.access
    }
}

impl<R> DerefMut for TypedAccess<'_, '_, R> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.access
    }
}

pub enum Who {
    /// A function of the model.
    By(fn(&mut Mlx5, &mut Access<'_>) -> Outcome),
    /// It holds what a driver writes, and is zero until then.
    Kept,
    /// It is zero.
    Zero,
}

use Who::{Kept, Zero};

/// A function of the model, with an access of the type that it wants.
macro_rules! by {
    ($function:path) => {
        Who::By(|model, access| $function(model, &mut TypedAccess::new(access)))
    };
}

/// Registers that the kernel does not know.
const MGIR: Register = Register(0x9020);
const MRSI: Register = Register(0x912a);

/// All registers that the model knows, and who does an access.
#[rustfmt::skip]
pub const REGISTERS: &[(Register, Who)] = &[
    (Register::QPTS, Kept),
    (Register::QETCR, Kept),
    (Register::QTCT, Kept),
    (Register::QPDPM, Kept),
    (Register::QCAM, Zero),
    (Register::DCBX_PARAM, Kept),
    (Register::DCBX_APP, Kept),
    (Register::PCAP, Kept),
    (Register::PMLP, by!(port::pmlp)),
    (Register::PMTU, by!(port::pmtu)),
    (Register::PTYS, by!(port::ptys)),
    (Register::PAOS, by!(port::paos)),
    (Register::PFCC, Kept),
    (Register::PPCNT, by!(traffic::ppcnt)),
    (Register::PPTB, Kept),
    (Register::PBMC, Kept),
    (Register::PMAOS, by!(port::pmaos)),
    (Register::PVLC, Kept),
    (Register::PPLM, Kept),
    (Register::PDDR, Zero),
    (Register::PPHCR, Zero),
    (Register::PCMR, Kept),
    (Register::PCAM, by!(pcam)),
    (Register::NODE_DESC, Kept),
    (Register::HOST_ENDIANNESS, Kept),
    (Register::MTCAP, by!(mtcap)),
    (Register::MTMP, by!(mtmp)),
    (Register::MCIA, by!(port::mcia)),
    (MGIR, by!(firmware::mgir)),
    (Register::MNVDA, by!(firmware::mnvda)),
    (Register::MFRL, by!(firmware::mfrl)),
    (Register::MLCR, Kept),
    (Register::MRTC, Kept),
    (Register::MPEIN, Zero),
    (Register::MPCNT, Zero),
    (Register::MPIR, by!(mpir)),
    (Register::MCQS, by!(firmware::mcqs)),
    (Register::MCQI, by!(firmware::mcqi)),
    (Register::MCC, by!(firmware::mcc)),
    (Register::MCDA, by!(firmware::mcda)),
    (Register::MCAM, by!(mcam)),
    (MRSI, by!(firmware::mrsi)),
    (Register::SBPR, Kept),
    (Register::SBCM, Kept),
    (Register::DTOR, by!(dtor)),
];

/// The sensor of the chip.
const CHIP_SENSOR: u16 = 0;
/// How many registers hold what was written, and how much of it.
const MAX_KEPT: usize = 1024;
const MAX_KEPT_LENGTH: usize = 512;

fn name(register: Register) -> &'static str {
    match register {
        MGIR => "MGIR",
        MRSI => "MRSI",
        register => register.name().unwrap_or_default(),
    }
}

pub fn access_reg(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, AccessRegisterIn, AccessRegisterOut>,
) -> Outcome {
    let number = call.get(AccessRegisterIn::REGISTER_ID);
    let write = call.modifier() != READ;
    let register = REGISTERS.iter().find(|register| register.0 == number);
    let Some((_, who)) = register else {
        let start = &call.input[..call.input.len().min(64)];
        model.complain(format!("register {:#x}", number.0), start);
        return Err(Status::BadParameter);
    };
    call.host.trace(format_args!(
        "register {} {}",
        name(number),
        if write { "written" } else { "read" }
    ));
    let length = call.output.len().saturating_sub(AccessRegisterOut::BYTES);
    let mut data = call.input[AccessRegisterIn::BYTES.min(call.input.len())..].to_vec();
    if data.len() < length {
        data.resize(length, 0);
    }
    match who {
        Who::By(function) => {
            let mut access = Access {
                host: call.host,
                write,
                data: &mut data,
            };
            function(model, &mut access)?;
        }
        Kept => {
            // The first word says which port or priority it is about.
            let key = (number, data.get(..4).unwrap_or_default().to_vec());
            if write {
                if model.kept.len() < MAX_KEPT {
                    let kept = &data[..data.len().min(MAX_KEPT_LENGTH)];
                    model.kept.insert(key, kept.to_vec());
                }
            } else if let Some(kept) = model.kept.get(&key) {
                copy(kept, &mut data);
            }
        }
        Zero => data.iter_mut().skip(4).for_each(|byte| *byte = 0),
    }
    let output = call.output.get_mut(AccessRegisterOut::BYTES..);
    copy(&data, output.unwrap_or_default());
    Ok(())
}

fn pcam(_: &mut Mlx5, access: &mut TypedAccess<'_, '_, PcamReg>) -> Outcome {
    let registers = PcamReg::PORT_ACCESS_REG_CAP_MASK__REGS_5000_TO_507F;
    let features = PcamReg::FEATURE_CAP_MASK__ENHANCED_FEATURES;
    for field in [
        registers.then(PcamRegs5000To507f::PPCNT),
        features.then(PcamEnhancedFeatures::PTYS_CONNECTOR_TYPE),
        features.then(PcamEnhancedFeatures::PPCNT_DISCARD_GROUP),
        features.then(PcamEnhancedFeatures::PPCNT_STATISTICAL_GROUP),
        features.then(PcamEnhancedFeatures::PFCC_MASK),
    ] {
        access.set(field, true);
    }
    Ok(())
}

fn mcam(_: &mut Mlx5, access: &mut TypedAccess<'_, '_, McamReg>) -> Outcome {
    let features = McamReg::MNG_FEATURE_CAP_MASK__ENHANCED_FEATURES;
    for field in [
        McamEnhancedFeatures::MCIA_32DWORDS,
        McamEnhancedFeatures::RESET_STATE,
        McamEnhancedFeatures::PCI_STATUS_AND_POWER,
        McamEnhancedFeatures::PCIE_PERFORMANCE_GROUP,
    ] {
        access.set(features.then(field), true);
    }
    // Groups are of 128 registers, the last of them first.
    let group = access.get(McamReg::ACCESS_REG_GROUP);
    let mut view = access.view_mut();
    let mask = view.bytes(McamReg::MNG_ACCESS_REG_CAP_MASK);
    let count = McamReg::MNG_ACCESS_REG_CAP_MASK.width();
    let first = 0x9000 + usize::from(group) * count;
    for (number, _) in REGISTERS {
        let place = usize::from(number.0).checked_sub(first);
        if let Some(place) = place.filter(|place| *place < count) {
            write_bits(mask, count - 1 - place, 1, 1);
        }
    }
    Ok(())
}

/// How long the driver shall wait for what.
fn dtor(_: &mut Mlx5, access: &mut TypedAccess<'_, '_, DtorReg>) -> Outcome {
    const SECONDS: u8 = 1;

    for (field, seconds) in [
        (DtorReg::PCIE_TOGGLE_TO, 2),
        (DtorReg::HEALTH_POLL_TO, 2),
        (DtorReg::FULL_CRDUMP_TO, 60),
        (DtorReg::FW_RESET_TO, 60),
        (DtorReg::FLUSH_ON_ERR_TO, 2),
        (DtorReg::PCI_SYNC_UPDATE_TO, 5),
        (DtorReg::TEAR_DOWN_TO, 3),
        (DtorReg::FSM_REACTIVATE_TO, 5),
        (DtorReg::RECLAIM_PAGES_TO, 5),
        (DtorReg::RECLAIM_VFS_PAGES_TO, 120),
        (DtorReg::RESET_UNLOAD_TO, 300),
    ] {
        access.set(field.then(DefaultTimeout::TO_MULTIPLIER), SECONDS);
        access.set(field.then(DefaultTimeout::TO_VALUE), seconds);
    }
    Ok(())
}

fn mpir(model: &mut Mlx5, access: &mut TypedAccess<'_, '_, MpirReg>) -> Outcome {
    access.set(MpirReg::LOCAL_PORT, model.place.port + 1);
    Ok(())
}

fn mtcap(_: &mut Mlx5, access: &mut TypedAccess<'_, '_, MtcapReg>) -> Outcome {
    access.set(MtcapReg::SENSOR_COUNT, 1);
    access.set(MtcapReg::SENSOR_MAP, 1 << CHIP_SENSOR);
    Ok(())
}

fn mtmp(model: &mut Mlx5, access: &mut TypedAccess<'_, '_, MtmpReg>) -> Outcome {
    if access.get(MtmpReg::SENSOR_INDEX) != CHIP_SENSOR {
        // The module's: it measures nothing.
        access.set(MtmpReg::TEMPERATURE, 0);
        return Ok(());
    }
    // The driver sets it in a register that it reads.
    if access.get(MtmpReg::MTR) {
        model.highest_temperature = model.temperature;
    }
    // In units of an eighth of a degree.
    let value = |celsius: i32| (celsius * 8) as u16;
    for (field, celsius) in [
        (MtmpReg::TEMPERATURE, model.temperature),
        (MtmpReg::MAX_TEMPERATURE, model.highest_temperature),
        (MtmpReg::TEMP_THRESHOLD_HI, model.hot),
        (MtmpReg::TEMP_THRESHOLD_LO, model.hot - 10),
    ] {
        access.set(field, value(celsius));
    }
    access.set(MtmpReg::SENSOR_NAME_HI, u32::from_be_bytes(*b"asic"));
    access.set(MtmpReg::SENSOR_NAME_LO, 0);
    Ok(())
}
