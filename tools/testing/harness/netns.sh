#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# When a namespace dies, drivers may register and unregister notifiers and operations on namespaces
# while their device is brought back. On the C core that hangs the host; this shows that the test
# would notice.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

TEST=tools/testing/selftests/devlink/netns.sh
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# has PATTERN: the machine printed a line like that.
has() {
	grep -qE -- "$1" "$log" && return
	echo "expected a line like '$1', came:"
	cat "$log"
	return 1
}

rust_lives() {
	scripts/vm --timeout 600 -- "$TEST" >"$log" 2>&1 || {
		cat "$log"
		return 1
	}
	has '^ok 6 nothing is left$'
}

many_namespaces_die() { tools/testing/soak --plain --rounds 5 namespaces; }

# All is well until the namespace dies; then whoever makes another one waits for cleanup_net(),
# which waits for itself.
c_hangs() {
	local status=0
	scripts/vm --core c --timeout 600 -- "$TEST" >"$log" 2>&1 || status=$?
	((status == 1)) || {
		echo "expected status 1, came $status:"
		cat "$log"
		return 1
	}
	has '^ok 3 the namespace is deleted$' && has '^not ok 4 another namespace is made' &&
		has 'it hangs:$' &&
		has 'cleanup_net\+' && has '(un)?register_(netdevice_notifier|pernet_subsys)\+'
}

check 'on the Rust core, a device comes back whose driver registers notifiers' rust_lives
check 'on the Rust core, many namespaces die at once beside everything else' many_namespaces_die
check 'on the C core, the same test notices that no namespace can be made any more' c_hangs
finish
