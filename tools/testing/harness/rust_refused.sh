#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The driver API in Rust refuses the same on both cores.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

play() { scripts/vm --core "$1" --timeout 300 -- tools/testing/selftests/devlink/rust_refused.sh; }

for core in rust c; do
	check "what a driver is refused on the core '$core'" play $core
done
finish
