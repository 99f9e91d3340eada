# SPDX-License-Identifier: GPL-2.0
"""Instances that several devices share."""

import time

from netlink import Netlink
from testlib import RUST, TestDevice, check, eventually, expect, in_background

# How long a shared instance takes to say what it is.
SLOW = 6


def shared_handles(nl):
    return sorted(f"{m['BUS_NAME']}/{m['DEV_NAME']}" for m in nl.dump("GET")
                  if m["BUS_NAME"] == "devlink_index")


@check("of one name there is one shared instance at a time, also while the last user of it ends "
       "one that is busy", c_driver=True)
def one_at_a_time():
    with Netlink() as nl, TestDevice(1, "ops=none") as first, TestDevice(2, "ops=none") as second, \
            TestDevice(3, "ops=none") as third:
        for _ in range(2):
            first.event("share one")
            old, = shared_handles(nl)
            first.event(f"share_slow {SLOW * 1000}")
            begin = time.monotonic()

            def ask():
                with Netlink() as own:
                    own.do("INFO_GET", old)

            asking = in_background(ask)
            time.sleep(SLOW / 6)
            leaving = in_background(first.event, "unnest")
            time.sleep(SLOW / 6)
            # Others need not wait, but for the C core's one lock.
            third.event("share other")
            third.event("unnest")
            expect("another name was waited for", not RUST, time.monotonic() - begin > SLOW)
            # The module refuses it if it is not the first.
            second.event("share_first one")
            expect("the old one was waited for", True, time.monotonic() - begin > SLOW)
            new, = shared_handles(nl)
            expect("the same instance", False, new == old)
            for thread in (asking, leaving):
                thread.join()
            second.event("unnest")
            eventually("there is no shared instance", lambda: not shared_handles(nl))


@check("who asks for a shared instance while it comes and goes gets one that lives")
def come_and_go():
    with Netlink() as nl, TestDevice(1, "ops=none") as first, TestDevice(2, "ops=none") as second:
        first.event("share_slow 1")

        def again(dev):
            for _ in range(10):
                dev.event("share one")
                with Netlink() as own:
                    handles = shared_handles(own)
                    expect("shared instances", 1, len(handles))
                    own.do("INFO_GET", handles[0])
                dev.event("unnest")

        problems = []

        def run(dev):
            try:
                again(dev)
            except Exception as error:
                problems.append(error)

        threads = [in_background(run, dev) for dev in (first, second)]
        for thread in threads:
            thread.join()
        expect("problems", [], problems)
        expect("shared instances", [], shared_handles(nl))
