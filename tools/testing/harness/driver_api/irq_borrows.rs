// SPDX-License-Identifier: GPL-2.0
// error: E0597: a handler of interrupts does not borrow what ends before it
use crate::driver::Nic;
use kernel::{
    irq::{Flags, Handler, IrqRequest, IrqReturn},
    net::devlink::Bringup,
    prelude::*,
    sync::atomic::{Atomic, Relaxed},
};

struct Counted<'a>(&'a Atomic<u32>);

impl Handler for Counted<'_> {
    fn handle(&self) -> IrqReturn {
        self.0.add(1, Relaxed);
        IrqReturn::Handled
    }
}

pub(crate) fn up<'up>(cx: &Bringup<'up, '_, Nic>, request: IrqRequest<'up>) -> Result {
    let count = Atomic::new(0);
    cx.request_irq(request, Flags::TRIGGER_NONE, c"irq", Ok(Counted(&count)))
}
