#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# netdevsim.sh CASE...: what the netdevsim in C does wrong, and that in Rust must not do. Cases:
#
#   break_health   a user makes an error while the device goes down for a reload: both come back
#   take_snapshot  the same of a user who wants a snapshot
#   down           nothing is made while the device is down after a reload that failed
#   nodes          rate nodes that a user made without virtual functions go when the device does
#   no_memory      a device that there is no memory for leaves nothing behind (on a debug kernel)
#
# That in C waits for ever, or the kernel reports something: such a machine is of no use any more.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

DEV=netdevsim/netdevsim7
FILES=/sys/kernel/debug/netdevsim/netdevsim7

ended() { ! kill -0 "$1" 2>/dev/null; }

# in_background CMD...: its process is $started, and what it says in a file.
in_background() {
	"$@" >/tmp/said 2>&1 &
	started=$!
}

write() { echo "$1" >"$2"; }

# while_going_down FILE: the reload waits for the instance lock, which a flash has, and whoever
# writes to the file comes later than that.
while_going_down() {
	local flash reload
	echo 40 >$FILES/fw_update_flash_chunk_time_ms
	devlink dev flash $DEV file dummy.bin >/dev/null &
	flash=$!
	sleep 0.5
	devlink dev reload $DEV >/dev/null &
	reload=$!
	sleep 0.3
	in_background write error "$1"
	eventually ended $flash && eventually ended $reload && eventually ended "$started" || {
		echo 'expected that flash, reload and writer end; at least one waits for ever'
		return 1
	}
	wait $reload || {
		echo 'expected that the device is reloaded'
		return 1
	}
	shows . devlink port show
}

# goes_down: the device is down, because a reload failed.
goes_down() {
	echo 1 >$FILES/fail_reload
	refuses 'User setup the reload to fail' devlink dev reload $DEV &&
		echo 0 >$FILES/fail_reload
}

# Whatever of this is refused.
ask_for_objects() {
	local sysfs=$NETDEVSIM/devices/netdevsim7
	write 5 $sysfs/new_port
	write 2 $sysfs/sriov_numvfs
	devlink dev eswitch set $DEV mode switchdev
	devlink port function rate add $DEV/group
	return 0
}

nothing_while_down() {
	goes_down || return
	ask_for_objects
	hides . devlink port show && hides . devlink port function rate show
}

nodes_without_vfs() {
	devlink dev eswitch set $DEV mode switchdev &&
		devlink port function rate add $DEV/group &&
		shows group devlink port function rate show
}

# fails_each_time: the device's first allocation fails, then its second and so on, until one more
# would not be reached.
fails_each_time() {
	local nth
	for ((nth = 1; nth < 1000; nth++)); do
		# In this process: it is its next allocations that are counted.
		echo $nth >/proc/self/fail-nth
		echo 7 >$NETDEVSIM/new_device
		[[ $(</proc/self/fail-nth) == 0 ]] || break
		echo 7 >$NETDEVSIM/del_device
	done 2>/dev/null
	echo 0 >/proc/self/fail-nth
	((nth > 10 && nth < 1000)) && return
	echo "expected that some allocations fail, and not all of them; came $((nth - 1))"
	return 1
}

module_goes() {
	modprobe -r netdevsim && modprobe netdevsim
}

modprobe netdevsim
for case in "$@"; do
	case $case in
	break_health)
		new_device 7
		check 'an error that a user makes does not stop a reload' while_going_down $FILES/health/break_health
		check 'the device is removed' del_device 7
		;;
	take_snapshot)
		new_device 7
		check 'a snapshot that a user wants does not stop a reload' while_going_down $FILES/take_snapshot
		check 'the device is removed' del_device 7
		;;
	down)
		new_device 7
		check 'nothing is made while the device is down' nothing_while_down
		check 'a device that is down is removed' del_device 7
		;;
	nodes)
		new_device 7
		check 'a user makes a rate node without virtual functions' nodes_without_vfs
		check 'a device with a rate node is removed' del_device 7
		;;
	no_memory)
		check 'each allocation of a new device can fail' fails_each_time
		check 'the last device, of which none failed, is removed' del_device 7
		check 'the module is unloaded and loaded' module_goes
		;;
	*)
		echo "netdevsim.sh: there is no case '$case'" >&2
		exit 2
		;;
	esac
done
finish
