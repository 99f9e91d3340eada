#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Judge transcripts of devlink commands, whose form tools/testing/selftests/devlink/commands.sh
describes.

commands.py compare C RUST     the two cores' transcripts say the same, command by command
commands.py drivers C RUST     those of the two test drivers, on one core
commands.py coverage FILE      each subcommand, keyword and option that `devlink help` names is
                               among the commands
"""

import itertools
import pathlib
import re
import sys

# What depends on the run: (commands, pattern, what stands for it or None to leave out the line,
# why). A number of bytes remains a number of bytes.
NORMALISE = [
    (r"region (dump|read) netdevsim", r"(?<= )[0-9a-f]{2}(?= )", "xx",
     "netdevsim's region holds random bytes"),
    (r"-j.* region (dump|read) netdevsim", r"\b\d{1,3}(?=,| ?\])", "N", "the same"),
    (r'region-read .*"netdevsim1"', r'(?<="region-chunk-data": ")[0-9a-f]+',
     lambda match: f"{len(match[0])} digits", "the same"),
    (r"health d.* netdevsim", r"^ +([0-9a-f]{2} )+$", lambda match: f"{len(match[0])}",
     "netdevsim puts random bytes into a dump"),
    (r"health d.* netdevsim", r'(?<="test_binary": )\[.*\]',
     lambda match: f"{len(match[0].split(','))} numbers", "the same"),
    (r"health-reporter-.*netdevsim1", r"b'.*'$", "BYTES", "the same"),
    (r".", r'(last_dump_date"?:? ?"?)[0-9-]+', r"\1DATE", "the date"),
    (r".", r'(last_dump_time"?:? ?"?)[0-9:]+', r"\1TIME", "the time of day"),
    (r".", r'(dump-ts(-ns)?": )\d+', r"\1TIME", "the same"),
    (r"\$ devlink .*dev flash", r"^  ", None,
     "how much of the progress the tool reads before the end is a race inside it; the monitor "
     "tells all of it"),
    (r"ip .*link|phys_switch_id", r"\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b|\b[0-9a-f]{64}\b", "RANDOM",
     "netdevsim's addresses and switches have random numbers"),
]
# And what is said otherwise by design on the two cores.
CORES = [
    (r".", r"^@ (port_fn|trap|sb|linecard|eswitch|param|info|resource)_\w*get\w*( |$)", None,
     "how often a core asks a driver is its own affair: the Rust core keeps answers "
     "(Documentation/differences.rst)"),
    (r"# monitor nested",
     r"^ *\[(dev|port|lc),new\] devlink_(test/devlink_test1\b|index/).*\n( *[^ \[].*\n)*", "",
     "the C core tells of what is nested in an instance from a work, some time later or, when it "
     "is gone, not at all (Documentation/differences.rst)"),
    (r"ethtool -i", r"(version: .*)-devlink-(c|rust)", r"\1",
     "the kernel's name says which core it has"),
    (r"sb (port pool|tc bind)( show| list)?$|sb occupancy show [^/]+/[^/]+$", r"^", None,
     "the C core ends the list of a buffer at the first port without, the Rust core leaves out "
     "that port (Documentation/differences.rst)"),
    (r"# monitor param",
     r"^ *\[param,new\] devlink_test/devlink_test1: *\n *name dt_u32 .*\n( *[^ \[].*\n)*", "",
     "that a parameter was set is told by the Rust core also if the driver then fails to say the "
     "value (Documentation/differences.rst)"),
]

# While a callback fails that a list needs an answer of, the C core ends the list there or fails
# with another error, and the Rust core shows what the driver said last
# (Documentation/differences.rst): (callbacks, commands that are left out).
FAILING = [
    (r"port_fn_\w+_get", r"\bport( show.*)?$"),
    (r"param_get(_default)?", r"dev param( show)?$"),
    (r"info_get", r"dev info$"),
    (r"(fail_)?trap_drop_counter_get", r"trap show"),
    (r"(fail_)?trap_policer_counter_get", r"trap policer show"),
    (r"table_(matches|actions)_dump", r"dpipe table show"),
]

# And what is otherwise with the two test drivers, on one core. Nor is it compared in which order
# the monitor tells of what goes when a device goes down: in Rust the objects of a port go with it.
DRIVERS = [
    (r".", r"^@ reload_down .* failed=1$", None,
     "in Rust a driver is not asked whether a device may go down that is down"),
    (r"# monitor dev$", r"^", None, "an instance is unregistered by the driver in C alone"),
    (r".", r"(?<=type ib) ibdev \S+", "", "there are no InfiniBand devices in Rust"),
    (r".", r'^ *"ibdev": ', None, "the same"),
]
# And what is played while only the driver in C does something: from this event to that.
ONLY_IN_C = [(r"# put unregister ", r"# put register ")]

# Of options, `devlink help` leaves out one that devlink(8) has.
OPTIONS = {"i"}
# No driver can make these succeed.
NEVER = {"port param set"}  # ports have had no parameters for years, and the kernel says so
WITH_ARGUMENT = {"b", "batch", "N", "Netns"}


def blocks(path):
    """Yield (command, lines that came) for each command and event."""
    command, lines = None, []
    for line in pathlib.Path(path).read_text(encoding="utf-8", errors="replace").splitlines():
        if line[:1] in "$#" and line:
            if command is not None:
                yield command, lines
            command, lines = line, []
        else:
            lines.append(line)
    if command is not None:
        yield command, lines


def normalise(command, lines, rules):
    text = "".join(line + "\n" for line in lines)
    for commands, pattern, replacement, _ in rules:
        if re.search(commands, command):
            if replacement is None:
                pattern, replacement = pattern + ".*\n", ""
            text = re.sub(pattern, replacement, text, flags=re.M)
    return text.splitlines()


class Failing:
    """What a driver was told to fail with, from the events."""

    def __init__(self):
        self.callbacks = set()

    def note(self, command):
        match = re.match(r"# put (\w+)\\? ?(\d*) \S*/fail$", command)
        if match:
            callback, fails = match[1], match[2] != "0"
        else:
            match = re.match(r"# put ([YN]) \S*/(fail_\w+)$", command)
            if not match:
                return
            callback, fails = match[2], match[1] == "Y"
        (self.callbacks.add if fails else self.callbacks.discard)(callback)

    def concerns(self, command):
        return any(re.fullmatch(callbacks, callback) and re.search(commands, command)
                   for callbacks, commands in FAILING for callback in self.callbacks)


class OnlyInC:
    """Which commands are among what only the driver in C does."""

    def __init__(self):
        self.until = None

    def concerns(self, command):
        if self.until:
            if re.match(self.until, command):
                self.until = None
            return True
        self.until = next((end for begin, end in ONLY_IN_C if re.match(begin, command)), None)
        return self.until is not None


def compare_drivers(c_path, rust_path):
    """Those parts that both drivers do."""
    only_in_c = OnlyInC()
    return compare_blocks(c_path, rust_path, NORMALISE + DRIVERS, only_in_c.concerns,
                          ("the driver in C", "the driver in Rust"), told_in_order=False)


def compare(c_path, rust_path):
    failing = Failing()

    def is_left_out(command):
        failing.note(command)
        return failing.concerns(command)

    return compare_blocks(c_path, rust_path, NORMALISE + CORES, is_left_out,
                          ("the C core", "the Rust core"))


def compare_blocks(c_path, rust_path, rules, is_left_out, names, told_in_order=True):
    played = differ = 0
    for c_block, rust_block in itertools.zip_longest(blocks(c_path), blocks(rust_path),
                                                     fillvalue=("(nothing)", [])):
        played += 1
        if is_left_out(c_block[0]) and c_block[0] == rust_block[0]:
            continue
        c_lines, rust_lines = normalise(*c_block, rules), normalise(*rust_block, rules)
        if c_block[0].startswith("# monitor ") and not told_in_order:
            c_lines.sort()
            rust_lines.sort()
        if c_block[0] == rust_block[0] and c_lines == rust_lines:
            continue
        differ += 1
        print(c_block[0])
        if c_block[0] != rust_block[0]:
            print(f"but with {names[1]} {rust_block[0]}")
        for title, lines, other in ((f"expected, from {names[0]}", c_lines, rust_lines),
                                    (f"came, from {names[1]}", rust_lines, c_lines)):
            # Of long outputs, from where they differ.
            same = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1],
                                                      zip(lines, other)))
            first = max(0, same - 2)
            print(f"  -- {title}{f', from line {first + 1}' if first else ''}:")
            print("\n".join("  " + line[:300] for line in lines[first:first + 12]))
        if c_block[0] != rust_block[0]:
            print("the transcripts went apart")
            break
    print(f"{played} commands and events, {differ or 'no'} differences")
    return differ == 0 and played > 100


def without_options(words):
    """Split the words of a command into (options, the rest)."""
    options, rest = set(), list(words)
    while rest and rest[0].startswith("-"):
        name = rest.pop(0).lstrip("-")
        options |= {name} if len(name) > 1 and name in WITH_ARGUMENT else set(name)
        if name in WITH_ARGUMENT and rest:
            rest.pop(0)
    return options, rest


def usages(lines):
    """Yield what follows "devlink" in each usage of a help text, its further lines included."""
    usage = None
    for line in lines:
        text = line.removeprefix("!").strip()
        match = re.match(r"(?:Usage: )?devlink (.*)", text)
        if match or not text:
            if usage:
                yield usage
            usage = match and match[1]
        elif usage:
            usage += " " + text
    if usage:
        yield usage


def coverage(path):
    played, helps = [], []
    for command, lines in blocks(path):
        words = command.split()
        if words[:2] == ["$", "devlink"]:
            status = lines[-1] if lines else ""
            options, rest = without_options(words[2:])
            played.append((options, rest, status == "= 0"))
            if rest[-1:] == ["help"] and status == "= 0":
                helps += usages(lines)
    missing = []
    subcommands = set()
    for usage in sorted(set(helps)):
        if usage.startswith("["):
            # The tool's own usage: options and objects
            objects = re.search(r"OBJECT := \{(.*?)\}", usage)
            used = set().union(*(options for options, _, works in played if works))
            for letter in OPTIONS | set(re.findall(r"(?<=[\s{])-(?:\[\w+\])?(\w)", usage)):
                if letter not in used:
                    missing.append(f"option -{letter}")
            for name in re.findall(r"\w+", objects[1]) if objects else []:
                if not any(rest == [name, "help"] for _, rest, _ in played):
                    missing.append(f"{name} help")
            continue
        subcommand = re.match(r"[a-z]+(?: [a-z]+)*(?= |$)", usage)[0].split()
        subcommands.add(" ".join(subcommand))
        these = [(rest, works) for _, rest, works in played if rest[:len(subcommand)] == subcommand]
        if not any(works for _, works in these) and " ".join(subcommand) not in NEVER:
            missing.append(f"{' '.join(subcommand)}, with success")
        if subcommand[-1] != "help" and all(works for _, works in these):
            missing.append(f"{' '.join(subcommand)}, with failure")
        rest_of_usage = " ".join(usage.split()[len(subcommand):])
        for keyword in set(re.findall(r"(?<![\w/-])[a-z][a-z0-9_-]*(?![\w/:])",
                                      rest_of_usage)) - {"where"}:
            if not any(keyword in rest for rest, _ in these):
                missing.append(f"{' '.join(subcommand)}: {keyword}")
    missing = list(dict.fromkeys(missing))
    print(f"{len(played)} commands, {len(subcommands)} subcommands; never played: "
          f"{len(missing) or 'none'}")
    for what in missing:
        print("  " + what)
    return not missing and len(subcommands) > 60


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "compare":
        good = compare(*sys.argv[2:])
    elif len(sys.argv) == 4 and sys.argv[1] == "drivers":
        good = compare_drivers(*sys.argv[2:])
    elif len(sys.argv) == 3 and sys.argv[1] == "coverage":
        good = coverage(sys.argv[2])
    else:
        sys.exit(__doc__)
    sys.exit(not good)


main()
