#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mlx5.sh [--driver mlx5_core|rust_mlx5] [CYCLES]: a driver, the stock one if nothing is said, on a model ConnectX-5 of two
# ports, which are two functions (scripts/vm --nic cx5,ports=2,count=2). CYCLES is how often it is loaded and unloaded, and
# reloaded, at the end.
# shellcheck source=tools/testing/selftests/connectx/mlx5_lib.sh
. "$(dirname "$0")/mlx5_lib.sh"

driver=mlx5_core
if [[ ${1:-} == --driver ]]; then
	driver=${2:?}
	shift 2
fi
use_driver "$driver"
CYCLES=${1:-10}
# What the driver says with the level of a warning, whatever the card, when the firmware resets, and
# in switchdev mode.
export UNAVOIDABLE='MPFS/FDB active|Sync Reset|Reset Ack|Skipping wait for vf|wasn.t destroyed, refcount|(Dropping|Disabling) .* (vlan|switchdev mode)$|S-tagged traffic'

has_netdevs() { [[ $(netdev) && $(netdev "$OTHER") ]]; }
has_none() { [[ ! $(netdev) ]]; }

load() { insert && eventually has_netdevs && settled; }
unload() { modprobe -r "$DRIVER"; }
reload() { devlink dev reload "$DEV" "$@" >/dev/null && eventually has_netdevs && settled; }
cable() { tell "{\"do\": \"link\", \"up\": $1}"; }
param() { devlink dev param set "$DEV" name "$1" value "$2" cmode "$3"; }

all_objects_are_shown() {
	shows "^$DEV" devlink dev show &&
		shows 'fw.version 16.35.4030' devlink dev info "$DEV" &&
		shows 'fw.psid MT_0000000012' devlink dev info "$DEV" &&
		shows 'board.serial_number MT0000M00000' devlink dev info "$DEV" &&
		shows 'type eth netdev .* flavour physical port 0' devlink port show &&
		shows 'type eth netdev .* flavour physical port 1' devlink port show &&
		shows 'reporter fw_fatal' devlink health show "$DEV" &&
		shows 'mode legacy' devlink dev eswitch show "$DEV" &&
		(($(devlink dev param show "$DEV" | grep -c '^  name ') >= 15))
}

# The rules for its addresses and a queue for events stay after the first time.
up_and_down() {
	local before
	up && down && before=$(card .total objects) || return
	up && shows 'Speed: 100000Mb/s' ethtool "$(netdev)" && shows QSFP28 ethtool -m "$(netdev)" &&
		(($(card .objects.sq objects) > 0)) && down && card_is "$before" .total objects
}

settings_change() {
	local eth
	eth=$(netdev)
	up && ip link set "$eth" mtu 9000 && ip link set "$eth" address 02:00:00:00:00:01 &&
		ip link set "$eth" allmulticast on && ip link set "$eth" allmulticast off &&
		ethtool -G "$eth" rx 512 tx 512 && ethtool -L "$eth" combined 1 && ethtool -L "$eth" combined 2 &&
		ethtool -K "$eth" rxhash off && ethtool -C "$eth" rx-usecs 16 adaptive-rx off &&
		ethtool -A "$eth" rx on tx on && ethtool -X "$eth" equal 2 && ethtool -S "$eth" >/dev/null &&
		ethtool -s "$eth" speed 25000 autoneg off && ethtool -s "$eth" autoneg on && down
}

frames_are_sent() {
	local eth before
	eth=$(netdev)
	up && before=$(card .sent) || return
	ip address add 192.0.2.1/24 dev "$eth" && ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev \
		"$eth" || return
	timeout 60 python3 -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(3000): s.sendto(b"x" * 1000, ("192.0.2.2", 9))' || return
	(($(card .sent) > before)) && down
}

links_follow_the_cable() {
	up && cable false && eventually carrier 0 && cable true && eventually carrier 1 && down
}

switchdev_and_back() {
	devlink dev eswitch set "$DEV" mode switchdev &&
		shows 'mode switchdev' devlink dev eswitch show "$DEV" && up &&
		devlink_says "$DEV" &&
		devlink dev eswitch set "$DEV" mode legacy &&
		shows 'mode legacy' devlink dev eswitch show "$DEV" &&
		eventually has_netdevs && settled
}

bond_becomes_lag() {
	modprobe bonding && ip link add bond0 type bond mode active-backup miimon 100 && settled &&
		ip link set "$(netdev)" down && ip link set "$(netdev "$OTHER")" down &&
		ip link set "$(netdev)" master bond0 && ip link set "$(netdev "$OTHER")" master bond0 &&
		ip link set bond0 up && eventually card_is 1 .objects.lag objects && ip link del bond0 &&
		eventually card_is 0 .objects.lag objects
}

params_are_applied() {
	param max_macs 64 driverinit && param io_eq_size 256 driverinit && reload &&
		shows 'cmode driverinit value 64' devlink dev param show "$DEV" name max_macs && up_and_down &&
		param max_macs 128 driverinit && param io_eq_size 1024 driverinit && reload
}

ethernet_is_a_param() {
	param enable_eth false driverinit && devlink dev reload "$DEV" >/dev/null && has_none &&
		param enable_eth true driverinit && reload
}

image() { ctl "$1" | jq -r .file | python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))'; }

