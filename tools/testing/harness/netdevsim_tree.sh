#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# netdevsim_tree.sh CORE: what users see of netdevsim in sysfs and debugfs is the same of the driver
# in C and of that in Rust.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

CORE=$1
OUT=build/test/netdevsim_tree
mkdir -p $OUT

# play DRIVER
play() {
	scripts/vm --core "$CORE" --netdevsim "$1" --timeout 1200 -- \
		tools/testing/selftests/devlink/netdevsim_tree.sh "$OUT/$CORE.$1"
}

# Something at all, and the same.
same() { [[ -s $OUT/$CORE.c ]] && diff -u "$OUT/$CORE.c" "$OUT/$CORE.rust"; }

for driver in c rust; do
	check "the driver in '$driver' is looked at" play $driver
done
check 'both drivers look the same' same
finish
