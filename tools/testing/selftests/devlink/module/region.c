// SPDX-License-Identifier: GPL-2.0
/*
 * Regions, of the device and of port 0. Those of the device outlive a reload; that of the port does
 * not come back after one, because the function that makes it takes the lock.
 */

#include <linux/slab.h>
#include <linux/string.h>
#include "devlink_test.h"

#define DT_REGION_SIZE 16384
#define DT_REGION_SNAPSHOTS 4

struct dt_region {
	struct list_head list;
	struct dt_dev *dt;
	struct dt_port *port;
	struct devlink_region *region;
	struct devlink_region_ops ops;
	struct devlink_port_region_ops port_ops;
	/* Taken so far, which the next one's contents tell. */
	unsigned int snapshots;
	char name[DT_NAME_MAX];
};

static void dt_region_fill(u8 *data, u64 offset, u32 size, u8 first)
{
	u32 i;

	for (i = 0; i < size; i++)
		data[i] = first + (offset + i) * 7 + ((offset + i) >> 8);
}

static u8 *dt_region_take(struct dt_region *region)
{
	u8 *data = kvmalloc(DT_REGION_SIZE, GFP_KERNEL);

	if (data)
		dt_region_fill(data, 0, DT_REGION_SIZE, ++region->snapshots);
	return data;
}

static int dt_region_do_snapshot(struct dt_region *region, struct netlink_ext_ack *extack,
				 u8 **data)
{
	int err = dt_call(region->dt, "region_snapshot", extack, "%s", region->name);

	if (err)
		return err;
	*data = dt_region_take(region);
	return *data ? 0 : -ENOMEM;
}

static int dt_region_do_read(struct dt_region *region, struct netlink_ext_ack *extack, u64 offset,
			     u32 size, u8 *data)
{
	int err = dt_call(region->dt, "region_read", extack, "%s offset=%llu size=%u",
			  region->name, offset, size);

	if (!err)
		dt_region_fill(data, offset, size, 0);
	return err;
}

static int dt_region_snapshot(struct devlink *devlink, const struct devlink_region_ops *ops,
			      struct netlink_ext_ack *extack, u8 **data)
{
	return dt_region_do_snapshot(ops->priv, extack, data);
}

static int dt_region_read(struct devlink *devlink, const struct devlink_region_ops *ops,
			  struct netlink_ext_ack *extack, u64 offset, u32 size, u8 *data)
{
	return dt_region_do_read(ops->priv, extack, offset, size, data);
}

static int dt_port_region_snapshot(struct devlink_port *port,
				   const struct devlink_port_region_ops *ops,
				   struct netlink_ext_ack *extack, u8 **data)
{
	return dt_region_do_snapshot(ops->priv, extack, data);
}

static int dt_port_region_read(struct devlink_port *port,
			       const struct devlink_port_region_ops *ops,
			       struct netlink_ext_ack *extack, u64 offset, u32 size, u8 *data)
{
	return dt_region_do_read(ops->priv, extack, offset, size, data);
}

/* Makes a region, of @port or of the device; with callbacks, if @full and the device has any. */
static int dt_region_add(struct dt_dev *dt, struct dt_port *port, const char *name, bool full)
{
	struct dt_region *region = kzalloc_obj(*region);
	int err;

	if (!region)
		return -ENOMEM;
	if (strscpy(region->name, name) < 0) {
		err = -EINVAL;
		goto err_free;
	}
	full = full && dt->config.full;
	region->dt = dt;
	region->port = port;
	region->ops = (struct devlink_region_ops) {
		.name = region->name,
		.destructor = kvfree,
		.snapshot = full ? dt_region_snapshot : NULL,
		.read = full ? dt_region_read : NULL,
		.priv = region,
	};
	region->port_ops = (struct devlink_port_region_ops) {
		.name = region->name,
		.destructor = kvfree,
		.snapshot = full ? dt_port_region_snapshot : NULL,
		.read = full ? dt_port_region_read : NULL,
		.priv = region,
	};
	if (port)
		region->region = devlink_port_region_create(&port->port, &region->port_ops,
							    DT_REGION_SNAPSHOTS, DT_REGION_SIZE);
	else
		region->region = devlink_region_create(dt->devlink, &region->ops,
						       DT_REGION_SNAPSHOTS, DT_REGION_SIZE);
	if (IS_ERR(region->region)) {
		err = PTR_ERR(region->region);
		goto err_free;
	}
	scoped_guard(devl, dt->devlink)
		list_add_tail(&region->list, &dt->regions);
	return 0;

err_free:
	kfree(region);
	return err;
}

int dt_regions_create(struct dt_dev *dt)
{
	char name[DT_NAME_MAX];
	unsigned int i;
	int err;

	err = dt_region_add(dt, NULL, "dt_region", true) ?:
	      dt_region_add(dt, NULL, "dt_region_plain", false);
	for (i = 0; !err && i < dt->config.regions; i++) {
		snprintf(name, sizeof(name), "extra_region%u", i);
		err = dt_region_add(dt, NULL, name, true);
	}
	return err;
}

void dt_regions_destroy(struct dt_dev *dt)
{
	struct dt_region *region, *next;

	list_for_each_entry_safe(region, next, &dt->regions, list) {
		list_del(&region->list);
		devlink_region_destroy(region->region);
		kfree(region);
	}
}

int dt_port_regions_create(struct dt_dev *dt)
{
	return dt_region_add(dt, dt_port_find(dt, 0), "dt_port_region", true);
}

static void dt_region_del(struct dt_region *region)
{
	list_del(&region->list);
	devl_region_destroy(region->region);
	kfree(region);
}

void dt_port_regions_destroy(struct dt_port *port)
{
	struct dt_region *region, *next;

	list_for_each_entry_safe(region, next, &port->dt->regions, list)
		if (region->port == port)
			dt_region_del(region);
}

/* The region that an event names: NAME [PORT]. */
static int dt_region_arg(struct dt_dev *dt, int argc, char **argv, struct dt_region **found)
{
	struct dt_port *port = NULL;
	struct dt_region *region;
	int err;

	if (argc > 1) {
		err = dt_port_arg(dt, argv[1], &port);
		if (err)
			return err;
	}
	list_for_each_entry(region, &dt->regions, list) {
		if (region->port == port && !strcmp(region->name, argv[0])) {
			*found = region;
			return 0;
		}
	}
	return -ENOENT;
}

static int dt_event_region_add(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_port *port;
	int err;

	err = dt_port_hold(dt, argv[1], &port);
	if (err)
		return err;
	err = dt_region_add(dt, port, argv[0], true);
	dt_port_release(port);
	return err;
}

static int dt_event_region_del(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_region *region;
	int err;

	err = dt_region_arg(dt, argc, argv, &region);
	if (!err)
		dt_region_del(region);
	return err;
}

static int dt_event_snapshot(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_region *region;
	u8 *data;
	u32 id;
	int err;

	err = dt_region_arg(dt, argc, argv, &region);
	if (err)
		return err;
	err = devlink_region_snapshot_id_get(dt->devlink, &id);
	if (err)
		return err;
	data = dt_region_take(region);
	err = data ? devlink_region_snapshot_create(region->region, data, id) : -ENOMEM;
	if (err)
		kvfree(data);
	devlink_region_snapshot_id_put(dt->devlink, id);
	return err;
}

const struct dt_event dt_region_events[] = {
	{ "region_add", 1, 2, true, dt_event_region_add },
	{ "region_del", 1, 2, false, dt_event_region_del },
	{ "snapshot", 1, 2, false, dt_event_snapshot },
	{}
};
