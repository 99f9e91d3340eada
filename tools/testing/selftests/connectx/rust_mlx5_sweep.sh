#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# rust_mlx5_sweep.sh [--step N] [--first N] [PHASE...]: for each command that rust_mlx5 sends to a model ConnectX-5
# (scripts/vm --nic cx5) in a phase: it fails, is late, hangs, answers noise, the firmware dies of it, and the card vanishes
# at that moment. Whatever comes of that, it ends in time, nothing is held of the card, the kernel has nothing to report, and
# the device works after that. Phases are probe, removal, reload, up and down; all of them, if none is said.
#
# --step has it do every Nth case only, from the --first one on (0); the steps go through all kinds of faults.
# shellcheck source=tools/testing/selftests/connectx/mlx5_lib.sh
. "$(dirname "$0")/mlx5_lib.sh"
# shellcheck source=tools/testing/selftests/connectx/sweep_lib.sh
. "$(dirname "$0")/sweep_lib.sh"

phases=(probe removal reload up down)
# How long a phase may take: some commands hang, one after the other, for as long as HANG ms.
LIMIT=60 HANG=1500
use_driver rust_mlx5

# ready PHASE: the device is as it has to be when the phase begins.
ready() {
	case $1 in
	probe) ! is_bound || unbind ;;
	down) is_bound && up ;;
	up) is_bound && down ;;
	*) is_bound ;;
	esac
}

# run_phase PHASE: what a user does; it may fail.
run_phase() {
	case $1 in
	probe) bind ;;
	removal) unbind ;;
	reload) devlink dev reload "$DEV" >/dev/null ;;
	up) ip link set "$(netdev)" up ;;
	down) down ;;
	esac 2>/dev/null
}

# possible PHASE
possible() { [[ $1 != up && $1 != down || $(netdev) ]]; }

has_a_deadline() { tell "{\"do\": \"timeout\", \"ms\": $HANG}"; }

read_arguments "$@"
check 'loads' insert
check 'works' works
check 'commands have a deadline' has_a_deadline
sweep_phases
check 'unloads' rmmod "$DRIVER"
check 'nothing is held' holds_nothing
check 'no command was unknown' card_is '[]' .unknown
finish
