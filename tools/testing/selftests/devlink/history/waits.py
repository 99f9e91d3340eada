# SPDX-License-Identifier: GPL-2.0
"""Who waits for a driver is shown in debugfs and in the log, and costs nearly nothing."""

import array
import contextlib
import fcntl
import re
import socket
import struct
import threading
import time

from netlink import Netlink, NetlinkError
from testlib import (DEBUG, PARALLEL, KernelLog, TestDevice, check, eventually, in_background,
                     in_flight, netdev_of, shown)

SIOCETHTOOL = 0x8946
ETHTOOL_GDRVINFO = 3
SOCKET = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def driver_info(netdev):
    """What `ethtool -i` asks, which any user may: the core waits for the driver, and no signal ends
    that."""
    info = array.array("B", struct.pack("I", ETHTOOL_GDRVINFO) + bytes(192))
    request = struct.pack("16sP8x", netdev.encode(), info.buffer_info()[0])
    fcntl.ioctl(SOCKET, SIOCETHTOOL, request)


@contextlib.contextmanager
def hanging(dev, callback):
    """In the block, the callback does not return."""
    dev.set("hang", f"{callback} 1")
    try:
        yield
    finally:
        dev.set("hang", f"{callback} 0")


def ask(dev, cmd, **attrs):
    """A command in the background, whose answer does not matter."""
    def work():
        with Netlink(timeout=120) as nl:
            with contextlib.suppress(NetlinkError):
                nl.do(cmd, dev.handle, **attrs)
    return in_background(work)


def begins(dev, *thread, line):
    """Waits until a line is shown."""
    eventually(f"{line} is shown, not {in_flight()}", lambda: shown(f"^{dev.handle}: {line}"))
    return thread


WAITERS = 200
# The first line comes when the longest wait has lasted from 10 to 15 s, the second when it has
# lasted twice as long.
LINES = 2


@check("200 tasks that wait for 22 s are all shown, and are one or two lines in the log",
       rust_only=True)
def many_wait():
    log = KernelLog()
    with TestDevice(1, "netdevs=1") as dev, Netlink() as nl:
        netdev = netdev_of(nl, dev.handle)
        list(log.lines())
        with hanging(dev, "info_get"):
            begin = time.monotonic()
            threads = [ask(dev, "INFO_GET")]
            # It, or udev, which asks the drivers of new netdevices.
            begins(dev, line="(info-get|ethtool -i) .*in the driver")
            threads += [in_background(driver_info, netdev) for _ in range(WAITERS)]
            waiting = "ethtool -i by .*waits for the instance lock"
            # All, unless udev is first; more, if it comes later.
            eventually(f"{WAITERS} wait", lambda: shown(waiting) >= WAITERS)
            all_by_then = time.monotonic() - begin < 9
            time.sleep(max(0, 22 - (time.monotonic() - begin)))
        for thread in threads:
            thread.join()
        lines = [line for line in log.lines() if "devlink_test1: " in line]
        assert 1 <= len(lines) <= LINES, \
            f"expected from 1 to {LINES} lines in the log, came {len(lines)}: {lines[:5]}"
        line = re.search("([0-9]+) blocked, longest (info-get|ethtool -i) by task .* waits for the "
                         "instance lock, held by task .*; (info-get|ethtool -i) by task .* in the "
                         "driver", lines[0])
        # A busy host may take longer to start them all than the first line takes to come.
        assert line and int(line[1]) >= (WAITERS if all_by_then else 1), \
            f"expected who waits for whom, came {lines[0]}"
        eventually("nothing is in flight", lambda: not in_flight())


def allocated():
    """How many objects of kmalloc() there are."""
    with open("/proc/slabinfo", encoding="ascii") as file:
        return sum(int(line.split()[1]) for line in file if line.startswith("kmalloc"))


