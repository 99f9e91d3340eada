# SPDX-License-Identifier: GPL-2.0
"""What happens to PCI functions only: removal and rescan by sysfs, recovery from errors, and
firmware that reports."""

import os
import time

import modules
from instances import MOMENT, dump, listen
from netlink import Netlink
from testlib import attempt, check, eventually, expect, is_here, race, write

MODULE = "devlink_test_pci"
DEVICES = "/sys/bus/pci/devices"
FILES = f"/sys/kernel/debug/{MODULE}"
QEMU_TEST_DEVICE = ("0x1b36", "0x0005")


def identity(address):
    def read(name):
        with open(f"{DEVICES}/{address}/{name}", encoding="ascii") as file:
            return file.read().strip()

    return read("vendor"), read("device")


FUNCTIONS = [address for address in sorted(os.listdir(DEVICES))
             if identity(address) == QEMU_TEST_DEVICE]


def handle(address):
    return f"pci/{address}"


def rescan(*_):
    write("/sys/bus/pci/rescan", 1)


def remove_all(*_):
    for address in FUNCTIONS:
        write(f"{DEVICES}/{address}/remove", 1)


def remove_and_rescan(_):
    try:
        remove_all()
    finally:
        rescan()


def report(_):
    for address in FUNCTIONS:
        write(f"{FILES}/report", address)


def fail(_):
    for kind in ("fatal", "nonfatal"):
        write(f"{FILES}/error", f"{FUNCTIONS[0]} {kind}")


def reload(nl):
    for address in FUNCTIONS:
        nl.do("RELOAD", handle(address))


def ask(nl):
    """What the driver answers from the device."""
    for address in FUNCTIONS:
        attempt(nl.do, "REGION_NEW", handle(address), REGION_NAME="bar", REGION_SNAPSHOT_ID=1)
        for attrs in ({"REGION_DIRECT": True}, {"REGION_SNAPSHOT_ID": 1}):
            attempt(nl.dump, "REGION_READ", handle(address), REGION_NAME="bar", **attrs)
        attempt(nl.do, "REGION_DEL", handle(address), REGION_NAME="bar", REGION_SNAPSHOT_ID=1)
    for address in FUNCTIONS:
        nl.do("INFO_GET", handle(address))


def recover(nl):
    """What a user does about the firmware."""
    for address in FUNCTIONS:
        attempt(nl.dump, "HEALTH_REPORTER_DUMP_GET", handle(address),
                HEALTH_REPORTER_NAME="firmware")
        attempt(nl.do, "HEALTH_REPORTER_DUMP_CLEAR", handle(address),
                HEALTH_REPORTER_NAME="firmware")
        nl.do("HEALTH_REPORTER_RECOVER", handle(address), HEALTH_REPORTER_NAME="firmware")


def flash(nl):
    nl.do("FLASH_UPDATE", handle(FUNCTIONS[-1]), FLASH_UPDATE_FILE_NAME="dummy.bin")


def need_functions():
    expect("functions of QEMU's pci-testdev (tools/testing/soak has them)", 2, len(FUNCTIONS))


def pci_race(*workers):
    """A race over all functions, after which all of them are there and answer."""
    need_functions()
    try:
        race(*workers)
    finally:
        rescan()
    with Netlink() as nl:
        for address in FUNCTIONS:
            eventually(f"{address} is there", lambda: is_here(nl, handle(address)))
            # The last reload may have come in the middle of an error.
            nl.do("RELOAD", handle(address))
            expect("reload failed", 0, nl.get("GET", handle(address))["RELOAD_FAILED"])
            nl.do("INFO_GET", handle(address))


@check("PCI functions are removed and found again while they are reloaded, asked and read",
       race=True)
def removal():
    pci_race(remove_and_rescan, reload, ask, dump, listen)


@check("PCI functions have errors while they are reloaded, asked, flashed and read", race=True)
def errors():
    pci_race(fail, reload, ask, flash, dump)


@check("PCI functions have errors while they are removed, found again and reloaded", race=True)
def errors_against_removal():
    pci_race(fail, remove_and_rescan, reload, dump)


@check("PCI functions are unbound and bound while they have errors and are reloaded", race=True)
def errors_against_unbind():
    driver = f"/sys/bus/pci/drivers/{MODULE}"

    def unbind_and_bind(_):
        for address in FUNCTIONS:
            attempt(write, f"{driver}/unbind", address)
        for address in FUNCTIONS:
            write(f"{driver}/bind", address)

    try:
        pci_race(unbind_and_bind, fail, reload, ask)
    finally:
        for address in FUNCTIONS:
            attempt(write, f"{driver}/bind", address)


@check("firmware reports and is recovered, by itself and by users, while its function is reloaded "
       "and goes", race=True)
def firmware():
    pci_race(report, recover, reload, remove_and_rescan, dump)


@check("the module of PCI functions is unloaded while they are reloaded, asked and have errors",
       race=True)
def unload():
    def unload_and_load(_):
        if modules.is_loaded(MODULE):
            modules.unload(MODULE)
        modules.load(MODULE)

    def fail_sometimes(nl):
        """Uses the module: without a pause, nearly always."""
        fail(nl)
        time.sleep(MOMENT)

    try:
        pci_race(unload_and_load, reload, ask, fail_sometimes, dump)
    finally:
        if not modules.is_loaded(MODULE):
            modules.load(MODULE)
