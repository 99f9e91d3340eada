#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# flash_latency.sh rust|c: what other commands wait for while one device is being flashed.
#
# On the Rust core: not for the flash. `dev show`, `port show` and `resource show` of another
# device, and the dump over all devices, take at most 100 ms longer than on an idle machine. On the
# C core the dump waits until the flash is over: the test shows that too, so that it is known to
# measure what it says.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

CORE=$1
BUSY=netdevsim/netdevsim1
OTHER=netdevsim/netdevsim2
TRIES=5

COMMANDS=(
	"devlink dev show $OTHER"
	"devlink port show $OTHER/0"
	"devlink resource show $OTHER"
	"devlink dev show"
	"devlink port show"
)

# Milliseconds that CMD takes.
milliseconds() {
	local start=${EPOCHREALTIME/./}
	"$@" >/dev/null || echo "failed: $*" >&2
	echo $(((${EPOCHREALTIME/./} - start) / 1000))
}

# The median of several tries: under emulation a single one is noise.
typical_milliseconds() {
	local i
	for ((i = 0; i < TRIES; i++)); do
		milliseconds "$@"
	done | sort -n | sed -n "$((TRIES / 2 + 1))p"
}

flashing() { kill -0 "$flash" 2>/dev/null; }

start_flash() {
	devlink dev flash $BUSY file dummy.bin >/tmp/flash 2>&1 &
	flash=$!
	sleep 1
	flashing || {
		echo "# the flash ended at once:"
		sed 's/^/# /' /tmp/flash
	}
}

at_most() {
	echo "expected at most $2 ms, came $1 ms"
	(($1 <= $2))
}

at_least() {
	echo "expected at least $2 ms, came $1 ms"
	(($1 >= $2))
}

modprobe netdevsim
for device in 1 2 3 4; do
	new_device $device 4
done
udevadm settle
# A flash takes 50 chunks: 15 s.
echo 300 >/sys/kernel/debug/netdevsim/netdevsim1/fw_update_flash_chunk_time_ms

declare -A idle
for command in "${COMMANDS[@]}"; do
	# shellcheck disable=SC2086 # a command with its arguments
	idle[$command]=$(typical_milliseconds $command)
	echo "# idle: $command: ${idle[$command]} ms"
done

if [[ $CORE == rust ]]; then
	start_flash
	for command in "${COMMANDS[@]}"; do
		# shellcheck disable=SC2086
		during=$(typical_milliseconds $command)
		check "during a flash, at most 100 ms longer: $command" at_most "$during" \
			$((${idle[$command]} + 100))
	done
	check 'the flash was still going on' flashing
	wait "$flash"
else
	start_flash
	start=${EPOCHREALTIME/./}
	during=$(milliseconds devlink dev show)
	wait "$flash"
	took=$(((${EPOCHREALTIME/./} - start) / 1000))
	echo "# the flash took $took ms more"
	check 'the C core lets a dump wait for the whole flash' at_least "$during" $((took - 500))
fi
check 'the flash worked' grep -q 'Flashing done' /tmp/flash
finish
