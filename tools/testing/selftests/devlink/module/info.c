// SPDX-License-Identifier: GPL-2.0
/* What the device says of itself: versions, the flash's progress, selftests. */

#include <linux/firmware.h>
#include "devlink_test.h"

struct dt_version {
	int (*put)(struct devlink_info_req *req, const char *name, const char *value);
	const char *name;
	const char *value;
};

static const struct dt_version dt_versions[] = {
	{ devlink_info_version_fixed_put, DEVLINK_INFO_VERSION_GENERIC_BOARD_ID, "dt-1" },
	{ devlink_info_version_fixed_put, DEVLINK_INFO_VERSION_GENERIC_ASIC_REV, "7" },
	{ devlink_info_version_running_put, DEVLINK_INFO_VERSION_GENERIC_FW, "1.2.3" },
	{ devlink_info_version_running_put, DEVLINK_INFO_VERSION_GENERIC_FW_MGMT, "10.20" },
	{ devlink_info_version_stored_put, DEVLINK_INFO_VERSION_GENERIC_FW, "1.2.4" },
};

/* Those that can be flashed by name. */
static const char * const dt_components[] = { "fw.app", "fw.undi" };

int dt_info_get(struct devlink *devlink, struct devlink_info_req *req,
		struct netlink_ext_ack *extack)
{
	struct dt_dev *dt = dt_of(devlink);
	int i, err;

	err = dt_call(dt, "info_get", extack, "");
	if (err)
		return err;
	err = devlink_info_serial_number_put(req, "DT-SERIAL") ?:
	      devlink_info_board_serial_number_put(req, "DT-BOARD");
	for (i = 0; !err && i < ARRAY_SIZE(dt_versions); i++)
		err = dt_versions[i].put(req, dt_versions[i].name, dt_versions[i].value);
	for (i = 0; !err && i < ARRAY_SIZE(dt_components); i++)
		err = devlink_info_version_running_put_ext(req, dt_components[i], "2.0",
							   DEVLINK_INFO_VERSION_TYPE_COMPONENT) ?:
		      devlink_info_version_stored_put_ext(req, dt_components[i], "2.1",
							  DEVLINK_INFO_VERSION_TYPE_COMPONENT);
	return err;
}

int dt_flash_update(struct devlink *devlink, struct devlink_flash_update_params *params,
		    struct netlink_ext_ack *extack)
{
	const char *component = params->component ?: "all";
	struct dt_dev *dt = dt_of(devlink);
	size_t done, step = max_t(size_t, params->fw->size / 4, 1);
	int err;

	devlink_flash_update_status_notify(devlink, "Preparing", NULL, 0, 0);
	err = dt_call(dt, "flash_update", extack, "size=%zu component=%s overwrite=%u",
		      params->fw->size, component, params->overwrite_mask);
	if (err) {
		devlink_flash_update_status_notify(devlink, "Failed", component, 0, 0);
		return err;
	}
	for (done = 0; done < params->fw->size; done += step)
		devlink_flash_update_status_notify(devlink, "Flashing", component, done,
						   params->fw->size);
	devlink_flash_update_timeout_notify(devlink, "Erasing", component, 60);
	devlink_flash_update_status_notify(devlink, "Done", component, params->fw->size,
					   params->fw->size);
	return 0;
}

bool dt_selftest_check(struct devlink *devlink, unsigned int id, struct netlink_ext_ack *extack)
{
	/* The message of a failure would go with a success, so there is none. */
	return !dt_call(dt_of(devlink), "selftest_check", NULL, "%u", id);
}

enum devlink_selftest_status dt_selftest_run(struct devlink *devlink, unsigned int id,
					     struct netlink_ext_ack *extack)
{
	if (dt_call(dt_of(devlink), "selftest_run", NULL, "%u", id))
		return DEVLINK_SELFTEST_STATUS_FAIL;
	return DEVLINK_SELFTEST_STATUS_PASS;
}
