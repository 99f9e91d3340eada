// SPDX-License-Identifier: GPL-2.0

//! Operations of a generic netlink family.
//!
//! A handler is a type; [`do_op`] and [`dump_op`] make table entries of it whose C callbacks turn
//! what netlink passes into references that live as long as the call.
//!
//! Every request gets exactly one answer, whatever its handler returns: see [`DoIt`] and
//! [`DumpIt`]. A handler cannot leave a request unanswered, because all that it can do is return a
//! [`Result`].

use super::{
    attr::{
        Attr,
        AttrIter,
        Attrs,
        NlAttr, //
    },
    extack::Extack,
    policy::Policy,
    writer::{
        Header,
        Writer, //
    },
};

use crate::net::namespace::Net;

use kernel::{
    error::from_result,
    num::casts::{
        u16_as_u32,
        u32_as_usize,
        u32_into_u16, //
    },
    prelude::*, //
};

use core::{
    marker::PhantomData,
    ptr::NonNull, //
};

/// A request being served.
///
/// # Invariants
///
/// `raw` is valid for `'a`, its table of attributes has `attr_count` entries, and `skb` is null
/// (in a dump) or the received message.
pub struct Info<'a> {
    raw: NonNull<bindings::genl_info>,
    skb: *mut bindings::sk_buff,
    attr_count: usize,
    _call: PhantomData<&'a ()>,
}

impl<'a> Info<'a> {
    /// The C structure.
    pub fn as_raw(&self) -> *mut bindings::genl_info {
        self.raw.as_ptr()
    }

    fn raw(&self) -> &bindings::genl_info {
        // SAFETY: By the type invariants; netlink does not change it during the call.
        unsafe { self.raw.as_ref() }
    }

    /// The request's attributes.
    pub fn attrs(&self) -> Attrs<'a> {
        // SAFETY: By the type invariants; the message outlives the call.
        unsafe { Attrs::from_raw(self.raw().attrs, self.attr_count) }
    }

    /// The request's attributes with the number of `attr`, which may be there more than once, in
    /// the order of the message.
    pub fn repeated<W>(&self, attr: Attr<W>) -> impl Iterator<Item = &'a NlAttr> {
        const HEADERS: usize = size_of::<bindings::nlmsghdr>() + size_of::<bindings::genlmsghdr>();

        // SAFETY: By the type invariants; netlink has checked that the message, which outlives the
        // call and is not changed, is `nlmsg_len` bytes long and has room for the headers. After
        // them attributes begin, aligned as the headers are.
        let all = unsafe {
            let header = self.raw().nlhdr;
            let len = u32_as_usize((*header).nlmsg_len).saturating_sub(HEADERS);
            let first = header.cast::<u8>().add(HEADERS);
            AttrIter::new(core::slice::from_raw_parts::<'a>(first, len))
        };
        all.filter(move |found| found.number() == attr.number())
    }

    /// Where error messages go.
    pub fn extack(&self) -> Extack<'a> {
        // SAFETY: Netlink passes null or a structure that belongs to this request.
        unsafe { Extack::from_raw(self.raw().extack) }
    }

    /// The number of the command.
    pub fn command(&self) -> u8 {
        // SAFETY: By the type invariants; netlink has checked that the header is there.
        unsafe { (*self.raw().genlhdr).cmd }
    }

    /// What a reply's header says.
    pub fn reply_header(&self) -> Header {
        Header {
            portid: self.raw().snd_portid,
            seq: self.raw().snd_seq,
            flags: 0,
        }
    }

    /// The namespace of the socket that asks.
    pub fn net(&self) -> &'a Net {
        // SAFETY: The sending socket keeps its namespace alive during the call.
        unsafe { Net::from_raw(bindings::genl_info_net(self.as_raw())) }
    }

    /// The family whose request it is.
    pub(super) fn family(&self) -> *const bindings::genl_family {
        self.raw().family
    }

    /// Whether the sender has `capability`, one of `CAP_*`, in the user namespace that owns `net`.
    pub fn capable_in(&self, net: &Net, capability: u32) -> bool {
        // Whoever asks for another one meets a `BUG()`.
        let (false, true, Ok(capability)) = (
            self.skb.is_null(),
            capability <= bindings::CAP_LAST_CAP,
            c_int::try_from(capability),
        ) else {
            return false;
        };
        // SAFETY: `skb`, which is not null, is the received message by the type invariants; `net`
        // is alive.
        unsafe { bindings::netlink_ns_capable(self.skb, (*net.as_raw()).user_ns, capability) }
    }

    /// Answers the request with `error` and what was recorded about it, as netlink does when a
    /// handler fails.
    fn refuse(&self, error: Error) {
        if self.skb.is_null() {
            return;
        }
        // SAFETY: By the type invariants `skb` is the received message and `nlhdr` the request's
        // header in it, which `netlink_ack()` only reads; `extack` is the structure that
        // `netlink_rcv_skb()` made for this request.
        unsafe {
            bindings::netlink_ack(
                self.skb,
                self.raw().nlhdr.cast_mut(),
                error.to_errno(),
                self.raw().extack,
            )
        };
    }

    /// The socket that asks; null in a dump.
    pub(super) fn sender(&self) -> *mut bindings::sock {
        if self.skb.is_null() {
            return core::ptr::null_mut();
        }
        // SAFETY: By the type invariants; netlink keeps the control block in the message.
        unsafe { bindings::netlink_skb_sk(self.skb) }
    }
}

