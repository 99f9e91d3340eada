#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# netdevsim_tree.sh [FILE]: what users see of netdevsim in sysfs and debugfs, for a comparison of
# drivers: names, owners, modes, and what can be read, before and after virtual functions, ports and
# reloads; and what becomes of what is written. FILE is made a record of it.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

DEV=netdevsim/netdevsim1
SYS=/sys/devices/netdevsim1
DEBUG=/sys/kernel/debug/netdevsim
RECORD=${1:-/dev/null}
TREE=$(dirname "$0")/tree.py

# show TITLE: what there is.
show() {
	local folders=(/sys/bus/netdevsim "$DEBUG")
	udevadm settle
	[[ ! -e "$SYS" ]] || folders+=("$SYS")
	{
		echo "== $1"
		python3 -ESs "$TREE" "${folders[@]}" || return
		[[ ! -e "$SYS" ]] || devlink port show
	} >>"$RECORD"
	# Something was seen.
	[[ -e $NETDEVSIM/new_device ]]
}

# run CMD...: what becomes of it; what fails is written down, too. Times differ from run to run.
run() {
	local output status=0
	output=$("$@" 2>&1) || status=$?
	printf '$ %s\n%s\nstatus %s\n' "$*" "$output" "$status" |
		sed -E 's/(last_dump_(date|time)) [-0-9:]+/\1 .../g' >>"$RECORD"
}

# put TEXT FILE: with printf(1), so that TEXT may have escapes.
put() { run bash -c 'printf -- "$1" >"$2"' put "$1" "$2"; }

# Each of these is either taken or refused with an error.
written() {
	local text
	for text in x ' ' '1' '1 x' '4294967296' '2147483648' '-3' '7 0x2' '8,2' '9 2 3 4' '6 \n'; do
		put "$text" "$NETDEVSIM/new_device"
		put "$text" "$NETDEVSIM/del_device"
	done
	run new_device 1
	for text in x '1:2' '0:1 0:2' '0:1' '-1:1 -1:1' '1000:1 1000:1'; do
		put "$text" "$NETDEVSIM/link_device"
		put "$text" "$NETDEVSIM/unlink_device"
	done
	for text in x '0x' '5 ' '+3\n' '3' '07\n' '0x8' '09' '10 00:11:22:33:44:55' \
		'11 01:00:00:00:00:00' '12 00:11:22' '13 00:00:00:00:00:00' '14 0:1:2:3:4:5' \
		'15 100:11:22:33:44:55' '99999999999' '4294967295' '128'; do
		put "$text" "$SYS/new_port"
		put "$text" "$SYS/del_port"
	done
	for text in x 5 -1 '0x2\n' 3 0 '0\n' 4 '00' 99999999999999999999999; do
		put "$text" "$SYS/sriov_numvfs"
		run cat "$SYS/sriov_numvfs"
	done
}

# The same for variables in debugfs.
variables() {
	local text file
	for file in max_macs test2 health/binary_len; do
		for text in x '\n' 1 '0x10\n' 010 08 +7 -1 0b1 ' 1' '1 ' '1\n\n' 4294967296 \
			18446744073709551615 18446744073709551616 0x00000000000000000000000000000000001; do
			put "$text" "$DEBUG/netdevsim1/$file"
			run cat "$DEBUG/netdevsim1/$file"
		done
	done
	for text in x y '0\n' 1 N 'on' 'of' 'o' '\n' true f; do
		put "$text" "$DEBUG/netdevsim1/test1"
		run cat "$DEBUG/netdevsim1/test1"
	done
	for text in x '\n' 'aA\n' abc zz '00112233\n'; do
		put "$text" "$DEBUG/netdevsim1/trap_flow_action_cookie"
		run cat "$DEBUG/netdevsim1/trap_flow_action_cookie"
	done
	for text in '\n' 'broken\n' 'a\0b\n'; do
		put "$text" "$DEBUG/netdevsim1/health/break_health"
		run devlink health show "$DEV" reporter dummy
		run devlink health dump clear "$DEV" reporter dummy
		put "$text" "$DEBUG/netdevsim1/take_snapshot"
		run devlink region show "$DEV/dummy"
	done
	run cat "$DEBUG/netdevsim1/take_snapshot"
	run cat "$DEBUG/netdevsim1/health/break_health"
}

