#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# rust_mlx5.sh [CYCLES]: the driver in Rust on a model ConnectX-5 of two functions (scripts/vm --nic
# cx5,ports=2,count=2). CYCLES is how often it is loaded and unloaded, and reloaded. $MODULE is a file to load instead
# of the kernel's own module.
# shellcheck source=tools/testing/selftests/connectx/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tools/testing/selftests/connectx/faults_lib.sh
. "$(dirname "$0")/faults_lib.sh"

CYCLES=${1:-10}
# What the kernel says of a module that is not its own.
export UNAVOIDABLE='out-of-tree module'
PCI=$(first_function 0x15b3 0x1017)
DEVICE=/sys/bus/pci/devices/$PCI
DRIVER=/sys/bus/pci/drivers/rust_mlx5
DEV=pci/$PCI
OTHER=$(for folder in /sys/bus/pci/devices/*; do
	[[ $(cat "$folder/vendor") != 0x15b3 || ${folder##*/} == "$PCI" ]] || echo "${folder##*/}"
done)
SEMAPHORE=tools/testing/selftests/connectx/semaphore.py

# The commands of probe, and those of removal, in their order.
PROBE=(ENABLE_HCA QUERY_ISSI SET_ISSI QUERY_PAGES MANAGE_PAGES ACCESS_REG QUERY_HCA_CAP SET_HCA_CAP INIT_HCA
	SET_DRIVER_VERSION QUERY_ADAPTER ALLOC_UAR CREATE_EQ MODIFY_NIC_VPORT_CONTEXT)
SOME=(QUERY_ISSI QUERY_PAGES QUERY_HCA_CAP ALLOC_UAR)
REMOVE=(DESTROY_EQ DEALLOC_UAR TEARDOWN_HCA MANAGE_PAGES DISABLE_HCA)

# It would load the stock driver when the card comes back after a rescan.
udevadm control --exit

load() { if [[ ${MODULE:-} ]]; then insmod "$MODULE"; else modprobe rust_mlx5; fi; }
unload() { rmmod rust_mlx5; }
is_bound() { [[ -e $DRIVER/$PCI ]]; }
bind() { echo "$PCI" >"$DRIVER/bind"; }
unbind() { echo "$PCI" >"$DRIVER/unbind"; }
reload() { devlink dev reload "$DEV" >/dev/null; }
tell() { ctl "$@" >/dev/null; }
# ask_reporter NAME FIELD [FUNCTION]
ask_reporter() { devlink -j health show "pci/${3:-$PCI}" reporter "$1" | jq -c ".health[][]|.$2"; }
# reporter NAME FIELD WANTED [FUNCTION]
reporter() { [[ $(ask_reporter "$1" "$2" "${4:-$PCI}") == "$3" ]]; }
recover() { devlink health recover "$DEV" reporter fw_fatal; }
holds_nothing() { card_is 0 .total objects && card_is 0 .pages objects; }
works() { is_bound && shows 'fw.version 16.35.4030' devlink dev info "$DEV" && card_is '"Running"' .phase; }

all_is_shown() {
	shows "^$DEV" devlink dev show && shows 'driver rust_mlx5' devlink dev info "$DEV" && works &&
		shows 'fw.psid MT_0000000012' devlink dev info "$DEV" &&
		shows 'board.serial_number MT0000M00000' devlink dev info "$DEV" &&
		shows 'reporter fw_fatal' devlink health show "$DEV" &&
		shows 'name event_eq_size' devlink dev param show "$DEV"
}

param_is_applied() {
	devlink dev param set "$DEV" name event_eq_size value 512 cmode driverinit && reload && works &&
		! devlink dev param set "$DEV" name event_eq_size value 5000 cmode driverinit 2>/dev/null
}

pages_come_and_go() {
	local before
	before=$(card .pages objects)
	tell '{"do": "pages", "extra": 300}' && eventually card_is $((before + 320)) .pages objects &&
		tell '{"do": "pages", "extra": 0}' && eventually has_pages_below $((before + 129))
}

has_pages_below() { (($(card .pages objects) < $1)); }

events_are_told() {
	dmesg -C
	tell '{"do": "temperature", "celsius": 110}' && tell '{"do": "module", "plugged": false}' &&
		eventually logs 'rust_mlx5.*High temperature' && eventually logs 'module 0, Cable unplugged'
}

syndrome_is_diagnosed() {
	tell '{"do": "fatal", "syndrome": 16, "reset": false}' && eventually reporter fw error 1 &&
		shows 'Description: High temperature' devlink health diagnose "$DEV" reporter fw &&
		shows 'health buffer' devlink health dump show "$DEV" reporter fw
}

# The driver looks every two seconds.
reload_and_look() { reload && sleep 5; }

