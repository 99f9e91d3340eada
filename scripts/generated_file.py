# SPDX-License-Identifier: GPL-2.0
"""A file that a script generates: written, or checked to be current."""

import argparse
import difflib
import sys


def is_current(path, text):
    """Whether the file is what the script would write; shows the difference."""
    old = path.read_text() if path.exists() else ""
    sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), text.splitlines(True), str(path), "generated"))
    return old == text


def write_or_check(description, path, text):
    """The script's whole command line. Returns its exit status."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail with a diff if the file is not current"
    )
    if not parser.parse_args().check:
        path.write_text(text)
        return 0
    return int(not is_current(path, text))
