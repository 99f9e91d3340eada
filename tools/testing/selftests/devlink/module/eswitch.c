// SPDX-License-Identifier: GPL-2.0
/* The eswitch's modes. A reload resets them. */

#include "devlink_test.h"

int dt_eswitch_mode_get(struct devlink *devlink, u16 *mode)
{
	struct dt_dev *dt = dt_of(devlink);

	*mode = dt->eswitch_mode;
	return dt_call(dt, "eswitch_mode_get", NULL, "");
}

int dt_eswitch_mode_set(struct devlink *devlink, u16 mode, struct netlink_ext_ack *extack)
{
	struct dt_dev *dt = dt_of(devlink);
	int err = dt_call(dt, "eswitch_mode_set", extack, "%u", mode);

	if (!err)
		dt->eswitch_mode = mode;
	return err;
}

int dt_eswitch_inline_mode_get(struct devlink *devlink, u8 *mode)
{
	struct dt_dev *dt = dt_of(devlink);

	*mode = dt->inline_mode;
	return dt_call(dt, "eswitch_inline_mode_get", NULL, "");
}

int dt_eswitch_inline_mode_set(struct devlink *devlink, u8 mode, struct netlink_ext_ack *extack)
{
	struct dt_dev *dt = dt_of(devlink);
	int err = dt_call(dt, "eswitch_inline_mode_set", extack, "%u", mode);

	if (!err)
		dt->inline_mode = mode;
	return err;
}

int dt_eswitch_encap_mode_get(struct devlink *devlink, enum devlink_eswitch_encap_mode *mode)
{
	struct dt_dev *dt = dt_of(devlink);

	*mode = dt->encap_mode;
	return dt_call(dt, "eswitch_encap_mode_get", NULL, "");
}

int dt_eswitch_encap_mode_set(struct devlink *devlink, enum devlink_eswitch_encap_mode mode,
			      struct netlink_ext_ack *extack)
{
	struct dt_dev *dt = dt_of(devlink);
	int err = dt_call(dt, "eswitch_encap_mode_set", extack, "%d", mode);

	if (!err)
		dt->encap_mode = mode;
	return err;
}
