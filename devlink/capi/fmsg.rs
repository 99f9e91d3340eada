// SPDX-License-Identifier: GPL-2.0

//! `struct devlink_fmsg`: what drivers write into while they dump or diagnose.
//!
//! To drivers a message is opaque, and valid during the callback that it was passed to.

use crate::health::{
    Fmsg,
    Value, //
};

use kernel::{
    bindings,
    prelude::*, //
};

use core::{
    ffi::c_void,
    slice, //
};

/// The message behind a pointer from C.
///
/// # Safety
///
/// `fmsg` was passed to the callback of the driver that is running during `'a`, and is used by
/// nobody else meanwhile.
unsafe fn fmsg_mut<'a>(fmsg: *mut bindings::devlink_fmsg) -> &'a mut Fmsg {
    // SAFETY: The caller promises that it is the message that the driver is asked to write, which
    // nobody else uses meanwhile; `struct devlink_fmsg` is what C calls an `Fmsg`.
    unsafe { &mut *fmsg.cast() }
}

/// The name or string behind a pointer from C.
///
/// # Safety
///
/// `text` is a terminated string that is not changed during `'a`.
unsafe fn text<'a>(text: *const c_char) -> &'a CStr {
    // SAFETY: The caller promises a terminated string that does not change.
    unsafe { CStr::from_char_ptr(text) }
}

/// The bytes behind a pointer from C, which may be null if there are none.
///
/// # Safety
///
/// `value` is readable for `len` bytes that are not changed during `'a`.
unsafe fn bytes<'a>(value: *const c_void, len: usize) -> &'a [u8] {
    if len == 0 {
        return &[];
    }
    // SAFETY: The caller promises that many readable bytes, which do not change.
    unsafe { slice::from_raw_parts(value.cast(), len) }
}

/// Begins an object.
///
/// # Safety
///
/// `fmsg` was passed to the callback of the driver that is running.
#[export]
pub unsafe extern "C" fn devlink_fmsg_obj_nest_start(fmsg: *mut bindings::devlink_fmsg) {
    // SAFETY: The caller promises that the message is the one that the driver is asked to write.
    unsafe { fmsg_mut(fmsg) }.obj_nest_start();
}

/// Ends an object.
///
/// # Safety
///
/// `fmsg` was passed to the callback of the driver that is running.
#[export]
pub unsafe extern "C" fn devlink_fmsg_obj_nest_end(fmsg: *mut bindings::devlink_fmsg) {
    // SAFETY: The caller promises that the message is the one that the driver is asked to write.
    unsafe { fmsg_mut(fmsg) }.obj_nest_end();
}

/// Begins a pair: its value is what comes next.
///
/// # Safety
///
/// `fmsg` was passed to the callback of the driver that is running; `name` is a terminated string.
#[export]
pub unsafe extern "C" fn devlink_fmsg_pair_nest_start(
    fmsg: *mut bindings::devlink_fmsg,
    name: *const c_char,
) {
    // SAFETY: The caller promises that the message is the one that the driver is asked to write,
    // and that the name is a string.
    let (fmsg, name) = unsafe { (fmsg_mut(fmsg), text(name)) };
    fmsg.pair_nest_start(name);
}

/// Ends a pair.
///
/// # Safety
///
/// `fmsg` was passed to the callback of the driver that is running.
#[export]
pub unsafe extern "C" fn devlink_fmsg_pair_nest_end(fmsg: *mut bindings::devlink_fmsg) {
    // SAFETY: The caller promises that the message is the one that the driver is asked to write.
    unsafe { fmsg_mut(fmsg) }.pair_nest_end();
}

/// Begins a pair whose value is an array.
///
/// # Safety
///
/// `fmsg` was passed to the callback of the driver that is running; `name` is a terminated string.
#[export]
pub unsafe extern "C" fn devlink_fmsg_arr_pair_nest_start(
    fmsg: *mut bindings::devlink_fmsg,
    name: *const c_char,
) {
    // SAFETY: The caller promises that the message is the one that the driver is asked to write,
    // and that the name is a string.
    let (fmsg, name) = unsafe { (fmsg_mut(fmsg), text(name)) };
    fmsg.arr_pair_nest_start(name);
}

/// Ends a pair whose value is an array.
///
/// # Safety
///
/// `fmsg` was passed to the callback of the driver that is running.
#[export]
pub unsafe extern "C" fn devlink_fmsg_arr_pair_nest_end(fmsg: *mut bindings::devlink_fmsg) {
    // SAFETY: The caller promises that the message is the one that the driver is asked to write.
    unsafe { fmsg_mut(fmsg) }.arr_pair_nest_end();
}

/// Begins a pair whose value is a series of `devlink_fmsg_binary_put()`.
///
/// # Safety
///
/// `fmsg` was passed to the callback of the driver that is running; `name` is a terminated string.
#[export]
pub unsafe extern "C" fn devlink_fmsg_binary_pair_nest_start(
    fmsg: *mut bindings::devlink_fmsg,
    name: *const c_char,
) {
    // SAFETY: The caller promises that the message is the one that the driver is asked to write,
    // and that the name is a string.
    let (fmsg, name) = unsafe { (fmsg_mut(fmsg), text(name)) };
    fmsg.binary_pair_nest_start(name);
}

