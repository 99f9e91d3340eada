// SPDX-License-Identifier: GPL-2.0

//! Netlink attributes: received ones, and the types that tie an attribute number to its payload.
//!
//! C header: [`include/net/netlink.h`](srctree/include/net/netlink.h)

use super::{
    extack::Extack,
    policy::Policy,
    writer::Writer, //
};

use kernel::{
    error::to_result,
    num::casts::{
        u16_as_usize,
        u32_into_u16, //
    },
    prelude::*,
    types::Opaque, //
};

use core::marker::PhantomData;

/// An attribute of a received message.
///
/// # Invariants
///
/// `nla_len` bytes starting at the attribute are readable, and `nla_len` covers at least the
/// header.
#[repr(transparent)]
pub struct NlAttr(Opaque<bindings::nlattr>);

impl NlAttr {
    /// Bytes of an attribute's header (`NLA_HDRLEN`).
    pub const HEADER: usize = size_of::<bindings::nlattr>();
    /// In a message, attributes begin at multiples of so many bytes (`NLA_ALIGNTO`).
    pub const ALIGNMENT: usize = 4;

    /// Makes a reference from a pointer to an attribute.
    ///
    /// # Safety
    ///
    /// `ptr` points to an attribute that netlink has validated to lie wholly inside its message
    /// and that is neither changed nor freed during `'a`.
    pub unsafe fn from_raw<'a>(ptr: *const bindings::nlattr) -> &'a Self {
        // SAFETY: The caller promises a validated attribute; `NlAttr` is transparent over `nlattr`.
        unsafe { &*ptr.cast() }
    }

    /// Returns the attribute as the C side knows it.
    pub fn as_raw(&self) -> *const bindings::nlattr {
        self.0.get()
    }

    fn header(&self) -> bindings::nlattr {
        // SAFETY: By the type invariants the header is readable; it has no padding and any bit
        // pattern is valid.
        unsafe { *self.0.get() }
    }

    /// The attribute's number, without the nested and byte-order flags.
    pub fn number(&self) -> u16 {
        const FLAGS: u16 =
            u32_into_u16::<{ bindings::NLA_F_NESTED | bindings::NLA_F_NET_BYTEORDER }>();

        self.header().nla_type & !FLAGS
    }

    /// The bytes after the header.
    pub fn payload(&self) -> &[u8] {
        let len = u16_as_usize(self.header().nla_len) - Self::HEADER;
        // SAFETY: By the type invariants `nla_len` bytes are readable from the header on.
        unsafe { core::slice::from_raw_parts(self.0.get().cast::<u8>().add(Self::HEADER), len) }
    }

    /// Reads the payload as the type that belongs to `W`; `None` if it is too short or, for a
    /// string, not terminated.
    pub fn read<W: PayloadType>(&self) -> Option<W::Value<'_>> {
        W::read(self)
    }

    /// The attributes nested in this one, in the order of the message.
    pub fn children(&self) -> AttrIter<'_> {
        AttrIter {
            rest: self.payload(),
        }
    }

    /// Parses and validates the attributes nested in this one, strictly.
    pub fn parse_nested<const N: usize>(
        &self,
        policy: &'static Policy<N>,
        extack: Extack<'_>,
    ) -> Result<ParsedAttrs<'_>> {
        let mut table = KVec::from_elem(core::ptr::null_mut(), N, GFP_KERNEL)?;
        // SAFETY: `table` has room for `N` entries, which is one more than the highest number in
        // `policy`; `self` is a valid attribute and `extack` valid or null.
        to_result(unsafe {
            bindings::nla_parse_nested(
                table.as_mut_ptr(),
                c_int::from(policy.max_attr()),
                self.as_raw(),
                policy.as_ptr(),
                extack.as_raw(),
            )
        })?;
        Ok(ParsedAttrs {
            table,
            _message: PhantomData,
        })
    }
}

/// Iterator over attributes in the order of the message; it ends at the first one that does not
/// fit.
pub struct AttrIter<'a> {
    rest: &'a [u8],
}

impl<'a> AttrIter<'a> {
    /// Those in a part of a message.
    ///
    /// # Safety
    ///
    /// `attributes` is a part of a received message, and begins where an attribute may begin.
    pub(super) unsafe fn new(attributes: &'a [u8]) -> Self {
        AttrIter { rest: attributes }
    }
}

impl<'a> Iterator for AttrIter<'a> {
    type Item = &'a NlAttr;

