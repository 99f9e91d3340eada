// SPDX-License-Identifier: GPL-2.0

//! An object that is in a network namespace and outlives it.
//!
//! It enters the namespace of the task that loads this module. When it is loaded, and when it is
//! unloaded, it writes to the kernel log whether the namespace is alive.

use kernel::{
    net::namespace::{
        Net,
        NetPtr, //
    },
    prelude::*, //
};

module! {
    type: Object,
    name: "devlink_test_net",
    description: "An object in a network namespace, for tests",
    license: "GPL",
}

struct Object {
    place: Pin<KBox<NetPtr>>,
}

impl Object {
    fn say(&self) {
        let state = match self.place.get() {
            Some(_) => "alive",
            None => "dead",
        };
        pr_info!("the namespace is {state}\n");
    }
}

impl kernel::Module for Object {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let pid = u32::try_from(current!().pid())?;
        let net = Net::of_pid(pid)?;
        let object = Object {
            place: KBox::pin_init(NetPtr::new(&net), GFP_KERNEL)?,
        };
        object.say();
        Ok(object)
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        self.say();
    }
}
