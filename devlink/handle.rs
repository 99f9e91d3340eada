// SPDX-License-Identifier: GPL-2.0

//! What names an instance.

use crate::generated::attr;

use kernel::{
    net::netlink::{
        attr::NlAttr,
        writer::Writer, //
    },
    prelude::*, //
};

/// The names of an instance's bus and device. They never change, and nearly every message begins
/// with them: so they are kept as they stand there.
pub(crate) struct Handle {
    /// The attributes with the bus's name and the device's.
    attributes: KVec<u8>,
    /// Where the one with the device's name begins.
    dev_name: usize,
}

impl Handle {
    /// The handle of a device on a bus.
    pub(crate) fn new(bus_name: &CStr, dev_name: &CStr) -> Result<Self> {
        let size = |name: &CStr| NlAttr::HEADER + name.to_bytes_with_nul().len();
        let dev_at = size(bus_name).next_multiple_of(NlAttr::ALIGNMENT);
        let end = dev_at + size(dev_name).next_multiple_of(NlAttr::ALIGNMENT);
        let mut attributes = KVec::with_capacity(end, GFP_KERNEL)?;
        for (number, name, end) in [
            (attr::BUS_NAME.number(), bus_name, dev_at),
            (attr::DEV_NAME.number(), dev_name, end),
        ] {
            let size = u16::try_from(size(name)).map_err(|_| EMSGSIZE)?;
            attributes.extend_from_slice(&size.to_ne_bytes(), GFP_KERNEL)?;
            attributes.extend_from_slice(&number.to_ne_bytes(), GFP_KERNEL)?;
            attributes.extend_from_slice(name.to_bytes_with_nul(), GFP_KERNEL)?;
            attributes.resize(end, 0, GFP_KERNEL)?;
        }
        Ok(Handle {
            attributes,
            dev_name: dev_at,
        })
    }

    /// The name of the device's bus.
    pub(crate) fn bus_name(&self) -> &CStr {
        self.name_in(0)
    }

    /// The device's name.
    pub(crate) fn dev_name(&self) -> &CStr {
        self.name_in(self.dev_name)
    }

    /// The name in the attribute that begins here.
    fn name_in(&self, start: usize) -> &CStr {
        let payload = self
            .attributes
            .get(start + NlAttr::HEADER..)
            .unwrap_or_default();
        CStr::from_bytes_until_nul(payload).unwrap_or_default()
    }

    /// Writes both into a message.
    pub(crate) fn put(&self, out: &mut Writer<'_>) -> Result {
        out.append(&self.attributes)
    }
}
