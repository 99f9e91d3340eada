#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# With the Rust core chosen, nothing of net/devlink/*.c is in the kernel, and yet drivers find all
# that they found there.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

# What the Rust core exports beyond the C core's functions, declared in include/net/devlink_core.h.
ADDITIONS='devl_features_hide vmlinux EXPORT_SYMBOL_GPL
devl_parallel_set vmlinux EXPORT_SYMBOL_GPL'

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

# A function that only the C core has.
has_symbol() { grep -q " $2\$" "$1/System.map"; }
has_no_symbol() { ! has_symbol "$@"; }

# exports KERNEL: all that its vmlinux exports to modules in C, as "symbol module type [namespace]".
# What the kernel's Rust crates export to modules in Rust has mangled names, or begins with rust_.
exports() {
	cut -f2- "build/$1/Module.symvers" | grep -P '\tvmlinux\t' | grep -vE '^(_R|rust_)' | tr '\t' ' ' |
		sed 's/ *$//' | sort
}

same_exports() {
	diff --label 'expected: the C kernel, and the additions' --label 'came: the Rust kernel' -U0 \
		<({ exports c && echo "$ADDITIONS"; } | sort) <(exports rust) | grep -v '^@@' >build/test/symbols
	[[ ! -s build/test/symbols ]] || {
		cat build/test/symbols
		return 1
	}
}

# An empty list would equal an empty list.
exports_many() {
	local count
	count=$(exports c | grep -cE '^devl(ink)?_')
	echo "expected the C kernel to export more than 100 functions of devlink, came $count"
	((count > 100))
}

same_functions() {
	local name kernel here exported bad=0 count=0
	declare -A function=() export=()
	for kernel in c rust; do
		while read -r name; do function[$kernel $name]=1; done \
			< <(awk '$2 ~ /[tTW]/ {print $3}' "build/$kernel/System.map")
		while read -r name _; do export[$kernel $name]=1; done < <(exports "$kernel")
	done
	while read -r name; do
		count=$((count + ${function[c $name]:-0}))
		here=${function[c $name]:-0}${function[rust $name]:-0}
		exported=${export[c $name]:-0}${export[rust $name]:-0}
		# What only lockdep calls may be there without it.
		[[ $here != 10 && $exported =~ ^(00|11)$ ]] || {
			echo "$name: in the C kernel, in the Rust kernel: ${here::1}, ${here:1};" \
				"exported: ${exported::1}, ${exported:1}"
			bad=1
		}
	done < <(declared)
	echo "expected 130 or more of the declared functions to be in the C kernel, came $count"
	((count >= 130 && !bad))
}

mkdir -p build/test
check 'Rust core: vmlinux is linked from no object of net/devlink' no_members build/rust \
	'net/devlink/'
check 'Rust core: vmlinux is linked from the Rust core' has_members build/rust 'net/devlink_rust/'
check 'Rust core: drivers find devlink_alloc_ns' has_symbol build/rust devlink_alloc_ns
check 'Rust core: the C core'"'"'s internals are gone' has_no_symbol build/rust devlink_nl_pre_doit
check 'both kernels export the same to modules, but for the documented additions' same_exports
check 'there was something to compare' exports_many
check 'what include/net/devlink.h declares is there and exported if the C core has and exports it' \
	same_functions
finish
