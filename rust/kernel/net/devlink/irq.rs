// SPDX-License-Identifier: GPL-2.0

//! Interrupts of devices that are up.

use super::{
    object::Kind,
    Bringup,
    Driver, //
};

use crate::{
    irq::{
        Flags,
        Handler,
        IrqRequest,
        Registration,
        ThreadedHandler,
        ThreadedRegistration, //
    },
    prelude::*, //
};

/// An interrupt, whose registration is the object's value: it ends after `Up`.
struct IrqKind;

impl Kind for IrqKind {
    type State = ();

    unsafe fn unregister(_: *mut ()) {}
}

impl<'s, T: Driver> Bringup<'s, '_, T> {
    /// Has `handler` called for an interrupt (`request_irq()`), until the device goes down, or the
    /// [group](super::Groups) is removed: longer than what [`Driver::up`] returned exists, so that
    /// this can still wait for the device when it is dropped.
    ///
    /// The handler can borrow [`Driver::Data`]; what it shares with `Up` is in an
    /// [`Arc`](crate::sync::Arc), for either of them. At the end a call that goes on is waited for,
    /// with the instance lock held.
    ///
    /// Fails as `request_irq()` does, and with what `handler` fails with.
    ///
    /// # Examples
    ///
    /// Vectors as long as the driver is bound, a handler while the device is up:
    ///
    /// ```
    /// use kernel::{
    ///     irq::{
    ///         self,
    ///         IrqReturn, //
    ///     },
    ///     net::{
    ///         devlink::{
    ///             self,
    ///             Bringup,
    ///             Driver,
    ///             Setup,
    ///             Why, //
    ///         },
    ///         netlink::extack::Extack, //
    ///     },
    ///     pci::{
    ///         IrqType,
    ///         IrqTypes,
    ///         IrqVectorRegistration, //
    ///     },
    ///     prelude::*,
    ///     sync::{
    ///         Arc,
    ///         Completion, //
    ///     },
    ///     time::msecs_to_jiffies, //
    /// };
    ///
    /// struct Nic;
    ///
    /// /// What a command waits for.
    /// struct Commands(Pin<KBox<Completion>>);
    ///
    /// impl irq::Handler for Commands {
    ///     fn handle(&self) -> IrqReturn {
    ///         self.0.complete();
    ///         IrqReturn::Handled
    ///     }
    /// }
    ///
    /// struct Events<'up> {
    ///     commands: &'up Commands,
    /// }
    ///
    /// impl irq::Handler for Events<'_> {
    ///     fn handle(&self) -> IrqReturn {
    ///         self.commands.handle()
    ///     }
    /// }
    ///
    /// struct Data<'bound> {
    ///     vectors: IrqVectorRegistration<'bound>,
    ///     commands: Commands,
    /// }
    ///
    /// struct Up<'up>(&'up Commands);
    ///
    /// impl Drop for Up<'_> {
    ///     fn drop(&mut self) {
    ///         // The device is told to stop; its answer is an interrupt.
    ///         let _ = self.0 .0.wait_timeout(msecs_to_jiffies(100));
    ///     }
    /// }
    ///
    /// #[vtable]
    /// impl Driver for Nic {
    ///     type Device = devlink::pci::Device;
    ///     type Data<'bound> = Data<'bound>;
    ///     type Up<'up> = Up<'up>;
    ///
    ///     fn probe<'bound>(
    ///         dev: &'bound Self::Device,
    ///         _: &Setup<'bound, Self>,
    ///     ) -> impl PinInit<Data<'bound>, Error> {
    ///         let data = || {
    ///             let types = IrqTypes::default().with(IrqType::MsiX);
    ///             Ok(Data {
    ///                 vectors: dev.alloc_irq_vectors(1, 1, types)?,
    ///                 commands: Commands(KBox::pin_init(Completion::new(), GFP_KERNEL)?),
    ///             })
    ///         };
    ///         data()
    ///     }
    ///
    ///     fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Up<'up>> {
    ///         let commands = &cx.data().commands;
    ///         let vector = cx.data().vectors.index(0)?;
    ///         let events = Ok::<_, Error>(Events { commands });
    ///         cx.request_irq(vector, irq::Flags::TRIGGER_NONE, c"doctest_events", events)?;
    ///         Ok(Up(commands))
    ///     }
    /// }
    /// ```
    pub fn request_irq<H: Handler + Send + 's>(
        &self,
        request: impl Into<IrqRequest<'s>>,
        flags: Flags,
        name: &'static CStr,
        handler: impl PinInit<H, Error> + 's,
    ) -> Result {
        // SAFETY: It becomes the value of an object, which the instance drops.
        let registration = unsafe { Registration::new(request.into(), flags, name, handler) };
        self.add_irq(KBox::pin_init(registration, GFP_KERNEL)?)
    }

    /// As [`request_irq`](Self::request_irq), for a handler that has a part that may sleep
    /// (`request_threaded_irq()`). That part must not wait for the instance lock.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::{
    ///     irq::{
    ///         Flags,
    ///         IrqReturn,
    ///         ThreadedHandler,
    ///         ThreadedIrqReturn, //
    ///     },
    ///     net::devlink::{
    ///         Bringup,
    ///         Driver, //
    ///     },
    ///     pci::IrqVector,
    ///     prelude::*,
    ///     sync::atomic::{
    ///         Atomic,
    ///         Relaxed, //
    ///     }, //
    /// };
    ///
    /// struct Requests {
    ///     pages: Atomic<u32>,
    /// }
    ///
    /// impl ThreadedHandler for Requests {
    ///     fn handle(&self) -> ThreadedIrqReturn {
    ///         // Here the handler would look what the device wants.
    ///         self.pages.fetch_add(1, Relaxed);
    ///         ThreadedIrqReturn::WakeThread
    ///     }
    ///
    ///     fn handle_threaded(&self) -> IrqReturn {
    ///         self.pages.store(0, Relaxed);
    ///         IrqReturn::Handled
    ///     }
    /// }
    ///
    /// fn listen<'up, T: Driver>(cx: &Bringup<'up, '_, T>, vector: IrqVector<'up>) -> Result {
    ///     let requests = Requests { pages: Atomic::new(0) };
    ///     cx.request_threaded_irq(vector, Flags::ONESHOT, c"doctest_requests", Ok(requests))
    /// }
    /// ```
    pub fn request_threaded_irq<H: ThreadedHandler + Send + 's>(
        &self,
        request: impl Into<IrqRequest<'s>>,
        flags: Flags,
        name: &'static CStr,
        handler: impl PinInit<H, Error> + 's,
    ) -> Result {
        // SAFETY: It becomes the value of an object, which the instance drops.
        let registration =
            unsafe { ThreadedRegistration::new(request.into(), flags, name, handler) };
        self.add_irq(KBox::pin_init(registration, GFP_KERNEL)?)
    }

    fn add_irq<R: 's>(&self, registration: Pin<KBox<R>>) -> Result {
        self.objects()
            .add::<IrqKind, _>((), registration, |_| Ok(()))
            .map(drop)
    }
}
