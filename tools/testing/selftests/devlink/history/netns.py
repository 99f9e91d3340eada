# SPDX-License-Identifier: GPL-2.0
"""Network namespaces: moves, and namespaces that die."""

import contextlib
import errno
import glob
import os
import subprocess
import time

from netlink import Netlink
from testlib import (Device, KernelLog, Namespace, TestDevice, check, eventually, expect,
                     in_background, is_here, race, refused, shown, write)


@check("an instance comes back from a namespace that dies, with its ports' netdevices")
def comes_back():
    with Netlink() as nl, Device(1, "2") as dev:
        for _ in range(3):
            with Namespace() as ns:
                nl.do("RELOAD", dev.handle, NETNS_FD=ns.fd)
                expect("the device in the first namespace", False, is_here(nl, dev.handle))
                with ns.netlink() as there:
                    expect("the device in the other", True, is_here(there, dev.handle))
            eventually("the device comes back", lambda: is_here(nl, dev.handle))
            eventually("both ports have netdevices", lambda: [
                "PORT_NETDEV_NAME" in m for m in nl.dump("PORT_GET")] == [True, True])


@check("a device that is made in a namespace begins there, and outlives it")
def made_there():
    with Netlink() as nl, Namespace() as ns, Netlink(notifications=True) as listener:
        dev = Device(1)
        ns.call(dev.create)
        expect("what was told here", [], listener.notifications(0.2))
        with ns.netlink() as there:
            expect("the device there", True, is_here(there, dev.handle))
        ns.close()
        eventually("the device comes to the first namespace", lambda: is_here(nl, dev.handle))
        dev.remove()


@check("a namespace dies while its instance is being reloaded, or removed")
def dies_meanwhile():
    with Netlink() as nl:
        for action in ("reload", "remove", "both"):
            for _ in range(2):
                dev = Device(1)
                dev.create()
                ns = Namespace()
                nl.do("RELOAD", dev.handle, NETNS_FD=ns.fd)
                threads = []
                if action != "remove":
                    there = ns.netlink()
                    there.do("RELOAD", dev.handle)
                    there.sock.close()
                ns.close()
                if action != "reload":
                    threads.append(in_background(dev.remove))
                if action != "remove":
                    threads.append(in_background(again_and_again, dev))
                for thread in threads:
                    thread.join()
                if action == "reload":
                    eventually("the device comes back", lambda: is_here(nl, dev.handle))
                    dev.remove()
                expect("the device", False, is_here(nl, dev.handle))


def again_and_again(dev):
    with Netlink() as nl:
        for _ in range(5):
            try:
                nl.do("RELOAD", dev.handle)
            except OSError:
                pass


@check("a device whose reload fails leaves a dying namespace too, and can be removed")
def fails_to_follow():
    with Netlink() as nl, Namespace() as ns, Device(1) as dev:
        nl.do("RELOAD", dev.handle, NETNS_FD=ns.fd)
        dev.set("fail_reload", "Y")
        ns.close()
        eventually("the device comes back", lambda: is_here(nl, dev.handle))
        expect("reload failed", 1, nl.get("GET", dev.handle)["RELOAD_FAILED"])


@check("a device whose driver refuses to reload does not stay in a dead namespace", rust_only=True)
def refuses_to_follow():
    with Netlink() as nl, Namespace() as ns, Device(1) as dev:
        nl.do("RELOAD", dev.handle, NETNS_FD=ns.fd)
        dev.set("dont_allow_reload", "Y")
        ns.close()
        eventually("the device comes back", lambda: is_here(nl, dev.handle))
        dev.set("dont_allow_reload", "N")
        nl.do("RELOAD", dev.handle)


@check("moves there and back race with readers in both namespaces", race=True)
def moves_against_readers():
    with Netlink() as nl, Namespace() as ns, Device(1) as dev:
        def move(nl):
            nl.do("RELOAD", dev.handle, NETNS_FD=ns.fd)
            with ns.netlink() as there:
                there.do("RELOAD", dev.handle, NETNS_PID=1)

        def read_here(nl):
            nl.dump("GET")
            nl.dump("PORT_GET")

        def read_there(_):
            with ns.netlink() as there:
                there.dump("GET")
                there.dump("PARAM_GET")

        race(move, read_here, read_there, lambda _: Netlink(notifications=True).sock.close())
        expect("the device", True, is_here(nl, dev.handle))


