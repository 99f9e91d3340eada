// SPDX-License-Identifier: GPL-2.0

//! rust_mlx4: ConnectX-3.
//!
//! # Who owns what
//!
//! `Data<'bound>` (`driver`) lives as long as the binding. It has the [`card`]: the registers, what
//! there is to send commands with, and the memory that the device may still use though nobody else
//! has it any more; and what the instance's deferred work looks at: the [`health`], the types of
//! ports, and which ports are in a bond. That work has the device, never a network device.
//!
//! `Up<'up>` exists while the device is up, and borrows that: each step of bringing it up is
//! a value in it, and dropping that takes the step back with the command for it. The last one to be
//! dropped is the [`reset::Interface`]. So a reload, a removal and a probe that fails half-way are
//! the same code.
//!
//! Commands ([`cmd`]) do not wait for a dead device: who waits looks once a second whether that
//! lives. Whoever finds it dead resets it at once, and from then on commands fail, except for those
//! that undo something: they succeed, as the device has forgotten everything. If it could not be
//! reset these fail, too, and who sent them has the [`card`] keep what the device may still use.

#![forbid(unsafe_code)]

mod bitmap;
mod bond;
mod caps;
mod card;
mod cmd;
mod counter;
mod driver;
mod eq;
mod errors;
mod events;
mod fw;
mod hca;
mod health;
mod icm;
mod layout;
mod mpt;
mod mtt;
mod net;
mod numbers;
mod params;
mod pd;
mod port;
mod profile;
mod queue;
mod regions;
mod reset;
mod uar;

kernel::module_devlink_pci_driver! {
    type: driver::Mlx4,
    name: "rust_mlx4",
    authors: ["Seed f34c34c7 maintainers"],
    description: "Mellanox ConnectX-3 network adapters, in Rust",
    license: "GPL",
    params: {
        log_num_mgm_entry_size: i32 {
            default: 10,
            description: "log mgm size, that defines the num of qp per mcg, for example: 10 gives \
                248.range: 7 <= log_num_mgm_entry_size <= 12. To activate device managed flow \
                steering when available, set to -1",
        },
        enable_64b_cqe_eqe: bool {
            default: true,
            description: "Enable 64 byte CQEs/EQEs when the FW supports this (default: True)",
        },
        enable_4k_uar: bool {
            default: false,
            description: "Enable using 4K UAR. Should not be enabled if have VFs which do not \
                support 4K UARs (default: false)",
        },
        log_num_mac: i32 {
            default: 7,
            description: "Log2 max number of MACs per ETH port (1-7)",
        },
        internal_err_reset: i32 {
            default: 1,
            description: "Reset device on internal errors if non-zero (default 1)",
        },
    },
}
