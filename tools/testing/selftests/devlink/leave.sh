#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# leave.sh KIND[+KIND...]...: devices of the module devlink_test forget what they have of these
# kinds (module/leave.c) and go; at last the module. For each, print what the kernel said, whether
# the device was released, and how many snapshots of the forgotten regions were not freed.
# `netdevsim` is the stock driver, which forgets the nodes of rates that users made, and its module.
# `netns+KIND`: in a network namespace, which is deleted. `held+KIND`: while a command still has a
# reference to the instance; then also print what the driver says when it has freed that, on the
# Rust core. With warnings, the machine's exit status is 125.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"
COMMANDS=/sys/kernel/debug/devlink/commands

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

unregistered() { ! devlink dev show devlink_test/devlink_test1 &>/dev/null; }
holds() { grep -q 'reload by .* waits for the device lock' "$COMMANDS/all"; }

# del_held: the device goes, and meanwhile a command finds its instance and waits for the device.
del_held() {
	local index
	index=$(cd "$COMMANDS" && printf '%s\n' [0-9]* | sort -n | tail -n 1)
	tell 1 event leave net && tell 1 slow 'trap_policer_fini 1000' || return
	del 1 &
	eventually unregistered || return
	devlink dev reload "devlink_index/$index" &>/dev/null &
	eventually holds && wait || return
	dmesg | sed -n 's/.*devlink_test1: the freed instance/the freed instance/p'
}

# leave KIND...
leave() {
	local kind before file=$TEST_DEBUGFS/left_snapshots name="$*" del=(del 1)
	before=$(<"$file")
	new 1 || return
	if [[ $1 == held ]]; then
		shift
		del=(del_held)
	elif [[ $1 == netns ]]; then
		shift
		ip netns add left && devlink dev reload devlink_test/devlink_test1 netns left || return
	fi
	for kind; do
		tell 1 event leave "$kind" || return
	done
	"${del[@]}" || return
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
