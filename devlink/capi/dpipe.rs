// SPDX-License-Identifier: GPL-2.0

//! Calls into the driver about tables of the packet pipeline, what it calls meanwhile, and their
//! registration.

use super::instance::devlink_ref;

use crate::{
    dpipe::{
        Entry,
        Field,
        FieldUse,
        Header,
        TableResource,
        Value, //
    },
    generated::{
        attr,
        Cmd, //
    },
    instance::{
        Devlink,
        DriverLocked, //
    },
    netlink::FAMILY,
};

use kernel::{
    bindings,
    error::{
        from_result,
        to_result, //
    },
    net::netlink::{
        message::Message,
        ops::Info,
        writer::{
            self,
            Writer, //
        },
    },
    prelude::*,
    str::CString,
    sync::Arc,
    warn_on, //
};

use core::{
    ffi::c_void,
    ptr::{
        self,
        NonNull, //
    },
    slice, //
};

/// The driver's side of a table.
///
/// # Invariants
///
/// The operations and `private` are valid for the driver as long as the table is registered. The
/// methods that take a [`DriverLocked`] may be called as long as it is, which the driver lock
/// guarantees to whoever found the table in its instance's collection.
pub(crate) struct DriverTable {
    ops: &'static bindings::devlink_dpipe_table_ops,
    private: *mut c_void,
}

// SAFETY: The pointer is only passed to the driver, under the driver lock.
unsafe impl Send for DriverTable {}
// SAFETY: As above.
unsafe impl Sync for DriverTable {}

type DumpFn = unsafe extern "C" fn(*mut c_void, *mut bindings::sk_buff) -> c_int;

impl DriverTable {
    /// How many entries the table can have.
    pub(crate) fn size(&self, _devlink: DriverLocked<'_>) -> u64 {
        let Some(callback) = self.ops.size_get else {
            return 0;
        };
        // SAFETY: The driver lock is held, so by the type invariants the callback may be called.
        unsafe { callback(self.private) }
    }

    /// Has the driver write what the table matches, by `devlink_dpipe_match_put()`; [`EMSGSIZE`]
    /// if it fails for whatever reason.
    pub(crate) fn fill_matches(&self, devlink: DriverLocked<'_>, out: &mut Writer<'_>) -> Result {
        self.fill(devlink, self.ops.matches_dump, out)
    }

    /// Has the driver write what the table does, by `devlink_dpipe_action_put()`; [`EMSGSIZE`] if
    /// it fails for whatever reason.
    pub(crate) fn fill_actions(&self, devlink: DriverLocked<'_>, out: &mut Writer<'_>) -> Result {
        self.fill(devlink, self.ops.actions_dump, out)
    }

    fn fill(
        &self,
        _devlink: DriverLocked<'_>,
        callback: Option<DumpFn>,
        out: &mut Writer<'_>,
    ) -> Result {
        let Some(callback) = callback else {
            return Ok(());
        };
        // SAFETY: As in `size()`; the driver only appends attributes to the buffer, which is
        // ours during the call.
        match unsafe { callback(self.private, out.as_raw()) } {
            0 => Ok(()),
            _ => Err(EMSGSIZE),
        }
    }

    /// Whether the driver can list the entries.
    pub(crate) fn lists_entries(&self) -> bool {
        self.ops.entries_dump.is_some()
    }

    /// Has the driver answer the request `info` with the table's entries, in messages with
    /// `header`. Returns the last message, which is not sent.
    pub(crate) fn reply_with_entries(
        &self,
        devlink: DriverLocked<'_>,
        info: &Info<'_>,
        header: writer::Header,
        cmd: Cmd,
        counters_enabled: bool,
    ) -> Result<Message> {
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
        // SAFETY: As in `size()`; the driver passes the context only to the functions below, which
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
    pub(crate) fn counters_changed(&self, _devlink: DriverLocked<'_>, enable: bool) {
        if let Some(callback) = self.ops.counters_set_update {
            // SAFETY: As in `size()`.
            unsafe { callback(self.private, enable) };
        }
    }
}

/// A reply with entries of a table that a driver writes.
///
/// The driver knows `context` only, and hands it back.
#[repr(C)]
struct EntriesReply<'a> {
    context: bindings::devlink_dpipe_dump_ctx,
    devlink: &'a Devlink,
    info: &'a Info<'a>,
    header: writer::Header,
    /// The message being written, which `context.skb` points to.
    message: Option<Message>,
}

