#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# rust_mlx4.sh [CYCLES]: the driver in Rust on a model ConnectX-3 of two ports (scripts/vm --nic cx3). CYCLES is how often it
# is loaded and unloaded, reloaded, and recovers. $MODULE is a file to load instead of the kernel's own module.
# shellcheck source=tools/testing/selftests/connectx/mlx4_lib.sh
. "$(dirname "$0")/mlx4_lib.sh"
# shellcheck source=tools/testing/selftests/connectx/faults_lib.sh
. "$(dirname "$0")/faults_lib.sh"

CYCLES=${1:-10}
# What the kernel says of a module that is not its own, and what the driver says of each network device, as mlx4_en does.
export UNAVOIDABLE='out-of-tree module|Using [0-9]+ [TR]X rings$|Port [12]: Initializing port$'
use_driver rust_mlx4

# The commands of probe, and those of removal, in their order.
PROBE=(QUERY_FW MAP_FA RUN_FW QUERY_DEV_CAP QUERY_ADAPTER SET_ICM_SIZE MAP_ICM_AUX MAP_ICM INIT_HCA CONFIG_DEV SW2HW_EQ
	MAP_EQ NOP QUERY_PORT SET_PORT SW2HW_MPT)
# Whose answers the driver goes by.
ANSWERS=(QUERY_FW QUERY_DEV_CAP QUERY_ADAPTER SET_ICM_SIZE QUERY_HCA QUERY_PORT MAD_IFC)
REMOVE=(HW2SW_MPT CLOSE_PORT SET_PORT HW2SW_EQ MAP_EQ CLOSE_HCA UNMAP_ICM UNMAP_ICM_AUX UNMAP_FA)

load() { insert && eventually works && settled; }

all_is_shown() {
	shows "^$DEV" devlink dev show && shows 'driver rust_mlx4' devlink dev info "$DEV" && works &&
		has_type 1 eth && has_type 2 eth && shows '^eth$' cat "$DEVICE/mlx4_port1" &&
		shows "^$DEV/cr-space: size 1048576 snapshot \[\]" devlink region show &&
		shows "^$DEV/fw-health: size 64 snapshot \[\]" devlink region show
}

# type_file PORT TYPE: what the file of a port's type says.
type_file() { [[ $(cat "$DEVICE/mlx4_port$1") == "$2" ]]; }
# write_type PORT TYPE
write_type() { echo "$2" >"$DEVICE/mlx4_port$1"; } 2>/dev/null

types_are_files() {
	dmesg -C
	write_type 2 ib && type_file 2 ib && has_type 2 ib && has_netdevs 1 &&
		! write_type 2 fc && logs 'fc is not supported port type' && type_file 2 ib &&
		write_type 2 eth && type_file 2 eth && has_type 2 eth && works
}

both_ports_become_infiniband() {
	write_type 1 ib && write_type 2 ib && has_netdevs 0 && has_type 1 ib && has_type 2 ib &&
		write_type 1 eth && has_netdevs 1 && write_type 2 eth && works
}

sense() { tell "{\"do\": \"sense\", \"port\": $1, \"type\": \"$2\"}"; }

types_are_sensed() {
	sense 2 eth && write_type 2 auto && eventually type_file 2 'auto (eth)' && works &&
		sense 2 ib && eventually type_file 2 'auto (ib)' && has_netdevs 1 &&
		sense 2 none && sleep 4 && type_file 2 'auto (ib)' &&
		sense 2 eth && eventually type_file 2 'auto (eth)' && eventually works &&
		write_type 2 eth && type_file 2 eth && works
}

# Devlink does nothing if the port is already what a user wants, so in the end that is written to the file.
auto_is_a_type_of_devlink() {
	sense 2 ib && set_type 2 auto && eventually has_type 2 ib && type_file 2 'auto (ib)' && sense 2 eth &&
		eventually has_type 2 eth && eventually works && write_type 2 eth && type_file 2 eth && works
}

mtu_file() { shows "^$1$" cat "$DEVICE/mlx4_port2_mtu"; }
write_mtu() { echo "$1" >"$DEVICE/mlx4_port2_mtu"; } 2>/dev/null

