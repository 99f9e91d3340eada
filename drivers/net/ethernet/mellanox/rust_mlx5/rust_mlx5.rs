// SPDX-License-Identifier: GPL-2.0

//! rust_mlx5: ConnectX-4 and later.
//!
//! # Who owns what
//!
//! `Data<'bound>` ([`driver`]) lives as long as the binding. It has the [`card`]: BAR 0, the memory
//! of the command queue, the messages of commands as long as the device may write to them, the
//! pages that the firmware lives on; and the [`health`] that the instance's deferred work looks at.
//! `Up<'up>` exists while the device is up, and borrows that: each step of bringing the device up
//! is a value in it, and dropping that takes the step back with the command for it ([`hca`],
//! [`eq`]). So a reload, a removal and a probe that fails half-way are the same code.
//!
//! A command waits for its entry of the queue to come back. It does not wait for a dead device: who
//! waits looks once a second whether that lives, and `Card::set_dead()` ends all waits at once,
//! with success for what undoes something. What a command may write to that nobody waits for any
//! more is kept until the device has answered, or was stopped by its interface; so are pages that
//! the firmware does not give back, and queues that it did not destroy
//! (`Card::take_memory_back()`). What is left at the end of the binding is freed when the device
//! cannot use the bus any more.

#![forbid(unsafe_code)]

mod board;
mod caps;
mod card;
mod clock;
mod cmd;
mod driver;
mod eq;
mod errors;
mod eswitch;
mod events;
mod flash;
mod flow;
mod hca;
mod health;
mod info;
mod lag;
pub mod layout;
mod net;
mod owner;
mod pages;
mod params;
mod port;
mod reset;
mod segment;
mod timeouts;
mod trap;
mod uar;
mod vport;
mod vsc;

kernel::module_devlink_pci_driver! {
    type: driver::Mlx5,
    name: "rust_mlx5",
    authors: ["Seed f34c34c7 maintainers"],
    description: "Mellanox 5th generation network adapters (ConnectX series), in Rust",
    license: "GPL",
}
