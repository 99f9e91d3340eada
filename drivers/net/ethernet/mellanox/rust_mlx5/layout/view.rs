// SPDX-License-Identifier: GPL-2.0

//! Bytes that are a structure.

use super::{
    field::{
        read_bits,
        write_bits, //
    },
    Field,
    Structure,
    Tail,
    Value, //
};
use core::marker::PhantomData;

/// Bytes that are read as the structure `S` and its tail.
pub struct View<'a, S> {
    data: &'a [u8],
    structure: PhantomData<fn() -> S>,
}

impl<S> Clone for View<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for View<'_, S> {}

impl<'a, S: Structure> View<'a, S> {
    /// Looks at data that is at least as long as the structure.
    pub fn new(data: &'a [u8]) -> Option<Self> {
        (data.len() >= S::BYTES).then_some(Self::of_any_length(data))
    }

    /// Looks at data that somebody else chose the length of: what it lacks is zero.
    pub const fn of_any_length(data: &'a [u8]) -> Self {
        Self {
            data,
            structure: PhantomData,
        }
    }

    /// All of the data.
    pub const fn data(self) -> &'a [u8] {
        self.data
    }

    /// Reads a field.
    pub fn get<T: Value>(self, field: Field<S, T>) -> T {
        T::from_bits(read_bits(self.data, field.offset(), field.width()))
    }

    /// The bytes of a field; fewer, if the data ends before.
    pub fn bytes<const N: usize>(self, field: Field<S, [u8; N]>) -> &'a [u8] {
        within(self.data, field)
    }

    /// A structure within.
    pub fn part<T: Structure>(self, field: Field<S, T>) -> View<'a, T> {
        View::of_any_length(within(self.data, field))
    }

    /// Reads an element of the tail, if the data has it.
    pub fn element<T: Value>(self, tail: Tail<S, T>, index: usize) -> Option<T> {
        let data = self.data.get(tail.place(index)?)?;
        Some(T::from_bits(read_bits(data, 0, T::MOST)))
    }

    /// A structure in the tail, if the data has it.
    pub fn element_part<T: Structure>(self, tail: Tail<S, T>, index: usize) -> Option<View<'a, T>> {
        View::new(self.data.get(tail.place(index)?)?)
    }
}

fn within<S, T>(data: &[u8], field: Field<S, T>) -> &[u8] {
    let place = field.bytes();
    let data = data.get(place.start..).unwrap_or_default();
    data.get(..place.len()).unwrap_or(data)
}

/// Bytes that are written as the structure `S` and its tail.
pub struct ViewMut<'a, S> {
    data: &'a mut [u8],
    structure: PhantomData<fn() -> S>,
}

impl<'a, S: Structure> ViewMut<'a, S> {
    /// Takes data that is at least as long as the structure.
    pub fn new(data: &'a mut [u8]) -> Option<Self> {
        (data.len() >= S::BYTES).then(|| Self::of_any_length(data))
    }

    /// Takes data that somebody else chose the length of: what is written beyond it is dropped.
    pub fn of_any_length(data: &'a mut [u8]) -> Self {
        Self {
            data,
            structure: PhantomData,
        }
    }

    /// The same to look at.
    pub fn view(&self) -> View<'_, S> {
        View::of_any_length(self.data)
    }

    /// All of the data.
    pub fn data(&mut self) -> &mut [u8] {
        self.data
    }

    /// Reads a field.
    pub fn get<T: Value>(&self, field: Field<S, T>) -> T {
        self.view().get(field)
    }

    /// Writes a field, with as many of the value's low bits as it has.
    pub fn set<T: Value>(&mut self, field: Field<S, T>, value: T) {
        write_bits(self.data, field.offset(), field.width(), value.into_bits());
    }

    /// The bytes of a field; fewer, if the data ends before.
    pub fn bytes<const N: usize>(&mut self, field: Field<S, [u8; N]>) -> &mut [u8] {
        within_mut(self.data, field)
    }

    /// A structure within.
    pub fn part<T: Structure>(&mut self, field: Field<S, T>) -> ViewMut<'_, T> {
        ViewMut::of_any_length(within_mut(self.data, field))
    }

    /// Writes an element of the tail, if the data has it.
    pub fn set_element<T: Value>(
        &mut self,
        tail: Tail<S, T>,
        index: usize,
        value: T,
    ) -> Option<()> {
        let data = self.data.get_mut(tail.place(index)?)?;
        write_bits(data, 0, T::MOST, value.into_bits());
        Some(())
    }

    /// A structure in the tail, if the data has it.
    pub fn element_part<T: Structure>(
        &mut self,
        tail: Tail<S, T>,
        index: usize,
    ) -> Option<ViewMut<'_, T>> {
        ViewMut::new(self.data.get_mut(tail.place(index)?)?)
    }
}

fn within_mut<S, T>(data: &mut [u8], field: Field<S, T>) -> &mut [u8] {
    let place = field.bytes();
    let data = data.get_mut(place.start..).unwrap_or_default();
    let length = place.len().min(data.len());
    data.get_mut(..length).unwrap_or_default()
}

/// A structure without a tail, as a value. It is as long as `S`, of which some have kilobytes.
pub struct Block<S: Structure>(S::Bytes);

impl<S: Structure> Block<S> {
    /// All zeros.
    pub const fn new() -> Self {
        Self(S::ZERO)
    }

    /// To look at.
    pub fn view(&self) -> View<'_, S> {
        View::of_any_length(self.0.as_ref())
    }

    /// To write to.
    pub fn view_mut(&mut self) -> ViewMut<'_, S> {
        ViewMut::of_any_length(self.0.as_mut())
    }

    /// Reads a field.
    pub fn get<T: Value>(&self, field: Field<S, T>) -> T {
        self.view().get(field)
    }

    /// Writes a field, with as many of the value's low bits as it has.
    pub fn set<T: Value>(&mut self, field: Field<S, T>, value: T) {
        self.view_mut().set(field, value);
    }
}

impl<S: Structure> Default for Block<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Structure> Clone for Block<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<S: Structure> AsRef<[u8]> for Block<S> {
    fn as_ref(&self) -> &[u8] {
        self.0.as_ref()
    }
}

impl<S: Structure> AsMut<[u8]> for Block<S> {
    fn as_mut(&mut self) -> &mut [u8] {
        self.0.as_mut()
    }
}
