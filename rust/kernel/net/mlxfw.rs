// SPDX-License-Identifier: GPL-2.0

//! Writing firmware files in the format MFA2 to Mellanox devices.
//!
//! The library finds in such a file what is for a board, decompresses it, and has the device go
//! through the states of an update; how that is told the driver says with a [`Device`].
//!
//! C header: `drivers/net/ethernet/mellanox/mlxfw/mlxfw.h`

use crate::{
    bindings,
    container_of,
    error::{
        from_result,
        to_result, //
    },
    net::{
        devlink::{
            Image,
            Progress, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

use core::{
    ptr,
    slice, //
};

mod state;

pub use self::state::{
    Reactivation,
    Refusal,
    State, //
};

/// What can be written of a component (`component_query`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Component {
    /// How many bytes it can have.
    pub max_size: u32,
    /// The power of two of which [`max_write`](Self::max_write) is made a multiple, as an exponent.
    pub align_bits: u8,
    /// How many bytes can be written at a time, one unit of the alignment at least.
    pub max_write: u16,
}

impl Component {
    /// Whether the library can write it.
    fn is_writable(&self) -> bool {
        // Its shifts would overflow otherwise, and its loop would not end.
        self.align_bits < u16::BITS as u8 && self.max_write >> self.align_bits != 0
    }
}

/// Identifies an update, from [`Device::lock`] to [`Device::release`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Handle(pub u32);

/// A device that updates its firmware as a state machine (`struct mlxfw_dev_ops`).
///
/// All methods are called by [`flash`], in the task that calls that, and may sleep. An error ends
/// the update; what it was about is said by the library.
///
/// # Examples
///
/// A device that has its firmware in memory, and a file with a component of eight bytes for it:
///
/// ```
/// use kernel::{
///     device::Bound,
///     faux,
///     net::{
///         devlink::{
///             self,
///             Bringup,
///             Driver,
///             Image,
///             Locked,
///             Progress,
///             Setup,
///             Why, //
///         },
///         mlxfw::{
///             self,
///             Component,
///             Handle,
///             Reactivation,
///             Refusal,
///             State, //
///         },
///         netlink::extack::Extack, //
///     },
///     new_mutex,
///     prelude::*,
///     sync::Mutex, //
/// };
///
/// struct Update {
///     state: State,
///     new: [u8; 8],
///     /// What runs next.
///     stored: Option<[u8; 8]>,
/// }
///
/// /// The firmware.
/// #[pin_data]
/// struct Flash {
///     #[pin]
///     update: Mutex<Update>,
/// }
///
/// impl Flash {
///     fn new() -> impl PinInit<Self, Error> {
///         try_pin_init!(Flash {
///             update <- new_mutex!(Update {
///                 state: State::Idle,
///                 new: [0; 8],
///                 stored: None,
///             }),
///         }? Error)
///     }
///
///     fn enter(&self, state: State) -> Result {
///         self.update.lock().state = state;
///         Ok(())
///     }
/// }
///
/// impl mlxfw::Device for Flash {
///     fn component(&self, _: u16) -> Result<Component> {
///         Ok(Component { max_size: 8, align_bits: 2, max_write: 4 })
///     }
///
///     fn lock(&self) -> Result<Handle> {
///         self.enter(State::Locked)?;
///         Ok(Handle(1))
///     }
///
///     fn update(&self, _: Handle, _: u16, _: u32) -> Result {
///         self.enter(State::Download)
///     }
///
///     fn download(&self, _: Handle, data: &[u8], offset: u32) -> Result {
///         let mut update = self.update.lock();
///         let place = update.new.get_mut(offset as usize..).ok_or(EINVAL)?;
///         for (to, from) in place.iter_mut().zip(data) {
///             *to = *from;
///         }
///         Ok(())
///     }
///
///     fn verify(&self, _: Handle, _: u16) -> Result {
///         self.enter(State::Locked)
///     }
///
///     fn activate(&self, _: Handle) -> Result {
///         let mut update = self.update.lock();
///         update.stored = Some(update.new);
///         Ok(())
///     }
///
///     fn reactivate(&self) -> Result<Reactivation> {
///         Err(EOPNOTSUPP)
///     }
///
///     fn state(&self, _: Handle) -> Result<(State, Option<Refusal>)> {
///         Ok((self.update.lock().state, None))
///     }
///
///     fn cancel(&self, _: Handle) {
///         self.update.lock().state = State::Locked;
///     }
///
///     fn release(&self, _: Handle) {
///         self.update.lock().state = State::Idle;
///     }
/// }
///
/// struct Nic;
///
/// #[vtable]
/// impl Driver for Nic {
///     type Device = faux::Device<Bound>;
///     type Data<'bound> = Flash;
///     type Up<'up> = ();
///
///     fn probe<'bound>(
///         _: &'bound Self::Device,
///         _: &Setup<'bound, Self>,
///     ) -> impl PinInit<Flash, Error> {
///         Flash::new()
///     }
///
///     fn up<'up>(_: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result {
///         Ok(())
///     }
///
///     fn flash(
///         cx: &Locked<'_, Self>,
///         image: &Image<'_>,
///         progress: &Progress<'_>,
///         extack: Extack<'_>,
///     ) -> Result {
///         mlxfw::flash(cx.data(), b"TEST", image, progress, extack)?;
///         let update = cx.data().update.lock();
///         assert!(update.state == State::Idle && update.stored == Some(*b"firmware"));
///         Ok(())
///     }
/// }
///
/// # const FILE: &[u8] = &[
/// #     0x4d, 0x4c, 0x4e, 0x58, 0x2e, 0x4d, 0x46, 0x41, 0x32, 0x2e, 0x58, 0x5a, 0x2e, 0x30,
/// #     0x30, 0x21, 0x00, 0x01, 0x00, 0x04, 0x00, 0x01, 0x00, 0x20, 0x00, 0x02, 0x00, 0x1c,
/// #     0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x00, 0x70, 0x00, 0x00, 0x00, 0x4c, 0x00, 0x00,
/// #     0x00, 0x00, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00,
/// #     0x00, 0x01, 0x00, 0x04, 0x00, 0x02, 0x00, 0x14, 0x00, 0x2a, 0x00, 0x04, 0x54, 0x45,
/// #     0x53, 0x54, 0x00, 0x22, 0x00, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
/// #     0x00, 0x01, 0x00, 0x04, 0x00, 0x01, 0x00, 0x14, 0x00, 0x04, 0x00, 0x10, 0x00, 0x00,
/// #     0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x08,
/// #     0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x01, 0x69, 0x22, 0xde, 0x36, 0x02, 0x00,
/// #     0x21, 0x01, 0x00, 0x00, 0x00, 0x00, 0x37, 0x27, 0x97, 0xd6, 0x01, 0x00, 0x17, 0x23,
/// #     0x42, 0x49, 0x4e, 0x2e, 0x43, 0x4f, 0x4d, 0x50, 0x4f, 0x4e, 0x45, 0x4e, 0x54, 0x21,
/// #     0x23, 0x66, 0x69, 0x72, 0x6d, 0x77, 0x61, 0x72, 0x65, 0x00, 0xce, 0xf0, 0xbc, 0x86,
/// #     0x00, 0x01, 0x2c, 0x18, 0xd3, 0x46, 0xdb, 0x0a, 0x90, 0x42, 0x99, 0x0d, 0x01, 0x00,
/// #     0x00, 0x00, 0x00, 0x01, 0x59, 0x5a,
/// # ];
/// let nic = devlink::faux::Registration::<Nic>::new(c"mlxfw_nic")?;
/// // `devlink dev flash faux/mlxfw_nic file ...`
/// devlink::testing::flash(&nic, FILE)?;
/// assert_eq!(devlink::testing::flash(&nic, b"not such a file"), Err(EINVAL));
/// # Ok::<(), Error>(())
/// ```
pub trait Device {
    /// What can be written of a component (`component_query`).
    fn component(&self, index: u16) -> Result<Component>;

    /// Begins an update, on which the device is [`State::Locked`] (`fsm_lock`).
    fn lock(&self) -> Result<Handle>;

    /// Begins to write a component of `size` bytes, on which the device is [`State::Download`]
    /// (`fsm_component_update`).
    fn update(&self, handle: Handle, component: u16, size: u32) -> Result;

    /// Writes a part of the component, `offset` bytes behind its beginning (`fsm_block_download`).
    fn download(&self, handle: Handle, data: &[u8], offset: u32) -> Result;

    /// Has a component that was written be verified, on which the device is [`State::Locked`]
    /// (`fsm_component_verify`).
    fn verify(&self, handle: Handle, component: u16) -> Result;

    /// Has what was written be what runs after a reset, on which the device is [`State::Locked`]
    /// (`fsm_activate`).
    fn activate(&self, handle: Handle) -> Result;

    /// Makes what runs the firmware that an update is of, where another one was
    /// [activated](Self::activate) since the last reset (`fsm_reactivate`).
    ///
    /// `EOPNOTSUPP` says that the device cannot, which does not end the update.
    fn reactivate(&self) -> Result<Reactivation>;

    /// In which state the device is, and why it has refused something, if it has
    /// (`fsm_query_state`). Asked every 200 ms, for half a minute.
    fn state(&self, handle: Handle) -> Result<(State, Option<Refusal>)>;

    /// Gives up writing a component (`fsm_cancel`).
    fn cancel(&self, handle: Handle);

    /// Ends the update (`fsm_release`).
    fn release(&self, handle: Handle);
}

/// Writes to a device what `image`, a file in the format MFA2, has for boards with the identifier
/// `psid` (`mlxfw_firmware_flash()`).
///
/// Users are told how far it is, and in `extack` what has failed. Fails with `EINVAL` if the file
/// is none of that format or has nothing for such boards, with what a [`Refusal`] stands for, with
/// `ETIMEDOUT`, and with the errors of the device. Sleeps.
pub fn flash<D: Device>(
    device: &D,
    psid: &[u8],
    image: &Image<'_>,
    progress: &Progress<'_>,
    extack: Extack<'_>,
) -> Result {
    let mut adapter = Adapter {
        raw: bindings::mlxfw_dev {
            ops: &const { Adapter::<D>::OPS },
            psid: psid.as_ptr().cast(),
            psid_size: psid.len().try_into()?,
            devlink: progress.devlink().as_ptr(),
        },
        device,
    };
    let firmware = bindings::firmware {
        size: image.data().len(),
        data: image.data().as_ptr(),
        priv_: ptr::null_mut(),
    };
    // SAFETY: The operations take what they get for the `raw` of an `Adapter<D>`, which it is. The
    // instance is valid and in a flash, of which `progress` is the proof. The library reads the
    // identifier and the file, which both are as long as it is told, and keeps neither. `extack` is
    // null, or valid and this task's.
    to_result(unsafe {
        bindings::mlxfw_firmware_flash(&raw mut adapter.raw, &firmware, extack.as_raw())
    })
}

/// A device as the library sees it.
#[repr(C)]
struct Adapter<'a, D> {
    raw: bindings::mlxfw_dev,
    device: &'a D,
}

impl<D: Device> Adapter<'_, D> {
    const OPS: bindings::mlxfw_dev_ops = bindings::mlxfw_dev_ops {
        component_query: Some(Self::component_query),
        fsm_lock: Some(Self::fsm_lock),
        fsm_component_update: Some(Self::fsm_component_update),
        fsm_block_download: Some(Self::fsm_block_download),
        fsm_component_verify: Some(Self::fsm_component_verify),
        fsm_activate: Some(Self::fsm_activate),
        fsm_reactivate: Some(Self::fsm_reactivate),
        fsm_query_state: Some(Self::fsm_query_state),
        fsm_cancel: Some(Self::fsm_cancel),
        fsm_release: Some(Self::fsm_release),
    };

    /// # Safety
    ///
    /// `raw` is that of an `Adapter<'_, D>` which is valid for `'b`.
    unsafe fn device<'b>(raw: *mut bindings::mlxfw_dev) -> &'b D {
        // SAFETY: It is the field of an adapter, by the requirements of this function.
        unsafe { (*container_of!(raw, Adapter<'b, D>, raw)).device }
    }

    /// # Safety
    ///
    /// For the library alone, as an operation of the device that [`flash`] gave it, with pointers
    /// that are valid for writes.
    unsafe extern "C" fn component_query(
        raw: *mut bindings::mlxfw_dev,
        index: u16,
        max_size: *mut u32,
        align_bits: *mut u8,
        max_write: *mut u16,
    ) -> c_int {
        from_result(|| {
            // SAFETY: `flash` gave the library an adapter, which exists until that returns.
            let component = unsafe { Self::device(raw) }.component(index)?;
            if !component.is_writable() {
                return Err(EINVAL);
            }
            // SAFETY: The library passes variables of its own.
            unsafe {
                *max_size = component.max_size;
                *align_bits = component.align_bits;
                *max_write = component.max_write;
            }
            Ok(0)
        })
    }

    /// # Safety
    ///
    /// As for [`component_query`](Self::component_query).
    unsafe extern "C" fn fsm_lock(raw: *mut bindings::mlxfw_dev, to: *mut u32) -> c_int {
        from_result(|| {
            // SAFETY: `flash` gave the library an adapter, which exists until that returns.
            let Handle(handle) = unsafe { Self::device(raw) }.lock()?;
            // SAFETY: The library passes a variable of its own.
            unsafe { *to = handle };
            Ok(0)
        })
    }

    /// # Safety
    ///
    /// As for [`component_query`](Self::component_query).
    unsafe extern "C" fn fsm_component_update(
        raw: *mut bindings::mlxfw_dev,
        handle: u32,
        component: u16,
        size: u32,
    ) -> c_int {
        // SAFETY: `flash` gave the library an adapter, which exists until that returns.
        let device = unsafe { Self::device(raw) };
        from_result(|| device.update(Handle(handle), component, size).map(|()| 0))
    }

    /// # Safety
    ///
    /// As for [`component_query`](Self::component_query), with `size` bytes of data.
    unsafe extern "C" fn fsm_block_download(
        raw: *mut bindings::mlxfw_dev,
        handle: u32,
        data: *mut u8,
        size: u16,
        offset: u32,
    ) -> c_int {
        // SAFETY: `flash` gave the library an adapter, which exists until that returns.
        let device = unsafe { Self::device(raw) };
        // SAFETY: The library passes a part of a component that it has decompressed, which nobody
        // writes to during the call.
        let data = unsafe { slice::from_raw_parts(data.cast_const(), size.into()) };
        from_result(|| device.download(Handle(handle), data, offset).map(|()| 0))
    }

    /// # Safety
    ///
    /// As for [`component_query`](Self::component_query).
    unsafe extern "C" fn fsm_component_verify(
        raw: *mut bindings::mlxfw_dev,
        handle: u32,
        component: u16,
    ) -> c_int {
        // SAFETY: `flash` gave the library an adapter, which exists until that returns.
        let device = unsafe { Self::device(raw) };
        from_result(|| device.verify(Handle(handle), component).map(|()| 0))
    }

    /// # Safety
    ///
    /// As for [`component_query`](Self::component_query).
    unsafe extern "C" fn fsm_activate(raw: *mut bindings::mlxfw_dev, handle: u32) -> c_int {
        // SAFETY: `flash` gave the library an adapter, which exists until that returns.
        let device = unsafe { Self::device(raw) };
        from_result(|| device.activate(Handle(handle)).map(|()| 0))
    }

    /// # Safety
    ///
    /// As for [`component_query`](Self::component_query).
    unsafe extern "C" fn fsm_reactivate(raw: *mut bindings::mlxfw_dev, status: *mut u8) -> c_int {
        from_result(|| {
            // SAFETY: `flash` gave the library an adapter, which exists until that returns.
            let came = unsafe { Self::device(raw) }.reactivate()?;
            // SAFETY: The library passes a variable of its own.
            unsafe { *status = came.into_raw() };
            Ok(0)
        })
    }

    /// # Safety
    ///
    /// As for [`component_query`](Self::component_query).
    unsafe extern "C" fn fsm_query_state(
        raw: *mut bindings::mlxfw_dev,
        handle: u32,
        state: *mut bindings::mlxfw_fsm_state,
        refusal: *mut bindings::mlxfw_fsm_state_err,
    ) -> c_int {
        from_result(|| {
            // SAFETY: `flash` gave the library an adapter, which exists until that returns.
            let (is, why) = unsafe { Self::device(raw) }.state(Handle(handle))?;
            // SAFETY: The library passes variables of its own.
            unsafe {
                *state = is.into_raw().into();
                *refusal = why.map_or(0, Refusal::into_raw).into();
            }
            Ok(0)
        })
    }

    /// # Safety
    ///
    /// As for [`component_query`](Self::component_query).
    unsafe extern "C" fn fsm_cancel(raw: *mut bindings::mlxfw_dev, handle: u32) {
        // SAFETY: `flash` gave the library an adapter, which exists until that returns.
        unsafe { Self::device(raw) }.cancel(Handle(handle));
    }

    /// # Safety
    ///
    /// As for [`component_query`](Self::component_query).
    unsafe extern "C" fn fsm_release(raw: *mut bindings::mlxfw_dev, handle: u32) {
        // SAFETY: `flash` gave the library an adapter, which exists until that returns.
        unsafe { Self::device(raw) }.release(Handle(handle));
    }
}
