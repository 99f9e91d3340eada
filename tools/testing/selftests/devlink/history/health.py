# SPDX-License-Identifier: GPL-2.0
"""Health reporters: reports, recovery, dumps, diagnosis."""

import errno
import os

from netlink import Netlink, NetlinkError
from testlib import Device, TestDevice, check, eventually, expect, race, refused

HEALTHY, ERROR = 0, 1


def reporter(nl, dev, name="dummy"):
    return nl.get("HEALTH_REPORTER_GET", dev.handle, HEALTH_REPORTER_NAME=name)["HEALTH_REPORTER"]


def state(nl, dev, name="dummy"):
    message = reporter(nl, dev, name)
    return tuple(message["HEALTH_REPORTER_" + key]
                 for key in ("STATE", "ERR_COUNT", "RECOVER_COUNT"))


def configure(nl, dev, **attrs):
    nl.do("HEALTH_REPORTER_SET", dev.handle, HEALTH_REPORTER_NAME="dummy",
          **{"HEALTH_REPORTER_" + key: value for key, value in attrs.items()})


def report(dev):
    dev.set("health/break_health", "broken")


def fmsg(parts):
    """The formatted message in a dump or a diagnosis, as a list of attributes."""
    return [item for part in parts for message in part for item in message["FMSG"].list]


def dump_parts(nl, dev, name="dummy"):
    return nl.dump_parts("HEALTH_REPORTER_DUMP_GET", dev.handle, HEALTH_REPORTER_NAME=name)


def diagnosis(nl, dev, name="dummy"):
    nl.send("HEALTH_REPORTER_DIAGNOSE", 4, dev.handle, HEALTH_REPORTER_NAME=name)
    return fmsg(nl.parts())


def balanced(items):
    """Whether each nest of a formatted message is ended, and none that was not begun."""
    depth = 0
    for name, _ in items:
        if str(name).endswith("NEST_START"):
            depth += 1
        elif name == "FMSG_NEST_END":
            depth -= 1
        if depth < 0:
            return False
    return depth == 0


@check("an error is recovered once, a healthy reporter not at all")
def recovery_counts():
    with Netlink() as nl, Device(1) as dev:
        configure(nl, dev, GRACEFUL_PERIOD=0)
        expect("state, errors, recoveries", (HEALTHY, 0, 0), state(nl, dev))
        nl.do("HEALTH_REPORTER_RECOVER", dev.handle, HEALTH_REPORTER_NAME="dummy")
        expect("state, errors, recoveries of one that was healthy", (HEALTHY, 0, 0), state(nl, dev))
        for count in (1, 2, 3):
            report(dev)
            expect("state, errors, recoveries", (HEALTHY, count, count), state(nl, dev))


@check("within the grace period, and after an error that stays, nothing is recovered by itself")
def recovery_aborted():
    with Netlink() as nl, Device(1) as dev:
        configure(nl, dev, GRACEFUL_PERIOD=600_000, BURST_PERIOD=0)
        report(dev)
        expect("state, errors, recoveries", (HEALTHY, 1, 1), state(nl, dev))
        refused(errno.ECANCELED, report, dev)
        refused(errno.ECANCELED, report, dev)
        expect("state, errors, recoveries", (ERROR, 3, 1), state(nl, dev))
        nl.do("HEALTH_REPORTER_RECOVER", dev.handle, HEALTH_REPORTER_NAME="dummy")
        expect("state, errors, recoveries", (HEALTHY, 3, 2), state(nl, dev))
        configure(nl, dev, GRACEFUL_PERIOD=0)
        dev.set("health/fail_recover", "Y")
        refused(errno.EINVAL, report, dev)
        refused(errno.ECANCELED, report, dev)
        refused(errno.EINVAL, nl.do, "HEALTH_REPORTER_RECOVER", dev.handle,
                HEALTH_REPORTER_NAME="dummy")
        expect("state, errors, recoveries", (ERROR, 5, 2), state(nl, dev))


@check("a grace period that is taken away takes the burst period along")
def burst_without_grace():
    with Netlink() as nl, Device(1) as dev:
        configure(nl, dev, GRACEFUL_PERIOD=1000, BURST_PERIOD=500)
        configure(nl, dev, GRACEFUL_PERIOD=0)
        refused(errno.EINVAL, configure, nl, dev, BURST_PERIOD=500)
        expect("burst period", 0, reporter(nl, dev)["HEALTH_REPORTER_BURST_PERIOD"])


