# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What every script here shares: the folders, messages, locks, and in_root, which runs a command inside the
# tool root. Sourced, never run.
#
# Two worlds: on the host, $REPO is wherever the clone is. Inside the tool root the clone is always /src and
# the cache folder always /cache, so that compilers see the same paths from every clone and ccache hits.

REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
BUILD=$REPO/build
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/devlink-rust
[[ ${IN_TOOL_ROOT:-} ]] && CACHE=/cache
export REPO BUILD CACHE

export KERNEL_SERIES=7.3

say() { printf '%s\n' "── $*" >&2; }
die() {
	printf '%s\n' "${0##*/}: $*" >&2
	exit 1
}

# usage: print the comment block at the top of the calling script, which is its manual.
usage() {
	sed -n '/^# SPDX/d; /^#!/d; /^#/!q; s/^# \{0,1\}//p' "$0"
}

# take_lock FILE WHAT: hold FILE's lock for the rest of this process; says so when it has to wait.
take_lock() {
	local file=$1 what=$2 fd
	mkdir -p "${file%/*}" 2>/dev/null || die "cannot write to ${file%/*}"
	exec {fd}>>"$file"
	if ! flock -n "$fd"; then
		say "waiting: another run is busy with $what"
		flock "$fd"
	fi
}

# need_space DIR GIB: one clear line now is better than a compiler's error in twenty minutes.
need_space() {
	local free
	mkdir -p "$1" 2>/dev/null || die "cannot write to $1"
	free=$(df --output=avail -k "$1" | tail -1)
	((free >= $2 * 1024 * 1024)) ||
		die "$1 has $((free / 1024 / 1024)) GiB free, this needs $2 GiB: make room or set XDG_CACHE_HOME"
}

# quietly LOG WHAT CMD...: run CMD with its output in LOG. On a terminal a line shows that it is alive, elsewhere
# a line comes every half minute. On failure the last $LOG_LINES lines of LOG are shown, normally 40.
quietly() {
	local log=$1 what=$2 start=$SECONDS status=0 pid every=30 last
	shift 2
	mkdir -p "${log%/*}"
	say "$what"
	# With a process group of its own, which goes when this script does.
	set -m
	"$@" >"$log" 2>&1 </dev/null &
	pid=$!
	set +m
	# shellcheck disable=SC2064 # this very process
	trap "kill -TERM -- -$pid 2>/dev/null; exit 130" INT TERM HUP
	[[ -t 2 ]] && every=1
	while sleep 1 && kill -0 "$pid" 2>/dev/null; do
		(((SECONDS - start) % every == 0)) || continue
		last=$(tail -c 300 "$log" | tr '\r' '\n' | tail -1 | cut -c1-90)
		if [[ -t 2 ]]; then
			printf '\r\033[K   %4d s  %s' $((SECONDS - start)) "$last" >&2
		else
			printf '   %4d s  %s\n' $((SECONDS - start)) "$last" >&2
		fi
	done
	wait "$pid" || status=$?
	trap - INT TERM HUP
	[[ -t 2 ]] && printf '\r\033[K' >&2
	if ((status)); then
		tail -n "${LOG_LINES:-40}" "$log" >&2
		say "failed ($status): $what; all of its output: $log"
	else
		say "done in $((SECONDS - start)) s: $what"
	fi
	return "$status"
}

# root_dir: where the current tool root is, or would be. Its name holds a fingerprint of all that goes into it.
root_dir() {
	local sum
	sum=$(cat "$REPO/scripts/toolroot.packages" "$REPO/scripts/toolroot-make" | sha256sum)
	printf '%s\n' "$CACHE/root-${sum:0:12}"
}

# in_root CMD...: run CMD inside the tool root, in /src, and return its status. Nothing leaks: it runs in its own
# mount and process namespaces, which die with this process, however that dies. The root itself is read-only.
in_root() {
	if [[ ${IN_TOOL_ROOT:-} ]]; then
		"$@"
		return
	fi
	local root status=0 lock
	# Once per script, so that an edit of the recipe does not pull the root away from under it.
	root=${ROOT:=$(root_dir)}
	[[ -e $root/.complete ]] || die "the tool root is missing: run scripts/toolroot --make"
	mkdir -p "$BUILD" "$CACHE"
	# Held (shared) as long as the root is in use, so that no other run deletes it.
	exec {lock}>>"$root.lock"
	flock -s "$lock"
	# A child of this very process, whose death it must notice. In the background because a signal does not end a
	# shell that waits for a command in the foreground; <&0 because it would have no input otherwise.
	setpriv --pdeathsig KILL unshare "${AS_ROOT[@]}" --mount --propagation private --pid --kill-child \
		"$BASH" "$REPO/scripts/toolroot-init" "$root" "$REPO" "$CACHE" "$@" <&0 &
	wait $! || status=$?
	exec {lock}>&-
	return "$status"
}

# How this user becomes root of a namespace: root is it already, others need sub-uids.
AS_ROOT=()
((EUID == 0)) || AS_ROOT=(--user --map-root-user --map-auto)