# Only of InfiniBand.
mtu_is_a_file() {
	! write_mtu 1024 && write_type 2 ib && mtu_file '(2048|4096)' && write_mtu 1024 && mtu_file 1024 &&
		! write_mtu 1000 && mtu_file 1024 && write_type 2 eth && works
}

types_outlive_what_comes() {
	write_type 2 ib && devlink dev reload "$DEV" >/dev/null && type_file 2 ib && has_netdevs 1 && dmesg -C &&
		dies && eventually recovered && type_file 2 ib && has_netdevs 1 && write_type 2 eth && works
}

other_namespace_is_refused() {
	ip netns add other && refuses 'Namespace change is not supported' devlink dev reload "$DEV" netns other &&
		ip netns del other && works
}

wrong_values_are_refused() {
	refuses 'max_macs supported must be power of 2' param max_macs 3 driverinit &&
		! param max_macs 256 driverinit 2>/dev/null && ! param max_macs 0 driverinit 2>/dev/null
}

# has_snapshot REGION LIST
has_snapshot() { shows "^$DEV/$1: size [0-9]+ snapshot \[$2\]" devlink region show; }

dies() { tell "{\"do\": \"fatal\", \"syndrome\": ${1:-1}}"; }
back_to_work() { eventually recovered && eventually works; }
dies_and_recovers() { dmesg -C && dies && back_to_work; }

regions_outlive_reloads() {
	param region_snapshot_enable true runtime && dmesg -C && dies 4660 && back_to_work &&
		has_snapshot fw-health 0 && has_snapshot cr-space 0 && reload &&
		shows '^0000000000000000 00 00 12 34' devlink region read "$DEV/fw-health" snapshot 0 address 0 length 16 &&
		devlink region del "$DEV/fw-health" snapshot 0 && devlink region del "$DEV/cr-space" snapshot 0 &&
		has_snapshot fw-health '' && param region_snapshot_enable false runtime
}

# A device that is not to be reset stays dead, until a user has it reloaded.
stays_dead() {
	param internal_error_reset false runtime && dmesg -C && dies && eventually logs 'Internal error detected' &&
		sleep 6 && card_is true .dead && ! recovered && reload && works && param internal_error_reset true runtime
}

dies_while_up() { up 1 && up 2 && dies_and_recovers && up 1 && down 1; }

# It is about to recover then, in which the stock driver deadlocks.
dies_and_is_removed() { dies && in_time 30 remove && remove_and_rescan; }
dies_and_is_unbound() { dies && in_time 30 unbind && holds_nothing && bind && works; }
dies_and_is_unloaded() { dies && in_time 30 unload && holds_nothing && load; }
dies_and_is_reloaded() { dies && in_time 60 devlink dev reload "$DEV" >/dev/null; eventually works; }
remove() { echo 1 >"$DEVICE/remove"; }

dies_during_reload() {
	for _ in 1 2 3; do devlink dev reload "$DEV"; done >/dev/null 2>&1 &
	sleep 1.5
	dies
	wait $!
	eventually works
}

# A card that is put in again is a device as new.
remove_and_rescan() {
	[[ ! -e $DEVICE ]] || remove
	tell return && tell clear && tell release && echo 1 >/sys/bus/pci/rescan && eventually is_bound && eventually works
}

vanishes() { dmesg -C && tell remove && { eventually gave_up || eventually gave_up; } && remove_and_rescan; }
vanishes_and_is_removed() { up 1 && tell remove && in_time 30 remove && remove_and_rescan; }

gone_during_reload() {
	devlink dev reload "$DEV" >/dev/null 2>&1 &
	sleep 0.5
	tell remove
	wait $!
	remove_and_rescan
}

is_reset_unbound() { unbind && echo flr >"$DEVICE/reset_method" && echo 1 >"$DEVICE/reset" && bind && works; }

# After an error that is final it is for users to say when to go on. Their reload does not find the device, which is switched
# off; then the driver recovers it.
errors_of_the_bus() {
	insmod "$ERRORS" && bus_error nonfatal && eventually works && bus_error fatal && eventually works &&
		bus_error final && { reload 2>/dev/null || eventually works; } && works &&
		bus_error fatal && eventually works && rmmod devlink_test_pci
}

