// SPDX-License-Identifier: GPL-2.0

//! Models of ConnectX network cards, good enough that the stock Linux drivers probe, run and unload on them.
//!
//! Read first: `model`, which says what a card's model is. `server` shows models as PCI functions
//! to virtual machines over vfio-user.

pub mod model;
