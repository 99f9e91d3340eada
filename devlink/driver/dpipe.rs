// SPDX-License-Identifier: GPL-2.0

//! Tables of the packet pipeline: calls into the driver about them.

use super::access::{
    InstanceLocked,
    Owner, //
};

use crate::{
    generated::{
        attr,
        Cmd, //
    },
    instance::Devlink,
    netlink::FAMILY, //
};

use kernel::{
    bindings,
    error::to_result,
    net::netlink::{
        message::Message,
        ops::Info,
        writer::{
            self,
            Writer, //
        },
    },
    prelude::*, //
};

use core::{
    ffi::c_void,
    ptr, //
};

/// The driver's side of a table.
///
/// # Invariants
///
/// The operations and `private` are valid for the driver as long as the table is registered. The
/// methods that take a [`InstanceLocked`] may be called as long as it is, which the instance lock
/// guarantees to whoever found the table in its instance's collection.
pub(crate) struct DriverTable {
    ops: &'static bindings::devlink_dpipe_table_ops,
    private: *mut c_void,
    owner: Owner,
}

// SAFETY: The pointer is only passed to the driver, under the instance lock.
unsafe impl Send for DriverTable {}

// SAFETY: The pointer is only passed to the driver, under the instance lock.
unsafe impl Sync for DriverTable {}

type DumpFn = unsafe extern "C" fn(*mut c_void, *mut bindings::sk_buff) -> c_int;

impl DriverTable {
    /// The side of the driver that registers a table.
    ///
    /// # Safety
    ///
    /// `ops` is valid and unchanged until the table is unregistered, and its callbacks may be
    /// called with `private` until then with the instance lock held.
    pub(crate) unsafe fn new(
        ops: &'static bindings::devlink_dpipe_table_ops,
        private: *mut c_void,
        devlink: InstanceLocked<'_>,
    ) -> Self {
        // INVARIANT: The caller promises what the type does.
        DriverTable {
            ops,
            private,
            owner: Owner::new(devlink),
        }
    }

    /// Where it is registered.
    pub(crate) fn owner(&self) -> &Owner {
        &self.owner
    }

    /// How many entries the table can have.
    pub(crate) fn size(&self, devlink: InstanceLocked<'_>) -> Result<u64> {
        devlink.check(&self.owner)?;
        let Some(callback) = self.ops.size_get else {
            return Ok(0);
        };
        // SAFETY: The instance lock is held and the table registered, so by the type invariants the
        // callback may be called.
        Ok(unsafe { callback(self.private) })
    }

    /// Has the driver write what the table matches, by `devlink_dpipe_match_put()`.
    pub(crate) fn fill_matches(&self, devlink: InstanceLocked<'_>, out: &mut Writer<'_>) -> Result {
        self.fill(devlink, self.ops.matches_dump, out)
    }

    /// Has the driver write what the table does, by `devlink_dpipe_action_put()`.
    pub(crate) fn fill_actions(&self, devlink: InstanceLocked<'_>, out: &mut Writer<'_>) -> Result {
        self.fill(devlink, self.ops.actions_dump, out)
    }

    fn fill(
        &self,
        devlink: InstanceLocked<'_>,
        callback: Option<DumpFn>,
        out: &mut Writer<'_>,
    ) -> Result {
        devlink.check(&self.owner)?;
        let Some(callback) = callback else {
            return Ok(());
        };
        // SAFETY: The instance lock is held and the table registered, so by the type invariants the
        // callback may be called. The driver only appends attributes to the buffer, which is ours
        // during the call.
        match unsafe { callback(self.private, out.as_raw()) } {
            0 => Ok(()),
            error => Err(to_result(error).err().unwrap_or(EINVAL)),
        }
    }

    /// Whether the driver can list the entries.
    pub(crate) fn lists_entries(&self, devlink: InstanceLocked<'_>) -> bool {
        devlink.check(&self.owner).is_ok() && self.ops.entries_dump.is_some()
    }

