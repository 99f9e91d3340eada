#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What unregister, namespaces and a busy driver must not break:
#
# * a command that waits for a busy driver ends on a signal that ends its process;
# * reload races with the removal of the device;
# * deleting a namespace brings the instance back, with a listener for the notifications of the move
#   (R6, R8);
# * the driver's values are told when an instance moves, though the driver is down at that moment
#   (R8).
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

ROUNDS=${1:-20}
DEVICE=netdevsim/netdevsim1

# ends_on SIGNAL
ends_on() {
	local flash start took
	# Of 15 s, so that on a slow machine too there is something to wait for.
	echo 300 >/sys/kernel/debug/netdevsim/netdevsim1/fw_update_flash_chunk_time_ms
	devlink dev flash "$DEVICE" file dummy.bin >/dev/null 2>&1 &
	flash=$!
	sleep 1
	start=${EPOCHREALTIME/./}
	# The versions have to come from the driver, which is busy.
	timeout -s "$1" -k 10 1 devlink dev info "$DEVICE"
	took=$(((${EPOCHREALTIME/./} - start) / 1000))
	kill -0 "$flash" || echo "the flash was over: nothing was waited for"
	kill -0 "$flash" 2>/dev/null && echo "expected less than 8000 ms, came $took ms" && ((took < 8000))
	local verdict=$?
	wait "$flash"
	echo 1 >/sys/kernel/debug/netdevsim/netdevsim1/fw_update_flash_chunk_time_ms
	return "$verdict"
}

# Whoever loses says that the device is not there; nobody hangs, and the kernel says nothing
# (scripts/vm looks).
reload_against_removal() {
	local i
	for ((i = 0; i < ROUNDS; i++)); do
		new_device 2 4 || return 1
		for _ in 1 2 3; do
			devlink dev reload netdevsim/netdevsim2
		done >/dev/null 2>&1 &
		devlink port show >/dev/null
		del_device 2 || return 1
		wait $!
	done
	! devlink dev show netdevsim/netdevsim2 2>/dev/null
}

is_here() { devlink dev show "$DEVICE" 2>/dev/null | grep -q netdevsim1; }

instance_comes_back() {
	eventually is_here && return
	echo "expected $DEVICE in the first namespace within 30 s; there is:"
	devlink dev show
	return 1
}

move_there_and_delete() {
	local i
	for ((i = 0; i < ROUNDS; i++)); do
		ip netns add n1 &&
			devlink dev reload "$DEVICE" netns n1 >/dev/null &&
			ip netns exec n1 devlink dev show "$DEVICE" >/dev/null &&
			ip netns del n1 &&
			instance_comes_back || return
	done
}

# The last value that a listener was told when the instance left must be the one that it had.
values_are_told() {
	devlink dev param set "$DEVICE" name test2 value 4242 cmode runtime &&
		ip netns add n2 || return
	start_monitor /tmp/monitor && devlink dev reload "$DEVICE" netns n2 >/dev/null &&
		eventually grep -q 'dev,del' /tmp/monitor
	kill "$monitor"
	ip netns del n2
	instance_comes_back || return
	echo "expected the value 4242 of test2 in what was told when the instance left; told was:"
	cat /tmp/monitor
	grep -A8 'param,del' /tmp/monitor | grep -A4 'name test2' | grep -q 'cmode runtime value 4242'
}

modprobe netdevsim
new_device 1 4
udevadm settle
for signal in INT KILL; do
	check "a command that waits for a busy driver ends on SIG$signal" ends_on $signal
done
check "reload races with removal, $ROUNDS times" reload_against_removal
check "a deleted namespace gives the instance back, $ROUNDS times" move_there_and_delete
check 'values are told when an instance moves' values_are_told
del_device 1
check 'nothing is left' test -z "$(devlink dev show)"
finish
