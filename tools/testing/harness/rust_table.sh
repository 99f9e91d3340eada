#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Documentation/rust-api-table.rst has all of include/net/devlink.h, and what it says is so: each
# item that stands for something exists, and uses it. Then a number of seeded mistakes, each of
# which must be noticed.
# shellcheck disable=SC2016 # quotes of the table, in texts and scripts
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

HEADER=include/net/devlink.h
UAPI=include/uapi/linux/devlink.h
TABLE=Documentation/rust-api-table.rst
CODE=rust/kernel/net/devlink

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# copy: the header, the code and the table, to be changed.
copy() {
	rm -rf "${work:?}"/*
	mkdir -p "$work"/{include/net,include/uapi/linux,Documentation,rust/kernel/net}
	cp "build/tree/$HEADER" "$work/$HEADER"
	cp "build/tree/$UAPI" "$work/$UAPI"
	cp "$TABLE" "$work/$TABLE"
	cp -r "$CODE" "$CODE.rs" "$work/rust/kernel/net/"
}

# What is found with another parser than that of the generator.
all_declared() {
	local name missing=0 count=0
	while read -r name; do
		count=$((count + 1))
		grep -qF "\`\`$name()\`\`" "$TABLE" && continue
		echo "expected a row of $name(), came none"
		missing=1
	done < <(declared)
	echo "expected the header to declare 130 functions or more, came $count"
	((count >= 130 && !missing))
}

# notices WHAT ERROR FILE SCRIPT: after a change to FILE by sed the generator says ERROR.
notices() {
	check "noticed: $1" said "$2" "$3" "$4"
}

said() {
	local output
	copy
	sed -i "$3" "$work/$2"
	if output=$(scripts/gen-rust-api-table --check --root "$work" --header "$work/$HEADER"); then
		echo "expected a failure, came none"
		return 1
	fi
	grep -qF -- "$1" <<<"$output" || {
		echo "expected: $1; came:"
		echo "$output"
		return 1
	}
}

check 'the table is current, and says of everything what stands for it, or why nothing does' \
	scripts/gen-rust-api-table --check
check 'it has all functions that the header declares' all_declared

notices 'a new function' 'devl_new: nothing in Rust stands for it' $HEADER \
	's/^int devl_register(/int devl_new(void);\n&/'
notices 'a new inline function' 'devl_new: nothing in Rust stands for it' $HEADER \
	's/^int devl_register(/static inline int devl_new(void)\n{\n}\n&/'
notices 'a new macro' 'DEVLINK_NEW: nothing in Rust stands for it' $HEADER \
	's/^int devl_register(/#define DEVLINK_NEW(a) a\n&/'
notices 'a new callback' 'devlink_ops.thing_get: nothing in Rust stands for it' $HEADER \
	's/^struct devlink_ops {/&\n\tint (*thing_get)(void *of);/'
notices 'a new value of an enumeration' 'does not know DEVLINK_PORT_FLAVOUR_NEW' $UAPI \
	's/^\tDEVLINK_PORT_FLAVOUR_CPU,/\tDEVLINK_PORT_FLAVOUR_NEW,\n&/'
notices 'a function that is no more' 'devl_register: is not in the header' $HEADER \
	'/^int devl_register(/d'
notices 'a row of nothing' 'devl_never: is not in the header' $TABLE \
	'0,/^   \* - ``devl_register()``/s//   * - ``devl_never()``\n     -\n     -\n     - none\n&/'
notices 'a remark that is missing' 'devlink_free: nothing in Rust stands for it' $TABLE \
	'/^   \* - ``devlink_free()``/{n;n;n;s/.*/     -/}'
notices 'a remark about what does not exist' 'the remark names Locked::is_on()' $TABLE \
	's/Locked::is_up()/Locked::is_on()/'
notices 'an item that is not public any more' 'devl_region_create: nothing in Rust stands for it' \
	$CODE/region.rs 's/pub fn region</fn region</'
notices 'an item that has another name' '-     - ``Setup::region()``' $CODE/region.rs \
	's/pub fn region</pub fn area</'
notices 'a function that nothing calls' 'stands for it, but nothing calls it' $CODE/region.rs \
	's/bindings::devl_region_create/create/'
notices 'a callback that nothing fills in' 'stands for it, but nothing fills it in' \
	$CODE/instance.rs '/^ *flash_update: /d'
finish
