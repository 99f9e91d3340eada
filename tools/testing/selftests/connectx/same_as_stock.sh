#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# same_as_stock.sh [FOLDER]: the stock mlx5_core and rust_mlx5 on the same model ConnectX-5 (scripts/vm --nic cx5), one after
# the other. What devlink shows is the same of both, but for what same_as_stock.devlink lists; and what they say to the card
# when they probe, when the network device goes up and down, when they reload and when they are removed, but for what
# same_as_stock.commands lists, see connectx compare. What came is kept in FOLDER.
# shellcheck source=tools/testing/selftests/connectx/mlx5_lib.sh
. "$(dirname "$0")/mlx5_lib.sh"

HERE=$(dirname "$0")
OUT=${1:-$(mktemp -d)}
mkdir -p "$OUT"

# section NAME CMD...: CMD; what comes of it is a section of the capture. A driver may still be busy with it when it ends.
section() {
	local status=0
	tell "{\"do\": \"mark\", \"name\": \"$1\"}"
	"${@:2}" || status=$?
	settled
	sleep 2
	tell '{"do": "mark", "name": ""}'
	return "$status"
}

# What devlink shows as lines, each with the path to a value; elements of arrays have their names. Sorted, and without
# what has other numbers each time, or is the driver's name.
devlink_values() {
	local what
	for what in 'dev show' 'dev info' 'dev param show' 'port show' 'port param show' 'port function rate show' \
		'health show' 'region show' 'trap show' 'trap group show' 'trap policer show' 'sb show' 'lc show' \
		"dev eswitch show $DEV" "resource show $DEV" "dpipe table show $DEV" "dpipe header show $DEV" \
		"dev selftests show $DEV" "health diagnose $DEV reporter fw" "health diagnose $DEV reporter fw_fatal" \
		"health diagnose $DEV reporter vnic"; do
		# shellcheck disable=SC2086 # several words
		devlink -js $what 2>&1 | values | sed "s|^|$what: |"
	done | sed -E "s|$DEV|DEV|g; s/$DRIVER/DRIVER/g; s/(DRIVER\.[a-z]+)\.[0-9]+/\1.N/g; s|(devlink_index)/[0-9]+|\1/N|g; s/\beth[0-9]+\b/ethN/g" |
		grep -vE '\.(index|last_dump_date|last_dump_time) |^dev show: .* index ' | sort
}

# Lines of JSON, or of an error, as lines of paths and values.
values() {
	jq -rR '. as $line | try (fromjson |
		walk(if type == "array" and length > 0 and all(type == "object") then
			map({(.name // .reporter // .cmode // (keys_unsorted | join(","))): .}) | add
		else . end) |
		paths(scalars, (arrays, objects | select(length == 0))) as $path |
		($path | map(tostring) | join(".")) + " " + (getpath($path) | tojson)) catch $line'
}

is_here() { is_bound && [[ ! $wants_netdev || $(netdev) ]]; }
load() { insert && eventually is_here; }
unload() { modprobe -r "$DRIVER"; }
reload() { devlink dev reload "$DEV" >/dev/null && eventually is_here; }
goes_up() { up && shows 'state UP' ip link show "$(netdev)"; }

# life DRIVER: all that is compared, of a card that is as new. The network device has its address after a time, and says
# so to others: IPv6 would send what another kernel would not.
wants_netdev=1
life() {
	use_driver "$1"
	echo flr >"$DEVICE/reset_method" && echo 1 >"$DEVICE/reset"
	check "$1 probes" section probe load
	check "$1 is shown" save "$1.devlink" devlink_values
	check "$1 goes up" section 'netdev up' goes_up
	check "$1 is shown when it is up" save "$1.up.devlink" devlink_values
	check "$1 goes down" section 'netdev down' down
	check "$1 reloads" section reload reload
	check "$1 is removed" section removal unload
	check "$1 has given everything back" gives_all_back
	check "the commands of $1 are captured" build/cargo/release/connectx capture "$OUT/$1.pcapng"
}

# save FILE CMD...
save() { "${@:2}" >"$OUT/$1" && [[ -s $OUT/$1 ]]; }

same_devlink() {
	local moment
	for moment in '' up.; do
		diff "$OUT/mlx5_core.${moment}devlink" "$OUT/rust_mlx5.${moment}devlink" | sed -n 's/^< /- /p; s/^> /+ /p'
	done | sort -u >"$OUT/devlink.differences"
	as_listed "$HERE/same_as_stock.devlink" <"$OUT/devlink.differences"
}

same_commands() {
	build/cargo/release/connectx compare "$OUT/mlx5_core.pcapng" "$OUT/rust_mlx5.pcapng" | sort -u >"$OUT/commands.differences"
	as_listed "$HERE/same_as_stock.commands" <"$OUT/commands.differences"
}

sysctl -qw net.ipv6.conf.default.disable_ipv6=1 2>/dev/null
for driver in "${DRIVERS[@]}"; do life "$driver"; done
check 'devlink shows the same' same_devlink
check 'they say the same to the card' same_commands
check 'no command was unknown' card_is '[]' .unknown
finish
