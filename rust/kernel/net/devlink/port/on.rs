// SPDX-License-Identifier: GPL-2.0

//! Objects of ports.

use super::{
    Port,
    PortOps,
    PortState, //
};

use crate::{
    bindings,
    net::devlink::{
        instance::Bringup,
        object::Objects,
        resource::PortResources,
        Driver, //
    },
};

use core::{
    ops::Deref,
    ptr::NonNull, //
};

/// What makes objects of a port, see [`Bringup::on`]. They end before the port does.
///
/// # Invariants
///
/// The port is registered, and is unregistered after the objects for `'s`.
pub struct OnPort<'b, 's, 'bound, T: Driver> {
    bringup: &'b Bringup<'s, 'bound, T>,
    port: NonNull<bindings::devlink_port>,
}

impl<'s, 'bound, T: Driver> Bringup<'s, 'bound, T> {
    /// What makes objects of a port that was made before, with the same lifetime.
    ///
    /// Panics if the port is one of another instance.
    pub fn on<P: PortOps<T>>(&self, port: Port<'s, T, P>) -> OnPort<'_, 's, 'bound, T> {
        port.handle().assert_is_of(self);
        // SAFETY: The port is in the list that the objects will be in, from the end of which they
        // are unregistered, or in that of an outer group, which ends later.
        unsafe { OnPort::new(self, port.raw()) }
    }
}

impl<'b, 's, 'bound, T: Driver> OnPort<'b, 's, 'bound, T> {
    /// # Safety
    ///
    /// The port is registered, and is unregistered after the objects for `'s`.
    pub(in crate::net::devlink) unsafe fn new(
        bringup: &'b Bringup<'s, 'bound, T>,
        port: NonNull<bindings::devlink_port>,
    ) -> Self {
        // INVARIANT: By the requirements of this function.
        OnPort { bringup, port }
    }

    /// The port, for a part of the driver that is in C: registered until what was made with this
    /// has ended, also what [`keep`](Bringup::keep) keeps.
    pub fn as_raw(&self) -> *mut bindings::devlink_port {
        self.port.as_ptr()
    }

    /// The C port.
    pub(in crate::net::devlink) fn raw(&self) -> NonNull<bindings::devlink_port> {
        self.port
    }

    /// What is known of the port's resources.
    pub(in crate::net::devlink) fn resources(&self) -> &PortResources {
        let state: *const PortState = self.port.as_ptr().cast();
        // SAFETY: The port is the first field of its state, which is valid by the type invariants.
        unsafe { &(*state).resources }
    }

    /// Where objects are added.
    pub(in crate::net::devlink) fn objects(&self) -> &Objects {
        self.bringup.objects()
    }
}

impl<'s, 'bound, T: Driver> Deref for OnPort<'_, 's, 'bound, T> {
    type Target = Bringup<'s, 'bound, T>;

    fn deref(&self) -> &Self::Target {
        self.bringup
    }
}