# What the firmware's memory is in a dump is the model's, and words that it has nothing for are their addresses.
dump_is_whole() {
	local dump
	dump=$(devlink -j health dump show "$DEV" reporter fw_fatal | jq -c '[.. | numbers]')
	[[ $(jq -c '[length >= 16384, .[-4:]]' <<<"$dump") == '[true,[252,63,208,197]]' ]] && return
	echo "expected 16384 bytes, came ${dump:0:200} ... ${dump: -200}"
	return 1
}

counters_are_shown() {
	local came
	shows 'vNIC env counters' devlink health diagnose "$DEV" reporter vnic &&
		came=$(devlink -j health diagnose "$DEV" reporter vnic | jq -r 'paths(numbers) | .[-1]' | paste -sd ' ')
	[[ $came == 'total_error_queues send_queue_priority_update_flow comp_eq_overrun async_eq_overrun cq_overrun '`
		`'invalid_command quota_exceeded_command nic_receive_steering_discard' ]] && return
	echo "came: $came"
	return 1
}

# Reporters of queues, of the port. What they say while the device is up is as large as the rings.
queues_are_diagnosed() {
	local port device
	eventually has_netdevs && port=$(devlink -j port show | jq -r ".port | keys[] | select(startswith(\"$DEV/\"))") &&
		device=$(netdev "$PCI") && ip link set "$device" up && ethtool -G "$device" tx 512 &&
		shows 'reporter tx' devlink health show "$port" reporter tx &&
		shows 'reporter rx' devlink health show "$port" reporter rx &&
		[[ $(devlink -j health diagnose "$port" reporter tx | jq '."Common Config".SQ.size, (.SQs[0].sqn > 0)' | paste -sd ' ') == '512 true' ]] &&
		[[ $(devlink -j health diagnose "$port" reporter rx | jq '.RQs | map(."HW state") | unique[]') == 1 ]] &&
		devlink health recover "$port" reporter tx && ip link set "$device" down
}

# A second death within the period of grace stops the device, until a user has it recovered.
dies_and_recovers() {
	dmesg -C
	tell '{"do": "fatal"}' && eventually reporter fw_fatal recover 1 && works && dump_is_whole &&
		devlink health dump clear "$DEV" reporter fw_fatal &&
		tell '{"do": "fatal"}' && eventually reporter fw_fatal state '"error"' && eventually is_down &&
		recover && reporter fw_fatal recover 2 && reporter fw_fatal state '"healthy"' && works
}

is_down() { logs 'Driver is in error state. Unloading'; }

# recovers_by COMMAND...: that kills the device, which recovers.
recovers_by() {
	local before
	before=$(ask_reporter fw_fatal recover)
	dmesg -C
	devlink health set "$DEV" reporter fw_fatal grace_period 0 && "$@" &&
		eventually reporter fw_fatal recover $((before + 1)) && healthy && works
}

both_die() {
	local first second
	first=$(ask_reporter fw_fatal recover) second=$(ask_reporter fw_fatal recover "$OTHER")
	devlink health set "$DEV" reporter fw_fatal grace_period 0 &&
		devlink health set "pci/$OTHER" reporter fw_fatal grace_period 0 &&
		tell '{"do": "fatal"}' && tell --card 1 '{"do": "fatal"}' &&
		eventually reporter fw_fatal recover $((first + 1)) &&
		eventually reporter fw_fatal recover $((second + 1)) "$OTHER" && works &&
		shows 'fw.version' devlink dev info "pci/$OTHER"
}

# While another function has the semaphore there is neither a dump nor a reset by this one.
other_function_resets() {
	local before
	before=$(ask_reporter fw_fatal recover)
	dmesg -C
	devlink health set "$DEV" reporter fw_fatal grace_period 0 &&
		devlink health dump clear "$DEV" reporter fw_fatal
	"$SEMAPHORE" take "$DEVICE" || return
	! devlink health dump show "$DEV" reporter fw_fatal 2>/dev/null && tell '{"do": "fatal"}' &&
		eventually logs 'Failed to lock SW reset semaphore' && sleep 3 && ! logs 'Issuing FW Reset' &&
		"$SEMAPHORE" reset "$DEVICE" && eventually reporter fw_fatal recover $((before + 1)) &&
		"$SEMAPHORE" give "$DEVICE" && works && ! logs 'Issuing FW Reset'
}

# The machine restores the configuration space of a function that it has reset itself, not of others.
loses_power() { tell remove && eventually logs 'handling bad device' && sleep 1 && tell return; }
resets_bound() { echo flr >"$DEVICE/reset_method" && echo 1 >"$DEVICE/reset"; }
resets_unbound() { unbind && resets_bound && bind && works; }

# The card's functions are in slots of their own. After an error that is final it is for users to say when to go on.
errors_of_the_bus() {
	insmod "$ERRORS" && bus_error nonfatal && healthy && works && bus_error fatal && healthy && works &&
		bus_error final && is_lost && recover && healthy && works && bus_error fatal && healthy && works &&
		rmmod devlink_test_pci
}

is_lost() { reporter fw_fatal state '"error"' && card_is '"Down"' .phase; }

