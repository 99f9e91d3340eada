#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# same_as_stock.sh [--driver rust_mlx4|rust_mlx5] [FOLDER]: the driver in Rust, rust_mlx5 if nothing is said, and the stock one
# on the same model card (scripts/vm --nic cx3 or cx5), one after the other. What devlink shows is the same of both, but for
# what same_as_stock_*.devlink lists; and what they say to the card when they probe, when a network device goes up and down,
# when they reload and when they are removed, but for what same_as_stock_*.commands lists, see connectx compare. Of a
# ConnectX-3 also when a port becomes InfiniBand and Ethernet again, and when both are in a bond. What came is kept in FOLDER.
driver=rust_mlx5
if [[ ${1:-} == --driver ]]; then
	driver=${2:?}
	shift 2
fi
case $driver in
rust_mlx4)
	# shellcheck source=tools/testing/selftests/connectx/mlx4_lib.sh
	. "$(dirname "$0")/mlx4_lib.sh"
	;;
rust_mlx5)
	# shellcheck source=tools/testing/selftests/connectx/mlx5_lib.sh
	. "$(dirname "$0")/mlx5_lib.sh"
	;;
*)
	echo "same_as_stock.sh: unknown driver: $driver" >&2
	exit 1
	;;
esac

LISTS=$(dirname "$0")/same_as_stock_${driver#rust_}
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

load() { insert && eventually is_here; }
reload() { devlink dev reload "$DEV" >/dev/null && eventually is_here; }

# What differs between the cards.
case $driver in
rust_mlx4)
	is_here() { is_bound && has_netdevs 2; }
	goes_up() { up 1 && shows 'state UP' ip link show "$(netdev 1)"; }
	goes_down() { down 1; }
	;;
rust_mlx5)
	is_here() { is_bound && [[ $(netdev) ]]; }
	unload() { modprobe -r "$DRIVER"; }
	goes_up() { up && shows 'state UP' ip link show "$(netdev)"; }
	goes_down() { down; }
	;;
esac
becomes_ethernet() { set_type 2 eth && eventually is_here; }
bond_is_deleted() { ip link del "$BOND" && eventually maps_ports '[1,2]'; }

# life DRIVER: all that is compared, of a card that is as new. The network device has its address after a time, and says
# so to others: IPv6 would send what another kernel would not.
life() {
	use_driver "$1"
	echo flr >"$DEVICE/reset_method" && echo 1 >"$DEVICE/reset"
	check "$1 probes" section probe load
	check "$1 is shown" save "$1.devlink" devlink_values
	check "$1 goes up" section 'netdev up' goes_up
	check "$1 is shown when it is up" save "$1.up.devlink" devlink_values
	check "$1 goes down" section 'netdev down' goes_down
	if [[ $driver == rust_mlx4 ]]; then
		check "a port of $1 becomes InfiniBand" section 'to ib' set_type 2 ib
		check "$1 is shown with InfiniBand" save "$1.ib.devlink" devlink_values
		check "a port of $1 becomes Ethernet" section 'to eth' becomes_ethernet
	fi
	check "$1 reloads" section reload reload
	# When that has opened both ports, so that both have their link before they are in a bond.
	if [[ $driver == rust_mlx4 ]]; then
		check "$1 is in a bond" section bond become_a_bond
		check "$1 is in no bond" section 'no bond' bond_is_deleted
	fi
	check "$1 is removed" section removal unload
	check "$1 has given everything back" gives_all_back
	check "the commands of $1 are captured" build/cargo/release/connectx capture "$OUT/$1.pcapng"
}

# save FILE CMD...
save() { "${@:2}" >"$OUT/$1" && [[ -s $OUT/$1 ]]; }

same_devlink() {
	local shown
	for shown in "$OUT/${DRIVERS[0]}".*devlink; do
		diff "$shown" "${shown/${DRIVERS[0]}./${DRIVERS[1]}.}" | sed -n 's/^< /- /p; s/^> /+ /p'
	done | sort -u >"$OUT/devlink.differences"
	as_listed "$LISTS.devlink" <"$OUT/devlink.differences"
}

same_commands() {
	build/cargo/release/connectx compare "$OUT/${DRIVERS[0]}.pcapng" "$OUT/${DRIVERS[1]}.pcapng" |
		sort -u >"$OUT/commands.differences"
	as_listed "$LISTS.commands" <"$OUT/commands.differences"
}

sysctl -qw net.ipv6.conf.default.disable_ipv6=1 2>/dev/null
for one in "${DRIVERS[@]}"; do life "$one"; done
check 'devlink shows the same' same_devlink
check 'they say the same to the card' same_commands
check 'no command was unknown' card_is '[]' .unknown
finish
