# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What tests share that have each command of each phase of a driver's life go wrong, for who has driver_lib.sh. Who uses it
# says which phases there are, ${phases[@]}; what has to be there before one, ready(), and what happens then, run_phase();
# and in how many seconds that must have ended: $LIMIT.

step=1 first=0 phases=()

# What may be wrong with a command.
declare -A faults=(
	[fails]='"do": "fail", "status": 1'
	[is late]='"do": "delay", "ms": 300'
	[hangs]='"do": "hang"'
	[answers noise]='"do": "garbage"'
	[kills the firmware]='"do": "die"'
	[makes the card vanish]='"do": "vanish"'
)
KINDS=('fails' 'is late' 'hangs' 'answers noise' 'kills the firmware' 'makes the card vanish')
# After these the device is of no use before the card had no power.
GONE=('kills the firmware' 'makes the card vanish')

# read_arguments [--step N] [--first N] [PHASE...]
read_arguments() {
	while [[ ${1:-} == --* ]]; do
		case $1 in
		--step) step=${2:?} ;;
		--first) first=${2:?} ;;
		*)
			echo "${0##*/}: unknown argument: $1" >&2
			exit 1
			;;
		esac
		shift 2
	done
	(($# == 0)) || phases=("$@")
}

# possible PHASE: whether the device has what it is about.
possible() { :; }

# learn PHASE: the commands that come in it: $commands.
learn() {
	local file
	file=$(mktemp)
	ready "$1" && tell "{\"do\": \"mark\", \"name\": \"$1\"}" && run_phase "$1" && settled && sleep 1 &&
		build/cargo/release/connectx capture "$file" || return
	mapfile -t commands < <(build/cargo/release/connectx trace "$file" |
		awk -v mark="mark: $1" '$0 == mark {n = 0; next} / -> / {name[n++] = $1} END {for (i = 0; i < n; i++) print name[i]}')
	rm "$file"
	((${#commands[@]}))
}

# as_new: whatever has come, the device is bound and works.
as_new() {
	is_bound || bind 2>/dev/null || true
	is_bound && works >/dev/null && return
	power_cycle && works
}

# Nothing of the card is held when the driver has let go of it, and what it had closed it had given back.
let_go() {
	! is_bound || in_time "$LIMIT" unbind || return
	holds_nothing
}

# try PHASE INDEX KIND: one case.
try() {
	local gone='' status=0
	[[ " ${GONE[*]} " != *" $3 "* ]] || gone=1
	ready "$1" || {
		echo 'it was not ready'
		return 1
	}
	dmesg -C
	tell "{${faults[$3]}, \"command\": \"any\", \"after\": $2}" || return
	in_time "$LIMIT" run_phase "$1" || status=$?
	# A card that vanished cannot be asked.
	[[ $(card .faults 2>/dev/null) != 1 ]] || echo "$*" >>"$MISSED"
	((status != 124)) || return
	[[ $status == 0 || $3 != 'is late' ]] || {
		echo "it fails with $status"
		return 1
	}
	if [[ $gone ]]; then
		# It may not have met its command, if another way was gone.
		[[ ! -e $DEVICE ]] || in_time "$LIMIT" remove || return
		tell clear 2>/dev/null || true
		power_cycle || {
			echo 'it was not bound after a rescan'
			return 1
		}
	else
		tell clear
		tell release
		let_go || return
	fi
	as_new && no_report
}
remove() { echo 1 >"$DEVICE/remove"; }

# sweep PHASE KIND: all commands of the phase.
cases=0 number=0 swept=0 lost=''
sweep() {
	local i bad=0
	swept=0
	for i in "${!commands[@]}"; do
		((number++ % step == first)) || continue
		swept=$((swept + 1))
		output=$(try "$1" "$i" "$2" 2>&1) && continue
		bad=$((bad + 1))
		echo "$1, command $i: ${commands[i]} $2:"
		head -n 25 <<<"$output"
		dmesg | tail -n 8
		as_new || {
			echo 'and the device does not come back'
			lost=1
			return 1
		}
	done
	((bad == 0))
}

# check_phase PHASE KIND: a check, but not in a subshell, since the cases are counted.
check_phase() {
	local file verdict=ok
	file=$(mktemp)
	count=$((count + 1))
	sweep "$1" "$2" >"$file" 2>&1 || verdict='not ok'
	[[ $verdict == ok ]] ||
		failed=$((failed + 1))
	cases=$((cases + swept))
	echo "$verdict $count $1: a command $2, $swept of ${#commands[@]}"
	sed 's/^/# /' "$file"
	rm "$file"
}

# sweep_phases: all of them, and what has come.
sweep_phases() {
	local phase kind
	MISSED=$(mktemp)
	for phase in "${phases[@]}"; do
		possible "$phase" || {
			echo "# without a network device there is no phase $phase"
			continue
		}
		if ! as_new >/dev/null || ! learn "$phase"; then
			check "the commands of $phase are learnt" false
			continue
		fi
		echo "# $phase has ${#commands[@]} commands"
		as_new >/dev/null
		for kind in "${KINDS[@]}"; do
			[[ $lost ]] || check_phase "$phase" "$kind"
		done
	done
	echo "# $cases cases were run; $(wc -l <"$MISSED") of them did not meet their command, since others came"
	check 'the device is there at the end' test ! "$lost"
}
