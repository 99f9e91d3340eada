#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module devlink_test: every kind of object is there and shown, what it is told to do it does,
# and nothing is left when it is unloaded with devices there.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

DEV=devlink_test/devlink_test1
OTHER=devlink_test/devlink_test2

event() { tell 1 event "$@"; }

ports_are_shown() {
	local flavour
	for flavour in physical cpu dsa pcipf pcivf pcisf virtual; do
		shows "flavour $flavour " devlink port show || return
	done
	shows 'devlink_test1/0: type eth netdev dt1p0 .* splittable true lanes 4' devlink port show &&
		shows 'devlink_test1/48: type eth netdev dt1p48 .* split_group 1 ' devlink port show &&
		shows 'hw_addr 02:ff:00:00:00:07 .* max_io_eqs 24' devlink port show "$DEV/7" &&
		shows 'index 5' sh -c "devlink -j port show $DEV/5 | sed 's/.*/index 5/'"
}

device_is_shown() {
	local version
	for version in 'board.id dt-1' 'fw 1.2.3' 'fw 1.2.4' 'fw.app 2.0' 'fw.app 2.1'; do
		shows "$version" devlink dev info "$DEV" || return
	done
	shows 'flash' devlink dev selftests show "$DEV" &&
		shows 'mode legacy inline-mode none encap-mode none' devlink dev eswitch show "$DEV"
}

parameters_are_shown() {
	local name
	for name in max_macs internal_error_reset enable_sriov clock_id fw_load_policy dt_u8 dt_u16 \
		dt_u32 dt_u64 dt_string dt_bool dt_u64_array dt_init_string dt_init_bool; do
		shows "name $name " devlink dev param show "$DEV" || return
	done
	devlink dev param set "$DEV" name dt_u32 value 7 cmode runtime &&
		shows 'cmode runtime value 7' devlink dev param show "$DEV" name dt_u32 &&
		refuses 'devlink_test: the value is out of range' \
			devlink dev param set "$DEV" name dt_u8 value 201 cmode runtime
}

resources_are_shown() {
	shows 'name routes size 1024 occ 77' devlink resource show "$DEV" &&
		shows 'name rx_queues size 8' devlink resource show "$DEV/0"
}

regions_are_read() {
	devlink region new "$DEV/dt_region" snapshot 1 &&
		shows '^0000000000000000 01 08 0f 16' devlink region dump "$DEV/dt_region" snapshot 1 &&
		shows '^0000000000000100 0' devlink region read "$DEV/dt_region" address 256 length 16 &&
		event snapshot dt_port_region 0 &&
		shows 'dt_port_region: size 16384 snapshot \[0\]' devlink region show &&
		event region_add late &&
		shows 'devlink_test1/late:' devlink region show &&
		event region_del late
}

health_is_shown() {
	shows 'a string' devlink health diagnose "$DEV" reporter dt_full &&
		event health_report dt_full broken &&
		shows 'context: broken' devlink health dump show "$DEV" reporter dt_full &&
		shows 'item: 499' devlink health dump show "$DEV" reporter dt_large &&
		event health_report dt_port broken 0 &&
		shows 'error 1 recover 1 ' devlink health show "$DEV/0" reporter dt_port
}

traps_are_shown() {
	local name
	for name in source_mac_is_multicast ttl_value_is_too_small lldp dt_drop dt_exception dt_control; do
		shows "name $name " devlink trap show "$DEV" || return
	done
	event trap dt_drop 0 100 &&
		shows 'bytes 100 packets 1' devlink -s trap show "$DEV" trap dt_drop &&
		shows 'name dt_group ' devlink trap group show "$DEV" &&
		shows 'policer 3 rate 3000 burst 512' devlink trap policer show
}

rates_are_shown() {
	shows '/dt_inner: type node parent dt_outer' devlink port function rate show &&
		shows "$DEV/8: type leaf parent dt_inner" devlink port function rate show &&
		devlink port function rate add "$DEV/users" tx_max 10mbit &&
		shows '/users: type node tx_max 10Mbit' devlink port function rate show "$DEV/users" &&
		devlink port function rate del "$DEV/users"
}