/// Ends a pair of binary values.
///
/// # Safety
///
/// `fmsg` was passed to the callback of the driver that is running.
#[export]
pub unsafe extern "C" fn devlink_fmsg_binary_pair_nest_end(fmsg: *mut bindings::devlink_fmsg) {
    // SAFETY: The caller promises that the message is the one that the driver is asked to write.
    unsafe { fmsg_mut(fmsg) }.binary_pair_nest_end();
}

/// Adds a number to an array or a pair.
///
/// # Safety
///
/// `fmsg` was passed to the callback of the driver that is running.
#[export]
pub unsafe extern "C" fn devlink_fmsg_u32_put(fmsg: *mut bindings::devlink_fmsg, value: u32) {
    // SAFETY: The caller promises that the message is the one that the driver is asked to write.
    unsafe { fmsg_mut(fmsg) }.put(Value::U32(value));
}

/// Adds a string to an array or a pair.
///
/// # Safety
///
/// `fmsg` was passed to the callback of the driver that is running; `value` is a terminated
/// string.
#[export]
pub unsafe extern "C" fn devlink_fmsg_string_put(
    fmsg: *mut bindings::devlink_fmsg,
    value: *const c_char,
) {
    // SAFETY: The caller promises that the message is the one that the driver is asked to write,
    // and that the value is a string.
    let (fmsg, value) = unsafe { (fmsg_mut(fmsg), text(value)) };
    fmsg.string_put(value);
}

/// Adds bytes to a pair of binary values.
///
/// # Safety
///
/// `fmsg` was passed to the callback of the driver that is running; `value` is readable for
/// `value_len` bytes.
#[export]
pub unsafe extern "C" fn devlink_fmsg_binary_put(
    fmsg: *mut bindings::devlink_fmsg,
    value: *const c_void,
    value_len: u16,
) {
    // SAFETY: The caller promises that the message is the one that the driver is asked to write,
    // and that there are as many bytes.
    let (fmsg, value) = unsafe { (fmsg_mut(fmsg), bytes(value, usize::from(value_len))) };
    fmsg.binary_put(value);
}

/// Adds a pair of a name and a truth value.
///
/// # Safety
///
/// `fmsg` was passed to the callback of the driver that is running; `name` is a terminated string.
#[export]
pub unsafe extern "C" fn devlink_fmsg_bool_pair_put(
    fmsg: *mut bindings::devlink_fmsg,
    name: *const c_char,
    value: bool,
) {
    // SAFETY: The caller promises that the message is the one that the driver is asked to write,
    // and that the name is a string.
    let (fmsg, name) = unsafe { (fmsg_mut(fmsg), text(name)) };
    fmsg.pair_put(name, Value::Bool(value));
}

/// Adds a pair of a name and a number.
///
/// # Safety
///
/// `fmsg` was passed to the callback of the driver that is running; `name` is a terminated string.
#[export]
pub unsafe extern "C" fn devlink_fmsg_u8_pair_put(
    fmsg: *mut bindings::devlink_fmsg,
    name: *const c_char,
    value: u8,
) {
    // SAFETY: The caller promises that the message is the one that the driver is asked to write,
    // and that the name is a string.
    let (fmsg, name) = unsafe { (fmsg_mut(fmsg), text(name)) };
    fmsg.pair_put(name, Value::U8(value));
}

/// Adds a pair of a name and a number.
///
/// # Safety
///
/// `fmsg` was passed to the callback of the driver that is running; `name` is a terminated string.
#[export]
pub unsafe extern "C" fn devlink_fmsg_u32_pair_put(
    fmsg: *mut bindings::devlink_fmsg,
    name: *const c_char,
    value: u32,
) {
    // SAFETY: The caller promises that the message is the one that the driver is asked to write,
    // and that the name is a string.
    let (fmsg, name) = unsafe { (fmsg_mut(fmsg), text(name)) };
    fmsg.pair_put(name, Value::U32(value));
}

/// Adds a pair of a name and a number.
///
/// # Safety
///
/// `fmsg` was passed to the callback of the driver that is running; `name` is a terminated string.
#[export]
pub unsafe extern "C" fn devlink_fmsg_u64_pair_put(
    fmsg: *mut bindings::devlink_fmsg,
    name: *const c_char,
    value: u64,
) {
    // SAFETY: The caller promises that the message is the one that the driver is asked to write,
    // and that the name is a string.
    let (fmsg, name) = unsafe { (fmsg_mut(fmsg), text(name)) };
    fmsg.pair_put(name, Value::U64(value));
}

