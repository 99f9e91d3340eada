// SPDX-License-Identifier: GPL-2.0

//! rust_mlx5: ConnectX-4 and later.
//!
//! # Who owns what
//!
//! `Data<'bound>` (`driver`) lives as long as the binding, and has the [`card`]: BAR 0, the memory of
//! the command queue, the entries' messages as long as the device may write to them, and the pages
//! that the firmware lives on. `Up<'up>` exists while the device is up, and borrows that: each step
//! of bringing the device up is a value there, and dropping it takes the step back with the command
//! for that ([`hca`]). So a reload, a removal and a probe that fails half-way are the same code.
//!
//! A command waits for its entry of the queue to come back. It does not wait for a dead device: who
//! waits looks once a second whether that lives, and `Card::set_dead()` ends all waits at once, with
//! success for what undoes something. What a command that nobody waits for any more may still
//! write to is kept, until the device has answered, or was stopped by its interface (`cmd/queue.rs`,
//! `Card::take_memory_back()`); so are pages that the firmware does not give back.

#![forbid(unsafe_code)]

mod caps;
mod card;
mod cmd;
mod driver;
mod eq;
mod errors;
mod events;
mod hca;
mod health;
mod info;
pub mod layout;
mod lent;
mod owner;
mod pages;
mod segment;
mod timeouts;
mod uar;

kernel::module_devlink_pci_driver! {
    type: driver::Mlx5,
    name: "rust_mlx5",
    authors: ["Seed f34c34c7 maintainers"],
    description: "Mellanox 5th generation network adapters (ConnectX series), in Rust",
    license: "GPL",
}