buffers_are_shown() {
	shows 'size 1048576 ing_pools 2 eg_pools 2 ing_tcs 4 eg_tcs 4' devlink sb show "$DEV" &&
		shows 'pool 3 type egress size 262144' devlink sb pool show "$DEV" sb 0 pool 3 &&
		devlink sb tc bind set "$DEV/0" sb 0 tc 1 type ingress pool 1 th 9 &&
		shows 'tc 1 type ingress pool 1 threshold 9' devlink sb tc bind show "$DEV/0" sb 0 tc 1 \
			type ingress
}

pipeline_is_shown() {
	shows 'name dt_header' devlink dpipe header show "$DEV" &&
		shows 'name dt_host size 3 .* resource_path /memory/tables/routes' devlink dpipe table show \
			"$DEV" &&
		shows 'index 199' devlink dpipe table dump "$DEV" name dt_large
}

# The driver is slow after its first message, so that devlink is there to show it.
flash_shows_progress() {
	cat "$TEST_DEBUGFS/devlink_test1/calls" >/dev/null
	tell 1 slow flash_update 2000 &&
		shows 'Preparing' script -qec "devlink dev flash $DEV file dummy.bin component fw.app" \
			/dev/null &&
		tell 1 slow flash_update 0 &&
		shows 'flash_update size=65536 component=fw.app' cat "$TEST_DEBUGFS/devlink_test1/calls"
}

bare_device_works() {
	new 2 ops=none netdevs=0 &&
		refuses 'Operation not supported' devlink dev reload "$OTHER" &&
		refuses 'Operation not supported' devlink dev flash "$OTHER" file dummy.bin &&
		shows "$OTHER/7: .* flavour pcivf" devlink port show &&
		hides "$OTHER/7:.*function" devlink -j port show "$OTHER/7" &&
		shows 'driver devlink_test' devlink dev info "$OTHER" &&
		del 2
}

more_objects_are_there() {
	new 2 netdevs=0 ports=3 params=3 resources=3 traps=3 rates=3 regions=3 reporters=3 linecards=3 \
		sbs=3 tables=3 &&
		shows "$OTHER/102:" devlink port show &&
		shows 'extra_param2 ' devlink dev param show "$OTHER" &&
		shows 'extra_resource2 ' devlink resource show "$OTHER" &&
		shows 'extra_trap2 ' devlink trap show "$OTHER" &&
		shows 'extra_node2:' devlink port function rate show &&
		shows 'extra_region2:' devlink region show &&
		shows 'extra_reporter2' devlink health show &&
		shows 'lc 4 state unprovisioned' devlink lc show "$OTHER" &&
		shows 'sb 3 ' devlink sb show &&
		shows 'extra_table2 ' devlink dpipe table show "$OTHER" &&
		devlink dev reload "$OTHER" >/dev/null &&
		shows "$OTHER/102:" devlink port show &&
		del 2
}

failure_is_told() {
	tell 1 fail info_get 5
	refuses 'devlink_test: info_get fails' devlink dev info "$DEV"
	local verdict=$?
	tell 1 fail info_get 0
	return "$verdict"
}

failed_reload_is_mended() {
	tell 1 fail reload_up 5 &&
		refuses 'devlink_test: reload_up fails' devlink dev reload "$DEV" &&
		hides "$DEV/" devlink port show &&
		refuses 'Device or resource busy' event port_add 30 &&
		tell 1 fail reload_up 0 &&
		devlink dev reload "$DEV" >/dev/null &&
		shows "$DEV/0: type eth netdev dt1p0" devlink port show &&
		shows 'fw_activate' devlink dev reload "$DEV" action fw_activate
}

tables() { devlink resource show "$DEV" | grep -E ' name tables '; }

