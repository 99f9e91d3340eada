#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What users see of netdevsim in sysfs and debugfs is the same of the driver in C and of that in
# Rust, on both cores.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

OUT=build/test/netdevsim_tree
mkdir -p $OUT

# play CORE DRIVER
play() {
	scripts/vm --core "$1" --netdevsim "$2" --timeout 1200 -- \
		tools/testing/selftests/devlink/netdevsim_tree.sh "$OUT/$1.$2"
}

# Something at all, and the same.
same() { [[ -s $OUT/$1.c ]] && diff -u "$OUT/$1.c" "$OUT/$1.rust"; }

for core in rust c; do
	for driver in c rust; do
		check "the driver in '$driver' on the core in '$core' is looked at" play $core $driver
	done
	check "both drivers look the same on the core in '$core'" same $core
done
finish
