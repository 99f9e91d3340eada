# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of the model cards share, on top of what all have. They run in a guest that has a
# card.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "${BASH_SOURCE[0]%/*}/../devlink/lib.sh"

# ctl REQUEST: have the card do something; prints the answer.
ctl() { build/cargo/release/connectx ctl "$@"; }

# card QUERY [REQUEST]: a part of what the card tells, with `info` if nothing else is asked.
card() { ctl "${2:-info}" | jq -c "$1"; }

# card_is WANTED QUERY [REQUEST]
card_is() {
	local wanted=$1 came
	shift
	came=$(card "$@") && [[ $came == "$wanted" ]] && return
	echo "expected $wanted of the card's $*, came: $came"
	return 1
}

# devlink_says DEV...: all that devlink shows, in lines that begin with "# devlink", which go into
# the test's log even from inside of a check. tools/testing/run sees that they are the same on both
# cores; times of the day are left out.
exec 3>&1
devlink_says() {
	devlink_shows "$@" | sed -E 's/^/# devlink /; /"last_dump_(date|time)"/d' >&3
}

# devlink_shows DEV...: all that devlink shows, of the instances DEV too where one has to be named: each line begins with
# what was asked for.
devlink_shows() {
	local dev what
	for what in 'dev show' 'dev info' 'dev param show' 'port show' 'port param show' \
		'port function rate show' 'health show' 'region show' 'trap show' 'trap group show' \
		'trap policer show' 'sb show' 'lc show'; do
		# shellcheck disable=SC2086 # several words
		devlink -jps $what 2>&1 | sed "s/^/$what: /"
	done
	for dev; do
		for what in 'dev eswitch' resource 'dpipe table' 'dpipe header' 'dev selftests'; do
			# shellcheck disable=SC2086 # several words
			devlink -jps $what show "$dev" 2>&1 | sed "s/^/$what: /"
		done
	done
}

# commands_are_captured PATTERN: a capture of the card's commands has such a line, and what it says
# of the data.
commands_are_captured() {
	local file status=0
	file=$(mktemp)
	build/cargo/release/connectx capture "$file" &&
		shows "$1" build/cargo/release/connectx trace "$file" &&
		shows '^	0000 [0-9a-f]+$' build/cargo/release/connectx trace --data "$file" || status=$?
	rm "$file"
	return "$status"
}

# bus_errors_are_seen FUNCTION: an error of the bus is in the status that the function's PCI Express
# capability has, and goes away by being written. More of it no kernel sees that has no ACPI.
bus_errors_are_seen() {
	device_status_is 0000 "$1" && ctl '{"do": "aer", "error": "poisoned_tlp"}' >/dev/null &&
		device_status_is 0002 "$1" &&
		printf '\x02\x00' |
		dd of="/sys/bus/pci/devices/$1/config" bs=2 seek=$((DEVICE_STATUS / 2)) conv=notrunc \
			status=none &&
		device_status_is 0000 "$1"
}

# device_status_is WANTED FUNCTION
DEVICE_STATUS=0x6a
device_status_is() {
	local came
	came=$(od -An -tx2 -j $((DEVICE_STATUS)) -N2 "/sys/bus/pci/devices/$2/config") &&
		[[ $came == " $1" ]] && return
	echo "expected the device status $1 of $2, came:$came"
	return 1
}

# first_function VENDOR DEVICE: the address of the first PCI function of that kind.
first_function() {
	local folder
	for folder in /sys/bus/pci/devices/*; do
		[[ $(cat "$folder/vendor") != "$1" || $(cat "$folder/device") != "$2" ]] || {
			echo "${folder##*/}"
			return
		}
	done
}

# The driver has given back all that it had of the card, each time it closed it.
gives_all_back() {
	card_is 0 .total objects && card_is '{}' .leaked objects
}

# quiet DRIVER CMD...: CMD succeeds, and the driver logs neither a warning nor an error meanwhile,
# apart from what $UNAVOIDABLE matches.
UNAVOIDABLE='^$'
quiet() {
	local driver=$1 lines
	shift
	dmesg -C
	"$@" || {
		dmesg | tail -n 20
		return 1
	}
	lines=$(dmesg --level emerg,alert,crit,err,warn | grep "$driver" | grep -vE "$UNAVOIDABLE") ||
		return 0
	echo "expected no warnings from the driver, came:"
	echo "$lines"
	return 1
}

# logs PATTERN: the kernel has said so since its log was cleared.
logs() { dmesg | grep -qE "$1"; }

# settled: everybody has seen the devices that came.
settled() { udevadm settle; }

# cycles CMD...: CMD succeeds $CYCLES times.
cycles() {
	local i
	for ((i = 1; i <= CYCLES; i++)); do
		"$@" || {
			echo "cycle $i of $CYCLES failed"
			return 1
		}
	done
}

# as_listed FILE <LINES: FILE lists all of the lines. It has them, or patterns, in paragraphs which begin with the reason as
# a comment. What it lists must be there.
as_listed() {
	local file=$1 line i status=0
	local -a patterns
	local -A came
	awk '/^#/ {reason = 1; next} /^$/ {reason = 0; next} !reason {print "no reason is given for: " $0; bad = 1}
		END {exit bad}' "$file" || status=1
	mapfile -t patterns < <(grep -vE '^(#|$)' "$file")
	while IFS= read -r line; do
		for i in "${!patterns[@]}"; do
			# shellcheck disable=SC2053 # a pattern
			[[ $line != ${patterns[i]} ]] || {
				came[$i]=1
				continue 2
			}
		done
		echo "not in ${file##*/}: $line"
		status=1
	done
	for i in "${!patterns[@]}"; do
		[[ ${came[$i]:-} ]] || {
			echo "in ${file##*/}, and not so: ${patterns[i]}"
			status=1
		}
	done
	return "$status"
}