    fn next(&mut self) -> Option<&'a NlAttr> {
        let header = self.rest.get(..NlAttr::HEADER)?;
        let len = u16_as_usize(u16::from_ne_bytes([header[0], header[1]]));
        if len < NlAttr::HEADER || len > self.rest.len() {
            return None;
        }
        // SAFETY: The check above shows that the whole attribute lies in the received message,
        // which outlives `'a`; attributes are aligned to four bytes by construction.
        let attr = unsafe { NlAttr::from_raw(header.as_ptr().cast()) };
        self.rest = self
            .rest
            .get(len.next_multiple_of(NlAttr::ALIGNMENT)..)
            .unwrap_or(&[]);
        Some(attr)
    }
}

/// The parsed attributes of a message, by number.
///
/// # Invariants
///
/// Every non-null entry of `table` points to a validated attribute that lives for `'a`.
#[derive(Copy, Clone)]
pub struct Attrs<'a> {
    table: &'a [*mut bindings::nlattr],
}

impl<'a> Attrs<'a> {
    /// No attributes at all.
    pub const NONE: Self = Attrs { table: &[] };

    /// Wraps a table made by the netlink parser.
    ///
    /// # Safety
    ///
    /// `table` is null, or points to `len` entries made by the netlink parser that stay valid,
    /// like the attributes they point to, for `'a`.
    pub unsafe fn from_raw(table: *mut *mut bindings::nlattr, len: usize) -> Self {
        if table.is_null() {
            return Self::NONE;
        }
        // INVARIANT: The caller promises entries of the netlink parser, which are null or point to
        // attributes that it has validated and that stay for `'a`.
        Attrs {
            // SAFETY: It is not null, so the caller promises `len` entries that stay valid.
            table: unsafe { core::slice::from_raw_parts(table, len) },
        }
    }

    /// The attribute itself, for nested ones and for error messages that point at it.
    pub fn raw<W>(&self, attr: Attr<W>) -> Option<&'a NlAttr> {
        let ptr = *self.table.get(u16_as_usize(attr.number))?;
        if ptr.is_null() {
            return None;
        }
        // SAFETY: The entry is not null, so by the type invariants it points to a validated
        // attribute that lives for `'a`.
        Some(unsafe { NlAttr::from_raw(ptr) })
    }

    /// The attribute's value, if it is there.
    pub fn get<W: PayloadType>(&self, attr: Attr<W>) -> Option<W::Value<'a>> {
        W::read(self.raw(attr)?)
    }

    /// Whether the message has this attribute.
    pub fn has<W>(&self, attr: Attr<W>) -> bool {
        self.raw(attr).is_some()
    }
}

/// Attributes parsed out of a nest, with the table they were parsed into.
pub struct ParsedAttrs<'a> {
    table: KVec<*mut bindings::nlattr>,
    _message: PhantomData<&'a NlAttr>,
}

impl ParsedAttrs<'_> {
    /// The attributes by number.
    pub fn attrs(&self) -> Attrs<'_> {
        // INVARIANT: `parse_nested()` filled the table with attributes of the message that
        // outlives `self`.
        Attrs { table: &self.table }
    }
}

/// An attribute number together with the type `W` of its payload.
pub struct Attr<W> {
    number: u16,
    _wire: PhantomData<W>,
}

impl<W> Clone for Attr<W> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<W> Copy for Attr<W> {}

impl<W> Attr<W> {
    /// Ties `number` to the payload type `W`.
    pub const fn new(number: u16) -> Self {
        Attr {
            number,
            _wire: PhantomData,
        }
    }

    /// The attribute's number.
    pub const fn number(self) -> u16 {
        self.number
    }
}

/// How a payload looks in a message.
pub trait PayloadType {
    /// What the payload is in Rust.
    type Value<'a>;

    /// Reads a received attribute; `None` if the payload does not hold a value of this type.
    fn read(attr: &NlAttr) -> Option<Self::Value<'_>>;

    /// Appends an attribute.
    fn write(out: &mut Writer<'_>, number: u16, value: Self::Value<'_>) -> Result;
}

