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
    num::casts::{
        u16_as_usize,
        u32_as_usize,
        u32_into_u16,
        usize_into_u8, //
    },
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

/// The flag in an attribute's number that says that there are attributes inside.
const NESTED: u16 = u32_into_u16::<{ bindings::NLA_F_NESTED }>();

/// A place in a socket buffer (`sk_buff_data_t`): on 64-bit machines an offset from the buffer's
/// `head`, on others a pointer.
trait Place: Copy {
    /// The offset from `head`.
    fn offset_in(self, head: *mut u8) -> u32;

    /// The place at an `offset` from `head`.
    fn at(head: *mut u8, offset: u32) -> Self;
}

impl Place for u32 {
    #[inline(always)]
    fn offset_in(self, _head: *mut u8) -> u32 {
        self
    }

    #[inline(always)]
    fn at(_head: *mut u8, offset: u32) -> Self {
        offset
    }
}

impl Place for *mut u8 {
    #[inline(always)]
    fn offset_in(self, head: *mut u8) -> u32 {
        // Not cut off: where places are pointers, these have 32 bits.
        (self.addr() - head.addr()) as u32
    }

    #[inline(always)]
    fn at(head: *mut u8, offset: u32) -> Self {
        head.wrapping_add(u32_as_usize(offset))
    }
}

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
        // INVARIANT: The caller promises that the buffer is valid, linear and used by nobody else.
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
        // SAFETY: By the type invariants `skb` is valid.
        u32_as_usize(unsafe { (*self.skb.as_ptr()).len })
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
        let start = self.room_for(padded)?;
        // SAFETY: `padded` bytes from `start` on are free; those are at least the header's, and so
        // at least one word.
        unsafe {
            // The padding is part of the last word, whose other bytes are written below.
            start
                .add(padded - ALIGNMENT)
                .cast::<u32>()
                .write_unaligned(0);
            start
                .cast::<bindings::nlattr>()
                .write_unaligned(bindings::nlattr {
                    // At most `MAX` bytes and the header, which is what 16 bits can say.
                    nla_len: size as u16,
                    nla_type: number,
                });
            start
                .add(HEADER)
                .copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            self.advance(padded);
        }
        Ok(())
    }

    /// Appends what is in the form of attributes already, padding included.
    #[inline]
    pub fn append(&mut self, attributes: &[u8]) -> Result {
        let start = self.room_for(attributes.len())?;
        // SAFETY: So many bytes from `start` on are free, and nobody refers to them.
        unsafe {
            start.copy_from_nonoverlapping(attributes.as_ptr(), attributes.len());
            self.advance(attributes.len());
        }
        Ok(())
    }

    /// Where `len` bytes can be written, or [`EMSGSIZE`] if there is no room for them.
    #[inline]
    fn room_for(&self, len: usize) -> Result<*mut u8> {
        let skb = self.skb.as_ptr();
        // SAFETY: `skb` is valid by the type invariants.
        let (head, tail, end) = unsafe { ((*skb).head, (*skb).tail, (*skb).end) };
        let (tail, end) = (tail.offset_in(head), end.offset_in(head));
        if len > u32_as_usize(end - tail) {
            return Err(EMSGSIZE);
        }
        // SAFETY: `skb` is linear by the type invariants, so `head` points to memory that is more
        // than `tail` bytes long, and what is between `tail` and `end` is free.
        Ok(unsafe { head.add(u32_as_usize(tail)) })
    }

    /// Makes `len` bytes that were written after the last ones a part of the buffer.
    ///
    /// # Safety
    ///
    /// The bytes were written where [`room_for`](Self::room_for) said, which had room for them.
    #[inline]
    unsafe fn advance(&mut self, len: usize) {
        let skb = self.skb.as_ptr();
        // Not cut off: there was room for them, and that is a difference of 32-bit offsets.
        let len = len as u32;
        // SAFETY: `skb` is valid by the type invariants, and the caller has filled the bytes that
        // follow its `tail`.
        unsafe {
            let head = (*skb).head;
            (*skb).tail = Place::at(head, (*skb).tail.offset_in(head) + len);
            (*skb).len += len;
        }
    }

    /// Where the next attribute will be, from the beginning of the buffer's memory.
    #[inline]
    fn tail(&self) -> u32 {
        let skb = self.skb.as_ptr();
        // SAFETY: `skb` is valid by the type invariants.
        unsafe { (*skb).tail.offset_in((*skb).head) }
    }

    /// Removes everything from `tail` on, which was [`tail`](Self::tail) before that was written.
    #[inline]
    fn trim(&mut self, tail: u32) {
        let removed = self.tail() - tail;
        let skb = self.skb.as_ptr();
        // SAFETY: `skb` is valid and linear by the type invariants, and what is removed was
        // appended by this writer.
        unsafe {
            (*skb).len -= removed;
            (*skb).tail = Place::at((*skb).head, tail);
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
                c_int::from(usize_into_u8::<{ size_of::<u64>() }>()),
                ptr::from_ref(&value).cast(),
                c_int::from(pad),
            )
        })
    }

    /// Appends a nest that `fill` writes into.
    #[inline]
    pub fn nest(&mut self, attr: Attr<Nest>, fill: impl FnOnce(&mut Self) -> Result) -> Result {
        let number = attr.number() | NESTED;
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
        let number = attr.number() | NESTED;
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
                        let header = (*self.skb.as_ptr()).head.add(u32_as_usize(start));
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
        const DONE: u16 = u32_into_u16::<{ bindings::NLMSG_DONE }>();
        const MULTI: u16 = u32_into_u16::<{ bindings::NLM_F_MULTI }>();

        // SAFETY: `skb` is valid by the type invariants.
        let done = unsafe {
            bindings::nlmsg_put(
                self.as_raw(),
                header.portid,
                header.seq,
                c_int::from(DONE),
                0,
                c_int::from(header.flags | MULTI),
            )
        };
        if done.is_null() {
            return Err(EMSGSIZE);
        }
        Ok(())
    }
}

#[macros::kunit_tests(rust_netlink_writer)]
mod tests {
    use super::{
        super::{
            attr::U16,
            message::Message, //
        },
        *,
    };

    const NUMBER: Attr<U16> = Attr::new(1);
    const NEST: Attr<Nest> = Attr::new(2);

    #[test]
    fn places_are_offsets_or_pointers() {
        let mut memory = [0u8; 16];
        let head = memory.as_mut_ptr();
        for offset in [0, 1, 16] {
            let place: u32 = Place::at(head, offset);
            assert_eq!(place.offset_in(head), offset);
            let place: *mut u8 = Place::at(head, offset);
            assert_eq!(place.offset_in(head), offset);
        }
    }

    #[test]
    fn what_fails_leaves_nothing() -> Result {
        let mut message = Message::with_capacity(64, GFP_KERNEL)?;
        let mut out = message.writer();
        let before = out.len();
        let nested = out.nest(NEST, |out| {
            out.put(NUMBER, 7)?;
            Err(EINVAL)
        });
        assert_eq!(nested, Err(EINVAL));
        assert_eq!(out.len(), before);

        out.nest(NEST, |out| out.put(NUMBER, 7))?;
        // Two headers, and a number with its padding.
        assert_eq!(out.len(), before + 2 * HEADER + ALIGNMENT);

        // There is no room for more than so many of them.
        let mut count = 0;
        while out.put(NUMBER, 7).is_ok() {
            count += 1;
        }
        assert!(count < 1000);
        assert_eq!(
            out.len(),
            before + 2 * HEADER + ALIGNMENT + count * (HEADER + ALIGNMENT)
        );
        Ok(())
    }
}
