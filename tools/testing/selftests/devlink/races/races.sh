#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# races.sh [--rounds N] [--minutes N] [GROUP|TEXT...]: load the drivers and run races.py, whose
# --help says more. Those of PCI functions need a machine that has them: tools/testing/soak makes
# one.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/../lib.sh"

# It would look at each of the thousands of devices that come and go.
udevadm control --exit
modprobe netdevsim && load_test_module &&
	insmod "/src/build/${vm_kernel:?}/test-modules/devlink_test_pci.ko" &&
	echo 1 >/sys/kernel/tracing/events/devlink/enable &&
	exec "$(dirname "$0")"/races.py "$@"
exit 1
