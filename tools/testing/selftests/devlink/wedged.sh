#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A driver that does not come back from a callback: everything else goes on, whoever waits for it
# can be killed, and debugfs and the log say who waits for whom.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

DEV=devlink_test/devlink_test1
OTHER=netdevsim/netdevsim1
IN_FLIGHT=/sys/kernel/debug/devlink/commands

# in_flight FILE PATTERN
in_flight() { shows "$2" cat "$IN_FLIGHT/$1"; }

nothing_in_flight() {
	echo "expected nothing in $IN_FLIGHT/all, came:"
	! grep . "$IN_FLIGHT/all"
}

index_of() { devlink dev show "$1" | sed -n 's/.* index //p'; }

caller_is_shown() {
	eventually in_flight all "^$DEV: info-get by task $first for [0-9.]* s: in the driver$"
}

# The driver would not come back in a minute either, and beside other machines one of them may take
# long.
rest_answers() {
	local command
	for command in 'dev show' 'port show' 'dev info' 'dev param show' \
		"dev param show $DEV name dt_init_bool" \
		"dev param set $DEV name dt_init_bool value true cmode driverinit" 'region show' 'health show' \
		'trap show' 'trap group show' 'trap policer show' 'port function rate show' 'lc show' 'sb show' \
		"port show $OTHER/0" "dev info $OTHER" "dev reload $OTHER" "dev flash $OTHER file dummy.bin"; \
		do
		# shellcheck disable=SC2086 # a command with its arguments
		timeout 60 devlink $command >/dev/null && continue
		echo "expected within a minute: devlink $command"
		return 1
	done
}

waiting_is_shown() {
	local line="^$DEV: info-get by task $second for [0-9.]* s: waits for the instance lock, held by task $first$"
	eventually in_flight all "$line" &&
		in_flight "$(index_of "$DEV")" "$line" &&
		hides . cat "$IN_FLIGHT/$(index_of "$OTHER")"
}

interrupt_ends_it() {
	local i
	kill -INT "$second"
	for ((i = 0; i < 50; i++)); do
		kill -0 "$second" 2>/dev/null || return 0
		sleep 0.1
	done
	echo 'expected it to end within 5 s'
	return 1
}

removal_is_logged() {
	eventually shows "devlink_test1: 1 blocked, longest driver by task $remover for 1.* s: waits for the instance lock, held by task $first; info-get by task $first for [0-9.]* s: in the driver" dmesg
}

are_over() { ! kill -0 "$first" 2>/dev/null && ! kill -0 "$remover" 2>/dev/null; }

return_ends_all() {
	tell 1 hang info_get 0 && eventually are_over && nothing_in_flight && hides "$DEV" devlink dev show
}

# Processes in the background, which check() must not wait for.
ask() { exec devlink dev info "$DEV" &>/dev/null; }
remove() { echo devlink_test1 >"$TEST_BUS/drivers/devlink_test/unbind"; }

# `kill -INT` reaches nobody in the background of a shell without job control.
set -m
modprobe netdevsim
new_device 1 4
echo 1 >/sys/kernel/debug/netdevsim/netdevsim1/fw_update_flash_chunk_time_ms
load_test_module
check 'a device comes' new 1
udevadm settle
check 'nothing is in flight' nothing_in_flight
tell 1 hang info_get 1
ask &
first=$!
check 'a command in a callback that hangs is shown' caller_is_shown
check 'all that needs no answer of that driver goes on' rest_answers
ask &
second=$!
check 'a command that waits for it is shown, with whom it waits for' waiting_is_shown
check 'an interrupt, which the command does not handle, ends that' interrupt_ends_it
remove &>/dev/null &
remover=$!
check 'the log says what the removal waits for' removal_is_logged
check 'when the callback returns, all come to their end' return_ends_all
del_device 1
rmmod devlink_test
finish
