#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""sweep.py [--step N] [PATTERN...]: the tests of sweep.sh.

Each allocation in turn fails, of those that an operation makes in the kernel (memory.py). It may be
refused then. The next time it must succeed; the kernel reports nothing; what was there is there,
and in the end nothing is leaked.
"""

import argparse
import ctypes
import errno
import fnmatch
import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "history"))
import testlib  # noqa: E402
from answers import BY_NAME, DUMPS_OF_ONE, REQUESTS  # noqa: E402
from memory import Cases, each_failure, libc, prepare  # noqa: E402
from netlink import Netlink  # noqa: E402
from testlib import (C_DRIVER, DUMPS, HOME, Namespace, TestDevice, attempt, check,  # noqa: E402
                     eventually, expect, read, write)

KMEMLEAK = "/sys/kernel/debug/kmemleak"
BUS = "/sys/bus/devlink_test"
KERNEL = f"/src/build/{os.environ['vm_kernel']}"
MODULES = f"{KERNEL}/test-modules"
SYS_DELETE_MODULE, SYS_FINIT_MODULE = 176, 313
# Netdevices make hundreds of allocations that have nothing to do with devlink.
QUIET = "netdevs=0 quiet=1"
# By which a dump's entries are known.
NAMES = ("BUS_NAME DEV_NAME PORT_INDEX SB_INDEX SB_POOL_INDEX SB_TC_INDEX PARAM_NAME REGION_NAME "
         "HEALTH_REPORTER_NAME TRAP_NAME TRAP_GROUP_NAME TRAP_POLICER_ID RATE_NODE_NAME "
         "LINECARD_INDEX").split()


def syscall(*args):
    if libc.syscall(*args) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def unload(name):
    """If it is loaded. Who used it a moment ago may still have it."""
    def is_gone():
        try:
            syscall(SYS_DELETE_MODULE, name.encode(), os.O_NONBLOCK)
        except OSError as error:
            return error.errno == errno.ENOENT
        return True
    eventually(f"module {name} goes", is_gone)


def sweep(what, act, before=lambda: None):
    """Has each allocation fail. Before each time things are made as they were. In the end it was
    done."""
    _, error = each_failure(what, act, before)
    expect(f"error of {what} when nothing fails any more", None, error)


def sweep_pair(what, make, undo):
    """Both of what makes something and what takes it away."""
    sweep(what, make, lambda: attempt(undo))
    sweep(f"{what}, undone", undo, lambda: attempt(make))


def objects(nl):
    """All that there is."""
    return sorted(str((cmd, [message.get(name) for name in NAMES]))
                  for cmd in DUMPS for message in nl.dump(cmd))


class Same:
    """What is there at the end is what was there at the beginning."""

    def __init__(self, nl):
        self.nl = nl

    def __enter__(self):
        self.before = objects(self.nl)

    def __exit__(self, kind, *_):
        if kind is None:
            after = objects(self.nl)
            expect("objects that are gone", [], sorted(set(self.before) - set(after)))
            expect("objects that are new", [], sorted(set(after) - set(self.before)))


def is_up(nl, handle):
    return not nl.get("GET", handle).get("RELOAD_FAILED")


def bring_up(nl, handle):
    """After a reload that failed."""
    if not is_up(nl, handle):
        nl.do("RELOAD", handle)
        expect("is the device up", True, is_up(nl, handle))


def nothing_left():
    with Netlink() as nl:
        expect("instances that are left", [], objects(nl))


def comes(arguments):
    """A device with those comes, and goes."""
    sweep("probe", lambda: write(f"{BUS}/new_device", f"1 {arguments}"),
          lambda: attempt(write, f"{BUS}/del_device", "1"))
    with Netlink() as nl:
        # A device is there also when its driver failed.
        expect("is its instance there", True, testlib.is_here(nl, "devlink_test/devlink_test1"))
    write(f"{BUS}/del_device", "1")
    eventually("the devices are released",
               lambda: read("/sys/kernel/debug/devlink_test/alive") == "0")
    nothing_left()


# Loading the test driver is not among them: it makes a bus, and bus_register() of this kernel, when
# it fails, unregisters a class of locks with lockdep that it has not registered yet.
@check("a device comes")
def probe():
    comes(QUIET)


@check("a device with netdevices comes")
def probe_netdevs():
    comes("quiet=1")


@check("a device without callbacks comes")
def probe_bare():
    comes(f"ops=none {QUIET}")


@check("a device goes")
def remove():
    sweep("remove", lambda: write(f"{BUS}/del_device", "1"),
          lambda: attempt(write, f"{BUS}/new_device", f"1 {QUIET}"))
    nothing_left()


@check("a driver is unbound from its device, and bound to it")
def bind():
    with TestDevice(1, QUIET), Netlink() as nl, Same(nl):
        driver = f"{BUS}/drivers/devlink_test"
        sweep_pair("unbind", lambda: write(f"{driver}/unbind", "devlink_test1"),
                   lambda: write(f"{driver}/bind", "devlink_test1"))


@check("a reload, of either kind")
def reload():
    with TestDevice(1, QUIET) as dev, Netlink(timeout=20) as nl, Same(nl):
        for action in (1, 2):
            sweep(f"reload of kind {action}",
                  lambda number=action: nl.do("RELOAD", dev.handle, RELOAD_ACTION=number),
                  lambda: bring_up(nl, dev.handle))


@check("a reload into another namespace")
def reload_into_namespace():
    with (TestDevice(1, QUIET) as dev, Netlink(timeout=20) as nl, Namespace() as namespace,
          namespace.netlink(timeout=20) as inner, Same(nl)):
        def back():
            if testlib.is_here(inner, dev.handle):
                bring_up(inner, dev.handle)
                inner.do("RELOAD", dev.handle, NETNS_FD=HOME)
            bring_up(nl, dev.handle)

        sweep("reload", lambda: nl.do("RELOAD", dev.handle, NETNS_FD=namespace.fd), back)
        back()


# What undoes an event, or nothing if it can happen again and again.
EVENTS = (
    ("port_add 80", "port_del 80"), ("param_add late", "param_del late"),
    ("region_add late", "region_del late"), ("reporter_add late", "reporter_del late"),
    ("reporter_add late 0", "reporter_del late 0"), ("trap_add late", "trap_del late"),
    ("group_add late", "group_del late"), ("sb_add 9", "sb_del 9"),
    ("table_add late", "table_del late"), ("linecard_add 8", "linecard_del 8"),
    ("port_type 0 ib", "port_type 0 none"),
    ("health_report dt_full late", None), ("health_state dt_full error", None),
    ("health_recovered dt_full", None), ("param_changed dt_u8", None),
    ("trap dt_drop 0 100", None), ("remote_reload reinit none", None),
    ("linecard 0 clear", "linecard 0 provision dt-16x100G"),
)


@check("what happens to a device")
def events():
    with TestDevice(1, QUIET) as dev, Netlink(timeout=20) as nl, Same(nl):
        for event, undo in EVENTS:
            if undo:
                sweep_pair(event, lambda event=event: dev.event(event),
                           lambda event=undo: dev.event(event))
            else:
                sweep(event, lambda event=event: dev.event(event))

        def new_region():
            attempt(dev.event, "region_del late")
            dev.event("region_add late")

        sweep("snapshot", lambda: dev.event("snapshot late"), new_region)
        dev.event("region_del late")


@check("nodes of rates, by the driver")
def rates():
    with TestDevice(1, QUIET) as dev, Netlink(timeout=20) as nl:
        sweep_pair("rate_add late", lambda: dev.event("rate_add late"),
                   lambda: dev.event("rate_clear"))
        nl.do("RELOAD", dev.handle)


@check("resources come")
def resources():
    with TestDevice(1, QUIET) as dev:
        numbers = iter(range(100, 1000))

        def add():
            number = next(numbers)
            dev.event(f"resource_add late{number} {number} 0 8")

        sweep("resource_add", add)


@check("a device becomes part of another, and shares an instance")
def nest():
    with TestDevice(1, QUIET) as outer, TestDevice(2, QUIET) as inner, Netlink() as nl, Same(nl):
        def alone():
            attempt(inner.event, "unnest")
            if not testlib.is_here(nl, inner.handle):
                write(f"{BUS}/drivers/devlink_test/bind", "devlink_test2")
                attempt(inner.event, "unnest")

        # A driver in Rust is only part of what the outer one made it for.
        nests = ("nest 1", "nest 1 port 9", "nest 1 linecard 0") if C_DRIVER else ()
        for event in (*nests, "share sweep"):
            sweep(event, lambda event=event: inner.event(event), alone)
            alone()
        expect("is the other one up", True, is_up(nl, outer.handle))


# What makes something, with what undoes it.
MAKERS = (("port-new", "port-del"), ("region-new", "region-del"), ("rate-new", "rate-del"))
# What has a test of its own.
ELSEWHERE = {"reload", "port-split", "port-unsplit"}
# What must be so before a request can be made again.
BEFORE = {"linecard-set": "linecard 1 clear"}


def command(request):
    return request.operation.upper().replace("-", "_")


def sweep_dump(what, cmd, *args, **attrs):
    """A socket whose dump ended with an error is of no more use."""
    sockets = [Netlink(timeout=20)]

    def renew():
        sockets.pop().sock.close()
        sockets.append(Netlink(timeout=20))

    sweep(what, lambda: sockets[0].dump(cmd, *args, **attrs), renew)
    sockets.pop().sock.close()


@check("what a user asks of a device")
def requests():
    done = ELSEWHERE.union(*MAKERS)
    with TestDevice(1, QUIET) as dev, Netlink(timeout=20) as nl, Same(nl):
        def ask(request):
            nl.do(command(request), dev.handle, **request.attrs)

        for make, undo in MAKERS:
            sweep_pair(make, lambda name=make: ask(BY_NAME[name]),
                       lambda name=undo: ask(BY_NAME[name]))
        ask(BY_NAME["rate-new"])
        for request in REQUESTS:
            if request.operation in done:
                continue
            if request.operation in DUMPS_OF_ONE:
                sweep_dump(request.operation, command(request), dev.handle, **request.attrs)
                continue
            before = BEFORE.get(request.operation)
            sweep(request.operation, lambda request=request: ask(request),
                  lambda before=before: before and attempt(dev.event, before))
        ask(BY_NAME["rate-del"])


@check("a port is split, and put together")
def split():
    """A driver that fails half way has neither the port nor all parts: it is reloaded then."""
    with TestDevice(1, QUIET) as dev, Netlink(timeout=20) as nl, Same(nl):
        def ports():
            return {message["PORT_INDEX"] for message in nl.dump("PORT_GET", dev.handle)}

        def divide():
            nl.do("PORT_SPLIT", dev.handle, PORT_INDEX=0, PORT_SPLIT_COUNT=2)

        def whole():
            if 0 not in ports():
                nl.do("RELOAD", dev.handle)

        def parts():
            if not {40, 41} <= ports():
                whole()
                divide()

        sweep("split", divide, whole)
        sweep("unsplit", lambda: nl.do("PORT_UNSPLIT", dev.handle, PORT_INDEX=40), parts)


@check("dumps")
def dumps():
    with TestDevice(1, QUIET):
        for cmd in DUMPS:
            sweep_dump(cmd, cmd)


@check("users are told")
def notifications():
    """All that follows a reload, with somebody who listens."""
    with TestDevice(1, QUIET) as dev, Netlink(timeout=20) as nl, Netlink(notifications=True):
        sweep("reload", lambda: nl.do("RELOAD", dev.handle), lambda: bring_up(nl, dev.handle))


def check_driver(what, path, handle):
    """A driver that is a module with a device: it is loaded, and reloads."""
    name = os.path.basename(path).removesuffix(".ko")

    @check(f"{what} is loaded, reloads, and is unloaded")
    def loads():
        # Where it lies, reads are requests to the host: one that fails leaves nothing to read from.
        module = os.open(shutil.copy(path, "/tmp"), os.O_RDONLY)

        def load():
            syscall(SYS_FINIT_MODULE, module, b"", 0)

        sweep(f"load {name}", load, lambda: unload(name))
        with Netlink(timeout=20) as nl:
            sweep("reload", lambda: nl.do("RELOAD", handle), lambda: bring_up(nl, handle))
        sweep(f"unload {name}", lambda: syscall(SYS_DELETE_MODULE, name.encode(), os.O_NONBLOCK),
              lambda: attempt(load))
        nothing_left()
        os.close(module)

    return loads


@check("a value that a driver gives away is dropped when there is no memory for its object")
def values():
    """Here of a port, in a group of which it is not known yet how much memory it takes."""
    own = "/sys/bus/rust_wrong/own"
    # It makes a bus, so nothing fails meanwhile.
    subprocess.run(("insmod", f"{MODULES}/devlink_rust_wrong.ko"), check=True)
    try:
        def counts():
            return subprocess.run(
                ("devlink", "health", "diagnose", "rust_wrong/rust_wrong1", "reporter", "counts"),
                check=True, capture_output=True, text=True).stdout

        before = counts()

        def as_before():
            attempt(write, own, "fresh_remove")
            expect("values and objects that there are", before, counts())

        sweep("a group of a port", lambda: write(own, "fresh_add"), as_before)
        as_before()
    finally:
        unload("devlink_rust_wrong")


if not C_DRIVER:
    check_driver("the sample", f"{KERNEL}/samples/rust/rust_devlink.ko", "faux/rust_devlink")
    check_driver("the driver of rust_api.sh", f"{MODULES}/devlink_rust_test.ko", "faux/rust_test")


@check("nothing is leaked")
def no_leak():
    unload("devlink_test")
    write(KMEMLEAK, "scan")
    # What is freed after a grace period is not leaked.
    time.sleep(6)
    write(KMEMLEAK, "scan")
    expect("leaks", "", read(KMEMLEAK))


def matches(statement, patterns):
    """Whether it is like one of the patterns of a shell, or has one in it; any is without any."""
    return not patterns or any(fnmatch.fnmatch(statement, pattern) or pattern in statement
                               for pattern in patterns)


def main():
    parser = argparse.ArgumentParser(description="Have each allocation in turn fail.")
    parser.add_argument("--step", type=int, default=1, metavar="N",
                        help="only every Nth, to get a first impression")
    parser.add_argument("patterns", nargs="*", metavar="PATTERN",
                        help="only tests whose statement is like that, or has it in it")
    arguments = parser.parse_args()
    if not os.path.exists(KMEMLEAK):
        print("Bail out! this kernel has no kmemleak")
        return 1
    Cases.step = arguments.step
    prepare("failslab", "fail_page_alloc")
    write(KMEMLEAK, "scan=off")
    write(KMEMLEAK, "scan")
    write(KMEMLEAK, "clear")
    testlib.tests[:] = [
        test._replace(group="sweep") for test in testlib.tests if test.group == __name__ and (
            test.function is no_leak or matches(test.statement, arguments.patterns))]
    passed = testlib.run([])
    print(f"# {Cases.done} cases in all")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