macro_rules! integer_wire {
    ($($(#[$doc:meta])* $name:ident: $int:ty;)*) => {$(
        $(#[$doc])*
        pub enum $name {}

        impl PayloadType for $name {
            type Value<'a> = $int;

            fn read(attr: &NlAttr) -> Option<$int> {
                let bytes = attr.payload().first_chunk()?;
                Some(<$int>::from_ne_bytes(*bytes))
            }

            #[inline]
            fn write(out: &mut Writer<'_>, number: u16, value: $int) -> Result {
                out.put_bytes(number, &value.to_ne_bytes())
            }
        }
    )*};
}

integer_wire! {
    /// An 8-bit number.
    U8: u8;
    /// A 16-bit number in host byte order.
    U16: u16;
    /// A 32-bit number in host byte order.
    U32: u32;
    /// A signed 32-bit number in host byte order.
    S32: i32;
}

/// A 64-bit number, aligned in the message with an attribute of number `PAD` where needed.
pub enum U64<const PAD: u16> {}

impl<const PAD: u16> PayloadType for U64<PAD> {
    type Value<'a> = u64;

    fn read(attr: &NlAttr) -> Option<u64> {
        Some(u64::from_ne_bytes(*attr.payload().first_chunk()?))
    }

    #[inline]
    fn write(out: &mut Writer<'_>, number: u16, value: u64) -> Result {
        out.put_u64_padded(number, value, PAD)
    }
}

/// A number sent in 4 bytes if it fits and in 8 otherwise (`NLA_UINT`).
pub enum Uint {}

impl PayloadType for Uint {
    type Value<'a> = u64;

    fn read(attr: &NlAttr) -> Option<u64> {
        let payload = attr.payload();
        match payload.first_chunk() {
            Some(bytes) => Some(u64::from_ne_bytes(*bytes)),
            None => Some(u32::from_ne_bytes(*payload.first_chunk()?).into()),
        }
    }

    #[inline]
    fn write(out: &mut Writer<'_>, number: u16, value: u64) -> Result {
        match u32::try_from(value) {
            Ok(short) => out.put_bytes(number, &short.to_ne_bytes()),
            Err(_) => out.put_bytes(number, &value.to_ne_bytes()),
        }
    }
}

/// A NUL-terminated string.
pub enum Str {}

impl PayloadType for Str {
    type Value<'a> = &'a CStr;

    fn read(attr: &NlAttr) -> Option<&CStr> {
        CStr::from_bytes_until_nul(attr.payload()).ok()
    }

    #[inline]
    fn write(out: &mut Writer<'_>, number: u16, value: &CStr) -> Result {
        out.put_bytes(number, value.to_bytes_with_nul())
    }
}

/// Bytes.
pub enum Binary {}

impl PayloadType for Binary {
    type Value<'a> = &'a [u8];

    fn read(attr: &NlAttr) -> Option<&[u8]> {
        Some(attr.payload())
    }

    #[inline]
    fn write(out: &mut Writer<'_>, number: u16, value: &[u8]) -> Result {
        out.put_bytes(number, value)
    }
}

/// An attribute without payload: being there is its value.
pub enum Flag {}

impl PayloadType for Flag {
    type Value<'a> = ();

    fn read(_attr: &NlAttr) -> Option<()> {
        Some(())
    }

    #[inline]
    fn write(out: &mut Writer<'_>, number: u16, (): ()) -> Result {
        out.put_bytes(number, &[])
    }
}

/// Bits and the mask of those that are meant (`struct nla_bitfield32`).
#[derive(Copy, Clone, Default, PartialEq, Eq)]
pub struct Bits32 {
    /// The bits' values.
    pub value: u32,
    /// The bits that `value` says something about.
    pub selector: u32,
}

/// A [`Bits32`].
pub enum Bitfield32 {}

impl PayloadType for Bitfield32 {
    type Value<'a> = Bits32;

    fn read(attr: &NlAttr) -> Option<Bits32> {
        let payload = attr.payload();
        Some(Bits32 {
            value: u32::from_ne_bytes(*payload.first_chunk()?),
            selector: u32::from_ne_bytes(*payload.get(4..)?.first_chunk()?),
        })
    }

    #[inline]
    fn write(out: &mut Writer<'_>, number: u16, bits: Bits32) -> Result {
        let mut bytes = [0; 8];
        bytes[..4].copy_from_slice(&bits.value.to_ne_bytes());
        bytes[4..].copy_from_slice(&bits.selector.to_ne_bytes());
        out.put_bytes(number, &bytes)
    }
}

/// Attributes inside an attribute: written by [`Writer::nest`], read by [`NlAttr::parse_nested`].
pub enum Nest {}

/// A payload whose type another attribute tells.
pub enum Dynamic {}
