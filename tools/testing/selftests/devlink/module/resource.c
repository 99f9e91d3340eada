// SPDX-License-Identifier: GPL-2.0
/*
 * Resources, of the device and of port 0. A reload keeps them and takes over their new sizes.
 *
 *   physical_ports (5)
 *   memory (1)
 *     tables (2)
 *       routes (3)
 *       neighbours (4)
 */

#include <linux/slab.h>
#include <linux/string.h>
#include "devlink_test.h"

#define DT_FIRST_EXTRA 1000

static const struct {
	const char *name;
	u64 id;
	u64 parent;
	u64 size;
	bool occ;
	struct devlink_resource_size_params params;
} dt_basic_resources[] = {
	{ "memory", 1, DEVLINK_RESOURCE_ID_PARENT_TOP, 4096, true,
	  { 1024, 65536, 1024, DEVLINK_RESOURCE_UNIT_ENTRY } },
	{ "tables", 2, 1, 2048, false, { 0, 4096, 128, DEVLINK_RESOURCE_UNIT_ENTRY } },
	{ "routes", 3, 2, 1024, true, { 0, 2048, 64, DEVLINK_RESOURCE_UNIT_ENTRY } },
	{ "neighbours", 4, 2, 512, false, { 512, 512, 1, DEVLINK_RESOURCE_UNIT_ENTRY } },
	{ DEVLINK_RESOURCE_GENERIC_NAME_PORTS, 5, DEVLINK_RESOURCE_ID_PARENT_TOP, 12, false,
	  { 12, 12, 1, DEVLINK_RESOURCE_UNIT_ENTRY } },
};

struct dt_added_resource {
	struct list_head list;
	char name[DT_NAME_MAX];
};

struct dt_resources {
	char (*names)[DT_NAME_MAX];	/* of the extra ones */
	struct list_head added;
};

static u64 dt_resource_occ_get(void *priv)
{
	struct dt_dev *dt = priv;

	/* No way to tell of an error. */
	return dt_call(dt, "resource_occ_get", NULL, "") ? 0 : 77;
}

static void dt_extra_params(struct devlink_resource_size_params *params)
{
	devlink_resource_size_params_init(params, 0, 1 << 20, 1, DEVLINK_RESOURCE_UNIT_ENTRY);
}

static int dt_resources_register(struct dt_dev *dt)
{
	struct devlink_resource_size_params params;
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(dt_basic_resources); i++) {
		err = devl_resource_register(dt->devlink, dt_basic_resources[i].name,
					     dt_basic_resources[i].size, dt_basic_resources[i].id,
					     dt_basic_resources[i].parent,
					     &dt_basic_resources[i].params);
		if (err)
			return err;
		if (dt->config.full && dt_basic_resources[i].occ)
			devl_resource_occ_get_register(dt->devlink, dt_basic_resources[i].id,
						       dt_resource_occ_get, dt);
	}
	dt_extra_params(&params);
	for (i = 0; i < dt->config.resources; i++) {
		snprintf(dt->resources->names[i], DT_NAME_MAX, "extra_resource%u", i);
		err = devl_resource_register(dt->devlink, dt->resources->names[i], i,
					     DT_FIRST_EXTRA + i, DEVLINK_RESOURCE_ID_PARENT_TOP,
					     &params);
		if (err)
			return err;
	}
	return 0;
}

static void dt_resources_free(struct dt_dev *dt)
{
	struct dt_added_resource *added, *next;

	list_for_each_entry_safe(added, next, &dt->resources->added, list)
		kfree(added);
	kvfree(dt->resources->names);
	kfree(dt->resources);
	dt->resources = NULL;
}

int dt_resources_create(struct dt_dev *dt)
{
	int err = -ENOMEM;

	dt->resources = kzalloc_obj(*dt->resources);
	if (!dt->resources)
		return -ENOMEM;
	INIT_LIST_HEAD(&dt->resources->added);
	dt->resources->names = kvzalloc_objs(*dt->resources->names, dt->config.resources + 1);
	if (!dt->resources->names)
		goto err_free;
	scoped_guard(devl, dt->devlink) {
		err = dt_resources_register(dt);
		if (err)
			devl_resources_unregister(dt->devlink);
	}
	if (err)
		goto err_free;
	return 0;

err_free:
	dt_resources_free(dt);
	return err;
}

void dt_resources_destroy(struct dt_dev *dt)
{
	unsigned int i;

	if (dt->config.full) {
		guard(devl)(dt->devlink);
		for (i = 0; i < ARRAY_SIZE(dt_basic_resources); i++)
			if (dt_basic_resources[i].occ)
				devl_resource_occ_get_unregister(dt->devlink,
								 dt_basic_resources[i].id);
	}
	devlink_resources_unregister(dt->devlink);
	dt_resources_free(dt);
}

/* A driver that starts takes over the sizes that users want. */
int dt_resources_up(struct dt_dev *dt)
{
	unsigned int i;
	u64 size;
	int err;

	for (i = 0; i < ARRAY_SIZE(dt_basic_resources); i++) {
		err = devl_resource_size_get(dt->devlink, dt_basic_resources[i].id, &size);
		if (err)
			return err;
	}
	return 0;
}

/* The port's removal takes them all, however many there are. */
int dt_port_resources_add(struct dt_port *port)
{
	struct devlink_resource_size_params params;
	int err;

	devlink_resource_size_params_init(&params, 1, 64, 1, DEVLINK_RESOURCE_UNIT_ENTRY);
	err = devl_port_resource_register(&port->port, "queues", 16, 1,
					  DEVLINK_RESOURCE_ID_PARENT_TOP, &params);
	if (err)
		return err;
	return devl_port_resource_register(&port->port, "rx_queues", 8, 2, 1, &params);
}

static int dt_event_resource_add(struct dt_dev *dt, int argc, char **argv)
{
	struct devlink_resource_size_params params;
	struct dt_added_resource *added;
	u64 id, parent, size;
	int err;

	if (kstrtou64(argv[1], 10, &id) || kstrtou64(argv[2], 10, &parent) ||
	    kstrtou64(argv[3], 10, &size) || id == DEVLINK_RESOURCE_ID_PARENT_TOP)
		return -EINVAL;
	added = kzalloc_obj(*added);
	if (!added)
		return -ENOMEM;
	dt_extra_params(&params);
	if (strscpy(added->name, argv[0]) < 0)
		err = -EINVAL;
	else
		err = devl_resource_register(dt->devlink, added->name, size, id, parent, &params);
	if (err) {
		kfree(added);
		return err;
	}
	list_add_tail(&added->list, &dt->resources->added);
	return 0;
}

const struct dt_event dt_resource_events[] = {
	{ "resource_add", 4, 4, false, dt_event_resource_add },
	{}
};