/// A handler of requests.
///
/// A request ends with exactly one message to the sender, which netlink or [`do_op`]'s callback
/// sends after [`doit`](Self::doit) has returned:
///
/// * after `Ok(())` an acknowledgement if the request asks for one with `NLM_F_ACK`, else none:
///   then the handler's own reply is the answer;
/// * after an error that error, with what was recorded in [`Info::extack`]. That includes
///   [`EINTR`], which netlink itself takes for a request that was answered already; and the codes
///   that ask the system call entry to start a call again ([`ERESTARTSYS`] and its like, with which
///   a wait that is interrupted ends) are answered as [`EINTR`], because the request was received
///   and there is no system call to start again.
///
/// So a handler that replies does that last: an error after a reply would be a second answer.
pub trait DoIt {
    /// Serves the request.
    fn doit(info: &Info<'_>) -> Result;
}

/// Data of a dump that survives from one part to the next.
///
/// # Safety
///
/// All-zero bytes are a valid value, which stands for the beginning, and dropping is not needed.
pub unsafe trait DumpState: Copy {
    /// The beginning of a dump.
    fn start() -> Self {
        // SAFETY: Implementers promise that zero bytes are a valid value.
        unsafe { core::mem::zeroed() }
    }
}

// SAFETY: Zero is a number.
unsafe impl DumpState for u32 {}
// SAFETY: Zero is a number.
unsafe impl DumpState for u64 {}
// SAFETY: There is nothing.
unsafe impl DumpState for () {}
// SAFETY: All-zero bytes are valid for each element.
unsafe impl<T: DumpState, const N: usize> DumpState for [T; N] {}
// SAFETY: All-zero bytes are valid for both.
unsafe impl<A: DumpState, B: DumpState> DumpState for (A, B) {}

/// A dump being continued.
pub struct Dump<'a, S> {
    /// What was kept since the last part; zeroed in the first.
    pub state: &'a mut S,
    /// The request that began the dump.
    pub info: Info<'a>,
    /// What the header of each message says.
    pub header: Header,
}

/// A handler of dumps.
///
/// A dump ends with exactly one `NLMSG_DONE`, which netlink sends after the part in which
/// [`dumpit`](Self::dumpit) returns `Ok(())` or an error; it carries the error, whatever that is,
/// except that [`ERESTARTSYS`] and its like are [`EINTR`] as in [`DoIt`]. `NLM_F_ACK` has no
/// meaning for dumps.
pub trait DumpIt {
    /// What the handler remembers between parts.
    type State: DumpState;

    /// Appends messages until there are no more, which answers `Ok(())`, or the buffer is full,
    /// which answers [`EMSGSIZE`]: then netlink calls again, with an empty buffer. Any other error
    /// ends the dump, and so does [`EMSGSIZE`] when nothing was appended: what does not fit into an
    /// empty buffer never will.
    ///
    /// A buffer has the size that user space read with last on this socket, at most 32 KB; if it
    /// has read nothing yet, or less, about 3.7 KB (`NLMSG_GOODSIZE`).
    fn dumpit(out: &mut Writer<'_>, dump: &mut Dump<'_, Self::State>) -> Result;
}

/// An entry of a family's table of operations.
#[repr(transparent)]
pub struct SplitOp(bindings::genl_split_ops);

// SAFETY: An entry is never changed, and what it points to is static.
unsafe impl Sync for SplitOp {}

const fn split_op(
    cmd: u8,
    policy: *const bindings::nla_policy,
    max_attr: u16,
    flags: u8,
    validate: u8,
) -> bindings::genl_split_ops {
    bindings::genl_split_ops {
        cmd,
        policy,
        maxattr: u16_as_u32(max_attr),
        flags,
        validate,
        ..pin_init::zeroed()
    }
}

/// The entry for requests that `T` serves; their attributes are validated by `policy`.
pub const fn do_op<T: DoIt, const N: usize>(
    cmd: u8,
    policy: &'static Policy<N>,
    flags: u8,
    validate: u8,
) -> SplitOp {
    let mut op = split_op(cmd, policy.as_ptr(), policy.max_attr(), flags, validate);
    op.__bindgen_anon_1.__bindgen_anon_1 = bindings::genl_split_ops__bindgen_ty_1__bindgen_ty_1 {
        pre_doit: None,
        doit: Some(doit_callback::<T, N>),
        post_doit: None,
    };
    SplitOp(op)
}

