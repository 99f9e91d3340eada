#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# drivers.sh [--core rust|c] [--debug]: every driver in the tree that uses devlink was built for the
# kernel that `make drivers` made with these options, can be loaded and unloaded, and is in
# Documentation/drivers.rst. mlx5_core runs on a model card as well.
#
# drivers.sh --table [--core rust|c] [--debug]: print that document's table of modules, as it ought
# to be.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$(dirname "$0")/../../.." || exit

DOCUMENT=Documentation/drivers.rst
TREE=build/tree

table='' core=rust options=()
while (($#)); do
	case $1 in
	--table) table=1 ;;
	--core)
		core=$2
		options+=(--core "$core")
		shift
		;;
	--debug) options+=(--debug) ;;
	*)
		echo "drivers.sh: unknown argument: $1" >&2
		exit 1
		;;
	esac
	shift
done
NAME=$core
[[ " ${options[*]} " != *' --debug '* ]] || NAME+=-debug
OBJECTS=build/$NAME-drivers

# What modules import if they use devlink, or if they use it by way of the DSA core.
IMPORTS='(devl|devlink|dsa_devlink)_.*|__tracepoint_devlink_.*'

# modules: "name folder" of each module that uses devlink.
modules() {
	# shellcheck disable=SC2016 # for the shell in the tool root
	scripts/toolroot bash -c 'find "$1"/modules -name "*.ko" | while read -r file; do
		name=${file##*/} folder=${file#*/kernel/}
		! llvm-nm -u "$file" | grep -qxE " *U ($2)" || echo "$(tr - _ <<<"${name%.ko}")" "${folder%/*}"
	done' -- "$OBJECTS" "$IMPORTS" | sort
}

# table: modules' lines of reStructuredText.
table() {
	local line='============================  =========================================================='
	echo "$line"
	printf '%-28s  %s\n' module folder
	echo "$line"
	modules | while read -r name folder; do
		printf '%-28s  %s\n' "\`\`$name\`\`" "\`\`$folder\`\`"
	done
	echo "$line"
}

# The source files that use devlink: they include its header or call a function that the core
# exports.
users() {
	local exports
	exports=$(sed -n 's/^EXPORT_SYMBOL_GPL(\(.*\));/\1/p' devlink/exports.c | paste -sd '|')
	(cd "$TREE" && grep -rlP --include='*.[ch]' \
		"include <net/devlink\\.h>|(?<![>.\\w])($exports|dsa_devlink_\\w+)\\(" drivers net) |
		grep -vE '^net/devlink(_rust)?/' | sort
}

# The files of the tree that were read for this kernel, from what the compiler left beside each
# object.
compiled() {
	find "$OBJECTS/drivers" "$OBJECTS/net" -name '.*.o.cmd' -exec grep \
		-ohE '/src/build/tree/[^ ]+\.[ch]\b' {} + |
		sed -E 's#^/src/build/tree/##; :again s#[^/]+/\.\./##; t again' | sort -u
}

# In the document, a line that begins with a name in double quotes is about that module or source
# file.
documented() { awk -F '``' '/^``/ {print $2}' "$DOCUMENT" | grep "$@" | sort; }

same() {
	local difference
	difference=$(diff <(sort "$1") <(sort "$2")) || {
		echo "expected $DOCUMENT (<) and $OBJECTS (>) to agree, came:"
		echo "$difference"
		return 1
	}
}

every_user_is_compiled() { same <(documented /) <(comm -23 <(users) <(compiled)); }
every_module_is_documented() { same <(documented -v /) <(modules | cut -d ' ' -f 1); }

loads_and_unloads() {
	# shellcheck disable=SC2046 # a list
	scripts/vm --drivers "${options[@]}" --timeout 3000 -- tools/testing/selftests/devlink/drivers.sh \
		$(modules | cut -d ' ' -f 1)
}

# The driver's own mistake, on either core: the work that resets the firmware takes a lock under
# which the work's queue is destroyed. Lockdep tells it once, at the first removal after a reset.
KNOWN='(wq_completion)mlx5_fw_reset_events --> (work_completion)(&fw_reset->reset_unload_work) --> &dev->lock_key'

# only_known_report: all is well in a machine's output but for that.
only_known_report() {
	grep -qF "$KNOWN" <<<"$1" && (($(grep -cE '(WARNING|BUG): ' <<<"$1") == 1)) &&
		grep -q '^1\.\.' <<<"$1" &&
		[[ $(grep '^not ok' <<<"$1") =~ ^'not ok '[0-9]+' unbind and bind, without a warning'$ ]]
}

# A model card, on which the driver has all its options here, and on a debug kernel.
mlx5_runs() {
	local output
	output=$(scripts/vm --drivers "${options[@]}" --timeout 7200 --nic cx5,ports=2,count=2 -- \
		tools/testing/selftests/connectx/mlx5.sh 3 2>&1) || only_known_report "$output" && return
	echo "$output"
	return 1
}

if [[ $table ]]; then
	table
	exit
fi
check 'every source file that uses devlink is compiled, except those that the document names' \
	every_user_is_compiled
check 'the document lists the modules that use devlink' every_module_is_documented
check 'each module can be loaded and unloaded' loads_and_unloads
check 'mlx5_core runs on a model card' mlx5_runs
finish