# No node is in another one, or has leaves, so that all can be deleted.
delete_nodes() {
	local object
	for object in 128 129 inner; do
		run devlink port function rate set "$DEV/$object" noparent
	done
	for object in inner outer; do
		run devlink port function rate del "$DEV/$object"
	done
}

functions() {
	run bash -c "echo 2 >$SYS/sriov_numvfs"
	run devlink dev eswitch set "$DEV" mode switchdev
	run devlink port function rate add "$DEV/outer"
	run devlink port function rate add "$DEV/inner" tx_share 10mbit tx_max 100mbit
	run devlink port function rate set "$DEV/inner" parent outer
	run devlink port function rate set "$DEV/128" tx_share 5mbit parent inner
	run devlink port function rate set "$DEV/129" tx_max 50mbit
	run devlink port function rate set "$DEV/129" tc-bw 0:20 1:0 2:0 3:0 4:0 5:80 6:0 7:0
}

reload() { run devlink dev reload "$DEV" "$@"; }

fail_to_reload() {
	run bash -c "echo Y >$DEBUG/netdevsim1/fail_reload"
	reload
}

recover() {
	run bash -c "echo N >$DEBUG/netdevsim1/fail_reload"
	reload
}

move() {
	ip netns add tree && reload netns tree
}

is_back() { devlink dev show "$DEV" &>/dev/null; }

move_back() {
	ip netns del tree && eventually is_back
}

bind() { run bash -c "echo netdevsim1 >$NETDEVSIM/drivers/netdevsim/$1"; }

# The driver is the one that was asked for.
is_driver() {
	local functions
	functions=$(grep -c ' nsim_drv_probe.*\[netdevsim\]' /proc/kallsyms)
	case ${vm_netdevsim:-c} in
	c) ((functions == 1)) ;;
	rust) ((functions == 0)) ;;
	esac
}

metadata() {
	local field
	for field in license description author alias parm; do
		run modinfo -F $field netdevsim
	done
}

# after NAME CMD...: what there is after a step.
after() {
	check "after it: $1" "${@:2}"
	check "what there is: $1" show "$1"
}

: >"$RECORD"
metadata
after 'the module was loaded' modprobe netdevsim
check 'it is the driver that was asked for' is_driver
after 'a device' new_device 1 2
after 'virtual functions' functions
after 'nodes were deleted' delete_nodes
after 'legacy mode' run devlink dev eswitch set "$DEV" mode legacy
after 'switchdev mode again' run devlink dev eswitch set "$DEV" mode switchdev
after 'no virtual functions' run bash -c "echo 0 >$SYS/sriov_numvfs"
after 'another port' run bash -c "echo 7 >$SYS/new_port"
after 'one port less' run bash -c "echo 1 >$SYS/del_port"
after 'a reload' reload
after 'what was written to attributes' written
after 'what was written to variables' variables
after 'virtual functions again' functions
after 'a reload with them' reload
after 'a reload that failed' fail_to_reload
after 'a reload that did not' recover
after 'another namespace' move
after 'the end of that' move_back
after 'unbinding' bind unbind
after 'binding' bind bind
after 'a device without ports' new_device 2 0
after 'no devices' bash -c "for dev in $NETDEVSIM/devices/*; do
	echo \"\${dev##*/netdevsim}\" >$NETDEVSIM/del_device || exit; done"
check 'the module can be removed' modprobe -r netdevsim
check 'nothing is left' test ! -e "$DEBUG" -a ! -e "$NETDEVSIM"
finish
