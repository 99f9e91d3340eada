# SPDX-License-Identifier: GPL-2.0
"""tree.py FOLDER...: what is in folders of sysfs and debugfs, with modes, owners, targets of links
and contents, for a comparison of drivers."""

import os
import re
import stat
import sys

# Contents that are others each time that the same driver is asked, by the end of the path.
VOLATILE = re.compile(
    r"/(address|ifindex|iflink|phys_switch_id|carrier(_up|_down)?_(changes|count)|dev"
    r"|runtime_(active|suspended)_time|statistics/[^/]*)$"
)


def contents(path: str) -> str:
    if VOLATILE.search(path):
        return "(volatile)"
    try:
        with open(path, "rb", buffering=0) as file:
            text = b"".join(iter(lambda: file.read(65536), b""))
    except OSError as error:
        return f"({error.strerror})"
    return re.sub(r"(?m)^IFINDEX=.*", "IFINDEX=(volatile)", text.decode("latin-1"))


def show(path: str) -> None:
    status = os.lstat(path)
    line = f"{stat.filemode(status.st_mode)} {status.st_uid}:{status.st_gid} {path}"
    if stat.S_ISLNK(status.st_mode):
        line += f" -> {os.readlink(path)}"
    print(line)
    if stat.S_ISREG(status.st_mode) and status.st_mode & stat.S_IRUSR:
        for line in contents(path).splitlines():
            print(f"  {line}")
    if stat.S_ISDIR(status.st_mode):
        for name in sorted(os.listdir(path)):
            show(os.path.join(path, name))


for folder in sys.argv[1:]:
    show(folder)
