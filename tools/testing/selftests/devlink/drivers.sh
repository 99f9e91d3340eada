#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# drivers.sh MODULE...: each module can be loaded, and unloaded with all that it pulled in. Most
# find no device here: what is tested is that they find all they need in the core. DSA's mock-up of
# a switch has one, whose ports and resources are looked at too.
#
# Runs on the kernel of `make drivers`; that the kernel has nothing to report is seen to by
# scripts/vm.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

(($#)) || {
	echo 'drivers.sh: no modules given: make drivers does' >&2
	exit 1
}

loaded() { cut -d ' ' -f 1 /proc/modules | sort; }

BEFORE=$(loaded)

# came: the modules that were not there at the beginning.
came() { comm -13 <(echo "$BEFORE") <(loaded); }

# all_unloads: what modules pulled in goes too, in the order in which it becomes unused; modprobe -r
# does only the first step. What stays has no way out, like phylink, or is used by such a module; or
# somebody has kept it, which is wrong.
all_unloads() {
	local unused kept
	while unused=$(comm -12 <(came) <(awk '$3 == 0 && !/\[permanent\]/ {print $1}' /proc/modules |
		sort)) && [[ $unused ]]; do
		# shellcheck disable=SC2086 # a list
		rmmod $unused || return
	done
	kept=$(comm -12 <(came) <(awk '$3 > 0 && $4 == "-" {print $1}' /proc/modules | sort))
	[[ ! $kept ]] && return
	echo "expected nobody to keep modules, came:"
	grep -wF "$kept" /proc/modules
	return 1
}

load_and_unload() {
	# So that a report in the kernel's log has a name.
	echo "drivers.sh: $1" >/dev/kmsg
	modprobe "$1" || return
	loaded | grep -qx "$1" || {
		echo "expected $1 in /proc/modules, it is not there"
		return 1
	}
	# What it has created is being looked at by udev.
	udevadm settle
	modprobe -r "$1" && all_unloads
}

# The switch sits on a netdev called eth0, which any other will do for.
switch_appears() {
	ip link add eth0 type dummy &&
		modprobe dsa_loop &&
		udevadm settle &&
		shows "$SWITCH: index" devlink dev show &&
		shows "$SWITCH/0: type eth netdev lan1 flavour physical port 0" devlink port show &&
		shows "$SWITCH/5: type notset flavour cpu port 5" devlink port show &&
		shows "name VTU size 4096 occ 0" devlink resource show "$SWITCH"
}

switch_disappears() {
	modprobe -r dsa_loop && ip link del eth0 && all_unloads || return
	[[ -z $(devlink dev show) ]] || {
		echo "expected no instance, came: $(devlink dev show)"
		return 1
	}
}

SWITCH=mdio_bus/fixed-0:1f

check 'a DSA switch appears, with its ports and resources' switch_appears
check 'the switch disappears' switch_disappears
for module in "$@"; do
	check "$module" load_and_unload "$module"
done
finish