firmware_is_flashed() {
	image '{"do": "image", "sub": 4031}' >/lib/firmware/cx5.mfa2 &&
		devlink dev flash "$DEV" file cx5.mfa2 >/dev/null && card_is '"16.35.4031"' .pending &&
		reload action fw_activate && shows 'fw.version 16.35.4031' devlink dev info "$DEV"
}

spoilt_firmware_is_refused() {
	image '{"do": "image", "sub": 4032}' >/lib/firmware/cx5.mfa2 &&
		printf x | dd of=/lib/firmware/cx5.mfa2 bs=1 seek=2000 conv=notrunc status=none
	! devlink dev flash "$DEV" file cx5.mfa2 >/dev/null 2>&1 && card_is null .pending
}

dies_and_recovers() {
	tell '{"do": "fatal", "syndrome": 1}' && eventually reporter fw_fatal recover 1 &&
		eventually has_netdevs && settled && up_and_down &&
		shows 'crdump_data' devlink health dump show "$DEV" reporter fw_fatal
}

syndrome_is_diagnosed() {
	tell '{"do": "fatal", "syndrome": 16, "reset": false}' &&
		eventually reporter fw error 1 &&
		shows 'High temperature' devlink health diagnose "$DEV" reporter fw && reload
}

failure_is_undone() {
	local before
	before=$(card .total objects)
	tell '{"do": "fail", "command": "CREATE_CQ", "status": 5}'
	! ip link set "$(netdev)" up 2>/dev/null && card_is "$before" .total objects && up && down
}

slow_commands_are_waited_for() {
	tell '{"do": "delay", "command": "any", "ms": 100, "count": 10}' && up && down
}

pages_come_and_go() {
	local before
	before=$(card .pages objects)
	tell '{"do": "pages", "extra": 1000}' && eventually more_pages $((before + 1000)) &&
		tell pages && eventually fewer_pages $((before + 200))
}
more_pages() { (($(card .pages objects) >= $1)); }
fewer_pages() { (($(card .pages objects) <= $1)); }

events_are_told() {
	dmesg -C
	tell '{"do": "temperature", "celsius": 111}' &&
		tell '{"do": "module", "plugged": false}' &&
		tell module && eventually logs 'High temperature on sensors' &&
		eventually logs 'Cable unplugged'
}

unbind_and_bind() {
	unbind && gives_all_back && bind && eventually has_netdevs && settled
}

remove_and_rescan() {
	echo 1 >"$DEVICE/remove" && gives_all_back && echo 1 >/sys/bus/pci/rescan &&
		eventually has_netdevs && settled
}

function_is_reset() {
	unload && echo flr >"$DEVICE/reset_method" && echo 1 >"$DEVICE/reset" && load
}

# The driver waits for a command for a minute, and for firmware for two.
gone_during_reload() {
	devlink dev reload "$DEV" >/dev/null 2>&1 &
	sleep 0.3
	tell remove
	wait $!
	echo 1 >"$DEVICE/remove" && tell return && echo 1 >/sys/bus/pci/rescan &&
		eventually has_netdevs && settled && up_and_down
}

reload_changes_nothing() {
	local before
	before=$(card .objects objects)
	reload && card_is "$before" .objects objects
}

load_and_unload() { load && unload && gives_all_back; }

verify 'probes, without a warning' quiet mlx5 load
verify 'all devlink objects are shown' all_objects_are_shown
devlink_says "$DEV" "$OTHER_DEV"
verify 'a netdev goes up and down, without a warning' quiet mlx5 up_and_down
verify 'settings are changed, without a warning' quiet mlx5 settings_change
verify 'frames are sent, without a warning' quiet mlx5 frames_are_sent
verify 'links follow the cable' quiet mlx5 links_follow_the_cable
verify 'switchdev and back, without a warning' quiet mlx5 switchdev_and_back
verify 'a bond of both ports is one of the card' quiet mlx5 bond_becomes_lag
verify 'params are applied by reload' quiet mlx5 params_are_applied
verify 'ethernet is switched off and on' quiet mlx5 ethernet_is_a_param
verify 'reload changes nothing, without a warning' quiet mlx5 reload_changes_nothing
verify 'firmware is flashed and activated' quiet mlx5 firmware_is_flashed
verify 'spoilt firmware is refused' spoilt_firmware_is_refused
verify 'a syndrome is diagnosed' syndrome_is_diagnosed
verify 'firmware that dies is reset' dies_and_recovers
devlink_says "$DEV" "$OTHER_DEV"
verify 'a command that fails leaves nothing behind' failure_is_undone
verify 'slow commands are waited for' quiet mlx5 slow_commands_are_waited_for
verify 'pages come and go' quiet mlx5 pages_come_and_go
verify 'events are told' events_are_told
verify 'commands are captured' commands_are_captured '^INIT_HCA.* -> Ok'
verify 'errors of the bus are seen' bus_errors_are_seen "$PCI"
verify 'unbind and bind, without a warning' quiet mlx5 unbind_and_bind
verify 'remove and rescan, without a warning' quiet mlx5 remove_and_rescan
devlink_says "$DEV" "$OTHER_DEV"
verify 'function-level reset' function_is_reset
verify 'the card is gone during reload, and comes back' gone_during_reload
verify "$CYCLES times reloaded, without a warning" quiet mlx5 cycles reload
verify 'unloads' unload
verify "$CYCLES times loaded and unloaded, without a warning" quiet mlx5 cycles load_and_unload
verify 'all is given back' gives_all_back
verify 'no command was unknown' card_is '[]' .unknown
finish
