#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# sweep.sh [TEXT...]: on the debug kernel, each allocation in turn fails, in everything that a
# driver does for a user: see sweep.py. Only what has one of the texts in its name, if there are any.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

# It would look at each of the hundreds of devices that come and go.
udevadm control --exit
# Images in memory: a request to the host that fails would leave no file to be read any more.
mount -t tmpfs tmpfs /lib/firmware && head -c 65536 /dev/zero >/lib/firmware/dummy.bin || exit
# Allocations that may wait are those that matter; what fails is said by sweep.py.
for kind in failslab fail_page_alloc; do
	echo N >/sys/kernel/debug/$kind/ignore-gfp-wait &&
		echo 0 >/sys/kernel/debug/$kind/verbose || exit
done
echo 0 >/sys/kernel/debug/fail_page_alloc/min-order || exit
# Devices come and go hundreds of times, and wait for grace periods.
echo 1 >/sys/kernel/rcu_expedited || exit
load_test_module && exec "$(dirname "$0")/sweep.py" "$@"
exit 1
