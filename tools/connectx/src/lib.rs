// SPDX-License-Identifier: GPL-2.0

//! Models of ConnectX network cards, good enough that the stock Linux drivers probe, run and unload on them.
//!
//! Read first: `model`, which says what a card's model is. `server` shows models as PCI functions
//! to virtual machines over vfio-user, with the configuration space of `config` and the memory of
//! `memory`; `control` is how people and tests reach a model from outside.

pub mod config;
pub mod control;
pub mod gateway;
pub mod memory;
pub mod model;
pub mod server;
pub mod vpd;

use model::Model;

/// Makes a model by its name; `None` if there is none of that name.
pub fn model(name: &str) -> Option<Box<dyn Model>> {
    let _ = name;
    None
}
