#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# cycle.sh [lock]: a driver that needs no devlink lock for callbacks about reporters destroys one,
# with that lock held, and afterwards is called about another. With `lock`, that callback takes the
# devlink lock. Nobody ever waits.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

needs_c_driver
load_test_module && new 1 netdevs=0 parallel=1 &&
	tell 1 event reporter_add mine && tell 1 event reporter_del mine || exit
[[ ${1:-} != lock ]] || tell 1 within 'health_diagnose lock' || exit
devlink health diagnose devlink_test/devlink_test1 reporter dt_full >/dev/null &&
	del 1 && rmmod devlink_test && echo over
