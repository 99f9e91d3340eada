// SPDX-License-Identifier: GPL-2.0

#include <linux/init.h>
#include <net/devlink_core.h>

static int __init devlink_init(void)
{
	return devlink_core_init();
}

subsys_initcall(devlink_init);
