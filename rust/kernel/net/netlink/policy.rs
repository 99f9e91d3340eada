// SPDX-License-Identifier: GPL-2.0

//! Netlink policies: what the attributes of a request must look like.
//!
//! Netlink checks every request against the policy of its command before the handler runs.
//!
//! C header: [`include/net/netlink.h`](srctree/include/net/netlink.h)

use super::{
    attr::{
        NlAttr,
        U8, //
    },
    extack::Extack,
};

use kernel::{
    num::casts::{
        u16_as_usize,
        u32_into_u8,
        u8_as_u32, //
    },
    prelude::*, //
};

use core::ptr;

/// The policy of the attributes 0 to `N - 1`.
///
/// Attributes without an entry are ignored or refused, depending on how strictly the command is
/// validated.
///
/// # Invariants
///
/// Every pointer in the table points to data that lives forever and never changes.
///
/// # Examples
///
/// ```
/// use kernel::net::netlink::policy::{Policy, PolicyEntry};
///
/// static FUNCTION: Policy<3> = Policy::new([
///     (1, PolicyEntry::binary_exact(6)),
///     (2, PolicyEntry::bitfield32(0b11)),
/// ]);
/// static PORT: Policy<151> = Policy::new([
///     (1, PolicyEntry::nul_string()),
///     (4, PolicyEntry::u16().max(3)),
///     (150, PolicyEntry::nested(&FUNCTION)),
/// ]);
///
/// assert_eq!(PORT.max_attr(), 150);
/// ```
#[repr(transparent)]
pub struct Policy<const N: usize>([bindings::nla_policy; N]);

// SAFETY: By the type invariants, all that can be reached through a policy is immutable.
unsafe impl<const N: usize> Sync for Policy<N> {}

impl<const N: usize> Policy<N> {
    /// There are attributes, and their numbers have 16 bits.
    const MAX_ATTR: u16 = {
        assert!(N > 0 && N - 1 <= u16_as_usize(u16::MAX));
        (N - 1) as u16
    };

    /// Makes a policy of pairs of attribute number and entry; a number from `N` on does not compile
    /// in a `static` or `const`.
    pub const fn new<const M: usize>(entries: [(u16, PolicyEntry); M]) -> Self {
        let _ = Self::MAX_ATTR;
        let mut table = [PolicyEntry::of::<{ bindings::NLA_UNSPEC }>().0; N];
        let mut i = 0;
        while i < M {
            let (number, entry) = entries[i];
            table[u16_as_usize(number)] = entry.0;
            i += 1;
        }
        // INVARIANT: `PolicyEntry` guarantees it for each entry.
        Self(table)
    }

    /// The table as the C side knows it, [`Self::max_attr()`]` + 1` entries.
    pub const fn as_ptr(&self) -> *const bindings::nla_policy {
        self.0.as_ptr()
    }

    /// The highest attribute number that the policy covers.
    pub const fn max_attr(&self) -> u16 {
        Self::MAX_ATTR
    }
}

/// No limit.
const VALIDATE_NONE: u8 = u32_into_u8::<{ bindings::nla_policy_validation_NLA_VALIDATE_NONE }>();

/// What one attribute must look like: its type, and optionally a limit to its value.
///
/// # Invariants
///
/// `validation_type` and the type tell which field of the union is in use; a pointer in there
/// points to data that lives forever and never changes.
#[derive(Copy, Clone)]
pub struct PolicyEntry(bindings::nla_policy);

impl PolicyEntry {
    /// An entry of type `KIND` (`NLA_*`) without limits.
    const fn of<const KIND: u32>() -> Self {
        // INVARIANT: Without a validation type and with an integer type, string, flag or binary,
        // the union is not used; for a nest and a bit field the caller fills it.
        Self(bindings::nla_policy {
            type_: u32_into_u8::<KIND>(),
            validation_type: VALIDATE_NONE,
            len: 0,
            __bindgen_anon_1: bindings::nla_policy__bindgen_ty_1 {
                nested_policy: ptr::null(),
            },
        })
    }

    /// An 8-bit number.
    pub const fn u8() -> Self {
        Self::of::<{ bindings::NLA_U8 }>()
    }

    /// A 16-bit number.
    pub const fn u16() -> Self {
        Self::of::<{ bindings::NLA_U16 }>()
    }

    /// A 32-bit number.
    pub const fn u32() -> Self {
        Self::of::<{ bindings::NLA_U32 }>()
    }

    /// A 64-bit number.
    pub const fn u64() -> Self {
        Self::of::<{ bindings::NLA_U64 }>()
    }

    /// A number of 4 or 8 bytes.
    pub const fn uint() -> Self {
        Self::of::<{ bindings::NLA_UINT }>()
    }

    /// A string with its terminating NUL.
    pub const fn nul_string() -> Self {
        Self::of::<{ bindings::NLA_NUL_STRING }>()
    }

    /// An attribute without payload.
    pub const fn flag() -> Self {
        Self::of::<{ bindings::NLA_FLAG }>()
    }

    /// Bytes.
    pub const fn binary() -> Self {
        Self::of::<{ bindings::NLA_BINARY }>()
    }

    /// Exactly `len` bytes.
    pub const fn binary_exact(len: i16) -> Self {
        Self::binary().range(len, len)
    }

