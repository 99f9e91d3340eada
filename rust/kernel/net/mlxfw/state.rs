// SPDX-License-Identifier: GPL-2.0

//! What a device says about an update: kinds of numbers that the device and the library share.

/// Declares a kind of numbers from the first one on, and a variant for all that the library does
/// not know.
macro_rules! numbers {
    (
        $(#[$attribute:meta])*
        $name:ident from $first:literal {
            $(#[$first_attribute:meta])*
            $first_variant:ident,
            $($(#[$variant_attribute:meta])* $variant:ident,)*
        }
        $(#[$other_attribute:meta])*
        else $other:ident
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        #[repr(u8)]
        pub enum $name {
            $(#[$first_attribute])*
            $first_variant = $first,
            $($(#[$variant_attribute])* $variant,)*
            $(#[$other_attribute])*
            $other,
        }

        impl $name {
            /// What a number of the device's means.
            pub fn from_raw(number: u8) -> Self {
                const ALL: &[$name] = &[$name::$first_variant, $($name::$variant,)*];
                let all = ALL.iter().copied();
                // CAST: A variant's number.
                all.into_iter().find(|one| *one as u8 == number).unwrap_or($name::$other)
            }

            /// The number, as the library has it.
            pub(super) fn into_raw(self) -> u8 {
                // CAST: It has that representation.
                self as u8
            }
        }
    };
}

numbers! {
    /// In which state a device is (`enum mlxfw_fsm_state`).
    State from 0 {
        /// There is no update.
        Idle,
        /// An update was begun; no component is being written.
        Locked,
        /// It prepares for a component.
        Initialize,
        /// It takes a component.
        Download,
        /// It looks whether a component is as it should be.
        Verify,
        /// It stores a component.
        Apply,
        /// It makes what was stored what runs after a reset.
        Activate,
    }
    /// One that the library does not know, so that it waits for another.
    else Unknown
}

numbers! {
    /// Why a device has refused something, and the error for that (`enum mlxfw_fsm_state_err`).
    Refusal from 1 {
        /// Something went wrong; `EIO`.
        Error,
        /// The component's sum is another one; `EBADMSG`.
        Digest,
        /// The component is not for this device; `ENOENT`.
        NotApplicable,
        /// It is signed with a key that the device does not know; `ENOKEY`.
        UnknownKey,
        /// It is not authentic; `EACCES`.
        AuthFailed,
        /// It is not signed; `EKEYREVOKED`.
        Unsigned,
        /// It is signed with a key that is not for it; `EKEYREJECTED`.
        KeyNotApplicable,
        /// It is no firmware; `ENOEXEC`.
        BadFormat,
        /// The device has to be reset before; `EBUSY`.
        PendingReset,
    }
    /// For a reason that the library does not know; `EINVAL`.
    else Unknown
}

numbers! {
    /// What came of making the firmware that runs the one that an update is of
    /// (`enum mlxfw_fsm_reactivate_status`). Everything but [`Done`](Self::Done) and
    /// [`AlreadyActivated`](Self::AlreadyActivated) ends the update with `EREMOTEIO`.
    Reactivation from 0 {
        /// It was done.
        Done,
        /// The device still does it.
        Busy,
        /// The version that runs may not.
        ProhibitedVersion,
        /// The first page could not be copied.
        CopyFailed,
        /// The first page could not be erased.
        EraseFailed,
        /// The first page could not be restored.
        RestoreFailed,
        /// What waits could not be deactivated.
        DeactivationFailed,
        /// There was nothing to do.
        AlreadyActivated,
        /// The device has to be reset before.
        ResetRequired,
        /// The firmware has to be written anew.
        ProgrammingNeeded,
    }
    /// Something that the library does not know.
    else Unknown
}
