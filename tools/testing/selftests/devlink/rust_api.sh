#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# rust_api.sh [FILE]: what the driver API in Rust has and the sample does not use, with module/devlink_rust_test.rs. FILE is
# made a record of all that devlink(8) answered, for a comparison of cores.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tools/testing/selftests/devlink/record.sh
. "$(dirname "$0")/record.sh"

DEV=faux/rust_test
start_record "${1:-/dev/null}"

load() { insert_module devlink_rust_test; }
set_param() { devlink dev param set "$DEV" name "$1" value "$2" cmode "$3"; }
param() { devlink dev param show "$DEV" name "$1"; }
reload() { devlink dev reload "$DEV" "$@"; }
diagnose() { devlink health diagnose "$DEV" reporter link; }
port() { devlink port show "$DEV/$1"; }
# devlink(8) asks for limits with a bit that the kernel refuses.
activate_live() {
	python3 -B build/tree/tools/net/ynl/pyynl/cli.py --spec build/tree/Documentation/netlink/specs/devlink.yaml --do reload \
		--json '{"bus-name": "faux", "dev-name": "rust_test", "reload-action": "fw-activate",
			"reload-limits": {"value": 2, "selector": 2}}' 2>&1
}
image() { head -c 100 /dev/zero >/lib/firmware/rust_test.fw; }
rate() { devlink port function rate "${@:-show}"; }
# How many values of rates the driver has.
limits() { command devlink health diagnose "$DEV" reporter link | grep -qE "limits: $1\\b"; }
# What is printed of the progress is a matter of time.
flash() { command devlink dev flash "$DEV" file rust_test.fw "$@"; }
reported() { command devlink health show "$DEV" reporter watch | grep -q "error $1\\b"; }
rmmod_rounds() {
	local i
	for ((i = 0; i < 20; i++)); do
		load && command devlink port split "$DEV/0" count 4 && rmmod devlink_rust_test || return
	done
}

check 'load' load

# ports
check 'the port of a function, with its switch' shows "^$DEV/100: .*flavour pcipf controller 0 pfnum 0 external false" port 100
check 'a region of a port' shows '/log: size 4 ' devlink region show
check 'a port that can be split' shows 'splittable true lanes 8' port 0
check 'not in so many' refuses 'Invalid split count' devlink port split $DEV/0 count 3
check 'in four' devlink port split $DEV/0 count 4
check '... of which each has its part' shows 'split_group 0' port 4
check '... with two lanes' shows 'lanes 2' port 4
check '... and the whole is gone' refuses '' port 0
check 'a part cannot be split' refuses '' devlink port split $DEV/2 count 2
check 'one again' devlink port unsplit $DEV/2
check '... with all lanes' shows 'lanes 8' port 0
check '... and no part' refuses '' port 4
check 'reload while it is split' devlink port split $DEV/0 count 2
check '...' reload
check '... makes it anew' shows 'lanes 8' port 0

check 'a new port' shows 'flavour pcisf controller 0 pfnum 0 sfnum 5' devlink port add $DEV flavour pcisf pfnum 0 sfnum 5
check 'another, of an index' devlink port add $DEV/77 flavour pcisf pfnum 0 sfnum 6
check 'not of an index that there is' refuses '' devlink port add $DEV/77 flavour pcisf pfnum 0 sfnum 7
check 'not of that flavour' refuses 'Only subfunctions' devlink port add $DEV flavour pcipf pfnum 0
check 'its function has an address' shows 'hw_addr 02:00:00:00:00:01' port 1005
check '... which is changed' devlink port function set $DEV/1005 hw_addr 02:00:00:00:00:aa
check '... and shown' shows 'hw_addr 02:00:00:00:00:aa' port 1005
check '... and only there' shows 'hw_addr 02:00:00:00:00:01' port 77
check 'its function does not run' shows 'state inactive opstate detached' port 1005
check '... and is started' devlink port function set $DEV/1005 state active
check '... and runs' shows 'state active opstate attached' port 1005
check 'its function does RoCE' shows 'roce enable' port 1005
check '... no more' devlink port function set $DEV/1005 roce disable
check '...' shows 'roce disable' port 1005
check 'event queues' devlink port function set $DEV/1005 max_io_eqs 24
check '...' shows 'max_io_eqs 24' port 1005
check 'what the driver does not have' refuses '' devlink port function set $DEV/1005 migratable enable
check 'a port without operations has no function' hides 'function' port 100
check 'delete it' devlink port del $DEV/1005
check '... it is gone' refuses '' port 1005
check 'a reload takes the other' reload
check '... it is gone, too' refuses '' port 77

