// SPDX-License-Identifier: GPL-2.0

//! Headers of frames, and their fields.

use crate::{
    bindings,
    prelude::*,
    str::as_char_ptr_in_const_context, //
};

use core::ptr;

/// What values of a field stand for (`enum devlink_dpipe_field_mapping_type`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Mapping {
    /// For nothing that the kernel has a number for.
    None,
    /// For a network interface, see [`Value::mapping`](super::Value::mapping).
    IfIndex,
}

impl Mapping {
    const fn to_c(self) -> bindings::devlink_dpipe_field_mapping_type {
        match self {
            Mapping::None => {
                bindings::devlink_dpipe_field_mapping_type_DEVLINK_DPIPE_FIELD_MAPPING_TYPE_NONE
            }
            Mapping::IfIndex => {
                bindings::devlink_dpipe_field_mapping_type_DEVLINK_DPIPE_FIELD_MAPPING_TYPE_IFINDEX
            }
        }
    }
}

/// The description of a field. Made by [`devlink_dpipe_header!`](crate::devlink_dpipe_header).
#[doc(hidden)]
#[repr(transparent)]
pub struct FieldTable(bindings::devlink_dpipe_field);

// SAFETY: It is never changed, nor is the name that it points to.
unsafe impl Sync for FieldTable {}

impl FieldTable {
    /// The field that is at `index` in its header, with that many bits.
    pub const fn new(index: u32, name: &'static CStr, bits: u32, mapping: Mapping) -> Self {
        FieldTable(bindings::devlink_dpipe_field {
            name: as_char_ptr_in_const_context(name),
            id: index,
            bitwidth: bits,
            mapping_type: mapping.to_c(),
        })
    }
}

/// The description of a header. Made by [`devlink_dpipe_header!`](crate::devlink_dpipe_header).
#[doc(hidden)]
#[repr(transparent)]
pub struct HeaderTable(bindings::devlink_dpipe_header);

// SAFETY: It is never changed, nor are the name and the fields that it points to.
unsafe impl Sync for HeaderTable {}

impl HeaderTable {
    /// The driver's header of that number.
    pub const fn new(name: &'static CStr, id: u32, fields: &'static [FieldTable]) -> Self {
        HeaderTable(bindings::devlink_dpipe_header {
            name: as_char_ptr_in_const_context(name),
            id,
            // No core writes to what drivers describe.
            fields: fields.as_ptr().cast_mut().cast(),
            fields_count: fields.len() as u32,
            global: false,
        })
    }
}

/// A header that frames may have (`struct devlink_dpipe_header`): one of those that devlink knows,
/// [`Ethernet`], [`Ipv4`], [`Ipv6`], or one of the driver's, from
/// [`devlink_dpipe_header!`](crate::devlink_dpipe_header).
///
/// # Invariants
///
/// The header is static, as are its fields, each of which is at the index that is its number.
#[derive(Copy, Clone)]
#[repr(transparent)]
pub struct Header(*const bindings::devlink_dpipe_header);

// SAFETY: What is described is never changed.
unsafe impl Send for Header {}

// SAFETY: What is described is never changed.
unsafe impl Sync for Header {}

impl Header {
    #[doc(hidden)]
    pub const fn new(table: &'static HeaderTable) -> Self {
        // INVARIANT: `FieldTable::new` gives fields the numbers that the macro counts.
        Header(ptr::from_ref(table).cast())
    }
}

/// A field of a header (`struct devlink_dpipe_field`).
///
/// # Invariants
///
/// The header has a field of that index.
#[derive(Copy, Clone)]
pub struct Field {
    header: Header,
    index: u32,
}

impl Field {
    /// The field of a driver's header that is at `index`. Fails to compile if there is none.
    #[doc(hidden)]
    pub const fn new(table: &'static HeaderTable, index: u32) -> Self {
        assert!(index < table.0.fields_count);
        // INVARIANT: Just checked.
        Field {
            header: Header::new(table),
            index,
        }
    }
}