@check("recovery, diagnosis and dumps race with reload and removal", race=True)
def everything_against_destroy():
    dev = Device(1)

    def come_and_go(_):
        dev.create()
        with Netlink() as nl:
            nl.do("RELOAD", dev.handle)
            nl.do("RELOAD", dev.handle)
        dev.remove()

    def recover(nl):
        configure(nl, dev, GRACEFUL_PERIOD=0, AUTO_RECOVER=1)
        nl.do("HEALTH_REPORTER_RECOVER", dev.handle, HEALTH_REPORTER_NAME="dummy")
        nl.do("HEALTH_REPORTER_DUMP_CLEAR", dev.handle, HEALTH_REPORTER_NAME="dummy")

    def read(nl):
        list(dump_parts(nl, dev))
        diagnosis(nl, dev)
        nl.dump("HEALTH_REPORTER_GET")

    # Not with reports: netdevsim's file waits for the instance lock, whose holder waits for the
    # file's users.
    race(come_and_go, recover, read, read, seconds=4)


@check("a dump is kept: read twice it is the same, read by two at once it is one")
def dump_twice():
    with Netlink() as nl, Device(1) as dev:
        report(dev)
        first = fmsg(dump_parts(nl, dev))
        # Random bytes are in it: another dump would have others.
        expect("the second time, the same", True, fmsg(dump_parts(nl, dev)) == first)
        nl.do("HEALTH_REPORTER_DUMP_CLEAR", dev.handle, HEALTH_REPORTER_NAME="dummy")
        expect("after it was cleared, another", False, fmsg(dump_parts(nl, dev)) == first)
        seen = []

        def read(own):
            seen.append(fmsg(dump_parts(own, dev)))

        race(read, read, seconds=0.5)
        expect("dumps that differ", 0, sum(dump != seen[0] for dump in seen))


@check("a dump that goes while it is read ends")
def dump_gone():
    for action in ("clear", "reload", "remove"):
        with Netlink(pages=True) as nl, Netlink() as other, Device(1) as dev:
            dev.set("health/binary_len", 60000)
            report(dev)
            parts = dump_parts(nl, dev)
            next(parts)
            if action == "clear":
                other.do("HEALTH_REPORTER_DUMP_CLEAR", dev.handle, HEALTH_REPORTER_NAME="dummy")
            elif action == "reload":
                other.do("RELOAD", dev.handle)
            else:
                dev.remove()
            try:
                list(parts)
            except NetlinkError as error:
                expect(f"error after {action}", True,
                       error.errno in (errno.EAGAIN, errno.EINVAL, errno.ENODEV))


def check_whole(kind, items, size):
    """The message has what the driver put into it, with so many bytes of binary data."""
    names = [value for name, value in items if name == "FMSG_OBJ_NAME"]
    expect(f"first and last name in a {kind} of {size}", ("test_bool", "in_array_nested_test_u8"),
           (names[0], names[-1]))
    begin, end = (next(i for i, item in enumerate(items) if item[1] == name)
                  for name in ("test_binary", "test_nest"))
    came = sum(len(value) for name, value in items[begin:end] if name == "FMSG_OBJ_VALUE_DATA")
    expect(f"binary bytes in a {kind}", size, came)


@check("dumps of any size arrive whole, and so do diagnoses of what fits a message")
def sizes():
    with Netlink() as nl, Device(1) as dev:
        for size in (0, 1, 255, 3000, 3700, 4096, 70000, 1 << 18):
            dev.set("health/binary_len", size)
            nl.do("HEALTH_REPORTER_DUMP_CLEAR", dev.handle, HEALTH_REPORTER_NAME="dummy")
            check_whole("dump", fmsg(dump_parts(nl, dev)), size)
            if size <= 3700:
                check_whole("diagnosis", diagnosis(nl, dev), size)
            else:
                refused(errno.EMSGSIZE, diagnosis, nl, dev)


@check("a dump or diagnosis that the driver cannot make is an error, and the next one works")
def too_big():
    with Netlink() as nl, Device(1) as dev:
        dev.set("health/binary_len", (1 << 32) - 1)
        refused(errno.ENOMEM, diagnosis, nl, dev)
        refused(errno.ENOMEM, lambda: fmsg(dump_parts(nl, dev)))
        dev.set("health/binary_len", 16)
        expect("bytes of the diagnosis", True, len(diagnosis(nl, dev)) > 10)
        expect("bytes of the dump", True, len(fmsg(dump_parts(nl, dev))) > 10)


