// SPDX-License-Identifier: GPL-2.0

//! rust_mlx4: ConnectX-3.

#![forbid(unsafe_code)]

mod card;
mod cmd;
mod errors;
mod health;
mod layout;
mod net;
mod reset;

kernel::module_devlink_pci_driver! {
    type: driver::Mlx4,
    name: "rust_mlx4",
    authors: ["Seed f34c34c7 maintainers"],
    description: "Mellanox ConnectX-3 network adapters, in Rust",
    license: "GPL",
}
