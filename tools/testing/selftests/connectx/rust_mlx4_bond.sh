#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# rust_mlx4_bond.sh [--driver mlx4_core|rust_mlx4] [ROUNDS [RACE...]]: both ports of a model ConnectX-3 (scripts/vm --nic
# cx3) are in a bond, and work is queued that maps them to one another. While it is queued, or runs, port 2 becomes
# InfiniBand, the device is reloaded, removed, its firmware dies, it is removed when that has come, or its driver is unloaded.
# From round to round that comes later. Each round ends in time, and after it the device works, and its ports are mapped to
# themselves.
#
# With --driver mlx4_core it is shown what the stock driver does: a race of it that does not end is told, fails nothing, and
# is the last one, since the machine is of no use any more.
#
# A RACE is type, reload, removal, unload, death or recovery_removal; all of them, if none is said.
# shellcheck source=tools/testing/selftests/connectx/mlx4_lib.sh
. "$(dirname "$0")/mlx4_lib.sh"
# shellcheck source=tools/testing/selftests/connectx/races_lib.sh
. "$(dirname "$0")/races_lib.sh"

driver=rust_mlx4
if [[ ${1:-} == --driver ]]; then
	driver=${2:?}
	shift 2
fi
use_driver "$driver"
ROUNDS=${1:-20}
races=("${@:2}")
# Shorter than the minute that a command may take: nothing that ends the device is to wait for one.
LIMIT=50
# How long a mapping takes, and how long they are queued, in ms.
SLOW=200
took=1000

# judge TITLE CMD...: a check; but what the stock driver does is only told.
stuck=''
judge() {
	local output
	[[ $DRIVER == mlx4_core ]] || {
		check "$@"
		return
	}
	[[ ! $stuck ]] || return 0
	count=$((count + 1))
	if output=$("${@:2}" 2>&1); then
		echo "ok $count $1"
		return
	fi
	stuck=1
	echo "ok $count $1 # SKIP $DRIVER does not do that"
	sed 's/^/# /' <<<"$output"
}

# The bond is there, and its work takes its time.
prepare() {
	works && become_a_bond && eventually carrier 1 1 && eventually carrier 2 1 &&
		tell "{\"do\": \"delay\", \"command\": \"VIRT_PORT_MAP\", \"ms\": $SLOW, \"count\": 0}"
}

# Each of these changes queues work.
queue_bond_work() {
	local one two active
	one=$(netdev 1) two=$(netdev 2)
	for active in "$two" "$one" "$two" "$one" "$two"; do
		ip link set "$BOND" type bond active_slave "$active" || return 0
	done
} 2>/dev/null

to_infiniband() { set_type 2 ib; }
dies_and_is_removed() {
	dies
	remove
}

# Whatever came: the bond is deleted, and the device works as one of two ports.
is_single_again() {
	tell clear && tell release
	[[ ! -e /sys/class/net/$BOND ]] || ip link del "$BOND" || return
	is_loaded || insert || return
	rescan && eventually is_bound || return
	has_type 2 eth >/dev/null 2>&1 || set_type 2 eth
	eventually works && eventually maps_ports '[1,2]'
}

back_from_infiniband() { has_type 2 ib && is_single_again; }

unload_it() { unload && holds_nothing; }

check 'loads' insert
check 'works' is_back
race type 'a port becomes InfiniBand while bond work is queued' queue_bond_work to_infiniband back_from_infiniband
race reload 'reloaded while bond work is queued' queue_bond_work reload is_single_again
race removal 'removed while bond work is queued' queue_bond_work remove is_single_again
race unload 'unloaded while bond work is queued' queue_bond_work unload_it is_single_again
race death 'dead firmware while bond work is queued' queue_bond_work dies is_single_again
race recovery_removal 'removed while it is about to recover, and bond work is queued' queue_bond_work \
	dies_and_is_removed is_single_again
if [[ ! $stuck ]]; then
	check 'unloads' unload
	check 'nothing is held' holds_nothing
	check 'no command was unknown' card_is '[]' .unknown
fi
finish
