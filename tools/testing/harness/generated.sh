#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What is generated is current, and what is generated from the kernel's devlink.yaml is what the C
# core has.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

check 'the generated Rust file is current' scripts/toolroot scripts/gen-netlink \
	--check devlink/netlink/generated.rs build/tree
check 'it has the policies and operations of the C core' scripts/toolroot \
	scripts/check-netlink-gen build/tree
check 'the layouts of mlx5 are current, and used' scripts/gen-mlx5-layouts --check
check 'they are what the C compiler says' scripts/toolroot scripts/check-mlx5-layouts build/tree
check 'the table of locks is what the code says' scripts/gen-lock-table --check
check 'so is that of callbacks in Rust' scripts/gen-callback-table --check
check 'the reference can be written, and every link in that of the core leads somewhere' scripts/doc
finish
