// SPDX-License-Identifier: GPL-2.0

//! Pages of the machine's memory that the firmware lives on: some to boot, some to run, more when
//! the driver makes more objects, and all given back in the end.

use super::{
    command::{Call, Outcome, Phase, Status},
    eq::{event, Event},
    layout::Field,
    tables::{manage_pages_in, manage_pages_out, query_pages_out},
    Mlx5,
};
use crate::model::Host;
use std::collections::BTreeSet;

/// What the firmware wants for itself.
const BOOT_PAGES: usize = 17;
const RUN_PAGES: usize = 240;
/// How many objects fit on a page, and how many pages it wants at a time.
const OBJECTS_PER_PAGE: usize = 4;
const CHUNK: usize = 64;
/// A driver that gives this much has lost its mind.
const MAX_PAGES: usize = 1 << 18;

const PAGE_SIZE: u64 = 4096;

/// Operation modifiers.
const QUERY_BOOT: u16 = 1;
const QUERY_INIT: u16 = 2;
const CANNOT_GIVE: u16 = 0;
const GIVE: u16 = 1;
const TAKE: u16 = 2;

/// The pages that the driver has given.
#[derive(Default)]
pub struct Pages {
    held: BTreeSet<u64>,
    /// Whether a request for more or for taking some back is under way.
    asked: bool,
    /// What the control socket wants on top.
    pub extra: usize,
    /// How often the driver could not give what was asked for.
    pub refused: u64,
}

impl Pages {
    /// How many there are.
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// No answer will come.
    pub fn forget_request(&mut self) {
        self.asked = false;
    }

    pub fn clear(&mut self) {
        self.held.clear();
        self.asked = false;
        self.extra = 0;
    }
}

impl Mlx5 {
    fn wanted_pages(&self) -> usize {
        match self.phase {
            // Whoever takes them then, is about to leave.
            Phase::Down | Phase::Enabled => 0,
            Phase::Running => {
                BOOT_PAGES + RUN_PAGES + self.pages.extra + self.objects.len() / OBJECTS_PER_PAGE
            }
        }
    }

    /// Asks for pages, or for taking some back, if there are far too few or too many.
    pub(super) fn balance_pages(&mut self, host: &mut dyn Host) {
        if self.pages.asked || self.phase != Phase::Running {
            return;
        }
        let (wanted, held) = (self.wanted_pages(), self.pages.held());
        let count = if wanted > held {
            (wanted - held).next_multiple_of(CHUNK) as i32
        } else if held - wanted > 2 * CHUNK {
            -((held - wanted - CHUNK) as i32)
        } else {
            return;
        };
        let event = Event::new(event::PAGE_REQUEST).word(1, count as u32);
        self.pages.asked = self.post(host, event);
    }
}

pub fn query_pages(_: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let count = match call.modifier() {
        QUERY_BOOT => BOOT_PAGES,
        QUERY_INIT => RUN_PAGES,
        _ => 0,
    };
    query_pages_out::NUM_PAGES.set(&mut call.output, count as u64);
    Ok(())
}

pub fn manage_pages(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    if manage_pages_in::FUNCTION_ID.get(&call.input) != 0 {
        return Err(Status::BadParameter);
    }
    let count = manage_pages_in::INPUT_NUM_ENTRIES.get(&call.input) as usize;
    model.pages.asked = false;
    match call.modifier() {
        CANNOT_GIVE => {
            model.pages.refused += 1;
            Ok(())
        }
        GIVE => give(model, call, count),
        TAKE => {
            take(model, call, count);
            Ok(())
        }
        _ => Err(Status::BadParameter),
    }
}

fn give(model: &mut Mlx5, call: &mut Call<'_>, count: usize) -> Outcome {
    let addresses = call.input.get(manage_pages_in::BYTES..).unwrap_or_default();
    if addresses.len() / 8 < count {
        return Err(Status::BadInputLength);
    }
    if model.pages.held() + count > MAX_PAGES {
        return Err(Status::Limit);
    }
    let addresses = addresses.chunks_exact(8).take(count);
    let pages: BTreeSet<u64> = addresses.map(|at| Field::new(0, 64).get(at)).collect();
    if pages.len() < count || pages.iter().any(|page| !page.is_multiple_of(PAGE_SIZE)) {
        return Err(Status::BadParameter);
    }
    if pages.iter().any(|page| model.pages.held.contains(page)) {
        return Err(Status::BadParameter);
    }
    // They are the device's from now on: it writes to them, so that a driver that goes on to use
    // one finds out.
    for page in &pages {
        let mark = page.to_be_bytes().map(|byte| !byte);
        if call.host.dma_write(*page, &mark).is_err() {
            return Err(Status::BadParameter);
        }
    }
    model.pages.held.extend(pages);
    Ok(())
}

fn take(model: &mut Mlx5, call: &mut Call<'_>, count: usize) {
    let spare = model.pages.held().saturating_sub(model.wanted_pages());
    let room = call.output.len().saturating_sub(manage_pages_out::BYTES) / 8;
    let mut place = manage_pages_out::BYTES;
    let mut taken = 0u64;
    for _ in 0..count.min(spare).min(room) {
        let Some(page) = model.pages.held.pop_last() else {
            break;
        };
        call.output[place..place + 8].copy_from_slice(&page.to_be_bytes());
        place += 8;
        taken += 1;
    }
    manage_pages_out::OUTPUT_NUM_ENTRIES.set(&mut call.output, taken);
}
