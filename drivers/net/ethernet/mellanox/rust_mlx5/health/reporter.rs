// SPDX-License-Identifier: GPL-2.0

//! The reporters of the firmware's complaints and of its death.

use super::{
    recovery,
    syndrome,
    text, //
};

use crate::{
    driver::Mlx5,
    segment::{
        Segment,
        ASSERT_CALLRA,
        ASSERT_EXIT_PTR,
        HEALTH_FW_VER,
        HEALTH_HW_ID,
        HEALTH_SEVERITY,
        HEALTH_SYNDROME,
        HEALTH_TIME, //
    }, //
};

use kernel::{
    net::{
        devlink::{
            Fmsg,
            Pinned,
            ReporterOps,
            Restart, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

/// What a report is about.
pub(crate) struct Context {
    pub(super) syndrome: u8,
    /// How often the firmware's counter was as before.
    pub(super) misses: u32,
}

impl Context {
    fn fill(&self, out: &mut Fmsg<'_>) {
        out.pair(c"syndrome", self.syndrome);
        out.pair(c"fw_miss_counter", self.misses);
    }
}

/// What the firmware complains about (`mlx5_fw_reporter_pf_ops`).
pub(crate) struct Fw;

#[vtable]
impl ReporterOps<Mlx5> for Fw {
    const NAME: &'static CStr = c"fw";

    type Error = Context;

    fn dump(
        &self,
        cx: &Pinned<'_, Mlx5>,
        out: &mut Fmsg<'_>,
        error: Option<&Context>,
        _: Extack<'_>,
    ) -> Result {
        if let Some(error) = error {
            error.fill(out);
        }
        let card = &cx.data().card;
        if syndrome(card) == 0 {
            return Ok(());
        }
        out.pair_object(c"health buffer", |out| fill_buffer(&card.segment, out))
    }

    fn diagnose(&self, cx: &Pinned<'_, Mlx5>, out: &mut Fmsg<'_>, _: Extack<'_>) -> Result {
        let syndrome = syndrome(&cx.data().card);
        out.pair(c"Syndrome", syndrome);
        if syndrome != 0 {
            out.pair(c"Description", text::of_syndrome(syndrome));
        }
        Ok(())
    }
}

/// `mlx5_fw_reporter_heath_buffer_data_put()`.
fn fill_buffer(segment: &Segment<'_>, out: &mut Fmsg<'_>) -> Result {
    out.array(c"assert_var", |out| {
        segment.assert_vars().iter().for_each(|word| out.u32(*word));
        Ok(())
    })?;
    let severity: HEALTH_SEVERITY = segment.read();
    let syndrome: HEALTH_SYNDROME = segment.read();
    out.pair(
        c"assert_exit_ptr",
        segment.read::<ASSERT_EXIT_PTR>().into_raw(),
    );
    out.pair(c"assert_callra", segment.read::<ASSERT_CALLRA>().into_raw());
    out.pair(c"time", segment.read::<HEALTH_TIME>().into_raw());
    out.pair(c"hw_id", segment.read::<HEALTH_HW_ID>().into_raw());
    out.pair(c"rfr", u8::from(severity.rfr()));
    out.pair(c"severity", text::severity(severity));
    // CAST: The fields have 8 bits.
    out.pair(c"irisc_index", syndrome.irisc_index().get() as u8);
    out.pair(c"synd", syndrome.synd().get() as u8);
    out.pair(c"ext_synd", syndrome.ext_synd().get());
    out.pair(c"raw_fw_ver", segment.read::<HEALTH_FW_VER>().into_raw());
    Ok(())
}

/// The firmware is dead (`mlx5_fw_fatal_reporter_pf_ops`).
pub(crate) struct FwFatal;

#[vtable]
impl ReporterOps<Mlx5> for FwFatal {
    const NAME: &'static CStr = c"fw_fatal";
    const GRACEFUL_PERIOD: u64 = 60_000;

    type Error = Context;

    fn restart(
        &self,
        cx: &mut Restart<'_, Mlx5>,
        error: Option<&Context>,
        extack: Extack<'_>,
    ) -> Result {
        if cx.data().card.reset.is_in_progress() {
            let text = c"rust_mlx5: Can't recover during firmware reset";
            return Err(extack.err(text, EBUSY));
        }
        recovery::restart(cx, error.is_none())
    }

    fn dump(
        &self,
        cx: &Pinned<'_, Mlx5>,
        out: &mut Fmsg<'_>,
        error: Option<&Context>,
        _: Extack<'_>,
    ) -> Result {
        let card = &cx.data().card;
        let dump = card.vsc.as_ref().ok_or(ENODEV)?.dump(&card.segment)?;
        if let Some(error) = error {
            error.fill(out);
        }
        out.pair(c"crdump_data", &dump[..]);
        Ok(())
    }
}