impl EntriesReply<'_> {
    /// Sends the message that was written, if there is one, and begins another.
    fn begin_message(&mut self) -> Result {
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
    fn writer(&mut self) -> Result<Writer<'_>> {
        self.message.as_mut().map(Message::writer).ok_or(EINVAL)
    }

    /// Ends the message that was begun, without sending it.
    fn end_message(&mut self) -> Result {
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

/// Begins a message with entries; sends the one before, if there is one.
///
/// # Safety
///
/// `dump_ctx` was passed to the caller's `entries_dump()`, which is running.
#[export]
pub unsafe extern "C" fn devlink_dpipe_entry_ctx_prepare(
    dump_ctx: *mut bindings::devlink_dpipe_dump_ctx,
) -> c_int {
    // SAFETY: `reply_with_entries()` passes the beginning of a reply that only the driver's
    // callback uses meanwhile.
    let reply = unsafe { &mut *dump_ctx.cast::<EntriesReply<'_>>() };
    from_result(|| reply.begin_message().map(|()| 0))
}

/// Appends an entry to the message that was begun; `-EMSGSIZE` if it is full.
///
/// # Safety
///
/// `dump_ctx` as for `devlink_dpipe_entry_ctx_prepare()`; `entry` is valid, and so is all that it
/// points to.
#[export]
pub unsafe extern "C" fn devlink_dpipe_entry_ctx_append(
    dump_ctx: *mut bindings::devlink_dpipe_dump_ctx,
    entry: *mut bindings::devlink_dpipe_entry,
) -> c_int {
    // SAFETY: By the safety requirements, as in `devlink_dpipe_entry_ctx_prepare()`.
    let (reply, entry) = unsafe { (&mut *dump_ctx.cast::<EntriesReply<'_>>(), &*entry) };
    from_result(|| {
        // SAFETY: By the safety requirements; what values match is a match, what they set an
        // action.
        let entry = unsafe {
            Entry {
                index: entry.index,
                counter: entry.counter_valid.then_some(entry.counter),
                matches: values(entry.match_values, entry.match_values_count)
                    .map(|raw| value(raw, match_use(raw.__bindgen_anon_1.match_))),
                actions: values(entry.action_values, entry.action_values_count)
                    .map(|raw| value(raw, action_use(raw.__bindgen_anon_1.action))),
            }
        };
        entry.fill(&mut reply.writer()?)?;
        Ok(0)
    })
}

/// Ends the message that was begun; whoever has more entries begins another.
///
/// # Safety
///
/// `dump_ctx` as for `devlink_dpipe_entry_ctx_prepare()`.
#[export]
pub unsafe extern "C" fn devlink_dpipe_entry_ctx_close(
    dump_ctx: *mut bindings::devlink_dpipe_dump_ctx,
) -> c_int {
    // SAFETY: As in `devlink_dpipe_entry_ctx_prepare()`.
    let reply = unsafe { &mut *dump_ctx.cast::<EntriesReply<'_>>() };
    from_result(|| reply.end_message().map(|()| 0))
}

/// The values that `count` structures from `first` on describe.
///
/// # Safety
///
/// `first` is null if `count` is 0, or else points to `count` values, valid during `'a`.
unsafe fn values<'a>(
    first: *const bindings::devlink_dpipe_value,
    count: c_uint,
) -> slice::Iter<'a, bindings::devlink_dpipe_value> {
    if first.is_null() {
        return [].iter();
    }
    // SAFETY: By the safety requirements.
    unsafe { slice::from_raw_parts(first, count as usize) }.iter()
}

/// # Safety
///
/// What `raw` points to is valid during `'a`.
unsafe fn value<'a>(raw: &'a bindings::devlink_dpipe_value, field: Option<FieldUse>) -> Value<'a> {
    let bytes = |first: *mut c_void| {
        if first.is_null() {
            return None;
        }
        // SAFETY: By the safety requirements, value and mask are null or of this size.
        Some(unsafe { slice::from_raw_parts(first.cast::<u8>(), raw.value_size as usize) })
    };
    Value {
        field,
        bytes: bytes(raw.value).unwrap_or(&[]),
        mask: bytes(raw.mask),
        mapping: raw.mapping_valid.then_some(raw.mapping_value),
    }
}

/// # Safety
///
/// `header` is valid and has a field of this number.
unsafe fn field_use(
    kind: u32,
    header_index: c_uint,
    header: *const bindings::devlink_dpipe_header,
    field_id: c_uint,
) -> FieldUse {
    // SAFETY: By the safety requirements.
    unsafe {
        FieldUse {
            kind,
            header_index,
            header_id: (*header).id,
            header_global: (*header).global,
            field_id: (*(*header).fields.add(field_id as usize)).id,
        }
    }
}

/// # Safety
///
/// `raw` is null or valid, its header is valid and has the field.
unsafe fn match_use(raw: *const bindings::devlink_dpipe_match) -> Option<FieldUse> {
    // SAFETY: By the safety requirements.
    unsafe {
        let raw = raw.as_ref()?;
        Some(field_use(
            raw.type_,
            raw.header_index,
            raw.header,
            raw.field_id,
        ))
    }
}

/// # Safety
///
/// `raw` is null or valid, its header is valid and has the field.
unsafe fn action_use(raw: *const bindings::devlink_dpipe_action) -> Option<FieldUse> {
    // SAFETY: By the safety requirements.
    unsafe {
        let raw = raw.as_ref()?;
        Some(field_use(
            raw.type_,
            raw.header_index,
            raw.header,
            raw.field_id,
        ))
    }
}

/// Has `fill` append to a buffer that a driver got from the core.
///
/// # Safety
///
/// `skb` was passed to a callback of the caller, which is running.
unsafe fn append(
    skb: *mut bindings::sk_buff,
    fill: impl FnOnce(&mut Writer<'_>) -> Result,
) -> c_int {
    from_result(|| {
        // SAFETY: The writer that the core has on this buffer waits for the callback.
        let mut out = unsafe { Writer::from_raw(NonNull::new(skb).ok_or(EINVAL)?) };
        fill(&mut out)?;
        Ok(0)
    })
}

/// Writes something that a table matches.
///
/// # Safety
///
/// `skb` was passed to the caller's `matches_dump()`, which is running; `match_` and its header are
/// valid and the header has the field.
#[export]
pub unsafe extern "C" fn devlink_dpipe_match_put(
    skb: *mut bindings::sk_buff,
    match_: *mut bindings::devlink_dpipe_match,
) -> c_int {
    // SAFETY: By the safety requirements.
    unsafe {
        let field = match_use(match_);
        append(skb, |out| field.ok_or(EINVAL)?.fill_match(out))
    }
}

/// Writes something that a table does.
///
/// # Safety
///
/// `skb` was passed to the caller's `actions_dump()`, which is running; `action` and its header are
/// valid and the header has the field.
#[export]
pub unsafe extern "C" fn devlink_dpipe_action_put(
    skb: *mut bindings::sk_buff,
    action: *mut bindings::devlink_dpipe_action,
) -> c_int {
    // SAFETY: By the safety requirements.
    unsafe {
        let field = action_use(action);
        append(skb, |out| field.ok_or(EINVAL)?.fill_action(out))
    }
}

/// Frees the values and masks of an entry.
///
/// # Safety
///
/// `entry` and its values are valid; the values and masks were allocated by `kmalloc()` or are
/// null, and nobody uses them any more.
#[export]
pub unsafe extern "C" fn devlink_dpipe_entry_clear(entry: *mut bindings::devlink_dpipe_entry) {
    // SAFETY: By the safety requirements.
    unsafe {
        let (actions, matches) = (
            values((*entry).action_values, (*entry).action_values_count),
            values((*entry).match_values, (*entry).match_values_count),
        );
        for value in [actions, matches].into_iter().flatten() {
            bindings::kfree(value.value);
            bindings::kfree(value.mask);
        }
    }
}

/// Registers a table; the driver holds the driver lock.
///
/// # Safety
///
/// `devlink` is a valid instance, `table_name` is a string, `table_ops` is valid until the table is
/// unregistered and its callbacks may be called with `private` until then.
#[export]
pub unsafe extern "C" fn devl_dpipe_table_register(
    devlink: *mut bindings::devlink,
    table_name: *const c_char,
    table_ops: *const bindings::devlink_dpipe_table_ops,
    private: *mut c_void,
    counter_control_extern: bool,
) -> c_int {
    from_result(|| {
        // SAFETY: By the safety requirements.
        let (devlink, name, ops) = unsafe {
            (
                DriverLocked::assert(devlink_ref(devlink)),
                CStr::from_char_ptr(table_name),
                &*table_ops,
            )
        };
        if warn_on!(ops.size_get.is_none()) {
            return Err(EINVAL);
        }
        // INVARIANT: By the safety requirements.
        let driver = DriverTable { ops, private };
        devlink.register_dpipe_table(name, driver, counter_control_extern)?;
        Ok(0)
    })
}

/// Unregisters a table; the driver holds the driver lock. When this returns, nobody calls the
/// driver about the table any more.
///
/// # Safety
///
/// `devlink` is a valid instance, `table_name` is a string.
#[export]
pub unsafe extern "C" fn devl_dpipe_table_unregister(
    devlink: *mut bindings::devlink,
    table_name: *const c_char,
) {
    // SAFETY: By the safety requirements.
    let (devlink, name) = unsafe {
        (
            DriverLocked::assert(devlink_ref(devlink)),
            CStr::from_char_ptr(table_name),
        )
    };
    devlink.unregister_dpipe_table(name);
}

/// Says which resource a table's entries are made of; the driver holds the driver lock.
///
/// # Safety
///
/// `devlink` is a valid instance, `table_name` is a string.
#[export]
pub unsafe extern "C" fn devl_dpipe_table_resource_set(
    devlink: *mut bindings::devlink,
    table_name: *const c_char,
    resource_id: u64,
    resource_units: u64,
) -> c_int {
    // SAFETY: By the safety requirements.
    let (devlink, name) = unsafe {
        (
            DriverLocked::assert(devlink_ref(devlink)),
            CStr::from_char_ptr(table_name),
        )
    };
    let resource = TableResource {
        id: resource_id,
        units: resource_units,
    };
    from_result(|| {
        devlink.set_dpipe_table_resource(name, resource)?;
        Ok(0)
    })
}

/// Whether a driver is to allocate counters for the entries of a table. May be called in any
/// context.
///
/// # Safety
///
/// `devlink` is a valid instance, `table_name` is a string.
#[export]
pub unsafe extern "C" fn devlink_dpipe_table_counter_enabled(
    devlink: *mut bindings::devlink,
    table_name: *const c_char,
) -> bool {
    // SAFETY: By the safety requirements.
    let (devlink, name) = unsafe { (devlink_ref(devlink), CStr::from_char_ptr(table_name)) };
    devlink.dpipe.counters_enabled(name)
}

/// Registers the headers that the device knows; the driver holds the driver lock.
///
/// # Safety
///
/// `devlink` is a valid instance, `dpipe_headers` is null or valid, and so is all that it points
/// to.
#[export]
pub unsafe extern "C" fn devl_dpipe_headers_register(
    devlink: *mut bindings::devlink,
    dpipe_headers: *mut bindings::devlink_dpipe_headers,
) {
    // SAFETY: By the safety requirements.
    let (devlink, headers) = unsafe {
        (
            DriverLocked::assert(devlink_ref(devlink)),
            dpipe_headers.as_ref().map(|headers| copy_headers(headers)),
        )
    };
    devlink.set_dpipe_headers(headers.transpose().unwrap_or_else(|_| {
        // Nobody can be told: this function does not fail.
        devlink.warn(fmt!("No memory for dpipe headers\n"));
        None
    }));
}

/// Unregisters the headers; the driver holds the driver lock.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devl_dpipe_headers_unregister(devlink: *mut bindings::devlink) {
    // SAFETY: By the safety requirements.
    let devlink = DriverLocked::assert(unsafe { devlink_ref(devlink) });
    devlink.set_dpipe_headers(None);
}

/// # Safety
///
/// All that `raw` points to is valid.
unsafe fn copy_headers(raw: &bindings::devlink_dpipe_headers) -> Result<Arc<KVec<Header>>> {
    let mut headers = KVec::with_capacity(raw.headers_count as usize, GFP_KERNEL)?;
    for i in 0..raw.headers_count as usize {
        // SAFETY: By the safety requirements.
        let header = unsafe { copy_header(&**raw.headers.add(i)) }?;
        headers.push(header, GFP_KERNEL)?;
    }
    Ok(Arc::new(headers, GFP_KERNEL)?)
}

/// # Safety
///
/// All that `raw` points to is valid.
unsafe fn copy_header(raw: &bindings::devlink_dpipe_header) -> Result<Header> {
    let mut fields = KVec::with_capacity(raw.fields_count as usize, GFP_KERNEL)?;
    for i in 0..raw.fields_count as usize {
        // SAFETY: By the safety requirements.
        let field = unsafe {
            let field = &*raw.fields.add(i);
            Field {
                name: CString::try_from(CStr::from_char_ptr(field.name))?,
                id: field.id,
                bitwidth: field.bitwidth,
                mapping_type: field.mapping_type,
            }
        };
        fields.push(field, GFP_KERNEL)?;
    }
    Ok(Header {
        // SAFETY: By the safety requirements.
        name: CString::try_from(unsafe { CStr::from_char_ptr(raw.name) })?,
        id: raw.id,
        global: raw.global,
        fields,
    })
}

/// A header that drivers share.
#[repr(transparent)]
pub struct SharedHeader(bindings::devlink_dpipe_header);

// SAFETY: A header is never changed, and what it points to is static and never changed either.
unsafe impl Sync for SharedHeader {}

/// The only field of a header that drivers share.
#[repr(transparent)]
struct SharedField(bindings::devlink_dpipe_field);

// SAFETY: As for `SharedHeader`.
unsafe impl Sync for SharedField {}

const fn shared_field(name: &'static CStr, bitwidth: c_uint, id: c_uint) -> SharedField {
    SharedField(bindings::devlink_dpipe_field {
        name: name.to_bytes_with_nul().as_ptr(),
        id,
        bitwidth,
        mapping_type:
            bindings::devlink_dpipe_field_mapping_type_DEVLINK_DPIPE_FIELD_MAPPING_TYPE_NONE,
    })
}

const fn shared_header(
    name: &'static CStr,
    id: c_uint,
    field: &'static SharedField,
) -> SharedHeader {
    SharedHeader(bindings::devlink_dpipe_header {
        name: name.to_bytes_with_nul().as_ptr(),
        id,
        fields: ptr::from_ref(field).cast_mut().cast(),
        fields_count: 1,
        global: true,
    })
}

static ETHERNET_DST_MAC: SharedField = shared_field(
    c"destination mac",
    48,
    bindings::devlink_dpipe_field_ethernet_id_DEVLINK_DPIPE_FIELD_ETHERNET_DST_MAC,
);

static IPV4_DST_IP: SharedField = shared_field(
    c"destination ip",
    32,
    bindings::devlink_dpipe_field_ipv4_id_DEVLINK_DPIPE_FIELD_IPV4_DST_IP,
);

static IPV6_DST_IP: SharedField = shared_field(
    c"destination ip",
    128,
    bindings::devlink_dpipe_field_ipv6_id_DEVLINK_DPIPE_FIELD_IPV6_DST_IP,
);

/// The Ethernet header.
#[no_mangle]
#[allow(non_upper_case_globals, reason = "C's name")]
pub static devlink_dpipe_header_ethernet: SharedHeader = shared_header(
    c"ethernet",
    bindings::devlink_dpipe_header_id_DEVLINK_DPIPE_HEADER_ETHERNET,
    &ETHERNET_DST_MAC,
);

/// The IPv4 header.
#[no_mangle]
#[allow(non_upper_case_globals, reason = "C's name")]
pub static devlink_dpipe_header_ipv4: SharedHeader = shared_header(
    c"ipv4",
    bindings::devlink_dpipe_header_id_DEVLINK_DPIPE_HEADER_IPV4,
    &IPV4_DST_IP,
);

/// The IPv6 header.
#[no_mangle]
#[allow(non_upper_case_globals, reason = "C's name")]
pub static devlink_dpipe_header_ipv6: SharedHeader = shared_header(
    c"ipv6",
    bindings::devlink_dpipe_header_id_DEVLINK_DPIPE_HEADER_IPV6,
    &IPV6_DST_IP,
);
