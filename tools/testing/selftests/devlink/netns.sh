#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A namespace dies, and in it is a device whose driver registers a notifier for netdevices, and
# operations on namespaces, when it is reloaded. The device comes back, and namespaces can still be
# made. On the C core they cannot, ever again: tools/testing/harness/netns.sh wants to see both.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

DEV=devlink_test/devlink_test1
SECONDS_TO_WAIT=60

# ends CMD...: CMD succeeds, and within a minute. In the background and not waited for, because what
# hangs here cannot be killed.
ends() {
	local pid i
	# Not to check's pipe, which would stay open.
	("$@") >/tmp/output 2>&1 &
	pid=$!
	for ((i = 0; i < SECONDS_TO_WAIT * 5; i++)); do
		kill -0 "$pid" 2>/dev/null || {
			wait "$pid" && return
			cat /tmp/output
			return 1
		}
		sleep 0.2
	done
	echo "expected '$*' to end within $SECONDS_TO_WAIT s; it hangs:"
	hanging
	return 1
}

# Everybody who sleeps so that at most a signal that kills ends it, and where.
hanging() {
	local task
	for task in /proc/[0-9]*; do
		grep -q $'^State:\tD' "$task/status" 2>/dev/null || continue
		echo "$(cat "$task/comm"):"
		cat "$task/stack"
	done
}

is_here() { devlink dev show "$DEV" 2>/dev/null | grep -q "$DEV"; }

make_namespace() { ip netns add "$1" && ip netns del "$1"; }

moves_there() {
	ip netns add dying && devlink dev reload "$DEV" netns dying >/dev/null &&
		devlink -N dying dev show "$DEV"
}

load_test_module && echo '1 netdevs=0 notifiers=1' >/sys/bus/devlink_test/new_device
check 'the device reloads' ends devlink dev reload "$DEV"
check 'the device moves to a namespace' ends moves_there
check 'the namespace is deleted' ends ip netns del dying
# Until the death of the last one has begun, a new one is made at once.
sleep 2
check 'another namespace is made, and deleted' ends make_namespace another
((failed)) || check 'the device comes back' ends eventually is_here
((failed)) || check 'nothing is left' ends rmmod devlink_test
finish
