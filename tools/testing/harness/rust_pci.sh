#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A driver in Rust recovers its PCI devices from errors, on both cores and on the debug kernel.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

# Two functions in one slot, which share their errors.
FUNCTIONS='-device pci-testdev,addr=10.0,multifunction=on -device pci-testdev,addr=10.1'

# play OPTION...
play() {
	scripts/vm "$@" --timeout 900 --qemu "$FUNCTIONS" -- tools/testing/selftests/devlink/rust_pci.sh
}

check 'errors of PCI devices on the core in Rust' play --core rust
check '... on the core in C' play --core c
check '... on the debug kernel' play --core rust --debug
finish
