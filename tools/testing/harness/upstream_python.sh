#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# upstream_python.sh OPTION...: upstream's tests of network drivers in Python, in a machine that
# scripts/vm boots with these options. The kernel must be built.
set -euo pipefail
cd "$(dirname "$0")/../../.."

scripts/selftests
exec scripts/vm --cpus 1 --timeout 3600 "$@" -- tools/testing/upstream-python
