// SPDX-License-Identifier: GPL-2.0

//! Pages of the machine's memory that the firmware lives on: some to boot, some to run, more when
//! the driver makes more objects, and all given back in the end.

use super::{
    command::{Outcome, Phase, Status, TypedCall},
    eq::Event,
    layout::{
        EventType, ManagePagesIn, ManagePagesOut, PagesReqEvent, QueryPagesIn, QueryPagesOut,
    },
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
        let event = Event::new(EventType::PAGE_REQUEST);
        let event = event.with(|data| data.set(PagesReqEvent::NUM_PAGES, count as u32));
        self.pages.asked = self.post(host, event);
    }
}

pub fn query_pages(
    _: &mut Mlx5,
    call: &mut TypedCall<'_, '_, QueryPagesIn, QueryPagesOut>,
) -> Outcome {
    let count = match call.modifier() {
        QUERY_BOOT => BOOT_PAGES,
        QUERY_INIT => RUN_PAGES,
        _ => 0,
    };
    call.set(QueryPagesOut::NUM_PAGES, count as u32);
    Ok(())
}

type ManagePages<'c, 'a> = TypedCall<'c, 'a, ManagePagesIn, ManagePagesOut>;

pub fn manage_pages(model: &mut Mlx5, call: &mut ManagePages<'_, '_>) -> Outcome {
    if call.get(ManagePagesIn::FUNCTION_ID) != 0 {
        return Err(Status::BadParameter);
    }
    let count = call.get(ManagePagesIn::INPUT_NUM_ENTRIES) as usize;
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

fn give(model: &mut Mlx5, call: &mut ManagePages<'_, '_>, count: usize) -> Outcome {
    let input = call.input();
    let addresses = (0..count).map_while(|index| input.element(ManagePagesIn::PAS, index));
    let addresses: Vec<u64> = addresses.collect();
    if addresses.len() < count {
        return Err(Status::BadInputLength);
    }
    if model.pages.held() + count > MAX_PAGES {
        return Err(Status::Limit);
    }
    let pages: BTreeSet<u64> = addresses.into_iter().collect();
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

fn take(model: &mut Mlx5, call: &mut ManagePages<'_, '_>, count: usize) {
    let spare = model.pages.held().saturating_sub(model.wanted_pages());
    let mut output = call.output();
    let mut taken = 0;
    while taken < count.min(spare) {
        let Some(page) = model.pages.held.last() else {
            break;
        };
        if output
            .set_element(ManagePagesOut::PAS, taken, *page)
            .is_none()
        {
            break;
        }
        model.pages.held.pop_last();
        taken += 1;
    }
    output.set(ManagePagesOut::OUTPUT_NUM_ENTRIES, taken as u32);
}
