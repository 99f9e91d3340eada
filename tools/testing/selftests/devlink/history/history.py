#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""history.py [GROUP...]: run the tests of these groups, or all. The groups are the modules below;
history.sh loads the drivers first. Documentation/history.rst says which bug each test is about."""

import sys

import testlib
# Each registers its tests when it is imported, in this order.
import dev  # noqa: F401
import params  # noqa: F401
import rates  # noqa: F401
import regions  # noqa: F401
import health  # noqa: F401
import traps  # noqa: F401
import ports  # noqa: F401
import resources  # noqa: F401
import netns  # noqa: F401
import drivers  # noqa: F401
import netdevsim  # noqa: F401
import parallel  # noqa: F401
import shared  # noqa: F401
import lists  # noqa: F401
import waits  # noqa: F401

sys.exit(0 if testlib.run(sys.argv[1:]) else 1)