# A size that is set while the driver reloads might not fit the others that it gets.
sizes_are_agreed_on() {
	local reload status
	devlink resource set "$DEV" path /memory/tables size 3072 &&
		shows 'size 2048 size_new 3072 ' tables &&
		tell 1 slow reload_up 2000 || return
	devlink dev reload "$DEV" >/dev/null &
	reload=$!
	sleep 1
	# The Rust core does this at once, the C core when the reload has ended.
	devlink resource set "$DEV" path /memory/tables size 2048
	status=$?
	wait "$reload" && ((status == 0)) && tell 1 slow reload_up 0 &&
		shows 'size 3072 size_new 2048 ' tables && devlink dev reload "$DEV" >/dev/null &&
		shows 'size 2048 ' tables && hides size_new tables
}

# A driver that is not registered yet may be unable to answer.
nobody_asks_before_register() {
	event port_add 71 && event unregister && cat "$TEST_DEBUGFS/devlink_test1/calls" >/dev/null &&
		event port_type 71 eth && event port_type 9 eth || return
	hides 'port_fn_.*_get' cat "$TEST_DEBUGFS/devlink_test1/calls" && event register &&
		shows 'port_fn_.*_get' cat "$TEST_DEBUGFS/devlink_test1/calls" && event port_del 71
}

slowness_is_felt() {
	local start=${EPOCHREALTIME/./} took
	tell 1 slow info_get 1000 && devlink dev info "$DEV" >/dev/null && tell 1 slow info_get 0 || return
	took=$(((${EPOCHREALTIME/./} - start) / 1000))
	echo "expected at least 1000 ms, took $took ms"
	((took >= 1000))
}

# Users hear of it some time later on the C core.
soon_shows() {
	local i
	for ((i = 0; i < 50; i++)); do
		! shows "$@" >/dev/null || return 0
		sleep 0.1
	done
	shows "$@"
}

device_is_shared() {
	new 2 netdevs=0 &&
		tell 2 event share serial-1 && shows 'devlink_index/' devlink dev show &&
		shows "$OTHER/7:" devlink port show "$OTHER/7" &&
		tell 2 event unnest && hides 'devlink_index/' devlink dev show &&
		refuses 'Operation already in progress' tell 2 event unnest &&
		shows "$OTHER/7:" devlink port show "$OTHER/7" && tell 2 event share serial-2
}

instances_are_nested() {
	tell 2 event unnest &&
		tell 2 event nest 1 && shows 'nested_devlink:' devlink dev show "$DEV" &&
		shows " *$OTHER" devlink dev show "$DEV" &&
		tell 2 event nest 1 port 9 && soon_shows "$OTHER" devlink port show "$DEV/9" &&
		tell 2 event nest 1 linecard 1 && soon_shows "$OTHER" devlink lc show "$DEV" lc 1 &&
		refuses 'Invalid argument' tell 1 event nest 2 &&
		refuses 'Invalid argument' tell 2 event nest 1 port 10 &&
		devlink port function rate set "$OTHER/7" parent dt_outer &&
		tell 2 event share serial-1 && shows 'devlink_index/' devlink dev show &&
		tell 2 event unnest && hides 'devlink_index/' devlink dev show &&
		tell 2 event nest 1
}

line_card_lives() {
	devlink lc set "$DEV" lc 1 type dt-8x200G &&
		shows 'state provisioning type dt-8x200G' devlink lc show "$DEV" lc 1 &&
		event linecard 1 provision dt-8x200G && shows 'state provisioned ' devlink lc show "$DEV" lc 1 &&
		event linecard 1 activate && shows 'state active ' devlink lc show "$DEV" lc 1 &&
		refuses 'Line card already provisioned' devlink lc set "$DEV" lc 1 type dt-4x400G &&
		devlink lc set "$DEV" lc 1 type dt-8x200G &&
		event linecard 1 deactivate && shows 'state provisioned ' devlink lc show "$DEV" lc 1 &&
		devlink lc set "$DEV" lc 1 notype && shows 'state unprovisioning ' devlink lc show "$DEV" lc 1 &&
		event linecard 1 clear && shows 'state unprovisioned' devlink lc show "$DEV" lc 1 &&
		devlink lc set "$DEV" lc 1 type dt-4x400G && event linecard 1 fail &&
		shows 'state provisioning_failed' devlink lc show "$DEV" lc 1
}

