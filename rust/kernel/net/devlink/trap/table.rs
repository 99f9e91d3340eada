// SPDX-License-Identifier: GPL-2.0

//! Tables of traps, groups and policers, which a driver declares.

/// One of a driver's traps, groups or policers, and as a number where in the table it is. Made by
/// [`devlink_traps!`](crate::devlink_traps).
pub trait TrapKey: Copy + Into<usize> + 'static {
    /// What they are: [`TrapDesc`], [`TrapGroupDesc`] or [`TrapPolicerDesc`].
    ///
    /// [`TrapDesc`]: super::TrapDesc
    /// [`TrapGroupDesc`]: super::TrapGroupDesc
    /// [`TrapPolicerDesc`]: super::TrapPolicerDesc
    type Desc: 'static;

    /// All, in the order of the table.
    const ALL: &'static [Self];

    /// What devlink knows about them, in read-only memory.
    const TABLE: &'static [Self::Desc];
}

/// Declares a driver's traps, their groups, and policers.
///
/// Each table is an `enum` of what is in it, and an array in read-only memory. An entry is
///
/// * of a policer: `NUMBER, rate(RATE, LIMITS), burst(BURST, LIMITS)`. Users know it by its number,
///   which is not 0. Rates are in packets per second, bursts in packets; `LIMITS` is what users can
///   set, such as `1..=8_000`.
/// * of a group: `generic(NAME)`, one of [`GenericTrapGroup`], or `driver(c"name")`; then
///   `policer(KEY)`, if it has one at first.
/// * of a trap: `generic(NAME)`, one of [`GenericTrap`], or `driver(c"name", TYPE)`, one of
///   [`TrapType`]; what happens to its packets at first, one of [`TrapAction`]; `group(KEY)`; then
///   `metadata(NAME, ...)`, of [`TrapMetadata`], if something is known about its packets.
///
/// A group's policer and a trap's group are something that `id()` can be called of: a key, or a
/// [`GenericTrapGroup`]. They are registered before what names them. A driver's own traps and
/// groups get their numbers by their position here, so a device has groups of its own from one
/// table only.
///
/// # Examples
///
/// ```
/// use kernel::net::devlink::{GenericTrap, GenericTrapGroup, TrapKey, TrapMetadata, TrapType};
///
/// kernel::devlink_traps! {
///     /// What protects the CPU.
///     enum Policer: policers {
///         Slow = 1, rate(1_000, 1..=8_000), burst(128, 8..=65_536);
///     }
///
///     enum Group: groups {
///         L2 = generic(L2_DROPS), policer(Policer::Slow);
///         Own = driver(c"nic_exceptions");
///     }
///
///     enum Packet: traps {
///         /// Sent by a group of stations.
///         MulticastSource = generic(SMAC_MC), Drop, group(Group::L2), metadata(IN_PORT);
///         /// For a table that is full.
///         NoRoom = driver(c"nic_no_room", Exception), Trap, group(Group::Own);
///     }
/// }
///
/// let multicast_source = &Packet::TABLE[usize::from(Packet::MulticastSource)];
/// assert_eq!(multicast_source.name(), GenericTrap::SMAC_MC.name());
/// assert_eq!(multicast_source.group(), GenericTrapGroup::L2_DROPS.id());
/// assert_eq!(multicast_source.metadata(), TrapMetadata::IN_PORT);
/// let no_room = &Packet::TABLE[usize::from(Packet::NoRoom)];
/// assert_eq!(no_room.kind(), TrapType::Exception);
/// assert_eq!(no_room.group(), Group::Own.id());
/// assert_eq!(Policer::Slow.id(), 1);
/// ```
///
/// [`GenericTrap`]: crate::net::devlink::GenericTrap
/// [`GenericTrapGroup`]: crate::net::devlink::GenericTrapGroup
/// [`TrapAction`]: crate::net::devlink::TrapAction
/// [`TrapMetadata`]: crate::net::devlink::TrapMetadata
/// [`TrapType`]: crate::net::devlink::TrapType
#[macro_export]
macro_rules! devlink_traps {
    () => {};

    (
        $(#[$attr:meta])*
        $vis:vis enum $table:ident: policers {
            $(
                $(#[$entry_attr:meta])*
                $entry:ident = $id:expr,
                    rate($rate:expr, $rates:expr),
                    burst($burst:expr, $bursts:expr);
            )+
        }
        $($rest:tt)*
    ) => {
        $crate::devlink_traps!(@table
            [$(#[$attr])* $vis enum $table],
            $table,
            $crate::net::devlink::TrapPolicerDesc,
            $([$(#[$entry_attr])* $entry] = $crate::net::devlink::TrapPolicerDesc::new(
                $id, $rate, $rates, $burst, $bursts,
            ).checked();)+
        );

        impl $table {
            /// The number that users know it by.
            #[allow(dead_code)]
            $vis const fn id(self) -> u32 {
                <Self as $crate::net::devlink::TrapKey>::TABLE[self as usize].id()
            }
        }

        $crate::devlink_traps!($($rest)*);
    };

    (
        $(#[$attr:meta])*
        $vis:vis enum $table:ident: groups {
            $(
                $(#[$entry_attr:meta])*
                $entry:ident = $kind:ident($($name:tt)+) $(, policer($policer:expr))?;
            )+
        }
        $($rest:tt)*
    ) => {
        $crate::devlink_traps!(@table
            [$(#[$attr])* $vis enum $table],
            $table,
            $crate::net::devlink::TrapGroupDesc,
            $([$(#[$entry_attr])* $entry] = $crate::devlink_traps!(@group
                $kind($($name)+),
                $table::$entry,
                0 $(+ $policer.id())?
            );)+
        );

        impl $table {
            /// How traps say that they are in it.
            #[allow(dead_code)]
            $vis const fn id(self) -> $crate::net::devlink::TrapGroupId {
                <Self as $crate::net::devlink::TrapKey>::TABLE[self as usize].id()
            }
        }

        $crate::devlink_traps!($($rest)*);
    };

    (
        $(#[$attr:meta])*
        $vis:vis enum $table:ident: traps {
            $(
                $(#[$entry_attr:meta])*
                $entry:ident = $kind:ident($($arg:tt)+), $action:ident, group($group:expr)
                    $(, metadata($($metadata:ident),+))?;
            )+
        }
        $($rest:tt)*
    ) => {
        $crate::devlink_traps!(@table
            [$(#[$attr])* $vis enum $table],
            $table,
            $crate::net::devlink::TrapDesc,
            $([$(#[$entry_attr])* $entry] = $crate::devlink_traps!(@trap
                $kind($($arg)+),
                $table::$entry,
                $crate::net::devlink::TrapAction::$action,
                $group.id(),
                $crate::net::devlink::TrapMetadata::NONE
                    $($(.and($crate::net::devlink::TrapMetadata::$metadata))+)?
            );)+
        );

        $crate::devlink_traps!($($rest)*);
    };

    (@group generic($name:ident), $position:expr, $policer:expr) => {
        $crate::net::devlink::TrapGroupDesc::generic(
            $crate::net::devlink::GenericTrapGroup::$name,
            $policer,
        )
    };
    (@group driver($name:expr), $position:expr, $policer:expr) => {
        $crate::net::devlink::TrapGroupDesc::driver($position as usize, $name, $policer)
    };

    (@trap generic($name:ident), $position:expr, $($rest:tt)+) => {
        $crate::net::devlink::TrapDesc::generic(
            $crate::net::devlink::GenericTrap::$name,
            $($rest)+
        )
    };
    (@trap driver($name:expr, $kind:ident), $position:expr, $($rest:tt)+) => {
        $crate::net::devlink::TrapDesc::driver(
            $position as usize,
            $name,
            $crate::net::devlink::TrapType::$kind,
            $($rest)+
        )
    };

    (@table
        [$($enum:tt)+], $table:ident, $desc:ty,
        $([$(#[$entry_attr:meta])* $entry:ident] = $value:expr;)+
    ) => {
        #[derive(Copy, Clone, Debug, Eq, PartialEq)]
        $($enum)+ {
            $($(#[$entry_attr])* $entry,)+
        }

        impl $crate::net::devlink::TrapKey for $table {
            type Desc = $desc;

            const ALL: &'static [Self] = &[$($table::$entry,)+];
            const TABLE: &'static [$desc] = &[$($value,)+];
        }

        // What is wrong in it does not compile, whether it is used or not.
        const _: &[$desc] = <$table as $crate::net::devlink::TrapKey>::TABLE;

        impl ::core::convert::From<$table> for usize {
            fn from(key: $table) -> usize {
                key as usize
            }
        }
    };
}
