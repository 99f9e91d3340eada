// SPDX-License-Identifier: GPL-2.0

//! What came of what a driver asked for.

use kernel::{
    net::devlink::Fmsg,
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};

/// What came of something: no error or, if there ever was one, the last.
pub(crate) struct Outcomes<const N: usize> {
    names: &'static [&'static CStr; N],
    errors: [Atomic<u32>; N],
}

impl<const N: usize> Outcomes<N> {
    /// What it is before it was tried.
    const UNTRIED: u32 = 1000;

    pub(crate) fn new(names: &'static [&'static CStr; N]) -> Self {
        Outcomes {
            names,
            errors: [const { Atomic::new(Self::UNTRIED) }; N],
        }
    }

    pub(crate) fn note<R>(&self, name: &CStr, result: Result<R>) {
        let error = result
            .err()
            .map_or(0, |error| error.to_errno().unsigned_abs());
        for (known, noted) in self.names.iter().zip(&self.errors) {
            if *known == name && (error != 0 || noted.load(Relaxed) == Self::UNTRIED) {
                noted.store(error, Relaxed);
            }
        }
    }

    pub(crate) fn show(&self, out: &mut Fmsg<'_>) {
        for (name, error) in self.names.iter().zip(&self.errors) {
            out.pair(name, error.load(Relaxed));
        }
    }
}