# A command that does not end is given up after a minute; its device is reset, as nobody knows what that does.
times_out() {
	dmesg -C
	tell '{"do": "hang", "command": "SW2HW_CQ"}'
	! in_time 90 ip link set "$(netdev 1)" up 2>/dev/null && logs 'timed out' && eventually works && up 1 && down 1
}

failing_netdev() {
	local command
	for command in SW2HW_CQ RST2INIT_QP INIT2RTR_QP RTR2RTS_QP SET_PORT INIT_PORT SW2HW_MPT; do
		tell "{\"do\": \"fail\", \"command\": \"$command\", \"status\": 1}"
		ip link set "$(netdev 1)" up 2>/dev/null
		down 1
		if ! { tell clear && up 1 && down 1; }; then
			echo "the command was $command"
			return 1
		fi
	done
}

load_and_unload() { load && unload && holds_nothing; }

check 'probes, without a warning' quiet mlx4 load
check 'what there is is shown' all_is_shown
check 'reload changes nothing, without a warning' quiet mlx4 cycles reload
check 'types of ports are files' types_are_files
check 'both ports are InfiniBand' both_ports_become_infiniband
check 'types are sensed' types_are_sensed
check 'types are sensed as devlink says' auto_is_a_type_of_devlink
check 'the MTU of InfiniBand is a file' mtu_is_a_file
check 'types outlive reloads and recoveries' types_outlive_what_comes
check 'another namespace is refused' other_namespace_is_refused
check 'wrong values are refused' wrong_values_are_refused
check 'firmware that dies is reset' cycles dies_and_recovers
check 'it dies while network devices are up' dies_while_up
check 'regions outlive reloads' regions_outlive_reloads
check 'firmware that dies is not reset if users do not want that' stays_dead
check 'it dies, and is removed at once' cycles dies_and_is_removed
check 'it dies, and is unbound at once' cycles dies_and_is_unbound
check 'it dies, and its driver is unloaded at once' cycles dies_and_is_unloaded
check 'it dies, and is reloaded at once' cycles dies_and_is_reloaded
check 'it dies during reload' dies_during_reload
check 'it is reset while it is not bound' quiet mlx4 is_reset_unbound
check 'errors of the bus are seen' bus_errors_are_seen "$PCI"
check 'errors of the bus are recovered from' errors_of_the_bus
check 'the card is gone during reload, and comes back' gone_during_reload
check 'the card vanishes, and comes back' vanishes
check 'the card vanishes, and is removed at once' cycles vanishes_and_is_removed
check 'unloads' unload
check 'all is given back' gives_all_back
check "$CYCLES times loaded and unloaded, without a warning" quiet mlx4 cycles load_and_unload
check 'all is still given back' gives_all_back
check 'loads' load
check 'slow commands are waited for' each_command probe '{"do": "delay", "command": "%s", "ms": 300}' "${PROBE[@]}"
check 'each command of probe fails' each_command probe '{"do": "fail", "command": "%s", "status": 1}' "${PROBE[@]}"
check 'none of them has left anything' card_is '{}' .leaked objects
check 'each command of removal fails' each_command removal '{"do": "fail", "command": "%s", "status": 1}' "${REMOVE[@]}"
check 'commands answer noise' each_command probe '{"do": "garbage", "command": "%s"}' "${ANSWERS[@]}"
check 'commands of a network device fail' failing_netdev
check 'a command of probe hangs when the firmware dies' hangs INIT_HCA '{"do": "fatal"}'
check 'a command of probe hangs when the card vanishes' hangs QUERY_DEV_CAP remove
check 'a command of removal hangs when the firmware dies' hangs HW2SW_EQ '{"do": "fatal"}'
check 'a command of removal hangs when the card vanishes' hangs CLOSE_HCA remove
check 'a command that does not end is given up' times_out
check 'unloads at last' unload
check 'nothing is held' holds_nothing
check 'no command was unknown' card_is '[]' .unknown
check 'the kernel has nothing to report' no_report
finish
