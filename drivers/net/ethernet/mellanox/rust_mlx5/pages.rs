// SPDX-License-Identifier: GPL-2.0

//! Pages of memory that the firmware lives on: what it wants to boot and to initialise the device,
//! more when it asks for them, and all of them back in the end.

use crate::{
    card::Card,
    cmd::{
        commands,
        Command,
        Failure,
        Output, //
    },
    layout::{
        Block,
        ManagePagesIn,
        ManagePagesOut,
        Opcode,
        PagesReqEvent,
        QueryPagesIn,
        QueryPagesOut,
        View, //
    },
};

use kernel::{
    dma::CoherentHandle,
    new_mutex,
    prelude::*,
    rbtree::{
        RBTree,
        RBTreeNode, //
    },
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Mutex, //
    },
    time::{
        Instant,
        Monotonic, //
    },
};

/// The size of a page, whatever those of the machine are.
const PAGE: usize = 4096;

/// The length of an address in a command.
const ADDRESS: usize = 8;

/// How many pages are taken back at a time: their addresses fill twelve mailboxes and the entry.
const RECLAIM: u32 = (12 * 512 / ADDRESS) as u32;

/// More than a device ever wants at a time: 4 GiB.
const MOST_GIVEN: u32 = 1 << 20;

/// How many the firmware can give back at a time.
const MOST_TAKEN: u32 = 50_000;

commands! {
    do QueryPages = QUERY_PAGES: QueryPagesIn -> QueryPagesOut;
    do ManagePages = MANAGE_PAGES: ManagePagesIn -> ManagePagesOut;
}

/// Which pages are wanted before the driver makes objects (`MLX5_QUERY_PAGES_IN_OP_MOD_*`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Startup {
    /// To boot.
    Boot = 1,
    /// To initialise the device.
    Init = 2,
}

/// What becomes of pages (`MLX5_PAGES_*`).
#[derive(Clone, Copy)]
enum Operation {
    CannotGive = 0,
    Give = 1,
    Take = 2,
}

/// A page that the firmware has.
struct Given {
    /// The function that it was given for.
    function: u16,
    _page: CoherentHandle,
}

/// What the firmware asks for in an event: so many pages, or so many fewer.
pub(crate) struct PageRequest {
    pub(crate) function: u16,
    pub(crate) count: i32,
    /// It has given up all pages of that function, and does not say which those are.
    pub(crate) released_all: bool,
}

impl PageRequest {
    pub(crate) fn new(event: View<'_, PagesReqEvent>) -> Self {
        // The function's number and the flags are beside each other.
        PageRequest {
            function: event.get(PagesReqEvent::FUNCTION_ID),
            // CAST: It is signed.
            count: event.get(PagesReqEvent::NUM_PAGES) as i32,
            released_all: event.get(PagesReqEvent::RELEASE_ALL),
        }
    }
}

/// The pages that the firmware has, by their addresses.
#[pin_data]
pub(crate) struct Pages {
    #[pin]
    given: Mutex<RBTree<u64, Given>>,
    /// How the firmware calls this function.
    function: Atomic<u32>,
}

impl Pages {
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Pages {
            given <- new_mutex!(RBTree::new()),
            function: Atomic::new(0),
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.given.lock().is_empty()
    }

    /// Frees all: the firmware uses none any more.
    pub(crate) fn clear(&self) {
        self.remove_if(|_| true);
    }

    /// The firmware calls this function `function` from now on (`MLX5_PAGE_MGT_MODE_VHCA_ID`).
    pub(crate) fn set_function(&self, function: u16) {
        self.function.store(function.into(), Relaxed);
        for given in self.given.lock().values_mut() {
            given.function = function;
        }
    }

    /// Frees those pages that `condition` is true of.
    fn remove_if(&self, condition: impl Fn(&Given) -> bool) {
        let mut pages = self.given.lock();
        let mut cursor = pages.cursor_front_mut();
        while let Some(at) = cursor {
            cursor = if condition(at.current().1) {
                at.remove_current().0
            } else {
                at.move_next()
            };
        }
    }