# rates
check 'a function has a leaf' shows "^$DEV/100: type leaf" rate
check '... and a port that a user adds' devlink port add $DEV/88 flavour pcisf pfnum 0 sfnum 8
check '...' shows "^$DEV/88: type leaf" rate
check '... until it is deleted' devlink port del $DEV/88
check '...' hides "$DEV/88:" rate
check 'a limit' rate set $DEV/100 tx_share 1mbit tx_max 10mbit
check '... is shown' shows 'tx_share 1Mbit tx_max 10Mbit' rate show $DEV/100
check '... another is refused by the driver' refuses 'Not a multiple of 1 Mbit/s' rate set $DEV/100 tx_max 2500kbit
check '... and not remembered' shows 'tx_max 10Mbit' rate show $DEV/100
check 'traffic classes' rate set $DEV/100 tc-bw 0:20 1:0 2:0 3:0 4:0 5:80 6:0 7:0
check '... are refused by the driver' refuses 'in percent' rate set $DEV/100 tc-bw 0:20 1:0 2:0 3:0 4:0 5:81 6:0 7:0
check 'no nodes without a tree' refuses 'no rate nodes now' rate add $DEV/early
check 'a tree with two nodes' set_param rates 2 runtime
check '... one below the other' shows "^$DEV/node1: type node .*parent node0" rate
check '... and one more later' set_param rates 3 runtime
check '...' shows "^$DEV/node2: type node" rate
check 'a node by a user' rate add $DEV/group tx_max 10mbit parent node2
check '... has what was asked for' shows "^$DEV/group: type node tx_max 10Mbit.* parent node2" rate
check '... another is refused by the driver' refuses 'Not by that name' rate add $DEV/forbidden
check '... and one is half made' refuses 'Not a multiple of 1 Mbit/s' rate add $DEV/half tx_max 1kbit
check '... which leaves nothing' hides 'half' rate
check 'a leaf below it' rate set $DEV/100 parent group
check '... which has children now' refuses 'Node has children' rate del $DEV/group
check 'the driver knows both' rate set $DEV/100 tx_priority 6
check '... and refuses a parent' refuses 'The parent has a lower priority' rate set $DEV/100 parent node2
check '... nothing changed' shows "^$DEV/100: type leaf .*parent group" rate
check "a node of the driver's is deleted by a user" rate del $DEV/node1
check '... another with the words of the driver' rate set $DEV/node0 tx_weight 1
check '...' refuses 'It has weight' rate del $DEV/node0
check '... which come too late' hides 'node0' rate
check 'fewer nodes: all are deleted first' set_param rates 1 runtime
check "... the user's, too" hides 'group' rate
check '... and the leaf is below none' hides 'parent' rate
check 'no tree' set_param rates 0 runtime
check '... no node' hides 'type node' rate
check '... and no limit that is not a leaf' eventually limits 1
check 'a tree, and below a node of a user the leaf' set_param rates 1 runtime
check '...' rate add $DEV/group
check '... whose priority is no longer higher' rate set $DEV/100 tx_priority 0
check '...' rate set $DEV/100 parent group
check 'reload' reload
check '... takes all' hides 'type node' rate
check '... and makes the leaf anew' eventually limits 1
check 'a tree, before the device stays down' set_param rates 1 runtime
check '...' rate add $DEV/group parent node0
check '...' set_param fail_up true runtime
check '...' refuses 'Asked to fail' reload
check '... where nodes are neither there' hides "$DEV" rate
check '... nor made' refuses 'The device is down' rate add $DEV/group
check 'it comes up' set_param fail_up false runtime
check '...' reload
check '... with its leaf' shows "^$DEV/100: type leaf" rate

# parameters
check 'a number of 64 bits, in two modes' shows 'cmode permanent' param wide
check '... is what it began with' shows 'wide: 1099511627776' diagnose
check '... set' set_param wide 18446744073709551615 permanent
check '... and read' shows 'wide: 18446744073709551615' diagnose
check 'one of 8 bits, with two modes' shows 'cmode driverinit value 3' param narrow
check '... set in one' set_param narrow 42 permanent
check '... which the other is not' shows 'cmode driverinit value 3' param narrow
check '... refused with the words of the callback' refuses 'Two digits at most' set_param narrow 100 permanent
check 'one of 16 bits' set_param middle 65535 driverinit
check 'a text' shows 'value first' param name
check '... set' set_param name second driverinit
check 'a generic one' set_param enable_sriov false driverinit
check 'what the driver reads before a reload' shows 'middle: 1000 narrow: 3 first: true sriov: true' diagnose
check 'reload' reload
check '... and after it' shows 'middle: 65535 narrow: 3 first: false sriov: false' diagnose