    /// Attributes inside the attribute.
    pub const fn nested<const N: usize>(policy: &'static Policy<N>) -> Self {
        let mut entry = Self::of::<{ bindings::NLA_NESTED }>();
        // INVARIANT: The union of a nest holds its policy, `len` the highest number there.
        entry.0.len = policy.max_attr();
        entry.0.__bindgen_anon_1.nested_policy = policy.as_ptr();
        entry
    }

    /// A `struct nla_bitfield32` that may only have the bits of `mask`.
    pub const fn bitfield32(mask: u32) -> Self {
        let mut entry = Self::of::<{ bindings::NLA_BITFIELD32 }>();
        // INVARIANT: The union of a bit field holds its valid bits.
        entry.0.__bindgen_anon_1.bitfield32_valid = mask;
        entry
    }

    /// An 8-bit number that is one of `E`'s values.
    pub const fn u8_enum<E: SparseEnum>() -> Self {
        let mut entry =
            Self::u8().checked::<{ bindings::nla_policy_validation_NLA_VALIDATE_FUNCTION }>();
        // INVARIANT: `VALIDATE_FUNCTION` uses this field.
        entry.0.__bindgen_anon_1.validate = Some(validate_u8_enum::<E>);
        entry
    }

    /// Limits a number's value, or the length of bytes, to at most `max`.
    pub const fn max(self, max: i16) -> Self {
        assert!(self.is_unsigned() || self.is_binary());
        let mut entry = self.checked::<{ bindings::nla_policy_validation_NLA_VALIDATE_MAX }>();
        // INVARIANT: `VALIDATE_MAX` uses this field.
        entry.0.__bindgen_anon_1.__bindgen_anon_1.max = max;
        entry
    }

    /// Limits a number's value, or the length of bytes, to `min..=max`.
    pub const fn range(self, min: i16, max: i16) -> Self {
        assert!((self.is_unsigned() || self.is_binary()) && min <= max);
        let mut entry = self.checked::<{ bindings::nla_policy_validation_NLA_VALIDATE_RANGE }>();
        // INVARIANT: `VALIDATE_RANGE` uses these fields.
        entry.0.__bindgen_anon_1.__bindgen_anon_1.min = min;
        entry.0.__bindgen_anon_1.__bindgen_anon_1.max = max;
        entry
    }

    /// Limits a number's value, or the length of bytes, to a range beyond what [`Self::range()`]
    /// can express.
    pub const fn full_range(self, range: &'static Range) -> Self {
        assert!(self.is_unsigned() || self.is_binary());
        let mut entry =
            self.checked::<{ bindings::nla_policy_validation_NLA_VALIDATE_RANGE_PTR }>();
        // INVARIANT: `VALIDATE_RANGE_PTR` uses this field for types without sign.
        entry.0.__bindgen_anon_1.range = &range.0;
        entry
    }

    /// Limits a number to the bits of `mask`.
    pub const fn mask(self, mask: u32) -> Self {
        assert!(self.is_unsigned());
        let mut entry = self.checked::<{ bindings::nla_policy_validation_NLA_VALIDATE_MASK }>();
        // INVARIANT: `VALIDATE_MASK` uses this field.
        entry.0.__bindgen_anon_1.mask = mask;
        entry
    }

    /// Sets the validation type; there can be only one.
    const fn checked<const VALIDATION: u32>(mut self) -> Self {
        assert!(
            self.0.validation_type == VALIDATE_NONE,
            "an entry can have one limit only"
        );
        self.0.validation_type = u32_into_u8::<VALIDATION>();
        self
    }

    const fn is_unsigned(&self) -> bool {
        matches!(
            u8_as_u32(self.0.type_),
            bindings::NLA_U8
                | bindings::NLA_U16
                | bindings::NLA_U32
                | bindings::NLA_U64
                | bindings::NLA_UINT
        )
    }

    const fn is_binary(&self) -> bool {
        u8_as_u32(self.0.type_) == bindings::NLA_BINARY
    }
}

/// Limits for [`PolicyEntry::full_range()`].
#[repr(transparent)]
pub struct Range(bindings::netlink_range_validation);

impl Range {
    /// The numbers `min..=max`.
    pub const fn new(min: u64, max: u64) -> Self {
        assert!(min <= max);
        Self(bindings::netlink_range_validation { min, max })
    }
}

/// An enumeration whose values are not a range, for [`PolicyEntry::u8_enum()`].
///
/// # Examples
///
/// ```
/// use kernel::net::netlink::policy::{Policy, PolicyEntry, SparseEnum};
///
/// struct Kind;
///
/// impl SparseEnum for Kind {
///     const VALUES: &'static [u8] = &[1, 2, 129];
/// }
///
/// static POLICY: Policy<2> = Policy::new([(1, PolicyEntry::u8_enum::<Kind>())]);
/// ```
pub trait SparseEnum {
    /// The values.
    const VALUES: &'static [u8];
}

/// The check behind [`PolicyEntry::u8_enum()`].
///
/// # Safety
///
/// `attr` points to an attribute whose length netlink has checked, `extack` is null or valid, and
/// both are the caller's for the time of the call.
unsafe extern "C" fn validate_u8_enum<E: SparseEnum>(
    attr: *const bindings::nlattr,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: Netlink passes an attribute whose length it has checked, and null or a structure of
    // this request.
    let (attr, extack) = unsafe { (NlAttr::from_raw(attr), Extack::from_raw(extack)) };
    match attr.read::<U8>() {
        Some(value) if E::VALUES.contains(&value) => 0,
        _ => extack
            .err_attr(attr, c"invalid enum value", EINVAL)
            .to_errno(),
    }
}
