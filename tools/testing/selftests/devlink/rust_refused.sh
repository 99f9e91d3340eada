#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# rust_refused.sh: a driver in Rust is refused what belongs to another instance, and what would wait
# for itself, with module/devlink_rust_refused.rs.
#
# rust_refused.sh --hang: one of its callbacks does wait for itself, for a kernel with lockdep.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

OUTER=auxiliary/devlink_rust_refused.part.1
INNER=auxiliary/devlink_rust_refused.part.2
NIC=rust_refused/rust_refused1
OTHER=rust_refused/rust_refused2
EINVAL=22
EBUSY=16

load() { insert_module devlink_rust_refused; }
# ends DEV WHAT ERROR: that is what came of it.
ends() { shows "\\b$2: $3 *($|[a-z])" devlink health diagnose "$1" reporter outcomes; }
# refused_to_inner WHAT: of what is another instance's, but not of what is one's own.
refused_to_inner() {
	check "$1 of its own" eventually ends $OUTER "$1" 0
	check "$1 of another instance" eventually ends $INNER "$1" $EINVAL
}
show_param() { devlink dev param show "$NIC" name "$1"; }
logged() { dmesg | grep -c 'while_bound() in a callback or in the work of its own device'; }

reported() { dmesg | grep -q 'possible recursive locking'; }

if [[ ${1:-} == --hang ]]; then
	load || exit
	# It never ends.
	devlink health diagnose $NIC reporter hangs &
	eventually reported
	exit
fi

check 'load' load
for what in setup_parent setup_number setup_use size parent table_uses attach origin; do
	refused_to_inner $what
done
check 'reports' devlink health test $OUTER reporter watch
check '...' devlink health test $INNER reporter watch
refused_to_inner report
refused_to_inner snapshot
check 'what was refused was not done' shows 'error 1 ' devlink health show $OUTER reporter watch
check '...' hides 'snapshot \[.+\]' devlink region show $INNER/log
check '...' hides 'name (part|numbered|late)' devlink resource show $INNER

check 'a callback, and the work, that wait for their own device' \
	devlink dev param set $NIC name wait value true cmode runtime
check '... are refused' ends $NIC in_callback $EBUSY
check '... both' eventually ends $NIC in_work $EBUSY
check '... and logged' test "$(logged)" == 2

check 'a value that is shared' ends $NIC share 0
check '... is not by another type' ends $OTHER share $EBUSY

check 'a parameter that announces itself' shows 'value 1' show_param loop
check '... when nobody hears that' ends $NIC announce 0
check '... and that is an object' shows 'value 1' show_param echo
check '...' ends $NIC changed 0
check 'when somebody does, its callback runs in itself' listening show_param loop
check '... and is refused' ends $NIC announce $EBUSY
check '... as to set it' ends $NIC set_announced $EBUSY
check 'as is one that is an object' listening show_param echo
check '...' ends $NIC changed $EBUSY

check 'unload' rmmod devlink_rust_refused
check 'nothing is left' hides . devlink dev show
finish
