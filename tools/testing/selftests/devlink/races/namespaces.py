# SPDX-License-Identifier: GPL-2.0
"""Namespaces that die, with devices whose driver registers notifiers for all namespaces whenever it
is reloaded."""

import time

import modules
from instances import MOMENT, QUIET, dump, listen
from testlib import Device, Namespace, TestDevice, attempt, check, eventually, is_here, race

NOTIFIERS = QUIET + " notifiers=1"


def move(nl, dev, namespace):
    nl.do("RELOAD", dev.handle, NETNS_FD=namespace.fd)


def all_come_back(nl, devices):
    for dev in devices:
        eventually(f"{dev.handle} comes back", lambda: is_here(nl, dev.handle), seconds=120)


def make_namespace(_):
    """Needs the lock that is held when namespaces die, and that notifiers want."""
    Namespace().close()
    time.sleep(MOMENT)


@check("many namespaces die at once, each with a device, while others are reloaded, made, read and "
       "unloaded", race=True)
def many_die():
    travellers = [TestDevice(number, NOTIFIERS) for number in range(1, 7)]
    at_home = TestDevice(7, NOTIFIERS)

    def all_die(nl):
        namespaces = [Namespace() for _ in travellers]
        try:
            for dev, namespace in zip(travellers, namespaces):
                move(nl, dev, namespace)
        finally:
            for namespace in namespaces:
                namespace.close()
        all_come_back(nl, travellers)

    def reload(nl):
        nl.do("RELOAD", at_home.handle)
        time.sleep(MOMENT)

    def reload_travellers(nl):
        for dev in travellers:
            attempt(nl.do, "RELOAD", dev.handle)
        time.sleep(MOMENT)

    def unload(nl):
        """A module goes while the namespace that its device is in dies."""
        if not modules.is_loaded("netdevsim"):
            modules.load("netdevsim")
        dev = Device(1)
        try:
            dev.create()
            with Namespace() as namespace:
                move(nl, dev, namespace)
        finally:
            modules.unload("netdevsim")

    for dev in (*travellers, at_home):
        dev.create()
    try:
        race(all_die, reload, reload_travellers, make_namespace, unload, dump, listen)
    finally:
        if not modules.is_loaded("netdevsim"):
            modules.load("netdevsim")


@check("a namespace dies while the device in it is flashed, reloaded and read, here and there",
       race=True)
def dies_under_flash():
    dev = TestDevice(1, NOTIFIERS)
    current = Namespace()
    current.close()

    def die(nl):
        nonlocal current
        with Namespace() as current:
            move(nl, dev, current)
            time.sleep(MOMENT)
        all_come_back(nl, [dev])

    # A socket keeps its namespace: that dies when the last of these commands is done.
    def there(cmd, **attrs):
        def work(_):
            with current.netlink() as nl:
                nl.do(cmd, dev.handle, **attrs)
        work.__name__ = f"{cmd} there"
        return work

    def flash(nl):
        nl.do("FLASH_UPDATE", dev.handle, FLASH_UPDATE_FILE_NAME="dummy.bin")

    def reload(nl):
        nl.do("RELOAD", dev.handle)

    with dev:
        dev.set("slow", "flash_update 20")
        race(die, there("FLASH_UPDATE", FLASH_UPDATE_FILE_NAME="dummy.bin"), there("RELOAD"), flash,
             reload, dump)


@check("devices are removed from namespaces that are dying, and come again", race=True)
def removed_from_dying():
    devices = [TestDevice(1, NOTIFIERS), Device(2, "2")]

    def come_and_go(nl):
        for dev in devices:
            dev.create()
        with Namespace() as namespace:
            for dev in devices:
                move(nl, dev, namespace)
        for dev in devices:
            dev.remove()

    def reload(nl):
        for dev in devices:
            nl.do("RELOAD", dev.handle)

    try:
        race(come_and_go, reload, make_namespace, dump)
    finally:
        for dev in devices:
            attempt(dev.remove)
