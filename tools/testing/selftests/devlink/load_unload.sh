#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Loading and unloading netdevsim 100 times, with a device, ports and a reload in between, leaves no
# devlink object and no memory behind. For a machine with one CPU: each keeps some objects of each
# cache, which nobody can tell from used.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

ROUNDS=100

one_round() {
	modprobe netdevsim &&
		new_device 7 4 &&
		devlink dev reload netdevsim/netdevsim7 >/dev/null &&
		del_device 7 &&
		modprobe -r netdevsim
}

rounds() {
	local i
	for ((i = 1; i <= $1; i++)); do
		one_round || {
			echo "round $i of $1 failed"
			return 1
		}
	done
}

# Objects in use per slab cache, as "name objects". Shrinking first empties the per-CPU lists, which
# count as in use; twice, because the first time makes dentries of these very files.
slabs() {
	local cache
	sync
	echo 3 >/proc/sys/vm/drop_caches
	for _ in 1 2; do
		for cache in /sys/kernel/slab/*/shrink; do
			echo 1 >"$cache" 2>/dev/null
		done
	done
	awk 'NR > 2 {print $1, $2}' /proc/slabinfo
}

# A leak of one object a round would show as 100 more. Less is the system's own coming and going.
no_growth() {
	join <(sort "$1") <(sort "$2") | awk -v rounds="$ROUNDS" '
		$3 - $2 >= rounds {printf "%s: %d objects before, %d after %d rounds\n", $1, $2, $3, rounds; bad = 1}
		END {exit bad}'
}

no_devlink_object() {
	local left
	left=$(devlink dev show; devlink port show; devlink region show)
	[[ -z $left ]] || {
		echo "expected nothing, came:"
		echo "$left"
		return 1
	}
}

# Its workers come and go, and their memory with them; nothing here needs it.
udevadm control --exit
# The first rounds fill caches that stay.
check 'warm up' rounds 10
slabs >/tmp/before
check "load and unload netdevsim $ROUNDS times" rounds $ROUNDS
slabs >/tmp/after
check 'no devlink object is left' no_devlink_object
check 'no memory is left in use' no_growth /tmp/before /tmp/after
finish