    /// Has the driver answer the request `info` with the table's entries, in messages with
    /// `header`. Returns the last message, which is not sent.
    pub(crate) fn reply_with_entries(
        &self,
        devlink: InstanceLocked<'_>,
        info: &Info<'_>,
        header: writer::Header,
        cmd: Cmd,
        counters_enabled: bool,
    ) -> Result<Message> {
        devlink.check(&self.owner)?;
        let callback = self.ops.entries_dump.ok_or(EINVAL)?;
        let mut reply = EntriesReply {
            context: bindings::devlink_dpipe_dump_ctx {
                info: info.as_raw(),
                cmd: cmd as bindings::devlink_command,
                skb: ptr::null_mut(),
                nest: ptr::null_mut(),
                hdr: ptr::null_mut(),
            },
            devlink: devlink.devlink(),
            info,
            header,
            message: None,
        };
        // SAFETY: The instance lock is held and the table registered, so by the type invariants the
        // callback may be called. The driver passes the context only to the functions below, which
        // find there the reply that it is part of.
        to_result(unsafe {
            callback(
                self.private,
                counters_enabled,
                (&raw mut reply).cast::<bindings::devlink_dpipe_dump_ctx>(),
            )
        })?;
        match reply.message {
            Some(message) => Ok(message),
            None => Message::new(GFP_KERNEL),
        }
    }

    /// Tells the driver that the table's counters were enabled or disabled. It cannot object.
    pub(crate) fn counters_changed(&self, devlink: InstanceLocked<'_>, enable: bool) {
        if devlink.check(&self.owner).is_err() {
            return;
        }
        if let Some(callback) = self.ops.counters_set_update {
            // SAFETY: The instance lock is held and the table registered, so by the type invariants
            // the callback may be called.
            unsafe { callback(self.private, enable) };
        }
    }
}

/// A reply with entries of a table that a driver writes.
///
/// The driver knows `context` only, and hands it back.
#[repr(C)]
pub(crate) struct EntriesReply<'a> {
    context: bindings::devlink_dpipe_dump_ctx,
    devlink: &'a Devlink,
    info: &'a Info<'a>,
    header: writer::Header,
    /// The message being written, which `context.skb` points to.
    message: Option<Message>,
}

impl EntriesReply<'_> {
    /// Sends the message that was written, if there is one, and begins another.
    pub(crate) fn begin_message(&mut self) -> Result {
        let context = &mut self.context;
        context.skb = ptr::null_mut();
        context.hdr = ptr::null_mut();
        context.nest = ptr::null_mut();
        if let Some(full) = self.message.take() {
            full.reply(self.info)?;
        }
        let mut message = Message::new(GFP_KERNEL)?;
        let skb = message.writer().as_raw();
        // SAFETY: The buffer is ours, and the family is static.
        let hdr = unsafe {
            bindings::genlmsg_put(
                skb,
                self.header.portid,
                self.header.seq,
                FAMILY.family().as_raw(),
                c_int::from(self.header.flags),
                context.cmd as u8,
            )
        };
        if hdr.is_null() {
            return Err(EMSGSIZE);
        }
        self.devlink.put_handle(&mut message.writer())?;
        // SAFETY: The buffer is ours.
        let nest = unsafe {
            bindings::nla_nest_start_noflag(skb, c_int::from(attr::DPIPE_ENTRIES.number()))
        };
        if nest.is_null() {
            return Err(EMSGSIZE);
        }
        context.skb = skb;
        context.hdr = hdr;
        context.nest = nest;
        self.message = Some(message);
        Ok(())
    }

    /// The message that was begun.
    pub(crate) fn writer(&mut self) -> Result<Writer<'_>> {
        self.message.as_mut().map(Message::writer).ok_or(EINVAL)
    }

    /// Ends the message that was begun, without sending it.
    pub(crate) fn end_message(&mut self) -> Result {
        let (hdr, nest) = (self.context.hdr, self.context.nest);
        let skb = self.writer()?.as_raw();
        // SAFETY: `begin_message()` got both pointers from this buffer, which is not reallocated.
        unsafe {
            bindings::nla_nest_end(skb, nest);
            bindings::genlmsg_end(skb, hdr);
        }
        Ok(())
    }
}