/// Adds a pair of a name and a string.
///
/// # Safety
///
/// `fmsg` was passed to the callback of the driver that is running; `name` and `value` are
/// terminated strings.
#[export]
pub unsafe extern "C" fn devlink_fmsg_string_pair_put(
    fmsg: *mut bindings::devlink_fmsg,
    name: *const c_char,
    value: *const c_char,
) {
    // SAFETY: The caller promises that the message is the one that the driver is asked to write,
    // and that name and value are strings.
    let (fmsg, name, value) = unsafe { (fmsg_mut(fmsg), text(name), text(value)) };
    fmsg.string_pair_put(name, value);
}

/// Adds a pair of a name and bytes, in as many pieces as their number takes.
///
/// # Safety
///
/// `fmsg` was passed to the callback of the driver that is running; `name` is a terminated string;
/// `value` is readable for `value_len` bytes.
#[export]
pub unsafe extern "C" fn devlink_fmsg_binary_pair_put(
    fmsg: *mut bindings::devlink_fmsg,
    name: *const c_char,
    value: *const c_void,
    value_len: u32,
) {
    // SAFETY: The caller promises that the message is the one that the driver is asked to write,
    // that the name is a string, and that the value has that many bytes.
    let (fmsg, name, value) =
        unsafe { (fmsg_mut(fmsg), text(name), bytes(value, value_len as usize)) };
    fmsg.binary_pair_put(name, value);
}

/// How a number is written.
#[derive(Copy, Clone)]
enum Width {
    U8,
    U32,
}

/// What is written about a socket buffer, in the order of `devlink_skb_numbers()`.
const SKB: [(&CStr, Width); 19] = [
    (c"actual len", Width::U32),
    (c"head len", Width::U32),
    (c"data len", Width::U32),
    (c"tail len", Width::U32),
    (c"MAC", Width::U32),
    (c"MAC len", Width::U32),
    (c"network hdr", Width::U32),
    (c"network hdr len", Width::U32),
    (c"transport hdr", Width::U32),
    (c"csum", Width::U32),
    (c"csum_ip_summed", Width::U8),
    (c"csum_complete_sw", Width::U32),
    (c"csum_valid", Width::U32),
    (c"csum_level", Width::U8),
    (c"sw_hash", Width::U32),
    (c"l4_hash", Width::U32),
    (c"proto", Width::U32),
    (c"pkt_type", Width::U8),
    (c"iif", Width::U32),
];

/// What is written about its socket, in the order of `devlink_skb_sock_numbers()`.
const SOCK: [(&CStr, Width); 3] = [
    (c"family", Width::U32),
    (c"type", Width::U32),
    (c"proto", Width::U32),
];

/// What is written about what it shares with its clones, in the order of
/// `devlink_skb_shared_numbers()`.
const SHARED: [(&CStr, Width); 5] = [
    (c"tx_flags", Width::U8),
    (c"nr_frags", Width::U8),
    (c"gso_size", Width::U32),
    (c"gso_type", Width::U32),
    (c"gso_segs", Width::U32),
];

/// Adds a pair for each number.
fn put_numbers<const N: usize>(
    fmsg: &mut Fmsg,
    description: &[(&CStr, Width); N],
    numbers: &[u32; N],
) {
    for (&(name, width), &number) in description.iter().zip(numbers) {
        fmsg.pair_put(
            name,
            match width {
                // The fields that are shown like this are not wider.
                Width::U8 => Value::U8(number as u8),
                Width::U32 => Value::U32(number),
            },
        );
    }
}

/// Adds what there is to say about a socket buffer.
///
/// # Safety
///
/// `fmsg` was passed to the callback of the driver that is running; `skb` is a valid buffer.
#[export]
pub unsafe extern "C" fn devlink_fmsg_dump_skb(
    fmsg: *mut bindings::devlink_fmsg,
    skb: *const bindings::sk_buff,
) {
    // SAFETY: The caller promises that the message is the one that the driver is asked to write.
    let fmsg = unsafe { fmsg_mut(fmsg) };
    let (mut about_skb, mut about_sock, mut about_shared) = ([0; 19], [0; 3], [0; 5]);
    // SAFETY: The buffer is valid, and the helpers write as many numbers as the arrays have.
    let has_sock = unsafe {
        bindings::devlink_skb_numbers(skb, about_skb.as_mut_ptr());
        bindings::devlink_skb_shared_numbers(skb, about_shared.as_mut_ptr());
        bindings::devlink_skb_sock_numbers(skb, about_sock.as_mut_ptr())
    };

    fmsg.pair_nest_start(c"skb");
    fmsg.obj_nest_start();
    put_numbers(fmsg, &SKB, &about_skb);
    if has_sock {
        fmsg.pair_nest_start(c"sk");
        fmsg.obj_nest_start();
        put_numbers(fmsg, &SOCK, &about_sock);
        fmsg.obj_nest_end();
        fmsg.pair_nest_end();
    }
    fmsg.obj_nest_end();
    fmsg.pair_nest_end();

    fmsg.pair_nest_start(c"shinfo");
    fmsg.obj_nest_start();
    put_numbers(fmsg, &SHARED, &about_shared);
    fmsg.obj_nest_end();
    fmsg.pair_nest_end();
}
