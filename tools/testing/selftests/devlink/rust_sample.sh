#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# rust_sample.sh [FILE]: the sample driver in Rust, samples/rust/rust_devlink.rs, does what it says, on either core. FILE is
# made a record of all that devlink(8) answered, for a comparison of cores.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tools/testing/selftests/devlink/record.sh
. "$(dirname "$0")/record.sh"

DEV=faux/rust_devlink
ROUNDS=20
start_record "${1:-/dev/null}"

ports() { devlink port show | wc -l; }
ports_are() {
	local now
	now=$(ports)
	((now == $1)) || {
		echo "expected $1 ports, came $now"
		return 1
	}
}

param() { devlink dev param show "$DEV" name "$1"; }
set_param() { devlink dev param set "$DEV" name "$1" value "$2" cmode "$3"; }
reload() { devlink dev reload "$DEV" "$@"; }

# The number of recoveries, which a kernel thread makes.
recovered() { command devlink health show "$DEV" reporter fw | grep -q "recover $1\\b"; }

dump_region() { devlink region dump "$DEV/registers" snapshot "$1"; }

image() { head -c 1000 /dev/zero >/lib/firmware/rust_devlink.fw; }

one_round() { modprobe rust_devlink && command devlink dev reload "$DEV" >/dev/null && modprobe -r rust_devlink; }

modprobe_rounds() {
	local i
	for ((i = 1; i <= ROUNDS; i++)); do
		one_round || {
			echo "round $i of $ROUNDS failed"
			return 1
		}
	done
}

nothing_left() {
	equals_nothing devlink dev show && equals_nothing devlink port show && equals_nothing devlink region show
}

check 'load' modprobe rust_devlink
check 'the instance is there' shows "^$DEV" devlink dev show
check 'info: the board' shows 'serial_number 000042' devlink dev info $DEV
check 'info: firmware that runs' shows 'fw 1\.0' devlink dev info $DEV
check 'info, as a whole' devlink -j dev info $DEV
check 'one port' ports_are 1
check 'a physical port with four lanes' shows "^$DEV/0: .*flavour physical port 0 splittable false lanes 4" devlink port show

check 'a generic parameter begins with its value' shows 'cmode driverinit value 16' param max_macs
check 'a parameter of the driver' shows 'name ports type driver-specific' param ports
check 'a runtime parameter is set' set_param loopback true runtime
check '... and shown' shows 'cmode runtime value true' param loopback
check '... and not in another mode' refuses 'mode' set_param loopback true permanent
check 'a value that is not possible is refused, with the driver'"'"'s words' \
	refuses 'The board has 4 connectors' set_param ports 5 driverinit
check 'a possible one is taken' set_param ports 3 driverinit
check '... and is not there before a reload' ports_are 1
check 'set what only a reload applies' set_param max_macs 64 driverinit
check 'reload' shows 'driver_reinit' reload action driver_reinit
check '... makes the ports' ports_are 3
check '... and applies the other' shows 'max_macs: 64' devlink health diagnose $DEV reporter fw
check 'the limit no_reset is not for this driver' refuses '' reload action fw_activate limit no_reset

check 'an image for flash' image
# What is printed of the progress is a matter of time.
check 'flash' command devlink dev flash $DEV file rust_devlink.fw
check 'info: the firmware in flash' shows 'fw 2\.0' devlink dev info $DEV
check 'activate it' shows 'fw_activate' reload action fw_activate
check 'it runs, and is the only one' hides 'fw 1\.0' devlink dev info $DEV

check 'a region' shows "^$DEV/registers: size 16 .*max 4" devlink region show
check 'a snapshot' devlink region new $DEV/registers snapshot 1
check '... has the registers' shows '^0+ 00 00 00 02 00 00 00 02 00 00 00 00 00 00 00 03' dump_region 1
check '... and a part of them' shows '00 00 00 03' devlink region read $DEV/registers snapshot 1 address 12 length 4
for id in 2 3 4; do
	check "snapshot $id" devlink region new $DEV/registers snapshot $id
done
check 'as many as the region can have' refuses 'maximum number' devlink region new $DEV/registers snapshot 5
check 'direct reads are not for this region' refuses 'does not support direct read' \
	devlink region read $DEV/registers address 0 length 4
check 'a snapshot is deleted' devlink region del $DEV/registers snapshot 2

check 'a reporter, healthy' shows 'reporter fw' devlink health show $DEV
check 'a dump without an error' shows 'syndrome: 0' devlink health dump show $DEV reporter fw
check '... is cleared' devlink health dump clear $DEV reporter fw
check 'an error, reported without the lock' devlink health test $DEV reporter fw
check '... is recovered from' eventually recovered 1
check '... and was dumped with what the report carried' shows 'syndrome: 7' devlink health dump show $DEV reporter fw
check '... and is over' shows 'works: true' devlink health diagnose $DEV reporter fw
check '... and counted' shows 'state healthy error 1 recover 1' devlink health show $DEV reporter fw
check 'recover from nothing' devlink health recover $DEV reporter fw
check 'reload with a dump and snapshots' reload
check '... leaves them' shows 'syndrome: 7' devlink health dump show $DEV reporter fw
check '... both' shows '00 00 00 02' dump_region 1

check 'a namespace' ip netns add rust_sample
check 'reload into it' reload netns rust_sample
check '... and it is there' ip netns exec rust_sample devlink dev show $DEV
check 'the namespace ends' ip netns del rust_sample
check '... and the instance is back' eventually shows "^$DEV" command devlink dev show

check 'unload with ports, dump and snapshots' modprobe -r rust_devlink
check 'nothing is left' nothing_left
check "load, reload and unload $ROUNDS times" modprobe_rounds
check 'nothing is left' nothing_left
finish
