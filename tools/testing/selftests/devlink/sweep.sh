#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# sweep.sh [--step N] [PATTERN...]: on the debug kernel, each allocation in turn fails, or every Nth,
# in everything that a driver does for a user: see sweep.py. Only what has one of the patterns in
# its statement or is like it, if there are any. It takes hours: to see one test, or the first
# impression of all,
#
#     scripts/vm --debug --cpus 1 --append kmemleak=on --append no_debug_objects \
#         --test-driver rust -- tools/testing/selftests/devlink/sweep.sh --step 10 'a reload*'
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

# It would look at each of the hundreds of devices that come and go.
udevadm control --exit
# Images in memory: a request to the host that fails would leave no file to be read any more.
mount -t tmpfs tmpfs /lib/firmware && head -c 65536 /dev/zero >/lib/firmware/dummy.bin || exit
# Devices come and go hundreds of times, and wait for grace periods.
echo 1 >/sys/kernel/rcu_expedited || exit
load_test_module && exec "$(dirname "$0")/sweep.py" "$@"
exit 1
