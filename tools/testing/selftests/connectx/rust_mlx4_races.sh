#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# rust_mlx4_races.sh [ROUNDS [RACE...]]: rust_mlx4 on a model ConnectX-3 of two ports (scripts/vm --nic cx3) is reloaded
# while its device is removed or vanishes, its module is unloaded, its firmware dies, there is an error of the bus, or a
# port's type is changed; its firmware dies, and then the device is removed, unbound, its module unloaded, it is reloaded or a
# port's type changed while it recovers; and both of its ports change their types. From round to round the second comes
# later, from the begin of the first to its end. Each round ends in time, and after it the device works.
#
# A RACE is removal, unload, death, bus_error, reload, type, types, recovery_removal, recovery_unbind, recovery_unload,
# recovery_reload, recovery_type or vanishing; all of them, if none is said.
# shellcheck source=tools/testing/selftests/connectx/mlx4_lib.sh
. "$(dirname "$0")/mlx4_lib.sh"
# shellcheck source=tools/testing/selftests/connectx/races_lib.sh
. "$(dirname "$0")/races_lib.sh"

ROUNDS=${1:-20}
races=("${@:2}")
# Shorter than the minute that a command may take: nothing that ends the device is to wait for one.
LIMIT=50
use_driver rust_mlx4

# Both ports are Ethernet again, whatever came.
ethernet() { eventually become_ethernet; }
become_ethernet() {
	local port
	for port in 1 2; do
		has_type "$port" eth >/dev/null 2>&1 || set_type "$port" eth 2>/dev/null || return
	done
	works
}

# The reload may have ended it, or the driver's work recovers it. If a reload has failed, a user may have to say that it
# shall be.
back_after_death() {
	local end=$((SECONDS + 15))
	while ((SECONDS < end)); do
		! works >/dev/null 2>&1 || return 0
		sleep 0.5
	done
	echo "it does not work, so a user has it reloaded"
	devlink dev reload "$DEV"
	ethernet
}

back_after_binding() {
	is_bound || bind || return
	is_back
}

to_infiniband() { set_type 2 ib 2>/dev/null; }
other_to_infiniband() { echo ib >"$DEVICE/mlx4_port1"; } 2>/dev/null
unbind_it() { unbind 2>/dev/null; }

# Dies, and is waited for until it has recovered, or somebody has come between.
dies_and_recovers() {
	local end=$((SECONDS + 20))
	dies
	while ((SECONDS < end)) && is_bound && ! is_initialised; do
		sleep 0.1
	done
}

vanishes() { tell remove; }
back_after_vanishing() {
	tell return
	[[ ! -e $DEVICE ]] || remove
	rescan && is_back
}

# measure_recovery: how long it takes, in milliseconds: $took.
measure_recovery() {
	local start
	start=$(now)
	dies_and_recovers && eventually works || return
	took=$(($(now) - start))
}

check 'loads' insert
check 'works' is_back
check 'a reload is measured' measure
measure
race removal 'removed during reload' reload remove back_after_removal
race unload 'unloaded during reload' reload unload back_after_unload
race death 'dead firmware during reload' reload dies back_after_death
check 'errors of the bus can be made' insmod "$ERRORS"
race bus_error 'an error of the bus during reload' reload has_bus_error back_after_death
race reload 'two reloads' reload reload is_back
race type "a port's type changed during reload" reload to_infiniband ethernet
race types 'both types changed' to_infiniband other_to_infiniband ethernet
race vanishing 'vanishes during reload' reload vanishes back_after_vanishing
check 'a recovery is measured' measure_recovery
measure_recovery
race recovery_removal 'removed while it recovers' dies_and_recovers remove back_after_removal
race recovery_unbind 'unbound while it recovers' dies_and_recovers unbind_it back_after_binding
race recovery_unload 'unloaded while it recovers' dies_and_recovers unload back_after_unload
race recovery_reload 'reloaded while it recovers' dies_and_recovers reload back_after_death
race recovery_type "a port's type changed while it recovers" dies_and_recovers to_infiniband ethernet
check 'unloads' unload
check 'nothing is held' holds_nothing
check 'no command was unknown' card_is '[]' .unknown
finish
