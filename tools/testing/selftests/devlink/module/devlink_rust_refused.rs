// SPDX-License-Identifier: GPL-2.0

//! A driver in Rust that is refused what it asks for. `rust_refused.sh` says what is expected.
//!
//! - [`refused::parts`]: the instance `auxiliary/devlink_rust_refused.part.2` uses what belongs to its outer
//!   one, `auxiliary/devlink_rust_refused.part.1`, which uses its own in the same places.
//! - [`refused::own`]: `rust_refused/rust_refused1` has its callbacks and its work wait for themselves;
//!   `rust_refused/rust_refused2` wants to share another value by the same name.
//!
//! What came of it says `devlink health diagnose DEV reporter outcomes`: error numbers.

use kernel::prelude::*;

#[forbid(unsafe_code)]
mod refused;
#[forbid(unsafe_code)]
mod two_devices;

use refused::{
    own,
    parts, //
};
use two_devices::with_two_devices;

module! {
    type: Module,
    name: "devlink_rust_refused",
    authors: ["Seed f34c34c7 maintainers"],
    description: "devlink test driver in Rust that is refused things",
    license: "GPL",
}

type Parts = kernel::driver::Registration<kernel::net::devlink::auxiliary::Adapter<parts::Part>>;

#[pin_data(PinnedDrop)]
struct Module {
    root: Option<kernel::net::devlink::faux::Registration<parts::Root>>,
    #[pin]
    _parts: Parts,
    _bus: kernel::bus::Registration<own::SelfBus>,
}

impl kernel::InPlaceModule for Module {
    fn init(module: &'static ThisModule) -> impl PinInit<Self, Error> {
        try_pin_init!(Module {
            _bus: with_two_devices(own::SelfBus)?,
            _parts <- Parts::new(<LocalModule as kernel::ModuleMetadata>::NAME, module),
            root: Some(kernel::net::devlink::faux::Registration::new(c"rust_refused_root")?),
        })
    }
}

#[pinned_drop]
impl PinnedDrop for Module {
    fn drop(self: Pin<&mut Self>) {
        // Before the driver of its parts.
        drop(self.project().root.take());
    }
}
