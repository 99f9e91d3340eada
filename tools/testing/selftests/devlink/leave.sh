#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# leave.sh KIND[+KIND...]...: devices of the module devlink_test forget what they have of these
# kinds (module/leave.c) and go; at last the module. For each, print what the kernel said, whether
# the device was released, and how many snapshots of the forgotten regions were not freed.
# `netdevsim` is the stock driver, which forgets the nodes of rates that users made, and its module.
# `netns+KIND`: in a network namespace, which is deleted. With warnings, the machine's exit status
# is 125.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

alive() { cat "$TEST_DEBUGFS/alive"; }
none_alive() { [[ $(alive) == 0 ]]; }

# noise: how often the kernel warned since the last time, and whether it said something worse.
noise() {
	local warnings
	warnings=$(dmesg | grep -c 'WARNING: ')
	! dmesg | grep -E 'BUG:|KASAN|UBSAN|ODEBUG|Oops|general protection|refcount_t:|INFO: (task|rcu|possible|trying)' >&2 ||
		warnings+=', and worse'
	echo "$warnings warnings"
	dmesg --clear
}

# goes MODULE: the module can be unloaded.
goes() {
	rmmod "$1" >/dev/null 2>&1 &
	eventually gone "$1" || {
		echo stays
		return 1
	}
	echo goes
}
gone() { [[ ! -e /sys/module/$1 ]]; }

leave_netdevsim() {
	modprobe netdevsim && new_device 9 &&
		devlink dev eswitch set netdevsim/netdevsim9 mode switchdev &&
		devlink port function rate add netdevsim/netdevsim9/n1 &&
		devlink port function rate add netdevsim/netdevsim9/n2 &&
		devlink port function rate set netdevsim/netdevsim9/n1 parent n2 &&
		del_device 9 || return
	echo "netdevsim: $(noise), its module $(goes netdevsim)"
}

# leave KIND...
leave() {
	local kind before file=$TEST_DEBUGFS/left_snapshots name="$*"
	before=$(<"$file")
	new 1 || return
	if [[ $1 == netns ]]; then
		shift
		ip netns add left && devlink dev reload devlink_test/devlink_test1 netns left || return
	fi
	for kind; do
		tell 1 event leave "$kind" || return
	done
	del 1 || return
	kind=released
	eventually none_alive || kind="not released"
	echo "${name// /+}: $(noise), device $kind, $(($(<"$file") - before)) snapshots lost"
	if [[ $name == netns* ]]; then
		ip netns del left && ip netns add left && ip netns del left && echo "netns deleted"
	fi
}

needs_c_driver
load_test_module || exit
dmesg --clear
for kinds; do
	if [[ $kinds == netdevsim ]]; then
		leave_netdevsim
	else
		# shellcheck disable=SC2086 # words
		leave ${kinds//+/ }
	fi
done
echo "the module $(goes devlink_test)"
