#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Run the races of the modules below, and those among the tests of the history, each for many
rounds; in a guest, by races.sh, which loads the drivers. Whatever the kernel reports during a race
makes that fail, and so does a race that comes to a standstill. At the end nothing may be left: no
instance, no namespace, and no memory if kmemleak is on."""

import argparse
import faulthandler
import glob
import os
import sys
import tempfile
import threading
import time

sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../history"))

import modules  # noqa: E402
import testlib  # noqa: E402
from netlink import Netlink  # noqa: E402
from testlib import KernelLog, Namespace, Rounds, Test, eventually, expect, write  # noqa: E402
# Each registers its tests when it is imported, in this order.
import instances  # noqa: E402, F401
import pci  # noqa: E402, F401
import namespaces  # noqa: E402, F401
import objects  # noqa: E402, F401
import everything  # noqa: E402, F401
import dev  # noqa: E402, F401
import params  # noqa: E402, F401
import rates  # noqa: E402, F401
import regions  # noqa: E402, F401
import health  # noqa: E402, F401
import traps  # noqa: E402, F401
import ports  # noqa: E402, F401
import resources  # noqa: E402, F401
import netns  # noqa: E402, F401
import drivers  # noqa: E402, F401
import netdevsim  # noqa: E402, F401

MODULES = ("devlink_test_pci", "devlink_test", "netdevsim")
NAMESPACES = "net_namespace"  # the slab cache of them
KMEMLEAK = "/sys/kernel/debug/kmemleak"
# Without one round in so many seconds, something is waiting for ever.
STANDSTILL = 600
# After a report from the kernel, perhaps for one who died with locks in his hands: nobody needs to
# wait that long.
AFTER_REPORT = 30
# A race that takes long says so often how far it has got, in seconds.
PROGRESS = 60


def comment(text):
    for line in text.splitlines():
        print(f"# {line}", flush=True)


def result(number, test, problem):
    rounds = "" if test is left else f", {done[test]} rounds"
    print(f"{'not ok' if problem else 'ok'} {number} {test.group}: {test.statement}{rounds}",
          flush=True)
    comment(problem)


def blocked():
    """Who sleeps so that at most a signal that kills ends it, and where in the kernel."""
    for folder in glob.glob("/proc/[0-9]*/task/[0-9]*"):
        try:
            with open(f"{folder}/stat", encoding="utf-8", errors="replace") as stat:
                name, state = stat.read().rsplit(")", 1)
            if state.split()[0] == "D":
                with open(f"{folder}/stack", encoding="ascii") as stack:
                    yield f"{name}):\n{stack.read()}"
        except OSError:
            pass  # it has gone


class Watchdog(threading.Thread):
    """Ends the program when a race stands still: its threads may be where nothing else can end
    them."""

    def __init__(self):
        super().__init__(daemon=True)
        self.log = KernelLog()
        self.reports = []
        self.test = None
        self.before = 0
        self.told = 0

    def watch(self, test):
        """From now on, this race; None is none."""
        self.told, self.before, self.test = time.monotonic(), Rounds.done, test

    def tell(self):
        if self.test and time.monotonic() - self.told > PROGRESS:
            self.told = time.monotonic()
            comment(f"{clock(self.told - begin)}: {Rounds.done - self.before} rounds so far, of: "
                    f"{self.test.group}: {self.test.statement}")

    def run(self):
        seen, since = None, 0
        while True:
            time.sleep(1)
            self.tell()
            if (self.test, Rounds.done) != seen:
                seen, since, self.reports = (self.test, Rounds.done), time.monotonic(), []
            self.reports += self.log.reports()
            limit = AFTER_REPORT if self.reports else STANDSTILL
            if self.test and time.monotonic() - since > limit:
                self.bark(int(time.monotonic() - since))

    def bark(self, seconds):
        with tempfile.TemporaryFile("w+") as file:
            faulthandler.dump_traceback(file)
            file.seek(0)
            threads = file.read()
        result(1, self.test,
               "\n".join([f"expected a round, came none in {seconds} s; what the kernel says:",
                          *self.reports[:100], "its threads:", threads,
                          "who is blocked:", *blocked()]))
        os._exit(1)


def objects_in_use(cache):
    # Shrinking empties the lists of each CPU, which count as in use.
    write(f"/sys/kernel/slab/{cache}/shrink", 1)
    with open("/proc/slabinfo", encoding="ascii") as slabs:
        return next(int(line.split()[1]) for line in slabs if line.split()[0] == cache)


def kmemleak(command):
    """Whether it is on, and so heard the command."""
    try:
        write(KMEMLEAK, command)
    except OSError:
        return False
    return True


def namespaces_in_use():
    """How many there are, with one that is made for this: the memory of the dead is freed when the
    next one dies."""
    Namespace().close()
    time.sleep(0.5)
    return objects_in_use(NAMESPACES)


def no_namespace_left():
    """They die some time after the last reference to them has gone."""
    counts = []

    def as_before():
        counts.append(namespaces_in_use())
        return counts[-1] <= namespaces_before

    try:
        eventually("no namespace", as_before, seconds=60)
    except AssertionError:
        expect("namespaces after a minute", namespaces_before, counts[-1])


def problem_of(test):
    problem = testlib.problem_of(test, log)
    try:
        no_namespace_left()
    except AssertionError as error:
        problem += f"\n{error}"
    return problem


def nothing_left():
    for name in MODULES:
        modules.unload(name)
    with Netlink() as nl:
        expect("instances", [], [dict(message) for message in nl.dump("GET")])
    # What is leaked shows when nothing points to it any more, and after a grace period: so two
    # scans.
    if kmemleak("scan"):
        time.sleep(6)
        kmemleak("scan")
        with open(KMEMLEAK, encoding="utf-8", errors="replace") as report:
            expect("leaked memory", "", report.read())


def clock(seconds):
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def run_all(chosen, minutes):
    """Run the races one after the other, and that again and again until the time is over; what was
    wrong with which."""
    problems = {}
    while True:
        for test in chosen:
            if test in problems:
                continue
            start, before = time.monotonic(), Rounds.done
            watchdog.watch(test)
            problem = problem_of(test)
            watchdog.watch(None)
            done[test] += Rounds.done - before
            now = time.monotonic()
            limit = f" of {clock(minutes * 60)}" if minutes else ""
            comment(f"{clock(now - begin)}{limit}: {done[test]} rounds, {now - start:.1f} s for "
                    f"the last {Rounds.done - before}, of: {test.group}: {test.statement}")
            if problem:
                problems[test] = problem
                comment(problem)
            if minutes and now - begin > minutes * 60:
                return problems
        if not minutes or len(problems) == len(chosen):
            return problems


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--rounds", type=int, default=20,
                    help="of each race, before the next one's turn (default: 20)")
parser.add_argument("--minutes", type=float, default=0,
                    help="begin again with the first until so much time is over")
parser.add_argument("wanted", nargs="*", metavar="GROUP|TEXT",
                    help="a module, or part of what a race is about; "
                    "without any, all of them")
options = parser.parse_args()
Rounds.wanted = options.rounds

groups = {test.group for test in testlib.tests}
races = [test for test in testlib.tests if test.race and (not options.wanted or any(
    name == test.group if name in groups else name in test.statement for name in options.wanted))]
if not races:
    sys.exit(f"races.py: there is no race in: {' '.join(options.wanted)}")
left = Test("races", "nothing is left when all drivers are unloaded", nothing_left, True)
done = dict.fromkeys([*races, left], 0)
log = KernelLog()
# What booting left is not ours.
kmemleak("scan")
kmemleak("clear")
namespaces_before = namespaces_in_use()
begin = time.monotonic()
watchdog = Watchdog()
watchdog.start()

found = run_all(races, options.minutes)
found[left] = problem_of(left)
print(f"1..{len(done)}")
for position, race in enumerate(done, 1):
    result(position, race, found.get(race, ""))
comment(f"the fewest rounds of a race: {min(done[test] for test in races)}, of all: {Rounds.done}")
sys.exit(1 if any(found.values()) else 0)