ports_come_and_go() {
	devlink port split "$DEV/0" count 4 &&
		shows "$DEV/43: type eth netdev dt1p43 .* split_group 0" devlink port show &&
		devlink port unsplit "$DEV/42" &&
		shows "$DEV/0: .* splittable true" devlink port show &&
		devlink port add "$DEV" flavour pcisf pfnum 0 sfnum 88 >/dev/null &&
		shows "$DEV/60: .* sfnum 88" devlink port show &&
		devlink port function set "$DEV/60" hw_addr 00:00:00:00:88:88 state active &&
		shows 'hw_addr 00:00:00:00:88:88 state active' devlink port show "$DEV/60" &&
		devlink port del "$DEV/60" &&
		refuses 'not made by a user' devlink port del "$DEV/9" &&
		event port_add 70 && event port_type 70 ib && shows "$DEV/70: type ib" devlink port show &&
		event port_del 70 && hides "$DEV/70:" devlink port show
}

ib_device_is_shown() {
	event port_add 70 && event port_type 70 ib &&
		shows "$DEV/70: type ib ibdev dtib70" devlink port show &&
		event ib_rename 70 other && shows "$DEV/70: type ib ibdev other" devlink port show &&
		event port_del 70
}

bad_input_is_refused() {
	local text
	for text in x -1 10000 '3 ops=maybe' '3 ports=many' '3 ports=99999999' '3 nosuch=1' '3 ports' \
		'3 ops=none traps=1'; do
		refuses 'Invalid argument' new "$text" || return
	done
	refuses 'File exists' new 1 &&
		refuses 'No such file' del 77 || return
	for text in 'nosuch 1' reload_up 'reload_up -1' 'reload_up 5 x y' 'reload_up x'; do
		refuses 'Invalid argument' tell 1 fail "$text" || return
	done
	for text in nosuch port_add 'port_add x' 'port_type 0 fddi' 'trap dt_drop 0 999999' \
		'linecard 1 fly'; do
		refuses 'Invalid argument' event "$text" || return
	done
	refuses 'No such file' event port_del 999 && refuses 'No such file' event snapshot nosuch
}

unload_leaves_nothing() {
	rmmod devlink_test &&
		hides . devlink dev show && hides . devlink port show && hides ' dt1p' ip -br link &&
		test ! -e "$TEST_BUS" && test ! -e "$TEST_DEBUGFS" && load_test_module && rmmod devlink_test
}

check 'the module is loaded' load_test_module
check 'a device comes' new 1
check 'the device is shown' device_is_shown
check 'ports of every flavour' ports_are_shown
check 'parameters of every type' parameters_are_shown
check 'resources of device and port' resources_are_shown
check 'regions of device and port' regions_are_read
check 'health reporters of device and port' health_is_shown
check 'traps, groups, policers' traps_are_shown
check 'rates' rates_are_shown
check 'shared buffers' buffers_are_shown
check 'the pipeline' pipeline_is_shown
check 'a flash with its progress' flash_shows_progress
check 'a device without callbacks' bare_device_works
check 'a device with more of everything' more_objects_are_there
check 'a failure of the driver is told' failure_is_told
check 'a reload that failed is mended by another' failed_reload_is_mended
check 'a slow driver is waited for' slowness_is_felt
check 'a reload gets the sizes that were wanted when it began' sizes_are_agreed_on
check_c_driver 'no driver is asked before it registers' nobody_asks_before_register
check 'ports come and go' ports_come_and_go
check_c_driver 'a port gets a device of InfiniBand, and that another name' ib_device_is_shown
check 'the life of a line card' line_card_lives
check 'an instance in a shared one' device_is_shared
check_c_driver 'instances in instances, ports, line cards' instances_are_nested
check 'bad input is refused' bad_input_is_refused
check 'unloading with devices there leaves nothing' unload_leaves_nothing
finish
