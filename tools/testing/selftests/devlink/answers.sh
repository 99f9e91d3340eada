#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every request gets exactly one answer, whatever signals come and whatever the driver returns. What
# is printed after "# devlink" is the same on both cores.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

modprobe netdevsim && load_test_module && exec "$(dirname "$0")/answers.py"
exit 1
