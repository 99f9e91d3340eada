#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# deadlock.sh: have callbacks of the module devlink_test do what waits for themselves, each on a
# device of its own, and print what the kernel's log says at once. The tasks wait forever, so this
# is for a machine that is thrown away.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

id=0
# plays OPTION CALLBACK WHAT COMMAND...: COMMAND has the driver called, and CALLBACK does WHAT.
plays() {
	local option=$1 line
	id=$((id + 1))
	new "$id" netdevs=0 "$option" && tell "$id" within "$2 $3" || return
	dmesg --clear
	"${@:4}" "devlink_test/devlink_test$id" &>/dev/null &
	eventually said
	line=$(dmesg | sed -n 's/.*devlink_test[0-9]*: \(.* forever: .*\)/\1/p' |
		sed "s/task $!\>/task N/")
	echo "$2 $3: ${line:-nothing}"
}

said() { dmesg | grep -q forever; }
diagnose() { exec devlink health diagnose "$1" reporter dt_full; }
info() { exec devlink dev info "$1"; }

needs_c_driver
load_test_module || exit
plays parallel=0 info_get lock info
plays parallel=0 info_get devl_unregister info
plays parallel=0 info_get unregister info
plays parallel=0 health_diagnose report diagnose
plays parallel=0 health_diagnose destroy diagnose
plays parallel=1 health_diagnose unregister diagnose
plays parallel=1 health_diagnose report diagnose
plays parallel=1 health_diagnose destroy diagnose