# A card that is put in again is a device as new.
remove_and_rescan() {
	[[ ! -e $DEVICE ]] || echo 1 >"$DEVICE/remove"
	tell return && tell clear && tell release && echo 1 >/sys/bus/pci/rescan && eventually is_bound && works
}

vanishes() {
	local before
	before=$(devlink -j health show "$DEV" reporter fw_fatal | jq '.health[][].error')
	tell remove && eventually reporter fw_fatal error $((before + 1)) && echo 1 >"$DEVICE/remove" &&
		remove_and_rescan
}

# netdev FUNCTION
netdev() { ls "/sys/bus/pci/devices/$1/net"; }
has_netdevs() { [[ -e $DEVICE/net && -e /sys/bus/pci/devices/$OTHER/net ]]; }

become_a_lag() {
	local function
	ip link add bond0 type bond mode active-backup miimon 100 || return
	for function in "$PCI" "$OTHER"; do
		ip link set "$(netdev "$function")" down && ip link set "$(netdev "$function")" master bond0 || return
	done
	ip link set bond0 up && eventually card_is 1 .objects.lag objects
}

# The function that made the LAG is gone without having taken it apart; the other one lives, and works.
maker_of_lag_vanishes() {
	eventually has_netdevs && modprobe bonding && become_a_lag && tell remove && echo 1 >"$DEVICE/remove" &&
		ip link del bond0 && sleep 3 && shows fw.version devlink dev info "pci/$OTHER" && remove_and_rescan &&
		eventually has_netdevs && become_a_lag && ip link del bond0 &&
		eventually card_is 0 .objects.lag objects
}

load_and_unload() { load && works && unload && holds_nothing; }

reload_and_die() {
	devlink health set "$DEV" reporter fw_fatal grace_period 0
	for _ in 1 2 3 4; do reload 2>/dev/null; done &
	sleep 0.5
	tell '{"do": "fatal"}'
	wait $!
	eventually healthy && works
}

healthy() { reporter fw_fatal state '"healthy"' && shows fw.version devlink dev info "$DEV" >/dev/null; }

gone_during_reload() {
	reload 2>/dev/null &
	sleep 0.3
	tell remove
	wait $!
	remove_and_rescan
}

check 'probes, without a warning' quiet mlx5 load
check 'what there is is shown' all_is_shown
check 'reload changes nothing, without a warning' quiet mlx5 cycles reload
check 'a parameter is applied by reload' quiet mlx5 param_is_applied
check 'pages come and go' quiet mlx5 pages_come_and_go
check 'events are told' events_are_told
check 'a syndrome is diagnosed' syndrome_is_diagnosed
check 'it is told once, whatever is reloaded' quiet mlx5 reload_and_look
check 'its own counters are diagnosed' quiet mlx5 counters_are_shown
check 'queues are diagnosed' quiet mlx5 queues_are_diagnosed
check 'firmware that dies is reset' dies_and_recovers
check 'firmware dies during reload' reload_and_die
check 'both functions die' cycles both_die
check 'another function resets the firmware' other_function_resets
check 'it loses its configuration space, and answers again' recovers_by loses_power
check 'it is reset while it is bound' recovers_by resets_bound
check 'it is reset while it is not bound' quiet mlx5 resets_unbound
check 'errors of the bus are seen' bus_errors_are_seen "$PCI"
check 'errors of the bus are recovered from' errors_of_the_bus
check 'the card is gone during reload, and comes back' gone_during_reload
check 'the card vanishes, and comes back' vanishes
check 'the maker of a LAG vanishes, and comes back' maker_of_lag_vanishes
check 'unloads' unload
check 'all is given back' gives_all_back
check "$CYCLES times loaded and unloaded, without a warning" quiet mlx5 cycles load_and_unload
check 'all is still given back' gives_all_back
check 'loads' load
check 'slow commands are waited for' each_command probe '{"do": "delay", "command": "%s", "ms": 300}' "${SOME[@]}"
check 'each command of probe fails' each_command probe '{"do": "fail", "command": "%s", "status": 1}' "${PROBE[@]}"
check 'none of them has left anything' card_is '{}' .leaked objects
check 'each command of removal fails' each_command removal '{"do": "fail", "command": "%s", "status": 1}' "${REMOVE[@]}"
check 'commands answer noise' each_command probe '{"do": "garbage", "command": "%s"}' "${SOME[@]}"
check 'a command of probe hangs when the firmware dies' hangs INIT_HCA '{"do": "fatal"}'
check 'a command of probe hangs when the card vanishes' hangs QUERY_HCA_CAP remove
check 'a command of removal hangs when the firmware dies' hangs DESTROY_EQ '{"do": "fatal"}'
check 'a command of removal hangs when the card vanishes' hangs TEARDOWN_HCA remove
check 'unloads at last' unload
check 'nothing is held' holds_nothing
check 'no command was unknown' card_is '[]' .unknown
finish
