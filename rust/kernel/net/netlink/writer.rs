// SPDX-License-Identifier: GPL-2.0

//! Writing netlink messages.
//!
//! C header: [`include/net/netlink.h`](srctree/include/net/netlink.h)

use super::{
    attr::{
        Attr,
        Nest,
        NlAttr,
        PayloadType, //
    },
    Family, //
};

use kernel::{
    error::to_result,
    num::casts::u16_as_usize,
    prelude::*, //
};

use core::{
    marker::PhantomData,
    ptr::{
        self,
        NonNull, //
    },
};

const HEADER: usize = NlAttr::HEADER;
const ALIGNMENT: usize = NlAttr::ALIGNMENT;

/// Who a message answers, and its flags.
#[derive(Copy, Clone, Default)]
pub struct Header {
    /// Port of the socket that asked; 0 in notifications.
    pub portid: u32,
    /// Sequence number of the request; 0 in notifications.
    pub seq: u32,
    /// `NLM_F_*` flags.
    pub flags: u16,
}

/// Appends to a netlink buffer.
///
/// A failed append leaves the buffer as it was before the enclosing [`nest`](Self::nest) or
/// [`message`](Self::message) began, and answers [`EMSGSIZE`] when there is no room.
///
/// # Invariants
///
/// `skb` is valid, linear and only used through this writer for `'a`.
pub struct Writer<'a> {
    skb: NonNull<bindings::sk_buff>,
    _skb: PhantomData<&'a mut bindings::sk_buff>,
}

