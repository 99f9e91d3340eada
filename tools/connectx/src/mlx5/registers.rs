// SPDX-License-Identifier: GPL-2.0

//! Registers behind ACCESS_REG.

use super::{
    command::{Call, Outcome, Status},
    firmware,
    layout::Field,
    port,
    tables::*,
    Mlx5,
};
use crate::model::Host;

/// Operation modifier for reading; the other one writes.
const READ: u16 = 1;

/// An access to a register.
pub struct Access<'a> {
    pub host: &'a mut dyn Host,
    pub write: bool,
    /// What the driver has sent; what it will be shown when this returns.
    pub data: &'a mut Vec<u8>,
}

pub enum Who {
    /// A function of the model.
    By(fn(&mut Mlx5, &mut Access<'_>) -> Outcome),
    /// It holds what a driver writes, and is zero until then.
    Kept,
    /// It is zero.
    Zero,
}

use Who::{By, Kept, Zero};

/// All registers that the model knows: number, name, who does an access.
#[rustfmt::skip]
pub const REGISTERS: &[(u16, &str, Who)] = &[
    (0x4002, "QPTS", Kept),
    (0x4005, "QETCR", Kept),
    (0x400a, "QTCT", Kept),
    (0x4013, "QPDPM", Kept),
    (0x4019, "QCAM", Zero),
    (0x4020, "DCBX_PARAM", Kept),
    (0x4021, "DCBX_APP", Kept),
    (0x5001, "PCAP", Kept),
    (0x5002, "PMLP", By(port::pmlp)),
    (0x5003, "PMTU", By(port::pmtu)),
    (0x5004, "PTYS", By(port::ptys)),
    (0x5006, "PAOS", By(port::paos)),
    (0x5007, "PFCC", Kept),
    (0x5008, "PPCNT", By(port::ppcnt)),
    (0x500b, "PPTB", Kept),
    (0x500c, "PBMC", Kept),
    (0x5012, "PMAOS", By(port::pmaos)),
    (0x500f, "PVLC", Kept),
    (0x5023, "PPLM", Kept),
    (0x5031, "PDDR", Zero),
    (0x503e, "PPHCR", Zero),
    (0x5041, "PCMR", Kept),
    (0x507f, "PCAM", By(pcam)),
    (0x6001, "NODE_DESC", Kept),
    (0x7004, "HOST_ENDIANNESS", Kept),
    (0x9009, "MTCAP", By(mtcap)),
    (0x900a, "MTMP", By(mtmp)),
    (0x9014, "MCIA", By(port::mcia)),
    (0x9020, "MGIR", By(firmware::mgir)),
    (0x9024, "MNVDA", By(firmware::mnvda)),
    (0x9028, "MFRL", By(firmware::mfrl)),
    (0x902b, "MLCR", Kept),
    (0x902d, "MRTC", Kept),
    (0x9050, "MPEIN", Zero),
    (0x9051, "MPCNT", Zero),
    (0x9059, "MPIR", By(mpir)),
    (0x9060, "MCQS", By(firmware::mcqs)),
    (0x9061, "MCQI", By(firmware::mcqi)),
    (0x9062, "MCC", By(firmware::mcc)),
    (0x9063, "MCDA", By(firmware::mcda)),
    (0x907f, "MCAM", By(mcam)),
    (0x912a, "MRSI", By(firmware::mrsi)),
    (0xb001, "SBPR", Kept),
    (0xb002, "SBCM", Kept),
    (0xc00e, "DTOR", By(dtor)),
];

/// The sensor of the chip.
const CHIP_SENSOR: u64 = 0;
/// How many registers hold what was written, and how much of it.
const MAX_KEPT: usize = 1024;
const MAX_KEPT_LENGTH: usize = 512;

pub fn access_reg(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let number = access_register_in::REGISTER_ID.get(&call.input) as u16;
    let write = call.modifier() != READ;
    let register = REGISTERS.iter().find(|register| register.0 == number);
    let Some((_, name, who)) = register else {
        let start = &call.input[..call.input.len().min(64)];
        model.complain(format!("register {number:#x}"), start);
        return Err(Status::BadParameter);
    };
    call.host.trace(format_args!(
        "register {name} {}",
        if write { "written" } else { "read" }
    ));
    let length = call.output.len().saturating_sub(access_register_out::BYTES);
    let mut data = call.input[access_register_in::BYTES.min(call.input.len())..].to_vec();
    if data.len() < length {
        data.resize(length, 0);
    }
    match who {
        By(function) => {
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
                let length = kept.len().min(data.len());
                data[..length].copy_from_slice(&kept[..length]);
            }
        }
        Zero => data.iter_mut().skip(4).for_each(|byte| *byte = 0),
    }
    let output = call.output.get_mut(access_register_out::BYTES..);
    let output = output.unwrap_or_default();
    let length = output.len().min(data.len());
    output[..length].copy_from_slice(&data[..length]);
    Ok(())
}

fn pcam(_: &mut Mlx5, access: &mut Access<'_>) -> Outcome {
    for field in [
        pcam_reg::PORT_ACCESS_REG_CAP_MASK__REGS_5000_TO_507F__PPCNT,
        pcam_reg::FEATURE_CAP_MASK__ENHANCED_FEATURES__PTYS_CONNECTOR_TYPE,
        pcam_reg::FEATURE_CAP_MASK__ENHANCED_FEATURES__PPCNT_DISCARD_GROUP,
        pcam_reg::FEATURE_CAP_MASK__ENHANCED_FEATURES__PPCNT_STATISTICAL_GROUP,
        pcam_reg::FEATURE_CAP_MASK__ENHANCED_FEATURES__PFCC_MASK,
    ] {
        field.set(access.data, 1);
    }
    Ok(())
}

fn mcam(_: &mut Mlx5, access: &mut Access<'_>) -> Outcome {
    for field in [
        mcam_reg::MNG_FEATURE_CAP_MASK__ENHANCED_FEATURES__MCIA_32DWORDS,
        mcam_reg::MNG_FEATURE_CAP_MASK__ENHANCED_FEATURES__RESET_STATE,
        mcam_reg::MNG_FEATURE_CAP_MASK__ENHANCED_FEATURES__PCI_STATUS_AND_POWER,
        mcam_reg::MNG_FEATURE_CAP_MASK__ENHANCED_FEATURES__PCIE_PERFORMANCE_GROUP,
    ] {
        field.set(access.data, 1);
    }
    // Groups are of 128 registers, the last of them first.
    let mask = mcam_reg::MNG_ACCESS_REG_CAP_MASK;
    let first = 0x9000 + mcam_reg::ACCESS_REG_GROUP.get(access.data) * mask.width as u64;
    for (number, ..) in REGISTERS {
        let place = u64::from(*number).checked_sub(first);
        if let Some(place) = place.filter(|place| *place < mask.width as u64) {
            let bit = mask.offset + mask.width - 1 - place as usize;
            Field::new(bit, 1).set(access.data, 1);
        }
    }
    Ok(())
}

/// How long the driver shall wait for what.
fn dtor(_: &mut Mlx5, access: &mut Access<'_>) -> Outcome {
    const SECONDS: u64 = 1;

    for (field, seconds) in [
        (dtor_reg::PCIE_TOGGLE_TO, 2),
        (dtor_reg::HEALTH_POLL_TO, 2),
        (dtor_reg::FULL_CRDUMP_TO, 60),
        (dtor_reg::FW_RESET_TO, 60),
        (dtor_reg::FLUSH_ON_ERR_TO, 2),
        (dtor_reg::PCI_SYNC_UPDATE_TO, 5),
        (dtor_reg::TEAR_DOWN_TO, 3),
        (dtor_reg::FSM_REACTIVATE_TO, 5),
        (dtor_reg::RECLAIM_PAGES_TO, 5),
        (dtor_reg::RECLAIM_VFS_PAGES_TO, 120),
        (dtor_reg::RESET_UNLOAD_TO, 300),
    ] {
        let (unit, value) = (default_timeout::TO_MULTIPLIER, default_timeout::TO_VALUE);
        unit.within(field).set(access.data, SECONDS);
        value.within(field).set(access.data, seconds);
    }
    Ok(())
}

fn mpir(model: &mut Mlx5, access: &mut Access<'_>) -> Outcome {
    mpir_reg::LOCAL_PORT.set(access.data, u64::from(model.place.port) + 1);
    Ok(())
}

fn mtcap(_: &mut Mlx5, access: &mut Access<'_>) -> Outcome {
    mtcap_reg::SENSOR_COUNT.set(access.data, 1);
    mtcap_reg::SENSOR_MAP.set(access.data, 1 << CHIP_SENSOR);
    Ok(())
}

fn mtmp(model: &mut Mlx5, access: &mut Access<'_>) -> Outcome {
    if mtmp_reg::SENSOR_INDEX.get(access.data) != CHIP_SENSOR {
        // The module's: it measures nothing.
        mtmp_reg::TEMPERATURE.set(access.data, 0);
        return Ok(());
    }
    // The driver sets it in a register that it reads.
    if mtmp_reg::MTR.is_set(access.data) {
        model.highest_temperature = model.temperature;
    }
    // In units of an eighth of a degree.
    let value = |celsius: i32| (celsius * 8) as u16 as u64;
    let name = u64::from_be_bytes(*b"asic\0\0\0\0");
    for (field, value) in [
        (mtmp_reg::TEMPERATURE, value(model.temperature)),
        (mtmp_reg::MAX_TEMPERATURE, value(model.highest_temperature)),
        (mtmp_reg::TEMP_THRESHOLD_HI, value(model.hot)),
        (mtmp_reg::TEMP_THRESHOLD_LO, value(model.hot - 10)),
        (mtmp_reg::SENSOR_NAME_HI, name >> 32),
        (mtmp_reg::SENSOR_NAME_LO, name & 0xffff_ffff),
    ] {
        field.set(access.data, value);
    }
    Ok(())
}
