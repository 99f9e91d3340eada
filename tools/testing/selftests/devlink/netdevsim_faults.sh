#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# netdevsim_faults.sh [FAULT...]: what breaks netdevsim in C on either core, and must not break the
# one in Rust:
#
#   health      files of a device are written to while it is reloaded and removed: the writer waits
#               for the instance lock, whose owner waits for the writer
#   down        ports and rate nodes are wanted of a device that is down, or has no functions: it
#               makes and then forgets them
#   new_device  a device cannot be registered for want of memory: it is counted as gone although it
#               was never counted (needs a kernel with fault injection)
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

DEV=netdevsim/netdevsim1
SYS=/sys/devices/netdevsim1
DEBUG=/sys/kernel/debug/netdevsim/netdevsim1
ROUNDS=10
# As many allocations fail, one after the other, as the registration of a device needs at most.
ALLOCATIONS=60

# Reports of the kernel are failures of their own; this says where.
is_silent() { ! dmesg | grep -E 'WARNING: |BUG: |refcount_t: |INFO: task '; }

are_gone() {
	local pid
	for pid; do
		! kill -0 "$pid" 2>/dev/null || return
	done
}

write() { echo broken >"$1"; }

write_forever() {
	while :; do
		write "$1"
	done
}

# Some write without pause; their process ids are in $writers. What check() must not wait for has
# no output.
start_writers() {
	local file
	writers=()
	for file in health/break_health health/break_health take_snapshot; do
		write_forever "$DEBUG/$file" &>/dev/null &
		writers+=($!)
	done
}

stop_writers() {
	kill "${writers[@]}"
	eventually are_gone "${writers[@]}" && return
	echo 'expected writers to end within half a minute'
	return 1
}

# ends CMD...: it returns at all, in the background.
ends() {
	"$@" &>/dev/null &
	eventually are_gone $! && return
	echo "expected within half a minute: $*"
	return 1
}

# comes_back FILE: a flash has the instance lock, a reload waits for it, and whoever writes to the
# file comes later than that.
comes_back() {
	local tasks
	echo 40 >"$DEBUG/fw_update_flash_chunk_time_ms"
	devlink dev flash "$DEV" file dummy.bin &>/dev/null &
	tasks=($!)
	sleep 0.5
	devlink dev reload "$DEV" &>/dev/null &
	tasks+=($!)
	sleep 0.5
	write "$DEBUG/$1" &>/dev/null &
	tasks+=($!)
	eventually are_gone "${tasks[@]}" && return
	echo 'expected within half a minute the end of the flash, the reload and the writer'
	return 1
}

reloads_among_writers() {
	local i status=0
	start_writers
	for ((i = 0; i < ROUNDS && status == 0; i++)); do
		ends devlink dev reload "$DEV" || status=1
	done
	stop_writers && ((status == 0))
}

removals_among_writers() {
	local i status=0
	start_writers
	for ((i = 0; i < ROUNDS && status == 0; i++)); do
		ends del_device 1 && ends new_device 1 4 || status=1
	done
	stop_writers && ((status == 0))
}

is_dumped() {
	devlink health dump clear "$DEV" reporter dummy &&
		echo 'broken again' >"$DEBUG/health/break_health" &&
		shows 'break_message: broken again' devlink health dump show "$DEV" reporter dummy
}

snapshot_is_taken() {
	devlink dev reload "$DEV" >/dev/null && echo >"$DEBUG/take_snapshot" &&
		shows "^$DEV/dummy: .*snapshot \[[0-9]+\]" devlink region show
}

health() {
	modprobe netdevsim
	check 'a device' new_device 1 4
	check 'health: a reload and who reports an error meanwhile come back' \
		comes_back health/break_health
	# Nothing comes back from there.
	((failed == 0)) || finish
	check 'health: a reload and who wants a snapshot meanwhile come back' comes_back take_snapshot
	check "health: $ROUNDS reloads end while files are written to" reloads_among_writers
	check "health: $ROUNDS removals end while files are written to" removals_among_writers
	check 'health: an error is reported as before' is_dumped
	check 'health: a snapshot is taken as before' snapshot_is_taken
	check 'health: the device can be removed' ends del_device 1
	check 'health: the kernel says nothing' is_silent
}

