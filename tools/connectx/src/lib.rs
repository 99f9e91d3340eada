// SPDX-License-Identifier: GPL-2.0

//! Models of ConnectX network cards, good enough that the stock Linux drivers probe, run and unload
//! on them.
//!
//! Read first: `model`, which says what a card's model is. `server` shows models as PCI functions
//! to virtual machines over vfio-user, with the configuration space of `config` and the memory of
//! `memory`; `frame` is what the cards know about frames; `control` is how people and tests reach a model
//! from outside.

pub mod capture;
pub mod compare;
pub mod config;
pub mod control;
pub mod faults;
mod frame;
pub mod gateway;
pub mod hex;
pub mod memory;
pub mod mlx4;
pub mod mlx5;
pub mod model;
pub mod server;
#[cfg(test)]
mod testing;
pub mod trace;
pub mod vpd;
pub mod wire;

use model::Model;

/// What can be chosen about a card.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// How many ports it has, if the card may have so many.
    pub ports: u8,
    /// Which of several cards of a machine it is: they differ in addresses and serial numbers.
    pub instance: u8,
}

/// Makes a model by its name; `None` if there is none of that name.
pub fn model(name: &str, setup: &Setup) -> Option<Box<dyn Model>> {
    match name {
        "cx3" => Some(Box::new(mlx4::Card::new(setup))),
        "cx5" => Some(Box::new(mlx5::Mlx5::new(setup))),
        _ => None,
    }
}
