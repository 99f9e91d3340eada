// SPDX-License-Identifier: GPL-2.0

#include "../udp_tunnels.c"
