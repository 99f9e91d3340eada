#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# history.sh [GROUP...]: bugs that devlink and netdevsim had once must not come again.
# Documentation/history.rst lists them; the groups are the names of the Python files here. The
# kernel's log counts: a report during a test fails it.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/../lib.sh"

modprobe netdevsim && load_test_module && exec "$(dirname "$0")"/history.py "$@"
exit 1
