#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# commands.sh [OBJECT...]: in a guest, play every command of devlink(8), in every form, on stock
# netdevsim and on the test module, and print each with what it printed. commands/*.sh hold the
# commands, one file for each object; tools/testing/harness/commands.sh plays them on both cores and
# compares.
#
#   $ CMD          a command, with the arguments it had
#   # CMD          something that happens to the driver
#   ...            standard output
#   ! ...          standard error
#   @ ...          calls of the test module's driver, on the first of its devices
#   = N            exit status
#
# Nothing else asks or tells devlink anything meanwhile: udev, which would, is ended first.
set -u
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"

# netdevsim; the test module with every callback; the same with none.
export NSIM=netdevsim/netdevsim1
export FULL=devlink_test/devlink_test1
export NONE=devlink_test/devlink_test2
export NSIM_DEBUGFS=/sys/kernel/debug/netdevsim/netdevsim1
export NSIM_DEVICE=/sys/bus/netdevsim/devices/netdevsim1
export FULL_DEBUGFS=/sys/kernel/debug/devlink_test/devlink_test1
FOLDER=$(realpath "${BASH_SOURCE[0]%/*}")
OUT=/tmp/out
ERR=/tmp/err

# print_file FILE PREFIX: no process for it, which is what takes time here.
print_file() {
	local lines=()
	mapfile -t lines <"$1"
	((${#lines[@]} == 0)) || printf "$2%s\n" "${lines[@]}"
}

# played MARK CMD...: run CMD and print all that is known of it.
played() {
	local mark=$1 status=0
	shift
	printf '%s' "$mark"
	printf ' %q' "$@"
	printf '\n'
	"$@" >"$OUT" 2>"$ERR" </dev/null || status=$?
	print_file "$OUT" '  '
	print_file "$ERR" '! '
	[[ ! -e $FULL_DEBUGFS/calls ]] || print_file "$FULL_DEBUGFS/calls" '@ '
	printf '= %d\n' "$status"
}

run() { played '$' "$@"; }
d() { run devlink "$@"; }

# show ARGUMENT...: a command that shows something, for people and for programs; forms: in every
# form that there is.
show() {
	d "$@"
	d -p -j -n -v -s -i -x "$@"
}

forms() {
	local option
	d "$@"
	for option in -j -p\ -j -n -v -s -i -x; do
		# shellcheck disable=SC2086 # one or two
		d $option "$@"
	done
}

# event CMD...: what happens to drivers
event() { played '#' "$@"; }

# put TEXT FILE: what drivers are told through sysfs and debugfs.
put() { printf '%s' "$1" >"$2"; }

# nsim TEXT FILE: tell netdevsim; tell EVENT [ARGUMENT...]: tell the test module, see
# module/control.c; fail CALLBACK ERRNO: from now on, it fails.
nsim() { played '#' put "$1" "$NSIM_DEBUGFS/$2"; }
tell() { played '#' put "$*" "$FULL_DEBUGFS/event"; }
fail() { played '#' put "$1 $2" "$FULL_DEBUGFS/fail"; }

# sockets_are CONDITION PID...: each of these processes has a socket of generic netlink of which
# awk's CONDITION is true: $4 is the groups it listens to, $5 how much is waiting to be read.
sockets_are() {
	local pid condition=$1
	shift
	for pid; do
		awk -v pid="$pid" "\$2 == 16 && \$3 == pid && ($condition) {found = 1} END {exit !found}" \
			/proc/net/netlink ||
			return
	done
}

# monitor ARGUMENT...: begin to listen; $WATCHER is the process. The shell makes what is in the
# background ignore the signal by which a user ends a monitor.
monitor() {
	env --default-signal=INT devlink "$@" &
	WATCHER=$!
	# shellcheck disable=SC2016 # for awk
	until sockets_are '$4 != "00000000"' $WATCHER; do sleep 0.1; done
}

# One runs all the time. Its words end up in the file some time after the event, so wait for the
# last one, which tells of a parameter that has got a value of its own.
marker=1000 told=0
marker_arrives() {
	local i
	devlink dev param set "$NSIM" name max_macs value "$marker" cmode driverinit
	for ((i = 0; i < 100; i++)); do
		! grep -q "value $marker" /tmp/monitor || return 0
		sleep 0.1
	done
	return 1
}

# monitor_tell OBJECT: print what the monitor said since the last time.
monitor_tell() {
	local heard=()
	marker=$((marker + 1))
	marker_arrives || echo "! the monitor is silent"
	mapfile -t heard </tmp/monitor
	printf '# monitor %s\n' "$1"
	printf '  %s\n' "${heard[@]:told}"
	told=${#heard[@]}
}

main() {
	local object main_monitor
	(($#)) || set -- help dev param port resource region health trap rate sb dpipe lc nested \
		netns rights monitor batch compat
	udevadm control --exit
	modprobe netdevsim
	load_test_module
	# From the beginning, because without listeners the C core does not even ask drivers for
	# what it would tell.
	monitor monitor >/tmp/monitor 2>&1
	main_monitor=$WATCHER
	event put '1 2' /sys/bus/netdevsim/new_device
	event put '1' /sys/bus/devlink_test/new_device
	event put '2 ops=none' /sys/bus/devlink_test/new_device
	for object; do
		printf '## %s\n' "$object"
		# shellcheck disable=SC1090 # one of the files in commands/
		. "$FOLDER/commands/$object.sh"
		monitor_tell "$object"
	done
	kill "$main_monitor"
}

main "$@"
