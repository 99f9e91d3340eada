#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The tests of dumps.sh."""

import os
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "history"))
from netlink import Netlink  # noqa: E402
from testlib import TestDevice, check, expect, run  # noqa: E402

# What a large device has; and four times as many, because so few take no longer than a process
# takes to start.
FULL = {"ports": 4096, "traps": 1024, "resources": 512, "rates": 1024}
# Four times as many take four times as long, or a little more under emulation; were it quadratic,
# sixteen.
LIMIT = 6
# How often each dump is timed.
TIMES = 5
# The command, what of the numbers it shows, and what is in the line of one object.
COMMANDS = (
    ("devlink port show", "ports", "devlink_test1/"),
    ("devlink trap show", "traps", "name extra_trap"),
    ("devlink resource show", "resources", "name extra_resource"),
    ("devlink port function rate show", "rates", "/extra_node"),
)


def timed(command, number, word):
    """The median of how long the command takes; it must show so many objects."""
    times = []
    for _ in range(TIMES):
        start = time.monotonic()
        lines = subprocess.run(command.split(), stdout=subprocess.PIPE,
                               check=True).stdout.decode().splitlines()
        times.append(time.monotonic() - start)
        shown = sum(word in line for line in lines)
        assert shown >= number, f"expected {number} objects from {command}, came {shown}"
    return statistics.median(times)


def measure(factor):
    numbers = {key: int(number * factor) for key, number in FULL.items()}
    arguments = " ".join(f"{key}={number}" for key, number in numbers.items())
    with TestDevice(1, "netdevs=0 " + arguments):
        return [timed(command, numbers[key], word) for command, key, word in COMMANDS]


@check("a dump through iproute2 takes time in proportion to the number of objects")
def linear():
    factors = (0.25, 1, 4)
    best = [measure(factor) for factor in factors]
    # Whatever else the host does only makes it slower: what it is at its best is asked again if it
    # seems slow.
    for _ in range(2):
        if not slow_ones(factors, best):
            break
        best = [[min(pair) for pair in zip(old, measure(factor))]
                for factor, old in zip(factors, best)]
    slow = slow_ones(factors, best, show=True)
    assert not slow, \
        f"expected at most {LIMIT} times the time for 4 times the number, came: " + "; ".join(slow)


def slow_ones(factors, times_by_factor, show=False):
    slow = []
    for (command, key, _), *times in zip(COMMANDS, *times_by_factor):
        report = f"{command}: " + ", ".join(f"{t:.2f} s for {int(FULL[key] * factor)}"
                                            for factor, t in zip(factors, times))
        if show:
            print("# " + report)
        if any(more > LIMIT * less for less, more in zip(times, times[1:])):
            slow.append(report)
    return slow


@check("so many resources also fit in the answer to a request, which comes at once")
def at_once():
    with TestDevice(1, f"netdevs=0 resources={FULL['resources']}") as dev:
        timed(f"devlink resource show {dev.handle}", FULL["resources"], "name extra_resource")


# Objects that events add and delete: the dump, the key in its messages, and the events. Numbers are
# in place of names where the objects have indexes.
KINDS = (
    ("PORT_GET", "PORT_INDEX", 1000, "port_add", "port_del"),
    ("PARAM_GET", "PARAM PARAM_NAME", "object", "param_add", "param_del"),
    ("REGION_GET", "REGION_NAME", "object", "region_add", "region_del"),
    ("HEALTH_REPORTER_GET", "HEALTH_REPORTER HEALTH_REPORTER_NAME", "object", "reporter_add",
     "reporter_del"),
    ("TRAP_GET", "TRAP_NAME", "object", "trap_add", "trap_del"),
    ("TRAP_GROUP_GET", "TRAP_GROUP_NAME", "object", "group_add", "group_del"),
    ("RATE_GET", "RATE_NODE_NAME", "object", "rate_add", None),
    ("LINECARD_GET", "LINECARD_INDEX", 1000, "linecard_add", "linecard_del"),
    ("SB_GET", "SB_INDEX", 1000, "sb_add", "sb_del"),
    ("SB_POOL_GET", "SB_INDEX", 1000, "sb_add", "sb_del"),
)
OBJECTS = 150


