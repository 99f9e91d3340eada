#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# rust_wrong.sh [FILE]: what a driver in Rust does wrongly in ways that compile does no harm, with
# module/devlink_rust_wrong.rs. FILE is made a record of all that devlink(8) answered, for a
# comparison of cores.
#
# rust_wrong.sh --panic: the same for what there is no error to return for, which ends in a panic.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tools/testing/selftests/devlink/record.sh
. "$(dirname "$0")/record.sh"

BUS=rust_wrong
DEV=$BUS/${BUS}1
OTHER=$BUS/${BUS}2

load() { insert_module devlink_rust_wrong; }
# Use an object of the first device, with its own proof, or with one of the second device.
own() { echo "$1" >"/sys/bus/$BUS/own"; }
foreign() { echo "$1" >"/sys/bus/$BUS/foreign"; }
lie() { echo 1 >"/sys/bus/$BUS/lies"; }
reload() { devlink dev reload "$1"; }
diagnose() { devlink health diagnose "$1" reporter counts; }
young() { command devlink health show "$DEV" reporter young; }
values_are() { command devlink health diagnose "$DEV" reporter counts | grep -q "values: $1 objects: $1 "; }

# A proof is of one instance. What is refused with that of another one works with the right one.
refused_to_others() {
	check "$1 of another instance: $2" refuses "$2" foreign "$1"
	check "$1 of the same instance" own "$1"
}

if [[ ${1:-} == --panic ]]; then
	load && own port_value && foreign port_value
	exit
fi

start_record "${1:-/dev/null}"
check 'load' load
check 'both are there' shows "^$OTHER" devlink dev show

for what in group_add group_remove group_on_port node_add nodes_clear param card_provisioned \
	card_active card_inactive card_failed card_unprovisioned table_uses; do
	refused_to_others $what 'Invalid argument'
done
check 'reload' reload $DEV
for what in group_get group_next node_find node_exists; do
	refused_to_others $what 'No such file or directory'
done
check 'the state of a reporter of another instance' foreign reporter_state
check '... is not set' shows 'state healthy' young
check '... that of one of the same is' own reporter_state
check '...' shows 'state error' young
check 'what a reporter of another instance recovered from' foreign reporter_recovered
check '... does not count' shows 'recover 0' young
check '... what one of the same did' own reporter_recovered
check '... does' shows 'recover 1' young

check 'a value is asked for when all is there' shows 'cmode runtime value 1' devlink dev param show $DEV name level
check '...' shows 'gone: 0 half_gone: 0' diagnose $DEV
check 'and when what its callback uses is gone, in a group' listening own pair_remove
check '... and in a reload' listening reload $DEV
check '... all of it' shows 'gone: 1 half_gone: 0' diagnose $DEV

check 'a port that removes itself instead of changing its type' refuses 'No such device' \
	listening devlink port set $OTHER/0 type eth
check '... is gone' refuses '' devlink port show $OTHER/0
check '... and only that' shows "^$OTHER/1000000" devlink port show
check '... until a reload' reload $OTHER
check '...' shows "^$OTHER/1:" devlink port show

check 'keys that are not in one order' lie
check '... leave no group' eventually values_are 1
check '... and nothing that a reload would find' reload $DEV
check '...' shows 'values: 1 objects: 1 ' diagnose $DEV

check 'unload' rmmod devlink_rust_wrong
check 'nothing is left' equals_nothing devlink dev show
finish