macro_rules! known_headers {
    ($(
        $(#[$attr:meta])*
        $name:ident = $header:ident {
            $(#[$field_attr:meta])*
            $field:ident = $index:ident
        }
    )*) => {$(
        $(#[$attr])*
        pub enum $name {}

        impl $name {
            /// The header.
            pub const HEADER: Header =
                // INVARIANT: Both cores have it in static memory, and it is for all drivers.
                Header(&raw const bindings::$header);

            $(#[$field_attr])*
            pub const $field: Field = Field {
                header: Self::HEADER,
                // INVARIANT: Its fields are those of the enum of these numbers.
                index: bindings::$index,
            };
        }
    )*};
}

known_headers! {
    /// The Ethernet header (`devlink_dpipe_header_ethernet`).
    Ethernet = devlink_dpipe_header_ethernet {
        /// The address that a frame is sent to, 48 bits.
        DST_MAC = devlink_dpipe_field_ethernet_id_DEVLINK_DPIPE_FIELD_ETHERNET_DST_MAC
    }

    /// The IPv4 header (`devlink_dpipe_header_ipv4`).
    Ipv4 = devlink_dpipe_header_ipv4 {
        /// The address that a packet is sent to, 32 bits.
        DST_IP = devlink_dpipe_field_ipv4_id_DEVLINK_DPIPE_FIELD_IPV4_DST_IP
    }

    /// The IPv6 header (`devlink_dpipe_header_ipv6`).
    Ipv6 = devlink_dpipe_header_ipv6 {
        /// The address that a packet is sent to, 128 bits.
        DST_IP = devlink_dpipe_field_ipv6_id_DEVLINK_DPIPE_FIELD_IPV6_DST_IP
    }
}

/// Something that entries of a table match (`struct devlink_dpipe_match`).
#[derive(Copy, Clone)]
#[repr(transparent)]
pub struct Match(pub(super) bindings::devlink_dpipe_match);

// SAFETY: What it points to is never changed.
unsafe impl Send for Match {}

// SAFETY: What it points to is never changed.
unsafe impl Sync for Match {}

impl Match {
    /// The field's value, all of it or, with a mask, some of its bits
    /// (`DEVLINK_DPIPE_MATCH_TYPE_FIELD_EXACT`).
    pub const fn exact(field: Field) -> Self {
        Match(bindings::devlink_dpipe_match {
            type_: bindings::devlink_dpipe_match_type_DEVLINK_DPIPE_MATCH_TYPE_FIELD_EXACT,
            header_index: 0,
            header: field.header.0.cast_mut(),
            field_id: field.index,
        })
    }

    /// The field is that of header number `index` of its kind, for frames that have several. The
    /// first has number 0, which is also meant without this.
    pub const fn in_header(mut self, index: u32) -> Self {
        self.0.header_index = index;
        self
    }
}

/// Something that a table does to frames (`struct devlink_dpipe_action`).
#[derive(Copy, Clone)]
#[repr(transparent)]
pub struct Action(pub(super) bindings::devlink_dpipe_action);

// SAFETY: What it points to is never changed.
unsafe impl Send for Action {}

// SAFETY: What it points to is never changed.
unsafe impl Sync for Action {}

impl Action {
    /// Changes the field to a value (`DEVLINK_DPIPE_ACTION_TYPE_FIELD_MODIFY`).
    pub const fn modify(field: Field) -> Self {
        Action(bindings::devlink_dpipe_action {
            type_: bindings::devlink_dpipe_action_type_DEVLINK_DPIPE_ACTION_TYPE_FIELD_MODIFY,
            header_index: 0,
            header: field.header.0.cast_mut(),
            field_id: field.index,
        })
    }

    /// As [`Match::in_header`].
    pub const fn in_header(mut self, index: u32) -> Self {
        self.0.header_index = index;
        self
    }
}

/// Declares a header that only the driver knows, with a number that no other of its headers has:
/// for instance what the device knows of a frame beside the frame's bytes.
///
/// The result is a type with a constant `HEADER` ([`Header`](crate::net::devlink::dpipe::Header))
/// and one for each field ([`Field`](crate::net::devlink::dpipe::Field)). A field has a name, a
/// width in bits, and perhaps `ifindex`: its values stand for network interfaces.
///
/// # Examples
///
/// ```
/// use kernel::{
///     devlink_dpipe_header,
///     net::devlink::dpipe, //
/// };
///
/// devlink_dpipe_header! {
///     /// What the device knows of a frame.
///     enum Meta = driver(0, c"nic_meta") {
///         /// The port by which it came in.
///         PORT = field(c"port", 32, ifindex);
///         DROP = field(c"drop", 1);
///     }
/// }
///
/// static HEADERS: [dpipe::Header; 2] = [Meta::HEADER, dpipe::Ethernet::HEADER];
/// static MATCHES: [dpipe::Match; 2] = [
///     dpipe::Match::exact(Meta::PORT),
///     dpipe::Match::exact(dpipe::Ipv4::DST_IP).in_header(1),
/// ];
/// static DROP: dpipe::Action = dpipe::Action::modify(Meta::DROP);
/// ```
#[macro_export]
macro_rules! devlink_dpipe_header {
    (@mapping) => { $crate::net::devlink::dpipe::Mapping::None };
    (@mapping ifindex) => { $crate::net::devlink::dpipe::Mapping::IfIndex };
    (
        $(#[$attr:meta])*
        $vis:vis enum $header:ident = driver($id:expr, $name:expr) {
            $(
                $(#[$field_attr:meta])*
                $field:ident = field($field_name:expr, $bits:expr $(, $mapping:ident)?);
            )*
        }
    ) => {
        $(#[$attr])*
        $vis enum $header {}

        const _: () = {
            use $crate::net::devlink::dpipe;

            /// The index of each field.
            #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
            enum Index {
                $($field,)*
            }

            static FIELDS: &[dpipe::FieldTable] = &[$(
                dpipe::FieldTable::new(
                    Index::$field as u32,
                    $field_name,
                    $bits,
                    $crate::devlink_dpipe_header!(@mapping $($mapping)?),
                ),
            )*];

            static HEADER: dpipe::HeaderTable = dpipe::HeaderTable::new($name, $id, FIELDS);

            #[allow(dead_code)]
            impl $header {
                /// The header.
                pub const HEADER: dpipe::Header = dpipe::Header::new(&HEADER);

                $(
                    $(#[$field_attr])*
                    pub const $field: dpipe::Field =
                        dpipe::Field::new(&HEADER, Index::$field as u32);
                )*
            }
        };
    };
}
