#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# reboot.sh MARKER: the machine reboots without its driver having let go of the card, and the driver
# finds it as new. Needs QEMU's `-action reboot=reset`: without it, a machine ends when it reboots.
# MARKER is a file that outlives it.
# shellcheck source=tools/testing/selftests/connectx/lib.sh
. "$(dirname "$0")/lib.sh"

marker=$1
PCI=$(first_function 0x15b3 0x1003)
has_netdevs() { (($(find "/sys/bus/pci/devices/$PCI/net" -mindepth 1 -maxdepth 1 2>/dev/null |
	wc -l) == 2)); }
load() { modprobe mlx4_core && eventually has_netdevs && settled; }

if [[ ! -e $marker ]]; then
	check 'probes' load
	touch "$marker"
	sync
	sleep 1
	echo b >/proc/sysrq-trigger
	sleep 60
	exit 1
fi
rm "$marker"
check 'nothing is left' card_is 0 .total objects
check 'probes again' load
finish