impl Writer<'_> {
    /// Wraps a buffer.
    ///
    /// # Safety
    ///
    /// `skb` is valid and linear for `'a`, and nobody else uses it meanwhile.
    pub unsafe fn from_raw(skb: NonNull<bindings::sk_buff>) -> Self {
        // INVARIANT: By the safety requirements.
        Writer {
            skb,
            _skb: PhantomData,
        }
    }

    /// The buffer as the C side knows it.
    pub fn as_raw(&mut self) -> *mut bindings::sk_buff {
        self.skb.as_ptr()
    }

    /// The number of bytes in the buffer.
    pub fn len(&self) -> usize {
        // SAFETY: By the type invariants.
        unsafe { (*self.skb.as_ptr()).len as usize }
    }

    /// Whether nothing is in the buffer.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends an attribute.
    #[inline]
    pub fn put<W: PayloadType>(&mut self, attr: Attr<W>, value: W::Value<'_>) -> Result {
        W::write(self, attr.number(), value)
    }

    /// Appends an attribute if there is a value for it.
    #[inline]
    pub fn put_opt<W: PayloadType>(
        &mut self,
        attr: Attr<W>,
        value: Option<W::Value<'_>>,
    ) -> Result {
        match value {
            Some(value) => self.put(attr, value),
            None => Ok(()),
        }
    }

    /// Appends an attribute whose number or type is known only at run time: what `nla_put()` does,
    /// compiled for the length where that is known.
    #[inline]
    pub fn put_bytes(&mut self, number: u16, bytes: &[u8]) -> Result {
        const MAX: usize = u16_as_usize(u16::MAX) - HEADER;

        if bytes.len() > MAX {
            return Err(EMSGSIZE);
        }
        let size = HEADER + bytes.len();
        let padded = size.next_multiple_of(ALIGNMENT);
        let skb = self.skb.as_ptr();
        // SAFETY: `skb` is valid and linear by the type invariants, so what is between its `tail`
        // and its `end`, which are offsets from `head`, is free for `padded` bytes; those are at
        // least the header's, and so at least one word.
        unsafe {
            if padded > ((*skb).end - (*skb).tail) as usize {
                return Err(EMSGSIZE);
            }
            let start = (*skb).head.add((*skb).tail as usize);
            // The padding is part of the last word, whose other bytes are written below.
            start
                .add(padded - ALIGNMENT)
                .cast::<u32>()
                .write_unaligned(0);
            start
                .cast::<bindings::nlattr>()
                .write_unaligned(bindings::nlattr {
                    nla_len: size as u16,
                    nla_type: number,
                });
            start
                .add(HEADER)
                .copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            (*skb).tail += padded as u32;
            (*skb).len += padded as u32;
        }
        Ok(())
    }

    /// Appends what is in the form of attributes already, padding included.
    #[inline]
    pub fn append(&mut self, attributes: &[u8]) -> Result {
        let skb = self.skb.as_ptr();
        // SAFETY: `skb` is valid and linear by the type invariants, so what is between its `tail`
        // and its `end`, which are offsets from `head`, is free, and nobody refers to it.
        unsafe {
            if attributes.len() > ((*skb).end - (*skb).tail) as usize {
                return Err(EMSGSIZE);
            }
            (*skb)
                .head
                .add((*skb).tail as usize)
                .copy_from_nonoverlapping(attributes.as_ptr(), attributes.len());
            (*skb).tail += attributes.len() as u32;
            (*skb).len += attributes.len() as u32;
        }
        Ok(())
    }

    /// Where the next attribute will be.
    #[inline]
    fn tail(&self) -> u32 {
        // SAFETY: `skb` is valid by the type invariants.
        unsafe { (*self.skb.as_ptr()).tail }
    }

    /// Removes everything from `tail` on, which was [`tail`](Self::tail) before that was written.
    #[inline]
    fn trim(&mut self, tail: u32) {
        let skb = self.skb.as_ptr();
        // SAFETY: `skb` is valid and linear by the type invariants.
        unsafe {
            (*skb).len -= (*skb).tail - tail;
            (*skb).tail = tail;
        }
    }

    /// Appends a 64-bit number, preceded by an empty attribute `pad` where alignment needs it.
    #[inline]
    pub fn put_u64_padded(&mut self, number: u16, value: u64, pad: u16) -> Result {
        if cfg!(CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS) {
            return self.put_bytes(number, &value.to_ne_bytes());
        }
        // SAFETY: `skb` is valid by the type invariants; `value` is readable for eight bytes.
        to_result(unsafe {
            bindings::nla_put_64bit(
                self.as_raw(),
                c_int::from(number),
                size_of::<u64>() as c_int,
                ptr::from_ref(&value).cast(),
                c_int::from(pad),
            )
        })
    }

    /// Appends a nest that `fill` writes into.
    #[inline]
    pub fn nest(&mut self, attr: Attr<Nest>, fill: impl FnOnce(&mut Self) -> Result) -> Result {
        let number = attr.number() | bindings::NLA_F_NESTED as u16;
        self.nest_number(number, |out| fill(out).map(|()| true))
    }

    /// Like [`nest`](Self::nest), without the flag that marks nests: for attributes whose format
    /// is older than the flag.
    #[inline]
    pub fn nest_noflag(
        &mut self,
        attr: Attr<Nest>,
        fill: impl FnOnce(&mut Self) -> Result,
    ) -> Result {
        self.nest_number(attr.number(), |out| fill(out).map(|()| true))
    }

    /// Like [`nest_noflag`](Self::nest_noflag), but the nest is left out if `fill` answers
    /// `false`.
    #[inline]
    pub fn nest_noflag_if(
        &mut self,
        attr: Attr<Nest>,
        fill: impl FnOnce(&mut Self) -> Result<bool>,
    ) -> Result {
        self.nest_number(attr.number(), fill)
    }

    /// Like [`nest`](Self::nest), but the nest is left out if `fill` answers `false`.
    #[inline]
    pub fn nest_if(
        &mut self,
        attr: Attr<Nest>,
        fill: impl FnOnce(&mut Self) -> Result<bool>,
    ) -> Result {
        let number = attr.number() | bindings::NLA_F_NESTED as u16;
        self.nest_number(number, fill)
    }

    #[inline]
    fn nest_number(&mut self, number: u16, fill: impl FnOnce(&mut Self) -> Result<bool>) -> Result {
        let start = self.tail();
        self.put_bytes(number, &[])?;
        let result = match fill(self) {
            Ok(true) => match u16::try_from(self.tail() - start) {
                Ok(size) => {
                    // SAFETY: The nest's header was written above, at `start`; the buffer is
                    // never reallocated while a writer exists.
                    unsafe {
                        let header = (*self.skb.as_ptr()).head.add(start as usize);
                        header.cast::<u16>().write_unaligned(size);
                    }
                    return Ok(());
                }
                // A nest that outgrew its 16 bits of length cannot be expressed.
                Err(_) => Err(EMSGSIZE),
            },
            Ok(false) => Ok(()),
            Err(error) => Err(error),
        };
        self.trim(start);
        result
    }

    /// Removes what `write` appended if it fails.
    pub fn all_or_nothing(&mut self, write: impl FnOnce(&mut Self) -> Result) -> Result {
        let before = self.tail();
        write(self).inspect_err(|_| self.trim(before))
    }

    /// Appends a generic netlink message of `family` whose attributes `fill` writes.
    pub fn message(
        &mut self,
        family: &'static Family,
        header: Header,
        cmd: u8,
        fill: impl FnOnce(&mut Self) -> Result,
    ) -> Result {
        // SAFETY: `skb` is valid by the type invariants, and so is the static family.
        let start = unsafe {
            bindings::genlmsg_put(
                self.as_raw(),
                header.portid,
                header.seq,
                family.as_raw(),
                c_int::from(header.flags),
                cmd,
            )
        };
        if start.is_null() {
            return Err(EMSGSIZE);
        }
        let result = fill(self);
        // SAFETY: `start` is what `genlmsg_put()` returned for this buffer.
        unsafe {
            match result {
                Ok(()) => bindings::genlmsg_end(self.as_raw(), start),
                Err(_) => bindings::genlmsg_cancel(self.as_raw(), start),
            }
        }
        result
    }

    /// Appends the message that ends a reply of several messages (`NLMSG_DONE`); each of those has
    /// the flag `NLM_F_MULTI`, which this one gets in any case.
    pub fn done(&mut self, header: Header) -> Result {
        // SAFETY: `skb` is valid by the type invariants.
        let done = unsafe {
            bindings::nlmsg_put(
                self.as_raw(),
                header.portid,
                header.seq,
                bindings::NLMSG_DONE as c_int,
                0,
                c_int::from(header.flags) | bindings::NLM_F_MULTI as c_int,
            )
        };
        if done.is_null() {
            return Err(EMSGSIZE);
        }
        Ok(())
    }
}
