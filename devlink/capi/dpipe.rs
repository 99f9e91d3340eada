// SPDX-License-Identifier: GPL-2.0

//! Tables of the packet pipeline: what the driver calls while it describes them, and their
//! registration.

use super::instance::{
    devlink_ref,
    locked_ref, //
};

use crate::{
    dpipe::{
        Entry,
        Field,
        FieldUse,
        Header,
        TableResource,
        Value, //
    },
    driver::dpipe::{
        DriverTable,
        EntriesReply, //
    },
};

use kernel::{
    bindings,
    error::from_result,
    net::netlink::writer::Writer,
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
    // SAFETY: The context is the first field of the reply that `reply_with_entries()` made and that
    // only the driver's callback uses meanwhile; the caller promises that the entry is valid.
    let (reply, entry) = unsafe { (&mut *dump_ctx.cast::<EntriesReply<'_>>(), &*entry) };
    from_result(|| {
        // SAFETY: The caller promises that what the driver describes is valid while it is read.
        // What values match is a match, what they set an action.
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
    // SAFETY: The context is part of a reply, which the caller has for itself during the call.
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
    // SAFETY: The pointer is not null, so the caller promises `count` values there.
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
        // SAFETY: The caller promises that value and mask, which are not null, are valid; both have
        // the size that the driver says.
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
    // SAFETY: The caller promises that the header is valid.
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
    // SAFETY: The caller promises that what the driver describes is valid while it is read.
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
    // SAFETY: The caller promises that what the driver describes is valid while it is read.
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
    // SAFETY: The caller promises that what the driver describes is valid while it is read.
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
    // SAFETY: The caller promises that what the driver describes is valid while it is read.
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
    // SAFETY: The caller promises that what the driver describes is valid while it is read.
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

/// Registers a table; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds, `table_name` is a string, `table_ops`
/// is valid until the table is unregistered and its callbacks may be called with `private` until
/// then.
#[export]
pub unsafe extern "C" fn devl_dpipe_table_register(
    devlink: *mut bindings::devlink,
    table_name: *const c_char,
    table_ops: *const bindings::devlink_dpipe_table_ops,
    private: *mut c_void,
    counter_control_extern: bool,
) -> c_int {
    from_result(|| {
        // SAFETY: The caller promises that the instance is valid and its lock held, that the name
        // is a string, and that the table of operations is valid.
        let (devlink, name, ops) = unsafe {
            (
                locked_ref(devlink),
                CStr::from_char_ptr(table_name),
                &*table_ops,
            )
        };
        if warn_on!(ops.size_get.is_none()) {
            return Err(EINVAL);
        }
        // SAFETY: The driver keeps both until it unregisters the table.
        let driver = unsafe { DriverTable::new(ops, private, devlink) };
        devlink.register_dpipe_table(name, driver, counter_control_extern)?;
        Ok(0)
    })
}

/// Unregisters a table; the driver holds the instance lock. When this returns, nobody calls the
/// driver about the table any more.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds, `table_name` is a string.
#[export]
pub unsafe extern "C" fn devl_dpipe_table_unregister(
    devlink: *mut bindings::devlink,
    table_name: *const c_char,
) {
    // SAFETY: The caller promises that the instance is valid and its lock held, and that the names
    // are strings.
    let (devlink, name) = unsafe { (locked_ref(devlink), CStr::from_char_ptr(table_name)) };
    devlink.unregister_dpipe_table(name);
}

/// Says which resource a table's entries are made of; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds, `table_name` is a string.
#[export]
pub unsafe extern "C" fn devl_dpipe_table_resource_set(
    devlink: *mut bindings::devlink,
    table_name: *const c_char,
    resource_id: u64,
    resource_units: u64,
) -> c_int {
    // SAFETY: The caller promises that the instance is valid and its lock held, and that the names
    // are strings.
    let (devlink, name) = unsafe { (locked_ref(devlink), CStr::from_char_ptr(table_name)) };
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
    // SAFETY: The caller promises that the instance is valid, and the table's name a string.
    let (devlink, name) = unsafe { (devlink_ref(devlink), CStr::from_char_ptr(table_name)) };
    devlink.dpipe.counters_enabled(name)
}

/// Registers the headers that the device knows; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds, `dpipe_headers` is null or valid, and
/// so is all that it points to.
#[export]
pub unsafe extern "C" fn devl_dpipe_headers_register(
    devlink: *mut bindings::devlink,
    dpipe_headers: *mut bindings::devlink_dpipe_headers,
) {
    // SAFETY: The caller promises that the instance is valid and its lock held, and that what the
    // driver describes is valid while it is read.
    let (devlink, headers) = unsafe {
        (
            locked_ref(devlink),
            dpipe_headers.as_ref().map(|headers| copy_headers(headers)),
        )
    };
    devlink.set_dpipe_headers(headers.transpose().unwrap_or_else(|_| {
        // Nobody can be told: this function does not fail.
        devlink.warn(fmt!("No memory for dpipe headers\n"));
        None
    }));
}

/// Unregisters the headers; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds.
#[export]
pub unsafe extern "C" fn devl_dpipe_headers_unregister(devlink: *mut bindings::devlink) {
    // SAFETY: The caller promises that the instance is valid and its lock held.
    let devlink = unsafe { locked_ref(devlink) };
    devlink.set_dpipe_headers(None);
}

/// # Safety
///
/// All that `raw` points to is valid.
unsafe fn copy_headers(raw: &bindings::devlink_dpipe_headers) -> Result<Arc<KVec<Header>>> {
    let mut headers = KVec::with_capacity(raw.headers_count as usize, GFP_KERNEL)?;
    for i in 0..raw.headers_count as usize {
        // SAFETY: The caller promises that what the driver describes is valid while it is read.
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
        // SAFETY: The caller promises that the header has that many valid fields, whose names are
        // strings.
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
        // SAFETY: The caller promises that all is valid that the header points to, so its name is a
        // string.
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

// SAFETY: A field is never changed, nor is the name that it points to.
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
