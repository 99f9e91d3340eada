#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mlx4.sh [--driver mlx4_core|rust_mlx4] [CYCLES]: a driver, the stock one with mlx4_en if nothing is said, on a model
# ConnectX-3 of two ports (scripts/vm --nic cx3). CYCLES is how often it is loaded and unloaded, and reloaded, at the end.
# shellcheck source=tools/testing/selftests/connectx/mlx4_lib.sh
. "$(dirname "$0")/mlx4_lib.sh"

driver=mlx4_core
if [[ ${1:-} == --driver ]]; then
	driver=${2:?}
	shift 2
fi
use_driver "$driver"
CYCLES=${1:-10}
# mlx4_en tells with the level of a warning that it makes a netdev, whatever the card.
export UNAVOIDABLE='Using [0-9]+ [TR]X rings$|Port [12]: Initializing port$'

load() { insert && eventually has_netdevs 2 && settled; }
load_with() {
	local parameters=("$@")
	load
}

all_objects_are_shown() {
	shows "^$DEV" devlink dev show &&
		shows "driver $DRIVER" devlink dev info "$DEV" &&
		shows "^$DEV/1: type eth netdev" devlink port show &&
		shows "^$DEV/2: type eth netdev" devlink port show &&
		shows "^$DEV/cr-space: size 1048576 snapshot \[\]" devlink region show &&
		shows "^$DEV/fw-health: size 64 snapshot \[\]" devlink region show &&
		(($(devlink dev param show "$DEV" | grep -c '^  name ') == 5))
}

identity_is_read() {
	shows 'firmware-version: 2.42.5000' ethtool -i "$(netdev 1)" &&
		shows 'MT0000X00000' tr -c '[:print:]' '\n' <"$DEVICE/vpd" &&
		shows '^00:02:c9:11:22:01$' cat "$DEVICE/net/$(netdev 1)/address"
}

both_up_and_down() {
	local before
	before=$(card .total objects)
	up 1 && up 2 &&
		shows 'Speed: 40000Mb/s' ethtool "$(netdev 1)" &&
		shows 'QSFP' ethtool -m "$(netdev 1)" &&
		(($(card .objects.qps objects) > 0)) &&
		down 1 && down 2 &&
		card_is "$before" .total objects
}

settings_change() {
	local eth
	eth=$(netdev 1)
	up 1 &&
		ip link set "$eth" mtu 9000 &&
		ip link set "$eth" address 02:00:00:00:00:01 &&
		ip link set "$eth" promisc on && ip link set "$eth" promisc off &&
		ip link add link "$eth" name v100 type vlan id 100 2>/dev/null && ip link del v100
	ethtool -G "$eth" rx 512 tx 512 &&
		ethtool -L "$eth" rx 1 tx 1 &&
		ethtool -K "$eth" rxvlan off rxhash off &&
		ethtool -C "$eth" rx-usecs 32 &&
		ethtool -S "$eth" >/dev/null &&
		down 1
}

frames_are_sent() {
	local eth before
	eth=$(netdev 1)
	up 1 && before=$(card .hca.frames_sent) || return
	ip address add 192.0.2.1/24 dev "$eth" && ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev \
		"$eth" || return
	# More than the ring has room for.
	timeout 60 python3 -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(3000): s.sendto(b"x" * 1000, ("192.0.2.2", 9))' || return
	(($(card .hca.frames_sent) >= before + 3000)) || {
		echo "expected 3000 more frames than $before, came: $(card .hca.frames_sent)"
		return 1
	}
	down 1
}

self_test() {
	up 1 && ethtool -t "$(netdev 1)" online | tee /dev/stderr | grep -qE 'Interrupt Test\s+0' && down 1
}

links_follow_the_cable() {
	up 1 && cable 1 false && eventually carrier 1 0 && cable 1 true && eventually carrier 1 1 && down 1
}

type_changes() {
	set_type 2 ib && has_type 2 ib && has_netdevs 1 &&
		set_type 2 eth && eventually has_netdevs 2 && settled &&
		shows "^$DEV/2: type eth netdev" devlink port show
}

bond_maps_ports() {
	become_a_bond && cable 1 false && eventually maps_ports '[2,2]' && cable 1 true &&
		ip link del "$BOND" && eventually maps_ports '[1,2]'
}

# A type change while bonded: the bond loses a port, and nobody waits for ever.
bonded_type_changes() {
	become_a_bond && in_time 60 set_type 2 ib && in_time 60 set_type 2 eth &&
		eventually has_netdevs 2 && settled && ip link del "$BOND" && eventually maps_ports '[1,2]'
}

params_are_applied() {
	param max_macs 64 driverinit && reload &&
		shows 'cmode driverinit value 64' devlink dev param show "$DEV" name max_macs &&
		both_up_and_down &&
		param max_macs 128 driverinit && reload
}

# Half the size of entries of event and completion queues.
small_entries() {
	param enable_64b_cqe_eqe false driverinit && reload && both_up_and_down && frames_are_sent
	local status=$?
	param enable_64b_cqe_eqe true driverinit && reload && return "$status"
}

reload_changes_nothing() {
	local before
	before=$(card .objects objects)
	reload && card_is "$before" .objects objects
}

dies_and_recovers() {
	dmesg -C
	up 1 && param region_snapshot_enable true runtime &&
		tell '{"do": "fatal", "syndrome": 4660}' &&
		eventually recovered && eventually has_netdevs 2 && settled && logs 'buf\[00\]: 00001234' &&
		up 1 && down 1
}

