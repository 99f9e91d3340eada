#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# misuse.sh NAME...: have the module devlink_test do what no driver may, each thing twice, and print
# whether the core answered as it should and whether it warned. With warnings, the machine's exit
# status is 125.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

needs_c_driver
load_test_module && new 1 || exit
for name; do
	for time in once twice; do
		dmesg --clear
		answer='answered otherwise'
		! tell 1 event "misuse_$name" || answer=answered
		noise=silent
		! dmesg | grep -q 'WARNING: ' || noise=warned
		echo "$name $time: $answer, $noise"
	done
done
del 1 && rmmod devlink_test && echo gone
