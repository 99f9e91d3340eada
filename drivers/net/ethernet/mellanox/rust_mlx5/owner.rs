// SPDX-License-Identifier: GPL-2.0

//! Who owns devices: all of a host have the same owner, and those of other hosts another one.

use kernel::{
    random,
    sync::SetOnce, //
};

static OWNER: SetOnce<[u32; 4]> = SetOnce::new();

/// The identifier of the owner of all devices of this driver, from when it is loaded.
pub(crate) fn id() -> [u32; 4] {
    loop {
        if let Some(owner) = OWNER.copy() {
            return owner;
        }
        let mut bytes = [0; 16];
        random::fill(&mut bytes);
        let mut words = bytes.chunks_exact(size_of::<u32>());
        // If another device is quicker it is the one that it has chosen, as soon as that is there.
        OWNER.populate(core::array::from_fn(|_| {
            let word = words.next().and_then(|word| word.try_into().ok());
            word.map_or(0, u32::from_ne_bytes)
        }));
    }
}
