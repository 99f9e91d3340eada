#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Dumps of many objects take time in proportion, and objects that come or go meanwhile neither
# repeat nor hide others.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

load_test_module && exec "$(dirname "$0")/dumps.py"
exit 1