fails_to_reload() {
	echo Y >"$DEBUG/fail_reload" &&
		refuses 'User setup the reload to fail for testing purposes' devlink dev reload "$DEV"
}

makes_nothing() {
	local made
	echo 2 >"$SYS/sriov_numvfs"
	devlink dev eswitch set "$DEV" mode switchdev
	echo 9 >"$SYS/new_port"
	devlink port function rate add "$DEV/node"
	made=$(devlink port show; devlink port function rate show)
	[[ ! $made ]] || {
		echo "expected no port and no rate, there is:"
		echo "$made"
		return 1
	}
} 2>/dev/null

comes_up() {
	echo N >"$DEBUG/fail_reload" && devlink dev reload "$DEV" >/dev/null &&
		shows "^$DEV/0: .*flavour physical" devlink port show
}

has_node() {
	devlink dev eswitch set "$DEV" mode switchdev && devlink port function rate add "$DEV/node" &&
		shows "^$DEV/node: type node" devlink port function rate show
}

down() {
	modprobe netdevsim
	check 'a device' new_device 1
	check 'down: its reload fails' fails_to_reload
	check 'down: nothing is made of a device that is down' makes_nothing
	check 'down: it comes up again' comes_up
	check 'down: its reload fails again' fails_to_reload
	check 'down: nothing is made again' makes_nothing
	check 'down: the device can be removed' del_device 1
	check 'down: the kernel says nothing' is_silent
	check 'another device' new_device 1
	check 'down: it has a rate node without a virtual function' has_node
	check 'down: the device can be removed with it' del_device 1
	check 'down: the kernel says nothing of that' is_silent
}

# fails_at N: makes a device, while the N-th allocation fails. Prints the error or nothing.
fails_at() {
	python3 -ESs - "$1" "$NETDEVSIM/new_device" <<-'END'
		import os, sys
		nth = os.open("/proc/thread-self/fail-nth", os.O_RDWR)
		to = os.open(sys.argv[2], os.O_WRONLY)
		os.write(nth, sys.argv[1].encode())
		try:
		    os.write(to, b"1 1")
		except OSError as error:
		    print(error.strerror)
		os.write(nth, b"0")
	END
}

devices() { ls "$NETDEVSIM/devices"; }

allocations_fail() {
	local n failed=0
	for ((n = 1; n <= ALLOCATIONS; n++)); do
		[[ ! $(fails_at "$n") ]] || failed=$((failed + 1))
		[[ ! $(devices) ]] || del_device 1 || return
	done
	echo "expected failures among $ALLOCATIONS devices, came $failed"
	((failed))
}

# The module's end waits for as many devices as were counted.
module_goes() {
	new_device 1 && ends modprobe -r netdevsim && [[ ! -e /sys/module/netdevsim ]]
}

new_device_fails() {
	modprobe netdevsim
	echo N >/sys/kernel/debug/failslab/ignore-gfp-wait
	echo 0 >/sys/kernel/debug/failslab/verbose
	check 'new_device: it fails where there is no memory, or there is a device' allocations_fail
	check 'new_device: the next one comes' new_device 1
	check 'new_device: it can be removed' del_device 1
	check 'new_device: the module can be removed, with a device' module_goes
	check 'new_device: the kernel says nothing' is_silent
}

dmesg --clear
faults=("$@")
((${#faults[@]})) || faults=(health down new_device)
for fault in "${faults[@]}"; do
	case $fault in
	health | down) $fault ;;
	new_device)
		if [[ -e /proc/self/fail-nth ]]; then
			new_device_fails
		else
			count=$((count + 1))
			echo "ok $count new_device # SKIP no fault injection"
		fi
		;;
	*)
		echo "$0: there is no fault '$fault' (see the beginning of this file)" >&2
		exit 1
		;;
	esac
done
finish