snapshots_are_read() {
	shows '^0000000000000000 00 00 12 34' devlink region read "$DEV/fw-health" snapshot 0 address 0 \
		length 16 &&
		shows '^0000000000001000 00 00 10 00' devlink region read "$DEV/cr-space" snapshot 0 \
			address 4096 length 16 &&
		devlink region del "$DEV/fw-health" snapshot 0 && devlink region del "$DEV/cr-space" snapshot 0 &&
		param region_snapshot_enable false runtime
}

failure_is_undone() {
	local before
	before=$(card .total objects)
	tell '{"do": "fail", "command": "SW2HW_CQ", "status": 1}'
	! ip link set "$(netdev 1)" up 2>/dev/null && card_is "$before" .total objects && up 1 && down 1
}

slow_commands_are_waited_for() {
	tell '{"do": "delay", "command": "any", "ms": 100, "count": 10}' && up 1 && down 1
}

events_are_told() {
	dmesg -C
	tell '{"do": "temperature", "celsius": 111}' && tell '{"do": "bad_cable", "port": 2}' &&
		eventually logs 'Current Temperature: 111' && eventually logs 'Bad cable detected on port 2'
}

unbind_and_bind() {
	unbind && gives_all_back && bind && eventually has_netdevs 2 && settled
}

remove_and_rescan() {
	echo 1 >"$DEVICE/remove" && gives_all_back &&
		echo 1 >/sys/bus/pci/rescan && eventually has_netdevs 2 && settled
}

gone_during_reload() {
	devlink dev reload "$DEV" >/dev/null 2>&1 &
	sleep 0.5
	tell remove
	! wait $! && comes_back
}

# Its driver finds that out by itself. The stock one must have given up before it is removed: it would
# deadlock otherwise (Documentation/connectx.rst).
gone_while_idle() {
	dmesg -C
	up 1 && tell remove && { eventually gave_up || eventually gave_up; } && comes_back
}

# The same, but nobody waits for its driver, which is about to find that out.
gone_and_removed() {
	up 1 && tell remove && comes_back
}

comes_back() {
	in_time 60 remove && tell return && echo 1 >/sys/bus/pci/rescan && eventually has_netdevs 2 &&
		settled && both_up_and_down
}
remove() { echo 1 >"$DEVICE/remove"; }

function_is_reset() {
	unload && echo flr >"$DEVICE/reset_method" && echo 1 >"$DEVICE/reset" && load
}

# The other way of steering, where the card has rules instead of groups.
rules_of_the_card() {
	unload && load_with log_num_mgm_entry_size=-1 && up 1 && (($(card .objects.flows objects) > 0)) && down 1 &&
		both_up_and_down && unload && gives_all_back && load
}

load_and_unload() { load && unload && gives_all_back; }

verify 'probes, without a warning' quiet mlx4 load
verify 'all devlink objects are shown' all_objects_are_shown
devlink_says "$DEV"
verify 'firmware version, serial number and address are read' identity_is_read
verify 'netdevs go up and down, without a warning' quiet mlx4 both_up_and_down
verify 'settings are changed, without a warning' quiet mlx4 settings_change
verify 'frames are sent, without a warning' quiet mlx4 frames_are_sent
verify 'each interrupt comes' self_test
verify 'links follow the cable' quiet mlx4 links_follow_the_cable
verify "a port's type is changed, without a warning" quiet mlx4 type_changes
verify 'a bond maps ports' quiet mlx4 bond_maps_ports
verify "a port's type is changed while bonded" bonded_type_changes
verify 'params are applied by reload' params_are_applied
verify 'small queue entries work' small_entries
verify 'reload changes nothing, without a warning' quiet mlx4 reload_changes_nothing
# What recovers in the stock driver takes locks in an order that lockdep rightly reports, and after that it would report
# nothing more.
if [[ ! -e /proc/lockdep || $DRIVER != mlx4_core ]]; then
	verify 'firmware that dies is reset' dies_and_recovers
	verify 'regions have what the card had then' snapshots_are_read
	verify 'the card is gone, and comes back' gone_while_idle
fi
# The stock driver deadlocks.
if [[ $DRIVER != mlx4_core ]]; then
	verify 'the card is gone, and removed at once' gone_and_removed
fi
verify 'a command that fails leaves nothing behind' failure_is_undone
verify 'slow commands are waited for' quiet mlx4 slow_commands_are_waited_for
verify 'events are told' events_are_told
verify 'commands are captured' commands_are_captured '^INIT_HCA .* -> ok$'
verify 'errors of the bus are seen' bus_errors_are_seen "$PCI"
verify 'unbind and bind, without a warning' quiet mlx4 unbind_and_bind
verify 'remove and rescan, without a warning' quiet mlx4 remove_and_rescan
devlink_says "$DEV"
verify 'function-level reset' function_is_reset
verify 'the card steers by rules' rules_of_the_card
verify 'the card is gone during reload, and comes back' gone_during_reload
verify "$CYCLES times reloaded, without a warning" quiet mlx4 cycles reload
verify 'unloads' unload
verify "$CYCLES times loaded and unloaded, without a warning" quiet mlx4 cycles load_and_unload
verify 'all is given back' gives_all_back
verify 'no command was unknown' card_is '[]' .unknown
finish
