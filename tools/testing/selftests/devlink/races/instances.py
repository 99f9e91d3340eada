# SPDX-License-Identifier: GPL-2.0
"""Instances: reload and other commands while the device, or the driver's module, goes."""

import time

import modules
from netlink import Netlink
from testlib import DUMPS, Device, TestDevice, attempt, check, expect, is_here, race

QUIET = "netdevs=0"  # netdevices take long to make
# How long something is there before it goes again.
MOMENT = 0.1


def dump(nl):
    for cmd in DUMPS:
        nl.dump(cmd)


def listen(_):
    with Netlink(notifications=True) as listener:
        listener.notifications(MOMENT, until=lambda _: True)


@check("a device with everything is removed while it is reloaded, asked, read and told of",
       race=True)
def removal():
    dev = TestDevice(1, QUIET)

    def come_and_go(_):
        dev.create()
        time.sleep(MOMENT)
        dev.remove()

    def reload(nl):
        nl.do("RELOAD", dev.handle)

    def ask(nl):
        for cmd in ("INFO_GET", "ESWITCH_GET", "RESOURCE_DUMP"):
            nl.do(cmd, dev.handle)
        nl.dump("REGION_READ", dev.handle, REGION_NAME="dt_region", REGION_DIRECT=True)

    race(come_and_go, reload, ask, dump, listen)
    with Netlink() as nl:
        expect("the device in the dump", False, is_here(nl, dev.handle))


def unload_against_commands(module, devices):
    def load_and_unload(_):
        if not modules.is_loaded(module):
            modules.load(module)
        for dev in devices:
            attempt(dev.create)
        time.sleep(MOMENT)
        modules.unload(module)

    def reload(nl):
        for dev in devices:
            nl.do("RELOAD", dev.handle)

    def ask(nl):
        # What the core answers from the driver's table of operations, which goes with the module.
        for dev in devices:
            attempt(nl.do, "ESWITCH_GET", dev.handle)
            attempt(nl.do, "INFO_GET", dev.handle)

    modules.unload(module)
    try:
        race(load_and_unload, reload, ask, dump, listen)
    finally:
        if not modules.is_loaded(module):
            modules.load(module)
    with Netlink() as nl:
        expect("instances", [],
               [m["DEV_NAME"] for m in nl.dump("GET") if m["DEV_NAME"].startswith(module)])


@check("a module is unloaded while its devices are reloaded, read and told of", race=True)
def unload():
    unload_against_commands("devlink_test",
                            [TestDevice(1, QUIET), TestDevice(2, QUIET + " notifiers=1")])


@check("netdevsim is unloaded while its devices are reloaded, read and told of", race=True)
def unload_netdevsim():
    unload_against_commands("netdevsim", [Device(1, "2"), Device(2, "2")])
