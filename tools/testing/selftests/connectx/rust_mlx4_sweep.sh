#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# rust_mlx4_sweep.sh [--step N] [--first N] [PHASE...]: for each command that rust_mlx4 sends to a model ConnectX-3 of two
# ports (scripts/vm --nic cx3) in a phase: it fails, is late, hangs until the firmware dies, answers noise, the firmware dies
# of it, and the card vanishes at that moment. Whatever comes of that, it ends in time, nothing is held of the card, the kernel
# has nothing to report, and the device works after that. Phases are probe, removal, reload, up and down of a network device,
# to_ib and to_eth, which change the type of port 2; all of them, if none is said.
#
# --step has it do every Nth case only, from the --first one on (0); the steps go through all kinds of faults.
# shellcheck source=tools/testing/selftests/connectx/mlx4_lib.sh
. "$(dirname "$0")/mlx4_lib.sh"
# shellcheck source=tools/testing/selftests/connectx/sweep_lib.sh
. "$(dirname "$0")/sweep_lib.sh"

phases=(probe removal reload up down to_ib to_eth)
# A command has a minute, which nothing shortens. As long takes the first one of firmware that is dead, since it is not known
# yet where that says so; a command that hangs is ended by the death of the firmware a little later.
LIMIT=100
faults[hangs]='"do": "die", "ms": 1500'
GONE+=('hangs')
use_driver rust_mlx4

# ready PHASE: the device is as it has to be when the phase begins.
ready() {
	case $1 in
	probe) ! is_bound || unbind ;;
	down) works && up 1 ;;
	up) works && down 1 ;;
	to_eth) is_bound && set_type 2 ib ;;
	*) works ;;
	esac
}

# run_phase PHASE: what a user does; it may fail.
run_phase() {
	case $1 in
	probe) bind ;;
	removal) unbind ;;
	reload) devlink dev reload "$DEV" >/dev/null ;;
	up) ip link set "$(netdev 1)" up ;;
	down) down 1 ;;
	to_ib) set_type 2 ib ;;
	to_eth) set_type 2 eth ;;
	esac 2>/dev/null
}

read_arguments "$@"
check 'loads' insert
check 'works' eventually works
sweep_phases
check 'unloads' unload
check 'nothing is held' holds_nothing
check 'no command was unknown' card_is '[]' .unknown
finish
