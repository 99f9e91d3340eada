#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# On the debug kernel: every kind of devlink object is made, read, changed and deleted, and kmemleak
# finds nothing.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

DEV=netdevsim/netdevsim5
DEBUGFS=/sys/kernel/debug/netdevsim/netdevsim5
KMEMLEAK=/sys/kernel/debug/kmemleak

quiet() { "$@" >/dev/null; }

use_parameters() {
	quiet devlink dev param show &&
		devlink dev param set "$DEV" name max_macs value 16 cmode driverinit &&
		devlink dev param set "$DEV" name test1 value false cmode driverinit
}

use_resources() {
	quiet devlink resource show "$DEV" &&
		devlink resource set "$DEV" path IPv4/fib size 64
}

use_reload() {
	quiet devlink dev reload "$DEV" &&
		ip netns add leak &&
		quiet devlink dev reload "$DEV" netns leak &&
		quiet devlink -N leak dev reload "$DEV" netns 1 &&
		quiet devlink dev reload "$DEV" netns leak &&
		ip netns del leak &&
		eventually is_here
}

is_here() { devlink dev show "$DEV" 2>/dev/null | grep -q "$DEV"; }

use_regions() {
	echo 1 >"$DEBUGFS"/take_snapshot &&
		quiet devlink region show &&
		quiet devlink region new "$DEV"/dummy snapshot 77 &&
		quiet devlink region dump "$DEV"/dummy snapshot 77 &&
		devlink region del "$DEV"/dummy snapshot 77
}

use_health() {
	quiet devlink health show "$DEV" &&
		quiet devlink health diagnose "$DEV" reporter dummy &&
		{ echo leak >"$DEBUGFS"/health/break_health || true; } &&
		quiet devlink health dump show "$DEV" reporter dummy &&
		devlink health dump clear "$DEV" reporter dummy &&
		devlink health recover "$DEV" reporter dummy
}

use_traps() {
	quiet devlink -s trap show &&
		devlink trap set "$DEV" trap blackhole_route action trap &&
		quiet devlink trap group show &&
		devlink trap policer set "$DEV" policer 1 rate 1000 burst 512
}

use_rates() {
	echo 2 >/sys/bus/netdevsim/devices/netdevsim5/sriov_numvfs &&
		devlink dev eswitch set "$DEV" mode switchdev &&
		devlink port function rate add "$DEV"/leak &&
		devlink port function rate set "$DEV"/128 parent leak &&
		quiet devlink port function rate show &&
		devlink port function rate set "$DEV"/128 noparent &&
		devlink port function rate del "$DEV"/leak &&
		devlink dev eswitch set "$DEV" mode legacy &&
		echo 0 >/sys/bus/netdevsim/devices/netdevsim5/sriov_numvfs
}

# Not every kind, but those that netdevsim has not; and ports that are refused.
use_module() {
	load_test_module && new 1 && quiet devlink dev info && quiet devlink sb show &&
		quiet devlink lc show || return
	local i
	for i in 1 2 3; do
		! tell 1 event port_add 0 2>/dev/null && tell 1 event port_add "8$i" &&
			tell 1 event region_add late && tell 1 event region_del late &&
			tell 1 event port_del "8$i" || return
	done
	quiet devlink health diagnose devlink_test/devlink_test1 reporter dt_full &&
		quiet devlink dev reload devlink_test/devlink_test1
}

use_port_regions() {
	local i
	for i in 1 2 3; do
		tell 1 event port_add "8$i" && tell 1 event region_add late "8$i" &&
			tell 1 event region_del late "8$i" && tell 1 event port_del "8$i" || return
	done
}

unload_module() { del 1 && rmmod devlink_test; }

use_flash() { quiet devlink dev flash "$DEV" file dummy.bin; }

use_monitor() {
	start_monitor /tmp/monitor &&
		quiet devlink dev reload "$DEV" &&
		eventually grep -q 'dev,' /tmp/monitor
	local verdict=$?
	kill "$monitor"
	return "$verdict"
}

# A leak shows only when nothing points to it any more, and only after a grace period: so two scans,
# some time apart.
no_leaks() {
	echo scan >"$KMEMLEAK"
	sleep 6
	echo scan >"$KMEMLEAK"
	local report
	report=$(cat "$KMEMLEAK")
	[[ -z $report ]] || {
		echo "expected no report, came:"
		echo "$report"
		return 1
	}
}

[[ -e $KMEMLEAK ]] || {
	echo "Bail out! this kernel has no kmemleak"
	exit 1
}
echo scan=off >$KMEMLEAK
echo scan >$KMEMLEAK
echo clear >$KMEMLEAK # what booting left is not ours

modprobe netdevsim
new_device 5 2
udevadm settle
check 'parameters' use_parameters
check 'resources' use_resources
check 'reload and namespaces' use_reload
check 'regions' use_regions
check 'health reporters' use_health
check 'traps' use_traps
check 'rate objects' use_rates
check 'flash' use_flash
check 'notifications' use_monitor
check 'the test module' use_module
check_c_driver "regions of the test module's ports" use_port_regions
check 'unload the test module' unload_module
check 'no leak while the device is there' no_leaks
del_device 5
check 'unload' modprobe -r netdevsim
check 'no leak after it is gone' no_leaks
finish
