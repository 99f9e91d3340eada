# SPDX-License-Identifier: GPL-2.0
"""Memory that is short, for sweep.py and netdevsim_memory.py.

An operation is done again and again. The first time the first allocation fails that it makes in the
kernel, then the second, until there are no more. Needs a kernel with fault injection.

Allocations by other tasks on the operation's behalf, by works above all, do not fail. What is read
meanwhile must be in memory: a request to the host (9p) that fails is the last one that is answered.
"""

import ctypes
import os
import sys
import time

from testlib import KernelLog, write

MCL_CURRENT = 1
# A sweep that takes long says so often how far it has got, in seconds.
PROGRESS = 60

libc = ctypes.CDLL(None, use_errno=True)
log = KernelLog()


class Cases:
    """How many there were in all, in each of which an allocation failed; and how many allocations it
    is from one to the next."""

    done = 0
    step = 1


def prepare(*kinds):
    """Has allocations of these kinds fail, also those that may wait for memory: they are what
    matters."""
    for kind in kinds:
        folder = f"/sys/kernel/debug/{kind}"
        write(f"{folder}/ignore-gfp-wait", "N")
        # The tests say themselves what fails.
        write(f"{folder}/verbose", 0)
        if os.path.exists(f"{folder}/min-order"):
            write(f"{folder}/min-order", 0)
    if libc.mlockall(MCL_CURRENT):
        sys.exit("Bail out! mlockall: " + os.strerror(ctypes.get_errno()))


def with_failure(number, act):
    """Does it while the allocation of that number fails, of those by this thread. Whether there
    were so many, and with what the operation failed."""
    error = None
    counter = os.open("/proc/thread-self/fail-nth", os.O_RDWR)
    os.pwrite(counter, b"%d" % number, 0)
    try:
        act()
    except TimeoutError:
        # There must be an answer, if only an error.
        raise
    except (OSError, MemoryError) as failure:
        error = failure
    finally:
        left = int(os.pread(counter, 16, 0))
        os.pwrite(counter, b"0", 0)
        os.close(counter)
    return left == 0, error


def each_failure(what, act, before=lambda: None, after=lambda error: None):
    """Has each allocation fail, with before() before each time and after() with the error or None
    behind it. How often it failed with an error, and with which the last time, when no allocation
    failed."""
    number, cases, refused = 1, 0, 0
    said = time.monotonic()
    failed = True
    list(log.lines())
    while failed:
        try:
            before()
            failed, error = with_failure(number, act)
            after(error)
        except BaseException:
            print(f"# {what}: this is about allocation {number}", flush=True)
            raise
        if log.reports():
            print(f"# {what}: the kernel reports something about allocation {number}", flush=True)
        cases += failed
        refused += failed and error is not None
        number += Cases.step
        if time.monotonic() - said > PROGRESS:
            said = time.monotonic()
            print(f"# {what}: {cases} cases so far", flush=True)
    Cases.done += cases
    print(f"# {what}: {cases} cases, {refused} refused", flush=True)
    return refused, error
