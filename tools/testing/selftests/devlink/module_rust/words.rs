// SPDX-License-Identifier: GPL-2.0

//! Lines that users write: words with blanks between them.

use kernel::prelude::*;

use core::{
    ops::Deref,
    str::FromStr, //
};

/// The longest line.
pub(crate) const MAX_LINE: usize = 255;

/// The words of a line.
pub(crate) struct Words<'a> {
    words: [&'a [u8]; Words::MAX],
    count: usize,
}

impl<'a> Words<'a> {
    /// More are an error.
    const MAX: usize = 6;

    /// Splits a line, which is not empty.
    pub(crate) fn new(line: &'a [u8]) -> Result<Self> {
        if line.is_empty() {
            return Err(EINVAL);
        }
        let mut words = [&line[..0]; Self::MAX];
        let mut count = 0;
        for word in blank_separated(line.trim_ascii()) {
            *words.get_mut(count).ok_or(EINVAL)? = word;
            count += 1;
        }
        Ok(Words { words, count })
    }
}

impl<'a> Deref for Words<'a> {
    type Target = [&'a [u8]];

    fn deref(&self) -> &Self::Target {
        &self.words[..self.count]
    }
}

/// What is between blanks, however many these are.
pub(crate) fn blank_separated(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b' ')
        .filter(|word| !word.is_empty())
}

/// A decimal number.
pub(crate) fn number<N: FromStr>(word: &[u8]) -> Result<N> {
    core::str::from_utf8(word)
        .ok()
        .and_then(|text| text.parse().ok())
        .ok_or(EINVAL)
}