@check("an empty message has its nests ended")
def empty_reporter():
    with Netlink() as nl, Device(1) as dev:
        for items in (diagnosis(nl, dev, "empty"), fmsg(dump_parts(nl, dev, "empty"))):
            expect("nests in balance", True, balanced(items))


@check("a reporter cannot do what its driver cannot, and answers so")
def missing_callbacks():
    with Netlink() as nl, Device(1) as dev:
        refused(errno.EOPNOTSUPP, nl.do, "HEALTH_REPORTER_SET", dev.handle,
                HEALTH_REPORTER_NAME="empty", HEALTH_REPORTER_GRACEFUL_PERIOD=1)
        refused(errno.EOPNOTSUPP, nl.do, "HEALTH_REPORTER_TEST", dev.handle,
                HEALTH_REPORTER_NAME="dummy")
        for cmd in ("GET", "SET", "RECOVER", "DIAGNOSE", "DUMP_CLEAR", "TEST"):
            refused((errno.EINVAL, errno.ENODEV), nl.do, "HEALTH_REPORTER_" + cmd, dev.handle,
                    HEALTH_REPORTER_NAME="none")
            refused((errno.EINVAL, errno.ENODEV), nl.do, "HEALTH_REPORTER_" + cmd, dev.handle)
        refused(errno.EINVAL, nl.dump, "HEALTH_REPORTER_DUMP_GET", dev.handle,
                HEALTH_REPORTER_NAME="none")


@check("a reporter's state is told when it changes, with the counts of that moment")
def told():
    with Netlink() as nl, Netlink(notifications=True) as listener, Device(1) as dev:
        configure(nl, dev, GRACEFUL_PERIOD=0)
        report(dev)
        messages = [m["HEALTH_REPORTER"] for m in listener.notifications()
                    if m.cmd == "HEALTH_REPORTER_RECOVER"]
        expect("state, errors, recoveries in what was told", [(ERROR, 1, 0), (HEALTHY, 1, 1)],
               [tuple(m["HEALTH_REPORTER_" + key]
                      for key in ("STATE", "ERR_COUNT", "RECOVER_COUNT"))
                for m in messages])


@check("an error reported before the device is registered is told when it is", rust_only=True,
       c_driver=True)
def reported_early():
    names = ["dt_bare", "dt_burst", "dt_full", "dt_graceful", "dt_large", "dt_port"]
    with Netlink() as nl, Netlink(notifications=True) as listener, TestDevice(1, "report=1") as dev:
        told = [m for m in listener.notifications() if m.cmd in ("NEW", "HEALTH_REPORTER_RECOVER")]
        expect("told first", "NEW", told[0].cmd)
        states = {m["HEALTH_REPORTER"]["HEALTH_REPORTER_NAME"]:
                  tuple(m["HEALTH_REPORTER"]["HEALTH_REPORTER_" + key]
                        for key in ("STATE", "ERR_COUNT"))
                  for m in told[1:]}
        # What the driver can recover from was recovered from.
        wanted = {name: (ERROR if name == "dt_bare" else HEALTHY, 1) for name in names}
        expect("told once of each", len(names), len(told) - 1)
        expect("state and errors that were told", wanted, states)
        came = {name: state(nl, dev, name)[:2] for name in names[:-1]}
        expect("state and errors", {name: wanted[name] for name in came}, came)
        # It is not told again.
        nl.do("HEALTH_REPORTER_RECOVER", dev.handle, HEALTH_REPORTER_NAME="dt_full")
        expect("told later", [],
               [m for m in listener.notifications(0.2) if m.cmd == "HEALTH_REPORTER_RECOVER"])
        # Nor is one lost that comes when it is unregistered for a while.
        dev.event("unregister")
        dev.event("register")
        expect("told after it is registered again", 0,
               sum(m.cmd == "HEALTH_REPORTER_RECOVER" for m in listener.notifications()))


@check("what is written to the driver's trigger may have any length, or is refused")
def trigger_lengths():
    with Netlink() as nl, Device(1) as dev:
        configure(nl, dev, GRACEFUL_PERIOD=0)
        fd = os.open(dev.files + "/health/break_health", os.O_WRONLY)
        try:
            for length in (1, 2, 100, 4095, 4096):
                os.write(fd, b"x" * length)
            refused(errno.EINVAL, os.write, fd, b"x" * 4097)
            refused(errno.EINVAL, os.write, fd, b"")
        finally:
            os.close(fd)
        eventually("the reporter is healthy", lambda: state(nl, dev)[0] == HEALTHY)
