// SPDX-License-Identifier: GPL-2.0

#include "seam.h"
#include "../netdev.c"
