#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# With the Rust core chosen, nothing of net/devlink/*.c is in the kernel.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

# The members of vmlinux.a are what the kernel is linked from.
no_members() {
	local members
	members=$(scripts/toolroot llvm-ar t "$1/vmlinux.a" | grep "$2")
	[[ -z $members ]] || {
		echo "expected no $2 among what vmlinux is linked from, came:"
		echo "$members"
		return 1
	}
}

has_members() { scripts/toolroot llvm-ar t "$1/vmlinux.a" | grep -q "$2"; }

# A function that both cores export, and one that only the C core has.
has_symbol() { grep -q " $2\$" "$1/System.map"; }
has_no_symbol() { ! has_symbol "$@"; }

check 'Rust core: vmlinux is linked from no object of net/devlink' no_members build/rust 'net/devlink/'
check 'Rust core: vmlinux is linked from the Rust core' has_members build/rust 'net/devlink_rust/'
check 'Rust core: drivers find devlink_alloc_ns' has_symbol build/rust devlink_alloc_ns
check 'Rust core: the C core'"'"'s internals are gone' has_no_symbol build/rust devlink_nl_pre_doit
finish