@check("waiting for a driver leaves no memory allocated", rust_only=True)
def waits_allocate_nothing():
    if DEBUG:
        return  # KASAN keeps what was freed for a while
    with TestDevice(1, "netdevs=1") as dev, Netlink() as nl:
        netdev = netdev_of(nl, dev.handle)
        dev.set("slow", "info_get 1")

        def work(calls):
            for _ in range(calls):
                driver_info(netdev)

        def all_work(calls):
            for thread in [in_background(work, calls // 4) for _ in range(4)]:
                thread.join()

        def growth(calls):
            before = allocated()
            all_work(calls)
            return allocated() - before

        # Nearly each call waits: one object for each, kept for some seconds, is seen every time.
        # What else the machine does meanwhile, and what is allocated once, is not.
        grown = [growth(400)]
        while min(grown) >= 100 and len(grown) < 4:
            time.sleep(12)
            grown.append(growth(400))
        assert min(grown) < 100, f"expected no growth, came {grown} objects in 400 calls each"


DIAGNOSIS = "health_diagnose", "HEALTH_REPORTER_DIAGNOSE", {"HEALTH_REPORTER_NAME": "dt_full"}


def drain_is_shown(callback, command, attrs, event, what):
    with TestDevice(1, PARALLEL) as dev:
        with hanging(dev, callback):
            asker, = begins(dev, ask(dev, command, **attrs), line=".*in the driver")
            drainer, = begins(dev, in_background(dev.event, event),
                              line=f"{what} by .*waits for those inside")
        asker.join()
        drainer.join()
        eventually("nothing is in flight", lambda: not in_flight())


@check("whoever destroys an object is shown while it waits for a callback", rust_only=True)
def drains_are_shown():
    drain_is_shown(*DIAGNOSIS, "reporter_del dt_full", "destroying a health reporter")
    drain_is_shown("region_snapshot", "REGION_NEW", {"REGION_NAME": "dt_region"},
                   "region_del dt_region", "destroying a region")


@check("whoever unregisters is shown while it waits for a callback", rust_only=True, c_driver=True)
def unregister_is_shown():
    drain_is_shown(*DIAGNOSIS, "unregister", "unregister")


@check("a report that waits for another callback is shown, and who waits for the lock that it has",
       rust_only=True)
def reports_are_shown():
    with TestDevice(1, PARALLEL) as dev:
        with hanging(dev, "health_diagnose"):
            threads = begins(dev,
                             ask(dev, "HEALTH_REPORTER_DIAGNOSE", HEALTH_REPORTER_NAME="dt_full"),
                             line="health-reporter-diagnose .*in the driver")
            threads += begins(dev, in_background(dev.event, "health_report dt_full broken"),
                              line="health report by .*waits for another callback about the object")
            reporter = re.search("health report by task ([0-9]*)", "\n".join(in_flight()))[1]
            threads += begins(dev, ask(dev, "INFO_GET"),
                              line="info-get by .*waits for the instance lock, held by task "
                                   f"{reporter}")
        for thread in threads:
            thread.join()
        eventually("nothing is in flight", lambda: not in_flight())


@check("debugfs is read while records come and go", rust_only=True)
def read_while_waiting():
    with TestDevice(1, "netdevs=1") as dev, Netlink() as nl:
        netdev = netdev_of(nl, dev.handle)
        dev.set("slow", "info_get 2")
        stop = threading.Event()

        def loop():
            while not stop.is_set():
                driver_info(netdev)

        threads = [in_background(loop) for _ in range(8)]
        try:
            end = time.monotonic() + 3
            most = 0
            while time.monotonic() < end:
                for line in in_flight():
                    whole = (r"devlink_test/devlink_test1: .* by task [0-9]+ for "
                             r"[0-9]+\.[0-9]{3} s: (in the driver|waits for .*)")
                    assert re.fullmatch(whole, line), f"expected a whole line, came {line}"
                most = max(most, shown("waits"))
            assert most > 1, "expected to see that some wait"
        finally:
            stop.set()
            for thread in threads:
                thread.join()


@check("who waits for the end of a shared instance, to have the next one, is shown", rust_only=True,
       c_driver=True)
def shared_end_is_shown():
    with Netlink() as nl, TestDevice(1, "ops=none") as first, TestDevice(2, "ops=none") as second:
        first.event("share one")
        first.event("share_slow 3000")
        handle, = (f"{m['BUS_NAME']}/{m['DEV_NAME']}" for m in nl.dump("GET")
                   if m["BUS_NAME"] == "devlink_index")

        def ask_shared():
            with Netlink() as own:
                own.do("INFO_GET", handle)

        def all_show(*lines):
            return all(shown(f"^{handle}: {line}") for line in lines)

        threads = [in_background(ask_shared)]
        eventually("the command is shown", lambda: all_show("info-get by .*in the driver"))
        threads += [in_background(first.event, "unnest")]
        eventually("the end is shown", lambda: all_show("driver by .*waits for the instance lock"))
        threads += [in_background(second.event, "share_first one")]
        eventually("who waits for it is shown",
                   lambda: all_show("shared instance by .*waits for the end of the instance"))
        for thread in threads:
            thread.join()
        second.event("unnest")


@check("a notification that waits for the driver of an outer instance is shown, and told in the log",
       rust_only=True, c_driver=True)
def notification_is_told():
    log = KernelLog()
    # The inner one has nothing that it shares with the outer one.
    with TestDevice(1, "netdevs=0") as outer, TestDevice(2, "ops=none") as inner:
        inner.event("nest 1 port 9")
        with hanging(outer, "info_get"):
            asker, = begins(outer, ask(outer, "INFO_GET"), line="info-get .*in the driver")
            begins(outer, in_background(inner.remove),
                   line="notification by .*waits for the instance lock")
            told = f"{outer.handle.split('/')[1]}: 1 blocked, longest notification by task "
            eventually("it is told in the log", lambda: any(told in line for line in log.lines()))
        asker.join()
        eventually("nothing is in flight", lambda: not in_flight())