# resources
check 'resources' shows 'name part size 16' devlink resource show $DEV
check '... of the sizes that they began with' shows 'size: 64 part: 16' diagnose
check 'a size that is too large' refuses '' devlink resource set $DEV path table size 256
check 'a possible one' devlink resource set $DEV path table size 128
check '... of the part' devlink resource set $DEV path table/part size 32
check '... wait for a reload' shows 'size: 64 part: 16' diagnose
check 'reload' reload
check '... which has them' shows 'size: 128 part: 32' diagnose

# reload
check 'the driver can refuse' set_param busy true runtime
check '... with its words' refuses 'Busy' reload
check '... and stays up' shows 'lanes 8' port 0
check '... until it does not' set_param busy false runtime
ip netns add rust_api
check 'another namespace is refused' refuses 'Stays in its namespace' reload netns rust_api
ip netns del rust_api
check 'the next bring-up fails' set_param fail_up true runtime
check '... with its words' refuses 'Asked to fail' reload
check '... the instance says so' shows '"reload_failed": true' command devlink -j -p dev show $DEV
check '... and no port is left' refuses '' port 0
check '... nor what else went with the device' hides 'gone' devlink region show
check '... and it cannot be activated live' refuses 'The device is down' activate_live
check '... and what is bound still works' shows 'cmode permanent value 42' param narrow
check 'the next one does not fail' set_param fail_up false runtime
check '... and all is back' reload
check '...' shows 'lanes 8' port 0
check 'activate live' shows 'reload-actions-performed' activate_live
check '... took nothing down' shows 'lives: 100' diagnose

# flash
check 'an image' image
check 'flash' flash
check 'settings were kept' shows 'settings kept' devlink dev info $DEV
check 'a component' flash component fw.undi
check 'settings are not to be kept' flash overwrite settings
check '... and were not' hides 'settings' devlink dev info $DEV
check 'identifiers' refuses 'Identifiers stay' flash overwrite identifiers

# eswitch
check 'the mode of the eswitch' shows 'mode legacy' devlink dev eswitch show $DEV
check '... is changed' devlink dev eswitch set $DEV mode switchdev
check '...' shows 'mode switchdev' devlink dev eswitch show $DEV

# regions and reporters
check 'a direct read' shows '00 01 02 03 04 05 06 07' devlink region read $DEV/log address 0 length 8
check '... of a part' shows '05 06' devlink region read $DEV/log address 5 length 2
check 'a user takes no snapshot of it' refuses 'immediate snapshot' devlink region new $DEV/log
check 'a region that goes with the device' devlink region new $DEV/gone snapshot 7
check '... has what its driver filled in' shows '64 64 64 64' devlink region dump $DEV/gone snapshot 7
check 'the driver reports, and takes a snapshot' devlink health test $DEV reporter watch
check '...' eventually reported 1
check '... of which one is here' shows 'log' devlink region show $DEV/log
check '... and one says how it is' eventually shows 'state error' command devlink health show $DEV reporter link
check 'one that goes with the device was reported to, too' shows 'error 1 recover 2' devlink health show $DEV reporter link
check 'one of a port was, while it was held' shows 'error 1 recover 0' devlink health show $DEV/0 reporter watch
check '... and the driver says that all was well' shows 'cmode permanent value 42' param narrow
check 'the report was dumped' shows 'reported: true' devlink health dump show $DEV reporter watch
check '... with all kinds of values' shows '18446744073709551615' devlink health dump show $DEV reporter watch
check '... and with what was reported' shows 'lives: 100' devlink health dump show $DEV reporter watch
check 'a message whose object fails in the middle' refuses '' devlink health diagnose $DEV reporter watch
check 'recover, and say so' devlink health recover $DEV reporter link
check 'a reload' reload
check '... makes a new reporter' shows 'state healthy error 0 recover 0' devlink health show $DEV reporter link
check '... and region' refuses '' devlink region dump $DEV/gone snapshot 7
check '... and leaves the others' shows 'state error error 1' devlink health show $DEV reporter watch

check 'unload' rmmod devlink_rust_test
check 'nothing is left' equals_nothing devlink dev show
check 'load, split and unload 20 times' rmmod_rounds
finish
