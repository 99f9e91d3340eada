#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Documentation/rust-api-table.rst has all of include/net/devlink.h, and what it says is so: each item that stands for
# something exists, and uses it. Then a number of seeded mistakes, each of which must be noticed.
# shellcheck disable=SC2016 # quotes of the table, in texts and scripts
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# copy: the header, the code and the table, to be changed.
copy() {
	rm -rf "${work:?}"/*
	mkdir -p "$work"/{include/net,include/uapi/linux,rust/kernel/net,Documentation}
	cp build/tree/include/net/devlink.h "$work/include/net/"
	cp build/tree/include/uapi/linux/devlink.h "$work/include/uapi/linux/"
	cp -r rust/kernel/net/devlink rust/kernel/net/devlink.rs "$work/rust/kernel/net/"
	cp Documentation/rust-api-table.rst "$work/Documentation/"
}

# What is found with another parser than that of the generator.
all_declared() {
	local name missing=0 count=0
	while read -r name; do
		count=$((count + 1))
		grep -qF "\`\`$name()\`\`" Documentation/rust-api-table.rst && continue
		echo "expected a row of $name(), came none"
		missing=1
	done < <(declared)
	echo "expected the header to declare 130 functions or more, came $count"
	((count >= 130 && !missing))
}

# notices ERROR FILE SCRIPT: after a change to FILE by sed the generator says ERROR.
notices() {
	local output
	copy
	sed -i "$3" "$work/$2"
	if output=$(scripts/gen-rust-api-table --check --root "$work" --header "$work/include/net/devlink.h"); then
		echo "expected a failure, came none"
		return 1
	fi
	grep -qF -- "$1" <<<"$output" || {
		echo "expected: $1; came:"
		echo "$output"
		return 1
	}
}

HEADER=include/net/devlink.h UAPI=include/uapi/linux/devlink.h TABLE=Documentation/rust-api-table.rst
CODE=rust/kernel/net/devlink
check 'the table is current, and says of everything what stands for it, or why nothing does' \
	scripts/gen-rust-api-table --check
check 'it has all functions that the header declares' all_declared
check 'noticed: a function that the table does not have' \
	notices 'devl_new: nothing in Rust stands for it' $HEADER 's/^int devl_register(/int devl_new(void);\n&/'
check 'noticed: an inline function' \
	notices 'devl_new: nothing in Rust stands for it' $HEADER 's/^int devl_register(/static inline int devl_new(void)\n{\n}\n&/'
check 'noticed: a macro' notices 'DEVLINK_NEW: nothing in Rust' $HEADER 's/^int devl_register(/#define DEVLINK_NEW(a) a\n&/'
check 'noticed: a callback' \
	notices 'devlink_ops.thing_get: nothing in Rust' $HEADER 's/^struct devlink_ops {/&\n\tint (*thing_get)(void *of);/'
check 'noticed: a value of an enumeration' \
	notices 'does not know DEVLINK_PORT_FLAVOUR_NEW' $UAPI 's/^\tDEVLINK_PORT_FLAVOUR_CPU,/\tDEVLINK_PORT_FLAVOUR_NEW,\n&/'
check 'noticed: a function that is no more' notices 'devl_register: is not in the header' $HEADER '/^int devl_register(/d'
check 'noticed: a row of nothing' notices 'devl_never: is not in the header' $TABLE \
	'0,/^   \* - ``devl_register()``/s//   * - ``devl_never()``\n     -\n     -\n     - none\n&/'
check 'noticed: a remark that is missing' notices 'devlink_free: nothing in Rust stands for it, and no remark' $TABLE \
	'/^   \* - ``devlink_free()``/{n;n;n;s/.*/     -/}'
check 'noticed: a remark about what does not exist' notices 'the remark names Locked::is_on()' $TABLE 's/Locked::is_up()/Locked::is_on()/'
check 'noticed: an item that is no more' notices 'devl_region_create: nothing in Rust stands for it' $CODE/region.rs \
	's/pub fn region</fn region</'
check 'noticed: an item that has another name' notices '-     - ``Setup::region()``' $CODE/region.rs 's/pub fn region</pub fn area</'
check 'noticed: a function that nothing calls' notices 'stands for it, but nothing calls it' $CODE/region.rs \
	's/bindings::devl_region_create/create/'
check 'noticed: a callback that nothing fills in' notices 'devlink_ops.info_get: ``Driver::info()`` stands for it, but nothing' \
	$CODE/instance.rs '/^ *info_get: /d'
finish