def key_of(message, path):
    if message.get("SB_POOL_INDEX"):
        return None  # of each buffer's pools the first one counts
    for name in path.split():
        message = message.get(name)
    return message


def delete(dev, event, name):
    if event:
        dev.event(f"{event} {name}")
        return
    with Netlink() as netlink:
        netlink.do("RATE_DEL", dev.handle, RATE_NODE_NAME=name)


def compare(kind, before, seen, gone):
    """Those that were there all the time are shown once, the others at most once."""
    often = sorted({key for key in seen if seen.count(key) > 1}, key=str)
    expect(f"{kind}: shown more than once", [], often)
    expect(f"{kind}: hidden", [], [key for key in before if key not in gone and key not in seen])


def objects_come_and_go(kind, path, base, add, remove):
    names = [base + i if isinstance(base, int) else f"{base}{i:03}" for i in range(OBJECTS + 20)]
    early, late = names[:OBJECTS], names[OBJECTS:]
    with Netlink(pages=True) as netlink, TestDevice(1, "netdevs=0") as dev:
        for name in early:
            dev.event(f"{add} {name}")
        before = [key_of(m, path) for m in netlink.dump(kind, dev.handle)]
        parts = netlink.dump_parts(kind, dev.handle)
        seen = [key_of(m, path) for m in next(parts)]
        ours = [key for key in seen if key in early]
        assert len(set(ours)) >= 6, \
            f"expected that the first part of {kind} shows some of the objects, came {seen}"
        assert len(seen) < len(before), f"expected more than one part of {kind}"
        # Some that were shown, from the first on; then some that were not yet; and others come.
        gone = list(dict.fromkeys(ours))[:5] + [name for name in early if name not in seen][-5:]
        for name in gone:
            delete(dev, remove, name)
        for name in late:
            dev.event(f"{add} {name}")
        seen += [key_of(m, path) for part in parts for m in part]
        # Leaves, for one, have no name: what has a key is compared.
        compare(kind, [key for key in before if key is not None],
                [key for key in seen if key is not None], gone)


@check("objects that come and go during a dump neither repeat nor hide others")
def objects():
    for kind in KINDS:
        objects_come_and_go(*kind)


def resource_names(messages):
    return [r["RESOURCE_NAME"] for m in messages for r in m["RESOURCE_LIST"].all("RESOURCE")]


@check("resources that come during a dump neither repeat nor hide others")
def resources():
    with Netlink(pages=True) as netlink, TestDevice(1, "netdevs=0 resources=200") as dev:
        before = resource_names(netlink.dump("RESOURCE_DUMP", dev.handle))
        parts = netlink.dump_parts("RESOURCE_DUMP", dev.handle)
        seen = resource_names(next(parts))
        assert len(seen) < len(before), "expected more than one part"
        for i in range(20):
            dev.event(f"resource_add late{i} {5000 + i} {0 if i % 2 else 1} 10")
        seen += [name for part in parts for name in resource_names(part)]
        compare("RESOURCE_DUMP", before, seen, [])


@check("devices that come and go during a dump neither repeat nor hide others")
def devices():
    ids = list(range(1, 46))
    arguments = "netdevs=0 ops=none"
    devs = {number: TestDevice(number, arguments) for number in ids + [50, 51]}
    for number in ids:
        devs[number].create()
    try:
        with Netlink(pages=True) as netlink:
            parts = netlink.dump_parts("GET")
            seen = [m["DEV_NAME"] for m in next(parts)]
            assert len(seen) < len(ids), "expected more than one part"
            gone = [1, 2, 44]
            for number in gone:
                devs[number].remove()
            for number in (50, 51):
                devs[number].create()
            seen += [m["DEV_NAME"] for part in parts for m in part]
            compare("GET", [f"devlink_test{i}" for i in ids], seen,
                    [f"devlink_test{i}" for i in gone])
    finally:
        for number in os.listdir("/sys/bus/devlink_test/devices"):
            devs[int(number.removeprefix("devlink_test"))].remove()


if __name__ == "__main__":
    sys.exit(0 if run(sys.argv[1:]) else 1)
