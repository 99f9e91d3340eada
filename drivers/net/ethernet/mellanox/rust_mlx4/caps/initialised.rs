// SPDX-License-Identifier: GPL-2.0

//! What the device is asked about what it can do when it was initialised.

use super::{
    device,
    port::RxChecksums,
    query::STEERING_QPS,
    Caps,
    Feature,
    HighRate,
    PortCaps,
    MAX_PORTS, //
};

use crate::{
    card::Card,
    cmd::{
        Call,
        Op, //
    },
    layout::{
        byte,
        half,
        Field, //
    },
};

use kernel::prelude::*;

impl Caps {
    /// Asks what can be asked only when the device was initialised (`mlx4_init_hca()`).
    pub(crate) fn query_initialised(&mut self, card: &Card<'_>) -> Result {
        if self.get(device::SYSTEM_EQS) != 0 {
            self.query_function(card)?;
        }
        if self.high_rate() != HighRate::NotSupported {
            self.verify_steering(card);
        }
        Ok(())
    }

    /// How many event queues there are for this function (`mlx4_query_func()`).
    fn query_function(&mut self, card: &Card<'_>) -> Result {
        const RESERVED_EQS: Field<u16> = half(0x04);
        const MAX_EQS: Field<u16> = half(0x06);
        const RESERVED_UARS: Field<u8> = byte(0x0b).bits(0, 4);

        let dev = card.dev.as_ref();
        let answer = card.query(Call::new(Op::QUERY_FUNC)).inspect_err(|_| {
            dev_err!(dev, "QUERY_DEV_CAP command failed, aborting.\n");
            dev_err!(dev, "QUERY_FUNC command failed, aborting.\n");
        })?;
        self.eqs = answer.get(MAX_EQS).into();
        self.reserved_eqs = answer.get(RESERVED_EQS).into();
        self.reserved_uars = self.reserved_uars.max(answer.get(RESERVED_UARS).into());
        Ok(())
    }

    /// Whether the firmware steers as was wanted (`mlx4_validate_optimized_steering()`).
    fn verify_steering(&mut self, card: &Card<'_>) {
        let dev = card.dev.as_ref();
        let mode = self.high_rate();
        for number in 1..=self.port_count() {
            let Ok(port) = PortCaps::query(card, number) else {
                dev_err!(dev, "QUERY_PORT command failed.\n");
                dev_err!(
                    dev,
                    "QUERY_DEV_CAP command failed, can't verify DMFS high rate steering.\n"
                );
                continue;
            };
            let enabled = port.has_high_rate_steering();
            if mode != HighRate::Default && enabled == (mode == HighRate::Disabled) {
                dev_err!(
                    dev,
                    "DMFS high rate steer mode differ, driver requested {} but {} in FW.\n",
                    mode.text(),
                    if enabled { "enabled" } else { "disabled" }
                );
            }
        }
        if mode == HighRate::Disabled {
            self.high_rate_qps = (self.reserved_qps(), STEERING_QPS);
        }
        dev_info!(dev, "DMFS high rate steer mode is: {}\n", mode.text());
    }

    /// Asks what of checksums receivers are told (`mlx4_config_dev_retrieval()`).
    pub(crate) fn query_configuration(&mut self, card: &Card<'_>) {
        const GET: u8 = 1;
        const MODES: [Field<u8>; MAX_PORTS as usize] =
            [byte(0x83).bits(0, 3), byte(0x83).bits(4, 3)];

        if !self.has(Feature::CONFIG_DEV) {
            return;
        }
        let dev = card.dev.as_ref();
        let failed = || dev_err!(dev, "Failed to query CONFIG_DEV parameters\n");
        let Ok(answer) = card.query(Call::new(Op::CONFIG_DEV).op_modifier(GET)) else {
            return failed();
        };
        let modes = MODES.map(|field| RxChecksums::of_mode(answer.get(field)));
        if modes.iter().any(Option::is_none) {
            return failed();
        }
        for (port, mode) in self.ports.iter_mut().zip(modes) {
            port.rx_checksums = mode.unwrap_or_default();
        }
    }
}