/// The entry for dumps that `T` serves; the request's attributes are validated by `policy`.
pub const fn dump_op<T: DumpIt, const N: usize>(
    cmd: u8,
    policy: &'static Policy<N>,
    flags: u8,
    validate: u8,
) -> SplitOp {
    let mut op = split_op(cmd, policy.as_ptr(), policy.max_attr(), flags, validate);
    op.__bindgen_anon_1.__bindgen_anon_2 = dump_callbacks::<T, N>();
    SplitOp(op)
}

/// The entry for dumps that `T` serves and that take no attributes.
pub const fn dump_all_op<T: DumpIt>(cmd: u8, flags: u8, validate: u8) -> SplitOp {
    let mut op = split_op(cmd, core::ptr::null(), 0, flags, validate);
    op.__bindgen_anon_1.__bindgen_anon_2 = dump_callbacks::<T, 0>();
    SplitOp(op)
}

const fn dump_callbacks<T: DumpIt, const N: usize>(
) -> bindings::genl_split_ops__bindgen_ty_1__bindgen_ty_2 {
    assert!(size_of::<T::State>() <= u32_as_usize(bindings::NETLINK_CTX_SIZE));
    bindings::genl_split_ops__bindgen_ty_1__bindgen_ty_2 {
        start: None,
        dumpit: Some(dumpit_callback::<T, N>),
        done: None,
    }
}

/// # Safety
///
/// To be called by generic netlink for an entry made by [`do_op`] with the same `N`.
unsafe extern "C" fn doit_callback<T: DoIt, const N: usize>(
    skb: *mut bindings::sk_buff,
    info: *mut bindings::genl_info,
) -> c_int {
    from_result(|| {
        // INVARIANT: Generic netlink passes a structure and a message that are valid during the
        // call, and allocates one entry more than the highest attribute number of the policy.
        let info = Info {
            raw: NonNull::new(info).ok_or(EINVAL)?,
            skb,
            attr_count: N,
            _call: PhantomData,
        };
        T::doit(&info).map_err(|error| {
            let error = for_user_space(error);
            if error == EINTR {
                // Netlink answers every error but this one, which it takes for "answered already".
                info.refuse(error);
            }
            error
        })?;
        Ok(0)
    })
}

/// # Safety
///
/// To be called by generic netlink for an entry made by [`dump_op`] with the same `N`.
unsafe extern "C" fn dumpit_callback<T: DumpIt, const N: usize>(
    skb: *mut bindings::sk_buff,
    cb: *mut bindings::netlink_callback,
) -> c_int {
    from_result(|| {
        // SAFETY: Netlink passes a buffer that is ours during the call.
        let mut out = unsafe { Writer::from_raw(NonNull::new(skb).ok_or(EINVAL)?) };
        // SAFETY: Netlink passes its callback structure, which only this call uses; generic
        // netlink keeps a `genl_dumpit_info` in its `data`, and the request in its `skb`. `ctx`,
        // which `dump_callbacks()` found to be large enough, is zeroed before the first part, and
        // was written below after the last one.
        let (info, header, kept, mut state) = unsafe {
            let kept = (&raw mut (*cb).__bindgen_anon_1.ctx).cast::<T::State>();
            (
                &raw mut (*(*cb).data.cast::<bindings::genl_dumpit_info>()).info,
                Header {
                    portid: bindings::netlink_skb_portid((*cb).skb),
                    seq: (*(*cb).nlh).nlmsg_seq,
                    flags: u32_into_u16::<{ bindings::NLM_F_MULTI }>(),
                },
                kept,
                // Aligned as a `long` only, which is not enough for 64 bits on a 32-bit machine.
                kept.read_unaligned(),
            )
        };
        let mut dump = Dump {
            state: &mut state,
            // INVARIANT: Generic netlink passes a structure that is valid during the call, with one
            // entry more than the highest attribute number of the policy. There is no message.
            info: Info {
                raw: NonNull::new(info).ok_or(EINVAL)?,
                skb: core::ptr::null_mut(),
                attr_count: N,
                _call: PhantomData,
            },
            header,
        };
        let result = T::dumpit(&mut out, &mut dump);
        // SAFETY: Netlink keeps that room for the dump; there is room for a `T::State`, and only
        // this call uses it.
        unsafe { kept.write_unaligned(state) };
        match result {
            Ok(()) => Ok(0),
            // The part is full: its length tells netlink to send it and to call again. A length of
            // 0 would end the dump as if that were all.
            Err(error) if error == EMSGSIZE && !out.is_empty() => Ok(c_int::try_from(out.len())?),
            Err(error) => Err(for_user_space(error)),
        }
    })
}

/// The error that is answered if a handler fails with `error`.
fn for_user_space(error: Error) -> Error {
    if [
        ERESTARTSYS,
        ERESTARTNOINTR,
        ERESTARTNOHAND,
        ERESTART_RESTARTBLOCK,
    ]
    .contains(&error)
    {
        return EINTR;
    }
    error
}
