# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests in this folder share. They run in a guest and print TAP; each states what it
# expects, and prints what came instead when that does not hold.

set -u
NETDEVSIM=/sys/bus/netdevsim
failed=0
count=0

# check NAME CMD...: one test, which passes if CMD does. What CMD prints is shown if it fails.
check() {
	local name=$1 output
	shift
	count=$((count + 1))
	if output=$("$@" 2>&1); then
		echo "ok $count $name"
	else
		failed=$((failed + 1))
		echo "not ok $count $name"
		sed 's/^/# /' <<<"$output"
	fi
}

# check_c_driver NAME CMD...: the same, for what a test driver in Rust cannot do. There it is named.
check_c_driver() {
	if is_c_driver; then
		check "$@"
	else
		echo "# of the test driver in C only: $1"
	fi
}

# needs_c_driver: ends a script that is about what a test driver in Rust cannot do.
needs_c_driver() {
	is_c_driver && return
	echo '1..0 # SKIP of the test driver in C only'
	exit 4
}

# is_c_driver: the test driver is the one in C, see load_test_module.
is_c_driver() { [[ ${vm_test_driver:-c} == c ]]; }

# finish: the plan at the end, and the exit status.
finish() {
	echo "1..$count"
	((failed == 0))
	exit
}

# shows PATTERN CMD...: CMD succeeds and prints a line that matches.
shows() {
	local pattern=$1 output
	shift
	output=$("$@") && grep -qE -- "$pattern" <<<"$output" && return
	echo "expected a line like '$pattern' from: $*; came:"
	echo "$output"
	return 1
}

# hides PATTERN CMD...: CMD succeeds and prints no such line.
hides() {
	local pattern=$1 output
	shift
	output=$("$@") && ! grep -qE -- "$pattern" <<<"$output" && return
	echo "expected no line like '$pattern' from: $*; came:"
	echo "$output"
	return 1
}

# refuses MESSAGE CMD...: CMD fails and says why.
refuses() {
	local message=$1 output
	shift
	if output=$("$@" 2>&1); then
		echo "expected a failure of: $*; it succeeded"
		return 1
	fi
	grep -qF -- "$message" <<<"$output" && return
	echo "expected '$message' from: $*; came:"
	echo "$output"
	return 1
}

# eventually CMD...: CMD succeeds within half a minute, or more on a slow machine.
eventually() {
	local i
	for ((i = 0; i < 150; i++)); do
		"$@" && return
		sleep 0.2
	done
	return 1
}

# Whether the process has joined a multicast group of generic netlink.
listens() {
	awk -v pid="$1" '$2 == 16 && $3 == pid && $4 != "00000000" {found = 1} END {exit !found}' \
		/proc/net/netlink
}

# start_monitor FILE: from now on, notifications are written to FILE. The monitor's process is
# $monitor.
start_monitor() {
	# Not a function of that name, whose process would be another.
	(exec devlink monitor >"$1") &
	monitor=$!
	eventually listens "$monitor"
}

# listening CMD...: CMD while somebody listens, which is when users are told of what it does.
listening() {
	local status=0
	start_monitor /tmp/monitor || return
	"$@" || status=$?
	kill "$monitor"
	return "$status"
}

new_device() {
	echo "$1 ${2:-1}" >$NETDEVSIM/new_device
}

del_device() {
	echo "$1" >$NETDEVSIM/del_device
}

TEST_BUS=/sys/bus/devlink_test
TEST_DEBUGFS=/sys/kernel/debug/devlink_test

# Devices of the test module.
new() { echo "$*" >"$TEST_BUS/new_device"; }
del() { echo "$1" >"$TEST_BUS/del_device"; }
# tell ID FILE WORD...: write to one of a device's files in debugfs.
tell() { echo "${*:3}" >"$TEST_DEBUGFS/devlink_test$1/$2"; }

# insert_module NAME: a module of the running kernel that is built from the folder module/.
insert_module() { insmod "/src/build/${vm_kernel:?}/test-modules/$1.ko"; }

# load_test_module: the module devlink_test of the running kernel, whose name the VM has as vm_kernel:
# the one in C (see module/) or, if vm_test_driver says so, the one in Rust (see module_rust/).
load_test_module() {
	local folder=test-modules
	is_c_driver || folder+=_$vm_test_driver
	insmod "/src/build/${vm_kernel:?}/$folder/devlink_test.ko"
}
