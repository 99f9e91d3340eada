#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# rust_pci.sh [ROUNDS]: a driver in Rust of PCI devices, module/devlink_rust_pci.rs, whose functions have errors.
# Needs two functions of QEMU's pci-testdev in one slot: scripts/vm --qemu '-device
# pci-testdev,addr=10.0,multifunction=on -device pci-testdev,addr=10.1'.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

ROUNDS=${1:-20}
MODULES=/src/build/${vm_kernel:?}/test-modules
ERROR=/sys/kernel/debug/devlink_test_pci/error
DRIVER=/sys/bus/pci/drivers/devlink_rust_pci
FIRST=0000:00:10.0
SECOND=0000:00:10.1

# error KIND: both functions have one.
error() { echo "$FIRST $1" >"$ERROR"; }
# is NAME VALUE: what both say of themselves.
is() {
	local function
	for function in "$FIRST" "$SECOND"; do
		shows "^ *$1 $2\$" devlink dev info "pci/$function" || return
	done
}
has_ports() { shows "^pci/$FIRST/0:" devlink port show; }
has_no_ports() { hides "^pci/$FIRST/0:" devlink port show; }
# recovers KIND NAME COUNT STATE: such an error is one more of those that NAME counts.
recovers() { error "$1" && is "$2" "$3" && is state "$4" && has_ports; }
reload() { devlink dev reload "pci/$1"; }
firmware_fails() { devlink health test "pci/$FIRST" reporter firmware; }
unbind_first() { echo "$FIRST" >"$DRIVER/unbind"; }
bind_first() { echo "$FIRST" >"$DRIVER/bind"; }
came_back() { shows 'state recovery' devlink dev info "pci/$FIRST"; }

# at_once COMMAND...: each of the commands runs in a loop beside the others. What fails, fails.
at_once() {
	local command round jobs=()
	for command; do
		for ((round = 0; round < ROUNDS; round++)); do
			# shellcheck disable=SC2086 # several words
			$command 2>/dev/null
		done &
		jobs+=($!)
	done
	wait "${jobs[@]}"
	return 0
}

unbind_and_bind() { unbind_first && bind_first; }
reload_both() { reload "$FIRST" && reload "$SECOND"; }
reload_fails() { ! reload "$FIRST" 2>/dev/null; }

check 'load' insmod "$MODULES/devlink_rust_pci.ko"
# Its functions have a driver already: it has the file for errors.
check '...' insmod "$MODULES/devlink_test_pci.ko"
check 'the devices are up' is state probe
check '... with ports' has_ports
check 'a reload' reload_both
check '...' is state reload

check 'an error without a reset' recovers nonfatal resumed 1 reload
check '... without one' is reset 0
check 'a fatal error: down, reset, up' recovers fatal reset 1 recovery
check '... both were detected' is detected 2
check 'a reload after it' reload_both
check '...' is state reload

check 'firmware that fails is started anew by the work' firmware_fails
check '...' eventually came_back

check 'an error that is final: the device stays down' error final
check '...' is state down
check '... without ports' has_no_ports
check '... and a reload does not help' reload_fails
check '... but a reset does' recovers fatal reset 2 recovery
check 'down when the driver is unbound' error final
check '...' unbind_first
check '... and bound' bind_first
check '...' shows 'state probe' devlink dev info "pci/$FIRST"
check '... and recovered' recovers fatal state recovery recovery

check 'errors, reloads, failing firmware and unbinding at once' \
	at_once 'error fatal' 'error nonfatal' reload_both firmware_fails unbind_and_bind
[[ -e $DRIVER/$FIRST ]] || check 'bound again' bind_first
check 'the devices recover from what came last' error fatal
check '...' is state recovery
check 'unload' rmmod devlink_rust_pci
check 'nothing is left' hides . devlink dev show
finish
