// SPDX-License-Identifier: GPL-2.0

//! Ports that have parts of shared buffers.

use super::{
    Port,
    PortKind,
    PortState, //
};

use crate::{
    bindings,
    net::devlink::{
        instance::Locked,
        object::Node,
        sb::SharedBufferDriver, //
    },
};

use core::ptr::NonNull;

impl<'s, T: SharedBufferDriver> Port<'s, T, T::Port<'s>> {
    /// Gives the port parts of the shared buffers: users see and set them by the operations of
    /// [`SharedBufferDriver`]. About ports that have none devlink answers `EOPNOTSUPP`.
    pub fn share_buffers(self, cx: &Locked<'_, T>) -> Self {
        self.0.assert_is_of(cx);
        // SAFETY: The state is valid while the handle exists. Only tasks with the instance lock use
        // this field, and `cx` says that this one has it.
        unsafe { (*self.0.state()).shares_buffers = true };
        self
    }
}

/// The instance of a port, and the driver's value if the port has parts of shared buffers.
///
/// # Safety
///
/// `port` is a port of an instance of `T`, is valid for `'a`, and the instance lock is held.
pub(in crate::net::devlink) unsafe fn sharing<'a, T: SharedBufferDriver>(
    port: *mut bindings::devlink_port,
) -> (NonNull<bindings::devlink>, Option<&'a T::Port<'static>>) {
    // CAST: All ports of the instance were made by `Bringup::port`, and a port is the first field
    // of its state.
    let state: *mut PortState = port.cast();
    // SAFETY: The state is valid, and this task has the instance lock.
    let (devlink, shares_buffers) = unsafe { ((*state).devlink, (*state).shares_buffers) };
    let value = shares_buffers.then(|| {
        // CAST: `share_buffers` was called, so the value is a `T::Port<'_>`. Whoever gets it is
        // generic over that lifetime.
        let node: *mut Node<PortKind, T::Port<'static>> =
            // SAFETY: The state is that of a node.
            unsafe { Node::of_state(state) };
        // SAFETY: The node is valid as long as the port.
        unsafe { (*node).value() }
    });
    (devlink, value)
}