    /// Frees those pages, of which `addresses` has the addresses. Returns how many there were.
    fn free(&self, addresses: &[u8]) -> usize {
        let mut pages = self.given.lock();
        let mut count = 0;
        for address in addresses.chunks_exact(ADDRESS) {
            let address = address.try_into().map_or(0, u64::from_be_bytes);
            if pages.remove(&address).is_some() {
                count += 1;
            }
        }
        count
    }

    /// Some function that the firmware has pages for.
    fn some_function(&self) -> Option<u16> {
        self.given
            .lock()
            .values()
            .next()
            .map(|given| given.function)
    }
}

impl Card<'_> {
    /// Gives the firmware the pages that it wants to start (`mlx5_satisfy_startup_pages()`).
    pub(crate) fn give_startup_pages(&self, which: Startup) -> Result {
        let mut input = Block::<QueryPagesIn>::new();
        input.set(QueryPagesIn::OP_MOD, which as u16);
        // CAST: It was set from 16 bits.
        let function = self.pages.function.load(Relaxed) as u16;
        input.set(QueryPagesIn::FUNCTION_ID, function);
        let wanted = self.run::<QueryPages>(input)?;
        let count = wanted.get(QueryPagesOut::NUM_PAGES);
        if count == 0 {
            return Ok(());
        }
        let function = wanted.get(QueryPagesOut::FUNCTION_ID);
        self.give_pages(function, count)
            .map_err(|failure| self.page_failure(Operation::Give, function, count, failure))
    }

    /// Does what the firmware asks for (`pages_work_handler()`).
    pub(crate) fn answer_page_request(&self, request: &PageRequest) {
        let function = request.function;
        let count = request.count.unsigned_abs();
        if request.released_all {
            self.pages.remove_if(|given| given.function == function);
        } else if request.count < 0 {
            let count = count.min(MOST_TAKEN);
            match self.take_pages(function, count) {
                // What the firmware refuses it does not want any more, nor what it asked for when
                // it lived.
                Ok(_) | Err(Failure::Refused { .. } | Failure::Dead) => {}
                Err(failure) => {
                    let error = self.page_failure(Operation::Take, function, count, failure);
                    dev_warn!(self.dev.as_ref(), "reclaim fail {}\n", error.to_errno());
                }
            }
        } else if request.count > 0 {
            match self.give_pages(function, count) {
                Ok(()) | Err(Failure::Refused { .. } | Failure::Dead) => {}
                Err(failure) => {
                    let error = self.page_failure(Operation::Give, function, count, failure);
                    self.cannot_give(function);
                    dev_warn!(self.dev.as_ref(), "give fail {}\n", error.to_errno());
                }
            }
        }
    }

    fn page_failure(
        &self,
        operation: Operation,
        function: u16,
        count: u32,
        failure: Failure,
    ) -> Error {
        let error = self.report(Opcode::MANAGE_PAGES, operation as u16, failure);
        dev_warn!(
            self.dev.as_ref(),
            "func_vhca_id 0x{:x}, npages {}, err {}\n",
            function,
            count,
            error.to_errno()
        );
        error
    }

    /// Gives the firmware so many pages.
    fn give_pages(&self, function: u16, count: u32) -> Result<(), Failure> {
        if count > MOST_GIVEN {
            return Err(EINVAL.into());
        }
        let length = (count as usize).checked_mul(ADDRESS).ok_or(ENOMEM)?;
        let mut addresses = KVVec::with_capacity(length, GFP_KERNEL)?;
        let result = self
            .lend_pages(function, count, &mut addresses)
            .map_err(Failure::from)
            .and_then(|()| {
                let mut input = manage(Operation::Give, function);
                input.set(ManagePagesIn::INPUT_NUM_ENTRIES, count);
                let mut output = Block::<ManagePagesOut>::new();
                self.try_with::<ManagePages>(input, &addresses, Output(output.as_mut(), &mut []))
            });
        match result {
            // Nobody knows whether the firmware takes them.
            Err(Failure::Dead) => {}
            Err(Failure::Undelivered(error)) if error == ETIMEDOUT => {}
            Err(_) => {
                self.pages.free(&addresses);
            }
            Ok(()) => {}
        }
        result
    }

    /// Makes so many pages; their addresses are added to `addresses`.
    fn lend_pages(&self, function: u16, count: u32, addresses: &mut KVVec<u8>) -> Result {
        for _ in 0..count {
            let page = self.new_page()?;
            let address = page.dma_address();
            addresses.extend_from_slice(&address.to_be_bytes(), GFP_KERNEL)?;
            let node = RBTreeNode::new(
                address,
                Given {
                    function,
                    _page: page,
                },
                GFP_KERNEL,
            )?;
            self.pages.given.lock().insert(node);
        }
        Ok(())
    }

    fn new_page(&self) -> Result<CoherentHandle> {
        let page = CoherentHandle::alloc(self.dev.as_ref(), PAGE, GFP_KERNEL)?;
        if page.dma_address() != 0 {
            return Ok(page);
        }
        // Firmware has no page at address 0. While this one exists there is no other at it.
        CoherentHandle::alloc(self.dev.as_ref(), PAGE, GFP_KERNEL)
    }

    fn cannot_give(&self, function: u16) {
        if let Err(error) = self.run::<ManagePages>(manage(Operation::CannotGive, function)) {
            dev_warn!(
                self.dev.as_ref(),
                "page notify failed func_vhca_id({}) err({})\n",
                function,
                error.to_errno()
            );
        }
    }

    /// Takes back at most so many pages, those that the firmware wants to give. Returns how many.
    fn take_pages(&self, function: u16, count: u32) -> Result<usize, Failure> {
        let length = (count as usize).checked_mul(ADDRESS).ok_or(ENOMEM)?;
        let mut addresses = KVVec::from_elem(0_u8, length, GFP_KERNEL)?;
        let mut input = manage(Operation::Take, function);
        input.set(ManagePagesIn::INPUT_NUM_ENTRIES, count);
        let mut output = Block::<ManagePagesOut>::new();
        self.try_with::<ManagePages>(input, &[], Output(output.as_mut(), &mut addresses))?;
        let taken = output.get(ManagePagesOut::OUTPUT_NUM_ENTRIES) as usize;
        let Some(taken) = addresses.get(..taken.saturating_mul(ADDRESS)) else {
            dev_warn!(
                self.dev.as_ref(),
                "fw returned {}, driver asked {} => corruption\n",
                taken,
                count
            );
            return Err(EINVAL.into());
        };
        let freed = self.pages.free(taken);
        if freed != taken.len() / ADDRESS {
            dev_warn!(self.dev.as_ref(), "page not found\n");
        }
        Ok(freed)
    }

    /// Takes back all pages (`mlx5_reclaim_startup_pages()`), those for other functions, too. What
    /// the firmware does not give back stays.
    pub(crate) fn reclaim_pages(&self) {
        let mut last = Instant::<Monotonic>::now();
        while let Some(function) = self.pages.some_function() {
            match self.take_pages(function, RECLAIM) {
                Ok(0) => {}
                Ok(_) => last = Instant::now(),
                // They are taken back when the device was stopped.
                Err(Failure::Dead) => return,
                Err(failure) => {
                    let error = self.report(
                        <ManagePages as Command>::OPCODE,
                        Operation::Take as u16,
                        failure,
                    );
                    dev_warn!(
                        self.dev.as_ref(),
                        "reclaim_pages err ({}) func_vhca_id=0x{:x}\n",
                        error.to_errno(),
                        function
                    );
                    return;
                }
            }
            if last.elapsed().as_millis() > i64::from(self.timeouts.reclaim_pages_ms()) {
                dev_warn!(
                    self.dev.as_ref(),
                    "FW did not return all pages. giving up...\n"
                );
                return;
            }
        }
    }
}

fn manage(operation: Operation, function: u16) -> Block<ManagePagesIn> {
    let mut input = Block::new();
    input.set(ManagePagesIn::OP_MOD, operation as u16);
    input.set(ManagePagesIn::FUNCTION_ID, function);
    input
}