@check("a move to a namespace that is none is refused, and nothing happens")
def bad_namespaces():
    with Netlink() as nl, Device(1) as dev:
        for attrs in ({"NETNS_FD": 999}, {"NETNS_PID": 4_000_000}, {"NETNS_ID": 1234},
                      {"NETNS_FD": 0}):
            refused(errno.EINVAL, nl.do, "RELOAD", dev.handle, **attrs)
        stats = nl.get("GET", dev.handle)["DEV_STATS"]["RELOAD_STATS"]["RELOAD_ACTION_INFO"]
        entry = stats["RELOAD_ACTION_STATS"]["RELOAD_STATS_ENTRY"]
        expect("reloads", 0, entry["RELOAD_STATS_VALUE"])


@check("an object that outlives the namespace it was in is in none, and not in one that has its "
       "memory", rust_only=True)
def outlived():
    # Asks for the namespace it was loaded in when it is loaded, and when it is unloaded.
    module = f"/src/build/{os.environ['vm_kernel']}/test-modules/devlink_test_net.ko"
    log = KernelLog()
    with Namespace() as ns:
        ns.call(lambda: subprocess.run(["insmod", module], check=True))
    # A namespace's memory is freed when the next one dies. Then others may get it, first those on
    # the same CPU.
    for _ in range(3):
        time.sleep(1)
        Namespace().close()
    cpus = os.sched_getaffinity(0)
    others = []
    for cpu in cpus:
        os.sched_setaffinity(0, {cpu})
        others += [Namespace() for _ in range(32)]
    os.sched_setaffinity(0, cpus)
    subprocess.run(["rmmod", "devlink_test_net"], check=True)
    for other in others:
        other.close()
    said = [line.split()[-1] for line in log.lines() if line.startswith("devlink_test_net:")]
    expect("what it said of its namespace", ["alive", "dead"], said)


@check("an instance that was freed is in no namespace, also if a command still has a reference to "
       "it", rust_only=True, c_driver=True)
def freed_leaves():
    log = KernelLog()
    answers = []
    with Netlink() as nl, Namespace() as ns, ns.netlink() as there:
        dev = TestDevice(1, "netdevs=0")
        dev.create()
        nl.do("RELOAD", dev.handle, NETNS_FD=ns.fd)
        index = there.get("GET", dev.handle)["INDEX"]
        # When the driver has freed the instance, it says where that is. There are three policers.
        dev.event("leave net")
        dev.set("slow", "trap_policer_fini 2000")

        def reload():
            with ns.netlink() as own:
                answers.append(refused(errno.ENODEV, own.do, "RELOAD", INDEX=index))

        removal = in_background(dev.remove)
        try:
            eventually("the instance is unregistered", lambda: not is_here(there, dev.handle))
            reloading = in_background(reload)
            # For the lock that the removal has until the driver has said it.
            eventually("a command waits",
                       lambda: shown(f"^{dev.handle}: reload by .*waits for the device lock"))
        finally:
            removal.join()
        reloading.join()
    expect("answers", 1, len(answers))
    said = [line.split(": ", 1)[1] for line in log.lines() if "the freed instance" in line]
    expect("what the driver said", ["the freed instance is in no namespace, 0 snapshots are left"], said)


@contextlib.contextmanager
def one_cpu():
    """In the block there is one CPU, so that who is woken and must not wait runs at once."""
    others = glob.glob("/sys/devices/system/cpu/cpu*/online")
    for other in others:
        write(other, 0)
    try:
        yield
    finally:
        for other in others:
            write(other, 1)


@check("an instance that is registered while its namespace dies is told of where it comes to",
       rust_only=True, c_driver=True)
def registered_meanwhile():
    def at_once(dev):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        dev.event("register")

    def driver_has_locks(dev):
        return "late" in dev.value("calls")

    with (Netlink() as nl, TestDevice(1, "netdevs=0") as dev, Namespace() as ns,
          Netlink(notifications=True) as listener):
        nl.do("RELOAD", dev.handle, NETNS_FD=ns.fd)
        dev.event("unregister")
        listener.notifications()
        with one_cpu():
            # An event has the device lock. Who finds the instance unregistered waits for that, and
            # behind him who registers it.
            dev.set("hang", "trap_init 1")
            adding = in_background(dev.event, "trap_add late")
            try:
                eventually("an event has the device lock", lambda: driver_has_locks(dev))
                ns.close()
                eventually("the evacuation waits", lambda: shown(
                    f"^{dev.handle}: evacuation by .*waits for the device lock"))
                registering = in_background(at_once, dev)
                time.sleep(1)
            finally:
                dev.set("hang", "trap_init 0")
                adding.join()
            registering.join()
        eventually("the device comes", lambda: is_here(nl, dev.handle))
        told = [m.cmd for m in listener.notifications()
                if f"{m.get('BUS_NAME')}/{m.get('DEV_NAME')}" == dev.handle]
        assert "NEW" in told, f"expected that the instance is told of, came {told}"
