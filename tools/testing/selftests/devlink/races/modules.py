# SPDX-License-Identifier: GPL-2.0
"""Modules are loaded and unloaded without a process, which would take longer than what it does."""

import ctypes
import functools
import glob
import os
import re

from testlib import C_DRIVER, eventually

FINIT_MODULE, DELETE_MODULE = 313, 176  # on x86-64
LIBC = ctypes.CDLL(None, use_errno=True)


def kernel():
    """The running kernel's folder in build, which scripts/vm tells the guest."""
    with open("/proc/cmdline", encoding="ascii") as cmdline:
        return re.search(r"vm_kernel=(\S+)", cmdline.read())[1]


def system_call(number, *args):
    if LIBC.syscall(ctypes.c_long(number), *args) < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def is_loaded(name):
    return os.path.exists(f"/sys/module/{name}")


@functools.cache  # searching takes longer than loading
def path_of(name):
    """The file of a test module or of one of the kernel's."""
    folders = ([] if C_DRIVER else ["test-modules_rust"]) + ["test-modules"]
    found = (glob.glob(f"/src/build/{kernel()}/{folder}/{name}.ko") for folder in folders)
    path, = (next(filter(None, found), None) or
             glob.glob(f"/lib/modules/{os.uname().release}/kernel/**/{name}.ko", recursive=True))
    return path


def load(name):
    """Load a module, of which what it depends on is loaded already."""
    fd = os.open(path_of(name), os.O_RDONLY)
    try:
        system_call(FINIT_MODULE, ctypes.c_long(fd), b"", ctypes.c_long(0))
    finally:
        os.close(fd)


def unload(name):
    """Unload a module as soon as nobody has a file of it open."""
    def unloaded():
        try:
            system_call(DELETE_MODULE, name.encode(), ctypes.c_long(os.O_NONBLOCK))
        except BlockingIOError:
            return False
        return True

    eventually(f"nobody uses {name}", unloaded)
